"""Which fields can be searched at which place, as tables."""

from collections.abc import Callable, Mapping
from typing import Any

from adapters.shopify.sandbox.conditions import Fields, Filter
from adapters.shopify.sandbox.seed.catalogue import Product, Variant
from adapters.shopify.sandbox.seed.identifiers import BASES
from adapters.shopify.sandbox.seed.orders import Order
from adapters.shopify.sandbox.seed.people import Person
from adapters.shopify.sandbox.seed.stock import Level, Place
from adapters.shopify.sandbox.seed.words import PLACES
from adapters.shopify.sandbox.store import Store

Words = Mapping[str, frozenset[Any]]

FLAG: Words = {"true": frozenset({True}), "false": frozenset({False})}
FINANCIAL: Words = {
    word: frozenset({word.upper()})
    for word in ("paid", "pending", "authorized", "partially_paid", "partially_refunded", "refunded", "voided", "expired")
}
UNSENT = frozenset({"UNFULFILLED", "OPEN", "ON_HOLD", "SCHEDULED", "IN_PROGRESS", "PENDING_FULFILLMENT", "REQUEST_DECLINED"})
FULFILLMENT: Words = {
    "unshipped": UNSENT,
    "unfulfilled": UNSENT | {"PARTIALLY_FULFILLED"},
    "shipped": frozenset({"FULFILLED"}),
    "fulfilled": frozenset({"FULFILLED"}),
    "partial": frozenset({"PARTIALLY_FULFILLED"}),
    "scheduled": frozenset({"SCHEDULED"}),
    "on_hold": frozenset({"ON_HOLD"}),
    "request_declined": frozenset({"REQUEST_DECLINED"}),
}
STATUS: Words = {
    "open": frozenset({"open"}),
    "closed": frozenset({"closed"}),
    "cancelled": frozenset({"cancelled"}),
    "not_closed": frozenset({"open", "cancelled"}),
    "any": frozenset({"open", "closed", "cancelled"}),
}
RISK: Words = {word: frozenset({word}) for word in ("low", "medium", "high", "none", "pending")}
RETURNS: Words = {
    word: frozenset({word.upper()})
    for word in ("no_return", "return_requested", "in_progress", "inspection_complete", "returned", "return_failed")
}
PRODUCT_STATUS: Words = {word: frozenset({word.upper()}) for word in ("active", "draft", "archived", "unlisted")}
CUSTOMER_STATE: Words = {word: frozenset({word.upper()}) for word in ("declined", "disabled", "enabled", "invited")}


def searchable(store: Store) -> dict[str, Fields]:
    """Return what can be searched in a store, by the name of the list."""
    offset = store.profile.offset_minutes
    makers: dict[str, Callable[[Store], dict[str, Filter]]] = {
        "orders": _orders,
        "products": _products,
        "productVariants": _variants,
        "inventoryItems": _items,
        "inventoryLevels": _levels,
        "customers": _customers,
        "locations": _locations,
    }
    return {name: Fields(make(store), TEXTS[name], offset) for name, make in makers.items()}


def order_text(head: Order) -> str:
    """What words without a field are sought in."""
    return f"{head.name} {head.number} {head.email or ''} {' '.join(head.tags)}"


def _orders(store: Store) -> dict[str, Filter]:
    def skus(head: Order) -> tuple[str, ...]:
        return tuple(store.sold[index].sku or "" for index, _ in head.picks if 0 <= index < len(store.sold))

    return {
        "created_at": Filter("time", lambda head: head.created, sort="CREATED_AT"),
        "updated_at": Filter("time", lambda head: head.updated, sort="UPDATED_AT"),
        "processed_at": Filter("time", lambda head: head.processed, sort="PROCESSED_AT"),
        "id": Filter("id", lambda head: head.id, sort="ID"),
        "name": Filter("tags", lambda head: (head.name, head.name.lstrip("#"))),
        "email": Filter("exact", lambda head: None if head.withheld else head.email),
        "customer_id": Filter("id", lambda head: head.customer),
        "sku": Filter("tags", skus),
        "location_id": Filter("id", lambda _: BASES["Location"]),
        "tag": Filter("tags", lambda head: head.tags),
        "tag_not": Filter("tags", lambda head: head.tags, negated=True),
        "test": Filter("flag", lambda head: head.test, FLAG),
        "channel": Filter("exact", lambda head: head.source),
        "source_name": Filter("exact", lambda head: head.source),
        "risk_level": Filter("words", lambda _: "none", RISK),
        "return_status": Filter("words", lambda head: head.returned, RETURNS),
        "status": Filter("words", _life, STATUS),
        "financial_status": Filter("words", lambda head: head.financial, FINANCIAL),
        "fulfillment_status": Filter("words", lambda head: head.fulfillment, FULFILLMENT),
    }


def _life(head: Order) -> str:
    return "cancelled" if head.cancelled else "closed" if head.closed else "open"


def _products(store: Store) -> dict[str, Filter]:
    def skus(head: Product) -> tuple[str, ...]:
        return tuple(variant.sku or "" for variant in store.variants_of(head))

    def barcodes(head: Product) -> tuple[str, ...]:
        return tuple(variant.barcode or "" for variant in store.variants_of(head))

    return {
        "created_at": Filter("time", lambda head: head.created, sort="CREATED_AT"),
        "updated_at": Filter("time", lambda head: head.updated, sort="UPDATED_AT"),
        "published_at": Filter("time", lambda head: head.published or None, sort="PUBLISHED_AT"),
        "id": Filter("id", lambda head: head.id, sort="ID"),
        "handle": Filter("exact", lambda head: head.handle),
        "title": Filter("text", lambda head: head.title),
        "sku": Filter("tags", skus),
        "barcode": Filter("tags", barcodes),
        "vendor": Filter("exact", lambda head: head.vendor),
        "product_type": Filter("exact", lambda head: head.product_type),
        "tag": Filter("tags", lambda head: head.tags),
        "tag_not": Filter("tags", lambda head: head.tags, negated=True),
        "inventory_total": Filter("number", lambda head: total_stock(store, head)),
        "status": Filter("words", lambda head: head.status, PRODUCT_STATUS),
    }


def total_stock(store: Store, head: Product) -> int:
    """Add up what can be sold of a product's tracked variants."""
    return sum(store.stock.available(variant.index) for variant in store.variants_of(head) if variant.tracked)


def _variants(store: Store) -> dict[str, Filter]:
    return {
        "id": Filter("id", lambda head: head.id, sort="ID"),
        "sku": Filter("exact", lambda head: head.sku),
        "barcode": Filter("exact", lambda head: head.barcode),
        "product_id": Filter("id", lambda head: head.product.id),
        "product_ids": Filter("id", lambda head: head.product.id),
        "location_id": Filter("id", lambda _: BASES["Location"]),
        "title": Filter("text", lambda head: head.title),
        "updated_at": Filter("time", lambda head: head.updated),
        "inventory_quantity": Filter("number", lambda head: store.stock.available(head.index)),
    }


def _items(_: Store) -> dict[str, Filter]:
    # Items are walked by the numbers of their variants, so an id range cannot shorten the way.
    return {
        "id": Filter("id", lambda head: head.item_id),
        "sku": Filter("exact", lambda head: head.sku),
        "created_at": Filter("time", lambda head: head.created),
        "updated_at": Filter("time", lambda head: head.item_updated),
    }


def _levels(_: Store) -> dict[str, Filter]:
    return {
        "id": Filter("id", lambda level: BASES["InventoryLevel"] + level.place),
        "inventory_item_id": Filter("id", lambda level: BASES["InventoryItem"] + level.item),
        "inventory_group_id": Filter("id", lambda level: BASES["InventoryLevel"] + level.place),
        "created_at": Filter("time", lambda level: level.updated),
        "updated_at": Filter("time", lambda level: level.updated),
    }


def _customers(store: Store) -> dict[str, Filter]:
    return {
        "updated_at": Filter("day", lambda head: head.updated, sort="UPDATED_AT"),
        "customer_date": Filter("day", lambda head: head.created, sort="CREATED_AT"),
        "id": Filter("id", lambda head: head.id, sort="ID"),
        "email": Filter("exact", lambda head: head.email),
        "phone": Filter("exact", lambda head: head.phone),
        "first_name": Filter("exact", lambda head: head.first_name),
        "last_name": Filter("exact", lambda head: head.last_name),
        "country": Filter("exact", lambda head: PLACES[head.country][0]),
        "tag": Filter("tags", lambda head: head.tags),
        "tag_not": Filter("tags", lambda head: head.tags, negated=True),
        "state": Filter("words", lambda head: head.state, CUSTOMER_STATE),
        "orders_count": Filter("number", lambda head: sum(1 for _ in store.orders_of(head.id))),
        "total_spent": Filter("number", lambda head: store.amounts.share(store.spent(head.id))),
        "order_date": Filter("time", lambda head: max((order.created for order in store.orders_of(head.id)), default=None)),
    }


def _locations(_: Store) -> dict[str, Filter]:
    return {
        "name": Filter("text", lambda head: head.name),
        "active": Filter("flag", lambda head: head.active, {**FLAG, "1": frozenset({True}), "0": frozenset({False})}),
        "city": Filter("exact", lambda head: head.city),
        "country": Filter("exact", lambda head: PLACES[head.country][0]),
        "province": Filter("exact", lambda head: head.province),
        "zip": Filter("exact", lambda head: head.postal_code),
        "created_at": Filter("time", lambda head: head.created),
        "id": Filter("id", lambda head: head.id, sort="ID"),
        "legacy": Filter("flag", lambda _: False, FLAG),
        "pickup_in_store": Filter("words", lambda _: "disabled", {word: frozenset({word}) for word in ("enabled", "disabled")}),
    }


def _product_text(head: Product) -> str:
    return f"{head.title} {head.vendor} {head.product_type} {head.handle} {' '.join(head.tags)}"


def _variant_text(head: Variant) -> str:
    return f"{head.product.title} {head.title} {head.sku or ''} {head.barcode or ''}"


def _person_text(head: Person) -> str:
    return f"{head.display_name} {head.email or ''} {head.phone or ''} {head.country}"


def _place_text(head: Place) -> str:
    return f"{head.name} {head.city}"


def _level_text(level: Level) -> str:
    return str(level.item)


TEXTS: Mapping[str, Callable[[Any], str]] = {
    "orders": order_text,
    "products": _product_text,
    "productVariants": _variant_text,
    "inventoryItems": _variant_text,
    "inventoryLevels": _level_text,
    "customers": _person_text,
    "locations": _place_text,
}
