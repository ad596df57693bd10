"""Where a seller ships from: the default node whose id is the partner's, a second warehouse, a closed virtual one, a 3PL and WFS."""

from dataclasses import dataclass
from zlib import crc32


@dataclass(frozen=True, slots=True)
class Node:
    """One ship node."""

    id: str
    name: str
    type: str
    status: str = "ACTIVE"
    zone: str = "CST"
    city: str = "Millbrook"
    state: str = "TX"
    postcode: str = "75001"
    carrier: str = "FEDEX"


def partner_of(store: str) -> str:
    """Return a seller's partner id, which is also its default node."""
    return str(10_000_000_000 + crc32(store.encode()) % 900_000_000)


def nodes_of(store: str) -> tuple[Node, ...]:
    """Return a seller's nodes, the default one first."""
    partner = partner_of(store)
    stem = crc32(f"{store}/nodes".encode())
    return (
        Node(partner, "Default Ship Node", "PHYSICAL"),
        Node(f"{stem}57153281", "West Warehouse", "PHYSICAL", zone="PST", city="Cedar Falls", state="OR", postcode="97035", carrier="UPS"),
        Node(f"{stem}70217985", "Drop Ship Vendor", "VIRTUAL", zone="EST", city="Stonebridge", state="NY", postcode="10012"),
        Node(f"{stem}33223041", "Partner Parcel Logistics", "3PL", zone="EST", carrier="3PL_CARRIER"),
        Node(f"{stem}99000001", "Old Barn", "PHYSICAL", status="INACTIVE"),
    )
