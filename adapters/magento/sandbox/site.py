"""One store: its settings, its rows, its door and its clock."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from adapters.kit.sandbox import Control, SandboxStore
from adapters.magento.sandbox.calls import Call
from adapters.magento.sandbox.door import Door
from adapters.magento.sandbox.limits import Gate
from adapters.magento.sandbox.queue import Queue
from adapters.magento.sandbox.seed import customers as people
from adapters.magento.sandbox.seed import documents, orders, products
from adapters.magento.sandbox.seed.facts import Facts
from adapters.magento.sandbox.seed.items import NULLABLE as ITEM_NULLABLE
from adapters.magento.sandbox.seed.items import Item, make_items
from adapters.magento.sandbox.seed.lines import line_row, lines_of
from adapters.magento.sandbox.seed.plans import GUESTS, Document, Plan, make_plans
from adapters.magento.sandbox.seed.profiles import PROFILES, View
from adapters.magento.sandbox.seed.wares import COLOUR, SIZE, Ware, choice_of, special_of, url_key_of
from adapters.magento.sandbox.settings import Settings, settings_of
from adapters.magento.sandbox.stock import Shelves
from adapters.magento.sandbox.table import DATED, Columns, Row, Table

ORDER_COLUMNS: Columns[Plan] = {
    **DATED,
    "increment_id": lambda plan: plan.increment,
    "state": lambda plan: plan.story.state,
    "status": lambda plan: plan.story.status,
    "store_id": lambda plan: plan.view,
    "customer_id": lambda plan: None if plan.guest else plan.buyer,
    "customer_is_guest": lambda plan: int(plan.guest),
    "coupon_code": lambda plan: plan.coupon or None,
    "ext_order_id": lambda _: None,
}
DOCUMENT_COLUMNS: Columns[Document] = {
    **DATED,
    "order_id": lambda document: document.order,
    "increment_id": lambda document: document.increment,
}
PRODUCT_COLUMNS: Columns[Ware] = {
    **DATED,
    "sku": lambda ware: ware.sku,
    "name": lambda ware: ware.name,
    "type_id": lambda ware: ware.type,
    "status": lambda ware: ware.status,
    "visibility": lambda ware: ware.visibility,
    "price": lambda ware: ware.price / 100,
    "special_price": special_of,
    "url_key": url_key_of,
    "category_id": lambda ware: 3 + ware.id % 4,
    "color": lambda ware: choice_of(ware, COLOUR),
    "size": lambda ware: choice_of(ware, SIZE),
}
ITEM_COLUMNS: Columns[Item] = {
    **DATED,
    "order_id": lambda item: item.plan.id,
    "store_id": lambda item: item.plan.view,
    "product_id": lambda item: item.ware.id,
    "product_type": lambda item: item.ware.type,
    "name": lambda item: item.ware.name,
    "parent_item_id": lambda item: item.parent or None,
}


@dataclass(slots=True)
class Site:
    """A store that serves; `items` is built when lines are first asked for, `errors` counts the masked failures.

    `numbers` gives out the ids of comments and the like; `queue` holds what was accepted to be done later.
    """

    settings: Settings
    facts: Facts
    now: Callable[[], datetime]
    door: Door
    gate: Gate
    shelves: Shelves
    orders: Table[Plan]
    shipments: Table[Document]
    invoices: Table[Document]
    memos: Table[Document]
    products: Table[Ware]
    customers: Table[people.Customer]
    by_sku: dict[str, int]
    control: Control
    queue: Queue
    errors: int = 0
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(GUESTS * 2))
    _items: Table[Item] | None = None
    _lines: dict[int, Any] = field(default_factory=dict)

    def instant(self) -> int:
        """Return the present second."""
        return int(self.now().timestamp())

    def view(self, scope: str) -> View | None:
        """Return the store view a request is read in, None for the values that hold in all of them."""
        return None if scope == "all" else self.facts.profile.view(scope)

    def plan_of(self, document: Document) -> Plan:
        """Return the order of a document."""
        return self.orders.heads[document.order]

    def items(self) -> Table[Item]:
        """Return the lines of all orders."""
        if self._items is None:
            heads = (item for plan in self.orders.heads.values() for item in make_items(self.facts, plan))
            self._items = Table("item_id", heads, ITEM_COLUMNS, self._build_item, ITEM_NULLABLE)
        return self._items

    def record(self, call: Call, what: str, entity: object, value: Any = None) -> None:
        """Tell the control what was changed; to be called where it is changed."""
        self.control.effect(self.settings.name, what, str(entity), value, call.operation)

    def next_product(self) -> int:
        """Return the id of a product to be made; the id of one that is gone never comes back."""
        return max(self.products.last_id, *self.facts.gone, 0) + 1

    def changed(self, plan: Plan) -> None:
        """Forget what was built of an order and its documents."""
        self._items = None
        self._lines.clear()
        self.orders.refresh(plan.id)
        for table, heads in ((self.shipments, plan.shipments), (self.invoices, plan.invoices), (self.memos, plan.memos)):
            for head in heads:
                table.refresh(head.id)

    def _build_item(self, item: Item) -> Row:
        plan = item.plan
        if plan.id not in self._lines:  # one order at a time: its lines are asked for one after the other
            self._lines = {plan.id: lines_of(self.facts, plan)}
        lines = self._lines[plan.id]
        return line_row(plan, lines[item.place], lines)


def open_site(store: SandboxStore, control: Control) -> Site:
    """Build a store from its seed. ValueError for a profile, size or option there is not."""
    if store.profile not in PROFILES:
        raise ValueError(f"store {store.name}: profile {store.profile!r} is none of {', '.join(PROFILES)}")
    settings, now = settings_of(store), control.now
    facts = Facts(store.name, PROFILES[store.profile].resized(store.sizes))
    plans = {plan.id: plan for plan in make_plans(facts)}
    heads = orders_columns(facts)

    def documents_table(kind: str, build: Callable[[Facts, Plan, Document], Row], nullable: tuple[str, ...]) -> Table[Document]:
        found = (document for plan in plans.values() for document in getattr(plan, kind))
        return Table("entity_id", found, DOCUMENT_COLUMNS, lambda document: build(facts, plans[document.order], document), nullable)

    site = Site(
        settings=settings,
        facts=facts,
        now=now,
        door=Door(settings, now),
        gate=Gate(settings, now),
        shelves=Shelves(facts),
        orders=Table("entity_id", (), heads, lambda plan: orders.order_row(facts, plan, plans), orders.NULLABLE),
        shipments=documents_table("shipments", documents.shipment_row, documents.SHIPMENT_NULLABLE),
        invoices=documents_table("invoices", documents.invoice_row, documents.INVOICE_NULLABLE),
        memos=documents_table("memos", documents.memo_row, documents.MEMO_NULLABLE),
        products=Table("entity_id", (), PRODUCT_COLUMNS, lambda ware: products.product_row(facts, ware), products.NULLABLE),
        customers=Table(
            "entity_id",
            people.make_customers(facts),
            {**DATED, "email": lambda customer: people.email_of(facts, customer)},
            lambda customer: people.customer_row(facts, customer),
            people.NULLABLE,
        ),
        control=control,
        queue=Queue(store.name, now, settings.job_seconds if settings.consumer else None),
        by_sku={ware.sku: ware.id for ware in facts.wares.values()},
    )
    # Tables and builders share one dictionary, so that what is added or removed is so for both.
    site.orders.heads, site.products.heads = plans, facts.wares
    return site


def orders_columns(facts: Facts) -> Columns[Plan]:
    """Return what orders can be searched by without being built."""
    return {**ORDER_COLUMNS, "customer_email": lambda plan: facts.person(plan.buyer).email}
