"""What the canonical types ask of the request they are answered in: the protocol behind their links to each other.

The types name each other here and in `strawberry.lazy`, so that no module of the schema needs another one to be loaded first.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

import strawberry

from schema.keys import Key, Kind

if TYPE_CHECKING:
    from schema.stores import Store


class Links(Protocol):
    """Follows links for the principal of one request; foreign stores do not exist for it."""

    # Between which moments (above the first, up to the second) another request's `started` and `oldest` must be for what was looked at,
    # since somebody last reset these, to be the same for it.
    after: datetime
    until: datetime
    above: datetime
    upto: datetime

    oldest: datetime  # since when a value has to have been observed, to be as fresh as asked for

    @property
    def started(self) -> datetime:
        """When the request began, UTC."""
        ...

    @property
    def stamp(self) -> int:
        """Return a number that is the same as long as all that is at hand is the same."""
        ...

    @property
    def max_age(self) -> int:
        """Return the strictest freshness any field of this request asked for, in seconds."""
        ...

    def store(self, name: str) -> "Store":
        """Return a store the principal may see."""
        ...

    async def one(self, key: Key) -> Any:
        """Return the entity, or None when the platform has none; raises StoreError when the store can't answer."""
        ...

    async def children(self, part: str, parent: Key) -> list[Any]:
        """Return all parts of one entity (`lines`, `shipments`, …), complete; raises StoreError."""
        ...

    def one_at_hand(self, key: Key) -> Any:
        """Return what `one` would, or `Undefined` when that is not at hand."""
        ...

    def children_at_hand(self, part: str, parent: Key) -> Any:
        """Return what `children` would, or `Undefined` when that is not at hand."""
        ...

    async def connection(self, kind: Any, arguments: Mapping[str, Any]) -> Any:
        """Return one page of a kind over the principal's stores; `arguments` as the connection's field has them."""
        ...


# The key of a field's metadata that says that its resolver is not always needed, because what it asks for may be at hand. The value is a
# function from the entity and the links to what the field would answer, or `Undefined` when it is not at hand. It may be called twice, and
# the same answer is the same object as long as that is possible.
AT_ONCE = "at-once"

# The key of the metadata of a field with arguments that can be answered without its resolver: a function from the links and the arguments,
# named and coerced as GraphQL has them, to what the resolver would return (it may have to be awaited), or `Undefined` to ask the resolver.
ASKED = "asked"


def linked(kind: Kind, name: str) -> dict[str, Any]:
    """Return the metadata of a field that follows a link; the attribute `name` has the key id, None for no link."""

    def at_once(entity: Any, links: "Links") -> Any:
        key_id = getattr(entity, name)
        return None if key_id is None else links.one_at_hand(Key(kind, entity.store_name, key_id))

    return {AT_ONCE: at_once}


def listed(part: str, own: Callable[[Any], Any] = lambda _: None) -> dict[str, Any]:
    """Return the metadata of a field that lists the parts of an entity; `own` returns those that came with it, None where none did."""

    def at_once(entity: Any, links: "Links") -> Any:
        found = own(entity)
        return links.children_at_hand(part, entity.key) if found is None else found

    return {AT_ONCE: at_once}


Info = strawberry.Info[Links, None]
