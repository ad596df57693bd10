"""The demo's query: its answer made readable, and what counts as a good one."""

import copy
import io
from typing import Any

import pytest
from graphql import parse, validate
from rich.console import Console

from gateway.showcase import QUERY, Reply, tell
from resolvers.api import make_schema

ORDER = {
    "store": {"name": "north", "platform": {"name": "Northern"}},
    "number": "#1[b]",
    "createdAt": "2026-11-23T10:00:00Z",
    "status": "OPEN",
    "totals": {"total": {"amount": "12.50", "currencyCode": "EUR"}},
    "contact": None,
    "lines": [{"quantity": 1, "title": f"Thing {index}"} for index in range(4)],
}
SOURCE = {"store": {"name": "north", "platform": {"name": "Northern"}}, "state": "LIVE", "message": None, "calls": 1}


def told(body: Any, status: int = 200) -> tuple[bool, str]:
    written = io.StringIO()
    fine = tell(Reply(status, body, 0.1), Console(file=written, width=150))
    return fine, written.getvalue()


def answer(**source: Any) -> dict[str, Any]:
    return {"data": {"orders": {"nodes": [copy.deepcopy(ORDER)], "sources": [{**SOURCE, **source}]}}}


def test_an_answer_of_all_stores_is_good() -> None:
    fine, written = told(answer())

    assert fine
    assert all(word in written for word in ("#1[b]", "12.50 EUR", "1 x Thing 0", "and 2 more", "north (Northern): LIVE, 1 call", "100 ms"))


def test_an_order_without_a_total_is_shown() -> None:
    body = answer()
    body["data"]["orders"]["nodes"][0]["totals"]["total"] = None

    assert told(body)[0]


@pytest.mark.parametrize("state", ["FAILED", "DEADLINE", "STALE", "UNSUPPORTED"])
def test_a_store_that_gave_nothing_makes_it_bad_and_is_explained(state: str) -> None:
    fine, written = told(answer(state=state, message="It is away."))

    assert (False, True) == (fine, "It is away." in written)


@pytest.mark.parametrize("body", [None, {"errors": [{"message": "No."}]}, {"data": None}, {"data": {"orders": None}}])
def test_an_answer_without_orders_is_bad(body: Any) -> None:
    assert not told(body, 503)[0]


def test_the_query_is_valid() -> None:
    assert [] == validate(make_schema()._schema, parse(QUERY))
