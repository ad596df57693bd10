"""Writes Shopify stores: which operation is carried out by whom, and who looks whether it was."""

from collections.abc import Mapping

from adapters.kit.port import Readers
from adapters.kit.session import Session
from adapters.kit.writing import Writer
from adapters.shopify.calls import Calls
from adapters.shopify.customer_writes import CustomerWrites
from adapters.shopify.order_writes import OrderWrites
from adapters.shopify.product_writes import ProductWrites
from adapters.shopify.refund_writes import RefundWrites
from adapters.shopify.shipment_writes import ShipmentWrites
from adapters.shopify.stock_writes import StockWrites
from adapters.shopify.variant_writes import VariantWrites
from schema.commands import WriteOperation


def writers(session: Session, readers: Readers) -> Mapping[WriteOperation, Writer]:
    """Return all that a Shopify store can be changed with."""
    calls = Calls(session)
    stock, products, refunds = StockWrites(calls), ProductWrites(calls), RefundWrites(calls)
    variants, shipments = VariantWrites(calls, readers), ShipmentWrites(calls, readers)
    orders, customers = OrderWrites(calls, readers), CustomerWrites(calls, readers)
    return {
        WriteOperation.INVENTORY_SET: Writer(stock.set),
        WriteOperation.INVENTORY_ADJUST: Writer(stock.adjust),
        WriteOperation.PRICE_SET: Writer(variants.price),
        WriteOperation.PRODUCT_CREATE: Writer(products.create, seen=products.made),
        WriteOperation.PRODUCT_UPDATE: Writer(products.update),
        WriteOperation.PRODUCT_DELETE: Writer(products.delete),
        WriteOperation.VARIANT_CREATE: Writer(variants.create, seen=variants.made),
        WriteOperation.VARIANT_UPDATE: Writer(variants.update),
        WriteOperation.VARIANT_DELETE: Writer(variants.delete),
        WriteOperation.SHIPMENT_CREATE: Writer(shipments.create, seen=shipments.made),
        WriteOperation.SHIPMENT_UPDATE: Writer(shipments.update, seen=shipments.updated),
        WriteOperation.ORDER_CANCEL: Writer(orders.cancel, check=orders.check),
        WriteOperation.ORDER_UPDATE: Writer(orders.update, seen=orders.updated),
        WriteOperation.REFUND_CREATE: Writer(refunds.create),
        WriteOperation.CUSTOMER_CREATE: Writer(customers.create, seen=customers.made),
        WriteOperation.CUSTOMER_UPDATE: Writer(customers.update),
    }
