"""Touches: which kept values a change of an entity makes old. One table."""

from collections.abc import Mapping
from typing import Any

from resolvers.barriers import ALL, mark_of
from schema.keys import Key, Kind

OWN = "own"  # the value of the same name as the entity
EVERY = "every"  # all values of that sort: which of them holds the entity is not known

# Kind -> the values that show it: what is kept, and which of them; or the attribute of the entity that names it.
TOUCHES: Mapping[Kind, tuple[tuple[str, str], ...]] = {
    Kind.ORDER: (
        (Kind.ORDER, OWN), ("lines", OWN), ("shipments", OWN), ("refunds", OWN),
        ("Order:page", EVERY), ("Shipment:page", EVERY), ("Refund:page", EVERY),
    ),
    Kind.SHIPMENT: ((Kind.SHIPMENT, OWN), ("shipments", "order_key_id"), ("Shipment:page", EVERY)),
    Kind.REFUND: ((Kind.REFUND, OWN), ("refunds", "order_key_id"), ("Refund:page", EVERY)),
    Kind.INVENTORY_LEVEL: (
        (Kind.INVENTORY_LEVEL, OWN), ("inventory_levels", "variant_key_id"), (Kind.VARIANT, "variant_key_id"),
        ("variants", EVERY), ("InventoryLevel:page", EVERY), ("ProductVariant:page", EVERY),
    ),
    Kind.VARIANT: (
        (Kind.VARIANT, OWN), ("inventory_levels", OWN), (Kind.INVENTORY_LEVEL, EVERY),
        ("variants", "product_key_id"), (Kind.PRODUCT, "product_key_id"),
        ("ProductVariant:page", EVERY), ("Product:page", EVERY), ("InventoryLevel:page", EVERY),
    ),
    Kind.PRODUCT: (
        (Kind.PRODUCT, OWN), ("variants", OWN), (Kind.VARIANT, EVERY), (Kind.INVENTORY_LEVEL, EVERY), ("inventory_levels", EVERY),
        ("Product:page", EVERY), ("ProductVariant:page", EVERY), ("InventoryLevel:page", EVERY),
    ),
    Kind.CUSTOMER: ((Kind.CUSTOMER, OWN), ("Customer:page", EVERY)),
    Kind.LOCATION: ((Kind.LOCATION, OWN), ("Location:page", EVERY)),
}  # fmt: skip

# What shows stock: sending goods, taking them back and calling an order off move units that the order does not name by level.
STOCK = frozenset(
    mark_of(what, ALL)
    for what in (Kind.INVENTORY_LEVEL, "inventory_levels", Kind.VARIANT, "variants", "InventoryLevel:page", "ProductVariant:page")
)


def marks(key: Key, kept: Any | None) -> set[str]:
    """Return the marks of all values that a changed entity shows in; `kept` is the entity as it was last seen, or None."""

    def name(which: str) -> str:
        if which == OWN:
            return key.id
        return (getattr(kept, which, None) or ALL) if which != EVERY else ALL

    return {mark_of(what, name(which)) for what, which in TOUCHES[key.kind]}
