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
WIDEST = timedelta(days=36_500)
GROWTH = 4
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)  # before any platform had a store

ReadSlice = Callable[[Span, int | None], Awaitable[list[Any] | None]]


async def read_slices(query: ListQuery, read: ReadSlice, now: datetime) -> Page:
    """Return a page ordered by a time.

    `read(span, most)` gives all rows of a span in any order, or None when there are more than `most` (None = however many). The span is
    open at the ends of the list; rows outside of it are dropped.
    """
    descending = query.ordering.descending
    oldest, newest = OLDEST, _floor(now) + timedelta(days=1)
    end = oldest if descending else newest
    edge, width = _place(query, oldest, newest)
    crowded = edge  # up to here there is known to be too much for one read: growing before would only meet it again
    rows: list[Any] = []
    while len(rows) < query.size and (edge > end if descending else edge < end):
        covered = min(width, abs(edge - end))
        ahead = edge - covered if descending else edge + covered
        # Whatever a platform holds from before the oldest time or after the newest is in the outermost slices.
        first, last = sorted((edge, ahead))
        span = Span(None if first == oldest else first, None if last == newest else last)
        got = await read(span, None if covered <= NARROWEST else 4 * query.size)
        if got is None:
            # Measured by what was read: at the end of the list that is less than the width.
            crowded = ahead
            width = max(NARROWEST, timedelta(seconds=covered.total_seconds() // GROWTH))
            continue
        rows += whole([row for row in got if _belongs(getattr(row, query.ordering.by), span, query)], query).rows
        edge = ahead
        if len(got) < query.size / 2 and (edge <= crowded if descending else edge >= crowded):
            width = min(WIDEST, width * GROWTH)
    more = edge > end if descending else edge < end
    return Page(rows, json.dumps([edge.isoformat(), width.total_seconds()]) if more else None)


def whole(rows: Sequence[Any], query: ListQuery) -> Page:
    """Return a page of a list that is small enough to be read whole."""
    ordering = query.ordering
    known = [row for row in rows if getattr(row, ordering.by) is not None]
    ordered = sorted(known, key=lambda row: getattr(row, ordering.by), reverse=ordering.descending)
    return Page([*ordered, *(row for row in rows if getattr(row, ordering.by) is None)], None)


def _place(query: ListQuery, oldest: datetime, newest: datetime) -> tuple[datetime, timedelta]:
    if query.cursor is not None:
        edge, seconds = json.loads(query.cursor)
        return datetime.fromisoformat(edge), timedelta(seconds=seconds)
    # A start beyond the ends is in the outermost slice, which is open.
    first, last = oldest + NARROWEST, newest - NARROWEST
    if not isinstance(query.start, datetime):
        return (newest if query.ordering.descending else oldest), FIRST_WIDTH
    if query.ordering.descending:
        return (max(first, _floor(query.start) + NARROWEST) if query.start < last else newest), FIRST_WIDTH
    return max(oldest, min(last, _floor(query.start))), FIRST_WIDTH


def _floor(time: datetime) -> datetime:
    return time.replace(microsecond=0)


def _belongs(time: datetime | None, span: Span, query: ListQuery) -> bool:
    """Say whether a row is in its slice, and not before the start of the list; platforms are generous at the edges.

    A row that does not tell its time is believed to be where it was given.
    """
    if time is None:
        return True
    if (span.start and time < span.start) or (span.end and time >= span.end):
        return False
    if not isinstance(query.start, datetime):
        return True
    return time <= query.start if query.ordering.descending else time >= query.start
