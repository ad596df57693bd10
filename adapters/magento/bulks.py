"""The platform's queue: many changes handed over in one request, done later by the shop's consumer, if that runs.

In a shop whose consumer does not run they lie open for good, and would be done whenever somebody starts it, over whatever was written
since. So nothing is handed over before the consumer has shown that it runs: by a question, which changes nothing, sent through the queue
once an hour while there is something to hand over; until it is answered, changes are made one by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.magento.refusals import refused
from adapters.magento.search import Condition, Search
from adapters.magento.shop import Shop
from adapters.magento.values import Json, moment, part, rows, text, whole
from schema.errors import Category

DONE, RETRIABLE, FAILED, OPEN, REJECTED = 1, 2, 3, 4, 5
STUCK = timedelta(minutes=10)  # what is open for longer waits for a consumer that does not run
BELIEVED = 3600.0  # seconds an answer is believed

_STATE = "queue"
_NO_HANDLE = "The store does not say what became of these."
_TAKEN = {"accepted"}


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the consumer: whether it runs, until when that is believed, or the question it has not answered yet."""

    runs: bool
    until: float
    question: str | None = None


@dataclass(frozen=True, slots=True)
class Bulk:
    """What became of a bulk: its operations in the order they were sent, and how long ago that was."""

    operations: list[Json]
    age: timedelta

    @property
    def stuck(self) -> bool:
        """Say whether what is still open of it will stay so."""
        return self.age > STUCK


class Bulks:
    """The queue of one shop."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def runs(self, sku: str) -> bool:
        """Say whether the consumer is known to run; asks it when that is not known. `sku` is any product to ask about."""
        known: _Known | None = self._shop.session.kept.get(_STATE)
        now = self._shop.session.clock.monotonic()
        if known is None or (known.question is None and known.until <= now):
            known = await self._ask(sku, now)
        elif known.question is not None:
            known = await self._answered(known.question, known, now)
        self._shop.session.kept[_STATE] = known
        return known.runs

    def doubt(self) -> None:
        """Forget that the consumer runs: it has left something lying."""
        until = self._shop.session.clock.monotonic() + BELIEVED
        self._shop.session.kept[_STATE] = _Known(runs=False, until=until)

    async def submit(self, method: str, path: str, operation: str, bodies: Sequence[Json]) -> tuple[str, list[PlatformError | None]]:
        """Hand changes over; return the bulk's id, and for each change why it was not taken. Raises PlatformError."""
        answer = await self._shop.change(method, path, operation, list(bodies), goods=True, queued=True)
        handle = text(answer.get("bulk_uuid")) if isinstance(answer, dict) else None
        if handle is None:
            raise PlatformError(Category.TRANSIENT, _NO_HANDLE, code="NO_HANDLE")
        refusals = {whole(each.get("id")): each for each in rows(answer.get("request_items")) if each.get("status") not in _TAKEN}
        return handle, [_rejected(refusals.get(turn)) for turn in range(len(bodies))]

    async def read(self, handle: str) -> Bulk:
        """Return a bulk as it is now; raises PlatformError."""
        body = await self._shop.get(f"bulk/{handle}/status", "BulkStatus")
        row: Json = body if isinstance(body, dict) else {}
        operations = sorted(rows(row.get("operations_list")), key=lambda each: whole(each.get("id")) or 0)
        began = moment(row.get("start_time")) or self._shop.session.clock.now()
        return Bulk(operations, self._shop.session.clock.now() - began)

    async def busy(self) -> bool:
        """Say whether something that was handed over lately is still open: it may be what a lost answer was about. Raises PlatformError."""
        search = Search(((Condition("status", "eq", str(OPEN)),),), orders=(("id", True),))
        listed = await self._shop.next_rows("bulk", "BulkLook", search, 100)
        began = [moment(part(row, "extension_attributes").get("start_time")) for row in listed.rows]
        return any(each is None or self._shop.session.clock.now() - each <= STUCK for each in began)

    async def _ask(self, sku: str, now: float) -> _Known:
        """Send a question about a price through the queue."""
        try:
            handle, (wrong,) = await self.submit("POST", "products/base-prices-information", "QueueProbe", [{"skus": [sku]}])
        except PlatformError:
            return _Known(runs=False, until=now + BELIEVED)
        return _Known(runs=False, until=now + STUCK.total_seconds(), question=None if wrong else handle)

    async def _answered(self, question: str, known: _Known, now: float) -> _Known:
        """Look whether the question was answered; how does not matter."""
        try:
            bulk = await self.read(question)
        except PlatformError:
            return _Known(runs=False, until=now + BELIEVED)
        if bulk.operations and all(whole(each.get("status")) != OPEN for each in bulk.operations):
            return _Known(runs=True, until=now + BELIEVED)
        return _Known(runs=False, until=now + BELIEVED) if known.until <= now else known


def failure(operation: Json) -> PlatformError:
    """Return why an operation of a bulk failed."""
    return refused(str(operation.get("result_message") or ""))


def _rejected(item: Any) -> PlatformError | None:
    return refused(str(item.get("error_message") or "")) if item else None
