"""Reads of Magento stores: complete whatever moves meanwhile, and with the fewest calls."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.kit.failures import PlatformError
from adapters.kit.port import Filter, ListQuery, Ordering, SortField, Span
from adapters.magento.search import Search, among, batches, behind
from adapters.magento.shop import Shop
from schema.errors import Category
from schema.keys import Kind
from schema.orders import OrderStatus
from schema.products import ProductStatus
from tests.platforms.magento.conftest import CLOUD, SIGNED, Serve, Served

THIN = pytest.mark.parametrize("thin", [False, True])


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
    shop = await serve(orders=250)
    ids = keys(await walk(shop, Kind.ORDER, newest(100)))
    shop.calls()
    found = await by_ids(shop, Kind.ORDER, *ids, ids[0])

    assert [*ids, ids[0]] == keys(found)
    assert ["GET /V1/orders"] * -(-len(ids) // 100) == shop.calls()


async def test_a_page_of_orders_costs_one_call_wherever_it_lies(serve: Serve) -> None:
    shop = await serve(orders=120)
    rows = await walk(shop, Kind.ORDER, newest(25))
    pages = shop.calls()
    await walk(shop, Kind.ORDER, replace(newest(100), start=rows[110].created_at))

    assert ["GET /V1/orders"] * -(-len(rows) // 25) == pages
    assert ["GET /V1/orders"] == shop.calls()


async def test_lines_come_with_their_order_and_alone(shop: Served) -> None:
    orders = await walk(shop, Kind.ORDER, newest(100))
    shop.calls()
    found = await parts_of(shop, "lines", keys(orders))

    assert [order.parts.lines for order in orders] == found
    assert 200 in {len(lines) for lines in found}
    assert ["GET /V1/orders"] == shop.calls()


async def test_many_orders_of_one_second_are_each_given_once(shop: Served) -> None:
    second = datetime(2026, 11, 20, 12, tzinfo=UTC)
    made = {str(shop.row("insert", "order", created=second.isoformat())) for _ in range(9)}
    for size in (1, 2, 4):
        for descending in (True, False):
            only = Filter(created=Span(second, second + timedelta(seconds=1)))
            query = ListQuery(Ordering("created_at", descending), size, start=second, filter=only)
            found = keys(await walk(shop, Kind.ORDER, query))
            assert (len(made), made) == (len(found), set(found))


async def test_orders_that_change_during_a_walk_shift_nothing(shop: Served) -> None:
    before = keys(await walk(shop, Kind.ORDER, newest(100)))

    def change(turn: int) -> None:
        shop.row("delete", "order", int(before[turn]))
        shop.row("insert", "order")

    walked = keys(await walk(shop, Kind.ORDER, newest(5), between=change))

    assert before == walked


async def test_orders_that_change_are_met_again_on_a_walk_by_change(shop: Served) -> None:
    query = ListQuery(Ordering("updated_at", descending=False), 5)
    before = keys(await walk(shop, Kind.ORDER, query))
    touched = before[0]
    walked = keys(await walk(shop, Kind.ORDER, query, between=lambda turn: turn or shop.row("touch", "order", int(touched))))

    assert set(before) == set(walked)
    assert touched == walked[-1]


@pytest.mark.parametrize(
    ("filters", "fits"),
    [
        ({"statuses": (OrderStatus.CANCELLED,)}, lambda row: row.status is OrderStatus.CANCELLED),
        ({"statuses": (OrderStatus.ON_HOLD, OrderStatus.REFUNDED)}, lambda row: row.status in {OrderStatus.ON_HOLD, OrderStatus.REFUNDED}),
        ({"statuses": (OrderStatus.FAILED,)}, lambda _: False),
        ({"statuses": (OrderStatus.OTHER, OrderStatus.FAILED)}, lambda _: True),
        ({"numbers": ("000000003", "000000007", "no, such")}, lambda row: row.number in {"000000003", "000000007"}),
    ],
)
async def test_the_store_itself_narrows_a_list_of_orders(shop: Served, filters: dict[str, Any], fits: Callable[[Any], bool]) -> None:
    whole = await walk(shop, Kind.ORDER, newest(100))

    assert [row.key_id for row in whole if fits(row)] == keys(await walk(shop, Kind.ORDER, newest(100, **filters)))


async def test_a_span_of_time_has_its_first_moment_and_not_its_last(shop: Served) -> None:
    whole = await walk(shop, Kind.ORDER, newest(100))
    last, first = whole[5].created_at, whole[20].created_at
    found = await walk(shop, Kind.ORDER, newest(100, created=Span(first, last)))

    assert [row.key_id for row in whole if first <= row.created_at < last] == keys(found)
    assert keys(found) == keys(await walk(shop, Kind.ORDER, newest(7, created=Span(first - timedelta(microseconds=1), last))))


async def test_refunds_of_many_orders_cost_two_calls(shop: Served) -> None:
    orders = await walk(shop, Kind.ORDER, newest(100))
    shop.calls()
    found = await parts_of(shop, "refunds", keys(orders))

    assert ["GET /V1/orders", "GET /V1/creditmemos"] == shop.calls()
    assert [order.parts.has_refunds for order in orders] == [bool(refunds) for refunds in found]
    sums = [sum(each.amount.amount for each in refunds) for refunds in found]
    assert [order.totals.refunded.amount for order in orders] == sums


async def test_orders_without_refunds_cost_no_call_for_them(shop: Served) -> None:
    none = [order.key_id for order in await walk(shop, Kind.ORDER, newest(100)) if not order.parts.has_refunds]
    shop.calls()

    assert [[]] * len(none) == await parts_of(shop, "refunds", none)
    assert ["GET /V1/orders"] == shop.calls()


async def test_a_list_of_refunds_asks_only_for_orders_that_have_some(serve: Serve) -> None:
    shop = await serve(orders=250)
    orders = await walk(shop, Kind.ORDER, newest(100))
    shop.calls()
    refunds = await walk(shop, Kind.REFUND, newest(100, by="order_created_at"))

    assert {order.key_id for order in orders if order.parts.has_refunds} == {each.order_key_id for each in refunds}
    assert ["GET /V1/orders", "GET /V1/creditmemos"] == shop.calls()


@THIN
async def test_shipments_have_their_source_even_where_lists_keep_it_back(serve: Serve, *, thin: bool) -> None:
    shop = await serve(thin_lists=thin)
    shipments = await walk(shop, Kind.SHIPMENT, newest(100, by="order_updated_at"))

    assert len(shipments) > 10
    assert all(each.location_key_id for each in shipments)
    assert max(len(each.tracking) for each in shipments) > 1


async def test_a_number_that_comes_late_is_on_the_shipment_at_once(shop: Served) -> None:
    shipment = (await walk(shop, Kind.SHIPMENT, newest(100, by="order_updated_at")))[0]
    shop.row("insert", "track", shipment_id=int(shipment.key_id))
    again = (await by_ids(shop, Kind.SHIPMENT, shipment.key_id))[0]

    assert len(shipment.tracking) + 1 == len(again.tracking)


@THIN
async def test_forms_of_a_configurable_product_are_its_variants_and_no_products(serve: Serve, *, thin: bool) -> None:
    shop = await serve(thin_lists=thin, encoded_slashes=True)
    products = await walk(shop, Kind.PRODUCT, newest(7))
    variants = [each for own in await parts_of(shop, "variants", keys(products)) for each in own]
    listed = await walk(shop, Kind.VARIANT, newest(7, by="sequence"))

    assert {each.key_id for each in variants} == {each.key_id for each in listed}
    assert {each.key_id for each in products} >= {each.product_key_id for each in listed}
    assert {each.key_id for each in products}.isdisjoint(each.extras.magento_product_id for each in listed if "-" in each.key_id)
    assert 24 in {len(own) for own in await parts_of(shop, "variants", keys(products))}
    assert all(len(each.options) == len(each.title.split(", ")) for each in listed if "-" in each.key_id)
    assert [each.position for each in listed if "-" not in each.key_id] == [1] * sum("-" not in each.key_id for each in listed)


@pytest.mark.parametrize("options", [{"thin_lists": True}, {"msi": False}])
async def test_a_sku_that_no_address_can_hold_costs_no_list(serve: Serve, options: dict[str, Any]) -> None:
    shop = await serve("curious", products=40, orders=5, customers=5, variants=12, generous=True, **options)
    variants = await walk(shop, Kind.VARIANT, newest(100, by="sequence"))
    levels = await walk(shop, Kind.INVENTORY_LEVEL, newest(100, by="sequence"))

    assert any("/" in each.sku for each in variants)
    assert {each.variant_key_id for each in levels} <= {each.key_id for each in variants}
    assert len(await walk(shop, Kind.PRODUCT, newest(100))) >= 40


async def test_variants_of_many_products_cost_two_calls_and_what_is_remembered(shop: Served) -> None:
    products = keys(await walk(shop, Kind.PRODUCT, newest(100)))
    await parts_of(shop, "variants", products)
    shop.calls()
    await parts_of(shop, "variants", products)

    assert ["GET /V1/products", "GET /V1/products"] == shop.calls()


async def test_a_page_of_variants_costs_one_call_when_the_index_is_known(shop: Served) -> None:
    await walk(shop, Kind.VARIANT, newest(100, by="sequence"))
    shop.calls()
    rows = await walk(shop, Kind.VARIANT, newest(100, by="updated_at"))

    assert len(rows) > 30
    assert ["GET /V1/products"] == shop.calls()


async def test_variants_are_found_by_their_skus_commas_and_all(serve: Serve) -> None:
    shop = await serve("curious", products=60, orders=5, customers=5, encoded_slashes=True)
    shop.row("touch", "product", 1, sku="PAPER, A4")
    variants = await walk(shop, Kind.VARIANT, newest(100, by="sequence"))
    odd = [each for each in variants if {",", "/", "%", " "} & set(each.sku)]
    found = await walk(shop, Kind.VARIANT, newest(100, by="sequence", skus=tuple(each.sku for each in (*odd, variants[0]))))

    assert any("," in each.sku for each in odd)
    assert {each.key_id for each in (*odd, variants[0])} == {each.key_id for each in found}


async def test_products_are_narrowed_by_status_and_by_words(shop: Served) -> None:
    products = await walk(shop, Kind.PRODUCT, newest(100))
    active = await walk(shop, Kind.PRODUCT, newest(100, statuses=(ProductStatus.ACTIVE,)))
    word = products[0].title.split()[0]
    found = await walk(shop, Kind.PRODUCT, newest(100, text=word.lower()))

    assert [each.key_id for each in products if each.status is ProductStatus.ACTIVE] == keys(active)
    assert [each.key_id for each in products if word.lower() in f"{each.title} {each.extras.sku}".lower()] == keys(found)


async def test_stock_of_many_variants_is_asked_for_together(shop: Served) -> None:
    variants = keys(await walk(shop, Kind.VARIANT, newest(100, by="sequence")))
    await parts_of(shop, "inventory_levels", variants)
    shop.calls()
    found = await parts_of(shop, "inventory_levels", variants)

    assert ["GET /V1/inventory/source-items", "GET /V1/products"] == sorted(set(shop.calls()))
    assert {each.location_key_id for own in found for each in own} == {"default", "east", "attic"}
    assert all(each.variant_key_id == key and each.on_hand is not None for key, own in zip(variants, found, strict=True) for each in own)


async def test_every_stock_level_is_listed_once(shop: Served) -> None:
    variants = await walk(shop, Kind.VARIANT, newest(100, by="sequence"))
    below = {each.key_id for own in await parts_of(shop, "inventory_levels", keys(variants)) for each in own}
    listed = keys(await walk(shop, Kind.INVENTORY_LEVEL, newest(5, by="sequence")))

    assert sorted(below) == sorted(listed)
    east = await walk(shop, Kind.INVENTORY_LEVEL, newest(50, by="sequence", locations=("east",)))
    assert {each for each in below if each.endswith(":east")} == {each.key_id for each in east}


async def test_a_changed_stock_is_seen_though_the_product_did_not_change(shop: Served) -> None:
    level = (await walk(shop, Kind.INVENTORY_LEVEL, newest(5, by="sequence")))[0]
    number = level.variant_key_id.rpartition("-")[2]
    shop.row("touch", "inventory", number, source_code=level.location_key_id, quantity=7777, status=1)

    assert [7777] == [each.on_hand for each in await by_ids(shop, Kind.INVENTORY_LEVEL, level.key_id)]


async def test_a_store_without_the_inventory_modules_has_one_location(serve: Serve) -> None:
    shop = await serve(msi=False, encoded_slashes=True, generous=True)
    locations = await walk(shop, Kind.LOCATION, newest(by="name"))
    levels = await walk(shop, Kind.INVENTORY_LEVEL, newest(50, by="sequence"))

    assert ["default"] == keys(locations)
    assert {"default"} == {each.location_key_id for each in levels}
    assert all(each.on_hand is None and each.available is not None for each in levels)
    assert [levels[0].key_id] == keys(await by_ids(shop, Kind.INVENTORY_LEVEL, levels[0].key_id))


async def test_customers_are_found_by_their_address(shop: Served) -> None:
    customers = await walk(shop, Kind.CUSTOMER, newest(100))
    found = await walk(shop, Kind.CUSTOMER, newest(100, email=customers[3].email.upper()))

    assert customers[3].key_id in keys(found)
    assert len(found) < len(customers)


async def test_one_broken_row_costs_itself_and_not_its_page(serve: Serve) -> None:
    shop = await serve(orders=60)
    whole = keys(await walk(shop, Kind.ORDER, newest(100)))
    shop.row("touch", "order", int(whole[17]), broken=True, updated="2026-09-05T00:00:00")
    shop.calls()
    walked = keys(await walk(shop, Kind.ORDER, newest(25)))

    assert [key for key in whole if key != whole[17]] == walked
    assert len(shop.calls()) < 40


async def test_a_broken_row_fails_alone_when_rows_are_asked_for_by_id(serve: Serve) -> None:
    shop = await serve(orders=60)
    whole = keys(await walk(shop, Kind.ORDER, newest(100)))
    shop.row("touch", "order", int(whole[17]), broken=True)
    found = await by_ids(shop, Kind.ORDER, *whole[:40])

    failed = [each for each in found if isinstance(each, PlatformError)]
    assert [Category.TRANSIENT] == [each.category for each in failed]
    assert [key for key in whole[:40] if key != whole[17]] == [each.key_id for each in found if not isinstance(each, PlatformError)]


async def test_a_store_that_fails_everywhere_is_not_searched_for_a_broken_row(shop: Served) -> None:
    body = '{"message":"Internal Error. Details are available in Magento log file. Report ID: webapi-1"}'
    shop.fail(times=50, status=500, body=body, headers={"content-type": "application/json"})
    with pytest.raises(PlatformError) as caught:
        await walk(shop, Kind.ORDER, newest(100))

    assert Category.TRANSIENT is caught.value.category
    assert len(shop.calls()) <= 6


@pytest.mark.parametrize("options", [{"repeat_last_page": True}, {"default_page_size": 20, "max_page_size": 100}])
async def test_lists_end_whatever_the_store_does_behind_the_last_page(serve: Serve, options: dict[str, Any]) -> None:
    shop = await serve(**options)

    assert 40 <= len(keys(await walk(shop, Kind.ORDER, newest(10)))) == len(set(keys(await walk(shop, Kind.ORDER, newest(10)))))


async def test_a_store_with_smaller_pages_says_what_to_change(serve: Serve) -> None:
    shop = await serve(max_page_size=50)
    with pytest.raises(PlatformError) as caught:
        await walk(shop, Kind.ORDER, newest(100))

    assert (Category.VALIDATION, "PAGE_SIZE") == (caught.value.category, caught.value.code)


async def test_the_cloud_service_is_read_as_any_other_store(serve: Serve) -> None:
    cloud, own = await serve(keys=CLOUD, cloud=True, generous=True), await serve(keys=SIGNED)

    assert keys(await walk(own, Kind.ORDER, newest(100))) == keys(await walk(cloud, Kind.ORDER, newest(100)))


async def test_names_are_those_of_the_store_view_that_is_set(serve: Serve) -> None:
    plain, europe = await serve(), await serve(keys={**SIGNED, "store_view": "eu"})
    names = [{each.title for each in await walk(shop, Kind.PRODUCT, newest(100))} for shop in (plain, europe)]

    assert not any("(Europe)" in name for name in names[0])
    assert any("(Europe)" in name for name in names[1])


async def test_what_is_learned_of_a_store_is_asked_for_once(shop: Served) -> None:
    await asyncio.gather(*(walk(shop, Kind.VARIANT, newest(100, by="sequence")) for _ in range(5)))
    made = shop.calls()

    assert 1 == made.count("GET /V1/store/storeConfigs")
    assert 2 == sum(call.startswith("GET /V1/products/attributes") for call in made)


def test_values_with_commas_are_asked_for_one_by_one() -> None:
    assert ["in"] == [each.how for each in among("sku", ["a", "b"])]
    assert [("eq", "a,b"), ("eq", "c")] == [(each.how, each.value) for each in among("sku", ["a,b", "c"])]
    assert [["a", "b"], ["c,d"]] == list(batches(["a", "c,d", "b", "a"]))
    assert [10, 5] == [len(each) for each in batches(f"{turn}," for turn in range(15))]


def test_an_address_never_grows_too_long() -> None:
    skus = [f"ÜÄÖ{turn:04d}" * 5 for turn in range(100)]
    found = list(batches(skus))

    assert skus == [each for batch in found for each in batch]
    assert all(len("&".join(Search((among("sku", batch),)).params(100, 1).values())) < 3000 for batch in found)


def test_the_way_on_is_behind_a_time_and_an_id() -> None:
    orders = (("created_at", True), ("entity_id", True))
    first, second = behind(orders, ("2026-11-20 09:00:00", "7"))

    assert [("created_at", "lteq")] == [(each.field, each.how) for each in first]
    assert [("created_at", "lt"), ("entity_id", "lt")] == [(each.field, each.how) for each in second]


async def test_an_order_without_any_time_is_left_out_and_counted(shop: Served, caplog: pytest.LogCaptureFixture) -> None:
    """A row that nothing places in time can't be ordered: it costs itself only, and the log says so."""
    good = await Shop(shop.session).get("orders/3", "Test")
    timeless = {name: value for name, value in good.items() if name not in {"created_at", "updated_at"}}
    half = {name: value for name, value in good.items() if name != "updated_at"} | {"entity_id": 4}
    shop.fail(match="GET /V1/orders", status=200, body=json.dumps({"items": [timeless, half], "total_count": 2}))
    rows = await walk(shop, Kind.ORDER, newest())

    assert ["4"] == keys(rows)
    assert rows[0].created_at == rows[0].updated_at
    assert [1] == [record.__dict__["rows"] for record in caplog.records if record.getMessage().startswith("rows skipped")]
