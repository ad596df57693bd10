"""What one request carries: who asks, what exists for them, and the loaders that answer their links."""

import asyncio
from collections.abc import Awaitable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from graphql import Undefined

from resolvers.catalogue import store_type
from resolvers.connections import connection, max_age_of
from resolvers.core import Core
from resolvers.loaders import Loaders
from resolvers.principal import Principal
from resolvers.writes.accepting import Writes
from schema.errors import CartographError, Code, InputError
from schema.keys import Key, Kind
from schema.paging import Connection
from schema.stores import Store

T = TypeVar("T")


class RequestContext:
    """Implements `schema.context.Links` for one principal. A key of a store it can't see is a key of nothing."""

    def __init__(self, core: Core, principal: Principal, writes: Writes | None = None) -> None:
        self.core = core
        self.principal = principal
        self.visible = {store.name: store for store in principal.visible(core.stores.values())}
        self._writes = writes
        self._shown: dict[str, Store] = {}
        self.begin()

    def begin(self) -> None:
        """Begin anew: what was read before now is forgotten. For each event of a subscription."""
        self.started = self.after = self.until = self.above = self.upto = self.core.clock.now()
        self._set_max_age(None)
        self._ends = asyncio.get_running_loop().time() + self.core.settings.request_seconds
        self._loaders = Loaders(self.core, lambda: self.max_age)

    @property
    def stamp(self) -> int:
        """Return a number that is the same as long as what this process keeps is the same."""
        return self.core.stamp

    @property
    def writes(self) -> Writes:
        """Return what takes writes in; a context made without it can only read."""
        if self._writes is None:
            raise InputError(Code.UNSUPPORTED, "This gateway takes no writes.")
        return self._writes

    @property
    def max_age(self) -> int:
        """Return the strictest freshness any field of this request asked for, in seconds."""
        return int(self.core.settings.max_age if self._max_age is None else self._max_age)

    def tighten(self, arguments: Mapping[str, Any]) -> None:
        """Let links be as fresh as the field they are followed from."""
        asked = max_age_of(arguments, self.core)
        self._set_max_age(asked if self._max_age is None else min(self._max_age, asked))

    def _set_max_age(self, max_age: float | None) -> None:
        self._max_age = max_age
        self.oldest = self.started - timedelta(seconds=self.max_age)

    def store(self, name: str) -> Store:
        """Return a store the principal may see."""
        found = self._shown.get(name)
        if found is None:
            found = self._shown[name] = store_type(self.visible[name])
        return found

    async def one(self, key: Key) -> Any:
        """Return the entity, or None when there is none for this principal; raises StoreError."""
        found = self.one_at_hand(key)
        return await self._in_time(self._loaders.one(key)) if found is Undefined else found

    async def children(self, part: str, parent: Key) -> Any:
        """Return all parts of an entity, None when the platform has no such part; raises StoreError."""
        found = self.children_at_hand(part, parent)
        return await self._in_time(self._loaders.part(part, parent)) if found is Undefined else found

    def one_at_hand(self, key: Key) -> Any:
        """Return what `one` would, or `Undefined` when this process would have to wait for it."""
        return self._at_hand(key.kind, key) if key.store in self.visible else None

    def children_at_hand(self, part: str, parent: Key) -> Any:
        """Return what `children` would, or `Undefined` when this process would have to wait for it."""
        return self._at_hand(part, parent) if parent.store in self.visible else []

    def _at_hand(self, what: str, key: Key) -> Any:
        found = self.core.at_hand(key.store, what, key.id, self.oldest)
        if found is None:
            return Undefined
        self.upto = min(self.upto, found.observed_at)
        return found.value

    async def connection(self, kind: Kind, arguments: Mapping[str, Any]) -> Connection[Any]:
        """Return one page of a kind over the principal's stores."""
        self.tighten(arguments)
        page = await connection(self.core, list(self.visible.values()), self.started, kind, arguments)
        self._loaders.prime(kind, page.nodes)
        return page

    async def _in_time(self, waiting: Awaitable[T]) -> T:
        try:
            async with asyncio.timeout_at(self._ends):
                return await waiting
        except TimeoutError:
            raise CartographError(Code.DEADLINE, "The store did not answer in time; ask again, or ask for less at once.") from None
