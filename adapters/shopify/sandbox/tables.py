"""Rows of one kind: small heads always in memory, full rows built when asked for and kept for a while, and sorted keys to page by.

A sorted key list is made at its first use and kept up to date by `put` and `drop`, so a page costs a bisection, however long the list.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Mapping
from typing import Any, Generic, Protocol, TypeVar

Row = dict[str, Any]
Key = int | str
Place = tuple[Key, int]

KEPT_ROWS = 800


class Head(Protocol):
    """What a table must know of a row."""

    id: int


H = TypeVar("H", bound=Head)


class Table(Generic[H]):
    """All rows of one kind in one store."""

    def __init__(self, heads: Mapping[int, H], keys: Mapping[str, Callable[[H], Key]], build: Callable[[H], Row]) -> None:
        self.heads: dict[int, H] = dict(heads)
        self.keys = keys
        self._build = build
        self._lists: dict[str, list[Place]] = {}
        self._rows: dict[int, Row] = {}
        self._changes: dict[int, Row] = {}

    def __len__(self) -> int:
        return len(self.heads)

    def sorted(self, key: str) -> list[Place]:
        """Return (value, id) of every row in ascending order; nobody may change the list."""
        found = self._lists.get(key)
        if found is None:
            value = self.keys[key]
            found = self._lists[key] = sorted((value(head), number) for number, head in self.heads.items())
        return found

    def row(self, number: int) -> Row | None:
        """Return the full row, None when there is none."""
        found = self._rows.get(number)
        if found is not None:
            return found
        head = self.heads.get(number)
        if head is None:
            return None
        if len(self._rows) >= KEPT_ROWS:
            del self._rows[next(iter(self._rows))]
        built = self._rows[number] = self._build(head)
        built.update(self._changes.get(number, {}))
        return built

    def put(self, head: H, changes: Row | None = None) -> None:
        """Add a row, or replace its head by a new object; `changes` are wire fields laid over what is built, and stay."""
        self.drop(head.id, forget=False)
        self.heads[head.id] = head
        self._changes.setdefault(head.id, {}).update(changes or {})
        for key, places in self._lists.items():
            insort(places, (self.keys[key](head), head.id))

    def drop(self, number: int, *, forget: bool = True) -> bool:
        """Remove a row; False when there was none."""
        head = self.heads.pop(number, None)
        self._rows.pop(number, None)
        if forget:
            self._changes.pop(number, None)
        if head is None:
            return False
        for key, places in self._lists.items():
            del places[bisect_left(places, (self.keys[key](head), number))]
        return True

    def stale(self, number: int) -> None:
        """Forget the built row, because something it is made of changed."""
        self._rows.pop(number, None)
