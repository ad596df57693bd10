"""What a shop sells, as plain facts from which product rows, stock and order lines are built.

Prices are in cents of the base currency. A configurable product's variants are products of their own and follow it.
"""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from adapters.magento.sandbox.dates import instant_of
from adapters.magento.sandbox.seed.profiles import Profile

LINES = ("Ridge", "Cinder", "Otter", "Larkspur", "Granite", "Willow", "Borealis", "Juniper", "Talus", "Marsh", "Flint", "Harvest")
GOODS = (
    *("Tent", "Jacket", "Lantern", "Backpack", "Mug", "Blanket", "Compass", "Boots", "Notebook", "Kettle"),
    *("Gloves", "Rope", "Hammock", "Stove", "Map Case", "Whistle", "Poncho", "Flask", "Cap", "Towel"),
)
ODD_NAMES = ("Füller „Extra“ ✒️", "دفتر ملاحظات", "和紙ノート", "Ink &amp; Quill", "100 % <em>Cotton</em>", "x")
ODD_SKUS = ("A/B {0}", "PAPER, A4 {0}", "50% off {0}", "sku with spaces {0}", "ÜMLAUT-{0}", "00{0}")
COLOURS = ("Moss", "Slate", "Rust", "Sand", "Plum", "Frost", "Coal", "Amber", "Teal", "Clay")
SIZES = ("XS", "S", "M", "L", "XL", "XXL", "3XL", "4XL", "5XL", "6XL", "7XL", "8XL")
MOST_SIZES = len(SIZES)
BUNDLED = 3


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something variants differ by; option numbers are unique over all attributes."""

    id: int
    code: str
    label: str
    first_option: int
    words: tuple[str, ...]


COLOUR = Attribute(93, "color", "Color", 4, COLOURS)
SIZE = Attribute(144, "size", "Size", 166, SIZES)
ATTRIBUTES = (COLOUR, SIZE)
COMPOSITE = frozenset({"configurable", "bundle", "grouped"})
UNSHIPPED = frozenset({"virtual", "downloadable"})


@dataclass(frozen=True, slots=True)
class Axis:
    """One choice of a configurable product, as it was given: by which attribute, under which name, with which options."""

    attribute: Attribute
    label: str
    values: tuple[int, ...] = ()


@dataclass(slots=True)
class Ware:
    """A product; `options` are a variant's option numbers, `quantities` its pieces by source, `children` those inside a composite one.

    What was written later lies beside the seed, because old orders go on telling what things cost then: `changes` to the row's own
    fields, `attributes` and `scoped` values of a store view by code (None: none any more), `extension` what replaces the seed's there.
    `made` tells that there is no seed behind it.
    """

    id: int
    sku: str
    name: str
    type: str
    price: int
    created: int
    updated: int
    weight: int = 0
    status: int = 1
    visibility: int = 4
    parent: int = 0
    special: int = 0
    options: tuple[int, ...] = ()
    children: tuple[int, ...] = ()
    quantities: dict[str, int] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    scoped: dict[int, dict[str, Any]] = field(default_factory=dict)
    extension: dict[str, Any] = field(default_factory=dict)
    axes: tuple[Axis, ...] = ()
    made: bool = False

    @property
    def asked(self) -> int:
        """The price a buyer pays, in cents."""
        return self.special or self.price


def make_wares(name: str, profile: Profile) -> dict[int, Ware]:
    """Return every product of a store by id, a composite one before its children."""
    draw = Random(f"{name}/wares")
    since, until = instant_of(profile.since) or 0, instant_of(profile.until) or 0
    wares: dict[int, Ware] = {}
    for place in range(profile.products):
        created = since + (until - since) * place // (2 * profile.products) if place else since
        ware = _ware(draw, place, len(wares) + 1, profile, created, until)
        wares[ware.id] = ware
        count = _variant_count(draw, place, profile)
        if count:
            _vary(draw, ware, count, wares, profile)
        elif place % 11 == 9 and len(wares) > BUNDLED:
            _bundle(ware, place, wares)
    return wares


def new_ware(ware_id: int, created: int, sources: tuple[str, ...]) -> Ware:
    """Return a product that comes in now."""
    return Ware(ware_id, f"NEW-{ware_id:05d}", f"New Arrival {ware_id}", "simple", 1990, created, created, 500, quantities={sources[0]: 10})


def attributes_of(ware: Ware) -> tuple[Attribute, ...]:
    """Return what the variants of a configurable product, or this variant, differ by."""
    return tuple(axis.attribute for axis in ware.axes) or ATTRIBUTES[: len(ware.options)]


def choice_of(ware: Ware, attribute: Attribute) -> int | None:
    """Return which option of an attribute a product is."""
    if attribute.code in ware.attributes:
        given = str(ware.attributes[attribute.code])
        return int(given) if given.isdecimal() else None
    if not ware.parent:
        return None
    return dict(zip(attributes_of(ware), ware.options, strict=True)).get(attribute)


def url_key_of(ware: Ware) -> str:
    """Return the last part of a product's address."""
    return str(ware.attributes.get("url_key", f"product-{ware.id}"))


def special_of(ware: Ware) -> float | None:
    """Return the price a product is offered at, None for one that is not on offer."""
    given = ware.attributes.get("special_price", ware.special / 100 or None)
    return None if given is None else float(given)


def option_label(number: int) -> str:
    """Return the word behind an option's number."""
    attribute = SIZE if number >= SIZE.first_option else COLOUR
    return attribute.words[number - attribute.first_option]


def _variant_count(draw: Random, place: int, profile: Profile) -> int:
    if place == 1:
        return min(profile.variants, len(COLOURS) * MOST_SIZES)
    if place % 5 == 3:
        return draw.randint(2, max(2, min(9, profile.variants)))
    return 0


def _ware(draw: Random, place: int, ware_id: int, profile: Profile, created: int, until: int) -> Ware:
    line, good = LINES[place // len(GOODS) % len(LINES)], GOODS[place % len(GOODS)]
    again = place // (len(LINES) * len(GOODS))
    sku = f"{good[:3].upper()}-{ware_id:04d}"
    name = f"{line} {good}{f' No. {again + 1}' if again else ''}"
    price = draw.randrange(6, 200) * 50 - 1
    ware = Ware(
        ware_id, sku, name, "simple", price, created, min(created + draw.randrange(400) * 86_400, until), draw.randrange(50, 4000, 50)
    )
    ware.special = price * 4 // 5 if draw.random() < 0.12 else 0
    ware.quantities = _quantities(draw, profile)
    if place % 17 == 6:
        ware.type, ware.weight = "virtual", 0
    if place % 29 == 28:
        ware.status = 2
    if profile.odd and place % 4 == 2:
        ware.name, ware.sku = f"{ODD_NAMES[place % len(ODD_NAMES)]} {place}", ODD_SKUS[place % len(ODD_SKUS)].format(ware_id)
    return ware


def _quantities(draw: Random, profile: Profile) -> dict[str, int]:
    """Most goods lie at the first place, some at several, a few are out everywhere."""
    codes = [source.code for source in profile.sources]
    kept = {codes[0]: draw.choice((0, 3, 12, 40, 90, 250))}
    kept.update({code: draw.randrange(60) for code in codes[1:] if draw.random() < 0.5})
    return kept


def _vary(draw: Random, parent: Ware, count: int, wares: dict[int, Ware], profile: Profile) -> None:
    """Make a product configurable, by colour alone or by colour and size."""
    for turn in range(count):
        options: tuple[int, ...] = (COLOUR.first_option + turn % len(COLOURS),)
        if count > len(COLOURS):
            options = (*options, SIZE.first_option + turn // len(COLOURS))
        words = "-".join(option_label(number) for number in options)
        variant_id = len(wares) + 1
        variant = Ware(
            variant_id,
            f"{parent.sku}-{words}",
            f"{parent.name}-{words}",
            "simple",
            parent.price + turn % 4 * 100,
            parent.created,
            parent.updated,
        )
        variant.weight, variant.visibility, variant.parent, variant.options = parent.weight, 1, parent.id, options
        variant.quantities = _quantities(draw, profile)
        wares[variant_id] = variant
    parent.type, parent.price, parent.special, parent.weight, parent.quantities = "configurable", 0, 0, 0, {}
    parent.children = tuple(range(parent.id + 1, parent.id + 1 + count))
    parent.options = wares[parent.id + 1].options


def _bundle(ware: Ware, place: int, wares: dict[int, Ware]) -> None:
    """Make a product a bundle of simple ones, or, every other time, a group of them, which is never sold itself."""
    inside = [one.id for one in wares.values() if one.type == "simple" and not one.parent and one.status == 1 and one.id != ware.id]
    if len(inside) < BUNDLED:
        return
    ware.type = "bundle" if place % 2 else "grouped"
    ware.children = tuple(inside[-BUNDLED:])
    ware.price, ware.special, ware.weight, ware.quantities = 0, 0, 0, {}
