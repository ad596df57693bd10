"""How long a page of 250 orders takes from a platform's answer to canonical rows, and into the cache and out again; one platform at a time.

The readers are the adapters' own, and so are their requests: they are asked once over HTTP, of a sandbox, and then again of what the
sandbox answered. What is measured begins with the bytes of those answers and ends with the rows: orders, and their lines where a platform
gives them apart. Nothing waits meanwhile, so what is measured is computing.
"""

import asyncio
import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table

from adapters.kit.clock import SystemClock
from adapters.kit.http import Answer, Request
from adapters.kit.port import ListQuery, Ordering, Page, Readers
from adapters.kit.registry import names, platforms
from adapters.kit.session import Session
from resolvers.codec import PAGES, PARTS
from schema.keys import Kind
from tests.support.world import make_world

ROUNDS = 40
ORDERS = 250
NEWEST = Ordering("created_at", descending=True)
STEPS = {"map": "map", "page_write": "write page", "page_read": "read page", "lines_write": "write lines", "lines_read": "read lines"}


def mapping(only: tuple[str, ...] = (), rounds: int = ROUNDS) -> dict[str, Any]:
    """Return the figures of each platform: medians in milliseconds, and how much was mapped. It runs an event loop of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_mapping(Path(folder), only or names(), rounds))


@dataclass(frozen=True, slots=True)
class Rows:
    """What a reader gave: orders, and the lines of those that came without."""

    orders: list[Any]
    lines: list[list[Any]]


class Standing(SystemClock):
    """A clock that stands still, so that the same is asked every time."""

    def __init__(self) -> None:
        self._now = datetime.now(UTC)

    def now(self) -> datetime:
        """Return when the clock was made."""
        return self._now


@dataclass(frozen=True, slots=True)
class Kept:
    """A store's readers, and what it answered as bytes, by what it was asked; nothing is asked a second time."""

    session: Session
    answers: dict[bytes, tuple[Answer, bytes]] = field(default_factory=dict)

    async def send(self, request: Request) -> Answer:
        """Answer with what is kept, decoded anew."""
        asked = orjson.dumps([request.method, request.path, dict(request.params), request.json, request.form])
        if asked not in self.answers:
            answer = await Session.send(self.session, request)
            self.answers[asked] = (answer, orjson.dumps(answer.body))
        answer, raw = self.answers[asked]
        return Answer(answer.status, answer.headers, orjson.loads(raw), answer.text, answer.seconds)


async def _mapping(folder: Path, wanted: tuple[str, ...], rounds: int) -> dict[str, Any]:
    asked = {name: await _asked(folder, name) for name in wanted}
    gc.collect()
    return {name: await _measured(*each, rounds) for name, each in asked.items()}


async def _asked(folder: Path, name: str) -> tuple[Readers, Kept]:
    """Let a platform's readers ask its sandbox all that 250 orders take, until they ask nothing new: some learn from what they read."""
    async with make_world(folder / name, [name], clock=Standing(), sizes={"orders": ORDERS + 50}) as world:
        world.readers(f"{name}-one")
        kept = Kept(world.core._sessions[f"{name}-one"])
        kept.session.send = kept.send  # type: ignore[method-assign]
        readers = platforms()[name].connect(kept.session)
        before = -1
        while before != len(kept.answers):
            before = len(kept.answers)
            await _read(readers)
        return readers, kept


async def _read(readers: Readers) -> Rows:
    page = readers.kinds[Kind.ORDER].page
    assert page is not None
    orders: list[Any] = []
    found = await page(ListQuery(NEWEST, ORDERS))
    while len(orders := [*orders, *found.rows]) < ORDERS and found.cursor:
        found = await page(ListQuery(NEWEST, ORDERS, cursor=found.cursor))
    apart = [order.key_id for order in orders[:ORDERS] if order.parts.lines is None]
    return Rows(orders[:ORDERS], list(await readers.parts["lines"](apart)) if apart else [])


async def _measured(readers: Readers, kept: Kept, rounds: int) -> dict[str, Any]:
    rows = await _read(readers)
    now, page = datetime.now(UTC), Page(rows.orders, None)
    raw, parts = PAGES[Kind.ORDER].write(page, now), [PARTS["lines"].write(each, now) for each in rows.lines]
    figures = {
        "map": await _median(rounds, partial(_read, readers)),
        "page_write": await _median(rounds, _at_once(lambda: PAGES[Kind.ORDER].write(page, now))),
        "page_read": await _median(rounds, _at_once(lambda: PAGES[Kind.ORDER].read(raw))),
        "lines_write": await _median(rounds, _at_once(lambda: [PARTS["lines"].write(each, now) for each in rows.lines])),
        "lines_read": await _median(rounds, _at_once(lambda: [PARTS["lines"].read(each) for each in parts])),
    }
    lines = sum(len(each) for each in rows.lines) + sum(len(each.parts.lines or ()) for each in rows.orders)
    answered = sum(len(each) for _, each in kept.answers.values())
    return {
        **figures,
        "orders": len(rows.orders),
        "lines": lines,
        "answers": len(kept.answers),
        "bytes": answered,
        "kept": len(raw) + sum(map(len, parts)),
    }


def _at_once(do: Callable[[], Any]) -> Callable[[], Awaitable[Any]]:
    async def done() -> Any:
        return do()

    return done


async def _median(rounds: int, do: Callable[[], Awaitable[Any]]) -> dict[str, float]:
    """Return what doing it takes: by the clock, and of a core."""
    walls, cores = [], []
    for _ in range(rounds + 3):
        began, used = time.perf_counter(), time.thread_time()
        await do()
        cores.append(time.thread_time() - used)
        walls.append(time.perf_counter() - began)
    return {"wall": _ms(statistics.median(walls[3:])), "cpu": _ms(statistics.median(cores[3:])), "best": _ms(min(walls[3:]))}


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)


def _print(found: Mapping[str, Any]) -> None:
    table = Table("platform", "orders", "lines", "answers", "KB", *STEPS.values(), title=f"{ORDERS} orders: median ms, CPU ms / best")
    for name, each in found.items():
        cells = [f"{each[step]['wall']} ({each[step]['cpu']} / {each[step]['best']})" for step in STEPS]
        table.add_row(name, str(each["orders"]), str(each["lines"]), str(each["answers"]), str(each["bytes"] // 1024), *cells)
    Console(width=160).print(table)


if __name__ == "__main__":
    _print(mapping(tuple(sys.argv[1:])))
