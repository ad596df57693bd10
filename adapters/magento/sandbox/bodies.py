"""What a write sends: read from JSON, its names brought to one spelling, and asked for its parts.

The platform takes names in camel case and in snake case, and numbers as texts; what is no number at all is refused by name.
"""

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson

from adapters.magento.sandbox.calls import Call
from adapters.magento.sandbox.errors import ApiError, refusal
from adapters.magento.sandbox.settings import Settings
from adapters.magento.sandbox.table import Row

HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# What the platform calls the entries of a list when it has too many of them.
ENTRIES = {
    "sourceItems": "\\Magento\\InventoryApi\\Api\\Data\\SourceItemInterface",
    "prices": "\\Magento\\Catalog\\Api\\Data\\BasePriceInterface",
    "items": "\\Magento\\Sales\\Api\\Data\\ItemCreationInterface",
    "tracks": "\\Magento\\Sales\\Api\\Data\\ShipmentTrackCreationInterface",
}


def read_json(body: bytes) -> Any:
    """Read a body; an empty one says nothing. ApiError 400 when it is no JSON."""
    try:
        return orjson.loads(body) if body.strip() else {}
    except orjson.JSONDecodeError as error:
        raise refusal("json") from error


def settled(sent: Mapping[str, Any]) -> Row:
    """Return a body whose names are in snake case, but for the outermost, which are parameters."""
    return {name: _snake(value) for name, value in sent.items()}


def check_entities(sent: Mapping[str, Any], most: int) -> None:
    """ApiError 400 when a list has more entries than the store takes; 0 is no limit."""
    for name, value in sent.items():
        if most and isinstance(value, list) and len(value) > most:
            raise refusal("entities", type=ENTRIES.get(name, name), max=most)


def most_entities(settings: Settings, *, queued: bool) -> int:
    """Return how many entries a list may have."""
    return settings.max_async_entities if queued else settings.max_entities


def part(call: Call, name: str) -> Any:
    """Return a parameter that has to be there, under either spelling. ApiError 400 without it."""
    value = call.body.get(name, call.body.get(snake(name)))
    if value is None:
        raise refusal("required", fieldName=name)
    return value


def row_part(call: Call, name: str) -> Row:
    """Return a parameter that is an object."""
    value = part(call, name)
    if not isinstance(value, dict):
        raise refusal("field type", field_name=name, details="An object was expected.")
    return value


def rows_part(call: Call, name: str, *, required: bool = True) -> list[Row]:
    """Return a parameter that is a list of objects."""
    value = part(call, name) if required else call.body.get(name) or []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise refusal("field type", field_name=name, details="A list of objects was expected.")
    return value


def inner(row: Mapping[str, Any], *names: str) -> Row:
    """Return an object inside others, empty where there is none."""
    value: Any = row
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return dict(value) if isinstance(value, Mapping) else {}


def number(row: Mapping[str, Any], name: str) -> float | None:
    """Return a field that is a number, also as a text; None when it is absent. ApiError 400 for anything else."""
    value = row.get(name)
    if value is None:
        return None
    try:
        read = float(value)
    except (TypeError, ValueError) as error:
        raise wrong_type(name, value, "float") from error
    if not math.isfinite(read):
        raise wrong_type(name, value, "float")
    return int(read) if read.is_integer() else read


def whole(row: Mapping[str, Any], name: str) -> int | None:
    """Return a field that is a whole number; None when it is absent. ApiError 400 for anything else."""
    value = number(row, name)
    if isinstance(value, float):
        raise wrong_type(name, row[name], "int")
    return value


def cents(value: float) -> int:
    """Return an amount of money in cents."""
    return int((Decimal(str(value)) * 100).to_integral_value())


def money(value: float) -> str:
    """Show an amount as a text with two decimals, or more where it has more."""
    exact = Decimal(str(value))
    return str(exact.quantize(Decimal("0.01"))) if exact == round(exact, 2) else str(exact)


def wrong_type(name: str, value: Any, kind: str) -> ApiError:
    """Return the answer to a value that can't be what it should be."""
    details = refusal("type", value=value, type=kind).told()
    return refusal("field type", field_name=name, details=details)


def snake(name: str) -> str:
    """Return a name in snake case."""
    return HUMP.sub("_", name).lower()


def _snake(value: Any) -> Any:
    if isinstance(value, list):
        return [_snake(one) for one in value]
    if isinstance(value, dict):
        return {snake(name): _snake(one) for name, one in value.items()}
    return value
