"""One store's share of a list: its pages as one exactly ordered run of rows.

A platform orders by a time of whole seconds and breaks ties its own way, so rows are kept back until their sort value is over: then the
group is complete and is ordered by key id. What a filter or the starting place excludes is dropped here, whatever the platform made of it.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from operator import itemgetter
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.port import ListQuery, Page, SortValue
from resolvers.codec import Entry
from resolvers.cursors import TIMES, RowKey, before
from schema.errors import Category

OLDEST = datetime(1970, 1, 1, tzinfo=UTC)
MISSING: dict[str, SortValue] = {**dict.fromkeys(TIMES, OLDEST), "sequence": 0, "name": ""}

Source = Callable[[ListQuery], Awaitable[Entry]]
Pair = tuple[RowKey, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """A page with the keys of its rows. `ordered` says that they stand as the list does; then the last group begins at `open`."""

    pairs: Sequence[Pair]
    cursor: str | None
    ordered: bool
    open: int


def everything(row: Any) -> bool:
    """Admit any row."""
    return True


class Stream:
    """Rows of one store in order, from after `place`.

    `rows` are complete up to `known`: nothing of this store is missing up to that key. `ended` says that there are no more.
    """

    def __init__(self, store: str, source: Source, query: ListQuery, place: RowKey | None, admits: Callable[[Any], bool]) -> None:
        self.store = store
        self.rows: list[tuple[RowKey, Any]] = []
        self.known = place
        self.ended = False
        self.observed: list[datetime] = []
        self._source = source
        self._query = query if place is None else replace(query, start=place[0])
        self._next: str | None = None  # the cursor of the page to read next, None for the first
        self._place = place
        self._admits = admits
        self._group: dict[RowKey, Any] = {}
        self._taken: list[Sequence[RowKey]] = []  # keys that are among those seen as soon as somebody looks
        self._seen: set[RowKey] = set()
        self._cursors: set[str] = set()

    async def fill(self, wanted: int) -> None:
        """Read pages until `wanted` rows are complete or the list ends; what was read before a failure stays usable."""
        while len(self.rows) < wanted and not self.ended:
            self._take_entry(await self._source(self._asked()))

    def fill_at_hand(self, wanted: int, at_hand: Callable[[ListQuery], Entry | None]) -> bool:
        """Do what `fill` does as far as pages are at hand; say whether that was enough."""
        while len(self.rows) < wanted and not self.ended:
            entry = at_hand(self._asked())
            if entry is None:
                return False
            self._take_entry(entry)
        return True

    def take_all(self, rows: list[Any], observed_at: datetime) -> None:
        """Use rows that were looked up one by one: they are the whole of it."""
        self.observed.append(observed_at)
        self._take(self._run(Page(sorted(rows, key=self._value, reverse=self._query.ordering.descending), None)))

    def _asked(self) -> ListQuery:
        return self._query if self._next is None else replace(self._query, cursor=self._next)

    def _take_entry(self, entry: Entry) -> None:
        self.observed.append(entry.observed_at)
        run = entry.notes.get("run")
        if run is None:
            run = entry.notes["run"] = self._run(entry.value)
        self._take(run)

    def _take(self, run: Run) -> None:
        if not self._take_whole(run):
            for pair in run.pairs:
                if self._group and pair[0][0] != next(iter(self._group))[0]:
                    self._close_group()
                self._group[pair[0]] = pair[1]
            if run.cursor is None:
                self._close_group()
        if run.cursor is None:
            self.ended = True
        elif run.cursor in self._cursors:
            raise PlatformError(Category.TRANSIENT, "The platform's list leads back to a page it gave before.", code="CIRCLE")
        else:
            self._cursors.add(run.cursor)
            self._next = run.cursor

    def _take_whole(self, run: Run) -> bool:
        """Take a page in its right order that goes on where the last one ended, as most do; False for any other."""
        if not run.ordered or self._admits is not everything:
            return False
        if self._group:
            if next(iter(self._group))[0] == run.pairs[0][0][0]:
                return False  # the group goes on
            self._close_group()
        ordering, begin = self._query.ordering, 0
        if self._place is not None:  # a page begins at its value, so few rows come before it
            while begin < len(run.pairs) and not before(self._place, run.pairs[begin][0], ordering):
                begin += 1
        end = max(begin, len(run.pairs) if run.cursor is None else run.open)
        if begin < len(run.pairs) and self.known is not None and not before(self.known, run.pairs[begin][0], ordering):
            return False
        if begin < end:
            self.rows += run.pairs[begin:end]
            self.known = run.pairs[end - 1][0]
            self._taken.append([key for key, _ in run.pairs[begin:end]] if run.cursor is not None else ())
        self._group = dict(run.pairs[end:])
        return True

    def _run(self, page: Page) -> Run:
        ordering = self._query.ordering
        pairs = [((self._value(row), self.store, row.key_id), row) for row in page.rows]
        arranged = sorted(pairs, key=itemgetter(0), reverse=ordering.descending)
        values = [key[0] for key, _ in pairs]
        # Rows of one value may stand in any order among themselves; a platform that mixes values up is not believed to be in order.
        ordered = bool(pairs) and values == [key[0] for key, _ in arranged] and all(a[0] != b[0] for a, b in pairwise(arranged))
        last = next((place for place in range(len(arranged)) if arranged[place][0][0] == values[-1]), 0)
        return Run(arranged if ordered else pairs, page.cursor, ordered, last)

    def _close_group(self) -> None:
        ordering = self._query.ordering
        for keys in self._taken:
            self._seen.update(keys)
        self._taken.clear()
        for key in sorted(self._group, reverse=ordering.descending):
            if key in self._seen or (self._place is not None and not before(self._place, key, ordering)):
                continue
            self._seen.add(key)
            if self._admits(self._group[key]):
                self._insert(key, self._group[key])
            if self.known is None or before(self.known, key, ordering):
                self.known = key
        self._group.clear()

    def _insert(self, key: RowKey, row: Any) -> None:
        """Put a row in its place: at the end, unless the platform gave it out of order."""
        place = len(self.rows)
        while place and before(key, self.rows[place - 1][0], self._query.ordering):
            place -= 1
        self.rows.insert(place, (key, row))

    def _value(self, row: Any) -> SortValue:
        """Return a row's sort value; a row without one stands where the oldest would."""
        value: SortValue | None = getattr(row, self._query.ordering.by)
        return MISSING[self._query.ordering.by] if value is None else value
