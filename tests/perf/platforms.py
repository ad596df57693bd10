"""Sandboxes with limits so wide that servers are measured and not platforms: `python -m tests.perf.platforms NAME PORT`."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from adapters.kit.registry import sandbox
from adapters.kit.sandbox import serving
from tests.perf.servers import free_port, process

OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "shopify": {"bucket": 1_000_000, "restore": 1_000_000},
    "woocommerce": {"max_concurrent": 100},
}


@asynccontextmanager
async def platforms(names: Sequence[str], folder: Path) -> AsyncIterator[dict[str, str]]:
    """Have such sandboxes serving, each in a process of its own; yields their URLs by platform."""
    ports = {name: free_port() for name in names}
    async with AsyncExitStack() as stack:
        for name, port in ports.items():
            await stack.enter_async_context(process(folder, port, {}, sys.executable, "-m", "tests.perf.platforms", name, str(port)))
        yield {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}


async def _serve(name: str, port: int) -> None:
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    found = sandbox(name)
    stores = tuple(replace(store, options={**store.options, **OPTIONS[name]}) for store in found.stores)
    async with serving(found, stores, port=port):
        await ended.wait()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], int(sys.argv[2])))
