"""The demo: it answers, it says so by its exit status, and it leaves nothing behind."""

import asyncio
import contextlib
import os
import re
import shutil
import signal
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import httpx
import pytest

from adapters.kit.registry import names, platforms, sandbox

ROOT = Path(__file__).parents[2]
KEY = "cgk_demo-key-of-the-tests"


@pytest.fixture
def folder() -> Iterator[Path]:
    """Make a folder with a short path, so that sockets fit into it."""
    made = Path(tempfile.mkdtemp(prefix="cg"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@contextlib.asynccontextmanager
async def demo(folder: Path, *arguments: str, **environment: str) -> AsyncIterator[Process]:
    """Run a demo with its temporary files in `folder`; it is killed should the block leave it running."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("CARTOGRAPH_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "gateway", "demo", *arguments),
        cwd=ROOT,
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
        env={**plain, "TMPDIR": str(folder), "CARTOGRAPH_DEMO_KEY": KEY, **environment},
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def read_until(process: Process, word: str) -> str:
    assert process.stdout
    read = ""
    async with asyncio.timeout(90):
        while word not in read:
            line = (await process.stdout.readline()).decode()
            assert line, read
            read += line
    return read


async def nothing_left(folder: Path, children: Sequence[int] = ()) -> bool:
    """Wait until the folder is empty, no process names it and none of the children lives; False when that does not come."""
    for _ in range(100):
        if not await asyncio.to_thread(_left, folder, children):
            return True
        await asyncio.sleep(0.1)
    return False


def _left(folder: Path, children: Sequence[int]) -> list[str]:
    return [*map(str, folder.iterdir()), *_running(folder), *(str(child) for child in children if _alive(child))]


def _running(folder: Path) -> list[str]:
    return [line for line in (_read(each / "cmdline").replace("\0", " ") for each in Path("/proc").glob("[0-9]*")) if str(folder) in line]


def _children(pid: int) -> list[int]:
    return [int(each.name) for each in Path("/proc").glob("[0-9]*") if _state(each)[1:2] == [str(pid)]]


def _alive(pid: int) -> bool:
    return _state(Path(f"/proc/{pid}"))[:1] not in ([], ["Z"])


def _state(process: Path) -> list[str]:
    """Return the state and the parent of a process, and more; nothing when it is gone."""
    return _read(process / "stat").rpartition(")")[2].split()


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


async def test_a_demo_answers_once_and_leaves_nothing(folder: Path) -> None:
    async with demo(folder, "--port", "0", DEMO_ONCE="1") as process:
        async with asyncio.timeout(90):
            shown = (await process.communicate())[0].decode()

    assert (0, shown) == (process.returncode, shown)
    assert all(store.name in shown and store.title in shown for name in names() for store in sandbox(name).stores)
    assert all(f"({platform.manifest.title}): LIVE" in shown for platform in platforms().values())
    assert await nothing_left(folder)


async def test_a_second_demo_runs_beside_the_first_and_each_ends_by_itself(folder: Path) -> None:
    (folder / "one").mkdir()
    (folder / "two").mkdir()
    async with demo(folder / "one") as first, demo(folder / "two") as second:
        shown = [await read_until(each, "Ctrl-C") for each in (first, second)]
        urls = [re.findall(r"GraphiQL.*(http://\S+)", text)[0] for text in shown]
        first.send_signal(signal.SIGINT)
        async with asyncio.timeout(30):
            await first.wait()
        async with httpx.AsyncClient(timeout=30) as client:
            headers = {"authorization": f"Bearer {KEY}"}
            answered = await client.post(urls[1], json={"query": "{ stores { tenant } }"}, headers=headers)
            page = await client.get(urls[1], headers={"accept": "text/html"})
            other = re.findall(r"cgk_[\w-]{43}", shown[1])[0]
            seen = await client.post(urls[1], json={"query": "{ stores { tenant } }"}, headers={"authorization": f"Bearer {other}"})
        second.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            await second.wait()

    assert urls[0] != urls[1]
    assert {"acme", "birch"} == {store["tenant"] for store in answered.json()["data"]["stores"]}
    assert {"acme"} == {store["tenant"] for store in seen.json()["data"]["stores"]}
    assert KEY in page.text
    assert (0, 0) == (first.returncode, second.returncode)
    assert await nothing_left(folder / "one")
    assert await nothing_left(folder / "two")


async def test_a_demo_that_is_killed_leaves_nothing_either(folder: Path) -> None:
    async with demo(folder, "--port", "0") as process:
        await read_until(process, "Ctrl-C")
        children = _children(process.pid)
        process.kill()
        await process.wait()

        assert len(children) > len(names())
        assert await nothing_left(folder, children)


async def test_a_demo_that_is_stopped_while_it_starts_leaves_nothing(folder: Path) -> None:
    async with demo(folder, "--port", "0") as process:
        await read_until(process, "Starting")
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            shown = (await process.communicate())[0].decode()

    assert (130, False) == (process.returncode, "Traceback" in shown)
    assert await nothing_left(folder)


def test_the_stores_of_all_sandboxes_have_names_of_their_own() -> None:
    found = [store.name for name in names() for store in sandbox(name).stores]

    assert sorted(set(found)) == sorted(found)


@pytest.mark.parametrize("name", names())
def test_each_sandbox_knows_a_set_of_credentials_that_its_platform_takes(name: str) -> None:
    sets = platforms()[name].manifest.credentials

    assert all(any(wanted <= store.credentials.keys() for wanted in sets) for store in sandbox(name).stores)
