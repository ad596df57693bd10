"""What a query costs: an object 1, a connection 2 and its node as often as the page is large, by a logarithm.

A mutation costs a sum of its own, which covers the objects of its payload but not what lies deeper, and a little for each variant sent.

The requested cost is worked out on the plan, the actual one by the same rule over what came back: pages as long as they were, a missing
object still 1, an empty connection still 2.
"""

import math
from typing import Any

from adapters.shopify.sandbox.plan import Field, Fields, Selection

CEILING = 1000
ROOT_COUNT = 10
CONNECTION = 2
MUTATION = 10
MUTATIONS = {"refundCreate": 20, "fulfillmentTrackingInfoUpdate": 50}
VARIANT = 0.2
FREE_TYPES = frozenset({"MoneyBag", "MoneyV2", "PageInfo", "LocationAddress", "InventoryItemMeasurement"})
# Nothing below these costs anything: most of an answer need not be looked at again.
NEVER_CHARGED = frozenset({"MoneyBag", "MoneyV2", "PageInfo"})
FREE_FIELDS = frozenset({"Customer.defaultAddress", "Customer.addresses", "InventoryItemMeasurement.weight"})


def page_factor(size: int) -> int:
    """Return how often a page of some size charges its node."""
    return 0 if size <= 0 else max(1, math.floor(2 * math.log(size)))


def requested_cost(fields: Fields) -> int:
    """Return what the fields may cost at most."""
    return sum(_requested(field) for field in fields.entries)


def actual_cost(fields: Fields, data: dict[str, Any] | None) -> int:
    """Return what the answer cost; without data only the roots count."""
    return math.ceil(sum(_actual(field, None if data is None else data.get(field.key)) for field in fields.entries))


def _requested(field: Field) -> int:
    if field.selection is None:
        return 0
    if field.owner == "Mutation":
        return _mutation(field) + sum(_requested(part) - _covered(part) for part in _parts(field))
    if field.answer.endswith("Connection"):
        size = field.arguments.get("first")
        size = field.arguments.get("last") if size is None else size
        return CONNECTION + page_factor(size or 0) * sum(_dearest(node) for node in _nodes(field))
    return _root_count(field) or _dearest(field)


def _sent(field: Field) -> int:
    """Charge the variants that a mutation brings along."""
    arguments = field.arguments
    rows = {"productVariantsBulkCreate": arguments.get("variants"), "productSet": (arguments.get("input") or {}).get("variants")}
    return round(VARIANT * len(rows.get(field.name) or ()))


def _mutation(field: Field) -> int:
    return MUTATIONS.get(field.name, MUTATION) + _sent(field)


def _dearest(field: Field) -> int:
    """Return what one object costs at most, of the dearest type that can stand there."""
    if field.selection is None:
        return 0
    return _own(field) + max((requested_cost(fields) for fields in field.selection.possible()), default=0)


def _nodes(connection: Field) -> list[Field]:
    """Return the fields that ask for a connection's nodes, straight or through its edges."""
    found: list[Field] = []
    for part in _parts(connection):
        if part.name == "nodes":
            found.append(part)
        elif part.name == "edges":
            found += [entry for entry in _parts(part) if entry.name == "node"]
    return found


def _actual(field: Field, value: Any) -> float:
    if field.selection is None or field.answer in NEVER_CHARGED:
        return 0
    if field.owner == "Mutation":
        return _mutation(field) + sum(_below(part, value[part.key]) for part in _parts(field) if value)
    if field.answer.endswith("Connection"):
        return CONNECTION if value is None else CONNECTION + sum(_page(part, value[part.key]) for part in _parts(field))
    if _root_count(field):
        return ROOT_COUNT
    rows = [row for row in value if row is not None] if isinstance(value, list) else [] if value is None else [value]
    return _own(field) + max((_row(field.selection, row) for row in rows), default=0)


def _covered(part: Field) -> int:
    """Return what of a payload's field the mutation itself pays for."""
    if part.selection is None or part.answer.endswith("Connection"):
        return 0
    return _requested(part) if part.answer.endswith("UserError") else _own(part)


def _below(part: Field, value: Any) -> float:
    return 0 if value is None or part.answer.endswith("UserError") else _actual(part, value) - _covered(part)


def _page(part: Field, value: Any) -> float:
    """Charge the nodes of a page that came back: the average node, as often as the page's length says."""
    if part.name not in {"nodes", "edges"} or not value or part.selection is None:
        return 0
    nodes = [(part, row) for row in value]
    if part.name == "edges":
        inner = next((entry for entry in _parts(part) if entry.name == "node"), None)
        nodes = [(inner, row[inner.key]) for row in value] if inner else []
    costs = [_own(node) + _row(node.selection, row) for node, row in nodes if node.selection]
    return page_factor(len(value)) * sum(costs) / len(costs) if costs else 0


def _row(selection: Selection, row: dict[str, Any]) -> float:
    fields = selection.fixed
    if fields is None:
        # The answer itself may not say its type: the dearest of those whose keys it has.
        fitting = [met for met in selection.met.values() if row.keys() == {entry.key for entry in met.entries}]
        return max((sum(_actual(entry, row[entry.key]) for entry in met.entries) for met in fitting), default=0)
    return sum(_actual(entry, row[entry.key]) for entry in fields.entries if entry.selection is not None)


def _parts(field: Field) -> tuple[Field, ...]:
    return field.selection.of(field.answer).entries if field.selection else ()


def _own(field: Field) -> int:
    return 0 if field.answer in FREE_TYPES or f"{field.owner}.{field.name}" in FREE_FIELDS else 1


def _root_count(field: Field) -> int:
    return ROOT_COUNT if field.answer == "Count" and field.owner == "QueryRoot" else 0
