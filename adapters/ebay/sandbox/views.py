"""What a view of an order leaves out: the list, the one order, and both with or without the breakdown of taxes.

Beside that, the platform forgets people: e-mail addresses after 14 days, names, phones and streets after 90.
"""

from typing import Any

from adapters.ebay.sandbox.calls import Call
from adapters.ebay.sandbox.dates import DAY
from adapters.ebay.sandbox.seed.bills import Bill
from adapters.ebay.sandbox.seed.history import Head
from adapters.ebay.sandbox.seed.lines import plain_taxes
from adapters.ebay.sandbox.seed.money import amount
from adapters.ebay.sandbox.seed.orders import pricing

EMAIL_LIFE, CONTACT_LIFE = 14 * DAY, 90 * DAY
STREET = ("addressLine1", "addressLine2")
Json = dict[str, Any]


def shown_order(call: Call, head: Head, *, listed: bool, breakdown: bool) -> Json:
    """Return an order as a view shows it; the book's own row is left as it is."""
    row, bill = call.store.orders.row(head)
    order = dict(row)
    place = f"{call.home}/sell/fulfillment/v1/order/{head.id}"
    order["fulfillmentHrefs"] = [place + path for path in row["fulfillmentHrefs"]]
    if not breakdown:
        _without_breakdown(order, bill, call.store.facts.profile.currency)
    if listed:
        order["cancelStatus"] = row["cancelStatus"] | {"cancelRequests": []}
        order["buyer"] = {name: value for name, value in row["buyer"].items() if name != "taxIdentifier"}
    age = call.now - head.created
    if age > EMAIL_LIFE:
        _forget(order, whole=age > CONTACT_LIFE)
    return order


def _without_breakdown(order: Json, bill: Bill, currency: str) -> None:
    converted = "convertedFromValue" in order["pricingSummary"]["total"]
    order["pricingSummary"] = pricing(bill, currency, breakdown=False, converted=converted)
    order["lineItems"] = [
        line | {"total": amount(cost.total(breakdown=False), currency), "taxes": plain_taxes(cost, currency)}
        for line, cost in zip(order["lineItems"], bill.lines, strict=True)
    ]


def _forget(order: Json, *, whole: bool) -> None:
    """Take out what the platform no longer tells of people; a hub's address is nobody's."""
    buyer = order["buyer"]
    order["buyer"] = buyer | {"buyerRegistrationAddress": _faded(buyer["buyerRegistrationAddress"], whole=whole)}
    instruction = dict(order["fulfillmentStartInstructions"][0])
    step = instruction.get("shippingStep")
    if step and "shipToReferenceId" not in step:
        instruction["shippingStep"] = step | {"shipTo": _faded(step["shipTo"], whole=whole)}
    if whole and "finalDestinationAddress" in instruction:
        instruction["finalDestinationAddress"] = _without(instruction["finalDestinationAddress"], STREET)
    order["fulfillmentStartInstructions"] = [instruction]


def _faded(contact: Json, *, whole: bool) -> Json:
    if not whole:
        return _without(contact, ("email",))
    return _without(contact, ("email", "fullName", "primaryPhone")) | {"contactAddress": _without(contact["contactAddress"], STREET)}


def _without(row: Json, names: tuple[str, ...]) -> Json:
    return {name: value for name, value in row.items() if name not in names}
