"""Changes eBay sellers' accounts: what the platform has of each operation, and what looks for it afterwards.

Absent is what eBay has not: customers' records, tags and notes of orders, an order's taking on, and any change of a shipment.
"""

from adapters.ebay.account import Account
from adapters.ebay.cancel_writes import CancelWrites
from adapters.ebay.creation import Creation
from adapters.ebay.price_writes import PriceWrites
from adapters.ebay.product_writes import ProductWrites
from adapters.ebay.refund_writes import RefundWrites
from adapters.ebay.sending import complete
from adapters.ebay.shipment_writes import ShipmentWrites
from adapters.ebay.stock_writes import StockWrites
from adapters.ebay.ware_writes import WareWrites
from adapters.kit.port import Readers
from adapters.kit.session import Session
from adapters.kit.writing import Look, Perform, Writer
from schema.commands import WriteOperation


def writers(session: Session, readers: Readers) -> dict[WriteOperation, Writer]:
    """Return all that can be changed in an eBay seller's account."""
    account = Account(session)
    stock, prices, wares = StockWrites(account), PriceWrites(account), WareWrites(account)
    products, creation = ProductWrites(wares, prices), Creation(wares)
    parcels, cancellations, refunds = ShipmentWrites(account), CancelWrites(account), RefundWrites(account)
    return {
        WriteOperation.INVENTORY_SET: _writer(stock.set),
        WriteOperation.INVENTORY_ADJUST: _writer(stock.adjust),
        WriteOperation.PRICE_SET: _writer(prices.set),
        WriteOperation.PRODUCT_CREATE: _writer(creation.products, creation.made),
        WriteOperation.PRODUCT_UPDATE: _writer(products.update),
        WriteOperation.PRODUCT_DELETE: _writer(products.delete),
        WriteOperation.VARIANT_CREATE: _writer(creation.variants, creation.made),
        WriteOperation.VARIANT_UPDATE: _writer(products.update_variants),
        WriteOperation.VARIANT_DELETE: _writer(products.delete_variants),
        WriteOperation.SHIPMENT_CREATE: _writer(parcels.create, parcels.created),
        WriteOperation.ORDER_CANCEL: Writer(complete(cancellations.cancel), complete(cancellations.check)),
        WriteOperation.REFUND_CREATE: Writer(complete(refunds.create), complete(refunds.check), complete(refunds.created)),
    }


def _writer(perform: Perform, seen: Look | None = None) -> Writer:
    """Return a writer that answers with values only, also when all jobs meet the same failure."""
    return Writer(perform=complete(perform), seen=None if seen is None else complete(seen))
