"""The engine with real servers: what it starts, shares, survives and refuses."""

import asyncio
import contextlib
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from gateway.embedded import _binary, _locked, _opened, _pid, _Server, embedded
from gateway.engine import ROLES, Endpoints, EngineError, EngineSettings, connect, engine

ROOT = Path(__file__).parents[2]
GATEWAY = """
import asyncio, pathlib, sys
from gateway.engine import EngineSettings, engine

async def main():
    async with engine(EngineSettings(pathlib.Path(sys.argv[1]))):
        print("inside", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""
SAFE = {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction"}


@pytest.fixture
def settings(tmp_path: Path) -> EngineSettings:
    return EngineSettings(tmp_path / "data")


@contextlib.asynccontextmanager
async def client_of(url: str) -> AsyncIterator[Redis]:
    client = connect(url)
    try:
        yield client
    finally:
        await client.aclose()


async def told(url: str, fact: str) -> Any:
    async with client_of(url) as client:
        return (await client.info("server"))[fact]


async def identities(endpoints: Endpoints) -> tuple[Any, Any]:
    return await told(endpoints.state, "run_id"), await told(endpoints.fast, "run_id")


async def pids(endpoints: Endpoints) -> tuple[int, int]:
    return await told(endpoints.state, "process_id"), await told(endpoints.fast, "process_id")


def lives(pid: int) -> bool:
    """Whether a process runs; one that ended and was not asked for its end by its parent does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with contextlib.suppress(OSError):  # only Linux tells, and only as long as the process is there
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return not Path("/proc/self").exists()


def killed(pid: int) -> None:
    """End a server the hard way, and return when it is gone."""
    os.kill(pid, signal.SIGKILL)
    while lives(pid):
        os.sched_yield()


@contextlib.contextmanager
def gateway_process(data: Path) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", GATEWAY, str(data)], cwd=ROOT, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"inside\n"
            yield process
        finally:
            process.kill()


async def test_both_roles_run_with_the_settings_of_the_table(settings: EngineSettings) -> None:
    async with engine(settings) as endpoints, client_of(endpoints.state) as state, client_of(endpoints.fast) as fast:
        found = {"state": await state.config_get(*ROLES["state"]), "fast": await fast.config_get(*ROLES["fast"])}

    assert {"state": ROLES["state"], "fast": {**ROLES["fast"], "maxmemory": str(256 * 1024 * 1024)}} == found


async def test_the_fast_role_takes_the_memory_it_is_given(tmp_path: Path) -> None:
    async with engine(EngineSettings(tmp_path, fast_megabytes=3)) as endpoints, client_of(endpoints.fast) as fast:
        found = await fast.config_get("maxmemory")

    assert {"maxmemory": str(3 * 1024 * 1024)} == found


async def test_a_second_user_shares_the_servers_and_the_last_one_ends_them(settings: EngineSettings) -> None:
    async with contextlib.AsyncExitStack() as last, contextlib.AsyncExitStack() as first:
        one = await first.enter_async_context(engine(settings))
        before = await identities(one)
        two = await last.enter_async_context(engine(settings))
        await first.aclose()
        after = await identities(two)
        processes = await pids(two)

    assert before == after
    assert [pid for pid in processes if lives(pid)] == []


async def test_many_users_that_come_and_go_at_once_share_one_server_and_leave_none(settings: EngineSettings) -> None:
    seen: set[int] = set()
    together = asyncio.Barrier(8)

    async def use() -> None:
        async with engine(settings) as endpoints:
            seen.add(await told(endpoints.state, "process_id"))
            await together.wait()

    await asyncio.gather(*(use() for _ in range(8)))

    assert len(seen) == 1
    assert not lives(seen.pop())


async def test_a_server_may_outlive_its_last_user(tmp_path: Path) -> None:
    async with engine(EngineSettings(tmp_path, stop_with_last_user=False)) as endpoints:
        before = await identities(endpoints)
    async with engine(EngineSettings(tmp_path)) as endpoints:
        after = await identities(endpoints)

    assert before == after


async def test_the_state_survives_an_orderly_end(settings: EngineSettings) -> None:
    async with engine(settings) as endpoints, client_of(endpoints.state) as state:
        await state.set("receipt", "kept")
    async with engine(settings) as endpoints, client_of(endpoints.state) as state:
        found = await state.get("receipt")

    assert found == b"kept"


async def test_a_killed_server_comes_back_by_itself_with_all_it_acknowledged(
    settings: EngineSettings, caplog: pytest.LogCaptureFixture
) -> None:
    async with engine(settings) as endpoints, client_of(endpoints.state) as state:
        for number in range(200):
            await state.rpush("accepted", number)
        process = await told(endpoints.state, "process_id")
        await asyncio.to_thread(killed, process)
        found = await state.lrange("accepted", 0, -1)

    assert [str(number).encode() for number in range(200)] == found
    assert "ended unexpectedly" in caplog.text


async def test_after_a_killed_server_the_next_start_finds_all_it_acknowledged(tmp_path: Path) -> None:
    settings = EngineSettings(tmp_path, stop_with_last_user=False)
    async with engine(settings) as endpoints, client_of(endpoints.state) as state:
        await state.set("receipt", "kept")
        processes = await pids(endpoints)
    for process in processes:
        await asyncio.to_thread(killed, process)
    async with engine(EngineSettings(tmp_path)) as endpoints, client_of(endpoints.state) as state:
        found = await state.get("receipt")

    assert found == b"kept"


async def test_a_killed_gateway_leaves_servers_that_the_next_one_shares_and_ends(settings: EngineSettings) -> None:
    with contextlib.ExitStack() as stack:
        process = await asyncio.to_thread(stack.enter_context, gateway_process(settings.data_dir))
        orphan = int((settings.data_dir / "state" / "server.pid").read_text())
        process.kill()
        await asyncio.to_thread(process.wait)
    async with engine(settings) as endpoints:
        found = await told(endpoints.state, "process_id")

    assert orphan == found
    assert not lives(orphan)


async def test_a_process_that_is_interrupted_ends_its_servers(settings: EngineSettings) -> None:
    with contextlib.ExitStack() as stack:
        process = await asyncio.to_thread(stack.enter_context, gateway_process(settings.data_dir))
        server = int((settings.data_dir / "state" / "server.pid").read_text())
        process.send_signal(signal.SIGINT)
        await asyncio.to_thread(process.wait)

    assert not lives(server)


async def test_a_server_that_hangs_is_killed_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.embedded._PROBE_SECONDS", 0.1)
    monkeypatch.setattr("gateway.embedded._ASK_SECONDS", 0.1)
    monkeypatch.setattr("gateway.embedded._SIGNALS", ((signal.SIGTERM, 0.1), (signal.SIGKILL, 10.0)))
    async with embedded(tmp_path, SAFE) as url:
        server = await told(url, "process_id")
        os.kill(server, signal.SIGSTOP)

    assert not lives(server)


async def test_a_process_that_only_has_the_number_of_the_server_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "server.pid").write_text(f"{os.getpid()}\n")
    (tmp_path / "server.lock").write_text("")

    found = await asyncio.to_thread(_pid, _Server(tmp_path, tmp_path / "server.sock", ()))

    assert found is None


async def test_a_start_that_is_given_up_leaves_no_server(settings: EngineSettings) -> None:
    async def start() -> None:
        async with engine(settings):
            raise AssertionError

    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(start(), 0.03)

    with contextlib.ExitStack() as stack:
        folders = [found.parent for found in settings.data_dir.glob("*/server.lock")]
        assert all(_locked(stack.enter_context(_opened(folder / "server.lock"))) for folder in folders)


async def test_what_a_dead_server_left_is_no_obstacle(settings: EngineSettings) -> None:
    folder = settings.data_dir / "state"
    folder.mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(folder / "server.sock"))
    (folder / "server.pid").write_text(f"{os.getpid()}\n")

    async with engine(settings) as endpoints:
        process = await told(endpoints.state, "process_id")

        assert [process] == [int((folder / "server.pid").read_text())]
    assert lives(os.getpid())


@pytest.mark.parametrize("name", ["far " * 30, 'odd ?#%20"name'], ids=["long", "odd"])
async def test_any_data_directory_will_do(tmp_path: Path, name: str) -> None:
    async with engine(EngineSettings(tmp_path / name)) as endpoints, client_of(endpoints.state) as state:
        answers = await state.ping()
        shared = await told(endpoints.state, "process_id")
        async with engine(EngineSettings(tmp_path / name)) as again:
            assert shared == await told(again.state, "process_id")

    assert answers
    assert not lives(shared)
    for url in (endpoints.state, endpoints.fast):
        shutil.rmtree(Path(url.removeprefix("unix://")).parent, ignore_errors=True)


async def test_a_data_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(EngineError, match="CARTOGRAPH_DATA_DIR"):
        async with engine(EngineSettings(tmp_path / "file")):
            pass


async def test_a_server_that_does_not_start_shows_the_end_of_its_log(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="Bad directive or wrong number of arguments"):
        async with embedded(tmp_path, {"unheard-of": "yes"}):
            pass


async def test_a_machine_without_a_server_learns_what_to_set(settings: EngineSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.embedded._binaries", lambda: iter([Path("/nowhere/valkey-server")]))

    with pytest.raises(EngineError, match=r"CARTOGRAPH_STATE_URL and CARTOGRAPH_FAST_URL"):
        async with engine(settings):
            pass


async def test_a_server_that_is_too_old_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = tmp_path / "redis-server", tmp_path / "valkey-server"
    old.write_text("#!/bin/sh\necho Redis server v=6.0.16 sha=0\n")
    new.write_text("#!/bin/sh\necho Valkey server v=8.1.0 sha=0\n")
    monkeypatch.setattr("gateway.embedded._binaries", lambda: iter([old, new]))

    found = await asyncio.to_thread(_binary)

    assert new == found


async def test_a_safe_state_server_is_taken_as_it_is(tmp_path: Path) -> None:
    async with embedded(tmp_path / "given", SAFE) as url, engine(EngineSettings(tmp_path, state_url=url, fast_url=url)) as endpoints:
        found = endpoints

    assert Endpoints(url, url) == found


@pytest.mark.parametrize(
    ("key", "value"), [("appendonly", "no"), ("appendfsync", "everysec"), ("maxmemory-policy", "allkeys-lru")], ids=str
)
async def test_a_state_server_that_can_lose_writes_is_refused_with_the_line_to_change(tmp_path: Path, key: str, value: str) -> None:
    async with embedded(tmp_path / "given", {**SAFE, key: value}) as url:
        with pytest.raises(EngineError) as refused:
            async with engine(EngineSettings(tmp_path, state_url=url)):
                pass

    lines = [line.strip() for line in str(refused.value).splitlines() if line.startswith("    ")]
    assert [f"{key} {SAFE[key]}"] == lines


async def test_an_unsafe_state_server_is_taken_when_that_is_asked_for(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with (
        embedded(tmp_path / "given", {"appendonly": "no"}) as url,
        engine(EngineSettings(tmp_path, state_url=url, allow_unsafe_state=True)) as endpoints,
    ):
        found = endpoints.state

    assert url == found
    assert "can lose accepted writes" in caplog.text


async def test_a_server_that_keeps_its_settings_to_itself_is_taken_with_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with embedded(tmp_path / "given", SAFE) as url, client_of(url) as owner:
        await owner.acl_setuser("shop", enabled=True, passwords=["+invented"], keys=["*"], commands=["+@all", "-config"])
        async with engine(EngineSettings(tmp_path, state_url=url.replace("unix://", "unix://shop:invented@"))):
            pass

    assert "make sure that it has:\n    appendonly yes" in caplog.text
    assert "invented" not in caplog.text


async def test_a_fast_server_that_never_evicts_is_taken_with_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    async with embedded(tmp_path / "given", SAFE) as url, engine(EngineSettings(tmp_path, fast_url=url)):
        pass

    assert "maxmemory-policy volatile-lfu" in caplog.text


@pytest.mark.parametrize("url", ["redis://user:invented@127.0.0.1:1/0", "unix:///nowhere/server.sock", "no url"])
async def test_a_url_where_nothing_answers_is_an_error_that_names_its_setting(tmp_path: Path, url: str) -> None:
    with pytest.raises(EngineError, match="CARTOGRAPH_FAST_URL") as refused:
        async with engine(EngineSettings(tmp_path, fast_url=url)):
            pass

    assert "invented" not in str(refused.value)
