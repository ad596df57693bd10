"""What the stores of the contract have to be written to: products, variants, orders and customers, given out one after the other."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from resolvers.catalogue import SORT_NAMES
from schema.commands import WriteOperation as Op
from schema.keys import Key, Kind
from tests.support.world import World

PRODUCTS = """query($stores: [ID!], $sort: ProductSort!) { products(first: 250, stores: $stores, sort: $sort, deadlineMs: 60000) { nodes {
  id status options { name values } variants { id sku price { amount currencyCode } compareAtPrice { amount } options { name value }
  inventoryLevels { id available onHand tracked } } } } }"""
ORDERS = """query($stores: [ID!], $after: String) { orders(first: 250, after: $after, stores: $stores, deadlineMs: 60000) { nodes {
  id status platformStatus paymentStatus fulfilmentStatus lines { platformId quantity requiresShipping }
  extras { ... on AmazonOrderExtras { fulfilledBy }
    ... on WalmartOrderExtras { shipNodeType intentToCancel } } } pageInfo { endCursor } } }"""
TOUCHED = "query($id: ID!) { order(id: $id) { shipments { tracking { number } } refunds { id } } }"
CUSTOMERS = "query($stores: [ID!]) { customers(first: 100, stores: $stores) { nodes { id email } } }"

STUCK = frozenset({"payment_review", "fraud"})  # words of orders that are pending, and with which nothing can be done
# How the ids of levels begin whose units a marketplace keeps itself: they change by what is sent to it.
KEPT = ("FBA:", "WFSFulfilled:")


@dataclass(slots=True)
class Picks:
    """Gives out what a store has, in turn; orders, and what is deleted, once."""

    world: World
    store: str
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    ways: dict[Op, str] = field(default_factory=dict)
    before: dict[str, int | None] = field(default_factory=dict)
    _pools: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def platform(self) -> str:
        return self.world.core.stores[self.store].platform

    def takes(self, operation: Op, name: str) -> bool:
        """Say whether the platform can take a field of an operation."""
        fields = self.world.core.platform(self.store).manifest.writes[operation].fields
        return fields is None or name in fields

    async def product(self, *, last: bool = False) -> Any:
        """Return a product whose stock is counted, the one not given out for longest, or for the last time one of the fewest variants."""
        pool = self._pools["products"]
        if last:
            return pool.pop(min(range(len(pool)), key=lambda place: len(pool[place]["variants"])))
        pool.insert(0, pool.pop())
        return pool[0]

    async def roof(self) -> Any:
        """Return the product of the most variants, the same to everybody."""
        return self._pools["roof"][0]

    async def sister(self) -> Any:
        """Return a variant of the product that has the most."""
        sisters = self._pools["roof"][0]["variants"]
        return next(sister for sister in iter(sisters.pop, None) if not _kept(sister))

    async def order(self, status: str, payment: str = "PAID", *, sent: bool) -> Any:
        """Return an order in a state, with something in it that can be sent, of which nothing was given back yet."""
        pool = self._pools["orders"]
        while True:
            found = pool.pop(next(place for place, each in enumerate(pool) if _fits(each, status, payment, sent=sent)))
            parts = (await self.world.ask(TOUCHED, id=found["id"]))["order"]
            if not parts["refunds"] and (
                sent or not any(parcel["number"] for each in parts["shipments"] or () for parcel in each["tracking"])
            ):
                return found

    async def customer(self) -> Any:
        if "customers" not in self._pools:
            found = (await self.world.ask(CUSTOMERS, stores=[self.store]))["customers"]["nodes"]
            self._pools["customers"] = [each for each in found if each["email"]]
        return self._pools["customers"].pop()

    async def load(self) -> None:
        """Read what there is, before anything is changed."""
        first = (await self.world.ask(ORDERS, stores=[self.store]))["orders"]
        more = (await self.world.ask(ORDERS, stores=[self.store], after=first["pageInfo"]["endCursor"]))["orders"]
        sorts = self.world.core.platform(self.store).manifest.kinds[Kind.PRODUCT].sorts
        rows = (await self.world.ask(PRODUCTS, stores=[self.store], sort=f"{SORT_NAMES[sorts[0]]}_ASC"))["products"]["nodes"]
        rows.sort(key=lambda row: len(row["variants"]), reverse=True)
        usable = [row for row in rows[1:] if row["status"] in {None, "ACTIVE"} and _usable(row)]
        self._pools |= {"roof": rows[:1], "products": usable[::-1], "orders": [*first["nodes"], *more["nodes"]]}


def units_of(level: Any) -> int | None:
    """Return the units a level has: those that can be sold, or all of them where the platform knows no others."""
    found: int | None = level["available"] if level["available"] is not None else level["onHand"]
    return found


def level_of(product: Any) -> Any:
    """Return a stock level of a product that is counted."""
    return next(filter(_countable, product["variants"][0]["inventoryLevels"]))


def _countable(level: Any) -> bool:
    return bool(level["tracked"]) and units_of(level) is not None


def _kept(variant: Any) -> bool:
    """Say whether a marketplace keeps the stock of a variant, or a part of it."""
    return any(Key.decode(level["id"]).id.startswith(KEPT) for level in variant["inventoryLevels"] or ())


def _usable(row: Any) -> bool:
    first = row["variants"][0] if row["variants"] else None
    whole = first and first["price"] and not first["compareAtPrice"] and any(map(_countable, first["inventoryLevels"] or ()))
    # What is sold out may be promised to an auction: then the platform refuses whatever is sent of it.
    sold_out = any(units_of(level) == 0 for variant in row["variants"] for level in variant["inventoryLevels"] or ())
    return bool(whole) and not sold_out and not any(map(_kept, row["variants"]))


def _fits(order: Any, status: str, payment: str, *, sent: bool) -> bool:
    lines = order["lines"] or ()
    fulfilled = order["fulfilmentStatus"] == "FULFILLED" if sent else order["fulfilmentStatus"] in {None, "UNFULFILLED"}
    shippable = any(each["requiresShipping"] is not False for each in lines)
    in_state = (order["status"] != "CANCELLED") if sent else order["status"] == status
    in_state = in_state and order["platformStatus"] not in STUCK and _is_own(order["extras"] or {})
    return fulfilled and shippable and 0 < len(lines) < 100 and in_state and order["paymentStatus"] == payment


def _is_own(extras: Any) -> bool:
    """Say whether the merchant sends an order, and not the marketplace, and nobody has asked to call it off."""
    sender = extras.get("fulfilledBy") or extras.get("shipNodeType")
    return sender in {None, "MERCHANT", "SellerFulfilled"} and not extras.get("intentToCancel")
