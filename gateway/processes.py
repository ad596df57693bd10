"""Several processes that serve at one port as one generation. Each is replaced when it dies; they end together.

The process that starts them holds the port and the embedded engine, and serves nothing itself. A child (`serving_process`) inherits the
listening socket, reads its configuration from its standard input and says on its standard output when it serves. SIGTERM ends it, SIGHUP
lets it make room for a successor; when the pipe to its standard input closes, its parent has died, and it ends as well.

All listen to the same socket, so a connection that waits in its queue is taken by whoever lives: none is lost when a child ends. With a
socket for each (SO_REUSEPORT) those in the queue of a child that ends would be refused. The load spreads well enough: of 64 connections
made at once, two children took 32 each at best and 22 and 42 at worst.
"""

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from pathlib import Path

from adapters.kit.tasks import end
from gateway.configuration import Configuration
from gateway.engine import engine
from gateway.seals import sealing_keys
from gateway.server import DRAIN_SECONDS, KEEP_ALIVE_SECONDS, Stopping
from gateway.watching import children_environment
from gateway.wiring import engine_settings

LOG = logging.getLogger(__name__)

MODULE = "gateway.serving_process"
READY = b"ready\n"
START_SECONDS = 60.0
END_SECONDS = 2.0 * DRAIN_SECONDS + 4  # requests and writes under way have DRAIN_SECONDS each, the rest is for connections to close

# How long to wait with a replacement: not at all for one that lived, longer and longer for those that die at once.
CALM_SECONDS = 10.0
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0


class ProcessError(Exception):
    """A serving process ended before it served; it has said itself why."""


async def serve_from_processes(taken: socket.socket, stopping: Stopping, configuration: Configuration, ready: Callable[[], None]) -> None:
    """Have processes serve until told to stop; raises EngineError, SettingsError, and ProcessError when one never served."""
    await asyncio.to_thread(sealing_keys, configuration.settings)  # told once here, instead of by each child
    async with engine(engine_settings(configuration.settings)):
        await _Crew(taken, configuration).serve(stopping, ready)


class _Child:
    """One process, and how long it has lived."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self._clock = asyncio.get_running_loop().time
        self._began = self._clock()

    @classmethod
    async def start(cls, taken: socket.socket, configuration: Configuration) -> "_Child":
        root = str(Path(__file__).parents[1])
        watched = children_environment(configuration.settings.data_dir, taken.getsockname()[1])
        path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", MODULE, str(taken.fileno())),
            stdin=PIPE,
            stdout=PIPE,
            pass_fds=(taken.fileno(),),
            env={**os.environ, **watched, "PYTHONPATH": path},
            start_new_session=True,  # a Ctrl-C in the terminal reaches the parent alone, which then ends them in order
        )
        assert process.stdin
        process.stdin.write(configuration.line())
        return cls(process)

    @property
    def lived(self) -> float:
        return self._clock() - self._began

    async def serves(self) -> bool:
        """Wait until it serves, or has ended or taken too long; say which."""
        assert self.process.stdout
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(START_SECONDS):
                return await self.process.stdout.readline() == READY
        return False

    def send(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)


class _Crew:
    """The processes of one generation."""

    def __init__(self, taken: socket.socket, configuration: Configuration) -> None:
        self._taken = taken
        self._configuration = configuration
        self._children: set[_Child] = set()
        self._leaving = asyncio.Event()

    async def serve(self, stopping: Stopping, ready: Callable[[], None]) -> None:
        try:
            first = await self._first()
            ready()
            with stopping.through(self._stop, self._retire):
                await asyncio.gather(*(self._seat(child) for child in first))
        finally:
            await self._end()

    async def _first(self) -> list[_Child]:
        starting = [asyncio.create_task(self._one_of_the_first()) for _ in range(self._configuration.settings.workers)]
        try:
            done, _ = await asyncio.wait(starting, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            await end(*starting)
        for task in done:
            task.result()
        return [task.result() for task in starting]

    async def _one_of_the_first(self) -> _Child:
        child = await self._start()
        if not await child.serves():
            child.send(signal.SIGTERM)
            raise ProcessError(f"Process {child.process.pid} was to serve and did not come to it: what it said stands above.")
        return child

    async def _start(self) -> _Child:
        child = await _Child.start(self._taken, self._configuration)
        self._children.add(child)
        if self._leaving.is_set():  # told while it was being started
            child.send(signal.SIGTERM)
        return child

    async def _seat(self, child: _Child) -> None:
        """Keep one process serving until all leave."""
        short_lives = 0
        while True:
            status = await child.process.wait()
            self._children.discard(child)
            if self._leaving.is_set():
                return
            short_lives = 0 if child.lived >= CALM_SECONDS else short_lives + 1
            pause = pause_after(short_lives)
            LOG.error("Process %s ended unexpectedly (%s); another takes its place in %g s", child.process.pid, _told(status), pause)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._leaving.wait(), pause)
            if self._leaving.is_set():
                return
            child = await self._start()
            if await child.serves():
                LOG.info("Process %s serves in its place", child.process.pid)
            else:
                child.send(signal.SIGKILL)

    def _stop(self) -> None:
        self._leave(signal.SIGTERM, END_SECONDS)

    def _retire(self) -> None:
        self._leave(signal.SIGHUP, END_SECONDS + KEEP_ALIVE_SECONDS)

    def _leave(self, number: signal.Signals, seconds: float) -> None:
        """Let all leave; who has not left in time is killed."""
        self._leaving.set()
        for child in self._children:
            child.send(number)
        asyncio.get_running_loop().call_later(seconds, self._kill)

    def _kill(self) -> None:
        for child in self._children:
            LOG.error("Process %s does not end, and is killed", child.process.pid)
            child.send(signal.SIGKILL)

    async def _end(self) -> None:
        """End whoever is left: after a start that failed, or when the crew itself was cancelled."""
        for child in self._children:
            child.send(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(END_SECONDS):
                await self._gone()
        self._kill()
        await self._gone()

    async def _gone(self) -> None:
        while self._children:
            child = next(iter(self._children))
            await child.process.wait()
            self._children.discard(child)


def pause_after(short_lives: int) -> float:
    """Return how long to wait with a replacement, after so many in a row that died at once."""
    return min(FIRST_PAUSE * 2 ** (short_lives - 1), LONGEST_PAUSE) if short_lives else 0.0


def _told(status: int) -> str:
    return f"status {status}" if status >= 0 else signal.Signals(-status).name
