"""Ends a request whose client has closed its connection: nobody would read the answer, and stores are not asked for nobody.

The server tells of a closed connection only who asks it, so it is asked here while the request is answered. What others wait for as well
goes on: that is for those to say who share it out (`resolvers.cache`).
"""

import asyncio
import logging
from collections.abc import Awaitable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOG = logging.getLogger(__name__)

WATCH_SECONDS = 0.03  # who is answered sooner is not watched: that would cost more than it could save
AGAIN_SECONDS = 0.2  # a library on the way may lose a cancellation, so it is said again

DISCONNECT: Message = {"type": "http.disconnect"}


class HangUp:
    """Cancels what is done for a client that has gone. Stands behind the size limit, where the body is there as a whole."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and watch its client meanwhile."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        first = await receive()
        if first.get("more_body", False):
            raise RuntimeError("the body of a request came in parts to where it has to be whole")
        exchange = _Exchange(first, receive, send)
        await exchange.watch(self._app(scope, exchange.receive, exchange.send))


class _Exchange:
    """One request and its answer. The task that is answering is the one that makes this."""

    def __init__(self, first: Message, receive: Receive, send: Send) -> None:
        self._messages = [first]
        self._receive = receive
        self._send = send
        self._answered = False
        self._gone = asyncio.Event()
        self._cancelled = 0
        self._watching: asyncio.Task[None] | None = None

    async def watch(self, answering: Awaitable[None]) -> None:
        """Answer, and stop when the client goes."""
        task = asyncio.current_task()
        assert task
        later = asyncio.get_running_loop().call_later(WATCH_SECONDS, self._watch, task)
        try:
            await answering
        except asyncio.CancelledError:
            if task.cancelling() > self._cancelled or not self._cancelled:
                raise  # somebody else's: the server's time is up
            LOG.info("The client hung up before it was answered")
        finally:
            later.cancel()
            if self._watching is not None:
                self._watching.cancel()
            for _ in range(self._cancelled):
                task.uncancel()

    async def receive(self) -> Message:
        """Return the body, and later that the client has gone."""
        if self._messages:
            return self._messages.pop()
        await self._gone.wait()
        return DISCONNECT

    async def send(self, message: Message) -> None:
        """Send a part of the answer; after the last one the client may go."""
        self._answered = message["type"] == "http.response.body" and not message.get("more_body", False)
        await self._send(message)

    def _watch(self, task: asyncio.Task[Any]) -> None:
        self._watching = asyncio.create_task(self._cancel_when_gone(task))

    async def _cancel_when_gone(self, task: asyncio.Task[Any]) -> None:
        while (await self._receive())["type"] != DISCONNECT["type"]:
            pass
        self._gone.set()
        while not self._answered:
            self._cancelled += 1
            task.cancel()
            await asyncio.sleep(AGAIN_SECONDS)
