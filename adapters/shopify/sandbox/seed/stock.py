"""Locations, and how many pieces of each item lie there: arithmetic on the item's and location's numbers, plus what was changed since."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from adapters.shopify.sandbox.seed.identifiers import BASES, gid, iso
from adapters.shopify.sandbox.seed.money import Row
from adapters.shopify.sandbox.seed.profiles import DAY, Profile
from adapters.shopify.sandbox.seed.words import PLACES, STREETS

PLACE_NAMES = ("Main warehouse", "Old Town shop", "Harbour depot", "Airport kiosk", "Overflow hall")
HELD = ("committed", "reserved", "damaged", "safety_stock", "quality_control")
NAMES = ("available", "on_hand", "incoming", *HELD)


@dataclass(slots=True)
class Place:
    """One location as lists and filters see it."""

    id: int
    index: int
    name: str
    city: str
    country: str
    province: str | None
    postal_code: str
    active: bool
    created: int
    updated: int


@dataclass(frozen=True, slots=True)
class Level:
    """One item at one location; quantities by name."""

    item: int
    place: int
    active: bool
    updated: int
    quantities: Mapping[str, int]


class Stock:
    """Answers every level of a shop without storing any but the changed ones."""

    def __init__(self, seed: int, places: list[Place], moment: int) -> None:
        self.places = places
        self._seed = seed
        self._moment = moment
        self._changed: dict[tuple[int, int], Level] = {}

    def level(self, item: int, place: int) -> Level:
        """Return the level of an item (by index) at a location (by index)."""
        changed = self._changed.get((item, place))
        if changed is not None:
            return changed
        mixed = _mix(self._seed ^ (item << 8) ^ place)
        held = {name: mixed >> shift & mask for name, shift, mask in zip(HELD, (8, 12, 14, 16, 18), (3, 1, 1, 1, 1), strict=True)}
        available = mixed % 61 - (3 if mixed % 61 < 4 else 0)
        updated = self._moment - (mixed >> 20) % (300 * DAY)
        quantities = {"available": available, "on_hand": available + sum(held.values()), "incoming": mixed >> 28 & 7, **held}
        return Level(item, place, self.places[place].active and not self._is_absent(item, place), updated, quantities)

    def levels(self, item: int, *, inactive: bool = False) -> list[Level]:
        """Return the levels of an item in the order of their ids."""
        found = (self.level(item, place.index) for place in self.places)
        return [level for level in found if inactive or level.active]

    def available(self, item: int) -> int:
        """Add up what can be sold over all locations."""
        return sum(level.quantities["available"] for level in self.levels(item))

    def change(self, item: int, place: int, available: int | None, moment: int) -> None:
        """Set what is available of one item at one place, None only moves its time."""
        now = self.level(item, place)
        self.move(item, place, "available", 0 if available is None else available - now.quantities["available"], moment)

    def move(self, item: int, place: int, name: str, delta: int, moment: int) -> None:
        """Add to one named quantity; what is on hand follows everything but what is still to come."""
        now = self.level(item, place)
        quantities = {**now.quantities, name: now.quantities[name] + delta}
        if name != "incoming":
            quantities["on_hand"] += delta
        self._changed[item, place] = replace(now, quantities=quantities, updated=moment)

    def activate(self, item: int, place: int, moment: int) -> None:
        """Begin to keep an item at a place, with what it last had there."""
        self._changed[item, place] = replace(self.level(item, place), active=True, updated=moment)

    def open(self, item: int, moment: int) -> None:
        """Make room for a new item: at the first place, where nothing of it lies yet."""
        nothing = dict.fromkeys(NAMES, 0)
        for place in self.places:
            self._changed[item, place.index] = Level(item, place.index, place.index == 0, moment, nothing)

    def _is_absent(self, item: int, place: int) -> bool:
        return place > 0 and item % (7 + place) == 0


def places(profile: Profile, count: int, start: int, end: int) -> list[Place]:
    """Invent the locations; in an odd shop the last one is closed."""
    cities = PLACES[profile.country][2]
    return [
        Place(
            id=BASES["Location"] + index,
            index=index,
            name=PLACE_NAMES[index % len(PLACE_NAMES)] + (f" {index // len(PLACE_NAMES) + 1}" if index >= len(PLACE_NAMES) else ""),
            city=cities[index % len(cities)][0],
            country=profile.country,
            province=cities[index % len(cities)][2],
            postal_code=cities[index % len(cities)][3],
            active=not (profile.odd and count > 1 and index == count - 1),
            created=start + index,
            updated=end - (index + 1) * 40 * DAY if end - start > 200 * DAY else start + index,
        )
        for index in range(count)
    ]


def place_row(head: Place) -> Row:
    """Write one location as the wire shows it."""
    name, dial, cities = PLACES[head.country]
    street = f"{head.index + 1} {STREETS[head.index % len(STREETS)]}"
    place_in_country = " ".join(part for part in (head.city, head.province, head.postal_code) if part)
    return {
        "__typename": "Location",
        "id": gid("Location", head.id),
        "legacyResourceId": str(head.id),
        "name": head.name,
        "isActive": head.active,
        "isFulfillmentService": False,
        "fulfillsOnlineOrders": head.active and head.index != 1,
        "shipsInventory": head.active,
        "createdAt": iso(head.created),
        "updatedAt": iso(head.updated),
        "deactivatedAt": None if head.active else iso(head.updated),
        "address": {
            "address1": street,
            "address2": None,
            "city": head.city,
            "province": next((known[1] for known in cities if known[2] == head.province), None),
            "provinceCode": head.province,
            "zip": head.postal_code,
            "country": name,
            "countryCode": head.country,
            "phone": f"{dial}{100 + head.index:04d}",
            "formatted": [street, place_in_country, name],
        },
    }


def level_row(level: Level, created: int) -> Row:
    """Write one level as the wire shows it; its names, item and location are looked up when asked for."""
    return {
        "__typename": "InventoryLevel",
        "id": level_id(level.item, level.place),
        "isActive": level.active,
        "canDeactivate": False,
        "createdAt": iso(created),
        "updatedAt": iso(level.updated),
        "level": level,
    }


def quantity_row(level: Level, name: str) -> Row:
    """Write one named quantity of a level; sums have no time of change."""
    owner = level_id(level.item, level.place).replace("InventoryLevel", "InventoryQuantity")
    return {
        "__typename": "InventoryQuantity",
        "id": f"{owner}&name={name}",
        "name": name,
        "quantity": level.quantities[name],
        "updatedAt": iso(level.updated) if name in {"available", "committed"} else None,
    }


def level_id(item: int, place: int) -> str:
    """Return the global id of a level: the location's number, with the item in a query string."""
    return f"{gid('InventoryLevel', BASES['InventoryLevel'] + place)}?inventory_item_id={BASES['InventoryItem'] + item}"


def _mix(value: int) -> int:
    value = (value ^ (value >> 16)) * 0x45D9F3B & 0xFFFFFFFF
    value = (value ^ (value >> 16)) * 0x45D9F3B & 0xFFFFFFFF
    return value ^ (value >> 16)
