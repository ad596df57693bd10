"""What was paid back: sums are the seller's own, without the taxes that the platform collected."""

from adapters.ebay.sandbox.seed.bills import Bill
from adapters.ebay.sandbox.seed.events import Refund
from adapters.ebay.sandbox.seed.history import Head

STATUSES = {"pending": "PENDING", "failed": "FAILED"}


def refunds_of(head: Head, bill: Bill) -> list[Refund]:
    """Return the refunds of an order, first to last."""
    if head.refunds is not None:
        return head.refunds
    plans = head.story.refunds
    return [_refund(head, bill, place, plan, (place + 1) / len(plans)) for place, plan in enumerate(plans)]


def _refund(head: Head, bill: Bill, place: int, plan: str, share: float) -> Refund:
    total = bill.total(breakdown=False)
    shares: dict[int, int] = {}
    if plan == "lines":
        shares = {line: each.total(breakdown=False) for line, each in enumerate(bill.lines)}
        cents = sum(shares.values()) + bill.adjustment
    elif plan == "line":
        # A refund of the only line would be one of the whole order, which has a status of its own.
        cents = bill.lines[0].total(breakdown=False) // (1 if len(bill.lines) > 1 else 2)
        shares = {0: cents}
    else:
        cents = total if plan == "whole" else max(1, total // 5)
    number = 5_000_000_000 + head.number * 4 + place
    status = STATUSES.get(plan, "REFUNDED")
    reference = f"R-{number}" if status == "REFUNDED" else ""
    return Refund(str(number), reference, status, head.moment(0.6 + 0.4 * share), cents, shares)
