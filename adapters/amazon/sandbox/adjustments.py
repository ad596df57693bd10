"""Paying back: of each line some of its price and some of its tax, added up over all that was paid back before.

Nothing tells a repeated wish from a second one: whoever sends it twice pays twice, as long as anything is left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from adapters.amazon.sandbox.deeds import Deeds
from adapters.amazon.sandbox.errors import UnfitError
from adapters.amazon.sandbox.markets import Market
from adapters.amazon.sandbox.seed.orders import SHIPPING, OrderHead
from adapters.amazon.sandbox.seed.refunds import Transaction, parts_of
from adapters.amazon.sandbox.shop import Shop

REASONS = frozenset({
    "NoInventory", "CustomerReturn", "GeneralAdjustment", "CouldNotShip", "DifferentItem", "Abandoned", "CustomerCancel", "PriceError",
    "ProductOutofStock", "CustomerAddressIncorrect", "Exchange", "Other", "CarrierCreditDecision", "RiskAssessmentInformationNotValid",
    "CarrierCoverageFailure", "TransactionRecord", "Undeliverable", "RefusedDelivery",
})  # fmt: skip
PRICES, TAXES = ("Principal", "Shipping", "GiftWrap", "CODFee"), ("Tax", "ShippingTax", "GiftWrapTax")


@dataclass(frozen=True, slots=True)
class Component:
    """A sum to pay back, as it was written."""

    kind: str
    amount: str
    currency: str


@dataclass(frozen=True, slots=True)
class AdjustedItem:
    """What to pay back of one line."""

    item_id: str
    reason: str
    components: Sequence[Component]


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A wish to pay back."""

    order_id: str
    items: Sequence[AdjustedItem]
    action: str = "Refund"


def pay_back(shop: Shop, wish: Adjustment, operation: str) -> None:
    """Pay back what is wished, all of it or nothing. UnfitError for what the order does not allow."""
    head = _refundable(shop, wish)
    market, deeds = shop.facts.market(head.market), shop.deed(head.id)
    left = _left(head, deeds)
    parts = []
    for item in wish.items:
        price, tax = _sums(market, item)
        number = deeds.number_of(item.item_id)
        if number is None:
            raise UnfitError(f"The order has no item {item.item_id}.")
        before = left[number]
        left[number] = (before[0] - price, before[1] - tax)
        if min(left[number]) < 0:
            raise UnfitError("The amount is above what can still be paid back for the order item.")
        parts.append((item.item_id, price, tax))
    count = 1 + max((one.number for one in deeds.moved), default=0)
    deeds.moved = [*deeds.moved, Transaction(shop.instant(), head.id, count, tuple(parts))]
    shop.forget(head.id)
    shop.effect("refund.create", head.id, market.text(sum(price + tax for _, price, tax in parts)), operation)


def _refundable(shop: Shop, wish: Adjustment) -> OrderHead:
    head = shop.orders.get(wish.order_id)
    if head is None:
        raise UnfitError("The order id is not known.")
    if head.amazon:
        raise UnfitError("The order is fulfilled by Amazon.")
    if head.status not in SHIPPING:
        raise UnfitError(f"Nothing can be paid back: the order is {head.status}.")
    if wish.action != "Refund" or not wish.items or len({item.item_id for item in wish.items}) < len(wish.items):
        raise UnfitError("A refund and its items are required, each item once.")
    return head


def _left(head: OrderHead, deeds: Deeds) -> dict[int, tuple[int, int]]:
    """Return what can still be paid back of each line: its price, and its tax."""
    left = {
        number: (0, 0) if number in deeds.dropped else (line.total - line.total_tax, line.total_tax)
        for number, line in enumerate(deeds.lines)
    }
    for refund in deeds.moved:
        for line, price, tax in parts_of(head, deeds.lines, refund) if refund.number else ():
            number = deeds.lines.index(line)
            left[number] = (left[number][0] - price, left[number][1] - tax)
    return left


def _sums(market: Market, item: AdjustedItem) -> tuple[int, int]:
    """Return the price and the tax to pay back, in smallest units."""
    if item.reason not in REASONS:
        raise UnfitError("The adjustment reason is not one that the platform has.")
    if any(part.kind not in (*PRICES, *TAXES) or part.currency != market.currency for part in item.components) or not item.components:
        raise UnfitError("Each sum needs a type that the platform has and the order's currency.")
    if market.inclusive and any(part.kind in TAXES for part in item.components):
        raise UnfitError("Prices contain the tax here: it belongs to the principal.")
    sums = [(part.kind in TAXES, _minor(market, part.amount)) for part in item.components]
    if not any(amount for _, amount in sums):
        raise UnfitError("The amount must be above zero.")
    return sum(amount for is_tax, amount in sums if not is_tax), sum(amount for is_tax, amount in sums if is_tax)


def _minor(market: Market, amount: str) -> int:
    try:
        value = Decimal(amount).scaleb(market.decimals)
    except InvalidOperation as error:
        raise UnfitError("The amount is no number.") from error
    if not value.is_finite() or value < 0 or value != value.to_integral_value():
        raise UnfitError("The amount must be a sum of the order's money, not below zero.")
    return int(value)
