"""One store: its settings, its rows and its clock."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from adapters.kit.sandbox import SandboxStore
from adapters.woocommerce.sandbox.auth import Door
from adapters.woocommerce.sandbox.dates import SiteClock
from adapters.woocommerce.sandbox.seed.catalogue import CATEGORIES, ware_heads, ware_row
from adapters.woocommerce.sandbox.seed.customers import customer_heads, customer_row
from adapters.woocommerce.sandbox.seed.facts import Facts
from adapters.woocommerce.sandbox.seed.history import order_heads, refund_heads
from adapters.woocommerce.sandbox.seed.money import Money
from adapters.woocommerce.sandbox.seed.orders import order_row
from adapters.woocommerce.sandbox.seed.refunds import refund_row
from adapters.woocommerce.sandbox.settings import CURRENCIES, Settings, profile_of, settings_of
from adapters.woocommerce.sandbox.table import Head, Row, Table

FIRST_SERIAL = 100_000_001  # above every id the seed gives to notes, fulfilments, lines and free fields


NO_CATEGORY: Row = {"id": 15, "name": "Uncategorized", "slug": "uncategorized"}


def _terms() -> dict[str, dict[int, Row]]:
    """Return the categories, tags and brands of a shop by kind and id: the seed knows only categories."""
    categories = [NO_CATEGORY, *({"id": 16 + place, "name": name, "slug": slug} for place, (name, slug) in enumerate(CATEGORIES))]
    return {"categories": {row["id"]: row for row in categories}, "tags": {}, "brands": {}}


@dataclass(slots=True)
class Kept:
    """What hangs below an order somebody wrote to; below any other order there is what its seed makes of it.

    `taken` is how many units each line took from stock, `reduced` whether the order's turn to take them has come.
    """

    notes: list[Row]
    fulfillments: list[Row]
    taken: dict[int, int]
    reduced: bool


@dataclass(slots=True)
class Site:
    """A store that serves; `in_flight` counts the requests it is working on, `serials` are ids of what has no table."""

    settings: Settings
    facts: Facts
    clock: SiteClock
    door: Door
    now: Callable[[], datetime]
    orders: Table
    refunds: Table
    products: Table
    variations: Table
    customers: Table
    in_flight: int = 0
    kept: dict[int, Kept] = field(default_factory=dict)
    terms: dict[str, dict[int, Row]] = field(default_factory=_terms)
    serials: Iterator[int] = field(default_factory=lambda: itertools.count(FIRST_SERIAL))

    def instant(self) -> int:
        """Return the present second."""
        return int(self.now().timestamp())

    def next_id(self) -> int:
        """Return an unused id of the range that orders, refunds, products and variations share."""
        return 1 + max(table.last_id for table in (self.orders, self.refunds, self.products, self.variations))

    def refunds_of(self, order_id: int) -> list[Head]:
        """Return the refunds of one order."""
        return [self.refunds.heads[refund_id] for refund_id in self.refunds.children.get(order_id, ())]

    def forget(self, table: Table, row_id: int) -> None:
        """Remove a row for good; a product takes its variations with it, an order its refunds, a variation leaves its product's list."""
        for outer, inner in ((self.products, self.variations), (self.orders, self.refunds)):
            for child in list(inner.children.get(row_id, ())) if table is outer else ():
                inner.remove(child)
        if table is self.variations:
            parent = self.products.edit(table.heads[row_id].parent)
            parent["variations"] = [child for child in parent["variations"] if child != row_id]
        if table is self.orders:
            self.kept.pop(row_id, None)
        table.remove(row_id)


def open_site(store: SandboxStore, now: Callable[[], datetime]) -> Site:
    """Build a store's rows from its seed."""
    profile = profile_of(store)
    settings = settings_of(store, profile)
    _, symbol, decimals = CURRENCIES[settings.currency]
    facts = Facts(store.name, profile, settings.currency, symbol, Money(decimals), settings.clock, settings.version)
    orders = order_heads(facts)
    refunds = refund_heads(facts, orders)
    wares = ware_heads(facts)

    def build_ware(head: Head) -> Row:
        return ware_row(facts, head)

    site = Site(
        settings=settings,
        facts=facts,
        clock=settings.clock,
        door=Door(settings, now),
        now=now,
        orders=Table(lambda head: order_row(facts, head, site.refunds_of(head.id)), orders),
        refunds=Table(lambda head: refund_row(facts, head, site.orders.row(head.parent)), refunds),
        products=Table(build_ware, [head for head in wares if not head.parent], cached=4096),
        variations=Table(build_ware, [head for head in wares if head.parent], cached=4096),
        customers=Table(lambda head: customer_row(facts, head), customer_heads(facts)),
    )
    return site
