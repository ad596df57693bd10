"""Gives money back, which eBay takes on and does later. The refunds that were there before are noted, so that a later look tells whether
another came: by its number and its amount. While one is under way eBay takes no other of the same order.
"""

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

from adapters.ebay.account import Account
from adapters.ebay.manifest import COMMENT, GIVEN_BACK, ORDERS_BUCKET, REFUND_REASONS
from adapters.ebay.refund_sums import FAILED, amounts_of, refunds_of, sum_of
from adapters.ebay.refusals import conflict, gone, invalid
from adapters.ebay.sales import Sales, order_path
from adapters.ebay.sending import each
from adapters.ebay.values import Json, money, record, text
from adapters.kit.failures import PlatformError
from adapters.kit.writing import Accepted, Done, Job, Journal, Looked, NotDone, Performed, Unclear
from schema.commands import RefundCreate
from schema.errors import Category
from schema.keys import Kind

WAIT = 30.0  # seconds until the money may have gone
REFUNDS, AMOUNT = "refunds", "amount"

_CURRENCY = "The order is in {own}; a refund can't be in {asked}."
_FAILED = "eBay took the refund on, and it failed."
_OTHERS = "Refund {ids} of the order was made about then, of another amount than this one."


class RefundWrites:
    """The refunds of one seller."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._sales = Sales(account)

    async def create(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Refund each order."""
        return await each(jobs, partial(self._create, journal))

    async def check(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Say which refunds were paid by now."""
        return await each(jobs, self._check)

    async def created(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say which refunds were made. One that is still under way is left to `create`, which waits for it."""
        return await each(jobs, self._look)

    async def _create(self, journal: Journal, job: Job) -> Performed:
        command = _command(job)
        order = await self._sales.order(command.order, "RefundOrder")
        earlier = _new(job, order)
        if earlier:
            return _state(command.order, earlier[0])
        own = money(record(order.get("pricingSummary")).get("total"))
        if command.currency_code is not None and own is not None and command.currency_code != own.currency_code:
            raise invalid(_CURRENCY.format(own=own.currency_code, asked=command.currency_code), "CURRENCY")
        amounts = amounts_of(order, command)
        body = {"reasonForRefund": REFUND_REASONS[command.reason], **amounts}
        body |= {"comment": note[:COMMENT]} if (note := text(command.note)) else {}
        await journal.note({job.id: {REFUNDS: [_id(row) for row in refunds_of(order)], AMOUNT: str(sum_of(amounts))}})
        answer = await self._account.change("POST", f"{order_path(command.order)}/issue_refund", "RefundCreate", body, bucket=ORDERS_BUCKET)
        made = record(answer.body)
        if _id(made) is None:
            raise PlatformError(Category.TRANSIENT, "eBay does not say what became of this.", code="NO_REFUND")
        return _state(command.order, made | {"amount": {"value": str(sum_of(amounts)), "currency": own.currency_code if own else ""}})

    async def _check(self, job: Job) -> Performed:
        order_id = _command(job).order
        order = await self._sales.order(order_id, "RefundCheck")
        found = next((row for row in refunds_of(order) if _id(row) == job.handle), None)
        return _state(order_id, found) if found else Accepted(job.handle or "", WAIT)

    async def _look(self, job: Job) -> Looked:
        order_id = _command(job).order
        order = await self._sales.order(order_id, "RefundLook")
        if REFUNDS not in job.notes:
            return NotDone()  # they are noted before anything is sent
        made = [row for row in _new(job, order) if row.get("refundStatus") == GIVEN_BACK]
        if made:
            return _given_back(order_id, made[0])
        strange = [row for row in _strangers(job, order) if not _same(job, row)]
        return Unclear(_OTHERS.format(ids=", ".join(str(_id(row)) for row in strange))) if strange else NotDone()


def _command(job: Job) -> RefundCreate:
    if not isinstance(job.command, RefundCreate):
        raise gone()
    return job.command


def _strangers(job: Job, order: Json) -> list[Json]:
    """Return the refunds that came after an earlier attempt began, and did not fail."""
    before = job.notes.get(REFUNDS)
    return [row for row in refunds_of(order) if before is not None and _id(row) not in before and row.get("refundStatus") != FAILED]


def _new(job: Job, order: Json) -> list[Json]:
    """Return the refund that an earlier attempt made. One that failed for certain made none: what is there is another's."""
    return [row for row in _strangers(job, order) if _same(job, row)] if job.uncertain else []


def _same(job: Job, row: Json) -> bool:
    amount = money(row.get("amount"))
    return amount is not None and amount.amount == Decimal(str(job.notes.get(AMOUNT, "0")))


def _state(order_id: str, row: Json) -> Performed:
    """Return how a refund stands."""
    if row.get("refundStatus") == FAILED:
        raise conflict(_FAILED, "REFUND_FAILED")
    return _given_back(order_id, row) if row.get("refundStatus") == GIVEN_BACK else Accepted(_id(row) or "", WAIT)


def _given_back(order_id: str, row: Json) -> Done:
    amount = money(row.get("amount"))
    return Done(entity=(Kind.REFUND, f"{order_id}/{_id(row)}"), after={"amount": str(amount.amount)} if amount else None)


def _id(row: Json) -> str | None:
    return text(row.get("refundId")) or text(row.get("refundReferenceId"))
