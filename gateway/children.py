"""Processes the demo starts beside itself: one sandbox a platform, and a caretaker.

Each holds the other end of a pipe in its standard input and ends by itself when that is closed, so that none outlives the demo, however
the demo ends. They run in sessions of their own: a Ctrl-C in the terminal reaches the demo alone, which then ends them in order.
"""

import asyncio
import contextlib
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from gateway.sandboxes import FIRST_LINE

START_SECONDS = 90.0
STOP_SECONDS = 5.0
TAIL_CHARACTERS = 2000

_READY = re.compile(re.escape(FIRST_LINE).replace(r"\{platform\}", r"\S+").replace(r"\{url\}", r"(?P<url>\S+)"))


class ChildError(Exception):
    """A process could not be started; the text has the end of what it said."""


@contextlib.asynccontextmanager
async def sandboxes(platforms: Sequence[str], folder: Path) -> AsyncIterator[dict[str, str]]:
    """Have the sandboxes of some platforms serving, their logs in `folder`; yield their URLs by platform. Raises ChildError."""
    async with contextlib.AsyncExitStack() as stack:
        logs = [folder / f"{name}.log" for name in platforms]
        started = [
            await stack.enter_async_context(_child(log, "gateway", "sandbox", name, "--port", "0", "--with-parent"))
            for name, log in zip(platforms, logs, strict=True)
        ]
        waiting = (_url(name, process, log) for name, process, log in zip(platforms, started, logs, strict=True))
        yield dict(zip(platforms, await asyncio.gather(*waiting), strict=True))


@contextlib.asynccontextmanager
async def caretaker(folder: Path) -> AsyncIterator[None]:
    """Have somebody end the servers in the folder and clear it away, should this process be killed."""
    async with _child(Path(os.devnull), "gateway.caretaker", str(folder)):
        yield


@contextlib.asynccontextmanager
async def _child(log: Path, module: str, *arguments: str) -> AsyncIterator[Process]:
    root = str(Path(__file__).parents[1])
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    with log.open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",  # a folder named like one of our packages, where the user happens to be, must not be taken for it
            "-m",
            module,
            *arguments,
            stdin=PIPE,
            stdout=PIPE,
            stderr=errors,
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,
        )
    try:
        yield process
    finally:
        await _end(process)


async def _url(name: str, process: Process, log: Path) -> str:
    """Wait for the line that says where a sandbox serves. It says little after that: the pipe never fills."""
    assert process.stdout
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(START_SECONDS):
            line = await process.stdout.readline()
        if found := _READY.match(line.decode()):
            return found["url"]
    await _end(process)
    said = await asyncio.to_thread(log.read_text, errors="replace")
    raise ChildError(f"The sandbox of {name} did not start: {said[-TAIL_CHARACTERS:].strip() or f'status {process.returncode}'}")


async def _end(process: Process) -> None:
    """Close the pipe, wait, and use force on who does not listen."""
    if process.stdin:
        process.stdin.close()
    for told in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
                return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(told)
    await process.wait()
