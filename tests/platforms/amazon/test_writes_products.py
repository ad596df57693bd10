"""Writes of a seller's catalogue, over real HTTP: listings that are made, changed and deleted, families whole or not at all."""

from collections.abc import Mapping
from typing import Any

import pytest
import pytest_asyncio

from adapters.kit.port import Filter, ListQuery, Ordering
from adapters.kit.writing import NotDone
from schema.commands import ProductCreate, ProductDelete, ProductFields, ProductUpdate, VariantCreate, VariantDelete, VariantFields
from schema.errors import Category
from schema.keys import Kind
from tests.platforms.amazon.conftest import Serve, Served
from tests.platforms.amazon.writing import (
    ACCEPTED_SECONDS,
    SLOW,
    Diary,
    advance,
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
    perform,
    settle_in,
)

FIRST, PARENT, CHILD = "50%+EXTRA", "LAN-0000", "LAN-0000-000-RE-XS"
ITEM = "/listings/2021-08-01/items/{sellerId}/{sku}"
LANTERN: ProductFields = {"title": "Tin Lantern", "vendor": "Cragline", "product_type": "LANTERN"}


@pytest_asyncio.fixture
async def seller(serve: Serve) -> Served:
    """Return a seller whose changes take a minute."""
    return settle_in(await serve(**SLOW))


def tin(sku: str = "TIN-1", **more: Any) -> VariantFields:
    fields: Any = {"sku": sku, "price": "24.50", "quantity": 5, **more}
    return fields  # type: ignore[no-any-return]


def family() -> ProductCreate:
    variants = tuple(tin(f"TIN-{color}", options=[{"name": "Color", "value": color}]) for color in ("Red", "Blue"))
    return ProductCreate(
        {**LANTERN, "options": [{"name": "Color", "values": ["Red", "Blue"]}], "platform_fields": {"sku": "TIN"}}, variants
    )


async def variants(seller: Served, product: str) -> list[Any]:
    (found,) = await seller.readers.parts["variants"]([product])
    assert isinstance(found, list)
    return found


async def absent(seller: Served, kind: Kind, key: str) -> bool:
    return await one(seller, kind, key) is None


async def test_a_product_is_made_and_read_back_when_it_shows(seller: Served) -> None:
    wish, diary = job(ProductCreate(LANTERN, (tin(barcode="4006381333931"),))), Diary()
    (result,) = await perform(seller, wish, diary=diary)
    calls = changes(seller)
    (early,) = await look(seller, again(wish, diary))
    advance(seller, ACCEPTED_SECONDS)
    (late,) = await look(seller, again(wish, diary))
    product, variant = await one(seller, Kind.PRODUCT, made(result)), await one(seller, Kind.VARIANT, "TIN-1")

    assert ("TIN-1", NotDone(), "TIN-1") == (made(result), early, made(late))
    assert ("Tin Lantern", "Cragline", "LANTERN") == (product.title, product.vendor, product.product_type)
    assert ("24.50", "4006381333931", 5) == (str(variant.price.amount), variant.barcode, variant.known_levels[0].available)
    assert [f"PUT {ITEM}"] == calls
    assert [("product.create", "TIN-1")] == [(what, sku) for what, sku, _ in effects(seller)]


async def test_what_has_no_canonical_place_goes_through_as_it_is(seller: Served) -> None:
    attributes = {"bullet_point": [{"value": "Burns for six hours"}], "brand": [{"value": "Own"}]}
    fields: ProductFields = {"title": "Lamp", "platform_fields": {"productType": "LANTERN", "attributes": attributes}}
    (result,) = await do(seller, ProductCreate(fields, (tin(),)))
    advance(seller, ACCEPTED_SECONDS)
    product = await one(seller, Kind.PRODUCT, made(result))

    assert ("LANTERN", "Own") == (product.product_type, product.vendor)
    assert "Burns for six hours" == product.raw["attributes"]["bullet_point"][0]["value"]


async def test_a_sku_that_is_there_is_not_replaced(seller: Served) -> None:
    (result,) = await do(seller, ProductCreate(LANTERN, (tin(FIRST),)))

    assert (Category.CONFLICT, "SKU_EXISTS") == failure(result)
    assert [] == changes(seller)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (ProductCreate({"title": "Lamp"}, (tin(),)), "PRODUCT_TYPE"),
        (ProductCreate(LANTERN), "SKU"),
        (ProductCreate(LANTERN, (tin("A"), tin("B"))), "PARENT_SKU"),
        (ProductCreate({**LANTERN, "platform_fields": {"colour": "red"}}, (tin(),)), "PLATFORM_FIELDS"),
        (ProductCreate({**LANTERN, "platform_fields": {"attributes": {"color": "red"}}}, (tin(),)), "PLATFORM_FIELDS"),
        (ProductCreate({"title": "Lamp", "product_type": "LANTERN"}, (tin(),)), "90220"),
        (ProductCreate({**LANTERN, "product_type": "UNICORN"}, (tin(),)), "InvalidInput"),
    ],
)
async def test_a_product_that_lacks_something_is_refused(seller: Served, command: ProductCreate, code: str) -> None:
    (result,) = await do(seller, command)
    advance(seller, ACCEPTED_SECONDS)

    assert (Category.VALIDATION, code) == failure(result)
    assert await absent(seller, Kind.PRODUCT, "TIN-1")


@pytest.mark.parametrize("fields", [{"title": "Weed Pesticide"}, {"vendor": "Hallowmere"}])
async def test_what_amazon_does_not_let_this_seller_sell_is_a_conflict(seller: Served, fields: ProductFields) -> None:
    (result,) = await do(seller, ProductCreate({**LANTERN, **fields}, (tin(),)))

    assert Category.CONFLICT is failure(result)[0]


async def test_a_family_is_made_parent_first_and_shows_its_options(seller: Served) -> None:
    wish, diary = job(family()), Diary()
    (result,) = await perform(seller, wish, diary=diary)
    advance(seller, ACCEPTED_SECONDS)
    (seen,) = await look(seller, again(wish, diary))

    assert ("TIN", "TIN") == (made(result), made(seen))
    assert ["TIN-Red", "TIN-Blue"] == [each.sku for each in await variants(seller, "TIN")]
    assert [("product.create", "TIN"), ("variant.create", "TIN-Red"), ("variant.create", "TIN-Blue")] == [
        (what, sku) for what, sku, _ in effects(seller)
    ]


async def test_a_family_with_one_bad_variant_is_not_begun(seller: Served) -> None:
    command = family()
    bad = tin("TIN-Blue", price="0", options=[{"name": "Color", "value": "Blue"}])
    (result,) = await do(seller, ProductCreate(command.product, (command.variants[0], bad)))
    advance(seller, ACCEPTED_SECONDS)

    assert (Category.VALIDATION, "4000001") == failure(result)
    assert [] == effects(seller)


class Breaking(Diary):
    """A journal after whose first entry the next request's answer is lost."""

    def __init__(self, seller: Served) -> None:
        super().__init__()
        self._seller = seller

    async def note(self, notes: Mapping[str, Mapping[str, Any]]) -> None:
        await super().note(notes)
        self._seller.fail(match=f"PUT {ITEM}", after=True, hang_up=True)


async def test_a_family_whose_answer_was_lost_half_way_is_made_whole_by_the_next_attempt(seller: Served) -> None:
    wish, diary = job(family()), Breaking(seller)
    (lost,) = await perform(seller, wish, diary=diary)
    advance(seller, ACCEPTED_SECONDS)
    (seen,) = await look(seller, again(wish, diary, uncertain=True))
    (result,) = await perform(seller, again(wish, diary, uncertain=True))
    advance(seller, ACCEPTED_SECONDS)

    assert Category.TRANSIENT is failure(lost)[0]
    assert NotDone() == seen
    assert "TIN" == made(result)
    assert ["TIN-Red", "TIN-Blue"] == [each.sku for each in await variants(seller, "TIN")]
    assert 1 == [(what, sku) for what, sku, _ in effects(seller)].count(("product.create", "TIN"))


async def test_a_product_is_changed_and_what_is_not_named_stays(seller: Served) -> None:
    before = await one(seller, Kind.PRODUCT, FIRST)
    wish = job(ProductUpdate(FIRST, {"title": "Brass Lantern", "platform_fields": {"attributes": {"color": [{"value": "Teal"}]}}}))
    (result,) = await perform(seller, wish)
    calls = changes(seller)
    (early,) = await look(seller, wish)
    advance(seller, ACCEPTED_SECONDS)
    (late,) = await look(seller, wish)
    after = await one(seller, Kind.PRODUCT, FIRST)

    assert (True, NotDone(), {"title": "Brass Lantern"}) == (done(result).look, early, done(late).after)
    assert ("Brass Lantern", before.vendor, before.product_type) == (after.title, after.vendor, after.product_type)
    assert [f"PATCH {ITEM}"] == calls


async def test_a_name_that_can_not_be_taken_away_stays(seller: Served) -> None:
    (result,) = await do(seller, ProductUpdate(FIRST, {"vendor": None}))

    assert (Category.VALIDATION, "90220") == failure(result)


async def test_a_variant_is_added_to_its_family_like_the_others(seller: Served) -> None:
    parent = await one(seller, Kind.PRODUCT, PARENT)
    options: Any = [{"name": option.name, "value": "Teal"} for option in parent.options]
    (result,) = await do(seller, VariantCreate(PARENT, tin("LAN-NEW", options=options)))
    advance(seller, ACCEPTED_SECONDS)
    variant = await one(seller, Kind.VARIANT, made(result))

    assert ("LAN-NEW", PARENT, "24.50") == (variant.sku, variant.product_key_id, str(variant.price.amount))
    assert {"Teal"} == {each.value for each in variant.options}
    assert "LAN-NEW" in [each.sku for each in await variants(seller, PARENT)]
    assert [("variant.create", "LAN-NEW")] == [(what, sku) for what, sku, _ in effects(seller)]


async def test_a_product_in_one_form_takes_no_variant(seller: Served) -> None:
    results = await do(seller, VariantCreate(FIRST, tin()), VariantCreate("no such sku", tin()))

    assert [(Category.CONFLICT, "NO_FAMILY"), (Category.VALIDATION, "NOT_FOUND")] == [failure(each) for each in results]


async def test_a_variant_is_deleted_in_every_marketplace(seller: Served) -> None:
    wish, diary = job(VariantDelete(CHILD)), Diary()
    (result,) = await perform(seller, wish, diary=diary)
    calls = changes(seller)
    (early,) = await look(seller, again(wish, diary))
    advance(seller, ACCEPTED_SECONDS)
    (late,) = await look(seller, again(wish, diary))

    assert (True, NotDone()) == (done(result).look, early)
    assert done(late)
    assert [f"DELETE {ITEM}"] * 2 == calls
    assert await absent(seller, Kind.VARIANT, CHILD)


async def test_a_product_is_deleted_with_its_variants(seller: Served) -> None:
    await do(seller, family())
    advance(seller, ACCEPTED_SECONDS)
    wish, diary = job(ProductDelete("TIN")), Diary()
    await perform(seller, wish, diary=diary)
    advance(seller, ACCEPTED_SECONDS)
    (seen,) = await look(seller, again(wish, diary))

    assert done(seen)
    assert [("variant.delete", "TIN-Blue"), ("variant.delete", "TIN-Red"), ("product.delete", "TIN")] == sorted(
        ((what, sku) for what, sku, _ in effects(seller) if what.endswith("delete")), key=lambda each: (each[0] == "product.delete", each)
    )


async def test_a_deletion_that_was_cut_short_goes_on_with_what_it_noted(seller: Served) -> None:
    await do(seller, family())
    advance(seller, ACCEPTED_SECONDS)
    wish, diary = job(ProductDelete("TIN")), Diary()
    seller.fail(match=f"DELETE {ITEM}", status=503)
    (cut,) = await perform(seller, wish, diary=diary)
    (result,) = await perform(seller, again(wish, diary, uncertain=True), diary=diary)
    advance(seller, ACCEPTED_SECONDS)
    (seen,) = await look(seller, again(wish, diary, uncertain=True))

    assert Category.TRANSIENT is failure(cut)[0]
    assert done(result).look
    assert done(seen)


async def test_what_is_not_there_can_not_be_deleted(seller: Served) -> None:
    results = [(await do(seller, wish))[0] for wish in (ProductDelete("no such sku"), VariantDelete(PARENT), ProductDelete(CHILD))]

    assert [(Category.VALIDATION, "NOT_FOUND")] * 3 == [failure(each) for each in results]
    assert [] == effects(seller)


async def test_deleted_skus_are_in_no_list_of_variants(seller: Served) -> None:
    await do(seller, VariantDelete(FIRST))
    advance(seller, ACCEPTED_SECONDS)
    read = seller.readers.kinds[Kind.VARIANT].page
    assert read is not None
    page = await read(ListQuery(Ordering("updated_at", descending=True), 10, filter=Filter(skus=(FIRST,))))

    assert [] == list(page.rows)
