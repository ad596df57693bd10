"""Writes canonical values for the cache and reads them back: a time and a checksum, then JSON.

What was written is packed (`resolvers.packing`) and says nothing of its fields: the checksum tells that it is as it was written, and the
version in every cache key, which is made from the stored types themselves, that no release with other fields ever reads it.
"""

import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

from adapters.kit.port import Page
from resolvers.packing import UNLIKE, Change, described, packing
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

FORMAT = 1  # to be raised when values of the same fields are packed in another way
HEAD = struct.Struct(">dI")  # seconds since 1970, and the checksum of all that follows
SLOWLY = b" "  # stands before JSON that orjson can neither write nor read: whole numbers of any size, and texts that are none


@dataclass(frozen=True, slots=True)
class Entry:
    """A value with the moment the platform gave it; `size` is that of its JSON in bytes. None is a value: the platform has none.

    `notes` is what was worked out of the value and need not be worked out again.
    """

    value: Any
    observed_at: datetime
    size: int = 0
    notes: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Codec:
    """Writes and reads one shape of value: `pack` makes it what JSON has, `unpack` the other way round."""

    pack: Change
    unpack: Change

    def write(self, value: Any, observed_at: datetime) -> bytes:
        """Return the bytes that keep a value."""
        body = _dumps(None if value is None else self.pack(value))
        return HEAD.pack(observed_at.timestamp(), zlib.crc32(body)) + body

    def read(self, raw: bytes) -> Entry:
        """Return what was kept; raises ValueError when it is damaged."""
        body = raw[HEAD.size :]
        if len(raw) < HEAD.size or HEAD.unpack_from(raw)[1] != zlib.crc32(body):
            raise ValueError("it is not what was written")
        found = json.loads(body) if body.startswith(SLOWLY) else orjson.loads(body)
        try:
            value = None if found is None else self.unpack(found)
        except UNLIKE as error:  # extras of a type there is no more
            raise ValueError(str(error)) from error
        return Entry(value, observed(raw), len(raw))


def observed(raw: bytes) -> datetime:
    """Return when a kept value was observed, without reading the rest of it; raises ValueError when it is damaged."""
    try:
        return datetime.fromtimestamp(HEAD.unpack_from(raw)[0], UTC)
    except (struct.error, OverflowError, OSError) as error:
        raise ValueError(str(error)) from error


def _dumps(packed: Any) -> bytes:
    """Return JSON; raises TypeError for what JSON has no place for."""
    try:
        return orjson.dumps(packed)
    except TypeError:
        return SLOWLY + json.dumps(packed, default=_text, separators=(",", ":")).encode()


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} can't be kept")


def _rows(shape: type) -> Codec:
    """Return what writes and reads a list of rows."""
    row = packing(shape)
    return Codec(lambda rows: [row.pack(each) for each in rows], lambda packed: [row.unpack(each) for each in packed])


def _page(shape: type) -> Codec:
    """Return what writes and reads a page."""
    rows = _rows(shape)
    return Codec(lambda page: [rows.pack(page.rows), page.cursor], lambda packed: Page(rows.unpack(packed[0]), packed[1]))


ENTITIES: dict[Kind, Codec] = {kind: Codec(packing(shape).pack, packing(shape).unpack) for kind, shape in TYPES.items()}
PARTS: dict[str, Codec] = {part: _rows(shape) for part, shape in PART_TYPES.items()}
PAGES: dict[Kind, Codec] = {kind: _page(shape) for kind, shape in TYPES.items()}


def _version() -> str:
    return f"{zlib.crc32(repr([FORMAT, *sorted(map(described, _stored()))]).encode()):08x}"


def _stored(base: type[Any] = Canonical) -> Iterator[type]:
    """Yield all canonical types. Extras stand beside a name made from their own fields, so the platforms' types can do without."""
    for shape in base.__subclasses__():
        if shape.__module__.startswith("schema."):
            yield shape
            yield from _stored(shape)


VERSION = _version()
