"""Shipments that the seller confirms: parcels of an order, by an operation of their own or by feeds.

A parcel is known by its reference within the order. The same reference again edits the parcel; what has left stays within what was bought.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from adapters.amazon.sandbox.calls import Answer, Call
from adapters.amazon.sandbox.deeds import Deeds
from adapters.amazon.sandbox.errors import ApiError, UnfitError, invalid, refusal
from adapters.amazon.sandbox.instants import instant_of
from adapters.amazon.sandbox.seed.orders import OrderHead
from adapters.amazon.sandbox.seed.parcels import NOWHERE, Parcel
from adapters.amazon.sandbox.seed.refunds import Transaction
from adapters.amazon.sandbox.shop import Shop

Row = dict[str, Any]
SHIPPABLE = frozenset({"UNSHIPPED", "PARTIALLY_SHIPPED", "SHIPPED"})
NEEDED = ("packageReferenceId", "carrierCode", "trackingNumber", "shipDate", "orderItems")
WRONG_TYPE = "The input you have submitted is not valid. Please check the fields with invalid type [packageDetail.{}]."
BAD_REFERENCE = "PackageReferenceId: is invalid, must be a positive numeric value."
BAD_ITEM = "OrderItemId  is invalid, please obtain the value through the getOrderItems API or Manage Orders page"
NO_PACKAGE = (
    "Failed to create package due to not finding a matching package or order already fulfilled.  ErrorMessage(errorCode=GeneralError, "
    "errorDescription=Unable to find package to update for order (), errorMetric=PackageToUpdateNotFound, packageIndex=null)"
)


@dataclass(frozen=True, slots=True)
class Shipping:
    """A wish to ship; `units` by line id, empty for all that is left; an empty `reference` takes the next number."""

    order_id: str
    reference: str
    units: Mapping[str, int]
    carrier: str
    service: str
    tracking: str | None
    shipped: int


def well_formed(body: bytes) -> None:
    """Refuse what the platform refuses before anything else: a reference or a number of another type. ApiError 400."""
    try:
        parcel = orjson.loads(body)["packageDetail"]
        reference = parcel["packageReferenceId"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return
    if not isinstance(reference, str):
        raise ApiError(400, "InvalidInput", WRONG_TYPE.format("packageReferenceId"))
    if not reference.isdecimal() or int(reference) == 0:
        raise ApiError(400, "InvalidInput", BAD_REFERENCE)


def confirm_shipment(shop: Shop, call: Call) -> Answer:
    """Answer confirmShipment."""
    head = shop.orders.get(call.path["orderId"])
    if head is None:
        raise refusal("no order")
    try:
        wish = orjson.loads(call.body)
        shipping = _read(head.id, wish["packageDetail"])
        market = wish["marketplaceId"]
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise invalid("marketplaceId and a whole packageDetail are required, times are ISO 8601.") from error
    if market != head.market:
        raise invalid("marketplaceId is not the order's.")
    try:
        ship(shop, shipping, call.operation)
    except UnfitError as error:
        raise ApiError(400, "InvalidInput", error.message) from error
    return Answer(b"", 204)


def ship(shop: Shop, shipping: Shipping, operation: str) -> None:
    """Add or edit a parcel. UnfitError for what the order does not allow."""
    head = _shippable(shop, shipping.order_id)
    deeds = shop.deed(head.id)
    old = next((parcel for parcel in deeds.parcels if shipping.reference == parcel.reference), None)
    units = _units(deeds, shipping, old)
    parcel = _parcel(shop, deeds, shipping, units, old)
    deeds.parcels = [each for each in deeds.parcels if each is not old] + [parcel]
    if not any(one.number == 0 for one in deeds.moved):
        deeds.moved = [Transaction(shop.instant(), head.id, 0), *deeds.moved]
    shop.wrote(head.id, "PARTIALLY_SHIPPED" if deeds.open_units() else "SHIPPED")
    is_edit = old is not None and old.status not in NOWHERE
    shop.effect("shipment.update" if is_edit else "shipment.create", head.id, shipping.tracking, operation)


def _read(order_id: str, detail: Row) -> Shipping:
    """Read a package; KeyError, TypeError or ValueError for one that is not whole."""
    values = {name: detail[name] for name in NEEDED}
    if any(not isinstance(value, str) or not value for name, value in values.items() if name != "orderItems"):
        raise ValueError
    carrier = values["carrierCode"]
    if carrier == "Other":
        carrier = detail["carrierName"]
    units: Counter[str] = Counter()
    for item in values["orderItems"]:
        if type(item["quantity"]) is not int or item["quantity"] <= 0:
            raise ValueError
        units[str(item["orderItemId"])] += item["quantity"]
    if not units:
        raise ValueError
    service, shipped = detail.get("shippingMethod", ""), instant_of(values["shipDate"])
    return Shipping(order_id, values["packageReferenceId"], units, carrier, service, values["trackingNumber"], shipped)


def _shippable(shop: Shop, order_id: str) -> OrderHead:
    head = shop.orders.get(order_id)
    if head is None:
        raise UnfitError("The order id is not known.")
    if head.amazon:
        raise UnfitError("The order is fulfilled by Amazon.")
    if head.status not in SHIPPABLE:
        raise UnfitError(f"The order cannot be shipped: it is {head.status}.")
    if "FBM_SHIP_PLUS" in shop.order(order_id).get("programs", ()):
        raise UnfitError("The order's shipment is confirmed by its label.")
    return head


def _units(deeds: Deeds, shipping: Shipping, old: Parcel | None) -> Counter[int]:
    """Return what the parcel holds, by line. UnfitError for foreign lines and for more than is left."""
    left = deeds.open_units()
    if old is not None and old.status not in NOWHERE:
        left += old.units
    if not left:
        raise UnfitError(NO_PACKAGE)
    if not shipping.units:
        return left
    units: Counter[int] = Counter()
    for item_id, count in shipping.units.items():
        number = deeds.number_of(item_id)
        if number is None:
            raise UnfitError(BAD_ITEM)
        units[number] = count
    if any(count > left[number] for number, count in units.items()):
        raise UnfitError(f"The quantity is above what is left to ship of order item {', '.join(shipping.units)}.")
    return units


def _parcel(shop: Shop, deeds: Deeds, shipping: Shipping, units: Counter[int], old: Parcel | None) -> Parcel:
    created = shop.instant() if old is None else old.created
    status, detailed = ("SHIPPED", "PICKED_UP") if old is None or old.status in NOWHERE else (old.status, old.detailed)
    told = (shipping.carrier, shipping.service, shipping.tracking)
    return Parcel(shipping.reference or _next_reference(deeds), created, shipping.shipped, status, detailed, units, *told)


def _next_reference(deeds: Deeds) -> str:
    taken = {parcel.reference for parcel in deeds.parcels}
    return next(str(number) for number in range(1, len(taken) + 2) if str(number) not in taken)
