"""Pages of lists: `first`/`last`, cursors that stay where they point while rows come and go, and ranges found by bisection.

A cursor holds the sort value and the id of the row it was made for, so inserting, editing or deleting rows never shifts a page: paging goes
on behind that place in the order, whether the row is still there or not. Times stand in cursors as milliseconds, ids and texts as text.
"""

import base64
import binascii
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from adapters.shopify.sandbox.conditions import Range, Test
from adapters.shopify.sandbox.errors import FieldError
from adapters.shopify.sandbox.tables import Key, Place, Row

LARGEST_PAGE = 250
BULK_HINT = "To query larger amounts of data with fewer limits, bulk operations should be used instead."
TIME_KEYS = {"PROCESSED_AT", "CREATED_AT", "UPDATED_AT", "PUBLISHED_AT"}
NUMBER_KEYS = {"ORDER_NUMBER", "POSITION"}
ID_KEYS = {"ID", "RELEVANCE"}

Arguments = Mapping[str, Any]


def check(arguments: Arguments) -> None:
    """Refuse a page size the platform refuses."""
    first, last = arguments.get("first"), arguments.get("last")
    if first is None and last is None:
        raise FieldError("you must provide one of first or last", "BAD_REQUEST")
    if first is not None and last is not None:
        raise FieldError("providing both first and last is not supported", "BAD_REQUEST")
    name, size = ("first", first) if first is not None else ("last", last)
    assert size is not None
    if size > LARGEST_PAGE:
        raise FieldError(f"{name} cannot exceed {LARGEST_PAGE}. {BULK_HINT}", "BAD_REQUEST")
    if size < 0:
        raise FieldError(f"{name} cannot be less than 0", "BAD_REQUEST")


def page(
    places: Sequence[Place],
    row: Callable[[int], Row | None],
    arguments: Arguments,
    key: str = "ID",
    *,
    test: Callable[[int], bool] | None = None,
    bounds: Range | None = None,
) -> Row:
    """Return a connection over places in ascending order of (value, id); `test` says of an id whether it passes the filter."""
    check(arguments)
    reverse = bool(arguments.get("reverse"))
    start, stop = _limits(places, arguments, key, bounds, reverse=reverse)
    last = arguments.get("last")
    # Walking from the end the caller counts from: ascending unless exactly one of `reverse` and `last` turns it round.
    walk = range(start, stop) if reverse == (last is not None) else range(stop - 1, start - 1, -1)
    found, more = _take(places, walk, last if last is not None else arguments["first"], test)
    if last is not None:
        found.reverse()
    before, after = bool(arguments.get("before")), bool(arguments.get("after"))
    return {
        "nodes": [row(place[1]) for place in found],
        "places": found,
        "key": key,
        "next": more if last is None else before,
        "previous": more if last is not None else after,
    }


def page_of_rows(rows: Sequence[Row], arguments: Arguments, number: Callable[[Row], int] | None = None) -> Row:
    """Return a connection over rows that stand in the order of their ids."""
    check(arguments)
    numbered = {(number or _number)(row): row for row in rows}
    places = sorted((identity, identity) for identity in numbered)
    return page(places, lambda identity: numbered[identity], arguments)


def edges(connection: Row) -> list[Row]:
    """Return the edges of a connection."""
    key = connection["key"]
    return [{"cursor": cursor(place, key), "node": row} for place, row in zip(connection["places"], connection["nodes"], strict=True)]


def page_info(connection: Row) -> Row:
    """Return where a page stands."""
    places, key = connection["places"], connection["key"]
    return {
        "startCursor": cursor(places[0], key) if places else None,
        "endCursor": cursor(places[-1], key) if places else None,
        "hasNextPage": connection["next"],
        "hasPreviousPage": connection["previous"],
    }


def cursor(place: Place, key: str) -> str:
    """Mint the cursor of a row under a sort key."""
    value, number = place
    shown = int(value) * 1_000 if key in TIME_KEYS else value if key in NUMBER_KEYS else str(value)
    return base64.b64encode(orjson.dumps({"last_id": number, "last_value": shown})).decode()


def count(places: Sequence[Place], test: Test | None, head: Callable[[int], Any], limit: int | None) -> Row:
    """Count what passes, up to a limit."""
    total = len(places) if test is None else sum(1 for _, number in places if test(head(number)))
    over = limit is not None and total > limit
    return {"count": limit if over else total, "precision": "AT_LEAST" if over else "EXACT"}


def _limits(places: Sequence[Place], arguments: Arguments, key: str, bounds: Range | None, *, reverse: bool) -> tuple[int, int]:
    start, stop = 0, len(places)
    if bounds is not None:
        start = bisect_left(places, bounds[0], key=_value)
        stop = bisect_right(places, bounds[1], key=_value)
    lower, upper = ("before", "after") if reverse else ("after", "before")
    if arguments.get(lower) is not None:
        start = max(start, bisect_right(places, _read(arguments[lower], key)))
    if arguments.get(upper) is not None:
        stop = min(stop, bisect_left(places, _read(arguments[upper], key)))
    return start, max(start, stop)


def _take(places: Sequence[Place], walk: Sequence[int], size: int, test: Callable[[int], bool] | None) -> tuple[list[Place], bool]:
    if test is None:
        return [places[at] for at in walk[:size]], len(walk) > size
    matching = _matching(places, walk, test)
    found = [place for _, place in zip(range(size), matching, strict=False)]
    return found, next(matching, None) is not None


def _matching(places: Sequence[Place], walk: Sequence[int], test: Callable[[int], bool]) -> Iterator[Place]:
    return (places[at] for at in walk if test(places[at][1]))


def _read(text: str, key: str) -> Place:
    try:
        found = orjson.loads(base64.b64decode(text, validate=True))
        number, value = found["last_id"], found.get("last_value", str(found["last_id"]))
    except (binascii.Error, ValueError, TypeError, KeyError, AttributeError):
        raise FieldError("Invalid cursor.", "BAD_REQUEST") from None
    if not isinstance(number, int):
        raise FieldError("Invalid cursor.", "BAD_REQUEST")
    return _valued(value, key), number


def _valued(value: Any, key: str) -> Key:
    numeric = key in TIME_KEYS or key in NUMBER_KEYS
    if isinstance(value, int) is not numeric or (key in ID_KEYS and not str(value).isdigit()):
        raise FieldError("Invalid cursor for current pagination sort.", "BAD_REQUEST")
    if key in ID_KEYS:
        return int(value)
    return value // 1_000 if key in TIME_KEYS else value if numeric else str(value)


def _value(place: Place) -> Any:
    return place[0]


def _number(row: Row) -> int:
    return int(row["id"].split("?")[0].rsplit("/", 1)[-1])
