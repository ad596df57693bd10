"""Writes to a Magento store's products and variants: whole or not at all, once, and never over what is another's."""

from typing import Any

import pytest

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, NotDone
from adapters.magento.search import Condition, Search
from adapters.magento.shop import PRODUCTS, Shop
from schema.commands import (
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
from tests.platforms.magento.conftest import Serve, Served
from tests.platforms.magento.test_writes import (
    Diary,
    again,
    changes,
    do,
    done,
    effects,
    failure,
    job,
    look,
    made,
    one,
    parts,
    perform,
    product,
)

PLAIN, ROOF, FIRST, SECOND = "1", "28", "28-29", "28-30"  # a product in one form, one in five colours, and two of those
BASKET: ProductFields = {"title": "Willow Basket", "handle": "willow-basket", "description_html": "<p>Round.</p>"}
REFUSAL = '{"message":"Invalid product data: %1","parameters":["Invalid attribute set entity type"]}'


def form(sku: str, colour: str | None = None, **fields: Any) -> VariantFields:
    options: dict[str, Any] = {"options": [{"name": "Color", "value": colour}]} if colour else {}
    return VariantFields(**{"sku": sku, "price": "12.50", **options, **fields})  # type: ignore[typeddict-item]


def baskets(*variants: VariantFields, **fields: Any) -> ProductCreate:
    return ProductCreate({**BASKET, **fields}, variants)  # type: ignore[typeddict-item]


async def colours(shop: Served, key: str) -> list[tuple[str | None, str]]:
    return [(each.sku, each.options[0].value) for each in await parts(shop, "variants", key)]


async def test_a_product_in_one_form_is_made_by_one_call_and_read_back(shop: Served) -> None:
    wish = baskets(form("WB-1", compare_at_price="15.00", weight={"value": "500", "unit": "GRAMS"}, quantity=6), status="PRIVATE")
    (result,) = await do(shop, wish)

    assert ["POST /V1/products"] == changes(shop)
    found = await one(shop, Kind.PRODUCT, made(result))
    assert ("Willow Basket", "willow-basket", ProductStatus.PRIVATE) == (found.title, found.handle, found.status)
    (variant,) = await parts(shop, "variants", made(result))
    assert ("WB-1", 12.5, 15.0, 0.5) == (
        variant.sku, float(variant.price.amount), float(variant.compare_at_price.amount), float(variant.weight.value)
    )  # fmt: skip
    (level,) = await parts(shop, "inventory_levels", variant.key_id)
    assert 6 == level.on_hand


async def test_a_product_in_several_forms_comes_after_its_variants_with_all_of_them(shop: Served) -> None:
    (result,) = await do(shop, baskets(form("WB-M", "Moss"), form("WB-S", "Slate")))

    assert ["POST /V1/products"] * 3 == changes(shop)
    assert ["variant.create", "variant.create", "product.create"] == [what for what, _, _ in effects(shop)]
    assert [("WB-M", "Moss"), ("WB-S", "Slate")] == sorted(await colours(shop, made(result)))
    assert "willow-basket" == (await one(shop, Kind.PRODUCT, made(result))).extras.sku


async def test_platform_fields_go_along_as_they_are(shop: Served) -> None:
    more = {"sku": "WB-0", "custom_attributes": [{"attribute_code": "url_key", "value": "basket-of-willow"}]}
    (result,) = await do(shop, baskets(platform_fields=more))

    found = await one(shop, Kind.PRODUCT, made(result))
    assert ("WB-0", "basket-of-willow", "<p>Round.</p>") == (found.extras.sku, found.handle, found.description_html)


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (ProductCreate({"title": ""}, (form("WB-1"),)), "TITLE_MISSING"),
        (baskets(), "SKU_MISSING"),
        (baskets(VariantFields(sku="WB-1")), "PRICE_MISSING"),
        (baskets(VariantFields(price="1.00")), "SKU_MISSING"),
        (baskets(form("W" * 65)), "SKU_TOO_LONG"),
        (baskets(form("WB-1"), status="DRAFT"), "INVALID"),
        (baskets(form("WB-1", "Moss"), form("wb-1", "Slate")), "VARIANTS_ALIKE"),
        (baskets(form("WB-1", "Moss"), form("WB-2", "Moss")), "VARIANTS_ALIKE"),
        (baskets(form("WB-1", "Ultraviolet")), "VALUE_UNKNOWN"),
        (baskets(form("WB-1", options=[{"name": "Taste", "value": "Sweet"}])), "OPTION_UNKNOWN"),
        (baskets(form("WB-1", "Moss"), form("WB-2")), "OPTION_MISSING"),
        (baskets(form("WB-1", compare_at_price="1.00")), "INVALID"),
        (baskets(form("WB-1", weight={"value": "1", "unit": "STONES"})), "INVALID"),
    ],
)
async def test_a_product_that_can_not_be_is_refused_before_anything_is_made(shop: Served, wish: ProductCreate, code: str) -> None:
    (result,) = await do(shop, wish)

    assert (Category.VALIDATION, code) == failure(result)
    assert [] == changes(shop)


async def test_a_save_never_goes_over_a_product_that_is_there(shop: Served) -> None:
    """The platform would change the product that has the SKU, without a word."""
    results = await do(shop, baskets(form("ten-0001")), baskets(form("WB-1", "Moss"), form("BAC-0028-Moss", "Slate")))

    assert [(Category.CONFLICT, "SKU_TAKEN")] * 2 == [failure(each) for each in results]
    assert [] == effects(shop)


async def test_a_product_with_a_refused_variant_leaves_nothing_behind(shop: Served) -> None:
    shop.fail(match="POST /V1/products", status=400, body=REFUSAL)
    (result,) = await do(shop, baskets(form("WB-M", "Moss"), form("WB-S", "Slate")))

    assert Category.VALIDATION == failure(result)[0]
    assert "Invalid product data: Invalid attribute set entity type" in str(result)
    assert ["variant.create", "variant.delete"] == [what for what, _, _ in effects(shop)]


async def test_a_refused_product_takes_its_variants_with_it(shop: Served) -> None:
    (result,) = await do(shop, baskets(form("WB-M", "Moss"), form("WB-S", "Slate"), handle="product-1"))

    assert (Category.CONFLICT, "URL_KEY_TAKEN") == failure(result)
    assert sorted(["variant.create", "variant.delete"] * 2) == sorted(what for what, _, _ in effects(shop))


@pytest.mark.parametrize("after", [True, False])
async def test_a_product_that_was_half_made_is_finished(shop: Served, *, after: bool) -> None:
    wish, diary = job(baskets(form("WB-M", "Moss"), form("WB-S", "Slate"))), Diary()
    shop.fail(match="POST /V1/products", after=after, hang_up=True)
    (result,) = await perform(shop, wish, diary=diary)

    assert isinstance(result, PlatformError)
    assert result.uncertain
    assert [NotDone()] == await look(shop, again(wish, diary))
    (second,) = await perform(shop, again(wish, diary), diary=diary)
    assert 3 == len(effects(shop))
    assert 2 == len(await colours(shop, made(second)))
    assert made(second) == made((await look(shop, again(wish, diary)))[0])


async def test_a_product_that_was_there_before_is_not_taken_for_ours(shop: Served) -> None:
    assert [NotDone()] == await look(shop, again(job(baskets(form("TEN-0001"))), Diary()))


async def test_a_product_is_changed_for_all_store_views(shop: Served) -> None:
    wish = job(ProductUpdate(PLAIN, {"title": "Big Tent", "handle": "big-tent", "status": "PRIVATE", "description_html": None}))
    assert [NotDone()] == await look(shop, wish)
    (result,) = await perform(shop, wish)

    assert {"title": "Big Tent"} == done(result).after
    assert ["POST /V1/products"] == changes(shop)
    found = await one(shop, Kind.PRODUCT, PLAIN)
    assert ("Big Tent", "big-tent", ProductStatus.PRIVATE) == (found.title, found.handle, found.status)
    assert isinstance((await look(shop, wish))[0], Done)


async def test_products_fail_and_change_each_by_itself(shop: Served) -> None:
    results = await do(
        shop,
        ProductUpdate(PLAIN, {"handle": "product-27"}),
        ProductUpdate("999", {"title": "Nothing"}),
        ProductUpdate("27", {"title": "Lantern"}),
        ProductUpdate("34", {"status": "DELETED"}),
    )

    assert [(Category.CONFLICT, "URL_KEY_TAKEN"), (Category.VALIDATION, "NOT_FOUND")] == [failure(each) for each in results[:2]]
    assert "Lantern" == (await one(shop, Kind.PRODUCT, "27")).title
    assert Category.VALIDATION == failure(results[3])[0]
    assert 1 == len([what for what, _, _ in effects(shop) if what == "product.update"])
    assert done(results[2]).before == {"title": done(results[2]).before["title"]}  # type: ignore[index]


async def test_a_product_is_deleted_with_the_variants_that_only_make_it_up(shop: Served) -> None:
    shop.row("touch", "product", 30, visibility=4)
    (result,) = await do(shop, ProductDelete(ROOF))

    assert Done() == result
    assert ["DELETE /V1/products/{sku}"] * 5 == changes(shop)
    assert [None, None] == [await one(shop, Kind.PRODUCT, key) for key in (ROOF, "29")]
    assert "BAC-0028-Slate" == (await one(shop, Kind.PRODUCT, "30")).extras.sku


async def test_what_is_gone_after_a_lost_answer_was_deleted_by_it(shop: Served) -> None:
    for command in (ProductDelete(PLAIN), VariantDelete(FIRST)):
        wish = job(command)
        shop.fail(match="DELETE /V1/products", after=True, hang_up=True)
        await perform(shop, wish)

        assert [Done()] == await perform(shop, again(wish, Diary()))
        assert Category.VALIDATION == failure((await do(shop, command))[0])[0]
    assert 2 == len(effects(shop))


async def test_a_half_deleted_product_is_deleted_to_its_end(shop: Served) -> None:
    wish = job(ProductDelete(ROOF))
    shop.fail(match="DELETE /V1/products", after=True, hang_up=True)
    await perform(shop, wish)

    assert 1 == len(changes(shop))
    assert [Done()] == await perform(shop, again(wish, Diary()))
    assert 6 == len([what for what, _, _ in effects(shop) if what.endswith("delete")])


async def test_a_variant_is_made_and_put_below_its_product(shop: Served) -> None:
    (result,) = await do(shop, VariantCreate(ROOF, form("BAC-NEW", "Coal", quantity=3)))

    assert ["POST /V1/products", "POST /V1/configurable-products/{sku}/child"] == changes(shop)
    variant = await one(shop, Kind.VARIANT, made(result))
    assert (ROOF, "BAC-NEW", "Coal", 12.5) == (
        variant.product_key_id, variant.sku, variant.options[0].value, float(variant.price.amount)
    )  # fmt: skip
    assert ("BAC-NEW", "Coal") in await colours(shop, ROOF)


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (VariantCreate(PLAIN, form("NEW", "Coal")), (Category.VALIDATION, "NOT_CONFIGURABLE")),
        (VariantCreate(ROOF, form("NEW")), (Category.VALIDATION, "OPTION_MISSING")),
        (VariantCreate(ROOF, form("NEW", "Ultraviolet")), (Category.VALIDATION, "VALUE_UNKNOWN")),
        (VariantCreate(ROOF, form("TEN-0001", "Coal")), (Category.CONFLICT, "SKU_TAKEN")),
        (VariantCreate("999", form("NEW", "Coal")), (Category.VALIDATION, "NOT_FOUND")),
        (VariantUpdate(PLAIN, {"options": [{"name": "Color", "value": "Coal"}]}), (Category.VALIDATION, "OPTION_UNKNOWN")),
        (VariantUpdate(PLAIN, {"sku": None}), (Category.VALIDATION, "SKU_MISSING")),
        (VariantUpdate(PLAIN, {"sku": "LAN-0027"}), (Category.CONFLICT, "NOT_UNIQUE")),
        (VariantUpdate("45", {"price": "5.00"}), (Category.VALIDATION, "NO_PRICE")),
        (VariantUpdate("x", {"price": "5.00"}), (Category.VALIDATION, "NOT_FOUND")),
        (VariantDelete(PLAIN), (Category.VALIDATION, "ONLY_VARIANT")),
        (VariantDelete("28-999"), (Category.VALIDATION, "NOT_FOUND")),
        (VariantDelete("x-1"), (Category.VALIDATION, "NOT_FOUND")),
        (ProductDelete("x"), (Category.VALIDATION, "NOT_FOUND")),
    ],
)
async def test_a_variant_that_can_not_be_is_refused(shop: Served, wish: Any, expected: tuple[Category, str]) -> None:
    (result,) = await do(shop, wish)

    assert expected == failure(result)
    assert [] == effects(shop)


@pytest.mark.parametrize("match", ["POST /V1/products", "/child"])
async def test_a_variant_that_was_half_made_is_finished_from_its_note(shop: Served, match: str) -> None:
    wish, diary = job(VariantCreate(ROOF, form("BAC-NEW", "Coal"))), Diary()
    shop.fail(match=match, after=True, hang_up=True)
    await perform(shop, wish, diary=diary)
    looked = await look(shop, again(wish, diary))
    (result,) = await perform(shop, again(wish, diary), diary=diary)

    assert match == "/child" or looked == [NotDone()]
    assert 1 == len([what for what, _, _ in effects(shop) if what == "variant.create"])
    assert made(result) == made((await look(shop, again(wish, diary)))[0])
    assert 6 == len(await colours(shop, ROOF))


async def test_a_variant_that_can_not_be_put_below_is_deleted_again(shop: Served) -> None:
    refusal = '{"message":"The parent product doesn\'t have configurable product options."}'
    shop.fail(match="/child", status=400, body=refusal)
    (result,) = await do(shop, VariantCreate(ROOF, form("BAC-NEW", "Coal")))

    assert Category.VALIDATION == failure(result)[0]
    assert ["product.delete", "variant.create"] == sorted(what.replace("variant.delete", "product.delete") for what, _, _ in effects(shop))


async def test_a_variant_is_changed_by_one_save(shop: Served) -> None:
    wish = job(
        VariantUpdate(
            FIRST,
            {
                "price": "9.00",
                "compare_at_price": "11.00",
                "weight": {"value": "2", "unit": "POUNDS"},
                "options": [{"name": "color", "value": "Teal"}],
            },
        )
    )
    assert [NotDone()] == await look(shop, wish)
    (result,) = await perform(shop, wish)

    assert {"price": "9.00"} == done(result).after
    assert ["POST /V1/products"] == changes(shop)
    variant = await one(shop, Kind.VARIANT, FIRST)
    assert (9.0, 11.0, "Teal", 0.9072) == (
        float(variant.price.amount), float(variant.compare_at_price.amount), variant.options[0].value, float(variant.weight.value)
    )  # fmt: skip
    assert isinstance((await look(shop, wish))[0], Done)


async def test_a_variant_gets_another_sku_and_keeps_its_key(shop: Served) -> None:
    done((await do(shop, VariantUpdate(FIRST, {"sku": "BAC-MOSS", "price": "9.00"})))[0])

    assert ["PUT /V1/products/{sku}"] == changes(shop)
    assert ("BAC-MOSS", 9.0) == ((found := await one(shop, Kind.VARIANT, FIRST)).sku, float(found.price.amount))


async def test_how_stock_is_kept_goes_to_the_stock_record_without_a_number(shop: Served) -> None:
    done((await do(shop, VariantUpdate(FIRST, {"inventory_tracked": False, "sells_when_out_of_stock": True})))[0])

    assert ["PUT /V1/products/{productSku}/stockItems/{itemId}"] == changes(shop)


async def test_a_variant_goes_and_one_that_is_shown_by_itself_stays_a_product(shop: Served) -> None:
    shop.row("touch", "product", 30, visibility=4)
    assert [Done(), Done()] == await do(shop, VariantDelete(FIRST), VariantDelete(SECOND))

    assert [None, None] == [await one(shop, Kind.VARIANT, key) for key in (FIRST, SECOND)]
    assert [None, "BAC-0028-Slate"] == [
        (await product(shop, key))["sku"] if key == "30" else await one(shop, Kind.PRODUCT, key) for key in ("29", "30")
    ]


async def test_skus_that_no_path_takes_are_changed_all_the_same(serve: Serve) -> None:
    shop = await serve("curious")
    found, _ = await Shop(shop.session).every(PRODUCTS, "Test", Search(((Condition("sku", "like", "%/%"),),)))
    row = next(each.row for each in found if each.row["type_id"] == "simple")
    (result,) = await do(shop, ProductUpdate(str(row["id"]), {"title": "Slashed"}))

    assert {"title": "Slashed"} == done(result).after
