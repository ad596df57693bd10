"""One store of the sandbox: its seeded tables, how rows of different kinds find each other, and the edits of the control route."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from adapters.kit.sandbox import SandboxStore
from adapters.shopify.sandbox.seed.catalogue import Product, Variant, item_row, product, product_row, products, variant_row, variants
from adapters.shopify.sandbox.seed.identifiers import BASES, epoch, gid, iso, order_of, seed_of
from adapters.shopify.sandbox.seed.money import Amounts
from adapters.shopify.sandbox.seed.order_rows import order_row, order_total
from adapters.shopify.sandbox.seed.orders import Order, fresh, order, orders
from adapters.shopify.sandbox.seed.people import Person, customer_row, person, settle_times
from adapters.shopify.sandbox.seed.profiles import DAY, PROFILES
from adapters.shopify.sandbox.seed.stock import Place, Stock, level_row, place_row, places
from adapters.shopify.sandbox.tables import Row, Table

# Seeds end at a fixed day, so that a restart shows the same shop; option `until` moves it.
UNTIL = "2026-11-20T18:00:00Z"

ORDER_KEYS: dict[str, Callable[[Order], int | str]] = {
    "PROCESSED_AT": lambda head: head.processed,
    "CREATED_AT": lambda head: head.created,
    "UPDATED_AT": lambda head: head.updated,
    "ID": lambda head: head.id,
    "RELEVANCE": lambda head: head.id,
    "ORDER_NUMBER": lambda head: head.number,
    "FINANCIAL_STATUS": lambda head: head.financial,
    "FULFILLMENT_STATUS": lambda head: head.fulfillment,
}
PRODUCT_KEYS: dict[str, Callable[[Product], int | str]] = {
    "ID": lambda head: head.id,
    "RELEVANCE": lambda head: head.id,
    "CREATED_AT": lambda head: head.created,
    "UPDATED_AT": lambda head: head.updated,
    "PUBLISHED_AT": lambda head: head.published,
    "TITLE": lambda head: head.title.lower(),
    "VENDOR": lambda head: head.vendor.lower(),
    "PRODUCT_TYPE": lambda head: head.product_type.lower(),
}
VARIANT_KEYS: dict[str, Callable[[Variant], int | str]] = {
    "ID": lambda head: head.id,
    "RELEVANCE": lambda head: head.id,
    "SKU": lambda head: (head.sku or "").lower(),
    "TITLE": lambda head: head.title.lower(),
    "NAME": lambda head: head.display_name.lower(),
    "FULL_TITLE": lambda head: head.display_name.lower(),
    "POSITION": lambda head: head.position,
}
CUSTOMER_KEYS: dict[str, Callable[[Person], int | str]] = {
    "ID": lambda head: head.id,
    "RELEVANCE": lambda head: head.id,
    "CREATED_AT": lambda head: head.created,
    "UPDATED_AT": lambda head: head.updated,
    "NAME": lambda head: head.sort_name,
}
PLACE_KEYS: dict[str, Callable[[Place], int | str]] = {
    "ID": lambda head: head.id,
    "RELEVANCE": lambda head: head.id,
    "NAME": lambda head: head.name.lower(),
}

# Wire fields an edit may set, and the part of the head that must follow.
TIMES = {"createdAt": "created", "updatedAt": "updated", "processedAt": "processed", "cancelledAt": "cancelled", "closedAt": "closed"}
WORDS = {
    "order": {"email": "email", "name": "name", "displayFinancialStatus": "financial", "displayFulfillmentStatus": "fulfillment"},
    "product": {"title": "title", "vendor": "vendor", "status": "status", "productType": "product_type"},
    "customer": {"firstName": "first_name", "lastName": "last_name", "email": "email", "phone": "phone", "state": "state"},
}


class Store:
    """A seeded shop; every answer is built from it."""

    def __init__(self, described: SandboxStore, now: Callable[[], datetime]) -> None:
        self.described = described
        self.profile = PROFILES[described.profile]
        self.seed = seed_of(f"{described.profile}:{described.name}")
        self.sizes = {**self.profile.sizes, **described.sizes}
        self.now = now
        self.end = epoch(str(described.options.get("until", UNTIL)))
        self.start = self.end - self.profile.days * DAY
        self.amounts = Amounts(self.profile.currency)
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
        self._next = {"order": len(book), "product": len(self.products) and self.sizes["products"], "customer": len(people)}

    def orders_of(self, customer: int) -> Iterator[Order]:
        """Yield the heads of a customer's orders, oldest first."""
        return (self.orders.heads[number] for number in self._of_customer.get(customer, ()) if number in self.orders.heads)

    def variants_of(self, head: Product) -> list[Variant]:
        """Return a product's variants in their order."""
        numbers = range(BASES["ProductVariant"] + head.first, BASES["ProductVariant"] + head.first + head.count)
        return [self.variants.heads[number] for number in numbers if number in self.variants.heads]

    def item(self, number: int) -> Variant | None:
        """Find the variant a stock item belongs to."""
        return self.variants.heads.get(number - BASES["InventoryItem"] + BASES["ProductVariant"])

    def item_row(self, head: Variant) -> Row:
        """Build a stock item's row."""
        return item_row(head, self.amounts)

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

    def edit(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Insert, touch or delete a row as the control route was told; an unknown kind, action or id is answered with `error`."""
        kind, fields = asked["kind"], asked.get("fields") or {}
        moment = int(self.now().timestamp())
        if kind == "inventory":
            return self._touch_stock(str(asked["id"]), fields, moment)
        if kind not in WORDS or asked["action"] not in {"insert", "touch", "delete"}:
            return {"error": f"no {asked['action']} of {kind} rows"}
        table: Table[Any] = {"order": self.orders, "product": self.products, "customer": self.customers}[kind]
        if asked["action"] == "insert":
            head = self._new(kind, moment)
        else:
            head = table.heads.get(int(str(asked["id"]).rsplit("/", 1)[-1]))
            if head is None:
                return {"error": f"no such {kind}: {asked['id']}"}
            if asked["action"] == "delete":
                table.drop(head.id)
                return {"id": asked["id"]}
        self._lay(table, kind, head, {"updatedAt": iso(moment), **fields})
        return {"id": gid(kind.capitalize(), head.id)}

    def _lay(self, table: Table[Any], kind: str, head: Any, fields: Row) -> None:
        words = WORDS[kind]
        changed = {words[name]: value for name, value in fields.items() if name in words}
        changed |= {TIMES[name]: epoch(value) if value else 0 for name, value in fields.items() if name in TIMES}
        if "tags" in fields:
            changed["tags"] = tuple(sorted(fields["tags"]))
        laid = {name: value for name, value in fields.items() if not (kind == "customer" and name in {"email", "phone"}) and name != "tags"}
        table.put(replace(head, **changed), laid)

    def _new(self, kind: str, moment: int) -> Any:
        index = self._next[kind]
        self._next[kind] += 1
        if kind == "order":
            made = order(self.seed, self.profile, index, moment, list(self.customers.heads.values()), len(self.sold), moment)
            if made.customer is not None:
                self._of_customer.setdefault(made.customer, []).append(made.id)
                self.customers.stale(made.customer)
            return fresh(made)
        if kind == "customer":
            return replace(person(self.seed, self.profile, index), created=moment, updated=moment, withheld=False)
        head = replace(product(self.seed, self.profile, index, moment, moment), first=len(self.sold), status="ACTIVE")
        for variant in variants(self.seed, self.profile, head, moment):
            self.sold.append(variant)
            self.variants.put(variant)
        return head

    def _touch_stock(self, number: str, fields: Row, moment: int) -> dict[str, Any]:
        item = int(number.rsplit("inventory_item_id=", 1)[-1].rsplit("/", 1)[-1])
        head = self.item(item)
        if head is None:
            return {"error": f"no such inventory: {number}"}
        level = int(number.split("?")[0].rsplit("/", 1)[-1]) - BASES["InventoryLevel"] if "?" in number else 0
        at = epoch(fields["updatedAt"]) if "updatedAt" in fields else moment
        self.stock.change(head.index, level, fields.get("available"), at)
        # The platform moves the product with its stock, but not the item.
        owner = self.products.heads[head.product.id]
        self.products.put(replace(owner, updated=at), {"updatedAt": iso(at)})
        return {"id": number}

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
