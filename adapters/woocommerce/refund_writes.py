"""Gives money back. Each refund carries its write's mark in its free fields, and the refunds that were there before are noted: so a later
look tells exactly whether it was made.
"""

from collections.abc import Sequence
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, Journal, Looked, NotDone, Performed, Unclear
from adapters.woocommerce.manifest import PAGE, REFUND_REASONS
from adapters.woocommerce.mapping import part_key
from adapters.woocommerce.marks import mark, mark_of, marked
from adapters.woocommerce.orders import ANY
from adapters.woocommerce.refund_sums import reason_of, refund_of
from adapters.woocommerce.refusals import gone, invalid
from adapters.woocommerce.sending import each, known, new_id
from adapters.woocommerce.shop import Found, Shop, unwritten
from adapters.woocommerce.values import Json, identity, rows, text
from schema.commands import RefundCreate
from schema.keys import Kind

_CURRENCY = "The order is in {own}; a refund can't be in {asked}."
_OTHERS = "Refund {ids} of the order was made about then, and does not say by whom."


class Refunds:
    """The refunds of one shop."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def create(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Refund each order."""
        found = await orders_by_ids(self._shop, [_order(job) for job in jobs], "RefundOrders")
        return await each(jobs, lambda job: self._create(job, found.get(_order(job)), journal))

    async def created(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say which refunds were made."""
        return await each(jobs, self._look)

    async def of(self, order: Json) -> list[Json]:
        """Return an order's refunds in full; one without costs no call. Raises PlatformError."""
        return await self._listed(str(identity(order.get("id")))) if rows(order.get("refunds")) else []

    async def pay_back(self, job: Job, order: Json, earlier: Sequence[Json], body: Json, journal: Journal) -> Json:
        """Make a refund, or return the one this job made already; raises PlatformError."""
        made = marked(earlier, job)
        if made is not None:
            return made
        await journal.note({job.id: {"refunds": sorted(identity(row.get("id")) or 0 for row in earlier)}})
        path = f"orders/{identity(order['id'])}/refunds"
        answer = await self._shop.change("POST", path, "RefundCreate", {**body, "meta_data": mark(job)})
        return {**answer, "id": new_id(answer)}

    async def _create(self, job: Job, found: Found | PlatformError | None, journal: Journal) -> Performed:
        command = job.command
        if not isinstance(found, Found) or not isinstance(command, RefundCreate):
            return found if isinstance(found, PlatformError) else gone()
        order, currency = found.row, text(found.row.get("currency"))
        if command.currency_code not in {None, currency}:
            return invalid(_CURRENCY.format(own=currency, asked=command.currency_code), "CURRENCY")
        earlier = await unwritten(self.of(order))
        made = marked(earlier, job)
        if made is None:
            body: dict[str, Any] = refund_of(order, earlier, command)
            body["reason"] = reason_of(REFUND_REASONS[command.reason], command.note)
            body["api_refund"] = await unwritten(self._shop.refunds_through(text(order.get("payment_method"))))
            made = await self.pay_back(job, order, earlier, body, journal)
        return Done(entity=_entity(order, made), after={"amount": text(made.get("amount"))})

    async def _look(self, job: Job) -> Looked:
        listed = await self._listed(known(_order(job)))
        made = marked(listed, job)
        if made is not None:
            return Done(entity=_entity({"id": _order(job)}, made), after={"amount": text(made.get("amount"))})
        # The mark is written right after the refund itself: one without any may be this one, if the shop broke down in between.
        before = set(job.notes.get("refunds") or ())
        strange = [str(number) for row in listed if mark_of(row) is None and (number := identity(row.get("id"))) not in before]
        return Unclear(_OTHERS.format(ids=", ".join(strange))) if strange and "refunds" in job.notes else NotDone()

    async def _listed(self, order: str) -> list[Json]:
        return (await self._shop.ask(f"orders/{order}/refunds", "RefundsOfOrder", {"per_page": str(PAGE)})).rows


async def orders_by_ids(shop: Shop, ids: Sequence[str], operation: str) -> dict[str, Found | PlatformError]:
    """Return orders as they are now, in one call, those in the bin included; raises PlatformError."""
    return await unwritten(shop.by_include("orders", operation, ids, ANY, bin_too=True))


def _order(job: Job) -> str:
    return job.command.order if isinstance(job.command, RefundCreate) else ""


def _entity(order: Json, refund: Json) -> tuple[Kind, str]:
    return Kind.REFUND, part_key(identity(order.get("id")) or 0, identity(refund.get("id")) or 0)
