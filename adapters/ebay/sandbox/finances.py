"""The Finances interface: the trail of money that sales and refunds leave. Without any match there is no body at all."""

from dataclasses import dataclass
from typing import Any

from adapters.ebay.sandbox import paging
from adapters.ebay.sandbox.calls import Answer, Call
from adapters.ebay.sandbox.dates import YEAR, stamp
from adapters.ebay.sandbox.errors import ApiError, refusal
from adapters.ebay.sandbox.filters import SPAN, WORDS, parse, span_of
from adapters.ebay.sandbox.seed.events import Refund
from adapters.ebay.sandbox.seed.history import Head
from adapters.ebay.sandbox.seed.money import amount
from adapters.ebay.sandbox.seed.refunds import refunds_of

TYPES = frozenset(
    {"SALE", "REFUND", "CREDIT", "DISPUTE", "SHIPPING_LABEL", "TRANSFER", "NON_SALE_CHARGE", "ADJUSTMENT", "WITHDRAWAL", "LOAN_REPAYMENT"}
)
STATUSES = frozenset({"PAYOUT", "FUNDS_PROCESSING", "FUNDS_AVAILABLE_FOR_PAYOUT", "FUNDS_ON_HOLD", "COMPLETED", "FAILED"})
FILTERS = {
    "transactionDate": SPAN,
    **dict.fromkeys(
        ("transactionType", "transactionStatus", "buyerUsername", "payoutId", "transactionId", "orderId", "salesRecordReference"), WORDS
    ),
}
SORTS = {"": True, "transactionDate": False, "-transactionDate": True}
HISTORY, WIDEST = 5 * YEAR, 3 * YEAR


@dataclass(frozen=True, slots=True)
class Movement:
    """A sale (without `refund`) or a refund of an order."""

    at: int
    head: Head
    refund: Refund | None


def list_transactions(call: Call) -> Answer:
    """Answer a page of movements, newest first unless asked otherwise."""
    sort = call.query.get("sort", "")
    if sort not in SORTS:
        raise refusal(135005)
    movements = sorted(_matching(call), key=lambda each: (each.at, each.head.id), reverse=SORTS[sort])
    if not movements:
        return Answer(None, 204)
    page = paging.page_of(call, movements, paging.TRANSACTIONS)
    frame: dict[str, Any] = {**page.links(call, call.home), "total": page.total, "limit": page.limit, "offset": page.offset}
    return Answer({**frame, "transactions": [_written(call, movement) for movement in page.rows]})


def _matching(call: Call) -> list[Movement]:
    wanted = _wanted(call.query.get("filter", ""))
    first, last = _span(wanted.pop("transactionDate", None), call.now)
    book = call.store.orders
    one = book.heads.get(wanted.get("orderId", ""))
    heads = ([one] if one else []) if "orderId" in wanted else list(book.heads.values())
    kind = wanted.get("transactionType")
    movements = [movement for head in heads for movement in _movements(call, head, kind) if first <= movement.at <= last]
    return [movement for movement in movements if _fits(call, movement, wanted)]


def _movements(call: Call, head: Head, kind: str | None) -> list[Movement]:
    paid = head.story.payment != "PENDING" and (head.story.payment != "FAILED" or head.refunded)
    sale = [Movement(head.created, head, None)] if paid and kind in {None, "SALE"} else []
    if kind not in {None, "REFUND"} or not head.refunded:
        return sale
    refunds = refunds_of(head, call.store.orders.row(head)[1])
    return sale + [Movement(refund.at, head, refund) for refund in refunds if refund.status == "REFUNDED"]


def _wanted(text: str) -> dict[str, str]:
    try:
        wanted = parse(text, FILTERS)
    except ApiError as error:
        raise refusal(135008) from error
    if wanted.get("transactionType", "SALE") not in TYPES:
        raise refusal(135006)
    if wanted.get("transactionStatus", "PAYOUT") not in STATUSES:
        raise refusal(135007)
    if "transactionId" in wanted and "transactionType" not in wanted:
        raise refusal(135009)
    return wanted


def _span(text: str | None, now: int) -> tuple[int, int]:
    if text is None:
        return now - HISTORY, now
    try:
        first, last = span_of(text, now)
    except ValueError:
        raise refusal(135008) from None
    if first is None or first > last:
        raise refusal(135008)
    if first < now - HISTORY:
        raise refusal(135015)
    if last - first > WIDEST:
        raise refusal(135016)
    return first, last


def _fits(call: Call, movement: Movement, wanted: dict[str, str]) -> bool:
    written = {
        "transactionType": "REFUND" if movement.refund else "SALE",
        "transactionStatus": "PAYOUT",
        "transactionId": _transaction_id(movement),
        "orderId": movement.head.id,
        "payoutId": _payout_id(movement),
        "salesRecordReference": str(1001 + movement.head.number),
        "buyerUsername": call.store.facts.buyer(movement.head.buyer).username,
    }
    return all(written[name] == value for name, value in wanted.items())


def _written(call: Call, movement: Movement) -> dict[str, Any]:
    """Write a movement: a sale is what came in after the fee, a refund what the seller paid."""
    order, bill = call.store.orders.row(movement.head)
    currency = call.store.facts.profile.currency
    cents = movement.refund.cents if movement.refund else bill.due
    taxes = sum(tax.cents for line in bill.lines for tax in line.taxes if tax.remitted)
    written: dict[str, Any] = {
        "transactionId": _transaction_id(movement),
        "orderId": movement.head.id,
        "payoutId": _payout_id(movement),
        "salesRecordReference": order["salesRecordReference"],
        "buyer": {"username": order["buyer"]["username"]},
        "transactionType": "REFUND" if movement.refund else "SALE",
        "amount": amount(cents, currency),
        "bookingEntry": "DEBIT" if movement.refund else "CREDIT",
        "transactionDate": stamp(movement.at),
        "transactionStatus": "PAYOUT",
        "paymentsEntity": "Example Payments Inc.",
    }
    if movement.refund:
        return written | {"references": [{"referenceId": movement.refund.id, "referenceType": "REFUND_ID"}]}
    sums = {"totalFeeBasisAmount": bill.basis, "totalFeeAmount": bill.marketplace_fee, "eBayCollectedTaxAmount": taxes}
    return written | {name: amount(sum_, currency) for name, sum_ in sums.items()}


def _transaction_id(movement: Movement) -> str:
    return movement.refund.reference if movement.refund else f"14-{movement.head.id[3:]}"


def _payout_id(movement: Movement) -> str:
    return str(5_600_000_000 + movement.at // (7 * 86_400_000))
