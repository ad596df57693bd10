"""Changes how shipments are followed. The Shipment Tracking plugin can't change an entry: a new one takes the place of the old."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, Journal, Looked, NotDone, Performed
from adapters.woocommerce import parcels
from adapters.woocommerce.mapping import part_key
from adapters.woocommerce.orders import ANY
from adapters.woocommerce.refusals import gone
from adapters.woocommerce.sending import each
from adapters.woocommerce.shipment_writes import enter, tracking_meta
from adapters.woocommerce.shipments import TRACKINGS, Shipments, split
from adapters.woocommerce.shop import Found, Shop, unwritten
from adapters.woocommerce.values import Json, identity, rows, text
from schema.commands import ShipmentUpdate
from schema.keys import Kind

FIELDS = ("number", "company", "url")


class TrackingWrites:
    """Writes how the shipments of one shop are followed."""

    def __init__(self, shop: Shop, shipments: Shipments) -> None:
        self._shop = shop
        self._shipments = shipments

    async def update(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Change each shipment's tracking; what is not given stays."""
        return await each(jobs, lambda job: self._update(job, journal))

    async def updated(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say which shipments are followed as was asked for."""
        return await each(jobs, self._look)

    async def _update(self, job: Job, journal: Journal) -> Performed:
        order, own = _key(job)
        if own.startswith(parcels.TRACKING):
            return Done(entity=(Kind.SHIPMENT, part_key(int(order), await self._replace(job, order, own[1:], journal))))
        if own.startswith(parcels.RECORD):
            if not await self._rewrite(job, order, lambda record: parcels.own_key(record) == own, {}):
                raise gone()
        else:
            await self._refulfil(job, order, own)
        return Done()

    async def _refulfil(self, job: Job, order: str, own: str) -> None:
        """Write a fulfilment with all of its free fields: those that are not sent are dropped."""
        command = _command(job)
        listed = await unwritten(self._shipments.fulfilments(order))
        row = next((each for each in listed.rows if str(identity(each.get("id"))) == own), None)
        if row is None:
            raise gone()
        new = tracking_meta(command.tracking)
        changed = {each["key"]: each["value"] for each in new}
        meta = [
            {**each, "value": changed.pop(each["key"], each.get("value"))} for each in rows(row.get("meta_data")) if text(each.get("key"))
        ]
        meta += [each for each in new if each["key"] in changed]
        body: Json = {name: row[name] for name in ("status", "is_fulfilled") if name in row}
        body |= {"notify_customer": command.notify, "meta_data": meta}
        await self._shop.change("PUT", f"orders/{order}/fulfillments/{own}", "FulfilmentUpdate", body)

    async def _rewrite(self, job: Job, order: str, chosen: Any, more: Json) -> bool:
        """Change a record of an order, and say whether there is one; raises PlatformError."""
        found = (await unwritten(self._shop.by_include("orders", "ShipmentOrders", [order], ANY, bin_too=True))).get(order)
        if not isinstance(found, Found):
            raise found or gone()
        kept, given = parcels.records(found.row), _given(_command(job))
        if not any(map(chosen, kept)):
            return False
        changed = [{**record, **given, **more} if chosen(record) else record for record in kept]
        await self._shop.change("PUT", f"orders/{order}", "ShipmentRecord", {"meta_data": [{"key": parcels.RECORDS, "value": changed}]})
        return True

    async def _replace(self, job: Job, order: str, old: str, journal: Journal) -> str:
        """Enter the new number, move our record to it, and delete the old entry; each step may have been made already."""
        listed = (await unwritten(self._shipments.trackings(order))).rows
        former = next((row for row in listed if text(row.get("tracking_id")) == old), None)
        made = text(job.notes.get("tracking")) or (_newer(listed, job, old) if job.uncertain else None)
        if made is None:
            if former is None:
                raise gone()
            made = await self._enter(job, order, former)
        await journal.note({job.id: {"tracking": made}})
        await self._rewrite(job, order, lambda record: text(record.get("tracking")) in {old, made}, {"tracking": made})
        if former is not None:
            await self._shop.change("DELETE", f"orders/{order}/shipment-trackings/{old}", "TrackingDelete", root=TRACKINGS)
        return parcels.TRACKING + made

    async def _enter(self, job: Job, order: str, former: Json) -> str:
        tracking = _command(job).tracking
        company = tracking.company or text(former.get("tracking_provider"))
        today = f"{self._shop.session.clock.now():%Y-%m-%d}"
        answer = await enter(self._shop, order, replace(tracking, company=company), text(former.get("date_shipped")) or today)
        return text(answer.get("tracking_id")) or ""

    async def _look(self, job: Job) -> Looked:
        order, own = _key(job)
        if own.startswith(parcels.TRACKING):
            listed = (await self._shipments.trackings(order)).rows
            made = _newer(listed, job, own[1:])
            moved = made is not None and all(text(row.get("tracking_id")) != own[1:] for row in listed)
            return Done(entity=(Kind.SHIPMENT, part_key(int(order), f"{parcels.TRACKING}{made}"))) if moved else NotDone()
        (found,) = await self._shipments.by_ids([part_key(int(order), own)])
        if isinstance(found, PlatformError):
            return found
        given = _given(_command(job))
        shown = found is not None and any(all(getattr(each, name) == given[name] for name in given) for each in found.tracking)
        return Done() if shown else NotDone()


def _newer(listed: Sequence[Json], job: Job, old: str) -> str | None:
    """Return the entry that was made in place of another."""
    number = _command(job).tracking.number
    fitting = (text(row.get("tracking_id")) for row in listed if text(row.get("tracking_number")) == number)
    return next((own for own in fitting if own not in {None, old}), None)


def _given(command: ShipmentUpdate) -> dict[str, str]:
    return {name: value for name in FIELDS if (value := getattr(command.tracking, name)) is not None}


def _command(job: Job) -> ShipmentUpdate:
    if not isinstance(job.command, ShipmentUpdate):
        raise gone()
    return job.command


def _key(job: Job) -> tuple[str, str]:
    parts = split(_command(job).shipment)
    if parts is None:
        raise gone()
    return parts
