"""Writes to Walmart's items, all by feed: set up, changed and deleted, with one feed for many and a result for each."""

from typing import Any

import pytest

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Accepted, Done, NotDone
from adapters.walmart import item_rows
from schema.commands import ProductCreate, ProductDelete, ProductUpdate, VariantDelete, VariantUpdate
from schema.errors import Category
from schema.keys import Kind
from schema.products import ProductStatus
from tests.platforms.walmart.conftest import Served
from tests.platforms.walmart.test_reads import EVERY_ITEM
from tests.platforms.walmart.test_writes import (
    FEED,
    SKU,
    Diary,
    by_feed,
    changes,
    do,
    done,
    effects,
    failure,
    job,
    look,
    one,
    perform,
    priced,
)

PAIL: Any = {
    "title": "Copper Pail",
    "vendor": "Prairie",
    "description_html": "A pail.",
    "product_type": "Pails",
    "platform_fields": {"Visible": {"mainImageUrl": "https://images.example.com/1.jpg"}},
}


def variant(sku: str, code: str = "00012345678905", **fields: Any) -> Any:
    return {"sku": sku, "barcode": code, "price": "12.50", "weight": {"value": "8", "unit": "OUNCES"}, **fields}


def sizes(*words: str) -> ProductCreate:
    variants = (
        variant(f"N-{word}", f"0001234567890{turn}", options=[{"name": "size", "value": word}]) for turn, word in enumerate(words, start=1)
    )
    return ProductCreate(PAIL | {"handle": "G-1"}, tuple(variants))


async def a_group(shop: Served) -> tuple[Any, list[str]]:
    """Set a product of two items up, and return it with their SKUs."""
    done((await by_feed(shop, sizes("S", "L")))[0])
    effects(shop)
    return await one(shop, Kind.PRODUCT, "group:G-1"), ["N-L", "N-S"]


async def test_an_item_is_set_up_and_can_be_read(shop: Served) -> None:
    (result,) = await by_feed(shop, ProductCreate(PAIL, (variant("N-1"),)))
    product = await one(shop, Kind.PRODUCT, "item:N-1")

    assert (Kind.PRODUCT, "item:N-1") == done(result).entity
    assert ("Copper Pail", "Pails") == (product.title, product.product_type)
    assert "12.5" == await priced(shop, "N-1")
    (_, _, sent), *others = effects(shop)
    assert not others
    assert (0.5, "Prairie", {"productIdType": "GTIN", "productId": "00012345678905"}) == (
        sent["ShippingWeight"],
        sent["brand"],
        sent["productIdentifiers"],
    )


async def test_variants_are_items_of_one_group(shop: Served) -> None:
    (result,) = await by_feed(shop, sizes("S", "L"))
    product = await one(shop, Kind.PRODUCT, "group:G-1")
    (variants,) = await shop.readers.parts["variants"](["group:G-1"])

    assert (Kind.PRODUCT, "group:G-1") == done(result).entity
    assert [("size", ["S", "L"])] == [(each.name, each.values) for each in product.options]
    assert isinstance(variants, list)
    assert ["N-S", "N-L"] == [each.sku for each in variants]


async def test_a_product_of_which_one_variant_is_refused_is_refused(shop: Served) -> None:
    code = (await one(shop, Kind.VARIANT, SKU)).extras.gtin
    taken, good = await by_feed(shop, ProductCreate(PAIL, (variant("N-1", code),)), ProductCreate(PAIL, (variant("N-2"),)))

    assert (Category.VALIDATION, "ERR_EXT_DATA_0101119") == failure(taken)
    assert isinstance(good, Done)


@pytest.mark.parametrize(
    ("product", "fields"),
    [
        ({"title": ""}, {}),
        ({"product_type": None}, {}),
        ({"platform_fields": {}}, {}),
        ({"platform_fields": {"Other": {}}}, {}),
        ({"status": "DRAFT"}, {}),
        ({}, {"barcode": None}),
        ({}, {"barcode": "123"}),
        ({}, {"sku": None}),
    ],
)
async def test_what_walmart_never_sets_up_is_not_sent(shop: Served, product: dict[str, Any], fields: dict[str, Any]) -> None:
    (result,) = await do(shop, ProductCreate(PAIL | product, (variant("N-1") | fields,)))

    assert Category.VALIDATION is failure(result)[0]
    assert not changes(shop)


def test_variants_need_what_tells_them_apart() -> None:
    with pytest.raises(PlatformError):
        item_rows.made(ProductCreate(PAIL, (variant("N-1"), variant("N-2"))))
    with pytest.raises(PlatformError):
        item_rows.made(ProductCreate(PAIL))


async def test_a_product_is_changed_with_all_its_items_and_nothing_else(shop: Served) -> None:
    product, own = await a_group(shop)
    renamed, unknown, unset = await by_feed(
        shop,
        ProductUpdate(product.key_id, {"title": "Renamed"}),
        ProductUpdate("item:none", {"title": "x"}),
        ProductUpdate(f"item:{SKU}", {"vendor": None}),
    )
    after = await one(shop, Kind.PRODUCT, product.key_id)

    assert {"title": "Renamed"} == done(renamed).after
    assert [Category.VALIDATION] * 2 == [failure(each)[0] for each in (unknown, unset)]
    assert ("Renamed", product.product_type, product.options) == (after.title, after.product_type, after.options)
    assert sorted(own) == sorted(each[1] for each in effects(shop))


async def test_a_sale_is_ended_and_begun_again(shop: Served) -> None:
    statuses = []
    for word in ("ARCHIVED", "ACTIVE"):
        done((await by_feed(shop, ProductUpdate(f"item:{SKU}", {"status": word})))[0])
        statuses.append((await one(shop, Kind.PRODUCT, f"item:{SKU}")).status)

    assert [ProductStatus.ARCHIVED, ProductStatus.ACTIVE] == statuses


async def test_an_item_is_changed_by_itself(shop: Served) -> None:
    result, none, light = await by_feed(
        shop,
        VariantUpdate(SKU, {"price": "7.25", "weight": {"value": "1", "unit": "KILOGRAMS"}}),
        VariantUpdate("none", {"price": "1"}),
        VariantUpdate(SKU, {"weight": None}),
    )

    assert isinstance(result, Done)
    assert "7.25" == await priced(shop, SKU)
    assert 2.205 == effects(shop)[0][2]["ShippingWeight"]
    assert [(Category.VALIDATION, "ERR_PDI_0034"), (Category.VALIDATION, "REQUIRED")] == [failure(none), failure(light)]


async def test_products_and_items_are_deleted_for_good(shop: Served) -> None:
    product, own = await a_group(shop)
    before = await look(shop, job(ProductDelete(product.key_id)))
    (whole, unknown), (single,) = [
        await by_feed(shop, ProductDelete(product.key_id), ProductDelete("group:none")),
        await by_feed(shop, VariantDelete(SKU)),
    ]

    assert [NotDone] == [type(each) for each in before]
    assert [True, True] == [done(each).look for each in (whole, single)]
    assert (Category.VALIDATION, "NOT_FOUND") == failure(unknown)
    assert [Done] == [type(each) for each in await look(shop, job(ProductDelete(product.key_id)))]
    assert [Done] == [type(each) for each in await look(shop, job(VariantDelete(SKU)))]
    assert {*own, SKU} == {each[1] for each in effects(shop) if each[1] != product.key_id.partition(":")[2]}


async def test_a_product_is_deleted_as_a_whole_or_not_at_all(shop: Served) -> None:
    levels = await shop.rows(Kind.INVENTORY_LEVEL, EVERY_ITEM)
    kept = next(each.variant_key_id for each in levels if each.location_key_id == "WFSFulfilled")
    whole = (await one(shop, Kind.VARIANT, kept)).product_key_id
    (result,) = await do(shop, ProductDelete(whole))

    assert (Category.CONFLICT, "KEPT_BY_WALMART") == failure(result)
    assert not changes(shop)


async def test_what_walmart_keeps_is_not_deleted(shop: Served) -> None:
    levels = await shop.rows(Kind.INVENTORY_LEVEL, EVERY_ITEM)
    kept = next(each.variant_key_id for each in levels if each.location_key_id == "WFSFulfilled")
    (result,) = await by_feed(shop, VariantDelete(kept))

    assert (Category.VALIDATION, "ERR_EXT_DATA_0101218") == failure(result)


async def test_an_item_whose_feeds_answer_was_lost_is_seen_in_the_feed(shop: Served) -> None:
    diary, work = Diary(), job(ProductCreate(PAIL, (variant("N-1"),)))
    shop.fail(match=FEED, after=True, hang_up=True)
    await perform(shop, work, diary=diary)
    (running,) = await look(shop, diary.again(work, uncertain=True))
    shop.clock.leap(5)
    (seen,) = await look(shop, diary.again(work, uncertain=True))

    assert (Category.TRANSIENT, "FEED_RUNNING") == failure(running)
    assert (Kind.PRODUCT, "item:N-1") == done(seen).entity


async def test_what_broke_down_is_sent_again_in_a_feed_of_its_own(shop: Served) -> None:
    shop.row("touch", "product", SKU, trouble="TIMEOUT_ERROR")
    (result,) = await by_feed(shop, VariantUpdate(SKU, {"price": "7.25"}))

    assert isinstance(result, Accepted)
    assert {FEED: 1} == changes(shop)
