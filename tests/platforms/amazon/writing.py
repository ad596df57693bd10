"""What the tests of Amazon's writes share: jobs and their results, the sandbox's effects, and its clock."""

import itertools
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from adapters.amazon import PLATFORM
from adapters.kit.failures import PlatformError
from adapters.kit.port import ListQuery, Ordering
from adapters.kit.writing import Accepted, Done, Job, Looked, Performed, Writer
from schema.commands import SHAPES, Command
from schema.errors import Category
from schema.keys import Kind
from tests.platforms.amazon.conftest import Served
from tests.platforms.amazon.sandbox_seller import NOW

ACCEPTED_SECONDS, FEED_SECONDS = 60, 120
SLOW = {"write_seconds": ACCEPTED_SECONDS, "feed_seconds": FEED_SECONDS, "lag_seconds": 0}
NUMBERS = itertools.count(1)


class Diary:
    """A journal in memory."""

    def __init__(self) -> None:
        self.notes: dict[str, dict[str, Any]] = {}

    async def note(self, notes: Mapping[str, Mapping[str, Any]]) -> None:
        for name, new in notes.items():
            self.notes.setdefault(name, {}).update(new)


def settle_in(shop: Served) -> Served:
    """Move a store to the day its orders are made for."""
    return shop.on(NOW)


def advance(shop: Served, seconds: float) -> None:
    """Let time pass, here and at Amazon."""
    shop.control.offset += timedelta(seconds=seconds)
    shop.clock.slept.append(seconds)


def writer(shop: Served, command: Command) -> Writer:
    operation = next(operation for operation, shape in SHAPES.items() if shape is type(command))
    assert PLATFORM.writers is not None
    return PLATFORM.writers(shop.session, shop.readers)[operation]


def job(command: Command, **fields: Any) -> Job:
    return Job(**{"id": f"w-{next(NUMBERS)}", "command": command, **fields})


async def perform(shop: Served, *jobs: Job, diary: Diary | None = None) -> list[Performed]:
    """Carry out jobs of one operation; the log of calls begins anew."""
    shop.calls()
    return list(await writer(shop, jobs[0].command).perform(jobs, diary or Diary()))


async def do(shop: Served, *commands: Command) -> list[Performed]:
    return await perform(shop, *(job(command) for command in commands))


async def look(shop: Served, *jobs: Job) -> list[Looked]:
    seen = writer(shop, jobs[0].command).seen
    assert seen is not None
    return list(await seen(jobs))


async def check(shop: Served, diary: Diary, results: list[Performed], *jobs: Job, **fields: Any) -> list[Performed]:
    """Ask after jobs that were accepted."""
    asked = writer(shop, jobs[0].command).check
    assert asked is not None
    (handle,) = {each.handle for each in results if isinstance(each, Accepted)}
    waiting = [again(each, diary, handle=handle, **fields) for each in jobs]
    return list(await asked(waiting, diary))


def again(one: Job, diary: Diary, **fields: Any) -> Job:
    """Return a job as its next attempt is given it."""
    return Job(one.id, one.command, notes=diary.notes.get(one.id, {}), **fields)


def failure(result: object) -> tuple[Category, str]:
    assert isinstance(result, PlatformError), result
    return result.category, result.code


def done(result: object) -> Done:
    assert isinstance(result, Done), result
    return result


def made(result: object) -> str:
    entity = done(result).entity
    assert entity is not None
    return entity[1]


def effects(shop: Served) -> list[tuple[str, str, Any]]:
    """Return what the sandbox was seen doing since the last time."""
    seen = [(each.what, each.entity, each.value) for each in shop.control.effects]
    shop.control.effects.clear()
    return seen


def changes(shop: Served) -> list[str]:
    """Return the calls since the last time that change something, but for getting a token."""
    return [call for call in shop.calls() if not call.startswith("GET ") and "o2/token" not in call]


async def one(shop: Served, kind: Kind, key: str) -> Any:
    read = shop.readers.kinds[kind].by_ids
    assert read is not None
    (found,) = await read([key])
    assert not isinstance(found, PlatformError), found
    return found


async def orders(shop: Served, word: str, sent_by: str = "MERCHANT") -> list[Any]:
    """Return the orders with a status word, those with the most lines first."""
    read = shop.readers.kinds[Kind.ORDER].page
    assert read is not None
    query = ListQuery(Ordering("created_at", descending=True), 100)
    rows: list[Any] = []
    while True:
        page = await read(query)
        rows += page.rows
        if page.cursor is None:
            break
        query = ListQuery(query.ordering, query.size, cursor=page.cursor)
    fitting = [row for row in rows if row.platform_status == word and row.extras.fulfilled_by == sent_by]
    return sorted(fitting, key=lambda row: (-len(row.parts.lines), row.key_id))
