"""Gives money back: what a gateway was paid through the invoice it was paid by, all else through the order. Each credit memo has its
write's mark in its comment, so that a later look tells exactly whether it was made.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, Journal, Looked, NotDone, Performed, Unclear
from adapters.magento.manifest import OFFLINE, PAID_INVOICE, REFUND_REASONS
from adapters.magento.marks import carries, comment, is_strange
from adapters.magento.refund_sums import refund_of
from adapters.magento.refusals import conflict, gone, invalid
from adapters.magento.sending import each, known, row_of, unwritten
from adapters.magento.shipment_writes import unnamed
from adapters.magento.shop import INVOICES, MEMOS, ORDERS, Found, Shop
from adapters.magento.values import Json, identity, number, part, rows, text, whole
from schema.commands import RefundCreate
from schema.keys import Kind

_CURRENCY = "The order is in {own}; a refund can't be in {asked}."
_SEVERAL = "The order was paid by several invoices, and money goes back to each by itself: refund lines that are on one invoice."
_NO_INVOICE = "None of the order's paid invoices has all of these lines; refund lines that are on one invoice."
_STRANGE = "The order has a refund that does not say by whom it was made."


class RefundWrites:
    """The credit memos of one shop."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def create(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Refund each order."""
        found = await unwritten(self._shop.by_ids(ORDERS, "RefundOrders", [_order(job) for job in jobs]))
        ways = await unwritten(self._invoices(found))
        return await each(jobs, partial(self._create, found, ways))

    async def created(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say which credit memos were made, by their marks."""
        found = await self._shop.below(MEMOS, "RefundLook", "order_id", [_order(job) for job in jobs])
        return [_looked(job, found.get(_order(job), [])) for job in jobs]

    async def _invoices(self, found: Mapping[str, Found | PlatformError]) -> dict[str, list[Found]]:
        """Return the invoices of orders that a gateway may have been paid for, by order; raises PlatformError."""
        online = [key for key, order in found.items() if isinstance(order, Found) and _method(order.row) not in OFFLINE]
        return await self._shop.below(INVOICES, "RefundInvoices", "order_id", online)

    async def _create(self, found: Mapping[str, Found | PlatformError], ways: Mapping[str, list[Found]], job: Job) -> Performed:
        row, command = row_of(found.get(_order(job))), job.command
        if not isinstance(command, RefundCreate):
            raise gone()
        own = text(row.get("order_currency_code"))
        if command.currency_code not in {None, own}:
            raise invalid(_CURRENCY.format(own=own, asked=command.currency_code), "CURRENCY")
        body = refund_of(row, command) | comment(job, REFUND_REASONS[command.reason], command.note, notify=command.notify)
        invoices = [way.row for way in ways.get(command.order, []) if text(way.row.get("transaction_id"))]
        if invoices:
            path, body = f"invoice/{_invoice(invoices, body)}/refund", {**body, "isOnline": True}
        else:
            path = f"order/{known(command.order)}/refund"
        made = identity(await self._shop.change("POST", path, "RefundCreate", body))
        if made is None:
            raise unnamed()
        return Done(entity=(Kind.REFUND, str(made)))


def _order(job: Job) -> str:
    return job.command.order if isinstance(job.command, RefundCreate) else ""


def _method(order: Json) -> str | None:
    return text(part(order, "payment").get("method"))


def _invoice(invoices: Sequence[Json], body: Mapping[str, Any]) -> int:
    """Return the invoice that a refund is of; raises PlatformError."""
    if len(invoices) == 1:
        return identity(invoices[0].get("entity_id")) or 0
    if "items" not in body:
        raise invalid(_SEVERAL, "SEVERAL_INVOICES")
    wanted = {item["order_item_id"]: item["qty"] for item in body["items"]}
    good = [invoice for invoice in invoices if whole(invoice.get("state")) == PAID_INVOICE and _has(invoice, wanted)]
    if not good:
        raise conflict(_NO_INVOICE, "SEVERAL_INVOICES")
    return identity(good[0].get("entity_id")) or 0


def _has(invoice: Json, wanted: Mapping[int, int]) -> bool:
    paid = {identity(item.get("order_item_id")): number(item.get("qty")) or 0 for item in rows(invoice.get("items"))}
    return all(paid.get(line, 0) >= units for line, units in wanted.items())


def _looked(job: Job, found: Sequence[Found]) -> Looked:
    own = next((memo.row for memo in found if carries(memo.row, job)), None)
    if own is None:
        command: Any = job.command
        # What was not appended to a mail may not be kept everywhere: then a refund without a mark may be this one.
        return Unclear(_STRANGE) if command.notify and any(is_strange(memo.row) for memo in found) else NotDone()
    return Done(entity=(Kind.REFUND, str(identity(own.get("entity_id")))), after={"amount": str(number(own.get("grand_total")))})
