"""`cartograph serve` as its owner runs and renews it: one process or several, under load, with processes and terminals that go away."""

import asyncio
import contextlib
import json
import os
import pty
import re
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gateway.auth import digest
from tests.integration.test_app import KEY, ROOT, command, said, stopped
from tests.integration.test_demo import _alive, _children, _read
from tests.support.server import answering, reply

PATIENCE = 30.0
STORES = "{ stores { name } }"
ORDERS = "{ orders(first: 1) { sources { store { name } } } }"
STORE = """
[[stores]]
id = "{name}"
tenant = "acme"
platform = "woocommerce"
url = "http://127.0.0.1:{port}"
credentials = {{ consumer_key = "env:STORE_KEY", consumer_secret = "env:STORE_SECRET" }}
"""
KEYS = f'\n[[keys]]\nname = "tests"\nsha256 = "{digest(KEY)}"\ntenants = ["*"]\n'
ENVIRONMENT = {"STORE_KEY": "ck_of-the-tests", "STORE_SECRET": "cs_of-the-tests"}


@dataclass(slots=True)
class Store:
    """A store that answers when it is opened."""

    port: int = 9
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    open: asyncio.Event = field(default_factory=asyncio.Event)

    async def converse(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.set()
        await self.open.wait()
        writer.write(reply(b"[]"))


@dataclass(slots=True)
class Gateway:
    """A program that serves."""

    process: Process
    port: int
    folder: Path
    opened: "list[Connection]" = field(default_factory=list)

    def connection(self) -> "Connection":
        """Return a client."""
        self.opened.append(Connection(self.port))
        return self.opened[-1]

    @property
    def children(self) -> list[int]:
        """Return the processes that serve, where there are several; the embedded servers are in sessions of their own, too."""
        return [each for each in _children(self.process.pid) if "serving_process" in _read(Path(f"/proc/{each}/cmdline"))]

    async def renewed(self) -> None:
        """Send SIGHUP, and wait until the next generation serves."""
        self.process.send_signal(signal.SIGHUP)
        await said(self.process.stderr, "Serving ")

    def write(self, *stores: str, keys: str = KEYS) -> None:
        (self.folder / "stores.toml").write_text("".join(stores) + keys)


class Connection:
    """A client that keeps its connection for as long as it may, and counts how often it was told that an answer was the last."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.lasts = 0

    async def asks(self, query: str) -> tuple[int, str]:
        """Return status and body of an answer; raises when there is none."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        body = json.dumps({"query": query})
        head = f"POST /graphql HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {KEY}\r\ncontent-type: application/json\r\n"
        writer.write(f"{head}content-length: {len(body)}\r\n\r\n{body}".encode())
        answer = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        text = (await reader.readexactly(int(re.findall(r"content-length: (\d+)", answer)[0]))).decode()
        if "connection: close" in answer:
            self.lasts += 1
            self.close()
        return int(answer.split()[1]), text

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


@contextlib.asynccontextmanager
async def serving(folder: Path, *arguments: str, port: int = 9) -> AsyncIterator[Gateway]:
    """Serve one store, at `port`."""
    gateway = Gateway(None, 0, folder)  # type: ignore[arg-type]  # it is on its way
    gateway.write(STORE.format(name="north", port=port))
    settings = {"CARTOGRAPH_DATA_DIR": str(folder / "data"), **ENVIRONMENT}
    async with command("serve", "--stores", str(folder / "stores.toml"), "--port", "0", *arguments, **settings) as process:
        gateway.process = process
        gateway.port = int((await said(process.stderr, r":(\d+)/graphql"))[1])
        yield gateway
    for each in gateway.opened:
        each.close()


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    store = Store()
    async with answering(store.converse) as hearing:
        store.port = hearing.port
        yield store
        store.open.set()


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not happened():  # noqa: ASYNC110  # other processes decide
            await asyncio.sleep(0.02)


def gone(*processes: int) -> Callable[[], bool]:
    return lambda: not any(map(_alive, processes))


async def load(connection: Connection, over: asyncio.Event) -> set[tuple[int, str]]:
    """Ask again and again; returns the different answers."""
    answers = set()
    while not over.is_set():
        answers.add(await connection.asks(STORES))
        await asyncio.sleep(0.005)  # or there were no processor left for those that begin
    return answers


@pytest.mark.parametrize("workers", [1, 2])
async def test_a_restart_under_load_drops_nothing(tmp_path: Path, store: Store, workers: int) -> None:
    """Nor what is under way, nor a connection that was idle for a while."""
    over = asyncio.Event()
    async with serving(tmp_path, "--workers", str(workers), port=store.port) as gateway:
        before = gateway.children
        slow, idle, *busy = [gateway.connection() for _ in range(8)]
        await idle.asks(STORES)
        waiting = asyncio.create_task(slow.asks(ORDERS))
        await store.asked.wait()
        loads = [asyncio.create_task(load(each, over)) for each in busy]
        gateway.write(STORE.format(name="north", port=store.port), STORE.format(name="south", port=store.port))
        await gateway.renewed()
        await until(lambda: all(each.lasts for each in busy) or any(each.done() for each in loads))
        store.open.set()
        answered, late = await waiting, await idle.asks(STORES)
        over.set()
        answers = set().union(*await asyncio.gather(*loads))
        await until(gone(*before))
        after = gateway.children
        status, errors = await stopped(gateway.process)

    north, south = '{"name":"north"}', '{"name":"south"}'
    assert {(200, f'{{"data":{{"stores":[{names}]}}}}') for names in (north, f"{north},{south}")} == answers
    assert (200, 200) == (answered[0], late[0])
    assert [1] * 8 == [each.lasts for each in (slow, idle, *busy)]
    assert (0 if workers == 1 else workers) == len(before) == len(after)
    assert not {*before} & {*after}
    assert (0, False) == (status, "Traceback" in errors)


async def test_a_restart_with_a_wrong_file_changes_nothing_and_says_so(tmp_path: Path) -> None:
    async with serving(tmp_path) as gateway:
        connection = gateway.connection()
        gateway.write("[[stores]]\n")
        gateway.process.send_signal(signal.SIGHUP)
        line = await said(gateway.process.stderr, r".*nothing was changed.*")
        answer = await connection.asks(STORES)
        status, _ = await stopped(gateway.process)

    assert "stores.toml" in line[0]
    assert (200, '{"data":{"stores":[{"name":"north"}]}}') == answer
    assert (0, 0) == (connection.lasts, status)


async def test_a_process_that_dies_is_replaced_and_none_outlives_the_parent(tmp_path: Path) -> None:
    async with serving(tmp_path, "--workers", "2") as gateway:
        first = gateway.children
        os.kill(first[0], signal.SIGKILL)
        told = await said(gateway.process.stderr, r"Process (\d+) ended unexpectedly \(SIGKILL\)")
        meanwhile = await gateway.connection().asks(STORES)
        replaced = await said(gateway.process.stderr, r"Process (\d+) serves in its place")
        second = gateway.children
        gateway.process.kill()
        await gateway.process.wait()
        await until(gone(*second))
        await until(lambda: not list((tmp_path / "data").rglob("server.sock")))

    assert (first[0], 200) == (int(told[1]), meanwhile[0])
    assert {first[1], int(replaced[1])} == {*second}


async def test_told_twice_to_stop_it_does_not_wait_for_what_is_under_way(tmp_path: Path, store: Store) -> None:
    async with serving(tmp_path, "--workers", "2", port=store.port) as gateway:
        children = gateway.children
        waiting = asyncio.create_task(gateway.connection().asks(ORDERS))
        await store.asked.wait()
        clock = asyncio.get_running_loop().time
        began = clock()
        gateway.process.send_signal(signal.SIGTERM)
        await until(lambda: len(gateway.children) == 1)  # the idle one has heard, and so has the other
        status, errors = await stopped(gateway.process)
        took = clock() - began
        await asyncio.wait([waiting])

    assert (0, True) == (status, took < 5), errors
    assert gone(*children)()
    assert not list((tmp_path / "data").rglob("server.sock"))


async def test_a_gateway_whose_terminal_is_closed_ends_instead_of_holding_its_port(tmp_path: Path) -> None:
    (tmp_path / "stores.toml").write_text(STORE.format(name="north", port=9) + KEYS)
    plain = {name: value for name, value in os.environ.items() if not name.startswith("CARTOGRAPH_")}
    arguments = ("serve", "--stores", str(tmp_path / "stores.toml"), "--port", "0")
    child, terminal = pty.fork()
    if not child:
        os.chdir(ROOT)
        settings = {**plain, **ENVIRONMENT, "CARTOGRAPH_DATA_DIR": str(tmp_path / "data")}
        os.execve(sys.executable, [sys.executable, "-m", "gateway", *arguments], settings)
    try:
        shown = ""
        while "Serving" not in shown:
            shown += (await asyncio.to_thread(os.read, terminal, 65536)).decode()
    finally:
        os.close(terminal)
    async with asyncio.timeout(PATIENCE):
        _, status = await asyncio.to_thread(os.waitpid, child, 0)

    assert 0 == os.waitstatus_to_exitcode(status)
    assert not list((tmp_path / "data").rglob("server.sock"))
