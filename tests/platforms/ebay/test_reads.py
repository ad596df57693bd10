"""Reads of eBay sellers: complete whatever moves meanwhile, and with the fewest calls."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.ebay import wares
from adapters.ebay.orders import _filter
from adapters.kit.failures import PlatformError
from adapters.kit.port import Filter, ListQuery, Ordering, SortField, Span
from schema.errors import Category
from schema.keys import Kind
from schema.orders import FulfilmentStatus
from tests.platforms.ebay.conftest import TOKEN, Serve, Served

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LIST, ONE, PACKAGES = "/order", "/order/{orderId}", "/order/{orderId}/shipping_fulfillment"
INDEX, BULK, OFFER = "/inventory_item", "/bulk_get_inventory_item", "/offer"
GROUP = "/inventory_item_group/{inventoryItemGroupKey}"
SORTS = pytest.mark.parametrize("by", ["created_at", "updated_at"])


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


async def parts_of(shop: Served, part: str, ids: list[str]) -> list[list[Any]]:
    """Return the parts of each parent, all of which are there."""
    found = await shop.readers.parts[part](ids)
    assert all(isinstance(each, list) for each in found)
    return [each for each in found if isinstance(each, list)]


def keys(rows: list[Any]) -> list[str]:
    return [row.key_id for row in rows]


async def test_a_page_of_orders_is_one_call_and_one_for_each_that_is_called_off(serve: Serve) -> None:
    shop = await serve("collector", orders=400, products=40, until=f"{datetime.now(UTC):%Y-%m-%d}")
    read = shop.readers.kinds[Kind.ORDER].page
    assert read is not None
    rows = (await read(newest(50))).rows
    cancelling = [row for row in rows if row.extras.cancel_state != "NONE_REQUESTED"]
    calls = Counter(shop.calls())

    assert len(rows) > 0
    assert calls[LIST] <= 2
    assert calls[ONE] == len(cancelling)


@SORTS
async def test_all_orders_come_once_and_in_order(shop: Served, by: SortField) -> None:
    rows = await walk(shop, Kind.ORDER, newest(7, by))

    assert 40 == len(set(keys(rows))) == len(rows)
    assert sorted((getattr(row, by) for row in rows), reverse=True) == [getattr(row, by) for row in rows]


async def test_orders_that_change_while_they_are_walked_are_not_lost(shop: Served) -> None:
    whole = await walk(shop, Kind.ORDER, newest(200, "updated_at"))
    moved = whole[3].key_id
    rows = await walk(shop, Kind.ORDER, newest(5, "updated_at"), lambda turn: turn or shop.row("touch", "order", moved))

    assert set(keys(whole)) == set(keys(rows))


async def test_a_second_with_more_orders_than_a_page_has_them_all(serve: Serve) -> None:
    shop = await serve("collector", orders=450, products=20, until=f"{datetime.now(UTC):%Y-%m-%d}")
    orders = shop.readers.kinds[Kind.ORDER].page
    assert orders is not None
    listed = await walk(shop, Kind.ORDER, newest(200))
    together = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    for row in listed[:230]:
        shop.row("touch", "order", row.key_id, updated=together.isoformat())
    page = await orders(ListQuery(Ordering("updated_at", descending=True), 50, start=together))

    assert {row.key_id for row in listed[:230]} <= set(keys(list(page.rows)))


async def test_an_order_by_its_id_is_one_call(shop: Served) -> None:
    listed = await walk(shop, Kind.ORDER, newest(40))
    shop.calls()
    found = await by_ids(shop, Kind.ORDER, listed[0].key_id)

    assert [listed[0].key_id] == keys(found)
    assert [ONE] == shop.calls()


async def test_many_orders_by_ids_are_asked_for_together_and_the_taxed_ones_again(shop: Served) -> None:
    listed = await walk(shop, Kind.ORDER, newest(40))
    shop.calls()
    found = await by_ids(shop, Kind.ORDER, *keys(listed))
    calls = Counter(shop.calls())

    assert keys(listed) == keys(found)
    assert [row.totals for row in listed] == [row.totals for row in found]
    assert 1 == calls[LIST]
    lacking = [row for row in listed if row.taxes or row.extras.fees or row.extras.cancel_state != "NONE_REQUESTED"]
    assert len(lacking) == calls[ONE]


async def test_an_id_that_is_none_is_not_sent(shop: Served) -> None:
    assert [None] * 4 == await by_ids(shop, Kind.ORDER, "", "../x", "1,2", "a?b")
    assert [] == shop.calls()


async def test_one_refusal_costs_only_what_was_asked_with_it(shop: Served) -> None:
    listed = await walk(shop, Kind.ORDER, newest(40))
    plain = [row for row in listed if not row.taxes and not row.extras.fees and row.extras.cancel_state == "NONE_REQUESTED"]
    taxed = next(row for row in listed if row.taxes)
    shop.fail(match=ONE, status=400, body='{"errors": [{"errorId": 30800}]}')
    found = await by_ids(shop, Kind.ORDER, plain[0].key_id, taxed.key_id)

    assert plain[0].key_id == found[0].key_id
    assert isinstance(found[1], PlatformError)


async def test_a_batch_with_an_id_that_cant_be_is_read_one_by_one(shop: Served) -> None:
    listed = await walk(shop, Kind.ORDER, newest(40))
    shop.fail(match=f"GET /sell/fulfillment/v1{LIST}", status=400, body='{"errors": [{"errorId": 32100}]}')
    found = await by_ids(shop, Kind.ORDER, listed[0].key_id, "no-such-order", listed[1].key_id)

    assert [listed[0].key_id, None, listed[1].key_id] == [row and row.key_id for row in found]


async def test_orders_by_number_are_looked_up(shop: Served) -> None:
    number = (await walk(shop, Kind.ORDER, newest(40)))[5].number
    shop.calls()

    assert [number] == [row.number for row in await walk(shop, Kind.ORDER, newest(numbers=(number, "nobody")))]


async def test_refunds_cost_no_call_beside_their_orders(shop: Served) -> None:
    listed = await walk(shop, Kind.ORDER, newest(40))
    shop.calls()
    refunds = await parts_of(shop, "refunds", keys(listed))

    assert [LIST] == shop.calls()
    assert [row.parts.has_refunds for row in listed] == [bool(each) for each in refunds]
    sums = [(row.totals.refunded.amount, sum(refund.amount.amount for refund in each)) for row, each in zip(listed, refunds, strict=True)]
    assert [one for one, _ in sums] == [other for _, other in sums]


async def test_only_orders_with_packages_are_asked_for_them(shop: Served) -> None:
    listed = await walk(shop, Kind.ORDER, newest(40))
    shop.calls()
    packages = await parts_of(shop, "shipments", keys(listed))
    calls = Counter(shop.calls())

    assert Counter({LIST: 1, PACKAGES: sum(1 for each in packages if each)}) == calls
    assert 3 in {len(each) for each in packages}


async def test_every_line_of_a_long_order_comes(shop: Served) -> None:
    listed = await walk(shop, Kind.ORDER, newest(40))
    longest = max(listed, key=lambda row: len(row.parts.lines))
    lines = (await parts_of(shop, "lines", [longest.key_id]))[0]

    assert longest.parts.lines == lines
    assert 200 == len(lines)


async def test_refunds_are_listed_by_their_orders_times(shop: Served) -> None:
    listed = await walk(shop, Kind.ORDER, newest(40))
    refunds = await walk(shop, Kind.REFUND, newest(5, "order_created_at"))

    assert {row.key_id for row in listed if row.parts.has_refunds} == {refund.order_key_id for refund in refunds}


async def test_variants_cost_a_call_each_for_their_price(shop: Served) -> None:
    listed = await walk(shop, Kind.VARIANT, newest(200, "sequence"))
    grouped = {row.product_key_id for row in listed if row.product_key_id.startswith(wares.GROUP)}
    shop.calls()
    found = await by_ids(shop, Kind.VARIANT, *keys(listed))
    calls = Counter(shop.calls())

    assert keys(listed) == keys(found)
    assert Counter({BULK: -(-len(listed) // 25), OFFER: len(listed), GROUP: len(grouped)}) == calls


async def test_the_index_of_skus_is_read_once_for_all_pages(shop: Served) -> None:
    await walk(shop, Kind.INVENTORY_LEVEL, newest(10, "sequence"))
    calls = Counter(shop.calls())

    assert 1 == calls[INDEX]
    assert {INDEX, BULK} == set(calls)


async def test_a_list_of_skus_that_shifts_while_it_is_read_is_read_again(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = await serve("collector", orders=1, products=300)

    log = shop.running.control.log

    def log_and_change(store: str, operation: str, status: int, cost: float = 0.0) -> None:
        log(store, operation, status, cost)
        if [call.operation for call in shop.running.control.calls] == [TOKEN, f"GET /sell/inventory/v1{INDEX}"]:
            shop.row("delete", "product", "SHO-0001")

    monkeypatch.setattr(shop.running.control, "log", log_and_change)
    listed = await walk(shop, Kind.INVENTORY_LEVEL, newest(200, "sequence"))
    calls = Counter(shop.calls())
    shop.session.forget("index")

    assert keys(await walk(shop, Kind.INVENTORY_LEVEL, newest(200, "sequence"))) == keys(listed)
    assert calls[INDEX] > 2


async def test_a_group_and_a_sku_in_no_group_are_products(shop: Served) -> None:
    products = await walk(shop, Kind.PRODUCT, newest(5, "sequence"))
    variants = await parts_of(shop, "variants", keys(products))

    assert 12 == len(products)
    assert 60 == max(len(each) for each in variants)
    assert {(row.key_id, row.key_id) for row in products} == {
        (row.key_id, variant.product_key_id) for row, each in zip(products, variants, strict=True) for variant in each
    }
    assert [list(range(1, len(each) + 1)) for each in variants] == [[variant.position for variant in each] for each in variants]


async def test_the_sku_of_a_line_leads_to_the_product_it_is_sold_in(shop: Served) -> None:
    products = await walk(shop, Kind.PRODUCT, newest(50, "sequence"))
    group = next(row for row in products if row.key_id.startswith(wares.GROUP))
    sku = (await parts_of(shop, "variants", [group.key_id]))[0][0].sku
    found = await by_ids(shop, Kind.PRODUCT, wares.product_key(sku))

    assert [group.key_id] == keys(found)
    assert [each.sku for each in (await parts_of(shop, "variants", [group.key_id]))[0]] == [
        each.sku for each in (await parts_of(shop, "variants", [wares.product_key(sku)]))[0]
    ]


async def test_stock_adds_up_over_the_locations(shop: Served) -> None:
    variants = await walk(shop, Kind.VARIANT, newest(200, "sequence"))
    places = {row.key_id for row in await walk(shop, Kind.LOCATION, newest(50, "name"))}

    assert [row.extras.quantity for row in variants] == [sum(level.available for level in row.known_levels) for row in variants]
    assert {level.location_key_id for row in variants for level in row.known_levels} <= places


async def test_a_sku_that_spoils_a_batch_costs_itself_only(shop: Served) -> None:
    listed = (await walk(shop, Kind.VARIANT, newest(200, "sequence")))[:4]
    shop.fail(match=BULK, status=400, body='{"errors": [{"errorId": 25708}]}')
    found = await by_ids(shop, Kind.VARIANT, *keys(listed))

    assert keys(listed) == keys(found)


async def test_an_offer_that_cant_be_read_fails_its_variant_only(shop: Served) -> None:
    listed = (await walk(shop, Kind.VARIANT, newest(200, "sequence")))[:2]
    shop.fail(match=OFFER, status=400, body='{"errors": [{"errorId": 25709}]}')
    found = await by_ids(shop, Kind.VARIANT, *keys(listed))

    assert [Category.VALIDATION] == [each.category for each in found if isinstance(each, PlatformError)]


def written(query: ListQuery, span: Span) -> str | None:
    return _filter(span, query, query.filter, NOW)


def test_a_slice_is_written_as_the_platform_reads_it() -> None:
    span = Span(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))

    assert written(newest(), span) == "creationdate:[2026-11-01T00:00:00.000Z..2026-11-01T23:59:59.999Z]"
    assert written(newest(by="updated_at"), span) == "lastmodifieddate:[2026-11-01T00:00:00.000Z..2026-11-01T23:59:59.999Z]"


def test_nothing_is_asked_of_the_future_or_of_times_the_platform_forgot() -> None:
    assert written(newest(), Span(NOW + timedelta(hours=1), None)) is None
    assert written(newest(), Span(None, NOW - timedelta(days=800))) is None
    assert written(newest(), Span(None, None)) == "creationdate:[2024-11-23T13:00:00.000Z..]"
    assert written(newest(), Span(NOW - timedelta(days=1), NOW)) == "creationdate:[2026-11-22T12:00:00.000Z..]"


def test_a_filter_spares_slices_that_can_hold_nothing() -> None:
    old, late = Span(None, NOW - timedelta(days=40)), Span(NOW - timedelta(days=10), NOW - timedelta(days=9))

    assert written(newest(created=Span(NOW - timedelta(days=30), None)), old) is None
    assert written(newest(by="updated_at", created=Span(NOW - timedelta(days=30), None)), old) is None
    assert written(newest(updated=Span(None, NOW - timedelta(days=20))), late) is None
    assert written(newest(updated=Span(NOW - timedelta(days=20), None)), late) is not None


def test_states_of_shipping_are_asked_for_in_the_platforms_own_sets() -> None:
    late = Span(NOW - timedelta(days=10), None)
    partly = newest(fulfilment_statuses=(FulfilmentStatus.PARTIALLY_FULFILLED,))
    both = newest(fulfilment_statuses=(FulfilmentStatus.FULFILLED, FulfilmentStatus.UNFULFILLED))

    assert (written(partly, late) or "").endswith(",orderfulfillmentstatus:{NOT_STARTED|IN_PROGRESS}")
    assert (written(both, late) or "").endswith("..]")


async def test_an_order_without_any_time_is_left_out_and_counted(shop: Served, caplog: pytest.LogCaptureFixture) -> None:
    good = {"orderId": "13-00001-00001", "creationDate": "2026-11-20T14:15:22.000Z"}
    timeless = {"orderId": "13-00001-00002"}
    shop.fail(match=f"GET /sell/fulfillment/v1{LIST}", status=200, body=json.dumps({"total": 2, "orders": [good, timeless]}))
    rows = await walk(shop, Kind.ORDER, newest(2))
    shop.fail(match=f"GET /sell/fulfillment/v1{LIST}", status=200, body=json.dumps(timeless))
    alone = await by_ids(shop, Kind.ORDER, "13-00001-00002")

    assert good["orderId"] in keys(rows)
    assert timeless["orderId"] not in keys(rows)
    assert [None] == alone
    skipped = [record.__dict__ for record in caplog.records if record.getMessage().startswith("rows skipped")]
    assert [("OrdersPage", 1), ("OrdersByIds", 1)] == [(each["operation"], each["rows"]) for each in skipped]
