"""Giving back: what an order still has to give, and one act of giving back as it changes the order, its payments and the stock."""

from collections import defaultdict
from dataclasses import dataclass, field

from adapters.shopify.sandbox.order_state import (
    amounts_of,
    bill_of,
    change_order,
    changed_lines,
    fulfilment_status,
    move_stock,
    order_row,
    shop_minor,
)
from adapters.shopify.sandbox.seed.bills import Bill
from adapters.shopify.sandbox.seed.identifiers import BASES, child, gid, iso
from adapters.shopify.sandbox.seed.money import DIGITS, Amounts, minor_of, unpadded
from adapters.shopify.sandbox.seed.orders import Order
from adapters.shopify.sandbox.store import Store
from adapters.shopify.sandbox.tables import Row
from adapters.shopify.sandbox.work_fields import work_of

INCOMING = {"SALE", "CAPTURE"}
LIVE = {"SUCCESS", "PENDING"}


@dataclass(frozen=True, slots=True)
class Item:
    """Units of a line that are given back; `place` is where they are put, None for nowhere."""

    at: int
    units: int
    restock: str
    place: int | None


@dataclass(frozen=True, slots=True)
class Payout:
    """Money that goes back along a payment; `bag` is the amount in both currencies."""

    parent: Row
    minor: int
    bag: Row
    gateway: str


@dataclass(slots=True)
class Giving:
    """One act of giving back; `shipping` in minor units of the shop's currency."""

    moment: int
    items: list[Item] = field(default_factory=list)
    shipping: int = 0
    payouts: list[Payout] = field(default_factory=list)
    note: str | None = None
    reason: str = "REFUND_DISCREPANCY"


def payments_of(row: Row) -> list[Row]:
    """Return the payments of an order that money can go back along."""
    return [payment for payment in row["transactions"] if payment["kind"] in INCOMING and payment["status"] == "SUCCESS"]


def left_of(row: Row, payment: Row) -> int:
    """Return what of a payment has not been given back, in minor units of the shop's currency."""
    return shop_minor(payment["amountSet"]) - sum(shop_minor(back["amountSet"]) for back in _given_back(row, payment))


def seen_left_of(row: Row, payment: Row) -> int:
    """Return the same in the currency the buyer saw."""
    return _seen(payment["amountSet"]) - sum(_seen(back["amountSet"]) for back in _given_back(row, payment))


def payout_of(amounts: Amounts, parent: Row, minor: int, seen: int, gateway: str | None = None) -> Payout:
    """Make a payout along a payment, of an amount in the shop's currency that the buyer sees as `seen`."""
    shown = {"amount": unpadded(seen, 10 ** DIGITS.get(amounts.presentment, 2)), "currencyCode": amounts.presentment}
    return Payout(parent, minor, {"shopMoney": amounts.money(minor), "presentmentMoney": shown}, gateway or parent["gateway"])


def shipping_left(row: Row) -> int:
    """Return what of the shipping has not been given back, without its tax."""
    return shop_minor(row["currentShippingPriceSet"])


def worth(bill: Bill, items: list[Item]) -> tuple[int, int]:
    """Return what units were sold for, and the tax on them."""
    lines = bill.lines
    net = sum(lines[item.at].part(lines[item.at].net, item.units) for item in items)
    return net, sum(lines[item.at].part(lines[item.at].tax, item.units) for item in items)


def shipping_tax(bill: Bill, shipping: int) -> int:
    """Return the tax on a part of the shipping."""
    return sum(bill.shipping_taxes) * shipping // bill.shipping_net if bill.shipping_net else 0


def due(bill: Bill, items: list[Item], shipping: int) -> int:
    """Return what giving back units and shipping takes off an order."""
    net, tax = worth(bill, items)
    return net + shipping + (0 if bill.included else tax + shipping_tax(bill, shipping))


def give_back(store: Store, head: Order, giving: Giving) -> int:
    """Carry out one act of giving back; returns the number of the refund."""
    row, bill, amounts = order_row(store, head), bill_of(store, head), amounts_of(store, head)
    work = work_of(store, head)  # what is to be sent is worked out from the order as it was
    at = len(row["refunds"])
    transactions = [_transaction(head, row, giving, place, payout) for place, payout in enumerate(giving.payouts)]
    refund = _refund_row(head, bill, giving, at, amounts, transactions)
    units: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for item in giving.items:
        units[item.at]["currentQuantity"] -= item.units
        units[item.at]["refundableQuantity"] -= item.units
        if item.restock == "CANCEL":
            units[item.at]["unfulfilledQuantity"] -= item.units
            units[item.at]["nonFulfillableQuantity"] += item.units
            for part in work:
                part.take(item.at, item.units, giving.moment)
        _restock(store, row, item, giving.moment)
    lines = changed_lines(row, units)
    laid = {
        "lineItems": lines,
        "refunds": [*row["refunds"], refund],
        "transactions": [*row["transactions"], *transactions],
        **_sums(row, bill, giving, amounts),
        **_statuses(store, head, row, lines, giving),
    }
    change_order(store, head, laid, giving.moment)
    return int(refund["legacyResourceId"])


def _given_back(row: Row, payment: Row) -> list[Row]:
    return [
        back
        for back in row["transactions"]
        if back["kind"] == "REFUND" and back["status"] in LIVE and (back["parentTransaction"] or {}).get("id") == payment["id"]
    ]


def _seen(bag: Row) -> int:
    money = bag["presentmentMoney"]
    return minor_of(money["amount"], money["currencyCode"])


def _transaction(head: Order, row: Row, giving: Giving, place: int, payout: Payout) -> Row:
    number = child("OrderTransaction", head.index, len(row["transactions"]) + place)
    parent = payout.parent
    return {
        **parent,
        "id": gid("OrderTransaction", number),
        "kind": "REFUND",
        "status": "SUCCESS",
        "gateway": payout.gateway,
        "paymentId": f"{head.name}.{len(row['transactions']) + place + 1}",
        "errorCode": None,
        "createdAt": iso(giving.moment),
        "processedAt": iso(giving.moment),
        "authorizationExpiresAt": None,
        "parentTransaction": parent,
        "amountSet": payout.bag,
    }


def _refund_row(head: Order, bill: Bill, giving: Giving, at: int, amounts: Amounts, transactions: list[Row]) -> Row:
    number = child("Refund", head.index, at)
    moment, moved = iso(giving.moment), sum(payout.minor for payout in giving.payouts)
    bag = giving.payouts[0].bag if len(giving.payouts) == 1 else amounts.bag(moved)
    return {
        "__typename": "Refund",
        "id": gid("Refund", number),
        "legacyResourceId": str(number),
        "order": head.id,
        "createdAt": moment,
        "updatedAt": moment,
        "processedAt": moment,
        "note": giving.note,
        "return": None,
        "totalRefundedSet": bag,
        "refundLineItems": [_item_row(head, bill, at, place, item, amounts) for place, item in enumerate(giving.items)],
        "refundShippingLines": [_shipping_row(head, bill, giving, at, amounts)] if giving.shipping else [],
        "orderAdjustments": _adjustments(head, giving, at, moved - due(bill, giving.items, giving.shipping), amounts),
        "duties": [],
        "transactions": transactions,
    }


def _item_row(head: Order, bill: Bill, at: int, place: int, item: Item, amounts: Amounts) -> Row:
    line = bill.lines[item.at]
    return {
        "id": gid("RefundLineItem", child("RefundLineItem", head.index, at * 1_000 + place)),
        "lineItem": item.at,
        "location": None if item.place is None else BASES["Location"] + item.place,
        "quantity": item.units,
        "restockType": item.restock,
        "restocked": item.place is not None,
        "priceSet": amounts.bag(line.net // line.quantity),
        "subtotalSet": amounts.bag(line.part(line.net, item.units)),
        "totalTaxSet": amounts.bag(line.part(line.tax, item.units)),
    }


def _shipping_row(head: Order, bill: Bill, giving: Giving, at: int, amounts: Amounts) -> Row:
    return {
        "__typename": "RefundShippingLine",
        "id": gid("RefundShippingLine", child("RefundShippingLine", head.index, at)),
        "subtotalAmountSet": amounts.bag(giving.shipping),
        "taxAmountSet": amounts.bag(shipping_tax(bill, giving.shipping)),
    }


def _adjustments(head: Order, giving: Giving, at: int, amount: int, amounts: Amounts) -> list[Row]:
    if not amount:
        return []
    return [
        {
            "__typename": "OrderAdjustment",
            "id": gid("OrderAdjustment", child("OrderAdjustment", head.index, at)),
            "reason": giving.reason,
            "amountSet": amounts.bag(amount),
            "taxAmountSet": amounts.bag(0),
        }
    ]


def _restock(store: Store, row: Row, item: Item, moment: int) -> None:
    line = row["lineItems"][item.at]
    if item.place is None:
        return
    if item.restock == "CANCEL":
        move_stock(store, line, item.place, "committed", -item.units, moment)
    move_stock(store, line, item.place, "available", item.units, moment)


def _sums(row: Row, bill: Bill, giving: Giving, amounts: Amounts) -> Row:
    """Work out an order's current sums; nothing falls below zero."""
    net, tax = worth(bill, giving.items)
    moved = sum(payout.minor for payout in giving.payouts)
    taken = {
        "currentTotalPriceSet": moved if giving.payouts else due(bill, giving.items, giving.shipping),
        "currentSubtotalPriceSet": net,
        "currentTotalTaxSet": tax + shipping_tax(bill, giving.shipping),
        "currentShippingPriceSet": giving.shipping,
        "netPaymentSet": moved,
        "totalRefundedSet": -moved,
        "totalRefundedShippingSet": -giving.shipping if giving.payouts else 0,
    }
    units = sum(item.units for item in giving.items)
    return {
        **{name: amounts.bag(max(0, shop_minor(row[name]) - amount)) for name, amount in taken.items()},
        "currentSubtotalLineItemsQuantity": row["currentSubtotalLineItemsQuantity"] - units,
    }


def _statuses(store: Store, head: Order, row: Row, lines: list[Row], giving: Giving) -> Row:
    moved = sum(payout.minor for payout in giving.payouts)
    refunded, received = shop_minor(row["totalRefundedSet"]) + moved, shop_minor(row["totalReceivedSet"])
    found: Row = {}
    if moved:
        found["displayFinancialStatus"] = "REFUNDED" if refunded >= received else "PARTIALLY_REFUNDED"
    if any(item.restock == "CANCEL" for item in giving.items) and not head.cancelled:
        found["displayFulfillmentStatus"] = fulfilment_status(store, head, lines, row["fulfillments"])
    return found
