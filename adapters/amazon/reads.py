"""What can be read of one seller's account."""

from adapters.amazon.catalogue import Catalogue
from adapters.amazon.orders import Orders
from adapters.amazon.shop import Shop
from adapters.amazon.stock import Stock
from adapters.kit.port import Reader, Readers
from adapters.kit.session import Session
from schema.keys import Kind


def connect(session: Session) -> Readers:
    """Return the readers of one store."""
    shop = Shop(session)
    orders, catalogue = Orders(shop), Catalogue(shop)
    stock = Stock(shop, catalogue)
    return Readers(
        kinds={
            Kind.ORDER: Reader(by_ids=orders.by_ids, page=orders.page),
            Kind.PRODUCT: Reader(by_ids=catalogue.products_by_ids, page=catalogue.products_page),
            Kind.VARIANT: Reader(by_ids=catalogue.variants_by_ids, page=catalogue.variants_page),
            Kind.INVENTORY_LEVEL: Reader(by_ids=stock.levels_by_ids, page=stock.levels_page),
            Kind.LOCATION: Reader(by_ids=stock.locations_by_ids, page=stock.locations_page),
            Kind.SHIPMENT: Reader(by_ids=orders.shipments_by_ids, page=orders.shipments_page),
            Kind.REFUND: Reader(by_ids=orders.refunds_by_ids),
        },
        parts={
            "lines": orders.lines_of,
            "shipments": orders.shipments_of,
            "refunds": orders.refunds_of,
            "variants": catalogue.variants_of_products,
            "inventory_levels": stock.levels_of_variants,
        },
    )
