"""Variants priced, changed, made and deleted: those of one product together, and each told its own fate."""

from decimal import Decimal
from typing import Any

from adapters.kit.writing import Done, NotDone, Unclear
from schema.commands import PriceSet, ProductCreate, VariantCreate, VariantDelete, VariantUpdate, WriteOperation
from schema.keys import Kind
from tests.platforms.shopify.conftest import Serve, Shop, codes, rows

PRICE, UPDATE = WriteOperation.PRICE_SET, WriteOperation.VARIANT_UPDATE
CREATE, DELETE = WriteOperation.VARIANT_CREATE, WriteOperation.VARIANT_DELETE
NOBODY = "gid://shopify/ProductVariant/9999999999"


async def variants(shop: Shop, count: int = 1) -> list[Any]:
    """Return variants of products with several, those of one product beside each other."""
    return (await rows(shop, Kind.VARIANT, by="sequence"))[:count]


async def prices(shop: Shop, *ids: str) -> list[tuple[Decimal, Decimal | None]]:
    found = await shop.read(Kind.VARIANT, *ids)
    return [(each.price.amount, each.compare_at_price and each.compare_at_price.amount) for each in found]


def sized(value: str, **fields: Any) -> Any:
    return {"price": "9.00", **fields, "options": [{"name": "Size", "value": value}]}


async def a_product(shop: Shop, *sizes: str) -> str:
    """Make a product with these sizes."""
    command = ProductCreate({"title": "Sized"}, tuple(sized(each, sku=f"S-{each}") for each in sizes))
    [result] = await shop.do(WriteOperation.PRODUCT_CREATE, command)
    assert isinstance(result, Done)
    assert result.entity is not None
    return result.entity[1]


async def test_variants_of_many_products_are_priced_in_one_document(shop: Shop) -> None:
    found = await variants(shop, 120)
    products = {each.product_key_id for each in found}
    shop.calls()
    results = await shop.do(PRICE, *(PriceSet(each.key_id, f"{at}.50", "USD") for at, each in enumerate(found)))

    assert len(products) > 2
    assert ["PlacesOfVariants", "UpdateVariants"] == shop.calls()
    assert {"price": "0.50"} == results[0].after
    assert [Decimal(f"{at}.50") for at in range(120)] == [price for price, _ in await prices(shop, *(each.key_id for each in found))]


async def test_a_struck_out_price_is_set_left_alone_and_cleared(shop: Shop) -> None:
    [variant] = await variants(shop)
    seen = []
    for compare in ("20.00", None, ""):
        await shop.do(PRICE, PriceSet(variant.key_id, "15.00", "USD", compare))
        seen += await prices(shop, variant.key_id)

    assert [(Decimal(15), Decimal(20)), (Decimal(15), Decimal(20)), (Decimal(15), None)] == seen


async def test_a_price_that_is_refused_or_has_no_variant_spoils_no_other(shop: Shop) -> None:
    found = await variants(shop, 3)
    asked = {found[0].key_id: "1.00", found[1].key_id: "-1.00", NOBODY: "1.00", found[2].key_id: "1.00"}
    results = await shop.do(PRICE, *(PriceSet(key, price, "USD") for key, price in asked.items()))

    assert [("VALIDATION", "GREATER_THAN_OR_EQUAL_TO"), ("VALIDATION", "NOT_FOUND")] == codes(results)[1:3]
    assert [found[0].key_id, found[2].key_id] == [each.entity for each in shop.effects("price.set")]


async def test_a_price_whose_answer_is_lost_is_uncertain(shop: Shop) -> None:
    [variant] = await variants(shop)
    shop.fail("UpdateVariants", after=True, hang_up=True)
    [result] = await shop.do(PRICE, PriceSet(variant.key_id, "3.00", "USD"))

    assert result.uncertain
    assert [(Decimal(3), variant.compare_at_price and variant.compare_at_price.amount)] == await prices(shop, variant.key_id)


async def test_a_variant_is_changed_in_all_its_fields(shop: Shop) -> None:
    [variant] = await variants(shop)
    changes: Any = {
        "sku": "NEW", "barcode": "4006381333931", "price": "7.25", "weight": {"value": "1.5", "unit": "KILOGRAMS"},
        "requires_shipping": False, "inventory_tracked": True, "sells_when_out_of_stock": True,
    }  # fmt: skip
    [result] = await shop.do(UPDATE, VariantUpdate(variant.key_id, changes))
    [now] = await shop.read(Kind.VARIANT, variant.key_id)

    assert Done(after=changes) == result
    assert ("NEW", "4006381333931", Decimal("7.25")) == (now.sku, now.barcode, now.price.amount)
    assert (Decimal("1.5"), "KILOGRAMS") == (now.weight.value, now.weight.unit)
    assert (False, True, True) == (now.requires_shipping, now.inventory_tracked, now.sells_when_out_of_stock)


async def test_a_variant_loses_what_is_cleared_and_keeps_the_rest(shop: Shop) -> None:
    [variant] = await variants(shop)
    await shop.do(UPDATE, VariantUpdate(variant.key_id, {"barcode": "4006381333931"}))
    await shop.do(UPDATE, VariantUpdate(variant.key_id, {"barcode": None}))
    [now] = await shop.read(Kind.VARIANT, variant.key_id)

    assert (None, variant.sku) == (now.barcode, now.sku)


async def test_a_flaw_is_told_before_anything_is_sent(shop: Shop) -> None:
    found = await variants(shop, 2)
    results = await shop.do(
        UPDATE,
        VariantUpdate(found[0].key_id, {"weight": {"value": "heavy", "unit": "GRAMS"}}),
        VariantUpdate(found[1].key_id, {"sku": "FINE"}),
    )

    assert ("VALIDATION", "WEIGHT") == codes(results)[0]
    assert Done(after={"sku": "FINE"}) == results[1]


async def test_variants_are_made_and_can_be_read_at_once(shop: Shop) -> None:
    product = await a_product(shop, "S")
    shop.calls()
    results = await shop.do(CREATE, VariantCreate(product, sized("M", sku="S-M")), VariantCreate(product, sized("L", quantity=6)))
    made = await shop.read(Kind.VARIANT, *(each.entity[1] for each in results))

    assert ["PrimaryLocation", "CreateVariants", "VariantsByIds"] == shop.calls()
    assert ["S-M", None] == [each.sku for each in made]
    assert ["S", "M", "L"] == [each.options[0].value for each in await shop.parts("variants", product)]
    assert [6] == [each.available for each in await shop.parts("inventory_levels", made[1].key_id) if each.available]


async def test_a_variant_that_exists_is_a_conflict_and_the_others_are_made(shop: Shop) -> None:
    product = await a_product(shop, "S")
    results = await shop.do(CREATE, *(VariantCreate(product, sized(each)) for each in ("M", "S", "L")))

    assert "CONFLICT" == codes(results)[1][0]
    assert ["S", "M", "L"] == [each.options[0].value for each in await shop.parts("variants", product)]


async def test_a_variant_whose_answer_is_lost_is_found_by_its_options(shop: Shop) -> None:
    product = await a_product(shop, "S")
    job = shop.job(VariantCreate(product, sized("M")))
    other, bare = shop.job(VariantCreate(product, sized("XL"))), shop.job(VariantCreate(product, {"price": "1.00"}))
    shop.fail("CreateVariants", after=True, hang_up=True)
    [lost] = await shop.do(CREATE, job)
    seen = await shop.look(CREATE, shop.again(job), other, bare)
    made = (await shop.parts("variants", product))[1]

    assert lost.uncertain
    assert [Done(entity=(Kind.VARIANT, made.key_id)), NotDone()] == seen[:2]
    assert isinstance(seen[2], Unclear)


async def test_a_variant_with_the_same_options_and_another_sku_is_not_the_one(shop: Shop) -> None:
    product = await a_product(shop, "S")
    [seen] = await shop.look(CREATE, shop.job(VariantCreate(product, sized("S", sku="OTHER"))))

    assert NotDone() == seen


async def test_variants_are_deleted_together(shop: Shop) -> None:
    product = await a_product(shop, "S", "M", "L")
    found = [each.key_id for each in await shop.parts("variants", product)]
    shop.calls()
    results = await shop.do(DELETE, VariantDelete(found[0]), VariantDelete(NOBODY), VariantDelete(found[2]))

    assert ["PlacesOfVariants", "DeleteVariants"] == shop.calls()
    assert [("", str(Done())), ("VALIDATION", "NOT_FOUND"), ("", str(Done()))] == codes(results)
    assert [None, None] == await shop.read(Kind.VARIANT, found[0], found[2])


async def test_the_last_variant_of_a_product_stays(shop: Shop) -> None:
    product = await a_product(shop, "S", "M")
    found = [each.key_id for each in await shop.parts("variants", product)]
    results = await shop.do(DELETE, *(VariantDelete(key) for key in found))

    assert [("", str(Done())), ("CONFLICT", "CANNOT_DELETE_LAST_VARIANT")] == codes(results)
    assert 1 == len(await shop.parts("variants", product))


async def test_variants_of_a_large_store_take_as_many_documents_as_the_platform_can_work_off(serve: Serve) -> None:
    shop = await serve("small", {"products": 60, "variants_per_product": 1})
    found = await rows(shop, Kind.VARIANT, by="sequence")
    singles = list({each.product_key_id: each for each in found}.values())[:50]
    shop.calls()
    results = await shop.do(PRICE, *(PriceSet(each.key_id, "2.00", "USD") for each in singles))

    assert all(isinstance(each, Done) for each in results)
    assert ["PlacesOfVariants", *["UpdateVariants"] * 3] == shop.calls()


async def test_what_comes_behind_a_document_that_failed_is_not_sent(serve: Serve) -> None:
    shop = await serve("small", {"products": 60, "variants_per_product": 1})
    found = await rows(shop, Kind.VARIANT, by="sequence")
    singles = list({each.product_key_id: each for each in found}.values())[:50]
    shop.fail("UpdateVariants", status=503)
    results = await shop.do(PRICE, *(PriceSet(each.key_id, "2.00", "USD") for each in singles))

    assert [True] * 20 + [False] * 30 == [each.uncertain for each in results]
    assert [] == shop.effects("price.set")
