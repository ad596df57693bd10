"""What the canonical types ask of the request they are answered in: the protocol behind their links to each other.

The types name each other here and in `strawberry.lazy`, so that no module of the schema needs another one to be loaded first.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

import strawberry

from schema.keys import Key

if TYPE_CHECKING:
    from schema.stores import Store


class Links(Protocol):
    """Follows links for the principal of one request; foreign stores do not exist for it."""

    @property
    def started(self) -> datetime:
        """When the request began, UTC."""
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

    async def connection(self, kind: Any, arguments: Mapping[str, Any]) -> Any:
        """Return one page of a kind over the principal's stores; `arguments` as the connection's field has them."""
        ...


Info = strawberry.Info[Links, None]
