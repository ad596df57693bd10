"""How the tests of writes to eBay send jobs, and what they look at afterwards."""

import itertools
from collections.abc import Mapping
from typing import Any

from adapters.ebay import PLATFORM
from adapters.ebay.manifest import INVENTORY, ORDERS, ORDERS_BUCKET
from adapters.kit.failures import PlatformError
from adapters.kit.http import Request
from adapters.kit.writing import Accepted, Done, Job, Looked, Performed, Writer
from schema.commands import SHAPES, Command, WriteOperation
from schema.errors import Category
from schema.keys import Kind
from tests.platforms.ebay.conftest import Served

NUMBERS = itertools.count(1)


class Diary:
    """A journal in memory."""

    def __init__(self) -> None:
        self.notes: dict[str, dict[str, Any]] = {}

    async def note(self, notes: Mapping[str, Mapping[str, Any]]) -> None:
        for name, new in notes.items():
            self.notes.setdefault(name, {}).update(new)


def writer(shop: Served, command: Command) -> Writer:
    assert PLATFORM.writers is not None
    operation = next(each for each, shape in SHAPES.items() if shape is type(command))
    return PLATFORM.writers(shop.session, shop.readers)[operation]


def job(command: Command, **fields: Any) -> Job:
    return Job(**{"id": f"w-{next(NUMBERS)}", "command": command, **fields})


async def perform(shop: Served, *jobs: Job, diary: Diary | None = None) -> list[Performed]:
    """Carry out jobs of one operation; the log of calls begins anew."""
    shop.calls()
    return list(await writer(shop, jobs[0].command).perform(jobs, diary or Diary()))


async def do(shop: Served, *commands: Command) -> list[Performed]:
    return await perform(shop, *(job(command) for command in commands))


async def check(shop: Served, accepted: Performed, command: Command) -> Performed:
    """Ask after what was accepted."""
    assert isinstance(accepted, Accepted), accepted
    asked = writer(shop, command).check
    assert asked is not None
    (result,) = await asked([job(command, handle=accepted.handle)], Diary())
    return result


async def look(shop: Served, wanted: Job) -> Looked:
    seen = writer(shop, wanted.command).seen
    assert seen is not None
    (result,) = await seen([wanted])
    return result


async def again(shop: Served, wanted: Job, diary: Diary) -> Performed:
    """Repeat a job whose end is not known."""
    (result,) = await perform(shop, repeated(wanted, diary), diary=diary)
    return result


def repeated(wanted: Job, diary: Diary) -> Job:
    return job(wanted.command, id=wanted.id, uncertain=True, notes=diary.notes.get(wanted.id, {}))


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


def uncertain(result: object) -> bool:
    return isinstance(result, PlatformError) and result.uncertain


def effects(shop: Served) -> list[tuple[str, str, Any]]:
    """Return what the sandbox was seen doing since the last time."""
    seen = [(each.what, each.entity, each.value) for each in shop.running.control.effects]
    shop.running.control.effects.clear()
    return seen


def whats(shop: Served) -> list[str]:
    return [what for what, *_ in effects(shop)]


async def one(shop: Served, kind: Kind, key: str) -> Any:
    read = shop.readers.kinds[kind].by_ids
    assert read is not None
    (found,) = await read([key])
    assert not isinstance(found, PlatformError)
    return found


async def raw(shop: Served, path: str, **params: str) -> Any:
    """Return what the platform itself shows."""
    bucket = ORDERS_BUCKET if path.startswith(ORDERS) else ""
    return (await shop.session.send(Request("GET", path, "Test", params=params, bucket=bucket))).body


async def put(shop: Served, path: str, body: Any) -> None:
    """Change something as another program of the seller does."""
    headers = {"content-language": "en-US"}
    await shop.session.send(Request("PUT", f"{INVENTORY}/{path}", "Test", json=body, headers=headers, safe=False))
    effects(shop)


async def offers(shop: Served, sku: str) -> list[Any]:
    found: list[Any] = (await raw(shop, f"{INVENTORY}/offer", sku=sku))["offers"]
    return found


async def lines(shop: Served, order: str) -> dict[str, int]:
    found = (await raw(shop, f"{ORDERS}/{order}"))["lineItems"]
    return {line["lineItemId"]: line["quantity"] for line in found}


def operations() -> frozenset[WriteOperation]:
    return frozenset(PLATFORM.manifest.writes)
