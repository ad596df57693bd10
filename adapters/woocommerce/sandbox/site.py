"""One store: its settings, its rows and its clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from adapters.kit.sandbox import SandboxStore
from adapters.woocommerce.sandbox.auth import Door
from adapters.woocommerce.sandbox.dates import SiteClock
from adapters.woocommerce.sandbox.seed.catalogue import ware_heads, ware_row
from adapters.woocommerce.sandbox.seed.customers import customer_heads, customer_row
from adapters.woocommerce.sandbox.seed.facts import Facts
from adapters.woocommerce.sandbox.seed.history import order_heads, refund_heads
from adapters.woocommerce.sandbox.seed.money import Money
from adapters.woocommerce.sandbox.seed.orders import order_row
from adapters.woocommerce.sandbox.seed.refunds import refund_row
from adapters.woocommerce.sandbox.settings import CURRENCIES, Settings, profile_of, settings_of
from adapters.woocommerce.sandbox.table import Head, Row, Table


@dataclass(slots=True)
class Site:
    """A store that serves; `in_flight` counts the requests it is working on."""

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
            self.products.edit(table.heads[row_id].parent)["variations"].remove(row_id)
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
