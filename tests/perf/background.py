"""People beside background work: how long pages take while a backfill reads all it may, and while it takes no less than people do.

Requests come at a steady pace, whatever becomes of those before: warm pages often, and now and then one that reads all stores anew. The
sandboxes keep the limits of their platforms, since what is measured is who gets the budget.
"""

import asyncio
import contextlib
import json
import os
import statistics
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from tests.perf.load import Client, Served
from tests.perf.servers import ROOT, gateway
from tests.perf.workloads import BELOW, PAGE, SHOPS

COLD = f"{{ orders(first: 20, maxAge: 0, {SHOPS}) {{ nodes {{ id number }} {BELOW} }} }}"
KINDS: Mapping[str, tuple[str, float]] = {"warm": (PAGE, 0.05), "cold": (COLD, 0.5)}  # what is asked, and every how many seconds
PHASES: Mapping[str, str | None] = {"alone": None, "backfill at its share": "BACKFILL", "backfill that keeps no share": "INTERACTIVE"}
PHASE_SECONDS = 10.0
REST_SECONDS = 5.0  # for the budgets to fill up again


async def background(folder: Path, urls: Mapping[str, str], rounds: int) -> dict[str, Any]:
    """Measure the phases in turns; times are milliseconds, all rounds of a phase together."""
    times: dict[str, dict[str, list[float]]] = {phase: {kind: [] for kind in KINDS} for phase in PHASES}
    failed = dict.fromkeys(PHASES, 0)
    read: dict[str, list[dict[str, int]]] = {phase: [] for phase in PHASES}
    async with gateway(folder, urls) as served:
        await served.ask(PAGE)
        for _ in range(rounds):
            for phase, priority in PHASES.items():
                await asyncio.sleep(REST_SECONDS)
                async with _backfill(folder, urls, priority) as report:
                    people = [_ask(served, query, every, times[phase][kind]) for kind, (query, every) in KINDS.items()]
                    failed[phase] += sum(await asyncio.gather(*people))
                read[phase].append(report)
    return {
        phase: {
            **{f"{kind}_{name}": value for kind, own in kinds.items() for name, value in _cuts(own).items()},
            "failed": failed[phase],
            "backfill_rows": sum(each.get("rows", 0) for each in read[phase]),
            "backfill_calls": sum(each.get("calls", 0) for each in read[phase]),
        }
        for phase, kinds in times.items()
    }


@contextlib.asynccontextmanager
async def _backfill(folder: Path, urls: Mapping[str, str], priority: str | None) -> AsyncIterator[dict[str, int]]:
    """Have a backfill read during the block, if there is to be one; what it read is told at the end."""
    report: dict[str, int] = {}
    if priority is None:
        yield report
        return
    given = {"PYTHONPATH": str(ROOT), "CARTOGRAPH_BENCH_SANDBOXES": " ".join(f"{name}={url}" for name, url in urls.items())}
    command = (sys.executable, "-m", "tests.perf.backfill", str(folder / "data"), priority)
    started = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, env={**os.environ, **given})
    assert started.stdin is not None
    assert started.stdout is not None
    assert await started.stdout.readline() == b"begun\n"
    try:
        yield report
    finally:
        started.stdin.close()
        report.update(json.loads(await started.stdout.read() or b"{}"))
        await started.wait()


async def _ask(served: Served, query: str, every: float, times: list[float]) -> int:
    """Ask at a steady pace; return how many requests failed. The time of one counts from when it was due."""
    idle: list[Client] = []
    request = served.request(query)

    async def one(due: float) -> bool:
        client = idle.pop() if idle else await Client.to(served)
        status, raw = await client.send(request)
        times.append((time.perf_counter() - due) * 1000)
        idle.append(client)
        return status != 200 or b'"errors":' in raw[-600:] or b'"FAILED"' in raw

    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        asked = []
        for place in range(int(PHASE_SECONDS / every)):
            await asyncio.sleep(max(0.0, begun + place * every - time.perf_counter()))
            asked.append(group.create_task(one(begun + place * every)))
    for client in idle:
        client.close()
    return sum(task.result() for task in asked)


def _cuts(times: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return {"p50": round(cuts[49], 1), "p95": round(cuts[94], 1), "p99": round(cuts[98], 1)}
