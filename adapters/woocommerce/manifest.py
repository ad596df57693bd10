"""WooCommerce's facts as tables (REST API wc/v3)."""

from enum import Enum

from adapters.kit.failures import Rule
from adapters.kit.manifest import KindFacts, Limits, Manifest
from schema.errors import Category
from schema.keys import Kind
from schema.orders import FulfilmentStatus, OrderStatus, PaymentStatus
from schema.products import ProductStatus
from schema.shipments import ShipmentStatus

API_VERSION = "wc/v3"
PAGE = 100  # rows of a list
BATCH = 100  # ids of an `include`: as many as fit on one page

_RECONNECT = "WooCommerce refuses the store's consumer key or secret; its owner has to make a new key."
_RIGHTS = "The key's user lacks a right, or the key is unknown or does not reach WordPress; its owner has to reconnect the store."
_NO_ROUTE = "The store lacks this route; check that WooCommerce is active and permalinks are not plain."

# The first rule that fits wins. Codes come before statuses: the platform sends refusals of refunds as 500.
ERRORS = (
    Rule(Category.AUTH, code="MOVED", remedy="The store's address leads elsewhere; correct its `url`."),
    Rule(Category.AUTH, code="woocommerce_rest_authentication_*", remedy=_RECONNECT),
    Rule(Category.CONFLICT, code="product_invalid_sku", remedy="Another product has this SKU."),
    Rule(Category.CONFLICT, code="product_invalid_global_unique_id", remedy="Another product has this GTIN, UPC, EAN or ISBN."),
    Rule(Category.CONFLICT, code="registration-error-email-exists", remedy="Another customer has this e-mail address."),
    Rule(Category.CONFLICT, code="woocommerce_rest_coupon_code_already_exists", remedy="Another coupon has this code."),
    Rule(Category.CONFLICT, code="woocommerce_rest_already_trashed", remedy="It is in the bin already."),
    Rule(Category.CONFLICT, code="woocommerce_rest_cannot_create_order_refund", remedy="The store can't refund this."),
    Rule(Category.CONFLICT, status=500, code="woocommerce_rest_cannot_delete"),
    Rule(Category.VALIDATION, code="woocommerce_product_image_upload_error", remedy="The store could not fetch the image."),
    Rule(Category.VALIDATION, code="woocommerce_rest_invalid_*"),
    Rule(Category.VALIDATION, code="woocommerce_rest_required_*"),
    Rule(Category.VALIDATION, code="woocommerce_rest_request_entity_too_large", remedy="The store takes at most 100 entries at once."),
    Rule(Category.VALIDATION, code="woocommerce_rest_trash_not_supported"),
    Rule(Category.VALIDATION, code="rest_invalid_param"),
    Rule(Category.VALIDATION, code="rest_invalid_json"),
    Rule(Category.VALIDATION, code="rest_missing_callback_param"),
    Rule(Category.VALIDATION, code="rest_no_route", remedy=_NO_ROUTE),
    Rule(Category.TRANSIENT, code="internal_server_error"),
    Rule(Category.AUTH, status=401, remedy=_RIGHTS),
    Rule(Category.TRANSIENT, status=403, code="NOT_JSON", remedy="A firewall before the store refused the request."),
    Rule(Category.AUTH, status=403, remedy=_RIGHTS),
    Rule(Category.VALIDATION, status=404, code="NOT_JSON", remedy=_NO_ROUTE),
    Rule(Category.VALIDATION, status=406, remedy="A firewall before the store forbids this kind of request."),
    Rule(Category.QUOTA, status=429, remedy="The store's host limits requests; ask again later."),
    Rule(Category.VALIDATION, status=501, remedy="The store does not support this kind of request."),
    Rule(Category.TRANSIENT, status=503, remedy="The store is overloaded or being maintained; ask again later."),
    Rule(Category.TRANSIENT, status=200, code="NOT_JSON", remedy="The store's answer is not JSON; a plugin or proxy changed it."),
)

_LINKED = "Comes with its order; ordered by the order's times."
_NEWER = "Needs WooCommerce 10.3 to be ordered by the last change."

KINDS = {
    Kind.ORDER: KindFacts(
        sorts=("created_at", "updated_at"),
        filters=frozenset(
            {"numbers", "statuses", "payment_statuses", "fulfilment_statuses", "created", "updated", "email", "customer", "text"}
        ),
        note="Orders in the bin are listed only when statuses has DELETED.",
    ),
    Kind.PRODUCT: KindFacts(sorts=("created_at", "updated_at"), filters=frozenset({"statuses", "created", "updated", "text"})),
    Kind.VARIANT: KindFacts(sorts=("updated_at", "sequence"), filters=frozenset({"skus", "product", "updated"}), note=_NEWER),
    Kind.CUSTOMER: KindFacts(
        sorts=("created_at",),
        filters=frozenset({"email", "created", "text"}),
        note="WooCommerce can't tell which customers changed.",
    ),
    Kind.INVENTORY_LEVEL: KindFacts(sorts=("sequence",), filters=frozenset({"variants", "locations"})),
    Kind.LOCATION: KindFacts(sorts=("name", "sequence"), note="WooCommerce has no locations: one stands for the whole store."),
    Kind.SHIPMENT: KindFacts(note="There are none unless the store has WooCommerce's beta feature for fulfilments switched on."),
    Kind.REFUND: KindFacts(sorts=("order_created_at", "order_updated_at"), filters=frozenset({"created", "orders"}), note=_LINKED),
}

MANIFEST = Manifest(
    name="woocommerce",
    title="WooCommerce",
    api_version=API_VERSION,
    credentials=(frozenset({"consumer_key", "consumer_secret"}),),
    # The platform has no limit of its own: what the shop's machine bears is found out by asking.
    limits=Limits(concurrency=2, most=4, slow=2.0),
    errors=ERRORS,
    kinds=KINDS,
    page=PAGE,
    batch=BATCH,
)

# Status words: all of the core; a plugin's word is OTHER.

TRASH = "trash"
ORDER_STATUSES: dict[str, OrderStatus] = {
    "auto-draft": OrderStatus.DRAFT,
    "checkout-draft": OrderStatus.DRAFT,
    "pending": OrderStatus.PENDING,
    "processing": OrderStatus.OPEN,
    "on-hold": OrderStatus.ON_HOLD,
    "completed": OrderStatus.COMPLETED,
    "cancelled": OrderStatus.CANCELLED,
    "refunded": OrderStatus.REFUNDED,
    "failed": OrderStatus.FAILED,
    TRASH: OrderStatus.DELETED,
}
PRODUCT_STATUSES: dict[str, ProductStatus] = {
    "publish": ProductStatus.ACTIVE,
    "private": ProductStatus.PRIVATE,
    "draft": ProductStatus.DRAFT,
    "auto-draft": ProductStatus.DRAFT,
    "pending": ProductStatus.PENDING,
    "future": ProductStatus.SCHEDULED,
    TRASH: ProductStatus.DELETED,
}
SHIPMENT_STATUSES: dict[str, ShipmentStatus] = {
    "unfulfilled": ShipmentStatus.PENDING,
    "fulfilled": ShipmentStatus.SHIPPED,
}
UNLISTED = frozenset({"auto-draft"})  # a form somebody opened: no list shows it

# The orders' words from which a derived status can come; one that is absent can come from any.
DERIVED: dict[Enum, frozenset[str]] = {
    PaymentStatus.PENDING: frozenset({"pending", "on-hold"}),
    PaymentStatus.FAILED: frozenset({"failed"}),
    FulfilmentStatus.FULFILLED: frozenset({"completed"}),
    FulfilmentStatus.UNFULFILLED: frozenset({"processing"}),
}

# Routes that not every version or shop has, as the store's index names them.
ROUTES: dict[str, str] = {
    "refunds": "/wc/v3/refunds",
    "variations": "/wc/v3/variations",
    "fulfillments": r"/wc/v3/orders/(?P<order_id>[\d]+)/fulfillments",
}
