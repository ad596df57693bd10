"""Walmart Marketplace US, through its REST API v3."""

from adapters.kit.port import Platform
from adapters.walmart.auth import DIALECT
from adapters.walmart.extras import WalmartOrderExtras, WalmartProductExtras, WalmartVariantExtras
from adapters.walmart.manifest import MANIFEST
from adapters.walmart.reads import connect
from adapters.walmart.writes import writers

PLATFORM = Platform(
    manifest=MANIFEST,
    dialect=DIALECT,
    connect=connect,
    extras=(WalmartOrderExtras, WalmartProductExtras, WalmartVariantExtras),
    writers=writers,
)
