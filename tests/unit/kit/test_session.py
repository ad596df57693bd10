"""A session's order of steps, its retries, and what it gives back when it is interrupted."""

import asyncio
import dataclasses
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest

from adapters.kit.budget import Budget, Lease, Report
from adapters.kit.calls import Priority, calling
from adapters.kit.failures import PlatformError
from adapters.kit.http import Answer, Request, UnreachableError, Wire
from adapters.kit.manifest import Limits, Manifest
from adapters.kit.session import Dialect, Judgement, Session
from adapters.kit.stores import StoreConfig
from schema.errors import Category
from tests.support.clock import SleepyClock
from tests.support.server import answering, reply
from tests.unit.kit.conftest import MakeBudget

SECRET = "shpat_not_for_logs"
READ = Request("GET", "/orders", "OrdersPage", params={"email": "somebody@example.test"})
WRITE = dataclasses.replace(READ, method="PUT", safe=False)
LIMITS = Limits(concurrency=2, most=2)
MANIFEST = Manifest("any", "Any", "1", (frozenset({"token"}),), LIMITS, (), {}, 100, 100)
STORE = StoreConfig("shop", "acme", "any", "http://shop.test", {"token": SECRET})

Said = int | Exception


def broken(code: str, *, sent: bool = True) -> UnreachableError:
    return UnreachableError("broken", sent=sent, code=code)


@dataclass
class Desk:
    """Stands in for wire, budget and dialect, and notes who was asked; `says` are statuses or failures, the last again and again."""

    says: list[Said]
    retry_after: float | None = None
    renews: bool = False
    steps: list[str] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    signed: list[Request] = field(default_factory=list)
    bases: list[str | None] = field(default_factory=list)
    before: Callable[[], Any] | None = None

    async def sign(self, session: Session, request: Request) -> Request:
        self.steps.append("sign")
        return dataclasses.replace(request, headers={"authorization": session.store.credentials["token"]})

    async def take(self, cost: float, priority: Priority) -> Lease:
        self.steps.append(f"take {cost:g} {priority.name}")
        return Lease("x", cost)

    def of(self, bucket: str) -> "Desk":
        return self

    async def send(self, store: StoreConfig, request: Request, base: str | None = None) -> Answer:
        self.steps.append("send")
        self.bases.append(base)
        self.signed.append(request)
        if self.before:
            await self.before()
        said = self.says.pop(0) if len(self.says) > 1 else self.says[0]
        if isinstance(said, Exception):
            raise said
        return Answer(said, {}, None, SECRET, 0.1)

    def judge(self, answer: Answer) -> Judgement:
        self.steps.append("judge")
        return Judgement(None if answer.status == 200 else str(answer.status), retry_after=self.retry_after, report=Report(actual=1))

    async def settle(self, lease: Lease, report: Report) -> None:
        await asyncio.sleep(0)
        self.steps.append("settle")
        self.reports.append(report)

    async def renew(self, session: Session, refused: Request) -> bool:
        assert refused is self.signed[-1]
        self.steps.append("renew")
        return self.renews


def session_of(desk: Any, clock: SleepyClock, *, renew: bool = True) -> Session:
    return Session(STORE, MANIFEST, Dialect(desk.sign, desk.judge, desk.renew if renew else None), desk, desk, clock)


async def sent(desk: Desk, clock: SleepyClock, request: Request = READ) -> tuple[Category | None, int]:
    """Return how a request ended, and how often it was sent."""
    ended = None
    try:
        await session_of(desk, clock).send(request)
    except PlatformError as error:
        ended = error.category
    return ended, desk.steps.count("send")


async def test_every_request_passes_the_same_steps(clock: SleepyClock) -> None:
    desk = Desk([200])
    with calling(Priority.SYNC):
        answer = await session_of(desk, clock).send(dataclasses.replace(READ, cost=7))

    assert ["take 7 SYNC", "sign", "send", "judge", "settle"] == desk.steps
    assert ([SECRET], 200) == ([request.headers["authorization"] for request in desk.signed], answer.status)
    assert [Report(actual=1, verdict="good")] == desk.reports


@pytest.mark.parametrize(
    ("says", "ended", "times"),
    [
        ([500, 200], None, 2),
        ([500], Category.TRANSIENT, 2),
        ([429, 429, 429, 200], None, 4),
        ([429], Category.QUOTA, 4),
        ([422], Category.VALIDATION, 1),
        ([409], Category.CONFLICT, 1),
        ([401], Category.AUTH, 1),
        ([broken("ReadError"), 200], None, 2),
        ([broken("RemoteProtocolError")], Category.TRANSIENT, 2),
        ([broken("ReadTimeout")], Category.TRANSIENT, 1),
        ([broken("ConnectError", sent=False)], Category.TRANSIENT, 1),
    ],
)
async def test_a_read_is_tried_again_where_that_helps(clock: SleepyClock, says: list[Said], ended: Category | None, times: int) -> None:
    assert (ended, times) == await sent(Desk(says), clock)


@pytest.mark.parametrize("says", [500, 429, 401, broken("ReadError"), broken("ConnectError", sent=False)])
async def test_what_may_not_be_done_twice_is_sent_once(clock: SleepyClock, says: Said) -> None:
    assert 1 == (await sent(Desk([says, 200]), clock, WRITE))[1]


async def test_a_limit_is_waited_for_as_long_as_the_platform_says(clock: SleepyClock) -> None:
    assert (None, 2) == await sent(Desk([429, 200], retry_after=3), clock)
    assert 3 <= clock.seconds <= 3.6


async def test_a_long_wait_is_the_caller_s_decision(clock: SleepyClock) -> None:
    with pytest.raises(PlatformError) as caught:
        await session_of(Desk([429, 200], retry_after=60), clock).send(READ)

    assert (60, []) == (caught.value.retry_after, clock.slept)


async def test_who_was_out_of_patience_is_not_asked_for_more(clock: SleepyClock, budget_of: MakeBudget) -> None:
    budget = budget_of(concurrency=1)
    await budget.take(1, Priority.INTERACTIVE)
    desk = Desk([200])
    session = Session(STORE, MANIFEST, Dialect(desk.sign, desk.judge), desk, budget, clock)  # type: ignore[arg-type]
    with pytest.raises(PlatformError) as caught:
        await session.send(READ)

    assert ("BUDGET", True) == (caught.value.code, clock.seconds <= 10)


@pytest.mark.parametrize(("renews", "says", "steps"), [(True, [401, 200], 2), (True, [401], 2), (False, [401, 200], 1)])
async def test_a_credential_is_renewed_once(clock: SleepyClock, renews: bool, says: list[Said], steps: int) -> None:
    desk = Desk(says, renews=renews)
    await sent(desk, clock)

    assert (steps, 1) == (desk.steps.count("sign"), desk.steps.count("renew"))


@pytest.mark.parametrize("failure", [broken("ReadError"), RuntimeError("a mistake")])
async def test_a_share_is_given_back_when_the_wire_fails(clock: SleepyClock, failure: Exception) -> None:
    desk = Desk([failure])
    with pytest.raises(type(failure)):
        await session_of(desk, clock).send(WRITE)

    assert [Report(verdict="slow")] == desk.reports


async def test_a_share_is_given_back_when_the_caller_is_cancelled_even_twice(clock: SleepyClock) -> None:
    under_way = asyncio.Event()

    async def hang() -> None:
        under_way.set()
        await asyncio.Event().wait()

    desk = Desk([200], before=hang)
    task = asyncio.create_task(session_of(desk, clock).send(READ))
    await under_way.wait()
    for _ in range(2):
        task.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0)

    assert ["take 1 INTERACTIVE", "sign", "send", "settle"] == desk.steps


async def test_the_calls_of_a_block_and_its_tasks_are_counted(clock: SleepyClock) -> None:
    session = session_of(Desk([500, 200]), clock)
    with calling() as tally:
        await asyncio.gather(session.send(READ), asyncio.create_task(session.send(READ)), session.send_unbudgeted(READ))
    await session.send(READ)

    assert 3 + 1 == tally.calls


async def test_no_log_line_holds_a_credential_or_a_person(clock: SleepyClock, caplog: pytest.LogCaptureFixture) -> None:
    await sent(Desk([500, 401]), clock)
    text = "".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records if record.levelno >= logging.WARNING)

    assert "OrdersPage" in text
    assert [] == [word for word in (SECRET, "somebody") if word in text]
    assert SECRET not in repr(STORE)


async def test_however_many_ask_it_is_fetched_once_until_it_is_old_or_forgotten(clock: SleepyClock) -> None:
    session = session_of(Desk([200]), clock)
    fetched: list[int] = []

    async def fetch() -> int:
        fetched.append(1)
        await asyncio.sleep(0)
        return len(fetched)

    async def ask() -> Iterable[int]:
        return set(await asyncio.gather(*(session.remember("currency", fetch, 60) for _ in range(9))))

    assert [{1}, {1}] == [await ask(), await ask()]
    clock.advance(60)
    assert {2} == await ask()
    session.forget("currency")
    session.forget("nothing")
    assert {3} == await ask()


async def test_a_failure_is_not_remembered(clock: SleepyClock) -> None:
    session = session_of(Desk([200]), clock)
    answers: list[Said] = [broken("ReadError"), 7]

    async def fetch() -> int:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    found = await asyncio.gather(*(session.remember("currency", fetch) for _ in range(3)), return_exceptions=True)

    assert [UnreachableError, 7, 7] == [type(found[0]), *found[1:]]


async def test_a_kept_connection_that_the_server_closed_costs_a_second_try(clock: SleepyClock, budget_of: MakeBudget) -> None:
    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    wire, desk = Wire(), Desk([200])
    budget: Budget = budget_of(concurrency=2, most=2)
    async with answering(reply(), cut, reply()) as server:
        store = dataclasses.replace(STORE, url=f"http://127.0.0.1:{server.port}")
        session = Session(store, MANIFEST, Dialect(desk.sign, desk.judge), wire, budget, clock)
        statuses = [(await session.send(READ)).status for _ in range(2)]
        await wire.close()

    assert ([200, 200], 3, 2) == (statuses, len(server.heads), server.connections)


@pytest.mark.parametrize(
    ("url", "host", "base"),
    [
        ("https://api.example.com", "token", "https://login.example.com"),
        ("https://api.example.com", "", None),
        ("http://127.0.0.1:9000/shop", "token", None),
    ],
)
async def test_another_host_is_asked_only_for_a_store_of_the_platforms_own(
    clock: SleepyClock, url: str, host: str, base: str | None
) -> None:
    desk = Desk([200])
    manifest = dataclasses.replace(MANIFEST, official=("https://api.example.com",), hosts={"token": "https://login.example.com"})
    store = dataclasses.replace(STORE, url=url)
    session = Session(store, manifest, Dialect(desk.sign, desk.judge), desk, desk, clock)  # type: ignore[arg-type]
    await session.send(dataclasses.replace(READ, host=host))

    assert [base] == desk.bases
