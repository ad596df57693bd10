"""Streams of lists that nothing but their order and an offset can narrow: by id, and customers by the day they registered.

The beginning is found by halving. After that each page starts one row early: when that row is the last one given, nothing has shifted;
else rows before it came or went, and its place is sought again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.port import ListQuery, SortValue
from adapters.woocommerce.manifest import PAGE
from adapters.woocommerce.shop import Listed, Shop
from adapters.woocommerce.streams import Leg, Place, Row, Stream
from adapters.woocommerce.timeline import Unfold
from adapters.woocommerce.values import Json, identity, moment
from schema.errors import Category

TRIES = 3


@dataclass(frozen=True, slots=True)
class Ranking:
    """An order without a filter of its own: its name in `orderby`, the fields it is told by, and its value in a row."""

    orderby: str
    fields: str
    value: Callable[[Json], SortValue | None]


BY_ID = Ranking("id", "id", lambda row: identity(row.get("id")))
BY_REGISTRATION = Ranking("registered_date", "id,date_created_gmt", lambda row: moment(row.get("date_created_gmt")))


def ranked(
    shop: Shop, path: str, operation: str, query: ListQuery, unfold: Unfold, params: Mapping[str, str], ranking: Ranking = BY_ID
) -> Stream:
    """Return the stream of a list by rank. `unfold` gives the entities of each row of an answer."""
    ladder = _Ladder(shop, path, operation, query.ordering.descending, params, ranking)
    most = max(2, min(query.size + 1, PAGE))  # one row more: the one to hold on to

    async def read(place: Place) -> Leg:
        start, target, listed = await ladder.stand(place, query.start, most)
        found = await unfold(listed)
        rows = []
        for turn, (row, entities) in enumerate(zip(listed.rows, found, strict=True)):
            value, key = ranking.value(row), identity(row.get("id"))
            given = ladder.before(row, target) or (place is not None and key == place["last"])
            if value is not None and key is not None and not given:
                rows.append(Row(value, entities, {"offset": start + turn + 1, "last": key, "value": _write(value)}))
        return Leg(rows, ended=len(listed.rows) < most or not rows)

    return read


@dataclass(frozen=True, slots=True)
class _Ladder:
    """A list in its order, asked by offset."""

    shop: Shop
    path: str
    operation: str
    descending: bool
    params: Mapping[str, str]
    ranking: Ranking

    async def stand(self, place: Place, start: SortValue | None, most: int) -> tuple[int, SortValue | None, Listed]:
        """Return the offset of the rows to go on with, what they go on from, and the rows; the first may stand before that."""
        target = start if place is None else _read(place["value"])
        if target is None:
            return 0, None, await self._ask(0, most)
        if place is not None:
            offset = place["offset"] - 1
            listed = await self._ask(offset, most)
            if listed.rows and identity(listed.rows[0].get("id")) == place["last"]:
                return offset, target, listed
        for _ in range(TRIES):
            offset = max(0, await self._find(target) - 1)
            listed = await self._ask(offset, most)
            begins = offset == 0 or (listed.rows and self.before(listed.rows[0], target))
            reaches = len(listed.rows) < most or not self.before(listed.rows[-1], target)
            if begins and reaches:
                return offset, target, listed
        raise PlatformError(Category.TRANSIENT, "The list changed while it was read; ask again.", code="CHANGING", retry_after=1)

    def before(self, row: Json, target: Any) -> bool:
        """Say whether a row stands before what is wanted."""
        value: Any = self.ranking.value(row)
        if target is None or value is None:
            return target is not None
        return bool(value > target) if self.descending else bool(value < target)

    async def _find(self, target: Any) -> int:
        """Return the offset of the first row that does not stand before the target."""
        low, high = 0, -1  # rows below `low` stand before it; the row at `high` does not; -1 is unknown yet
        probe = 0
        while True:
            listed = await self._ask(probe, PAGE, self.ranking.fields)
            reached = next((turn for turn, row in enumerate(listed.rows) if not self.before(row, target)), None)
            if reached:
                return probe + reached
            if reached == 0:
                high = probe
            else:
                low = probe + len(listed.rows)
                high = low if len(listed.rows) < PAGE else high
            if high < 0:
                high = listed.total if listed.total is not None else -1
            if 0 <= high <= low:
                return low
            probe = low if high < 0 else max(low, (low + high) // 2 - PAGE // 2)

    async def _ask(self, offset: int, most: int, fields: str | None = None) -> Listed:
        params = {**self.params, "orderby": self.ranking.orderby, "order": "desc" if self.descending else "asc"}
        params |= {"offset": str(offset), "per_page": str(most)}
        return await self.shop.ask(self.path, self.operation, params if fields is None else {**params, "_fields": fields})


def _write(value: SortValue) -> int | str:
    return value.isoformat() if isinstance(value, datetime) else value


def _read(value: int | str) -> SortValue:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
