"""Lets one generation of the gateway take over from another without a gap, on SIGHUP.

The files are read anew and checked first; when they are wrong, or the new generation can't serve, the log says so and everything stays as
it is. Only when the new one serves does the old one make room: it finishes what is under way, and ends.

SIGHUP also comes when a terminal is closed. A program that was started in it would hold its port for ever after; it stops instead, unless
it was started to outlive its terminal (`nohup`).
"""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from gateway.configuration import MISTAKES, Configuration
from gateway.server import Stopping

LOG = logging.getLogger(__name__)

UNCHANGED = "nothing was changed, and the gateway serves as before"

Serve = Callable[[Stopping, Configuration, Callable[[], None]], Coroutine[Any, Any, None]]


class Succession:
    """Generations, one after the other. `serve` serves by a configuration and calls what it is given once it does.

    `renew` reads the configuration anew, `announce` tells by which one is served from now on.
    """

    def __init__(self, serve: Serve, renew: Callable[[Configuration], Configuration], announce: Callable[[Configuration], None]) -> None:
        self._serve = serve
        self._renew = renew
        self._announce = announce
        self._living: set[_Generation] = set()
        self._news = asyncio.Event()
        self._asked = False

    async def run(self, stopping: Stopping, first: Configuration) -> None:
        """Serve until told to stop; raises what ended the generation that was to serve."""
        with _hang_ups(self._hung_up, stopping.tell), stopping.through(self._stop):
            try:
                current = self._begin(first)
                if await current.up():
                    self._announce(first)
                while not current.task.done():
                    await self._news.wait()
                    self._news.clear()
                    if self._asked and not stopping.told:
                        current = await self._succeed(current, stopping)
                await current.task
            finally:
                await self._end()

    def _hung_up(self) -> None:
        self._asked = True
        self._news.set()

    async def _succeed(self, current: "_Generation", stopping: Stopping) -> "_Generation":
        """Return the generation that serves from now on: a new one, or the current one when that is not to be."""
        self._asked = False
        try:
            configuration = await asyncio.to_thread(self._renew, current.configuration)
        except MISTAKES as error:
            LOG.error("The new configuration is wrong; %s: %s", UNCHANGED, error)  # noqa: TRY400  # its text is all there is to say
            return current
        if stopping.told:
            return current
        successor = self._begin(configuration)
        if not await successor.up():
            if not stopping.told:
                LOG.error("The next generation could not serve; %s: %s", UNCHANGED, successor.failure)
            return current
        self._announce(configuration)
        current.stopping.retire()
        return successor

    def _begin(self, configuration: Configuration) -> "_Generation":
        generation = _Generation(self._serve, configuration)
        self._living.add(generation)
        generation.task.add_done_callback(lambda _: self._ended(generation))
        return generation

    def _ended(self, generation: "_Generation") -> None:
        self._living.discard(generation)
        if generation.stopping.retired:
            LOG.info("The generation before has ended", exc_info=generation.failure)
        self._news.set()

    def _stop(self) -> None:
        for generation in self._living:
            generation.stopping.tell()

    async def _end(self) -> None:
        for generation in self._living:
            if not generation.stopping.told:
                generation.stopping.tell()
        await asyncio.gather(*(generation.task for generation in self._living), return_exceptions=True)


class _Generation:
    """What serves by one configuration, from its start to its end."""

    def __init__(self, serve: Serve, configuration: Configuration) -> None:
        self.configuration = configuration
        self._told = asyncio.Event()
        self.task = asyncio.create_task(self._run(serve))
        self.task.add_done_callback(lambda _: self._told.set())
        self.stopping = Stopping(self.task.cancel)

    @property
    def failure(self) -> BaseException | None:
        """Return what ended it, if anything did."""
        return None if not self.task.done() or self.task.cancelled() else self.task.exception()

    async def up(self) -> bool:
        """Wait until it serves, or has ended; say which."""
        await self._told.wait()
        return not self.task.done()

    async def _run(self, serve: Serve) -> None:
        await serve(self.stopping, self.configuration, self._told.set)


@contextlib.contextmanager
def _hang_ups(renew: Callable[[], None], stop: Callable[[], None]) -> Iterator[None]:
    """Call `renew` on SIGHUP, and `stop` where it means that the terminal is gone."""
    if not hasattr(signal, "SIGHUP"):  # Windows
        yield
        return
    bound = signal.getsignal(signal.SIGHUP) != signal.SIG_IGN and _has_terminal()

    def hear() -> None:
        (stop if bound and not _has_terminal() else renew)()

    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, hear)
    try:
        yield
    finally:
        asyncio.get_running_loop().remove_signal_handler(signal.SIGHUP)


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True
