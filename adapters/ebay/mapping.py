"""eBay's orders in canonical words. Pure: every function takes a row and returns an entity.

Rows are in the view with the breakdown of taxes, in which total = priceSubtotal + priceDiscount + deliveryCost + deliveryDiscount +
adjustment + fee + tax (discounts are negative), and a line's `taxes` has those that eBay collects too. A word no table knows becomes OTHER
and keeps its own text beside it; a row without an id or a time is no entity at all and gives None.
"""

from collections.abc import Iterable
from datetime import datetime

from adapters.ebay import manifest
from adapters.ebay.afterwards import given_back
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
from schema.money import Money
from schema.orders import (
    Discount,
    FulfilmentStatus,
    Order,
    OrderLine,
    OrderStatus,
    OrderTotals,
    Parts,
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


def order(row: Json, seen: Seen) -> Order | None:
    """Map an order with its lines."""
    order_id = text(row.get("orderId"))
    placed, changed = moment(row.get("creationDate")), moment(row.get("lastModifiedDate"))
    created, updated = placed or changed, changed or placed
    if order_id is None or created is None or updated is None:
        return None
    status, word = _status(row)
    payment_word, fulfilment_word = text(row.get("orderPaymentStatus")), text(row.get("orderFulfillmentStatus"))
    cancel, items = record(row.get("cancelStatus")), rows(row.get("lineItems"))
    cancelled = cancel.get("cancelState") == manifest.CANCELLED
    totals = _totals(row)
    return Order(
        **seen.ids(order_id, order_id),
        customer_key_id=None,
        raw=leftovers(row, ORDER_KNOWN),
        parts=Parts(lines=lines(row, seen), has_refunds=bool(given_back(row))),
        number=order_id,
        created_at=created,
        updated_at=updated,
        placed_at=placed,
        cancelled_at=moment(cancel.get("cancelledDate")) if cancelled else None,
        closed_at=None,
        paid_at=_paid_at(row),
        status=status,
        platform_status=word,
        payment_status=_payment(row),
        platform_payment_status=payment_word,
        fulfilment_status=_fulfilment(fulfilment_word),
        platform_fulfilment_status=fulfilment_word,
        cancel_reason=_cancel_reason(cancel) if cancelled else None,
        test=None,
        currency_code=_currency(row),
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
        extras=order_extras(row, _currency(row)),
    )


def lines(row: Json, seen: Seen) -> list[OrderLine]:
    """Map the lines of an order."""
    return [found for each in rows(row.get("lineItems")) if (found := _line(each, row, seen)) is not None]


def is_whole(row: Json) -> bool:
    """Say whether an order that was read without the breakdown of taxes lacks nothing: no taxes, nothing to tell of a cancellation."""
    sums = record(row.get("pricingSummary"))
    taxed = any(found and found.amount for found in (money(sums.get("tax")), money(sums.get("fee"))))
    collected = any(rows(each.get("ebayCollectAndRemitTaxes")) for each in rows(row.get("lineItems")))
    return not taxed and not collected and row.get("ebayCollectAndRemitTax") is not True and not is_cancelling(row)


def is_cancelling(row: Json) -> bool:
    """Say whether a cancellation was asked for or granted: only the order read by itself tells more of it."""
    return record(row.get("cancelStatus")).get("cancelState") not in {None, manifest.NOT_CANCELLED}


def _status(row: Json) -> tuple[OrderStatus, str]:
    """Return where an order is, and the word of eBay's that decides it: there is no one word for the whole order."""
    cancel = record(row.get("cancelStatus")).get("cancelState")
    payment, fulfilment = text(row.get("orderPaymentStatus")) or "", text(row.get("orderFulfillmentStatus")) or ""
    if cancel == manifest.CANCELLED:
        return OrderStatus.CANCELLED, manifest.CANCELLED
    decided = {
        PaymentStatus.REFUNDED: OrderStatus.REFUNDED,
        PaymentStatus.FAILED: OrderStatus.FAILED,
        PaymentStatus.PENDING: OrderStatus.PENDING,
        PaymentStatus.OTHER: OrderStatus.OTHER,
    }.get(_payment(row) or PaymentStatus.PAID)
    if decided is not None:
        return decided, payment
    if _fulfilment(fulfilment) is FulfilmentStatus.OTHER:
        return OrderStatus.OTHER, fulfilment
    return (OrderStatus.COMPLETED if fulfilment == "FULFILLED" else OrderStatus.OPEN), fulfilment


def _payment(row: Json) -> PaymentStatus | None:
    word = text(row.get("orderPaymentStatus"))
    status = manifest.PAYMENT_STATUSES.get(word, PaymentStatus.OTHER) if word else None
    payments = rows(record(row.get("paymentSummary")).get("payments"))
    if status is not PaymentStatus.FAILED or not any(each.get("paymentStatus") == "PAID" for each in payments):
        return status
    # A refund that failed is told by the same word; the order itself was paid.
    return PaymentStatus.PARTIALLY_REFUNDED if given_back(row) else PaymentStatus.PAID


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


def _totals(row: Json) -> OrderTotals:
    sums, currency = record(row.get("pricingSummary")), _currency(row)
    parts = {name: money(sums.get(name)) for name in sums}
    due = parts.get("total")
    unpaid = _payment(row) in {PaymentStatus.PENDING, PaymentStatus.FAILED}
    return OrderTotals(
        subtotal=total((parts.get("priceSubtotal"), parts.get("priceDiscount")), currency),
        discounts=negative(total((parts.get("priceDiscount"), parts.get("deliveryDiscount")), currency)),
        shipping=total((parts.get("deliveryCost"), parts.get("deliveryDiscount")), currency),
        fees=total((parts.get("fee"), parts.get("adjustment")), currency),
        tax=total((parts.get("tax"),), currency),
        taxes_included=False,
        total=due,
        refunded=total((each.amount for each in given_back(row)), currency),
        outstanding=due if unpaid else total((), currency) if _payment(row) else None,
    )


def _taxes(found: Iterable[Json]) -> list[Tax]:
    """Return taxes summed up by their kind; fees are none, nor are the empty ones that stand for "no tax"."""
    sums: dict[str | None, list[Money]] = {}
    for each in found:
        kind, amount = text(each.get("taxType")), money(each.get("amount"))
        if amount is not None and not (kind or "").endswith(manifest.FEE) and (kind or amount.amount):
            sums.setdefault(kind, []).append(amount)
    return [Tax(title=kind, rate=None, amount=total(amounts, amounts[0].currency_code)) for kind, amounts in sums.items()]


def _discounts(items: Iterable[Json]) -> list[Discount]:
    found: dict[str | None, list[Json]] = {}
    for each in (promotion for item in items for promotion in rows(item.get("appliedPromotions"))):
        found.setdefault(text(each.get("promotionId")), []).append(each)
    discounts = []
    for promotions in found.values():
        amounts = [amount for each in promotions if (amount := money(each.get("discountAmount")))]
        summed = total(amounts, amounts[0].currency_code) if amounts else None
        discounts.append(Discount(code=None, title=text(promotions[0].get("description")), amount=summed))
    return discounts


def _steps(row: Json) -> list[Json]:
    return [record(each.get("shippingStep")) for each in rows(row.get("fulfillmentStartInstructions"))]


def _shipping_lines(row: Json, cost: Money | None) -> list[ShippingLine]:
    steps = [step for step in _steps(row) if step.get("shippingServiceCode") or step.get("shippingCarrierCode")]
    own = cost if len(steps) == 1 else None
    return [
        ShippingLine(title=text(step.get("shippingServiceCode")), code=text(step.get("shippingCarrierCode")), amount=own) for step in steps
    ]


def _contact(row: Json) -> Contact | None:
    """Return the buyer; the receiver stands for the buyer where it is not a hub."""
    buyer = record(record(row.get("buyer")).get("buyerRegistrationAddress"))
    hubs = [each.get("ebaySupportedFulfillment") is True for each in rows(row.get("fulfillmentStartInstructions"))]
    receivers = [record(step.get("shipTo")) for step, hub in zip(_steps(row), hubs, strict=True) if not hub]
    people = [buyer, *receivers]
    name = next((found for each in people if (found := text(each.get("fullName")))), None)
    email = next((found for each in people if (found := text(each.get("email")))), None)
    phone = next((found for each in people if (found := text(record(each.get("primaryPhone")).get("phoneNumber")))), None)
    return Contact(name=name, email=email, phone=phone) if name or email or phone else None


def _line(row: Json, parent: Json, seen: Seen) -> OrderLine | None:
    line_id, order_id = text(row.get("lineItemId")), text(parent.get("orderId"))
    if line_id is None or order_id is None:
        return None
    sku, quantity = text(row.get("sku")), whole(row.get("quantity")) or 0
    before, reduced = money(row.get("lineItemCost")), money(row.get("discountedLineItemCost"))
    after = reduced or before
    taken = Money(amount=before.amount - after.amount, currency_code=before.currency_code) if before and after else None
    taxes = _taxes(rows(row.get("taxes")))
    aspects = [value for each in rows(row.get("variationAspects")) if (value := text(each.get("value")))]
    instructions = rows(parent.get("fulfillmentStartInstructions"))
    delivery = text(instructions[0].get("fulfillmentInstructionsType")) if instructions else None
    return OrderLine(
        store_name=seen.store,
        order_key_id=order_id,
        variant_key_id=sku,
        product_key_id=product_key(sku) if sku else None,
        known_refunded=None if given_back(parent) else 0,
        platform_id=line_id,
        sku=sku,
        title=text(row.get("title")) or "",
        variant_title=", ".join(aspects) or None,
        quantity=quantity,
        fulfilled_quantity={"NOT_STARTED": 0, "FULFILLED": quantity}.get(text(row.get("lineItemFulfillmentStatus")) or ""),
        unit_price=unit_price(before, quantity),
        discounts=taken,
        total=after,
        tax=total((each.amount for each in taxes), _currency(parent)),
        taxes=taxes,
        requires_shipping=manifest.SHIPPED.get(delivery or ""),
        attributes=leftovers(row, LINE_KNOWN),
    )
