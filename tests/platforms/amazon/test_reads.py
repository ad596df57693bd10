"""Reads of a seller's account: complete whatever moves meanwhile, and with the few calls that Amazon allows."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.amazon.windows import BEGINNING, Read, Window, read_windows
from adapters.kit.failures import PlatformError
from adapters.kit.port import Filter, ListQuery, Ordering, SortField, Span
from schema.errors import Category
from schema.keys import Kind
from schema.orders import FulfilmentStatus, OrderStatus, PaymentStatus
from tests.platforms.amazon.conftest import KEYS, Serve, Served
from tests.platforms.amazon.sandbox_seller import NOW as LAST_DAY

SEARCH = "GET /orders/2026-01-01/orders"
ORDER = "GET /orders/2026-01-01/orders/{orderId}"
LISTINGS = "GET /listings/2021-08-01/items/{sellerId}"
STOCK = "GET /fba/inventory/v1/summaries"
TRANSACTIONS = "GET /finances/2024-06-19/transactions"
MARKETPLACES = "GET /sellers/v1/marketplaceParticipations"
US, CA = "ATVPDKIKX0DER", "A2EUQ1WTGCTBG2"


def newest(size: int = 10, by: SortField = "created_at", **filters: Any) -> ListQuery:
    return ListQuery(Ordering(by, descending=True), size, filter=Filter(**filters))


async def walk(shop: Served, kind: Kind, query: ListQuery, between: Callable[[int], object] = id) -> list[Any]:
    """Return all rows of a list; `between` is called after each page with its number."""
    read = shop.readers.kinds[kind].page
    assert read is not None
    rows: list[Any] = []
    for turn in range(400):
        page = await read(query)
        rows += page.rows
        if page.cursor is None:
            return rows
        between(turn)
        query = replace(query, cursor=page.cursor)
    raise AssertionError("the list does not end")


async def by_ids(shop: Served, kind: Kind, *ids: str) -> list[Any]:
    read = shop.readers.kinds[kind].by_ids
    assert read is not None
    return list(await read(ids))


async def first_page(shop: Served, kind: Kind, query: ListQuery) -> list[Any]:
    read = shop.readers.kinds[kind].page
    assert read is not None
    return list((await read(query)).rows)


def keys(rows: list[Any]) -> list[str]:
    return [row.key_id for row in rows]


async def settled(shop: Served) -> None:
    """Do what is done once for a store: get a token, learn its marketplaces."""
    await by_ids(shop, Kind.LOCATION, "DEFAULT")
    shop.calls()


async def test_a_page_of_orders_of_a_busy_seller_costs_few_searches(serve: Serve) -> None:
    shop = await serve("history")
    await settled(shop)
    query = newest(50)
    costs = []
    for _ in range(6):
        read = shop.readers.kinds[Kind.ORDER].page
        assert read is not None
        page = await read(query)
        costs.append(shop.calls())
        query = replace(query, cursor=page.cursor)

    assert {SEARCH} == {call for made in costs for call in made}
    assert [True] * 6 == [len(made) <= 4 for made in costs]
    assert sum(len(made) for made in costs) <= 12


async def test_the_second_look_at_a_list_knows_how_busy_the_seller_is(serve: Serve) -> None:
    shop = (await serve("history")).on(LAST_DAY)  # the seller's orders end there: on a later day the newest are far away
    await first_page(shop, Kind.ORDER, newest(50))
    shop.calls()
    await first_page(shop, Kind.ORDER, newest(50))

    assert len(shop.calls()) <= 2


@pytest.mark.parametrize("by", ["created_at", "updated_at"])
@pytest.mark.parametrize("descending", [True, False])
async def test_a_long_list_has_every_order_once_and_in_order(serve: Serve, by: SortField, *, descending: bool) -> None:
    shop = await serve("history", orders=700, marketplaces=[US, CA])
    rows = await walk(shop, Kind.ORDER, ListQuery(Ordering(by, descending=descending), 40))
    values = [getattr(row, by) for row in rows]

    assert sorted(values, reverse=descending) == values
    assert len(keys(rows)) == len(set(keys(rows)))
    assert set(keys(rows)) == set(keys(await walk(shop, Kind.ORDER, newest(100))))
    assert len(rows) > 600


async def test_orders_of_other_channels_are_in_no_list(shop: Served) -> None:
    rows = await walk(shop, Kind.ORDER, newest(100))

    assert {"AMAZON"} == {row.extras.channel_name for row in rows}
    assert {US, CA} == {row.extras.marketplace_id for row in rows}


async def test_only_the_marketplaces_of_the_store_are_listed(serve: Serve) -> None:
    shop = await serve(keys={**KEYS, "marketplace_ids": f" {CA} ,"})
    rows = await walk(shop, Kind.ORDER, newest(100))

    assert {CA} == {row.extras.marketplace_id for row in rows}
    assert MARKETPLACES not in shop.calls()
    assert ["DEFAULT", f"FBA:{CA}"] == sorted(keys(await walk(shop, Kind.LOCATION, newest(by="name"))))


async def test_the_marketplaces_are_asked_for_once(shop: Served) -> None:
    await asyncio.gather(*(first_page(shop, Kind.ORDER, newest()) for _ in range(3)))
    await by_ids(shop, Kind.VARIANT, "KET-0001")

    assert 1 == shop.calls().count(MARKETPLACES)


async def test_an_order_that_comes_while_a_list_is_walked_shifts_nothing(serve: Serve) -> None:
    shop = await serve(lag_seconds=0)
    before = keys(await walk(shop, Kind.ORDER, newest(100)))
    rows = await walk(shop, Kind.ORDER, newest(3), lambda _: shop.row("insert", "order"))

    assert before == [key for key in keys(rows) if key in set(before)]


async def test_status_filters_are_asked_of_amazon(shop: Served) -> None:
    rows = await walk(shop, Kind.ORDER, newest(100))
    cases: dict[str, Any] = {
        "statuses": (OrderStatus.OPEN,),
        "payment_statuses": (PaymentStatus.PENDING,),
        "fulfilment_statuses": (FulfilmentStatus.FULFILLED,),
    }
    names = {"statuses": "status", "payment_statuses": "payment_status", "fulfilment_statuses": "fulfilment_status"}
    for name, wanted in cases.items():
        expected = [row.key_id for row in rows if getattr(row, names[name]) in wanted]
        assert expected
        assert expected == keys(await walk(shop, Kind.ORDER, newest(100, **{name: wanted})))


async def test_statuses_that_no_order_can_have_cost_nothing(shop: Served) -> None:
    await settled(shop)
    wanted = newest(100, statuses=(OrderStatus.CANCELLED,), fulfilment_statuses=(FulfilmentStatus.FULFILLED,))

    assert [] == await walk(shop, Kind.ORDER, wanted)
    assert [] == shop.calls()


async def test_a_span_is_asked_of_amazon_and_its_end_is_outside(shop: Served) -> None:
    rows = await walk(shop, Kind.ORDER, newest(100))
    first, last = rows[20].created_at, rows[5].created_at
    expected = [row.key_id for row in rows if first <= row.created_at < last]
    found = await walk(shop, Kind.ORDER, newest(100, created=Span(first, last)))

    assert expected == [row.key_id for row in found if row.created_at < last]


async def test_orders_by_number_are_read_one_by_one(shop: Served) -> None:
    rows = await walk(shop, Kind.ORDER, newest(100))
    shop.calls()
    found = await walk(shop, Kind.ORDER, newest(100, numbers=(rows[7].number, rows[2].number, "no number")))

    assert [rows[2].key_id, rows[7].key_id] == keys(found)
    assert [ORDER, ORDER] == shop.calls()


async def test_what_is_no_order_id_is_not_asked_for(shop: Served) -> None:
    await settled(shop)

    assert [None, None] == await by_ids(shop, Kind.ORDER, "../orders", "1")
    assert [None] == await by_ids(shop, Kind.ORDER, "000-0000000-0000000")
    assert [ORDER] == shop.calls()


async def test_packages_of_orders_just_read_cost_no_call(shop: Served) -> None:
    rows = await walk(shop, Kind.ORDER, newest(100))
    shop.calls()
    parts = await shop.readers.parts["shipments"](keys(rows))

    assert any(parts)
    assert [] == shop.calls()


async def test_packages_of_orders_read_long_ago_are_read_again(shop: Served) -> None:
    rows = (await walk(shop, Kind.ORDER, newest(100)))[:3]
    shop.calls()
    shop.clock.slept.append(11)
    await shop.readers.parts["shipments"](keys(rows))

    assert [ORDER] * 3 == shop.calls()


async def test_the_longest_order_comes_whole(shop: Served) -> None:
    rows = await walk(shop, Kind.ORDER, newest(100))
    longest = max(rows, key=lambda row: len(row.parts.lines))
    lines = await shop.readers.parts["lines"]([longest.key_id])
    parcels = (await shop.readers.parts["shipments"]([longest.key_id]))[0]

    assert [longest.parts.lines] == lines
    assert 200 == len(longest.parts.lines)
    assert isinstance(parcels, list)
    assert {line.platform_id for line in longest.parts.lines} >= {line.order_line_id for each in parcels for line in each.lines}


async def test_refunds_are_read_to_the_last_page_and_oldest_first(shop: Served) -> None:
    rows = await walk(shop, Kind.ORDER, newest(100))
    refunds = {row.key_id: found for row, found in zip(rows, await shop.readers.parts["refunds"](keys(rows)), strict=True)}
    several = [found for found in refunds.values() if isinstance(found, list) and len(found) > 1]

    assert several
    assert all(found == sorted(found, key=lambda each: each.created_at) for found in several)
    assert all(refunds[row.key_id] == [] for row in rows if row.parts.has_refunds is False)
    flat = [each for found in refunds.values() if isinstance(found, list) for each in found]
    assert keys(flat) == keys(await by_ids(shop, Kind.REFUND, *keys(flat)))


async def test_refunds_cost_a_call_an_order(shop: Served) -> None:
    rows = (await walk(shop, Kind.ORDER, newest(100)))[:5]
    shop.calls()
    await shop.readers.parts["refunds"](keys(rows))

    assert [TRANSACTIONS] * 5 == shop.calls()


async def test_variants_by_ids_cost_a_call_for_twenty_and_take_any_sku(shop: Served) -> None:
    variants = await walk(shop, Kind.VARIANT, newest(100, by="updated_at"))
    ids = keys(variants)
    shop.calls()
    found = await by_ids(shop, Kind.VARIANT, *ids, ids[0], "no such sku")

    assert [*ids, ids[0], None] == [each and each.key_id for each in found]
    assert [LISTINGS] * -(-(len(ids) + 1) // 20) == shop.calls()
    assert {"TEA/SET 01", "50%+EXTRA", "Größe-Ü"} <= set(ids)


async def test_a_sku_with_a_comma_is_asked_for_alone(shop: Served) -> None:
    sku = shop.row("insert", "product", sku="A,B/C 100%")
    await settled(shop)
    found = await by_ids(shop, Kind.VARIANT, sku, "A", "x,y")

    assert [sku, None, None] == [each and each.key_id for each in found]
    assert sorted([LISTINGS, f"{LISTINGS}/{{sku}}", f"{LISTINGS}/{{sku}}"]) == sorted(shop.calls())


async def test_a_parent_has_all_its_variations_and_a_variation_leads_to_its_parent(shop: Served) -> None:
    products = await walk(shop, Kind.PRODUCT, newest(100, by="updated_at"))
    families = await shop.readers.parts["variants"](keys(products))
    sizes = {product.key_id: len(found) for product, found in zip(products, families, strict=True) if isinstance(found, list)}
    parent = max(sizes, key=lambda key: sizes[key])
    children = next(found for product, found in zip(products, families, strict=True) if product.key_id == parent)

    assert 12 == len(products)
    assert 100 == sizes.pop(parent)
    assert {1} == set(sizes.values())
    assert isinstance(children, list)
    assert {parent} == {child.product_key_id for child in children}
    assert [parent] == keys(await by_ids(shop, Kind.PRODUCT, children[0].key_id))
    assert [None] == await by_ids(shop, Kind.VARIANT, parent)


async def test_filters_of_variants_are_looked_up(shop: Served) -> None:
    variants = await walk(shop, Kind.VARIANT, newest(100, by="updated_at"))
    wanted = (variants[4].sku, variants[1].sku)
    shop.calls()
    found = await walk(shop, Kind.VARIANT, newest(100, by="updated_at", skus=wanted))

    assert set(wanted) == {row.sku for row in found}
    assert [LISTINGS] == shop.calls()
    assert [variants[0].key_id] == keys(
        [
            row
            for row in await walk(shop, Kind.VARIANT, newest(100, by="updated_at", product=variants[0].product_key_id))
            if row.key_id == variants[0].key_id
        ]
    )


async def test_more_listings_than_a_search_reaches_are_all_found(serve: Serve) -> None:
    shop = await serve("history", products=700, variations=300, orders=20)
    by_time = await walk(shop, Kind.VARIANT, newest(100, by="updated_at"))
    by_number = await walk(shop, Kind.VARIANT, newest(100, by="sequence"))

    assert len(by_time) > 1000
    assert sorted(keys(by_time)) == sorted(keys(by_number))


async def test_stock_is_the_sellers_or_amazons_by_marketplace(shop: Served) -> None:
    variants = await walk(shop, Kind.VARIANT, newest(100, by="updated_at"))
    shop.calls()
    levels = await shop.readers.parts["inventory_levels"](keys(variants))
    calls = shop.calls()
    by_variant = {variant.key_id: found for variant, found in zip(variants, levels, strict=True) if isinstance(found, list)}
    own = [variant for variant in variants if variant.extras.channels == ["DEFAULT"]]
    amazons = [variant for variant in variants if variant.extras.channels == ["AMAZON_NA"]]

    assert own
    assert amazons
    assert all(by_variant[variant.key_id] == _unseen(variant.known_levels, by_variant[variant.key_id]) for variant in own)
    assert all({level.location_key_id for level in by_variant[variant.key_id]} <= {f"FBA:{US}", f"FBA:{CA}"} for variant in amazons)
    assert all(variant.known_levels is None for variant in amazons)
    assert 2 == calls.count(STOCK)


def _unseen(known: list[Any], read: list[Any]) -> list[Any]:
    """Return levels as if they had been seen with others."""
    return [replace(each, observed_at=other.observed_at) for each, other in zip(known, read, strict=True)]


async def test_without_the_sellers_id_there_are_orders_and_a_reason_for_the_rest(serve: Serve) -> None:
    shop = await serve(keys={name: value for name, value in KEYS.items() if name != "seller_id"})
    with pytest.raises(PlatformError) as caught:
        await first_page(shop, Kind.PRODUCT, newest(by="updated_at"))

    assert await first_page(shop, Kind.ORDER, newest())
    assert (Category.VALIDATION, "NO_SELLER_ID") == (caught.value.category, caught.value.code)
    assert "seller_id" in caught.value.message


async def test_one_failed_batch_fails_its_own_rows_only(shop: Served) -> None:
    rows = await walk(shop, Kind.ORDER, newest(100))
    ids = keys(rows)[:3]
    shop.fail(match=ORDER, status=400, body='{"errors": [{"code": "InvalidInput", "message": "no"}]}')
    found = await by_ids(shop, Kind.ORDER, *ids)

    assert 1 == sum(isinstance(each, PlatformError) for each in found)
    assert 2 == sum(getattr(each, "key_id", None) in ids for each in found)


NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Book:
    """Orders by their times alone, of which a search gives at most a hundred; counts the searches."""

    def __init__(self, times: list[datetime]) -> None:
        self.times = times
        self.searches = 0

    async def search(self, window: Window, to_its_end: bool) -> Read | None:
        self.searches += 1
        assert window.high is None or window.high <= NOW - timedelta(minutes=2)
        low = window.low or BEGINNING
        found = [Stamp(time) for time in self.times if time >= low and (window.high is None or time <= window.high)]
        return None if len(found) > 100 and not to_its_end else Read(found, len(found))


class Stamp:
    """A row that is nothing but its time."""

    def __init__(self, created_at: datetime) -> None:
        self.created_at = created_at


async def times_of(book: Book, query: ListQuery, limits: Span | None = None) -> list[datetime]:
    """Return the times of a whole list."""
    found: list[datetime] = []
    while True:
        page = await read_windows(query, limits or Span(), book.search, NOW, {})
        found += [row.created_at for row in page.rows]
        if page.cursor is None:
            return found
        query = replace(query, cursor=page.cursor)


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize(
    "times",
    [
        [],
        [NOW],
        [BEGINNING],
        [NOW - timedelta(seconds=each) for each in range(400)],
        [NOW - timedelta(days=each * 40) for each in range(60)],
        [NOW - timedelta(days=100)] * 250,
        [NOW - timedelta(days=100, milliseconds=each) for each in range(300)],
        [NOW - timedelta(days=900 + each) for each in range(150)] + [NOW - timedelta(minutes=each) for each in range(150)],
    ],
)
async def test_windows_lose_nothing_and_repeat_nothing(times: list[datetime], *, descending: bool) -> None:
    book = Book(times)

    assert sorted(times, reverse=descending) == await times_of(book, ListQuery(Ordering("created_at", descending=descending), 50))


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("place", [0, 1, 73, 149])
async def test_windows_begin_at_any_moment(place: int, *, descending: bool) -> None:
    times = sorted(NOW - timedelta(hours=each * 7, milliseconds=each) for each in range(150))
    start = times[place]
    query = ListQuery(Ordering("created_at", descending=descending), 20, start=start)
    expected = [time for time in times if (time <= start if descending else time >= start)]

    assert sorted(expected, reverse=descending) == await times_of(Book(times), query)


@pytest.mark.parametrize("descending", [True, False])
async def test_windows_stay_within_what_can_be_there(*, descending: bool) -> None:
    times = [NOW - timedelta(days=each) for each in range(400)]
    book = Book(times)
    limits = Span(NOW - timedelta(days=30), NOW - timedelta(days=10))
    found = await times_of(book, ListQuery(Ordering("created_at", descending=descending), 50), limits)

    assert {time for time in times if limits.start <= time < limits.end} == set(found)  # type: ignore[operator]
    assert book.searches <= 4


async def test_an_empty_store_is_known_to_be_empty_after_few_searches() -> None:
    book = Book([])
    limits = Span(NOW - timedelta(days=735), None)

    assert [] == await times_of(book, ListQuery(Ordering("created_at", descending=True), 50), limits)
    assert book.searches <= 3
