"""Who listens hears of every change that lasts, and the listening ends when there is nothing more to come."""

import asyncio
from typing import Any

import orjson
import pytest

from resolvers.principal import Principal, Role
from schema.commands import InventorySet
from schema.receipts import receipt_id
from tests.support.desk import Desk
from tests.support.fakes import EVERYBODY, fake_schema


async def listen(office: Desk, arguments: str, principal: Principal = EVERYBODY) -> Any:
    """Begin to listen; returns the results as they come."""
    context = office.made.context(principal)
    context._writes = office.writes
    return await fake_schema().subscribe(
        f"subscription {{ receiptChanged{arguments and f'({arguments})'} {{ id state }} }}", context_value=context
    )


async def following(results: Any) -> tuple[str, str]:
    found = (await asyncio.wait_for(anext(results), 5)).data["receiptChanged"]
    return found["id"], found["state"]


async def rest(results: Any) -> list[str]:
    async with asyncio.timeout(5):
        return [result.data["receiptChanged"]["state"] async for result in results]


def by_ids(*numbers: str) -> str:
    return f"ids: {orjson.dumps([receipt_id('east', number) for number in numbers]).decode()}"


async def test_a_receipt_is_told_as_it_is_and_then_until_its_end(office: Desk) -> None:
    number = await office.put("east", InventorySet("1", 5))
    results = await listen(office, by_ids(number))
    first = await following(results)
    await office.work()

    assert (receipt_id("east", number), "QUEUED") == first
    assert "DONE" == (await rest(results))[-1]


async def test_what_is_at_its_end_already_is_told_once(office: Desk) -> None:
    numbers = [await office.put("east", InventorySet(entity, 5)) for entity in "12"]
    await office.work()

    assert ["DONE", "DONE"] == await rest(await listen(office, by_ids(*numbers)))


async def test_it_ends_when_the_last_is_at_its_end(office: Desk) -> None:
    numbers = [await office.put("east", InventorySet(entity, 5)) for entity in "12"]
    results = await listen(office, by_ids(*numbers))
    told = [await following(results) for _ in numbers]
    await office.queue.cancel(office.scope("east"), numbers[0])
    told.append(await following(results))
    await office.work()
    last = await rest(results)

    assert ["QUEUED", "QUEUED", "CANCELLED"] == [state for _, state in told]
    assert "DONE" == last[-1]


async def test_a_filter_lets_through_what_fits_from_now_on(office: Desk) -> None:
    await office.put("east", InventorySet("1", 5))
    await office.work()
    results = await listen(office, 'filter: { store: "east", state: [CANCELLED] }')
    hearing = asyncio.create_task(following(results))
    await heard(office)
    for store in ("west", "east"):
        number = await office.put(store, InventorySet("2", 5))
        await office.queue.cancel(office.scope(store), number)

    assert (receipt_id("east", number), "CANCELLED") == await hearing
    await results.aclose()


async def test_nothing_is_told_of_a_foreign_store(office: Desk) -> None:
    only_west = Principal("x", None, frozenset({Role.READ}), frozenset({"west"}))
    results = await listen(office, "filter: {}", only_west)
    hearing = asyncio.create_task(following(results))
    await heard(office)
    await office.put("east", InventorySet("1", 5))
    west = await office.put("west", InventorySet("1", 5))

    assert receipt_id("west", west) == (await hearing)[0]
    await results.aclose()


async def test_a_foreign_receipt_is_no_receipt(office: Desk) -> None:
    number = await office.put("east", InventorySet("1", 5))
    only_west = Principal("x", None, frozenset({Role.READ}), frozenset({"west"}))
    texts = []
    for store in ("east", "nowhere"):
        result = await anext(await listen(office, f'ids: ["{receipt_id(store, number)}"]', only_west))
        texts.append([error.message for error in result.errors])

    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("", "BAD_REQUEST"),
        ("ids: [], filter: {}", "BAD_REQUEST"),
        ("ids: []", "TOO_MANY_IDS"),
        ('ids: ["nonsense"]', "ID_INVALID"),
        ('filter: { store: "nowhere" }', "STORE_UNKNOWN"),
    ],
)
async def test_what_can_t_be_listened_to_is_told(office: Desk, arguments: str, code: str) -> None:
    result = await anext(await listen(office, arguments))

    assert [code] == [error.extensions["code"] for error in result.errors]


async def test_a_connection_that_breaks_tells_again(office: Desk) -> None:
    number = await office.put("east", InventorySet("1", 5))
    results = await listen(office, by_ids(number))
    first = await following(results)
    await office.state.client_kill_filter(_type="pubsub")
    again = await following(results)
    await office.work()

    assert first == again
    assert "DONE" == (await rest(results))[-1]


async def test_who_is_slow_is_told_again_instead_of_everything(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resolvers.writes.changes.MOST_WAITING", 2)
    hearing = office.writes.changes.hear([office.scope("east")])
    await anext(hearing)
    for change in "abc":
        office.writes.changes._tell((office.scope("east"), change))

    assert await asyncio.wait_for(anext(hearing), 5) is None
    await hearing.aclose()


async def test_all_are_let_go_when_a_process_ends(office: Desk) -> None:
    number = await office.put("east", InventorySet("1", 5))
    results = await listen(office, by_ids(number))
    await following(results)
    office.writes.changes.end()

    assert {"QUEUED"} >= set(await rest(results))


async def heard(office: Desk) -> None:
    """Return when somebody listens."""
    async with asyncio.timeout(5):
        while not office.writes.changes._waiting:  # noqa: ASYNC110  # nothing waits here: each turn is someone else's
            await asyncio.sleep(0)


async def test_it_ends_when_what_is_asked_for_was_forgotten(office: Desk) -> None:
    number = await office.put("east", InventorySet("1", 5))
    await office.work()
    office.clock.advance(8 * 86_400)
    await office.queue.purge(office.scope("east"))

    assert [] == await rest(await listen(office, by_ids(number)))
