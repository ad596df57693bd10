"""Lists made of several of the platform's own: each is read as a stream of rows in order, and merged into one page.

A stream is asked for its rows after a place and gives every row the place behind it. The cursor of a page is the places of all streams,
so rows that were read but not given come again from where they are.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from heapq import merge
from typing import Any

from adapters.kit.port import ListQuery, Page, SortValue

Place = Any  # what a stream wrote into the cursor: plain JSON, None at its beginning
ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a stream: where it stands, the entities it is, and the place behind it. Some rows are several entities, or none."""

    value: SortValue
    found: list[Any]
    place: Place


@dataclass(frozen=True, slots=True)
class Leg:
    """The next rows of a stream, in order; `ended` says that no more follow."""

    rows: Sequence[Row]
    ended: bool


Stream = Callable[[Place], Awaitable[Leg]]


async def page_of(query: ListQuery, streams: Sequence[Stream]) -> Page:
    """Return the next page of what the streams have together.

    Rows are given only as far as every stream was read: behind that edge an unread row could still have to stand before them.
    """
    if not streams:
        return Page([], None)
    places = json.loads(query.cursor) if query.cursor else [None] * len(streams)
    legs = await asyncio.gather(*(_leg(stream, place) for stream, place in zip(streams, places, strict=True)))
    descending = query.ordering.descending
    edges = [leg.rows[-1].value for leg in legs if leg.rows and not leg.ended]
    edge = (max if descending else min)(edges) if edges else None
    given = [[row for row in leg.rows if edge is None or _within(row.value, edge, descending=descending)] for leg in legs]
    ordered = merge(*given, key=lambda row: row.value, reverse=descending)
    following = [_place(place, leg, rows) for place, leg, rows in zip(places, legs, given, strict=True)]
    cursor = None if all(place == ENDED for place in following) else json.dumps(following)
    return Page([entity for row in ordered for entity in row.found], cursor)


async def _leg(stream: Stream, place: Place) -> Leg:
    return Leg((), ended=True) if place == ENDED else await stream(place)


def _within(value: Any, edge: Any, *, descending: bool) -> bool:
    return bool(value >= edge) if descending else bool(value <= edge)


def _place(place: Place, leg: Leg, given: Sequence[Row]) -> Place:
    if len(given) < len(leg.rows):
        return given[-1].place if given else place
    return ENDED if leg.ended or not leg.rows else leg.rows[-1].place
