"""What the local eBay promises of its invented stores: sums that add up, and every word of the platform somewhere."""

from decimal import Decimal
from typing import Any

import httpx
import pytest

from adapters.ebay.sandbox import SANDBOX
from adapters.ebay.sandbox.seed import words
from adapters.ebay.sandbox.seed.stories import STORIES
from adapters.kit.sandbox import SandboxStore
from tests.platforms.ebay.sandbox_client import CLIENT, KEYS, Json, Seller, store

ORDERS, ITEMS, OFFERS = "sell/fulfillment/v1/order", "sell/inventory/v1/inventory_item", "sell/inventory/v1/offer"
ALL = "creationdate:[2025-01-01T00:00:00.000Z..]"


def cents(amount: dict[str, str] | None) -> int:
    return int(Decimal(amount["value"]) * 100) if amount else 0


def same_keys(made: SandboxStore) -> SandboxStore:
    return SandboxStore(made.name, made.title, made.profile, KEYS, made.sizes, made.options)


async def orders_of(there: Seller, **query: Any) -> list[Json]:
    page = await there.orders(limit=200, filter=ALL, **query)
    orders: list[Json] = page["orders"]
    while "next" in page:
        page = await there.get(page["next"])
        orders += page["orders"]
    return orders


@pytest.mark.parametrize("breakdown", [False, True])
@pytest.mark.parametrize("profile", ["small", "collector", "parts"])
async def test_totals_add_up(profile: str, breakdown: bool) -> None:
    there = Seller(store(profile=profile, sizes={} if profile == "small" else {"orders": 150}))
    query = {"fieldGroups": "TAX_BREAKDOWN"} if breakdown else {}
    orders = await orders_of(there, **query)

    for order in orders:
        summary, lines = order["pricingSummary"], order["lineItems"]
        assert cents(summary["total"]) == sum(cents(amount) for name, amount in summary.items() if name != "total")
        assert cents(summary["total"]) == sum(cents(line["total"]) for line in lines) + cents(summary.get("adjustment"))
        assert cents(summary["priceSubtotal"]) == sum(cents(line["lineItemCost"]) for line in lines)
        taxes = sum(cents(tax["amount"]) for line in lines for tax in line["taxes"])
        assert cents(summary.get("tax")) + cents(summary.get("fee")) == taxes
        for line in lines:
            delivery = line["deliveryCost"]
            assert cents(line["total"]) == (
                cents(line.get("discountedLineItemCost", line["lineItemCost"]))
                + cents(delivery["shippingCost"])
                - cents(delivery.get("discountAmount"))
                + sum(cents(tax["amount"]) for tax in line["taxes"])
            )


async def test_the_breakdown_adds_what_the_platform_collects_itself() -> None:
    there = Seller()
    plain, full = await orders_of(there), await orders_of(there, fieldGroups="TAX_BREAKDOWN")

    for one, other in zip(plain, full, strict=True):
        remitted = sum(cents(tax["amount"]) for line in other["lineItems"] for tax in line.get("ebayCollectAndRemitTaxes", ()))
        assert remitted == cents(other["pricingSummary"]["total"]) - cents(one["pricingSummary"]["total"])
        assert (remitted > 0) == one.get("ebayCollectAndRemitTax", False)
        assert cents(one["paymentSummary"]["totalDueSeller"]) == cents(one["pricingSummary"]["total"]) - cents(one["totalMarketplaceFee"])
        assert one["paymentSummary"]["totalDueSeller"] == one["paymentSummary"]["payments"][0]["amount"]
    assert any("fee" in order["pricingSummary"] for order in full)


async def test_refunds_are_the_sellers_share_and_belong_to_lines_or_to_the_order() -> None:
    there = Seller()
    refunded = [order for order in await orders_of(there) if order["paymentSummary"]["refunds"]]

    assert {"REFUNDED", "PENDING", "FAILED"} == {
        refund["refundStatus"] for order in refunded for refund in order["paymentSummary"]["refunds"]
    }
    for order in refunded:
        refunds = order["paymentSummary"]["refunds"]
        paid = sum(cents(refund["amount"]) for refund in refunds)
        lines = sum(cents(refund["amount"]) for line in order["lineItems"] for refund in line["refunds"])
        assert lines in {0, paid, paid - cents(order["pricingSummary"].get("adjustment"))}
        assert (paid == cents(order["pricingSummary"]["total"])) == (order["orderPaymentStatus"] == "FULLY_REFUNDED")
        assert paid <= cents(order["pricingSummary"]["total"])


async def test_the_small_store_has_what_tests_want() -> None:
    there = Seller()
    orders, items = await orders_of(there), await there.items()
    keys = [item.get("inventoryItemGroupKeys", [item["sku"]])[0] for item in items]
    created = [order["creationDate"] for order in orders]
    seconds = [moment[:19] for moment in created]

    assert (40, 12, 60) == (len(orders), len(set(keys)), max(keys.count(key) for key in keys))
    assert 200 == max(len(order["lineItems"]) for order in orders)
    assert 3 <= max(created.count(moment) for moment in created)
    assert len(set(seconds)) < len(set(created)) < len(created)
    assert 15 >= len({order["buyer"]["username"] for order in orders})
    assert 3 == (await there.get("sell/inventory/v1/location"))["total"]
    assert len({order["orderId"] for order in orders}) == 40
    assert any("sku" not in line for order in orders for line in order["lineItems"])


async def test_the_small_store_has_every_word_of_an_order() -> None:
    there = Seller()
    orders = await orders_of(there, fieldGroups="TAX_BREAKDOWN")
    lines = [line for order in orders for line in order["lineItems"]]
    payments = [payment for order in orders for payment in order["paymentSummary"]["payments"]]
    instructions = [order["fulfillmentStartInstructions"][0] for order in orders]
    programs = [order.get("program", {}) for order in orders]

    assert set(words.PAYMENT_STATES) == {order["orderPaymentStatus"] for order in orders}
    assert set(words.SHIPPING_STATES) == {order["orderFulfillmentStatus"] for order in orders}
    assert set(words.SHIPPING_STATES) == {line["lineItemFulfillmentStatus"] for line in lines}
    assert {"NONE_REQUESTED", "IN_PROGRESS", "CANCELED"} == {order["cancelStatus"]["cancelState"] for order in orders}
    assert {"PAID", "PENDING", "FAILED"} == {payment["paymentStatus"] for payment in payments}
    assert set(words.HOLD_STATES) == {hold["holdState"] for payment in payments for hold in payment.get("paymentHolds", ())}
    assert set(words.SOLD_FORMATS) == {line["soldFormat"] for line in lines}
    assert set(words.TAX_TYPES) == {tax["taxType"] for line in lines for tax in line["taxes"] if "taxType" in tax}
    assert {"SHIP_TO", "SELLER_DEFINED", "PREPARE_FOR_PICKUP", "DIGITAL", "FULFILLED_BY_EBAY"} == {
        instruction["fulfillmentInstructionsType"] for instruction in instructions
    }
    assert set(words.AUTHENTICITY) == {
        each["authenticityVerification"]["status"] for each in programs if "authenticityVerification" in each
    }
    assert {"authenticityVerification", "ebayShipping", "ebayVault", "ebayInternationalShipping", "fulfillmentProgram"} == {
        name for program in programs for name in program
    }


async def test_a_parcel_has_its_tracking_number_as_its_name_and_no_unit_is_sent_twice() -> None:
    there = Seller()
    most, untracked = 0, 0
    for order in await orders_of(there):
        parcels = (await there.get(f"{ORDERS}/{order['orderId']}/shipping_fulfillment"))["fulfillments"]
        sent: dict[str, int] = {}
        for parcel in parcels:
            assert parcel["fulfillmentId"] == parcel.get("shipmentTrackingNumber", parcel["fulfillmentId"])
            assert ("shipmentTrackingNumber" in parcel) == ("shippingCarrierCode" in parcel)
            assert order["creationDate"] <= parcel["shippedDate"] <= order["lastModifiedDate"]
            for line in parcel["lineItems"]:
                sent[line["lineItemId"]] = sent.get(line["lineItemId"], 0) + line["quantity"]
        states = {line["lineItemId"]: (line["quantity"], line["lineItemFulfillmentStatus"]) for line in order["lineItems"]}
        for line_id, (quantity, state) in states.items():
            units = sent.get(line_id, 0)
            assert state == ("NOT_STARTED" if not units else "FULFILLED" if units == quantity else "IN_PROGRESS")
        hrefs = [f"{there.origin}/shop/{ORDERS}/{order['orderId']}/shipping_fulfillment/{parcel['fulfillmentId']}" for parcel in parcels]
        assert hrefs == order["fulfillmentHrefs"]
        if hrefs:
            assert parcels[0] == await there.get(hrefs[0])
        most, untracked = max(most, len(parcels)), untracked + any("shipmentTrackingNumber" not in parcel for parcel in parcels)

    assert most == 3
    assert untracked


async def test_an_order_for_the_hub_has_two_addresses() -> None:
    there = Seller()
    hubs = [order for order in await orders_of(there) if order["fulfillmentStartInstructions"][0]["ebaySupportedFulfillment"]]

    assert hubs
    for order in hubs:
        instruction = order["fulfillmentStartInstructions"][0]
        assert instruction["shippingStep"]["shipToReferenceId"]
        assert (
            instruction["finalDestinationAddress"]["countryCode"] != instruction["shippingStep"]["shipTo"]["contactAddress"]["countryCode"]
        )


async def test_stock_is_the_sum_of_its_locations_and_offers_differ_from_it() -> None:
    there = Seller()
    visible = []
    for item in await there.items():
        stock = item["availability"]["shipToLocationAvailability"]
        spread = stock.get("availabilityDistributions")
        assert spread is None or stock["quantity"] == sum(place["quantity"] for place in spread)
        answer: httpx.Response = await there.ask(OFFERS, sku=item["sku"])
        visible += [offer["availableQuantity"] - stock["quantity"] for offer in answer.json().get("offers", ())]

    assert {True} == {any(gap < 0 for gap in visible), any(gap == 0 for gap in visible), any(gap > 0 for gap in visible)}


async def test_a_group_and_its_items_know_each_other() -> None:
    there = Seller()
    members: dict[str, list[str]] = {}
    for item in await there.items():
        for key in item.get("inventoryItemGroupKeys", ()):
            members.setdefault(key, []).append(item["sku"])

    for key, skus in members.items():
        group = await there.get(f"sell/inventory/v1/inventory_item_group/{key}")
        assert skus == group["variantSKUs"]
        assert ["Color", "Size"] == [each["name"] for each in group["variesBy"]["specifications"]]


async def test_the_demo_stores_have_the_rarer_words() -> None:
    there = Seller(*(same_keys(made) for made in SANDBOX.stores))
    skus = []
    for offset in range(6):
        skus += (await there.get(ITEMS, limit=200, offset=offset))["inventoryItems"]
    states = set()
    for item in [item for item in skus if "inventoryItemGroupKeys" not in item][:250]:
        offers = (await there.ask(OFFERS, sku=item["sku"])).json().get("offers", [])
        states |= {offer["listing"]["listingStatus"] for offer in offers if "listing" in offer}
    cancellations = []
    for page in (1, 2):
        cancellations += (await there.cases("cancellation/search", limit=200, offset=page)).json()["cancellations"]

    assert set(words.CONDITIONS) == {item["condition"] for item in skus}
    assert set(words.PICKUP_STATES) == {
        place["availabilityType"] for item in skus for place in item["availability"].get("pickupAtLocationAvailability", ())
    }
    assert {"ACTIVE", "OUT_OF_STOCK", "INACTIVE", "ENDED", "EBAY_ENDED", "NOT_LISTED"} == states
    pairs = {*words.CANCELLATIONS_OPEN, *words.CANCELLATIONS_DONE, words.CANCELLATION_REFUSED}
    assert pairs == {(row["cancelState"], row["cancelStatus"]) for row in cancellations}
    assert 3000 <= (await there.orders(limit=1, filter=ALL))["total"]


async def test_a_store_is_the_same_each_time_and_sizes_change_it() -> None:
    first, second = Seller(), Seller()
    other = Seller(store(sizes={"orders": 5, "products": 4, "variants": 7, "locations": 1, "buyers": 1}))

    assert await orders_of(first) == await orders_of(second)
    assert (5, 1) == (len(orders := await orders_of(other)), len({order["buyer"]["username"] for order in orders}))
    assert 3 + 7 == len(await other.items())


async def test_the_history_can_end_on_another_day_and_names_may_be_ids() -> None:
    there = Seller(store(until="2026-10-18T20:00:00", immutable_usernames=True))
    usual = await orders_of(Seller())

    moved = await orders_of(there)

    assert usual[-1]["creationDate"].replace("2026-11", "2026-10") == moved[-1]["creationDate"]
    assert all(order["buyer"]["username"].endswith("EX") for order in moved)


def test_stories_and_credentials_are_complete() -> None:
    assert 20 <= len(STORIES)
    assert CLIENT == (KEYS["client_id"], KEYS["client_secret"])
    assert {("client_id", "client_secret", "refresh_token")} == {tuple(made.credentials) for made in SANDBOX.stores}
