"""One order in the platform's shape, with everything that any view shows; the views take away from it."""

from typing import Any

from adapters.ebay.sandbox.dates import DAY, stamp
from adapters.ebay.sandbox.seed.bills import Bill, bill_of
from adapters.ebay.sandbox.seed.cases import cancel_requests, cancel_state, cases_of
from adapters.ebay.sandbox.seed.events import COMPLETED, Refund
from adapters.ebay.sandbox.seed.facts import Facts
from adapters.ebay.sandbox.seed.history import Head
from adapters.ebay.sandbox.seed.lines import delivery_days, lines_of
from adapters.ebay.sandbox.seed.money import amount, value
from adapters.ebay.sandbox.seed.parcels import carrier_of, parcels_of
from adapters.ebay.sandbox.seed.people import Buyer
from adapters.ebay.sandbox.seed.refunds import refunds_of
from adapters.ebay.sandbox.seed.wares import Ware
from adapters.ebay.sandbox.seed.words import AUTHENTICITY, HOLD_STATES

HUB_ADDRESS = {"addressLine1": "1 Hub Way", "city": "Transit Park", "stateOrProvince": "KY", "postalCode": "41018", "countryCode": "US"}
Json = dict[str, Any]


def order_row(facts: Facts, head: Head, wares: list[Ware]) -> tuple[Json, Bill]:
    """Return an order and its bill. `fulfillmentHrefs` are paths below the order's own."""
    currency = facts.profile.currency
    bill = bill_of(facts, head, wares)
    refunds = refunds_of(head, bill)
    buyer = facts.buyer(head.buyer, abroad=head.story.delivery == "HUB")
    order: Json = {
        "orderId": head.id,
        "legacyOrderId": head.id,
        "creationDate": stamp(head.created),
        "lastModifiedDate": stamp(head.modified),
        "orderFulfillmentStatus": head.story.shipped,
        "orderPaymentStatus": head.story.payment,
        "sellerId": facts.seller,
        "buyer": _buyer(facts, head, buyer),
        "pricingSummary": pricing(bill, currency, breakdown=True, converted=head.story.delivery == "HUB"),
        "cancelStatus": _cancel_status(head),
        "paymentSummary": _payments(head, bill, refunds, currency),
        "fulfillmentStartInstructions": [_instruction(head, buyer)],
        "fulfillmentHrefs": [f"/shipping_fulfillment/{parcel.id}" for parcel in parcels_of(head)],
        "lineItems": lines_of(facts, head, wares, bill, refunds),
        "salesRecordReference": str(1001 + head.number),
        "totalFeeBasisAmount": amount(bill.basis, currency),
        "totalMarketplaceFee": amount(bill.marketplace_fee, currency),
    }
    if any(tax.remitted for line in bill.lines for tax in line.taxes):
        order["ebayCollectAndRemitTax"] = True
    if head.number % 10 == 7:
        order["buyerCheckoutNotes"] = "Please pack it well, it is a gift."
    program = _program(head)
    return order | ({"program": program} if program else {}), bill


def pricing(bill: Bill, currency: str, *, breakdown: bool, converted: bool) -> Json:
    """Return the summary of a view; only the two sums every order has are there when they are zero."""
    parts = {
        "priceSubtotal": sum(line.cost for line in bill.lines),
        "priceDiscount": -sum(line.promotion for line in bill.lines),
        "deliveryCost": sum(line.shipping for line in bill.lines),
        "deliveryDiscount": -sum(line.shipping_discount for line in bill.lines),
        "adjustment": bill.adjustment,
        "tax": bill.tax(breakdown=breakdown),
        "fee": bill.fee(breakdown=breakdown),
    }
    summary: Json = {name: amount(cents, currency) for name, cents in parts.items() if cents or name in {"priceSubtotal", "deliveryCost"}}
    summary["total"] = amount(bill.total(breakdown=breakdown), currency)
    if converted:
        summary["total"] |= {"convertedFromValue": value(bill.total(breakdown=breakdown) * 92 // 100), "convertedFromCurrency": "EUR"}
    return summary


def _buyer(facts: Facts, head: Head, buyer: Buyer) -> Json:
    shown: Json = {
        "username": buyer.user_id if facts.profile.immutable_usernames else buyer.username,
        "taxAddress": buyer.tax_address(),
        "buyerRegistrationAddress": buyer.contact(),
    }
    if head.number % 10 == 8:
        shown["taxIdentifier"] = {"taxpayerId": f"XMPL{buyer.number:06d}", "taxIdentifierType": "CODICE_FISCALE", "issuingCountry": "IT"}
    return shown


def _cancel_status(head: Head) -> Json:
    status: Json = {"cancelState": cancel_state(head), "cancelRequests": cancel_requests(head)}
    done = next((case.closed for case in cases_of(head) if case.state == COMPLETED), None)
    return status | ({"cancelledDate": stamp(done)} if done is not None else {})


def _payments(head: Head, bill: Bill, refunds: list[Refund], currency: str) -> Json:
    # A failed refund shows as a failed order, although its payment went through.
    status = {"PENDING": "PENDING", "FAILED": "PAID" if refunds else "FAILED"}.get(head.story.payment, "PAID")
    payment: Json = {"paymentMethod": "EBAY", "amount": amount(bill.due, currency), "paymentStatus": status}
    if status == "PAID":
        payment |= {"paymentReferenceId": f"42{head.number:06d}_S", "paymentDate": stamp(min(head.created + 915, head.settled))}
        if head.number % 4 == 2:
            payment["paymentHolds"] = [_hold(head, bill, currency)]
    return {
        "totalDueSeller": amount(bill.due, currency),
        "refunds": [_refund(refund, currency) for refund in refunds],
        "payments": [payment],
    }


def _hold(head: Head, bill: Bill, currency: str) -> Json:
    state = HOLD_STATES[head.number // 4 % len(HOLD_STATES)]
    released = {"releaseDate": stamp(head.settled)} if state == "RELEASED" else {"expectedReleaseDate": stamp(head.created + 21 * DAY)}
    return {"holdReason": "Funds may be unavailable", "holdAmount": amount(bill.due, currency), "holdState": state, **released}


def _refund(refund: Refund, currency: str) -> Json:
    reference = {"refundReferenceId": refund.reference} if refund.reference else {}
    date = {} if refund.status == "PENDING" else {"refundDate": stamp(refund.at)}
    return {"refundId": refund.id, **reference, "refundStatus": refund.status, "amount": amount(refund.cents, currency), **date}


def _instruction(head: Head, buyer: Buyer) -> Json:
    delivery = head.story.delivery
    kind = "SHIP_TO" if delivery == "HUB" else delivery
    instruction: Json = {"fulfillmentInstructionsType": kind, **delivery_days(head), "ebaySupportedFulfillment": delivery == "HUB"}
    if delivery == "PREPARE_FOR_PICKUP":
        return instruction | {"pickupStep": {"merchantLocationKey": "wh-2"}}
    if delivery == "FULFILLED_BY_EBAY":
        return instruction
    carrier, service = carrier_of(head)
    step: Json = {"shipTo": buyer.contact(), "shippingCarrierCode": carrier, "shippingServiceCode": service}
    if delivery == "HUB":
        reference = str(1_200_000_000_000_000 + head.number)
        step |= {"shipTo": _hub(reference), "shipToReferenceId": reference}
        instruction["finalDestinationAddress"] = buyer.address(buyer.country)
    return instruction | {"shippingStep": step}


def _hub(reference: str) -> Json:
    """Return where orders of the international programme go; the label must show the reference."""
    return {
        "fullName": "Forwarding Hub",
        "companyName": "Example Forwarding Ltd",
        "contactAddress": HUB_ADDRESS | {"addressLine2": f"Ref {reference}"},
        "primaryPhone": {"phoneNumber": "5550142"},
    }


def _program(head: Head) -> Json:
    program: Json = {}
    if head.number % 9 == 4:
        program["authenticityVerification"] = {"status": AUTHENTICITY[head.number // 9 % len(AUTHENTICITY)]}
    if head.number % 13 == 6:
        program["ebayShipping"] = {"shippingLabelProvidedBy": "EBAY"}
    if head.number % 13 == 9:
        program["ebayVault"] = {"fulfillmentType": "SELLER_TO_VAULT"}
    if head.story.delivery == "HUB":
        program["ebayInternationalShipping"] = {"returnsManagedBy": "EBAY"}
    if head.story.delivery == "FULFILLED_BY_EBAY":
        program["fulfillmentProgram"] = {"fulfilledBy": "EBAY"}
    return program
