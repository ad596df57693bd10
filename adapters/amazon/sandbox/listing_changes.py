"""What a change of a listing asks for, whichever way it was sent, and what the listing's attributes are when it is made.

Attributes are lists of rows. A row belongs to the marketplace it names, a row of stock to all of them; within a list a row is known by its
selectors. `merge` keeps what it does not name, `replace` and `add` drop all that was there in the marketplaces asked for.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.amazon.sandbox.markets import Market
from adapters.amazon.sandbox.seed.listing_rows import OFFER, STOCK

Row = dict[str, Any]
Rows = list[Row]
PREFIX = "/attributes/"
REQUIREMENTS = ("LISTING", "LISTING_PRODUCT_ONLY", "LISTING_OFFER_ONLY")
SELECTORS: dict[str, Mapping[str, Any]] = {
    STOCK: {"fulfillment_channel_code": None},
    OFFER: {"marketplace_id": None, "audience": "ALL"},
}
USUAL_SELECTORS: Mapping[str, Any] = {"marketplace_id": None, "language_tag": None}


class MalformedError(Exception):
    """A change that cannot be understood."""


@dataclass(frozen=True, slots=True)
class Patch:
    """What is done to one attribute; `rows` is None where a deletion names none."""

    op: str
    name: str
    rows: Rows | None


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one SKU; `kind` is UPDATE (everything is replaced), PATCH or DELETE."""

    sku: str
    markets: tuple[Market, ...]
    kind: str
    product_type: str = ""
    requirements: str = REQUIREMENTS[0]
    patches: tuple[Patch, ...] = ()

    @property
    def sent(self) -> dict[str, Rows]:
        """The attributes named, as they were sent."""
        return {patch.name: patch.rows or [] for patch in self.patches}

    def result(self, before: Mapping[str, Rows]) -> dict[str, Rows]:
        """Return the attributes after the change."""
        here = frozenset(market.id for market in self.markets)
        after = {name: _elsewhere(name, rows, here) if self.kind == "UPDATE" else list(rows) for name, rows in before.items()}
        for patch in self.patches:
            rows = None if patch.rows is None else _placed(patch.name, patch.rows, self.markets)
            after[patch.name] = OPS[patch.op](patch.name, after.get(patch.name, []), rows, here)
        return {name: rows for name, rows in after.items() if rows}


def change_of(sku: str, markets: Sequence[Market], kind: str, wish: Any) -> Change:
    """Read a change: `kind` as feeds call it. MalformedError for what cannot be understood."""
    if kind == "DELETE":
        return Change(sku, tuple(markets), kind)
    if not isinstance(wish, dict) or not isinstance(wish.get("productType"), str) or not wish["productType"]:
        raise MalformedError
    requirements = wish.get("requirements", REQUIREMENTS[0])
    if requirements not in REQUIREMENTS:
        raise MalformedError
    patches = _patches(wish) if kind == "PATCH" else _attributes(wish)
    return Change(sku, tuple(markets), "UPDATE" if kind == "UPDATE" else "PATCH", wish["productType"], requirements, patches)


def selector(name: str, row: Row) -> tuple[Any, ...]:
    """Return what tells a row of an attribute from the others."""
    return tuple(row.get(key, usual) for key, usual in SELECTORS.get(name, USUAL_SELECTORS).items())


def _patches(wish: Row) -> tuple[Patch, ...]:
    found = wish.get("patches")
    if not isinstance(found, list) or not found:
        raise MalformedError
    return tuple(_patch(each) for each in found)


def _patch(each: Any) -> Patch:
    """Read one operation; only whole attributes can be reached."""
    if not isinstance(each, dict) or each.get("op") not in OPS or not str(each.get("path", "")).startswith(PREFIX):
        raise MalformedError
    name = each["path"].removeprefix(PREFIX)
    if not name or "/" in name or (each["op"] != "delete" and "value" not in each):
        raise MalformedError
    return Patch(each["op"], name, _rows(each["value"]) if "value" in each else None)


def _attributes(wish: Row) -> tuple[Patch, ...]:
    found = wish.get("attributes")
    if not isinstance(found, dict):
        raise MalformedError
    return tuple(Patch("replace", name, _rows(value)) for name, value in found.items())


def _rows(value: Any) -> Rows:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise MalformedError
    return value


def _placed(name: str, rows: Rows, markets: Sequence[Market]) -> Rows:
    """Give each row its marketplace; stock has none."""
    if name == STOCK:
        return [{key: value for key, value in row.items() if key != "marketplace_id"} for row in rows]
    return [{**row, "marketplace_id": name} for row in rows for name in _homes(row, markets)]


def _homes(row: Row, markets: Sequence[Market]) -> list[str]:
    return [row["marketplace_id"]] if "marketplace_id" in row else [market.id for market in markets]


def _elsewhere(name: str, rows: Rows, here: frozenset[str]) -> Rows:
    return [] if name == STOCK else [row for row in rows if row.get("marketplace_id") not in here]


def _replace(name: str, before: Rows, rows: Rows | None, here: frozenset[str]) -> Rows:
    return [*_elsewhere(name, before, here), *(rows or [])]


def _merge(name: str, before: Rows, rows: Rows | None, here: frozenset[str]) -> Rows:
    after = list(before)
    for row in rows or []:
        spot = next((spot for spot, old in enumerate(after) if selector(name, old) == selector(name, row)), None)
        if spot is None:
            after.append(row)
        else:
            after[spot] = {**after[spot], **row}
    if name == STOCK and rows:
        # A listing is stocked in one place: who writes the seller's own stock of what Amazon keeps takes it from there.
        return [row for row in after if selector(name, row) == selector(name, rows[-1])]
    return after


def _delete(name: str, before: Rows, rows: Rows | None, here: frozenset[str]) -> Rows:
    if rows is None:
        return _elsewhere(name, before, here)
    gone = [selector(name, row) for row in rows]
    return [row for row in before if selector(name, row) not in gone]


OPS: dict[str, Callable[[str, Rows, Rows | None, frozenset[str]], Rows]] = {
    "add": _replace,
    "replace": _replace,
    "merge": _merge,
    "delete": _delete,
}
