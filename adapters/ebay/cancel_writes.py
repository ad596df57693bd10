"""Calls orders off, by the older interface. A paid order is cancelled when its money is back, which takes a while; what is not allowed is
answered with success and no case. Where the buyer asked for it already, that wish is granted.
"""

from collections.abc import Sequence

from adapters.ebay.account import Account
from adapters.ebay.manifest import CANCEL_REASONS, CANCELLED, CASES, CASES_BUCKET, NOT_CANCELLED
from adapters.ebay.refusals import conflict, gone
from adapters.ebay.sales import Sales, site_of
from adapters.ebay.sending import each
from adapters.ebay.values import Json, record, rows, text, texts
from adapters.kit.failures import PlatformError
from adapters.kit.writing import Accepted, Done, Job, Journal, Performed
from schema.commands import OrderCancel
from schema.errors import Category

WAIT = 30.0  # seconds until the money may be back
ASKED, REJECTED = "REQUESTED", "REJECTED"  # states of a request to cancel
BUYER = "BUYER"
SITE = "EBAY_US"  # of an order that does not say

_DONE = "The order is cancelled already."
_UNDER_WAY = "The order is being cancelled already."
_REFUSED = "eBay does not let this order be cancelled: {reason}."
_REJECTED = "The request to cancel the order was rejected."
_AFTER = {"status": "CANCELLED"}


class CancelWrites:
    """The cancellations of one seller."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._sales = Sales(account)

    async def cancel(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Ask for each order to be cancelled, or grant what its buyer asked for."""
        return await each(jobs, self._cancel)

    async def check(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Say which orders are cancelled by now."""
        return await each(jobs, self._check)

    async def _cancel(self, job: Job) -> Performed:
        command = _command(job)
        order = await self._sales.order(command.order, "CancelOrder")
        state = _state(order)
        if state == CANCELLED:
            if job.uncertain:
                return Done(after=_AFTER)
            raise conflict(_DONE, "ALREADY_CANCELLED")
        case = next((each for each in _requests(order) if each.get("cancelRequestState") == ASKED), {})
        number = text(case.get("cancelRequestId"))
        if number is not None and case.get("cancelInitiator") == BUYER:
            await self._send(order, f"{CASES}/{number}/approve", "CancelApprove")
            return Accepted(number, WAIT)
        if state != NOT_CANCELLED:
            if job.uncertain:
                return Accepted(number or "", WAIT)
            raise conflict(_UNDER_WAY, "CANCELLATION_EXIST")
        return await self._ask(job, command, order)

    async def _ask(self, job: Job, command: OrderCancel, order: Json) -> Performed:
        body = {"legacyOrderId": text(order.get("legacyOrderId")) or command.order, "cancelReason": CANCEL_REASONS[command.reason]}
        answer = await self._send(order, CASES, "OrderCancel", body)
        number = text(answer.get("cancelId"))
        if number is not None:
            return Accepted(number, WAIT)
        result = record(answer.get("orderEligibilityResult"))
        reasons = texts(result.get("failureReason")) or texts([result.get("failureReason")])
        if not reasons:
            raise PlatformError(Category.TRANSIENT, "eBay does not say what became of this.", code="NO_CASE")
        if job.uncertain and "CANCELLATION_EXIST" in reasons:
            return Accepted("", WAIT)
        raise conflict(_REFUSED.format(reason=", ".join(reasons)), reasons[0])

    async def _send(self, order: Json, path: str, operation: str, body: Json | None = None) -> Json:
        headers = {"x-ebay-c-marketplace-id": str(site_of(order) or SITE)}
        answer = await self._account.change("POST", path, operation, body, bucket=CASES_BUCKET, headers=headers)
        return record(answer.body)

    async def _check(self, job: Job) -> Performed:
        order = await self._sales.order(_command(job).order, "CancelCheck")
        if _state(order) == CANCELLED:
            return Done(after=_AFTER)
        if any(text(row.get("cancelRequestId")) == job.handle and row.get("cancelRequestState") == REJECTED for row in _requests(order)):
            raise conflict(_REJECTED, "CANCEL_REJECTED")
        return Accepted(job.handle or "", WAIT)


def _command(job: Job) -> OrderCancel:
    if not isinstance(job.command, OrderCancel):
        raise gone()
    return job.command


def _state(order: Json) -> str:
    return text(record(order.get("cancelStatus")).get("cancelState")) or NOT_CANCELLED


def _requests(order: Json) -> list[Json]:
    return rows(record(order.get("cancelStatus")).get("cancelRequests"))
