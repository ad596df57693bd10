"""A write desk over fake shops: the real queue, the real worker, and platforms that do what a test says.

A `Desk` is one process: `accept` takes writes in, `work` does what is due, at the time of a clock that moves only when the test moves it.
Another process over the same engine is `desk.another()`.
"""

import asyncio
import contextlib
import dataclasses
import inspect
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from cryptography.fernet import Fernet
from redis.asyncio import Redis

from adapters.kit.failures import PlatformError
from adapters.kit.http import UnreachableError
from adapters.kit.writing import Done, Job, Journal, Looked, Performed, Writer
from resolvers.principal import Principal
from resolvers.writes.accepting import Writes
from resolvers.writes.queue import Queue, Write
from resolvers.writes.sealing import Contents, Sealer
from resolvers.writes.worker import Worker, WorkerSettings
from schema import commands
from schema.commands import OPERATIONS, Guard, Merge, WriteOperation
from schema.receipts import Receipt
from tests.support.fakes import DAY, EVERYBODY, WRITES, FakeClock, Mall, fake_schema, mall

SEAL = Fernet.generate_key().decode()
NO_GUARD = Guard()

Answer = Callable[[Job], Performed | Awaitable[Performed]]


class StillClock(FakeClock):
    """Stands still; who sleeps is woken when the test has moved the time far enough."""

    def __init__(self) -> None:
        super().__init__(DAY)
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    async def sleep(self, seconds: float) -> None:
        waking: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.monotonic() + seconds, waking))
        await waking

    def advance(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)
        for at, waking in self._sleepers:
            if at <= self.monotonic() and not waking.done():
                waking.set_result(None)
        self._sleepers = [(at, waking) for at, waking in self._sleepers if not waking.done()]


@dataclass(slots=True)
class Counter:
    """What a store's fake platform is asked to do. `answer` says what comes of a job; `looks` and `checks` what is seen of it later."""

    answer: Answer = lambda _: Done()
    looks: Callable[[Job], Looked] | None = None
    checks: Answer | None = None
    calls: list[list[Job]] = field(default_factory=list)
    notes: Mapping[str, Any] | None = None

    @property
    def commands(self) -> list[Any]:
        """Return all commands that were to be done, in order."""
        return [job.command for call in self.calls for job in call]

    async def perform(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        self.calls.append(list(jobs))
        if self.notes is not None:
            await journal.note({job.id: self.notes for job in jobs})
        return [await _answered(self.answer, job) for job in jobs]

    async def check(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        assert self.checks is not None
        return [await _answered(self.checks, job) for job in jobs]

    async def seen(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        assert self.looks is not None
        return [self.looks(job) for job in jobs]

    def writer(self) -> Writer:
        return Writer(self.perform, self.check if self.checks else None, self.seen if self.looks else None)


async def _answered(answer: Answer, job: Job) -> Performed:
    found = answer(job)
    return await found if inspect.isawaitable(found) else found


@dataclass(slots=True)
class Desk:
    """One process over fake stores. `counters` are the platforms' sides, by store."""

    made: Mall
    clock: StillClock
    state: Redis
    queue: Queue
    writes: Writes
    worker: Worker
    counters: dict[str, Counter]
    numbers: list[int] = field(default_factory=lambda: [0])

    def scope(self, store: str) -> str:
        return self.made.core.stores[store].scope

    async def put(self, store: str, command: Any, *, guard: Guard = NO_GUARD, after: float = 0, lane: str = "") -> str:
        """Keep a write, without the API in front; returns its number."""
        operation = operation_of(command)
        self.numbers[0] += 1
        number = f"{self.numbers[0]:06d}"
        contents = Contents(operation, command, guard)
        mergeable = OPERATIONS[operation].merge is not Merge.NEVER and guard == NO_GUARD
        begin = self.clock.now() + timedelta(seconds=after) if after else None
        target = OPERATIONS[operation].target
        name = lane or (f"{target}:{next(iter(dataclasses.asdict(command).values()))}" if target else f"new:{number}")
        write = Write(number, operation, name, self.writes.sealer.seal(contents), mergeable, begin, "test")
        await self.queue.enqueue(self.scope(store), [write])
        return number

    async def work(self) -> int:
        """Do all that is due now; returns how many batches were looked for."""
        turns = 0
        while await self.worker.turn():
            turns += 1
            assert turns < 10_000, "there is no end to what is due"
        return turns

    async def told(self, store: str, *numbers: str) -> list[Receipt]:
        """Return receipts, which have to be there."""
        found = await self.writes.receipts.read([(store, number) for number in numbers])
        assert None not in found
        return [each for each in found if each is not None]

    async def states(self, store: str, *numbers: str) -> list[str]:
        """Return the states of receipts."""
        return [receipt.state.name for receipt in await self.told(store, *numbers)]

    async def ask(self, query: str, principal: Principal = EVERYBODY, **variables: Any) -> Any:
        """Run an operation of the API; returns data and errors."""
        context = self.made.context(principal)
        context._writes = self.writes
        return await fake_schema().execute(query, variable_values=variables, context_value=context)

    def another(self) -> "Desk":
        """Return the same stores seen by another process."""
        return _open(self.made, self.clock, self.state, self.counters, self.numbers)


def desk(fast: Redis, state: Redis, *names: str, **settings: Any) -> Desk:
    """Make a desk over new stores; what their platform can be written is in `tests.support.fakes.WRITES`."""
    clock = StillClock()
    made = mall(fast, names or ("east",), clock=clock, **settings)
    return _open(made, clock, state, {name: Counter() for name in made.shops}, [0])


@contextlib.contextmanager
def writing(**facts: Any) -> Iterator[None]:
    """Let the fake platform have these facts of all operations for the time of the block."""
    before = dict(WRITES)
    WRITES.update({operation: dataclasses.replace(each, **facts) for operation, each in WRITES.items()})
    try:
        yield
    finally:
        WRITES.update(before)


def _open(made: Mall, clock: StillClock, state: Redis, counters: dict[str, Counter], numbers: list[int]) -> Desk:
    for name, counter in counters.items():
        made.core._writers[name] = _Writers(counter)
    queue, sealer = Queue(state, clock), Sealer([SEAL])
    worker = Worker(made.core, queue, sealer, WorkerSettings())
    return Desk(made, clock, state, queue, Writes(made.core, queue, sealer, worker.wake), worker, counters, numbers)


class _Writers(dict[WriteOperation, Writer]):
    """Writers of a store that are looked up when they are needed, so that a test may change its mind."""

    def __init__(self, counter: Counter) -> None:
        super().__init__()
        self._counter = counter

    def __getitem__(self, operation: WriteOperation) -> Writer:
        return self._counter.writer()


def operation_of(command: Any) -> WriteOperation:
    """Return the operation a command is of."""
    return next(operation for operation, shape in commands.SHAPES.items() if type(command) is shape)


def silent(_: Job) -> PlatformError:
    """Answer as a store does that may have done it and does not say."""
    return UnreachableError("The store did not answer in time.", sent=True, code="ReadTimeout")


def fine(_: Job) -> Done:
    """Answer as a store does that has done it."""
    return Done()


def in_turn(*answers: Answer) -> Answer:
    """Answer one job after the other, and all that follow well."""
    left = iter(answers)

    def answer(job: Job) -> Any:
        return next(left, fine)(job)

    return answer
