"""Pages of a list in the order of a time, or of the platform's numbers. The cursor names the last row given, by time and id."""

import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from adapters.kit.port import ListQuery, Page
from adapters.magento.manifest import PAGE
from adapters.magento.search import Group, Search, beginning, behind, ordered
from adapters.magento.shop import Listed, Listing, Shop
from adapters.magento.values import Json, identity, text

COLUMNS = {"created_at": "created_at", "updated_at": "updated_at", "order_created_at": "created_at", "order_updated_at": "updated_at"}

Unfold = Callable[[Listed], Awaitable[Sequence[list[Any]]]]


async def page_of(
    shop: Shop,
    listing: Listing,
    operation: str,
    query: ListQuery,
    groups: Iterable[Group],
    unfold: Unfold,
    fields: str = "",
) -> Page:
    """Return a page of a list. `unfold` gives the entities of each row of an answer, `fields` trims the rows."""
    column = COLUMNS.get(query.ordering.by)
    search = Search(tuple(groups), ordered(query, column), fields)
    place = json.loads(query.cursor) if query.cursor else None
    onwards = behind(search.orders, tuple(place["after"])) if place else beginning(query, column)
    most = max(1, min(query.size, PAGE))
    listed = await shop.next_rows(listing.path, operation, search.narrowed(onwards), most, place["width"] if place else None)
    found = await unfold(listed)
    after = next((values for row in reversed(listed.rows) if (values := _values(row, column, listing))), None)
    cursor = json.dumps({"after": after, "width": listed.width}) if listed.more and after else None
    return Page([entity for each in found for entity in each], cursor)


def _values(row: Json, column: str | None, listing: Listing) -> list[str] | None:
    """Return where a row stands."""
    key = identity(row.get(listing.id))
    if column is None:
        return [str(key)] if key else None
    time = text(row.get(column))
    return [time, str(key)] if time and key else None
