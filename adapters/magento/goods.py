"""Finds what a write is about: the products of the platform that variants are."""

from collections.abc import Iterable

from adapters.kit.failures import PlatformError
from adapters.magento.mapping import product_ids
from adapters.magento.search import Search, among, batches
from adapters.magento.sending import unwritten
from adapters.magento.shop import PRODUCTS, Found, Shop
from adapters.magento.values import Json, text

SKU_FIELDS = "id,sku,type_id,visibility"

Goods = dict[str, Found | PlatformError]


async def products_of(shop: Shop, operation: str, keys: Iterable[str], fields: str = "") -> Goods:
    """Return the products that variants are, by the variants' keys; one below a product that is gone is none. Raises PlatformError."""
    pairs = {key: pair for key in keys if (pair := product_ids(key))}
    wanted = dict.fromkeys(each for pair in pairs.values() for each in reversed(pair) if each)
    found = await unwritten(shop.by_ids(PRODUCTS, operation, wanted, fields))
    return {key: found[own] for key, (above, own) in pairs.items() if own in found and (above is None or above in found)}


async def by_sku(shop: Shop, skus: Iterable[str]) -> dict[str, Json]:
    """Return products by their SKUs in lower case: the platform does not tell cases apart. Raises PlatformError."""
    found: dict[str, Json] = {}
    for batch in batches(skus):
        listed, _ = await shop.every(PRODUCTS, "ProductsBySku", Search((among("sku", batch),), fields=SKU_FIELDS))
        found |= {(text(ware.row.get("sku")) or "").casefold(): ware.row for ware in listed}
    return found
