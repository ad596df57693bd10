"""One store of the sandbox: its seeded tables, and how rows of different kinds find each other."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from adapters.kit.sandbox import SandboxStore
from adapters.shopify.sandbox.idempotency import Keys
from adapters.shopify.sandbox.jobs import JOB_SECONDS, Jobs
from adapters.shopify.sandbox.keys import CUSTOMER_KEYS, ORDER_KEYS, PLACE_KEYS, PRODUCT_KEYS, VARIANT_KEYS
from adapters.shopify.sandbox.seed.catalogue import Product, Variant, item_row, product_row, products, variant_row, variants
from adapters.shopify.sandbox.seed.identifiers import BASES, epoch, gid, iso, order_of, seed_of
from adapters.shopify.sandbox.seed.money import Amounts
from adapters.shopify.sandbox.seed.order_rows import order_row, order_total
from adapters.shopify.sandbox.seed.orders import Order, orders
from adapters.shopify.sandbox.seed.people import Person, customer_row, person, settle_times
from adapters.shopify.sandbox.seed.profiles import DAY, PROFILES
from adapters.shopify.sandbox.seed.stock import Stock, level_row, place_row, places
from adapters.shopify.sandbox.tables import Row, Table
from adapters.shopify.sandbox.work import Work

# Seeds end at a fixed moment, so that a restart shows the same shop; option `until` moves it, a clock that stands earlier cuts it off.
UNTIL = "2026-11-20T18:00:00Z"


class Store:
    """A seeded shop; every answer is built from it."""

    def __init__(self, described: SandboxStore, now: Callable[[], datetime]) -> None:
        self.described = described
        self.profile = PROFILES[described.profile]
        self.seed = seed_of(f"{described.profile}:{described.name}")
        self.sizes = {**self.profile.sizes, **described.sizes}
        self.now = now
        self.end = min(epoch(str(described.options.get("until", UNTIL))), int(now().timestamp()))
        self.start = self.end - self.profile.days * DAY
        self.amounts = Amounts(self.profile.currency)
        self.jobs = Jobs(now, float(described.options.get("job_seconds", JOB_SECONDS)))
        self.keys = Keys(now)
        self.work: dict[int, list[Work]] = {}
        self._numbers = {"Order": self.sizes["orders"], "Product": self.sizes["products"], "Customer": self.sizes["customers"]}
        self._families: dict[int, list[int]] = {}
        self._items: dict[int, Row] = {}
        self._totals: dict[int, int] = {}
        self._seed_goods()
        self._seed_trade()

    def _seed_goods(self) -> None:
        born = self.start - 30 * DAY
        made = products(self.seed, self.profile, self.sizes["products"], self.sizes["variants_per_product"], born, self.end)
        # Orders keep a snapshot of what was sold, whether it still exists or not.
        self.sold: list[Variant] = [variant for head in made for variant in variants(self.seed, self.profile, head, self.end)]
        kept = [head for head in made if not (self.profile.odd and head.index % 10 == 9)]
        self.products = Table({head.id: head for head in kept}, PRODUCT_KEYS, self._product)
        living = [variant for variant in self.sold if variant.product.id in self.products.heads]
        self.variants = Table({head.id: head for head in living}, VARIANT_KEYS, lambda head: variant_row(head, self.profile.currency))
        stores = places(self.profile, self.sizes["locations"], born, self.end)
        self.locations = Table({head.id: head for head in stores}, PLACE_KEYS, place_row)
        self.stock = Stock(self.seed, stores, self.end)

    def _seed_trade(self) -> None:
        people = {head.id: head for head in (person(self.seed, self.profile, index) for index in range(self.sizes["customers"]))}
        book = orders(self.seed, self.profile, self.sizes["orders"], list(people.values()), len(self.sold), self.start, self.end)
        self._of_customer: dict[int, list[int]] = {}
        first: dict[int, int] = {}
        last: dict[int, int] = {}
        for head in book:
            if head.customer is not None:
                self._of_customer.setdefault(head.customer, []).append(head.id)
                first.setdefault(head.customer, head.created)
                last[head.customer] = max(last.get(head.customer, 0), head.created)
        settle_times(people, first, last, self.start, self.end)
        self.customers = Table(people, CUSTOMER_KEYS, self._customer)
        self.orders = Table({head.id: head for head in book}, ORDER_KEYS, self._order)

    def welcome(self, head: Order) -> None:
        """Add an order to its customer's."""
        if head.customer is not None:
            self._of_customer.setdefault(head.customer, []).append(head.id)
            self.customers.stale(head.customer)

    def orders_of(self, customer: int) -> Iterator[Order]:
        """Yield the heads of a customer's orders, oldest first."""
        return (self.orders.heads[number] for number in self._of_customer.get(customer, ()) if number in self.orders.heads)

    def variants_of(self, head: Product) -> list[Variant]:
        """Return a product's variants in their order."""
        seeded = range(BASES["ProductVariant"] + head.first, BASES["ProductVariant"] + head.first + head.count)
        return [self.variants.heads[number] for number in self._families.get(head.id, seeded) if number in self.variants.heads]

    def number(self, kind: str) -> int:
        """Count up what is made while the sandbox runs; returns the index of the next thing of a kind."""
        found = self._numbers.get(kind, 0)
        self._numbers[kind] = found + 1
        return found

    def adopt(self, head: Variant, laid: Row, item: Row) -> None:
        """Add a variant that was made while the sandbox runs, as the last of its product."""
        self._families[head.product.id] = [*(variant.id for variant in self.variants_of(head.product)), head.id]
        self.sold.append(head)
        self.variants.put(head, laid)
        self._items[head.id] = item
        self.stock.open(head.index, head.created)

    def lay_item(self, head: Variant, laid: Row) -> None:
        """Lay wire fields over a variant's stock item, to stay."""
        self._items.setdefault(head.id, {}).update(laid)

    def move_product(self, number: int, moment: int) -> None:
        """Move a product's time of change."""
        self.products.put(replace(self.products.heads[number], updated=moment), {"updatedAt": iso(moment)})

    def item(self, number: int) -> Variant | None:
        """Find the variant a stock item belongs to."""
        return self.variants.heads.get(number - BASES["InventoryItem"] + BASES["ProductVariant"])

    def item_row(self, head: Variant) -> Row:
        """Build a stock item's row."""
        return {**item_row(head, self.amounts), **self._items.get(head.id, {})}

    def level_rows(self, head: Variant, *, inactive: bool = False) -> list[Row]:
        """Build the rows of an item's levels."""
        return [level_row(level, head.created) for level in self.stock.levels(head.index, inactive=inactive)]

    def child(self, kind: str, number: int) -> Row | None:
        """Find a part of an order (line, refund, shipment, transaction) by its number."""
        lists = {"LineItem": "lineItems", "Refund": "refunds", "Fulfillment": "fulfillments", "OrderTransaction": "transactions"}
        row = self.orders.row(BASES["Order"] + order_of(kind, number))
        return next((part for part in row[lists[kind]] if part["id"] == gid(kind, number)), None) if row else None

    def spent(self, customer: int) -> int:
        """Add up what a customer's orders were worth, in minor units."""
        return sum(self._total(head) for head in self.orders_of(customer) if not head.cancelled)

    def _product(self, head: Product) -> Row:
        return product_row(head, self.variants_of(head))

    def _customer(self, head: Person) -> Row:
        return customer_row(self.seed, head, self.amounts.money(self.spent(head.id)), sum(1 for _ in self.orders_of(head.id)))

    def _order(self, head: Order) -> Row:
        buyer = self.customers.heads.get(head.customer) if head.customer else None
        return order_row(self.seed, self.profile, head, buyer, self.sold, len(self.locations))

    def _total(self, head: Order) -> int:
        if head.id not in self._totals:
            self._totals[head.id] = order_total(self.seed, self.profile, head, self.sold)
        return self._totals[head.id]
