"""A store that fails or is late leaves a gap, which is named, and which the cursor remembers."""

import asyncio
import time
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from resolvers.principal import Principal, Role
from schema.errors import Category
from schema.keys import Kind
from schema.paging import Connection, SourceState
from tests.support.fakes import DAY, FakeClock, Mall, Read, Shop, failed, mall

NAMES = ("east", "north", "west")
FAILURES = st.lists(st.booleans(), max_size=6)


def filled(fast: Redis, rows: int = 6, **settings: Any) -> Mall:
    """Return three stores whose orders alternate: the newest is `o0` of west."""
    made = mall(fast, NAMES, **settings)
    for shop in made.shops.values():
        shop.orders(*range(rows, 0, -1))
    return made


def keys(page: Connection[Any]) -> list[tuple[str, str]]:
    return [(row.store_name, row.key_id) for row in page.nodes]


def everything(made: Mall) -> Counter[tuple[str, str]]:
    return Counter((shop.config.name, row.key_id) for shop in made.shops.values() for row in shop.rows)


async def walk(made: Mall, **arguments: Any) -> list[Connection[Any]]:
    """Return all pages, as a client reads them: as long as there are more."""
    pages = [await made.page(**arguments)]
    while pages[-1].page_info.has_next_page:
        pages.append(await made.page(**arguments, after=pages[-1].page_info.end_cursor))
        assert len(pages) < 100, "the list has no end"
    return pages


@settings(max_examples=80, deadline=None)
@given(
    rows=st.fixed_dictionaries({name: st.lists(st.integers(0, 6), max_size=15) for name in NAMES}),
    failures=st.fixed_dictionaries(dict.fromkeys(NAMES, FAILURES)),
    size=st.integers(1, 10),
    shop_sizes=st.lists(st.integers(1, 5), max_size=3),
)
async def test_going_on_yields_exactly_what_failed_stores_still_owe(
    fast: Redis, rows: dict[str, list[int]], failures: dict[str, list[bool]], size: int, shop_sizes: list[int]
) -> None:
    """Whichever reads fail, page for page: in the end everything came once, and each store's rows in their order."""
    made = mall(fast, NAMES)
    for name, shop in made.shops.items():
        shop.orders(*rows[name])
        shop.sizes = shop_sizes
        shop.before = failing(failures[name])
    found: list[tuple[Any, str, str]] = []
    cursor = None
    for _ in range(120):
        page = await made.page(first=size, after=cursor, max_age=0)
        found += [(row.created_at, row.store_name, row.key_id) for row in page.nodes]
        cursor = page.page_info.end_cursor
        if not page.page_info.has_next_page and not failed(page.sources):
            break

    assert everything(made) == Counter(found_key[1:] for found_key in found)
    for name in NAMES:
        own = [each for each in found if each[1] == name]
        assert sorted(own, reverse=True) == own


def failing(plan: list[bool]) -> Any:
    """Let reads fail by plan; when it is used up none fails."""
    turns = iter(plan)

    def before(_: Read) -> None:
        if next(turns, False):
            raise Shop.failure()

    return before


async def test_a_store_that_fails_is_named_with_its_category_and_what_helps(fast: Redis) -> None:
    made = filled(fast, clock=FakeClock())
    made.shops["north"].fail(category=Category.QUOTA, message="Too much.", retry_after=30)
    page = await made.page(first=4)
    north = next(source for source in page.sources if source.store.name == "north")

    assert (SourceState.FAILED, Category.QUOTA, "Too much.") == (north.state, north.category, north.message)
    assert DAY + timedelta(seconds=30) == north.retry_at
    assert north.observed_at is None
    assert {"north": "FAILED"} == failed(page.sources)
    assert [("west", "o0"), ("east", "o0"), ("west", "o1"), ("east", "o1")] == keys(page)


async def test_a_failure_the_platform_gave_no_time_for_has_none(fast: Redis) -> None:
    made = filled(fast)
    made.shops["north"].fail()
    page = await made.page()

    assert [None] * 3 == [source.retry_at for source in page.sources]


async def test_the_rows_of_a_store_that_was_down_come_when_it_is_back(fast: Redis) -> None:
    made = filled(fast)
    made.shops["north"].fail()
    pages = await walk(made, first=4)
    made.shops["north"].before = None
    back = await made.page(first=50, after=pages[-1].page_info.end_cursor)

    assert [(name, f"o{place}") for place in range(6) for name in ("west", "east")] == [key for page in pages for key in keys(page)]
    assert [("north", f"o{place}") for place in range(6)] == keys(back)


async def test_a_store_that_comes_back_in_the_middle_catches_up_and_goes_on_with_the_others(fast: Redis) -> None:
    made = filled(fast)
    made.shops["north"].fail()
    first = await made.page(first=4)
    made.shops["north"].before = None
    second = await made.page(first=4, after=first.page_info.end_cursor)
    third = await made.page(first=50, after=second.page_info.end_cursor)

    assert [("north", "o0"), ("north", "o1"), ("west", "o2"), ("north", "o2")] == keys(second)
    assert [("east", "o2"), ("west", "o3"), ("north", "o3")] == keys(third)[:3]
    assert everything(made) == Counter(keys(first) + keys(second) + keys(third))


async def test_stores_that_fail_at_different_pages_each_get_their_own_place(fast: Redis) -> None:
    made = filled(fast)
    made.shops["north"].fail()
    first = await made.page(first=4)
    made.shops["west"].fail()
    second = await made.page(first=2, after=first.page_info.end_cursor)
    made.shops["north"].before = made.shops["west"].before = None
    rest = await walk(made, first=50, after=second.page_info.end_cursor)

    assert {"north": "FAILED", "west": "FAILED"} == failed(second.sources)
    assert [("east", "o2"), ("east", "o3")] == keys(second)
    assert everything(made) == Counter(keys(first) + keys(second) + keys(rest[0]))


async def test_a_store_that_fails_for_ever_does_not_make_a_list_endless(fast: Redis) -> None:
    made = mall(fast, ["alone"])
    made.shops["alone"].orders(1, 2, 3)
    made.shops["alone"].fail()
    page = await made.page(first=2)
    again = await made.page(first=2, after=page.page_info.end_cursor)
    made.shops["alone"].before = None
    back = await made.page(first=5, after=again.page_info.end_cursor)

    assert ([], False) == (page.nodes, page.page_info.has_next_page)
    assert ([], False) == (again.nodes, again.page_info.has_next_page)
    assert [("alone", "o2"), ("alone", "o1"), ("alone", "o0")] == keys(back)


async def test_what_a_store_gave_before_it_failed_is_served_and_not_given_again(fast: Redis) -> None:
    made = filled(fast)
    made.shops["north"].sizes = [2]
    made.shops["north"].fail(skip=1)
    first = await made.page(first=50)
    made.shops["north"].before = None
    rest = await made.page(first=50, after=first.page_info.end_cursor)

    # The second row's time may go on in the page that failed: it is not known to be whole.
    assert [("north", "o0")] == [key for key in keys(first) if key[0] == "north"]
    assert [("north", f"o{place}") for place in range(1, 6)] == keys(rest)


async def test_a_store_that_is_late_is_left_out_in_time_and_its_rows_come_with_the_cursor(fast: Redis) -> None:
    made = filled(fast)
    gate = asyncio.Event()
    made.shops["north"].before = lambda _: gate.wait()
    begun = time.monotonic()
    page = await made.page(first=50, deadline_ms=30)
    took = time.monotonic() - begun
    gate.set()
    later = await made.page(first=50, after=page.page_info.end_cursor)

    assert took < 1
    assert {"north": "DEADLINE"} == failed(page.sources)
    assert all("deadlineMs" in (source.message or "") for source in page.sources if source.state is SourceState.DEADLINE)
    assert [("north", f"o{place}") for place in range(6)] == keys(later)


async def test_what_a_late_store_gave_in_time_is_served(fast: Redis) -> None:
    made = filled(fast)
    gate = asyncio.Event()
    made.shops["north"].sizes = [3]
    made.shops["north"].before = lambda read: gate.wait() if read.query and read.query.cursor else None
    page = await made.page(first=50, deadline_ms=50)
    gate.set()
    later = await made.page(first=50, after=page.page_info.end_cursor)

    assert {"north": "DEADLINE"} == failed(page.sources)
    assert everything(made) == Counter(keys(page) + keys(later))
    assert [("north", f"o{place}") for place in range(2, 6)] == keys(later)


async def test_nobody_reads_on_for_a_caller_that_has_gone(fast: Redis) -> None:
    made = mall(fast, ["north"])
    shop = made.shops["north"]
    shop.orders(*range(20))
    shop.sizes = [1]
    gate, asked = asyncio.Event(), asyncio.Event()

    async def before(_: Read) -> None:
        asked.set()
        await gate.wait()

    shop.before = before
    others = asyncio.all_tasks()
    caller = asyncio.create_task(made.page(first=20))
    await asked.wait()
    caller.cancel()
    await asyncio.wait([caller])
    await made.core.close()  # what was under way is broken off: nobody opens the gate

    assert set() == asyncio.all_tasks() - others
    assert 1 == len(shop.reads)


async def test_a_cursor_does_not_grow_with_the_number_of_stores(fast: Redis) -> None:
    few, many = mall(fast, ["s000", "s001"]), mall(fast, [f"s{number:03}" for number in range(100)])
    for made in (few, many):
        for shop in made.shops.values():
            shop.orders(*range(4))
    lengths = [len((await walk(made, first=7))[0].page_info.end_cursor or "") for made in (few, many)]

    assert abs(lengths[0] - lengths[1]) <= 2


async def test_a_cursor_keeps_the_place_of_stores_that_are_away_for_a_while(fast: Redis) -> None:
    made = filled(fast)
    made.shops["north"].fail()
    first = await made.page(first=4)
    made.shops["north"].before = None
    alone = Principal("someone", None, frozenset(Role), frozenset({"north"}))
    second = await made.page(first=1, after=first.page_info.end_cursor, principal=alone)
    rest = await made.page(first=50, after=second.page_info.end_cursor)

    assert [("north", "o0")] == keys(second)
    assert everything(made) == Counter(keys(first) + keys(second) + keys(rest))


async def test_a_cursor_is_small_again_when_a_store_has_caught_up(fast: Redis) -> None:
    made = filled(fast)
    plain = (await made.page(first=13)).page_info.end_cursor
    made.shops["north"].fail()
    gap = await made.page(first=8, max_age=0)
    made.shops["north"].before = None
    whole = await made.page(first=5, after=gap.page_info.end_cursor, max_age=0)

    assert len(plain or "") < len(gap.page_info.end_cursor or "")
    assert plain == whole.page_info.end_cursor


@pytest.mark.parametrize("error", [KeyError("total"), TypeError("no"), RuntimeError("broken")], ids=lambda error: type(error).__name__)
async def test_an_answer_that_is_not_understood_is_a_failure_of_that_store_alone(fast: Redis, error: Exception) -> None:
    made = filled(fast)

    def before(_: Read) -> None:
        raise error

    made.shops["north"].before = before
    page = await made.page(first=50)

    assert {"north": "FAILED"} == failed(page.sources)
    assert 12 == len(page.nodes)


async def test_a_list_that_leads_back_to_itself_ends_as_a_failure(fast: Redis) -> None:
    made = filled(fast)
    made.shops["north"].circles = True
    page = await made.page(first=50)

    assert {"north": "FAILED"} == failed(page.sources)
    assert len(made.shops["north"].reads) < 5


async def test_a_store_without_credentials_fails_alone_and_tells_nothing_of_this_machine(fast: Redis) -> None:
    made = filled(fast)
    made.close_shop("north", "The variable NORTH_TOKEN is not set.")
    page = await made.page(first=50)
    north = next(source for source in page.sources if source.store.name == "north")

    assert Category.AUTH is north.category
    assert "NORTH_TOKEN" not in (north.message or "")
    assert 12 == len(page.nodes)


async def test_a_platform_without_such_a_list_or_order_says_so(fast: Redis) -> None:
    made = mall(fast, ["poor", "rich"], platforms={"poor": "bare"})
    for name, shop in made.shops.items():
        shop.add(Kind.PRODUCT, name, updated_at=DAY)
    page = await made.page(Kind.PRODUCT)
    poor = next(source for source in page.sources if source.store.name == "poor")

    assert SourceState.UNSUPPORTED is poor.state
    assert "platforms" in (poor.message or "")
    assert ["rich"] == [row.key_id for row in page.nodes]
    assert [] == made.shops["poor"].reads


async def test_sources_tell_what_was_served_and_what_it_cost(fast: Redis) -> None:
    made = filled(fast)
    made.shops["north"].sizes = [2]
    live = await made.page(first=50)
    cached = await made.page(first=50)

    assert [("east", "LIVE", 1), ("north", "LIVE", 3), ("west", "LIVE", 1)] == facts(live)
    assert [("east", "CACHED", 0), ("north", "CACHED", 0), ("west", "CACHED", 0)] == facts(cached)
    assert [source.observed_at for source in live.sources] == [source.observed_at for source in cached.sources]


def facts(page: Connection[Any]) -> list[tuple[str, str, int]]:
    return [(source.store.name, source.state.name, source.calls) for source in page.sources]
