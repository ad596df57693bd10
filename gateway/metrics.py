"""Metrics: what the hops tell (`adapters.kit.watching`), counted, in the text format of Prometheus.

The tables say what becomes of each fact. A label's values come from our own tables and the stores file; should one of them ever turn out to
be without end, all beyond MOST_SERIES are counted as "other". Times are in seconds, sizes in pieces, counters end in `_total`.
"""

import asyncio
import atexit
import importlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from types import ModuleType
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, disable_created_metrics, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample

from adapters.kit.watching import Event, Facts, Hop

MOST_SERIES = 1000  # of one metric
OTHER = "other"
SECONDS = "seconds"
SOON_SECONDS = 0.5
MOST_NOTED = 2000

FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
SLOW = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 240.0)
AGES = (0.1, 1.0, 5.0, 15.0, 30.0, 60.0, 300.0, 900.0, 3600.0)
SIZES = (1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0)


@dataclass(frozen=True, slots=True)
class Row:
    """One metric; its labels are names of facts. With `buckets` it is a histogram, else a counter."""

    name: str
    words: str
    labels: tuple[str, ...]
    buckets: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """What a passage adds to a metric: the fact `of`, its seconds where that is SECONDS, or one. `said` stands for facts it lacks."""

    row: Row
    of: str = ""
    said: Mapping[str, str] = field(default_factory=dict)


REQUESTS = Row("cartograph_request_seconds", "Requests, from their body to the answer.", ("type", "outcome"), FAST)
EXECUTIONS = Row("cartograph_execution_seconds", "Executions of valid operations; equal requests share one.", ("type", "outcome"), FAST)
BATCHES = Row("cartograph_loader_batch_keys", "Keys that a loader asked for at once.", ("what",), SIZES)
CACHE_READS = Row("cartograph_cache_reads", "Values looked for in the cache; stale is one that was too old.", ("what", "result"))
AGE = Row("cartograph_cache_hit_age_seconds", "Age of the oldest value found by a read of the cache.", ("what",), AGES)
WAITS = Row("cartograph_budget_wait_seconds", "Waits for a share of a store's budget.", ("platform", "priority", "outcome"), FAST)
CALLS = Row(
    "cartograph_platform_calls", "Requests sent to platforms, by the category of their answers.", ("platform", "operation", "outcome")
)
CALL_SECONDS = Row("cartograph_platform_call_seconds", "How long platforms take to answer.", ("platform", "operation"), FAST)
WRITES = Row("cartograph_write_batch_seconds", "Batches of accepted writes being done.", ("platform", "operation"), SLOW)
JOBS = Row("cartograph_write_jobs", "Writes that were settled, by the state they went to.", ("platform", "operation", "outcome"))
WORDS = Row("cartograph_unknown_words", "Rows with a status no table knows.", ("platform", "store", "field"))

PASSAGES: Mapping[Hop, Sequence[Source]] = {
    Hop.REQUEST: (Source(REQUESTS, SECONDS),),
    Hop.EXECUTION: (Source(EXECUTIONS, SECONDS),),
    Hop.LOADER: (Source(BATCHES, "keys"),),
    Hop.CACHE_READ: (
        Source(CACHE_READS, "local", {"result": "hit_local"}),
        Source(CACHE_READS, "shared", {"result": "hit_shared"}),
        Source(CACHE_READS, "stale", {"result": "stale"}),
        Source(CACHE_READS, "missing", {"result": "miss"}),
        Source(AGE, "age"),
    ),
    Hop.BUDGET_WAIT: (Source(WAITS, SECONDS),),
    Hop.PLATFORM_CALL: (Source(CALLS), Source(CALL_SECONDS, SECONDS)),
    Hop.WRITE: (Source(WRITES, SECONDS),),
}
EVENTS: Mapping[Event, Row] = {Event.HIT: CACHE_READS, Event.JOB: JOBS, Event.UNKNOWN_WORDS: WORDS}

disable_created_metrics()  # type: ignore[no-untyped-call]  # Prometheus itself knows when a series began


class Metrics:
    """Counts for one process, or with a `folder` for all that count there."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        if folder is not None:
            _shared_counts().join(folder)
            atexit.register(self.catch_up)
        self._registry = CollectorRegistry()
        self._series: dict[str, _Series] = {}
        self._noted = 0
        self._passages = {hop: [self._noting(source) for source in sources] for hop, sources in PASSAGES.items()}
        self._events = {event: self._of(row) for event, row in EVENTS.items()}

    def measure(self, hop: Hop, facts: Facts, seconds: float) -> None:
        """Count a passage, soon: its numbers are only put down here, so that no request waits for the library."""
        for note in self._passages[hop]:
            note(facts, seconds)
        self._soon()

    def count(self, event: Event, facts: Facts, times: int) -> None:
        """Count an event, soon."""
        self._events[event].named(facts).append(times)
        self._soon()

    def catch_up(self) -> None:
        """Count what was noted."""
        self._noted = 0
        for series in self._series.values():
            series.catch_up()

    def text(self, readings: Iterable[Metric] = ()) -> bytes:
        """Return all counts, and what was read for the occasion. Reads files: not for the event loop."""
        return generate_latest(_Collected([*self._counts(), *self._processes(), *readings]))

    def _counts(self) -> Iterable[Metric]:
        if self._folder is None:
            return self._registry.collect()
        found: Iterable[Metric] = MultiProcessCollector(None, str(self._folder)).collect()  # type: ignore[no-untyped-call]
        return found

    def _processes(self) -> Iterable[Metric]:
        """Return memory, processor time and files of each process, by its number."""
        families: dict[str, Metric] = {}
        ids: Mapping[int, int | str] = {0: "self"} if self._folder is None else _shared_counts().living(self._folder)
        for number, id_ in ids.items():
            for found in ProcessCollector(pid=lambda id_=id_: id_, registry=None).collect():  # type: ignore[misc]
                family = families.setdefault(found.name, Metric(found.name, found.documentation, found.type))
                family.samples += [Sample(each.name, {"process": str(number)}, each.value) for each in found.samples]
        return families.values()

    def _soon(self) -> None:
        if not self._noted:
            try:
                asyncio.get_running_loop().call_later(SOON_SECONDS, self.catch_up)
            except RuntimeError:  # counted outside of a loop: nobody waits for it there
                self._noted = MOST_NOTED
        self._noted += 1
        if self._noted >= MOST_NOTED:
            self.catch_up()

    def _noting(self, source: Source) -> Callable[[Facts, float], None]:
        """Return what notes a passage for a metric."""
        series = self._of(source.row)
        key: Callable[[Facts], Any] = itemgetter(*(label for label in source.row.labels if label not in source.said))
        known: dict[Any, list[float]] = {}

        def note(facts: Facts, seconds: float) -> None:
            amount: Any = seconds if source.of == SECONDS else facts.get(source.of) if source.of else 1
            if not amount and (amount is None or not source.row.buckets):
                return
            labels = key(facts)
            amounts = known.get(labels)
            if amounts is None:
                amounts = series.named({**facts, **source.said})
                if len(known) < MOST_SERIES:
                    known[labels] = amounts
            amounts.append(amount)

        return note

    def _of(self, row: Row) -> "_Series":
        if row.name not in self._series:
            self._series[row.name] = _Series(row, None if self._folder else self._registry)
        return self._series[row.name]


class _Series:
    """The series of one metric, what bounds their number, and what was noted for each and is not counted yet."""

    def __init__(self, row: Row, registry: CollectorRegistry | None) -> None:
        self._labels = row.labels
        self._noted: dict[tuple[str, ...], list[float]] = {}
        self._add: Callable[[tuple[str, ...], list[float]], None]
        if row.buckets:
            histogram = Histogram(row.name, row.words, row.labels, registry=registry, buckets=row.buckets)
            self._add = lambda labels, amounts: _observe(histogram.labels(*labels), amounts)
        else:
            counter = Counter(row.name, row.words, row.labels, registry=registry)
            self._add = lambda labels, amounts: counter.labels(*labels).inc(sum(amounts))

    def named(self, facts: Facts) -> list[float]:
        """Return where amounts are noted for the series that the facts name."""
        labels = tuple(str(facts[label]) for label in self._labels)
        if len(self._noted) >= MOST_SERIES and labels not in self._noted:
            labels = (OTHER,) * len(labels)
        return self._noted.setdefault(labels, [])

    def catch_up(self) -> None:
        """Count what was noted."""
        for labels, amounts in self._noted.items():
            if amounts:
                self._add(labels, amounts)
                amounts.clear()


class _Collected(Collector):
    """What was collected already, as the library's writer wants it."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _observe(histogram: Histogram, amounts: Iterable[float]) -> None:
    for amount in amounts:
        histogram.observe(amount)


def _shared_counts() -> ModuleType:
    """Return what only several processes need, and only a system with their kind of locks has."""
    return importlib.import_module("gateway.shared_counts")
