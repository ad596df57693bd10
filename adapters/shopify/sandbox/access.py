"""Which access scopes a type or field asks for, and how the platform says that they are missing."""

from collections.abc import Collection

from adapters.shopify.sandbox.errors import FieldError

DOCUMENTATION = "https://shopify.dev/api/usage/access-scopes"

ALL_READS = (
    "read_all_orders",
    "read_customers",
    "read_fulfillments",
    "read_inventory",
    "read_locations",
    "read_merchant_managed_fulfillment_orders",
    "read_orders",
    "read_products",
    "read_publications",
    "read_returns",
)

ALL_WRITES = (
    "write_customers",
    "write_fulfillments",
    "write_inventory",
    "write_merchant_managed_fulfillment_orders",
    "write_orders",
    "write_products",
)

_ORDERS = ("read_orders", "read_marketplace_orders")
_LOCATIONS = ("read_locations",)

_WORK = (
    "read_assigned_fulfillment_orders",
    "read_merchant_managed_fulfillment_orders",
    "read_third_party_fulfillment_orders",
)
_SHIPPING = tuple(scope.replace("read_", "write_") for scope in _WORK)
_ORDER_WRITES = ("write_orders", "write_marketplace_orders")

# Any one of the scopes opens the type, or the field of a type.
REQUIRED: dict[str, tuple[str, ...]] = {
    "Customer": ("read_customers",),
    "Fulfillment": (
        *_ORDERS,
        "read_assigned_fulfillment_orders",
        "read_merchant_managed_fulfillment_orders",
        "read_third_party_fulfillment_orders",
        "read_marketplace_fulfillment_orders",
    ),
    "FulfillmentLineItem": _ORDERS,
    "InventoryItem": ("read_inventory", "read_products"),
    "InventoryItem.inventoryLevel": ("read_inventory",),
    "InventoryItem.inventoryLevels": ("read_inventory",),
    "InventoryLevel": ("read_inventory",),
    "InventoryQuantity": ("read_inventory",),
    "LineItem": _ORDERS,
    "Location": (*_LOCATIONS, "read_inventory", "read_markets_home"),
    "Location.name": (*_LOCATIONS, "read_markets_home"),
    **{
        f"Location.{field}": _LOCATIONS
        for field in (
            "address", "createdAt", "deactivatedAt", "fulfillsOnlineOrders", "inventoryLevel", "inventoryLevels", "isActive",
            "isFulfillmentService", "shipsInventory", "updatedAt",
        )
    },
    "MediaImage": ("read_products", "read_files", "read_themes", "read_orders", "read_draft_orders", "read_images", "read_quick_sale"),
    "Order": (*_ORDERS, "read_quick_sale"),
    "OrderTransaction": _ORDERS,
    "Product": ("read_products",),
    "ProductOption": ("read_products",),
    "ProductVariant": ("read_products",),
    "Refund": _ORDERS,
    "RefundLineItem": _ORDERS,
    "Return": ("read_returns", "read_marketplace_returns"),
    "DeliveryMethod": ("read_orders", *_WORK, "read_marketplace_fulfillment_orders"),
    "FulfillmentOrder": (*_WORK, "read_marketplace_fulfillment_orders"),
    "FulfillmentOrderLineItem": _WORK,
    "InventoryAdjustmentGroup": ("read_inventory",),
    "InventoryChange": ("read_inventory",),
    "ProductDeleteOperation": ("read_products",),
    "ProductOperation": ("read_products",),
    "ProductSetOperation": ("read_products",),
    "SuggestedRefund": _ORDERS,
    **{f"Mutation.{field}": _SHIPPING for field in ("fulfillmentCancel", "fulfillmentCreate", "fulfillmentTrackingInfoUpdate")},
    **{f"Mutation.{field}": _ORDER_WRITES for field in ("orderCancel", "refundCreate")},
    **{f"Mutation.{field}": ("write_orders",) for field in ("orderClose", "orderOpen")},
    "Mutation.orderUpdate": (*_ORDER_WRITES, "write_quick_sale"),
    **{
        f"Mutation.{field}": ("write_inventory",)
        for field in ("inventoryActivate", "inventoryAdjustQuantities", "inventoryItemUpdate", "inventorySetQuantities")
    },
    **{
        f"Mutation.{field}": ("write_products",)
        for field in (
            "productCreate", "productDelete", "productSet", "productUpdate", "productVariantsBulkCreate", "productVariantsBulkDelete",
            "productVariantsBulkUpdate",
        )
    },
    **{
        f"Mutation.{field}": ("write_customers",)
        for field in ("customerAddressCreate", "customerAddressUpdate", "customerCreate", "customerUpdate")
    },
    "QueryRoot.customersCount": ("read_customers",),
    "QueryRoot.ordersCount": _ORDERS,
    "QueryRoot.productsCount": ("read_products",),
    "QueryRoot.productVariantsCount": ("read_products",),
}  # fmt: skip


def granted(scopes: Collection[str]) -> frozenset[str]:
    """Return the scopes a token really has: writing a thing includes reading it."""
    return frozenset(scopes) | {scope.replace("write_", "read_", 1) for scope in scopes if scope.startswith("write_")}


def missing(owner: str, field: str, answer: str, scopes: frozenset[str]) -> str | None:
    """Return what access a field lacks, in the platform's words, or None when it may be read."""
    target = answer.removesuffix("Connection")
    for name in (f"{owner}.{field}", target):
        needed = REQUIRED.get(name)
        if needed and scopes.isdisjoint(needed):
            shown = [f"`{scope}` access scope" for scope in needed]
            return (", ".join(shown[:-1]) + " or " if shown[1:] else "") + f"{shown[-1]}."
    return None


def denied(field: str, lacking: str) -> FieldError:
    """Make the error of a field that may not be read."""
    message = f"Access denied for {field} field. Required access: {lacking}"
    return FieldError(message, "ACCESS_DENIED", documentation=DOCUMENTATION, requiredAccess=lacking)
