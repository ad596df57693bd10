"""Shopify's facts as tables (Admin GraphQL API 2026-10)."""

from enum import Enum

from adapters.kit.failures import Rule
from adapters.kit.manifest import KindFacts, Limits, Manifest
from adapters.kit.writing import Repeat, WriteFacts
from schema.commands import CancelReason, RefundReason, WriteOperation
from schema.errors import Category
from schema.keys import Kind
from schema.orders import FulfilmentStatus, OrderStatus, PaymentStatus
from schema.products import ProductStatus
from schema.shipments import ShipmentStatus

API_VERSION = "2026-10"
PAGE = 250  # rows of a connection
BATCH = 250  # items of an array argument

_RECONNECT = "Shopify refuses the store's access token; its owner has to install the app again or renew the token."

ERRORS = (
    Rule(Category.QUOTA, code="THROTTLED"),
    Rule(Category.AUTH, code="ACCESS_DENIED", remedy="The store's token lacks a scope; its owner has to grant it."),
    Rule(Category.AUTH, code="SHOP_INACTIVE", remedy="The store is frozen or closed; its owner has to reopen it."),
    Rule(Category.AUTH, status=401, remedy=_RECONNECT),
    Rule(Category.AUTH, status=402, remedy="The store is frozen for an unpaid bill; its owner has to settle it."),
    Rule(Category.AUTH, status=403, remedy=_RECONNECT),
    Rule(Category.AUTH, status=423, remedy="Shopify locked the store; its owner has to speak to Shopify."),
    Rule(Category.AUTH, code="MOVED", remedy="The store's address leads elsewhere; correct its `url`."),
    Rule(Category.AUTH, code="TOKEN_REFUSED", remedy=_RECONNECT),
    Rule(Category.QUOTA, status=429),
    Rule(Category.QUOTA, status=430, remedy="Shopify took the store's requests for an attack; wait some minutes."),
    Rule(Category.TRANSIENT, code="INTERNAL_SERVER_ERROR"),
    Rule(Category.TRANSIENT, code="TIMEOUT"),
    Rule(Category.TRANSIENT, code="SERVICE_UNAVAILABLE"),
    Rule(Category.TRANSIENT, code="NOT_JSON"),
    Rule(Category.TRANSIENT, code="TOO_MANY_PARALLEL_REQUESTS_FOR_THIS_PRODUCT"),
    Rule(Category.TRANSIENT, code="OPERATION_IN_PROGRESS"),
    Rule(Category.TRANSIENT, code="LIMIT_REACHED"),
    Rule(Category.TRANSIENT, code="ADJUST_QUANTITIES_FAILED"),
    Rule(Category.TRANSIENT, code="GENERIC_ERROR"),
    Rule(Category.TRANSIENT, code="JOB_ERROR"),
    Rule(Category.TRANSIENT, code="INTERNAL_ERROR"),
    Rule(Category.TRANSIENT, code="IDEMPOTENCY_CONCURRENT_REQUEST"),
    Rule(Category.TRANSIENT, code="IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED", remedy="It is sent anew, under another key."),
    Rule(Category.CONFLICT, code="CHANGE_FROM_QUANTITY_STALE", remedy="The stock is not what the guard expects; read again, then decide."),
    Rule(Category.CONFLICT, code="HANDLE_NOT_UNIQUE", remedy="Choose another handle."),
    Rule(Category.CONFLICT, code="VARIANT_ALREADY_EXISTS*", remedy="Change the variant that is there, or choose other options."),
    Rule(Category.CONFLICT, code="CANNOT_DELETE_LAST_VARIANT", remedy="A product keeps one variant; delete the product instead."),
    Rule(Category.VALIDATION, code="IDEMPOTENCY_KEY_PARAMETER_MISMATCH", remedy="Look at the store, then send it as a new write."),
    Rule(Category.VALIDATION, code="MAX_COST_EXCEEDED", remedy="The request is too large for Shopify; ask for fewer rows at once."),
    Rule(Category.VALIDATION, code="SEARCH_WARNING", remedy="Shopify did not understand a filter, so its answer can't be used."),
    Rule(Category.VALIDATION, status=404, remedy="There is no Shopify store at this address; check the store's `url`."),
    Rule(Category.VALIDATION, status=200, remedy="Shopify does not take it as it is; correct it."),
)

# Refusals of a write that say that it was not begun, though a later attempt may succeed.
NOT_BEGUN = frozenset({
    "TOO_MANY_PARALLEL_REQUESTS_FOR_THIS_PRODUCT", "OPERATION_IN_PROGRESS", "LIMIT_REACHED", "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED",
})  # fmt: skip

# Most refusals of writes have no code: a part of their text, what it means, and a word for it.
TEXTS: tuple[tuple[str, Category, str, str], ...] = (
    ("already in use", Category.CONFLICT, "HANDLE_NOT_UNIQUE", "Choose another handle."),
    ("already been taken", Category.CONFLICT, "TAKEN", "Change the record that has it, or choose another."),
    ("already been canceled", Category.CONFLICT, "ALREADY_CANCELLED", "Nothing is left to do."),
    ("outstanding fulfillments", Category.CONFLICT, "HAS_SHIPMENTS", "Cancel its shipments first, or refund it instead."),
    ("open return", Category.CONFLICT, "HAS_RETURNS", "Close its returns first."),
    ("unfulfillable status", Category.CONFLICT, "UNFULFILLABLE", "Read the order again, then decide."),
    ("line item quantity requested", Category.CONFLICT, "OVER_QUANTITY", "Read the order again, then decide."),
    ("cannot refund more", Category.CONFLICT, "OVER_REFUNDED", "Read the order's refunds again, then decide."),
    ("refund amount", Category.CONFLICT, "OVER_REFUNDED", "Read the order's refunds again, then decide."),
    ("operation already in progress", Category.CONFLICT, "IN_PROGRESS", "Read again when it has ended."),
    ("currently being modified", Category.TRANSIENT, "TOO_MANY_PARALLEL_REQUESTS_FOR_THIS_PRODUCT", "It is tried again."),
    ("does not exist", Category.VALIDATION, "NOT_FOUND", "Look whether it is there still, and whether the id is right."),
    ("could not be found", Category.VALIDATION, "NOT_FOUND", "Look whether it is there still, and whether the id is right."),
)
VAGUE = frozenset({"", "INVALID", "INVALID_INPUT"})  # codes that tell less than such a text

_LINKED = "Comes with its order; ordered by the order's times."

KINDS = {
    Kind.ORDER: KindFacts(
        sorts=("created_at", "updated_at"),
        filters=frozenset({"numbers", "statuses", "payment_statuses", "created", "updated", "email", "customer", "text"}),
        note="Orders older than 60 days need the scope read_all_orders; without it Shopify leaves them out.",
    ),
    Kind.PRODUCT: KindFacts(sorts=("created_at", "updated_at"), filters=frozenset({"statuses", "created", "updated", "text"})),
    Kind.VARIANT: KindFacts(sorts=("updated_at", "sequence"), filters=frozenset({"skus", "product", "updated"})),
    Kind.CUSTOMER: KindFacts(
        sorts=("created_at", "updated_at"),
        filters=frozenset({"email", "created", "updated", "text"}),
        note="Name, address, phone and e-mail are null where Shopify has not approved the app for protected customer data.",
    ),
    Kind.INVENTORY_LEVEL: KindFacts(sorts=("sequence",)),
    Kind.LOCATION: KindFacts(sorts=("name", "sequence")),
    Kind.SHIPMENT: KindFacts(sorts=("order_created_at", "order_updated_at"), filters=frozenset({"created"}), note=_LINKED),
    Kind.REFUND: KindFacts(sorts=("order_created_at", "order_updated_at"), filters=frozenset({"created"}), note=_LINKED),
}

_PRIMARY = "A first `quantity` is put at the store's primary location."

WRITES = {
    WriteOperation.INVENTORY_SET: WriteFacts(batch=250, repeat=Repeat.KEYED),
    WriteOperation.INVENTORY_ADJUST: WriteFacts(batch=250, repeat=Repeat.KEYED),
    WriteOperation.PRICE_SET: WriteFacts(batch=250),
    WriteOperation.PRODUCT_CREATE: WriteFacts(batch=10, note=f"A new product is in no sales channel until it is published. {_PRIMARY}"),
    WriteOperation.PRODUCT_UPDATE: WriteFacts(
        batch=20,
        fields=frozenset({
            "title", "handle", "status", "description_html", "vendor", "product_type", "tags", "platform_fields",
        }),
        note="Options change through variants; fields of Shopify's ProductUpdateInput go through `platformFields`.",
    ),
    WriteOperation.PRODUCT_DELETE: WriteFacts(batch=10),
    WriteOperation.VARIANT_CREATE: WriteFacts(batch=100, note=_PRIMARY),
    WriteOperation.VARIANT_UPDATE: WriteFacts(
        batch=250,
        fields=frozenset({
            "sku", "barcode", "price", "compare_at_price", "options", "weight", "requires_shipping", "inventory_tracked",
            "sells_when_out_of_stock",
        }),
    ),
    WriteOperation.VARIANT_DELETE: WriteFacts(batch=250),
    WriteOperation.SHIPMENT_CREATE: WriteFacts(
        batch=10,
        fields=frozenset({"order", "lines", "tracking", "location", "notify"}),
        note="What lies at several locations becomes one shipment for each; Shopify dates a shipment itself.",
    ),
    WriteOperation.SHIPMENT_UPDATE: WriteFacts(batch=10),
    WriteOperation.ORDER_CANCEL: WriteFacts(batch=10, asynchronous=True),
    WriteOperation.ORDER_UPDATE: WriteFacts(
        batch=20, fields=frozenset({"tags", "note", "status"}), note="`status` is `open`, or `closed` to archive the order."
    ),
    WriteOperation.REFUND_CREATE: WriteFacts(
        repeat=Repeat.KEYED, note="Where the buyer paid in another currency than the store's no amounts can be given. Money may move later."
    ),
    WriteOperation.CUSTOMER_CREATE: WriteFacts(batch=20),
    WriteOperation.CUSTOMER_UPDATE: WriteFacts(batch=20),
}  # fmt: skip

MANIFEST = Manifest(
    name="shopify",
    title="Shopify",
    api_version=API_VERSION,
    credentials=(frozenset({"access_token"}), frozenset({"client_id", "client_secret"})),
    # The standard plan's bucket until an answer tells the store's own; any plan refuses more than 1000 points at once.
    limits=Limits(points=2000, refill=100, ceiling=1000, concurrency=8, most=16, slow=8.0),
    errors=ERRORS,
    kinds=KINDS,
    page=PAGE,
    batch=BATCH,
    writes=WRITES,
    writers=4,
)

# Status words: every value of the platform's enumerations, and what it means.

PAYMENT_STATUSES: dict[str, PaymentStatus] = {
    "PENDING": PaymentStatus.PENDING,
    "AUTHORIZED": PaymentStatus.AUTHORIZED,
    "PARTIALLY_PAID": PaymentStatus.PARTIALLY_PAID,
    "PAID": PaymentStatus.PAID,
    "PARTIALLY_REFUNDED": PaymentStatus.PARTIALLY_REFUNDED,
    "REFUNDED": PaymentStatus.REFUNDED,
    "VOIDED": PaymentStatus.VOIDED,
    "EXPIRED": PaymentStatus.EXPIRED,
}
FULFILMENT_STATUSES: dict[str, FulfilmentStatus] = {
    "UNFULFILLED": FulfilmentStatus.UNFULFILLED,
    "OPEN": FulfilmentStatus.UNFULFILLED,
    "PENDING_FULFILLMENT": FulfilmentStatus.IN_PROGRESS,
    "IN_PROGRESS": FulfilmentStatus.IN_PROGRESS,
    "SCHEDULED": FulfilmentStatus.SCHEDULED,
    "ON_HOLD": FulfilmentStatus.ON_HOLD,
    "REQUEST_DECLINED": FulfilmentStatus.REQUEST_DECLINED,
    "PARTIALLY_FULFILLED": FulfilmentStatus.PARTIALLY_FULFILLED,
    "FULFILLED": FulfilmentStatus.FULFILLED,
    "FULFILLMENT_NOT_REQUIRED": FulfilmentStatus.NOT_REQUIRED,
    "RESTOCKED": FulfilmentStatus.RESTOCKED,
}
PRODUCT_STATUSES: dict[str, ProductStatus] = {
    "ACTIVE": ProductStatus.ACTIVE,
    "DRAFT": ProductStatus.DRAFT,
    "ARCHIVED": ProductStatus.ARCHIVED,
    "UNLISTED": ProductStatus.UNLISTED,
}
SHIPMENT_STATUSES: dict[str, ShipmentStatus] = {  # Fulfillment.displayStatus, then Fulfillment.status
    "SUBMITTED": ShipmentStatus.PENDING,
    "PENDING": ShipmentStatus.PENDING,
    "OPEN": ShipmentStatus.PENDING,
    "CONFIRMED": ShipmentStatus.CONFIRMED,
    "LABEL_PURCHASED": ShipmentStatus.LABEL_CREATED,
    "LABEL_PRINTED": ShipmentStatus.LABEL_CREATED,
    "LABEL_VOIDED": ShipmentStatus.CANCELLED,
    "CARRIER_PICKED_UP": ShipmentStatus.SHIPPED,
    "FULFILLED": ShipmentStatus.SHIPPED,
    "MARKED_AS_FULFILLED": ShipmentStatus.SHIPPED,
    "SUCCESS": ShipmentStatus.SHIPPED,
    "IN_TRANSIT": ShipmentStatus.IN_TRANSIT,
    "DELAYED": ShipmentStatus.DELAYED,
    "OUT_FOR_DELIVERY": ShipmentStatus.OUT_FOR_DELIVERY,
    "ATTEMPTED_DELIVERY": ShipmentStatus.ATTEMPTED_DELIVERY,
    "DELIVERED": ShipmentStatus.DELIVERED,
    "PICKED_UP": ShipmentStatus.DELIVERED,
    "NOT_DELIVERED": ShipmentStatus.NOT_DELIVERED,
    "READY_FOR_PICKUP": ShipmentStatus.READY_FOR_PICKUP,
    "FAILURE": ShipmentStatus.FAILED,
    "ERROR": ShipmentStatus.FAILED,
    "CANCELED": ShipmentStatus.CANCELLED,
    "CANCELLED": ShipmentStatus.CANCELLED,
}

# How a canonical status is asked for in a search; a status that is absent here is sifted out by the core.
SEARCH_WORDS: dict[Enum, str] = {
    OrderStatus.OPEN: "status:open",
    OrderStatus.ARCHIVED: "status:closed",
    OrderStatus.CANCELLED: "status:cancelled",
    **{status: f"financial_status:{word.lower()}" for word, status in PAYMENT_STATUSES.items()},
    **{status: f"status:{word.lower()}" for word, status in PRODUCT_STATUSES.items()},
}
EVERY_PRODUCT = "status:active,draft,archived,unlisted"  # an unfiltered list may hide what is not active

# What reasons are called in a cancellation, and in what a refund is more or less than it was worked out to be.
CANCEL_REASONS: dict[CancelReason, str] = {
    CancelReason.CUSTOMER: "CUSTOMER",
    CancelReason.OUT_OF_STOCK: "INVENTORY",
    CancelReason.FRAUD: "FRAUD",
    CancelReason.PRICING: "STAFF",
    CancelReason.PAYMENT: "DECLINED",
    CancelReason.ADDRESS: "OTHER",
    CancelReason.OTHER: "OTHER",
}
DISCREPANCY_REASONS: dict[RefundReason, str] = {
    RefundReason.CUSTOMER_RETURN: "CUSTOMER",
    RefundReason.GOODWILL: "CUSTOMER",
    RefundReason.DAMAGED: "DAMAGE",
    RefundReason.CANCELLED: "OTHER",
    RefundReason.NOT_RECEIVED: "OTHER",
    RefundReason.PRICING: "OTHER",
    RefundReason.OTHER: "OTHER",
}
