"""Listening, and the ways a program is told to stop."""

import asyncio
import socket

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from gateway.server import INTERRUPTED, ListenError, Stopping, address, listen, run, serving


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


def test_who_makes_room_does_so_once_and_may_still_be_told_to_stop() -> None:
    taken: list[str] = []
    stopping = Stopping(lambda: taken.append("outermost"))

    with stopping.through(lambda: taken.append("stop"), lambda: taken.append("retire")):
        stopping.retire()
        stopping.retire()
        stopping.tell()
        stopping.retire()

    assert ["retire", "stop"] == taken


class Answering:
    """An application that begins to answer at once and ends when it is let."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.may_end = asyncio.Event()
        routes = [Route("/slow", self._slow), Route("/fast", self._fast), WebSocketRoute("/socket", self._socket)]
        self.app = Starlette(routes=routes)

    async def _slow(self, request: Request) -> Response:
        self.begun.set()
        await self.may_end.wait()
        return PlainTextResponse("slow")

    async def _fast(self, request: Request) -> Response:
        return PlainTextResponse("fast")

    async def _socket(self, socket: WebSocket) -> None:
        await socket.accept()
        await socket.receive()


async def test_a_server_that_makes_room_answers_once_more_on_each_connection_and_ends() -> None:
    answering, stopping, taken = Answering(), Stopping(), listen("127.0.0.1", 0)
    held, url = taken.dup(), address(taken)
    async with serving(answering.app, taken, stopping) as served, httpx.AsyncClient(base_url=url) as one, httpx.AsyncClient() as other:
        before = await one.get("/fast")
        waiting = asyncio.create_task(other.get(f"{url}/slow"))
        await answering.begun.wait()
        stopping.retire()
        last = await one.get("/fast")
        answering.may_end.set()
        slow = await waiting
        async with asyncio.timeout(5):
            await served
    held.close()

    assert [200, 200, 200] == [each.status_code for each in (before, last, slow)]
    assert [None, "close", "close"] == [each.headers.get("connection") for each in (before, last, slow)]


async def test_a_server_that_makes_room_lets_sockets_go_and_those_who_come_wait_for_the_successor() -> None:
    answering, stopping, taken = Answering(), Stopping(), listen("127.0.0.1", 0)
    held, url = taken.dup(), address(taken)
    async with serving(answering.app, taken, stopping) as served, connect(f"{url.replace('http', 'ws')}/socket") as socket:
        stopping.retire()
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
        async with asyncio.timeout(5):
            await served
    async with httpx.AsyncClient(base_url=url) as client:
        waiting = asyncio.create_task(client.get("/fast"))
        async with serving(answering.app, held, Stopping()):
            answered = await waiting

    assert 1012 == (closed.value.rcvd and closed.value.rcvd.code)
    assert 200 == answered.status_code


async def test_told_twice_a_server_cancels_what_is_under_way_and_sees_it_end() -> None:
    answering, stopping, taken = Answering(), Stopping(lambda: None), listen("127.0.0.1", 0)
    others = asyncio.all_tasks()
    async with httpx.AsyncClient(base_url=address(taken)) as client:
        async with serving(answering.app, taken, stopping) as served:
            waiting = asyncio.create_task(client.get("/slow"))
            await answering.begun.wait()
            stopping.tell()
            stopping.tell()
            async with asyncio.timeout(5):
                await served
        answered = await waiting

    assert 500 == answered.status_code
    assert set() == asyncio.all_tasks() - others
