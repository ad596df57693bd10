"""Calls orders off and changes them. An order's note becomes a comment in its history, with the write's mark; its status is the shop's own
word, which goes with a comment, too, unless it is that of an order on hold.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, Journal, Looked, NotDone, Performed
from adapters.magento.manifest import CANCEL_REASONS, CANCELED, HOLDED, UNCANCELLABLE
from adapters.magento.marks import carries, marked
from adapters.magento.refusals import conflict, gone, invalid
from adapters.magento.sending import each, row_of, unwritten
from adapters.magento.shop import ORDERS, Found, Shop
from adapters.magento.values import Json, number, text
from schema.commands import OrderCancel, OrderUpdate

STATE_FIELDS = "entity_id,state,status,total_paid,total_invoiced"

_DONE = "The order is cancelled already."
_STATE = "The order is {state}: it can't be called off now."
_PAID = "The order is paid, all of it or a part: Magento does not cancel such an order; refund it instead."
_REFUSED = "Magento does not cancel the order in its present state; read it again."
_HOLD = "Magento did not do it; read the order again."
_EMPTY = "A comment in an order's history can't be cleared."


class OrderWrites:
    """Writes to the orders of one shop."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def cancel(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Call orders off."""
        found = await self._rows(jobs, "CancelOrders")
        return await each(jobs, partial(self._cancel, found))

    async def update(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Change orders."""
        found = await self._rows(jobs, "UpdateOrders")
        return await each(jobs, partial(self._update, found))

    async def updated(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say which orders have the comment and the status they were to get."""
        found = await self._shop.by_ids(ORDERS, "OrderLook", [_order(job) for job in jobs], f"{STATE_FIELDS},status_histories")
        return [_seen(job, found.get(_order(job))) for job in jobs]

    async def _rows(self, jobs: Sequence[Job], operation: str) -> Mapping[str, Found | PlatformError]:
        return await unwritten(self._shop.by_ids(ORDERS, operation, [_order(job) for job in jobs], STATE_FIELDS))

    async def _cancel(self, found: Mapping[str, Found | PlatformError], job: Job) -> Performed:
        row, command = row_of(found.get(_order(job))), job.command
        if not isinstance(command, OrderCancel):
            raise gone()
        state = text(row.get("state")) or ""
        if state == CANCELED:
            if not job.uncertain:
                raise conflict(_DONE, "ALREADY_CANCELLED")
        else:
            _allow(row, state)
            if await self._shop.change("POST", f"orders/{command.order}/cancel", "OrderCancel") is not True:
                raise conflict(_REFUSED, "NOT_CANCELLABLE")
        await self._explain(job, command)
        return Done(after={"status": "CANCELLED"})

    async def _explain(self, job: Job, command: OrderCancel) -> None:
        """Write why into the order's history. The order is cancelled whether or not that works."""
        reason = CANCEL_REASONS[command.reason]
        if not reason and not command.note:
            return
        try:
            await self._comment(command.order, marked(job, "Cancelled", reason, command.note), CANCELED, told=command.notify)
        except PlatformError:
            return  # the session has logged it

    async def _update(self, found: Mapping[str, Found | PlatformError], job: Job) -> Performed:
        row, changes = row_of(found.get(_order(job))), _changes(job)
        if not changes.keys() <= {"note", "status"} or ("note" in changes and not changes["note"]):
            raise invalid(_EMPTY)
        order, status = _order(job), changes.get("status")
        standing = await self._held(row, order, status)
        if "note" in changes or status not in {None, standing}:
            await self._comment(order, marked(job, changes.get("note")), status or standing)
        return Done(before={"platform_status": text(row.get("status"))}, after={"platform_status": status or standing})

    async def _held(self, row: Json, order: str, status: str | None) -> str | None:
        """Put an order on hold, or take it off, where its new status asks for that; return its status then."""
        state, standing = text(row.get("state")), text(row.get("status"))
        if status in {None, standing}:
            return standing
        if status == HOLDED:
            await self._switch(order, "hold")
            return HOLDED
        if state != HOLDED:
            return standing
        await self._switch(order, "unhold")
        return text(row_of((await self._shop.by_ids(ORDERS, "UpdateOrders", [order], STATE_FIELDS)).get(order)).get("status"))

    async def _switch(self, order: str, route: str) -> None:
        if await self._shop.change("POST", f"orders/{order}/{route}", "OrderUpdate") is not True:
            raise conflict(_HOLD, "NOT_HOLDABLE")

    async def _comment(self, order: str, words: str, status: str | None, *, told: bool = False) -> None:
        flags = {"is_customer_notified": int(told), "is_visible_on_front": 0, "parent_id": int(order)}
        body = {"statusHistory": {"comment": words, **flags, **({"status": status} if status else {})}}
        if await self._shop.change("POST", f"orders/{order}/comments", "OrderUpdate", body) is not True:
            raise conflict(_HOLD, "NOT_KEPT")


def _order(job: Job) -> str:
    return job.command.order if isinstance(job.command, (OrderCancel, OrderUpdate)) else ""


def _changes(job: Job) -> Mapping[str, Any]:
    if not isinstance(job.command, OrderUpdate):
        raise gone()
    return dict(job.command.changes)


def _allow(row: Json, state: str) -> None:
    """Refuse what the platform would refuse without a word; raises PlatformError."""
    if any(number(row.get(name)) for name in ("total_paid", "total_invoiced")):
        raise conflict(_PAID, "ORDER_PAID")
    if state in UNCANCELLABLE:
        raise conflict(_STATE.format(state=state), "NOT_CANCELLABLE")


def _seen(job: Job, found: Found | PlatformError | None) -> Looked:
    if not isinstance(found, Found):
        return found or NotDone()
    changes, status = _changes(job), text(found.row.get("status"))
    right = changes.get("status") in {None, status} and ("note" not in changes or carries(found.row, job, "status_histories"))
    return Done(after={"platform_status": status}) if right else NotDone()
