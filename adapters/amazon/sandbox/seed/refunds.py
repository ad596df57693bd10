"""Money that moved: a transaction for every shipment paid, and one for every refund, whose total is below zero.

total of a transaction = its items = their breakdowns. A sale: what the buyer paid less Amazon's fee. A refund: what is paid back, whole.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.amazon.sandbox.instants import DAY, text_of
from adapters.amazon.sandbox.markets import Market
from adapters.amazon.sandbox.seed.facts import Facts
from adapters.amazon.sandbox.seed.lines import Line, make_lines
from adapters.amazon.sandbox.seed.orders import SHIPPING, OrderHead

Row = dict[str, Any]
FEE = 15  # percent
SETTLING = 14 * DAY
TIMES = {"": 0, "full": 1, "partial": 1, "twice": 2}


@dataclass(frozen=True, slots=True)
class Transaction:
    """What lists need to know of a transaction; `number` is 0 for the sale, then counts the refunds.

    `parts` are what a refund of the seller's own pays back: (line's id, item and shipping, tax), in smallest units.
    """

    posted: int
    order: str
    number: int
    parts: tuple[tuple[str, int, int], ...] = ()


def transactions_of(head: OrderHead) -> list[Transaction]:
    """Return the transactions of one order, oldest first, all in the last three tenths of its time."""
    if head.status not in SHIPPING:
        return []
    span = head.updated - head.created
    return [Transaction(head.created + span * (7 + number) // 10, head.id, number) for number in range(1 + TIMES[head.refund])]


def transaction_row(facts: Facts, head: OrderHead, transaction: Transaction, now: int, dropped: Collection[int] = ()) -> Row:
    """Write a transaction as the finances show it now; nothing was sold of the lines that were `dropped`."""
    market, number = facts.market(head.market), transaction.number
    lines = make_lines(facts, head)
    items = (
        [_sale(market, line, head) for spot, line in enumerate(lines) if spot not in dropped]
        if not number
        else [_refund(market, *part, head) for part in parts_of(head, lines, transaction)]
    )
    total = sum(minor for minor, _ in items)
    related = {"ORDER_ID": head.id, "FINANCIAL_EVENT_GROUP_ID": f"G{transaction.posted // SETTLING:08d}"}
    related |= {"REFUND_ID": f"R{head.place:07d}{number}"} if number else {"SHIPMENT_ID": f"S{head.place:08d}"}
    return {
        "sellingPartnerMetadata": {"sellingPartnerId": facts.seller_id, "accountType": "STANDARD", "marketplaceId": market.id},
        "relatedIdentifiers": [{"relatedIdentifierName": name, "relatedIdentifierValue": value} for name, value in related.items()],
        "transactionType": "Refund" if number else "Shipment",
        "transactionId": f"T{head.place:09d}-{number}",
        "transactionStatus": status_of(head, transaction, now),
        "description": "Refund Order" if number else "Order Payment",
        "postedDate": text_of(transaction.posted),
        "totalAmount": _amount(market, total),
        "marketplaceDetails": {"marketplaceId": market.id, "marketplaceName": market.name},
        "items": [row for _, row in items],
        "breakdowns": _merged(market, [row for _, row in items]),
    }


def status_of(head: OrderHead, transaction: Transaction, now: int) -> str:
    """Return whether the money of a transaction is held back."""
    if now - transaction.posted < SETTLING:
        return "DEFERRED"
    return "DEFERRED_RELEASED" if head.place % 2 else "RELEASED"


def parts_of(head: OrderHead, lines: Sequence[Line], refund: Transaction) -> list[tuple[Line, int, int]]:
    """Return what a refund pays back: (line, item and shipping, tax), in smallest units."""
    if refund.parts:
        named = {line.id: line for line in lines}
        return [(named[line_id], price, tax) for line_id, price, tax in refund.parts]
    if head.refund == "full":
        return [(line, line.total - line.total_tax, line.total_tax) for line in lines]
    line = lines[0]
    share = 2 if head.refund == "partial" else 4 * refund.number
    return [(line, (line.total - line.total_tax) // share, line.total_tax // share)]


def _sale(market: Market, line: Line, head: OrderHead) -> tuple[int, Row]:
    fee = line.item * FEE // 100
    parts = {
        "ProductCharges": line.item - line.discount,
        "Shipping": line.shipping,
        "GiftWrap": line.wrap + line.cod,
        "Tax": line.total_tax,
    }
    return _item(market, line, head, {"Sales": parts, "Expenses": {"AmazonFees": -fee}}, line.quantity)


def _refund(market: Market, line: Line, amount: int, tax: int, head: OrderHead) -> tuple[int, Row]:
    units = line.quantity if amount + tax == line.total else 0
    total, row = _item(market, line, head, {"Sales": {"ProductCharges": -amount, "Tax": -tax}}, units)
    row["relatedIdentifiers"] = [{"itemRelatedIdentifierName": "ORDER_ADJUSTMENT_ITEM_ID", "itemRelatedIdentifierValue": line.id}]
    return total, row


def _item(market: Market, line: Line, head: OrderHead, groups: dict[str, dict[str, int]], units: int) -> tuple[int, Row]:
    total = sum(sum(parts.values()) for parts in groups.values())
    context: Row = {"contextType": "ProductContext", "asin": line.ware.asin, "sku": line.ware.sku}
    context |= {"quantityShipped": units, "fulfillmentNetwork": "AFN" if head.amazon else "MFN"}
    row = {
        "description": line.ware.name,
        "totalAmount": _amount(market, total),
        "breakdowns": [_breakdown(market, kind, parts) for kind, parts in groups.items()],
        "contexts": [context],
    }
    return total, row


def _breakdown(market: Market, kind: str, parts: dict[str, int]) -> Row:
    inner = [
        {"breakdownType": part, "breakdownAmount": _amount(market, amount), "breakdowns": []} for part, amount in parts.items() if amount
    ]
    return {"breakdownType": kind, "breakdownAmount": _amount(market, sum(parts.values())), "breakdowns": inner}


def _merged(market: Market, items: list[Row]) -> list[Row]:
    sums: dict[str, float] = {}
    for item in items:
        for part in item["breakdowns"]:
            kind = part["breakdownType"]
            sums[kind] = round(sums.get(kind, 0) + part["breakdownAmount"]["currencyAmount"], market.decimals)
    return [
        {"breakdownType": kind, "breakdownAmount": {"currencyAmount": amount, "currencyCode": market.currency}, "breakdowns": []}
        for kind, amount in sums.items()
    ]


def _amount(market: Market, minor: int) -> Row:
    return {"currencyAmount": market.number(minor), "currencyCode": market.currency}
