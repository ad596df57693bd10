"""Writes to eBay sellers, over real HTTP: stock and prices, in the fewest calls, each job with a result of its own."""

from decimal import Decimal

import pytest

from adapters.ebay import PLATFORM
from adapters.ebay.manifest import INVENTORY
from adapters.kit.http import Request
from schema.commands import InventoryAdjust, InventorySet, PriceSet, WriteOperation
from schema.errors import Category
from schema.keys import Kind
from tests.platforms.ebay.conftest import Serve, Served
from tests.platforms.ebay.writing import Diary, do, done, effects, failure, job, offers, one, perform, put, raw, uncertain, whats

BULK, REVISE, OFFER = "/bulk_get_inventory_item", "/bulk_update_price_quantity", "/offer"
FIRST, SECOND = "wh-1/SHO-0001", "wh-2/SHO-0001"


def listed(shop: Served, offered: str = "listed") -> str:
    """Let the seller offer something new; `offered` is a state of the seeds."""
    sku = shop.row("insert", "product", offers=offered)
    effects(shop)
    return sku


async def homeless(shop: Served, offered: str = "listed") -> str:
    """Return a SKU whose stock is not told apart by locations."""
    sku = listed(shop, offered)
    item = await raw(shop, f"{INVENTORY}/inventory_item/{sku}")
    item["availability"] = {"shipToLocationAvailability": {"quantity": 5}}
    await put(shop, f"inventory_item/{sku}", {name: value for name, value in item.items() if name not in {"sku", "locale"}})
    return sku


async def available(shop: Served, *levels: str) -> list[int | None]:
    return [(await one(shop, Kind.INVENTORY_LEVEL, level)).available for level in levels]


async def price(shop: Served, sku: str) -> tuple[Decimal | None, Decimal | None]:
    variant = await one(shop, Kind.VARIANT, sku)
    return variant.price.amount, variant.compare_at_price.amount if variant.compare_at_price else None


def test_the_table_names_what_there_are_writers_for(shop: Served) -> None:
    assert PLATFORM.writers is not None
    assert set(PLATFORM.manifest.writes) == set(PLATFORM.writers(shop.session, shop.readers))
    assert {
        WriteOperation.SHIPMENT_UPDATE,
        WriteOperation.ORDER_UPDATE,
        WriteOperation.ORDER_ACKNOWLEDGE,
        WriteOperation.CUSTOMER_CREATE,
        WriteOperation.CUSTOMER_UPDATE,
    } == set(WriteOperation) - set(PLATFORM.manifest.writes)


async def test_a_total_is_set_with_what_the_listing_offers_in_one_call(shop: Served) -> None:
    sku = await homeless(shop)
    (result,) = await do(shop, InventorySet(f"*/{sku}", 45))

    assert ({"available": 5}, {"available": 45}, False) == (done(result).before, done(result).after, done(result).look)
    assert [BULK, OFFER, REVISE] == shop.calls()
    assert [("stock.set", sku, 45)] == effects(shop)
    assert [45] == await available(shop, f"*/{sku}")
    assert [45] == [each["availableQuantity"] for each in await offers(shop, sku)]


async def test_shares_of_one_sku_are_written_together_and_others_keep_theirs(shop: Served) -> None:
    (before,) = await available(shop, SECOND)
    (alone,) = await do(shop, InventorySet(FIRST, 90))
    kept = await available(shop, FIRST, SECOND)
    both = await do(shop, InventorySet(FIRST, 1), InventorySet(SECOND, 2))

    assert ([90, before], True) == (kept, done(alone).look)
    assert [{"available": 1}, {"available": 2}] == [done(each).after for each in both]
    assert 1 == shop.calls().count(REVISE)
    assert [1, 2] == await available(shop, FIRST, SECOND)
    assert 2 == len(effects(shop))


async def test_sixty_skus_are_three_writes(serve: Serve) -> None:
    shop = await serve(products=150)
    page = await shop.readers.parts["inventory_levels"]([f"SHO-{turn:04}" for turn in range(1, 150)])
    levels = [each[0].key_id for each in page if isinstance(each, list) and each][:60]
    results = await do(shop, *(InventorySet(level, 200 + turn) for turn, level in enumerate(levels)))
    calls = shop.calls()

    assert 60 == sum(not isinstance(each, Exception) for each in results)
    assert (3, 3, 60) == (calls.count(REVISE), calls.count(BULK), calls.count(OFFER))
    assert 60 == len(effects(shop))
    assert list(range(200, 260)) == await available(shop, *levels)


async def test_what_is_live_is_remembered_for_an_hour(shop: Served) -> None:
    sku = await homeless(shop)
    asked = []
    for units in (7, 8):
        await do(shop, InventorySet(f"*/{sku}", units))
        asked.append(shop.calls().count(OFFER))
    shop.advance(3601)
    await do(shop, InventorySet(f"*/{sku}", 9))

    assert [1, 0, 1] == [*asked, shop.calls().count(OFFER)]
    assert [9] == [each["availableQuantity"] for each in await offers(shop, sku)]


async def test_what_is_remembered_and_no_more_is_found_out_by_the_refusal(shop: Served) -> None:
    sku = await homeless(shop)
    await do(shop, InventorySet(f"*/{sku}", 7))
    (offer,) = await offers(shop, sku)
    await shop.session.send(Request("POST", f"{INVENTORY}/offer/{offer['offerId']}/withdraw", "Test", safe=False))
    (result,) = await do(shop, InventorySet(f"*/{sku}", 8))

    assert {"available": 8} == done(result).after
    assert [BULK, REVISE, OFFER, REVISE] == shop.calls()
    assert [8] == await available(shop, f"*/{sku}")


async def test_a_seller_that_takes_one_sku_a_call_gets_them_one_by_one(serve: Serve) -> None:
    shop = await serve(one_sku=True)
    skus = [await homeless(shop) for _ in range(3)]
    results = await do(shop, *(InventorySet(f"*/{sku}", 9) for sku in skus))

    assert [{"available": 9}] * 3 == [done(each).after for each in results]
    assert 3 == len(effects(shop))


async def test_a_delta_is_noted_before_it_is_set(shop: Served) -> None:
    sku, diary = await homeless(shop), Diary()
    wanted = job(InventoryAdjust(f"*/{sku}", -2))
    (result,) = await perform(shop, wanted, diary=diary)

    assert {wanted.id: {"before": 5, "after": 3}} == diary.notes
    assert {"available": 3} == done(result).after
    assert [("stock.set", sku, 3)] == effects(shop)


async def test_what_is_not_there_or_too_few_is_refused_and_costs_nobody_else(shop: Served) -> None:
    sku = await homeless(shop)
    good, *bad = await do(shop, *(InventorySet(level, 8) for level in (f"*/{sku}", "*/NOPE", f"wh-1/{sku}", "wh-9/SHO-0001", "junk", "")))
    (few,) = await do(shop, InventoryAdjust(f"*/{sku}", -9))

    assert {"available": 8} == done(good).after
    assert {(Category.VALIDATION, "NOT_FOUND")} == {failure(each) for each in bad}
    assert (Category.CONFLICT, "TOO_FEW") == failure(few)
    assert [("stock.set", sku, 8)] == effects(shop)


@pytest.mark.parametrize("offered", ["unpublished", "ended", "ended by the platform", "not listed", "twice"])
async def test_what_is_not_live_or_is_auctioned_keeps_its_own_number(shop: Served, offered: str) -> None:
    sku = listed(shop, offered)
    before = {each["offerId"]: each.get("availableQuantity") for each in await offers(shop, sku)}
    (result,) = await do(shop, InventorySet(f"wh-1/{sku}", 33))
    after = {each["offerId"]: each for each in await offers(shop, sku)}
    changed = [key for key, each in after.items() if each.get("availableQuantity") != before[key]]

    assert {"available": 33} == done(result).after
    assert [33] == await available(shop, f"wh-1/{sku}")
    assert all("FIXED_PRICE" == after[key]["format"] for key in changed)
    assert (1 if offered == "twice" else 0) == len(changed)


@pytest.mark.parametrize("fault", [{"hang_up": True}, {"status": 500, "body": '{"errors":[{"errorId":25001}]}'}], ids=["cut", "500"])
async def test_stock_whose_answer_is_lost_is_in_doubt(shop: Served, fault: dict[str, object]) -> None:
    sku = await homeless(shop)
    shop.fail(match=REVISE, after=True, **fault)
    (result,) = await do(shop, InventorySet(f"*/{sku}", 6))

    assert uncertain(result)
    assert [("stock.set", sku, 6)] == effects(shop)
    assert [6] == await available(shop, f"*/{sku}")


async def test_a_read_that_fails_leaves_nothing_in_doubt(shop: Served) -> None:
    sku = await homeless(shop)
    shop.fail(match="GET /sell/inventory/v1/offer", status=503, times=5)
    (result,) = await do(shop, InventorySet(f"*/{sku}", 6))

    assert Category.TRANSIENT == failure(result)[0]
    assert not uncertain(result)
    assert [] == effects(shop)


async def test_too_many_revisions_of_a_day_are_a_quota_and_a_listing_that_is_over_a_conflict(serve: Serve) -> None:
    shop = await serve(revisions=1)
    sku, over = listed(shop), listed(shop, "ended")
    first, second = [(await do(shop, PriceSet(sku, f"5.0{turn}", "USD")))[0] for turn in range(2)]
    (third,) = await do(shop, InventorySet(f"wh-1/{sku}", 9))
    (ended,) = await do(shop, PriceSet(over, "5.00", "USD"))

    assert {"price": "5.00"} == done(first).after
    assert [(Category.QUOTA, "25019 calendar day")] * 2 == [failure(second), failure(third)]
    assert getattr(second, "retry_after", None) == pytest.approx(3600)
    assert (Category.CONFLICT, "25019") == failure(ended)
    assert [("price.set", sku, "5.00")] == effects(shop)


async def test_used_up_calls_are_a_quota_until_the_reset(serve: Serve) -> None:
    shop = await serve(quotas={"sell.inventory": 2})
    (result,) = await do(shop, InventorySet(FIRST, 9))

    assert Category.QUOTA == failure(result)[0]
    assert not uncertain(result)
    assert [] == effects(shop)


async def test_prices_of_live_listings_are_set_in_one_call(shop: Served) -> None:
    skus = [listed(shop) for _ in range(3)]
    results = await do(shop, *(PriceSet(sku, f"{turn + 1}.25", "USD") for turn, sku in enumerate(skus)))

    assert [{"price": f"{turn}.25"} for turn in (1, 2, 3)] == [done(each).after for each in results]
    assert [OFFER] * 3 + [REVISE] == shop.calls()
    assert [("price.set", sku, f"{turn + 1}.25") for turn, sku in enumerate(skus)] == effects(shop)
    assert [(Decimal("1.25"), None)] == [await price(shop, skus[0])]


async def test_a_draft_and_a_price_that_is_struck_through_are_written_by_their_offer(shop: Served) -> None:
    draft, sku = listed(shop, "unpublished"), listed(shop)
    await do(shop, PriceSet(draft, "4.75", "USD"))
    drafted = await price(shop, draft)
    whole = (await offers(shop, sku))[0]
    await do(shop, PriceSet(sku, "4.75", "USD", "9.50"))
    struck = await price(shop, sku)
    (kept,) = await offers(shop, sku)
    await do(shop, PriceSet(sku, "4.70", "USD", "9.50"))
    bulk = shop.calls()
    await do(shop, PriceSet(sku, "4.75", "USD", ""))

    assert (Decimal("4.75"), None) == drafted
    assert (Decimal("4.75"), Decimal("9.50")) == struck
    assert whole | {"pricingSummary": kept["pricingSummary"]} == kept
    assert [OFFER, REVISE] == bulk
    assert (Decimal("4.75"), None) == await price(shop, sku)


async def test_prices_that_can_not_be_are_refused_alone(shop: Served) -> None:
    sku = listed(shop)
    good, nobody, foreign, zero = await do(
        shop,
        PriceSet(sku, "6.00", "USD"),
        PriceSet("NOPE", "6.00", "USD"),
        PriceSet("SHO-0001", "6.00", "EUR"),
        PriceSet(FIRST[5:], "0", "USD"),
    )

    assert {"price": "6.00"} == done(good).after
    assert (Category.VALIDATION, "NOT_FOUND") == failure(nobody)
    assert (Category.VALIDATION, "CURRENCY") == failure(foreign)
    assert (Category.VALIDATION, "25003") == failure(zero)
    assert "eBay: " in str(zero)
    assert [("price.set", sku, "6.00")] == effects(shop)


async def test_a_price_goes_to_what_has_a_price_of_its_own(shop: Served) -> None:
    sku = listed(shop, "twice")
    auction = next(each for each in await offers(shop, sku) if each["format"] == "AUCTION")
    await do(shop, PriceSet(sku, "6.00", "USD"))

    assert auction == next(each for each in await offers(shop, sku) if each["format"] == "AUCTION")
    assert ["price.set"] == whats(shop)
