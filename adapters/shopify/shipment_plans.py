"""What is to be shipped from where: a plan made of the work that an order still has open.

Pure, and plain JSON, because a plan is kept in the journal: a shipment whose making has an unknown end is known again by its location, its
lines and its tracking number, among those that were not there when the plan was made.

A step: {"location": id, "number": text or null, "lines": {line: units}, "work": [{"id": id, "lines": {id: units}}]}; work without lines is
all that is left of it.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.shopify.values import Json, id_of, nodes
from schema.commands import LineUnits, ShipmentCreate
from schema.errors import Category

SHIP = "CREATE_FULFILLMENT"
ENDED = frozenset({"CANCELLED", "ERROR", "FAILURE"})  # shipments that are none


def steps(command: ShipmentCreate, order: Json) -> list[Json] | PlatformError:
    """Return a step for each location something is shipped from, or why it can't be."""
    work = [each for each in nodes(order["fulfillmentOrders"]) if _open(each)]
    if command.location is not None:
        work = [each for each in work if _location(each) == command.location]
    if not work:
        return _nothing_open(order, command.location)
    taken = _taken(command, work) if command.lines else _all_of(work)
    if isinstance(taken, PlatformError):
        return taken
    made: dict[str | None, Json] = {}
    for each, units in taken:
        number = command.tracking.number
        step = made.setdefault(_location(each), {"location": _location(each), "number": number, "lines": {}, "work": []})
        step["work"].append({"id": each["id"], "lines": units if command.lines else {}})
        for item in nodes(each["lineItems"]):
            if item["id"] in units:
                line = item["lineItem"]["id"]
                step["lines"][line] = step["lines"].get(line, 0) + units[item["id"]]
    return list(made.values())


def renewed(step: Json, command: ShipmentCreate, order: Json) -> list[Json] | PlatformError:
    """Return what a step that was not done yet takes now: the ids of open work change."""
    lines = tuple(LineUnits(line, units) for line, units in step["lines"].items())
    return steps(dataclasses.replace(command, lines=lines, location=step["location"]), order)


def found(step: Json, shipments: Sequence[Json], others: set[str]) -> str | None:
    """Return the id of the shipment that a step made, None when there is none; `others` are known to be something else."""
    for each in shipments:
        if each["id"] not in others and each.get("status") not in ENDED and _is(step, each):
            return str(each["id"])
    return None


def left(plan: Sequence[Json], order: Json, before: Sequence[str]) -> tuple[list[Json], list[str]]:
    """Return the steps of a plan that are not done yet, and the ids of the shipments the others made."""
    others, missing, made = set(before), [], []
    for step in plan:
        shipment = found(step, order["fulfillments"], others)
        if shipment is None:
            missing.append(step)
        else:
            others.add(shipment)
            made.append(shipment)
    return missing, made


def asked(command: ShipmentCreate) -> Json:
    """Return what tells one command from another: a plan serves only the command it was made for."""
    lines = sorted([each.line, each.quantity] for each in command.lines)
    return {"lines": lines, "location": command.location, "number": command.tracking.number}


def _taken(command: ShipmentCreate, work: Sequence[Json]) -> list[tuple[Json, Mapping[str, int]]] | PlatformError:
    """Spread the wanted units over the open work, beginning where all of them lie together, if that is so anywhere."""
    wanted: dict[str, int] = {}
    for asked_for in command.lines:
        wanted[asked_for.line] = wanted.get(asked_for.line, 0) + asked_for.quantity
    places = list(dict.fromkeys(map(_location, work)))
    whole = next((place for place in places if _covers([each for each in work if _location(each) == place], wanted)), None)
    made: list[tuple[Json, Mapping[str, int]]] = []
    for each in sorted(work, key=lambda one: _location(one) != whole):
        units: dict[str, int] = {}
        for item in nodes(each["lineItems"]):
            line = item["lineItem"]["id"]
            taken = min(wanted.get(line, 0), item["remainingQuantity"])
            if taken > 0:
                units[item["id"]] = taken
                wanted[line] -= taken
        if units:
            made.append((each, units))
    return _over(wanted) or made


def _all_of(work: Sequence[Json]) -> list[tuple[Json, Mapping[str, int]]]:
    return [
        (each, {item["id"]: item["remainingQuantity"] for item in nodes(each["lineItems"]) if item["remainingQuantity"]}) for each in work
    ]


def _covers(work: Sequence[Json], wanted: Mapping[str, int]) -> bool:
    there: dict[str, int] = {}
    for each in work:
        for item in nodes(each["lineItems"]):
            there[item["lineItem"]["id"]] = there.get(item["lineItem"]["id"], 0) + item["remainingQuantity"]
    return all(there.get(line, 0) >= units for line, units in wanted.items())


def _over(wanted: Mapping[str, int]) -> PlatformError | None:
    over = [f"{units} of {line}" for line, units in wanted.items() if units > 0]
    if not over:
        return None
    message = f"More units are to be shipped than can be: too many by {', '.join(over)}. Read the order again, then decide."
    return PlatformError(Category.CONFLICT, message, code="OVER_QUANTITY")


def _nothing_open(order: Json, location: str | None) -> PlatformError:
    states = sorted({each["status"] for each in nodes(order["fulfillmentOrders"])})
    where = " at that location" if location is not None else ""
    message = f"Nothing of the order can be shipped{where} now; its work is {', '.join(states) or 'none'}. Release or reopen it first."
    return PlatformError(Category.CONFLICT, message, code="UNFULFILLABLE")


def _is(step: Json, shipment: Json) -> bool:
    lines: dict[str, int] = {}
    for each in nodes(shipment["fulfillmentLineItems"]):
        line = id_of(each.get("lineItem")) or ""
        lines[line] = lines.get(line, 0) + each["quantity"]
    numbers = {each.get("number") for each in shipment.get("trackingInfo") or ()}
    right_number = step["number"] is None or step["number"] in numbers
    return right_number and id_of(shipment.get("location")) in {None, step["location"]} and lines == step["lines"]


def _open(work: Json) -> bool:
    return any(each["action"] == SHIP for each in work.get("supportedActions") or ())


def _location(work: Json) -> Any:
    return id_of((work.get("assignedLocation") or {}).get("location"))
