"""The refund mutation, and the suggestion that is asked for before it."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from adapters.shopify.sandbox.execution import Run
from adapters.shopify.sandbox.order_state import amounts_of, bill_of, find_order, order_row, sent_units
from adapters.shopify.sandbox.payloads import Payload, problem
from adapters.shopify.sandbox.refunding import (
    Giving,
    Item,
    Payout,
    due,
    give_back,
    left_of,
    payments_of,
    payout_of,
    seen_left_of,
    shipping_left,
    shipping_tax,
    worth,
)
from adapters.shopify.sandbox.seed.identifiers import BASES, gid
from adapters.shopify.sandbox.seed.money import Amounts, minor_of
from adapters.shopify.sandbox.seed.orders import Order
from adapters.shopify.sandbox.store import Store
from adapters.shopify.sandbox.tables import Row
from adapters.shopify.sandbox.writing import Arguments, Write, number_of, position_of

NO_PARENT = "Transactions require a parent_id associated with the order"
RESTOCKED = {"CANCEL", "RETURN"}


def create_refund(write: Write, arguments: Arguments) -> Payload:
    """Give back units, shipping and money of an order."""
    asked = arguments["input"]
    head = find_order(write, asked["orderId"])
    if head is None:
        return Payload(problem("Order does not exist", "orderId"))
    row = order_row(write.store, head)
    items, problems = _items(write, row, asked.get("refundLineItems") or ())
    payouts, wrong = _payouts(write, head, row, asked)
    problems += wrong
    shipping, wrong = _shipping(write, head, row, asked.get("shipping") or {})
    problems += wrong
    if not problems and not (items or payouts or shipping):
        problems = [problem("Refund must contain line items, shipping or transactions")]
    if problems:
        return Payload(*problems, order=write.store.orders.row(head.id))
    note, reason = asked.get("note"), asked.get("discrepancyReason") or "REFUND_DISCREPANCY"
    number = give_back(write.store, head, Giving(write.moment, items, shipping, payouts, note, reason))
    write.effect("refund.create", gid("Order", head.id), str(sum(Decimal(part["amount"]) for part in asked.get("transactions") or ())))
    return _answer(write, head, number)


def suggest_refund(run: Run, row: Row, arguments: dict[str, Any]) -> Row:
    """Say what giving back would amount to, and along which payments it can go."""
    store: Store = run.subject.store
    head = store.orders.heads[int(row["legacyResourceId"])]
    order, bill, amounts = order_row(store, head), bill_of(store, head), amounts_of(store, head)
    whole = arguments["suggestFullRefund"]
    items = [_suggested_item(order, asked) for asked in arguments.get("refundLineItems") or ()]
    items = [Item(at, line["refundableQuantity"], "NO_RESTOCK", None) for at, line in enumerate(order["lineItems"])] if whole else items
    shipping = shipping_left(order) if whole or arguments.get("refundShipping") else 0
    if arguments.get("shippingAmount") is not None:
        shipping = min(shipping_left(order), amounts.shop(minor_of(arguments["shippingAmount"], amounts.presentment)))
    net, tax = worth(bill, items)
    left = {payment["id"]: left_of(order, payment) for payment in payments_of(order)}
    amount = min(due(bill, items, shipping), sum(left.values()))
    taxes = tax + shipping_tax(bill, shipping)
    return {
        "amountSet": amounts.bag(amount),
        "maximumRefundableSet": amounts.bag(sum(left.values())),
        "subtotalSet": amounts.bag(net),
        "discountedSubtotalSet": amounts.bag(net),
        "totalTaxSet": amounts.bag(taxes),
        "totalDutiesSet": amounts.bag(0),
        "totalCartDiscountAmountSet": amounts.bag(0),
        "refundDuties": [],
        "refundLineItems": [_suggested_row(order, bill, item, amounts) for item in items],
        "shipping": {
            "amountSet": amounts.bag(shipping),
            "maximumRefundableSet": amounts.bag(shipping_left(order)),
            "taxSet": amounts.bag(shipping_tax(bill, shipping)),
        },
        "suggestedTransactions": _suggested_payouts(order, left, amount, amounts),
    }


def _answer(write: Write, head: Order, number: int) -> Payload:
    refund, order = write.store.child("Refund", number), write.store.orders.row(head.id)
    return Payload(refund=refund, order=order, again=lambda: _answer(write, head, number))


def _items(write: Write, row: Row, asked: Any) -> tuple[list[Item], list[Row]]:
    sent = sent_units(row["fulfillments"])
    claimed: dict[tuple[int, str], int] = defaultdict(int)
    items: list[Item] = []
    problems: list[Row] = []
    for place, part in enumerate(asked):
        path, at = ("refundLineItems", place), _line_at(row, part["lineItemId"])
        kind = part.get("restockType") or "NO_RESTOCK"
        found = write.place(part["locationId"]) if part.get("locationId") else None
        if at is None:
            problems.append(problem("Line item does not exist", *path, "lineItemId"))
            continue
        claimed[at, "all"] += part["quantity"]
        claimed[at, kind] += part["quantity"]
        limits = {"all": "refundableQuantity", "CANCEL": "unfulfilledQuantity"}
        line = row["lineItems"][at]
        if part["quantity"] <= 0:
            problems.append(problem("Quantity must be greater than 0", *path, "quantity"))
        elif any(claimed[at, name] > line[limit] for name, limit in limits.items()) or claimed[at, "RETURN"] > sent.get(at, 0):
            problems.append(problem("Quantity cannot refund more items than were purchased", *path, "quantity"))
        elif kind == "LEGACY_RESTOCK":
            problems.append(problem("Restock type is not accepted for new refunds", *path, "restockType"))
        elif kind in RESTOCKED and found is None:
            problems.append(problem("Location must be given when items are restocked", *path, "locationId"))
        items.append(Item(at, part["quantity"], kind, found if kind in RESTOCKED else None))
    return items, problems


def _line_at(row: Row, identity: str) -> int | None:
    number_of(identity, "LineItem")
    return next((at for at, line in enumerate(row["lineItems"]) if line["id"] == identity), None)


def _payouts(write: Write, head: Order, row: Row, asked: Row) -> tuple[list[Payout], list[Row]]:
    amounts = amounts_of(write.store, head)
    given = asked.get("transactions") or ()
    if given and (asked.get("currency") or amounts.currency) != amounts.presentment:
        return [], [problem(f"Currency must be the presentment currency of the order ({amounts.presentment})", "currency")]
    payments = {payment["id"]: payment for payment in payments_of(row)}
    left = {number: seen_left_of(row, payment) for number, payment in payments.items()}
    payouts: list[Payout] = []
    for part in given:
        parent = payments.get(part.get("parentId") or "")
        if part["kind"] != "REFUND":
            return [], [problem(f"Kind {part['kind'].lower()} is not a valid transaction")]
        if parent is None or part["orderId"] != gid("Order", head.id):
            return [], [problem(NO_PARENT, "transactions")]
        seen = minor_of(part["amount"], amounts.presentment)
        if Decimal(part["amount"]) <= 0:
            return [], [problem("Amount must be greater than 0", "transactions")]
        whole = seen == left[parent["id"]]
        left[parent["id"]] -= seen
        if left[parent["id"]] < 0 and not asked["allowOverRefunding"]:
            return [], [problem("Refund amount is greater than the amount that can be refunded", "transactions")]
        # The last of a payment in the shop's money is what is left of it, whatever the rate makes of it.
        rest = left_of(row, parent) - sum(payout.minor for payout in payouts if payout.parent is parent)
        payouts.append(payout_of(amounts, parent, rest if whole else amounts.shop(seen), seen))
    return payouts, []


def _shipping(write: Write, head: Order, row: Row, asked: Row) -> tuple[int, list[Row]]:
    amounts, left = amounts_of(write.store, head), shipping_left(row)
    if asked.get("fullRefund"):
        return left, []
    if asked.get("amount") is None:
        return 0, []
    minor = amounts.shop(minor_of(asked["amount"], amounts.presentment))
    if not 0 <= minor <= left:
        return 0, [problem("Shipping amount is greater than the amount that can be refunded", "shipping", "amount")]
    return minor, []


def _suggested_item(order: Row, asked: Row) -> Item:
    at = _line_at(order, asked["lineItemId"])
    units = 0 if at is None else max(0, min(asked["quantity"], order["lineItems"][at]["refundableQuantity"]))
    place = position_of("Location", number_of(asked["locationId"], "Location")) if asked.get("locationId") else None
    return Item(at or 0, units, asked.get("restockType") or "NO_RESTOCK", place)


def _suggested_row(order: Row, bill: Any, item: Item, amounts: Amounts) -> Row:
    line = bill.lines[item.at]
    return {
        "id": None,
        "lineItem": order["lineItems"][item.at],
        "location": None if item.place is None else BASES["Location"] + item.place,
        "quantity": item.units,
        "restockType": item.restock,
        "restocked": item.restock in RESTOCKED,
        "priceSet": amounts.bag(line.net // line.quantity),
        "subtotalSet": amounts.bag(line.part(line.net, item.units)),
        "totalTaxSet": amounts.bag(line.part(line.tax, item.units)),
    }


def _suggested_payouts(order: Row, left: dict[str, int], amount: int, amounts: Amounts) -> list[Row]:
    rows: list[Row] = []
    for payment in payments_of(order):
        part = min(amount, left[payment["id"]])
        amount -= part
        if part:
            rows.append(
                {
                    "kind": "SUGGESTED_REFUND",
                    "gateway": payment["gateway"],
                    "formattedGateway": payment["formattedGateway"],
                    "amountSet": amounts.bag(part),
                    "maximumRefundableSet": amounts.bag(left[payment["id"]]),
                    "parentTransaction": payment,
                }
            )
    return rows
