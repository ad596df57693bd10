"""The seller's listings: what is offered, as whom, where, and how it is stocked.

A ware is one SKU. Parents of variations cannot be bought and have no price and no stock of their own.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from adapters.amazon.sandbox.instants import DAY, instant_of
from adapters.amazon.sandbox.seed.profiles import Profile

NOUNS = (
    "Lantern",
    "Kettle",
    "Blanket",
    "Tent Peg Set",
    "Bottle",
    "Field Notebook",
    "Rucksack",
    "Camp Stool",
    "Head Torch",
    "Rope",
    "Mug",
    "Socks",
)
LOOKS = ("Cedar", "Granite", "Heather", "Ochre", "Slate", "Moss", "Amber", "Frost", "Rust", "Fern")
COLORS = ("Red", "Blue", "Green", "Black", "Sand", "Grey", "Plum", "Teal", "White", "Clay")
SIZES = ("XS", "S", "M", "L", "XL", "XXL", "3XL", "4XL", "5XL", "6XL", "7XL", "8XL")
TYPES = ("LANTERN", "KETTLE", "BLANKET", "TENT", "BOTTLE", "NOTEBOOK", "BACKPACK", "CHAIR", "LAMP", "ROPE", "DRINKING_CUP", "SOCKS")
CONDITIONS = (*("new_new",) * 9, "used_like_new", "refurbished_refurbished", "collectible_good", "used_acceptable", "club_club")
STRANGE_SKUS = ("TEA/SET 01", "50%+EXTRA", "Größe-Ü", "0007", "a.b_c~d", "KIT #9 & CO")
STATUSES = (("BUYABLE", "DISCOVERABLE"), ("BUYABLE", "DISCOVERABLE"), ("BUYABLE", "DISCOVERABLE"), ("DISCOVERABLE",), ("BUYABLE",), ())


@dataclass(slots=True)
class Ware:
    """One listing; times are milliseconds since 1970 UTC, `cents` its price in the United States, `places` how many marketplaces have it.

    `stocks` are the units at each supply source, `sequences` the numbers of their last changes. `fba` tells whether Amazon keeps and
    ships it; `quantity` is then what Amazon has. What the seller has written stands in `attributes`, whole, and in the fields that follow
    it: `spots` (the marketplaces it is in, by their place in the store), `prices` (by marketplace, in smallest units), `level`,
    `barcode`, and `issues` that were found after a change was accepted. All of them are replaced, never changed in place: orders hold
    copies of wares.
    """

    place: int
    sku: str
    name: str
    type: str
    cents: int
    quantity: int
    created: int
    updated: int
    status: tuple[str, ...]
    fba: bool = False
    condition: str = "new_new"
    parent: str = ""
    children: list[str] = field(default_factory=list)
    color: str = ""
    size: str = ""
    issue: int = 0
    places: int = 9
    stocks: dict[str, int] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)
    attributes: dict[str, list[dict[str, Any]]] | None = None
    spots: frozenset[int] | None = None
    prices: dict[str, int] = field(default_factory=dict)
    level: str = ""
    barcode: str = ""
    issues: list[dict[str, Any]] = field(default_factory=list)

    def sold_at(self, spot: int) -> bool:
        """Return whether the marketplace at this place has the listing."""
        return spot < self.places if self.spots is None else spot in self.spots

    @property
    def is_parent(self) -> bool:
        """Whether it only holds variations together."""
        return self.level == "parent" or bool(self.children)

    @property
    def asin(self) -> str:
        """The number of the shared catalogue's item."""
        return f"B0{self.place:08X}"

    @property
    def fnsku(self) -> str:
        """Amazon's own label for the seller's units."""
        return f"X0{self.place:08X}"

    @property
    def ean(self) -> str:
        """The barcode, with its check digit."""
        if self.barcode:
            return self.barcode
        digits = f"401{self.place:09d}"
        return digits + str(-sum(int(digit) * (3 if spot % 2 else 1) for spot, digit in enumerate(digits)) % 10)


def make_wares(name: str, profile: Profile) -> dict[str, Ware]:
    """Return the listings of a store by SKU, each parent before its children."""
    draw = Random(f"{name}/wares")
    start, end = instant_of(profile.since), instant_of(profile.until)
    wares: dict[str, Ware] = {}
    place = 1
    for turn in range(profile.products):
        family = list(_family(draw, profile, turn, place))
        place += len(family)
        opened = start - draw.randrange(30, 400) * DAY
        for ware in family:
            ware.created = opened // 1000 * 1000
            ware.updated = max(ware.created, end - draw.randrange(120 * DAY) - DAY) // 1000 * 1000
            wares[ware.sku] = ware
    _tie(list(wares.values())[:6])
    return wares


def new_ware(place: int, sku: str, instant: int) -> Ware:
    """Return a listing that is made now."""
    return Ware(place, sku or f"NEW-{place:05d}", "New Lantern", "LANTERN", 1999, 10, instant, instant, STATUSES[0])


def _family(draw: Random, profile: Profile, turn: int, place: int) -> Iterable[Ware]:
    """Make one product: a listing alone, or a parent and its children."""
    count = profile.variations if turn == 0 else 0
    if turn and profile.variable_every and turn % profile.variable_every == 0:
        count = draw.randrange(2, 9)
    look, noun = LOOKS[turn % len(LOOKS)], NOUNS[turn % len(NOUNS)]
    sku = STRANGE_SKUS[turn - 1] if 1 <= turn <= len(STRANGE_SKUS) else f"{noun[:3].upper()}-{turn:04d}"
    cents = draw.randrange(499, 18_999)
    first = Ware(place, sku, f"{look} {noun}", TYPES[turn % len(TYPES)], cents, draw.randrange(0, 240), 0, 0, _status(turn))
    first.fba, first.condition, first.issue = turn % 3 == 1, CONDITIONS[turn % len(CONDITIONS)], _issue(turn)
    first.places = 1 if turn % 6 == 4 else 9
    first.stocks = _stocks(draw, profile, first)
    if not count:
        yield first
        return
    first.cents = first.quantity = 0
    first.fba, first.status, first.stocks = False, ("DISCOVERABLE",), {}
    children = [_child(draw, profile, first, cents, number) for number in range(count)]
    first.children = [child.sku for child in children]
    yield from (first, *children)


def _child(draw: Random, profile: Profile, parent: Ware, cents: int, number: int) -> Ware:
    color, size = COLORS[number % len(COLORS)], SIZES[number // len(COLORS) % len(SIZES)]
    sku = f"{parent.sku}-{number:03d}-{color[:2].upper()}-{size}"
    name = f"{parent.name} ({color}, {size})"
    child = Ware(parent.place + 1 + number, sku, name, parent.type, cents + 50 * (number % 7), draw.randrange(0, 90), 0, 0, _status(number))
    child.fba, child.parent, child.color, child.size = number % 4 == 3, parent.sku, color, size
    child.stocks = _stocks(draw, profile, child)
    return child


def _status(turn: int) -> tuple[str, ...]:
    return STATUSES[turn % len(STATUSES)]


def _issue(turn: int) -> int:
    return turn % 6 if turn % 2 else 0


def _stocks(draw: Random, profile: Profile, ware: Ware) -> dict[str, int]:
    if ware.fba or not profile.locations:
        return {}
    parts = {f"LOC{number + 1}": draw.randrange(0, 60) for number in range(profile.locations)}
    ware.quantity = sum(parts.values())
    return parts


def _tie(wares: list[Ware]) -> None:
    """Let several listings have been changed in one second, as bulk edits do."""
    for ware in wares[1:]:
        ware.updated = max(wares[0].updated, ware.created)
