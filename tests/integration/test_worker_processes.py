"""Writes over processes that come and go: one that accepts, others that do, and a state server, each killed when it hurts."""

import asyncio
import contextlib
import os
import re
import shlex
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
import pytest_asyncio

from adapters.kit.registry import sandbox
from gateway.auth import digest
from gateway.engine import EngineSettings, connect, engine
from tests.integration.test_app import KEY, command, said, stopped

PLATFORM = "woocommerce"
PATIENCE = 60.0
LEVELS = "{ inventoryLevels(first: 50) { nodes { id available tracked store { name } } } }"
SET = "mutation($items: [InventorySetInput!]!) { inventorySet(items: $items) { receipts { id state } userErrors { code } } }"
STATES = "{ receipts(first: 250) { nodes { id state attempts reason } } }"


@dataclass(slots=True)
class Owner:
    """Somebody with a sandbox, a stores file of its first store and a data directory."""

    folder: Path
    environment: dict[str, str]
    store: str
    sandbox: httpx.AsyncClient

    @property
    def stores(self) -> str:
        return str(self.folder / "stores.toml")

    def settings(self, data: str) -> dict[str, str]:
        return {**self.environment, "CARTOGRAPH_DATA_DIR": str(self.folder / data)}

    async def calls(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.sandbox.get("/control/calls")).json()
        return found

    async def effects(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.sandbox.get("/control/effects")).json()
        return found

    async def forget(self) -> None:
        for what in ("calls", "effects", "faults"):
            await self.sandbox.delete(f"/control/{what}")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lasting_owner(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Owner]:
    """Start a sandbox, and do with its output what it says."""
    folder = tmp_path_factory.mktemp("owner")
    async with command("sandbox", PLATFORM) as process:
        assert process.stdout
        printed = ""
        async with asyncio.timeout(PATIENCE):
            while printed.count("\ncredentials = ") < len(sandbox(PLATFORM).stores):
                printed += (await process.stdout.readline()).decode()
        first = printed[printed.index("[[stores]]") :].split("\n[[stores]]")[0]
        exports = dict(shlex.split(line)[1].split("=", 1) for line in printed.splitlines() if line.startswith("export "))
        keys = f'\n[[keys]]\nname = "tests"\nsha256 = "{digest(KEY)}"\ntenants = ["*"]\nroles = ["read", "write"]\n'
        (folder / "stores.toml").write_text(first + keys)
        store = re.findall(r'^id = "(.+)"', first, re.MULTILINE)[0]
        url = re.findall(r'^url = "(http://[^/"]+)', first, re.MULTILINE)[0]
        async with httpx.AsyncClient(base_url=url, timeout=30) as client:
            yield Owner(folder, exports, store, client)


@pytest_asyncio.fixture
async def owner(lasting_owner: Owner) -> Owner:
    """Lend the sandbox, without faults, calls and effects of earlier tests."""
    await lasting_owner.forget()
    return lasting_owner


@dataclass(slots=True)
class Gateway:
    """A process that accepts, and no more than that."""

    http: httpx.AsyncClient

    async def asks(self, query: str, **variables: Any) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {KEY}"}
        answer = (await self.http.post("/graphql", json={"query": query, "variables": variables}, headers=headers)).json()
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data

    async def levels(self, count: int) -> list[str]:
        rows = (await self.asks(LEVELS))["inventoryLevels"]["nodes"]
        return [row["id"] for row in rows if row["tracked"] and row["available"] is not None][:count]

    async def writes(self, levels: list[str], units: int = 77) -> list[str]:
        items = [{"inventoryLevelId": level, "available": units + place} for place, level in enumerate(levels)]
        payload = (await self.asks(SET, items=items))["inventorySet"]
        assert [] == payload["userErrors"]
        return [receipt["id"] for receipt in payload["receipts"]]

    async def states(self) -> set[str]:
        return {row["state"] for row in (await self.asks(STATES))["receipts"]["nodes"]}

    async def reaches(self, *wanted: str) -> None:
        """Wait until all receipts are in one of these states."""
        async with asyncio.timeout(PATIENCE):
            while not await self.states() <= set(wanted):  # noqa: ASYNC110 -- another process decides
                await asyncio.sleep(0.1)


@contextlib.asynccontextmanager
async def accepting(owner: Owner, data: str, **environment: str) -> AsyncIterator[Gateway]:
    """Serve without a worker."""
    settings = {**owner.settings(data), "CARTOGRAPH_WORKER": "false", **environment}
    async with command("serve", "--stores", owner.stores, "--port", "0", **settings) as process:
        url = (await said(process.stderr, r"(http://[\d.:]+)/graphql"))[1]
        drained = asyncio.create_task(_drain(process.stderr))
        async with httpx.AsyncClient(base_url=url, timeout=30) as http:
            yield Gateway(http)
        process.send_signal(signal.SIGTERM)
        await drained


async def _drain(stream: asyncio.StreamReader | None) -> None:
    """Read a log that nobody reads, or its writer would wait."""
    assert stream
    while await stream.read(65536):
        pass


@contextlib.asynccontextmanager
async def working(owner: Owner, data: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Have a worker process at work."""
    async with command("worker", "--stores", owner.stores, **owner.settings(data)) as process:
        await said(process.stderr, "Working on the writes of 1 stores")
        yield process


async def begun(owner: Owner) -> None:
    """Wait until the sandbox has carried out a write whose answer is still to come."""
    async with asyncio.timeout(PATIENCE):
        while not await owner.effects():  # noqa: ASYNC110 -- another process decides
            await asyncio.sleep(0.05)


async def fault(owner: Owner, **fields: Any) -> None:
    await owner.sandbox.post("/control/faults", json={"store": owner.store, "match": " products/", "times": 1, **fields})


async def let_leases_end(owner: Owner, data: str) -> None:
    """Make the leases of a dead worker end now, for whoever looks next."""
    async with engine(EngineSettings(data_dir=owner.folder / data)) as endpoints:
        state = connect(endpoints.state)
        for key in [each async for each in state.scan_iter("write:*:running")]:
            for batch in await state.zrange(key, 0, -1):
                await state.zadd(key, {cast("bytes", batch): 1})
        await state.aclose()


async def test_one_process_accepts_and_another_does(owner: Owner) -> None:
    async with accepting(owner, "apart") as gateway:
        await gateway.writes(await gateway.levels(3))
        before = (await gateway.states(), await owner.effects())
        async with working(owner, "apart"):
            await gateway.reaches("DONE")
        effects = await owner.effects()

    assert ({"QUEUED"}, []) == before
    assert [77, 78, 79] == sorted(effect["value"] for effect in effects)


async def test_a_write_whose_worker_was_killed_is_finished_by_another_once(owner: Owner) -> None:
    async with accepting(owner, "killed") as gateway:
        levels = await gateway.levels(1)
        await owner.forget()
        await fault(owner, delay=30, after=True)
        async with working(owner, "killed") as first:
            await gateway.writes(levels)
            await begun(owner)
            running = await gateway.states()
            first.send_signal(signal.SIGKILL)
            await first.wait()
        await let_leases_end(owner, "killed")
        async with working(owner, "killed"):
            await gateway.reaches("DONE")
        effects = await owner.effects()

    assert {"RUNNING"} == running
    assert [77] == [effect["value"] for effect in effects]


@pytest.mark.parametrize(("delay", "state"), [(2, "DONE"), (30, "RETRYING")], ids=["in time", "too late"])
async def test_a_worker_that_is_told_to_stop_ends_in_time_and_in_order(owner: Owner, delay: float, state: str) -> None:
    data = f"told-{delay}"
    async with accepting(owner, data) as gateway:
        levels = await gateway.levels(1)
        await owner.forget()
        await fault(owner, delay=delay, after=True)
        async with working(owner, data) as process:
            await gateway.writes(levels)
            await begun(owner)
            began = asyncio.get_running_loop().time()
            status, errors = await stopped(process)
            took = asyncio.get_running_loop().time() - began
        left = await gateway.states()
        async with working(owner, data):
            await gateway.reaches("DONE")
        effects = await owner.effects()

    assert (0, False) == (status, "Traceback" in errors)
    assert took < 10
    assert {state} == left
    assert [77] == [effect["value"] for effect in effects]


async def test_what_was_accepted_outlives_a_state_server_that_is_killed(owner: Owner) -> None:
    async with accepting(owner, "state") as gateway:
        ids = await gateway.writes(await gateway.levels(5))
        os.kill(int((owner.folder / "state" / "state" / "server.pid").read_text()), signal.SIGKILL)
        async with working(owner, "state"):
            await gateway.reaches("DONE")
        nodes = (await gateway.asks(STATES))["receipts"]["nodes"]
        effects = await owner.effects()

    assert set(ids) == {node["id"] for node in nodes}
    assert [77, 78, 79, 80, 81] == sorted(effect["value"] for effect in effects)


async def test_a_gateway_that_is_killed_loses_nothing_it_has_accepted(owner: Owner) -> None:
    settings = {**owner.settings("gone"), "CARTOGRAPH_WORKER": "false"}
    async with command("serve", "--stores", owner.stores, "--port", "0", **settings) as process:
        url = (await said(process.stderr, r"(http://[\d.:]+)/graphql"))[1]
        async with httpx.AsyncClient(base_url=url, timeout=30) as http:
            gateway = Gateway(http)
            ids = await gateway.writes(await gateway.levels(5))
            process.send_signal(signal.SIGKILL)
            await process.wait()
    async with accepting(owner, "gone", CARTOGRAPH_WORKER="true") as again:
        await again.reaches("DONE")
        nodes = (await again.asks(STATES))["receipts"]["nodes"]

    assert set(ids) == {node["id"] for node in nodes}
    assert 5 == len(await owner.effects())
