"""What the seller lists: each row is one item, and items of one variant group are one product to a shopper."""

import uuid
from dataclasses import dataclass, field
from random import Random

from adapters.walmart.sandbox.seed.nodes import nodes_of
from adapters.walmart.sandbox.seed.profiles import Profile

KINDS = ("Prairie", "Meadow", "Barnwood", "Harvest", "Homestead", "Windrow", "Silo", "Orchard", "Creek", "Bluestem", "Acorn", "Ember")
GOODS = ("Throw", "Skillet", "Lantern", "Basket", "Planter", "Apron", "Kettle", "Bench", "Quilt", "Tray", "Trivet", "Grill Brush")
TYPES = {"Throw": "Blankets", "Skillet": "Skillets", "Lantern": "Lanterns", "Basket": "Baskets", "Grill Brush": "Grill Cleaning Tools"}
COLOURS = ("Black", "White", "Red", "Blue", "Green", "Sand", "Slate", "Coral", "Navy", "Olive")
MEASURES = ("XS", "S", "M", "L", "XL", "XXL", "One Size", "Tall", "Wide", "Youth")
ODD_SKUS = ("A/B 1", "100%-OAK", "R&B+1", "what?#2", "ünï-ç", "a;b=c,d", "[x]@(y)!", "'q'*", "{b} race")
LIVE = ("PUBLISHED", "ACTIVE")
# Every published status and lifecycle status, dealt in turn to what is no variant (the places 3 and 5 are groups).
STATES = (
    *(LIVE, LIVE, ("UNPUBLISHED", "ACTIVE"), LIVE, ("READY_TO_PUBLISH", "ACTIVE"), LIVE, ("IN_PROGRESS", "ACTIVE")),
    *(("SYSTEM_PROBLEM", "ACTIVE"), ("STAGE", "ACTIVE"), LIVE, ("UNPUBLISHED", "RETIRED"), ("UNPUBLISHED", "ARCHIVED")),
)
REASONS = {
    "SYSTEM_PROBLEM": "This unpublished reason code is currently unavailable.",
    "RETIRED": "Your item is unpublished because the end date has passed.",
    "ARCHIVED": "Your item is unpublished because the end date has passed.",
    "UNPUBLISHED": "No shipping information was set up for this item.",
}


@dataclass(slots=True)
class Item:
    """One listed item; `price` in cents, `inputs` what the seller sent for each node, `wfs` the pieces that Walmart itself keeps.

    `gone` is an item only old orders still know. `stocked` is when its stock last changed. `former` has the prices it had, each with the
    second it ended. `barcode` is the GTIN of an item that was set up here; `trouble` is why feeds fail to change it.
    """

    place: int
    sku: str
    name: str
    type: str
    price: int
    published: str = "PUBLISHED"
    lifecycle: str = "ACTIVE"
    condition: str = "New"
    group: str = ""
    primary: bool = False
    attributes: tuple[tuple[str, str], ...] = ()
    inputs: dict[str, int] | None = None
    wfs: int | None = None
    stocked: int = 0
    gone: bool = False
    former: list[tuple[int, int]] = field(default_factory=list)
    barcode: str = ""
    trouble: str = ""

    def reprice(self, cents: int, now: int) -> None:
        """Ask another price from now on; what was ordered before keeps its own."""
        self.former.append((now, self.price))
        self.price = cents

    def price_at(self, instant: int) -> int:
        """Return what it cost at a second."""
        return next((price for end, price in self.former if instant < end), self.price)

    @property
    def upc(self) -> str:
        """The twelve digits, blank for every fifth item."""
        return "" if self.place % 5 == 4 and not self.barcode else self.gtin[2:]

    @property
    def gtin(self) -> str:
        """The fourteen digits."""
        if self.barcode:
            return self.barcode
        body = f"{8_100_000_000_0 + self.place * 37:013d}"
        total = sum(int(digit) * (3 if turn % 2 == 0 else 1) for turn, digit in enumerate(body))
        return f"{body}{-total % 10}"

    @property
    def wpid(self) -> str:
        """The platform's own product id."""
        return f"0R{uuid.UUID(int=self.place * 0x9E3779B97F4A7C15 << 20).hex[:14].upper()[-10:]}"

    @property
    def item_id(self) -> str:
        """The number in the address of the item's page; reads of items never show it, only the search does."""
        return str(500_000_000 + self.place * 1_009)


def make_items(store: str, profile: Profile, until: int) -> dict[str, Item]:
    """Return every item of a store by SKU; the last three are gone already."""
    draw = Random(f"{store}/items")
    items: list[Item] = []
    for place in range(profile.products):
        size = _group_size(draw, place, profile)
        head = _single(draw, place, len(items), profile)
        items += [_variant(draw, head, place, len(items) + turn, turn) for turn in range(size)] if size else [head]
    for item in items:
        _stock(draw, item, store, until)
    base = len(items)
    items += [Item(base + turn, f"OLD-{turn + 1}", f"Discontinued Pail No. {turn + 1}", "Pails", 1_450, gone=True) for turn in range(3)]
    return {item.sku: item for item in items}


def new_item(place: int, store: str, until: int) -> Item:
    """Return an item that was just set up."""
    item = Item(place, f"NEW-{place}", f"New Arrival {place}", "Baskets", 1_999)
    item.inputs, item.stocked = {nodes_of(store)[0].id: 10}, until
    return item


def _group_size(draw: Random, place: int, profile: Profile) -> int:
    if place == min(3, profile.products - 1):
        return profile.variants
    if place == 5:
        return min(3, profile.variants)
    if profile.group_every and place % profile.group_every == 1:
        return draw.randint(2, max(2, min(12, profile.variants)))
    return 0


def _single(draw: Random, place: int, item_place: int, profile: Profile) -> Item:
    good = GOODS[place % len(GOODS)]
    again = place // (len(KINDS) * len(GOODS))
    name = f"{KINDS[place // len(GOODS) % len(KINDS)]} {good}{f' No. {again + 1}' if again else ''}"
    sku = f"{good[:3].upper()}-{place:04d}"
    if place in {1, 2} or (profile.odd and place % 4 == 0):
        sku = f"{ODD_SKUS[(place - 1) % len(ODD_SKUS)]}{f' {place}' if place >= len(ODD_SKUS) else ''}"
    item = Item(item_place, sku, name, TYPES.get(good, "Home Decor"), draw.randrange(599, 14_999))
    if not profile.drawn or place % 7 == 0:
        item.published, item.lifecycle = STATES[place % len(STATES)]
    if profile.odd and place % 6 == 5:
        item.condition = "Restored"
    return item


def _variant(draw: Random, head: Item, place: int, item_place: int, turn: int) -> Item:
    colour, measure = COLOURS[turn % 10], MEASURES[turn // 10 % 10]
    item = Item(item_place, f"{head.sku}-{turn + 1:03d}", f"{head.name}, {colour}, {measure}", head.type, head.price + turn % 7 * 50)
    item.group, item.primary = f"VG{place:05d}", turn == 0
    item.attributes = (("actual_color", colour), ("size", measure))
    return item


def _stock(draw: Random, item: Item, store: str, until: int) -> None:
    """Give an item its stock: at the default node, for a third also elsewhere; every eleventh is kept by Walmart alone."""
    default, west, virtual, third_party, _ = nodes_of(store)
    item.stocked = until - draw.randrange(3_600, 30 * 86_400)
    kept_by_walmart = item.place % 11 == 10
    if kept_by_walmart or item.place % 11 == 4:
        item.wfs = draw.randint(0, 90)
    if kept_by_walmart:
        return
    item.inputs = {default.id: draw.randint(0, 180) if item.lifecycle == "ACTIVE" else 0}
    if item.place % 3 == 1:
        item.inputs[west.id] = draw.randint(0, 60)
    if item.place % 12 == 7:
        item.inputs[third_party.id if item.place % 2 else virtual.id] = draw.randint(0, 20)
