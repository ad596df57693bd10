"""The servers a benchmark compares, each in a process of its own: the gateway as it is served, and what a team would use instead."""

import asyncio
import contextlib
import json
import os
import shutil
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
MAX_AGE = 3600  # seconds: what is warm stays warm for the whole benchmark
ROOT = Path(__file__).parents[2]
NODE = Path(__file__).parent / "node"
HIVE = NODE / "node_modules" / "@graphql-hive" / "gateway"
TAIL_CHARACTERS = 2000
HEADERS = {"authorization": f"Bearer {KEY}"}


class MissingError(Exception):
    """A server can't be compared here; the text says what is lacking."""


@contextlib.asynccontextmanager
async def gateway(folder: Path, sandboxes: Mapping[str, str], **more: str) -> AsyncIterator[Served]:
    """Serve the sandboxes' stores by `cartograph serve`; `more` are further settings."""
    stores, secrets = stores_file(sandboxes)
    (folder / "stores.toml").write_text(stores)
    port = free_port()
    command = (sys.executable, "-m", "gateway", "serve", "--port", str(port), "--stores", str(folder / "stores.toml"))
    settings = {"CARTOGRAPH_DATA_DIR": str(folder / "data"), "CARTOGRAPH_MAX_AGE": str(MAX_AGE), "CARTOGRAPH_LOG_LEVEL": "error"}
    async with process(folder, port, {**secrets, **settings, **more}, *command) as pid:
        yield Served(f"http://127.0.0.1:{port}/graphql", pid, HEADERS, lambda: _engines(folder / "data"))


@contextlib.asynccontextmanager
async def stock(folder: Path, sandboxes: Mapping[str, str]) -> AsyncIterator[Served]:
    """Serve the same rows of the same stores by stock Strawberry."""
    port = free_port()
    given = {"CARTOGRAPH_BENCH_SANDBOXES": " ".join(f"{name}={url}" for name, url in sandboxes.items())}
    async with process(folder, port, given, sys.executable, "-m", "tests.perf.stock", str(port), str(folder / "stock")) as pid:
        yield Served(f"http://127.0.0.1:{port}/graphql", pid, {})


@contextlib.asynccontextmanager
async def node(folder: Path, sandboxes: Mapping[str, str], *, jit: bool = False) -> AsyncIterator[Served]:
    """Serve the sandboxes' stores by graphql-yoga on Node; `jit` lets it compile queries. Raises MissingError."""
    port = free_port()
    stores = [
        {"name": store.name, "platform": platform, "url": f"{url}/{store.name}", "credentials": dict(store.credentials)}
        for platform, url in sandboxes.items()
        for store in sandbox(platform).stores
    ]
    configuration = folder / f"node-{port}.json"
    configuration.write_text(json.dumps({"port": port, "key": KEY, "maxAge": MAX_AGE, "jit": jit, "stores": stores}))
    command = (_node("graphql-yoga"), str(NODE / "server.mjs"), str(configuration))
    async with process(folder, port, {"NODE_ENV": "production"}, *command) as pid:
        yield Served(f"http://127.0.0.1:{port}/graphql", pid, HEADERS)


@contextlib.asynccontextmanager
async def hive(folder: Path, behind: Served) -> AsyncIterator[Served]:
    """Serve what another server serves through Hive Gateway. Raises MissingError."""
    port = free_port()
    given = {
        "NODE_ENV": "production",
        "BENCH_ENDPOINT": behind.url,
        "BENCH_SCHEMA": str(ROOT / "schema" / "schema.graphql"),
    }
    options = ("--config-path", str(NODE / "hive.config.mjs"), "--host", "127.0.0.1", "--port", str(port), "--fork", "1")
    command = (_node("@graphql-hive/gateway"), str(HIVE / "dist" / "bin.js"), "proxy", *options)
    async with process(folder, port, given, *command) as pid:
        yield Served(f"http://127.0.0.1:{port}/graphql", pid, HEADERS, lambda: (behind.pid, *behind.beside()))


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


def versions() -> dict[str, str]:
    """Return the versions of what Node runs, as its lock file has them; nothing where that is not installed."""
    lock = json.loads((NODE / "package-lock.json").read_text())["packages"]
    names = ("graphql", "graphql-yoga", "@envelop/graphql-jit", "dataloader", "lru-cache", "undici", "@graphql-hive/gateway")
    return {name: lock[f"node_modules/{name}"]["version"] for name in names} if shutil.which("node") and HIVE.exists() else {}


def free_port() -> int:
    """Return a port nobody listens at."""
    with contextlib.closing(server.listen("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


@contextlib.asynccontextmanager
async def process(folder: Path, port: int, environment: Mapping[str, str], *command: str) -> AsyncIterator[int]:
    """Run a server until the block ends, what it says going to a file; yields its process's id when it answers."""
    log = folder / f"{port}.log"
    given = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    with log.open("wb") as output:
        started = await asyncio.create_subprocess_exec(*command, cwd=folder, env=given, stdout=output, stderr=output)
    try:
        if not await _answers(f"http://127.0.0.1:{port}/health/live", started):
            raise RuntimeError(f"{' '.join(command[:3])} does not answer; it said:\n{log.read_text(errors='replace')[-TAIL_CHARACTERS:]}")
        yield started.pid
    finally:
        if started.returncode is None:
            started.terminate()
        await started.wait()


def _node(package: str) -> str:
    """Return the path of Node, if it is there with a package."""
    found = shutil.which("node")
    if not found:
        raise MissingError("Node is not installed")
    if not (NODE / "node_modules" / package).exists():
        raise MissingError(f"{package} is not installed: run 'npm ci --ignore-scripts' in tests/perf/node")
    return found


def _engines(folder: Path) -> list[int]:
    """Return the processes of the embedded servers."""
    found = []
    for role in ("state", "fast"):
        with contextlib.suppress(OSError, ValueError):
            found.append(int((folder / role / "server.pid").read_text()))
    return found


async def _answers(url: str, started: asyncio.subprocess.Process) -> bool:
    until = time.monotonic() + 30
    async with aiohttp.ClientSession() as http:
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                async with http.get(url):
                    return True
            if started.returncode is not None or time.monotonic() > until:
                return False
            await asyncio.sleep(0.05)
