"""The core of one process: its stores, ready to be asked, behind the cache."""

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Any

import orjson
from redis.asyncio import Redis

from adapters.kit import watching
from adapters.kit.budget import Budget
from adapters.kit.clock import Clock
from adapters.kit.failures import PlatformError
from adapters.kit.http import Wire
from adapters.kit.manifest import Limits
from adapters.kit.port import ByIds, ListQuery, Page, Platform, Readers
from adapters.kit.registry import platforms
from adapters.kit.session import Session
from adapters.kit.stores import StoreConfig
from adapters.kit.writing import Writer
from resolvers.cache import Cache, Found, Shelf
from resolvers.codec import ENTITIES, PAGES, PARTS, Entry
from resolvers.surprises import Surprises
from resolvers.touches import STOCK, marks
from schema.commands import WriteOperation
from schema.errors import Category
from schema.keys import Key, Kind

NO_CREDENTIALS = "The store's credentials are missing here; who runs this gateway has to provide them."


@dataclass(frozen=True, slots=True)
class CoreSettings:
    """`max_age` seconds and `deadline_ms` are what a request gets that asks for nothing else; `cache_seconds` is how long rows are kept."""

    max_age: int = 30
    deadline_ms: int = 10_000
    request_seconds: float = 30.0
    cache_seconds: int = 3600


class Core:
    """All stores of this gateway. A `max_age` of None takes what is kept, however old, and asks no store."""

    def __init__(
        self, stores: Sequence[StoreConfig], fast: Redis, wire: Wire, clock: Clock, settings: CoreSettings = CoreSettings()
    ) -> None:
        self.stores = {store.name: store for store in stores}
        self.clock = clock
        self.settings = settings
        self._cache = Cache(fast, clock, settings.cache_seconds)
        self._fast = fast
        self._wire = wire
        self._surprises = Surprises()
        self._sessions: dict[str, Session] = {}
        self._readers: dict[str, Readers] = {}
        self._writers: dict[str, Mapping[WriteOperation, Writer]] = {}

    def platform(self, store: str) -> Platform:
        """Return the platform a store is on."""
        return platforms()[self.stores[store].platform]

    async def entities(self, store: str, kind: Kind, ids: Sequence[str], max_age: float | None) -> list[Found]:
        """Return one entry or failure an id, in order; the value of an entry is None when the platform has none."""
        shelf = Shelf(self.stores[store].scope, kind, ids)
        return await self._cache.read(shelf, max_age, ENTITIES[kind], partial(self._fetch_entities, store, kind, ids))

    async def known(self, store: str, kind: Kind, name: str) -> Any | None:
        """Return an entity as a reader would get it now without asking the store, None where it is not known."""
        shelf = Shelf(self.stores[store].scope, kind, [name])
        (found,) = await self._cache.known(shelf, self.settings.max_age, ENTITIES[kind])
        return found.value if found is not None else None

    def at_hand(self, store: str, what: str, name: str, oldest: datetime) -> Entry | None:
        """Return an entity or a part (`what` is its kind or name) where this process has it, observed since `oldest`; else None."""
        found = self._cache.at_hand(self.stores[store].scope, what, name, oldest)
        if found is not None:
            watching.hit(what)
        return found

    @property
    def stamp(self) -> int:
        """Return a number that is the same as long as this process keeps the same, and nothing of it was written to."""
        return self._cache.stamp

    async def parts(self, store: str, part: str, parents: Sequence[str], max_age: float | None) -> list[Found]:
        """Return the complete list of a part for each parent, in order; None when the platform has no such part."""
        shelf = Shelf(self.stores[store].scope, part, parents)
        return await self._cache.read(shelf, max_age, PARTS[part], partial(self._fetch_parts, store, part, parents))

    def page_at_hand(self, store: str, kind: Kind, query: ListQuery, oldest: datetime) -> Entry | None:
        """Return a page of a list where this process has it, observed since `oldest`; else None."""
        what = f"{kind}:page"
        found = self._cache.at_hand(self.stores[store].scope, what, _described(query), oldest)
        if found is not None:
            with watching.cache_read(what) as passage:
                passage.tell(local=1, age=(self.clock.now() - found.observed_at).total_seconds())
        return found

    async def page(self, store: str, kind: Kind, query: ListQuery, max_age: float | None) -> Entry:
        """Return a page of a list; raises PlatformError."""
        shelf = Shelf(self.stores[store].scope, f"{kind}:page", [_described(query)])
        found = (await self._cache.read(shelf, max_age, PAGES[kind], partial(self._fetch_page, store, kind, query)))[0]
        if isinstance(found, PlatformError):
            raise found
        return found

    async def touch(self, keys: Sequence[Key], *, moved: bool = False) -> None:
        """Let nobody be answered from what was seen of these entities before now, nor of any stock if goods were `moved`."""
        touched: dict[str, set[str]] = {}
        for key in keys:
            kept = (await self.entities(key.store, key.kind, [key.id], None))[0]
            touched.setdefault(key.store, set(STOCK) if moved else set()).update(
                marks(key, None if isinstance(kept, PlatformError) else kept.value)
            )
        for store, found in touched.items():
            await self._cache.touch(self.stores[store].scope, found)

    def version(self) -> int:
        """Return a number that changes whenever this process hears that something was written to."""
        return self._cache.barriers.version

    async def listen(self) -> None:
        """Hear what other processes write, until cancelled."""
        await self._cache.barriers.listen()

    def writers(self, store: str) -> Mapping[WriteOperation, Writer]:
        """Return what a store can be changed with; raises PlatformError AUTH for a store that lacks its credentials."""
        readers = self._connected(store)
        if store not in self._writers:
            make = self.platform(store).writers
            self._writers[store] = make(self._sessions[store], readers) if make else {}
        return self._writers[store]

    def retry_at(self, error: PlatformError | None) -> datetime | None:
        """Return when asking again makes sense after a failure, where that is known."""
        if error is None or error.retry_after is None:
            return None
        return self.clock.now() + timedelta(seconds=error.retry_after)

    async def close(self) -> None:
        """Wait until nothing is under way any more."""
        await self._cache.close()

    async def _fetch_entities(self, store: str, kind: Kind, ids: Sequence[str], places: list[int]) -> Sequence[Any]:
        reader = self._connected(store).kinds.get(kind)
        if reader is None or reader.by_ids is None:
            return [None] * len(places)
        found = await _in_order(reader.by_ids, [ids[place] for place in places])
        self._surprises.note(self.stores[store], found)
        return found

    async def _fetch_parts(self, store: str, part: str, parents: Sequence[str], places: list[int]) -> Sequence[Any]:
        by_parents = self._connected(store).parts.get(part)
        if by_parents is None:
            return [None] * len(places)
        found = await _in_order(by_parents, [parents[place] for place in places])
        self._surprises.note(self.stores[store], (row for rows in found if isinstance(rows, list) for row in rows))
        return found

    async def _fetch_page(self, store: str, kind: Kind, query: ListQuery, places: list[int]) -> Sequence[Page]:
        reader = self._connected(store).kinds.get(kind)
        if reader is None or reader.page is None:
            raise PlatformError(Category.VALIDATION, "The platform has no such list.", code="UNSUPPORTED")
        page = await reader.page(query)
        self._surprises.note(self.stores[store], page.rows)
        return [page]

    def _connected(self, store: str) -> Readers:
        """Return a store's readers; raises PlatformError AUTH for a store that lacks its credentials."""
        config = self.stores[store]
        if config.problem is not None:
            # The problem itself names variables and files of this machine: it is in the log of the start, not for callers.
            raise PlatformError(Category.AUTH, NO_CREDENTIALS, code="CREDENTIALS")
        if store not in self._readers:
            platform = self.platform(store)
            limits = _at_most(platform.manifest.limits, config.concurrency)
            buckets = {name: _at_most(own, config.concurrency) for name, own in platform.manifest.buckets.items()}
            budget = Budget(self._fast, config.scope, limits, self.clock, buckets)
            session = Session(config, platform.manifest, platform.dialect, self._wire, budget, self.clock, self._fast)
            self._sessions[store] = session
            self._readers[store] = platform.connect(session)
        return self._readers[store]


@lru_cache(1000)
def _described(query: ListQuery) -> str:
    """Return a name for a page: the same for the same query."""
    described = orjson.dumps(dataclasses.asdict(query), default=str, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(described).hexdigest()[:32]


def _at_most(limits: Limits, concurrency: int | None) -> Limits:
    """Return limits that let no more requests be under way than the store's owner wants."""
    if concurrency is None:
        return limits
    return dataclasses.replace(limits, concurrency=min(limits.concurrency, concurrency), most=concurrency)


async def _in_order(by_ids: ByIds[Any], ids: list[str]) -> Sequence[Any]:
    """Hold a reader to its contract: as many results as ids."""
    found = await by_ids(ids)
    if len(found) != len(ids):
        raise RuntimeError(f"a reader answered {len(ids)} ids with {len(found)} results")
    return found
