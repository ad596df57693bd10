"""Listens and serves, and stops when it is told to.

The port is taken before anything else is started, so that a busy one is told at once and in our words. SIGINT and SIGTERM end a program
through `Stopping`: whatever is under way is left in order, so that each `async with` on the way cleans up after itself.
"""

import asyncio
import contextlib
import errno
import signal
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from gateway.limits import MOST_BODY_BYTES

INTERRUPTED = 130
DRAIN_SECONDS = 8
KEEP_ALIVE_SECONDS = 30

_REASONS = {
    errno.EADDRINUSE: "Port {port} is in use; stop what listens there or pass --port.",
    errno.EACCES: "Port {port} may not be opened by this user; pass a --port above 1023.",
}


class ListenError(Exception):
    """Nothing can be served at this address; the sentence says what to do."""

    def __init__(self, message: str, *, busy: bool) -> None:
        super().__init__(message)
        self.busy = busy


class Stopping:
    """Knows what to do when the program is told to stop: the innermost way out that is open."""

    def __init__(self) -> None:
        self._ways: list[Callable[[], object]] = []
        self.told = False

    def tell(self) -> None:
        """Stop; told again, hurry, but don't disturb the outermost way out: it is cleaning up."""
        if not self.told or len(self._ways) > 1:
            self._ways[-1]()
        self.told = True

    @contextlib.contextmanager
    def through(self, way: Callable[[], object]) -> Iterator[None]:
        """Leave through `way` while the block runs."""
        self._ways.append(way)
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
    """Serve an application; the task ends when the program is told to stop. Leaving the block stops the server.

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
    task = asyncio.create_task(server.serve(sockets=[taken]))

    def stop() -> None:
        leave()
        server.stop()

    try:
        with stopping.through(stop):
            yield task
    finally:
        leave()
        server.should_exit = True
        await asyncio.gather(task, return_exceptions=True)


class _Server(uvicorn.Server):
    """A server that leaves the signals to the program."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield

    def stop(self) -> None:
        """End when all requests under way are answered; asked again, end at once."""
        self.force_exit = self.should_exit
        self.should_exit = True


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
