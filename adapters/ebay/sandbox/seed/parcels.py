"""The parcels of an order: one document each, made once it left the seller; none is ever changed or taken back."""

from adapters.ebay.sandbox.seed.events import Parcel
from adapters.ebay.sandbox.seed.history import Head

CARRIERS = (("USPS", "9400"), ("UPS", "1Z99"), ("FedEx", "7700"))
SERVICES = {"USPS": "USPSPriority", "UPS": "UPSGround", "FedEx": "FedExHomeDelivery"}
UNTRACKED = 999


def parcels_of(head: Head) -> list[Parcel]:
    """Return the parcels sent so far, first to last. What is `IN_PROGRESS` keeps the last one back."""
    if head.parcels is not None:
        return head.parcels
    if head.story.shipped == "NOT_STARTED":
        return []
    contents = _contents(head)
    if head.story.shipped == "IN_PROGRESS":
        contents = contents[:-1]
    return [_parcel(head, place, units, len(contents)) for place, units in enumerate(contents)]


def shipped_units(head: Head) -> dict[int, int]:
    """Return how many units of each line left the seller, by the line's place."""
    sent: dict[int, int] = {}
    for parcel in parcels_of(head):
        for place, quantity in parcel.units.items():
            sent[place] = sent.get(place, 0) + quantity
    return sent


def carrier_of(head: Head) -> tuple[str, str]:
    """Return the carrier of an order and its service."""
    carrier = CARRIERS[head.number % len(CARRIERS)][0]
    return carrier, SERVICES[carrier]


def _contents(head: Head) -> list[dict[int, int]]:
    """Deal all units into the parcels in turn."""
    boxes: list[dict[int, int]] = [{} for _ in range(head.story.parcels)]
    turn = 0
    for place, (_, quantity) in enumerate(head.basket):
        for _ in range(quantity):
            box = boxes[turn % len(boxes)]
            box[place] = box.get(place, 0) + 1
            turn += 1
    return [box for box in boxes if box]


def _parcel(head: Head, place: int, units: dict[int, int], count: int) -> Parcel:
    carrier, prefix = CARRIERS[head.number % len(CARRIERS)]
    shipped = head.moment(0.3 + 0.3 * place / count)
    if not head.story.tracked:
        return Parcel(str(UNTRACKED + place), "", "", shipped, units)
    tracking = f"{prefix}{head.number:012d}{place:02d}"
    return Parcel(tracking, tracking, carrier, shipped, units)
