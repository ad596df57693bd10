"""A tap between a server and a sandbox: passes all bytes on as they are, and remembers how long each platform call took.

So the share of a server in a request's time can be told for any server, without asking it. A call is from its first byte until its answer's
last one; HTTP/1.1 sends no second request before that.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit


@dataclass(slots=True)
class Call:
    """One platform call: its store, and when it began and ended, in seconds of the performance counter."""

    store: str
    began: float
    ended: float | None = None

    @property
    def seconds(self) -> float:
        """Return how long it took."""
        return (self.ended or self.began) - self.began


@dataclass(slots=True)
class Tap:
    """All calls of all sandboxes, in the order they began, and the URLs to call them by."""

    urls: dict[str, str] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)

    def within(self, began: float, ended: float) -> Iterable[Call]:
        """Return the calls that ended within a time: those a request could wait for."""
        for call in reversed(self.calls):
            if call.ended is not None and began <= call.ended <= ended:
                yield call
            if call.began < began - 10:
                return


@asynccontextmanager
async def tapped(sandboxes: Mapping[str, str]) -> AsyncIterator[Tap]:
    """Listen before each sandbox."""
    tap = Tap()
    loop = asyncio.get_running_loop()
    async with AsyncExitStack() as stack:
        for name, url in sandboxes.items():
            parts = urlsplit(url)
            place = (cast("str", parts.hostname), cast("int", parts.port))
            listening = await loop.create_server(lambda place=place: _Asking(tap, place), "127.0.0.1", 0)  # type: ignore[misc]
            stack.callback(listening.close)
            tap.urls[name] = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        yield tap


class _Asking(asyncio.Protocol):
    """The side of the server that asks."""

    def __init__(self, tap: Tap, place: tuple[str, int]) -> None:
        self._tap = tap
        self._place = place
        self._waiting: list[bytes] = []
        self._opening: asyncio.Task[None] | None = None
        self.transport: asyncio.Transport | None = None
        self.other: asyncio.Transport | None = None
        self.call: Call | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self._opening = asyncio.create_task(self._open())

    def data_received(self, data: bytes) -> None:
        if self.call is None or self.call.ended is not None:
            path = data.split(b" ", 2)[1].decode()
            self.call = Call(path.split("/")[1], time.perf_counter())
            self._tap.calls.append(self.call)
        if self.other is None:
            self._waiting.append(data)
        else:
            self.other.write(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.other is not None:
            self.other.close()

    async def _open(self) -> None:
        self.other, _ = await asyncio.get_running_loop().create_connection(lambda: _Answering(self), *self._place)
        self.other.writelines(self._waiting)


class _Answering(asyncio.Protocol):
    """The side of the sandbox."""

    def __init__(self, asking: _Asking) -> None:
        self._asking = asking

    def data_received(self, data: bytes) -> None:
        if self._asking.call is not None:
            self._asking.call.ended = time.perf_counter()
        if self._asking.transport is not None:
            self._asking.transport.write(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._asking.transport is not None:
            self._asking.transport.close()
