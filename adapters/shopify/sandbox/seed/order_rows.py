"""A whole order as the wire shows it, built from its head in one go; what names other rows stays a number until asked for."""

from collections.abc import Sequence
from random import Random

from adapters.shopify.sandbox.seed.bills import Bill, Line, bill
from adapters.shopify.sandbox.seed.catalogue import Variant
from adapters.shopify.sandbox.seed.identifiers import BASES, child, dice, gid, iso, pick
from adapters.shopify.sandbox.seed.money import Amounts, Row
from adapters.shopify.sandbox.seed.orders import Order
from adapters.shopify.sandbox.seed.payments import outstanding, payment_rows, payments, received
from adapters.shopify.sandbox.seed.people import Person, address
from adapters.shopify.sandbox.seed.profiles import Profile
from adapters.shopify.sandbox.seed.refunds import Refund, refund_row, refunds
from adapters.shopify.sandbox.seed.shipments import shipments
from adapters.shopify.sandbox.seed.words import BUYERS

ROW_DICE, COIN_DICE = 10, 11
DISCOUNTS = (
    ("ManualDiscountApplication", "Apology"),
    ("AutomaticDiscountApplication", "Five off"),
    ("ScriptDiscountApplication", "Loyalty script"),
)
CODE_TARGETS = {False: "LINE_ITEM", True: "SHIPPING_LINE"}


def order_row(seed: int, profile: Profile, head: Order, buyer: Person | None, variants: Sequence[Variant], places: int) -> Row:
    """Build one order with lines, payments, refunds and parcels."""
    roll = dice(seed, ROW_DICE, head.index)
    amounts = coins(seed, profile, head)
    made = bill(seed, profile, head, variants)
    given_back = refunds(head, made)
    gateway, paid = payments(seed, head, made, given_back)
    transactions = payment_rows(head, gateway, paid, amounts)
    applications = _applications(head, made, amounts)
    moved = {refund.at: [row for row, payment in zip(transactions, paid, strict=True) if payment.refund == refund.at] for refund in given_back}
    return {
        **_facts(roll, head, made, buyer),
        **_addresses(roll, profile, head, made, buyer),
        **_sums(made, given_back, amounts),
        "paymentGatewayNames": [gateway] if paid else [],
        "currencyCode": amounts.currency,
        "presentmentCurrencyCode": amounts.presentment,
        "totalRefundedSet": amounts.bag(sum(refund.moved(made) for refund in given_back)),
        "totalReceivedSet": amounts.bag(received(paid)),
        "totalOutstandingSet": amounts.bag(outstanding(head, made, paid)),
        "netPaymentSet": amounts.bag(received(paid) - sum(refund.moved(made) for refund in given_back)),
        "fullyPaid": head.financial in {"PAID", "PARTIALLY_REFUNDED", "REFUNDED"},
        "unpaid": not received(paid) and bool(made.total),
        "taxLines": _taxes(profile, made, amounts),
        "currentTaxLines": _taxes(profile, made, amounts, given_back),
        "discountApplications": applications,
        "lineItems": [_line_row(profile, head, made, line, amounts, applications) for line in made.lines],
        "shippingLines": _shipping_lines(profile, head, made, amounts, applications),
        "transactions": transactions,
        "refunds": [refund_row(head, made, refund, amounts, moved[refund.at]) for refund in given_back],
        "fulfillments": shipments(seed, head, made, amounts, places),
        "metafields": _metafields(head),
    }


def coins(seed: int, profile: Profile, head: Order) -> Amounts:
    """Return the writer of an order's amounts: about one order in twelve was paid in foreign money."""
    roll = dice(seed, COIN_DICE, head.index)
    if profile.presentment and head.source == "web" and roll.random() < (0.4 if profile.odd else 0.08):
        return Amounts(profile.currency, *pick(roll, profile.presentment))
    return Amounts(profile.currency)


def order_total(seed: int, profile: Profile, head: Order, variants: Sequence[Variant]) -> int:
    """Return what an order was worth, in minor units, without building its row."""
    return bill(seed, profile, head, variants).total


def _facts(roll: Random, head: Order, made: Bill, buyer: Person | None) -> Row:
    units = sum(line.quantity for line in made.lines)
    return {
        "__typename": "Order",
        "id": gid("Order", head.id),
        "legacyResourceId": str(head.id),
        "name": head.name,
        "number": head.number,
        "confirmationNumber": f"{head.id * 2_654_435_761 % 36**9:09X}"[:9],
        "createdAt": iso(head.created),
        "updatedAt": iso(head.updated),
        "processedAt": iso(head.processed),
        "cancelledAt": iso(head.cancelled) if head.cancelled else None,
        "closedAt": iso(head.closed) if head.closed else None,
        "cancelReason": head.scenario.cancel or None,
        "closed": bool(head.closed),
        "confirmed": True,
        "edited": roll.random() < 0.02,
        "test": head.test,
        "displayFinancialStatus": head.financial,
        "displayFulfillmentStatus": head.fulfillment,
        "returnStatus": head.returned,
        "taxesIncluded": made.included,
        "taxExempt": made.exempt,
        "email": None if head.withheld else head.email,
        "phone": buyer.phone if buyer and roll.random() < 0.2 else None,
        "note": "Please leave at the door" if roll.random() < 0.06 else None,
        "poNumber": f"PO-{head.number}" if "b2b" in head.tags else None,
        "tags": list(head.tags),
        "sourceName": head.source,
        "sourceIdentifier": f"till-2-{head.number}" if head.source == "pos" else None,
        "customerLocale": None if head.source == "pos" else "en",
        "customer": head.customer,
        "customAttributes": [{"key": "gift_wrap", "value": "yes"}] if roll.random() < 0.08 else [],
        "discountCodes": [made.code[0]] if made.code else [],
        "discountCode": made.code[0] if made.code else None,
        "requiresShipping": any(line.needs_shipping for line in made.lines),
        "retailLocation": BASES["Location"] if head.source == "pos" else None,
        "subtotalLineItemsQuantity": units,
        "currentSubtotalLineItemsQuantity": units - sum(line.back for line in made.lines),
    }


def _addresses(roll: Random, profile: Profile, head: Order, made: Bill, buyer: Person | None) -> Row:
    if head.source == "pos":
        return {"shippingAddress": None, "billingAddress": None, "billingAddressMatchesShippingAddress": False}
    country = buyer.country if buyer else pick(roll, BUYERS[profile.country])
    number = BASES["MailingAddress"] + 10**9 + head.index * 2
    billing = address(roll, number, "Address", country, buyer, withheld=head.withheld)
    moves = any(line.needs_shipping for line in made.lines)
    same = roll.random() < 0.85
    shipping = billing if same else address(roll, number + 1, "Address", country, buyer, withheld=head.withheld)
    return {
        "shippingAddress": shipping if moves else None,
        "billingAddress": billing,
        "billingAddressMatchesShippingAddress": moves and same,
    }


def _sums(made: Bill, given_back: list[Refund], amounts: Amounts) -> Row:
    done = [refund for refund in given_back if refund.paid]
    sent_back = any(refund.shipping for refund in done)
    lines, bag = made.lines, amounts.bag
    tax_back = sum(line.part(line.tax, line.back) for line in lines) + (sum(made.shipping_taxes) if sent_back else 0)
    discount_back = sum(line.part(line.own_discount + line.code_discount, line.back) for line in lines)
    duties_back = sum(refund.duties for refund in done)
    return {
        "totalPriceSet": bag(made.total),
        "originalTotalPriceSet": bag(made.total),
        "currentTotalPriceSet": bag(made.total - sum(refund.value(made) for refund in done)),
        "subtotalPriceSet": bag(made.subtotal),
        "currentSubtotalPriceSet": bag(made.subtotal - sum(line.part(line.net, line.back) for line in lines)),
        "totalTaxSet": bag(made.tax),
        "currentTotalTaxSet": bag(made.tax - tax_back),
        "totalDiscountsSet": bag(made.discounts),
        "currentTotalDiscountsSet": bag(made.discounts - discount_back - (made.shipping_discount if sent_back else 0)),
        "totalShippingPriceSet": bag(made.shipping),
        "currentShippingPriceSet": bag(0 if sent_back else made.shipping_net),
        "totalRefundedShippingSet": bag(made.shipping_net if sent_back and not done[-1].free else 0),
        "totalTipReceivedSet": bag(made.tip),
        "originalTotalDutiesSet": bag(made.duties) if made.duties else None,
        "currentTotalDutiesSet": bag(made.duties - duties_back) if made.duties else None,
    }


def _taxes(profile: Profile, made: Bill, amounts: Amounts, given_back: list[Refund] | None = None) -> list[Row]:
    rows: list[Row] = []
    sent_back = any(refund.shipping for refund in given_back or [])
    for at, (title, rate) in enumerate(profile.taxes):
        amount = sum(line.taxes[at] for line in made.lines if line.taxes)
        if given_back:
            amount -= sum(line.part(line.taxes[at], line.back) for line in made.lines if line.taxes)
        amount += made.shipping_taxes[at] if made.shipping_taxes and not sent_back else 0
        if amount:
            rows.append(_tax_row(title, rate, amount, amounts))
    return rows


def _tax_row(title: str, rate: float, amount: int, amounts: Amounts) -> Row:
    return {
        "title": title,
        "rate": rate,
        "ratePercentage": rate * 100,
        "source": "Shopify",
        "channelLiable": False,
        "priceSet": amounts.bag(amount),
    }


def _applications(head: Order, made: Bill, amounts: Amounts) -> list[Row]:
    """List the discounts: the code first, then the one taken on single lines."""
    found: list[Row] = []
    if made.code:
        name, rate = made.code
        free = name == "SHIPFREE"
        value = {"__typename": "PricingPercentageValue", "percentage": 100.0 if free else rate * 100}
        found.append({"__typename": "DiscountCodeApplication", "code": name, "targetType": CODE_TARGETS[free], "value": value})
    if any(line.own_discount for line in made.lines):
        kind, title = DISCOUNTS[head.index % len(DISCOUNTS)]
        value = {"__typename": "PricingPercentageValue", "percentage": 5.0}
        found.append({"__typename": kind, "title": title, "description": title, "targetType": "LINE_ITEM", "value": value})
    for at, row in enumerate(found):
        code = row["__typename"] == "DiscountCodeApplication"
        row.update(index=at, targetSelection="ALL" if code else "EXPLICIT", allocationMethod="ACROSS" if code else "EACH")
    return found


def _line_row(profile: Profile, head: Order, made: Bill, line: Line, amounts: Amounts, applications: list[Row]) -> Row:
    variant, bag = line.variant, amounts.bag
    titled = variant is not None and variant.title != "Default Title"
    return {
        "__typename": "LineItem",
        "id": gid("LineItem", child("LineItem", head.index, line.at)),
        "name": variant.display_name if variant else line.title,
        "title": line.title,
        "variantTitle": variant.title if variant and titled else None,
        "sku": variant.sku if variant else None,
        "vendor": variant.product.vendor if variant else None,
        "quantity": line.quantity,
        "currentQuantity": line.quantity - line.back,
        "refundableQuantity": line.quantity - line.back,
        "unfulfilledQuantity": line.quantity - line.sent - line.dropped,
        "nonFulfillableQuantity": line.dropped,
        "requiresShipping": line.needs_shipping,
        "taxable": variant.taxable if variant else True,
        "isGiftCard": bool(variant and variant.product.gift_card),
        "product": variant.product.id if variant else None,
        "variant": variant.id if variant else None,
        "customAttributes": [{"key": "engraving", "value": "For you"}] if variant is None else [],
        "originalUnitPriceSet": bag(line.unit),
        "originalTotalSet": bag(line.gross),
        "discountedUnitPriceSet": bag((line.gross - line.own_discount) // line.quantity),
        "discountedTotalSet": bag(line.gross - line.own_discount),
        "discountedUnitPriceAfterAllDiscountsSet": bag(line.net // line.quantity),
        "totalDiscountSet": bag(line.own_discount),
        "taxLines": [
            _tax_row(title, rate, amount, amounts) for (title, rate), amount in zip(profile.taxes, line.taxes, strict=False) if amount
        ],
        "discountAllocations": _allocations(line, applications, amounts),
    }


def _allocations(line: Line, applications: list[Row], amounts: Amounts) -> list[Row]:
    rows: list[Row] = []
    for application in applications:
        code = application["__typename"] == "DiscountCodeApplication"
        amount = line.code_discount if code else line.own_discount
        if amount:
            rows.append({"allocatedAmountSet": amounts.bag(amount), "discountApplication": application})
    return rows


def _shipping_lines(profile: Profile, head: Order, made: Bill, amounts: Amounts, applications: list[Row]) -> list[Row]:
    if not made.shipping_title:
        return []
    free = [row for row in applications if row["targetType"] == "SHIPPING_LINE"]
    discount = amounts.bag(made.shipping_discount)
    return [
        {
            "id": gid("ShippingLine", child("ShippingLine", head.index, 0)),
            "title": made.shipping_title,
            "code": made.shipping_title,
            "custom": False,
            "source": "shopify",
            "carrierIdentifier": None,
            "deliveryCategory": None,
            "phone": None,
            "isRemoved": False,
            "originalPriceSet": amounts.bag(made.shipping),
            "discountedPriceSet": amounts.bag(made.shipping_net),
            "discountAllocations": [{"allocatedAmountSet": discount, "discountApplication": row} for row in free if made.shipping_discount],
            "taxLines": [
                _tax_row(title, rate, amount, amounts) for (title, rate), amount in zip(profile.taxes, made.shipping_taxes, strict=False)
            ],
        }
    ]


def _metafields(head: Order) -> list[Row]:
    if head.index % 5:
        return []
    number = BASES["Metafield"] + head.index
    return [
        {
            "__typename": "Metafield",
            "id": gid("Metafield", number),
            "legacyResourceId": str(number),
            "namespace": "custom",
            "key": "packing_hint",
            "type": "single_line_text_field",
            "value": "Use the small box",
            "compareDigest": f"{head.id * 40_503 % 2**64:016x}",
            "createdAt": iso(head.created),
            "updatedAt": iso(head.created),
        }
    ]
