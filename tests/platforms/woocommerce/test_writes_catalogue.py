"""Writes to WooCommerce's catalogue and customers: products and variants made step by step, nothing twice, nothing by halves."""

from typing import Any

import pytest

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, NotDone
from schema.commands import (
    CustomerCreate,
    CustomerUpdate,
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
from tests.platforms.woocommerce.conftest import Serve, Served
from tests.platforms.woocommerce.test_writes import (
    COUNTED,
    FIRST,
    ROOF,
    Diary,
    available,
    changes,
    do,
    done,
    effects,
    failure,
    job,
    listed,
    look,
    made,
    one,
    perform,
    prices,
    put,
)

CUP: ProductFields = {
    "title": "Cup & Saucer",
    "handle": "cup-and-saucer",
    "status": "ACTIVE",
    "description_html": "<p>For two.</p>",
    "vendor": "Harbor & Sons",
    "product_type": "Tableware",
    "tags": ["New", "Fragile"],
}
OPTIONS = {"Size": ["S", "L"], "Colour": ["Red"]}


def form(size: str, **fields: Any) -> VariantFields:
    options = [{"name": "Size", "value": size}, {"name": "Colour", "value": "Red"}]
    return {"options": options, "sku": f"CUP-{size}", "price": "12.50", "quantity": 4, **fields}  # type: ignore[typeddict-item]


async def variants(shop: Served, product: str) -> list[Any]:
    (found,) = await shop.readers.parts["variants"]([product])
    assert isinstance(found, list)
    return found


async def names(shop: Served) -> list[str]:
    return [product.title for product in await listed(shop, Kind.PRODUCT)]


async def test_a_product_in_one_form_is_made_by_one_call_and_read_back(shop: Served) -> None:
    only: VariantFields = {"sku": "CUP-1", "barcode": "4006381333931", "price": "12.50", "compare_at_price": "15.00", "quantity": 4}
    (result,) = await do(
        shop, ProductCreate(CUP, ({**only, "weight": {"value": "500", "unit": "GRAMS"}, "sells_when_out_of_stock": True},))
    )
    key = made(result)
    product, variant = await one(shop, Kind.PRODUCT, key), await one(shop, Kind.VARIANT, key)

    assert ("Cup & Saucer", "cup-and-saucer", ProductStatus.ACTIVE) == (product.title, product.handle, product.status)
    assert ("<p>For two.</p>", "Harbor & Sons", "Tableware") == (product.description_html, product.vendor, product.product_type)
    assert ["Fragile", "New"] == sorted(product.tags)
    assert ("CUP-1", "4006381333931", True) == (variant.sku, variant.barcode, variant.sells_when_out_of_stock)
    assert ("12.50", "15.00") == await prices(shop, key)
    assert 4 == await available(shop, key)
    assert [("product.create", key)] == [each[:2] for each in effects(shop)]


async def test_a_product_in_several_forms_is_made_with_all_of_them(shop: Served) -> None:
    options = [{"name": name, "values": values} for name, values in OPTIONS.items()]
    command = ProductCreate({**CUP, "options": options}, (form("S"), form("L"), form("XL")))  # type: ignore[typeddict-item]
    (result,) = await do(shop, command)
    key = made(result)
    product = await one(shop, Kind.PRODUCT, key)

    assert {"Size": ["S", "L", "XL"], "Colour": ["Red"]} == {each.name: each.values for each in product.options}
    assert ["CUP-S", "CUP-L", "CUP-XL"] == [each.sku for each in sorted(await variants(shop, key), key=lambda each: each.sequence)]
    assert 1 == len([call for call in changes(shop) if "variations" in call])
    assert ["product.create", *["variant.create"] * 3] == [each[0] for each in effects(shop)]


async def test_many_products_are_made_by_one_call(shop: Served) -> None:
    results = await do(shop, *(ProductCreate({"title": f"Plain {turn}"}, ({"price": "1.00"},)) for turn in range(20)))

    assert 20 == len({made(each) for each in results})
    assert ["POST products/batch"] == changes(shop)


async def test_a_tag_is_made_once_however_many_name_it(shop: Served) -> None:
    await do(shop, *(ProductCreate({"title": f"Tagged {turn}", "tags": ["Brand new"]}) for turn in range(3)))
    first = [call for call in changes(shop) if "tags" in call]
    await do(shop, ProductCreate({"title": "Tagged again", "tags": ["brand NEW"]}))

    assert (["POST products/tags"], []) == (first, [call for call in changes(shop) if "tags" in call])


async def test_a_sku_that_is_taken_is_a_conflict_that_names_its_owner(shop: Served) -> None:
    (result, good) = await do(shop, ProductCreate(CUP, ({"sku": "SCA-0120"},)), ProductCreate({"title": "Other"}))

    assert (Category.CONFLICT, "product_invalid_sku") == failure(result)
    assert COUNTED in str(result)
    assert done(good)


async def test_a_product_with_a_form_that_is_refused_is_not_made_at_all(shop: Served) -> None:
    (result,) = await do(shop, ProductCreate(CUP, (form("S"), form("L", sku="SCA-0120"))))

    assert (Category.CONFLICT, "product_invalid_sku") == failure(result)
    assert "Cup & Saucer" not in await names(shop)


async def test_a_product_whose_answer_is_lost_is_found_again_by_its_mark(shop: Served) -> None:
    work = job(ProductCreate(CUP, (form("S"), form("L"))))
    shop.fail(match="POST products", after=True, hang_up=True)
    await perform(shop, work)
    again = Job(work.id, work.command, uncertain=True)
    before = await look(shop, again)
    (result,) = await perform(shop, again)
    after = await look(shop, again)

    assert isinstance(before[0], NotDone)  # its forms are missing
    assert isinstance(after[0], Done)
    assert ["CUP-L", "CUP-S"] == sorted(each.sku for each in await variants(shop, made(result)))
    assert ["product.create", *["variant.create"] * 2] == [each[0] for each in effects(shop)]


async def test_forms_whose_answer_is_lost_are_not_made_twice(shop: Served) -> None:
    work, diary = job(ProductCreate(CUP, (form("S"), form("L")))), Diary()
    shop.fail(match="variations/batch", after=True, hang_up=True)
    (lost,) = await perform(shop, work, diary=diary)
    again = Job(work.id, work.command, uncertain=True, notes=diary.notes[work.id])
    (result,) = await perform(shop, again)

    assert isinstance(lost, PlatformError)
    assert lost.uncertain
    assert done(result).entity == (Kind.PRODUCT, diary.notes[work.id]["product"])
    assert ["product.create", *["variant.create"] * 2] == [each[0] for each in effects(shop)]


async def test_a_product_that_was_not_made_is_told_so(shop: Served) -> None:
    assert isinstance((await look(shop, job(ProductCreate(CUP))))[0], NotDone)


@pytest.mark.parametrize("fields", [{"status": "ARCHIVED"}, {"status": "DELETED"}])
async def test_a_status_the_platform_lacks_is_refused_and_not_sent(shop: Served, fields: Any) -> None:
    results = await do(shop, ProductUpdate(COUNTED, fields), ProductUpdate("999", {"title": "Nobody"}), ProductUpdate("x", {"title": ""}))

    assert {Category.VALIDATION} == {failure(each)[0] for each in results}
    assert [] == effects(shop)


async def test_alike_variants_are_refused(shop: Served) -> None:
    (result,) = await do(shop, ProductCreate(CUP, (form("S"), form("S"))))

    assert (Category.VALIDATION, "VARIANTS_ALIKE") == failure(result)


async def test_a_change_leaves_alone_what_it_does_not_name(shop: Served) -> None:
    before = await one(shop, Kind.PRODUCT, COUNTED)
    done((await do(shop, ProductUpdate(COUNTED, {"title": "Scale", "tags": [], "platform_fields": {"featured": True}})))[0])
    after = await one(shop, Kind.PRODUCT, COUNTED)

    assert ("Scale", [], before.handle, before.status) == (after.title, after.tags, after.handle, after.status)
    assert after.raw["featured"] is True


async def test_a_change_with_a_lost_answer_is_seen(shop: Served) -> None:
    work = job(ProductUpdate(COUNTED, {"title": "Scale", "tags": ["Fresh"], "status": "DRAFT", "vendor": None}))
    other = job(ProductUpdate(COUNTED, {"tags": ["Never heard of"]}))
    shop.fail(match="PUT", after=True, hang_up=True)
    await perform(shop, work)
    shop.calls()
    seen = await look(shop, work, other)

    assert [Done, NotDone] == [type(each) for each in seen]
    assert [] == changes(shop)


async def test_a_product_gets_options_and_then_variants(shop: Served) -> None:
    refused = await do(shop, VariantCreate(COUNTED, form("S")))
    done((await do(shop, ProductUpdate(COUNTED, {"options": [{"name": n, "values": v} for n, v in OPTIONS.items()]})))[0])
    (result,) = await do(shop, VariantCreate(COUNTED, form("XXL")))
    product, variant = await one(shop, Kind.PRODUCT, COUNTED), await one(shop, Kind.VARIANT, made(result))

    assert (Category.VALIDATION, "NO_OPTION") == failure(refused[0])
    assert ["S", "L", "XXL"] == next(each.values for each in product.options if each.name == "Size")
    assert {"Size": "XXL", "Colour": "Red"} == {each.name: each.value for each in variant.options}


async def test_a_variant_is_made_once_although_its_answer_is_lost(shop: Served) -> None:
    options = [{"name": "Color", "value": "Gold"}, {"name": "Size", "value": "Kids"}]
    work = job(VariantCreate(ROOF, {"options": options, "sku": "MUG-GOLD", "price": "30.00"}))  # type: ignore[typeddict-item]
    shop.fail(match="POST products/{id}/variations", after=True, hang_up=True)
    (lost,) = await perform(shop, work)
    again = Job(work.id, work.command, uncertain=True)
    (seen,), (result,) = await look(shop, again), await perform(shop, again)

    assert isinstance(lost, PlatformError)
    assert lost.uncertain
    assert isinstance(seen, Done)
    assert seen.entity == done(result).entity
    assert "Gold" in (await one(shop, Kind.PRODUCT, ROOF)).options[0].values
    assert ["variant.create"] == [each[0] for each in effects(shop) if each[0].startswith("variant")]


async def test_a_variant_with_a_choice_its_product_lacks_is_refused(shop: Served) -> None:
    (result,) = await do(shop, VariantCreate(ROOF, {"options": [{"name": "Handle", "value": "Left"}]}))

    assert (Category.VALIDATION, "NO_OPTION") == failure(result)


async def test_a_variant_is_changed_and_the_look_sees_it(shop: Served) -> None:
    weight = {"value": "1.5", "unit": "POUNDS"}
    flags = {"requires_shipping": False, "inventory_tracked": True, "sells_when_out_of_stock": True}
    fields: Any = {"sku": "MUG-X", "price": "30.00", "compare_at_price": "35.00", "weight": weight, **flags}
    plain: Any = {**fields, "sku": "SCA-X"}
    works = [job(VariantUpdate(FIRST, fields)), job(VariantUpdate(COUNTED, plain))]
    before = await look(shop, *works)
    results = await perform(shop, *works)
    seen = await look(shop, *works)
    variant = await one(shop, Kind.VARIANT, FIRST)

    assert [NotDone] * 2 == [type(each) for each in before]
    assert [Done] * 4 == [type(each) for each in (*results, *seen)]
    assert ("MUG-X", False, True, True) == (variant.sku, *(getattr(variant, name) for name in flags))
    assert ("30.00", "35.00") == await prices(shop, FIRST)


async def test_a_variant_chooses_anew_and_keeps_its_other_choices(shop: Served) -> None:
    done((await do(shop, VariantUpdate(FIRST, {"options": [{"name": "Color", "value": "Gold"}]})))[0])
    variant = await one(shop, Kind.VARIANT, FIRST)

    assert {"Color": "Gold", "Size": "Tall"} == {each.name: each.value for each in variant.options}
    assert (Category.VALIDATION, "NO_OPTION") == failure(
        (await do(shop, VariantUpdate(COUNTED, {"options": [{"name": "Color", "value": "Gold"}]})))[0]
    )


async def test_variants_of_one_product_are_deleted_together(shop: Served) -> None:
    results = await do(shop, *(VariantDelete(key) for key in (f"{ROOF}-90", f"{ROOF}-91", COUNTED, f"{ROOF}-999")))

    assert [Done, Done] == [type(each) for each in results[:2]]
    assert [(Category.VALIDATION, "ONLY_VARIANT"), Category.VALIDATION] == [failure(results[2]), failure(results[3])[0]]
    assert 1 == len(changes(shop))
    assert None is await one(shop, Kind.VARIANT, f"{ROOF}-90")


async def test_products_are_deleted_with_their_variants_and_once(shop: Served) -> None:
    shop.fail(match="DELETE", after=True, hang_up=True)
    work = job(ProductDelete(ROOF))
    (lost,) = await perform(shop, work)
    (again,) = await perform(shop, Job(work.id, work.command, uncertain=True))
    (never,) = await do(shop, ProductDelete("999"))

    assert isinstance(lost, PlatformError)
    assert lost.uncertain
    assert isinstance(again, Done)  # what is gone after an attempt in doubt was deleted by it
    assert Category.VALIDATION == failure(never)[0]
    assert [None, None] == [await one(shop, Kind.PRODUCT, ROOF), await one(shop, Kind.VARIANT, FIRST)]


PERSON: Any = {
    "email": "nora.example@example.com",
    "phone": "+1 555 0100",
    "first_name": "Nora",
    "last_name": "Example",
    "address": {"address1": "1 Quay St", "city": "Springfield", "province_code": "IL", "postal_code": "62701", "country_code": "US"},
}


async def test_a_customer_is_made_found_again_and_read_back(shop: Served) -> None:
    work = job(CustomerCreate(PERSON))
    shop.fail(match="POST customers", after=True, hang_up=True)
    await perform(shop, work)
    (seen,) = await look(shop, work)
    customer = await one(shop, Kind.CUSTOMER, made(seen))

    assert ("nora.example@example.com", "+1 555 0100", "Nora") == (customer.email, customer.phone, customer.first_name)
    assert ("1 Quay St", "IL", "US") == (customer.address.address1, customer.address.province_code, customer.address.country_code)
    assert isinstance((await look(shop, job(CustomerCreate(PERSON))))[0], NotDone)  # another write's customer is not its own


async def test_an_address_that_is_taken_costs_only_its_own(shop: Served) -> None:
    taken = (await one(shop, Kind.CUSTOMER, "3")).email
    results = await do(shop, CustomerCreate({"email": taken}), CustomerCreate(PERSON), CustomerCreate({"email": None}))

    assert (Category.CONFLICT, "registration-error-email-exists") == failure(results[0])
    assert made(results[1])
    assert Category.VALIDATION == failure(results[2])[0]
    assert taken not in str(results[0])
    assert 1 == len(changes(shop))


async def test_a_customer_is_changed_part_by_part(shop: Served) -> None:
    before = await one(shop, Kind.CUSTOMER, "3")
    works = [job(CustomerUpdate("3", {"last_name": "Lark", "phone": "+1 555 0101", "address": {"city": "Shelbyville"}}))]
    results = await perform(shop, *works)
    after = await one(shop, Kind.CUSTOMER, "3")

    assert ("Lark", "+1 555 0101", "Shelbyville") == (after.last_name, after.phone, after.address.city)
    assert (before.email, before.address.postal_code) == (after.email, after.address.postal_code)
    assert [Done, Done] == [type(each) for each in (*results, *await look(shop, *works))]
    assert Category.VALIDATION == failure((await do(shop, CustomerUpdate("3", {"email": None})))[0])[0]


async def test_nothing_personal_is_told_of_a_customer(shop: Served) -> None:
    (result,) = await do(shop, CustomerUpdate("3", {"first_name": "Nora"}))

    assert (None, {}) == (done(result).before, done(result).after)


async def test_a_shop_without_brands_says_so_and_only_to_who_asks(serve: Serve) -> None:
    shop = await serve(version="9.0.0")
    shop.fail(match="GET products/brands", status=404, body='{"code":"rest_no_route","message":"","data":{"status":404}}')
    named, plain = await do(shop, ProductCreate(CUP), ProductCreate({"title": "Plain"}))

    assert (Category.VALIDATION, "UNSUPPORTED") == failure(named)
    assert done(plain)


async def test_the_shops_unit_of_weight_is_kept(shop: Served) -> None:
    await put(shop, f"products/{COUNTED}", weight="2")
    done((await do(shop, VariantUpdate(COUNTED, {"weight": None})))[0])

    assert (await one(shop, Kind.VARIANT, COUNTED)).weight is None


async def test_fields_of_the_callers_own_are_checked_by_the_platform(shop: Served) -> None:
    wrong: Any = {"platform_fields": {"regular_price": 10}}
    updates = await do(shop, ProductUpdate(COUNTED, wrong), ProductUpdate("121", {"title": "Fine"}))
    made_up: Any = {"title": "Wrong", **wrong}
    creates = await do(shop, ProductCreate(made_up), ProductCreate({"title": "Fine as well"}))

    assert [(Category.VALIDATION, "rest_invalid_param")] * 2 == [failure(updates[0]), failure(creates[0])]
    assert [Done, Done] == [type(updates[1]), type(creates[1])]


async def test_a_product_that_was_withdrawn_is_made_anew_when_it_is_retried(shop: Served) -> None:
    work, diary = job(ProductCreate(CUP, (form("S"), form("L", sku="SCA-0120")))), Diary()
    await perform(shop, work, diary=diary)
    mended = Job(work.id, ProductCreate(CUP, (form("S"), form("L"))), notes=diary.notes[work.id], revision=1)
    (result,) = await perform(shop, mended)

    assert ["CUP-L", "CUP-S"] == sorted(each.sku for each in await variants(shop, made(result)))
