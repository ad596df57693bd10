"""How a list is searched, sorted and cut into pages, as the platform's database does it.

Texts compare without regard to case; a date that is none lets every row pass; without a sort order rows come by their ids.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from adapters.magento.sandbox.criteria import Criteria, Filter
from adapters.magento.sandbox.dates import instant_of
from adapters.magento.sandbox.errors import refusal
from adapters.magento.sandbox.table import DATES, H, Row, Table

T = TypeVar("T")
Test = Callable[[Any], bool]
Reader = Callable[[T, str], Any]

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda value, wanted: bool(value == wanted),
    "neq": lambda value, wanted: bool(value != wanted),
    "gt": lambda value, wanted: bool(value > wanted),
    "gteq": lambda value, wanted: bool(value >= wanted),
    "moreq": lambda value, wanted: bool(value >= wanted),
    "from": lambda value, wanted: bool(value >= wanted),
    "lt": lambda value, wanted: bool(value < wanted),
    "lteq": lambda value, wanted: bool(value <= wanted),
    "to": lambda value, wanted: bool(value <= wanted),
}


def search(table: Table[H], criteria: Criteria) -> list[H]:
    """Return the heads that a search finds, in its order. UnknownFieldError for a field the kind does not have."""
    return found(table.heads.values(), criteria, table.value, lambda head: head.id)


def found(rows: Iterable[T], criteria: Criteria, read: Reader[T], key: Callable[[T], Any]) -> list[T]:
    """Return the rows that a search finds, in its order; `read` takes a field of a row, `key` says how they lie when nobody sorts them."""
    kept = sorted(rows, key=key)
    for group in criteria.groups:
        tests = [(one.field, _test(one)) for one in group]
        kept = [row for row in kept if any(test(read(row, field)) for field, test in tests)]
    for field, direction in reversed(criteria.orders):
        kept.sort(key=lambda row: _sortable(read(row, field)), reverse=direction == "DESC")
    return kept


def page(rows: Sequence[T], criteria: Criteria, *, repeat_last: bool = False) -> Sequence[T]:
    """Return the page asked for: past the end nothing, or the last page again where a shop does that."""
    size = criteria.page_size
    if not size:
        return rows
    number = criteria.current_page
    if repeat_last:
        number = min(number, max(1, -(-len(rows) // size)))
    return rows[(number - 1) * size : number * size]


def read_row(row: Row, field: str) -> Any:
    """Read a field of a plain row, for lists without a table."""
    return row.get(field)


def _test(one: Filter) -> Test:
    if one.field in DATES:
        return _date_test(one)
    wanted, condition = one.value, one.condition
    if condition in COMPARISONS:
        return _comparison(condition, wanted)
    if condition in {"in", "nin"}:
        among = {_plain(part) for part in wanted.split(",")}
        return lambda value: (value is not None) and (_plain(value) in among) is (condition == "in")
    if condition in {"like", "nlike"}:
        pattern = re.compile("".join(_wild(letter) for letter in wanted), re.IGNORECASE | re.DOTALL)
        return lambda value: (value is not None) and bool(pattern.fullmatch(str(value))) is (condition == "like")
    if condition in {"finset", "nfinset"}:
        return lambda value: (value is not None) and (wanted in str(value).split(",")) is (condition == "finset")
    if condition in {"null", "notnull"}:
        return lambda value: (value is None) is (condition == "null")
    raise refusal("condition", condition)


def _date_test(one: Filter) -> Test:
    if one.condition in {"null", "notnull"}:
        return lambda value: (value is None) is (one.condition == "null")
    if one.condition in {"in", "nin"}:
        among = {instant_of(part) for part in one.value.split(",")}
        return lambda value: (value in among) is (one.condition == "in")
    if one.condition not in COMPARISONS:
        raise refusal("condition", one.condition)
    wanted = instant_of(one.value)
    compare = COMPARISONS[one.condition]
    return lambda value: wanted is None or compare(value, wanted)


def _comparison(condition: str, wanted: str) -> Test:
    compare = COMPARISONS[condition]

    def test(value: Any) -> bool:
        if value is None:
            return False
        if isinstance(value, bool | int | float):
            number = re.match(r"\s*-?\d+(\.\d+)?", wanted)
            return compare(float(value), float(number[0]) if number else 0.0)
        return compare(str(value).casefold(), wanted.casefold())

    return test


def _plain(value: Any) -> str:
    """Show a value so that 5, 5.0 and "5" are the same."""
    if isinstance(value, bool | float):
        return f"{float(value):g}"
    return str(value).strip().casefold()


def _wild(letter: str) -> str:
    return {"%": ".*", "_": "."}.get(letter, re.escape(letter))


def _sortable(value: Any) -> tuple[int, Any]:
    """Nothing comes first; numbers and texts never meet in one column."""
    return (0, 0) if value is None else (1, value.casefold() if isinstance(value, str) else value)
