"""Variants, stock and customers of WooCommerce stores: lists that are merged, and lists that are sought through."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.kit.failures import PlatformError
from adapters.kit.port import ListQuery, Ordering, Span
from schema.errors import Category
from schema.keys import Kind
from tests.platforms.woocommerce.conftest import Serve, Served
from tests.platforms.woocommerce.test_reads import VARIATIONS, by_ids, keys, newest, parts_of, walk

WAYS = pytest.mark.parametrize("descending", [True, False])


def timeless(variant: Any) -> Any:
    """Return a variant without the moments it and its stock were seen."""
    return replace(variant, observed_at=None, known_levels=[replace(level, observed_at=None) for level in variant.known_levels])


async def variants_of_all(shop: Served) -> list[Any]:
    products = keys(await walk(shop, Kind.PRODUCT, newest(100)))
    return [variant for part in await parts_of(shop, "variants", products) for variant in part]


@VARIATIONS
async def test_variants_of_products_cost_a_call_a_hundred(serve: Serve, version: str) -> None:
    shop = await serve(version=version)
    products = keys(await walk(shop, Kind.PRODUCT, newest(100)))
    shop.calls()
    parts = await parts_of(shop, "variants", products)
    calls = shop.calls()

    assert [1] * 11 + [100] == sorted(len(part) for part in parts)
    assert 1 == sum(call.endswith("variations") for call in calls)
    assert 1 == calls.count("GET products")


@VARIATIONS
async def test_a_variant_is_the_same_by_id_as_below_its_product(serve: Serve, version: str) -> None:
    shop = await serve(version=version)
    variants = await variants_of_all(shop)
    variation = next(each for each in variants if "-" in each.key_id)
    single = next(each for each in variants if "-" not in each.key_id)
    strange = (f"{single.key_id}-{variation.platform_id}", variation.product_key_id, "5-999999", "999999-5")
    found = await by_ids(shop, Kind.VARIANT, *keys(variants), *strange)

    assert [timeless(each) for each in variants] == [timeless(each) for each in found[: len(variants)]]
    assert [None] * 4 == found[len(variants) :]


@VARIATIONS
@WAYS
async def test_variants_by_number_are_all_there_in_order(serve: Serve, version: str, *, descending: bool) -> None:
    shop = await serve(version=version)
    expected = sorted(await variants_of_all(shop), key=lambda each: each.sequence, reverse=descending)
    for size in (100, 13):
        rows = await walk(shop, Kind.VARIANT, ListQuery(Ordering("sequence", descending), size))
        assert keys(expected) == keys(rows)
    begun = await walk(shop, Kind.VARIANT, ListQuery(Ordering("sequence", descending), 50, start=expected[60].sequence))

    assert keys(expected[60:]) == keys(begun)


@WAYS
async def test_variants_by_change_merge_products_and_variations(shop: Served, *, descending: bool) -> None:
    expected = await variants_of_all(shop)
    rows = await walk(shop, Kind.VARIANT, ListQuery(Ordering("updated_at", descending), 20))

    assert set(keys(expected)) == set(keys(rows))
    assert len(expected) == len(rows)
    assert sorted((row.updated_at for row in rows), reverse=descending) == [row.updated_at for row in rows]


async def test_variants_that_change_while_they_are_walked_hide_none(shop: Served) -> None:
    before = keys(await variants_of_all(shop))
    moved = before[::5]

    def disturb(turn: int) -> None:
        shop.row("touch", "inventory", int(moved[turn].rpartition("-")[2]), stock_quantity=7)

    walked = keys(await walk(shop, Kind.VARIANT, newest(20, "updated_at"), disturb))

    assert set() == set(before) - set(moved) - set(walked)


async def test_an_old_shop_cannot_order_variants_by_change(serve: Serve) -> None:
    shop = await serve(version="10.2.0")
    with pytest.raises(PlatformError) as caught:
        await walk(shop, Kind.VARIANT, newest(5, "updated_at"))

    assert (Category.VALIDATION, "UNSUPPORTED") == (caught.value.category, caught.value.code)
    assert "10.3" in caught.value.message


@VARIATIONS
async def test_variants_are_found_by_sku_and_by_product(serve: Serve, version: str) -> None:
    shop = await serve(version=version)
    variants = [each for each in await variants_of_all(shop) if each.sku]
    wanted = [variants[0], next(each for each in variants if "-" in each.key_id)]
    skus = tuple(each.sku for each in wanted)
    found = await walk(shop, Kind.VARIANT, newest(5, "updated_at", skus=(*skus, "no such sku")))
    roof = wanted[1].product_key_id
    below = await walk(shop, Kind.VARIANT, newest(5, "updated_at", product=roof))

    assert {each.key_id for each in wanted} == set(keys(found))
    assert {each.title for each in wanted} == {each.title for each in found}
    assert {each.key_id for each in variants if each.product_key_id == roof} == set(keys(below))


async def test_a_sku_with_a_comma_is_refused_and_not_missed(shop: Served) -> None:
    with pytest.raises(PlatformError) as caught:
        await walk(shop, Kind.VARIANT, newest(5, "updated_at", skus=("a,b",)))

    assert "comma" in caught.value.message


@VARIATIONS
async def test_every_variant_has_one_stock_level(serve: Serve, version: str) -> None:
    shop = await serve("odd", version=version, orders=5, products=12, variations=12)
    listed = await walk(shop, Kind.INVENTORY_LEVEL, newest(30, "sequence"))
    variants = keys(await variants_of_all(shop))
    parts = await parts_of(shop, "inventory_levels", variants)

    assert set(variants) == set(keys(listed))
    assert [[key] for key in variants] == [keys(part) for part in parts]
    assert {"store"} == {level.location_key_id for level in listed}


async def test_levels_of_some_variants_or_places_are_read_alone(shop: Served) -> None:
    variants = keys(await variants_of_all(shop))[:5]
    shop.calls()

    assert set(variants) == set(keys(await walk(shop, Kind.INVENTORY_LEVEL, newest(5, "sequence", variants=tuple(variants)))))
    assert [] == await walk(shop, Kind.INVENTORY_LEVEL, newest(5, "sequence", locations=("elsewhere",)))
    assert len(shop.calls()) <= 3


async def test_the_one_location_costs_no_call(shop: Served) -> None:
    listed = await walk(shop, Kind.LOCATION, newest(5, "name"))

    assert [("store", "Store", True)] == [(each.key_id, each.name, each.is_active) for each in listed]
    assert ["store", None] == [each and each.key_id for each in await by_ids(shop, Kind.LOCATION, "store", "other")]
    assert [] == shop.calls()


@WAYS
async def test_customers_are_sought_through_by_halves(serve: Serve, *, descending: bool) -> None:
    shop = await serve(customers=900, orders=5)
    query = ListQuery(Ordering("created_at", descending), 50)
    rows = await walk(shop, Kind.CUSTOMER, replace(query, size=100))
    shop.calls()
    page = shop.readers.kinds[Kind.CUSTOMER].page
    assert page is not None
    for place in (0, 1, 450, 451, 899):
        found = await page(replace(query, start=rows[place].created_at))
        assert keys(rows[place : place + 50]) == keys(list(found.rows))[: len(rows[place : place + 50])]
        assert len(shop.calls()) <= 6

    assert 900 == len(set(keys(rows)))
    assert [] == list((await page(replace(query, start=rows[-1].created_at + timedelta(days=-9 if descending else 9)))).rows)


async def test_customers_that_come_or_go_hide_none(serve: Serve) -> None:
    shop = await serve(customers=60, orders=5)
    before = keys(await walk(shop, Kind.CUSTOMER, newest(100)))
    gone = before[:24:3]

    def disturb(turn: int) -> None:
        if turn % 2:
            shop.row("insert", "customer")
            shop.row("insert", "customer")
        else:
            shop.row("delete", "customer", int(gone[turn // 2]))

    walked = keys(await walk(shop, Kind.CUSTOMER, newest(6), disturb))

    assert set() == set(before) - set(gone) - set(walked)
    assert len(set(walked)) == len(walked)


async def test_customers_of_any_role_are_found(serve: Serve) -> None:
    shop = await serve("history", orders=5, products=12, customers=400)
    rows = await walk(shop, Kind.CUSTOMER, newest(100))
    other = next(row for row in rows if row.extras.role != "customer")
    made = Span(rows[40].created_at, rows[20].created_at)

    assert [other.key_id] == keys(await by_ids(shop, Kind.CUSTOMER, other.key_id))
    assert [other.key_id] == keys(await walk(shop, Kind.CUSTOMER, newest(5, email=other.email)))
    assert set(keys(rows[21:41])) <= set(keys(await walk(shop, Kind.CUSTOMER, newest(30, created=made))))
