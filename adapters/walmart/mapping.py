"""Walmart's purchase orders in canonical words. Pure: every function takes a row and returns an entity.

An order has no status of its own: pieces of its lines have, several of one line at once. It is as far as the hindmost piece that is not
cancelled. A word no table knows becomes OTHER and keeps its own text beside it; an order without id or time gives None.
"""

from datetime import datetime

from adapters.walmart import manifest
from adapters.walmart.charges import PRODUCT, SHIPPING, Bill, bills_of, refund_of, together
from adapters.walmart.extras import WalmartOrderExtras
from adapters.walmart.manifest import CANCELLED_WORD, OPEN_WORDS, ORDER_STATUSES, PLATFORM, REFUNDED_WORD, SENT_WORDS
from adapters.walmart.values import WHOLE, ZERO, Json, Seen, address, at, counted, flag, leftovers, moment, money, rows, text, texts
from schema.address import Contact
from schema.making import make_contact, make_discount, make_line, make_order, make_parts, make_shipping_line, make_totals
from schema.money import Money
from schema.orders import FulfilmentStatus, Order, OrderLine, OrderStatus, OrderTotals, PaymentStatus, ShippingLine

ORDER_KNOWN = frozenset({
    "purchaseOrderId", "customerOrderId", "customerEmailId", "orderDate", "orderType", "originalCustomerOrderID",
    "shippingInfo", "orderLines", "shipNode", "mart", "isGuest", "paymentTypes",
})  # fmt: skip
LINE_KNOWN = frozenset({
    "lineNumber", "charges", "orderLineQuantity", "statusDate", "orderLineStatuses", "refund",
})  # fmt: skip


def order(row: Json, seen: Seen) -> Order | None:
    """Map an order with its lines."""
    key, created = text(row.get("purchaseOrderId")), moment(row.get("orderDate"))
    if key is None or created is None:
        return None
    bills, words = bills_of(row), _words(row)
    bill = together(bills)
    status, ship_to = _status(row, words), at(row, "shippingInfo", "postalAddress")
    changed = changed_at(row) or created
    phone = text(at(row, "shippingInfo", "phone"))
    return make_order(
        **seen.ids(key, key, number_of(key)),
        customer_key_id=None,
        raw=leftovers(row, ORDER_KNOWN),
        parts=make_parts(lines=_lines(row, bills, seen), has_refunds=_has_refunds(row)),
        number=key,
        created_at=created,
        updated_at=changed,
        placed_at=created,
        cancelled_at=changed if status is OrderStatus.CANCELLED else None,
        closed_at=None,
        paid_at=None,
        status=status,
        platform_status=", ".join(words),
        payment_status=_payment(row, words, bill),
        platform_payment_status=None,
        fulfilment_status=_fulfilment(words),
        platform_fulfilment_status=None,
        cancel_reason=_cancel_reason(row) if status is OrderStatus.CANCELLED else None,
        test=None,
        currency_code=bill.currency,
        totals=_totals(row, bill),
        taxes=bill.taxes(),
        discounts=[make_discount(code=None, title=each.name, amount=bill.money(-each.amount)) for each in bill.charges if each.is_discount],
        shipping_lines=_shipping(row, bill),
        billing_address=None,
        shipping_address=address(ship_to, phone),
        contact=_contact(row, text(at(ship_to, "name")), phone),
        tags=[],
        note=None,
        channel=text(row.get("mart")),
        extras=_extras(row),
    )


def lines(row: Json, seen: Seen) -> list[OrderLine]:
    """Map the lines of an order."""
    return _lines(row, bills_of(row), seen)


def order_lines(row: Json) -> list[Json]:
    """Return the lines of an order as the platform has them."""
    return rows(at(row, "orderLines", "orderLine"))


def statuses(line: Json) -> list[Json]:
    """Return what the pieces of a line are at."""
    return rows(at(line, "orderLineStatuses", "orderLineStatus"))


def changed_at(row: Json) -> datetime | None:
    """Return when a line of an order last changed its status."""
    return max((found for line in order_lines(row) if (found := moment(line.get("statusDate")))), default=None)


def unsettled(row: Json) -> bool:
    """Say whether a line of an order may have been given back in a way only its return tells."""
    return any(text(line.get("returnOrderId")) and not line.get("refund") for line in order_lines(row))


def number_of(key: str) -> int:
    """Return a platform's id as a number to order by, 0 when it is none."""
    return int(key) if WHOLE.fullmatch(key) else 0


def _words(row: Json) -> list[str]:
    """Return the status words of an order: known ones from the hindmost on, then the others."""
    found = {word for line in order_lines(row) for each in statuses(line) if (word := text(each.get("status")))}
    return [*(word for word in ORDER_STATUSES if word in found), *sorted(found - ORDER_STATUSES.keys())]


def _status(row: Json, words: list[str]) -> OrderStatus:
    if not words or any(word not in ORDER_STATUSES for word in words):
        return OrderStatus.OTHER
    if OPEN_WORDS.intersection(words) and _unwanted(row):
        return OrderStatus.ON_HOLD
    return ORDER_STATUSES[words[0]]


def _fulfilment(words: list[str]) -> FulfilmentStatus:
    left = set(words) - {CANCELLED_WORD}
    if not words or left - OPEN_WORDS - SENT_WORDS:
        return FulfilmentStatus.OTHER
    if not left:
        return FulfilmentStatus.NOT_REQUIRED
    if not left & SENT_WORDS:
        return FulfilmentStatus.UNFULFILLED
    return FulfilmentStatus.PARTIALLY_FULFILLED if left & OPEN_WORDS else FulfilmentStatus.FULFILLED


def _payment(row: Json, words: list[str], bill: Bill) -> PaymentStatus | None:
    """Nothing is said of payment: the buyer is charged when a piece ships, and until then the money is held."""
    left, back = set(words) - {CANCELLED_WORD}, abs(together([refund_of(line) for line in order_lines(row)]).total)
    if not words or left - OPEN_WORDS - SENT_WORDS:
        return None
    if left == {REFUNDED_WORD} or (back > ZERO and back >= bill.total):
        return PaymentStatus.REFUNDED
    if back > ZERO or REFUNDED_WORD in left:
        return PaymentStatus.PARTIALLY_REFUNDED
    if not left:
        return PaymentStatus.VOIDED
    if not left & SENT_WORDS:
        return PaymentStatus.AUTHORIZED
    return PaymentStatus.PARTIALLY_PAID if left & OPEN_WORDS else PaymentStatus.PAID


def _totals(row: Json, bill: Bill) -> OrderTotals:
    back = together([refund_of(line) for line in order_lines(row)])
    return make_totals(
        subtotal=bill.money(bill.of(PRODUCT)),
        discounts=bill.money(bill.discounts),
        shipping=bill.money(bill.of(SHIPPING)),
        fees=bill.money(bill.fees),
        tax=bill.money(bill.tax),
        taxes_included=False,
        total=bill.money(bill.total),
        refunded=None if unsettled(row) else bill.money(abs(back.total)),
        outstanding=None,
    )


def _shipping(row: Json, bill: Bill) -> list[ShippingLine]:
    method = text(at(row, "shippingInfo", "methodCode"))
    charged = any(each.kind == SHIPPING for each in bill.charges)
    return [make_shipping_line(title=method, code=method, amount=bill.money(bill.of(SHIPPING)))] if method or charged else []


def _contact(row: Json, name: str | None, phone: str | None) -> Contact | None:
    email = text(row.get("customerEmailId"))
    if email is not None and email.casefold() == manifest.PLACEHOLDER_EMAIL:
        email = None
    return make_contact(name=name, email=email, phone=phone) if name or email or phone else None


def _has_refunds(row: Json) -> bool | None:
    """Say whether an order has refunds; None where only its returns can tell."""
    if any(line.get("refund") for line in order_lines(row)):
        return True
    return None if unsettled(row) else False


def _unwanted(row: Json) -> bool:
    return any(text(line.get("intentToCancel")) for line in order_lines(row))


def _cancel_reason(row: Json) -> str | None:
    reasons = (text(each.get("cancellationReason")) for line in order_lines(row) for each in statuses(line))
    return next((reason for reason in reasons if reason), None)


def _extras(row: Json) -> WalmartOrderExtras:
    programs = (text(at(line, "fulfillment", "shippingProgramType")) for line in order_lines(row))
    returned = (text(line.get("returnOrderId")) for line in order_lines(row))
    return WalmartOrderExtras(
        platform=PLATFORM,
        customer_order_id=text(row.get("customerOrderId")),
        order_type=text(row.get("orderType")),
        original_customer_order_id=text(row.get("originalCustomerOrderID")),
        ship_node_type=text(at(row, "shipNode", "type")),
        ship_node_id=text(at(row, "shipNode", "id")),
        shipping_method=text(at(row, "shippingInfo", "methodCode")),
        shipping_program=next((program for program in programs if program), None),
        estimated_ship_date=moment(at(row, "shippingInfo", "estimatedShipDate")),
        estimated_delivery_date=moment(at(row, "shippingInfo", "estimatedDeliveryDate")),
        intent_to_cancel=_unwanted(row),
        is_guest=flag(row.get("isGuest")),
        payment_types=texts(row.get("paymentTypes")),
        return_order_ids=list(dict.fromkeys(each for each in returned if each)),
        summary_total=money(at(row, "orderSummary", "totalAmount")),
    )


def _lines(row: Json, bills: list[Bill], seen: Seen) -> list[OrderLine]:
    found = zip(order_lines(row), bills, strict=True)
    return [made for line, bill in found if (made := _line(line, bill, row, seen)) is not None]


def _line(line: Json, bill: Bill, parent: Json, seen: Seen) -> OrderLine | None:
    key, order_key = text(line.get("lineNumber")), text(parent.get("purchaseOrderId"))
    if key is None or order_key is None:
        return None
    sku, quantity = text(at(line, "item", "sku")), counted(line.get("orderLineQuantity")) or 0
    return make_line(
        store_name=seen.store,
        order_key_id=order_key,
        variant_key_id=sku,
        product_key_id=f"item:{sku}" if sku else None,
        known_refunded=_pieces(line, frozenset({REFUNDED_WORD, CANCELLED_WORD})),
        platform_id=key,
        sku=sku,
        title=text(at(line, "item", "productName")) or "",
        variant_title=None,
        quantity=quantity,
        fulfilled_quantity=_pieces(line, SENT_WORDS),
        unit_price=_unit_price(bill, quantity),
        discounts=bill.money(bill.discounts),
        total=bill.money(bill.of(PRODUCT)),
        tax=bill.money(bill.goods_tax),
        taxes=bill.taxes(PRODUCT),
        attributes=leftovers(line, LINE_KNOWN),
    )


def _pieces(line: Json, words: frozenset[str]) -> int:
    return sum(counted(each.get("statusQuantity")) or 0 for each in statuses(line) if text(each.get("status")) in words)


def _unit_price(bill: Bill, quantity: int) -> Money | None:
    """A division that does not come out even in cents is nobody's price."""
    if quantity <= 0 or not bill.charges:
        return None
    if quantity == 1:
        return bill.money(bill.price)
    each = round(bill.price / quantity, 2)
    return bill.money(each) if each * quantity == bill.price else None
