"""Shipments and the numbers of their parcels.

A shipment changes its order's state and time, and takes its pieces from one source. A number that comes in later touches neither.
"""

from collections.abc import Mapping
from typing import Any

from adapters.magento.sandbox.bodies import inner, row_part, rows_part, whole
from adapters.magento.sandbox.calls import Answer, Call
from adapters.magento.sandbox.errors import refusal
from adapters.magento.sandbox.progress import (
    Pieces,
    comment_row,
    follow_documents,
    order_of,
    refuse,
    state_of,
    status_of,
    to_ship,
    touch,
    wanted_pieces,
)
from adapters.magento.sandbox.seed.documents import STEP, track_row
from adapters.magento.sandbox.seed.plans import Document, Plan
from adapters.magento.sandbox.site import Site
from adapters.magento.sandbox.stock import Item

NOT_SHIPPED = frozenset({"payment_review", "holded", "canceled"})
NAMES = ("track_number", "title", "carrier_code", "weight", "qty", "description")


def ship(site: Site, call: Call) -> Answer:
    """Answer POST /V1/order/{orderId}/ship: the new id, as a text; without items it is all that is left."""
    plan = order_of(site, call)
    items, tracks = (rows_part(call, name, required=False) for name in ("items", "tracks"))
    left = to_ship(site, plan)
    pieces, wrong = wanted_pieces(site, plan, items, left, ("shipment", "ship", "unshipped")) if items else (left, [])
    if sum(pieces.values()) <= 0:
        wrong.append("You can't create a shipment without products.")
    if any(not str(track.get("track_number") or "").strip() for track in tracks):
        wrong.append("Please enter a tracking number.")
    if state_of(plan) in NOT_SHIPPED:
        wrong.insert(0, f"A shipment cannot be created when an order has a status of {status_of(plan)}")
    elif not any(left.values()):
        wrong.insert(0, "The order does not allow a shipment to be created.")
    refuse("Shipment", wrong)
    source = str(inner(call.body, "arguments", "extension_attributes").get("source_code") or "default")
    if site.settings.msi:
        _take(site, plan, pieces, source)
    shipment = _add(site, call, plan, pieces, source)
    follow_documents(site, plan)
    touch(site, plan)
    site.record(call, "shipment.create", plan.id, tracks[0]["track_number"] if tracks else None)
    return Answer(str(shipment.id))


def save_track(site: Site, call: Call) -> Answer:
    """Answer POST /V1/shipment/track: a new number, or, with the `entity_id` of one, another in its place."""
    sent = row_part(call, "entity")
    for name in ("order_id", "parent_id", "track_number", "title", "carrier_code"):
        if sent.get(name) is None:
            raise refusal("required", fieldName=name)
    shipment = site.shipments.heads.get(whole(sent, "parent_id") or 0)
    if shipment is None or shipment.order != whole(sent, "order_id"):
        raise refusal("track")
    turn = _turn(site, shipment, whole(sent, "entity_id"))
    label = {name: sent[name] for name in NAMES if name in sent}
    shipment.labels[turn] = {**(shipment.labels.get(turn) or {}), **label}
    site.shipments.refresh(shipment.id)
    site.record(call, "shipment.update", shipment.order, sent["track_number"])
    return Answer(track_row(site.plan_of(shipment), shipment, turn))


def delete_track(site: Site, call: Call) -> Answer:
    """Answer DELETE /V1/shipment/track/{id}: true, also for a number that never was."""
    shipment = site.shipments.heads.get(call.number() // STEP)
    turn = call.number() % STEP
    if shipment and turn < len(shipment.tracks) and shipment.labels.get(turn, {}) is not None:
        shipment.labels[turn] = None
        site.shipments.refresh(shipment.id)
        site.record(call, "shipment.update", shipment.order)
    return Answer(True)


def _turn(site: Site, shipment: Document, track_id: int | None) -> int:
    """Return which parcel of a shipment is meant: the one of that id, or a new one."""
    known, turn = divmod(track_id or 0, STEP)
    if known == shipment.id and turn < len(shipment.tracks):
        return turn
    shipment.tracks = (*shipment.tracks, site.instant())
    return len(shipment.tracks) - 1


def _add(site: Site, call: Call, plan: Plan, pieces: Pieces, source: str) -> Document:
    now, row_id, tracks = site.instant(), site.shipments.last_id + 1, rows_part(call, "tracks", required=False)
    shipment = Document(
        row_id,
        plan.id,
        now,
        now,
        {place: quantity for place, quantity in pieces.items() if quantity},
        part=len(plan.shipments),
        tracks=(now,) * len(tracks),
        increment=f"{row_id:09d}",
        source=source,
        labels={turn: _label(track) for turn, track in enumerate(tracks)},
        notes=comment_row(site, call, row_id),
    )
    plan.shipments.append(shipment)
    site.shipments.add(shipment)
    return shipment


def _label(track: Mapping[str, Any]) -> dict[str, Any]:
    return {name: track.get(name) for name in ("track_number", "title", "carrier_code")}


def _take(site: Site, plan: Plan, pieces: Pieces, source: str) -> None:
    """Take the pieces from a source. ApiError 400 when it does not have them; the platform does not tell which it lacks."""
    taken = [
        (ware.sku, quantity)
        for place, quantity in pieces.items()
        for ware in site.shelves.inside(site.facts.wares.get(plan.buys[place][0]))
    ]
    lying: list[tuple[Item | None, float]] = [(site.shelves.items.get((sku, source)), quantity) for sku, quantity in taken]
    if any(item is None or (item.quantity < quantity and not site.settings.backorders) for item, quantity in lying if quantity):
        raise refusal("shipment")
    for sku, quantity in taken:
        if quantity:
            site.shelves.add(sku, source, -quantity, backorders=site.settings.backorders)
