"""Prism, the mock server that others wrote: one process for each description, started when it is first asked and ended with its block."""

import asyncio
import contextlib
import re
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

PRISM = Path(__file__).parent / "node_modules" / ".bin" / "prism"
START_SECONDS = 60
END_SECONDS = 5
LISTENING = re.compile(r"listening on (http://127\.0\.0\.1:\d+)")


@dataclass(frozen=True, slots=True)
class Mock:
    """A mock server that listens, and the last lines of its log."""

    url: str
    log: deque[str] = field(repr=False)


@contextlib.asynccontextmanager
async def mocking(description: Path) -> AsyncIterator[Mock]:
    """Serve a description on a free port of loopback.

    Without `--errors`: with it, Prism withholds every answer in which it breaks the description itself, so that nothing of a recursive
    type would ever be answered. What it says of requests is the same either way.
    """
    arguments = ("mock", "--host", "127.0.0.1", "--port", "0", str(description))
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        PRISM, *arguments, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=asyncio.subprocess.STDOUT, limit=1 << 20
    )
    assert process.stdout is not None
    log: deque[str] = deque(maxlen=200)
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    following = asyncio.create_task(_follow(process.stdout, log, ready))
    try:
        async with asyncio.timeout(START_SECONDS):
            url = await ready
        yield Mock(url, log)
    finally:
        await _end(process)
        await following


async def _follow(output: asyncio.StreamReader, log: deque[str], ready: asyncio.Future[str]) -> None:
    """Read the log to its end, so that the process never waits for a reader."""
    async for line in output:
        log.append(line.decode("utf-8", "replace").rstrip())
        if not ready.done() and (found := LISTENING.search(log[-1])):
            ready.set_result(found[1])
    if not ready.done():
        ready.set_exception(RuntimeError("Prism ended before it listened:\n" + "\n".join(log)))


async def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(END_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
