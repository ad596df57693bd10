"""Writes canonical values for the cache and reads them back: a time, then JSON.

The version in every cache key is made from the stored types themselves, so that a release with other fields never reads what an older one
wrote.
"""

import dataclasses
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, get_type_hints

from pydantic import TypeAdapter

from adapters.kit.port import Page
from schema.canonical import Canonical
from schema.customers import Customer
from schema.inventory import InventoryLevel, Location
from schema.keys import Kind
from schema.orders import Order, OrderLine
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
    """A value with the moment the platform gave it; `size` is that of its JSON in bytes. None is a value: the platform has none.

    `notes` is what was worked out of the value and need not be worked out again.
    """

    value: Any
    observed_at: datetime
    size: int = 0
    notes: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)


class Codec:
    """Writes and reads one shape of value."""

    def __init__(self, shape: Any) -> None:
        self._adapter: TypeAdapter[Any] = TypeAdapter(shape | None)

    def write(self, value: Any, observed_at: datetime) -> bytes:
        """Return the bytes that keep a value."""
        return struct.pack(">d", observed_at.timestamp()) + self._adapter.dump_json(value)

    def read(self, raw: bytes) -> Entry:
        """Return what was kept; raises ValueError when it is damaged."""
        try:
            value = self._adapter.validate_json(raw[8:])
        except (KeyError, StopIteration, TypeError) as error:  # extras of a type there is no more
            raise ValueError(str(error)) from error
        return Entry(value, observed(raw), len(raw))


class PageCodec(Codec):
    """Writes and reads a page of a kind."""

    def __init__(self, row: type) -> None:
        super().__init__(tuple[list[row], str | None])  # type: ignore[valid-type]

    def write(self, value: Page, observed_at: datetime) -> bytes:
        """Return the bytes that keep a page."""
        return super().write((list(value.rows), value.cursor), observed_at)

    def read(self, raw: bytes) -> Entry:
        """Return the page that was kept; raises ValueError when it is damaged."""
        entry = super().read(raw)
        if entry.value is None:
            raise ValueError("no page")
        return dataclasses.replace(entry, value=Page(*entry.value))


def observed(raw: bytes) -> datetime:
    """Return when a kept value was observed, without reading the rest of it; raises ValueError when it is damaged."""
    try:
        return datetime.fromtimestamp(struct.unpack(">d", raw[:8])[0], UTC)
    except (struct.error, OverflowError, OSError) as error:
        raise ValueError(str(error)) from error


ENTITIES: dict[Kind, Codec] = {kind: Codec(shape) for kind, shape in TYPES.items()}
PARTS: dict[str, Codec] = {part: Codec(list[shape]) for part, shape in PART_TYPES.items()}  # type: ignore[valid-type]
PAGES: dict[Kind, Codec] = {kind: PageCodec(shape) for kind, shape in TYPES.items()}


def _version() -> str:
    described = sorted((shape.__name__, sorted((name, str(hint)) for name, hint in get_type_hints(shape).items())) for shape in _stored())
    return f"{zlib.crc32(repr(described).encode()):08x}"


def _stored(base: type[Any] = Canonical) -> Iterator[type]:
    """Yield all canonical types. Extras name their own type and need all its fields, so the platforms' types can do without."""
    for shape in base.__subclasses__():
        if shape.__module__.startswith("schema."):
            yield shape
            yield from _stored(shape)


VERSION = _version()
