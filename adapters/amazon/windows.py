"""Orders in time: a search has no documented order and costs one of 20 calls an hour, however many of its 100 rows are used.

So a list is read in windows of time that follow each other, each by one call if it can be: its rows are sorted here, and all of them are
given, even where fewer are wanted. How many orders a window held tells how wide the next should be; the last guess stays with the session.
A window that holds more than one answer is narrowed and read again; one of a second is read to its end.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.kit.port import ListQuery, Page, Span

GRAIN = timedelta(milliseconds=1)  # of Amazon's times
NARROWEST = timedelta(seconds=1)
FIRST_WIDTH = timedelta(days=4)
WIDEST = timedelta(days=800)
AIM = 60  # rows of a window: some room below the hundred of an answer
SHRINK = 4
GROWTH = 16
LAG = timedelta(minutes=2)  # no window may end later than this before now
CALLS = 4  # of one page; what was read until then is given and kept
BEGINNING = datetime(2016, 1, 1, tzinfo=UTC)  # older orders are nowhere

Guess = dict[str, float]


@dataclass(frozen=True, slots=True)
class Window:
    """From `low` on to before `high`; None is open."""

    low: datetime | None
    high: datetime | None


@dataclass(frozen=True, slots=True)
class Read:
    """The entities of a window, and how many orders they came from; None stands for a window that holds too much for one call."""

    entities: Sequence[Any]
    orders: int


Search = Callable[[Window, bool], Awaitable[Read | None]]


async def read_windows(query: ListQuery, limits: Span, search: Search, now: datetime, guess: Guess) -> Page:
    """Return a page ordered by a time.

    `search(window, whole)` reads a window, to its end when `whole`. `limits` are the times between which any row that is wanted lies.
    """
    walk = _Walk(query, limits, now)
    habit = f"{query.ordering.by} {query.ordering.descending}"
    began, width = walk.place(timedelta(seconds=guess.get(habit, FIRST_WIDTH.total_seconds())))
    edge = began
    rows: list[Any] = []
    calls = orders = 0
    while not walk.ended(edge) and len(rows) < query.size and calls < CALLS:
        ahead = walk.step(edge, width)
        found = await search(walk.window(edge, ahead), width <= NARROWEST)
        calls += 1
        if found is None:
            # Measured by what was read: at the end of the list that is less than the width.
            width = max(NARROWEST, abs(ahead - edge) / SHRINK)
            continue
        rows += walk.sorted(found.entities, edge, ahead)
        orders += found.orders
        width = _wider(abs(ahead - edge), found.orders)
        edge = ahead
    if query.cursor is None and query.start is None and edge != began:
        guess[habit] = _wider(abs(edge - began), orders).total_seconds()
    return Page(rows, None if walk.ended(edge) else json.dumps([edge.isoformat(), width.total_seconds()]))


def _wider(width: timedelta, orders: int) -> timedelta:
    """Return how wide the next window should be, if orders keep coming as they did in the last."""
    fitting = width * GROWTH if orders == 0 else width * min(GROWTH, AIM / orders)
    return max(NARROWEST, min(WIDEST, fitting))


class _Walk:
    """The way through a list: from one end of the times to the other, or from the query's start."""

    def __init__(self, query: ListQuery, limits: Span, now: datetime) -> None:
        self._query = query
        self._descending = query.ordering.descending
        newest = _floor(now - LAG)
        self._newest = newest if limits.end is None else min(newest, _ceiling(limits.end))
        self._oldest = min(self._newest, BEGINNING if limits.start is None else max(BEGINNING, _floor(limits.start)))
        self._open = self._newest == newest
        self._limited = limits.start is not None
        # The newest window is open: it ends behind the latest moment that any window may end at.
        self._top = self._newest + NARROWEST if self._open else self._newest
        self._end = self._oldest if self._descending else self._top

    def place(self, width: timedelta) -> tuple[datetime, timedelta]:
        """Return where to go on, and how far at once."""
        if self._query.cursor is not None:
            edge, seconds = json.loads(self._query.cursor)
            return datetime.fromisoformat(edge), timedelta(seconds=seconds)
        start = self._query.start
        if not isinstance(start, datetime):
            return (self._top if self._descending else self._oldest), width
        if self._descending:
            return min(self._top, max(self._oldest, _floor(start) + GRAIN)), width
        return max(self._oldest, min(self._newest, _floor(start))), width

    def ended(self, edge: datetime) -> bool:
        """Say whether nothing is left to read."""
        return edge <= self._end if self._descending else edge >= self._end

    def step(self, edge: datetime, width: timedelta) -> datetime:
        """Return the other end of the next window; one that reaches the newest times goes on to their end."""
        if self._descending:
            return max(self._end, edge - width)
        ahead = edge + width
        return self._end if ahead >= self._newest else ahead

    def window(self, edge: datetime, ahead: datetime) -> Window:
        """Return what to search for between two edges."""
        low, high = sorted((edge, ahead))
        return Window(low if low > self._oldest or self._limited else None, high if high <= self._newest else None)

    def sorted(self, entities: Sequence[Any], edge: datetime, ahead: datetime) -> list[Any]:
        """Return the entities that belong between two edges, in order; searches include both of theirs."""
        window, by = self.window(edge, ahead), self._query.ordering.by
        inside = [each for each in entities if self._belongs(getattr(each, by), window)]
        return sorted(inside, key=lambda each: getattr(each, by), reverse=self._descending)

    def _belongs(self, time: datetime, window: Window) -> bool:
        if (window.low is not None and time < window.low) or (window.high is not None and time >= window.high):
            return False
        start = self._query.start
        if not isinstance(start, datetime):
            return True
        return time <= start if self._descending else time >= start


def _floor(time: datetime) -> datetime:
    return time.replace(microsecond=time.microsecond // 1000 * 1000)


def _ceiling(time: datetime) -> datetime:
    floor = _floor(time)
    return floor if floor == time else floor + GRAIN
