"""The invented shops: sums that add up, every status somewhere, the oddities promised, and large shops that answer at once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from adapters.kit.sandbox import SandboxStore
from adapters.shopify.sandbox.documents import schema
from adapters.shopify.sandbox.store import Store

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PAGE = """
query($first: Int!, $query: String, $after: String) {
  orders(first: $first, query: $query, after: $after, sortKey: UPDATED_AT) {
    nodes {
      id name email totalPriceSet { shopMoney { amount currencyCode } } customer { id displayName } tags
      lineItems(first: 10) { nodes { id sku title quantity originalUnitPriceSet { shopMoney { amount } } } }
    }
    pageInfo { endCursor hasNextPage }
  }
}
"""


@cache
def store(profile: str) -> Store:
    return Store(SandboxStore(f"seed-{profile}", profile, profile, {"access_token": "t"}), lambda: NOW)


def rows(profile: str, most: int = 600) -> Iterator[dict[str, Any]]:
    table = store(profile).orders
    for number in list(table.heads)[:most]:
        row = table.row(number)
        assert row is not None
        row["totalPriceSet"]
        yield row


def amount(bag: dict[str, Any] | None) -> Decimal:
    return Decimal(bag["shopMoney"]["amount"]) if bag else Decimal(0)


def total(bags: Iterator[dict[str, Any]]) -> Decimal:
    return sum(map(amount, bags), Decimal(0))


@pytest.mark.parametrize("profile", ["small", "large", "variants", "odd"])
def test_the_sums_of_an_order_add_up(profile: str) -> None:
    wrong = [row["name"] for row in rows(profile) if not adds_up(row)]

    assert [] == wrong


def adds_up(row: dict[str, Any]) -> bool:
    shipping = total(line["discountedPriceSet"] for line in row["shippingLines"])
    tax = Decimal(0) if row["taxesIncluded"] else amount(row["totalTaxSet"])
    extra = amount(row["totalTipReceivedSet"]) + amount(row["originalTotalDutiesSet"])
    lines = total(line["originalTotalSet"] for line in row["lineItems"])
    allocated = [part["allocatedAmountSet"] for line in [*row["lineItems"], *row["shippingLines"]] for part in line["discountAllocations"]]
    on_shipping = amount(row["totalShippingPriceSet"]) - shipping
    return (
        amount(row["subtotalPriceSet"]) + shipping + tax + extra == amount(row["totalPriceSet"])
        and lines - (amount(row["totalDiscountsSet"]) - on_shipping) == amount(row["subtotalPriceSet"])
        and total(iter(allocated)) == amount(row["totalDiscountsSet"])
        and total(tax["priceSet"] for tax in row["taxLines"]) == amount(row["totalTaxSet"])
    )


@pytest.mark.parametrize("profile", ["small", "large", "odd"])
def test_refunds_and_payments_agree(profile: str) -> None:
    wrong = [row["name"] for row in rows(profile) if not settled(row)]

    assert [] == wrong


def settled(row: dict[str, Any]) -> bool:
    done = [payment for payment in row["transactions"] if payment["status"] == "SUCCESS"]
    refunded = total(payment["amountSet"] for payment in done if payment["kind"] == "REFUND")
    received = total(payment["amountSet"] for payment in done if payment["kind"] in {"SALE", "CAPTURE"})
    owed = amount(row["currentTotalPriceSet"]) - amount(row["netPaymentSet"])
    return (
        refunded == amount(row["totalRefundedSet"]) == total(refund["totalRefundedSet"] for refund in row["refunds"])
        and received == amount(row["totalReceivedSet"])
        and all(explained(row, refund) for refund in row["refunds"])
        and (owed == amount(row["totalOutstandingSet"]))
    )


def explained(row: dict[str, Any], refund: dict[str, Any]) -> bool:
    """Tell whether the parts of a refund make what was agreed: its transactions, or nothing for an order nobody had paid."""
    added = not row["taxesIncluded"]
    parts = [item["subtotalSet"] for item in refund["refundLineItems"]] + [item["amountSet"] for item in refund["orderAdjustments"]]
    parts += [line["subtotalAmountSet"] for line in refund["refundShippingLines"]] + [duty["amountSet"] for duty in refund["duties"]]
    if added:
        parts += [item["totalTaxSet"] for item in refund["refundLineItems"]] + [
            line["taxAmountSet"] for line in refund["refundShippingLines"]
        ]
    return total(iter(parts)) == total(payment["amountSet"] for payment in refund["transactions"])


@pytest.mark.parametrize("profile", ["small", "large"])
def test_quantities_of_lines_follow_parcels_and_refunds(profile: str) -> None:
    wrong: list[str] = []
    for row in rows(profile, 300):
        sent: dict[int, int] = {}
        back: dict[int, int] = {}
        for parcel in row["fulfillments"]:
            for item in parcel["fulfillmentLineItems"] if parcel["status"] == "SUCCESS" else ():
                sent[item["lineItem"]] = sent.get(item["lineItem"], 0) + item["quantity"]
        for refund in row["refunds"]:
            for item in refund["refundLineItems"]:
                back[item["lineItem"]] = back.get(item["lineItem"], 0) + item["quantity"]
        for at, line in enumerate(row["lineItems"]):
            left = line["quantity"] - sent.get(at, 0) - line["nonFulfillableQuantity"]
            if (line["currentQuantity"], line["unfulfilledQuantity"]) != (line["quantity"] - back.get(at, 0), left):
                wrong.append(line["id"])

    assert [] == wrong


@pytest.mark.parametrize("profile", ["small", "large", "variants", "odd"])
def test_every_order_status_is_shown(profile: str) -> None:
    heads = store(profile).orders.heads.values()

    assert values("OrderDisplayFinancialStatus") == {head.financial for head in heads}
    assert values("OrderDisplayFulfillmentStatus") == {head.fulfillment for head in heads}
    assert values("OrderReturnStatus") == {head.returned for head in heads}
    assert values("OrderCancelReason") == {head.scenario.cancel for head in heads} - {""}


def values(enum: str) -> set[str]:
    return set(schema().type_map[enum].values)  # type: ignore[attr-defined]


def test_a_large_shop_is_large_and_lifelike() -> None:
    shop = store("large")
    heads = list(shop.orders.heads.values())
    guests = sum(1 for head in heads if head.customer is None)

    assert (20_000, 1_250, 4_000, 3) == (len(heads), len(shop.products), len(shop.customers), len(shop.locations))
    assert 5_000 < len(shop.variants)
    assert 0.08 < guests / len(heads) < 0.16
    assert 100 < len(heads) - len({head.created for head in heads})
    assert 100 < len(heads) - len({head.updated for head in heads})
    assert all(head.created <= head.updated for head in heads)
    assert 3.8 * 365 * 86_400 < heads[-1].created - heads[0].created
    assert {"web", "pos"} < {head.source for head in heads}
    assert any(head.test for head in heads)


def test_a_variant_shop_has_a_hundred_variants_a_product_and_one_with_more() -> None:
    counts = [head.count for head in store("variants").products.heads.values()]

    assert (60, 59, 260) == (len(counts), counts.count(100), max(counts))


def test_an_odd_shop_keeps_what_integrations_forget() -> None:
    shop = store("odd")
    lines = [line for row in rows("odd") for line in row["lineItems"]]
    living = shop.products.heads
    codes = {row["presentmentCurrencyCode"] for row in rows("odd")}

    assert {"JPY", "KWD"} <= codes
    assert any(line["variant"] is None for line in lines)
    assert any(line["product"] is not None and line["product"] not in living for line in lines)
    assert any(line["sku"] == "" for line in lines)
    assert 200 == max(len(row["lineItems"]) for row in rows("odd"))
    assert any(row["customer"] and row["email"] is None and (row["billingAddress"] or {}).get("name") is None for row in rows("odd"))
    assert any("🧣" in head.title for head in living.values())
    assert any(not head.active for head in shop.locations.heads.values())
    assert any(not head.tracked for head in shop.variants.heads.values())
    assert "ODD/1001-jp" == next(rows("odd"))["name"]


def test_a_seed_is_the_same_each_time_and_another_for_another_name() -> None:
    described = SandboxStore("twice", "Twice", "small", {})
    first, again = (list(Store(described, lambda: NOW).orders.heads.values()) for _ in range(2))
    other = list(Store(SandboxStore("other", "Other", "small", {}), lambda: NOW).orders.heads.values())

    assert first == again
    assert first != other


def test_sizes_can_be_set() -> None:
    sizes = {"orders": 5, "products": 3, "variants_per_product": 1, "customers": 2, "locations": 1}
    shop = Store(SandboxStore("tiny", "Tiny", "variants", {}, sizes=sizes), lambda: NOW)

    assert (5, 3, 3) == (len(shop.orders), len(shop.products), len(shop.variants))
    assert (2, 1) == (len(shop.customers), len(shop.locations))
