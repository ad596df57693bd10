"""What becomes of an order after the sale: refunds and shipments in canonical words. Pure, like `mapping`.

A refund stands on the order, on its lines, or on both; where it is on both it is one. What is pending or failed gave nothing back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.ebay.manifest import GIVEN_BACK
from adapters.ebay.values import NO_CURRENCY, Json, Seen, moment, money, record, rows, text, total, whole
from schema.money import Money
from schema.refunds import Refund, RefundLine
from schema.shipments import Shipment, ShipmentLine, ShipmentStatus, Tracking


@dataclass(frozen=True, slots=True)
class GivenBack:
    """One refund: `shares` has what of it is for each line, by the line's id."""

    id: str
    amount: Money | None
    at: datetime | None
    shares: Mapping[str | None, Money | None]


def given_back(row: Json) -> list[GivenBack]:
    """Return the refunds of an order that gave something back, in the platform's order."""
    shares = _shares(row)
    found = []
    known = set()
    for each in rows(record(row.get("paymentSummary")).get("refunds")):
        key = _key(each)
        known.add(key)
        if key is not None and each.get("refundStatus") in {None, GIVEN_BACK}:
            own = {line: money(share.get("amount")) for line, share in shares.get(key, ())}
            found.append(GivenBack(key, money(each.get("amount")), moment(each.get("refundDate")), own))
    for key, parts in shares.items():
        if key not in known:
            amounts = [money(share.get("amount")) for _, share in parts]
            whole_amount = total(amounts, next((each.currency_code for each in amounts if each), NO_CURRENCY))
            at = moment(parts[0][1].get("refundDate"))
            found.append(GivenBack(key, whole_amount, at, {line: money(share.get("amount")) for line, share in parts}))
    return found


def not_given_back(row: Json) -> list[Json]:
    """Return the refunds that are pending or failed."""
    return [each for each in rows(record(row.get("paymentSummary")).get("refunds")) if each.get("refundStatus") not in {None, GIVEN_BACK}]


def refunds(row: Json, seen: Seen) -> list[Refund]:
    """Map the refunds of an order."""
    order_id = text(row.get("orderId"))
    if order_id is None:
        return []
    return [
        Refund(
            **seen.ids(f"{order_id}/{each.id}", each.id),
            **_parent(row, order_id),
            created_at=each.at,
            amount=each.amount,
            shipping=None,
            note=None,
            lines=[
                RefundLine(order_line_id=line, quantity=None, amount=amount, tax=None, restocked=None)
                for line, amount in each.shares.items()
            ],
        )
        for each in given_back(row)
    ]


def shipments(found: list[Json], row: Json, seen: Seen) -> list[Shipment]:
    """Map the packages of an order; those without a tracking number may all have the same id."""
    order_id = text(row.get("orderId"))
    if order_id is None:
        return []
    skus = {text(each.get("lineItemId")): text(each.get("sku")) for each in rows(row.get("lineItems"))}
    mapped = []
    counts: dict[str, int] = {}
    for each in found:
        package = text(each.get("fulfillmentId"))
        if package is not None:
            counts[package] = counts.get(package, 0) + 1
            key = package_key(order_id, package, counts[package])
            mapped.append(_shipment(each, key, package, _parent(row, order_id), skus, seen))
    return mapped


def package_key(order_id: str, package: str, place: int) -> str:
    """Return the key of a package; `place` counts those of the same id, from 1."""
    return f"{order_id}/{package}" + (f"/{place}" if place > 1 else "")


def _shipment(row: Json, key: str, package: str, parent: dict[str, Any], skus: Mapping[str | None, str | None], seen: Seen) -> Shipment:
    company, number = text(row.get("shippingCarrierCode")), text(row.get("shipmentTrackingNumber"))
    contents = [(text(each.get("lineItemId")), whole(each.get("quantity"))) for each in rows(row.get("lineItems"))]
    return Shipment(
        **seen.ids(key, package),
        **parent,
        location_key_id=None,
        name=None,
        status=ShipmentStatus.SHIPPED,  # it is told of once it has left, and nothing is told later
        platform_status=None,
        created_at=moment(row.get("shippedDate")),
        updated_at=None,
        delivered_at=None,
        tracking=[Tracking(company=company, number=number, url=None)] if company or number else [],
        lines=[ShipmentLine(order_line_id=line, sku=skus.get(line), quantity=quantity) for line, quantity in contents],
    )


def _shares(row: Json) -> dict[str, list[tuple[str | None, Json]]]:
    """Return what the lines say of refunds: by the refund, each line with its share."""
    shares: dict[str, list[tuple[str | None, Json]]] = {}
    for line in rows(row.get("lineItems")):
        for each in rows(line.get("refunds")):
            if key := _key(each):
                shares.setdefault(key, []).append((text(line.get("lineItemId")), each))
    return shares


def _key(refund: Json) -> str | None:
    return text(refund.get("refundId")) or text(refund.get("refundReferenceId"))


def _parent(row: Json, order_id: str) -> dict[str, Any]:
    return {
        "order_key_id": order_id,
        "order_created_at": moment(row.get("creationDate")),
        "order_updated_at": moment(row.get("lastModifiedDate")),
    }
