"""Shopify, through its Admin GraphQL API."""

from adapters.kit.port import Platform
from adapters.shopify.auth import DIALECT
from adapters.shopify.extras import ShopifyCustomerExtras, ShopifyOrderExtras, ShopifyProductExtras, ShopifyVariantExtras
from adapters.shopify.manifest import MANIFEST
from adapters.shopify.reads import connect
from adapters.shopify.writes import writers

PLATFORM = Platform(
    manifest=MANIFEST,
    dialect=DIALECT,
    connect=connect,
    extras=(ShopifyCustomerExtras, ShopifyOrderExtras, ShopifyProductExtras, ShopifyVariantExtras),
    writers=writers,
)
