"""What the hops of a request tell of themselves, and to whom: a meter that counts, a tracer that keeps what followed from what.

A hop is a block: `with watching.platform_call(store, "Orders") as passage`. What it tells, its facts, are bounded words and numbers: the
names of stores, platforms and operations of our own tables, never an id, a name of the caller's or a value. Nobody watches unless the
gateway says so (`watch`); then a passage costs next to nothing.
"""

import asyncio
from collections.abc import Iterable, Mapping
from enum import StrEnum
from time import perf_counter
from types import TracebackType
from typing import Any, ClassVar, Protocol, Self

from adapters.kit.calls import Priority
from adapters.kit.failures import PlatformError
from adapters.kit.stores import StoreConfig

Facts = Mapping[str, str | int | float]

OK = "ok"
CANCELLED = "cancelled"  # whoever waited for it did not want it any more
FAILED = "failed"  # by a mistake of ours


class Hop(StrEnum):
    """The blocks that are watched."""

    REQUEST = "request"
    EXECUTION = "execution"
    LOADER = "loader"
    CACHE_READ = "cache read"
    BUDGET_WAIT = "budget wait"
    PLATFORM_CALL = "platform call"
    WRITE = "write"


class Event(StrEnum):
    """What is counted where it happens."""

    HIT = "hit"
    JOB = "job"
    UNKNOWN_WORDS = "unknown words"


class Meter(Protocol):
    """Counts passages and events."""

    def measure(self, hop: Hop, facts: Facts, seconds: float) -> None:
        """Count a passage at its end."""
        ...

    def count(self, event: Event, facts: Facts, times: int) -> None:
        """Count an event."""
        ...


class Tracer(Protocol):
    """Keeps which passage happened within which."""

    def begin(self, hop: Hop, facts: Facts, parent: str) -> Any:
        """Begin a passage within the one under way, or within the caller's `parent` (a W3C traceparent); returns what `end` needs."""
        ...

    def end(self, begun: Any, facts: Facts) -> None:
        """End a passage."""
        ...

    def mark(self) -> str:
        """Return a traceparent by which the passage under way can be found again, "" where none is kept."""
        ...

    def follow(self, marks: Iterable[str]) -> None:
        """Tell what the passage under way follows from."""
        ...


class Passage:
    """A hop on its way; `outcome` is "ok" unless it tells otherwise or an exception ends it."""

    __slots__ = ("_began", "_begun", "_facts", "_hop", "_meter", "_parent", "_tracer")

    def __init__(self, hop: Hop, facts: dict[str, str | int | float], parent: str = "") -> None:
        self._hop = hop
        self._facts = facts
        self._parent = parent
        self._meter = _watchers.meter
        self._tracer = _watchers.tracer

    def tell(self, **facts: str | float) -> None:
        """Add facts that were not known at the beginning."""
        self._facts.update(facts)

    def __enter__(self) -> Self:
        if self._tracer is not None:
            self._begun = self._tracer.begin(self._hop, self._facts, self._parent)
        self._began = perf_counter()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        seconds = perf_counter() - self._began
        if error is not None:
            self._facts["outcome"] = outcome(error)
        else:
            self._facts.setdefault("outcome", OK)
        if self._meter is not None:
            self._meter.measure(self._hop, self._facts, seconds)
            _count_hits(self._meter)
        if self._tracer is not None:
            self._tracer.end(self._begun, self._facts)


def watch(meter: Meter | None, tracer: Tracer | None) -> None:
    """Let these watch this process from now on."""
    _watchers.meter, _watchers.tracer = meter, tracer


def outcome(error: BaseException | None) -> str:
    """Return the word for how something ended: "ok", the category of a platform's failure, "cancelled" or "failed"."""
    if error is None:
        return OK
    if isinstance(error, PlatformError):
        return error.category.name.lower()
    return CANCELLED if isinstance(error, asyncio.CancelledError) else FAILED


def request(traceparent: str) -> Passage:
    """Watch a request of a caller; it counts as refused until it tells its `type` and `outcome`."""
    return Passage(Hop.REQUEST, {"type": "unknown", "outcome": "refused"}, traceparent)


def execution(type_: str) -> Passage:
    """Watch the execution of an operation: "query" or "mutation"."""
    return Passage(Hop.EXECUTION, {"type": type_})


def loader(what: str, keys: int) -> Passage:
    """Watch a batch of a loader; `what` is a kind or a part."""
    return Passage(Hop.LOADER, {"what": what, "keys": keys})


def cache_read(what: str) -> Passage:
    """Watch a read of the cache; it tells `local`, `shared`, `stale`, `missing`, which are numbers of values, and `age`, of the oldest."""
    return Passage(Hop.CACHE_READ, {"what": what})


def hit(what: str) -> None:
    """Count a value that was at hand in this process. There may be thousands of them in a request, so they are added up first."""
    _watchers.hits[what] = _watchers.hits.get(what, 0) + 1


def budget_wait(store: StoreConfig, priority: Priority) -> Passage:
    """Watch a wait for a share of a store's budget."""
    return Passage(Hop.BUDGET_WAIT, {"platform": store.platform, "store": store.name, "priority": priority.name.lower()})


def platform_call(store: StoreConfig, operation: str) -> Passage:
    """Watch one request to a platform; it tells the `status` of the answer, and its category as `outcome`."""
    return Passage(Hop.PLATFORM_CALL, {"platform": store.platform, "store": store.name, "operation": operation})


def write(store: StoreConfig, operation: str, jobs: int) -> Passage:
    """Watch a batch of accepted writes being done, with all its platform calls."""
    return Passage(Hop.WRITE, {"platform": store.platform, "store": store.name, "operation": operation, "jobs": jobs})


def job(store: StoreConfig, operation: str, state: str) -> None:
    """Count a write that was settled, by the state it is in now."""
    if _watchers.meter is not None:
        _watchers.meter.count(Event.JOB, {"platform": store.platform, "operation": operation, "outcome": state.lower()}, 1)


def unknown_words(store: StoreConfig, field: str, rows: int) -> None:
    """Count rows with a word of the platform's that no table knows."""
    if _watchers.meter is not None:
        _watchers.meter.count(Event.UNKNOWN_WORDS, {"platform": store.platform, "store": store.name, "field": field}, rows)


def mark() -> str:
    """Return what `follow` needs to find the passage under way again, maybe in another process; "" where nobody keeps it."""
    return "" if _watchers.tracer is None else _watchers.tracer.mark()


def follow(marks: Iterable[str]) -> None:
    """Tell what the passage under way follows from."""
    if _watchers.tracer is not None:
        _watchers.tracer.follow(marks)


class _Watchers:
    """Who watches this process, and what they were not told of yet."""

    meter: Meter | None = None
    tracer: Tracer | None = None
    hits: ClassVar[dict[str, int]] = {}


_watchers = _Watchers()


def _count_hits(meter: Meter) -> None:
    while _watchers.hits:
        what, times = _watchers.hits.popitem()
        meter.count(Event.HIT, {"what": what, "result": "hit_local"}, times)
