"""Parcels of an order: one or several, with tracking or without, now and then one that was called back."""

from random import Random

from adapters.shopify.sandbox.seed.bills import Bill, Line
from adapters.shopify.sandbox.seed.identifiers import BASES, child, dice, gid, iso, pick
from adapters.shopify.sandbox.seed.money import Amounts, Row
from adapters.shopify.sandbox.seed.orders import Order
from adapters.shopify.sandbox.seed.profiles import DAY
from adapters.shopify.sandbox.seed.words import CARRIERS

SHIPMENT_DICE = 9
SHOWN = ("DELIVERED", "DELIVERED", "DELIVERED", "IN_TRANSIT", "OUT_FOR_DELIVERY", "CONFIRMED", "ATTEMPTED_DELIVERY", "LABEL_PRINTED", None)


def shipments(seed: int, head: Order, bill: Bill, amounts: Amounts, places: int) -> list[Row]:
    """Write an order's parcels, oldest first."""
    sent = [line for line in bill.lines if line.sent]
    if not sent:
        return []
    roll = dice(seed, SHIPMENT_DICE, head.index)
    if head.source == "pos":
        return [_parcel(roll, head, 0, sent, amounts, min(1, places - 1), tracked=False)]
    recalled = [_parcel(roll, head, 0, sent[:1], amounts, 0, cancelled=True)] if roll.random() < 0.03 else []
    groups = [sent[:1], sent[1:]] if len(sent) > 1 and roll.random() < 0.4 else [sent]
    return recalled + [
        _parcel(roll, head, at + len(recalled), group, amounts, at % places, tracked=roll.random() < 0.93)
        for at, group in enumerate(groups)
    ]


def _parcel(
    roll: Random, head: Order, at: int, lines: list[Line], amounts: Amounts, place: int, *, tracked: bool = True, cancelled: bool = False
) -> Row:
    number = child("Fulfillment", head.index, at)
    made = head.created + (head.settled - head.created) * (at + 1) // 4
    shown = "CANCELED" if cancelled else "FULFILLED" if not tracked else pick(roll, SHOWN)
    moved = min(head.settled, made + 1_800)
    return {
        "__typename": "Fulfillment",
        "id": gid("Fulfillment", number),
        "legacyResourceId": str(number),
        "order": head.id,
        "name": f"{head.name}-F{at + 1}",
        "status": "CANCELLED" if cancelled else "SUCCESS",
        "displayStatus": shown,
        "totalQuantity": sum(line.sent for line in lines),
        "requiresShipping": any(line.needs_shipping for line in lines),
        "createdAt": iso(made),
        "updatedAt": iso(moved),
        "inTransitAt": iso(moved) if shown in {"IN_TRANSIT", "OUT_FOR_DELIVERY", "DELIVERED"} else None,
        "deliveredAt": iso(head.settled) if shown == "DELIVERED" else None,
        "estimatedDeliveryAt": iso(made + 3 * DAY) if tracked and roll.random() < 0.3 else None,
        "location": BASES["Location"] + place,
        "trackingInfo": _tracking(roll, number) if tracked else [],
        "fulfillmentLineItems": [_content(head, at, row, line, amounts) for row, line in enumerate(lines)],
    }


def _tracking(roll: Random, number: int) -> list[Row]:
    company, pieces = pick(roll, CARRIERS), 2 if roll.random() < 0.1 else 1
    codes = [f"{company[:2].upper()}{number % 10**9:09d}{piece}" for piece in range(pieces)]
    known = company != CARRIERS[-1]
    return [{"company": company, "number": code, "url": f"https://track.example.com/{code}" if known else None} for code in codes]


def _content(head: Order, parcel: int, row: int, line: Line, amounts: Amounts) -> Row:
    return {
        "__typename": "FulfillmentLineItem",
        "id": gid("FulfillmentLineItem", child("FulfillmentLineItem", head.index, parcel * 1_000 + row)),
        "lineItem": line.at,
        "quantity": line.sent,
        "originalTotalSet": amounts.bag(line.part(line.gross, line.sent)),
        "discountedTotalSet": amounts.bag(line.part(line.net, line.sent)),
    }
