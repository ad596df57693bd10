"""Magento 2 and Adobe Commerce, through their REST API V1."""

from adapters.kit.port import Platform
from adapters.magento.auth import DIALECT
from adapters.magento.extras import MagentoCustomerExtras, MagentoOrderExtras, MagentoProductExtras, MagentoVariantExtras
from adapters.magento.manifest import MANIFEST
from adapters.magento.reads import connect
from adapters.magento.writes import writers

PLATFORM = Platform(
    manifest=MANIFEST,
    dialect=DIALECT,
    connect=connect,
    extras=(MagentoCustomerExtras, MagentoOrderExtras, MagentoProductExtras, MagentoVariantExtras),
    writers=writers,
)
