"""Writes of a seller's stock and prices, over real HTTP: accepted first, seen later, many in one feed, each with its own result."""

from decimal import Decimal

import pytest
import pytest_asyncio

from adapters.amazon import PLATFORM
from adapters.amazon.manifest import MANIFEST
from adapters.kit.port import Filter, ListQuery, Ordering
from adapters.kit.writing import Accepted, NotDone, Unclear
from schema.commands import InventoryAdjust, InventorySet, PriceSet, VariantUpdate
from schema.errors import Category
from schema.keys import Kind
from tests.platforms.amazon.conftest import Serve, Served
from tests.platforms.amazon.sandbox_seller import CA, US
from tests.platforms.amazon.writing import (
    ACCEPTED_SECONDS,
    FEED_SECONDS,
    SLOW,
    Diary,
    advance,
    again,
    changes,
    check,
    do,
    done,
    effects,
    failure,
    job,
    look,
    one,
    perform,
    settle_in,
)

FIRST, CHILD, B2B, PARENT, FBA = "50%+EXTRA", "LAN-0000-000-RE-XS", "LAN-0000-006-PL-XS", "LAN-0000", "TEA/SET 01"
PATCH = "PATCH /listings/2021-08-01/items/{sellerId}/{sku}"
SUBMISSION = ["POST /feeds/2021-06-30/documents", "PUT /feed-documents/{feedDocumentId}", "POST /feeds/2021-06-30/feeds"]


@pytest_asyncio.fixture
async def seller(serve: Serve) -> Served:
    """Return a seller whose changes take a minute, and whose feeds take two."""
    return settle_in(await serve(**SLOW))


async def own_skus(seller: Served, size: int) -> list[str]:
    """Return variants of which the seller keeps the stock."""
    read = seller.readers.kinds[Kind.VARIANT].page
    assert read is not None
    page = await read(ListQuery(Ordering("updated_at", descending=True), 200, filter=Filter(product=PARENT)))
    return [row.key_id for row in page.rows if row.extras.channels == ["DEFAULT"]][:size]


async def available(seller: Served, sku: str) -> int | None:
    level = await one(seller, Kind.INVENTORY_LEVEL, f"DEFAULT:{sku}")
    return level.available  # type: ignore[no-any-return]


async def price(seller: Served, sku: str) -> Decimal:
    variant = await one(seller, Kind.VARIANT, sku)
    return variant.price.amount  # type: ignore[no-any-return]


def test_the_table_names_what_can_be_written(seller: Served) -> None:
    assert PLATFORM.writers is not None

    assert set(MANIFEST.writes) == set(PLATFORM.writers(seller.session, seller.readers))


async def test_stock_is_accepted_and_read_back_when_it_shows(seller: Served) -> None:
    before = await available(seller, FIRST)
    (result,) = await do(seller, InventorySet(f"DEFAULT:{FIRST}", 42))
    calls, early = changes(seller), await available(seller, FIRST)
    advance(seller, ACCEPTED_SECONDS)

    assert ({"available": before}, {"available": 42}, True) == (done(result).before, done(result).after, done(result).look)
    assert (before, 42) == (early, await available(seller, FIRST))
    assert [PATCH] == calls
    assert [("stock.set", FIRST, 42)] == effects(seller)


async def test_what_amazon_keeps_is_never_taken_from_it(seller: Served) -> None:
    results = await do(seller, InventorySet(f"DEFAULT:{FBA}", 1), InventorySet(f"FBA:{US}:{FBA}", 1))

    assert [(Category.CONFLICT, "FULFILLED_BY_AMAZON")] * 2 == [failure(each) for each in results]
    assert [] == changes(seller)


async def test_each_stock_has_a_result_of_its_own(seller: Served) -> None:
    results = await do(seller, *(InventorySet(f"DEFAULT:{sku}", 3) for sku in ("no such sku", FIRST, PARENT)))

    assert [(Category.VALIDATION, "NOT_FOUND"), (Category.VALIDATION, "PARENT")] == [failure(results[0]), failure(results[2])]
    assert done(results[1]).look
    assert [PATCH] == changes(seller)


async def test_many_stocks_are_one_feed_and_its_report_is_taken_apart(serve: Serve) -> None:
    seller = settle_in(await serve(**SLOW))
    skus, diary = await own_skus(seller, 45), Diary()
    assert 45 == len(skus)
    jobs = [job(InventorySet(f"DEFAULT:{sku}", 7 if sku != skus[3] else 2**31)) for sku in skus]
    results = await perform(seller, *jobs, diary=diary)
    calls = changes(seller)
    waiting = await check(seller, diary, results, *jobs)
    advance(seller, FEED_SECONDS)
    ended = await check(seller, diary, results, *jobs)

    assert SUBMISSION == calls
    assert {Accepted} == {type(each) for each in (*results, *waiting)}
    assert (Category.VALIDATION, "4000001") == failure(ended[3])
    assert all(done(each).look for each in (*ended[:3], *ended[4:]))
    assert [7, 44] == [await available(seller, skus[0]), len(effects(seller))]


async def test_stock_is_added_to_what_is_there_now(seller: Served) -> None:
    before, diary = await available(seller, FIRST), Diary()
    assert before is not None
    adjustment = job(InventoryAdjust(f"DEFAULT:{FIRST}", 5))
    (result,) = await perform(seller, adjustment, diary=diary)
    advance(seller, ACCEPTED_SECONDS)

    assert ({"available": before}, {"available": before + 5}) == (done(result).before, done(result).after)
    assert before + 5 == await available(seller, FIRST)
    assert {"available": before + 5} == done((await look(seller, again(adjustment, diary)))[0]).after


async def test_no_more_is_taken_than_there_is(seller: Served) -> None:
    (result,) = await do(seller, InventoryAdjust(f"DEFAULT:{FIRST}", -100_000))

    assert (Category.CONFLICT, "BELOW_ZERO") == failure(result)
    assert [] == changes(seller)


async def test_a_lost_answer_to_an_adjustment_is_waited_for_and_not_added_twice(seller: Served) -> None:
    before, diary = await available(seller, FIRST), Diary()
    assert before is not None
    adjustment = job(InventoryAdjust(f"DEFAULT:{FIRST}", 5))
    seller.fail(match=PATCH, after=True, hang_up=True)
    (lost,) = await perform(seller, adjustment, diary=diary)
    (early,) = await look(seller, again(adjustment, diary, uncertain=True))
    advance(seller, ACCEPTED_SECONDS)
    (late,) = await look(seller, again(adjustment, diary, uncertain=True))

    assert Category.TRANSIENT == failure(lost)[0]
    assert (Category.TRANSIENT, "NOT_YET") == failure(early)
    assert {"available": before + 5} == done(late).after
    assert [("stock.set", FIRST, before + 5)] == effects(seller)


async def test_stock_that_somebody_else_changed_meanwhile_is_for_a_person_to_judge(seller: Served) -> None:
    diary, adjustment = Diary(), job(InventoryAdjust(f"DEFAULT:{FIRST}", 5))
    seller.fail(match=PATCH, status=500)
    await perform(seller, adjustment, diary=diary)
    seller.row("touch", "product", FIRST, quantity=1234)
    (seen,) = await look(seller, again(adjustment, diary, uncertain=True))

    assert isinstance(seen, Unclear)


async def test_an_adjustment_that_never_left_was_not_made(seller: Served) -> None:
    (seen,) = await look(seller, job(InventoryAdjust(f"DEFAULT:{FIRST}", 5), uncertain=True))

    assert NotDone() == seen


async def test_a_price_is_set_where_it_is_shown_and_nowhere_else(seller: Served) -> None:
    before = await one(seller, Kind.VARIANT, B2B)
    wish = job(PriceSet(B2B, "31.07", "USD"))
    (result,) = await perform(seller, wish)
    (early,) = await look(seller, wish)
    advance(seller, ACCEPTED_SECONDS)
    (late,) = await look(seller, wish)
    after = await one(seller, Kind.VARIANT, B2B)

    assert (True, NotDone(), {"price": "31.07"}) == (done(result).look, early, done(late).after)
    assert Decimal("31.07") == after.price.amount
    others = [[each for each in variant.extras.offers if (each.marketplace_id, each.type) != (US, "B2C")] for variant in (before, after)]
    assert others[0] == others[1]
    assert {"B2B", "B2C"} == {each.type for each in after.extras.offers if each.marketplace_id == US}
    assert [("price.set", B2B, "31.07")] == effects(seller)


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (PriceSet(FIRST, "0", "USD"), "4000001"),
        (PriceSet(FIRST, "9.00", "EUR"), "CURRENCY"),
        (PriceSet(FIRST, "9.00", "USD", "12.00"), "UNSUPPORTED"),
        (PriceSet("no such sku", "9.00", "USD"), "NOT_FOUND"),
        (PriceSet(PARENT, "9.00", "USD"), "NOT_FOUND"),
    ],
)
async def test_a_price_that_can_not_be_is_refused(seller: Served, wish: PriceSet, code: str) -> None:
    (result,) = await do(seller, wish)
    advance(seller, ACCEPTED_SECONDS)

    assert (Category.VALIDATION, code) == failure(result)
    assert [] == effects(seller)


async def test_a_store_of_one_marketplace_sets_the_price_there(serve: Serve) -> None:
    seller = settle_in(await serve(**SLOW, marketplaces=[CA]))
    (result,) = await do(seller, PriceSet(FIRST, "12.34", "CAD"))
    advance(seller, ACCEPTED_SECONDS)

    assert done(result).look
    assert Decimal("12.34") == await price(seller, FIRST)


async def test_a_variant_is_changed_in_one_call_and_what_is_not_named_stays(seller: Served) -> None:
    wish = job(VariantUpdate(CHILD, {"price": "8.80", "barcode": "4006381333931", "weight": {"value": "1.5", "unit": "POUNDS"}}))
    (result,) = await perform(seller, wish)
    calls = changes(seller)
    advance(seller, ACCEPTED_SECONDS)
    after = await one(seller, Kind.VARIANT, CHILD)

    assert done(result).look
    assert [PATCH] == calls
    assert (Decimal("8.80"), "4006381333931", Decimal("1.5")) == (after.price.amount, after.barcode, after.weight.value)
    assert done((await look(seller, wish))[0])


async def test_a_barcode_that_is_none_is_refused_here(seller: Served) -> None:
    (result,) = await do(seller, VariantUpdate(CHILD, {"barcode": "12"}))

    assert (Category.VALIDATION, "BARCODE") == failure(result)


async def test_being_asked_to_slow_down_is_told_and_nothing_was_done(seller: Served) -> None:
    seller.fail(match=PATCH, status=429)
    (result,) = await do(seller, InventorySet(f"DEFAULT:{FIRST}", 42))

    assert Category.QUOTA == failure(result)[0]
    assert [] == effects(seller)


async def test_a_feed_of_many_whose_upload_fails_was_never_handed_in(seller: Served) -> None:
    skus = await own_skus(seller, 45)
    seller.fail(match="PUT /feed-documents", status=500)
    results = await do(seller, *(InventorySet(f"DEFAULT:{sku}", 7) for sku in skus))

    assert {False} == {getattr(each, "uncertain", None) for each in results}
    assert [] == effects(seller)
