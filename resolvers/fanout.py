"""One list over many stores, exactly ordered.

Each store fills a stream (`streams`), all at once and none beyond the deadline; the streams are merged by (sort value, store, key id). A
store that fails or is late leaves a gap: the page goes out without it, `sources` says why, and the cursor keeps that store's place, so
that going on from it yields exactly the missing rows.
"""

import asyncio
import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from operator import itemgetter
from typing import Any

from adapters.kit.calls import Tally, calling
from adapters.kit.failures import PlatformError
from adapters.kit.port import ListQuery, Ordering
from resolvers.cache import LATE
from resolvers.codec import Entry
from resolvers.core import Core
from resolvers.cursors import Cursor, RowKey, before
from resolvers.narrowing import Narrowing
from resolvers.streams import Stream
from schema.errors import Category
from schema.keys import Kind
from schema.paging import OnStoreFailure, SourceState

SLACK = 3  # rows beyond a page: one to know that there are more, two to close the groups of equal sort values at both ends


@dataclass(frozen=True, slots=True)
class Ask:
    """One page of a list, as asked for."""

    kind: Kind
    ordering: Ordering
    narrowing: Narrowing
    size: int
    cursor: Cursor
    stores: tuple[str, ...]
    max_age: float | None
    seconds: float
    on_failure: OnStoreFailure | None


@dataclass(slots=True)
class Share:
    """What one store gave: its stream, and how it went."""

    store: str
    stream: Stream
    tally: Tally | None = None
    state: SourceState = SourceState.LIVE
    error: PlatformError | None = None
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Gathered:
    """Merged rows with their keys, whether more are known, and each store's share."""

    rows: list[tuple[RowKey, Any]]
    more: bool
    shares: dict[str, Share] = field(default_factory=dict)


class Fanout:
    """Gathers pages of lists."""

    def __init__(self, core: Core, started: datetime) -> None:
        self._core = core
        self._started = started

    async def gather(self, ask: Ask) -> Gathered:
        """Return the next rows of a list; never raises for a store."""
        shares = {store: self._share(ask, store) for store in ask.stores}
        asked = [share for share in shares.values() if share.state is not SourceState.UNSUPPORTED]
        waiting = [share for share in asked if not self._fill_at_hand(ask, share)]
        tasks = {asyncio.create_task(self._fill(ask, share)): share for share in waiting}
        if tasks:
            left: str | None = None
            try:
                await asyncio.wait(tasks, timeout=ask.seconds)
                left = LATE
            finally:  # also when the caller has gone: nobody reads on for it
                for task in tasks:
                    task.cancel(left)
                await asyncio.gather(*tasks, return_exceptions=True)
            for task, share in tasks.items():
                if task.cancelled():
                    self._fail(share, SourceState.DEADLINE)
                else:
                    task.result()
        for share in asked:
            if share.state in {SourceState.FAILED, SourceState.DEADLINE} and _may_be_old(ask, share):
                await self._fill_stale(ask, share)
        merged = _merge([share.stream.rows for share in asked], ask.ordering, ask.size + 1)
        return Gathered(merged[: ask.size], len(merged) > ask.size, shares)

    def _share(self, ask: Ask, store: str) -> Share:
        manifest = self._core.platform(store).manifest
        facts = manifest.kinds.get(ask.kind)
        narrowing = ask.narrowing
        # What the platform does not sift itself is sifted here: then rows are read by the largest page.
        sifted = facts is None or narrowing.names() - facts.filters
        size = manifest.page if sifted else min(manifest.page, ask.size + SLACK)
        query = ListQuery(ask.ordering, size, filter=narrowing.for_store(store))
        share = Share(store, Stream(store, partial(self._page, ask, store), query, ask.cursor.place(store), narrowing.admits(store)))
        lacks = (
            facts is None
            or (not narrowing.looks_up and ask.ordering.by not in facts.sorts)
            or ("text" in narrowing.plain and "text" not in facts.filters)
        )
        if lacks:
            share.state = SourceState.UNSUPPORTED
        return share

    def _fill_at_hand(self, ask: Ask, share: Share) -> bool:
        """Read a store's share where no waiting is needed; say whether that was enough."""
        if ask.narrowing.looks_up or ask.max_age is None:
            return False
        oldest = self._started - timedelta(seconds=ask.max_age)
        at_hand = partial(self._core.page_at_hand, share.store, ask.kind, oldest=oldest)
        if not share.stream.fill_at_hand(ask.size + 1, at_hand):
            return False
        self._judge(share)
        return True

    def _judge(self, share: Share) -> None:
        if all(moment < self._started for moment in share.stream.observed):
            share.state = SourceState.CACHED

    async def _fill(self, ask: Ask, share: Share) -> None:
        with calling() as tally:
            share.tally = tally
            try:
                await self._read(ask, share)
            except PlatformError as error:
                self._fail(share, SourceState.FAILED, error)
                return
        self._judge(share)

    async def _read(self, ask: Ask, share: Share) -> None:
        if ask.narrowing.looks_up:
            await self._look_up(ask, share)
        else:
            await share.stream.fill(ask.size + 1)

    async def _look_up(self, ask: Ask, share: Share) -> None:
        """Read the rows a filter names one by one, instead of a list."""
        narrowing = ask.narrowing
        keys = narrowing.parents if narrowing.parents is not None else narrowing.ids or ()
        ids = list(dict.fromkeys(key.id for key in keys if key.store == share.store))
        if narrowing.parents is not None and narrowing.part is not None:
            found = await self._core.parts(share.store, narrowing.part, ids, ask.max_age)
        else:
            found = await self._core.entities(share.store, ask.kind, ids, ask.max_age)
        entries = []
        for each in found:
            if isinstance(each, PlatformError):
                raise each
            entries.append(each)
        rows = [
            row for entry in entries if entry.value is not None for row in (entry.value if isinstance(entry.value, list) else [entry.value])
        ]
        if narrowing.parents is not None and narrowing.ids is not None:
            wanted = {key.id for key in narrowing.ids}
            rows = [row for row in rows if row.key_id in wanted]
        share.stream.take_all(rows, min((entry.observed_at for entry in entries), default=self._started))

    async def _page(self, ask: Ask, store: str, query: ListQuery) -> Entry:
        return await self._core.page(store, ask.kind, query, ask.max_age)

    async def _fill_stale(self, ask: Ask, share: Share) -> None:
        """Use what is kept of a store that failed, however old, as far as it goes."""
        old = replace(ask, max_age=None)
        kept = self._share(old, share.store)
        try:
            await self._read(old, kept)
        except PlatformError:
            if not kept.stream.rows:
                return
        share.stream = kept.stream
        share.state = SourceState.STALE
        share.stale = not kept.stream.ended

    def _fail(self, share: Share, state: SourceState, error: PlatformError | None = None) -> None:
        share.state = state
        share.error = error


def cursor_after(ask: Ask, shares: Mapping[str, Share], last: RowKey | None) -> Cursor:
    """Return the cursor behind the row `last`: one key for all stores that came so far, an exception for each that did not."""
    places: dict[str, RowKey | None] = {}
    for store, share in shares.items():
        if share.state is SourceState.UNSUPPORTED:
            continue
        place = _further(ask.cursor.place(store), last, ask.ordering)
        if share.state in {SourceState.FAILED, SourceState.DEADLINE} or share.stale:
            place = _nearer(place, share.stream.known, ask.ordering)
        places[store] = place
    furthest = last
    for place in [ask.cursor.key, *places.values()]:
        furthest = _further(furthest, place, ask.ordering)
    untouched = {store: place for store, place in ask.cursor.exceptions.items() if store not in shares}
    return Cursor(furthest, {**untouched, **{store: place for store, place in places.items() if place != furthest}})


def _may_be_old(ask: Ask, share: Share) -> bool:
    """Say whether rows that are older than asked for are better than none of this store.

    A caller who chose nothing gets them when the platform's limit is used up: some platforms allow a search every few minutes.
    """
    if ask.on_failure is None:
        return share.error is not None and share.error.category is Category.QUOTA
    return ask.on_failure is OnStoreFailure.STALE


def _merge(runs: Iterable[list[tuple[RowKey, Any]]], ordering: Ordering, size: int) -> list[tuple[RowKey, Any]]:
    return list(islice(heapq.merge(*runs, key=itemgetter(0), reverse=ordering.descending), size))


def _further(one: RowKey | None, other: RowKey | None, ordering: Ordering) -> RowKey | None:
    if one is None or other is None:
        return one if other is None else other
    return other if before(one, other, ordering) else one


def _nearer(one: RowKey | None, other: RowKey | None, ordering: Ordering) -> RowKey | None:
    if one is None or other is None:
        return None
    return one if before(one, other, ordering) else other
