"""Previews: what a write would change, told from the command and the entity as it is known here."""

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Any

from resolvers.writes.sealing import Contents
from schema.commands import InventoryAdjust, InventorySet, OrderCancel, PriceSet
from schema.keys import camel


def changes_of(contents: Contents, entity: Any) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """Return the fields before (None = the entity is not known here) and after, in the schema's names."""
    command: Any = contents.command
    after = _after(command, entity)
    before = {camel(name): _plain(getattr(entity, name, None)) for name in after} if entity is not None else None
    return before, {camel(name): value for name, value in after.items()}


def _after(command: Any, entity: Any) -> Mapping[str, Any]:
    if isinstance(command, InventorySet):
        return {"available": command.quantity}
    if isinstance(command, InventoryAdjust):
        known = entity is not None and entity.available is not None
        return {"available": entity.available + command.delta} if known else {"delta": command.delta}
    if isinstance(command, PriceSet):
        compare = {} if command.compare_at_price is None else {"compare_at_price": command.compare_at_price or None}
        return {"price": command.price, **compare}
    if isinstance(command, OrderCancel):
        return {"status": "CANCELLED"}
    for part in ("changes", "product", "variant", "customer"):
        fields = getattr(command, part, None)
        if isinstance(fields, dict):
            return fields
    return {}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.name
    if hasattr(value, "amount"):
        return format(value.amount, "f")
    if isinstance(value, Decimal):
        return format(value, "f")
    return value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)
