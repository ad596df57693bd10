"""Streams ordered by time. The place in one is a second and the ids given of it, never a page number: rows that come or go shift nothing.

The platform's bounds are strict and count whole seconds; naive UTC with `dates_are_gmt=true` is the one form that is right on every site.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.kit.port import ListQuery, Span
from adapters.woocommerce.manifest import PAGE
from adapters.woocommerce.shop import Listed, Shop
from adapters.woocommerce.streams import Leg, Place, Row, Stream
from adapters.woocommerce.values import identity, moment

SECOND = timedelta(seconds=1)
MOST_EXCLUDED = 400  # ids that fit into an address
OVERLAP = 10  # rows of a longer tie that may leave meanwhile without hiding another


@dataclass(frozen=True, slots=True)
class Column:
    """A time a list can be ordered by: its names in `orderby`, in a row, and as bounds."""

    orderby: str
    field: str
    after: str
    before: str


CREATED = Column("date", "date_created_gmt", "after", "before")
UPDATED = Column("modified", "date_modified_gmt", "modified_after", "modified_before")
COLUMNS = {"created_at": CREATED, "updated_at": UPDATED, "order_created_at": CREATED, "order_updated_at": UPDATED}

Bounds = dict[str, datetime]
Unfold = Callable[[Listed], Awaitable[Sequence[list[Any]]]]


def timeline(
    shop: Shop, path: str, operation: str, query: ListQuery, unfold: Unfold, params: Mapping[str, str], size: int | None = None
) -> Stream:
    """Return the stream of a list by time. `unfold` gives the entities of each row of an answer; `size` overrides the query's."""
    column = COLUMNS[query.ordering.by]
    most = max(1, min(size or query.size, PAGE))

    async def read(place: Place) -> Leg:
        edge, given, before = _stand(query, place)
        bounds = _bounds(query, column, edge)
        if _empty(bounds):
            return Leg((), ended=True)
        listed = await shop.ask(path, operation, {**params, **_order(query, column, most), **_written(bounds), **_past(given, before)})
        rows = await _rows(listed, column, place, unfold)
        return Leg(rows, ended=len(listed.rows) < most or not rows)

    return read


def changed_within(span: Span | None) -> dict[str, str]:
    """Return the parameters that narrow any list to rows that changed within a span."""
    bounds: Bounds = {}
    _tighten(bounds, UPDATED, span)
    return _written(bounds)


def _stand(query: ListQuery, place: Place) -> tuple[datetime | None, Sequence[int], int]:
    """Return the second to go on from, the last ids given of it, and how many were given before those."""
    if place is not None:
        return datetime.fromisoformat(place["edge"]), place["given"], place["before"]
    start = query.start
    if not isinstance(start, datetime):
        return None, (), 0
    return (start.replace(microsecond=0) if query.ordering.descending else _ceiling(start)), (), 0


def _bounds(query: ListQuery, column: Column, edge: datetime | None) -> Bounds:
    bounds: Bounds = {}
    if edge is not None:
        bounds = {column.before: edge + SECOND} if query.ordering.descending else {column.after: edge - SECOND}
    _tighten(bounds, CREATED, query.filter.created)
    _tighten(bounds, UPDATED, query.filter.updated)
    return bounds


def _tighten(bounds: Bounds, column: Column, span: Span | None) -> None:
    """Narrow bounds to a span of a column."""
    if span is not None and span.start is not None:
        low = _ceiling(span.start) - SECOND
        bounds[column.after] = max(bounds.get(column.after, low), low)
    if span is not None and span.end is not None:
        high = _ceiling(span.end)
        bounds[column.before] = min(bounds.get(column.before, high), high)


def _empty(bounds: Bounds) -> bool:
    """Say whether no second lies between the bounds of a column."""
    pairs = ((bounds.get(column.after), bounds.get(column.before)) for column in (CREATED, UPDATED))
    return any(low is not None and high is not None and high - low <= SECOND for low, high in pairs)


def _order(query: ListQuery, column: Column, most: int) -> dict[str, str]:
    return {"orderby": column.orderby, "order": "desc" if query.ordering.descending else "asc", "per_page": str(most)}


def _written(bounds: Bounds) -> dict[str, str]:
    if not bounds:
        return {}
    written = {name: value.astimezone(UTC).replace(tzinfo=None).isoformat() for name, value in bounds.items()}
    return {**written, "dates_are_gmt": "true"}


def _past(given: Sequence[int], before: int) -> dict[str, str]:
    """Return how to leave out what was given of the second; more ids than an address holds are skipped by their number."""
    excluded = {"exclude": ",".join(str(key) for key in given)} if given else {}
    return {**excluded, "offset": str(max(0, before - OVERLAP))} if before > OVERLAP else excluded


async def _rows(listed: Listed, column: Column, place: Place, unfold: Unfold) -> list[Row]:
    rows = []
    second = datetime.fromisoformat(place["edge"]) if place else None
    given: list[int] = list(place["given"]) if place else []
    before: int = place["before"] if place else 0
    for row, found in zip(listed.rows, await unfold(listed), strict=True):
        value, key = moment(row.get(column.field)), identity(row.get("id"))
        if value is None or key is None:
            continue
        if value != second:
            second, given, before = value, [], 0
        given = [*given, key]
        before += max(0, len(given) - MOST_EXCLUDED)
        given = given[-MOST_EXCLUDED:]
        rows.append(Row(value, found, {"edge": value.isoformat(), "given": given, "before": before}))
    return rows


def _ceiling(value: datetime) -> datetime:
    return value if value.microsecond == 0 else value.replace(microsecond=0) + SECOND
