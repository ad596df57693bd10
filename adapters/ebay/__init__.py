"""eBay, through its Sell APIs: Fulfillment v1 and Inventory v1."""

from adapters.ebay.auth import DIALECT
from adapters.ebay.extras import EbayOrderExtras, EbayProductExtras, EbayVariantExtras
from adapters.ebay.manifest import MANIFEST
from adapters.ebay.reads import connect
from adapters.kit.port import Platform

PLATFORM = Platform(
    manifest=MANIFEST,
    dialect=DIALECT,
    connect=connect,
    extras=(EbayOrderExtras, EbayProductExtras, EbayVariantExtras),
)
