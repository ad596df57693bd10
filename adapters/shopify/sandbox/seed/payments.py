"""Transactions of an order, in the order they happened, and the sums over them."""

from dataclasses import dataclass
from random import Random

from adapters.shopify.sandbox.seed.bills import Bill
from adapters.shopify.sandbox.seed.identifiers import child, dice, gid, iso, pick
from adapters.shopify.sandbox.seed.money import Amounts, Row
from adapters.shopify.sandbox.seed.orders import Order
from adapters.shopify.sandbox.seed.profiles import DAY
from adapters.shopify.sandbox.seed.refunds import Refund

PAYMENT_DICE = 8
GATEWAYS = ("shopify_payments", "shopify_payments", "shopify_payments", "paypal", "gift_card")
SHOWN_AS = {"shopify_payments": "Shopify Payments", "paypal": "PayPal", "gift_card": "Gift card", "manual": "Bank deposit", "cash": "Cash"}
PAID = {"PAID", "PARTIALLY_REFUNDED", "REFUNDED"}
OWED = {"PENDING", "AUTHORIZED", "PARTIALLY_PAID", "EXPIRED"}


@dataclass(slots=True)
class Payment:
    """One transaction; `parent` and `refund` are positions."""

    kind: str
    amount: int
    moment: int
    status: str = "SUCCESS"
    parent: int | None = None
    refund: int | None = None
    error: str | None = None


def payments(seed: int, head: Order, bill: Bill, given_back: list[Refund]) -> tuple[str, list[Payment]]:
    """Work out an order's gateway and transactions."""
    roll = dice(seed, PAYMENT_DICE, head.index)
    gateway = "cash" if head.source == "pos" else "manual" if head.financial in {"PENDING", "PARTIALLY_PAID"} else pick(roll, GATEWAYS)
    made = _incoming(roll, head, bill) if bill.total else []
    parent = len(made) - 1
    for refund in given_back:
        if not refund.free and refund.value(bill):
            status = "SUCCESS" if refund.paid else "PENDING"
            made.append(Payment("REFUND", refund.value(bill), refund.moment, status, parent, refund.at))
    return gateway, made


def received(made: list[Payment]) -> int:
    """Add up what came in."""
    return sum(payment.amount for payment in made if payment.status == "SUCCESS" and payment.kind in {"SALE", "CAPTURE"})


def outstanding(head: Order, bill: Bill, made: list[Payment]) -> int:
    """Return what the buyer still owes."""
    return bill.total - received(made) if head.financial in OWED and not head.cancelled else 0


def payment_rows(head: Order, gateway: str, made: list[Payment], amounts: Amounts) -> list[Row]:
    """Write the transactions as the wire shows them."""
    rows: list[Row] = []
    for at, payment in enumerate(made):
        number = child("OrderTransaction", head.index, at)
        expires = iso(payment.moment + 7 * DAY) if payment.kind == "AUTHORIZATION" else None
        row = {
            "__typename": "OrderTransaction",
            "id": gid("OrderTransaction", number),
            "order": head.id,
            "kind": payment.kind,
            "status": payment.status,
            "gateway": gateway,
            "formattedGateway": SHOWN_AS[gateway],
            "manualPaymentGateway": gateway == "manual",
            "paymentId": f"{head.name}.{at + 1}",
            "test": head.test,
            "errorCode": payment.error,
            "createdAt": iso(payment.moment),
            "processedAt": iso(payment.moment),
            "authorizationExpiresAt": expires,
            "parentTransaction": None if payment.parent is None else rows[payment.parent],
            "amountSet": amounts.bag(payment.amount),
        }
        rows.append(row)
    return rows


def _incoming(roll: Random, head: Order, bill: Bill) -> list[Payment]:
    at, total = head.created, bill.total
    if head.financial == "PENDING":
        return [Payment("SALE", total, at, "PENDING")]
    if head.financial == "PARTIALLY_PAID":
        return [Payment("SALE", max(1, total // 3), at)]
    if head.financial not in PAID:
        held = Payment("AUTHORIZATION", total, at)
        return [held, Payment("VOID", total, head.settled, parent=0)] if head.financial == "VOIDED" else [held]
    failed = [Payment("SALE", total, at, "FAILURE", error="CARD_DECLINED")] if roll.random() < 0.05 else []
    if roll.random() < 0.3:
        return [*failed, Payment("AUTHORIZATION", total, at + 5), Payment("CAPTURE", total, at + 60, parent=len(failed))]
    return [*failed, Payment("SALE", total, at + 5)]
