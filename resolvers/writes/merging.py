"""Merging: several commands that wait in one lane become one, as their operation says (`schema.commands.Merge`)."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from schema.commands import OPERATIONS, Command, Merge, PriceSet, ShipmentUpdate, WriteOperation


def merge(operation: WriteOperation, commands: Sequence[Command]) -> Command:
    """Return the one command that has the effect of all of them, in their order."""
    first, *others = commands
    for other in others:
        first = _TWO[OPERATIONS[operation].merge](first, other)
    return first


def _last(first: Any, then: Any) -> Any:
    """Let the later win; what it leaves alone stays as the earlier wanted it."""
    if isinstance(then, PriceSet) and then.compare_at_price is None:
        return dataclasses.replace(then, compare_at_price=first.compare_at_price)
    if isinstance(then, ShipmentUpdate):
        return dataclasses.replace(then, notify=then.notify or first.notify)
    return then


def _sum(first: Any, then: Any) -> Any:
    return dataclasses.replace(first, delta=first.delta + then.delta)


def _fields(first: Any, then: Any) -> Any:
    """Let the later win field by field; parts of an address are fields too."""
    changes = {**first.changes, **then.changes}
    if "address" in first.changes and "address" in then.changes:
        changes["address"] = {**first.changes["address"], **then.changes["address"]}
    return dataclasses.replace(then, changes=changes)


_TWO: dict[Merge, Callable[[Any, Any], Any]] = {Merge.LAST: _last, Merge.SUM: _sum, Merge.FIELDS: _fields}
