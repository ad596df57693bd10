"""The Post-Order interface: cancellations and returns. It is older than the rest, with an envelope and habits of its own.

Pages are counted from 1, and there is no way to ask for what changed: only for spans of creation, at most 18 months back.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from adapters.ebay.sandbox.calls import Answer, Call
from adapters.ebay.sandbox.dates import DAY, instant_of
from adapters.ebay.sandbox.errors import refusal
from adapters.ebay.sandbox.seed.cases import cancellation_row, cases_of, return_id, return_row, returned_at
from adapters.ebay.sandbox.seed.events import Case
from adapters.ebay.sandbox.seed.history import Head

T = TypeVar("T")
Asked = dict[str, Callable[[Head], str]]
CANCELLATION_QUERY = frozenset(
    {
        "cancel_id",
        "creation_date_range_from",
        "creation_date_range_to",
        "item_id",
        "legacy_order_id",
        "limit",
        "offset",
        "role",
        "sort",
        "transaction_id",
    }
)
RETURN_QUERY = frozenset(
    {
        "creation_date_range_from",
        "creation_date_range_to",
        "item_id",
        "limit",
        "offset",
        "order_id",
        "return_id",
        "return_state",
        "role",
        "sort",
        "states",
        "transaction_id",
    }
)
DETAIL_QUERY = frozenset({"fieldgroups"})
HISTORY, USUAL_SPAN = 548 * DAY, 90 * DAY
USUAL_PAGE = 25


def search_cancellations(call: Call) -> Answer:
    """Answer a page of cancellations, newest first."""
    first, last = _span(call.query, call.now)
    found = [(head, case) for head in call.store.orders.heads.values() for case in cases_of(head) if first <= case.asked <= last]
    wanted = {name: call.query[name] for name in ("cancel_id", "legacy_order_id") if name in call.query}
    found = [(head, case) for head, case in found if wanted.items() <= {"cancel_id": case.id, "legacy_order_id": head.id}.items()]
    found.sort(key=lambda each: (each[1].asked, each[1].id), reverse=True)
    rows, frame = _page(call.query, found, most=200)
    written = [_cancellation(call, head, case) for head, case in rows]
    return Answer({"cancellations": written, "total": len(found), "paginationOutput": frame})


def get_cancellation(call: Call) -> Answer:
    """Answer one cancellation."""
    head, case = find_case(call)
    return Answer({"cancelDetail": _cancellation(call, head, case)})


def find_case(call: Call) -> tuple[Head, Case]:
    """Return the cancellation that a path names, and its order."""
    wanted = call.names["cancelId"]
    for head in call.store.orders.heads.values():
        for case in cases_of(head):
            if case.id == wanted:
                return head, case
    raise refusal(2002)


def search_returns(call: Call) -> Answer:
    """Answer a page of returns, newest first."""
    first, last = _span(call.query, call.now)
    heads = [head for head in call.store.orders.heads.values() if head.story.returned and first <= returned_at(head) <= last]
    asked: Asked = {"return_id": return_id, "order_id": lambda head: head.id, "states": lambda head: head.story.returned}
    heads = [head for head in heads if all(call.query.get(name, value(head)) == value(head) for name, value in asked.items())]
    heads.sort(key=lambda head: (returned_at(head), head.id), reverse=True)
    rows, frame = _page(call.query, heads, most=500)
    return Answer({"members": [_return(call, head) for head in rows], "total": len(heads), "paginationOutput": frame})


def get_return(call: Call) -> Answer:
    """Answer one return."""
    wanted = call.names["returnId"]
    head = next((head for head in call.store.orders.heads.values() if head.story.returned and return_id(head) == wanted), None)
    if head is None:
        raise refusal(2002)
    return Answer({"summary": _return(call, head)})


def _cancellation(call: Call, head: Head, case: Case) -> dict[str, Any]:
    return cancellation_row(call.store.facts, head, case, call.store.orders.row(head)[1])


def _return(call: Call, head: Head) -> dict[str, Any]:
    return return_row(call.store.facts, head, call.store.orders.row(head)[1], call.store.catalogue.sold)


def _span(query: Mapping[str, str], now: int) -> tuple[int, int]:
    """Return the span of creation asked for: with a start alone it is 90 days wide."""
    start, end = query.get("creation_date_range_from"), query.get("creation_date_range_to")
    try:
        first = instant_of(start) if start else now - HISTORY
        last = instant_of(end) if end else first + USUAL_SPAN if start else now
    except ValueError:
        raise refusal(2004, why="creation_date_range_from and creation_date_range_to are instants in UTC") from None
    if first < now - HISTORY or first > last:
        raise refusal(2004, why="the range of creation dates starts too early or ends before it starts")
    return first, last


def _page(query: Mapping[str, str], found: Sequence[T], most: int) -> tuple[Sequence[T], dict[str, int]]:
    limit, number = query.get("limit", str(USUAL_PAGE)), query.get("offset", "1")
    if not (limit.isdecimal() and number.isdecimal() and 1 <= int(limit) <= most):
        raise refusal(2004, why=f"limit is a number from 1 to {most}, offset the number of a page")
    size, place = int(limit), max(1, int(number))
    frame = {"offset": place, "limit": size, "totalPages": -(-len(found) // size), "totalEntries": len(found)}
    return found[(place - 1) * size : place * size], frame
