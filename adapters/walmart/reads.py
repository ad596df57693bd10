"""Reads Walmart sellers: orders in slices of time, items and stock whole or one by one, whichever takes fewer calls."""

from adapters.kit.port import Reader, Readers
from adapters.kit.session import Session
from adapters.walmart.catalogue import Catalogue
from adapters.walmart.orders import Orders
from adapters.walmart.shop import Shop
from adapters.walmart.stock import Stock
from schema.keys import Kind


def connect(session: Session) -> Readers:
    """Return all that a Walmart seller can be asked."""
    shop = Shop(session)
    orders, catalogue, stock = Orders(shop), Catalogue(shop), Stock(shop)
    return Readers(
        kinds={
            Kind.ORDER: Reader(orders.by_ids, orders.page),
            Kind.PRODUCT: Reader(catalogue.products_by_ids, catalogue.products_page),
            Kind.VARIANT: Reader(catalogue.variants_by_ids, catalogue.variants_page),
            Kind.INVENTORY_LEVEL: Reader(stock.levels_by_ids, stock.levels_page),
            Kind.LOCATION: Reader(stock.locations_by_ids, stock.locations_page),
            Kind.SHIPMENT: Reader(orders.shipments_by_ids, orders.shipments_page),
            Kind.REFUND: Reader(orders.refunds_by_ids, orders.refunds_page),
        },
        parts={
            "lines": orders.lines,
            "shipments": orders.shipments,
            "refunds": orders.refunds,
            "variants": catalogue.variants_of_products,
            "inventory_levels": stock.levels_of_variants,
        },
    )
