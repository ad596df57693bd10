"""Hanging up: whose work ends, and whose does not."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from starlette.types import Message, Receive, Scope, Send

from gateway.hangup import HangUp

BODY: Message = {"type": "http.request", "body": b"{}", "more_body": False}
START: Message = {"type": "http.response.start", "status": 200, "headers": []}
END: Message = {"type": "http.response.body", "body": b"{}", "more_body": False}

Answer = Callable[[Receive, Send], Awaitable[None]]


@dataclass(slots=True)
class Client:
    """Somebody who asks and may go; `sent` is what he was sent."""

    gone: asyncio.Event = field(default_factory=asyncio.Event)
    sent: list[Message] = field(default_factory=list)
    _asked: bool = False

    def asks(self, answer: Answer, kind: str = "http") -> asyncio.Task[None]:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await answer(receive, send)

        async def ask() -> None:
            await HangUp(app)({"type": kind}, self._receive, self._send)

        return asyncio.create_task(ask())

    async def _receive(self) -> Message:
        if not self._asked:
            self._asked = True
            return BODY
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        self.sent.append(message)


@dataclass(slots=True)
class Work:
    """An answer that takes for ever; `deaf` is how many cancellations get lost on the way."""

    deaf: int = 0
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: int = 0

    async def answer(self, receive: Receive, send: Send) -> None:
        self.begun.set()
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.cancelled += 1
                if self.cancelled > self.deaf:
                    raise


async def ended(task: asyncio.Task[None]) -> None:
    async with asyncio.timeout(5):
        await asyncio.wait([task])


@pytest.mark.parametrize("deaf", [0, 1])
async def test_work_ends_with_its_client_even_when_a_cancellation_gets_lost(deaf: int) -> None:
    client, work = Client(), Work(deaf)
    task = client.asks(work.answer)
    await work.begun.wait()
    client.gone.set()
    await ended(task)

    assert (False, None, deaf + 1) == (task.cancelled(), task.exception(), work.cancelled)


async def test_what_is_done_after_the_answer_is_not_disturbed() -> None:
    client, done = Client(), asyncio.Event()

    async def answer(receive: Receive, send: Send) -> None:
        await send(START)
        await send(END)
        client.gone.set()
        assert "http.disconnect" == (await receive(), await receive())[1]["type"]
        done.set()

    await ended(client.asks(answer))

    assert ([START, END], True) == (client.sent, done.is_set())


async def test_a_cancellation_of_somebody_else_is_passed_on() -> None:
    work = Work()
    task = Client().asks(work.answer)
    await work.begun.wait()
    task.cancel()
    await ended(task)

    assert task.cancelled()


async def test_an_application_that_catches_its_end_leaves_no_trace_of_it() -> None:
    client, begun, left = Client(), asyncio.Event(), []

    async def answer(receive: Receive, send: Send) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            left.append("tidied up")

    task = client.asks(answer)
    await begun.wait()
    client.gone.set()
    await ended(task)

    assert (["tidied up"], 0, None) == (left, task.cancelling(), task.exception())


async def test_what_is_no_request_is_left_alone() -> None:
    client = Client()

    async def answer(receive: Receive, send: Send) -> None:
        assert BODY == await receive()

    task = client.asks(answer, "websocket")
    client.gone.set()
    await ended(task)

    assert task.exception() is None
