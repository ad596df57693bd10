"""Reads of WooCommerce stores: complete whatever moves meanwhile, and with the fewest calls."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.kit.failures import PlatformError
from adapters.kit.port import Filter, ListQuery, Ordering, SortField, Span
from schema.errors import Category
from schema.keys import Kind
from schema.orders import FulfilmentStatus, OrderStatus, PaymentStatus
from schema.products import ProductStatus
from tests.platforms.woocommerce.conftest import Serve, Served

# The newest version, and one of the last without a route.
VARIATIONS = pytest.mark.parametrize("version", ["11.0.1", "10.2.0"])
REFUNDS = pytest.mark.parametrize("version", ["11.0.1", "8.9.1"])


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


async def test_orders_by_ids_cost_a_call_a_hundred(serve: Serve) -> None:
    shop = await serve("history", orders=250)
    ids = keys(await walk(shop, Kind.ORDER, newest(100)))
    shop.calls()
    found = await by_ids(shop, Kind.ORDER, *ids, ids[0])

    assert [*ids, ids[0]] == keys(found)
    assert ["GET orders"] * -(-len(ids) // 100) == shop.calls()


async def test_an_order_in_the_bin_is_found_by_its_id_and_in_no_list(shop: Served) -> None:
    first = (await walk(shop, Kind.ORDER, newest()))[0]
    shop.row("touch", "order", int(first.key_id), status="trash")
    shop.calls()
    found = await by_ids(shop, Kind.ORDER, first.key_id, "999999")

    assert [OrderStatus.DELETED, None] == [each and each.status for each in found]
    assert ["GET orders", "GET orders"] == shop.calls()
    assert first.key_id not in keys(await walk(shop, Kind.ORDER, newest()))
    assert [first.key_id] == keys(await walk(shop, Kind.ORDER, newest(statuses=(OrderStatus.DELETED,))))


async def test_what_is_no_id_is_never_sent(shop: Served) -> None:
    wrong = ("", "0", "-5", "abc", "1,2", "1&status=trash", "1-2-3", "٣", "9" * 30)
    found = {kind: await by_ids(shop, kind, *wrong) for kind in shop.readers.kinds}

    assert {kind: [None] * len(wrong) for kind in found} == found
    assert [] == [call for call in shop.calls() if call != "GET index" and "currencies" not in call]


async def test_one_failed_batch_costs_its_own_ids_only(serve: Serve) -> None:
    shop = await serve("history", orders=150)
    ids = keys(await walk(shop, Kind.ORDER, newest(100)))
    shop.fail(match="GET orders", status=400, body='{"code":"rest_invalid_param","message":"","data":{"status":400}}')
    found = await by_ids(shop, Kind.ORDER, *ids)

    failed = [each for each in found if isinstance(each, PlatformError)]
    assert {Category.VALIDATION} == {each.category for each in failed}
    assert len(failed) in {100, len(ids) - 100}


async def test_lines_come_with_their_order_and_by_its_id(shop: Served) -> None:
    orders = await walk(shop, Kind.ORDER, newest(100))
    shop.calls()
    parts = await parts_of(shop, "lines", keys(orders))

    assert [order.parts.lines for order in orders] == parts
    assert 200 == max(len(order.parts.lines) for order in orders)
    assert ["GET orders"] == shop.calls()


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("by", ["created_at", "updated_at"])
async def test_a_walk_asks_no_more_than_its_pages(shop: Served, by: SortField, *, descending: bool) -> None:
    rows = await walk(shop, Kind.ORDER, ListQuery(Ordering(by, descending), 10))

    assert 40 == len(set(keys(rows))) == len(rows)
    assert len(shop.calls()) <= 5


@pytest.mark.parametrize("by", ["created_at", "updated_at"])
async def test_orders_that_come_or_change_while_a_list_is_walked_hide_none(shop: Served, by: SortField) -> None:
    before = keys(await walk(shop, Kind.ORDER, newest(100)))
    moved = before[::4]

    def disturb(turn: int) -> None:
        shop.row("insert", "order")
        shop.row("touch", "order", int(moved[turn]))
        shop.row("delete", "order", int(moved[-1 - turn]))

    walked = keys(await walk(shop, Kind.ORDER, newest(7, by), disturb))

    assert set() == set(before) - set(moved) - set(walked)


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("size", [100, 30])
async def test_a_second_with_more_orders_than_a_page_is_complete(serve: Serve, size: int, *, descending: bool) -> None:
    """A plugin changed 130 orders in one second; some of those already given leave it meanwhile."""
    shop = await serve("history", orders=400)
    rows = await walk(shop, Kind.ORDER, ListQuery(Ordering("updated_at", descending), 100))
    tied = [row for row in rows if sum(row.updated_at == other.updated_at for other in rows) > 100]
    query = ListQuery(Ordering("updated_at", descending), size, start=tied[0].updated_at)
    read = shop.readers.kinds[Kind.ORDER].page
    assert read is not None
    first = await read(query)
    for row in [row for row in first.rows if row.updated_at == tied[0].updated_at][:20]:
        shop.row("touch", "order", int(row.key_id))
    rest = await walk(shop, Kind.ORDER, replace(query, cursor=first.cursor))

    assert len(tied) > 100
    assert set() == set(keys(tied)) - set(keys([*first.rows, *rest]))


async def test_a_tie_longer_than_an_address_is_complete(serve: Serve) -> None:
    shop = await serve(orders=460)
    orders = await walk(shop, Kind.ORDER, newest(100))
    moment = orders[0].created_at
    for order in orders:
        shop.row("touch", "order", int(order.key_id), updated=moment.isoformat())

    assert set(keys(orders)) == set(keys(await walk(shop, Kind.ORDER, newest(100, "updated_at"))))


async def test_a_list_begins_at_a_value_and_takes_in_its_ties(shop: Served) -> None:
    rows = await walk(shop, Kind.ORDER, newest(100))
    start = rows[20].created_at
    shop.calls()
    begun = await walk(shop, Kind.ORDER, replace(newest(100), start=start + timedelta(milliseconds=900)))

    assert keys(rows[20:]) == keys(begun)
    assert ["GET orders"] == shop.calls()


async def test_filters_of_time_are_right_whatever_the_sites_zone(serve: Serve) -> None:
    shop = await serve(timezone="Asia/Tokyo")
    rows = await walk(shop, Kind.ORDER, newest(100))
    made = Span(rows[30].created_at, rows[10].created_at)

    assert keys(rows[11:31]) == keys(await walk(shop, Kind.ORDER, newest(100, created=made)))
    assert [] == await walk(shop, Kind.ORDER, newest(100, created=Span(rows[10].created_at, rows[10].created_at)))


@pytest.mark.parametrize(
    ("filters", "wanted", "calls"),
    [
        ({"statuses": (OrderStatus.COMPLETED,)}, {OrderStatus.COMPLETED}, 1),
        ({"statuses": (OrderStatus.ON_HOLD, OrderStatus.PENDING)}, {OrderStatus.ON_HOLD, OrderStatus.PENDING}, 1),
        ({"statuses": (OrderStatus.ARCHIVED,)}, set(), 0),
        ({"payment_statuses": (PaymentStatus.PENDING,)}, {OrderStatus.ON_HOLD, OrderStatus.PENDING}, 1),
        ({"fulfilment_statuses": (FulfilmentStatus.FULFILLED,)}, {OrderStatus.COMPLETED}, 1),
        ({"statuses": (OrderStatus.PENDING,), "fulfilment_statuses": (FulfilmentStatus.FULFILLED,)}, set(), 0),
    ],
)
async def test_the_platform_narrows_by_status(shop: Served, filters: dict[str, Any], wanted: set[OrderStatus], calls: int) -> None:
    rows = await walk(shop, Kind.ORDER, newest(100, **filters))

    assert wanted == {row.status for row in rows}
    assert calls == len(shop.calls())


async def test_words_of_plugins_are_other_and_found_beside_the_bin(serve: Serve) -> None:
    shop = await serve("odd", orders=40, products=12)
    rows = await walk(shop, Kind.ORDER, newest(7, statuses=(OrderStatus.OTHER, OrderStatus.DELETED)))

    assert {OrderStatus.OTHER, OrderStatus.DELETED} <= {row.status for row in rows}
    assert sorted((row.created_at for row in rows), reverse=True) == [row.created_at for row in rows]
    assert {"picked", "partially-shipped"} <= {row.platform_status for row in rows if row.status is OrderStatus.OTHER}


async def test_orders_are_found_by_number_whoever_gave_it(serve: Serve) -> None:
    shop = await serve("odd", orders=40, products=12)
    rows = await walk(shop, Kind.ORDER, newest(100))
    plugin = next(row for row in rows if row.number != row.key_id)
    plain = next(row for row in rows if row.number == row.key_id)
    found = await walk(shop, Kind.ORDER, newest(100, numbers=(plugin.number, plain.number, "KI-1999-1")))

    assert {plugin.key_id, plain.key_id} == set(keys(found))


async def test_orders_are_found_by_email_and_by_customer(shop: Served) -> None:
    rows = await walk(shop, Kind.ORDER, newest(100))
    known = next(row for row in rows if row.customer_key_id)
    email = {row.key_id for row in rows if row.contact.email == known.contact.email}
    owned = {row.key_id for row in rows if row.customer_key_id == known.customer_key_id}

    assert email <= set(keys(await walk(shop, Kind.ORDER, newest(100, email=known.contact.email.upper()))))
    assert owned == set(keys(await walk(shop, Kind.ORDER, newest(100, customer=known.customer_key_id))))


@REFUNDS
async def test_refunds_are_the_same_with_and_without_their_own_route(serve: Serve, version: str) -> None:
    shop = await serve(version=version)
    orders = await walk(shop, Kind.ORDER, newest(100))
    refunded = [order for order in orders if order.parts.has_refunds]
    shop.calls()
    parts = await parts_of(shop, "refunds", keys(orders))
    calls = shop.calls()
    refunds = [refund for part in parts for refund in part]
    again = await by_ids(shop, Kind.REFUND, *keys(refunds), f"{orders[1].key_id}-{refunds[0].platform_id}", "5-6")
    listed = await walk(shop, Kind.REFUND, newest(10, "order_updated_at"))

    assert [bool(part) for part in parts] == [bool(order.parts.has_refunds) for order in orders]
    assert [*keys(refunds), None, None] == [each and each.key_id for each in again]
    assert {refund.key_id for refund in refunds} == set(keys(listed))
    assert all(refund.amount.currency_code == "USD" and refund.amount.amount > 0 for refund in refunds)
    assert {"GET index": 1, "GET orders": 1} == {call: calls.count(call) for call in ("GET index", "GET orders")}
    assert (1 if version == "11.0.1" else len(refunded)) == sum("refunds" in call for call in calls)


async def test_orders_without_refunds_cost_no_call_for_them(shop: Served) -> None:
    orders = [order for order in await walk(shop, Kind.ORDER, newest(100)) if not order.parts.has_refunds]
    shop.calls()

    assert [[] for _ in orders] == await parts_of(shop, "refunds", keys(orders))
    assert ["GET orders"] == shop.calls()


async def test_refunds_of_some_orders_or_of_a_span_are_read_alone(shop: Served) -> None:
    refunds = await walk(shop, Kind.REFUND, newest(10, "order_created_at"))
    one = refunds[0]
    made = Span(one.created_at, one.created_at + timedelta(seconds=1))
    alone = await walk(shop, Kind.REFUND, newest(10, "order_created_at", orders=(one.order_key_id,)))

    assert {one.order_key_id} == {each.order_key_id for each in alone}
    assert one.key_id in keys(await walk(shop, Kind.REFUND, newest(10, "order_updated_at", created=made)))


async def test_shipments_are_read_where_the_shop_has_them(shop: Served) -> None:
    orders = keys(await walk(shop, Kind.ORDER, newest(100)))
    parts = await parts_of(shop, "shipments", orders)
    shipments = [shipment for part in parts for shipment in part]
    again = await by_ids(shop, Kind.SHIPMENT, *keys(shipments), f"{orders[0]}-1")

    assert shipments
    assert [*keys(shipments), None] == [each and each.key_id for each in again]
    assert all(line.order_line_id for shipment in shipments for line in shipment.lines)


async def test_a_shop_without_fulfilments_has_no_shipments(serve: Serve) -> None:
    shop = await serve(fulfillments=False)
    page = shop.readers.kinds[Kind.ORDER].page
    assert page is not None
    orders = keys(list((await page(newest(2))).rows))

    assert [[], []] == await parts_of(shop, "shipments", orders)
    assert [None] == await by_ids(shop, Kind.SHIPMENT, f"{orders[0]}-2")


async def test_the_shop_is_asked_once_for_what_it_is(shop: Served) -> None:
    page = shop.readers.kinds[Kind.VARIANT].page
    assert page is not None
    query = newest(5, "sequence")
    await asyncio.gather(page(query), page(query), page(query))
    calls = shop.calls()

    assert (1, 1) == (calls.count("GET index"), calls.count("GET data/currencies/current"))


async def test_a_hidden_index_is_no_failure(shop: Served) -> None:
    shop.fail(match="index", status=401, body='{"code":"rest_login_required","message":"","data":{"status":401}}')
    orders = await walk(shop, Kind.ORDER, newest(100))
    parts = await parts_of(shop, "refunds", keys(orders))

    assert [bool(part) for part in parts] == [bool(order.parts.has_refunds) for order in orders]


async def test_a_deleted_product_is_found_by_its_id_and_when_asked_for(shop: Served) -> None:
    first = (await walk(shop, Kind.PRODUCT, newest()))[0]
    shop.row("touch", "product", int(first.key_id), status="trash")
    found = await by_ids(shop, Kind.PRODUCT, first.key_id, "999999")

    assert [ProductStatus.DELETED, None] == [each and each.status for each in found]
    assert first.key_id not in keys(await walk(shop, Kind.PRODUCT, newest()))
    assert [first.key_id] == keys(await walk(shop, Kind.PRODUCT, newest(statuses=(ProductStatus.DELETED,))))
    assert [] == await walk(shop, Kind.PRODUCT, newest(statuses=(ProductStatus.ARCHIVED,)))


async def test_a_row_nobody_can_map_costs_itself_only(shop: Served, caplog: pytest.LogCaptureFixture) -> None:
    rows = '[{"id":5,"date_created_gmt":"2026-01-02T00:00:00","total":7},{"id":null},{"id":6,"date_created_gmt":null}]'
    shop.fail(match="GET orders", status=200, body=rows)
    found = await walk(shop, Kind.ORDER, newest())

    assert ["5"] == keys(found)
    assert [("shop", "OrdersPage", 2)] == [
        (facts["store"], facts["operation"], facts["rows"]) for record in caplog.records if "rows" in (facts := vars(record))
    ]
