"""The servers a benchmark compares: the gateway as it is served, and stock Strawberry over the same rows."""

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import aiohttp

from adapters.kit.registry import sandbox
from gateway import server
from gateway.auth import digest
from gateway.sandboxes import credentials_of
from tests.perf.load import Served

KEY = "cgk_benchmark"
ROOT = Path(__file__).parents[2]


@contextlib.asynccontextmanager
async def gateway(folder: Path, sandboxes: Mapping[str, str], **more: str) -> AsyncIterator[Served]:
    """Serve the sandboxes' stores by `cartograph serve`, in a process of its own; `more` are further settings."""
    stores, secrets = stores_file(sandboxes)
    (folder / "stores.toml").write_text(stores)
    port = free_port()
    arguments = ("gateway", "serve", "--port", str(port), "--stores", str(folder / "stores.toml"))
    settings = {"CARTOGRAPH_DATA_DIR": str(folder / "data"), "CARTOGRAPH_MAX_AGE": "3600", "CARTOGRAPH_LOG_LEVEL": "error"}
    async with _process(folder, port, {**secrets, **settings, **more}, *arguments) as pid:
        yield Served(f"http://127.0.0.1:{port}/graphql", pid, {"authorization": f"Bearer {KEY}"})


@contextlib.asynccontextmanager
async def stock(folder: Path, sandboxes: Mapping[str, str]) -> AsyncIterator[Served]:
    """Serve the same page of the same stores by stock Strawberry, in a process of its own."""
    port = free_port()
    given = {"CARTOGRAPH_BENCH_SANDBOXES": " ".join(f"{name}={url}" for name, url in sandboxes.items())}
    async with _process(folder, port, given, "tests.perf.stock", str(port), str(folder / "stock")) as pid:
        yield Served(f"http://127.0.0.1:{port}/graphql", pid, {})


def stores_file(sandboxes: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Return a stores file for the demo stores of running sandboxes, and the variables it refers to."""
    lines, secrets = [], {}
    for platform, url in sandboxes.items():
        for store in sandbox(platform).stores:
            references = []
            for name, value in credentials_of(platform, store).items():
                variable = f"{store.name}_{name}".upper().replace("-", "_")
                secrets[variable] = value
                references.append(f'{name} = "env:{variable}"')
            lines.append(f'[[stores]]\nid = "{store.name}"\ntenant = "acme"\nplatform = "{platform}"\nurl = "{url}/{store.name}"')
            lines.append(f"credentials = {{ {', '.join(references)} }}\n")
    lines.append(f'[[keys]]\nname = "benchmark"\nsha256 = "{digest(KEY)}"\ntenants = ["*"]\nroles = ["read", "write"]')
    return "\n".join(lines), secrets


def free_port() -> int:
    """Return a port nobody listens at."""
    with contextlib.closing(server.listen("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


@contextlib.asynccontextmanager
async def _process(folder: Path, port: int, environment: Mapping[str, str], module: str, *arguments: str) -> AsyncIterator[int]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT), **environment}
    )
    try:
        await _answers(f"http://127.0.0.1:{port}/health/live", process)
        yield process.pid
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _answers(url: str, process: asyncio.subprocess.Process) -> None:
    until = time.monotonic() + 30
    async with aiohttp.ClientSession() as http:
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                async with http.get(url):
                    return
            if process.returncode is not None or time.monotonic() > until:
                raise RuntimeError(f"nothing answers at {url}")
            await asyncio.sleep(0.05)
