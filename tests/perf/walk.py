"""A long list walked to its end: calls, rows a second, and whether memory stays where it was."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from adapters.kit.clock import SystemClock
from gateway.engine import EngineSettings, connect, engine
from resolvers.api import make_schema
from resolvers.context import RequestContext
from resolvers.core import Core
from tests.perf.cold import EVERYTHING, TimedWire, stores_of

PAGE = 250
ROWS = 10_000
SHOPS = '["magento", "shopify", "woocommerce"]'  # marketplaces allow too few searches an hour
QUERY = f"""query($after: String) {{ orders(first: 250, after: $after, maxAge: 0, deadlineMs: 60000, platforms: {SHOPS}) {{
  nodes {{ id createdAt }} pageInfo {{ hasNextPage endCursor }} sources {{ state }} }} }}"""


async def walk(folder: Path, urls: Mapping[str, str]) -> dict[str, Any]:
    """Page through the orders of all shops up to ROWS; memory is this process's, after a tenth and at the end, in megabytes."""
    schema = make_schema()
    async with engine(EngineSettings(data_dir=folder)) as endpoints:
        fast, wire = connect(endpoints.fast), TimedWire()
        core = Core(stores_of(urls), fast, wire, SystemClock())
        rows, after, begun, early = 0, None, time.perf_counter(), 0.0
        while rows < ROWS:
            result = await schema.execute(QUERY, {"after": after}, context_value=RequestContext(core, EVERYTHING))
            assert result.errors is None, result.errors
            assert result.data is not None
            page = result.data["orders"]
            assert {"LIVE"} == {source["state"] for source in page["sources"]}, page["sources"]
            rows += len(page["nodes"])
            after = page["pageInfo"]["endCursor"]
            early = early or (_memory() if rows >= ROWS / 10 else 0.0)
            if not page["pageInfo"]["hasNextPage"]:
                break
        seconds = time.perf_counter() - begun
        calls = sum(len(times) for times in wire.taken.values())
        await core.close()
        await wire.close()
        await fast.aclose()
    return {"rows": rows, "calls": calls, "rows_per_second": round(rows / seconds), "memory": [round(early, 1), round(_memory(), 1)]}


def _memory() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) / 1024
