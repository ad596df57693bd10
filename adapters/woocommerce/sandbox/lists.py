"""Lists: the rows that fit the filters, in the wanted order, one page of them, and the headers that count them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import ceil
from typing import Any
from urllib.parse import urlencode

from adapters.woocommerce.sandbox.calls import Answer, Call
from adapters.woocommerce.sandbox.dates import SiteClock
from adapters.woocommerce.sandbox.table import Column, Head, Row, Table

Values = Mapping[str, Any]
Test = Callable[[Head], bool]
SortKey = Callable[[Head], Any]
SORTED_COLUMNS: dict[str, Column] = {"date": "created", "registered_date": "created", "modified": "modified"}
SORT_KEYS: dict[str, SortKey] = {
    "date": lambda head: head.created,
    "registered_date": lambda head: head.created,
    "modified": lambda head: head.modified,
    "id": lambda head: head.id,
    "title": lambda head: head.label.lower(),
    "name": lambda head: head.label.lower(),
    "slug": lambda head: head.label.lower(),
}


def dated(table: Table, values: Values, clock: SiteClock) -> list[Head]:
    """Return the heads within the date filters, in the order of the column `orderby` names if that is one of the two."""
    made = _bounds(values, "after", "before", clock)
    changed = _bounds(values, "modified_after", "modified_before", clock)
    by_change = SORTED_COLUMNS.get(values["orderby"]) == "modified" or (changed != (None, None) and made == (None, None))
    heads = table.between("modified", *changed) if by_change else table.between("created", *made)
    column, (low, high) = ("created", made) if by_change else ("modified", changed)
    if low is not None:
        heads = [head for head in heads if getattr(head, column) > low]
    if high is not None:
        heads = [head for head in heads if getattr(head, column) < high]
    return heads


def common_tests(values: Values) -> list[Test]:
    """Return the tests all lists share."""
    tests: list[Test] = []
    for name, field, wanted in (
        ("include", "id", True),
        ("exclude", "id", False),
        ("parent", "parent", True),
        ("parent_exclude", "parent", False),
    ):
        if values.get(name):
            tests.append(_membership(field, frozenset(values[name]), wanted=wanted))
    return tests


def matching(heads: Iterable[Head], tests: Sequence[Test]) -> list[Head]:
    """Return the heads that pass every test."""
    for test in tests:
        heads = [head for head in heads if test(head)]
    return list(heads)


def arranged(heads: list[Head], values: Values, keys: Mapping[str, SortKey] = SORT_KEYS) -> list[Head]:
    """Return the heads in the wanted order; the id breaks ties in the same direction, and `include` keeps the caller's own order."""
    orderby = values["orderby"]
    if orderby == "include":
        place = {row_id: turn for turn, row_id in enumerate(values["include"])}
        return sorted(heads, key=lambda head: place.get(head.id, 0))
    key = keys[orderby]
    return sorted(heads, key=lambda head: (key(head), head.id), reverse=values["order"] == "desc")


def paged(heads: Sequence[Head], call: Call, values: Values, show: Callable[[Head], Row]) -> Answer:
    """Return one page. Past the end it is empty, and the counts are 0, as if nothing had been found at all."""
    size, page = values["per_page"], values["page"]
    start = (page - 1) * size if values["offset"] is None else values["offset"]
    chosen = heads[start : start + size]
    total = len(heads) if chosen else 0
    pages = ceil(total / size)
    headers = {"X-WP-Total": str(total), "X-WP-TotalPages": str(pages)}
    links = [f'<{_page_link(call, min(page - 1, pages))}>; rel="prev"'] if page > 1 else []
    links += [f'<{_page_link(call, page + 1)}>; rel="next"'] if page < pages else []
    if links:
        headers["Link"] = ", ".join(links)
    return Answer([show(head) for head in chosen], headers=headers)


def _bounds(values: Values, after: str, before: str, clock: SiteClock) -> tuple[int | None, int | None]:
    gmt = values["dates_are_gmt"]
    low, high = (None if values[name] is None else clock.bound(values[name], dates_are_gmt=gmt) for name in (after, before))
    return low, high


def _membership(field: str, members: frozenset[int], *, wanted: bool) -> Test:
    return lambda head: (getattr(head, field) in members) is wanted


def _page_link(call: Call, page: int) -> str:
    pairs = [(name, value) for name, value in call.query.multi_items() if name not in {"page", "rest_route"}]
    return f"{call.link(call.path)}?{urlencode([*pairs, ('page', str(page))])}"
