"""Reads WooCommerce stores: by ids through `include`, a hundred a call, and lists by time or number (see `timeline` and `seek`).

Parts below an entity are found by the ids it names. Nothing is ever read by page number: pages shift when rows come or go.
"""

from collections.abc import Sequence
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.port import ListQuery, Page, Reader, Readers
from adapters.kit.session import Session
from adapters.kit.slices import whole
from adapters.woocommerce import wares
from adapters.woocommerce.catalogue import Catalogue
from adapters.woocommerce.customers import Customers
from adapters.woocommerce.orders import Orders
from adapters.woocommerce.shipments import Shipments
from adapters.woocommerce.shop import Shop
from schema.keys import Kind


def connect(session: Session) -> Readers:
    """Return all that a WooCommerce store can be asked."""
    shop = Shop(session)
    orders, catalogue, customers = Orders(shop), Catalogue(shop), Customers(shop)
    locations, shipments = _Locations(shop), Shipments(shop)
    return Readers(
        kinds={
            Kind.ORDER: Reader(orders.by_ids, orders.page),
            Kind.PRODUCT: Reader(catalogue.products_by_ids, catalogue.products_page),
            Kind.VARIANT: Reader(catalogue.variants_by_ids, catalogue.variants_page),
            Kind.CUSTOMER: Reader(customers.by_ids, customers.page),
            Kind.INVENTORY_LEVEL: Reader(catalogue.levels_by_ids, catalogue.levels_page),
            Kind.LOCATION: Reader(locations.by_ids, locations.page),
            Kind.SHIPMENT: Reader(shipments.by_ids),
            Kind.REFUND: Reader(orders.refunds_by_ids, orders.refunds_page),
        },
        parts={
            "lines": orders.lines,
            "shipments": shipments.of_orders,
            "refunds": orders.refunds,
            "variants": catalogue.variants_of_products,
            "inventory_levels": catalogue.levels_of_variants,
        },
    )


class _Locations:
    """The one location that stands for a whole shop; it costs no call."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def by_ids(self, ids: Sequence[str]) -> Sequence[Any | PlatformError | None]:
        """Return the location for its own id."""
        return [wares.location(self._shop.seen()) if key == wares.STORE else None for key in ids]

    async def page(self, query: ListQuery) -> Page:
        """Return the list of one."""
        return whole([wares.location(self._shop.seen())], query)
