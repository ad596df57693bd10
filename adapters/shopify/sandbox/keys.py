"""What lists can be sorted by: for each kind, the sort keys and the value of a head they stand for."""

from collections.abc import Callable

from adapters.shopify.sandbox.seed.catalogue import Product, Variant
from adapters.shopify.sandbox.seed.orders import Order
from adapters.shopify.sandbox.seed.people import Person
from adapters.shopify.sandbox.seed.stock import Place

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
