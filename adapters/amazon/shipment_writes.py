"""Confirms what was sent. A package is known by a number of ours, which is made of its write's id: whatever is confirmed again under it is
an edit of the same package, so a lost answer is mended by sending the same once more.
"""

from collections.abc import Sequence
from typing import Any

from adapters.amazon.mapping import status_word
from adapters.amazon.orders import ORDER_ID
from adapters.amazon.refusals import conflict, each, gone, invalid, unwritten
from adapters.amazon.shop import Shop
from adapters.amazon.values import Json, number_of, record, rows, text, whole, written
from adapters.amazon.write_facts import CARRIERS, OTHER_CARRIER
from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, Journal, Performed
from schema.commands import ShipmentCreate, ShipmentUpdate, TrackingFields
from schema.errors import Category
from schema.keys import Kind

SENDABLE = frozenset({"UNSHIPPED", "PARTIALLY_SHIPPED"})
_NO_NUMBER = "Amazon takes no shipment without a tracking number."
_NO_CARRIER = "Amazon needs to be told the carrier: name it as `company`."


class ShipmentWrites:
    """The packages of one seller's orders."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def create(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Confirm a package of each order."""
        return await each(jobs, lambda job: self._create(job, journal))

    async def update(self, jobs: Sequence[Job], _: Journal) -> Sequence[Performed]:
        """Change the tracking of packages."""
        return await each(jobs, self._update)

    async def _create(self, job: Job, journal: Journal) -> Performed:
        command = job.command
        if not isinstance(command, ShipmentCreate):
            return gone()
        tracking = _tracking(command.tracking)
        package = job.notes.get("package")
        if package is None:
            package = self._package(job.id, command, await order_of(self._shop, command.order, "ShipmentCreateOrder"))
            await journal.note({job.id: {"package": package}})
        await self._confirm(command.order, "ShipmentCreate", package, tracking)
        return Done(entity=(Kind.SHIPMENT, f"{command.order}:{package['reference']}"))

    async def _update(self, job: Job) -> Performed:
        command = job.command
        if not isinstance(command, ShipmentUpdate):
            return gone()
        order_id, _, reference = command.shipment.partition(":")
        order = await order_of(self._shop, order_id, "ShipmentUpdateOrder")
        found = next((one for one in rows(order.get("packages")) if text(one.get("packageReferenceId")) == reference), None)
        if found is None:
            return gone()
        if not reference.isdecimal():
            return conflict("Only packages that a seller confirmed can be changed; this one's label was bought from Amazon.", "LABEL")
        wanted = command.tracking
        company = wanted.company or text(found.get("carrier"))
        tracking = _tracking(TrackingFields(wanted.number or text(found.get("trackingNumber")), company))
        package = {
            "reference": reference,
            "marketplace": _marketplace(order),
            "shipped": text(found.get("shipTime")) or text(found.get("createdTime")) or self._now(),
            "lines": [[text(one.get("orderItemId")), whole(one.get("quantity"))] for one in rows(found.get("packageItems"))],
        }
        await self._confirm(order_id, "ShipmentUpdate", package, tracking)
        return Done()

    def _package(self, job_id: str, command: ShipmentCreate, order: Json) -> Json:
        """Return what is sent, but for its tracking: plain, so that it can be noted. Raises PlatformError."""
        if text(record(order.get("fulfillment")).get("fulfilledBy")) == "AMAZON":
            raise conflict("Amazon sends this order itself.", "FULFILLED_BY_AMAZON")
        word = status_word(order)
        if word not in SENDABLE:
            raise conflict(f"Nothing of the order can be sent: it is {word}.", "ORDER_STATUS")
        open_units = {
            text(one.get("orderItemId")): whole(record(one.get("fulfillment")).get("quantityUnfulfilled")) or 0
            for one in rows(order.get("orderItems"))
        }
        asked = [(units.line, units.quantity) for units in command.lines]
        lines = asked or [(line, units) for line, units in open_units.items() if line and units]
        if not lines:
            raise conflict("Nothing of the order is open.", "OVER_SHIPPED")
        for line, units in lines:
            if line not in open_units:
                raise invalid(f"The order has no line {line}.", "LINE_UNKNOWN")
            if units > open_units[line]:
                raise conflict(f"{units} units of line {line} can't be sent: {open_units[line]} are open.", "OVER_SHIPPED")
        shipped = written(command.shipped_at) if command.shipped_at else self._now()
        reference = str(number_of(job_id) % 10**9 + 1)
        return {"reference": reference, "marketplace": _marketplace(order), "shipped": shipped, "lines": [list(each) for each in lines]}

    async def _confirm(self, order_id: str, operation: str, package: Json, tracking: Json) -> None:
        items = [{"orderItemId": line, "quantity": units} for line, units in package["lines"]]
        told = {"packageReferenceId": package["reference"], **tracking, "shipDate": package["shipped"], "orderItems": items}
        body = {"marketplaceId": package["marketplace"], "packageDetail": told}
        try:
            await self._shop.change("POST", f"/orders/v0/orders/{order_id}/shipmentConfirmation", operation, "confirmShipment", body)
        finally:
            self._shop.forget_order(order_id)

    def _now(self) -> str:
        return written(self._shop.session.clock.now())


async def order_of(shop: Shop, order_id: str, operation: str) -> Json:
    """Return an order as it is now; raises PlatformError, also when there is none."""
    found = await unwritten(shop.order(order_id, operation)) if ORDER_ID.fullmatch(order_id) else None
    if found is None:
        raise gone()
    return found.row


def _tracking(fields: TrackingFields) -> dict[str, Any]:
    if not fields.number:
        raise invalid(_NO_NUMBER, "NO_TRACKING")
    if not fields.company:
        raise invalid(_NO_CARRIER, "NO_CARRIER")
    code = CARRIERS.get("".join(sign for sign in fields.company.casefold() if sign.isalnum()))
    named = {"carrierCode": code} if code else {"carrierCode": OTHER_CARRIER, "carrierName": fields.company}
    return {**named, "trackingNumber": fields.number}


def _marketplace(order: Json) -> str:
    found = text(record(order.get("salesChannel")).get("marketplaceId"))
    if found is None:
        raise PlatformError(Category.CONFLICT, "Amazon does not tell which marketplace the order is of.", code="NO_MARKETPLACE", sent=False)
    return found
