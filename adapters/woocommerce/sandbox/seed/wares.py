"""What the shop sells: products and variations as plain facts, from which rows and order lines are built."""

from dataclasses import dataclass
from random import Random

from adapters.woocommerce.sandbox.seed.profiles import Profile

FIRST_ID = 10
KINDS = (
    *("Harbor", "Night Tide", "Gull", "Anchor", "Driftwood", "Breakwater", "Salt Lane", "Beacon", "Ferry", "Marina"),
    *("Pelican", "Low Tide", "Compass", "Mainsail", "Dockside", "Seagrass", "Keel", "Sandbar", "Foghorn", "Buoy"),
)
GOODS = (
    *("Espresso", "Filter Blend", "Decaf", "Mug", "Pour-Over Cone", "Grinder", "Tote", "Apron", "Kettle", "Cold Brew"),
    *("Scale", "Tamper", "Travel Cup", "Beans", "Syrup", "Filter Papers", "Gift Box", "Teapot", "Milk Jug", "Sampler"),
)
ODD_NAMES = (
    "Kaffee ☕️ \u201eExtra\u201c",
    "قهوة عربية",
    "קפה שחור",
    "抹茶ラテ",
    "Mug &amp; Saucer",
    "100 % <em>Arabica</em>",
    "Crème brûlée 🍮",
    "x",
)
COLOURS = ("Black", "White", "Red", "Blue", "Green", "Sand", "Slate", "Coral", "Navy", "Olive")
SIZES = ("XS", "S", "M", "L", "XL", "XXL", "One", "Tall", "Wide", "Kids")
FINISHES = ("Matte", "Gloss", "Raw", "Waxed", "Brushed", "Speckled", "Ribbed", "Dotted", "Striped", "Plain")
ATTRIBUTES = (("Color", COLOURS, 1), ("Size", SIZES, 0), ("Finish", FINISHES, 0))


@dataclass(slots=True)
class Ware:
    """A product or a variation; prices in the smallest unit, None where unset, `gone` when only old orders still know it."""

    id: int
    parent: int
    type: str
    name: str
    sku: str
    regular: int | None
    sale: int | None = None
    manage_stock: bool | str = True
    quantity: int | None = None
    backorders: str = "no"
    options: tuple[str, ...] = ()
    children: tuple[int, ...] = ()
    status: str = "publish"
    gone: bool = False

    @property
    def price(self) -> int | None:
        """The price a buyer pays."""
        return self.regular if self.sale is None else self.sale

    @property
    def stock_status(self) -> str:
        """Whether it can be bought."""
        if self.quantity is None or self.quantity > 0:
            return "instock"
        return "outofstock" if self.backorders == "no" else "onbackorder"


def make_wares(name: str, profile: Profile, decimals: int) -> dict[int, Ware]:
    """Return every ware of a store by id, parents before their variations; three are gone from the shop already."""
    draw = Random(f"{name}/wares")
    wares = {old: Ware(old, 0, "simple", f"Retired Roast No. {old}", "", 1100, gone=True) for old in (5, 6, 7)}
    next_id = FIRST_ID
    for place in range(profile.products):
        ware = _product(draw, place, next_id, profile, decimals)
        wares[ware.id] = ware
        next_id += 1
        count = _variation_count(draw, place, profile)
        if count:
            varying = attributes_of(count)
            variations = [_variation(draw, ware, next_id + turn, turn, varying, odd=profile.odd) for turn in range(count)]
            ware.type, ware.regular, ware.sale = "variable", None, None
            ware.manage_stock = any(one.manage_stock == "parent" for one in variations)
            ware.quantity = 25 if ware.manage_stock else None
            ware.children = tuple(one.id for one in variations)
            wares.update((one.id, one) for one in variations)
            next_id += count
    return wares


def new_ware(ware_id: int) -> Ware:
    """Return a product that somebody just added."""
    return Ware(ware_id, 0, "simple", f"New Arrival {ware_id}", f"NEW-{ware_id}", 1500, quantity=10)


def attributes_of(count: int) -> int:
    """Return how many attributes it takes to tell so many variations apart."""
    return 1 if count <= len(COLOURS) else 2 if count <= len(COLOURS) * len(SIZES) else 3


def _variation_count(draw: Random, place: int, profile: Profile) -> int:
    if place == min(3, profile.products - 1):
        return profile.variations
    if profile.variable_every and place % profile.variable_every == 1:
        return draw.randint(2, min(12, max(2, profile.variations)))
    return 0


def _product(draw: Random, place: int, ware_id: int, profile: Profile, decimals: int) -> Ware:
    kind, good = KINDS[place // len(GOODS) % len(KINDS)], GOODS[place % len(GOODS)]
    again = place // (len(KINDS) * len(GOODS))
    regular = draw.randrange(6, 120) * (50 if decimals else 30)
    ware = Ware(ware_id, 0, "simple", f"{kind} {good}{f' No. {again + 1}' if again else ''}", f"{good[:3].upper()}-{ware_id:04d}", regular)
    ware.sale = regular * 4 // 5 if draw.random() < 0.15 else None
    ware.manage_stock = draw.random() < 0.85
    ware.quantity = draw.randint(0, 180) if ware.manage_stock else None
    if profile.odd:
        _make_odd(ware, place)
    elif place % 57 == 56:
        ware.status = "draft"
    return ware


def _make_odd(ware: Ware, place: int) -> None:
    turn = place % 10
    if turn in {1, 6}:
        ware.name = f"{ODD_NAMES[place % len(ODD_NAMES)]} {place}"
    if turn == 0:
        ware.regular, ware.sale = None, None
    if turn in {2, 7}:
        ware.sku = ""
    if turn == 4:
        ware.manage_stock, ware.quantity, ware.backorders = True, -3 - place, "notify"
    if turn == 5:
        ware.manage_stock, ware.quantity = True, None
    if turn == 8:
        ware.status = "private"


def _variation(draw: Random, parent: Ware, ware_id: int, turn: int, varying: int, *, odd: bool) -> Ware:
    options = (COLOURS[turn % 10], SIZES[turn // 10 % 10], FINISHES[turn // 100 % 10])[:varying]
    regular = (parent.regular or 900) + turn % 7 * 50
    ware = Ware(ware_id, parent.id, "variation", "", f"{parent.sku or f'V{parent.id}'}-{turn + 1:03d}", regular, options=options)
    ware.manage_stock = True
    ware.quantity = draw.randint(0, 60)
    if odd and turn % 4 == 1:
        ware.manage_stock, ware.quantity = "parent", None
    if odd and turn % 4 == 2:
        ware.sku, ware.quantity, ware.backorders = "", -2, "yes"
    return ware
