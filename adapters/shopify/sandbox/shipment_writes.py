"""Mutations of shipments: send, change tracking, call back."""

from collections import defaultdict
from dataclasses import dataclass

from adapters.shopify.sandbox.errors import FieldError
from adapters.shopify.sandbox.nodes import GLOBAL_ID
from adapters.shopify.sandbox.order_state import amounts_of, bill_of, change_order, changed_lines, fulfilment_status, move_stock, order_row
from adapters.shopify.sandbox.payloads import Payload, problem
from adapters.shopify.sandbox.seed.identifiers import BASES, child, gid, iso, order_of
from adapters.shopify.sandbox.seed.orders import Order
from adapters.shopify.sandbox.seed.words import CARRIERS
from adapters.shopify.sandbox.tables import Row
from adapters.shopify.sandbox.work import OPEN_STATES, Work, WorkLine
from adapters.shopify.sandbox.work_fields import add_work, work_at, work_of
from adapters.shopify.sandbox.writing import Arguments, Write, number_of

KNOWN_CARRIERS = frozenset(CARRIERS[:-1])  # for these the platform makes the address itself
TWICE = (("number", "numbers"), ("url", "urls"))


@dataclass(frozen=True, slots=True)
class _Part:
    """Units of one line of a fulfillment order that go into a parcel."""

    work: Work
    line: WorkLine
    units: int


def create_shipment(write: Write, arguments: Arguments) -> Payload:
    """Send units of one order from one location."""
    asked = arguments["fulfillment"]
    groups = asked["lineItemsByFulfillmentOrder"]
    problems = _quantity_problems(groups) + _tracking_problems(asked.get("trackingInfo") or {}, "fulfillment", "trackingInfo")
    if problems:
        return Payload(*problems)
    found = [work_at(write.store, _work_number(group["fulfillmentOrderId"])) for group in groups]
    whole = [pair for pair in found if pair is not None and pair[0].created >= write.view.oldest_order]
    wrong = _group_problem(whole, len(groups))
    if wrong is not None:
        return Payload(problem(wrong, "fulfillment"))
    parts: list[_Part] = []
    for group, (_, work) in zip(groups, whole, strict=True):
        taken = _parts(work, group.get("fulfillmentOrderLineItems"))
        if isinstance(taken, str):
            return Payload(problem(taken, "fulfillment"))
        parts += taken
    number = _send(write, whole[0][0], parts, _tracking(asked.get("trackingInfo") or {}))
    return Payload(fulfillment=write.store.child("Fulfillment", number))


def update_tracking(write: Write, arguments: Arguments) -> Payload:
    """Replace the tracking of a shipment, called back or not."""
    asked = arguments["trackingInfoInput"]
    number, head = _shipment(write, arguments["fulfillmentId"])
    if head is None:
        return Payload(problem("Fulfillment does not exist.", "fulfillmentId"))
    problems = _tracking_problems(asked, "trackingInfoInput")
    if problems:
        return Payload(*problems)
    tracking = _tracking(asked)
    _change_shipment(write, head, number, {"trackingInfo": tracking})
    write.effect("shipment.update", gid("Order", head.id), tracking[0]["number"] if tracking else None)
    return Payload(fulfillment=write.store.child("Fulfillment", number))


def cancel_shipment(write: Write, arguments: Arguments) -> Payload:
    """Call a shipment back: its units wait again, in a fulfillment order of their own. A second time changes nothing."""
    number, head = _shipment(write, arguments["id"])
    if head is None:
        return Payload(problem("Fulfillment does not exist.", "id"))
    parcel = write.store.child("Fulfillment", number) or {}
    if parcel["status"] != "CANCELLED":
        _call_back(write, head, number, parcel)
    return Payload(fulfillment=write.store.child("Fulfillment", number))


def _quantity_problems(groups: list[Row]) -> list[Row]:
    return [
        problem(
            "Quantity must be greater than 0",
            "fulfillment", "lineItemsByFulfillmentOrder", at, "fulfillmentOrderLineItems", place, "quantity",
        )
        for at, group in enumerate(groups)
        for place, row in enumerate(group.get("fulfillmentOrderLineItems") or ())
        if row["quantity"] <= 0
    ]  # fmt: skip


def _tracking_problems(asked: Row, *path: str) -> list[Row]:
    return [
        problem(f"Only one of {one} and {many} can be given", *path)
        for one, many in TWICE
        if asked.get(one) is not None and asked.get(many) is not None
    ]


def _work_number(identity: str) -> int:
    match = GLOBAL_ID.fullmatch(identity)
    number = int(match.group(2)) if match and match.group(1) == "FulfillmentOrder" and match.group(2).isdigit() else 0
    if not number:
        raise FieldError("invalid id", "RESOURCE_NOT_FOUND")
    return number


def _group_problem(found: list[tuple[Order, Work]], asked: int) -> str | None:
    if not found or len(found) < asked:
        return "Fulfillment order does not exist."
    orders = sorted({head.id for head, _ in found})
    if len(orders) > 1:
        return f"All fulfillment orders must belong to the same order. Multiple orders with ids {orders} were found."
    places = sorted({BASES["Location"] + work.place for _, work in found})
    if len(places) > 1:
        return f"All fulfillment orders must be assigned to a single location. Multiple locations with ids {places} were found."
    return next(
        (
            f"Fulfillment order {work.number} has an unfulfillable status= {work.status.lower()}."
            for _, work in found
            if work.status not in OPEN_STATES
        ),
        None,
    )


def _parts(work: Work, asked: list[Row] | None) -> list[_Part] | str:
    """Return what is to be sent of one fulfillment order: all that remains, unless lines are named."""
    if not asked:
        return [_Part(work, line, line.remaining) for line in work.lines if line.remaining]
    wanted: dict[int, int] = defaultdict(int)
    for row in asked:
        wanted[number_of(row["id"], "FulfillmentOrderLineItem")] += row["quantity"]
    lines = {line.number: line for line in work.lines}
    if not wanted.keys() <= lines.keys():
        return "Fulfillment order line item does not exist."
    if any(units > lines[number].remaining for number, units in wanted.items()):
        return "Invalid fulfillment order line item quantity requested."
    return [_Part(work, lines[number], units) for number, units in wanted.items()]


def _tracking(asked: Row) -> list[Row]:
    """Write tracking as the wire shows it: numbers and addresses go together by their places."""
    numbers = asked.get("numbers") or ([asked["number"]] if asked.get("number") else [])
    addresses = asked.get("urls") or ([asked["url"]] if asked.get("url") else [])
    company = asked.get("company")
    rows: list[Row] = []
    for at in range(max(len(numbers), len(addresses), 1 if company else 0)):
        number = numbers[at] if at < len(numbers) else None
        derived = f"https://track.example.com/{number}" if number and company in KNOWN_CARRIERS else None
        rows.append({"company": company, "number": number, "url": addresses[at] if at < len(addresses) else derived})
    return rows


def _send(write: Write, head: Order, parts: list[_Part], tracking: list[Row]) -> int:
    store, moment = write.store, write.moment
    row = order_row(store, head)
    place = parts[0].work.place if parts else 0
    units: dict[int, int] = defaultdict(int)
    for part in parts:
        units[part.line.at] += part.units
        part.work.take(part.line.at, part.units, moment)
        move_stock(store, row["lineItems"][part.line.at], place, "committed", -part.units, moment)
    parcel = _parcel_row(write, head, row, dict(units), tracking, place)
    lines = changed_lines(row, {at: {"unfulfilledQuantity": -count} for at, count in units.items()})
    parcels = [*row["fulfillments"], parcel]
    status = fulfilment_status(store, head, lines, parcels)
    laid = {"lineItems": lines, "fulfillments": parcels, "displayFulfillmentStatus": status}
    change_order(store, head, laid, moment)
    write.effect("shipment.create", gid("Order", head.id), tracking[0]["number"] if tracking else None)
    return int(parcel["legacyResourceId"])


def _parcel_row(write: Write, head: Order, row: Row, units: dict[int, int], tracking: list[Row], place: int) -> Row:
    at, moment = len(row["fulfillments"]), iso(write.moment)
    number = child("Fulfillment", head.index, at)
    return {
        "__typename": "Fulfillment",
        "id": gid("Fulfillment", number),
        "legacyResourceId": str(number),
        "order": head.id,
        "name": f"{head.name}-F{at + 1}",
        "status": "SUCCESS",
        "displayStatus": "FULFILLED",
        "totalQuantity": sum(units.values()),
        "requiresShipping": any(row["lineItems"][line]["requiresShipping"] for line in units),
        "createdAt": moment,
        "updatedAt": moment,
        "inTransitAt": None,
        "deliveredAt": None,
        "estimatedDeliveryAt": None,
        "location": BASES["Location"] + place,
        "trackingInfo": tracking,
        "fulfillmentLineItems": _contents(write, head, at, units),
    }


def _contents(write: Write, head: Order, at: int, units: dict[int, int]) -> list[Row]:
    amounts, lines = amounts_of(write.store, head), bill_of(write.store, head).lines
    return [
        {
            "__typename": "FulfillmentLineItem",
            "id": gid("FulfillmentLineItem", child("FulfillmentLineItem", head.index, at * 1_000 + place)),
            "lineItem": line,
            "quantity": count,
            "originalTotalSet": amounts.bag(lines[line].part(lines[line].gross, count)),
            "discountedTotalSet": amounts.bag(lines[line].part(lines[line].net, count)),
        }
        for place, (line, count) in enumerate(units.items())
    ]


def _shipment(write: Write, identity: str) -> tuple[int, Order | None]:
    number = number_of(identity, "Fulfillment")
    head = write.store.orders.heads.get(BASES["Order"] + order_of("Fulfillment", number))
    known = head is not None and head.created >= write.view.oldest_order and write.store.child("Fulfillment", number) is not None
    return number, head if known else None


def _change_shipment(write: Write, head: Order, number: int, laid: Row) -> None:
    row = order_row(write.store, head)
    identity = gid("Fulfillment", number)
    fresh = {"updatedAt": iso(write.moment), **laid}
    parcels = [{**parcel, **fresh} if parcel["id"] == identity else parcel for parcel in row["fulfillments"]]
    change_order(write.store, head, {"fulfillments": parcels}, write.moment)


def _call_back(write: Write, head: Order, number: int, parcel: Row) -> None:
    store, moment = write.store, write.moment
    work_of(store, head)  # what is to be sent is worked out from the order as it was
    units = [(content["lineItem"], content["quantity"]) for content in parcel["fulfillmentLineItems"]]
    _change_shipment(write, head, number, {"status": "CANCELLED", "displayStatus": "CANCELED"})
    head = store.orders.heads[head.id]
    place = parcel["location"] - BASES["Location"]
    add_work(store, head, place, units, moment)
    row = order_row(store, head)
    lines = changed_lines(row, {at: {"unfulfilledQuantity": count} for at, count in units})
    for at, count in units:
        move_stock(store, lines[at], place, "committed", count, moment)
    status = fulfilment_status(store, head, lines, row["fulfillments"])
    change_order(store, head, {"lineItems": lines, "displayFulfillmentStatus": status}, moment)
    tracking = parcel["trackingInfo"]
    write.effect("shipment.update", gid("Order", head.id), tracking[0]["number"] if tracking else None)
