"""Products made, changed and deleted: whole or not at all, and one that may have been made is found by its mark."""

from decimal import Decimal
from typing import Any

import pytest

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, NotDone
from schema.commands import ProductCreate, ProductDelete, ProductUpdate, WriteOperation
from schema.errors import Category
from schema.keys import Kind
from schema.products import ProductStatus
from tests.platforms.shopify.conftest import Shop, codes, rows

CREATE, UPDATE, DELETE = WriteOperation.PRODUCT_CREATE, WriteOperation.PRODUCT_UPDATE, WriteOperation.PRODUCT_DELETE


def cup(**fields: Any) -> Any:
    return {"title": "Cup", "status": "DRAFT", **fields}


def sized(value: str, **fields: Any) -> Any:
    return {"price": "9.00", "options": [{"name": "Size", "value": value}], **fields}


async def titles(shop: Shop) -> list[str]:
    return [each.title for each in await rows(shop, Kind.PRODUCT)]


async def test_a_product_is_made_whole_in_one_call(shop: Shop) -> None:
    fields = cup(vendor="Potter", product_type="Tableware", tags=["b", "a"], description_html="<p>Round</p>", handle="a-cup")
    shop.calls()
    variants = (sized("S", sku="C-S", quantity=4), sized("M", compare_at_price="12.00"))
    [result] = await shop.do(CREATE, ProductCreate(fields, variants))
    [product] = await shop.read(Kind.PRODUCT, result.entity[1])
    made = await shop.parts("variants", product.key_id)

    assert ["PrimaryLocation", "CreateProduct"] == shop.calls()[:2]
    assert ("Cup", "a-cup", "Potter", "Tableware", ProductStatus.DRAFT) == (
        product.title, product.handle, product.vendor, product.product_type, product.status,
    )  # fmt: skip
    assert {"a", "b"} == set(product.tags)
    assert [("Size", ["S", "M"])] == [(each.name, each.values) for each in product.options]
    assert [("C-S", Decimal(9), None), (None, Decimal(9), Decimal(12))] == [
        (each.sku, each.price.amount, each.compare_at_price and each.compare_at_price.amount) for each in made
    ]
    assert [4] == [each.available for each in await shop.parts("inventory_levels", made[0].key_id) if each.available]


async def test_a_product_without_variants_has_the_one_its_platform_makes(shop: Shop) -> None:
    [result] = await shop.do(CREATE, ProductCreate(cup()))

    assert [["Default Title"]] == [[option.value for option in each.options] for each in await shop.parts("variants", result.entity[1])]


async def test_a_product_of_one_form_has_its_price(shop: Shop) -> None:
    [result] = await shop.do(CREATE, ProductCreate(cup(), ({"price": "5.00", "sku": "CUP"},)))

    assert [("CUP", Decimal(5))] == [(each.sku, each.price.amount) for each in await shop.parts("variants", result.entity[1])]


async def test_ten_products_are_made_in_one_document_and_a_taken_handle_spoils_no_other(shop: Shop) -> None:
    await shop.do(CREATE, ProductCreate(cup(handle="taken")))
    shop.calls()
    results = await shop.do(CREATE, *(ProductCreate(cup(handle="taken" if at == 3 else f"free-{at}")) for at in range(10)))

    assert ["CreateProduct"] == shop.calls()
    assert ("CONFLICT", "HANDLE_NOT_UNIQUE") == codes(results)[3]
    assert 9 == sum(isinstance(each, Done) for each in results)


async def test_a_value_no_product_can_have_spoils_no_other(shop: Shop) -> None:
    results = await shop.do(CREATE, ProductCreate(cup(title="Fine")), ProductCreate(cup(status="GLAZED")), ProductCreate(cup(title="Good")))

    assert ["", "VALIDATION", ""] == [category for category, _ in codes(results)]
    assert ["Good", "Fine"] == (await titles(shop))[:2]


async def test_a_product_whose_answer_is_lost_is_found_by_its_mark(shop: Shop) -> None:
    """Two of the same title are made at once: each job finds its own."""
    jobs = [shop.job(ProductCreate(cup())) for _ in range(2)]
    shop.fail("CreateProduct", after=True, hang_up=True)
    lost = await shop.do(CREATE, *jobs)
    seen = await shop.look(CREATE, *(shop.again(job) for job in jobs))
    made = [effect.entity for effect in shop.effects("product.create")]

    assert [True, True] == [each.uncertain for each in lost]
    assert [Done(entity=(Kind.PRODUCT, key)) for key in made] == seen
    assert 2 == len(set(made))


async def test_a_product_that_is_not_there_is_not_believed_to_be_missing_before_the_list_can_show_it(shop: Shop) -> None:
    job = shop.job(ProductCreate(cup()))
    shop.fail("CreateProduct", hang_up=True)
    await shop.do(CREATE, job)
    [early] = await shop.look(CREATE, shop.again(job))
    shop.clock.ahead += 90
    [late] = await shop.look(CREATE, shop.again(job))

    assert isinstance(early, PlatformError)
    assert Category.TRANSIENT is early.category
    assert NotDone() == late


async def test_what_was_never_sent_was_not_made(shop: Shop) -> None:
    shop.calls()

    assert [NotDone()] == await shop.look(CREATE, shop.job(ProductCreate(cup())))
    assert [] == shop.calls()


async def test_products_are_changed_field_by_field(shop: Shop) -> None:
    first, second = (await rows(shop, Kind.PRODUCT))[:2]
    shop.calls()
    changes: Any = {"title": "Renamed", "tags": ["x"], "vendor": None}
    results = await shop.do(UPDATE, ProductUpdate(first.key_id, changes), ProductUpdate(second.key_id, {"status": "ARCHIVED"}))
    now = await shop.read(Kind.PRODUCT, first.key_id, second.key_id)

    assert [Done(after=changes), Done(after={"status": "ARCHIVED"})] == results
    assert ["UpdateProduct", "ProductsByIds"] == shop.calls()
    assert ("Renamed", ["x"], first.handle, first.status) == (now[0].title, now[0].tags, now[0].handle, now[0].status)
    assert (second.title, ProductStatus.ARCHIVED) == (now[1].title, now[1].status)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"title": ""}, ("VALIDATION", "REFUSED")),
        ({"status": "GLAZED"}, ("VALIDATION", "INVALID_VARIABLE")),
        ({"platform_fields": {"colour": "red"}}, ("VALIDATION", "INVALID_VARIABLE")),
    ],
)
async def test_a_change_that_can_not_be_is_refused(shop: Shop, changes: Any, expected: tuple[str, str]) -> None:
    [product] = (await rows(shop, Kind.PRODUCT))[:1]

    assert [expected] == codes(await shop.do(UPDATE, ProductUpdate(product.key_id, changes)))


async def test_products_are_deleted_and_what_is_not_there_is_told(shop: Shop) -> None:
    first, second = (await rows(shop, Kind.PRODUCT))[:2]
    results = await shop.do(
        DELETE, ProductDelete(first.key_id), ProductDelete("gid://shopify/Product/9999999"), ProductDelete(second.key_id)
    )

    assert [("", str(Done())), ("VALIDATION", "NOT_FOUND"), ("", str(Done()))] == codes(results)
    assert [None, None] == await shop.read(Kind.PRODUCT, first.key_id, second.key_id)
