"""How long a page of 250 orders takes from a platform's answer to canonical rows, and into the cache and out again; one platform at a time.

The readers are the adapters' own, and so are their requests: they are asked once over HTTP, of a sandbox, and then again of what the
sandbox answered. What is measured begins with the bytes of those answers and ends with the rows: orders, and their lines where a platform
gives them apart. Nothing waits meanwhile, so what is measured is computing. Amounts that were read before are forgotten before each round.
"""

import asyncio
import gc
import inspect
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, cast

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
from schema.money import AMOUNTS
from tests.support.world import make_world

ROUNDS = 40
WARM_UP = 3  # rounds that are not counted
ORDERS = 250
NEWEST = Ordering("created_at", descending=True)
STEPS = ("orders_map", "orders_write", "orders_read", "lines_map", "lines_write", "lines_read")


def mapping(only: tuple[str, ...] = (), rounds: int = ROUNDS) -> dict[str, Any]:
    """Return the figures of each platform: milliseconds, and how much was mapped. It runs an event loop of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_mapping(Path(folder), only or names(), rounds))


@dataclass(frozen=True, slots=True)
class Rows:
    """What a platform gave: orders, and the lines of those that came without."""

    orders: list[Any]
    lines: list[Any]


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
    gc.freeze()  # what the sandboxes left behind is looked through by no garbage collection of ours
    try:
        return {name: await _measured(name, *each, rounds) for name, each in asked.items()}
    finally:
        gc.unfreeze()


async def _asked(folder: Path, name: str) -> tuple[Readers, Kept]:
    """Let a platform's readers ask its sandbox all that 250 orders take, until they ask nothing new: some learn from what they read."""
    async with make_world(folder / name, [name], clock=Standing(), sizes={"orders": ORDERS}) as world:
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
    orders = await _orders(readers)
    return Rows(orders, await _lines(readers, orders))


async def _orders(readers: Readers) -> list[Any]:
    page = readers.kinds[Kind.ORDER].page
    assert page is not None
    found = await page(ListQuery(NEWEST, ORDERS))
    orders = [*found.rows]
    while len(orders) < ORDERS and found.cursor:
        found = await page(ListQuery(NEWEST, ORDERS, cursor=found.cursor))
        orders += found.rows
    return orders[:ORDERS]


async def _lines(readers: Readers, orders: Sequence[Any]) -> list[Any]:
    apart = [order.key_id for order in orders if order.parts.lines is None]
    return list(await readers.parts["lines"](apart)) if apart else []


async def _measured(name: str, readers: Readers, kept: Kept, rounds: int) -> dict[str, Any]:
    rows = await _read(readers)
    now, page, order, lines = datetime.now(UTC), Page(rows.orders, None), PAGES[Kind.ORDER], PARTS["lines"]
    raw, parts = order.write(page, now), [lines.write(each, now) for each in rows.lines]
    steps: dict[str, Callable[[], Any]] = {
        "orders_map": partial(_orders, readers),
        "lines_map": partial(_lines, readers, rows.orders),
        "orders_write": lambda: order.write(page, now),
        "orders_read": lambda: order.read(raw),
        "lines_write": lambda: [lines.write(each, now) for each in rows.lines],
        "lines_read": lambda: [lines.read(each) for each in parts],
    }
    within = [each.parts.lines or [] for each in rows.orders]
    return {
        **{step: await _times(do, partial(_forget, name), rounds) for step, do in steps.items()},
        "orders": len(rows.orders),
        "lines": sum(map(len, [*rows.lines, *within])),
        "answers": len(kept.answers),
        "kilobytes": sum(len(each) for _, each in kept.answers.values()) // 1024,
        "kept_kilobytes": (len(raw) + sum(map(len, parts))) // 1024,
    }


def _forget(name: str) -> None:
    """Forget the values that were read before."""
    cast("dict[Any, Any]", AMOUNTS).clear()
    for each in vars(import_module(f"adapters.{name}.values")).values():
        if hasattr(each, "cache_clear"):
            each.cache_clear()


async def _times(do: Callable[[], Any], before: Callable[[], None], rounds: int) -> dict[str, float]:
    """Return what doing it takes in milliseconds: medians by the clock and of a core, and the best by the clock."""
    walls, cores = [], []
    for _ in range(WARM_UP + rounds):
        before()
        began, used = time.perf_counter(), time.thread_time()
        done = do()
        if inspect.isawaitable(done):
            await done
        cores.append(time.thread_time() - used)
        walls.append(time.perf_counter() - began)
    walls, cores = walls[WARM_UP:], cores[WARM_UP:]
    return {"wall": _ms(statistics.median(walls)), "cpu": _ms(statistics.median(cores)), "best": _ms(min(walls))}


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)


def _print(found: Mapping[str, Any]) -> None:
    table = Table(
        "platform",
        "orders",
        "lines",
        "answers",
        "KB",
        "kept KB",
        *(step.replace("_", ": ") for step in STEPS),
        title=f"{ORDERS} orders: ms (CPU, best)",
    )
    for name, each in found.items():
        counts = [str(each[count]) for count in ("orders", "lines", "answers", "kilobytes", "kept_kilobytes")]
        table.add_row(name, *counts, *(f"{each[step]['wall']} ({each[step]['cpu']}, {each[step]['best']})" for step in STEPS))
    Console(width=180).print(table)


if __name__ == "__main__":
    _print(mapping(tuple(sys.argv[1:])))
