"""A line of an order as the platform writes it."""

from typing import Any

from adapters.amazon.sandbox.seed.facts import Facts
from adapters.amazon.sandbox.seed.lines import Line
from adapters.amazon.sandbox.seed.orders import OrderHead

Row = dict[str, Any]
CONDITIONS = {
    "new_new": ("NEW", "NEW"),
    "used_like_new": ("USED", "MINT"),
    "used_acceptable": ("USED", "ACCEPTABLE"),
    "refurbished_refurbished": ("REFURBISHED", "REFURBISHED"),
    "collectible_good": ("COLLECTIBLE", "GOOD"),
    "club_club": ("CLUB", "CLUB"),
}
CANCELLERS = (("BUYER", "BUYER_CANCELLED"), ("MERCHANT", "NO_INVENTORY"), ("AMAZON", "GENERAL_ADJUSTMENT"))
CONSTRAINTS = ("signatureConfirmation", "palletDelivery", "cashOnDelivery", "recipientIdentityVerification", "recipientAgeVerification")


def breakdown(facts: Facts, line: Line) -> dict[str, int]:
    """Return what a line's total is made of; their sum is the total, unless the store writes its discounts positive."""
    parts = {"ITEM": line.item, "SHIPPING": line.shipping, "GIFT_WRAP": line.wrap, "COD_FEE": line.cod}
    parts |= {"TAX": line.total_tax, "DISCOUNT": facts.discount_sign * line.discount}
    return {kind: amount for kind, amount in parts.items() if amount or kind == "ITEM"}


def line_row(facts: Facts, head: OrderHead, line: Line, sent: int, *, priced: bool, dropped: str = "") -> Row:
    """Return the full row of a line of which `sent` units have left; `dropped` is the reason why the seller cancelled it."""
    still = 0 if head.status == "CANCELLED" or dropped else line.quantity - sent
    row: Row = {
        "orderItemId": line.id,
        "quantityOrdered": line.quantity,
        "product": _product(facts, head, line, priced=priced),
        "fulfillment": {"quantityFulfilled": sent, "quantityUnfulfilled": still, **_handling(head, line)},
    }
    if head.place % 7 == 3:
        row["programs"] = ["TRANSPARENCY"] if head.place % 2 else ["SUBSCRIBE_AND_SAVE"]
    if priced:
        row["proceeds"] = _proceeds(facts, head, line)
        row["tax"] = _tax(facts, head)
    if line.discount:
        row["promotion"] = {
            "breakdowns": [{"promotionId": "SPRING-10"}, *([{"promotionId": "FREE-SHIP"}] if line.shipping_discount else [])]
        }
    if facts.market(head.market).country == "JP" and priced:
        points = {"pointsNumber": line.unit // 100, "pointsMonetaryValue": facts.market(head.market).money(line.unit // 100)}
        row["expense"] = {"pointsCost": {"pointsGranted": points}}
    if dropped:
        row["cancellation"] = {"cancellationExecution": {"cancelledBy": "MERCHANT", "cancelReason": dropped}}
    elif head.status == "CANCELLED" or (head.status == "UNSHIPPED" and head.place % 4 == 1):
        row["cancellation"] = _cancellation(head)
    return row


def _product(facts: Facts, head: OrderHead, line: Line, *, priced: bool) -> Row:
    kind, subtype = CONDITIONS[line.ware.condition]
    row: Row = {"asin": line.ware.asin, "title": line.ware.name, "sellerSku": line.ware.sku}
    row["condition"] = {"conditionType": kind, "conditionSubtype": subtype, "conditionNote": "" if kind == "NEW" else "Small marks."}
    if priced:
        row["price"] = {"unitPrice": facts.market(head.market).money(line.unit)}
        if head.place % 10 == 1:
            row["price"]["priceDesignation"] = "BUSINESS_PRICE"
    if head.place % 11 == 5:
        row["customization"] = {"customizedUrl": "https://files.example.com/customization.zip"}
    return row


def _handling(head: OrderHead, line: Line) -> Row:
    row: Row = {}
    if line.wrap:
        row["packing"] = {"giftOption": {"giftMessage": "With love 🎁", "giftWrapLevel": "PREMIUM"}}
    if head.place % 9 == 2:
        row["shipping"] = {"shippingConstraints": {CONSTRAINTS[head.place // 9 % len(CONSTRAINTS)]: "MANDATORY"}}
    return row


def _proceeds(facts: Facts, head: OrderHead, line: Line) -> Row:
    market = facts.market(head.market)
    rows: list[Row] = [{"type": kind, "subtotal": market.money(amount)} for kind, amount in breakdown(facts, line).items()]
    details = {"TAX": line.tax, "DISCOUNT": _discounts(facts, line)}
    for row in rows:
        if row["type"] in details:
            row["detailedBreakdowns"] = [{"subtype": kind, "value": market.money(amount)} for kind, amount in details[row["type"]]]
    return {"proceedsTotal": market.money(line.total), "breakdowns": rows}


def _discounts(facts: Facts, line: Line) -> tuple[tuple[str, int], ...]:
    parts = (("ITEM", line.discount - line.shipping_discount), ("SHIPPING", line.shipping_discount))
    return tuple((kind, facts.discount_sign * amount) for kind, amount in parts if amount)


def _tax(facts: Facts, head: OrderHead) -> Row:
    row: Row = {"taxCollections": [{"model": "MARKETPLACE_FACILITATOR", "responsibleParty": "Amazon Services"}]}
    if facts.region == "EU":
        row["taxCalculationBreakdowns"] = [{"reportingScheme": "UOSS" if head.place % 2 else "IOSS"}]
    return row


def _cancellation(head: OrderHead) -> Row:
    if head.status == "UNSHIPPED":
        return {"cancellationRequest": {"requester": "BUYER", "cancelReason": "Ordered by mistake"}}
    who, reason = CANCELLERS[head.place // 2 % len(CANCELLERS)]
    return {"cancellationExecution": {"cancelledBy": who, "cancelReason": reason}}
