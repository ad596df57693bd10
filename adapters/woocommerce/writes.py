"""Changes WooCommerce stores: what the platform has of each operation, and what looks for it afterwards."""

from adapters.kit.port import Readers
from adapters.kit.session import Session
from adapters.kit.writing import Look, Perform, Writer
from adapters.woocommerce import variant_updates
from adapters.woocommerce.catalogue import Catalogue
from adapters.woocommerce.customer_writes import People
from adapters.woocommerce.order_writes import OrderWrites
from adapters.woocommerce.product_writes import Products
from adapters.woocommerce.refund_writes import Refunds
from adapters.woocommerce.sending import complete
from adapters.woocommerce.shipment_writes import ShipmentWrites
from adapters.woocommerce.shipments import Shipments
from adapters.woocommerce.shop import Shop
from adapters.woocommerce.stock_writes import Stock
from adapters.woocommerce.tracking_writes import TrackingWrites
from adapters.woocommerce.updates import Updates
from adapters.woocommerce.variant_writes import Variations
from schema.commands import WriteOperation


def writers(session: Session, readers: Readers) -> dict[WriteOperation, Writer]:
    """Return all that can be changed in a WooCommerce store."""
    shop = Shop(session)
    catalogue, refunds, shipments = Catalogue(shop), Refunds(shop), Shipments(shop)
    stock, products, variations, people = Stock(shop, catalogue), Products(shop), Variations(shop), People(shop)
    orders, sent, trackings = OrderWrites(shop, refunds), ShipmentWrites(shop, shipments, refunds), TrackingWrites(shop, shipments)
    return {
        WriteOperation.INVENTORY_SET: _writer(stock.set),
        WriteOperation.INVENTORY_ADJUST: _writer(stock.adjust),
        WriteOperation.PRICE_SET: _updater(variant_updates.prices(shop, catalogue)),
        WriteOperation.PRODUCT_CREATE: _writer(products.create, products.created),
        WriteOperation.PRODUCT_UPDATE: _updater(products.updates()),
        WriteOperation.PRODUCT_DELETE: _writer(products.delete),
        WriteOperation.VARIANT_CREATE: _writer(variations.create, variations.created),
        WriteOperation.VARIANT_UPDATE: _updater(variant_updates.updates(shop, catalogue)),
        WriteOperation.VARIANT_DELETE: _writer(variations.delete),
        WriteOperation.SHIPMENT_CREATE: _writer(sent.create, sent.created),
        WriteOperation.SHIPMENT_UPDATE: _writer(trackings.update, trackings.updated),
        WriteOperation.ORDER_CANCEL: _writer(orders.cancel),
        WriteOperation.ORDER_UPDATE: _updater(orders.updates()),
        WriteOperation.REFUND_CREATE: _writer(refunds.create, refunds.created),
        WriteOperation.CUSTOMER_CREATE: _writer(people.create, people.created),
        WriteOperation.CUSTOMER_UPDATE: _updater(people.updates()),
    }


def _updater(updates: Updates) -> Writer:
    return _writer(updates.perform, updates.seen)


def _writer(perform: Perform, seen: Look | None = None) -> Writer:
    """Return a writer that answers with values only, also when all jobs meet the same failure."""
    return Writer(perform=complete(perform), seen=None if seen is None else complete(seen))
