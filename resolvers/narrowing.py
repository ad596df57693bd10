"""Filters: from the words of a request to what each store is asked, and to the check every row passes.

Ids in a filter name stores too: a store that none of them names has no rows. The check does not trust the platform to have filtered.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from adapters.kit.port import Filter, Span
from resolvers.streams import everything
from schema.errors import Code, InputError
from schema.filters import TimeRange
from schema.keys import Key, Kind

MOST_IDS = 250

# The ids a filter may hold: what they are ids of, and, where rows hang below them, the part to read.
LINKS: dict[str, tuple[Kind, str | None]] = {
    "customer": (Kind.CUSTOMER, None),
    "product": (Kind.PRODUCT, None),
    "locations": (Kind.LOCATION, None),
    "orders": (Kind.ORDER, ""),
    "variants": (Kind.VARIANT, "inventory_levels"),
}
PARTS_OF_ORDERS = {Kind.SHIPMENT: "shipments", Kind.REFUND: "refunds"}
LISTS = ("numbers", "skus", "statuses", "payment_statuses", "fulfilment_statuses")

CHECKS: dict[str, Callable[[Any, Any], bool]] = {
    "numbers": lambda row, wanted: row.number in wanted,
    "skus": lambda row, wanted: row.sku in wanted,
    "statuses": lambda row, wanted: row.status in wanted,
    "payment_statuses": lambda row, wanted: row.payment_status in wanted,
    "fulfilment_statuses": lambda row, wanted: row.fulfilment_status in wanted,
    "created": lambda row, wanted: _inside(row.created_at, wanted),
    "updated": lambda row, wanted: _inside(row.updated_at, wanted),
    "email": lambda row, wanted: (_email(row) or "").casefold() == wanted.casefold() != "",
    "active": lambda row, wanted: row.is_active is wanted,
    "customer": lambda row, wanted: row.customer_key_id == wanted,
    "product": lambda row, wanted: row.product_key_id == wanted,
    "locations": lambda row, wanted: row.location_key_id in wanted,
}


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A filter, decoded. `ids` and `parents` are looked up instead of listed; `links` are other keys that rows point to."""

    plain: Mapping[str, Any] = field(default_factory=dict)
    ids: tuple[Key, ...] | None = None
    parents: tuple[Key, ...] | None = None
    part: str | None = None
    links: Mapping[str, tuple[Key, ...]] = field(default_factory=dict)

    @property
    def looks_up(self) -> bool:
        """Say whether rows are looked up by what the filter names, instead of listed."""
        return self.ids is not None or self.parents is not None

    def stores(self) -> frozenset[str] | None:
        """Return the only stores that can have rows, None for any. Of an empty list of values none can be met."""
        found: frozenset[str] | None = frozenset() if () in self.plain.values() else None
        for keys in (self.ids, self.parents, *self.links.values()):
            if keys is not None:
                named = frozenset(key.store for key in keys)
                found = named if found is None else found & named
        return found

    def for_store(self, store: str) -> Filter:
        """Return what one store is asked."""
        linked: dict[str, Any] = {}
        for name, keys in self.links.items():
            own = tuple(key.id for key in keys if key.store == store)
            linked[name] = own if name == "locations" else next(iter(own), None)
        return Filter(**self.plain, **linked)

    def admits(self, store: str) -> Callable[[Any], bool]:
        """Return the check for the rows of a store."""
        wanted = self.for_store(store)
        checks = [(check, value) for name, check in CHECKS.items() if (value := getattr(wanted, name)) is not None]
        return (lambda row: all(check(row, value) for check, value in checks)) if checks else everything

    def names(self) -> frozenset[str]:
        """Return the names of the conditions that rows must meet."""
        return frozenset(self.plain) | frozenset(self.links)

    def described(self) -> list[Any]:
        """Return what makes this filter differ from others, for a digest."""
        plain = {name: _plain(value) for name, value in self.plain.items()}
        keys = [[key.encode() for key in keys] if keys is not None else None for keys in (self.ids, self.parents, *self.links.values())]
        return [plain, sorted(self.links), keys]


def narrow(kind: Kind, wanted: Any | None, customer: Key | None = None) -> Narrowing:
    """Read a filter of the API; raises InputError for ids and spans that can't be."""
    given = {name: value for name, value in vars(wanted).items() if value is not None} if wanted is not None else {}
    plain: dict[str, Any] = {}
    links: dict[str, tuple[Key, ...]] = {"customer": (customer,)} if customer else {}
    parents: tuple[Key, ...] | None = None
    part: str | None = None
    for name, value in given.items():
        if name in LINKS:
            linked, below = LINKS[name]
            keys = _keys(name, value if isinstance(value, list) else [value], linked)
            if below is None:
                links[name] = keys
            else:
                parents, part = keys, below or PARTS_OF_ORDERS[kind]
        elif name in LISTS:
            plain[name] = _some(name, value)
        elif isinstance(value, TimeRange):
            plain[name] = _span(name, value)
        elif name != "ids":
            plain[name] = value
    ids = _keys("ids", given["ids"], kind) if "ids" in given else None
    if ids is not None and "text" in plain:
        raise InputError(Code.FILTER_INVALID, "`text` is searched for by the platform and can't be combined with `ids`; use one of them.")
    return Narrowing(plain, ids, parents, part, links)


def _keys(name: str, texts: list[str], kind: Kind) -> tuple[Key, ...]:
    if len(texts) > MOST_IDS:
        raise InputError(Code.TOO_MANY_IDS, f"`{name}` has {len(texts)} ids; ask for at most {MOST_IDS} at once.")
    return tuple(Key.decode(text, kind) for text in texts)


def _some(name: str, values: list[Any]) -> tuple[Any, ...]:
    if len(values) > MOST_IDS:
        raise InputError(Code.FILTER_INVALID, f"`{name}` has {len(values)} values; ask for at most {MOST_IDS} at once.")
    return tuple(values)


def _span(name: str, value: TimeRange) -> Span:
    if value.from_ is not None and value.to is not None and value.from_ >= value.to:
        raise InputError(Code.FILTER_INVALID, f"`{name}` ends before it begins: `from` has to be earlier than `to`.")
    return Span(value.from_, value.to)


def _inside(moment: Any, span: Span) -> bool:
    if moment is None:
        return False
    return (span.start is None or moment >= span.start) and (span.end is None or moment < span.end)


def _email(row: Any) -> str | None:
    contact = getattr(row, "contact", row)
    return contact.email if contact else None


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [each.value if isinstance(each, Enum) else each for each in value]
    if isinstance(value, Span):
        return [value.start, value.end]
    return value
