"""Writes to products and variants of eBay sellers, over real HTTP: whole or not at all, and gone on with after a crash."""

from decimal import Decimal
from typing import Any

import pytest

from adapters.ebay.manifest import INVENTORY
from adapters.kit.writing import NotDone
from schema.commands import (
    Command,
    ProductCreate,
    ProductDelete,
    ProductFields,
    ProductUpdate,
    VariantCreate,
    VariantDelete,
    VariantFields,
    VariantUpdate,
)
from schema.errors import Category
from schema.keys import Kind
from schema.products import ProductStatus
from tests.platforms.ebay.conftest import Served
from tests.platforms.ebay.writing import (
    Diary,
    again,
    do,
    done,
    effects,
    failure,
    job,
    look,
    made,
    offers,
    one,
    perform,
    raw,
    repeated,
    uncertain,
    whats,
)

OFFER = {
    "categoryId": "30120",
    "listingPolicies": {"fulfillmentPolicyId": "3", "paymentPolicyId": "4", "returnPolicyId": "5"},
    "merchantLocationKey": "wh-1",
}
IMAGES = ["https://images.example.com/1.jpg"]
FULL: ProductFields = {
    "title": "Brass Compass",
    "description_html": "A compass.",
    "vendor": "Quillhaven",
    "status": "ACTIVE",
    "platform_fields": {"product": {"imageUrls": IMAGES}, "offer": OFFER},
}
GROUP, GROUP_KEY = "SHO-GROUP-3", "group:SHO-GROUP-3"
LOST = pytest.mark.parametrize("fault", [{"hang_up": True}, {"status": 500, "body": "{}"}], ids=["cut", "500"])


def sizes(*names: str) -> ProductCreate:
    """Return a product in sizes."""
    product: ProductFields = {
        **FULL,
        "options": [{"name": "Size", "values": [*names]}],
        "platform_fields": {"product": {"imageUrls": IMAGES}, "imageUrls": IMAGES, "offer": OFFER},
    }
    variants: list[VariantFields] = [
        {"sku": f"NEW-{name}", "price": "12.50", "quantity": 3, "options": [{"name": "Size", "value": name}]} for name in names
    ]
    return ProductCreate(product, tuple(variants))


async def single(shop: Served, sku: str = "NEW-1", **changes: Any) -> str:
    """Make a listed product in one form and return its key."""
    (result,) = await do(shop, ProductCreate({**FULL, **changes}, ({"sku": sku, "price": "9.00", "quantity": 2},)))  # type: ignore[typeddict-item]
    effects(shop)
    return made(result)


async def product(shop: Served, key: str) -> Any:
    return await one(shop, Kind.PRODUCT, key)


async def variant(shop: Served, sku: str) -> Any:
    return await one(shop, Kind.VARIANT, sku)


async def test_a_draft_needs_no_more_than_a_title_and_a_sku_and_takes_its_site_from_the_others(shop: Served) -> None:
    bare, priced = await do(
        shop,
        ProductCreate({"title": "Bare"}, ({"sku": "BARE-1"},)),
        ProductCreate({"title": "Priced"}, ({"sku": "PRICED-1", "price": "12.50"},)),
    )

    assert ["sku:BARE-1", "sku:PRICED-1"] == [made(bare), made(priced)]
    assert ("Bare", ProductStatus.DRAFT) == ((found := await product(shop, "sku:BARE-1")).title, found.status)
    assert Decimal("12.50") == (await variant(shop, "PRICED-1")).price.amount
    assert ["EBAY_US"] == [each["marketplaceId"] for each in await offers(shop, "PRICED-1")]


async def test_a_product_in_one_form_is_made_and_listed(shop: Served) -> None:
    fields: VariantFields = {
        "sku": "NEW-1", "price": "12.50", "compare_at_price": "15.00", "quantity": 3, "barcode": "4012345000016",
        "weight": {"value": "1.5", "unit": "KILOGRAMS"},
    }  # fmt: skip
    (result,) = await do(shop, ProductCreate(FULL, (fields,)))
    found, only = await product(shop, made(result)), await variant(shop, "NEW-1")

    assert ("Brass Compass", "A compass.", "Quillhaven", ProductStatus.ACTIVE) == (
        found.title,
        found.description_html,
        found.vendor,
        found.status,
    )
    assert ("4012345000016", Decimal("12.50"), Decimal("15.00"), Decimal("1.5")) == (
        only.barcode,
        only.price.amount,
        only.compare_at_price.amount,
        only.weight.value,
    )
    assert [3] == [level.available for level in only.known_levels]


async def test_a_product_in_sizes_is_one_listing(shop: Served) -> None:
    (result,) = await do(shop, sizes("S", "M", "L"))
    calls, found = shop.calls(), await product(shop, made(result))
    variants = (await shop.readers.parts["variants"]([made(result)]))[0]

    assert ProductStatus.ACTIVE is found.status
    assert [("Size", ["S", "M", "L"])] == [(each.name, each.values) for each in found.options]
    assert isinstance(variants, list)
    assert ["NEW-S", "NEW-M", "NEW-L"] == [each.sku for each in variants]
    assert 1 == calls.count("/bulk_create_or_replace_inventory_item") == calls.count("/bulk_create_offer")
    assert 1 == len(found.extras.listing_ids)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (ProductCreate({"title": "x"}), (Category.VALIDATION, "NO_SKU")),
        (ProductCreate({"title": "x"}, ({"price": "1.00"},)), (Category.VALIDATION, "NO_SKU")),
        (ProductCreate({"title": "x"}, ({"sku": "A"}, {"sku": "A"})), (Category.VALIDATION, "NO_SKU")),
        (ProductCreate({"title": "x"}, ({"sku": "SHO-0001"},)), (Category.CONFLICT, "EXISTS")),
        (ProductCreate({"title": "x", "status": "ARCHIVED"}, ({"sku": "A"},)), (Category.VALIDATION, "STATUS")),
        (ProductCreate({"title": "x"}, ({"sku": "A", "barcode": "12"},)), (Category.VALIDATION, "BARCODE")),
        (
            ProductCreate({"title": "x"}, ({"sku": "A" * 50, "weight": {"value": "1", "unit": "STONES"}},)),
            (Category.VALIDATION, "WEIGHT_UNIT"),
        ),
        (
            ProductCreate({"title": "x", "platform_fields": {"offer": {"marketplaceId": "EBAY_MOON"}}}, ({"sku": "A"},)),
            (Category.VALIDATION, "NO_MARKETPLACE"),
        ),
        (ProductUpdate("sku:NOPE", {"title": "x"}), (Category.VALIDATION, "NOT_FOUND")),
        (ProductUpdate("group:NOPE", {"title": "x"}), (Category.VALIDATION, "NOT_FOUND")),
        (ProductUpdate("sku:SHO-0001", {"status": "ARCHIVED"}), (Category.VALIDATION, "STATUS")),
        (ProductUpdate("sku:SHO-0001", {"title": "T" * 81}), (Category.VALIDATION, "25503")),
        (ProductDelete("sku:NOPE"), (Category.VALIDATION, "NOT_FOUND")),
        (VariantCreate("sku:SHO-0001", {"sku": "A"}), (Category.CONFLICT, "NO_VARIANTS")),
        (VariantCreate(GROUP_KEY, {"sku": "A"}), (Category.VALIDATION, "OPTIONS")),
        (VariantCreate(GROUP_KEY, {}), (Category.VALIDATION, "NO_SKU")),
        (VariantUpdate("NOPE", {"barcode": None}), (Category.VALIDATION, "NOT_FOUND")),
        (VariantDelete("NOPE"), (Category.VALIDATION, "NOT_FOUND")),
        (VariantDelete("SHO-0001"), (Category.CONFLICT, "ONLY_VARIANT")),
    ],
)
async def test_what_can_not_be_is_refused_and_leaves_no_trace(shop: Served, command: Command, expected: tuple[Category, str]) -> None:
    (result,) = await do(shop, command)

    assert expected == failure(result)
    assert [] == effects(shop)


async def test_what_is_refused_half_way_is_taken_away_again(shop: Served) -> None:
    wanted = job(ProductCreate({**FULL, "platform_fields": {"offer": {}}}, ({"sku": "NEW-1", "price": "1.00", "quantity": 1},)))
    diary = Diary()
    (result,) = await perform(shop, wanted, diary=diary)

    assert Category.VALIDATION is failure(result)[0]
    assert "eBay: " in str(result)
    assert {wanted.id: {"begun": False}} == diary.notes
    assert await variant(shop, "NEW-1") is None
    assert "product.delete" == whats(shop)[-1]


@LOST
@pytest.mark.parametrize(
    "step",
    ["bulk_create_or_replace", "PUT /sell/inventory/v1/inventory_item_group", "bulk_create_offer", "publish_by_inventory_item_group"],
)
async def test_a_making_that_broke_off_is_gone_on_with(shop: Served, step: str, fault: dict[str, Any]) -> None:
    wanted, diary = job(sizes("S", "M")), Diary()
    shop.fail(match=step, after=True, **fault)
    (broken,) = await perform(shop, wanted, diary=diary)
    seen = await look(shop, repeated(wanted, diary))
    result = await again(shop, wanted, diary)

    assert uncertain(broken)
    assert NotDone() == seen
    assert ProductStatus.ACTIVE is (await product(shop, made(result))).status
    told = [(what, entity) for what, entity, _ in effects(shop)]
    assert ([1, 1], 1) == ([told.count(("product.create", f"NEW-{size}")) for size in "SM"], told.count(("product.create", "group-NEW-S")))
    assert [1, 1] == [len(await offers(shop, f"NEW-{size}")) for size in "SM"]


async def test_a_making_that_broke_off_before_it_began_makes_nothing_of_anothers(shop: Served) -> None:
    wanted, diary = job(ProductCreate({"title": "x"}, ({"sku": "SHO-0001"},))), Diary()

    assert (Category.CONFLICT, "EXISTS") == failure(await again(shop, wanted, diary))
    assert [] == effects(shop)


async def test_a_product_changes_with_the_text_of_its_offers_and_keeps_the_rest(shop: Served) -> None:
    key = await single(shop)
    before = await raw(shop, f"{INVENTORY}/inventory_item/NEW-1")
    (result,) = await do(shop, ProductUpdate(key, {"title": "Other", "description_html": "Other text.", "vendor": "Nobody"}))
    found, after = await product(shop, key), await raw(shop, f"{INVENTORY}/inventory_item/NEW-1")

    assert done(result)
    assert ("Other", "Other text.", "Nobody", ProductStatus.ACTIVE) == (found.title, found.description_html, found.vendor, found.status)
    assert ["Other text."] == [each["listingDescription"] for each in await offers(shop, "NEW-1")]
    assert before["availability"] == after["availability"]
    assert IMAGES == after["product"]["imageUrls"]


async def test_listings_are_taken_down_and_put_up_again(shop: Served) -> None:
    keys = [await single(shop), GROUP_KEY]
    words = []
    for status in ("DRAFT", "ACTIVE"):
        await do(shop, *(ProductUpdate(key, {"status": status}) for key in keys))
        words.append([(await product(shop, key)).status for key in keys])

    assert [[ProductStatus.DRAFT] * 2, [ProductStatus.ACTIVE] * 2] == words


async def test_what_was_never_offered_can_not_be_listed(shop: Served) -> None:
    await do(shop, ProductCreate({"title": "Bare"}, ({"sku": "BARE-1"},)))
    (result,) = await do(shop, ProductUpdate("sku:BARE-1", {"status": "ACTIVE"}))

    assert (Category.CONFLICT, "NO_OFFER") == failure(result)


async def test_platform_fields_go_to_items_groups_and_offers_as_they_are(shop: Served) -> None:
    key = await single(shop)
    fields = {"condition": "USED_GOOD", "product": {"mpn": "M-1"}, "offer": {"categoryId": "99"}}
    await do(shop, ProductUpdate(key, {"platform_fields": fields}))
    item = await raw(shop, f"{INVENTORY}/inventory_item/NEW-1")
    await do(shop, ProductUpdate(key, {"platform_fields": {"product": {"mpn": None}}}))

    assert ("USED_GOOD", "M-1", "Brass Compass") == (item["condition"], item["product"]["mpn"], item["product"]["title"])
    assert ["99"] == [each["categoryId"] for each in await offers(shop, "NEW-1")]
    assert "mpn" not in (await raw(shop, f"{INVENTORY}/inventory_item/NEW-1"))["product"]


async def test_a_product_is_deleted_with_its_variants_and_once(shop: Served) -> None:
    key, one_form = made((await do(shop, sizes("S", "M")))[0]), await single(shop)
    results = await do(shop, ProductDelete(key), ProductDelete(one_form))
    wanted = job(ProductDelete(key), uncertain=True)
    (second,) = await perform(shop, wanted)

    assert all(done(each) for each in (*results, second))
    assert [None] * 4 == [
        await product(shop, key),
        await product(shop, one_form),
        await variant(shop, "NEW-S"),
        await variant(shop, "NEW-1"),
    ]


async def test_a_new_variant_is_as_its_sisters_but_for_its_own(shop: Served) -> None:
    key = made((await do(shop, sizes("S", "M")))[0])
    fields: VariantFields = {"sku": "NEW-L", "price": "9.75", "quantity": 4, "options": [{"name": "Size", "value": "L"}]}
    effects(shop)
    (result,) = await do(shop, VariantCreate(key, fields))
    new, found = await variant(shop, made(result)), await product(shop, key)

    assert ("NEW-L", Decimal("9.75"), key, ["PUBLISHED"]) == (
        new.sku,
        new.price.amount,
        new.product_key_id,
        [each.status for each in new.extras.offers],
    )
    assert [["S", "M", "L"]] == [each.values for each in found.options]
    assert 1 == len(found.extras.listing_ids)
    assert 1 == whats(shop).count("variant.create")


@LOST
@pytest.mark.parametrize("step", ["bulk_create_or_replace", "PUT /sell/inventory/v1/inventory_item_group", "bulk_create_offer"])
async def test_a_variant_that_broke_off_is_gone_on_with(shop: Served, step: str, fault: dict[str, Any]) -> None:
    key = made((await do(shop, sizes("S")))[0])
    wanted, diary = job(VariantCreate(key, {"sku": "NEW-L", "options": [{"name": "Size", "value": "L"}]})), Diary()
    effects(shop)
    shop.fail(match=step, after=True, **fault)
    (broken,) = await perform(shop, wanted, diary=diary)
    result = await again(shop, wanted, diary)

    assert uncertain(broken)
    assert "NEW-L" == made(result)
    assert 1 == whats(shop).count("variant.create")
    assert 1 == len(await offers(shop, "NEW-L"))


async def test_a_variant_changes_what_is_its_own(shop: Served) -> None:
    await do(shop, sizes("S", "M"))
    effects(shop)
    changes: VariantFields = {
        "barcode": "978-1234567897", "price": "8.00", "compare_at_price": "9.00", "options": [{"name": "Size", "value": "XL"}],
        "weight": {"value": "2", "unit": "POUNDS"},
    }  # fmt: skip
    (result,) = await do(shop, VariantUpdate("NEW-M", changes))
    found = await variant(shop, "NEW-M")
    await do(shop, VariantUpdate("NEW-M", {"barcode": None, "compare_at_price": None, "weight": None}))
    bare = await variant(shop, "NEW-M")

    assert done(result)
    assert ("9781234567897", Decimal("8.00"), Decimal("9.00"), Decimal(2), "POUND", "XL") == (
        found.barcode,
        found.price.amount,
        found.compare_at_price.amount,
        found.weight.value,
        found.weight.unit,
        found.options[0].value,
    )
    assert (None, Decimal("8.00"), None, None, "XL") == (
        bare.barcode,
        bare.price.amount,
        bare.compare_at_price,
        bare.weight,
        bare.options[0].value,
    )
    assert [3] == [level.available for level in bare.known_levels]


async def test_sisters_that_change_at_once_all_keep_their_options(shop: Served) -> None:
    key = made((await do(shop, sizes("S", "M")))[0])
    await do(shop, *(VariantUpdate(f"NEW-{old}", {"options": [{"name": "Size", "value": new}]}) for old, new in (("S", "XS"), ("M", "XL"))))

    assert [["S", "M", "XS", "XL"]] == [each.values for each in (await product(shop, key)).options]


async def test_a_price_alone_is_one_call_more_than_a_look(shop: Served) -> None:
    await single(shop)
    await do(shop, VariantUpdate("NEW-1", {"price": "7.77"}))

    assert ["/bulk_get_inventory_item", "/offer", "/bulk_update_price_quantity"] == shop.calls()
    assert [("price.set", "NEW-1", "7.77")] == effects(shop)


async def test_a_deleted_variant_leaves_its_sisters(shop: Served) -> None:
    key = made((await do(shop, sizes("S", "M")))[0])
    effects(shop)
    (result,) = await do(shop, VariantDelete("NEW-S"))
    (second,) = await perform(shop, job(VariantDelete("NEW-S"), uncertain=True))
    variants = (await shop.readers.parts["variants"]([key]))[0]

    assert done(result)
    assert done(second)
    assert isinstance(variants, list)
    assert ["NEW-M"] == [each.sku for each in variants]
    assert [("variant.delete", "NEW-S", None)] == effects(shop)
