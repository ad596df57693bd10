"""Lists read in slices of time, against the plain sorted list."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from adapters.kit.port import ListQuery, Ordering, Page, Span
from adapters.kit.slices import NARROWEST, read_slices, whole

NOW = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    id: int
    updated_at: datetime


@dataclass
class Shop:
    """Answers spans in an order of its own, and takes in the second at the end of a span; `reads` are what it was asked."""

    rows: Sequence[Row]
    reads: list[tuple[Span, int | None]] = field(default_factory=list)

    async def read(self, span: Span, most: int | None) -> list[Any] | None:
        self.reads.append((span, most))
        assert span.start is None or span.end is None or span.start < span.end
        found = [
            row for row in self.rows if (not span.start or row.updated_at >= span.start) and (not span.end or row.updated_at <= span.end)
        ]
        return None if most is not None and len(found) > most else found[::-1]


async def pages(shop: Shop, size: int, start: datetime | None, *, descending: bool) -> list[Page]:
    found: list[Page] = []
    cursor = None
    while not found or cursor is not None:
        query = ListQuery(Ordering("updated_at", descending), size, start, cursor=cursor)
        found.append(await read_slices(query, shop.read, NOW))
        cursor = found[-1].cursor
    return found


SECONDS = some.integers(0, 400) | some.integers(0, 800_000_000)
TIMES = some.builds(lambda seconds: NOW.replace(microsecond=0) - timedelta(seconds=seconds), SECONDS)
ODD_TIMES = some.sampled_from([datetime(1970, 1, 1, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC), datetime(2038, 1, 1, tzinfo=UTC)])


@settings(max_examples=300, deadline=None)
@given(
    times=some.lists(TIMES | ODD_TIMES, max_size=40).flatmap(lambda times: some.just(times * 3) | some.just(times)),
    size=some.integers(1, 12),
    start=some.none() | TIMES | ODD_TIMES,
    descending=some.booleans(),
)
async def test_the_pages_together_are_the_sorted_list(times: list[datetime], size: int, start: datetime | None, descending: bool) -> None:
    shop = Shop([Row(number, time) for number, time in enumerate(times)])
    wanted = [row for row in shop.rows if start is None or (row.updated_at <= start if descending else row.updated_at >= start)]
    rows = [row for page in await pages(shop, size, start, descending=descending) for row in page.rows]

    assert sorted((row.updated_at for row in wanted), reverse=descending) == [row.updated_at for row in rows]
    assert {row.id for row in wanted} == {row.id for row in rows}
    assert all(most in {None, 4 * size} for _, most in shop.reads)
    # From decades to a second there are fifteen widths, each a quarter of the one before, and at most four reads of each.
    assert len(shop.reads) <= 4 * 15 * (len(set(times)) + 1)


@pytest.mark.parametrize("descending", [True, False])
async def test_an_empty_list_of_decades_takes_few_reads(descending: bool) -> None:
    shop = Shop([])
    found = await pages(shop, 10, None, descending=descending)

    assert [Page([], None)] == found
    assert len(shop.reads) <= 6


async def test_an_even_list_takes_about_a_read_a_page() -> None:
    shop = Shop([Row(number, NOW - timedelta(hours=number)) for number in range(2000)])
    found = await pages(shop, 50, None, descending=True)

    assert 2000 == sum(len(page.rows) for page in found)
    assert len(shop.reads) <= 2 * len(found) + 16


async def test_more_equal_times_than_a_page_come_all_at_once() -> None:
    shop = Shop([Row(number, NOW.replace(microsecond=0)) for number in range(500)])
    found = await pages(shop, 10, None, descending=True)

    assert [500] == [len(page.rows) for page in found if page.rows]
    assert {NARROWEST} == {span.end - span.start for span, most in shop.reads if most is None and span.start and span.end}


@pytest.mark.parametrize("descending", [True, False])
async def test_a_start_at_the_end_of_time_is_no_error(descending: bool) -> None:
    shop = Shop([Row(1, NOW)])
    latest = await pages(shop, 10, datetime.max.replace(tzinfo=UTC), descending=descending)
    earliest = await pages(shop, 10, datetime.min.replace(tzinfo=UTC), descending=descending)

    assert [1, 0] == sorted((sum(len(page.rows) for page in found) for found in (latest, earliest)), reverse=True)


async def test_rows_that_share_the_second_of_the_start_but_precede_it_are_left_out() -> None:
    shop = Shop([Row(1, NOW - timedelta(milliseconds=1)), Row(2, NOW), Row(3, NOW + timedelta(milliseconds=1))])

    assert [2, 1] == [row.id for page in await pages(shop, 9, NOW, descending=True) for row in page.rows]
    assert [2, 3] == [row.id for page in await pages(shop, 9, NOW, descending=False) for row in page.rows]


@pytest.mark.parametrize("descending", [True, False])
async def test_a_crowd_of_one_second_is_found_in_few_reads(descending: bool) -> None:
    shop = Shop([Row(number, NOW.replace(microsecond=0) - timedelta(days=3)) for number in range(500)])
    query = ListQuery(Ordering("updated_at", descending), 10)

    assert 500 == len((await read_slices(query, shop.read, NOW)).rows)
    assert len(shop.reads) <= 60


async def test_a_cursor_is_small() -> None:
    shop = Shop([Row(number, NOW - timedelta(days=number)) for number in range(3000)])
    cursors = [page.cursor for page in await pages(shop, 25, None, descending=True) if page.cursor]

    assert max(map(len, cursors)) < 60
    assert all(len(json.loads(cursor)) == 2 for cursor in cursors)


def test_a_small_list_is_sorted_whole() -> None:
    rows = [Row(number, NOW - timedelta(days=number % 3)) for number in range(6)]

    assert Page([rows[0], rows[3], rows[1], rows[4], rows[2], rows[5]], None) == whole(rows, ListQuery(Ordering("updated_at", True), 2))
