"""eBay, through its Sell APIs: Fulfillment v1 and Inventory v1, and Post-Order v2 for cancellations."""

from adapters.ebay.auth import DIALECT
from adapters.ebay.extras import EbayOrderExtras, EbayProductExtras, EbayVariantExtras
from adapters.ebay.manifest import MANIFEST
from adapters.ebay.reads import connect
from adapters.ebay.writes import writers
from adapters.kit.port import Platform

PLATFORM = Platform(
    manifest=MANIFEST,
    dialect=DIALECT,
    connect=connect,
    extras=(EbayOrderExtras, EbayProductExtras, EbayVariantExtras),
    writers=writers,
)
