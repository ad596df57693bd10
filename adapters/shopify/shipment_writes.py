"""Records shipments and changes their tracking.

An order's open work is read right before it is shipped: its ids change whenever somebody holds, moves or splits it. What lies at several
locations takes several steps, which are noted before the first of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.port import Readers
from adapters.kit.writing import Done, Job, Journal, Looked, NotDone, Performed
from adapters.shopify.calls import Calls
from adapters.shopify.refusals import refused, unanswered
from adapters.shopify.shipment_plans import asked, left, renewed, steps
from adapters.shopify.values import Json
from schema.commands import ShipmentCreate, ShipmentUpdate, TrackingFields
from schema.errors import Category
from schema.keys import Kind

NOTE = "shipping"
_UNKNOWN = "The store has no such order; look whether it is there still, and whether the id is right."
_NO_TRACKING = "Give a tracking number, a carrier or an address to follow it at; Shopify would clear what is there."
_PARTLY = "A part of it was shipped as {made}; the rest was not. "


@dataclass(frozen=True, slots=True)
class Plan:
    """What is noted of a job, the steps to take now, and the ids of the shipments that earlier steps made."""

    note: Json
    steps: Sequence[Json]
    made: Sequence[str]


class ShipmentWrites:
    """Writes the shipments of one store."""

    def __init__(self, calls: Calls, readers: Readers) -> None:
        self._calls = calls
        by_ids = readers.kinds[Kind.SHIPMENT].by_ids
        assert by_ids is not None
        self._shipments = by_ids

    async def create(self, jobs: Sequence[Job], journal: Journal) -> list[Performed]:
        """Ship what is open, or lines of it."""
        orders = await self._orders(jobs)
        plans = {job.id: _planned(job, orders.get(_create(job).order)) for job in jobs}
        good = {job.id: plan for job in jobs if isinstance(plan := plans[job.id], Plan)}
        if good:
            await journal.note({name: {NOTE: plan.note} for name, plan in good.items()})
        made = await self._ship([job for job in jobs if job.id in good], good)
        return [plan if isinstance(plan := plans[job.id], PlatformError) else made[job.id] for job in jobs]

    async def made(self, jobs: Sequence[Job]) -> list[Looked]:
        """Look for shipments that may have been made, among those that were not there before."""
        orders = await self._orders([job for job in jobs if NOTE in job.notes])
        return [_seen(job, orders.get(_create(job).order)) for job in jobs]

    async def update(self, jobs: Sequence[Job], journal: Journal) -> list[Performed]:
        """Change the tracking of shipments."""
        good = [job for job in jobs if _tracking(_update(job).tracking)]
        asked = [{"id": each.shipment, "tracking": _tracking(each.tracking), "notify": each.notify} for each in map(_update, good)]
        answered = await self._calls.each("UpdateTracking", asked)
        results = {job.id: refused(payload) or Done() for job, payload in zip(good, answered, strict=True)}
        return [results.get(job.id) or PlatformError(Category.VALIDATION, _NO_TRACKING, code="TRACKING") for job in jobs]

    async def updated(self, jobs: Sequence[Job]) -> list[Looked]:
        """Look whether shipments show the tracking they were to be given."""
        found = await self._shipments([_update(job).shipment for job in jobs])
        return [_shown(_update(job).tracking, shipment) for job, shipment in zip(jobs, found, strict=True)]

    async def _orders(self, jobs: Sequence[Job]) -> Mapping[str, Any]:
        return await self._calls.nodes("ShippableWork", "Order", [_create(job).order for job in jobs]) if jobs else {}

    async def _ship(self, jobs: Sequence[Job], plans: Mapping[str, Plan]) -> dict[str, Performed]:
        """Take the steps of all jobs."""
        sent = [(job, step) for job in jobs for step in plans[job.id].steps]
        answered = await self._calls.each("CreateShipment", [{"fulfillment": _fulfilment(_create(job), step)} for job, step in sent])
        made = {job.id: [*plans[job.id].made] for job in jobs}
        failures: dict[str, list[PlatformError]] = {job.id: [] for job in jobs}
        for (job, _), payload in zip(sent, answered, strict=True):
            error = refused(payload)
            shipment = None if error is not None else payload.get("fulfillment")
            if shipment is not None:
                made[job.id].append(shipment["id"])
            else:
                failures[job.id].append(error or unanswered("the shipment"))
        return {job.id: _outcome(made[job.id], failures[job.id]) for job in jobs}


def _planned(job: Job, order: Any) -> Plan | PlatformError:
    """Return what is to be done for a job: what is left of an earlier attempt's plan, or a new plan."""
    if not isinstance(order, dict):
        return order or PlatformError(Category.VALIDATION, _UNKNOWN, code="NOT_FOUND")
    command, noted = _create(job), job.notes.get(NOTE)
    if noted is None or noted["asked"] != asked(command):
        plan = steps(command, order)
        before = [each["id"] for each in order["fulfillments"]]
        return plan if isinstance(plan, PlatformError) else Plan({"asked": asked(command), "before": before, "steps": plan}, plan, [])
    missing, made = left(noted["steps"], order, noted["before"])
    again: list[Json] = []
    for step in missing:
        now = renewed(step, command, order)
        if isinstance(now, PlatformError):
            return _partly(made, now)
        again += now
    return Plan(noted, again, made)


def _outcome(made: Sequence[str], failures: Sequence[PlatformError]) -> Performed:
    """Return what became of a job's steps; one whose end is unknown leaves the whole open."""
    if not failures:
        return Done(entity=(Kind.SHIPMENT, made[0])) if made else unanswered("the shipment")
    failure = next((each for each in failures if each.uncertain), failures[0])
    return failure if failure.uncertain else _partly(made, failure)


def _partly(made: Sequence[str], error: PlatformError) -> PlatformError:
    """Return a failure that says what was shipped all the same."""
    message = (_PARTLY.format(made=", ".join(made)) if made else "") + error.message
    return PlatformError(error.category, message, code=error.code, retry_after=error.retry_after, sent=error.sent)


def _seen(job: Job, order: Any) -> Looked:
    """Say whether a plan was carried out. Nothing is sent before its plan is noted."""
    noted: Json | None = job.notes.get(NOTE)
    if isinstance(order, PlatformError):
        return order
    if noted is None or order is None or noted["asked"] != asked(_create(job)):
        return NotDone()
    missing, made = left(noted["steps"], order, noted["before"])
    return NotDone() if missing else Done(entity=(Kind.SHIPMENT, made[0]))


def _fulfilment(command: ShipmentCreate, step: Json) -> Json:
    work = []
    for each in step["work"]:
        lines = [{"id": name, "quantity": units} for name, units in each["lines"].items()]
        work.append({"fulfillmentOrderId": each["id"]} | ({"fulfillmentOrderLineItems": lines} if lines else {}))
    tracking = _tracking(command.tracking)
    return {"lineItemsByFulfillmentOrder": work, "notifyCustomer": command.notify} | ({"trackingInfo": tracking} if tracking else {})


def _tracking(fields: TrackingFields) -> Json:
    named = {"number": fields.number, "company": fields.company, "url": fields.url}
    return {name: value for name, value in named.items() if value is not None}


def _shown(wanted: TrackingFields, shipment: Any) -> Looked:
    if isinstance(shipment, PlatformError):
        return shipment
    fields = _tracking(wanted)
    rows = shipment.tracking if shipment is not None else ()
    return Done() if any(all(getattr(each, name) == value for name, value in fields.items()) for each in rows) else NotDone()


def _create(job: Job) -> ShipmentCreate:
    assert isinstance(job.command, ShipmentCreate)
    return job.command


def _update(job: Job) -> ShipmentUpdate:
    assert isinstance(job.command, ShipmentUpdate)
    return job.command
