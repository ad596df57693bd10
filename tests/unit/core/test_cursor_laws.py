"""A list over many stores is one list: whatever its pages, its ties and its changes, nothing is missing and nothing comes twice."""

import dataclasses
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from schema.keys import Kind
from schema.paging import OrderSort
from tests.support.fakes import DAY, Mall, mall

NAMES = ("east", "north", "west")
Key = tuple[Any, str, str]

SECONDS = st.integers(0, 5)  # few moments for many rows: most are ties
CHANGE = st.tuples(st.booleans(), st.sampled_from(NAMES), st.integers(0, 30), st.integers(-3, 8))


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """A walk: what is in the stores, how it is read, and what changes after each page."""

    stores: dict[str, list[int]]
    descending: bool
    backwards: bool
    sizes: list[int]
    shop_sizes: list[int]
    strays: int
    max_age: int
    changes: list[list[tuple[bool, str, int, int]]]


PLANS = st.builds(
    Plan,
    stores=st.fixed_dictionaries({name: st.lists(SECONDS, max_size=25) for name in NAMES}),
    descending=st.booleans(),
    backwards=st.booleans(),
    sizes=st.lists(st.integers(1, 12), min_size=1, max_size=4),
    shop_sizes=st.one_of(st.just([]), st.lists(st.integers(0, 7), min_size=1, max_size=4).filter(any)),
    strays=st.integers(0, 3),
    max_age=st.sampled_from((0, 60)),
    changes=st.lists(st.lists(CHANGE, max_size=3), max_size=6),
)


def filled(fast: Redis, plan: Plan) -> Mall:
    made = mall(fast, NAMES)
    for name, seconds in plan.stores.items():
        made.shops[name].orders(*seconds)
        made.shops[name].sizes, made.shops[name].strays = plan.shop_sizes, plan.strays
    return made


def key(row: Any) -> Key:
    return row.updated_at, row.store_name, row.key_id


def moment(second: int) -> datetime:
    return DAY + timedelta(seconds=second)


def change(made: Mall, changes: list[tuple[bool, str, int, int]]) -> None:
    """Insert orders, and edit others so that they move to the end of time."""
    for inserts, name, place, second in changes:
        shop = made.shops[name]
        if inserts:
            shop.orders(second)
        elif place < len(shop.rows):
            shop.rows[place] = dataclasses.replace(shop.rows[place], updated_at=moment(10 + second))


async def walk(fast: Redis, made: Mall, plan: Plan) -> AsyncIterator[list[Key]]:
    """Yield the keys of one page after the other, each read by a new process."""
    sort = OrderSort[f"UPDATED_AT_{'DESC' if plan.descending else 'ASC'}"]
    size, place = ("last", "before") if plan.backwards else ("first", "after")
    cursor = None
    for turn in range(300):
        window: dict[str, Any] = {size: plan.sizes[turn % len(plan.sizes)], place: cursor}
        page = await made.another(fast).page(sort=sort, max_age=plan.max_age, **window)
        yield [key(row) for row in page.nodes]
        cursor = page.page_info.start_cursor if plan.backwards else page.page_info.end_cursor
        if not (page.page_info.has_previous_page if plan.backwards else page.page_info.has_next_page):
            return
    raise AssertionError("the list has no end")


@settings(max_examples=80, deadline=None)
@given(plan=PLANS)
async def test_pages_join_to_the_exact_order_while_rows_come_and_move(fast: Redis, plan: Plan) -> None:
    made = filled(fast, plan)
    still = {key(row) for shop in made.shops.values() for row in shop.rows}
    pages: list[Key] = []
    turn = 0
    async for page in walk(fast, made, plan):
        pages += page[::-1] if plan.backwards else page
        change(made, plan.changes[turn] if turn < len(plan.changes) else [])
        turn += 1
    still &= {key(row) for shop in made.shops.values() for row in shop.rows}
    falling = plan.descending is not plan.backwards

    assert sorted(set(pages), reverse=falling) == pages
    assert sorted(still, reverse=falling) == [each for each in pages if each in still]


@settings(max_examples=25, deadline=None)
@given(plan=PLANS)
async def test_reading_backwards_is_the_mirror_of_reading_forwards(fast: Redis, plan: Plan) -> None:
    made = filled(fast, plan)
    forwards = [each async for page in walk(fast, made, dataclasses.replace(plan, backwards=False)) for each in page]
    pages = [page async for page in walk(fast, made, dataclasses.replace(plan, backwards=True))]

    assert forwards == [each for page in reversed(pages) for each in page]


@settings(max_examples=20, deadline=None)
@given(plan=PLANS, data=st.data())
async def test_the_cursor_of_any_row_goes_on_right_behind_it_and_right_before_it(fast: Redis, plan: Plan, data: st.DataObject) -> None:
    made = filled(fast, dataclasses.replace(plan, stores={**plan.stores, "east": [1, 1, 2]}))
    everything = await made.page(first=250)
    edges = everything.edges()
    place = data.draw(st.integers(0, len(edges) - 1))
    behind = await made.another(fast).page(first=5, after=edges[place].cursor)
    ahead = await made.another(fast).page(last=5, before=edges[place].cursor)
    keys = [key(row) for row in everything.nodes]

    assert keys[place + 1 : place + 6] == [key(row) for row in behind.nodes]
    assert keys[max(0, place - 5) : place] == [key(row) for row in ahead.nodes]


async def test_more_ties_than_a_page_are_ordered_by_store_and_id(fast: Redis) -> None:
    made = mall(fast, NAMES)
    for shop in made.shops.values():
        shop.orders(*[1] * 40)
    found: list[Any] = []
    cursor = None
    more = True
    while more:
        page = await made.page(first=7, after=cursor)
        found += [(row.store_name, row.key_id) for row in page.nodes]
        cursor, more = page.page_info.end_cursor, page.page_info.has_next_page

    assert sorted([(name, f"o{number}") for name in NAMES for number in range(40)], reverse=True) == found


async def test_rows_without_a_time_stand_where_the_oldest_would(fast: Redis) -> None:
    made = mall(fast, ["east"])
    for number, time in enumerate((None, DAY, None)):
        made.shops["east"].add(Kind.CUSTOMER, f"c{number}", created_at=time)
    first = await made.page(Kind.CUSTOMER, first=2)
    second = await made.page(Kind.CUSTOMER, first=2, after=first.page_info.end_cursor)

    assert ["c1", "c2", "c0"] == [row.key_id for row in [*first.nodes, *second.nodes]]


async def test_names_and_numbers_order_lists_too(fast: Redis) -> None:
    made = mall(fast, ["east", "west"])
    for name, word in (("east", "Birch"), ("west", "Acorn"), ("east", "Ash"), ("west", "Ash")):
        made.shops[name].add(Kind.LOCATION, word, name=word, sequence=len(word))
    cursor = None
    found = []
    for _ in range(4):
        page = await made.page(Kind.LOCATION, first=1, after=cursor)
        found += [(row.name, row.store_name) for row in page.nodes]
        cursor = page.page_info.end_cursor

    assert [("Acorn", "west"), ("Ash", "east"), ("Ash", "west"), ("Birch", "east")] == found


async def test_a_page_tells_where_it_lies(fast: Redis) -> None:
    made = mall(fast, ["east"])
    made.shops["east"].orders(1, 2, 3)
    first = await made.page(first=2)
    second = await made.page(first=2, after=first.page_info.end_cursor)
    back = await made.page(last=2, before=second.page_info.start_cursor)

    assert (True, False) == (first.page_info.has_next_page, first.page_info.has_previous_page)
    assert (False, True) == (second.page_info.has_next_page, second.page_info.has_previous_page)
    assert (True, False) == (back.page_info.has_next_page, back.page_info.has_previous_page)
    assert [row.key_id for row in first.nodes] == [row.key_id for row in back.nodes]


async def test_a_page_past_the_end_is_empty_and_can_be_gone_on_from(fast: Redis) -> None:
    made = mall(fast, ["east"])
    made.shops["east"].orders(1, 2)
    end = (await made.page(first=2, max_age=0, sort=OrderSort["CREATED_AT_ASC"])).page_info.end_cursor
    empty = await made.page(first=2, after=end, max_age=0, sort=OrderSort["CREATED_AT_ASC"])
    made.shops["east"].orders(3)
    later = await made.page(first=2, after=empty.page_info.end_cursor, max_age=0, sort=OrderSort["CREATED_AT_ASC"])

    assert [] == empty.nodes
    assert ["o2"] == [row.key_id for row in later.nodes]


async def test_a_list_without_stores_is_empty(fast: Redis) -> None:
    page = await mall(fast, []).page()

    assert ([], False, False) == (page.nodes, page.page_info.has_next_page, page.page_info.has_previous_page)
