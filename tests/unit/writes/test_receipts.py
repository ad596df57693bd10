"""Receipts are found by what is asked for, each once and in one order, while more of them come and go."""

from datetime import timedelta
from typing import Any

import pytest

from adapters.kit.failures import PlatformError
from schema.commands import InventorySet, OrderCancel, ProductUpdate
from schema.errors import Category, InputError
from schema.keys import Kind, unpack
from schema.orders import OrderStatus
from schema.receipts import ReceiptFilter, receipt_id
from schema.receipts import ReceiptState as State
from tests.support.desk import Desk

PAGE = "{ nodes { id state coalescedInto nextAttemptAt } pageInfo { hasNextPage hasPreviousPage endCursor } }"


async def page(office: Desk, first: int = 50, after: str | None = None, **asked: Any) -> Any:
    stores = list(office.made.core.stores.values())
    return await office.writes.receipts.page(stores, ReceiptFilter(**asked), first, after)


async def walk(office: Desk, first: int, **asked: Any) -> list[str]:
    """Return the numbers of all pages."""
    found: list[str] = []
    cursor: str | None = None
    while True:
        connection = await page(office, first, cursor, **asked)
        found += [row.number for row in connection.nodes]
        if not connection.page_info.has_next_page:
            return found
        cursor = connection.page_info.end_cursor


async def filled(office: Desk) -> list[str]:
    """Leave a receipt of many sorts, a second apart; returns their numbers, the newest first."""
    office.made.shops["east"].add(Kind.ORDER, "1", status=OrderStatus.OPEN)
    numbers = [await office.put("east", InventorySet("1", 5)), await office.put("west", ProductUpdate("1", {"title": "T"}))]
    await office.work()
    office.clock.advance(1)
    office.counters["east"].answer = lambda _: PlatformError(Category.VALIDATION, "No.")
    numbers.append(await office.put("east", OrderCancel("1")))
    await office.work()
    office.clock.advance(1)
    office.counters["west"].answer = lambda _: PlatformError(Category.QUOTA, "Slowly.", retry_after=600)
    numbers.append(await office.put("west", InventorySet("2", 5)))
    await office.work()
    numbers.append(await office.put("west", InventorySet("3", 5), after=3600))
    return numbers[::-1]


async def test_all_stores_are_in_one_list_the_newest_first(office: Desk) -> None:
    numbers = await filled(office)

    assert numbers == await walk(office, 50)
    assert numbers == await walk(office, 1)
    assert numbers == await walk(office, 2)


@pytest.mark.parametrize(
    ("asked", "places"),
    [
        ({"store": "east"}, [2, 4]),
        ({"platform": "fake"}, [0, 1, 2, 3, 4]),
        ({"platform": "bare"}, []),
        ({"tenant": "nobody"}, []),
        ({"kind": "Order"}, [2]),
        ({"category": [Category.VALIDATION]}, [2]),
        ({"category": [Category.QUOTA, Category.VALIDATION]}, [1, 2]),
        ({"state": [State.DONE]}, [3, 4]),
        ({"state": [State.QUEUED, State.REJECTED]}, [0, 1, 2]),
        ({"state": [State.HELD]}, []),
        ({"state": []}, []),
        ({"kind": "InventoryLevel", "state": [State.DONE]}, [4]),
    ],
)
async def test_a_filter_leaves_what_fits(office: Desk, asked: dict[str, Any], places: list[int]) -> None:
    numbers = await filled(office)

    assert [numbers[place] for place in places] == await walk(office, 2, **asked)


async def test_a_time_leaves_what_was_accepted_since(office: Desk) -> None:
    numbers = await filled(office)

    assert numbers[:3] == await walk(office, 2, since=office.clock.now() - timedelta(seconds=1))


async def test_a_store_there_is_not_is_told(office: Desk) -> None:
    with pytest.raises(InputError, match="no store"):
        await page(office, store="nowhere")


@pytest.mark.parametrize(("first", "after"), [(0, None), (251, None), (5, "nonsense"), (5, "\u00e4")])
async def test_a_page_that_can_t_be_is_told(office: Desk, first: int, after: str | None) -> None:
    with pytest.raises(InputError):
        await page(office, first, after)


async def test_what_waits_in_a_held_store_is_shown_as_held(office: Desk) -> None:
    numbers = await filled(office)
    await office.ask('mutation { laneHold(store: "west", kind: "InventoryLevel") { holds { kind } } }')
    answer = await office.ask(
        f'{{ receipts(filter: {{ state: [HELD] }}) {PAGE} receipt(id: "{receipt_id("west", numbers[0])}") {{ state }} }}'
    )

    assert numbers[:2] == [unpack(row["id"])[2] for row in answer.data["receipts"]["nodes"]]
    assert {"HELD"} == {row["state"] for row in answer.data["receipts"]["nodes"]}
    assert "HELD" == answer.data["receipt"]["state"]
    assert [] == await walk(office, 5, state=[State.QUEUED])


async def test_more_receipts_of_one_moment_than_are_read_at_once_are_all_shown_once(office: Desk) -> None:
    numbers = [await office.put(store, InventorySet(str(place), 5)) for place in range(130) for store in ("east", "west")]

    assert numbers[::-1] == await walk(office, 90)
    assert numbers[::-1] == await walk(office, 250)


async def test_a_cursor_stays_right_while_receipts_come_and_go(office: Desk) -> None:
    numbers = []
    for place in range(12):
        numbers.append(await office.put(("east", "west")[place % 2], InventorySet(str(place), 5)))
        office.clock.advance(1)
    first = await page(office, 4)
    await office.put("east", InventorySet("99", 5))
    await office.queue.cancel(office.scope("west"), numbers[9])
    await office.worker.turn()
    second = await page(office, 4, first.page_info.end_cursor)
    third = await page(office, 4, second.page_info.end_cursor)

    assert numbers[::-1] == [row.number for each in (first, second, third) for row in each.nodes]


async def test_what_goes_while_a_page_is_read_takes_nothing_with_it(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row further up leaves its state between two reads of one page."""
    numbers = []
    for place in range(230):
        numbers.append(await office.put("east", InventorySet(str(place), 5)))
        office.clock.advance(0.001)
    read, left = office.writes.receipts._fill, iter([numbers[-1], numbers[-2]])

    async def fill(source: Any, begin: Any) -> None:
        if not source.rows and source.last is not None:
            await office.queue.cancel(office.scope("east"), next(left, ""))
        await read(source, begin)

    monkeypatch.setattr(office.writes.receipts, "_fill", fill)

    assert set(numbers[:-2]) <= {row.number for row in (await page(office, 250, state=[State.QUEUED])).nodes}


async def test_an_empty_list_has_no_next_page(office: Desk) -> None:
    info = (await page(office)).page_info

    assert (False, False, None) == (info.has_next_page, info.has_previous_page, info.end_cursor)


async def test_a_receipt_names_the_one_it_was_merged_into(office: Desk) -> None:
    numbers = [await office.put("east", InventorySet("1", units)) for units in (5, 6)]
    await office.work()
    answer = await office.ask(f'{{ receipt(id: "{receipt_id("east", numbers[0])}") {{ state coalescedInto effect {{ entityId }} }} }}')

    assert receipt_id("east", numbers[1]) == answer.data["receipt"]["coalescedInto"]
    assert ("DONE", True) == (answer.data["receipt"]["state"], answer.data["receipt"]["effect"] is not None)


@pytest.mark.parametrize(
    ("text", "codes"), [("nonsense", ["ID_INVALID"]), (receipt_id("east", "none"), []), (receipt_id("nowhere", "1"), [])]
)
async def test_a_receipt_that_is_not_there_is_null(office: Desk, text: str, codes: list[str]) -> None:
    answer = await office.ask(f'{{ receipt(id: "{text}") {{ id }} }}')

    assert (None, codes) == ((answer.data or {}).get("receipt"), [error.extensions["code"] for error in answer.errors or ()])


async def test_counts_are_by_store_and_state(office: Desk) -> None:
    await filled(office)
    found = await office.writes.receipts.counts(list(office.made.core.stores.values()))

    assert {("east", State.DONE): 1, ("east", State.REJECTED): 1, ("west", State.DONE): 1, ("west", State.QUEUED): 2} == dict(found)


async def test_a_receipt_whose_state_changes_while_a_page_is_read_is_there_once(office: Desk) -> None:
    numbers = [await office.put("east", InventorySet(entity, 5)) for entity in "123"]
    read, states = office.writes.receipts.read, [State.QUEUED, State.DONE]

    async def working(wanted: Any) -> Any:
        await office.work()
        return await read(wanted)

    office.writes.receipts.read = working  # type: ignore[method-assign]

    assert sorted(numbers) == sorted(row.number for row in (await page(office)).nodes)
    assert sorted(numbers) == sorted(row.number for row in (await page(office, state=states)).nodes)
