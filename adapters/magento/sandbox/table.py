"""Where a store's rows live: light heads for every row, full rows built when they are asked for.

A head holds what most searches ask about; a search by another field builds the rows it looks at. Full rows are made anew from (seed,
head) and kept in a small cache; what was edited is kept in the head's `changes`.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, Protocol, TypeVar

Row = dict[str, Any]
DATES = frozenset({"created_at", "updated_at", "date_requested"})
CACHED = 256


class Head(Protocol):
    """What every head has; times are whole seconds since 1970 UTC."""

    id: int
    changes: Row

    @property
    def created(self) -> int:
        """When the row came to be."""
        ...

    @property
    def updated(self) -> int:
        """When it was last touched."""
        ...


H = TypeVar("H", bound=Head)
Columns = Mapping[str, Callable[[H], Any]]
DATED: Columns[Any] = {"created_at": lambda head: head.created, "updated_at": lambda head: head.updated}


class UnknownFieldError(Exception):
    """A search names a field that the kind does not have."""


class Table(Generic[H]):
    """The rows of one kind; `key` is the name of its id, `columns` what its heads know, `nullable` fields that a row may lack."""

    def __init__(self, key: str, heads: Iterable[H], columns: Columns[H], build: Callable[[H], Row], nullable: Iterable[str] = ()) -> None:
        self.heads = {head.id: head for head in heads}
        self._columns: Columns[H] = {key: lambda head: head.id, **columns}
        self._build = build
        self._rows: OrderedDict[int, Row] = OrderedDict()
        self._nullable = frozenset(nullable)
        self._fields: frozenset[str] | None = None

    @property
    def last_id(self) -> int:
        """The highest id in use, 0 where there is none."""
        return max(self.heads, default=0)

    def row(self, row_id: int) -> Row:
        """Return the full row, which belongs to the table: never change it. KeyError when there is none."""
        if row_id in self._rows:
            self._rows.move_to_end(row_id)
        else:
            head = self.heads[row_id]
            self._rows[row_id] = {**self._build(head), **head.changes}
            if len(self._rows) > CACHED:
                self._rows.popitem(last=False)
        return self._rows[row_id]

    def value(self, head: H, field: str) -> Any:
        """Return a field of a row: dates as seconds, None where it has none. UnknownFieldError for a name no row has."""
        if field in head.changes and field not in DATES:
            return head.changes[field]
        column = self._columns.get(field)
        if column is not None:
            return column(head)
        if field not in self._known():
            raise UnknownFieldError(field)
        return self.row(head.id).get(field)

    def has(self, field: str) -> bool:
        """Tell whether rows of this kind can be searched by a field."""
        return field in self._columns or field in self._known()

    def add(self, head: H) -> None:
        """Add a row by its head."""
        self.heads[head.id] = head

    def remove(self, row_id: int) -> None:
        """Forget a row for good."""
        del self.heads[row_id]
        self._rows.pop(row_id, None)

    def refresh(self, row_id: int) -> None:
        """Build this row again when it is asked for next."""
        self._rows.pop(row_id, None)

    def _known(self) -> frozenset[str]:
        if self._fields is None:
            sample = self.row(next(iter(self.heads))) if self.heads else {}
            self._fields = self._nullable | {name for name, value in sample.items() if not isinstance(value, dict | list)} - {"id"}
        return self._fields
