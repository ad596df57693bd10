"""A session: one store, ready to be asked. Every request passes here in the same order: take budget → sign → send → judge → settle.

What differs between platforms is their `Dialect`: how a request is signed and how an answer is judged. A failed read is tried again here
where that helps, within the caller's patience; a platform's own code never sleeps and never retries.
"""

import asyncio
import dataclasses
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from redis.asyncio import Redis

from adapters.kit import watching
from adapters.kit.breaker import Breaker
from adapters.kit.budget import OVERDRAWN, Budget, Report
from adapters.kit.calls import current_tally
from adapters.kit.clock import Clock
from adapters.kit.failures import PlatformError, classify
from adapters.kit.http import Answer, Request, UnreachableError, Wire
from adapters.kit.manifest import Manifest
from adapters.kit.stores import StoreConfig
from schema.errors import Category

T = TypeVar("T")

log = logging.getLogger("cartograph.platform")

TRIES: dict[Category, int] = {Category.TRANSIENT: 2, Category.QUOTA: 4}  # all others: once
LONGEST_PAUSE = 5.0  # seconds; a longer wait is the caller's decision
RETRY_SECONDS: dict[Category, float] = {Category.TRANSIENT: 5.0, Category.QUOTA: 5.0}  # when to come back, where the platform does not say
MEMORY_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an answer means: `code` None is success, else the platform's word for what went wrong."""

    code: str | None = None
    message: str = ""
    retry_after: float | None = None
    report: Report = field(default_factory=Report)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a platform speaks: `sign` adds credentials to a request, `judge` reads an answer.

    `renew` is asked after an AUTH failure, with the request as it was signed, and says whether one more try makes sense.
    """

    sign: Callable[["Session", Request], Awaitable[Request]]
    judge: Callable[[Answer], Judgement]
    renew: Callable[["Session", Request], Awaitable[bool]] | None = None


class Session:
    """One store of one process. It remembers what an adapter learns of the store, e.g. its currency.

    `shared` is the `fast` role, for what all processes should know; `kept` holds what belongs to a session (`adapters.kit.tokens`).
    """

    def __init__(
        self,
        store: StoreConfig,
        manifest: Manifest,
        dialect: Dialect,
        wire: Wire,
        budget: Budget,
        clock: Clock,
        shared: Redis | None = None,
    ) -> None:
        self.store = store
        self.shared = shared
        self.manifest = manifest
        self.clock = clock
        self._dialect = dialect
        self._wire = wire
        self._budget = budget
        self.breaker = Breaker(clock)
        self.kept: dict[str, Any] = {}
        self._memory: dict[str, tuple[float, Any]] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def send(self, request: Request) -> Answer:
        """Send a request within the store's budget; raises PlatformError with its category when it fails for good."""
        self.breaker.check()
        try:
            answer = await self._send(request)
        except PlatformError as error:
            if error.category is Category.TRANSIENT:
                self.breaker.failed()
            if error.retry_after is None:
                error.retry_after = RETRY_SECONDS.get(error.category)
            raise
        self.breaker.reset()
        return answer

    async def send_unbudgeted(self, request: Request) -> Answer:
        """Send a request that costs no budget and is judged by its caller, e.g. for a token."""
        current_tally().calls += 1
        with watching.platform_call(self.store, request.operation) as passage:
            answer = await self._wire.send(self.store, request, self._base(request))
            failure = None if answer.status < 300 else self._failure(answer, Judgement(""))
            passage.tell(status=answer.status, outcome=watching.outcome(failure))
        return answer

    async def remember(self, name: str, fetch: Callable[[], Awaitable[T]], seconds: float = MEMORY_SECONDS) -> T:
        """Return what `fetch` gave within the last `seconds`; however many ask, it is fetched once."""
        lock = self._locks.setdefault(name, asyncio.Lock())
        async with lock:
            kept = self._memory.get(name)
            if kept is not None and kept[0] > self.clock.monotonic():
                return kept[1]  # type: ignore[no-any-return]
            value = await fetch()
            self._memory[name] = (self.clock.monotonic() + seconds, value)
            return value

    def forget(self, name: str) -> None:
        """Drop what was remembered."""
        self._memory.pop(name, None)

    async def _send(self, request: Request) -> Answer:
        """Send a request, and again where that helps."""
        tries = 0
        renewed = False
        sent: list[Request] = []
        while True:
            tries += 1
            sent.clear()
            try:
                return await self._send_once(request, sent)
            except PlatformError as error:
                if error.category is Category.AUTH and not renewed and sent and self._dialect.renew:
                    renewed = await self._dialect.renew(self, sent.pop())
                    if renewed:
                        continue
                pause = _pause(error, request, tries)
                log.warning("platform call failed", extra=self._facts(request, error, tries))
                if pause is None:
                    raise
            await self.clock.sleep(pause)

    async def _send_once(self, request: Request, sent: list[Request]) -> Answer:
        """Send a request once; what went out is put into `sent`."""
        tally = current_tally()
        budget = self._budget.of(request.bucket)
        with watching.budget_wait(self.store, tally.priority):
            lease = await budget.take(request.cost, tally.priority)
        report = Report()
        try:
            # Signed after the wait for the budget: a signature is good for minutes, a wait may take longer.
            try:
                signed = await self._dialect.sign(self, request)
            except PlatformError as error:
                error.sent = False  # a token could not be had: the request itself never left
                raise
            sent.append(signed)
            tally.calls += 1
            report = Report(verdict="slow")
            with watching.platform_call(self.store, request.operation) as passage:
                answer = await self._wire.send(self.store, signed, self._base(signed))
                judgement = self._dialect.judge(answer)
                failure = self._failure(answer, judgement)
                passage.tell(status=answer.status, outcome=watching.outcome(failure))
            report = self._with_latency(judgement.report, answer)
        finally:
            # A cancelled caller must not keep its share: settling is finished whatever happens to it.
            await asyncio.shield(asyncio.ensure_future(budget.settle(lease, report)))
        if failure is not None:
            raise failure
        return answer

    def _failure(self, answer: Answer, judgement: Judgement) -> PlatformError | None:
        if judgement.code is None:
            return None
        category, remedy = classify(self.manifest.errors, answer.status, judgement.code)
        return PlatformError(category, judgement.message or remedy, code=judgement.code, retry_after=judgement.retry_after)

    def _base(self, request: Request) -> str | None:
        """Return where a request goes that is not for the store's own address."""
        official = any(self.store.url.startswith(prefix) for prefix in self.manifest.official)
        return self.manifest.hosts[request.host] if request.host and official else None

    def _with_latency(self, report: Report, answer: Answer) -> Report:
        if report.verdict != "none":
            return report
        return dataclasses.replace(report, verdict="good" if answer.seconds < self.manifest.limits.slow else "slow")

    def _facts(self, request: Request, error: PlatformError, tries: int) -> dict[str, Any]:
        return {
            "store": self.store.name,
            "platform": self.store.platform,
            "operation": request.operation,
            "category": error.category.value,
            "platform_code": error.code,
            "tries": tries,
        }


def _pause(error: PlatformError, request: Request, tries: int) -> float | None:
    """Return how long to wait before the next try, or None to give up."""
    if not request.safe or tries >= TRIES.get(error.category, 1):
        return None
    if error.code == OVERDRAWN:
        return None  # the caller's patience is used up already
    if isinstance(error, UnreachableError):
        # A server may close a kept connection just as we use it; a second try takes a new one. A silent server stays silent.
        return 0.0 if error.code in {"ReadError", "RemoteProtocolError"} else None
    pause = error.retry_after if error.retry_after is not None else 0.2 * tries
    return None if pause > LONGEST_PAUSE else pause * random.uniform(1.0, 1.2)
