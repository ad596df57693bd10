"""Relay connections, the orders of lists, and what a list says of its sources."""

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Generic, TypeVar

import strawberry

from schema.errors import Category
from schema.stores import Store

T = TypeVar("T")

MAX_PAGE = 250


@strawberry.type(description="Where a page lies in its list.")
class PageInfo:
    """Relay's page information."""

    has_next_page: bool = strawberry.field(
        description="Whether more rows are known. Rows of a store that failed do not count: pass `endCursor` later to get exactly those."
    )
    has_previous_page: bool = strawberry.field(description="Whether rows before this page are known.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first row.")
    end_cursor: str | None = strawberry.field(description="Cursor to go on from; also remembers what failed stores still owe.")


@strawberry.enum(description="How a store took part in a list.")
class SourceState(Enum):
    """What was served for one store."""

    LIVE = strawberry.enum_value("LIVE", description="Read from the platform for this request.")
    CACHED = strawberry.enum_value("CACHED", description="Kept from an earlier read, within `maxAge`.")
    STALE = strawberry.enum_value(
        "STALE", description="Older than `maxAge`: the store could not be read just now, see `category` and `onStoreFailure`."
    )
    FAILED = strawberry.enum_value("FAILED", description="The store could not answer: its rows are missing from this page.")
    DEADLINE = strawberry.enum_value("DEADLINE", description="The store did not answer in time: its rows are missing from this page.")
    UNSUPPORTED = strawberry.enum_value("UNSUPPORTED", description="The platform has no such list, or cannot order or filter it so.")


@strawberry.type(description="What one store gave to a list.")
class Source:
    """A row for each store that was asked."""

    store: Store = strawberry.field(description="The store.")
    state: SourceState = strawberry.field(description="How it took part.")
    observed_at: datetime | None = strawberry.field(description="The oldest moment at which the platform gave any of these rows.")
    category: Category | None = strawberry.field(description="Why it failed.")
    message: str | None = strawberry.field(description="What went wrong and what helps, for people.")
    retry_at: datetime | None = strawberry.field(description="When to ask again.")
    calls: int = strawberry.field(description="Requests sent to the platform for this page.")


@strawberry.enum(description="What happens to a list when one of its stores can't answer.")
class OnStoreFailure(Enum):
    """The caller's choice between less, older and nothing."""

    OMIT = strawberry.enum_value("OMIT", description="Leave its rows out; `sources` says so, the cursor remembers them.")
    STALE = strawberry.enum_value("STALE", description="Serve what is known of it, however old; leave it out when nothing is.")
    FAIL = strawberry.enum_value("FAIL", description="Answer with an error instead of a page with a gap.")


@strawberry.type(description="One row of a list.")
class Edge(Generic[T]):
    """Relay's edge."""

    node: T = strawberry.field(description="The row.")
    cursor: str = strawberry.field(description="Pass it as `after` or `before` to go on from this row.")


@strawberry.type(description="A page of a list over one or more stores, in one exact order.")
class Connection(Generic[T]):
    """Relay's connection, with `sources` beside it."""

    cursor_after: strawberry.Private[Callable[[int], str]]
    nodes: list[T] = strawberry.field(description="The rows.")
    page_info: PageInfo = strawberry.field(description="Where the page lies.")
    sources: list[Source] = strawberry.field(description="What each store gave.")

    @strawberry.field(description="The rows with a cursor each.")
    def edges(self) -> list[Edge[T]]:
        """Return the edges; their cursors are made only when they are asked for."""
        return [Edge(node=node, cursor=self.cursor_after(place)) for place, node in enumerate(self.nodes)]


def _sorts(name: str, kind: str, fields: tuple[str, ...], descriptions: dict[str, str]) -> type[Enum]:
    """Make the sort enumeration of a kind: each field downwards and upwards."""
    words = {"DESC": "highest first", "ASC": "lowest first"}
    members = {
        f"{field}_{way}": strawberry.enum_value(f"{field}_{way}", description=f"{descriptions[field]}, {words[way]}.")
        for field in fields
        for way in ("DESC", "ASC")
    }
    made = Enum(name, members, module=__name__)  # type: ignore[misc]
    return strawberry.enum(made, description=f"The orders {kind} can be listed in.")


_MEANING = {
    "CREATED_AT": "When the platform recorded it",
    "UPDATED_AT": "When the platform last changed it",
    "ID": "As the platform numbers it",
    "NAME": "By name",
    "ORDER_CREATED_AT": "When the platform recorded the order it belongs to",
    "ORDER_UPDATED_AT": "When the platform last changed the order it belongs to",
}

OrderSort = _sorts("OrderSort", "orders", ("CREATED_AT", "UPDATED_AT"), _MEANING)
ProductSort = _sorts("ProductSort", "products", ("CREATED_AT", "UPDATED_AT", "ID"), _MEANING)
VariantSort = _sorts("VariantSort", "variants", ("UPDATED_AT", "ID"), _MEANING)
CustomerSort = _sorts("CustomerSort", "customers", ("CREATED_AT", "UPDATED_AT"), _MEANING)
InventoryLevelSort = _sorts("InventoryLevelSort", "inventory levels", ("ID",), _MEANING)
LocationSort = _sorts("LocationSort", "locations", ("NAME", "ID"), _MEANING)
ShipmentSort = _sorts("ShipmentSort", "shipments", ("ORDER_UPDATED_AT", "ORDER_CREATED_AT"), _MEANING)
RefundSort = _sorts("RefundSort", "refunds", ("ORDER_UPDATED_AT", "ORDER_CREATED_AT"), _MEANING)
