"""Warm comparison: the gateway beside what a team would use instead, over the same rows of the same sandboxes, in turns.

First every server has to answer every workload as the gateway does. Then they take turns within each round, another one beginning each
time, so that what the machine does meanwhile strikes all of them; a ratio is the median of the ratios of rounds.
"""

import contextlib
import statistics
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import aiohttp

from tests.perf.load import Figures, Served, load
from tests.perf.servers import MissingError, gateway, hive, node, stock
from tests.perf.workloads import WORKLOADS, Workload, answers, differences

CLIENTS = 16
WARM_UP_SECONDS = 1.5
OURS = "gateway"
TITLES = {
    OURS: "Cartograph",
    "node": "graphql-yoga",
    "node-jit": "graphql-yoga with graphql-jit",
    "stock": "stock Strawberry",
    "hive": "Hive Gateway before Cartograph",
}


async def warm(folder: Path, urls: Mapping[str, str], rounds: int, seconds: float, only: Sequence[str] = ()) -> dict[str, Any]:
    """Measure each workload; times are milliseconds. `skipped` says why a server is not among them."""
    async with _servers(folder, urls, only) as (servers, skipped):
        rows = {}
        for workload in WORKLOADS:
            compared = await _compare(servers, workload)
            rows[workload.name] = {
                "title": workload.title,
                "compared": compared,
                **await _measure(servers, workload, urls, rounds, seconds),
            }
    return {"workloads": rows, "skipped": skipped}


async def calls(urls: Mapping[str, str]) -> int:
    """Return how many requests the sandboxes have had since this was asked last."""
    found = 0
    async with aiohttp.ClientSession() as http:
        for url in urls.values():
            async with http.get(f"{url}/control/calls") as response:
                found += len(await response.json())
            await http.delete(f"{url}/control/calls")
    return found


def medians(figures: Sequence[Figures]) -> dict[str, float]:
    """Return the median of each figure over rounds."""
    return {name: round(statistics.median(getattr(each, name) for each in figures), 3) for name in asdict(figures[0])}


@contextlib.asynccontextmanager
async def _servers(folder: Path, urls: Mapping[str, str], only: Sequence[str]) -> AsyncIterator[tuple[dict[str, Served], dict[str, str]]]:
    async with contextlib.AsyncExitStack() as stack:
        ours = await stack.enter_async_context(gateway(folder, urls))
        others: dict[str, Callable[[], contextlib.AbstractAsyncContextManager[Served]]] = {
            "node": lambda: node(folder, urls),
            "node-jit": lambda: node(folder, urls, jit=True),
            "stock": lambda: stock(folder, urls),
            "hive": lambda: hive(folder, ours),
        }
        servers, skipped = {OURS: ours}, {}
        for name, make in others.items():
            try:
                if not only or name in only:
                    servers[name] = await stack.enter_async_context(make())
            except MissingError as error:
                skipped[name] = str(error)
        yield servers, skipped


async def _compare(servers: Mapping[str, Served], workload: Workload) -> int:
    """Return how many answers are the same everywhere; raises RuntimeError where one is not."""
    expected = await answers(servers[OURS], workload)
    for name, served in servers.items():
        found = list(differences(expected, await answers(served, workload)))
        if found:
            raise RuntimeError(f"{TITLES[name]} answers {workload.name} in another way, at {len(found)} places:\n" + "\n".join(found[:10]))
    return len(expected)


async def _measure(
    servers: Mapping[str, Served], workload: Workload, urls: Mapping[str, str], rounds: int, seconds: float
) -> dict[str, Any]:
    variables = {name: await workload.variables(served) for name, served in servers.items()}

    async def turn(name: str, seconds: float) -> Figures:
        return await load(
            servers[name],
            workload.queries,
            clients=CLIENTS,
            requests=10**9,
            seconds=seconds,
            wanted=b'"number"',
            variables=variables[name],
        )

    for name in servers:
        await turn(name, WARM_UP_SECONDS)
    measured: dict[str, list[Figures]] = {name: [] for name in servers}
    called = dict.fromkeys(servers, 0)
    await calls(urls)
    for place in range(rounds):
        names = [*servers]
        for name in names[place % len(names) :] + names[: place % len(names)]:
            measured[name].append(await turn(name, seconds))
            called[name] += await calls(urls)
    return {
        "ratios": {name: _ratios(measured[OURS], measured[name]) for name in servers if name != OURS},
        "servers": {name: {**medians(each), "calls": called[name]} for name, each in measured.items()},
    }


def _ratios(ours: Sequence[Figures], theirs: Sequence[Figures]) -> dict[str, float]:
    """Return how many times better we are: requests a second, CPU a request, and the wait of the slowest in twenty."""
    pairs = list(zip(ours, theirs, strict=True))
    return {
        "per_second": round(statistics.median(mine.per_second / other.per_second for mine, other in pairs), 2),
        "cpu": round(statistics.median(other.cpu / mine.cpu for mine, other in pairs if mine.cpu), 2),
        "p95": round(statistics.median(other.p95 / mine.p95 for mine, other in pairs), 2),
    }
