"""A backfill: reads all orders of all shops over and over, as fast as its budget lets it, beside a gateway with the same data directory.

`python -m tests.perf.backfill FOLDER PRIORITY`; the sandboxes' URLs are in CARTOGRAPH_BENCH_SANDBOXES. It says "begun", and when its
standard input is closed how many rows it read in how many calls, as JSON: so it ends with whoever started it, however that ends.
"""

import asyncio
import contextlib
import json
import logging
import os
import sys
from pathlib import Path

from adapters.kit.calls import Priority, calling
from adapters.kit.clock import SystemClock
from adapters.kit.failures import PlatformError
from adapters.kit.http import Wire
from adapters.kit.port import ListQuery, Ordering
from gateway.engine import EngineSettings, connect, engine
from resolvers.core import Core
from schema.keys import Kind
from tests.perf.cold import stores_of

PAGE = 100
STOP_SECONDS = 2.0


async def main(folder: Path, priority: Priority) -> None:
    """Read until told to stop."""
    urls = dict(pair.split("=", 1) for pair in os.environ["CARTOGRAPH_BENCH_SANDBOXES"].split())
    async with engine(EngineSettings(data_dir=folder)) as endpoints:
        fast, wire = connect(endpoints.fast), Wire()
        core = Core(stores_of(urls), fast, wire, SystemClock())
        with calling(priority) as tally:
            rows = [0]
            tasks = [asyncio.create_task(_read(core, store, rows)) for store in core.stores]
            sys.stdout.write("begun\n")
            sys.stdout.flush()
            await asyncio.to_thread(sys.stdin.read)
        sys.stdout.write(json.dumps({"rows": rows[0], "calls": tally.calls}) + "\n")
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with contextlib.suppress(TimeoutError):  # what waits for its turn may wait for minutes
            async with asyncio.timeout(STOP_SECONDS):
                await core.close()
        await wire.close()
        await fast.aclose()


async def _read(core: Core, store: str, rows: list[int]) -> None:
    while True:
        query: ListQuery | None = ListQuery(Ordering("updated_at", descending=False), PAGE)
        while query is not None:
            try:
                page = (await core.page(store, Kind.ORDER, query, 0)).value
            except PlatformError as error:
                await asyncio.sleep(error.retry_after or 1)
                continue
            rows[0] += len(page.rows)
            query = ListQuery(query.ordering, PAGE, cursor=page.cursor) if page.cursor else None


if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR)
    asyncio.run(main(Path(sys.argv[1]), Priority[sys.argv[2]]))
