"""What left for an order and what was given back: parcels and refunds, in canonical words. Pure, like `mapping`.

Neither is a thing of its own at Walmart. A parcel is whatever lines show the same tracking number. A refund stands on its line; where a
line names only its return, on the return.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from adapters.walmart import manifest
from adapters.walmart.charges import PRODUCT, SHIPPING, Bill, refund_of, together
from adapters.walmart.manifest import WALMART
from adapters.walmart.mapping import changed_at as changed_of
from adapters.walmart.mapping import number_of, order_lines, statuses
from adapters.walmart.values import NO_CURRENCY, ZERO, Json, Seen, at, counted, flag, moment, number, rows, text
from schema.money import Money
from schema.refunds import Refund, RefundLine
from schema.shipments import Shipment, ShipmentLine, ShipmentStatus, Tracking

REFUNDED = "REFUND_COMPLETED"


def shipments(order: Json, seen: Seen) -> list[Shipment]:
    """Map the parcels of an order, in the order of its lines."""
    parcels: dict[str, list[tuple[Json, Json]]] = {}
    for line in order_lines(order):
        for place, each in enumerate(statuses(line)):
            if isinstance(tracking := each.get("trackingInfo"), dict):
                key = text(tracking.get("trackingNumber")) or f"line-{text(line.get('lineNumber'))}-{place}"
                parcels.setdefault(key, []).append((line, each))
    return [_shipment(key, parts, order, seen) for key, parts in parcels.items()]


def refunds(order: Json, returns: Iterable[Json], seen: Seen) -> list[Refund]:
    """Map what was given back of an order; `returns` are those of its shopper's order."""
    key = text(order.get("purchaseOrderId")) or ""
    parts: dict[str, list[Json]] = {}
    for line in order_lines(order):
        if isinstance(line.get("refund"), dict):
            refund_id = text(at(line, "refund", "refundId")) or f"line-{text(line.get('lineNumber'))}"
            parts.setdefault(refund_id, []).append(line)
    found = [_refund(refund_id, own, order, seen) for refund_id, own in parts.items()]
    settled = {text(line.get("lineNumber")) for own in parts.values() for line in own}
    return [*found, *(made for each in returns if (made := _returned(each, key, settled, order, seen)) is not None)]


def _shipment(key: str, parts: list[tuple[Json, Json]], order: Json, seen: Seen) -> Shipment:
    order_key = text(order.get("purchaseOrderId")) or ""
    words = [word for _, each in parts if (word := text(each.get("status")))]
    tracking = parts[0][1]["trackingInfo"]
    sent = [found for _, each in parts if (found := moment(at(each, "trackingInfo", "shipDateTime")))]
    changed = [found for line, _ in parts if (found := moment(line.get("statusDate")))]
    return Shipment(
        **seen.ids(f"{order_key}-{key}", key),
        **_parent(order, order_key),
        location_key_id=_node(order),
        name=None,
        status=_status(words),
        platform_status=", ".join(dict.fromkeys(words)) or None,
        created_at=min(sent, default=None),
        updated_at=max(changed, default=None),
        delivered_at=None,
        tracking=[
            Tracking(
                company=text(at(tracking, "carrierName", "carrier")) or text(at(tracking, "carrierName", "otherCarrier")),
                number=text(tracking.get("trackingNumber")),
                url=text(tracking.get("trackingURL")),
            )
        ],
        lines=[
            ShipmentLine(
                order_line_id=text(line.get("lineNumber")), sku=text(at(line, "item", "sku")), quantity=counted(each.get("statusQuantity"))
            )
            for line, each in parts
        ],
    )


def _status(words: list[str]) -> ShipmentStatus:
    """A parcel is where the hindmost of its lines is."""
    if any(word not in manifest.SHIPMENT_STATUSES for word in words):
        return ShipmentStatus.OTHER
    return next((status for word, status in manifest.SHIPMENT_STATUSES.items() if word in words), ShipmentStatus.OTHER)


def _node(order: Json) -> str | None:
    kind, key = text(at(order, "shipNode", "type")), text(at(order, "shipNode", "id"))
    return WALMART if kind == WALMART else key


def _refund(refund_id: str, own: list[Json], order: Json, seen: Seen) -> Refund:
    order_key = text(order.get("purchaseOrderId")) or ""
    bills = [refund_of(line) for line in own]
    bill = together(bills)
    shipped = any(each.kind == SHIPPING for each in bill.charges)
    notes = (_note(line) for line in own)
    return Refund(
        **seen.ids(f"{order_key}-{refund_id}", refund_id, number_of(refund_id)),
        **_parent(order, order_key),
        created_at=None,
        amount=bill.money(abs(bill.total)),
        shipping=bill.money(abs(_with_tax(bill, SHIPPING))) if shipped else None,
        note="; ".join(dict.fromkeys(note for note in notes if note)) or None,
        lines=[_refund_line(line, each) for line, each in zip(own, bills, strict=True)],
    )


def _refund_line(line: Json, bill: Bill) -> RefundLine:
    return RefundLine(
        order_line_id=text(line.get("lineNumber")),
        quantity=None,
        amount=bill.money(abs(bill.of(PRODUCT))),
        tax=bill.money(abs(bill.goods_tax)),
        restocked=None,
    )


def _returned(row: Json, order_key: str, settled: set[str | None], order: Json, seen: Seen) -> Refund | None:
    """Map a return whose money was given back, as far as the order's own lines do not tell of it."""
    key = text(row.get("returnOrderId"))
    own = [line for line in rows(row.get("returnOrderLines")) if _counts(line, order_key, settled)]
    if key is None or not own:
        return None
    parts = [(line, *_given_back(line)) for line in own]
    currency = next((text(at(charge, "chargePerUnit", "currencyUnit")) for line in own for charge in rows(line.get("charges"))), None)
    money = Bill((), currency or NO_CURRENCY).money
    times = [moment(each.get("statusTime")) for line in own for each in rows(line.get("currentTrackingStatuses")) if _completed(each)]
    return Refund(
        **seen.ids(f"{order_key}-{key}", key, number_of(key)),
        **_parent(order, order_key),
        created_at=max((time for time in times if time), default=None),
        amount=money(sum((goods + shipping + tax for _, goods, shipping, tax in parts), ZERO)),
        shipping=_shipping_of(parts, money),
        note="; ".join(dict.fromkeys(reason for line in own if (reason := text(line.get("returnReason"))))) or None,
        lines=[
            RefundLine(
                order_line_id=text(line.get("purchaseOrderLineNumber")),
                quantity=counted(line.get("refundedQty")),
                amount=money(goods),
                tax=money(tax),
                restocked=None,
            )
            for line, goods, _, tax in parts
        ],
    )


def _shipping_of(parts: list[tuple[Json, Decimal, Decimal, Decimal]], money: Any) -> Money | None:
    shipping = sum((each for _, _, each, _ in parts), ZERO)
    found: Money | None = money(shipping) if shipping else None
    return found


def _counts(line: Json, order_key: str, settled: set[str | None]) -> bool:
    own = text(line.get("purchaseOrderId")) == order_key and text(line.get("purchaseOrderLineNumber")) not in settled
    return own and (counted(line.get("refundedQty")) or 0) > 0


def _completed(row: Json) -> bool:
    return text(row.get("currentRefundStatus")) == REFUNDED


def _given_back(line: Json) -> tuple[Decimal, Decimal, Decimal]:
    """Return goods, shipping and tax of the refunded pieces of a return's line; its charges are for one piece."""
    pieces = counted(line.get("refundedQty")) or 0
    goods = shipping = tax = ZERO
    for charge in rows(line.get("charges")):
        amount = number(at(charge, "chargePerUnit", "currencyAmount")) or ZERO
        amount = -abs(amount) if flag(charge.get("isDiscount")) else amount
        tax += sum((number(at(each, "taxPerUnit", "currencyAmount")) or ZERO for each in rows(charge.get("tax"))), ZERO)
        if text(charge.get("chargeCategory")) == SHIPPING:
            shipping += amount
        else:
            goods += amount
    return goods * pieces, shipping * pieces, tax * pieces


def _with_tax(bill: Bill, kind: str) -> Decimal:
    return sum((each.amount + each.tax for each in bill.charges if each.kind == kind), ZERO)


def _note(line: Json) -> str | None:
    reasons = (text(each.get("refundReason")) for each in rows(at(line, "refund", "refundCharges", "refundCharge")))
    return text(at(line, "refund", "refundComments")) or next((reason for reason in reasons if reason), None)


def _parent(order: Json, order_key: str) -> dict[str, Any]:
    created = moment(order.get("orderDate"))
    return {"order_key_id": order_key, "order_created_at": created, "order_updated_at": changed_of(order) or created}
