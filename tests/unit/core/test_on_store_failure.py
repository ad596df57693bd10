"""The caller's choice when a store can't answer: less, older, or nothing."""

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis

from schema.errors import Category, Code, StoreError
from schema.filters import OrderFilter, ShipmentFilter
from schema.keys import Key, Kind
from schema.paging import Connection, OnStoreFailure, SourceState
from tests.support.fakes import DAY, FakeClock, Mall, failed, mall

STALE, FAIL = OnStoreFailure.STALE, OnStoreFailure.FAIL


def keys(page: Connection[Any]) -> list[tuple[str, str]]:
    return [(row.store_name, row.key_id) for row in page.nodes]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def made(fast: Redis, clock: FakeClock) -> Mall:
    found = mall(fast, ["north", "west"], clock=clock)
    for shop in found.shops.values():
        shop.orders(3, 2, 1)
    return found


async def test_all_or_nothing_names_the_store_and_what_helps(made: Mall) -> None:
    made.shops["north"].fail(category=Category.QUOTA, message="Too much.", retry_after=60)
    with pytest.raises(StoreError) as caught:
        await made.page(on_store_failure=FAIL)

    assert "Store 'north': Too much." == caught.value.message
    assert {"code": Code.STORE_FAILED, "store": "north", "category": "QUOTA", "retryAt": "2026-03-01T00:01:00Z"} == caught.value.extensions


async def test_all_or_nothing_does_not_wait_for_a_store_that_is_late(made: Mall) -> None:
    gate = asyncio.Event()
    made.shops["north"].before = lambda _: gate.wait()
    with pytest.raises(StoreError, match="deadlineMs"):
        await made.page(on_store_failure=FAIL, deadline_ms=20)
    gate.set()
    await made.core.close()


async def test_all_or_nothing_is_all_when_nothing_fails(made: Mall) -> None:
    assert 6 == len((await made.page(on_store_failure=FAIL)).nodes)


async def test_old_rows_are_served_with_their_age_when_a_store_fails(made: Mall, clock: FakeClock) -> None:
    fresh = await made.page(first=10)
    clock.advance(600)
    made.shops["north"].fail(message="It is raining.")
    page = await made.page(first=10, on_store_failure=STALE)
    north = next(source for source in page.sources if source.store.name == "north")

    assert keys(fresh) == keys(page)
    assert (SourceState.STALE, DAY, "It is raining.") == (north.state, north.observed_at, north.message)


async def test_old_rows_are_served_when_a_store_is_late(made: Mall, clock: FakeClock) -> None:
    fresh = await made.page(first=10)
    clock.advance(600)
    gate = asyncio.Event()
    made.shops["north"].before = lambda _: gate.wait()
    page = await made.page(first=10, on_store_failure=STALE, deadline_ms=30)
    gate.set()
    await made.core.close()

    assert {"north": "STALE"} == failed(page.sources)
    assert keys(fresh) == keys(page)


async def test_old_rows_outlive_the_process(made: Mall, clock: FakeClock, fast: Redis) -> None:
    fresh = await made.page(first=10)
    clock.advance(600)
    made.shops["north"].fail()
    page = await made.another(fast).page(first=10, on_store_failure=STALE)

    assert keys(fresh) == keys(page)


async def test_a_store_of_which_nothing_is_kept_is_left_out(made: Mall) -> None:
    made.shops["north"].fail()
    page = await made.page(first=10, on_store_failure=STALE)

    assert {"north": "FAILED"} == failed(page.sources)
    assert {"west"} == {name for name, _ in keys(page)}


async def test_rows_that_are_not_kept_any_more_come_with_the_cursor(made: Mall, clock: FakeClock) -> None:
    """Of a list of several pages only the first is kept: what lies behind it is still owed."""
    north = made.shops["north"]
    north.sizes = [2]
    north.fail(skip=1)
    await made.page(first=10)
    clock.advance(600)
    north.fail()
    page = await made.page(first=10, on_store_failure=STALE)
    north.before = None
    rest = await made.page(first=10, after=page.page_info.end_cursor)

    assert {"north": "STALE"} == failed(page.sources)
    assert [("north", "o0")] == [key for key in keys(page) if key[0] == "north"]
    assert [("north", "o1"), ("north", "o2")] == keys(rest)


async def test_a_kept_list_never_stands_in_for_rows_that_were_asked_for_by_id(made: Mall, clock: FakeClock) -> None:
    await made.page(first=10)
    clock.advance(600)
    made.shops["north"].fail()
    wanted = OrderFilter(ids=[Key(Kind.ORDER, "north", "o1").encode()])  # type: ignore[list-item]
    page = await made.page(first=10, filter=wanted, on_store_failure=STALE)

    assert {"north": "FAILED"} == failed(page.sources)
    assert [] == keys(page)


async def test_rows_asked_for_by_id_are_served_old_when_all_are_kept(made: Mall, clock: FakeClock) -> None:
    wanted = OrderFilter(ids=[Key(Kind.ORDER, "north", each).encode() for each in ("o1", "o2")])  # type: ignore[misc]
    await made.page(first=10, filter=wanted)
    clock.advance(600)
    made.shops["north"].fail()
    page = await made.page(first=10, filter=wanted, on_store_failure=STALE)

    assert {"north": "STALE"} == failed(page.sources)
    assert [("north", "o1"), ("north", "o2")] == keys(page)


async def test_parts_of_named_orders_are_served_old(made: Mall, clock: FakeClock) -> None:
    north = made.shops["north"]
    north.parts["shipments", "o1"] = [north.add(Kind.SHIPMENT, "s1")]
    wanted = ShipmentFilter(orders=[Key(Kind.ORDER, "north", "o1").encode()])  # type: ignore[list-item]
    await made.page(Kind.SHIPMENT, filter=wanted)
    clock.advance(600)
    north.fail()
    page = await made.page(Kind.SHIPMENT, filter=wanted, on_store_failure=STALE)

    assert {"north": "STALE"} == failed(page.sources)
    assert [("north", "s1")] == keys(page)


@pytest.mark.parametrize(
    ("category", "choice", "state"),
    [
        (Category.QUOTA, None, SourceState.STALE),
        (Category.TRANSIENT, None, SourceState.FAILED),
        (Category.QUOTA, OnStoreFailure.OMIT, SourceState.FAILED),
    ],
)
async def test_without_a_choice_only_a_used_up_limit_is_answered_from_what_is_known(
    made: Mall, clock: FakeClock, category: Category, choice: OnStoreFailure | None, state: SourceState
) -> None:
    await made.page(first=10)
    clock.advance(600)
    made.shops["north"].fail(category=category, message="Not now.", retry_after=90)
    north = next(source for source in (await made.page(first=10, on_store_failure=choice)).sources if source.store.name == "north")

    assert (state, category, "Not now.") == (north.state, north.category, north.message)
