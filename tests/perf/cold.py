"""Cold pages: how many platform calls a query takes against the least possible, and what the gateway adds to the slowest of them."""

import asyncio
import statistics
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from adapters.kit.clock import SystemClock
from adapters.kit.http import Answer, Request, Wire
from adapters.kit.registry import sandbox
from adapters.kit.stores import StoreConfig
from gateway.engine import EngineSettings, connect, engine
from gateway.sandboxes import credentials_of
from resolvers.api import make_schema
from resolvers.context import RequestContext
from resolvers.core import Core
from resolvers.principal import Principal, Role

ROUNDS = 15
REFILL_SECONDS = 2.0  # between rounds, so that no round waits for a bucket of points
EVERYTHING = Principal("benchmark", None, frozenset({Role.READ}))

# A query, the fewest calls that can answer it (one a store and step, but for what comes along with another step), and its rounds.
FOUR = 'maxAge: 0, platforms: ["shopify", "woocommerce"]'
QUERIES: tuple[tuple[str, str, int, int], ...] = (
    ("four stores: 50 orders", f"{{ orders(first: 50, {FOUR}) {{ nodes {{ id number }} }} }}", 4, ROUNDS),
    ("four stores: 50 orders with lines", f"{{ orders(first: 50, {FOUR}) {{ nodes {{ id lines {{ sku }} }} }} }}", 6, ROUNDS),
    (
        "four stores: 20 orders, lines, variants, stock",
        f"{{ orders(first: 20, {FOUR}) {{ nodes {{ lines {{ variant {{ sku inventoryLevels {{ available }} }} }} }} }} }}",
        14,
        ROUNDS,
    ),
    ("four stores: 50 customers", f"{{ customers(first: 50, {FOUR}) {{ nodes {{ id }} }} }}", 4, ROUNDS),
    # One call a store, and one more where lines are asked for apart. A marketplace that allows few searches an hour allows few rounds.
    ("all stores: 100 orders with lines", "{ orders(first: 100, maxAge: 0, deadlineMs: 60000) { nodes { id lines { sku } } } }", 14, 3),
)


class WaitingClock(SystemClock):
    """A clock that remembers whether anybody had to wait for a budget."""

    waited = False

    async def sleep(self, seconds: float) -> None:
        """Wait, and remember it."""
        self.waited = True
        await super().sleep(seconds)


class TimedWire(Wire):
    """A wire that remembers how long each call took, by store."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: dict[str, list[float]] = {}

    async def send(self, store: StoreConfig, request: Request, base: str | None = None) -> Answer:
        """Send a request and note its time."""
        began = time.perf_counter()
        try:
            return await super().send(store, request, base)
        finally:
            self.taken.setdefault(store.name, []).append((time.perf_counter() - began) * 1000)


def stores_of(urls: Mapping[str, str]) -> list[StoreConfig]:
    """Return the demo stores of running sandboxes."""
    return [
        StoreConfig(store.name, "acme", name, f"{url}/{store.name}", credentials_of(name, store))
        for name, url in urls.items()
        for store in sandbox(name).stores
    ]


async def cold(folder: Path, urls: Mapping[str, str]) -> list[dict[str, Any]]:
    """Measure each query in turn; times are milliseconds. The chain is the sum of one store's calls, which mostly follow each other.

    `waits` counts rounds that had to wait for a budget: their time says nothing about the gateway.
    """
    schema = make_schema()
    rows = []
    async with engine(EngineSettings(data_dir=folder)) as endpoints:
        fast, wire = connect(endpoints.fast), TimedWire()
        clock = WaitingClock()
        core = Core(stores_of(urls), fast, wire, clock)
        for name, query, least, rounds in QUERIES:
            totals, chains, calls, waits = [], [], 0, 0
            for _ in range(rounds + 1):
                await asyncio.sleep(REFILL_SECONDS)
                wire.taken.clear()
                clock.waited = False
                began = time.perf_counter()
                result = await schema.execute(query, context_value=RequestContext(core, EVERYTHING))
                assert result.errors is None, result.errors
                totals.append((time.perf_counter() - began) * 1000)
                chains.append(max(sum(times) for times in wire.taken.values()))
                calls = sum(len(times) for times in wire.taken.values())
                waits += clock.waited
            over = sorted(total - chain for total, chain in zip(totals[1:], chains[1:], strict=True))
            rows.append(
                {
                    "query": name,
                    "calls": calls,
                    "least": least,
                    "waits": waits,
                    "total": round(statistics.median(totals[1:]), 1),
                    "chain": round(statistics.median(chains[1:]), 1),
                    "over_p50": round(statistics.median(over), 1),
                    "over_p99": round(over[-1], 1),
                }
            )
        await core.close()
        await wire.close()
        await fast.aclose()
    return rows
