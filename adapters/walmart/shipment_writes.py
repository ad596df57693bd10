"""Tells Walmart what was sent, which charges the buyer, and corrects how a parcel can be followed.

How many pieces of each line were under the tracking number is noted before: so a later look tells whether they were sent, and a parcel that
holds something already can grow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.kit.writing import Done, Job, Journal, Looked, NotDone, Performed, Unclear
from adapters.walmart.carriers import carrier_of
from adapters.walmart.manifest import METHODS, SENT_WORDS, STANDARD
from adapters.walmart.mapping import order_lines, statuses
from adapters.walmart.order_writes import ACKNOWLEDGED, CREATED, line_row, order_of, order_path, own, quantity, units
from adapters.walmart.orders import Orders
from adapters.walmart.refusals import conflict, invalid
from adapters.walmart.sending import each
from adapters.walmart.shop import Shop, unwritten
from adapters.walmart.values import Json, at, counted, moment, text
from schema.commands import ShipmentCreate, ShipmentUpdate, TrackingFields
from schema.keys import Kind

SHIPPED = "Shipped"
LONGEST_NUMBER = 30  # characters of the seller's own number of an order
_NUMBER = "Walmart takes no shipment without a tracking number and a carrier."
_CARRIER = "{name} is not on Walmart's list of carriers; give the address at which the parcel can be followed as well."
_FIRST = "The order has to be acknowledged before anything of it is sent."
_LINE = "The order has no line with the number {line}."
_OVER = "{asked} units of line {line} can't be shipped: {left} are open."
_NOTHING = "Nothing of the order is left to be sent."
_NO_PARCEL = "The order has no parcel that is under way with this tracking number."
_PART = "Some of what this shipment holds is shown under its tracking number, and some is not."
_NEITHER = "The order shows neither the old nor the new tracking number."


class ShipmentWrites:
    """Writes the parcels of one store."""

    def __init__(self, shop: Shop, orders: Orders) -> None:
        self._shop = shop
        self._orders = orders

    async def create(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Tell of a parcel of each order."""
        found = await unwritten(self._orders.read([order_of(job) for job in jobs], "ShipOrders"))
        return await each(jobs, lambda job: self._create(job, own(found.get(order_of(job))), journal))

    async def created(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say which parcels Walmart was told of."""
        found = await self._orders.read([order_of(job) for job in jobs], "ShippedOrders")

        async def look(job: Job) -> Looked:
            command: Any = job.command
            return _grown(job, own(found.get(command.order)), command.tracking.number or "")

        return await each(jobs, look)

    async def update(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Correct how parcels can be followed; the key of a parcel is made of its number and changes with it."""
        found = await unwritten(self._orders.read([_parcel(job)[0] for job in jobs], "TrackingOrders"))
        return await each(jobs, lambda job: self._update(job, own(found.get(_parcel(job)[0]))))

    async def updated(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say which parcels were corrected."""
        found = await self._orders.read([_parcel(job)[0] for job in jobs], "TrackedOrders")

        async def look(job: Job) -> Looked:
            return _corrected(job, own(found.get(_parcel(job)[0])))

        return await each(jobs, look)

    async def _create(self, job: Job, order: Json, journal: Journal) -> Performed:
        command: Any = job.command
        tracking = _tracking(command.tracking, order, command.shipped_at or self._shop.session.clock.now())
        sending = _sending(order, command)
        number = tracking["trackingNumber"]
        own_number = (text(order.get("sellerOrderId")) or command.order)[:LONGEST_NUMBER]
        lines = [
            line_row(line, [_sent(count, tracking)], sellerOrderId=own_number, intentToCancelOverride=_unwanted(line))
            for line in order_lines(order)
            if (count := sending.get(_line(line), 0))
        ]
        before = _under(order, number)
        await journal.note({job.id: {"before": {line: before.get(line, 0) for line in sending}, "sent": sending}})
        body = {"orderShipment": {"orderLines": {"orderLine": lines}}}
        await self._shop.change("POST", order_path(order, "shipping"), "ShipmentCreate", "shipping", body=body)
        return Done(entity=_entity(command.order, number))

    async def _update(self, job: Job, order: Json) -> Performed:
        command: Any = job.command
        key, number = _parcel(job)
        held = [(line, part) for line in order_lines(order) for part in statuses(line) if _is_under(part, number)]
        if not held:
            raise conflict(_NO_PARCEL, "NO_PARCEL")
        lines = []
        for line, part in held:
            tracking = _retracked(command, part, order, self._shop.session.clock.now())
            moved = _sent(counted(part.get("statusQuantity")) or 0, tracking) | {"currentTrackingInfo": {"trackingNumber": number}}
            lines.append(line_row(line, [moved], sellerOrderId=(text(order.get("sellerOrderId")) or key)[:LONGEST_NUMBER]))
        body = {"orderShipment": {"processMode": "PARTIAL_UPDATE", "orderLines": {"orderLine": lines}}}
        await self._shop.change("POST", order_path(order, "shipping"), "ShipmentUpdate", "shipping", body=body)
        return Done(entity=_entity(key, command.tracking.number or number), after={"number": command.tracking.number or number})


@dataclass(frozen=True, slots=True)
class _Open:
    """The pieces of a line that can be sent, and those that have to be acknowledged before."""

    ready: int
    waiting: int


def _sending(order: Json, command: ShipmentCreate) -> dict[str, int]:
    """Return how many pieces of which lines are sent; raises PlatformError."""
    lines = {_line(line): _Open(units(line, ACKNOWLEDGED), units(line, CREATED)) for line in order_lines(order)}
    asked = {each.line: each.quantity for each in command.lines}
    if not asked:
        if any(each.waiting for each in lines.values()):
            raise conflict(_FIRST, "NOT_ACKNOWLEDGED")
        asked = {number: each.ready for number, each in lines.items() if each.ready}
    if not asked:
        raise conflict(_NOTHING, "OVER_SHIPPED")
    for number, count in asked.items():
        found = lines.get(number)
        if found is None:
            raise invalid(_LINE.format(line=number[:60]), "LINE_UNKNOWN")
        if found.ready < count <= found.ready + found.waiting:
            raise conflict(_FIRST, "NOT_ACKNOWLEDGED")
        if found.ready < count:
            raise conflict(_OVER.format(asked=count, line=number[:60], left=found.ready), "OVER_SHIPPED")
    return asked


def _tracking(tracking: TrackingFields, order: Json, when: datetime) -> Json:
    """Return how a parcel can be followed; raises PlatformError for what Walmart would not take."""
    if not tracking.number or not tracking.company:
        raise invalid(_NUMBER, "TRACKING_REQUIRED")
    word, method = carrier_of(tracking.company), text(at(order, "shippingInfo", "methodCode"))
    if word is None and not tracking.url:
        raise invalid(_CARRIER.format(name=tracking.company[:60]), "CARRIER_UNKNOWN")
    return {
        "shipDateTime": int(when.timestamp() * 1000),
        "carrierName": {"carrier": word} if word else {"otherCarrier": tracking.company},
        "methodCode": method if method in METHODS else STANDARD,
        "trackingNumber": tracking.number,
        **({"trackingURL": tracking.url} if tracking.url else {}),
    }


def _retracked(command: ShipmentUpdate, part: Json, order: Json, now: datetime) -> Json:
    """Return how a parcel can be followed from now on; what is not given stays, but an address belongs to its number."""
    known, given = part["trackingInfo"], command.tracking
    company = given.company or text(at(known, "carrierName", "carrier")) or text(at(known, "carrierName", "otherCarrier"))
    same = given.number in {None, text(known.get("trackingNumber"))} and not given.company
    number, url = given.number or text(known.get("trackingNumber")), given.url or (text(known.get("trackingURL")) if same else None)
    return _tracking(TrackingFields(number, company, url), order, moment(known.get("shipDateTime")) or now)


def _grown(job: Job, order: Json, number: str) -> Looked:
    """Say whether a parcel holds what was to be sent with it, by what it held before."""
    before, sent = (job.notes.get(name) for name in ("before", "sent"))
    if not isinstance(before, Mapping) or not isinstance(sent, Mapping):
        return NotDone()  # the note is kept before anything is sent
    now = _under(order, number)
    if all(now.get(line, 0) >= before[line] + sent[line] for line in sent):
        return Done(entity=_entity(order_of(job), number))
    return NotDone() if all(now.get(line, 0) == before[line] for line in sent) else Unclear(_PART)


def _corrected(job: Job, order: Json) -> Looked:
    command: Any = job.command
    (key, old), given = _parcel(job), command.tracking
    number = given.number or old
    shown = [part for line in order_lines(order) for part in statuses(line) if _is_under(part, number)]
    if number == old:
        right = shown and all(_holds(part["trackingInfo"], given) for part in shown)
        return Done(entity=_entity(key, number)) if right else NotDone()
    if _under(order, old):
        return NotDone()
    return Done(entity=_entity(key, number), after={"number": number}) if shown else Unclear(_NEITHER)


def _holds(known: Json, given: TrackingFields) -> bool:
    company = text(at(known, "carrierName", "carrier")) or text(at(known, "carrierName", "otherCarrier"))
    wanted = (carrier_of(given.company) or given.company) if given.company else company
    return wanted == company and given.url in {None, text(known.get("trackingURL"))}


def _sent(count: int, tracking: Json) -> Json:
    return {"status": SHIPPED, "statusQuantity": quantity(count), "trackingInfo": tracking}


def _under(order: Json, number: str) -> dict[str, int]:
    """Return how many pieces of each line left under a tracking number."""
    found = {_line(line): units(line, *SENT_WORDS, fits=lambda part: _number(part) == number) for line in order_lines(order)}
    return {line: count for line, count in found.items() if count}


def _is_under(part: Json, number: str) -> bool:
    return text(part.get("status")) == SHIPPED and _number(part) == number


def _number(part: Json) -> str | None:
    return text(at(part, "trackingInfo", "trackingNumber"))


def _line(line: Json) -> str:
    return text(line.get("lineNumber")) or ""


def _unwanted(line: Json) -> bool:
    return text(line.get("intentToCancel")) is not None


def _parcel(job: Job) -> tuple[str, str]:
    """Return the order and the number that a parcel's key id is made of."""
    command: Any = job.command
    order, _, number = str(command.shipment).partition("-")
    return order, number


def _entity(order: str, number: str) -> tuple[Kind, str]:
    return Kind.SHIPMENT, f"{order}-{number}"
