"""Platforms made of lists, to test the core with: every hostile thing a platform may do is a line here.

A `Mall` is a core over any number of `Shop`s. A shop answers from `rows`, a page at a time; it breaks ties its own way, anew for each place
a list is begun at, gives rows that were not asked for, and stops in `before` for whatever a test wants to happen there.
"""

import asyncio
import contextlib
import dataclasses
import importlib
import inspect
import itertools
import json
import types
import typing
import zlib
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

import pytest
import strawberry
from redis.asyncio import Redis

from adapters.kit.calls import current_tally
from adapters.kit.clock import Clock, SystemClock
from adapters.kit.failures import PlatformError
from adapters.kit.http import Request, Wire
from adapters.kit.manifest import KindFacts, Limits, Manifest
from adapters.kit.port import ByIds, ListQuery, Page, Platform, Reader, Readers
from adapters.kit.session import Dialect, Judgement, Session
from adapters.kit.stores import StoreConfig
from adapters.kit.writing import WriteFacts
from resolvers.api import make_schema
from resolvers.codec import PART_TYPES, TYPES
from resolvers.context import RequestContext
from resolvers.core import Core, CoreSettings
from resolvers.principal import Principal, Role
from resolvers.streams import MISSING
from schema import paging
from schema.commands import WriteOperation
from schema.errors import Category
from schema.extras import CustomerExtras, OrderExtras, ProductExtras, VariantExtras
from schema.keys import Kind
from schema.money import Money
from schema.orders import Parts
from schema.paging import Connection, Source

DAY = datetime(2026, 3, 1, tzinfo=UTC)
EVERYBODY = Principal("everybody", None, frozenset(Role))
MODULES = ("adapters.kit.registry", "resolvers.api", "resolvers.catalogue", "resolvers.connections", "resolvers.core", "resolvers.queries")


@strawberry.type
class FakeOrderExtras(OrderExtras):
    code: str | None = None
    amounts: list[Money] = strawberry.field(default_factory=list)


@strawberry.type
class FakeProductExtras(ProductExtras):
    weight: Decimal | None = None


@strawberry.type
class FakeVariantExtras(VariantExtras):
    seen: datetime | None = None


@strawberry.type
class FakeCustomerExtras(CustomerExtras):
    words: list[str] = strawberry.field(default_factory=list)


EXTRAS: dict[type, type] = {
    OrderExtras: FakeOrderExtras,
    ProductExtras: FakeProductExtras,
    VariantExtras: FakeVariantExtras,
    CustomerExtras: FakeCustomerExtras,
}

SORTS: dict[Kind, tuple[str, ...]] = {
    Kind.ORDER: ("created_at", "updated_at"),
    Kind.PRODUCT: ("created_at", "updated_at"),
    Kind.VARIANT: ("updated_at", "sequence"),
    Kind.CUSTOMER: ("created_at", "updated_at"),
    Kind.INVENTORY_LEVEL: ("sequence",),
    Kind.LOCATION: ("name", "sequence"),
    Kind.SHIPMENT: ("order_created_at", "order_updated_at"),
    Kind.REFUND: ("order_created_at", "order_updated_at"),
}
DEFAULT_SORTS: dict[Kind, Enum] = {
    Kind.ORDER: paging.OrderSort["CREATED_AT_DESC"],
    Kind.PRODUCT: paging.ProductSort["UPDATED_AT_DESC"],
    Kind.VARIANT: paging.VariantSort["UPDATED_AT_DESC"],
    Kind.CUSTOMER: paging.CustomerSort["CREATED_AT_DESC"],
    Kind.INVENTORY_LEVEL: paging.InventoryLevelSort["ID_ASC"],
    Kind.LOCATION: paging.LocationSort["NAME_ASC"],
    Kind.SHIPMENT: paging.ShipmentSort["ORDER_UPDATED_AT_DESC"],
    Kind.REFUND: paging.RefundSort["ORDER_UPDATED_AT_DESC"],
}


VALUES: dict[type, Any] = {int: 1, bool: True, Decimal: Decimal("1.50"), datetime: DAY}
PLAIN: dict[str, Any] = {"parts": Parts(), "known_refunded": None, "sequence": 0}  # what is not filled with text or numbers
_BATCH = itertools.count()


class FakeClock:
    """Stands still, unless someone sleeps: then it jumps, and others get their turn."""

    def __init__(self, start: datetime = DAY) -> None:
        self.time = start

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return (self.time - DAY).total_seconds()

    async def sleep(self, seconds: float) -> None:
        self.advance(seconds)
        await asyncio.sleep(0)

    def advance(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Read:
    """One thing a shop was asked: a page of a list, or ids of a kind or part."""

    what: str
    query: ListQuery | None = None
    ids: tuple[str, ...] = ()


@dataclass(slots=True)
class Shop:
    """One store. `sizes` are the sizes of its pages, over and over; empty = as asked. `strays` adds rows nobody asked for;
    with `circles` the last page leads back to the first."""

    config: StoreConfig
    clock: Clock
    rows: list[Any] = field(default_factory=list)
    parts: dict[tuple[str, str], list[Any]] = field(default_factory=dict)
    broken_ids: dict[str, PlatformError] = field(default_factory=dict)
    before: Callable[[Read], Awaitable[object] | None] | None = None
    sizes: Sequence[int] = ()
    strays: int = 0
    circles: bool = False
    reads: list[Read] = field(default_factory=list)
    _turn: Iterator[int] = field(default_factory=itertools.count)

    def add(self, kind: Kind, key_id: str, /, **fields: Any) -> Any:
        """Add a row, its unnamed fields filled with marked text; returns it."""
        row = entity(TYPES[kind], self.config.name, key_id, observed_at=self.clock.now(), **fields)
        self.rows.append(row)
        return row

    def orders(self, *seconds: int) -> None:
        """Add an order for each number, made and changed that many seconds into the day."""
        for second in seconds:
            moment = DAY + timedelta(seconds=second)
            self.add(Kind.ORDER, f"o{len(self.rows)}", created_at=moment, updated_at=moment)

    def fail(self, times: int = 10**9, skip: int = 0, **more: Any) -> PlatformError:
        """Let reads fail, `times` of them after the next `skip`; returns the failure."""
        error = self.failure(**more)
        turn = itertools.count()

        def before(_: Read) -> None:
            if skip <= next(turn) < skip + times:
                raise error

        self.before = before
        return error

    @staticmethod
    def failure(category: Category = Category.TRANSIENT, message: str = "It is raining.", **more: Any) -> PlatformError:
        """Return how a read may fail."""
        return PlatformError(category, message, **more)

    def readers(self) -> Readers:
        """Return what the core asks."""
        return Readers(
            kinds={kind: Reader(self._by_ids(kind), self._lists(kind)) for kind in Kind},
            parts={part: self._by_parents(part) for part in PART_TYPES},
        )

    async def _asked(self, read: Read) -> None:
        self.reads.append(read)
        current_tally().calls += 1
        if self.before is not None:
            found = self.before(read)
            if inspect.isawaitable(found):
                await found

    def _by_ids(self, kind: Kind) -> Callable[[Sequence[str]], Awaitable[Sequence[Any]]]:
        async def by_ids(ids: Sequence[str]) -> Sequence[Any]:
            await self._asked(Read(kind, ids=tuple(ids)))
            rows = {row.key_id: self._seen(row) for row in self.rows if row.kind is kind}
            return [self.broken_ids.get(each) or rows.get(each) for each in ids]

        return by_ids

    def _by_parents(self, part: str) -> Callable[[Sequence[str]], Awaitable[Sequence[Any]]]:
        async def by_parents(ids: Sequence[str]) -> Sequence[Any]:
            await self._asked(Read(part, ids=tuple(ids)))
            return [self.broken_ids.get(each) or self.parts.get((part, each), []) for each in ids]

        return by_parents

    def _lists(self, kind: Kind) -> Callable[[ListQuery], Awaitable[Page]]:
        async def page(query: ListQuery) -> Page:
            await self._asked(Read(kind, query))
            return self._page([row for row in self.rows if row.kind is kind], query)

        return page

    def _page(self, rows: list[Any], query: ListQuery) -> Page:
        by, descending = query.ordering.by, query.ordering.descending
        salt = f"{self.config.name}{query.start}{descending}"

        def place(row: Any) -> tuple[Any, int]:
            value = getattr(row, by)
            # The platform's own order of ties: not ours, and another one for every list.
            return MISSING[by] if value is None else value, zlib.crc32(f"{salt}{row.key_id}".encode())

        rows = sorted(rows, key=place, reverse=descending)
        begin = 0
        if query.start is not None:
            begin = sum(1 for row in rows if (place(row)[0] > query.start if descending else place(row)[0] < query.start))
        turn = next(self._turn)
        last = _unpack(query.cursor) if query.cursor else None
        if last is not None:
            begin = sum(1 for row in rows if (place(row) >= last if descending else place(row) <= last))
        end = begin + (self.sizes[turn % len(self.sizes)] if self.sizes else query.size)
        cursor = None if end >= len(rows) else _pack(place(rows[end - 1]) if end > begin else last, turn)
        if self.circles:
            cursor = cursor or _pack(place(rows[0]), 0)
        first = max(0, begin - self.strays) if query.cursor is None else begin
        return Page([self._seen(row) for row in rows[first:end]], cursor)

    def _seen(self, row: Any) -> Any:
        return dataclasses.replace(row, observed_at=self.clock.now())


@dataclass(slots=True)
class Mall:
    """A core over shops."""

    core: Core
    shops: Mapping[str, Shop]

    def context(self, principal: Principal = EVERYBODY) -> RequestContext:
        """Return what a new request carries."""
        return RequestContext(self.core, principal)

    async def page(self, kind: Kind = Kind.ORDER, principal: Principal = EVERYBODY, **arguments: Any) -> Connection[Any]:
        """Return one page of a list, as a connection's field would."""
        return await self.context(principal).connection(kind, {"sort": DEFAULT_SORTS[kind], **arguments})

    async def ask(self, query: str, principal: Principal = EVERYBODY, **variables: Any) -> Any:
        """Run a query; returns data and errors."""
        return await fake_schema().execute(query, variable_values=variables, context_value=self.context(principal))

    def replace_by_ids(self, store: str, kind: Kind, by_ids: ByIds[Any]) -> None:
        """Give a store another reader by ids."""
        readers = self.core._readers[store]
        kinds = {**readers.kinds, kind: dataclasses.replace(readers.kinds[kind], by_ids=by_ids)}
        self.core._readers[store] = dataclasses.replace(readers, kinds=kinds)

    def close_shop(self, store: str, problem: str) -> None:
        """Let a store be one that can't be asked at all."""
        self.core.stores[store] = dataclasses.replace(self.core.stores[store], problem=problem)

    def another(self, fast: Redis, **settings: Any) -> "Mall":
        """Return the same shops seen by another process."""
        return _open(fast, list(self.shops.values()), self.core.clock, settings)


def mall(
    fast: Redis,
    names: Sequence[str],
    *,
    tenants: Mapping[str, str] | None = None,
    platforms: Mapping[str, str] | None = None,
    clock: Clock | None = None,
    **settings: Any,
) -> Mall:
    """Make a core over new shops; nothing of earlier ones is in its cache, since its tenants are new too."""
    clock = clock or SystemClock()
    owners, sorts = tenants or {}, platforms or {}
    batch = next(_BATCH)
    stores = [
        StoreConfig(name, f"{owners.get(name, 'tenant')}-{batch}", sorts.get(name, "fake"), f"http://{name}.test", {"token": "secret"})
        for name in names
    ]
    return _open(fast, [Shop(store, clock) for store in stores], clock, settings)


def entity(shape: type, store: str, key_id: str, **fields: Any) -> Any:
    """Return a row; text that is not given is `marker(store)`, so that it shows whose it is."""
    own = {"store_name": store, "key_id": key_id, "platform_id": key_id, **fields}
    return _filled(shape, marker(store), own)


def marker(store: str) -> str:
    """Return a text that stands in every row of a store."""
    return f"mark:{store}:"


def failed(sources: list[Source]) -> dict[str, str]:
    """Return the states of stores that gave less than asked for."""
    states = {source.store.name: source.state.name for source in sources}
    return {name: state for name, state in states.items() if state not in {"LIVE", "CACHED"}}


async def until(happened: Callable[[], bool]) -> None:
    """Let others work until something has happened."""
    async with asyncio.timeout(5):
        while not happened():  # noqa: ASYNC110  # nothing waits here: each turn is someone else's
            await asyncio.sleep(0)


@contextlib.contextmanager
def fake_platforms() -> Iterator[None]:
    """Put the fake platforms in the place of the real ones."""
    with pytest.MonkeyPatch.context() as patch:
        for module in MODULES:
            patch.setattr(importlib.import_module(module), "platforms", lambda: PLATFORMS)
        yield


@cache
def fake_schema() -> strawberry.Schema:
    """Return the schema over the fake platforms."""
    return make_schema()


def _open(fast: Redis, shops: Sequence[Shop], clock: Clock, settings: Mapping[str, Any]) -> Mall:
    core = Core([shop.config for shop in shops], fast, Wire(), clock, CoreSettings(**settings))
    core._readers = {shop.config.name: shop.readers() for shop in shops}
    return Mall(core, {shop.config.name: shop for shop in shops})


def _connect(_: Session) -> Readers:
    raise NotImplementedError


async def _sign(_: Session, request: Request) -> Request:
    return request


def _platform(name: str, kinds: dict[Kind, KindFacts], writes: dict[WriteOperation, WriteFacts]) -> Platform:
    manifest = Manifest(
        name=name,
        title=name.title(),
        api_version="1",
        credentials=(frozenset({"token"}),),
        limits=Limits(),
        errors=(),
        kinds=kinds,
        page=50,
        batch=50,
        writes=writes,
    )
    return Platform(manifest, Dialect(_sign, lambda _: Judgement()), _connect, tuple(EXTRAS.values()))


WRITES: dict[WriteOperation, WriteFacts] = {operation: WriteFacts() for operation in WriteOperation}
PLATFORMS = {
    "bare": _platform("bare", {Kind.ORDER: KindFacts(sorts=("created_at",), filters=frozenset({"text"}))}, {}),
    "fake": _platform("fake", {kind: KindFacts(sorts=sorts) for kind, sorts in SORTS.items()}, WRITES),
}


def _filled(shape: type, mark: str, given: Mapping[str, Any]) -> Any:
    hints = typing.get_type_hints(shape)
    names = [field.name for field in dataclasses.fields(shape) if field.init]
    own = {**PLAIN, **given}
    return shape(**{name: own[name] if name in own else _value(hints[name], name, mark) for name in names})


def _value(hint: Any, name: str, mark: str) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, types.UnionType}:
        return _value(arguments[0], name, mark)
    if origin is list:
        return [_value(arguments[0], name, mark)]
    if origin is dict:
        return {"word": mark}
    if hint is str:
        return "1" if name.endswith("_key_id") else mark
    if hint in VALUES:
        return VALUES[hint]
    if issubclass(hint, Enum):
        return next(iter(hint))
    return _filled(EXTRAS.get(hint, hint), mark, {})


def _pack(place: tuple[Any, int] | None, turn: int) -> str:
    value, rank = place or (None, 0)
    text = value.isoformat() if isinstance(value, datetime) else value
    return json.dumps([text, rank, isinstance(value, datetime), turn])


def _unpack(cursor: str) -> tuple[Any, int] | None:
    value, rank, time, _ = json.loads(cursor)
    return None if value is None else (datetime.fromisoformat(value) if time else value, rank)
