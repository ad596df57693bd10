"""What the write side reads of one store: always anew, through the cache, so that whoever asks next has it too."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.port import Filter, ListQuery, Ordering
from resolvers.cache import Found
from resolvers.core import Core
from schema.keys import Kind

Read = Any | PlatformError | None


class Reads:
    """Reads of one store for writes; `max_age` in seconds, 0 = anew."""

    def __init__(self, core: Core, store: str, max_age: float = 0) -> None:
        self._core = core
        self.store = store
        self._max_age = max_age

    async def entities(self, kind: Kind, ids: Sequence[str]) -> Mapping[str, Read]:
        """Return each entity by its key id: the entity, None when there is none, or why it failed."""
        unique = list(dict.fromkeys(ids))
        found = await self._core.entities(self.store, kind, unique, self._max_age) if unique else []
        return _by_id(unique, found)

    async def parts(self, part: str, parents: Sequence[str]) -> Mapping[str, Read]:
        """Return the list of a part by the parent's key id; None where the platform has no such part."""
        unique = list(dict.fromkeys(parents))
        found = await self._core.parts(self.store, part, unique, self._max_age) if unique else []
        return _by_id(unique, found)

    def can_list(self, kind: Kind, by: str) -> bool:
        """Say whether the platform can list a kind in an order."""
        facts = self._core.platform(self.store).manifest.kinds.get(kind)
        return facts is not None and by in facts.sorts

    async def first(self, kind: Kind, ordering: Ordering, wanted: Filter, fits: Callable[[Any], bool]) -> Any | None:
        """Return the first row of a list that fits; raises PlatformError."""
        page = await self._core.page(self.store, kind, ListQuery(ordering, 50, filter=wanted), self._max_age)
        return next((row for row in page.value.rows if fits(row)), None)


def _by_id(ids: Sequence[str], found: Sequence[Found]) -> dict[str, Read]:
    return {each: result if isinstance(result, PlatformError) else result.value for each, result in zip(ids, found, strict=True)}
