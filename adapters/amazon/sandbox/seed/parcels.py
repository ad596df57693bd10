"""The parcels of an order that the seller ships: what is in each, where it is, and those that were cancelled or wait for a label."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from adapters.amazon.sandbox.instants import text_of
from adapters.amazon.sandbox.seed.facts import Facts
from adapters.amazon.sandbox.seed.lines import Line
from adapters.amazon.sandbox.seed.orders import LONG_ORDER, SHIPPING, OrderHead
from adapters.amazon.sandbox.seed.people import warehouse

WAITING = (("PENDING", "PENDING_SCHEDULE"), ("PENDING", "PENDING_PICK_UP"), ("PENDING", "PENDING_DROP_OFF"))
UNDER_WAY = (
    ("DELIVERED", "DELIVERED"),
    ("SHIPPED", "PICKED_UP"),
    ("IN_TRANSIT", "AT_ORIGIN_FC"),
    ("DELIVERED", "DELIVERED"),
    ("SHIPPED", "DROPPED_OFF"),
    ("IN_TRANSIT", "AT_DESTINATION_FC"),
    ("IN_TRANSIT", "OUT_FOR_DELIVERY"),
    ("UNDELIVERABLE", "REJECTED_BY_BUYER"),
    ("UNDELIVERABLE", "UNDELIVERABLE"),
    ("UNDELIVERABLE", "RETURNING_TO_SELLER"),
    ("UNDELIVERABLE", "RETURNED_TO_SELLER"),
    ("IN_TRANSIT", "LOST"),
    ("IN_TRANSIT", "DAMAGED"),
)
CARRIERS = (
    ("UPS", "UPS Ground", "1Z999AA1"),
    ("USPS", "Priority Mail", "94001118"),
    ("DHL", "DHL Parcel", "JJD00039"),
    ("Other", "Van of the Valley", "VV"),
)
NOWHERE = frozenset({"PENDING", "CANCELLED"})


@dataclass(frozen=True, slots=True)
class Parcel:
    """One parcel; `units` has the quantity by line number, `shipped` is None until a carrier has it.

    What the seller has told of it stands in `carrier`, `service` and `tracking`; None is for the seed to fill.
    """

    reference: str
    created: int
    shipped: int | None
    status: str
    detailed: str
    units: Counter[int]
    carrier: str | None = None
    service: str | None = None
    tracking: str | None = None


def parcels_of(head: OrderHead, lines: Sequence[Line]) -> list[Parcel]:
    """Return an order's parcels; there are none that the seller could see when Amazon ships."""
    if head.amazon:
        return []
    units = [number for number, line in enumerate(lines) for _ in range(line.quantity)]
    if head.status == "UNSHIPPED" and head.place % 2:
        return [_parcel(head, 0, WAITING[head.place // 2 % len(WAITING)], units)]
    if head.status not in SHIPPING:
        return []
    if head.status == "PARTIALLY_SHIPPED":
        units = units[: max(1, len(units) // 2)]
    # The longest order goes out in so many parcels that every state is seen once.
    count = min(len(UNDER_WAY) if head.place == LONG_ORDER else 1 + head.place // 2 % 3, len(units))
    size = -(-len(units) // count)
    parts = [units[start : start + size] for start in range(0, len(units), size)]
    found = [_parcel(head, spot + 1, UNDER_WAY[(head.place // 2 + spot) % len(UNDER_WAY)], part) for spot, part in enumerate(parts)]
    if head.place % 4 == 0:
        found.insert(0, _parcel(head, 0, ("CANCELLED", "LABEL_CANCELLED"), parts[0]))
    return found


def shipped_units(parcels: Sequence[Parcel]) -> Counter[int]:
    """Return how many units of each line have left; parcels that wait or were cancelled do not count."""
    sent: Counter[int] = Counter()
    for parcel in parcels:
        if parcel.status not in NOWHERE:
            sent += parcel.units
    return sent


def parcel_row(facts: Facts, head: OrderHead, lines: Sequence[Line], parcel: Parcel) -> dict[str, Any]:
    """Write a parcel as orders carry it."""
    draw = Random(f"{facts.name}/parcel/{head.place}/{parcel.reference}")
    carrier, service, prefix = CARRIERS[(head.place + len(parcel.reference)) % len(CARRIERS)]
    row: dict[str, Any] = {
        "packageReferenceId": parcel.reference,
        "createdTime": text_of(parcel.created),
        "packageStatus": {"status": parcel.status, "detailedStatus": parcel.detailed},
        "carrier": carrier if parcel.carrier is None else parcel.carrier,
        "shippingService": service if parcel.service is None else parcel.service,
        "shipFromAddress": warehouse(1, facts.market(head.market).country),
        "packageItems": [{"orderItemId": lines[number].id, "quantity": count} for number, count in sorted(parcel.units.items())],
    }
    if parcel.shipped is not None:
        seeded = f"{prefix}{draw.randrange(10**10):010d}"
        row |= {"shipTime": text_of(parcel.shipped), "trackingNumber": seeded if parcel.tracking is None else parcel.tracking}
    return row


def _parcel(head: OrderHead, number: int, word: tuple[str, str], units: Sequence[int]) -> Parcel:
    """Make a parcel in the first half of the time between the order's making and its last change."""
    span = head.updated - head.created
    created = head.created + span * (number + 1) // 30
    # Sellers name their parcels themselves, not always by numbers.
    reference = f"PKG-{head.place}-{number:03d}" if head.place % 5 == 2 else str(number + 1)
    return Parcel(reference, created, None if word[0] in NOWHERE else created + span // 20, *word, Counter(units))
