"""Tells that something was sent. eBay takes a package once and for ever: none can be changed or taken back.

A package with a number is found by it. One without is found by what was noted before: how many packages there were.
"""

import re
from collections.abc import Sequence
from datetime import UTC
from functools import partial

from adapters.ebay.account import Account
from adapters.ebay.afterwards import package_key
from adapters.ebay.manifest import CARRIERS, ORDERS_BUCKET, OTHER_CARRIER
from adapters.ebay.refusals import conflict, gone, invalid
from adapters.ebay.sales import Sales, lines_of, order_path
from adapters.ebay.sending import each
from adapters.ebay.values import Json, rows, text, whole
from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, Journal, Looked, NotDone, Performed, Unclear
from schema.commands import ShipmentCreate, TrackingFields
from schema.errors import Category
from schema.keys import Kind

NUMBER = re.compile(r"[A-Za-z0-9]{1,100}")
PACKAGES, UNITS = "packages", "units"  # what is noted before

_NUMBER = "eBay takes letters and digits only in a tracking number."
_NO_NUMBER = "eBay takes a carrier only with a tracking number."
_LINE = "The order has no line with the id {line}."
_ALL_SENT = "Nothing of the order is left to be sent."
_OTHERS = "A package was added to the order about then, and nothing tells whether it is this one."


class ShipmentWrites:
    """The packages of one seller."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._sales = Sales(account)

    async def create(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Record one package for each job."""
        return await each(jobs, partial(self._create, journal))

    async def created(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say which packages are there."""
        return await each(jobs, self._look)

    async def _create(self, journal: Journal, job: Job) -> Performed:
        command = _command(job)
        order = await self._sales.order(command.order, "ShipmentOrder")
        before = await self._sales.packages(order, "ShipmentPackages")
        body = _body(command, order, before)
        if not (job.uncertain and PACKAGES in job.notes):
            await journal.note({job.id: {PACKAGES: len(before), UNITS: _contents(body)}})
        path = f"{order_path(command.order)}/shipping_fulfillment"
        answer = await self._account.change("POST", path, "ShipmentCreate", body, bucket=ORDERS_BUCKET)
        package = answer.headers.get("location", "").rstrip("/").rpartition("/")[2] or body.get("trackingNumber")
        if not package:
            raise PlatformError(Category.TRANSIENT, "eBay does not say what became of this.", code="NO_LOCATION")
        same = sum(text(row.get("fulfillmentId")) == package for row in before)
        return Done(entity=(Kind.SHIPMENT, package_key(command.order, package, same + 1)))

    async def _look(self, job: Job) -> Looked:
        command = _command(job)
        order = await self._sales.order(command.order, "ShipmentOrder")
        found = await self._sales.packages(order, "ShipmentPackages")
        number = _number(command.tracking)
        if number is not None:
            package = next((row for row in found if text(row.get("shipmentTrackingNumber")) == number), None)
            return _done(command.order, package, found) if package else NotDone()
        before = job.notes.get(PACKAGES)
        if not isinstance(before, int) or len(found) <= before:
            return NotDone()
        ours = [row for row in found if not row.get("shipmentTrackingNumber") and _contents(row) == job.notes.get(UNITS)]
        return _done(command.order, ours[0], found) if len(ours) == 1 == len(found) - before else Unclear(_OTHERS)


def _command(job: Job) -> ShipmentCreate:
    if not isinstance(job.command, ShipmentCreate):
        raise gone()
    return job.command


def _done(order_id: str, package: Json, found: Sequence[Json]) -> Done:
    name = text(package.get("fulfillmentId")) or ""
    place = [row for row in found if text(row.get("fulfillmentId")) == name].index(package) + 1
    return Done(entity=(Kind.SHIPMENT, package_key(order_id, name, place)))


def _body(command: ShipmentCreate, order: Json, packages: Sequence[Json]) -> Json:
    units = {line.line: line.quantity for line in command.lines} if command.lines else open_units(order, packages)
    known = lines_of(order)
    strange = next((line for line in units if line not in known), None)
    if strange is not None:
        raise invalid(_LINE.format(line=strange[:40]), "LINE_UNKNOWN")
    if not units:
        raise conflict(_ALL_SENT, "OVER_SHIPPED")
    body: Json = {"lineItems": [{"lineItemId": line, "quantity": quantity} for line, quantity in units.items()]}
    number = _number(command.tracking)
    if number is not None:
        body |= {"shippingCarrierCode": _carrier(command.tracking.company), "trackingNumber": number}
    elif text(command.tracking.company):
        raise invalid(_NO_NUMBER, "NO_NUMBER")
    if command.shipped_at is not None:
        moment = command.shipped_at.astimezone(UTC).replace(tzinfo=None)
        body["shippedDate"] = moment.isoformat(timespec="milliseconds") + "Z"
    return body


def open_units(order: Json, packages: Sequence[Json]) -> dict[str, int]:
    """Return how many units of each line are in no package yet."""
    sent: dict[str, int] = {}
    for line, units in (inside for package in packages for inside in _contents(package).items()):
        sent[line] = sent.get(line, 0) + units
    left = {line: (whole(row.get("quantity")) or 0) - sent.get(line, 0) for line, row in lines_of(order).items()}
    return {line: units for line, units in left.items() if units > 0}


def _contents(package: Json) -> dict[str, int]:
    return {text(row.get("lineItemId")) or "": whole(row.get("quantity")) or 1 for row in rows(package.get("lineItems"))}


def _number(tracking: TrackingFields) -> str | None:
    """Return a tracking number as eBay takes it, None without one; raises PlatformError."""
    number = re.sub(r"[\s-]", "", tracking.number or "")
    if number and not NUMBER.fullmatch(number):
        raise invalid(_NUMBER, "TRACKING_NUMBER")
    return number or None


def _carrier(company: str | None) -> str:
    name = text(company) or OTHER_CARRIER
    return CARRIERS.get(name.casefold(), name)
