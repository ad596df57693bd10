"""Random steps of two workers and of people against a simple model: whatever happens, in whatever order, and even when it is sent twice,
no write is lost, none is done beside another of its lane, and all that tells of them agrees.
"""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from redis.asyncio import Redis

from resolvers.writes.queue import DUE, KEEP_DAYS, Batch, Hold, Queue, Steps, Verdict, Write, prefix
from schema.commands import OPERATIONS, WriteOperation
from schema.errors import Category
from schema.receipts import ReceiptState as State
from tests.support.desk import StillClock
from tests.unit.writes.model import FINAL, Model, Work

T = TypeVar("T")

SCOPES = itertools.count()
STEPS = Steps(
    2,
    {
        "INVENTORY_SET": (2, "InventoryLevel"),
        "PRICE_SET": (1, "ProductVariant"),
        "PRODUCT_UPDATE": (3, "Product"),
    },
)
OPS = tuple(WriteOperation[name] for name in STEPS.table)
LANES = ("a", "b", "c", "d")
KINDS = ("InventoryLevel", "Product", "InventoryLevel", "*", "Product")
LEASE = 60

Verdicts = Callable[[str, datetime], Verdict]


def _soon(now: datetime, seconds: float = 5) -> datetime:
    return now + timedelta(seconds=seconds)


OUTCOMES: dict[str, Verdicts] = {
    "done": lambda name, _: Verdict(name, State.DONE, effect={"after": {"available": 1}}),
    "rejected": lambda name, _: Verdict(name, State.REJECTED, category=Category.VALIDATION, code="NO"),
    "parked": lambda name, _: Verdict(name, State.NEEDS_INTERVENTION, category=Category.TRANSIENT, code="WORN_OUT"),
    "parked in doubt": lambda name, _: Verdict(name, State.NEEDS_INTERVENTION, code="NEVER_SHOWN", uncertain=True),
    "unclear": lambda name, _: Verdict(name, State.NEEDS_INTERVENTION, code="UNCLEAR"),
    "failed": lambda name, now: Verdict(name, State.RETRYING, next=_soon(now)),
    "in doubt": lambda name, now: Verdict(name, State.RETRYING, next=_soon(now), uncertain=True),
    "alone": lambda name, now: Verdict(name, State.RETRYING, next=now, alone=True, counted=False),
    "accepted": lambda name, now: Verdict(name, State.WAITING_PLATFORM, next=_soon(now), handle="job:1", looked=True),
    "quota": lambda name, now: Verdict(name, State.QUEUED, next=_soon(now, 30), category=Category.QUOTA, counted=False),
    "refused": lambda name, now: Verdict(name, State.QUEUED, next=_soon(now, 1), category=Category.AUTH, counted=False),
}
NAMES = tuple(OUTCOMES)


@dataclass
class Play:
    """A queue, its model, and what the two workers have in hand."""

    queue: Queue
    clock: StillClock
    scope: str
    model: Model = field(default_factory=lambda: Model(STEPS))
    lost: list[Batch] = field(default_factory=list)
    numbers: Any = field(default_factory=itertools.count)
    twice: bool = False

    @property
    def now(self) -> int:
        return self.queue.now()

    async def step(self, name: str, which: int, more: int, twice: bool) -> None:
        self.twice = twice
        await getattr(self, f"do_{name}")(which, more)
        await self.agree()

    async def run(self, call: Callable[[], Awaitable[T]], *, same: bool = True) -> T:
        """Call once, or twice as a client does whose connection broke."""
        found = await call()
        if self.twice:
            again = await call()
            assert not same or found == again
        return found

    def hit(self, which: int) -> str:
        names = [*self.model.jobs, "nobody"]
        return names[which % len(names)]

    # Steps

    async def do_enqueue(self, which: int, more: int) -> None:
        writes, jobs = [], []
        for place in range(1 + more % 4):
            lane = (which // 5 + place // 2) % 4
            op = OPS[(lane + (which % 10 == 0)) % 3]
            name, merge, after = f"{next(self.numbers):04d}", more % 5 != 0, which % 10 == 1
            begin = _soon(self.clock.now(), 20) if after else None
            writes.append(Write(name, op, LANES[lane], name.encode(), merge, begin, "test"))
            due = self.now + 20_000 * after
            jobs.append(Work(name, op.name, OPERATIONS[op].kind, LANES[lane], merge, due))
        for job in jobs:
            self.model.add(job, self.now)
        await self.run(lambda: self.queue.enqueue(self.scope, writes))

    async def do_claim(self, which: int, more: int) -> None:
        await self.queue.pop()
        self.notice()
        self.model.tidy(self.now)
        name = f"batch-{next(self.numbers)}"
        batch = await self.run(lambda: self.queue.claim(self.scope, STEPS, name))
        self.model.claim(batch, self.now, self.now + LEASE * 1000)

    async def do_finish(self, which: int, more: int) -> None:
        if not self.model.running:
            return
        batch = list(self.model.running.values())[which % len(self.model.running)][0]
        names = [NAMES[(more + 3 * place) % len(NAMES)] for place in range(len(batch.items))]
        verdicts = [OUTCOMES[name](item.id, self.clock.now()) for name, item in zip(names, batch.items, strict=True)]
        pause = _soon(self.clock.now(), 30) if "quota" in names else None
        if "refused" in names and await self.queue.hold(self.scope, "*", self.refusal()):
            self.model.holds["*"] = (self.now + 600_000, 600_000)
        admitted = "done" in names and "refused" not in names
        found = await self.run(lambda: self.queue.finish(batch, verdicts, pause=pause, admitted=admitted))
        paused = None if pause is None else int(pause.timestamp() * 1000)

        assert found == self.model.finish(batch, verdicts, self.now, pause=paused, admitted=admitted)

    async def do_late(self, which: int, more: int) -> None:
        """Who has lost a batch can do nothing with it."""
        if not self.lost:
            return
        batch = self.lost[which % len(self.lost)]
        verdicts = [OUTCOMES[NAMES[more % len(NAMES)]](item.id, self.clock.now()) for item in batch.items]

        assert not await self.queue.finish(batch, verdicts, pause=_soon(self.clock.now()), admitted=True)
        assert not await self.queue.renew(batch)
        assert not await self.queue.note(batch, {item.id: {"step": 1} for item in batch.items})

    async def do_renew(self, which: int, more: int) -> None:
        for batch, end in list(self.model.running.values())[:1]:
            if end > self.now:
                assert await self.run(lambda batch=batch: self.queue.renew(batch))  # type: ignore[misc]
                self.model.running[batch.id] = (batch, self.now + LEASE * 1000)

    async def do_note(self, which: int, more: int) -> None:
        for batch, _ in self.model.running.values():
            notes = {item.id: {"step": more} for item in batch.items}

            assert await self.run(lambda batch=batch, notes=notes: self.queue.note(batch, notes))  # type: ignore[misc]

    async def do_wait(self, which: int, more: int) -> None:
        self.clock.advance((1, 5, 30, 61, 601)[which % 5])

    async def do_reap(self, which: int, more: int) -> None:
        self.notice()
        self.model.reap(self.now)
        await self.run(lambda: self.queue.reap(self.scope))

    async def do_hold(self, which: int, more: int) -> None:
        await self.run(
            lambda: self.queue.hold(self.scope, KINDS[which % 5], Hold("By hand.", "test", self.clock.now()), replace=True), same=False
        )
        self.model.holds[KINDS[which % 5]] = None

    async def do_release(self, which: int, more: int) -> None:
        await self.run(lambda: self.queue.release(self.scope, KINDS[which % 5]), same=False)
        self.model.holds.pop(KINDS[which % 5], None)

    async def do_cancel(self, which: int, more: int) -> None:
        name = self.hit(which)

        assert self.model.cancel(name, self.now) == await self.run(lambda: self.queue.cancel(self.scope, name))

    async def do_requeue(self, which: int, more: int) -> None:
        name, payload = self.hit(which), b"" if more % 3 else f"edited {more} {next(self.numbers)}".encode()

        assert self.model.requeue(name, self.now, edited=payload != b"") == await self.run(
            lambda: self.queue.requeue(self.scope, name, payload)
        )

    async def do_purge(self, which: int, more: int) -> None:
        if more % 5 == 0:
            self.clock.advance(timedelta(days=KEEP_DAYS, seconds=1).total_seconds())
        await self.run(lambda: self.queue.purge(self.scope), same=False)
        self.model.purge(self.now - KEEP_DAYS * 86_400_000)

    def notice(self) -> None:
        """Note which batches are lost from now on."""
        self.lost += [batch for batch, end in self.model.running.values() if end <= self.now]

    def refusal(self) -> Hold:
        now = self.clock.now()
        return Hold("Reconnect the store.", "gateway", now, probe=_soon(now, 600), every=timedelta(seconds=600))

    # What has to be true

    async def agree(self) -> None:
        """Compare all that is kept with the model."""
        kept = await self.kept()
        jobs, states = self.model.jobs, kept["states"]
        assert {name: job.state.name for name, job in jobs.items()} == states
        assert {name: {each for each in states if states[each] == name} for name in kept["by"]} == kept["by"]
        assert set(jobs) == kept["all"]
        assert {name for name, job in jobs.items() if job.state in FINAL} == kept["finished"]
        assert self.model.lanes == kept["lanes"]
        assert self.model.later == kept["later"]
        assert {name: end for name, (_, end) in self.model.running.items()} == kept["running"]
        assert len(kept["running"]) <= STEPS.most
        ready = {op: {head.lane: head.next for head in self.model.free() if head.op == op} for op in STEPS.table}
        assert ready == kept["ready"]
        assert {op for op, lanes in ready.items() if lanes} <= kept["ops"]
        due = self.model.due()
        assert due is None or (kept["due"] is not None and kept["due"] <= max(due, self.now)), "nobody will look in time"
        for job in jobs.values():
            carrier = job.group[-1] if job.group else job.id
            if job.state in {State.DONE, State.REJECTED} and carrier in jobs:
                assert jobs[carrier].state is job.state, "a follower has the outcome of its carrier"
                assert kept["outcomes"][job.id] == kept["outcomes"][carrier]

    async def kept(self) -> dict[str, Any]:
        """Return all that the queue keeps."""
        first, state = prefix(self.scope), self.queue.state
        found: list[Any] = await state.keys(first.replace("{", "\\{") + "*")
        keys = [key.decode().removeprefix(first) for key in found]
        lanes, jobs = [key for key in keys if key.startswith("lane:")], [key for key in keys if key.startswith("job:")]
        indices = [f"by:{each.name}" for each in State]
        pipe = state.pipeline(transaction=False)
        for key in (*(f"ready:{op}" for op in STEPS.table), "later", "running", "finished", "all", *indices):
            pipe.zrange(first + key, 0, -1, withscores=True)
        for key in lanes:
            pipe.lrange(first + key, 0, -1)
        for key in jobs:
            pipe.hmget(first + key, "state", "category", "code", "reason", "effect")
        pipe.smembers(f"{first}ops")
        pipe.zscore(DUE, self.scope)
        found = await pipe.execute()
        scored = [{name.decode(): int(score) for name, score in each} for each in found[: len(STEPS.table) + 4 + len(indices)]]
        rest = found[len(scored) :]
        told = {key[4:]: each for key, each in zip(jobs, rest[len(lanes) :], strict=False)}
        return {
            "ready": dict(zip(STEPS.table, scored, strict=False)),
            "later": scored[3],
            "running": scored[4],
            "finished": set(scored[5]),
            "all": set(scored[6]),
            "by": {name[3:]: set(each) for name, each in zip(indices, scored[7:], strict=True)},
            "lanes": {key[5:]: [name.decode() for name in each] for key, each in zip(lanes, rest, strict=False)},
            "states": {name: each[0].decode() for name, each in told.items()},
            "outcomes": {name: each[1:] for name, each in told.items()},
            "ops": {name.decode() for name in rest[-2]},
            "due": rest[-1],
        }


OFTEN = ("enqueue", "claim", "finish") * 3
SELDOM = (
    "claim",
    "late",
    "renew",
    "note",
    "wait",
    "wait",
    "wait",
    "reap",
    "hold",
    "release",
    "release",
    "cancel",
    "requeue",
    "requeue",
    "purge",
)
Moves = list[tuple[str, int, int, bool]]
MOVES = some.lists(
    some.tuples(some.sampled_from(OFTEN + SELDOM), some.integers(0, 29), some.integers(0, 29), some.booleans()), min_size=25, max_size=60
)


@pytest_asyncio.fixture(scope="session")
async def state(engines: tuple[Redis, Redis]) -> AsyncIterator[Redis]:
    yield engines[0]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(moves=MOVES)
async def test_whatever_happens_nothing_is_lost_doubled_or_out_of_order(state: Redis, moves: Moves) -> None:
    clock = StillClock()
    play = Play(Queue(state, clock, LEASE), clock, f"model/{next(SCOPES)}")
    await state.delete(DUE)
    for move in moves:
        await play.step(*move)
