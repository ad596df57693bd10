"""Changes a seller's account: what Amazon has of each operation, and what looks for it afterwards."""

from adapters.amazon.catalogue import Catalogue
from adapters.amazon.catalogue_writes import CatalogueWrites
from adapters.amazon.feeds import Feeds
from adapters.amazon.listing_changes import Changes
from adapters.amazon.listing_writes import ListingWrites, Make, price_change, product_change, stock_change, variant_change
from adapters.amazon.order_feeds import OrderFeeds
from adapters.amazon.orders import Orders
from adapters.amazon.refusals import complete
from adapters.amazon.shipment_writes import ShipmentWrites
from adapters.amazon.shop import Shop
from adapters.kit.port import Readers
from adapters.kit.session import Session
from adapters.kit.writing import Look, Perform, Writer
from schema.commands import WriteOperation


def writers(session: Session, _: Readers) -> dict[WriteOperation, Writer]:
    """Return all that can be changed in a seller's account."""
    shop = Shop(session)
    catalogue, feeds = Catalogue(shop), Feeds(shop)
    changes = Changes(shop, feeds)
    made, sent, orders = CatalogueWrites(shop, catalogue, changes), ShipmentWrites(shop), OrderFeeds(shop, Orders(shop), feeds)

    def listings(operation: str, make: Make) -> ListingWrites:
        return ListingWrites(shop, catalogue, changes, operation, make)

    stock, added = listings("InventorySet", stock_change), listings("InventoryAdjust", stock_change)
    prices, products = listings("PriceSet", price_change), listings("ProductUpdate", product_change)
    variants = listings("VariantUpdate", variant_change)
    return {
        WriteOperation.INVENTORY_SET: _writer(stock.perform, None, changes.check),
        WriteOperation.INVENTORY_ADJUST: _writer(added.perform, added.adjusted, changes.check),
        WriteOperation.PRICE_SET: _writer(prices.perform, prices.seen, changes.check),
        WriteOperation.PRODUCT_CREATE: _writer(made.create_products, made.products_created),
        WriteOperation.PRODUCT_UPDATE: _writer(products.perform, products.seen, changes.check),
        WriteOperation.PRODUCT_DELETE: _writer(made.delete, made.deleted),
        WriteOperation.VARIANT_CREATE: _writer(made.create_variants),
        WriteOperation.VARIANT_UPDATE: _writer(variants.perform, variants.seen, changes.check),
        WriteOperation.VARIANT_DELETE: _writer(made.delete, made.deleted),
        WriteOperation.SHIPMENT_CREATE: _writer(sent.create),
        WriteOperation.SHIPMENT_UPDATE: _writer(sent.update),
        WriteOperation.ORDER_CANCEL: _writer(orders.cancel, orders.cancelled, orders.cancel_check),
        WriteOperation.REFUND_CREATE: _writer(orders.refund, orders.refunded, orders.refund_check),
    }


def _writer(perform: Perform, seen: Look | None = None, check: Perform | None = None) -> Writer:
    """Return a writer that answers with values only, also when all jobs meet the same failure."""
    return Writer(complete(perform), None if check is None else complete(check), None if seen is None else complete(seen))
