"""Writes to a Magento store's prices: regular and special ones, in lists whose refusals find their jobs."""

import pytest

from adapters.magento.shop import Shop
from schema.commands import PriceSet
from schema.errors import Category
from schema.keys import Kind
from tests.platforms.magento.conftest import CLOUD, SIGNED, Serve, Served
from tests.platforms.magento.test_writes import BUNDLE, PLAIN, VARIANT, changes, do, done, effects, failure, one, price


async def prices(shop: Served, key: str) -> tuple[str | None, str | None]:
    variant = await one(shop, Kind.VARIANT, key)
    return tuple(str(each.amount) if each else None for each in (variant.price, variant.compare_at_price))  # type: ignore[return-value]


async def test_a_price_is_set_for_all_store_views(shop: Served) -> None:
    (result,) = await do(shop, price(PLAIN, "19.99"))

    assert ({"price": "87.49"}, {"price": "19.99"}) == (done(result).before, done(result).after)
    assert ["POST /V1/products/base-prices"] == changes(shop)
    assert [("price.set", "TEN-0001", "19.99")] == [(what, entity, str(value)) for what, entity, value in effects(shop)]
    assert ("19.99", None) == await prices(shop, PLAIN)


async def test_a_store_that_is_one_view_keeps_its_prices_to_itself(serve: Serve) -> None:
    shop = await serve(keys={**SIGNED, "store_view": "eu"}, own=SIGNED)
    await do(shop, PriceSet(PLAIN, "20.00", "USD"))

    assert ("20", None) == await prices(shop, PLAIN)
    everywhere = await Shop(shop.session).change("POST", "products/base-prices-information", "Test", {"skus": ["TEN-0001"]})
    assert 87.49 == everywhere[0]["price"]


async def test_a_hundred_prices_go_out_in_one_list(shop: Served) -> None:
    commands = [price(f"2-{number}", f"{number}.50") for number in range(3, 27)]
    results = await do(shop, *commands)

    assert 24 == len([done(each) for each in results])
    assert ["POST /V1/products/base-prices"] == changes(shop)
    assert ("26.5", None) == await prices(shop, "2-26")


async def test_a_reduction_is_a_special_price_and_goes_with_it(shop: Served) -> None:
    await do(shop, price(PLAIN, "50.00", "80.00"))
    assert ["POST /V1/products"] == changes(shop)
    assert ("50.0", "80.0") == _short(await prices(shop, PLAIN))

    await do(shop, price(PLAIN, "45.00"))
    assert ("45.0", "80.0") == _short(await prices(shop, PLAIN))

    await do(shop, price(PLAIN, "90.00"))
    assert ("90.0", None) == _short(await prices(shop, PLAIN))

    await do(shop, price(PLAIN, "50.00", "80.00"))
    await do(shop, price(PLAIN, "60.00", ""))
    assert ("60.0", None) == _short(await prices(shop, PLAIN))


def _short(found: tuple[str | None, str | None]) -> tuple[str | None, str | None]:
    return tuple(None if each is None else str(float(each)) for each in found)  # type: ignore[return-value]


@pytest.mark.parametrize("keys", [None, CLOUD])
async def test_a_paid_edition_gets_a_span_with_a_special_price(serve: Serve, keys: dict[str, str] | None) -> None:
    shop = await serve(keys=keys, commerce=True, cloud=keys is not None)
    for amount in ("50.00", "40.00"):
        (result,) = await do(shop, price(PLAIN, amount, "80.00"))
        done(result)

    assert ("40.0", "80.0") == _short(await prices(shop, PLAIN))


async def test_a_price_to_compare_with_has_to_be_above_the_price(shop: Served) -> None:
    results = await do(shop, price(PLAIN, "50.00", "50.00"), price(VARIANT, "10.00"))

    assert (Category.VALIDATION, "INVALID") == failure(results[0])
    done(results[1])


async def test_a_price_of_what_there_is_not_or_what_has_none_is_refused(shop: Served) -> None:
    results = await do(shop, *(price(key, "1.00") for key in ("999", "x", "999-3", "2", BUNDLE)))

    assert [*["NOT_FOUND"] * 3, "NO_PRICE", "NO_PRICE"] == [failure(each)[1] for each in results]
    assert [] == effects(shop)


async def test_a_price_that_the_list_refuses_is_its_own_jobs_failure(shop: Served) -> None:
    """The route answers 200 with what it refused: here a product that went between the look and the write."""
    refusal = '[{"message":"Invalid attribute %fieldName = %fieldValue.","parameters":["SKU","TEN-0001"]}]'
    shop.fail(match="POST /V1/products/base-prices", status=200, body=refusal)
    results = await do(shop, price(PLAIN, "5.00"), price(VARIANT, "6.00"))

    assert Category.VALIDATION == failure(results[0])[0]
    assert "SKU = TEN-0001" in str(results[0])
    done(results[1])


async def test_refusals_that_name_nobody_are_told_apart_one_by_one(shop: Served) -> None:
    refusal = '[{"message":"Something about %1.","parameters":["a price"]}]'
    shop.fail(match="POST /V1/products/base-prices", status=200, body=refusal, after=True)
    results = await do(shop, price(PLAIN, "5.00"), price(VARIANT, "6.00"))

    assert 2 == len([done(each) for each in results])
    assert 3 == len(changes(shop))


async def test_many_reductions_come_and_go_in_lists(shop: Served) -> None:
    keys = [f"2-{number}" for number in range(3, 8)]
    assert 5 == len([done(each) for each in await do(shop, *(price(key, "30.00", "40.00") for key in keys))])
    assert ["POST /V1/products/base-prices", "POST /V1/products/special-price"] == changes(shop)
    assert ("30.0", "40.0") == _short(await prices(shop, keys[4]))

    assert 5 == len([done(each) for each in await do(shop, *(price(key, "35.00", "") for key in keys))])
    assert ["POST /V1/products/base-prices", "POST /V1/products/special-price-delete"] == changes(shop)
    assert ("35.0", None) == _short(await prices(shop, keys[4]))


async def test_a_failed_second_step_says_that_the_first_was_done(shop: Served) -> None:
    refusal = '[{"message":"Requested store is not found.","parameters":["TEN-0001"]}]'
    shop.fail(match="POST /V1/products/special-price", status=200, body=refusal)
    results = await do(shop, *(price(key, "5.00", "6.00") for key in (PLAIN, VARIANT, "2-4")))

    assert Category.VALIDATION == failure(results[0])[0]
    assert "The regular price was set already." in str(results[0])
    assert 2 == len([done(each) for each in results[1:]])
