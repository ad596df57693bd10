"""The lines of an order in the platform's shape, with everything of the tax breakdown in them."""

from typing import Any

from adapters.ebay.sandbox.dates import DAY, HOUR, SECOND, stamp
from adapters.ebay.sandbox.seed.bills import Bill, LineBill
from adapters.ebay.sandbox.seed.events import Refund
from adapters.ebay.sandbox.seed.facts import Facts
from adapters.ebay.sandbox.seed.history import Head
from adapters.ebay.sandbox.seed.money import amount
from adapters.ebay.sandbox.seed.parcels import shipped_units
from adapters.ebay.sandbox.seed.people import CITIES
from adapters.ebay.sandbox.seed.wares import Ware
from adapters.ebay.sandbox.seed.words import SOLD_FORMATS

FIRST_LINE = 10_000_000_000_000
Json = dict[str, Any]


def line_id(head: Head, place: int) -> str:
    """Return the id of a line."""
    return str(FIRST_LINE + head.number * 1000 + place)


def lines_of(facts: Facts, head: Head, wares: list[Ware], bill: Bill, refunds: list[Refund]) -> list[Json]:
    """Return the lines of an order, as the view with the tax breakdown shows them."""
    sent = shipped_units(head)
    days = _days(head)
    return [
        _line(facts, head, place, wares[number], quantity, bill.lines[place], refunds, sent.get(place, 0), days)
        for place, (number, quantity) in enumerate(head.basket)
    ]


def plain_taxes(bill: LineBill, currency: str) -> list[Json]:
    """Return what a view without the breakdown shows as a line's taxes: one sum without a kind."""
    return [{"amount": amount(bill.taxed(breakdown=False), currency)}]


def delivery_days(head: Head) -> Json:
    """Return when an order is expected to arrive, first and last."""
    return {key: text for key, text in _days(head).items() if key != "shipByDate"}


def _line(
    facts: Facts, head: Head, place: int, ware: Ware, quantity: int, bill: LineBill, refunds: list[Refund], sent: int, days: Json
) -> Json:
    currency, marketplace = facts.profile.currency, facts.profile.marketplace
    line: Json = {"lineItemId": line_id(head, place), "legacyItemId": ware.listing_id}
    if ware.group:
        line["legacyVariationId"] = ware.variation_id
        line["variationAspects"] = [{"name": name, "value": text} for name, text in ware.aspects]
    # Listings made by hand, outside of the inventory, have no SKU.
    if not (head.number % 8 == 6 and place == 0):
        line["sku"] = ware.sku
    line |= {
        "title": ware.title,
        "lineItemCost": amount(bill.cost, currency),
        "quantity": quantity,
        "soldFormat": SOLD_FORMATS[(head.number + place) % len(SOLD_FORMATS)],
        "listingMarketplaceId": marketplace,
        "purchaseMarketplaceId": marketplace,
        "lineItemFulfillmentStatus": "NOT_STARTED" if not sent else "FULFILLED" if sent == quantity else "IN_PROGRESS",
        "total": amount(bill.total(breakdown=True), currency),
        "deliveryCost": _delivery(bill, currency),
        "appliedPromotions": [_promotion(head, bill.promotion, currency)] if bill.promotion else [],
        "taxes": [{"taxType": tax.kind, "amount": amount(tax.cents, currency)} for tax in bill.taxes] or plain_taxes(bill, currency),
        "properties": {"buyerProtection": True},
        "lineItemFulfillmentInstructions": {**days, "guaranteedDelivery": False},
        "itemLocation": _location(facts),
        "refunds": [
            {"refundId": refund.id, "amount": amount(refund.lines[place], currency)}
            | ({} if refund.status == "PENDING" else {"refundDate": stamp(refund.at)})
            for refund in refunds
            if place in refund.lines
        ],
    }
    if bill.promotion:
        line["discountedLineItemCost"] = amount(bill.cost - bill.promotion, currency)
    remitted = [tax for tax in bill.taxes if tax.remitted]
    if remitted:
        line["ebayCollectAndRemitTaxes"] = [
            {"taxType": tax.kind, "amount": amount(tax.cents, currency), "collectionMethod": "NET"} for tax in remitted
        ]
    return line


def _days(head: Head) -> Json:
    noon = head.created // DAY * DAY + 8 * HOUR
    days = {"minEstimatedDeliveryDate": 4 * DAY, "maxEstimatedDeliveryDate": 7 * DAY, "shipByDate": 2 * DAY - SECOND}
    return {name: stamp(noon + later) for name, later in days.items()}


def _delivery(bill: LineBill, currency: str) -> Json:
    discount = {"discountAmount": amount(bill.shipping_discount, currency)} if bill.shipping_discount else {}
    return {"shippingCost": amount(bill.shipping, currency), **discount}


def _promotion(head: Head, cents: int, currency: str) -> Json:
    return {"promotionId": str(6_000_000 + head.number % 40), "description": "Ten percent off", "discountAmount": amount(cents, currency)}


def _location(facts: Facts) -> Json:
    city, state, postcode = CITIES[facts.profile.country][0]
    return {"location": f"{city}, {state}", "countryCode": facts.profile.country, "postalCode": postcode}
