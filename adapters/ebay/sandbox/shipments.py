"""Writes of parcels: one document for each package. None is ever changed or taken back over this interface."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from adapters.ebay.sandbox.calls import Answer, Call
from adapters.ebay.sandbox.dates import DAY, instant_of
from adapters.ebay.sandbox.errors import refusal
from adapters.ebay.sandbox.orders import find_head
from adapters.ebay.sandbox.seed.cases import is_ending
from adapters.ebay.sandbox.seed.events import Parcel
from adapters.ebay.sandbox.seed.history import Head
from adapters.ebay.sandbox.seed.lines import line_id
from adapters.ebay.sandbox.seed.parcels import UNTRACKED, parcels_of, shipped_units

TRACKING = re.compile(r"[A-Za-z0-9]+")
FIELDS = frozenset({"lineItems", "shippedDate", "shippingCarrierCode", "trackingNumber"})


def create_parcel(call: Call) -> Answer:
    """Send some units of an order's lines in one package; the address of the new document is all the answer there is.

    The documents leave open what a second call for the same package is told: a tracking number that the order has, and units that have
    left, would change what is there, which is the error for that.
    """
    head = find_head(call, missing=400)
    body = call.body if isinstance(call.body, dict) else {}
    unknown = sorted(body.keys() - FIELDS)
    if unknown:
        raise refusal(2004, why=f"a fulfillment has no {', '.join(unknown)}")
    if is_ending(head):
        raise refusal(32600)
    units = _units(head, body.get("lineItems"))
    tracking, carrier = _tracking(body)
    shipped = _shipped(call, body.get("shippedDate"))
    parcels = parcels_of(head)
    sent = shipped_units(head)
    if any(parcel.tracking == tracking != "" for parcel in parcels) or any(_left(head, sent, place) < units[place] for place in units):
        raise refusal(34500)
    parcel = Parcel(tracking or _free(parcels), tracking, carrier, shipped, units)
    head.parcels = [*parcels, parcel]
    whole = all(_left(head, shipped_units(head), place) == 0 for place in range(len(head.basket)))
    head.story = replace(head.story, shipped="FULFILLED" if whole else "IN_PROGRESS")
    call.store.orders.stamp(head, "modified", call.now)
    call.did("shipment.create", head.id, tracking or None)
    place = f"{call.home}/sell/fulfillment/v1/order/{head.id}/shipping_fulfillment/{parcel.id}"
    return Answer(None, 201, {"Location": place})


def _units(head: Head, lines: Any) -> dict[int, int]:
    """Return how many units of each line go into the package, by the line's place."""
    if not isinstance(lines, list) or not lines:
        raise refusal(32600)
    places = {line_id(head, place): place for place in range(len(head.basket))}
    units: dict[int, int] = {}
    for line in lines:
        name = line.get("lineItemId") if isinstance(line, dict) else None
        if not isinstance(name, str) or name not in places:
            raise refusal(32200, lineItemId=name)
        if places[name] in units:
            raise refusal(32210)
        quantity = line.get("quantity", 1)
        if not isinstance(quantity, int) or isinstance(quantity, bool) or not 0 < quantity <= head.basket[places[name]][1]:
            raise refusal(32600)
        units[places[name]] = quantity
    return units


def _tracking(body: Mapping[str, Any]) -> tuple[str, str]:
    """Return number and carrier, both or neither of which are given."""
    tracking, carrier = body.get("trackingNumber") or "", body.get("shippingCarrierCode") or ""
    texts = isinstance(tracking, str) and isinstance(carrier, str)
    if not texts or bool(tracking) != bool(carrier) or (tracking and not TRACKING.fullmatch(tracking)):
        raise refusal(32300)
    return tracking, carrier


def _shipped(call: Call, text: Any) -> int:
    if text is None:
        return call.now
    try:
        shipped = instant_of(text)
    except (TypeError, ValueError):
        raise refusal(32500) from None
    if shipped > call.now + DAY:
        raise refusal(32500)
    return shipped


def _left(head: Head, sent: Mapping[int, int], place: int) -> int:
    return head.basket[place][1] - sent.get(place, 0)


def _free(parcels: list[Parcel]) -> str:
    """Return an id for a package without a number."""
    taken = {parcel.id for parcel in parcels}
    number = UNTRACKED
    while str(number) in taken:
        number += 1
    return str(number)
