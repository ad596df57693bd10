"""Reads of Walmart sellers: complete whatever moves meanwhile, and with the fewest calls."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.kit.failures import PlatformError
from adapters.kit.port import Filter, ListQuery, Ordering, SortField, Span
from adapters.walmart.manifest import NODE_TYPES, WALMART
from schema.errors import Category
from schema.keys import Kind
from schema.orders import OrderStatus
from tests.platforms.walmart.conftest import Serve, Served

ORDERS, ORDER, RETURNS = "GET /v3/orders", "GET /v3/orders/{purchaseOrderId}", "GET /v3/returns"
ITEMS, ITEM = "GET /v3/items", "GET /v3/items/{id}"
STOCK, SKU_STOCK, WALMART_STOCK = "GET /v3/inventories", "GET /v3/inventories/{sku}", "GET /v3/wfs/inventory"
TOKEN = "POST /v3/token"
EVERY_ITEM = ListQuery(Ordering("sequence", descending=False), 250)


def newest(size: int = 10, by: SortField = "created_at", **filters: Any) -> ListQuery:
    return ListQuery(Ordering(by, descending=True), size, filter=Filter(**filters))


def keys(rows: Sequence[Any]) -> list[str]:
    return [row.key_id for row in rows]


async def calls_of(shop: Served, reading: Any) -> dict[str, int]:
    """Return the calls a read takes of a seller that holds a token already."""
    await shop.by_ids(Kind.ORDER, "1")
    shop.calls()
    await reading
    return dict(shop.calls())


async def test_a_list_has_every_kind_of_fulfilment(shop: Served) -> None:
    found = await shop.rows(Kind.ORDER, newest())

    assert 40 == len(found)
    assert set(NODE_TYPES) == {row.extras.ship_node_type for row in found}


async def test_a_page_of_orders_takes_a_search_for_each_kind_of_fulfilment(shop: Served) -> None:
    assert {ORDERS: 3} == await calls_of(shop, shop.page(Kind.ORDER, newest(20)))


async def test_a_page_of_a_large_seller_takes_few_calls(serve: Serve) -> None:
    shop = await serve("steady")

    assert (await calls_of(shop, shop.page(Kind.ORDER, newest(50))))[ORDERS] <= 9


async def test_a_slice_with_several_pages_is_walked_to_its_end(serve: Serve) -> None:
    shop = await serve("small", orders=900)
    found = await shop.rows(Kind.ORDER, newest(200))

    assert 900 == len(found) == len(set(keys(found)))
    assert sorted((row.created_at for row in found), reverse=True) == [row.created_at for row in found]


async def test_orders_of_one_second_are_all_there(shop: Served) -> None:
    moment = (datetime.now(UTC) - timedelta(hours=3)).replace(microsecond=0)
    made = {shop.row("insert", "order", created=moment.isoformat()) for _ in range(5)}
    found = await shop.rows(Kind.ORDER, ListQuery(Ordering("created_at", descending=False), 2, start=moment))

    assert set() == made - set(keys(found))
    assert all(row.created_at >= moment for row in found)


async def test_what_is_older_than_the_list_goes_is_found_by_its_id(shop: Served) -> None:
    old = shop.row("insert", "order", created=(datetime.now(UTC) - timedelta(days=200)).isoformat())

    assert old not in keys(await shop.rows(Kind.ORDER, newest(50)))
    assert [old] == keys(await shop.by_ids(Kind.ORDER, old))


async def test_no_call_is_made_for_a_time_no_list_reaches(shop: Served) -> None:
    span = Span(datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 2, 1, tzinfo=UTC))

    assert {} == await calls_of(shop, shop.rows(Kind.ORDER, newest(created=span)))


async def test_an_id_is_asked_for_once(shop: Served) -> None:
    (row, *_) = await shop.rows(Kind.ORDER, newest())

    assert {ORDER: 1} == await calls_of(shop, shop.by_ids(Kind.ORDER, row.key_id, row.key_id, "no number", ""))


async def test_numbers_are_looked_up_and_not_searched(shop: Served) -> None:
    found = await shop.rows(Kind.ORDER, newest())
    wanted = [found[3].number, found[17].number]

    assert {ORDER: 3} == await calls_of(shop, shop.page(Kind.ORDER, newest(numbers=(*wanted, "999"))))
    assert wanted == keys((await shop.page(Kind.ORDER, newest(numbers=tuple(wanted)))).rows)


@pytest.mark.parametrize("status", list(OrderStatus))
async def test_a_status_loses_no_order(shop: Served, status: OrderStatus) -> None:
    every = await shop.rows(Kind.ORDER, newest())
    found = await shop.rows(Kind.ORDER, newest(statuses=(status,)))

    assert set() == {row.key_id for row in every if row.status is status} - set(keys(found))


async def test_a_status_walmart_can_search_for_is_searched_for(shop: Served) -> None:
    found = await shop.rows(Kind.ORDER, newest(statuses=(OrderStatus.CANCELLED,)))

    assert 0 < len(found) < 20


async def test_what_changed_is_found_however_old_it_is(shop: Served) -> None:
    old = (await shop.rows(Kind.ORDER, newest()))[-1]
    before = datetime.now(UTC) - timedelta(minutes=5)
    shop.row("touch", "order", old.key_id, status="Delivered")
    found = await shop.rows(Kind.ORDER, newest(updated=Span(before)))

    assert [old.key_id] == [row.key_id for row in found if row.updated_at >= before]
    assert len(found) < 20


async def test_shipments_come_with_their_orders(shop: Served) -> None:
    orders = await shop.rows(Kind.ORDER, newest())
    listed = await shop.rows(Kind.SHIPMENT, newest(by="order_created_at"))
    parts = await shop.readers.parts["shipments"](keys(orders))

    assert sorted(keys(listed)) == sorted(row.key_id for each in parts for row in each or ())  # type: ignore[union-attr]
    assert len({row.order_key_id for row in listed}) < len(listed)
    assert {WALMART} < {row.location_key_id for row in listed}


async def test_a_shipment_or_refund_by_id_takes_its_orders_call(shop: Served) -> None:
    shipments = await shop.rows(Kind.SHIPMENT, newest(by="order_created_at"))

    assert {ORDER: 1} == await calls_of(shop, shop.by_ids(Kind.SHIPMENT, shipments[0].key_id, f"{shipments[0].order_key_id}-none"))


async def test_refunds_of_lines_take_no_call_for_returns(shop: Served) -> None:
    orders = await shop.rows(Kind.ORDER, newest())
    told = [row.key_id for row in orders if row.parts.has_refunds and row.totals.refunded is not None]

    assert told
    assert {ORDER: len(told)} == await calls_of(shop, shop.readers.parts["refunds"](told))


async def test_returns_are_asked_where_a_line_names_only_its_return(shop: Served) -> None:
    orders = await shop.rows(Kind.ORDER, newest())
    untold = [row.key_id for row in orders if row.parts.has_refunds is None]

    assert untold
    made = await calls_of(shop, shop.readers.parts["refunds"](untold))
    assert (len(untold), True) == (made[ORDER], 0 < made[RETURNS] <= len(untold))


async def test_refunds_add_up_to_what_their_order_tells(shop: Served) -> None:
    orders = [row for row in await shop.rows(Kind.ORDER, newest()) if row.totals.refunded is not None]
    parts = await shop.readers.parts["refunds"](keys(orders))

    assert [row.totals.refunded.amount for row in orders] == [sum(each.amount.amount for each in found) for found in parts]  # type: ignore[union-attr]


@pytest.mark.parametrize("meaning", ["line", "unit"])
async def test_totals_are_those_of_the_summaries(serve: Serve, meaning: str) -> None:
    shop = await serve(item_price=meaning, orders=120)
    found = [row for row in await shop.rows(Kind.ORDER, newest(100)) if row.extras.summary_total]

    assert any(line.quantity > 1 for row in found for line in row.parts.lines)
    assert [row.extras.summary_total.amount for row in found] == [row.totals.total.amount for row in found]


async def test_items_are_listed_in_one_call(shop: Served) -> None:
    assert {ITEMS: 1} == await calls_of(shop, shop.page(Kind.VARIANT, EVERY_ITEM))
    assert {ITEMS: 1} == await calls_of(shop, shop.page(Kind.PRODUCT, EVERY_ITEM))


async def test_items_beyond_a_page_are_walked_by_their_snapshot(serve: Serve) -> None:
    shop = await serve("small", products=2300, variants=4)
    found = await shop.rows(Kind.VARIANT, EVERY_ITEM)

    assert len(found) > 2300
    assert len(found) == len(set(keys(found)))
    assert 3 == shop.calls()[ITEMS]


async def test_a_snapshot_that_died_is_begun_anew(shop: Served) -> None:
    every = keys(await shop.rows(Kind.VARIANT, EVERY_ITEM))
    shop.fail(match=ITEMS, status=400, body='{"errors": [{"code": "INVALID_REQUEST_PARAM.GMP_ITEM_QUERY_API"}]}')

    assert every == keys(await shop.rows(Kind.VARIANT, EVERY_ITEM))


async def test_a_list_that_is_refused_is_begun_anew_only_once(shop: Served) -> None:
    shop.fail(match=ITEMS, status=400, times=9, body='{"errors": [{"code": "INVALID_REQUEST_PARAM.GMP_ITEM_QUERY_API"}]}')
    with pytest.raises(PlatformError) as caught:
        await shop.page(Kind.VARIANT, EVERY_ITEM)

    assert Category.VALIDATION is caught.value.category
    assert 2 == shop.calls()[ITEMS]


async def test_more_items_than_an_offset_reaches_are_read_in_parts(serve: Serve) -> None:
    shop = await serve("small", products=11_300, variants=3)
    found = await shop.rows(Kind.VARIANT, EVERY_ITEM)

    assert len(found) > 11_300
    assert len(found) == len(set(keys(found)))


async def test_one_item_is_asked_for_and_many_are_looked_for(shop: Served) -> None:
    every = keys(await shop.rows(Kind.VARIANT, EVERY_ITEM))

    assert {ITEM: 1} == await calls_of(shop, shop.by_ids(Kind.VARIANT, every[0]))
    assert {ITEMS: 2} == await calls_of(shop, shop.by_ids(Kind.VARIANT, *every))
    assert {ITEMS: 1} == await calls_of(shop, shop.by_ids(Kind.VARIANT, *every))


async def test_every_sku_can_stand_in_an_address(serve: Serve) -> None:
    shop = await serve("odd")
    every = keys(await shop.rows(Kind.VARIANT, EVERY_ITEM))
    odd = [sku for sku in every if not sku.replace("-", "").isalnum()]
    found = [(await shop.by_ids(Kind.VARIANT, sku))[0] for sku in odd]
    stock = [(await shop.readers.parts["inventory_levels"]([sku]))[0] or [] for sku in odd]

    assert len(odd) >= 5
    assert odd == keys(found)
    assert {True} == {level.variant_key_id == sku for sku, levels in zip(odd, stock, strict=True) for level in levels}  # type: ignore[union-attr]


async def test_an_item_of_a_group_leads_to_the_groups_product(shop: Served) -> None:
    products = await shop.rows(Kind.PRODUCT, EVERY_ITEM)
    group = next(row for row in products if row.extras.variant_group_id)
    (variants,) = await shop.readers.parts["variants"]([group.key_id])
    (found,) = await shop.by_ids(Kind.PRODUCT, f"item:{variants[-1].sku}")  # type: ignore[index]
    many = await shop.by_ids(Kind.PRODUCT, *(f"item:{each.sku}" for each in variants))  # type: ignore[union-attr]

    assert group.key_id == found.key_id
    assert {group.key_id} == set(keys(many))
    assert len(variants) > 2  # type: ignore[arg-type]
    assert {group.key_id} == {each.product_key_id for each in variants}  # type: ignore[union-attr]


async def test_variants_are_found_by_sku_and_product(shop: Served) -> None:
    every = await shop.rows(Kind.VARIANT, EVERY_ITEM)
    by_sku = await shop.rows(Kind.VARIANT, replace(EVERY_ITEM, filter=Filter(skus=(every[2].sku, "none"))))
    by_product = await shop.rows(Kind.VARIANT, replace(EVERY_ITEM, filter=Filter(product=every[4].product_key_id)))

    assert [every[2].sku] == [row.sku for row in by_sku]
    assert {row.key_id for row in every if row.product_key_id == every[4].product_key_id} == set(keys(by_product))


async def test_stock_is_walked_to_the_empty_cursor_and_has_what_walmart_keeps(serve: Serve) -> None:
    shop = await serve("small", variants=200)
    found = await shop.rows(Kind.INVENTORY_LEVEL, EVERY_ITEM)

    assert len(found) == len(set(keys(found)))
    assert {row.key_id for row in await shop.rows(Kind.VARIANT, EVERY_ITEM)} >= {row.variant_key_id for row in found}
    assert any(row.location_key_id == WALMART and row.updated_at for row in found)
    assert all(row.available == row.on_hand - row.committed for row in found if row.committed is not None)


async def test_the_stock_of_one_sku_is_that_of_the_list(shop: Served) -> None:
    every = await shop.rows(Kind.INVENTORY_LEVEL, EVERY_ITEM)
    sku = next(row.variant_key_id for row in every if row.location_key_id == WALMART)
    (found,) = await shop.readers.parts["inventory_levels"]([sku])

    assert [(row.key_id, row.available) for row in every if row.variant_key_id == sku] == [(row.key_id, row.available) for row in found]  # type: ignore[union-attr]


async def test_a_seller_without_stock_at_walmart_is_spared_its_calls(serve: Serve) -> None:
    shop = await serve("small", products=3, variants=2, orders=3)
    (sku, *_) = keys(await shop.rows(Kind.VARIANT, EVERY_ITEM))
    first = await calls_of(shop, shop.readers.parts["inventory_levels"]([sku]))
    second = await calls_of(shop, shop.readers.parts["inventory_levels"]([sku]))

    assert ({SKU_STOCK: 1, WALMART_STOCK: 1}, {SKU_STOCK: 1}) == (first, second)


async def test_much_stock_is_read_as_a_list(shop: Served) -> None:
    skus = keys(await shop.rows(Kind.VARIANT, EVERY_ITEM))
    made = await calls_of(shop, shop.readers.parts["inventory_levels"](skus))

    assert SKU_STOCK not in made
    assert made[STOCK] <= 4


async def test_walmarts_own_warehouses_are_one_location(shop: Served) -> None:
    found = await shop.rows(Kind.LOCATION, ListQuery(Ordering("name", descending=False), 10))

    assert WALMART in keys(found)
    assert sorted(row.name for row in found) == [row.name for row in found]
    assert keys(found) == keys(await shop.by_ids(Kind.LOCATION, *keys(found)))


async def test_a_cursor_that_leads_back_is_an_error_and_no_endless_walk(shop: Served) -> None:
    row = '{"sku": "A", "nodes": [{"shipNode": "1", "inputQty": {"amount": 1}}]}'
    body = f'{{"meta": {{"totalCount": 2, "nextCursor": "same"}}, "elements": {{"inventories": [{row}]}}}}'
    shop.fail(match=STOCK, status=200, times=9, body=body)
    with pytest.raises(PlatformError) as caught:
        await shop.page(Kind.INVENTORY_LEVEL, EVERY_ITEM)

    assert "CIRCLE" == caught.value.code


async def test_an_answer_without_a_list_is_no_empty_list(shop: Served) -> None:
    shop.fail(match=ORDERS, status=200, times=9, body="{}")
    with pytest.raises(PlatformError) as caught:
        await shop.page(Kind.ORDER, newest())

    assert (Category.TRANSIENT, "NO_LIST") == (caught.value.category, caught.value.code)


async def test_a_refusal_without_a_reason_is_tried_again(shop: Served) -> None:
    entry = '{"code": "INVALID_REQUEST.GMP_ORDER_API", "description": "Invalid Request", "info": "Request invalid.", "causes": []}'
    shop.fail(match=ORDERS, status=400, body=f'{{"errors": {{"error": [{entry}]}}}}')

    assert 10 <= len((await shop.page(Kind.ORDER, newest())).rows)


async def test_an_order_that_failed_costs_no_other(shop: Served) -> None:
    first, second, *_ = keys(await shop.rows(Kind.ORDER, newest()))
    shop.fail(match=ORDER, status=400, body='{"errors": [{"code": "INVALID_REQUEST_PARAM"}]}')
    found = await shop.by_ids(Kind.ORDER, first, second)

    assert [True, False] == sorted((isinstance(each, PlatformError) for each in found), reverse=True)
