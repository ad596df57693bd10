"""Connections: from a field's arguments to a page. Everything a caller can get wrong is told here, before any store is asked."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

from adapters.kit.port import Ordering, SortField
from adapters.kit.registry import platforms
from adapters.kit.stores import StoreConfig
from resolvers.catalogue import store_type
from resolvers.core import Core
from resolvers.cursors import Cursor, RowKey, decode, digest_of, encode
from resolvers.fanout import Ask, Fanout, Gathered, Share, cursor_after
from resolvers.narrowing import Narrowing, narrow
from schema.errors import Category, Code, InputError, StoreError
from schema.keys import Kind, decode_store
from schema.paging import MAX_PAGE, Connection, OnStoreFailure, PageInfo, Source, SourceState

DEFAULT_PAGE = 50
LONGEST_DEADLINE_MS = 60_000

SORT_FIELDS: dict[str, SortField] = {
    "CREATED_AT": "created_at",
    "UPDATED_AT": "updated_at",
    "ORDER_CREATED_AT": "order_created_at",
    "ORDER_UPDATED_AT": "order_updated_at",
    "ID": "sequence",
    "NAME": "name",
}

LATE = "The store did not answer before the deadline; ask again, or allow more time with `deadlineMs`."
UNSUPPORTED = "The platform has no such list, or can't order or search it so; `platforms` tells what it can do."


async def connection(
    core: Core, visible: Sequence[StoreConfig], started: datetime, kind: Kind, arguments: Mapping[str, Any]
) -> Connection[Any]:
    """Return one page; raises InputError for arguments that can't be, StoreError when a store fails and the caller wants all or nothing."""
    ordering = ordering_of(arguments["sort"])
    narrowing = narrow(kind, arguments.get("filter"), arguments.get("customer"))
    stores = _chosen(visible, arguments, narrowing)
    chosen = [sorted(arguments.get(name) or ()) for name in ("stores", "platforms")]
    digest = digest_of([kind, ordering.by, ordering.descending, narrowing.described(), *chosen])
    backwards, size, text = _window(arguments)
    cursor = decode(text, digest, ordering) if text is not None else Cursor()
    ask = Ask(
        kind=kind,
        ordering=Ordering(ordering.by, not ordering.descending) if backwards else ordering,
        narrowing=narrowing,
        size=size,
        cursor=Cursor(cursor.key) if backwards else cursor,
        stores=stores,
        max_age=max_age_of(arguments, core),
        seconds=_deadline(arguments, core) / 1000,
        on_failure=arguments.get("on_store_failure"),
    )
    gathered = await Fanout(core, started).gather(ask)
    _insist(core, ask, gathered)
    sources = [_source(core, share) for share in gathered.shares.values()]
    if backwards:
        return _backward_page(gathered, sources, digest, started_at_end=text is None)
    return _forward_page(ask, gathered, sources, digest)


def ordering_of(sort: Enum) -> Ordering:
    """Return the ordering a sort value of the API stands for, e.g. CREATED_AT_DESC."""
    name, way = str(sort.value).rsplit("_", 1)
    return Ordering(SORT_FIELDS[name], way == "DESC")


def max_age_of(arguments: Mapping[str, Any], core: Core) -> float:
    """Return the freshness asked for, in seconds."""
    asked = arguments.get("max_age")
    if asked is None:
        return core.settings.max_age
    if asked < 0:
        raise InputError(Code.BAD_REQUEST, "`maxAge` is a number of seconds from 0 (read everything anew) upwards.")
    return float(asked)


def _forward_page(ask: Ask, gathered: Gathered, sources: list[Source], digest: str) -> Connection[Any]:
    keys = [key for key, _ in gathered.rows]

    def cursor(last: RowKey | None) -> str:
        return encode(cursor_after(ask, gathered.shares, last), digest)

    return Connection(
        nodes=[row for _, row in gathered.rows],
        cursor_after=lambda place: cursor(keys[place]),
        page_info=PageInfo(
            has_next_page=gathered.more,
            has_previous_page=ask.cursor.key is not None,
            start_cursor=cursor(keys[0]) if keys else None,
            end_cursor=cursor(keys[-1] if keys else None),
        ),
        sources=sources,
    )


def _backward_page(gathered: Gathered, sources: list[Source], digest: str, *, started_at_end: bool) -> Connection[Any]:
    pairs = gathered.rows[::-1]
    keys = [key for key, _ in pairs]
    return Connection(
        nodes=[row for _, row in pairs],
        cursor_after=lambda place: encode(Cursor(keys[place]), digest),
        page_info=PageInfo(
            has_next_page=not started_at_end,
            has_previous_page=gathered.more,
            start_cursor=encode(Cursor(keys[0]), digest) if keys else None,
            end_cursor=encode(Cursor(keys[-1]), digest) if keys else None,
        ),
        sources=sources,
    )


def _window(arguments: Mapping[str, Any]) -> tuple[bool, int, str | None]:
    """Return whether to read backwards, how many rows, and the cursor to go on from."""
    first, last = arguments.get("first"), arguments.get("last")
    after, before = arguments.get("after"), arguments.get("before")
    backwards = last is not None or before is not None
    if backwards and (first is not None or after is not None):
        raise InputError(Code.BAD_REQUEST, "Use `first` with `after`, or `last` with `before`, not both.")
    size = last if backwards else first
    name = "last" if backwards else "first"
    if size is None:
        size = DEFAULT_PAGE
    if not 1 <= size <= MAX_PAGE:
        raise InputError(Code.PAGE_SIZE_INVALID, f"`{name}` is {size}; ask for 1 to {MAX_PAGE} rows and go on with the cursor.")
    return backwards, size, before if backwards else after


def _deadline(arguments: Mapping[str, Any], core: Core) -> int:
    asked = arguments.get("deadline_ms")
    if asked is None:
        return core.settings.deadline_ms
    if not 1 <= asked <= LONGEST_DEADLINE_MS:
        raise InputError(Code.BAD_REQUEST, f"`deadlineMs` is {asked}; choose 1 to {LONGEST_DEADLINE_MS} milliseconds.")
    return int(asked)


def _chosen(visible: Sequence[StoreConfig], arguments: Mapping[str, Any], narrowing: Narrowing) -> tuple[str, ...]:
    """Return the stores to ask: those of the arguments, of the filter's ids, and of the principal."""
    chosen = {store.name: store for store in visible}
    if arguments.get("stores") is not None:
        named = [decode_store(text) for text in arguments["stores"]]
        for name in named:
            if name not in chosen:
                raise InputError(Code.STORE_UNKNOWN, f"There is no store {name[:60]!r}; `stores` lists those you can ask.")
        chosen = {name: chosen[name] for name in named}
    if arguments.get("platforms") is not None:
        for name in arguments["platforms"]:
            if name not in platforms():
                raise InputError(Code.PLATFORM_UNKNOWN, f"There is no platform {name[:60]!r}; there are: {', '.join(platforms())}.")
        chosen = {name: store for name, store in chosen.items() if store.platform in arguments["platforms"]}
    only = narrowing.stores()
    return tuple(sorted(name for name in chosen if only is None or name in only))


def _insist(core: Core, ask: Ask, gathered: Gathered) -> None:
    """Raise for the first store that failed, when the caller wants all rows or none."""
    if ask.on_failure is not OnStoreFailure.FAIL:
        return
    for share in gathered.shares.values():
        if share.error is not None:
            raise StoreError(share.store, share.error.category, share.error.message, core.retry_at(share.error))
        if share.state is SourceState.DEADLINE:
            raise StoreError(share.store, Category.TRANSIENT, LATE)


def _source(core: Core, share: Share) -> Source:
    messages = {SourceState.DEADLINE: LATE, SourceState.UNSUPPORTED: UNSUPPORTED}
    return Source(
        store=store_type(core.stores[share.store]),
        state=share.state,
        observed_at=min(share.stream.observed, default=None),
        category=share.error.category if share.error else None,
        message=share.error.message if share.error else messages.get(share.state),
        retry_at=core.retry_at(share.error),
        calls=share.tally.calls if share.tally else 0,
    )
