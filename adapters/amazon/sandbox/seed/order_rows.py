"""An order's full row with every data set; what a caller did not ask for, or may not see, is taken away afterwards."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.amazon.sandbox.deeds import Deeds, deeds_of
from adapters.amazon.sandbox.instants import DAY, HOUR, text_of
from adapters.amazon.sandbox.markets import ELSEWHERE, Market
from adapters.amazon.sandbox.seed.facts import Facts
from adapters.amazon.sandbox.seed.line_rows import breakdown, line_row
from adapters.amazon.sandbox.seed.lines import Line, tip_of
from adapters.amazon.sandbox.seed.orders import OrderHead
from adapters.amazon.sandbox.seed.parcels import parcel_row, shipped_units
from adapters.amazon.sandbox.seed.people import Person, buyer

Row = dict[str, Any]
LEVELS = ("STANDARD", "EXPEDITED", "FREE_ECONOMY", "NEXT_DAY", "PRIORITY", "SAME_DAY", "SECOND_DAY", "SCHEDULED")
PROGRAMS = (
    "PRIME",
    "AMAZON_BUSINESS",
    "PREMIUM",
    "AMAZON_BAZAAR",
    "AMAZON_EASY_SHIP",
    "AMAZON_HAUL",
    "DELIVERY_BY_AMAZON",
    "FBM_SHIP_PLUS",
    "INVOICE_BY_AMAZON",
    "IN_STORE_PICK_UP",
)
WITH_MAIL = frozenset({"UNSHIPPED", "PARTIALLY_SHIPPED", "SHIPPED"})
UNPAID = frozenset({"PENDING", "PENDING_AVAILABILITY"})
FAMILIES = 97  # so many buyers come again and again


def order_row(facts: Facts, head: OrderHead, deeds: Deeds | None = None) -> Row:
    """Return the full row of an order, with what the seller has written to it."""
    deeds = deeds or deeds_of(facts, head)
    market, lines, parcels = facts.market(head.market), deeds.lines, deeds.parcels
    sent = shipped_units(parcels)
    if head.amazon and head.status == "SHIPPED":
        sent.update({number: line.quantity for number, line in enumerate(lines)})
    # Nothing is charged yet, so nothing is shown; Japan shows its prices all the same.
    priced = head.status not in UNPAID or market.country == "JP"
    row: Row = {
        "orderId": head.id,
        "createdTime": text_of(head.created),
        "lastUpdatedTime": text_of(head.updated),
        "salesChannel": _channel(head, market),
        "orderItems": [
            line_row(facts, head, line, sent[number], priced=priced, dropped=deeds.dropped.get(number, ""))
            for number, line in enumerate(lines)
        ],
        "fulfillment": _fulfillment(head),
        **_beginnings(facts, head, deeds.alias),
        **_people(facts, head, market),
    }
    if priced:
        row["proceeds"] = _proceeds(facts, head, market, lines)
        row["payment"] = {"paymentExecutions": _payments(head, market, lines)}
    if parcels:
        row["packages"] = [parcel_row(facts, head, lines, parcel) for parcel in parcels]
    if head.amazon and head.status == "SHIPPED":
        row["fulfillmentOrders"] = [{"fulfillmentOrderId": f"F{head.place:08d}"}]
    return row


def _beginnings(facts: Facts, head: OrderHead, alias: str) -> Row:
    programs = [PROGRAMS[head.place % len(PROGRAMS)]] if head.place % 2 == 0 or head.place < len(PROGRAMS) else []
    if head.status == "PENDING_AVAILABILITY":
        programs.append("PREORDER")
    row: Row = {"programs": programs} if programs else {}
    if alias or head.place % 3 == 0:
        row["orderAliases"] = [{"aliasId": alias or f"{facts.name.upper()}-{head.place:06d}", "aliasType": "SELLER_ORDER_ID"}]
    if head.place % 19 == 11:
        kind = "REPLACEMENT_ORIGINAL_ID" if head.place % 2 else "EXCHANGE_ORIGINAL_ID"
        row["associatedOrders"] = [{"orderId": facts.order_id(head.place - 7), "associationType": kind}]
    return row


def _channel(head: OrderHead, market: Market) -> Row:
    if head.market == ELSEWHERE:
        return {"channelName": "NON_AMAZON", "marketplaceId": ELSEWHERE, "marketplaceName": "Non-Amazon"}
    return {"channelName": "AMAZON", "marketplaceId": market.id, "marketplaceName": market.name}


def _fulfillment(head: OrderHead) -> Row:
    day = head.created // DAY * DAY
    row: Row = {
        "fulfillmentStatus": head.status,
        "fulfilledBy": head.fulfilled_by,
        "fulfillmentServiceLevel": LEVELS[head.place % len(LEVELS)],
    }
    if head.status not in UNPAID:
        row["shipByWindow"] = {"earliestDateTime": text_of(day + DAY), "latestDateTime": text_of(day + 3 * DAY - 1)}
    if not head.amazon and head.status not in UNPAID | {"CANCELLED"}:
        row["deliverByWindow"] = {"earliestDateTime": text_of(day + 4 * DAY), "latestDateTime": text_of(last_delivery(head))}
        row["labelPrintingWindow"] = {"earliestDateTime": text_of(day + DAY - HOUR)}
    return row


def last_delivery(head: OrderHead) -> int:
    """Return until when an order should have arrived; a carrier's need of the buyer's number ends there."""
    return head.created // DAY * DAY + 8 * DAY - 1


def _people(facts: Facts, head: OrderHead, market: Market) -> Row:
    person = buyer(facts.name, head.place % FAMILIES, market.country)
    row: Row = {"buyer": _buyer(head, person), "tax": {"taxRegistrations": [], "taxInvoicing": {"buyerInvoicePreference": "INDIVIDUAL"}}}
    if person.company:
        row["tax"] = _business_tax(person)
    if head.status not in UNPAID:
        address = person.address()
        if head.amazon:
            del address["phone"]
        row["recipient"] = {"deliveryAddress": address}
        if head.place % 8 == 3:
            row["recipient"]["deliveryPreference"] = {"dropOffLocation": "Porch", "addressInstruction": "Mind the step."}
    return row


def _buyer(head: OrderHead, person: Person) -> Row:
    row: Row = {"buyerName": person.name}
    if not head.amazon and head.status in WITH_MAIL:
        row["buyerEmail"] = f"{head.place:x}{person.alias}"
    if person.company:
        row |= {"buyerCompanyName": person.company, "buyerPurchaseOrderNumber": f"PO-{head.place:05d}"}
    return row


def _business_tax(person: Person) -> Row:
    number = f"{person.country}{100_000_000 + person.number}"
    kinds: Mapping[str, Any] = {"entityType": "BUYER", "legalName": person.company, "taxRegistrationType": "VAT"}
    return {
        "taxRegistrations": [{**kinds, "taxRegistrationNumber": number}],
        "taxInvoicing": {"buyerInvoicePreference": "BUSINESS", "invoiceStatus": "PENDING"},
    }


def _proceeds(facts: Facts, head: OrderHead, market: Market, lines: Sequence[Line]) -> Row:
    sums: dict[str, int] = {}
    for line in lines:
        for kind, amount in breakdown(facts, line).items():
            sums[kind] = sums.get(kind, 0) + amount
    rows: list[Row] = [{"type": kind, "subtotal": market.money(amount)} for kind, amount in sums.items()]
    tip = tip_of(head, market)
    if tip:
        status = "FINALIZED" if head.status == "SHIPPED" else "PENDING"
        rows.append({"type": "DELIVERY_TIP", "status": status, "subtotal": market.money(tip)})
    return {"grandTotal": market.money(sum(line.total for line in lines) + tip), "breakdowns": rows}


def _payments(head: OrderHead, market: Market, lines: Sequence[Line]) -> list[Row]:
    total = sum(line.total for line in lines) + tip_of(head, market)
    gift = total // 3 if head.place % 10 == 7 else 0
    rows: list[Row] = [{"paymentMethod": "CreditCard", "paymentAmount": market.money(total - gift), "cardBrand": "SAMPLE"}]
    if gift:
        rows.append({"paymentMethod": "GiftCertificate", "paymentAmount": market.money(gift)})
    return rows
