"""One store's share of a list: its pages as one exactly ordered run of rows.

A platform orders by a time of whole seconds and breaks ties its own way, so rows are kept back until their sort value is over: then the
group is complete and is ordered by key id. What a filter or the starting place excludes is dropped here, whatever the platform made of it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.port import ListQuery, Page, SortValue
from resolvers.codec import Entry
from resolvers.cursors import TIMES, RowKey, before
from schema.errors import Category

OLDEST = datetime(1970, 1, 1, tzinfo=UTC)
MISSING: dict[str, SortValue] = {**dict.fromkeys(TIMES, OLDEST), "sequence": 0, "name": ""}

Source = Callable[[ListQuery], Awaitable[Entry]]


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
        self._query = replace(query, start=place[0] if place else None)
        self._place = place
        self._admits = admits
        self._group: dict[RowKey, Any] = {}
        self._seen: set[RowKey] = set()
        self._cursors: set[str] = set()

    async def fill(self, wanted: int) -> None:
        """Read pages until `wanted` rows are complete or the list ends; what was read before a failure stays usable."""
        while len(self.rows) < wanted and not self.ended:
            entry = await self._source(self._query)
            self.observed.append(entry.observed_at)
            self._take(entry.value)

    def take_all(self, rows: list[Any], observed_at: datetime) -> None:
        """Use rows that were looked up one by one: they are the whole of it."""
        self.observed.append(observed_at)
        self._take(Page(sorted(rows, key=self._value, reverse=self._query.ordering.descending), None))

    def _take(self, page: Page) -> None:
        for row in page.rows:
            key = (self._value(row), self.store, row.key_id)
            if self._group and key[0] != next(iter(self._group))[0]:
                self._close_group()
            self._group[key] = row
        if page.cursor is None:
            self._close_group()
            self.ended = True
        elif page.cursor in self._cursors:
            raise PlatformError(Category.TRANSIENT, "The platform's list leads back to a page it gave before.", code="CIRCLE")
        else:
            self._cursors.add(page.cursor)
            self._query = replace(self._query, cursor=page.cursor)

    def _close_group(self) -> None:
        ordering = self._query.ordering
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
