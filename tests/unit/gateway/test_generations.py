"""One generation after the other: who takes over, and when everything stays as it is."""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import partial

import pytest

from gateway import generations
from gateway.configuration import Configuration, RefusedToServeError
from gateway.engine import EngineError
from gateway.generations import Succession
from gateway.server import Stopping
from gateway.settings import Settings
from gateway.stores_file import Loaded
from tests.support.fakes import until


@dataclass(slots=True)
class Program:
    """A program whose generations do nothing but tell what they were told. `files` is what is read on the next SIGHUP."""

    files: Configuration | Exception
    stopping: Stopping = field(default_factory=Stopping)
    events: list[str] = field(default_factory=list)
    unfit: list[int] = field(default_factory=list)
    slow: list[int] = field(default_factory=list)

    async def serve(self, stopping: Stopping, configuration: Configuration, ready: Callable[[], None]) -> None:
        number = configuration.settings.workers
        done = asyncio.Event()

        def leave(how: str) -> None:
            if not done.is_set():
                self.events.append(f"{number} {how}")
                done.set()

        if number in self.unfit:
            raise EngineError("There is no state server.")
        if number in self.slow:
            self.events.append(f"{number} begins")
            await asyncio.Event().wait()
        with stopping.through(partial(leave, "stops"), partial(leave, "retires")):
            ready()
            await done.wait()

    def renew(self, current: Configuration) -> Configuration:
        self.events.append(f"read after {current.settings.workers}")
        if isinstance(self.files, Exception):
            raise self.files
        return self.files

    def announce(self, configuration: Configuration) -> None:
        self.events.append(f"{configuration.settings.workers} serves")

    async def heard(self, event: str) -> None:
        await until(lambda: event in self.events)


def numbered(number: int) -> Configuration:
    return Configuration(Settings(workers=number), Loaded((), ()))


def hang_up() -> None:
    os.kill(os.getpid(), signal.SIGHUP)


@pytest.fixture(autouse=True)
def no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be a program nobody looks at, whoever runs the tests."""
    monkeypatch.setattr(generations, "_has_terminal", lambda: False)


@contextlib.asynccontextmanager
async def running(program: Program) -> AsyncIterator[asyncio.Task[None]]:
    succession = Succession(program.serve, program.renew, program.announce)
    task = asyncio.create_task(succession.run(program.stopping, numbered(1)))
    await asyncio.sleep(0)
    try:
        yield task
    finally:
        if not task.done():
            program.stopping.tell()
        await asyncio.wait([task])


async def test_the_first_generation_makes_room_only_when_the_second_serves() -> None:
    program = Program(numbered(2))
    async with running(program):
        await program.heard("1 serves")
        hang_up()
        await program.heard("1 retires")

    assert ["1 serves", "read after 1", "2 serves", "1 retires", "2 stops"] == program.events


async def test_a_wrong_file_changes_nothing_and_is_told(caplog: pytest.LogCaptureFixture) -> None:
    program = Program(RefusedToServeError("There is no API key."))
    async with running(program):
        await program.heard("1 serves")
        hang_up()
        await until(lambda: "There is no API key." in caplog.text)
        program.files = numbered(3)
        hang_up()
        await program.heard("1 retires")

    assert ["1 serves", "read after 1", "read after 1", "3 serves", "1 retires", "3 stops"] == program.events


async def test_a_generation_that_can_not_serve_changes_nothing_and_is_told(caplog: pytest.LogCaptureFixture) -> None:
    program = Program(numbered(2), unfit=[2])
    async with running(program):
        await program.heard("1 serves")
        hang_up()
        await until(lambda: "There is no state server." in caplog.text)

    assert ["1 serves", "read after 1", "1 stops"] == program.events


async def test_what_the_first_generation_fails_with_ends_the_program() -> None:
    program = Program(numbered(2), unfit=[1])
    async with running(program) as task:
        await asyncio.wait([task], timeout=5)

    with pytest.raises(EngineError, match="no state server"):
        task.result()


async def test_told_to_stop_while_a_successor_begins_the_program_ends_both(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    program = Program(numbered(2), slow=[2])
    async with running(program) as task:
        await program.heard("1 serves")
        hang_up()
        await program.heard("2 begins")
        program.stopping.tell()
        async with asyncio.timeout(5):
            await task

    assert ["1 serves", "read after 1", "2 begins", "1 stops"] == program.events
    assert "" == caplog.text


async def test_a_hang_up_means_stop_when_the_terminal_it_was_started_in_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generations, "_has_terminal", lambda: True)
    program = Program(numbered(2))
    async with running(program) as task:
        await program.heard("1 serves")
        monkeypatch.setattr(generations, "_has_terminal", lambda: False)
        hang_up()
        async with asyncio.timeout(5):
            await task

    assert ["1 serves", "1 stops"] == program.events
