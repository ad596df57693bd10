"""What trims an answer: `_fields`, the meta filters and `dp`."""

import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from starlette.datastructures import QueryParams

from adapters.woocommerce.sandbox.table import Row

SUMS = ("discount_total", "discount_tax", "shipping_total", "shipping_tax", "cart_tax", "total", "total_tax")
PARTS = ("subtotal", "subtotal_tax", "tax_total", "shipping_tax_total", "discount", "amount")
MONEY = frozenset((*SUMS, *PARTS))
Wanted = dict[str, Any]


def trim(body: Any, query: QueryParams) -> Any:
    """Keep only the fields named by `_fields`; `a.b` reaches into objects, but never into lists, whose entries have no such keys."""
    if "_fields" not in query:
        return body
    wanted: Wanted = {}
    for name in re.split(r"[\s,]+", query["_fields"].strip()):
        _want(wanted, name.split("."))
    return [_kept(row, wanted) for row in body] if isinstance(body, list) else _kept(body, wanted)


def without_meta(row: Row, values: Mapping[str, Any]) -> Row:
    """Return the row with only the meta entries that `include_meta` names, or without those `exclude_meta` names."""
    included, excluded = values.get("include_meta") or (), values.get("exclude_meta") or ()
    if not (included or excluded) or "meta_data" not in row:
        return row
    kept = [entry for entry in row["meta_data"] if (entry["key"] in included if included else entry["key"] not in excluded)]
    return {**row, "meta_data": kept}


def in_decimals(value: Any, decimals: int | None) -> Any:
    """Return a copy of an order or refund whose money strings have so many decimals; as it is for None."""
    if decimals is None:
        return value
    if isinstance(value, list):
        return [in_decimals(one, decimals) for one in value]
    if not isinstance(value, dict):
        return value
    unit = Decimal(1).scaleb(-abs(decimals))
    return {key: _rounded(one, unit) if key in MONEY else in_decimals(one, decimals) for key, one in value.items()}


def _want(wanted: Wanted, path: Sequence[str]) -> None:
    for part in path[:-1]:
        inner = wanted.setdefault(part, {})
        if inner is True:
            return
        wanted = inner
    wanted[path[-1]] = True


def _kept(row: Any, wanted: Wanted) -> Any:
    if not isinstance(row, dict):
        return []
    return {key: _kept_inside(value, wanted[key]) for key, value in row.items() if key in wanted}


def _kept_inside(value: Any, wanted: Any) -> Any:
    return _kept(value, wanted) if isinstance(value, dict | list) and wanted is not True else value


def _rounded(value: Any, unit: Decimal) -> Any:
    return str(Decimal(value).quantize(unit, ROUND_HALF_UP)) if isinstance(value, str) and value else value
