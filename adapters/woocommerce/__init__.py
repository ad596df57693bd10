"""WooCommerce, through its REST API v3."""

from adapters.kit.port import Platform
from adapters.woocommerce.auth import DIALECT
from adapters.woocommerce.extras import (
    WooCommerceCustomerExtras,
    WooCommerceOrderExtras,
    WooCommerceProductExtras,
    WooCommerceVariantExtras,
)
from adapters.woocommerce.manifest import MANIFEST
from adapters.woocommerce.reads import connect
from adapters.woocommerce.writes import writers

PLATFORM = Platform(
    manifest=MANIFEST,
    dialect=DIALECT,
    connect=connect,
    extras=(WooCommerceCustomerExtras, WooCommerceOrderExtras, WooCommerceProductExtras, WooCommerceVariantExtras),
    writers=writers,
)
