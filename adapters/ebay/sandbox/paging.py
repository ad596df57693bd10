"""The platform's kinds of pages: some count an offset in records, some in pages, all link to their neighbours."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from adapters.ebay.sandbox.calls import Call
from adapters.ebay.sandbox.errors import refusal

MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Limits:
    """How a list is paged: its usual and largest page, the codes for a wrong limit and offset, and whether an offset counts pages.

    A larger limit than `most` is refused, or, when the list is `lenient`, means the largest page.
    """

    usual: int
    most: int
    limit_code: int
    offset_code: int
    by_page: bool = False
    lenient: bool = False


ORDERS = Limits(50, 200, 31100, 31000)
ITEMS = Limits(25, 200, 25706, 25706, by_page=True)
OFFERS = Limits(100, 100, 25706, 25706, by_page=True, lenient=True)
LOCATIONS = Limits(100, 100, 25706, 25706, lenient=True)
TRANSACTIONS = Limits(20, 1000, 135003, 135003)


@dataclass(frozen=True, slots=True)
class Page:
    """The part of a list that was asked for; `offset` in the list's own unit."""

    rows: Sequence[Any]
    total: int
    limit: int
    offset: int
    by_page: bool

    @property
    def pages(self) -> int:
        """How many pages the list has."""
        return -(-self.total // self.limit)

    def links(self, call: Call, home: str = "") -> dict[str, str]:
        """Return the links of the page to itself and its neighbours."""
        step = 1 if self.by_page else self.limit
        done = (self.offset + 1) * self.limit if self.by_page else self.offset + self.limit
        links = {"href": home + call.page(limit=self.limit, offset=self.offset)}
        if done < self.total:
            links["next"] = home + call.page(limit=self.limit, offset=self.offset + step)
        if self.offset:
            links["prev"] = home + call.page(limit=self.limit, offset=max(0, self.offset - step))
        return links


def page_of(call: Call, rows: Sequence[Any], limits: Limits) -> Page:
    """Return the page of a list that a call asks for; past the end it is empty. Raises the list's own errors."""
    limit = _number(call.query.get("limit", str(limits.usual)))
    offset = _number(call.query.get("offset", "0"))
    if limit is None or limit < 1 or (limit > limits.most and not limits.lenient):
        shown = call.query.get("limit", "")
        raise refusal(limits.limit_code, limitvalue=shown, additionalInfo=f"limit {shown}")
    if offset is None:
        shown = call.query.get("offset", "")
        raise refusal(limits.offset_code, offsetvalue=shown, additionalInfo=f"offset {shown}")
    limit = min(limit, limits.most)
    first = offset * limit if limits.by_page else offset
    return Page(rows[first : first + limit], len(rows), limit, offset, limits.by_page)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None
