"""Records what was sent. Each shipment has its write's mark in its comment, which is not shown to the buyer: so a later look finds it."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, Journal, Looked, NotDone, Performed, Unclear
from adapters.magento.manifest import CARRIERS, CUSTOM_CARRIER
from adapters.magento.marks import carries, comment, is_strange
from adapters.magento.refusals import gone, invalid
from adapters.magento.sending import each, known, row_of, unwritten
from adapters.magento.shop import SHIPMENTS, Found, Shop
from adapters.magento.values import Json, identity, rows, text
from schema.commands import ShipmentCreate, ShipmentUpdate, TrackingFields
from schema.errors import Category
from schema.keys import Kind

_NO_NUMBER = "Magento keeps a carrier with the number of a parcel only: give `number`."
_STRANGE = "The order has a shipment that does not say by whom it was made."


class ShipmentWrites:
    """The shipments of one shop."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def create(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Record what was sent of each order."""
        sources = await unwritten(self._shop.has_sources())
        return await each(jobs, partial(self._create, sources=sources))

    async def created(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say which shipments were made, by their marks."""
        found = await self._shop.below(SHIPMENTS, "ShipmentLook", "order_id", [_order(job) for job in jobs])
        return [_looked(job, found.get(_order(job), [])) for job in jobs]

    async def update(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Give each shipment another number."""
        found = await unwritten(self._rows(jobs, "ShipmentTracks"))
        return await each(jobs, partial(self._update, found))

    async def updated(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say which shipments have the number that was asked for, and no other."""
        found = await self._rows(jobs, "ShipmentLook")
        return [_update_seen(job, found.get(_shipment(job))) for job in jobs]

    async def _rows(self, jobs: Sequence[Job], operation: str) -> dict[str, Found | PlatformError]:
        return await self._shop.by_ids(SHIPMENTS, operation, [_shipment(job) for job in jobs])

    async def _create(self, job: Job, *, sources: bool) -> Performed:
        command = job.command
        if not isinstance(command, ShipmentCreate):
            raise gone()
        order, body = known(command.order), _body(job, command)
        if command.location is not None and sources:
            body["arguments"] = {"extension_attributes": {"source_code": command.location}}
        made = identity(await self._shop.change("POST", f"order/{order}/ship", "ShipmentCreate", body))
        if made is None:
            raise unnamed()
        return Done(entity=(Kind.SHIPMENT, str(made)))

    async def _update(self, found: Mapping[str, Found | PlatformError], job: Job) -> Performed:
        """Write the number over the first one there is, so that there is one at any time, and take the others away."""
        row, command = row_of(found.get(_shipment(job))), _update_of(job)
        tracks = rows(row.get("tracks"))
        label = _label(command.tracking, tracks[0] if tracks else {})
        first = {"entity_id": identity(tracks[0].get("entity_id"))} if tracks else {}
        entity = {"order_id": identity(row.get("order_id")), "parent_id": identity(row.get("entity_id")), **label, **first}
        await self._shop.change(
            "POST", "shipment/track", "ShipmentUpdate", {"entity": {"weight": 0, "qty": 1, "description": "", **entity}}
        )
        for track in tracks[1:]:
            await self._shop.change("DELETE", f"shipment/track/{identity(track.get('entity_id'))}", "ShipmentUpdate")
        before = text(tracks[0].get("track_number")) if tracks else None
        return Done(before={"number": before}, after={"number": label["track_number"]})


def unnamed() -> PlatformError:
    """Return the failure of an answer that should be the id of what was made."""
    return PlatformError(Category.TRANSIENT, "The store does not say what became of this.", code="NO_ID")


def _order(job: Job) -> str:
    return job.command.order if isinstance(job.command, ShipmentCreate) else ""


def _shipment(job: Job) -> str:
    return job.command.shipment if isinstance(job.command, ShipmentUpdate) else ""


def _update_of(job: Job) -> ShipmentUpdate:
    if not isinstance(job.command, ShipmentUpdate):
        raise gone()
    return job.command


def _body(job: Job, command: ShipmentCreate) -> Json:
    """Return a shipment's fields; without items it is all that is open."""
    body = comment(job, notify=command.notify)
    if command.lines:
        body["items"] = [{"order_item_id": int(known(units.line)), "qty": units.quantity} for units in command.lines]
    if command.tracking != TrackingFields():
        body["tracks"] = [_label(command.tracking, {})]
    return body


def _label(tracking: TrackingFields, known_as: Json) -> Json:
    """Return number, carrier and its name; what a command leaves out stays as it was."""
    number = tracking.number or text(known_as.get("track_number"))
    if number is None:
        raise invalid(_NO_NUMBER, "NUMBER_MISSING")
    if tracking.company is None and known_as:
        return {"track_number": number, "title": known_as.get("title"), "carrier_code": known_as.get("carrier_code")}
    code = CARRIERS.get((tracking.company or "").casefold(), CUSTOM_CARRIER)
    return {"track_number": number, "title": tracking.company or "Parcel", "carrier_code": code}


def _looked(job: Job, found: Sequence[Found]) -> Looked:
    command: Any = job.command
    own = next((shipment.row for shipment in found if carries(shipment.row, job)), None)
    if own is not None:
        return Done(entity=(Kind.SHIPMENT, str(identity(own.get("entity_id")))))
    # What was not appended to a mail may not be kept everywhere: then a shipment without a mark may be this one.
    return Unclear(_STRANGE) if command.notify and any(is_strange(shipment.row) for shipment in found) else NotDone()


def _update_seen(job: Job, found: Found | PlatformError | None) -> Looked:
    if not isinstance(found, Found):
        return found or NotDone()
    command: Any = job.command
    tracks = rows(found.row.get("tracks"))
    if len(tracks) != 1:
        return NotDone()
    number, company = text(tracks[0].get("track_number")), text(tracks[0].get("title"))
    right = command.tracking.number in {None, number} and command.tracking.company in {None, company}
    return Done(after={"number": number}) if right else NotDone()
