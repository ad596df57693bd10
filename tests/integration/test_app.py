"""The gateway as its owner runs it: `cartograph serve` with a stores file, beside `cartograph sandbox`."""

import asyncio
import contextlib
import os
import re
import shlex
import signal
import ssl
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
import trustme

from adapters.kit.registry import names, sandbox
from gateway.auth import digest

ROOT = Path(__file__).parents[2]
PLATFORM = names()[0]
KEY = "cgk_key-of-the-tests"
QUERY = "{ stores { name } orders(first: 3) { nodes { number } sources { store { name } state category message } } }"


@contextlib.asynccontextmanager
async def command(*arguments: str, **environment: str) -> AsyncIterator[Process]:
    """Run a subcommand, without the settings of whoever runs the tests; it is killed should the block leave it running."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("CARTOGRAPH_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "gateway", *arguments), cwd=ROOT, stdout=PIPE, stderr=PIPE, env={**plain, **environment}
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def said(stream: asyncio.StreamReader | None, pattern: str) -> re.Match[str]:
    """Read lines until one has the pattern."""
    assert stream
    read = []
    async with asyncio.timeout(60):
        while line := (await stream.readline()).decode():
            read.append(line)
            if found := re.search(pattern, line):
                return found
    raise AssertionError(f"{pattern} did not come: {''.join(read)}")


async def stopped(process: Process, number: signal.Signals = signal.SIGTERM) -> tuple[int | None, str]:
    """Send a signal; return the exit status and what was still written."""
    process.send_signal(number)
    async with asyncio.timeout(30):
        _, errors = await process.communicate()
    return process.returncode, errors.decode()


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody who did what the sandbox said: a stores file, and all variables but the last store's last secret."""

    folder: Path
    environment: dict[str, str]
    stores: list[str]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def owner(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Owner]:
    """Start a sandbox, and do with its output what it says."""
    folder = tmp_path_factory.mktemp("owner")
    async with command("sandbox", PLATFORM) as process:
        printed = await instructions(process)
        stores = printed[printed.index("[[stores]]") :]
        exports = dict(shlex.split(line)[1].split("=", 1) for line in printed.splitlines() if line.startswith("export "))
        exports.pop(re.findall(r"env:(\w+)", stores)[-1])
        keys = f'\n[[keys]]\nname = "tests"\nsha256 = "{digest(KEY)}"\ntenants = ["*"]\n'
        (folder / "stores.toml").write_text(stores + keys)
        yield Owner(folder, exports, re.findall(r'^id = "(.+)"', stores, re.MULTILINE))
        status, _ = await stopped(process)

    assert 0 == status


async def instructions(process: Process) -> str:
    """Read what a sandbox prints, up to the last store."""
    assert process.stdout
    printed = ""
    async with asyncio.timeout(60):
        while printed.count("\ncredentials = ") < len(sandbox(PLATFORM).stores):
            line = (await process.stdout.readline()).decode()
            assert line, printed
            printed += line
    return printed


@contextlib.asynccontextmanager
async def serving(owner: Owner, **environment: str) -> AsyncIterator[tuple[Process, str]]:
    """Serve the owner's stores; yields the process and its URL."""
    stores, data = str(owner.folder / "stores.toml"), str(owner.folder / "data")
    async with command("serve", "--stores", stores, "--port", "0", CARTOGRAPH_DATA_DIR=data, **owner.environment, **environment) as process:
        yield process, (await said(process.stderr, r"(http://[\d.:]+)/graphql"))[1]


async def test_a_store_whose_secret_is_missing_fails_alone(owner: Owner) -> None:
    async with serving(owner) as (process, url), httpx.AsyncClient(base_url=url, timeout=30) as client:
        answer = (await client.post("/graphql", json={"query": QUERY}, headers={"authorization": f"Bearer {KEY}"})).json()
        ready = (await client.get("/health/ready")).json()
        status, _ = await stopped(process)

    fine, broken = owner.stores
    sources = {source["store"]["name"]: source for source in answer["data"]["orders"]["sources"]}
    assert "errors" not in answer
    assert 3 == len(answer["data"]["orders"]["nodes"])
    assert ("LIVE", "FAILED", "AUTH") == (sources[fine]["state"], sources[broken]["state"], sources[broken]["category"])
    assert "credentials are missing" in sources[broken]["message"]
    assert {"ready": True, "checks": {"state": "ok", "fast": "ok", "stores": "1 of 2 usable"}} == ready
    assert 0 == status


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_gateway_that_is_told_to_stop_ends_in_order(owner: Owner, number: signal.Signals) -> None:
    async with serving(owner) as (process, _):
        status, errors = await stopped(process, number)

    assert (0, False) == (status, "Traceback" in errors)
    assert not list((owner.folder / "data").rglob("server.sock"))


async def test_no_secret_is_logged(owner: Owner) -> None:
    async with serving(owner, CARTOGRAPH_LOG_LEVEL="debug") as (process, url), httpx.AsyncClient(base_url=url, timeout=30) as client:
        await client.post("/graphql", json={"query": QUERY}, headers={"authorization": f"Bearer {KEY}"})
        await client.get("/graphql", params={"query": QUERY, "access_token": "hunter2"}, headers={"authorization": "Bearer hunter2"})
        _, errors = await stopped(process)

    secrets = [KEY, "hunter2", *owner.environment.values()]
    assert "GraphQL request answered" in errors
    assert [] == [secret for secret in secrets if secret in errors]


async def test_two_gateways_share_their_servers_and_leave_them_to_each_other(owner: Owner) -> None:
    async with serving(owner) as (first, _), serving(owner) as (second, url), httpx.AsyncClient(base_url=url, timeout=30) as client:
        await stopped(first)
        ready = await client.get("/health/ready")
        await stopped(second)

    assert 200 == ready.status_code


async def test_a_sandbox_serves_https(tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    certificate.cert_chain_pems[0].write_to_path(str(tmp_path / "cert.pem"))
    context = ssl.create_default_context()
    authority.configure_trust(context)

    async with command("sandbox", PLATFORM, "--tls-cert", str(tmp_path / "cert.pem"), "--tls-key", str(tmp_path / "key.pem")) as process:
        url = (await said(process.stdout, r"(https://[\d.:]+)"))[1]
        hint = await said(process.stdout, r'ca_file = "(.+)"')
        async with httpx.AsyncClient(verify=context) as client:
            answered = await client.get(f"{url}/control/calls")

    assert 200 == answered.status_code
    assert str(tmp_path / "cert.pem") == hint[1]
