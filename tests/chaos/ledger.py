"""What was asked for in a storm, and what came of it: counted from the receipts and from what the sandboxes say they did.

Every write bears a value of its own (a number of units, a price, a tracking number, a title, an e-mail address), so that an effect can be
told to be its, and to be the second one.
"""

import asyncio
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from adapters.kit.port import ListQuery, Ordering
from adapters.kit.sandbox import Effect
from resolvers.writes.accepting import lane_of
from resolvers.writes.queue import Write
from resolvers.writes.sealing import Contents
from schema import commands
from schema.commands import OPERATIONS, Merge, WriteOperation
from schema.keys import Kind
from schema.receipts import FINAL, Receipt, ReceiptState
from tests.support.world import World

PARKED = ReceiptState.NEEDS_INTERVENTION
LEVELS, ORDERS = 16, 10  # lanes of a store, at most
EFFECTS: dict[WriteOperation, frozenset[str]] = {
    WriteOperation.INVENTORY_SET: frozenset({"stock.set"}),
    WriteOperation.PRICE_SET: frozenset({"price.set"}),
    WriteOperation.PRODUCT_UPDATE: frozenset({"product.update", "variant.update"}),
    WriteOperation.SHIPMENT_CREATE: frozenset({"shipment.create", "order.update"}),
    WriteOperation.CUSTOMER_CREATE: frozenset({"customer.create"}),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted write; `mark` is what its effect bears."""

    store: str
    number: str
    contents: Contents
    mark: str


@dataclass(slots=True)
class Stock:
    """What a store had before the storm."""

    levels: dict[str, int]
    prices: dict[str, tuple[Decimal, str]]
    products: list[str]
    orders: list[tuple[str, str]]


@dataclass(slots=True)
class Ledger:
    """All accepted writes of a storm, in their order."""

    world: World
    chance: random.Random
    entries: list[Entry] = field(default_factory=list)
    stock: dict[str, Stock] = field(default_factory=dict)

    async def survey(self) -> None:
        """Read what the stores have."""
        for store in self.world.core.stores:
            self.stock[store] = await _survey(self.world, store)

    async def accept(self, count: int) -> None:
        """Keep some more writes, of all kinds the stores can do."""
        for _ in range(count):
            store = self.chance.choice(list(self.stock))
            entry = self._make(store, len(self.entries))
            if entry is not None:
                contents = entry.contents
                mergeable = OPERATIONS[contents.operation].merge is not Merge.NEVER
                write = Write(
                    entry.number, contents.operation, lane_of(contents, entry.number), self.world.writes.sealer.seal(contents), mergeable
                )
                await self.world.writes.queue.enqueue(self.world.core.stores[store].scope, [write])
                self.entries.append(entry)

    async def receipts(self) -> list[Receipt]:
        """Return the receipts of all entries; one that is missing fails here."""
        found: list[Receipt] = []
        for begin in range(0, len(self.entries), 500):
            some = self.entries[begin : begin + 500]
            read = await self.world.writes.receipts.read([(entry.store, entry.number) for entry in some])
            assert None not in read, "an accepted write is gone"
            found += [each for each in read if each is not None]
        return found

    async def calm(self, seconds: float) -> None:
        """Wait until every write is at its end or parked; what waits for its next attempt is tried at once, as a person would have it."""
        until = time.monotonic() + seconds
        while left := [each for each in await self.receipts() if each.state not in FINAL and each.state is not PARKED]:
            shown = [(each.store_name, each.operation.name, each.state.name, each.code, each.attempts) for each in left]
            assert time.monotonic() < until, shown
            for receipt in left:
                await self.world.writes.queue.requeue(self.world.core.stores[receipt.store_name].scope, receipt.number)
            await asyncio.sleep(1)

    @property
    def lanes(self) -> int:
        return len({(entry.store, lane_of(entry.contents, entry.number)) for entry in self.entries})

    def effects_of(self, entry: Entry) -> list[Effect]:
        """Return what the sandboxes did that bears the mark of a write."""
        wanted = EFFECTS.get(entry.contents.operation, frozenset())
        return [each for each in self._by_mark().get((entry.store, entry.mark), []) if each.what in wanted]

    def _by_mark(self) -> Mapping[tuple[str, str], list[Effect]]:
        found: dict[tuple[str, str], list[Effect]] = defaultdict(list)
        for effect in self.world.effects():
            for mark in set(_marks(effect.value)):
                found[effect.store, mark].append(effect)
        return found

    def _make(self, store: str, place: int) -> Entry | None:
        own = self.stock[store]
        operations = self.world.core.platform(store).manifest.writes
        units = 10_000 + place
        number = f"{place:08d}"
        choices: list[tuple[Any, str]] = []
        if own.levels:
            choices.append((commands.InventorySet(self.chance.choice(list(own.levels)), units), str(units)))
        if own.prices:
            variant = self.chance.choice(list(own.prices))
            price = f"{1000 + place}.{place % 90 + 10}"
            choices.append((commands.PriceSet(variant, price, own.prices[variant][1]), price))
        if own.products:
            title = f"Title {place} of the storm"
            choices.append((commands.ProductUpdate(self.chance.choice(own.products), {"title": title}), title))
        if own.orders:
            order, line = self.chance.choice(own.orders)
            tracking = f"TRACK{place:06d}"
            units_of_line = (commands.LineUnits(line, 1),)
            choices.append(
                (commands.ShipmentCreate(order, units_of_line, commands.TrackingFields(number=tracking, company="UPS")), tracking)
            )
        email = f"storm{place}@example.com"
        choices.append((commands.CustomerCreate({"email": email, "first_name": "Storm", "last_name": str(place)}), email))
        able = [(command, mark) for command, mark in choices if _operation(command) in operations]
        if not able:
            return None
        command, mark = self.chance.choice(able)
        return Entry(store, number, Contents(_operation(command), command), mark)


async def _survey(world: World, store: str) -> Stock:
    readers = world.readers(store)
    page = readers.kinds[Kind.VARIANT].page
    assert page is not None
    sorts = world.core.platform(store).manifest.kinds
    by = "sequence" if "sequence" in sorts[Kind.VARIANT].sorts else "updated_at"
    variants = list((await page(ListQuery(Ordering(by, descending=False), 40))).rows)[:LEVELS]  # type: ignore[arg-type]
    parts = await readers.parts["inventory_levels"]([each.key_id for each in variants])
    levels = [level for found in parts if isinstance(found, list) for level in found[:1]]
    orders = readers.kinds[Kind.ORDER].page
    assert orders is not None
    rows = [
        row
        for row in (await orders(ListQuery(Ordering("created_at", descending=True), 40))).rows
        if row.status.name in {"OPEN", "PENDING"} and row.fulfilment_status is not None and row.fulfilment_status.name == "UNFULFILLED"
    ][:ORDERS]
    lines = await readers.parts["lines"]([row.key_id for row in rows]) if rows else []
    return Stock(
        levels={each.key_id: each.available for each in levels if each.tracked and each.available is not None},
        prices={each.key_id: (each.price.amount, each.price.currency_code) for each in variants if each.price},
        products=list(dict.fromkeys(each.product_key_id for each in variants)),
        orders=[
            (row.key_id, line.platform_id) for row, found in zip(rows, lines, strict=True) if isinstance(found, list) for line in found[:1]
        ],
    )


def _operation(command: Any) -> WriteOperation:
    return next(operation for operation, shape in commands.SHAPES.items() if type(command) is shape)


def _marks(value: Any) -> Iterator[str]:
    """Yield every plain value in what an effect bears."""
    if isinstance(value, dict):
        for each in value.values():
            yield from _marks(each)
    elif isinstance(value, list):
        for each in value:
            yield from _marks(each)
    elif value is not None:
        yield str(value)


def in_order(numbers: list[int]) -> bool:
    """Say whether numbers only grow."""
    return numbers == sorted(numbers)


def count_states(receipts: list[Receipt]) -> Counter[str]:
    """Return how many receipts are in each state, with the code of those that are not done."""
    return Counter(receipt.state.name + (f" {receipt.code}" if receipt.code else "") for receipt in receipts)
