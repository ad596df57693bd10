"""What is read for a scrape from where it is kept for all processes: the write queue, and what is left of the stores' budgets.

What can't be read just now is left out, and the log says so: the rest is worth more than no answer.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from redis.asyncio import Redis
from redis.exceptions import RedisError

from adapters.kit.budget import Level, bucket_scope, levels
from resolvers.core import Core
from resolvers.writes.depths import depths
from resolvers.writes.queue import Queue

LOG = logging.getLogger(__name__)

LIMIT_SECONDS = 5.0
STORES_AT_ONCE = 50  # so that nobody else's request waits long while the answers are read

WAITING = ("cartograph_writes", "Writes that are not at their end, by state.", ("store", "state"))
OLDEST = ("cartograph_writes_oldest_seconds", "Since the oldest write that is not done was accepted; 0 where none waits.", ("store",))
LEVELS: Mapping[str, tuple[str, Callable[[Level], float]]] = {
    "cartograph_budget_points": ("Points a store may still be asked for.", lambda level: level.points),
    "cartograph_budget_most_points": ("Points of a full budget; 0 where the platform counts none.", lambda level: level.most),
    "cartograph_budget_places": ("Requests that may be under way at once.", lambda level: level.places),
    "cartograph_budget_under_way": ("Requests that are under way.", lambda level: level.under_way),
}


class Readings:
    """Reads for one gateway."""

    def __init__(self, core: Core, fast: Redis, queue: Queue) -> None:
        self._core = core
        self._fast = fast
        self._queue = queue

    async def read(self) -> list[Metric]:
        """Return what can be read now."""
        found = await asyncio.gather(_tried("the write queue", self._writes), _tried("the budgets", self._budgets))
        return [metric for metrics in found for metric in metrics]

    async def _writes(self) -> list[Metric]:
        waiting, oldest = (GaugeMetricFamily(name, words, labels=labels) for name, words, labels in (WAITING, OLDEST))
        stores = list(self._core.stores.values())
        for store, depth in zip(stores, await depths(self._queue, [store.scope for store in stores]), strict=True):
            for state, count in depth.counts.items():
                waiting.add_metric([store.name, state.name.lower()], count)
            oldest.add_metric([store.name], depth.oldest)
        return [waiting, oldest]

    async def _budgets(self) -> list[Metric]:
        """Return the levels of all budgets that were asked lately; `bucket` is "" for the store's own."""
        families = {name: GaugeMetricFamily(name, words, labels=("store", "bucket")) for name, (words, _) in LEVELS.items()}
        stores = list(self._core.stores.values())
        for begin in range(0, len(stores), STORES_AT_ONCE):
            limits = {}
            labels = {}
            for store in stores[begin : begin + STORES_AT_ONCE]:
                manifest = self._core.platform(store.name).manifest
                for bucket, own in {"": manifest.limits, **manifest.buckets}.items():
                    scope = bucket_scope(store.scope, bucket)
                    limits[scope], labels[scope] = own, (store.name, bucket)
            for scope, level in (await levels(self._fast, limits, self._core.clock)).items():
                for name, (_, value) in LEVELS.items():
                    families[name].add_metric(labels[scope], value(level))
        return list(families.values())


async def _tried(what: str, read: Callable[[], Awaitable[list[Metric]]]) -> Iterable[Metric]:
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            return await read()
    except (RedisError, TimeoutError, OSError):
        LOG.warning("%s could not be read for the metrics", what)
        return []
