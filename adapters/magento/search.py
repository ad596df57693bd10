"""The platform's bracketed searches, and the way on in a list.

Groups of conditions must all hold, of a group one. So a list goes on behind (time, id) by two groups, "not before that time" and "after
that time, or with a higher id": never by a page number, which shifts when rows come or go.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import quote

from adapters.kit.port import ListQuery, Span
from adapters.magento.manifest import BATCH, LONGEST
from adapters.magento.values import written

SECOND = timedelta(seconds=1)
MOST_SINGLE = 10  # conditions of a group
KEY = "entity_id"
ROOT = "searchCriteria"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on a field."""

    field: str
    how: str
    value: str


Group = tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Search:
    """What a list is asked for. `orders` are fields and whether downwards; `fields` trims the rows, "" leaves them whole."""

    groups: tuple[Group, ...] = ()
    orders: tuple[tuple[str, bool], ...] = ((KEY, False),)
    fields: str = ""

    def narrowed(self, groups: Iterable[Group]) -> "Search":
        """Return this search with more conditions."""
        return replace(self, groups=(*self.groups, *groups))

    def params(self, size: int, page: int) -> dict[str, str]:
        """Return the parameters that ask for a page."""
        found: dict[str, str] = {}
        for turn, group in enumerate(self.groups):
            for place, each in enumerate(group):
                name = f"{ROOT}[filterGroups][{turn}][filters][{place}]"
                found |= {f"{name}[field]": each.field, f"{name}[conditionType]": each.how, f"{name}[value]": each.value}
        for turn, (field, descending) in enumerate(self.orders):
            found |= {f"{ROOT}[sortOrders][{turn}][field]": field}
            found |= {f"{ROOT}[sortOrders][{turn}][direction]": "DESC" if descending else "ASC"}
        found |= {f"{ROOT}[pageSize]": str(size), f"{ROOT}[currentPage]": str(page)}
        return {**found, "fields": f"items[{self.fields}],total_count"} if self.fields else found


def ordered(query: ListQuery, column: str | None) -> tuple[tuple[str, bool], ...]:
    """Return how a list lies: by a time and the id, or by the id alone."""
    descending = query.ordering.descending
    return ((column, descending), (KEY, descending)) if column else ((KEY, descending),)


def among(field: str, values: Iterable[str]) -> Group:
    """Return the condition that a field is one of some values. A value with a comma can't stand in a list of them."""
    wanted = list(values)
    if any("," in each for each in wanted):
        return tuple(Condition(field, "eq", each) for each in wanted)
    return (Condition(field, "in", ",".join(wanted)),)


def without(field: str, values: Iterable[str]) -> Group:
    """Return the condition that a field is none of some values."""
    return (Condition(field, "nin", ",".join(sorted(values))),)


def containing(fields: Iterable[str], words: str) -> Group:
    """Return the condition that one of some fields has these words in it."""
    return tuple(Condition(field, "like", f"%{words}%") for field in fields)


def within(field: str, span: Span | None) -> list[Group]:
    """Return the conditions that a time is in a span; the platform's times are whole seconds."""
    found: list[Group] = []
    if span is not None and span.start is not None:
        found.append((Condition(field, "gteq", written(_ceiling(span.start))),))
    if span is not None and span.end is not None:
        found.append((Condition(field, "lt", written(_ceiling(span.end))),))
    return found


def beginning(query: ListQuery, column: str | None) -> list[Group]:
    """Return the condition that a row is not before the start of a list."""
    descending, start = query.ordering.descending, query.start
    how = "lteq" if descending else "gteq"
    if isinstance(start, datetime) and column:
        return [(Condition(column, how, written(start if descending else _ceiling(start))),)]
    return [(Condition(KEY, how, str(start)),)] if isinstance(start, int) and not column else []


def behind(orders: tuple[tuple[str, bool], ...], values: tuple[str, ...]) -> list[Group]:
    """Return the conditions that a row lies behind the one with these values, in a list that lies by one field or two."""
    further = tuple(Condition(field, "lt" if down else "gt", value) for (field, down), value in zip(orders, values, strict=True))
    if len(further) == 1:
        return [further]
    first, down = orders[0]
    return [(Condition(first, "lteq" if down else "gteq", values[0]),), further]


def batches(values: Iterable[str], most: int = BATCH) -> Iterator[list[str]]:
    """Cut values into lists that fit into an address; those with commas are asked for one by one, which takes more of it."""
    wanted = list(dict.fromkeys(values))
    yield from _cut([each for each in wanted if "," not in each], most)
    yield from _cut([each for each in wanted if "," in each], MOST_SINGLE)


def _cut(values: Iterable[str], most: int) -> Iterator[list[str]]:
    batch: list[str] = []
    length = 0
    for value in values:
        size = len(quote(value, safe="")) + 3
        if batch and (len(batch) >= most or length + size > LONGEST):
            yield batch
            batch, length = [], 0
        batch.append(value)
        length += size
    if batch:
        yield batch


def _ceiling(value: datetime) -> datetime:
    return value if value.microsecond == 0 else value.replace(microsecond=0) + SECOND
