"""eBay's orders in canonical words. Pure: every function takes a row and returns an entity.

Rows are in the view with the breakdown of taxes, in which total = priceSubtotal + priceDiscount + deliveryCost + deliveryDiscount +
adjustment + fee + tax (discounts are negative), and a line's `taxes` has those that eBay collects too. A word no table knows becomes OTHER
and keeps its own text beside it; a row without an id or a time is no entity at all and gives None.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from adapters.ebay import manifest
from adapters.ebay.afterwards import GivenBack, given_back
from adapters.ebay.features import order_extras
from adapters.ebay.values import (
    NO_CURRENCY,
    Json,
    Seen,
    contact_address,
    leftovers,
    moment,
    money,
    negative,
    record,
    rows,
    text,
    total,
    unit_price,
    whole,
)
from adapters.ebay.wares import product_key
from schema.address import Contact
from schema.making import make_contact, make_discount, make_line, make_order, make_parts, make_shipping_line, make_tax, make_totals
from schema.money import Money, make_money
from schema.orders import (
    Discount,
    FulfilmentStatus,
    Order,
    OrderLine,
    OrderStatus,
    OrderTotals,
    PaymentStatus,
    ShippingLine,
    Tax,
)

ORDER_KNOWN = frozenset({
    "orderId", "legacyOrderId", "creationDate", "lastModifiedDate", "orderFulfillmentStatus", "orderPaymentStatus", "sellerId", "buyer",
    "buyerCheckoutNotes", "pricingSummary", "cancelStatus", "paymentSummary", "fulfillmentStartInstructions", "fulfillmentHrefs",
    "lineItems", "salesRecordReference", "totalFeeBasisAmount", "totalMarketplaceFee", "program", "ebayCollectAndRemitTax",
})  # fmt: skip
LINE_KNOWN = frozenset({
    "lineItemId", "sku", "title", "quantity", "lineItemCost", "discountedLineItemCost", "total", "taxes", "refunds",
})  # fmt: skip


# What is decided by the payment alone.
DECIDED = {
    PaymentStatus.REFUNDED: OrderStatus.REFUNDED,
    PaymentStatus.FAILED: OrderStatus.FAILED,
    PaymentStatus.PENDING: OrderStatus.PENDING,
    PaymentStatus.OTHER: OrderStatus.OTHER,
}


def order(row: Json, seen: Seen) -> Order | None:
    """Map an order with its lines."""
    order_id = text(row.get("orderId"))
    placed, changed = moment(row.get("creationDate")), moment(row.get("lastModifiedDate"))
    created, updated = placed or changed, changed or placed
    if order_id is None or created is None or updated is None:
        return None
    back, currency = given_back(row), _currency(row)
    payment = _payment(row, back)
    status, word = _status(row, payment)
    payment_word, fulfilment_word = text(row.get("orderPaymentStatus")), text(row.get("orderFulfillmentStatus"))
    cancel, items = record(row.get("cancelStatus")), rows(row.get("lineItems"))
    cancelled = cancel.get("cancelState") == manifest.CANCELLED
    totals = _totals(row, payment, back, currency)
    return make_order(
        **seen.ids(order_id, order_id),
        customer_key_id=None,
        raw=leftovers(row, ORDER_KNOWN),
        parts=make_parts(lines=_lines(row, seen, back, currency), has_refunds=bool(back)),
        number=order_id,
        created_at=created,
        updated_at=updated,
        placed_at=placed,
        cancelled_at=moment(cancel.get("cancelledDate")) if cancelled else None,
        closed_at=None,
        paid_at=_paid_at(row),
        status=status,
        platform_status=word,
        payment_status=payment,
        platform_payment_status=payment_word,
        fulfilment_status=_fulfilment(fulfilment_word),
        platform_fulfilment_status=fulfilment_word,
        cancel_reason=_cancel_reason(cancel) if cancelled else None,
        test=None,
        currency_code=currency,
        totals=totals,
        taxes=_taxes(each for item in items for each in rows(item.get("taxes"))),
        discounts=_discounts(items),
        shipping_lines=_shipping_lines(row, totals.shipping),
        billing_address=None,
        shipping_address=next((place for step in _steps(row) if (place := contact_address(step.get("shipTo")))), None),
        contact=_contact(row),
        tags=[],
        note=text(row.get("buyerCheckoutNotes")),
        channel=next((found for each in items if (found := text(each.get("purchaseMarketplaceId")))), None),
        extras=order_extras(row, currency),
    )


def lines(row: Json, seen: Seen) -> list[OrderLine]:
    """Map the lines of an order."""
    return _lines(row, seen, given_back(row), _currency(row))


def is_whole(row: Json) -> bool:
    """Say whether an order that was read without the breakdown of taxes lacks nothing: no taxes, nothing to tell of a cancellation."""
    sums = record(row.get("pricingSummary"))
    taxed = any(found and found.amount for found in (money(sums.get("tax")), money(sums.get("fee"))))
    collected = any(rows(each.get("ebayCollectAndRemitTaxes")) for each in rows(row.get("lineItems")))
    return not taxed and not collected and row.get("ebayCollectAndRemitTax") is not True and not is_cancelling(row)


def is_cancelling(row: Json) -> bool:
    """Say whether a cancellation was asked for or granted: only the order read by itself tells more of it."""
    return record(row.get("cancelStatus")).get("cancelState") not in {None, manifest.NOT_CANCELLED}


def _status(row: Json, payment: PaymentStatus | None) -> tuple[OrderStatus, str]:
    """Return where an order is, and the word of eBay's that decides it: there is no one word for the whole order."""
    cancel = record(row.get("cancelStatus")).get("cancelState")
    word, fulfilment = text(row.get("orderPaymentStatus")) or "", text(row.get("orderFulfillmentStatus")) or ""
    if cancel == manifest.CANCELLED:
        return OrderStatus.CANCELLED, manifest.CANCELLED
    decided = DECIDED.get(payment) if payment else None
    if decided is not None:
        return decided, word
    if _fulfilment(fulfilment) is FulfilmentStatus.OTHER:
        return OrderStatus.OTHER, fulfilment
    return (OrderStatus.COMPLETED if fulfilment == "FULFILLED" else OrderStatus.OPEN), fulfilment


def _payment(row: Json, back: Sequence[GivenBack]) -> PaymentStatus | None:
    word = text(row.get("orderPaymentStatus"))
    status = manifest.PAYMENT_STATUSES.get(word, PaymentStatus.OTHER) if word else None
    payments = rows(record(row.get("paymentSummary")).get("payments"))
    if status is not PaymentStatus.FAILED or not any(each.get("paymentStatus") == "PAID" for each in payments):
        return status
    # A refund that failed is told by the same word; the order itself was paid.
    return PaymentStatus.PARTIALLY_REFUNDED if back else PaymentStatus.PAID


def _fulfilment(word: str | None) -> FulfilmentStatus | None:
    return manifest.FULFILMENT_STATUSES.get(word, FulfilmentStatus.OTHER) if word else None


def _paid_at(row: Json) -> datetime | None:
    payments = [each for each in rows(record(row.get("paymentSummary")).get("payments")) if each.get("paymentStatus") == "PAID"]
    return max((found for each in payments if (found := moment(each.get("paymentDate")))), default=None)


def _cancel_reason(cancel: Json) -> str | None:
    requests = sorted(rows(cancel.get("cancelRequests")), key=lambda each: each.get("cancelRequestState") == "COMPLETED")
    return text(requests[-1].get("cancelReason")) if requests else None


def _currency(row: Json) -> str:
    found = money(record(row.get("pricingSummary")).get("total"))
    return found.currency_code if found else NO_CURRENCY


def _totals(row: Json, payment: PaymentStatus | None, back: Sequence[GivenBack], currency: str) -> OrderTotals:
    sums = record(row.get("pricingSummary"))
    parts = {name: money(sums.get(name)) for name in sums}
    due = parts.get("total")
    unpaid = payment in {PaymentStatus.PENDING, PaymentStatus.FAILED}
    return make_totals(
        subtotal=total((parts.get("priceSubtotal"), parts.get("priceDiscount")), currency),
        discounts=negative(total((parts.get("priceDiscount"), parts.get("deliveryDiscount")), currency)),
        shipping=total((parts.get("deliveryCost"), parts.get("deliveryDiscount")), currency),
        fees=total((parts.get("fee"), parts.get("adjustment")), currency),
        tax=total((parts.get("tax"),), currency),
        taxes_included=False,
        total=due,
        refunded=total((each.amount for each in back), currency),
        outstanding=due if unpaid else total((), currency) if payment else None,
    )


def _taxes(found: Iterable[Json]) -> list[Tax]:
    """Return taxes summed up by their kind; fees are none, nor are the empty ones that stand for "no tax"."""
    sums: dict[str | None, list[Money]] = {}
    for each in found:
        kind, amount = text(each.get("taxType")), money(each.get("amount"))
        if amount is not None and not (kind or "").endswith(manifest.FEE) and (kind or amount.amount):
            sums.setdefault(kind, []).append(amount)
    return [make_tax(title=kind, rate=None, amount=total(amounts, amounts[0].currency_code)) for kind, amounts in sums.items()]


def _discounts(items: Iterable[Json]) -> list[Discount]:
    found: dict[str | None, list[Json]] = {}
    for each in (promotion for item in items for promotion in rows(item.get("appliedPromotions"))):
        found.setdefault(text(each.get("promotionId")), []).append(each)
    discounts = []
    for promotions in found.values():
        amounts = [amount for each in promotions if (amount := money(each.get("discountAmount")))]
        summed = total(amounts, amounts[0].currency_code) if amounts else None
        discounts.append(make_discount(code=None, title=text(promotions[0].get("description")), amount=summed))
    return discounts


def _steps(row: Json) -> list[Json]:
    return [record(each.get("shippingStep")) for each in rows(row.get("fulfillmentStartInstructions"))]


def _shipping_lines(row: Json, cost: Money | None) -> list[ShippingLine]:
    steps = [step for step in _steps(row) if step.get("shippingServiceCode") or step.get("shippingCarrierCode")]
    own = cost if len(steps) == 1 else None
    words = [(text(step.get("shippingServiceCode")), text(step.get("shippingCarrierCode"))) for step in steps]
    return [make_shipping_line(title=title, code=code, amount=own) for title, code in words]


def _contact(row: Json) -> Contact | None:
    """Return the buyer; the receiver stands for the buyer where it is not a hub."""
    buyer = record(record(row.get("buyer")).get("buyerRegistrationAddress"))
    hubs = [each.get("ebaySupportedFulfillment") is True for each in rows(row.get("fulfillmentStartInstructions"))]
    receivers = [record(step.get("shipTo")) for step, hub in zip(_steps(row), hubs, strict=True) if not hub]
    people = [buyer, *receivers]
    name = next((found for each in people if (found := text(each.get("fullName")))), None)
    email = next((found for each in people if (found := text(each.get("email")))), None)
    phone = next((found for each in people if (found := text(record(each.get("primaryPhone")).get("phoneNumber")))), None)
    return make_contact(name=name, email=email, phone=phone) if name or email or phone else None


def _lines(row: Json, seen: Seen, back: Sequence[GivenBack], currency: str) -> list[OrderLine]:
    refunded = None if back else 0
    return [found for each in rows(row.get("lineItems")) if (found := _line(each, row, seen, refunded, currency)) is not None]


def _line(row: Json, parent: Json, seen: Seen, refunded: int | None, currency: str) -> OrderLine | None:
    line_id, order_id = text(row.get("lineItemId")), text(parent.get("orderId"))
    if line_id is None or order_id is None:
        return None
    sku, quantity = text(row.get("sku")), whole(row.get("quantity")) or 0
    before, reduced = money(row.get("lineItemCost")), money(row.get("discountedLineItemCost"))
    after = reduced or before
    taken = make_money(amount=before.amount - after.amount, currency_code=before.currency_code) if before and after else None
    taxes = _taxes(rows(row.get("taxes")))
    aspects = [value for each in rows(row.get("variationAspects")) if (value := text(each.get("value")))]
    instructions = rows(parent.get("fulfillmentStartInstructions"))
    delivery = text(instructions[0].get("fulfillmentInstructionsType")) if instructions else None
    return make_line(
        store_name=seen.store,
        order_key_id=order_id,
        variant_key_id=sku,
        product_key_id=product_key(sku) if sku else None,
        known_refunded=refunded,
        platform_id=line_id,
        sku=sku,
        title=text(row.get("title")) or "",
        variant_title=", ".join(aspects) or None,
        quantity=quantity,
        fulfilled_quantity={"NOT_STARTED": 0, "FULFILLED": quantity}.get(text(row.get("lineItemFulfillmentStatus")) or ""),
        unit_price=unit_price(before, quantity),
        discounts=taken,
        total=after,
        tax=total((each.amount for each in taxes), currency),
        taxes=taxes,
        requires_shipping=manifest.SHIPPED.get(delivery or ""),
        attributes=leftovers(row, LINE_KNOWN),
    )
