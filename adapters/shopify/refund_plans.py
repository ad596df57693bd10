"""What a refund is asked for with: made of the platform's own suggestion, so that its sums are right to the cent.

Pure. Where the buyer paid in another currency than the store's the money goes back in the buyer's; an amount can be given only where both
are one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.shopify.manifest import DISCREPANCY_REASONS
from adapters.shopify.values import Json, id_of
from schema.commands import RefundCreate, RefundLineUnits
from schema.errors import Category

NO_RESTOCK = "NO_RESTOCK"


@dataclass(frozen=True, slots=True)
class Ask:
    """What the platform is asked to work out: these lines and this shipping, or everything that is left."""

    lines: Sequence[RefundLineUnits] = ()
    shipping: str | None = None
    full: bool = False

    def variables(self, order: str) -> Json:
        """Return the variables of the question."""
        made: Json = {"id": order, "full": self.full}
        if self.full:
            return made
        made["lines"] = [{"lineItemId": each.line, "quantity": each.quantity, "restockType": NO_RESTOCK} for each in self.lines]
        if self.shipping == "all":
            made["shipping"] = True
        elif self.shipping is not None:
            made["amount"] = self.shipping
        return made


def main_ask(command: RefundCreate) -> Ask:
    """Return the question whose answer the refund is made of. An amount of its own may take from all that is left."""
    whole = not command.lines and command.shipping is None
    return Ask(command.lines, command.shipping, full=whole)


def rest_ask(command: RefundCreate) -> Ask | None:
    """Return what is to be worked out beside the lines that have amounts of their own; None when nothing is."""
    rest = tuple(each for each in command.lines if each.amount is None)
    return Ask(rest, command.shipping) if rest or command.shipping is not None else None


def has_amounts(command: RefundCreate) -> bool:
    """Say whether the caller gives amounts of money, of its own or of lines."""
    return command.amount is not None or any(each.amount is not None for each in command.lines)


def problem(command: RefundCreate, order: Json) -> PlatformError | None:
    """Return why amounts can't be given for this order, or None."""
    shop, buyer = order["currencyCode"], order["presentmentCurrencyCode"]
    shipping = command.shipping not in {None, "all"}
    if shop == buyer or not (has_amounts(command) or shipping):
        return None
    message = f"The buyer paid in {buyer} and not in {shop}: give the lines, or nothing, and Shopify works the amounts out."
    return PlatformError(Category.VALIDATION, message, code="CURRENCY")


def wanted(command: RefundCreate, rest: Json | None) -> Decimal | None:
    """Return the money to give back; None is what the platform suggests. `rest` is its answer to `rest_ask`."""
    if command.amount is not None:
        return Decimal(command.amount)
    if not has_amounts(command):
        return None
    given = sum((Decimal(each.amount) for each in command.lines if each.amount is not None), Decimal(0))
    return given + (Decimal(rest["amountSet"]["shopMoney"]["amount"]) if rest is not None else 0)


def refund_input(command: RefundCreate, order: Json, amount: Decimal | None, lines: Sequence[Json]) -> Json | PlatformError:
    """Return what the refund is asked for with, or why there is nothing to give back. The caller's own note is not in it."""
    suggestion = order["suggestedRefund"]
    transactions = _transactions(order, suggestion, amount)
    if isinstance(transactions, PlatformError):
        return transactions
    made: Json = {"orderId": command.order, "notify": command.notify, "transactions": transactions}
    if lines:
        made["refundLineItems"] = list(lines)
    shipping = _shipping(command, suggestion)
    if shipping:
        made["shipping"] = shipping
    if order["currencyCode"] != order["presentmentCurrencyCode"]:
        made["currency"] = order["presentmentCurrencyCode"]
    if has_amounts(command):
        made["discrepancyReason"] = DISCREPANCY_REASONS[command.reason]
    return made


def suggested_lines(suggestion: Json) -> list[Json]:
    """Return the lines of a suggestion for everything that is left; nothing is put back to stock that nobody asked for."""
    return [
        {"lineItemId": each["lineItem"]["id"], "quantity": each["quantity"], "restockType": NO_RESTOCK}
        for each in suggestion.get("refundLineItems") or ()
        if each["quantity"]
    ]


def asked_lines(command: RefundCreate, suggestion: Json, unshipped: Mapping[str, int], location: str | None) -> list[Json]:
    """Return the lines as they are asked for. What goes back to stock was either never shipped, or came back."""
    places = {each["lineItem"]["id"]: id_of(each.get("location")) for each in suggestion.get("refundLineItems") or ()}
    made: list[Json] = []
    for each in command.lines:
        cancelled = min(each.quantity, unshipped.get(each.line, 0)) if each.restock else 0
        where = {"locationId": places.get(each.line) or location} if each.restock else {}
        shares = {"CANCEL": cancelled, "RETURN" if each.restock else NO_RESTOCK: each.quantity - cancelled}
        made += [{"lineItemId": each.line, "quantity": units, "restockType": word, **where} for word, units in shares.items() if units]
    return made


def _transactions(order: Json, suggestion: Json, amount: Decimal | None) -> list[Json] | PlatformError:
    """Spread the money over the payments it came from, as far as each can give it back."""
    made: list[Json] = []
    left = amount
    for each in suggestion.get("suggestedTransactions") or ():
        suggested = _buyers(each["amountSet"])
        share = (
            suggested
            if left is None
            else min(left, _buyers(each["maximumRefundableSet"]) if each.get("maximumRefundableSet") else suggested)
        )
        if share <= 0:
            continue
        left = None if left is None else left - share
        made.append({
            "orderId": order["id"],
            "parentId": id_of(each.get("parentTransaction")),
            "kind": "REFUND",
            "gateway": each.get("gateway") or "",
            "amount": str(share),
        })  # fmt: skip
    due = Decimal(suggestion["amountSet"]["shopMoney"]["amount"]) if left is None else left
    if (left is None and due > 0 and not made) or (left is not None and left > 0):
        given = "" if left is None else f": {left} {order['currencyCode']} too much"
        message = f"That much was not paid for the order, or was given back already{given}. Read the order's refunds again, then decide."
        return PlatformError(Category.CONFLICT, message, code="OVER_REFUNDED")
    return made


def _shipping(command: RefundCreate, suggestion: Json) -> Json | None:
    if command.shipping == "all":
        return {"fullRefund": True}
    if command.shipping is not None:
        return {"amount": command.shipping}
    whole = not command.lines and command.amount is None
    left: Any = ((suggestion.get("shipping") or {}).get("maximumRefundableSet") or {}).get("presentmentMoney")
    return {"fullRefund": True} if whole and left and Decimal(left["amount"]) > 0 else None


def _buyers(bag: Json) -> Decimal:
    return Decimal(bag["presentmentMoney"]["amount"])
