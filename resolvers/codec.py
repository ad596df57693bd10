"""Writes canonical values for the cache and reads them back: a time, then JSON.

The version in every cache key is made from the stored types themselves, so that a release with other fields never reads what an older one
wrote.
"""

import dataclasses
import struct
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, get_type_hints

from pydantic import TypeAdapter

from adapters.kit.port import Page
from schema.customers import Customer
from schema.inventory import InventoryLevel, Location
from schema.keys import Kind
from schema.orders import Order, OrderLine, OrderTotals, Parts
from schema.products import Product, ProductVariant
from schema.refunds import Refund
from schema.shipments import Shipment

TYPES: dict[Kind, type] = {
    Kind.CUSTOMER: Customer,
    Kind.INVENTORY_LEVEL: InventoryLevel,
    Kind.LOCATION: Location,
    Kind.ORDER: Order,
    Kind.PRODUCT: Product,
    Kind.REFUND: Refund,
    Kind.SHIPMENT: Shipment,
    Kind.VARIANT: ProductVariant,
}
PART_TYPES: dict[str, type] = {
    "lines": OrderLine,
    "shipments": Shipment,
    "refunds": Refund,
    "variants": ProductVariant,
    "inventory_levels": InventoryLevel,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A value with the moment the platform gave it; `size` is that of its JSON in bytes. None is a value: the platform has none."""

    value: Any
    observed_at: datetime
    size: int = 0


class Codec:
    """Writes and reads one shape of value."""

    def __init__(self, shape: Any) -> None:
        self._adapter: TypeAdapter[Any] = TypeAdapter(shape | None)

    def write(self, value: Any, observed_at: datetime) -> bytes:
        """Return the bytes that keep a value."""
        return struct.pack(">d", observed_at.timestamp()) + self._adapter.dump_json(value)

    def read(self, raw: bytes) -> Entry:
        """Return what was kept; raises ValueError when it is damaged."""
        return Entry(self._adapter.validate_json(raw[8:]), observed(raw), len(raw))


class PageCodec(Codec):
    """Writes and reads a page of a kind."""

    def __init__(self, row: type) -> None:
        super().__init__(tuple[list[row], str | None])  # type: ignore[valid-type]

    def write(self, value: Page, observed_at: datetime) -> bytes:
        """Return the bytes that keep a page."""
        return super().write((list(value.rows), value.cursor), observed_at)

    def read(self, raw: bytes) -> Entry:
        """Return the page that was kept."""
        entry = super().read(raw)
        return dataclasses.replace(entry, value=Page(*entry.value))


def observed(raw: bytes) -> datetime:
    """Return when a kept value was observed, without reading the rest of it."""
    return datetime.fromtimestamp(struct.unpack(">d", raw[:8])[0], UTC)


ENTITIES: dict[Kind, Codec] = {kind: Codec(shape) for kind, shape in TYPES.items()}
PARTS: dict[str, Codec] = {part: Codec(list[shape]) for part, shape in PART_TYPES.items()}  # type: ignore[valid-type]
PAGES: dict[Kind, Codec] = {kind: PageCodec(shape) for kind, shape in TYPES.items()}


def _version() -> str:
    shapes = [*TYPES.values(), OrderLine, OrderTotals, Parts]
    described = [(shape.__name__, sorted((name, str(hint)) for name, hint in get_type_hints(shape).items())) for shape in shapes]
    return f"{zlib.crc32(repr(described).encode()):08x}"


VERSION = _version()
