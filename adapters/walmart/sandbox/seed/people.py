"""Invented buyers with addresses, each computed from a number, so that nobody has to be stored."""

import uuid
from typing import Any

FIRST = ("Ada", "Bram", "Cleo", "Dario", "Elin", "Femi", "Greta", "Hugo", "Imke", "Jonas", "Kaya", "Lior", "Mina", "Nils", "Oona", "Pavel")
LAST = ("Alder", "Birchwood", "Cedarholm", "Dunmore", "Elmsworth", "Fernley", "Gorse", "Hazelton", "Ivey", "Juniper", "Larch", "Oakes")
ODD_NAMES = ("Zoë 🌸 van der Überwald", "سلمى الحسيني", "O'Malley-Ñandú", "J.", "山田 花子", "Null", "A & B <Trading>", "\u202eRenée\u202c")
STREETS = ("Silo Road", "Windmill Lane", "Depot Street", "Grain Court", "Orchard Way", "Foundry Avenue", "Ferry Landing")
CITIES = (
    ("Port Haven", "CA", "90001"),
    ("Cedar Falls", "OR", "97035-1120"),
    ("Lakeview", "WA", "98052"),
    ("Stonebridge", "NY", "10012"),
    ("Millbrook", "TX", "75001"),
    ("Fort Example", "AE", "09001"),
)
PLACEHOLDER = "nocxemail@walmartone.com"  # shown until the relay address exists


def shipping_address(number: int, *, odd: bool) -> dict[str, Any]:
    """Return where a buyer's parcels go."""
    turn = stirred(number)
    city, state, postcode = CITIES[turn % len(CITIES)]
    address = {
        "name": name_of(number, odd=odd),
        "address1": f"{turn % 980 + 1} {STREETS[turn // 7 % len(STREETS)]}",
        "city": city,
        "state": state,
        "postalCode": postcode,
        "country": "USA",
        "addressType": "OFFICE" if turn % 9 == 4 else "RESIDENTIAL",
    }
    return address | ({"address2": f"Unit {turn % 40 + 1}"} if turn % 4 == 0 else {})


def name_of(number: int, *, odd: bool) -> str:
    """Return a buyer's full name."""
    turn = stirred(number)
    if odd and number % 3 == 0:
        return ODD_NAMES[turn % len(ODD_NAMES)]
    return f"{FIRST[turn % len(FIRST)]} {LAST[turn // 17 % len(LAST)]}"


def buyer_id(number: int) -> str:
    """Return the id the platform gives a buyer with an account."""
    return str(uuid.UUID(int=stirred(number) << 64 | 0x4000_8000_0000_0000 | number))


def relay_address(number: int) -> str:
    """Return the address that forwards to a buyer."""
    return f"{stirred(number):08X}{number:04d}@relay.example.com"


def phone(number: int) -> str:
    """Return a number nobody has."""
    return f"55501{stirred(number) % 100:02d}{number % 1000:03d}"


def stirred(number: int) -> int:
    """Spread neighbouring numbers apart."""
    mixed = (number * 2654435761) & 0xFFFFFFFF
    return mixed ^ (mixed >> 15)
