"""Receipts as they are told: read from the queue, never with what was written in them.

A list is in one order over all stores, the newest first, then by number. Each store keeps its receipts by state and time of acceptance; the
cursor is the last row's time and number, so a page stays right while receipts come and go.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from strawberry.scalars import JSON

from adapters.kit.stores import StoreConfig
from resolvers.core import Core
from resolvers.writes.queue import Queue, prefix
from schema.commands import OPERATIONS, WriteOperation
from schema.errors import Category, Code, InputError
from schema.keys import Key, Kind, decode_store
from schema.paging import MAX_PAGE, PageInfo
from schema.receipts import Effect, Receipt, ReceiptConnection, ReceiptEdge, ReceiptFilter, ReceiptState

CHUNK = 100
WAITING = frozenset({ReceiptState.QUEUED, ReceiptState.RETRYING})
FIELDS = (
    "op", "kind", "lane", "state", "category", "code", "reason", "attempts", "created", "updated", "next", "coalesced", "carrier", "effect",
)  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a receipt stands in a list: the highest is the first."""

    created: int
    number: str


@dataclass(slots=True)
class _Source:
    """One index of one store, read on as far as the list needs it."""

    store: StoreConfig
    index: str
    rows: list[Place] = field(default_factory=list)
    last: Place | None = None
    again: int = 0  # how many of the rows read so far come again, because they are of the same millisecond as the last
    ended: bool = False
    oldest: int = 0


class Receipts:
    """Reads receipts of the stores of this gateway."""

    def __init__(self, core: Core, queue: Queue) -> None:
        self._core = core
        self._queue = queue

    async def read(self, wanted: Sequence[tuple[str, str]]) -> list[Receipt | None]:
        """Return receipts by store and number, in order; None where there is none."""
        if not wanted:
            return []
        pipe = self._queue.state.pipeline(transaction=False)
        stores = sorted({store for store, _ in wanted})
        for store in stores:
            pipe.hgetall(f"{prefix(self._core.stores[store].scope)}holds")
        for store, number in wanted:
            pipe.hmget(f"{prefix(self._core.stores[store].scope)}job:{number}", FIELDS)
        answers = await pipe.execute()
        holds = {store: {what.decode() for what in found} for store, found in zip(stores, answers, strict=False)}
        return [_receipt(store, number, row, holds[store]) for (store, number), row in zip(wanted, answers[len(stores) :], strict=True)]

    async def page(
        self, stores: Sequence[StoreConfig], wanted: ReceiptFilter | None, first: int | None, after: str | None
    ) -> ReceiptConnection:
        """Return a page of receipts; raises InputError."""
        size = 50 if first is None else first
        if not 1 <= size <= MAX_PAGE:
            raise InputError(Code.PAGE_SIZE_INVALID, f"`first` is {size}; ask for 1 to {MAX_PAGE} rows and go on with the cursor.")
        asked = wanted or ReceiptFilter()
        begin = _decode(after) if after is not None else None
        oldest = int(asked.since.timestamp() * 1000) if asked.since else 0
        sources = [_Source(store, index, oldest=oldest) for store in narrowed(stores, asked, self._core) for index in _indices(asked)]
        rows: dict[str, Receipt] = {}  # by id: one whose state changes meanwhile may come twice
        while len(rows) <= size:
            batch = await self._next(sources, begin, size + 1)
            if not batch:
                break
            found = await self.read([(source.store.name, place.number) for source, place in batch])
            rows |= {row.number: row for row in found if row is not None and fits(row, asked)}
        page = list(rows.values())[:size]
        edges = [ReceiptEdge(node=row, cursor=_encode(row)) for row in page]
        info = PageInfo(
            has_next_page=len(rows) > size,
            has_previous_page=after is not None,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else after,
        )
        return ReceiptConnection(nodes=page, edges=edges, page_info=info)

    async def counts(self, stores: Sequence[StoreConfig]) -> Mapping[tuple[str, ReceiptState], int]:
        """Return how many receipts each store has in each state."""
        asked = [(store, state) for store in stores for state in ReceiptState if state is not ReceiptState.HELD]
        pipe = self._queue.state.pipeline(transaction=False)
        for store, state in asked:
            pipe.zcard(f"{prefix(store.scope)}by:{state.name}")
        found = await pipe.execute()
        return {(store.name, state): count for (store, state), count in zip(asked, found, strict=True) if count}

    async def _next(self, sources: Sequence[_Source], begin: Place | None, size: int) -> list[tuple[_Source, Place]]:
        """Return the next rows of all sources, merged."""
        taken: list[tuple[_Source, Place]] = []
        while len(taken) < size:
            for source in sources:
                await self._fill(source, begin)
            best = max((source for source in sources if source.rows), key=lambda source: source.rows[0], default=None)
            if best is None:
                break
            taken.append((best, best.rows.pop(0)))
        return taken

    async def _fill(self, source: _Source, begin: Place | None) -> None:
        while not source.rows and not source.ended:
            # On from the last row, not from so many rows: rows come and go while they are read.
            key, behind = f"{prefix(source.store.scope)}{source.index}", source.last or begin
            newest, size = "+inf" if behind is None else behind.created, CHUNK + source.again
            found: Any = await self._queue.state.zrevrangebyscore(key, newest, source.oldest, 0, size, withscores=True)
            source.ended = len(found) < size
            places = [Place(int(score), number.decode()) for number, score in found]
            source.rows = [place for place in places if behind is None or place < behind]
            source.last = source.rows[-1] if source.rows else source.last
            source.again = sum(place.created == places[-1].created for place in places) if places else 0


def narrowed(stores: Sequence[StoreConfig], asked: ReceiptFilter, core: Core) -> list[StoreConfig]:
    """Return the stores a filter leaves; raises InputError for one that names a store there is not."""
    name = decode_store(asked.store) if asked.store is not None else None
    if name is not None and name not in {store.name for store in stores}:
        raise InputError(Code.STORE_UNKNOWN, f"There is no store {name[:60]!r}; `stores` lists those you can ask.")
    return [
        store
        for store in stores
        if (name is None or store.name == name)
        and (asked.tenant is None or store.tenant == asked.tenant)
        and (asked.platform is None or store.platform == asked.platform)
    ]


def fits(receipt: Receipt, asked: ReceiptFilter) -> bool:
    """Say whether a receipt of a store that fits fits as well."""
    return (
        (asked.kind is None or receipt.kind == asked.kind)
        and (asked.operation is None or receipt.operation in asked.operation)
        and (asked.category is None or receipt.category in asked.category)
        and (asked.state is None or receipt.state in asked.state)
        and (asked.since is None or receipt.created_at >= asked.since)
    )


def _indices(asked: ReceiptFilter) -> list[str]:
    """Return the indices that have all that is asked for: what waits in a held lane is kept as waiting."""
    if asked.state is None:
        return ["all"]
    wanted = set(asked.state) | (WAITING if ReceiptState.HELD in asked.state else frozenset())
    return [f"by:{state.name}" for state in ReceiptState if state in wanted and state is not ReceiptState.HELD]


def _receipt(store: str, number: str, row: Sequence[bytes | None], holds: set[str]) -> Receipt | None:
    told = {name: value.decode() if value else "" for name, value in zip(FIELDS, row, strict=True)}
    if not told["state"]:
        return None
    state = ReceiptState[told["state"]]
    if state in WAITING and ("*" in holds or told["kind"] in holds):
        state = ReceiptState.HELD
    operation = WriteOperation[told["op"]]
    carrier = told["coalesced"] or (told["carrier"] if told["carrier"] != number else "")
    effect = orjson.loads(told["effect"]) if told["effect"] else None
    return Receipt(
        store_name=store,
        number=number,
        coalesced=carrier or None,
        target_key=_target(store, operation, told["lane"]),
        operation=operation,
        kind=told["kind"],
        state=state,
        category=Category[told["category"]] if told["category"] else None,
        code=told["code"] or None,
        reason=told["reason"] or None,
        attempts=int(told["attempts"] or 0),
        created_at=_time(told["created"]),
        updated_at=_time(told["updated"]),
        next_attempt_at=_time(told["next"]) if state in WAITING or state is ReceiptState.WAITING_PLATFORM else None,
        effect=_effect(store, effect) if effect is not None and state is ReceiptState.DONE else None,
    )


def _target(store: str, operation: WriteOperation, lane: str) -> Key | None:
    kind = OPERATIONS[operation].target
    return Key(kind, store, lane.partition(":")[2]) if kind is not None else None


def _effect(store: str, told: Mapping[str, Any]) -> Effect:
    entity = told.get("entity")
    key = Key(Kind(entity[0]), store, entity[1]) if entity else None
    before, after = told.get("before"), told.get("after")
    return Effect(entity_key=key, before=JSON(before) if before is not None else None, after=JSON(after) if after is not None else None)


def _time(milliseconds: str) -> datetime:
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)


def _encode(row: Receipt) -> str:
    text = f"{int(row.created_at.timestamp() * 1000)}:{row.number}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(text: str) -> Place:
    try:
        created, _, number = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode().partition(":")
        return Place(int(created), number)
    except (binascii.Error, UnicodeError, ValueError):
        raise InputError(Code.CURSOR_INVALID, "The cursor is not one this list has given out; begin without `after`.") from None
