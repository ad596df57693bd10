"""The catalogue: what the seller offers, as light rows, from which the platform's documents are written when asked for."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from adapters.ebay.sandbox.seed.profiles import Profile
from adapters.ebay.sandbox.seed.words import CONDITIONS

RANGES: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "collectables": (
        ("Vintage", "Boxed", "Rare", "Restored", "Signed", "Numbered", "Enamel", "Bakelite"),
        ("Rangefinder Camera", "Tin Robot", "Pocket Watch", "Trading Card", "Handheld Console", "Fountain Pen", "Desk Lamp", "Radio"),
        ("Brasswick", "Ottoline", "Pemberley Works", "Quillhaven"),
    ),
    "parts": (
        ("Front", "Rear", "Universal", "Heavy Duty", "Sport", "Classic", "Ceramic", "Chrome"),
        ("Brake Pad Set", "Wiper Blade", "Floor Mat", "Seat Cover", "Oil Filter", "Spark Plug", "Work Glove", "Number Plate Frame"),
        ("Torqueline", "Axlebridge", "Maplegear", "Northmotor"),
    ),
}
COLOURS = ("Red", "Blue", "Black", "Ivory", "Green", "Amber", "Silver", "Plum", "Teal", "Sand")
SIZES = ("XS", "S", "M", "L", "XL", "2XL", "3XL", "4XL", "5XL", "6XL", "7XL", "8XL", "9XL", "10XL", "11XL")
# What is offered of a ware, dealt out in turn: (format, status, state of the listing, on hold).
OFFERS: dict[str, tuple[tuple[str, str, str, bool], ...]] = {
    "listed": (("FIXED_PRICE", "PUBLISHED", "ACTIVE", False),),
    "unpublished": (("FIXED_PRICE", "UNPUBLISHED", "", False),),
    "sold out": (("FIXED_PRICE", "PUBLISHED", "OUT_OF_STOCK", False),),
    "twice": (("FIXED_PRICE", "PUBLISHED", "ACTIVE", False), ("AUCTION", "PUBLISHED", "ACTIVE", False)),
    "never": (),
    "ended": (("FIXED_PRICE", "PUBLISHED", "ENDED", False),),
    "ended by the platform": (("FIXED_PRICE", "PUBLISHED", "EBAY_ENDED", True),),
    "inactive": (("FIXED_PRICE", "PUBLISHED", "INACTIVE", False),),
    "not listed": (("FIXED_PRICE", "PUBLISHED", "NOT_LISTED", False),),
}
TURN = (*OFFERS, "listed", "listed", "listed")
DRAWN = (*(name for name in ("listed",) * 90), *OFFERS)
LARGEST = 2  # the place of the product with the most variants


@dataclass(slots=True)
class Ware:
    """One SKU; `offered` is the number in its offers, `stock` what all locations have, `group` the key of its product if it has one.

    Once it was written over the interface, `item` and `listings` are its documents, and they are all that is told of it; `told` has what
    the last change of each did.
    """

    number: int
    sku: str
    title: str
    brand: str
    price: int
    stock: int
    offered: int
    offers: str
    condition: str
    group: str = ""
    aspects: tuple[tuple[str, str], ...] = ()
    item: dict[str, Any] | None = None
    listings: list[dict[str, Any]] | None = None
    told: dict[str, list[tuple[str, Any]]] = field(default_factory=dict)

    @property
    def listing_id(self) -> str:
        """The listing; all variants of a group share the one of their group."""
        return str(287_400_000_000 + (int(self.group.rsplit("-", 1)[1]) * 7 + 3 if self.group else self.number * 7))

    @property
    def variation_id(self) -> str:
        """The variation within the listing, or nothing."""
        return str(586_000_000_000 + self.number) if self.group else ""


def wares_of(store: str, profile: Profile) -> list[Ware]:
    """Return all SKUs of the seed in the order of their making."""
    draw = Random(f"{store}/wares")
    prefix = store[:3].upper()
    wares: list[Ware] = []
    singles = 0
    for place in range(profile.products):
        pairs = _variants(profile, place)
        price, title, brand = draw.randrange(350, 24_000), *_named(profile, draw)
        for aspects in pairs or [()]:
            group = f"{prefix}-GROUP-{place + 1}" if pairs else ""
            sku = "-".join((f"{prefix}-{place + 1:04d}", *(text.upper() for _, text in aspects)))
            ware = Ware(
                len(wares), sku, title, brand, price + 50 * (len(wares) % 4 if aspects else 0), 0, 0, "listed", "NEW", group, aspects
            )
            _stock(profile, draw, ware, singles)
            wares.append(ware)
        singles += not pairs
    return wares


def new_ware(store: str, number: int) -> Ware:
    """Return a product that the seller adds now."""
    return Ware(number, f"{store[:3].upper()}-NEW-{number:04d}", "Newly Found Curio", "Brasswick", 4200, 5, 5, "listed", "NEW")


def blank_ware(number: int, sku: str) -> Ware:
    """Return a product of which only the SKU is known; old orders would show it by that."""
    return Ware(number, sku, sku, "Brasswick", 1000, 0, 0, "never", "NEW")


def _variants(profile: Profile, place: int) -> list[tuple[tuple[str, str], ...]]:
    count = profile.variants if place == LARGEST else 3 if place % profile.grouped_every == profile.grouped_every - 1 else 0
    pairs = [(("Color", colour), ("Size", size)) for size in SIZES for colour in COLOURS]
    return list(pairs[:count])


def _named(profile: Profile, draw: Random) -> tuple[str, str]:
    adjectives, nouns, brands = RANGES[profile.range]
    brand = draw.choice(brands)
    return f"{brand} {draw.choice(adjectives)} {draw.choice(nouns)}", brand


def _stock(profile: Profile, draw: Random, ware: Ware, singles: int) -> None:
    """Give a ware its numbers: now and then none left, or an offer that shows more or less than there is."""
    turn = draw.randrange(1000) if profile.drawn else ware.number if ware.group else singles
    # The variants of a group are one listing: all of them stay listed.
    ware.offers = "listed" if ware.group else (draw.choice(DRAWN) if profile.drawn else TURN[turn % len(TURN)])
    ware.stock = 0 if ware.offers == "sold out" or turn % 11 == 7 else draw.randrange(1, 60 if ware.group else 12)
    ware.offered = max(0, ware.stock + (0, 0, -1, 2)[turn % 4])
    ware.condition = "NEW" if ware.group else CONDITIONS[singles % len(CONDITIONS)]
