"""Listening, and the ways a program is told to stop."""

import asyncio
import socket

import pytest

from gateway.server import INTERRUPTED, ListenError, Stopping, address, listen, run


@pytest.mark.parametrize(
    ("host", "shown"), [("127.0.0.1", "http://127.0.0.1:"), ("0.0.0.0", "http://127.0.0.1:"), ("::1", "http://[::1]:")]
)
def test_the_address_shown_is_one_a_browser_here_can_open(host: str, shown: str) -> None:
    try:
        taken = listen(host, 0)
    except ListenError:
        pytest.skip(f"this machine has no {host}")
    with taken:
        assert address(taken).startswith(shown)


def test_a_busy_port_is_told_apart_from_a_wrong_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(ListenError, match="is in use") as busy:
        listen("127.0.0.1", other.getsockname()[1])
    with pytest.raises(ListenError, match="is no address") as wrong:
        listen("a..b", 0)

    assert (True, False) == (busy.value.busy, wrong.value.busy)


def test_the_innermost_way_out_is_taken() -> None:
    stopping = Stopping()
    taken: list[str] = []

    with stopping.through(lambda: taken.append("outer")):
        with stopping.through(lambda: taken.append("inner")):
            stopping.tell()
            stopping.tell()
        stopping.tell()

    assert ["inner", "inner"] == taken, "once told, cleaning up is not disturbed"


def test_a_program_that_is_stopped_before_it_serves_cleans_up_and_says_so() -> None:
    left: list[str] = []

    async def main(stopping: Stopping) -> int:
        asyncio.get_running_loop().call_soon(stopping.tell)
        try:
            await asyncio.Event().wait()
        finally:
            left.append("cleaned up")
        return 0

    assert (INTERRUPTED, ["cleaned up"]) == (run(main), left)


def test_a_program_returns_its_status() -> None:
    async def main(stopping: Stopping) -> int:
        return 7

    assert 7 == run(main)
