"""Calls orders off and changes them. The platform takes any status after any other, so what must not be is refused here.

To call an order off is up to three steps: the money goes back, the status is set (which puts the goods back), and a note says why.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from functools import partial
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, Journal, Performed
from adapters.woocommerce.manifest import CANCEL_REASONS, CANCELLED, REFUNDED, SETTABLE, UNCANCELLABLE
from adapters.woocommerce.orders import ANY
from adapters.woocommerce.refund_sums import open_amount, reason_of, refund_of
from adapters.woocommerce.refund_writes import Refunds, orders_by_ids
from adapters.woocommerce.refusals import conflict, gone
from adapters.woocommerce.sending import Change, Sent, Verb, each, plain, send
from adapters.woocommerce.shop import Found, Shop, unwritten
from adapters.woocommerce.updates import Item, Subject, Updates
from adapters.woocommerce.values import Json, moment, text
from schema.commands import OrderCancel, RefundCreate

_DONE = "The order is cancelled already."
_STATE = "The order is {status}: it can't be called off any more; refund it instead."
_PAID_BACK = " Its money was given back already."
_TITLE = "Cancelled"


class _Begun(Enum):
    """How an order stands before its status is set."""

    OPEN = "open"
    PAID_BACK = "paid back"
    CANCELLED = "cancelled"  # by an earlier attempt


class OrderWrites:
    """Writes to the orders of one shop."""

    def __init__(self, shop: Shop, refunds: Refunds) -> None:
        self._shop = shop
        self._refunds = refunds

    def updates(self) -> Updates:
        """Return what changes orders."""

        async def words(items: Sequence[Item], final: bool) -> list[Sent]:
            return [_words(item.command.changes) for item in items]

        async def read(keys: Iterable[str], operation: str) -> Mapping[str, Found | PlatformError]:
            return await self._shop.by_include("orders", operation, keys, ANY, bin_too=True)

        return Updates(
            self._shop,
            Subject(
                operation="OrderUpdate",
                key=lambda command: command.order,
                read=read,
                place=plain("orders"),
                words=words,
                needs_row=lambda _: False,
                told=lambda _, row: {"platform_status": text(row.get("status"))},
                # A batch does not check its words: an unknown status would become another one.
                alone=lambda command: command.changes.get("status", CANCELLED) not in SETTABLE,
            ),
        )

    async def cancel(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Call orders off: the money of each, then the status of all in one call, then a note on each that has something to say."""
        found = await orders_by_ids(self._shop, [_order(job) for job in jobs], "CancelOrders")
        begun = dict(zip((job.id for job in jobs), await each(jobs, partial(self._begin, found, journal)), strict=True))
        ready = [job for job in jobs if begun[job.id] in {_Begun.OPEN, _Begun.PAID_BACK}]
        changes = [Change("orders", _order(job), {"status": CANCELLED}) for job in ready]
        answers = dict(zip((job.id for job in ready), await send(self._shop, "OrderCancel", Verb.UPDATE, changes), strict=True))
        return await each(jobs, lambda job: self._end(job, begun[job.id], answers.get(job.id)))

    async def _begin(self, found: Mapping[str, Found | PlatformError], journal: Journal, job: Job) -> _Begun:
        """Give an order's money back where that is wanted and can be, and say how it stands."""
        command, row = job.command, found.get(_order(job))
        if not isinstance(row, Found) or not isinstance(command, OrderCancel):
            raise row if isinstance(row, PlatformError) else gone()
        order, status, begun = row.row, text(row.row.get("status")) or "", job.uncertain or bool(job.notes)
        if status == CANCELLED:
            if begun:
                return _Begun.CANCELLED
            raise conflict(_DONE, "ALREADY_CANCELLED")
        # A full refund makes the platform call the order refunded: after our own that is but a step on the way.
        if status in UNCANCELLABLE and not (status == REFUNDED and begun):
            raise conflict(_STATE.format(status=status), "NOT_CANCELLABLE")
        if command.refund and await self._owed(order):
            earlier = await unwritten(self._refunds.of(order))
            body = refund_of(order, earlier, RefundCreate(command.order))
            body |= {"api_refund": True, "reason": reason_of(_TITLE, CANCEL_REASONS[command.reason])}
            await self._refunds.pay_back(job, order, earlier, body, journal)
            return _Begun.PAID_BACK
        return _Begun.OPEN

    async def _owed(self, order: Json) -> bool:
        """Say whether there is money that the shop itself can give back."""
        paid = moment(order.get("date_paid_gmt")) is not None and open_amount(order) > 0
        return paid and await unwritten(self._shop.refunds_through(text(order.get("payment_method"))))

    async def _end(self, job: Job, begun: _Begun | PlatformError, answer: Sent | None) -> Performed:
        if isinstance(begun, PlatformError):
            return begun
        if isinstance(answer, PlatformError):
            left = _PAID_BACK if begun is _Begun.PAID_BACK and not answer.uncertain else ""
            return PlatformError(answer.category, answer.message + left, code=answer.code, retry_after=answer.retry_after, sent=answer.sent)
        if answer is not None and answer.get("status") != CANCELLED:
            return conflict("The store did not cancel the order: one of its plugins decides about it.", "NOT_KEPT")
        await self._explain(job)
        return Done(after={"status": "CANCELLED"})

    async def _explain(self, job: Job) -> None:
        """Write why into the order's notes. The order is cancelled whether or not that works."""
        command: Any = job.command
        reason = CANCEL_REASONS[command.reason]
        if not reason and not command.note:
            return
        body = {"note": reason_of(reason_of(_TITLE, reason), command.note), "customer_note": command.notify}
        try:
            await self._shop.change("POST", f"orders/{command.order}/notes", "OrderNote", body)
        except PlatformError:
            return  # the session has logged it


def _order(job: Job) -> str:
    return job.command.order if isinstance(job.command, OrderCancel) else ""


def _words(changes: Mapping[str, Any]) -> Json:
    names = {"note": "customer_note", "status": "status"}
    return {theirs: changes[ours] or "" for ours, theirs in names.items() if ours in changes}
