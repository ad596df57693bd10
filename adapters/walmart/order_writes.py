"""Takes orders on and calls them off. What Walmart or others fulfil is theirs: the seller can't change it."""

from collections.abc import Callable, Sequence
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, Journal, Looked, NotDone, Performed
from adapters.walmart.manifest import BY_CUSTOMER, CANCEL_REASONS, CANCELLED_WORD, OPEN_WORDS, SELLER, SENT_WORDS
from adapters.walmart.mapping import order_lines, statuses
from adapters.walmart.orders import ORDERS, Orders
from adapters.walmart.refusals import conflict, gone
from adapters.walmart.sending import each
from adapters.walmart.shop import Found, Shop, path_of, unwritten
from adapters.walmart.values import Json, at, counted, text
from schema.commands import CancelReason, OrderCancel

CREATED, ACKNOWLEDGED = "Created", "Acknowledged"
_NOT_THE_SELLERS = "The order is {kind}: its seller has nothing to do with it."
_FURTHER = "The order has gone further already: it can't be taken on any more."
_SENT = "Some of the order was sent already: it can't be called off any more; refund it instead."
_NOTHING = "Nothing of the order is left to be called off."
_UNASKED = "Walmart takes the buyer's wish for a reason only when the buyer told it to Walmart; give another reason."


class OrderWrites:
    """Writes to the orders of one store."""

    def __init__(self, shop: Shop, orders: Orders) -> None:
        self._shop = shop
        self._orders = orders

    async def acknowledge(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Take orders on; one that is taken on already stays so."""
        found = await unwritten(self._orders.read([order_of(job) for job in jobs], "AcknowledgeOrders"))
        return await each(jobs, lambda job: self._acknowledge(own(found.get(order_of(job)))))

    async def acknowledged(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say which orders were taken on."""
        found = await self._orders.read([order_of(job) for job in jobs], "AcknowledgedOrders")

        async def look(job: Job) -> Looked:
            return NotDone() if pieces(own(found.get(order_of(job))), CREATED) else Done()

        return await each(jobs, look)

    async def cancel(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Call whole orders off. Nobody has paid before a piece is sent, so no money has to go back."""
        found = await unwritten(self._orders.read([order_of(job) for job in jobs], "CancelOrders"))
        return await each(jobs, lambda job: self._cancel(job, own(found.get(order_of(job)))))

    async def _acknowledge(self, make: Json) -> Performed:
        if not pieces(make, CREATED):
            if pieces(make, ACKNOWLEDGED):
                return Done()
            raise conflict(_FURTHER, "NOT_OPEN")
        await self._shop.change("POST", order_path(make, "acknowledge"), "OrderAcknowledge", "acknowledge")
        return Done()

    async def _cancel(self, job: Job, order: Json) -> Performed:
        command: Any = job.command
        if job.uncertain and not pieces(order, *OPEN_WORDS, *SENT_WORDS) and pieces(order, CANCELLED_WORD):
            return Done(after={"status": "CANCELLED"})
        lines = _cancellations(order, command)
        body = {"orderCancellation": {"orderLines": {"orderLine": lines}}}
        await self._shop.change("POST", order_path(order, "cancel"), "OrderCancel", "cancel", body=body)
        return Done(after={"status": "CANCELLED"})


def order_of(job: Job) -> str:
    """Return the id of the order a job is about."""
    command: Any = job.command
    return str(command.order)


def order_path(order: Json, end: str) -> str:
    """Return the path of what is done with an order."""
    return path_of(ORDERS, text(order.get("purchaseOrderId")) or "", f"/{end}")


def row_of(found: Found | PlatformError | None) -> Json:
    """Return the row of an order; raises PlatformError when there is none."""
    if not isinstance(found, Found):
        raise found or gone()
    return found.row


def own(found: Found | PlatformError | None) -> Json:
    """Return the row of an order that the seller sends himself; raises PlatformError."""
    row = row_of(found)
    kind = text(at(row, "shipNode", "type"))
    if kind not in {None, SELLER}:
        raise conflict(_NOT_THE_SELLERS.format(kind=kind), "NOT_THE_SELLERS")
    return row


def units(line: Json, *words: str, fits: Callable[[Json], bool] = lambda _: True) -> int:
    """Return how many pieces of a line are in some statuses."""
    return sum(counted(each.get("statusQuantity")) or 0 for each in statuses(line) if text(each.get("status")) in words and fits(each))


def pieces(order: Json, *words: str) -> int:
    """Return how many pieces of an order are in some statuses."""
    return sum(units(line, *words) for line in order_lines(order))


def line_row(line: Json, statuses_of: Sequence[Json], **fields: Any) -> Json:
    """Return what a change of an order says of one of its lines."""
    return {"lineNumber": text(line.get("lineNumber")), **fields, "orderLineStatuses": {"orderLineStatus": list(statuses_of)}}


def quantity(count: int) -> Json:
    """Return a number of pieces as orders write it."""
    return {"unitOfMeasurement": "EACH", "amount": str(count)}


def _cancellations(order: Json, command: OrderCancel) -> list[Json]:
    if pieces(order, *SENT_WORDS):
        raise conflict(_SENT, "NOT_CANCELLABLE")
    lines = [(line, count) for line in order_lines(order) if (count := units(line, *OPEN_WORDS))]
    if not lines:
        raise conflict(_NOTHING, "NOT_CANCELLABLE")
    return [line_row(line, [_cancelled(line, count, command.reason)]) for line, count in lines]


def _cancelled(line: Json, count: int, reason: CancelReason) -> Json:
    unwanted = text(line.get("intentToCancel")) is not None
    if reason is CancelReason.CUSTOMER and not unwanted:
        raise conflict(_UNASKED, "NO_INTENT_TO_CANCEL")
    word = BY_CUSTOMER if unwanted and reason is CancelReason.OTHER else CANCEL_REASONS[reason]
    return {"status": CANCELLED_WORD, "cancellationReason": word, "statusQuantity": quantity(count)}
