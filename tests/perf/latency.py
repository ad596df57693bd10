"""Cold pages: how much a server adds to the platform calls it waits for, one at a time and fifty at once, and what a slow store does to it.

Every platform call takes fifty milliseconds longer than the sandbox needs for it. The calls are timed between server and sandbox (`tap`),
so no server is asked how long it took itself. Limits of the sandboxes are wide: what is measured is the server.
"""

import contextlib
import statistics
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.perf.load import Served, load
from tests.perf.platforms import platforms
from tests.perf.servers import MissingError, gateway, node
from tests.perf.tap import Tap, tapped
from tests.perf.warm import OURS
from tests.perf.workloads import BELOW, ORDER, SHOPS

DELAY = 0.05
SLOW, SLOW_DELAY = "kiosk", 2.0
TOGETHER = 50
FEW = 4
SHORT_MS = 500
QUERIES: Mapping[str, str] = {
    "rows": f"{{ orders(first: 50, maxAge: 0, {SHOPS}) {{ nodes {{ id number createdAt }} {BELOW} }} }}",
    "rows with lines": f"{{ orders(first: 50, maxAge: 0, {SHOPS}) {{ nodes {{ {ORDER} }} {BELOW} }} }}",
}
PATIENT = QUERIES["rows"]
HURRIED = PATIENT.replace("maxAge: 0", f"maxAge: 0, deadlineMs: {SHORT_MS}")
# What is asked, whether the slow store is slow, and how many times longer a turn is.
SLOW_CASES: Mapping[str, tuple[str, bool, float]] = {
    "all stores are fast": (PATIENT, False, 1),
    f"one takes {SLOW_DELAY:.0f} s, deadline {SHORT_MS} ms": (HURRIED, True, 2),
    f"one takes {SLOW_DELAY:.0f} s, no deadline": (PATIENT, True, 4),
}


@dataclass(slots=True)
class Seen:
    """What was seen of requests: times in milliseconds, over the slowest call, over the slowest store's calls; and what was missing."""

    times: list[float] = field(default_factory=list)
    over_call: list[float] = field(default_factory=list)
    over_chain: list[float] = field(default_factory=list)
    partial: int = 0
    errors: int = 0
    calls: int = 0

    def watch(self, tap: Tap) -> Callable[[float, float, bytes], None]:
        """Return what remembers one request."""

        def remember(began: float, ended: float, raw: bytes) -> None:
            chains: dict[str, float] = {}
            slowest = 0.0
            for call in tap.within(began, ended):
                slowest = max(slowest, call.seconds)
                chains[call.store] = chains.get(call.store, 0.0) + call.seconds
            self.times.append((ended - began) * 1000)
            self.over_call.append((ended - began - slowest) * 1000)
            self.over_chain.append((ended - began - max(chains.values(), default=0.0)) * 1000)
            self.partial += b'"DEADLINE"' in raw

        return remember

    def row(self) -> dict[str, float]:
        """Return the figures."""
        found: dict[str, float] = {"requests": len(self.times), "errors": self.errors, "partial": round(self.partial / len(self.times), 3)}
        for name, values in (("total", self.times), ("over_call", self.over_call), ("over_chain", self.over_chain)):
            cuts = statistics.quantiles(values, n=100, method="inclusive") if len(values) > 1 else values * 99
            found |= {f"{name}_p50": round(cuts[49], 1), f"{name}_p95": round(cuts[94], 1), f"{name}_p99": round(cuts[98], 1)}
        return {**found, "calls": round(self.calls / len(self.times), 2)}


async def latency(folder: Path, rounds: int, seconds: float) -> dict[str, Any]:
    """Measure cold pages of each server, and pages with a slow store among them; all rounds of a case together."""
    async with platforms(("shopify", "woocommerce"), folder) as urls, tapped(urls) as tap, _servers(folder, tap) as servers:
        for served in servers.values():
            for query in QUERIES.values():
                await load(served, query, clients=1, requests=3)
        cold: dict[str, dict[str, Seen]] = {}
        for _ in range(rounds):
            await _delay(urls, slow=False)
            for name, query in QUERIES.items():
                for clients in (1, TOGETHER):
                    for server, served in servers.items():
                        seen = cold.setdefault(f"{name}, {clients} at once", {}).setdefault(server, Seen())
                        await _turn(served, tap, seen, query, clients, seconds)
        slow: dict[str, dict[str, Seen]] = {}
        for _ in range(rounds):
            for case, (query, is_slow, longer) in SLOW_CASES.items():
                await _delay(urls, slow=is_slow)
                for server, served in servers.items():
                    await _turn(served, tap, slow.setdefault(case, {}).setdefault(server, Seen()), query, FEW, seconds * longer)
        await _forget(urls)
    return {"cold": _rows(cold), "slow_store": _rows(slow)}


@contextlib.asynccontextmanager
async def _servers(folder: Path, tap: Tap) -> AsyncIterator[dict[str, Served]]:
    async with contextlib.AsyncExitStack() as stack:
        servers = {OURS: await stack.enter_async_context(gateway(folder, tap.urls))}
        with contextlib.suppress(MissingError):
            servers["node"] = await stack.enter_async_context(node(folder, tap.urls))
        yield servers


async def _turn(served: Served, tap: Tap, seen: Seen, query: str, clients: int, seconds: float) -> None:
    tap.calls.clear()
    figures = await load(served, query, clients=clients, requests=10**9, seconds=seconds, watch=seen.watch(tap))
    seen.errors += figures.errors
    seen.calls += len(tap.calls)


async def _delay(urls: Mapping[str, str], *, slow: bool) -> None:
    """Let calls take longer; the first fault that fits strikes."""
    await _forget(urls)
    async with aiohttp.ClientSession() as http:
        for url in urls.values():
            for fault in [{"store": SLOW, "delay": SLOW_DELAY}] * slow + [{"delay": DELAY}]:
                async with http.post(f"{url}/control/faults", json=fault) as response:
                    response.raise_for_status()


async def _forget(urls: Mapping[str, str]) -> None:
    async with aiohttp.ClientSession() as http:
        for url in urls.values():
            await http.delete(f"{url}/control/faults")


def _rows(found: Mapping[str, Mapping[str, Seen]]) -> dict[str, dict[str, dict[str, float]]]:
    return {case: {server: seen.row() for server, seen in own.items()} for case, own in found.items()}
