"""Acknowledging an order, and cancelling it or some of its lines before they are shipped."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.amazon.sandbox.errors import UnfitError
from adapters.amazon.sandbox.seed.parcels import NOWHERE, shipped_units
from adapters.amazon.sandbox.shop import Shop

REASONS = {
    "NoInventory": "NO_INVENTORY",
    "ShippingAddressUndeliverable": "SHIPPING_ADDRESS_UNDELIVERABLE",
    "CustomerExchange": "CUSTOMER_EXCHANGE",
    "BuyerCanceled": "BUYER_CANCELLED",
    "GeneralAdjustment": "GENERAL_ADJUSTMENT",
    "CarrierCreditDecision": "CARRIER_CREDIT_DECISION",
    "RiskAssessmentInformationNotValid": "RISK_ASSESSMENT_INFORMATION_NOT_VALID",
    "CarrierCoverageFailure": "CARRIER_COVERAGE_FAILURE",
    "CustomerReturn": "CUSTOMER_RETURN",
    "MerchandiseNotReceived": "MERCHANDISE_NOT_RECEIVED",
}
CANCELLABLE = frozenset({"UNSHIPPED", "PARTIALLY_SHIPPED"})


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A wish to acknowledge an order, under the seller's own name for it, which may be empty."""

    order_id: str
    alias: str


@dataclass(frozen=True, slots=True)
class Cancellation:
    """A wish to cancel an order, or the lines of it that have a reason of their own; `reason` is for the whole."""

    order_id: str
    reason: str = ""
    items: Mapping[str, str] = field(default_factory=dict)


def acknowledge(shop: Shop, wish: Acknowledgement, operation: str) -> None:
    """Acknowledge an order. UnfitError for one that is not the seller's to ship."""
    _own(shop, wish.order_id)
    deeds = shop.deed(wish.order_id)
    deeds.alias = wish.alias or deeds.alias
    shop.wrote(wish.order_id, shop.orders[wish.order_id].status)
    shop.effect("order.acknowledge", wish.order_id, wish.alias or None, operation)


def cancel(shop: Shop, wish: Cancellation, operation: str) -> None:
    """Cancel an order or some of its lines. UnfitError for reasons, orders and lines that cannot be."""
    _own(shop, wish.order_id)
    status = shop.orders[wish.order_id].status
    if status not in CANCELLABLE:
        raise UnfitError(f"The order cannot be cancelled: it is {status}.")
    deeds = shop.deed(wish.order_id)
    reasons = _reasons(shop, wish)
    sent = shipped_units(deeds.parcels)
    if any(sent[number] or number in deeds.dropped for number in reasons):
        raise UnfitError("An order item that is shipped or cancelled cannot be cancelled.")
    deeds.dropped = deeds.dropped | reasons
    whole = len(deeds.dropped) == len(deeds.lines)
    if whole:
        deeds.parcels = [parcel for parcel in deeds.parcels if parcel.status not in NOWHERE]
    shop.wrote(wish.order_id, "CANCELLED" if whole else status if deeds.open_units() else "SHIPPED")
    told = {deeds.lines[number].id: reason for number, reason in reasons.items()}
    shop.effect("order.cancel", wish.order_id, next(iter(reasons.values())) if whole else told, operation)


def _own(shop: Shop, order_id: str) -> None:
    head = shop.orders.get(order_id)
    if head is None:
        raise UnfitError("The order id is not known.")
    if head.amazon:
        raise UnfitError("The order is fulfilled by Amazon.")


def _reasons(shop: Shop, wish: Cancellation) -> dict[int, str]:
    """Return the reason for each line to cancel, in the words of orders."""
    deeds = shop.deed(wish.order_id)
    named: dict[int, str] = {}
    for item_id, reason in wish.items.items():
        number = deeds.number_of(item_id)
        if number is None:
            raise UnfitError(f"The order has no item {item_id}.")
        named[number] = reason or wish.reason
    named = named or dict.fromkeys(range(len(deeds.lines)), wish.reason or "NoInventory")
    if any(reason not in REASONS for reason in named.values()):
        raise UnfitError("The cancel reason is not one that the platform has.")
    return {number: REASONS[reason] for number, reason in named.items()}
