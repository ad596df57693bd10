"""Changes Walmart stores: what the platform has of each operation, how what it accepted is asked after, and what looks for it later."""

from typing import Any

from adapters.kit.port import ByIds, Readers
from adapters.kit.session import Session
from adapters.kit.writing import Look, Perform, Writer
from adapters.walmart.feeds import Feeds
from adapters.walmart.item_writes import Items, ItemWrites
from adapters.walmart.order_writes import OrderWrites
from adapters.walmart.orders import Orders
from adapters.walmart.price_writes import PriceWrites
from adapters.walmart.refund_writes import RefundWrites
from adapters.walmart.sending import complete
from adapters.walmart.shipment_writes import ShipmentWrites
from adapters.walmart.shop import Shop
from adapters.walmart.stock_writes import StockWrites
from schema.commands import WriteOperation
from schema.keys import Kind


def writers(session: Session, readers: Readers) -> dict[WriteOperation, Writer]:
    """Return all that can be changed in a Walmart store."""
    shop = Shop(session)
    feeds, orders = Feeds(shop), Orders(shop)
    stock = StockWrites(shop, _reader(readers, Kind.INVENTORY_LEVEL), feeds)
    prices = PriceWrites(shop, _reader(readers, Kind.VARIANT), feeds)
    items = Items(readers, feeds)
    own, parcels, refunds = OrderWrites(shop, orders), ShipmentWrites(shop, orders), RefundWrites(shop, orders)
    return {
        WriteOperation.INVENTORY_SET: _writer(stock.set, stock.check, stock.seen),
        WriteOperation.INVENTORY_ADJUST: _writer(stock.adjust),
        WriteOperation.PRICE_SET: _writer(prices.set, prices.check, prices.seen),
        WriteOperation.PRODUCT_CREATE: _by_feed(items.creation()),
        WriteOperation.PRODUCT_UPDATE: _by_feed(items.updates()),
        WriteOperation.PRODUCT_DELETE: _by_feed(items.deletions()),
        WriteOperation.VARIANT_UPDATE: _by_feed(items.variant_updates()),
        WriteOperation.VARIANT_DELETE: _by_feed(items.variant_deletions()),
        WriteOperation.SHIPMENT_CREATE: _writer(parcels.create, seen=parcels.created),
        WriteOperation.SHIPMENT_UPDATE: _writer(parcels.update, seen=parcels.updated),
        WriteOperation.ORDER_CANCEL: _writer(own.cancel),
        WriteOperation.ORDER_ACKNOWLEDGE: _writer(own.acknowledge, seen=own.acknowledged),
        WriteOperation.REFUND_CREATE: _writer(refunds.create, seen=refunds.created),
    }


def _reader(readers: Readers, kind: Kind) -> ByIds[Any]:
    found = readers.kinds[kind].by_ids
    if found is None:
        raise LookupError(f"{kind} can't be read by id")
    return found


def _by_feed(items: ItemWrites) -> Writer:
    return _writer(items.perform, items.check, items.seen)


def _writer(perform: Perform, check: Perform | None = None, seen: Look | None = None) -> Writer:
    """Return a writer that answers with values only, also when all jobs meet the same failure."""
    return Writer(complete(perform), None if check is None else complete(check), None if seen is None else complete(seen))
