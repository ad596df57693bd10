"""Reads customers. Nothing narrows their list by time, so it is sought through by the day they registered."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.port import ListQuery, Page
from adapters.woocommerce import mapping
from adapters.woocommerce.seek import BY_REGISTRATION, ranked
from adapters.woocommerce.shop import Listed, Shop
from adapters.woocommerce.streams import page_of

EVERY_ROLE = {"role": "all"}  # else only the role `customer` is listed, and wholesale plugins use others


class Customers:
    """The customers of one shop."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def by_ids(self, ids: Sequence[str]) -> Sequence[Any | PlatformError | None]:
        """Return customers of any role."""
        found = await self._shop.by_include("customers", "CustomersByIds", ids, EVERY_ROLE)
        return self._shop.results(ids, found, lambda each: mapping.customer(each.row, each.seen))

    async def page(self, query: ListQuery) -> Page:
        """Return a page of customers by the day they registered."""
        wanted = query.filter
        params = dict(EVERY_ROLE)
        if wanted.email:
            params["email"] = wanted.email
        if wanted.text:
            params["search"] = wanted.text

        async def unfold(listed: Listed) -> list[list[Any]]:
            return self._shop.build("CustomersPage", listed.rows, lambda row: mapping.customer(row, listed.seen))

        placed = dataclasses.replace(query, start=_start(query))
        page = await page_of(query, [ranked(self._shop, "customers", "CustomersPage", placed, unfold, params, BY_REGISTRATION)])
        return Page(page.rows, None) if _passed(query, page) else page


def _start(query: ListQuery) -> Any:
    """Return where to begin: a span of time that begins later than the query saves the way there."""
    made = query.filter.created
    bound = (made.end if query.ordering.descending else made.start) if made else None
    begin = query.start if isinstance(query.start, datetime) else None
    known = [each for each in (begin, bound) if each is not None]
    return (min if query.ordering.descending else max)(known) if known else None


def _passed(query: ListQuery, page: Page) -> bool:
    """Say whether a page went beyond the span that is wanted."""
    made = query.filter.created
    last = page.rows[-1].created_at if page.rows else None
    if made is None or last is None:
        return False
    if query.ordering.descending:
        return made.start is not None and last < made.start
    return made.end is not None and last >= made.end
