"""What a caller can get wrong is told before any store is asked, with a code for programs and a sentence for people."""

import base64
import contextlib
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from schema.errors import Code, InputError
from schema.filters import OrderFilter
from schema.keys import Key, Kind, store_id
from schema.orders import OrderStatus
from schema.paging import LocationSort, OrderSort
from tests.support.fakes import Mall, mall


@pytest.fixture
def made(fast: Redis) -> Mall:
    found = mall(fast, ["east", "west"], platforms={"west": "bare"})
    for shop in found.shops.values():
        shop.orders(1, 2, 3)
    return found


PAGES: list[tuple[dict[str, Any], Code, str]] = [
    ({"first": 0}, Code.PAGE_SIZE_INVALID, "`first` is 0; ask for 1 to 250 rows"),
    ({"first": -1}, Code.PAGE_SIZE_INVALID, "`first` is -1"),
    ({"first": 251}, Code.PAGE_SIZE_INVALID, "`first` is 251"),
    ({"last": 0}, Code.PAGE_SIZE_INVALID, "`last` is 0"),
    ({"last": 251}, Code.PAGE_SIZE_INVALID, "`last` is 251"),
    ({"first": 1, "last": 1}, Code.BAD_REQUEST, "`first` with `after`, or `last` with `before`, not both"),
    ({"first": 1, "before": "x"}, Code.BAD_REQUEST, "not both"),
    ({"last": 1, "after": "x"}, Code.BAD_REQUEST, "not both"),
    ({"before": "x", "after": "x"}, Code.BAD_REQUEST, "not both"),
    ({"deadline_ms": 0}, Code.BAD_REQUEST, "`deadlineMs` is 0; choose 1 to 60000"),
    ({"deadline_ms": -5}, Code.BAD_REQUEST, "`deadlineMs` is -5"),
    ({"deadline_ms": 60_001}, Code.BAD_REQUEST, "`deadlineMs` is 60001"),
    ({"max_age": -1}, Code.BAD_REQUEST, "`maxAge` is a number of seconds from 0"),
    ({"stores": ["nowhere"]}, Code.STORE_UNKNOWN, "There is no store 'nowhere'; `stores` lists those you can ask"),
    ({"stores": ["east", store_id("nowhere")]}, Code.STORE_UNKNOWN, "There is no store 'nowhere'"),
    ({"stores": ["x" * 500]}, Code.STORE_UNKNOWN, "There is no store 'x{60}'"),
    ({"platforms": ["nothing"]}, Code.PLATFORM_UNKNOWN, "There is no platform 'nothing'; there are: bare, fake"),
    ({"after": ""}, Code.CURSOR_INVALID, "not a cursor this API has given out"),
    ({"after": "x"}, Code.CURSOR_INVALID, "not a cursor this API has given out"),
    ({"after": "ü"}, Code.CURSOR_INVALID, "not a cursor this API has given out"),
    ({"before": Key(Kind.ORDER, "east", "o1").encode()}, Code.CURSOR_INVALID, "not a cursor this API has given out"),
]


@pytest.mark.parametrize(("arguments", "code", "sentence"), PAGES)
async def test_an_argument_that_can_t_be_is_refused_with_a_sentence(
    made: Mall, arguments: dict[str, Any], code: Code, sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence) as caught:
        await made.page(**arguments)

    assert code is caught.value.code
    assert [] == [read for shop in made.shops.values() for read in shop.reads]


@pytest.mark.parametrize("size", [1, 250])
async def test_the_bounds_of_a_page_are_inside(made: Mall, size: int) -> None:
    assert min(size, 6) == len((await made.page(first=size)).nodes)
    assert min(size, 6) == len((await made.page(last=size)).nodes)


OTHERS: list[dict[str, Any]] = [
    {"sort": OrderSort["CREATED_AT_ASC"]},
    {"sort": OrderSort["UPDATED_AT_DESC"]},
    {"filter": OrderFilter(statuses=[OrderStatus.OPEN])},
    {"filter": OrderFilter(numbers=["1"])},
    {"stores": ["east"]},
    {"platforms": ["fake"]},
]


@pytest.mark.parametrize("other", OTHERS)
async def test_a_cursor_of_another_list_is_refused(made: Mall, other: dict[str, Any]) -> None:
    cursor = (await made.page(first=1)).page_info.end_cursor
    with pytest.raises(InputError, match="belongs to a list with other filters, another order or other stores") as caught:
        await made.page(after=cursor, **other)

    assert Code.CURSOR_INVALID is caught.value.code


async def test_a_cursor_of_another_kind_or_value_is_refused_for_what_it_is(made: Mall) -> None:
    made.shops["east"].add(Kind.LOCATION, "a", name="Ash")
    by_name = (await made.page(Kind.LOCATION, first=1)).page_info.end_cursor
    for kind, sort in ((Kind.LOCATION, LocationSort["ID_ASC"]), (Kind.ORDER, OrderSort["CREATED_AT_DESC"])):
        with pytest.raises(InputError, match="belongs to a list"):
            await made.page(kind, after=by_name, sort=sort)


async def test_a_cursor_takes_other_sizes_ages_and_deadlines(made: Mall) -> None:
    cursor = (await made.page(first=1)).page_info.end_cursor
    page = await made.page(first=3, after=cursor, max_age=0, deadline_ms=5_000)

    assert 3 == len(page.nodes)


SCRAPS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


KEYS = st.tuples(SCRAPS | st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=4), st.text(max_size=4))


@settings(max_examples=100, deadline=None)
@given(key=SCRAPS | KEYS, exceptions=SCRAPS | st.dictionaries(st.just("east"), KEYS), sort=st.sampled_from(list(OrderSort)))
async def test_a_forged_cursor_is_refused_or_used_but_never_an_accident(fast: Redis, key: Any, exceptions: Any, sort: Any) -> None:
    """Even one that bears the right digest."""
    made = mall(fast, ["east"])
    made.shops["east"].orders(1, 2)
    true = (await made.page(first=1, sort=sort)).page_info.end_cursor or ""
    digest = orjson.loads(base64.urlsafe_b64decode(true + "=" * (-len(true) % 4)))[0]
    forged = base64.urlsafe_b64encode(orjson.dumps([digest, key, exceptions])).decode().rstrip("=")
    with contextlib.suppress(InputError):
        assert len((await made.page(after=forged, sort=sort)).nodes) <= 2


ORDER = Key(Kind.ORDER, "east", "o1").encode()
GRAPHQL: list[tuple[str, Code | None, str]] = [
    ('{ order(id: "x") { id } }', Code.ID_INVALID, "The id 'x' can't be used"),
    (f'{{ order(id: "{ORDER}", maxAge: -1) {{ id }} }}', Code.BAD_REQUEST, "`maxAge`"),
    (f'{{ product(id: "{ORDER}") {{ id }} }}', Code.ID_INVALID, "here Product is wanted"),
    ('{ node(id: "x") { id } }', Code.ID_INVALID, "The id 'x' can't be used"),
    ("{ nodes(ids: [%s]) { id } }" % ('"x",' * 251), Code.TOO_MANY_IDS, "`ids` has 251 ids"),
    ('{ orders(filter: {created: {from: "yesterday"}}) { nodes { id } } }', Code.FILTER_INVALID, "'yesterday' is no time"),
    ('{ orders(filter: {created: {from: "2026-03-01T00:00:00"}}) { nodes { id } } }', Code.FILTER_INVALID, "with an offset"),
    ("{ orders(filter: {created: {from: 5}}) { nodes { id } } }", Code.FILTER_INVALID, "'5' is no time"),
    ("{ orders(first: 999) { nodes { id } } }", Code.PAGE_SIZE_INVALID, "`first` is 999"),
    ("{ orders(sort: NAME_ASC) { nodes { id } } }", None, "NAME_ASC"),
]


@pytest.mark.parametrize(("query", "code", "sentence"), GRAPHQL)
async def test_a_query_that_can_t_be_answered_says_what_to_change(made: Mall, query: str, code: Code | None, sentence: str) -> None:
    answer = await made.ask(query)
    error = answer.errors[0]
    found = error if error.extensions else (error.original_error or error)

    assert sentence in error.message
    assert (code.value if code else None) == (found.extensions or {}).get("code")


async def test_a_store_is_known_by_name_and_by_id(made: Mall) -> None:
    for text in ("east", store_id("east")):
        page = await made.page(stores=[text])
        assert {"east"} == {row.store_name for row in page.nodes}


async def test_no_store_is_no_rows(made: Mall) -> None:
    assert [] == (await made.page(stores=[])).nodes
    assert [] == (await made.page(platforms=[])).nodes
