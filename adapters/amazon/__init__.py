"""Amazon, through the Selling Partner API."""

from adapters.amazon.auth import DIALECT
from adapters.amazon.extras import AmazonOrderExtras, AmazonProductExtras, AmazonVariantExtras
from adapters.amazon.manifest import MANIFEST
from adapters.amazon.reads import connect
from adapters.amazon.writes import writers
from adapters.kit.port import Platform

PLATFORM = Platform(
    manifest=MANIFEST,
    dialect=DIALECT,
    connect=connect,
    extras=(AmazonOrderExtras, AmazonProductExtras, AmazonVariantExtras),
    writers=writers,
)
