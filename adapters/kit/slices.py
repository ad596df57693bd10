"""Lists of a platform that cannot order as asked: read in slices of time that are sorted here, or whole where they are small.

A slice is a span of the sort value. Its rows are read in whatever order the platform has and sorted; since the slices follow each other,
so do the rows. Slices grow while they bring little and shrink when they bring too much, so that a page costs few calls wherever it lies.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.kit.port import ListQuery, Page, Span

FIRST_WIDTH = timedelta(days=30)
NARROWEST = timedelta(seconds=1)  # the grain of the platforms' times
GROWTH = 4
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)  # before any platform had a store

ReadSlice = Callable[[Span, int | None], Awaitable[list[Any] | None]]


async def read_slices(query: ListQuery, read: ReadSlice, now: datetime) -> Page:
    """Return a page ordered by a time.

    `read(span, most)` gives all rows of a span in any order, or None when there are more than `most` (None = however many).
    """
    edge, width = _place(query, now)
    rows: list[Any] = []
    end = OLDEST if query.ordering.descending else now + timedelta(days=1)
    while len(rows) < query.size and edge != end:
        span = _span(edge, width, end, descending=query.ordering.descending)
        got = await read(span, None if width <= NARROWEST else 4 * query.size)
        if got is None:
            width = max(NARROWEST, timedelta(seconds=width.total_seconds() // GROWTH))
            continue
        rows += sorted(got, key=lambda row: getattr(row, query.ordering.by), reverse=query.ordering.descending)
        edge = span.start if query.ordering.descending else span.end  # type: ignore[assignment]
        if len(got) < query.size / 2:
            width *= GROWTH
    cursor = None if edge == end else json.dumps([edge.isoformat(), width.total_seconds()])
    return Page(rows, cursor)


def whole(rows: Sequence[Any], query: ListQuery) -> Page:
    """Return a page of a list that is small enough to be read whole."""
    ordering = query.ordering
    ordered = sorted(rows, key=lambda row: getattr(row, ordering.by), reverse=ordering.descending)
    return Page(ordered, None)


def _place(query: ListQuery, now: datetime) -> tuple[datetime, timedelta]:
    if query.cursor is not None:
        edge, seconds = json.loads(query.cursor)
        return datetime.fromisoformat(edge), timedelta(seconds=seconds)
    if isinstance(query.start, datetime):
        begin = query.start.replace(microsecond=0)
        return (begin + NARROWEST if query.ordering.descending else begin), FIRST_WIDTH
    return (now + timedelta(days=1) if query.ordering.descending else OLDEST), FIRST_WIDTH


def _span(edge: datetime, width: timedelta, end: datetime, *, descending: bool) -> Span:
    if descending:
        return Span(max(end, edge - width) if edge - width > end else end, edge)
    return Span(edge, min(end, edge + width))
