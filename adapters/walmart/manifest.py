"""Walmart Marketplace's facts as tables (US, REST API v3)."""

from datetime import timedelta

from adapters.kit.failures import Rule
from adapters.kit.manifest import KindFacts, Limits, Manifest
from adapters.kit.writing import WriteFacts
from schema.commands import CancelReason, RefundReason, WriteOperation
from schema.errors import Category
from schema.keys import Kind
from schema.orders import OrderStatus
from schema.products import ProductStatus
from schema.shipments import ShipmentStatus

PLATFORM = "walmart"
HOST = "https://marketplace.walmartapis.com"
API_VERSION = "v3"
ITEM_SPEC = "5.0.20251118-18_39_44-api"  # of what an item is made of; Walmart makes a new one every few weeks
CURRENCY = "USD"
PAGE = 200  # orders of one answer
ITEMS_PAGE = 1000
STOCK_PAGE = 50
WALMART_STOCK_PAGE = 300
FARTHEST = 10_000  # how deep an offset of the item list may reach
FEW_STOCKS = 40  # SKUs that are written one by one, of 200 a minute; more go by feed, which takes minutes
FEW_PRICES = 10  # of 100 an hour
FEED_ROWS = 1000  # Walmart advises no more
KEPT = timedelta(days=180)  # how far back the order list goes

# The searches hide what they are not asked for: every kind of fulfilment is a search of its own.
SELLER, WALMART, THIRD_PARTY = "SellerFulfilled", "WFSFulfilled", "3PLFulfilled"
NODE_TYPES = (SELLER, WALMART, THIRD_PARTY)

_RECONNECT = "Walmart refuses the store's client id or secret; its owner has to make a new key pair."
_SCOPE = "The store's key lacks a right for this; its owner has to grant it in Walmart's developer portal."
_MOVED = "The order has moved on meanwhile; read it again."

# The first rule that fits wins. Codes come without what follows their first dot; BLANK and STATE are told apart by the text (`refusals`).
ERRORS = (
    Rule(Category.AUTH, code="TOKEN_REFUSED", remedy=_RECONNECT),
    Rule(Category.AUTH, code="MOVED", remedy="The store's address leads elsewhere; correct its `url`."),
    Rule(Category.QUOTA, code="REQUEST_THRESHOLD_VIOLATED"),
    Rule(Category.QUOTA, status=429),
    Rule(Category.AUTH, code="UNAUTHORIZED", remedy=_RECONNECT),
    Rule(Category.AUTH, status=401, remedy=_RECONNECT),
    Rule(Category.AUTH, code="FORBIDDEN", remedy=_SCOPE),
    Rule(Category.AUTH, status=403, remedy=_SCOPE),
    Rule(Category.TRANSIENT, code="INVALID_REQUEST:BLANK", remedy="Walmart refuses without a reason, as it does when it is down."),
    Rule(Category.CONFLICT, code="INVALID_REQUEST_CONTENT:STATE", remedy=_MOVED),
    Rule(Category.CONFLICT, code="ERR_EXT_DATA_0101211", remedy="Walmart has locked this SKU; try again in a day."),
    Rule(Category.VALIDATION, code="INVALID_REQUEST_PARAM"),
    Rule(Category.VALIDATION, code="INVALID_REQUEST_HEADER"),
    Rule(Category.VALIDATION, code="INVALID_REQUEST_CONTENT"),
    Rule(Category.VALIDATION, code="INVALID_REQUEST"),
    Rule(Category.VALIDATION, code="MISSING_REQUEST_*"),
    Rule(Category.VALIDATION, code="MALFORMED_REQUEST_CONTENT"),
    Rule(Category.VALIDATION, code="CONTENT_NOT_FOUND"),
    Rule(Category.VALIDATION, code="URI_NOT_FOUND", remedy="Walmart has no such address; check the store's `url`."),
    Rule(Category.VALIDATION, code="ERR_PDI_*"),
    Rule(Category.VALIDATION, code="ERR_EXT_DATA_*"),
    Rule(Category.VALIDATION, code="DATA_ERROR"),
    Rule(Category.TRANSIENT, code="RESOURCE_IS_LOCKED", remedy="Walmart is working on this itself; try again in a while."),
    Rule(Category.TRANSIENT, status=423),
    Rule(Category.TRANSIENT, code="SYSTEM_ERROR"),
    Rule(Category.TRANSIENT, code="TIMEOUT_ERROR"),
    Rule(Category.TRANSIENT, code="INVALID_SYSTEM_STATE"),
    Rule(Category.TRANSIENT, code="DOWNSTREAM_SYSTEM_TIME_OUT"),
    Rule(Category.TRANSIENT, code="SOME_CONTENT_NOT_FOUND", remedy="Walmart could give only a part of this; try again."),
    Rule(Category.TRANSIENT, status=206, remedy="Walmart could give only a part of this; try again."),
    Rule(Category.VALIDATION, status=405),
    Rule(Category.VALIDATION, status=406),
    Rule(Category.VALIDATION, status=413, remedy="The request is too large for Walmart; send less at once."),
    Rule(Category.VALIDATION, status=415),
    Rule(Category.TRANSIENT, status=200, remedy="Walmart's answer is not the JSON that was asked for."),
)

_LINKED = "Comes with its order; ordered by the order's time."
_UNORDERED = "Walmart's items have neither times nor numbers: they are listed by id only."

KINDS = {
    Kind.ORDER: KindFacts(
        sorts=("created_at",),
        filters=frozenset({"numbers", "statuses", "created", "updated"}),
        note=(
            "A purchase order each, of the last 180 days (older ones by id only). `updatedAt` is when a line's status last changed; "
            "Walmart can't order by it. There are no customers."
        ),
    ),
    Kind.PRODUCT: KindFacts(sorts=("sequence",), note=f"Items of one variant group are one product. {_UNORDERED}"),
    Kind.VARIANT: KindFacts(sorts=("sequence",), filters=frozenset({"skus", "product"}), note=_UNORDERED),
    Kind.INVENTORY_LEVEL: KindFacts(sorts=("sequence",), filters=frozenset({"variants"}), note=_UNORDERED),
    Kind.LOCATION: KindFacts(sorts=("name", "sequence"), note="The seller's ship nodes, and one for all of what Walmart itself keeps."),
    Kind.SHIPMENT: KindFacts(sorts=("order_created_at",), filters=frozenset({"orders"}), note=f"One a tracking number. {_LINKED}"),
    Kind.REFUND: KindFacts(
        sorts=("order_created_at",),
        filters=frozenset({"orders"}),
        note=f"From order lines, or from returns where a line names only its return. {_LINKED}",
    ),
}


def _a_minute(requests: int, concurrency: int, most: int) -> Limits:
    """Return the budget of an operation: a bucket of that many requests, which fills again within a minute."""
    return Limits(points=requests, refill=requests / 60, concurrency=concurrency, most=most, slow=4.0)


def _an_hour(requests: int, concurrency: int = 1) -> Limits:
    return Limits(points=requests, refill=requests / 3600, concurrency=concurrency, most=2 * concurrency, slow=8.0)


# Walmart counts by seller and operation. Items with any parameter have a smaller bucket than without, and every read here has one.
BUCKETS = {
    "orders": _a_minute(5000, 6, 12),
    "order": _a_minute(5000, 6, 12),
    "returns": _a_minute(50, 2, 4),
    "items": _a_minute(60, 2, 4),
    "item": _a_minute(60, 4, 8),
    "inventories": _a_minute(200, 1, 1),  # its cursor belongs to the seller: pages of two walks mix
    "inventory": _a_minute(200, 4, 8),
    "walmart_inventory": _a_minute(100, 2, 4),
    "nodes": _a_minute(50, 2, 4),
    "feeds": _a_minute(5000, 4, 8),
    "stock_set": _a_minute(200, 4, 8),
    "price": _an_hour(100, 4),
    "acknowledge": _a_minute(60, 4, 8),
    "shipping": _a_minute(60, 4, 8),
    "cancel": _a_minute(60, 4, 8),
    "refund": _a_minute(60, 4, 8),
    "stock_feed": _an_hour(50),
    "price_feed": _an_hour(10),
    "setup_feed": _an_hour(10),
    "maintenance_feed": _an_hour(10),
    "deletion_feed": _an_hour(10),
}
LARGEST = 5000  # requests a minute: no published bucket holds more

_ORDERS = 10  # of one call of a writer: 60 a minute are allowed
_PRODUCTS = 100
_SPARE = "By feed, of which Walmart takes ten an hour."

WRITES = {
    WriteOperation.INVENTORY_SET: WriteFacts(
        batch=FEED_ROWS,
        asynchronous=True,
        note="What is ordered and not shipped is added, as Walmart counts it in. Many SKUs go by feed, which takes minutes.",
    ),
    WriteOperation.INVENTORY_ADJUST: WriteFacts(batch=50, note="Read, computed and set: an order in the same moment can be lost."),
    WriteOperation.PRICE_SET: WriteFacts(
        batch=FEED_ROWS,
        asynchronous=True,
        fields=frozenset({"price", "currency_code"}),
        note="Shows up to five minutes later. Many go by feed. An item has one price only.",
    ),
    WriteOperation.PRODUCT_CREATE: WriteFacts(
        batch=_PRODUCTS,
        asynchronous=True,
        fields=frozenset({
            "title", "handle", "status", "description_html", "vendor", "product_type", "platform_fields",
            "sku", "barcode", "price", "options", "weight",
        }),
        note=(
            f"{_SPARE} `platformFields` has the attributes of the product type, in `Orderable` and `Visible`; an image is one of them. "
            "`handle` is the id of the variant group."
        ),
    ),
    WriteOperation.PRODUCT_UPDATE: WriteFacts(
        batch=_PRODUCTS,
        asynchronous=True,
        fields=frozenset({"title", "status", "description_html", "vendor", "platform_fields"}),
        note=f"{_SPARE} All items of the product are changed alike; ARCHIVED ends the sale, ACTIVE begins it again.",
    ),
    WriteOperation.PRODUCT_DELETE: WriteFacts(batch=_PRODUCTS, asynchronous=True, note=f"For good. {_SPARE} To stop a sale, set 0 units."),
    WriteOperation.VARIANT_UPDATE: WriteFacts(
        batch=FEED_ROWS, asynchronous=True, fields=frozenset({"price", "weight"}), note=f"{_SPARE} A price alone is set sooner."
    ),
    WriteOperation.VARIANT_DELETE: WriteFacts(batch=FEED_ROWS, asynchronous=True, note=f"For good. {_SPARE} To stop a sale, set 0 units."),
    WriteOperation.SHIPMENT_CREATE: WriteFacts(
        batch=_ORDERS,
        fields=frozenset({"lines", "tracking", "shipped_at"}),
        note=(
            "Of acknowledged orders, with a tracking number and a carrier; one that is not on Walmart's list needs a tracking address. "
            "Charges the buyer, also one who asked meanwhile to call the order off: what was sent was sent."
        ),
    ),
    WriteOperation.SHIPMENT_UPDATE: WriteFacts(batch=_ORDERS, note="Within four hours of shipping. The id changes with the number."),
    WriteOperation.ORDER_CANCEL: WriteFacts(
        batch=_ORDERS,
        fields=frozenset({"reason"}),
        note=(
            "OUT_OF_STOCK takes all stock of its items away. CUSTOMER only where the buyer told Walmart. Walmart knows no PAYMENT and no "
            "OTHER: it is told of a wrong price then."
        ),
    ),
    WriteOperation.ORDER_ACKNOWLEDGE: WriteFacts(batch=_ORDERS),
    WriteOperation.REFUND_CREATE: WriteFacts(
        batch=_ORDERS,
        note="Of what was shipped. Amounts are with tax. Nothing is restocked.",
    ),
}  # fmt: skip

_KEY = frozenset({"client_id", "client_secret"})
_GRANTED = _KEY | {"partner_id", "refresh_token"}

MANIFEST = Manifest(
    name=PLATFORM,
    title="Walmart Marketplace",
    api_version=API_VERSION,
    # A seller's own key; or a solution provider's, with what the seller granted it; each with the channel type some were given.
    credentials=(_KEY, _KEY | {"channel_type"}, _GRANTED, _GRANTED | {"channel_type"}),
    limits=Limits(concurrency=4, most=8, slow=4.0),
    errors=ERRORS,
    kinds=KINDS,
    page=PAGE,
    batch=1,
    buckets=BUCKETS,
    official=(HOST,),
    writes=WRITES,
    writers=4,
)

# Status words of order lines: an order has none of its own, it is as far as the hindmost of its pieces. The order here is that of life.
ORDER_STATUSES: dict[str, OrderStatus] = {
    "Created": OrderStatus.PENDING,
    "Acknowledged": OrderStatus.OPEN,
    "Shipped": OrderStatus.COMPLETED,
    "Delivered": OrderStatus.COMPLETED,
    "Refund": OrderStatus.REFUNDED,
    "Cancelled": OrderStatus.CANCELLED,
}
SHIPMENT_STATUSES: dict[str, ShipmentStatus] = {
    "Created": ShipmentStatus.PENDING,
    "Acknowledged": ShipmentStatus.CONFIRMED,
    "Shipped": ShipmentStatus.SHIPPED,
    "Delivered": ShipmentStatus.DELIVERED,
    "Refund": ShipmentStatus.SHIPPED,
    "Cancelled": ShipmentStatus.CANCELLED,
}
OPEN_WORDS = frozenset({"Created", "Acknowledged"})
SENT_WORDS = frozenset({"Shipped", "Delivered", "Refund"})
CANCELLED_WORD, REFUNDED_WORD = "Cancelled", "Refund"
# The line status all orders of a status have somewhere; the others can't be asked for.
SEARCH_WORDS: dict[OrderStatus, str] = {
    OrderStatus.PENDING: "Created",
    OrderStatus.OPEN: "Acknowledged",
    OrderStatus.CANCELLED: CANCELLED_WORD,
}

BY_CUSTOMER, BY_PRICE = "CUSTOMER_REQUESTED_SELLER_TO_CANCEL", "SELLER_CANCEL_PRICING_ERROR"
CANCEL_REASONS: dict[CancelReason, str] = {
    CancelReason.CUSTOMER: BY_CUSTOMER,
    CancelReason.OUT_OF_STOCK: "SELLER_CANCEL_OUT_OF_STOCK",
    CancelReason.ADDRESS: "SELLER_CANCEL_ADDRESS_NOT_SERVICEABLE",
    CancelReason.FRAUD: "SELLER_CANCEL_FRAUD_STOP_SHIPMENT",
    CancelReason.PRICING: BY_PRICE,
    CancelReason.PAYMENT: BY_PRICE,  # the one reason without a consequence of its own
    CancelReason.OTHER: BY_PRICE,
}
REFUND_REASONS: dict[RefundReason, str] = {
    RefundReason.CUSTOMER_RETURN: "Customer returned item",
    RefundReason.CANCELLED: "CancelledYetShipped",
    RefundReason.NOT_RECEIVED: "ItemNotReceivedByCustomer",
    RefundReason.DAMAGED: "DamagedItem",
    RefundReason.GOODWILL: "Finance -> Goodwill",
    RefundReason.PRICING: "BillingError",
    RefundReason.OTHER: "Others",
}
METHODS = frozenset({"Standard", "Express", "OneDay", "Freight", "WhiteGlove", "Value"})
STANDARD = "Standard"
POUNDS = {"GRAMS": "0.00220462262", "KILOGRAMS": "2.20462262", "OUNCES": "0.0625", "POUNDS": "1"}  # Walmart weighs in pounds

PUBLISHED_STATUSES: dict[str, ProductStatus] = {
    "PUBLISHED": ProductStatus.ACTIVE,
    "READY_TO_PUBLISH": ProductStatus.PENDING,
    "IN_PROGRESS": ProductStatus.PENDING,
    "STAGE": ProductStatus.DRAFT,
    "SYSTEM_PROBLEM": ProductStatus.PRIVATE,
    "UNPUBLISHED": ProductStatus.PRIVATE,
}
LIFECYCLES: dict[str, ProductStatus | None] = {  # None leaves it to the published status
    "ACTIVE": None,
    "RETIRED": ProductStatus.ARCHIVED,
    "ARCHIVED": ProductStatus.ARCHIVED,
}
COUNTRIES = {"USA": "US", "PRI": "PR", "VIR": "VI", "GUM": "GU", "ASM": "AS", "MNP": "MP", "CAN": "CA", "MEX": "MX"}
PLACEHOLDER_EMAIL = "nocxemail@walmartone.com"  # stands where the buyer's address comes later
