"""Where a store's rows live: light heads for every row, kept sorted, and full rows built when they are asked for.

A head is made at start-up and holds what lists filter and sort by. A full row is built from (seed, id) and kept in a bounded cache; a
row that was edited is kept for good.
"""

import copy
from bisect import bisect_left, bisect_right, insort
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

Row = dict[str, Any]
Column = Literal["created", "modified"]


@dataclass(slots=True)
class Head:
    """What lists need to know of a row; times are whole seconds since 1970 UTC.

    `label` is a name (orders: the buyer's name and address, for searching), `mark` the SKU, e-mail or order number, `type` the product
    type, role, origin of an order or plan of a refund, `lines` the (ware, quantity) pairs of an order, `owner` its customer.
    """

    id: int
    created: int
    modified: int
    status: str = ""
    parent: int = 0
    owner: int = 0
    label: str = ""
    mark: str = ""
    type: str = ""
    lines: tuple[tuple[int, int], ...] = ()


class Table:
    """The rows of one kind; `build` makes a full row from its head and must always make the same one."""

    def __init__(self, build: Callable[[Head], Row], heads: Iterable[Head] = (), cached: int = 1024) -> None:
        self.heads = {head.id: head for head in heads}
        self.children: dict[int, list[int]] = {}
        self.last_id = max(self.heads, default=0)
        self._build = build
        self._cached = cached
        self._rows: OrderedDict[int, Row] = OrderedDict()
        self._edited: dict[int, Row] = {}
        self._sorted: dict[Column, list[tuple[int, int]]] = {
            "created": sorted((head.created, head.id) for head in self.heads.values()),
            "modified": sorted((head.modified, head.id) for head in self.heads.values()),
        }
        for head in self.heads.values():
            if head.parent:
                self.children.setdefault(head.parent, []).append(head.id)

    def between(self, column: Column, after: int | None, before: int | None) -> list[Head]:
        """Return the heads strictly between two instants, oldest first, the id breaking ties."""
        order = self._sorted[column]
        low = 0 if after is None else bisect_left(order, (after + 1, 0))
        high = len(order) if before is None else bisect_left(order, (before, 0))
        return [self.heads[row_id] for _, row_id in order[low:high]]

    def row(self, row_id: int) -> Row:
        """Return the full row, which belongs to the table: copy it before changing it."""
        if row_id in self._edited:
            return self._edited[row_id]
        if row_id in self._rows:
            self._rows.move_to_end(row_id)
        else:
            self._rows[row_id] = self._build(self.heads[row_id])
            if len(self._rows) > self._cached:
                self._rows.popitem(last=False)
        return self._rows[row_id]

    def edit(self, row_id: int) -> Row:
        """Return the row for changing: from now on it is kept as it is left."""
        if row_id not in self._edited:
            self._edited[row_id] = copy.deepcopy(self.row(row_id))
            self._rows.pop(row_id, None)
        return self._edited[row_id]

    def put(self, row_id: int, row: Row) -> None:
        """Replace a row: from now on it is kept as it is left."""
        self._edited[row_id] = row
        self._rows.pop(row_id, None)

    def add(self, head: Head, row: Row | None = None) -> None:
        """Add a row by its head; with `row` it is not built from the seed."""
        if row is not None:
            self._edited[head.id] = row
        self.last_id = max(self.last_id, head.id)
        self.heads[head.id] = head
        insort(self._sorted["created"], (head.created, head.id))
        insort(self._sorted["modified"], (head.modified, head.id))
        if head.parent:
            self.children.setdefault(head.parent, []).append(head.id)

    def remove(self, row_id: int) -> None:
        """Forget a row for good."""
        head = self.heads.pop(row_id)
        self._unsort("created", (head.created, row_id))
        self._unsort("modified", (head.modified, row_id))
        self._rows.pop(row_id, None)
        self._edited.pop(row_id, None)
        if head.parent:
            self.children[head.parent].remove(row_id)

    def stamp(self, row_id: int, column: Column, instant: int) -> None:
        """Move a row in time."""
        head = self.heads[row_id]
        self._unsort(column, (getattr(head, column), row_id))
        setattr(head, column, instant)
        insort(self._sorted[column], (instant, row_id))

    def _unsort(self, column: Column, entry: tuple[int, int]) -> None:
        order = self._sorted[column]
        del order[bisect_right(order, entry) - 1]
