"""A whole order as the wire shows it, built from its head in one go; what names other rows stays a number until asked for."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from adapters.shopify.sandbox.seed.bills import Bill, bill
from adapters.shopify.sandbox.seed.catalogue import Variant
from adapters.shopify.sandbox.seed.identifiers import BASES, dice, gid, iso, pick
from adapters.shopify.sandbox.seed.money import Amounts, Row
from adapters.shopify.sandbox.seed.order_lines import applications, line_row, shipping_lines, taxes
from adapters.shopify.sandbox.seed.orders import Order
from adapters.shopify.sandbox.seed.payments import PAID, Payment, outstanding, payment_rows, payments, received
from adapters.shopify.sandbox.seed.people import Person, address
from adapters.shopify.sandbox.seed.profiles import Profile
from adapters.shopify.sandbox.seed.refunds import Refund, refund_row, refunds
from adapters.shopify.sandbox.seed.shipments import shipments
from adapters.shopify.sandbox.seed.words import BUYERS

ROW_DICE, COIN_DICE = 10, 11


class OrderRow(Row):
    """One order's row: its facts at once, the rest (money, lines, payments, parcels) when the first such field is read.

    Scans that ask for ids and times only would otherwise work out thousands of bills for nothing.
    """

    def __init__(self, facts: Row, rest: Callable[[], Row]) -> None:
        super().__init__(facts)
        self._rest: Callable[[], Row] | None = rest

    def __missing__(self, field: str) -> Any:
        if self._rest is None:
            raise KeyError(field)
        rest, self._rest = self._rest(), None
        # What was laid over the row by an edit stays on top.
        self.update({name: value for name, value in rest.items() if name not in self})
        return self[field]


def order_row(seed: int, profile: Profile, head: Order, buyer: Person | None, variants: Sequence[Variant], places: int) -> OrderRow:
    """Build one order with lines, payments, refunds and parcels."""
    return OrderRow(_facts(head), lambda: _rest(seed, profile, head, buyer, variants, places))


def coins(seed: int, profile: Profile, head: Order) -> Amounts:
    """Return the writer of an order's amounts: about one order in twelve was paid in foreign money."""
    roll = dice(seed, COIN_DICE, head.index)
    if profile.presentment and head.source == "web" and roll.random() < (0.4 if profile.odd else 0.08):
        return Amounts(profile.currency, *pick(roll, profile.presentment))
    return Amounts(profile.currency)


def order_total(seed: int, profile: Profile, head: Order, variants: Sequence[Variant]) -> int:
    """Return what an order was worth, in minor units, without building its row."""
    return bill(seed, profile, head, variants).total


def _rest(seed: int, profile: Profile, head: Order, buyer: Person | None, variants: Sequence[Variant], places: int) -> Row:
    roll = dice(seed, ROW_DICE, head.index)
    amounts = coins(seed, profile, head)
    made = bill(seed, profile, head, variants)
    given_back = refunds(head, made)
    gateway, paid = payments(seed, head, made, given_back)
    transactions = payment_rows(head, gateway, paid, amounts)
    discounts = applications(head, made)
    moved = {
        refund.at: [row for row, payment in zip(transactions, paid, strict=True) if payment.refund == refund.at] for refund in given_back
    }
    return {
        **_details(roll, head, made, buyer),
        **_addresses(roll, profile, head, made, buyer),
        **_sums(made, given_back, amounts),
        **_balance(head, made, given_back, paid, amounts),
        "paymentGatewayNames": [gateway] if paid else [],
        "currencyCode": amounts.currency,
        "presentmentCurrencyCode": amounts.presentment,
        "taxLines": taxes(profile, made, amounts),
        "currentTaxLines": taxes(profile, made, amounts, given_back),
        "discountApplications": discounts,
        "lineItems": [line_row(profile, head, line, amounts, discounts) for line in made.lines],
        "shippingLines": shipping_lines(profile, head, made, amounts, discounts),
        "transactions": transactions,
        "refunds": [refund_row(head, made, refund, amounts, moved[refund.at]) for refund in given_back],
        "fulfillments": shipments(seed, head, made, amounts, places),
        "metafields": _metafields(head),
    }


def _facts(head: Order) -> Row:
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
        "test": head.test,
        "displayFinancialStatus": head.financial,
        "displayFulfillmentStatus": head.fulfillment,
        "returnStatus": head.returned,
        "email": None if head.withheld else head.email,
        "poNumber": f"PO-{head.number}" if "b2b" in head.tags else None,
        "tags": list(head.tags),
        "sourceName": head.source,
        "sourceIdentifier": f"till-2-{head.number}" if head.source == "pos" else None,
        "customerLocale": None if head.source == "pos" else "en",
        "customer": head.customer,
    }


def _details(roll: Random, head: Order, made: Bill, buyer: Person | None) -> Row:
    units = sum(line.quantity for line in made.lines)
    return {
        "edited": roll.random() < 0.02,
        "taxesIncluded": made.included,
        "taxExempt": made.exempt,
        "phone": buyer.phone if buyer and roll.random() < 0.2 else None,
        "note": "Please leave at the door" if roll.random() < 0.06 else None,
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


def _balance(head: Order, made: Bill, given_back: list[Refund], paid: list[Payment], amounts: Amounts) -> Row:
    refunded = sum(refund.moved(made) for refund in given_back)
    return {
        "totalRefundedSet": amounts.bag(refunded),
        "totalReceivedSet": amounts.bag(received(paid)),
        "totalOutstandingSet": amounts.bag(outstanding(head, made, paid)),
        "netPaymentSet": amounts.bag(received(paid) - refunded),
        "fullyPaid": head.financial in PAID,
        "unpaid": not received(paid) and bool(made.total),
    }


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
