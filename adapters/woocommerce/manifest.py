"""WooCommerce's facts as tables (REST API wc/v3)."""

from enum import Enum

from adapters.kit.failures import Rule
from adapters.kit.manifest import KindFacts, Limits, Manifest
from adapters.kit.writing import WriteFacts
from schema.commands import CancelReason, RefundReason, WriteOperation
from schema.errors import Category
from schema.keys import Kind
from schema.orders import FulfilmentStatus, OrderStatus, PaymentStatus
from schema.products import ProductStatus
from schema.shipments import ShipmentStatus

API_VERSION = "wc/v3"
PAGE = 100  # rows of a list
BATCH = 100  # ids of an `include`: as many as fit on one page; entries of a batch route

_RECONNECT = "WooCommerce refuses the store's consumer key or secret; its owner has to make a new key."
_RIGHTS = "The key's user lacks a right, or the key is unknown or does not reach WordPress; its owner has to reconnect the store."
_NO_ROUTE = "The store lacks this route; check that WooCommerce is active and permalinks are not plain."
GONE = "The store does not have this, or no longer; read again."
_NO_REFUND = "The store can't refund this: more than is left, or the payment gateway refuses."
_NO_EMAIL = "The e-mail address is not valid, or another customer has it."
_NO_ACCOUNT = "The shop's settings ask for more to make an account, e.g. a user name or a password; its owner can let them be generated."

# The first rule that fits wins. Codes come before statuses: the platform sends refusals of refunds as 500.
ERRORS = (
    Rule(Category.AUTH, code="MOVED", remedy="The store's address leads elsewhere; correct its `url`."),
    Rule(Category.AUTH, code="woocommerce_rest_authentication_*", remedy=_RECONNECT),
    Rule(Category.CONFLICT, code="product_invalid_sku", remedy="Another product has this SKU."),
    Rule(Category.CONFLICT, code="product_invalid_global_unique_id", remedy="Another product has this GTIN, UPC, EAN or ISBN."),
    Rule(Category.CONFLICT, code="registration-error-email-exists", remedy="Another customer has this e-mail address."),
    Rule(Category.CONFLICT, code="woocommerce_rest_coupon_code_already_exists", remedy="Another coupon has this code."),
    Rule(Category.CONFLICT, code="woocommerce_rest_already_trashed", remedy="It is in the bin already."),
    Rule(Category.CONFLICT, code="term_exists", remedy="The shop has this tag, category or brand already; try again."),
    Rule(Category.CONFLICT, code="woocommerce_rest_cannot_create_order_refund", remedy=_NO_REFUND),
    Rule(Category.CONFLICT, status=500, code="woocommerce_rest_cannot_delete"),
    Rule(Category.VALIDATION, code="woocommerce_product_image_upload_error", remedy="The store could not fetch the image."),
    Rule(Category.VALIDATION, code="woocommerce_rest_customer_invalid_email", remedy=_NO_EMAIL),
    Rule(Category.VALIDATION, code="registration-error-invalid-email", remedy="The e-mail address is not valid."),
    Rule(Category.VALIDATION, code="registration-error-*", remedy=_NO_ACCOUNT),
    Rule(Category.VALIDATION, code="woocommerce_rest_product_invalid_id", remedy=GONE),
    Rule(Category.VALIDATION, code="woocommerce_rest_product_variation_invalid_id", remedy=GONE),
    Rule(Category.VALIDATION, code="woocommerce_rest_shop_order_invalid_id", remedy=GONE),
    Rule(Category.VALIDATION, code="woocommerce_rest_invalid_id", remedy=GONE),
    Rule(Category.VALIDATION, code="woocommerce_rest_invalid_product_id", remedy=GONE),
    Rule(Category.VALIDATION, code="woocommerce_rest_invalid_order_id", remedy=GONE),
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
_SHIPPED = "Those of the beta feature for fulfilments or of the Shipment Tracking plugin, and those that were recorded through this API."

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
    Kind.SHIPMENT: KindFacts(note=_SHIPPED),
    Kind.REFUND: KindFacts(sorts=("order_created_at", "order_updated_at"), filters=frozenset({"created", "orders"}), note=_LINKED),
}

_VARIANT_FIELDS = frozenset(
    {
        "sku",
        "barcode",
        "price",
        "compare_at_price",
        "options",
        "weight",
        "requires_shipping",
        "inventory_tracked",
        "sells_when_out_of_stock",
    }
)
_CUSTOMER_FIELDS = frozenset({"email", "phone", "first_name", "last_name", "address"})
_PEOPLE = 25  # orders and customers of one call: each of them sends mail, and a small shop's time limit is some 30 seconds

WRITES = {
    WriteOperation.INVENTORY_SET: WriteFacts(batch=BATCH, note="Stock that is not counted yet is counted from then on."),
    WriteOperation.INVENTORY_ADJUST: WriteFacts(batch=BATCH, note="Read, computed and set: an order in the same moment can be lost."),
    WriteOperation.PRICE_SET: WriteFacts(batch=BATCH),
    WriteOperation.PRODUCT_CREATE: WriteFacts(batch=_PEOPLE, note="`productType` is a category, `vendor` a brand."),
    WriteOperation.PRODUCT_UPDATE: WriteFacts(
        batch=BATCH,
        fields=frozenset({"title", "handle", "status", "description_html", "vendor", "tags", "options", "platform_fields"}),
        note="A product has many categories: set them by `platformFields`.",
    ),
    WriteOperation.PRODUCT_DELETE: WriteFacts(batch=BATCH, note="For good, not into the bin."),
    WriteOperation.VARIANT_CREATE: WriteFacts(batch=10, note="Only of products with options; a new value is added to them."),
    WriteOperation.VARIANT_UPDATE: WriteFacts(batch=BATCH, fields=_VARIANT_FIELDS),
    WriteOperation.VARIANT_DELETE: WriteFacts(batch=BATCH, note="A product in one form has no other variant: delete the product."),
    WriteOperation.SHIPMENT_CREATE: WriteFacts(
        batch=10,
        note="An order of which nothing is left to send is completed, of which the shop may tell the buyer by itself.",
    ),
    WriteOperation.SHIPMENT_UPDATE: WriteFacts(batch=10),
    WriteOperation.ORDER_CANCEL: WriteFacts(
        batch=_PEOPLE,
        note="Always restocks. Money goes back only through a payment gateway that can; otherwise refund it by hand.",
    ),
    WriteOperation.ORDER_UPDATE: WriteFacts(
        batch=_PEOPLE, fields=frozenset({"note", "status"}), note="The note is the one between buyer and shop; orders have no tags."
    ),
    WriteOperation.REFUND_CREATE: WriteFacts(
        batch=10,
        note="Through the order's payment gateway; where that can't refund, it is recorded only. Amounts are with tax.",
    ),
    WriteOperation.CUSTOMER_CREATE: WriteFacts(batch=_PEOPLE, fields=_CUSTOMER_FIELDS),
    WriteOperation.CUSTOMER_UPDATE: WriteFacts(batch=_PEOPLE, fields=_CUSTOMER_FIELDS),
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
    writes=WRITES,
    writers=2,
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
# What a product can be set to.
PRODUCT_WORDS = {"ACTIVE": "publish", "PRIVATE": "private", "DRAFT": "draft", "PENDING": "pending"}
COMPLETED, CANCELLED, REFUNDED = "completed", "cancelled", "refunded"
_NO_ORDER = frozenset({TRASH, "auto-draft", "checkout-draft"})
UNSENDABLE = _NO_ORDER | {CANCELLED, REFUNDED, "failed"}  # the platform would take a shipment of any order
SETTABLE = frozenset(ORDER_STATUSES) - _NO_ORDER  # in a batch; any other word is sent alone, where it is checked
UNCANCELLABLE = _NO_ORDER | {COMPLETED, REFUNDED}  # and cancel any, goods that have left included

CANCEL_REASONS: dict[CancelReason, str] = {
    CancelReason.CUSTOMER: "the buyer asked for it",
    CancelReason.OUT_OF_STOCK: "out of stock",
    CancelReason.ADDRESS: "can't be delivered to the address",
    CancelReason.FRAUD: "suspected fraud",
    CancelReason.PRICING: "wrong price",
    CancelReason.PAYMENT: "payment declined",
    CancelReason.OTHER: "",
}
REFUND_REASONS: dict[RefundReason, str] = {
    RefundReason.CUSTOMER_RETURN: "Returned",
    RefundReason.CANCELLED: "Cancelled",
    RefundReason.NOT_RECEIVED: "Not received",
    RefundReason.DAMAGED: "Damaged or not as described",
    RefundReason.GOODWILL: "Goodwill",
    RefundReason.PRICING: "Wrong price",
    RefundReason.OTHER: "",
}
# The shop's units of weight, and how many grams each has.
GRAMS = {"g": "1", "kg": "1000", "oz": "28.349523125", "lbs": "453.59237"}
WEIGHT_UNITS = {"GRAMS": "g", "KILOGRAMS": "kg", "OUNCES": "oz", "POUNDS": "lbs"}

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
    "trackings": "/wc-shipment-tracking/v3",
}
