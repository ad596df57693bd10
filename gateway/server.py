"""Listens and serves, and stops when it is told to.

The port is taken before anything else is started, so that a busy one is told at once and in our words. SIGINT and SIGTERM end a program
through `Stopping`: whatever is under way is left in order, so that each `async with` on the way cleans up after itself. A server that makes
room for a successor is gentler: who is connected may ask once more, and is told with the answer that it was the last.
"""

import asyncio
import contextlib
import errno
import gc
import signal
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from adapters.kit.tasks import end
from gateway.limits import MOST_BODY_BYTES

INTERRUPTED = 130
DRAIN_SECONDS = 8
KEEP_ALIVE_SECONDS = 30
# How many new objects make Python look for circles among the young, the middle-aged and the old. By its own numbers (700, 10, 10) a full
# cache is gone through every few cold pages, which stops all requests for 160 ms; by these a page of 250 rows costs 11 ms at worst.
GARBAGE = (50_000, 20, 100)
LAST_ANSWER = (b"connection", b"close")

_REASONS = {
    errno.EADDRINUSE: "Port {port} is in use; stop what listens there or pass --port.",
    errno.EACCES: "Port {port} may not be opened by this user; pass a --port above 1023.",
}


class ListenError(Exception):
    """Nothing can be served at this address; the sentence says what to do."""

    def __init__(self, message: str, *, busy: bool) -> None:
        super().__init__(message)
        self.busy = busy


Way = Callable[[], object]


class Stopping:
    """Knows what to do when the program is told to stop: the innermost way out that is open. `outermost` is open from the beginning."""

    def __init__(self, outermost: Way | None = None) -> None:
        self._ways: list[tuple[Way, Way]] = [(outermost, outermost)] if outermost else []
        self.told = self.retired = False

    def tell(self) -> None:
        """Stop; told again, hurry, but don't disturb the outermost way out: it is cleaning up."""
        if not self.told or len(self._ways) > 1:
            self._ways[-1][0]()
        self.told = True

    def retire(self) -> None:
        """Stop because a successor serves: there is no hurry. Said once; it may still be told to stop."""
        if not self.told and not self.retired:
            self.retired = True
            self._ways[-1][1]()

    @contextlib.contextmanager
    def through(self, way: Way, gently: Way | None = None) -> Iterator[None]:
        """Leave through `way` while the block runs, or `gently` when a successor is there."""
        self._ways.append((way, gently or way))
        try:
            yield
        finally:
            self._ways.pop()


def run(main: Callable[[Stopping], Coroutine[Any, Any, int]]) -> int:
    """Run a program and return its exit status; one that was told to stop before it served anything returns INTERRUPTED."""
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(_supervised(main))


def listen(host: str, port: int) -> socket.socket:
    """Take a port, 0 for a free one; raise ListenError."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except (OSError, UnicodeError):
        raise ListenError(f"{host!r} is no address; pass --host with one of this machine's, e.g. 127.0.0.1.", busy=False) from None
    taken = socket.socket(family, kind, protocol)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(address)
        taken.listen(1024)
    except OSError as error:
        taken.close()
        reason = _REASONS.get(error.errno or 0, f"{host} can't be listened at ({error.strerror}); pass --host with one of this machine's.")
        raise ListenError(reason.format(port=port), busy=error.errno == errno.EADDRINUSE) from None
    taken.setblocking(False)
    return taken


def address(taken: socket.socket, scheme: str = "http") -> str:
    """Return the URL at which a browser on this machine finds what listens."""
    host, port = taken.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"{scheme}://{shown}:{port}"


@contextlib.asynccontextmanager
async def serving(
    app: ASGIApp, taken: socket.socket, stopping: Stopping, leave: Callable[[], None] = lambda: None
) -> AsyncIterator[asyncio.Task[None]]:
    """Serve an application; the task ends when the program is told to stop. Leaving the block stops the server, and closes the socket.

    `leave` is called first then: it ends what would go on for ever. Requests that come before the server is up wait in the socket's queue.
    """
    server = _Server(
        uvicorn.Config(
            app,
            access_log=False,
            log_config=None,
            lifespan="off",
            ws="websockets-sansio",
            ws_max_size=MOST_BODY_BYTES,
            server_header=False,
            timeout_graceful_shutdown=DRAIN_SECONDS,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
    )
    gc.collect()
    gc.freeze()  # what is there by now stays: the schema, the modules
    gc.set_threshold(*GARBAGE)
    task = asyncio.create_task(server.serve(sockets=[taken]))
    task.add_done_callback(lambda _: server.up.set())

    def stop() -> None:
        leave()
        server.stop()

    def retire() -> None:
        leave()
        server.retire()

    try:
        with stopping.through(stop, retire):
            await server.up.wait()
            yield task
    finally:
        leave()
        server.should_exit = True
        await asyncio.gather(task, return_exceptions=True)


class _Server(uvicorn.Server):
    """A server that leaves the signals to the program; `up` is set when it accepts connections, or has failed to."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()
        self._told = False
        self._retired_at: float | None = None

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept, and say so."""
        await super().startup(sockets)
        self.up.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let what is under way end, for a while; then cancel what is left, also when told to hurry, and see it end."""
        await super().shutdown(sockets)
        await end(*self.server_state.tasks)

    async def on_tick(self, counter: int) -> bool:
        """Say whether it is time to end: a server that has retired waits until all have left, or nobody can expect it to stay."""
        if self._retired_at is not None:
            lingered = asyncio.get_running_loop().time() - self._retired_at
            self.should_exit = self.should_exit or not self.server_state.connections or lingered > KEEP_ALIVE_SECONDS
        return await super().on_tick(counter)

    def stop(self) -> None:
        """End when all requests under way are answered; asked again, end at once."""
        self.force_exit = self._told
        self._told = self.should_exit = True

    def retire(self) -> None:
        """Accept no connection any more, and end when those that are open are closed.

        Each is closed by its next answer, which says so. An idle one is not closed here: its client may be writing a request at this very
        moment. It is closed when it would have been anyway, after KEEP_ALIVE_SECONDS without a request.
        """
        self._retired_at = asyncio.get_running_loop().time()
        for listener in self.servers:
            listener.close()
        self.config.encoded_headers.append(LAST_ANSWER)
        self.server_state.default_headers = [*self.server_state.default_headers, LAST_ANSWER]
        for connection in list(self.server_state.connections):
            if not _is_idle(connection):
                connection.shutdown()  # closes a WebSocket, and a connection after the answer that is under way


def _is_idle(connection: object) -> bool:
    """Say whether a connection has no request under way; a WebSocket, which has no cycles of requests, never is."""
    cycle = getattr(connection, "cycle", _Busy)
    return cycle is None or cycle.response_complete


class _Busy:
    response_complete = False


async def _supervised(main: Callable[[Stopping], Coroutine[Any, Any, int]]) -> int:
    stopping = Stopping()
    task = asyncio.ensure_future(main(stopping))
    loop = asyncio.get_running_loop()
    with stopping.through(task.cancel):
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):  # Windows
                loop.add_signal_handler(number, stopping.tell)
        try:
            return await task
        except asyncio.CancelledError:
            if not stopping.told:
                raise
            return INTERRUPTED


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:  # there is none for Windows
        return None
    return uvloop.new_event_loop
