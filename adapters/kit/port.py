"""The port: what the core asks of every platform.

`Platform` is a record of parts. `connect(session)` gives the readers of one store, `writers(session, readers)` what it can be changed with;
a kind, part or operation that is absent there is one the platform does not have. What can be sorted, filtered and written is data in the
manifest, so that it can be told without a connection.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Literal, Protocol, TypeVar

from adapters.kit.failures import PlatformError
from adapters.kit.manifest import Manifest
from adapters.kit.session import Dialect, Session
from adapters.kit.writing import Writer
from schema.commands import WriteOperation
from schema.keys import Kind

T_co = TypeVar("T_co", covariant=True)

SortField = Literal["created_at", "updated_at", "order_created_at", "order_updated_at", "sequence", "name"]
SortValue = datetime | int | str


@dataclass(frozen=True, slots=True)
class Ordering:
    """How a list is ordered: by which attribute of its rows, and which way."""

    by: SortField
    descending: bool


@dataclass(frozen=True, slots=True)
class Span:
    """A span of time; `start` is inside, `end` is not, None is open."""

    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to, in canonical words; ids are the key ids of this store. None = not narrowed by this.

    A reader uses what its platform can answer itself, to save calls; the core checks every row again, so a reader may give too many
    rows but never too few.
    """

    numbers: tuple[str, ...] | None = None
    skus: tuple[str, ...] | None = None
    statuses: tuple[Enum, ...] | None = None
    payment_statuses: tuple[Enum, ...] | None = None
    fulfilment_statuses: tuple[Enum, ...] | None = None
    created: Span | None = None
    updated: Span | None = None
    email: str | None = None
    text: str | None = None
    active: bool | None = None
    customer: str | None = None
    product: str | None = None
    orders: tuple[str, ...] | None = None
    variants: tuple[str, ...] | None = None
    locations: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ListQuery:
    """One read of a list.

    `start` is the sort value to begin at, inclusive, in the direction of the ordering (at or before it when descending); None begins at
    the end of the list. `size` is how many rows are wanted: a hint, at most the platform's page limit. `cursor` goes on after an earlier
    page of the same query.
    """

    ordering: Ordering
    size: int
    start: SortValue | None = None
    filter: Filter = field(default_factory=Filter)
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in the order asked for; rows with the same sort value stand in any order. `cursor` is None at the end of the list.

    Between `start` and the last row nothing is missing, however the list changed meanwhile, of rows that did not move.
    """

    rows: Sequence[Any]
    cursor: str | None


class ByIds(Protocol[T_co]):
    """Reads entities by key id; the DataLoader contract."""

    def __call__(self, ids: Sequence[str], /) -> Awaitable[Sequence[T_co | PlatformError | None]]:
        """Return as many results as ids, in their order: a value, None when the platform has none, or why it failed."""
        ...


class Lists(Protocol):
    """Reads one page of a list."""

    def __call__(self, query: ListQuery, /) -> Awaitable[Page]:
        """Return a page; raises PlatformError."""
        ...


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one kind from one store; an absent part is something the platform can't do."""

    by_ids: ByIds[Any] | None = None
    page: Lists | None = None


@dataclass(frozen=True, slots=True)
class Readers:
    """All a store can be asked.

    `parts` are what hangs below an entity: `lines`, `shipments` and `refunds` of orders, `variants` of products, `inventory_levels` of
    variants. A part's reader takes the parents' key ids and gives a complete list for each.
    """

    kinds: Mapping[Kind, Reader]
    parts: Mapping[str, ByIds[list[Any]]]


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform: its facts, how it is spoken to, how to read and to change one of its stores, and the types of its extras."""

    manifest: Manifest
    dialect: Dialect
    connect: Callable[[Session], Readers]
    extras: tuple[type, ...] = ()
    writers: Callable[[Session, Readers], Mapping[WriteOperation, Writer]] | None = None
