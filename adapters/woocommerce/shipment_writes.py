"""Records what was sent, where the shop has a place for it: as a fulfilment, with the Shipment Tracking plugin, or in the order itself.

An order of which nothing is left to send is completed then. Each step is noted, and what is made carries its write's mark, so that a later
attempt finds it and goes on from there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, Journal, Looked, NotDone, Performed
from adapters.woocommerce import parcels
from adapters.woocommerce.manifest import COMPLETED, UNSENDABLE
from adapters.woocommerce.mapping import part_key
from adapters.woocommerce.marks import mark, marked
from adapters.woocommerce.refund_sums import refunded_units
from adapters.woocommerce.refund_writes import Refunds, orders_by_ids
from adapters.woocommerce.refusals import conflict, gone, invalid
from adapters.woocommerce.sending import each, new_id
from adapters.woocommerce.shipments import TRACKINGS, Shipments
from adapters.woocommerce.shop import Found, Shop, unwritten
from adapters.woocommerce.values import Json, identity, metadata, rows, text, whole
from adapters.woocommerce.wares import STORE
from schema.commands import ShipmentCreate, TrackingFields
from schema.errors import Category
from schema.keys import Kind

_STATE = "The order is {status}: nothing can be sent for it."
_LINE = "The order has no line with the id {line}."
_UNITS = "Only {left} units of line {line} are left to be sent."
_PLACE = "This store has one location only; leave it out."
_NOTHING = "Nothing of the order is left to be sent."
_REFUSED = frozenset({Category.VALIDATION, Category.CONFLICT})


@dataclass(frozen=True, slots=True)
class _Sent:
    """An order and what was sent for it; `mine` is what this job has recorded already, as the second half of a key id."""

    order: Json
    listed: Sequence[Json]
    kept: Sequence[Json]
    left: Mapping[int, int]
    mine: str | None

    @property
    def id(self) -> int:
        """Return the order's id."""
        return identity(self.order.get("id")) or 0

    @property
    def finished(self) -> bool:
        """Say whether nothing is left to be done for the order."""
        return self.order.get("status") == COMPLETED or any(self.left.values())


class ShipmentWrites:
    """Writes what was sent by one shop."""

    def __init__(self, shop: Shop, shipments: Shipments, refunds: Refunds) -> None:
        self._shop = shop
        self._shipments = shipments
        self._refunds = refunds

    async def create(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Record a shipment of each order."""
        found = await orders_by_ids(self._shop, [_order(job) for job in jobs], "ShipmentOrders")
        return await each(jobs, lambda job: self._create(job, found.get(_order(job)), journal))

    async def created(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say which shipments are recorded, with all that follows from it."""
        found = await orders_by_ids(self._shop, [_order(job) for job in jobs], "ShipmentLook")

        async def look(job: Job) -> Looked:
            sent = await self._sent(job, found.get(_order(job)))
            return Done(entity=_entity(sent.id, sent.mine)) if sent.mine is not None and sent.finished else NotDone()

        return await each(jobs, look)

    async def _create(self, job: Job, found: Found | PlatformError | None, journal: Journal) -> Performed:
        command = _command(job)
        sent = await unwritten(self._sent(job, found))
        own = sent.mine
        if own is None:
            items, status = _items(sent, command), None
            if not any(count - items.get(line, 0) for line, count in sent.left.items()) and sent.order.get("status") != COMPLETED:
                status = COMPLETED
            own = await self._record(job, command, sent, items, status, journal)
        elif not sent.finished:
            await self._complete(sent.id)
        return Done(entity=_entity(sent.id, own))

    async def _sent(self, job: Job, found: Found | PlatformError | None) -> _Sent:
        """Return what was sent for an order; raises PlatformError."""
        if not isinstance(found, Found):
            raise found or gone()
        order, kept = found.row, parcels.records(found.row)
        fulfils = await self._shop.has("fulfillments")
        listed = (await self._shipments.fulfilments(str(identity(order["id"])))).rows if fulfils else []
        held = [metadata(row).get("_items") for row in listed if not row.get("date_deleted")] + [record.get("items") for record in kept]
        away = [parcels.units(items) for items in held] + [refunded_units(await self._refunds.of(order))]
        lines = {line: whole(row.get("quantity")) or 0 for row in rows(order.get("line_items")) if (line := identity(row.get("id")))}
        left = {line: max(0, count - sum(part.get(line, 0) for part in away)) for line, count in lines.items()}
        fulfilment = marked(listed, job)
        record = next((each for each in kept if each.get("write") == job.id), None)
        mine = str(identity(fulfilment.get("id"))) if fulfilment else parcels.own_key(record) if record else None
        return _Sent(order, listed, kept, left, mine)

    async def _record(
        self, job: Job, command: ShipmentCreate, sent: _Sent, items: Mapping[int, int], status: str | None, journal: Journal
    ) -> str:
        """Record a shipment, set the order's status where there is one to set, and return the second half of its key id."""
        if await self._shop.has("fulfillments"):
            own = await self._fulfil(job, command, sent.id, items)
            await journal.note({job.id: {"shipment": own}})
            if status is not None:
                await self._complete(sent.id)
            return own
        record = _record(job, command, sent.kept, items, self._shop.session.clock.now().isoformat(timespec="seconds"))
        tracker = bool(command.tracking.number) and await self._shop.has("trackings")
        if tracker:
            record["tracking"] = await self._track(job, command, sent, journal)
        body = {"meta_data": [{"key": parcels.RECORDS, "value": [*sent.kept, record]}]}
        await self._shop.change("PUT", f"orders/{sent.id}", "ShipmentRecord", {**body, "status": status} if status else body)
        if command.notify or not tracker:
            await self._tell(command, sent.id, record)
        return parcels.own_key(record)

    async def _fulfil(self, job: Job, command: ShipmentCreate, order: int, items: Mapping[int, int]) -> str:
        meta = [{"key": "_items", "value": _written(items)}, *tracking_meta(command.tracking), *mark(job)]
        if command.shipped_at is not None:
            meta.append({"key": "_date_fulfilled", "value": f"{command.shipped_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"})
        body = {"status": "fulfilled", "is_fulfilled": True, "notify_customer": command.notify, "meta_data": meta}
        answer = await self._shop.change("POST", f"orders/{order}/fulfillments", "FulfilmentCreate", body)
        return str(new_id(answer))

    async def _track(self, job: Job, command: ShipmentCreate, sent: _Sent, journal: Journal) -> str:
        """Enter a number into the plugin, or return the entry an earlier attempt made."""
        made = text(job.notes.get("tracking"))
        if made is None and job.uncertain:
            listed = await self._shipments.trackings(str(sent.id))
            known = parcels.by_tracking(sent.kept)
            made = entry_of(listed.rows, command.tracking, known)
        if made is None:
            when = command.shipped_at or self._shop.session.clock.now()
            answer = await enter(self._shop, sent.id, command.tracking, f"{when.astimezone(UTC):%Y-%m-%d}")
            made = text(answer.get("tracking_id")) or ""
        await journal.note({job.id: {"tracking": made}})
        return made

    async def _complete(self, order: int) -> None:
        """Complete an order of which all was sent. What forbids that (a plugin, most likely) does not undo the shipment."""
        try:
            await self._shop.change("PUT", f"orders/{order}", "ShipmentComplete", {"status": COMPLETED})
        except PlatformError as error:
            if error.category not in _REFUSED:
                raise

    async def _tell(self, command: ShipmentCreate, order: int, record: Json) -> None:
        """Write a note for the shop's people, who do not see free fields, and to the buyer on demand. A shipment without one is one too."""
        words = [f"Shipment {record['id']}", *(part for part in (record["company"], record["number"], record["url"]) if part)]
        try:
            await self._shop.change(
                "POST", f"orders/{order}/notes", "OrderNote", {"note": " ".join(words), "customer_note": command.notify}
            )
        except PlatformError:
            return  # the session has logged it


def tracking_meta(tracking: TrackingFields) -> list[Json]:
    """Return the free fields of a fulfilment that say how to follow it."""
    fields = {"_tracking_number": tracking.number, "_shipping_provider": tracking.company, "_tracking_url": tracking.url}
    return [{"key": key, "value": value} for key, value in fields.items() if value]


async def enter(shop: Shop, order: int | str, tracking: TrackingFields, day: str) -> Json:
    """Make an entry in the plugin; a carrier it may not know comes with an address of its own."""
    carrier: Json = {"tracking_provider": tracking.company} if tracking.company else {}
    if tracking.url:
        carrier = {"custom_tracking_provider": tracking.company or "", "custom_tracking_link": tracking.url}
    body = {"tracking_number": tracking.number, **carrier, "date_shipped": day}
    return await shop.change("POST", f"orders/{order}/shipment-trackings", "TrackingCreate", body, root=TRACKINGS)


def entry_of(listed: Sequence[Json], tracking: TrackingFields, known: Mapping[str, Any]) -> str | None:
    """Return the plugin's entry with a number that is nobody's yet."""
    fitting = (text(row.get("tracking_id")) for row in listed if text(row.get("tracking_number")) == tracking.number)
    return next((own for own in fitting if own is not None and own not in known), None)


def _items(sent: _Sent, command: ShipmentCreate) -> Mapping[int, int]:
    """Return the units of each line to be sent; raises PlatformError when they are not there."""
    status = text(sent.order.get("status")) or ""
    if command.location not in {None, STORE}:
        raise invalid(_PLACE, "LOCATION_UNKNOWN")
    if status in UNSENDABLE:
        raise conflict(_STATE.format(status=status), "ORDER_CLOSED")
    items: dict[int, int] = {}
    for wanted in command.lines:
        line = identity(wanted.line)
        if line is None or line not in sent.left:
            raise invalid(_LINE.format(line=wanted.line[:40]), "LINE_UNKNOWN")
        items[line] = items.get(line, 0) + wanted.quantity
        if items[line] > sent.left[line]:
            raise conflict(_UNITS.format(left=sent.left[line], line=line), "OVER_SHIPPED")
    items = items or {line: count for line, count in sent.left.items() if count}
    if not items:
        raise conflict(_NOTHING, "OVER_SHIPPED")
    return items


def _record(job: Job, command: ShipmentCreate, kept: Sequence[Json], items: Mapping[int, int], now: str) -> Json:
    tracking = command.tracking
    return {
        "id": max((identity(each["id"]) or 0 for each in kept), default=0) + 1,
        "write": job.id,
        "items": _written(items),
        "number": tracking.number,
        "company": tracking.company,
        "url": tracking.url,
        "at": command.shipped_at.isoformat(timespec="seconds") if command.shipped_at else now,
    }


def _written(items: Mapping[int, int]) -> list[Json]:
    return [{"item_id": line, "qty": count} for line, count in items.items()]


def _command(job: Job) -> ShipmentCreate:
    if not isinstance(job.command, ShipmentCreate):
        raise gone()
    return job.command


def _order(job: Job) -> str:
    return job.command.order if isinstance(job.command, ShipmentCreate) else ""


def _entity(order: int, own: str | None) -> tuple[Kind, str]:
    return Kind.SHIPMENT, part_key(order, own or "")
