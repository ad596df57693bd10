"""Changes Magento stores: what the platform has of each operation, and what looks for it afterwards."""

from adapters.kit.port import Readers
from adapters.kit.session import Session
from adapters.kit.writing import Look, Perform, Writer
from adapters.magento.bulks import Bulks
from adapters.magento.catalogue import Catalogue
from adapters.magento.choices import Choices
from adapters.magento.customer_writes import CustomerWrites
from adapters.magento.order_writes import OrderWrites
from adapters.magento.price_writes import PriceWrites
from adapters.magento.product_writes import ProductWrites
from adapters.magento.refund_writes import RefundWrites
from adapters.magento.sending import complete
from adapters.magento.shipment_writes import ShipmentWrites
from adapters.magento.shop import Shop
from adapters.magento.stock import Stock
from adapters.magento.stock_writes import StockWrites
from adapters.magento.updates import Updates
from adapters.magento.variant_writes import VariantWrites
from schema.commands import WriteOperation


def writers(session: Session, readers: Readers) -> dict[WriteOperation, Writer]:
    """Return all that can be changed in a Magento store."""
    shop = Shop(session)
    catalogue, queue = Catalogue(shop), Bulks(shop)
    choices, stock = Choices(shop, catalogue), Stock(shop, catalogue)
    levels, products, variants = StockWrites(shop, stock), ProductWrites(shop, catalogue, choices), VariantWrites(shop, catalogue, choices)
    orders, shipments, refunds, people = OrderWrites(shop), ShipmentWrites(shop), RefundWrites(shop), CustomerWrites(shop)
    return {
        WriteOperation.INVENTORY_SET: _writer(levels.set, levels.was_set),
        WriteOperation.INVENTORY_ADJUST: _writer(levels.adjust, levels.adjusted),
        WriteOperation.PRICE_SET: _writer(PriceWrites(shop).set),
        WriteOperation.PRODUCT_CREATE: _writer(products.create, products.created),
        WriteOperation.PRODUCT_UPDATE: _updater(products.updates(queue)),
        WriteOperation.PRODUCT_DELETE: _writer(products.delete),
        WriteOperation.VARIANT_CREATE: _writer(variants.create, variants.created),
        WriteOperation.VARIANT_UPDATE: _updater(variants.updates(queue)),
        WriteOperation.VARIANT_DELETE: _writer(variants.delete),
        WriteOperation.SHIPMENT_CREATE: _writer(shipments.create, shipments.created),
        WriteOperation.SHIPMENT_UPDATE: _writer(shipments.update, shipments.updated),
        WriteOperation.ORDER_CANCEL: _writer(orders.cancel),
        WriteOperation.ORDER_UPDATE: _writer(orders.update, orders.updated),
        WriteOperation.REFUND_CREATE: _writer(refunds.create, refunds.created),
        WriteOperation.CUSTOMER_CREATE: _writer(people.create, people.created),
        WriteOperation.CUSTOMER_UPDATE: _writer(people.update),
    }


def _updater(updates: Updates) -> Writer:
    return Writer(perform=complete(updates.perform), check=complete(updates.check), seen=complete(updates.seen))


def _writer(perform: Perform, seen: Look | None = None) -> Writer:
    """Return a writer that answers with values only, also when all jobs meet the same failure."""
    return Writer(perform=complete(perform), seen=None if seen is None else complete(seen))
