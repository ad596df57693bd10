"""eBay's facts as tables (Sell Fulfillment v1, Sell Inventory v1, Post-Order v2)."""

from adapters.kit.failures import Rule
from adapters.kit.manifest import KindFacts, Limits, Manifest
from adapters.kit.writing import WriteFacts
from schema.commands import CancelReason, RefundReason, WriteOperation
from schema.errors import Category
from schema.keys import Kind
from schema.orders import FulfilmentStatus, PaymentStatus
from schema.products import ProductStatus

API_VERSION = "sell v1"
ORDERS = "/sell/fulfillment/v1/order"
INVENTORY = "/sell/inventory/v1"
CASES = "/post-order/v2/cancellation"
TOKEN = "/identity/v1/oauth2/token"
RATES = "/developer/analytics/v1_beta/rate_limit/"

PAGE = 200  # rows of a list of orders or items
LOCATIONS_PAGE = 100
ORDER_IDS = 50  # of one call
SKUS = 25  # of one call, as are elements of every bulk write

ORDERS_BUCKET = "orders"
RATES_BUCKET = "rates"
CASES_BUCKET = "cases"
DAY = 86_400
# The calls of a day, each resource for itself, and what the platform calls it. Half of them may be spent at once, the other half comes
# back over the day: however a day is cut, no more than its calls are made.
CALLS: dict[str, int] = {"": 2_000_000, ORDERS_BUCKET: 100_000, RATES_BUCKET: 5_000, CASES_BUCKET: 5_000}
RESOURCES: dict[str, str] = {"": "inventory", ORDERS_BUCKET: "fulfillment"}

_RECONNECT = "eBay refuses the store's consent: it was taken back, or the seller's name or password changed. Its owner has to consent anew."
_SCOPE = "The store's consent lacks a scope; its owner has to consent anew, to orders and inventory, and to finances for refunds."
_SIGNED = "eBay wants this of sellers in the EU and UK signed, which this gateway does not do; do it in eBay's own Seller Hub."
_EXISTS = "It is there already."

EXISTS = "25002 exists"  # 25002 says anything; what it says here is told by its text
REVISED = "25019 calendar day"  # so is what 25019 says: mostly that a listing is over, here that it was revised too often today

_CODES: tuple[tuple[Category, str, tuple[str, ...]], ...] = (
    (Category.QUOTA, "The calls of the day are used up; ask again after eBay's reset.", ("2001",)),
    (Category.QUOTA, "The seller's limit of listings is reached.", ("25026",)),
    (Category.QUOTA, "The listing was revised 250 times today, the most eBay allows; it can be revised again tomorrow.", (REVISED,)),
    (Category.AUTH, _RECONNECT, ("1001", "1002", "1003", "invalid_grant")),
    (
        Category.AUTH,
        "eBay does not know the store's client id or secret; check its credentials.",
        ("invalid_client", "unauthorized_client"),
    ),
    (Category.AUTH, _SCOPE, ("1100", "invalid_scope", "34919", "195011", "195028")),
    (Category.VALIDATION, _SIGNED, ("215*",)),
    (
        Category.TRANSIENT,
        "",
        (
            *("2003", "3004", "3005", "20500", "20501", "25001", "25025", "30500", "33000", "34900"),
            *("35001", "35002", "105000", "135000", "195000", "210000"),
        ),
    ),
    (Category.CONFLICT, _EXISTS, (EXISTS, "25703", "25704", "25729", "25803", "195012", "195021", "195024")),
    (Category.CONFLICT, "The listing is on hold or has bids.", ("25019", "25038", "25039", "25040", "25097", "25098")),
    (Category.CONFLICT, "The order can't be shipped so.", ("34100", "34200", "34300", "34500")),
    (
        Category.CONFLICT,
        "The order can't be refunded so.",
        ("34915", "34916", "34917", "34918", "34920", "34922", "34923", "34924", "34925", "34926", "34927", "34928", "34929", "34930"),
    ),
    (
        Category.CONFLICT,
        "",
        ("33004", "33011", "33101", "33102", "33105", "20409", "21409", "22409", "195003", "195014", "195015", "195020"),
    ),
    (
        Category.VALIDATION,
        "eBay has no such thing.",
        ("2002", "32100", "32110", "25702", "25705", "25710", "25713", "25725", "34913", "34914"),
    ),
    (
        Category.VALIDATION,
        "",
        ("2004", "3001", "3002", "25*", "30*", "31*", "32*", "33*", "34*", "20*", "21*", "50*", "135*", "195*", "210*"),
    ),
)
# The first rule that fits wins.
ERRORS = (
    Rule(Category.AUTH, code="MOVED", remedy="The store's address leads elsewhere; correct its `url`."),
    *(Rule(category, code=code, remedy=remedy) for category, remedy, codes in _CODES for code in codes),
    Rule(Category.TRANSIENT, status=200, code="NOT_JSON", remedy="eBay's answer is not JSON; something on the way changed it."),
    Rule(Category.VALIDATION, status=404, code="NOT_JSON", remedy="There is no eBay at this address; check the store's `url`."),
)
MISSING = frozenset({"2002", "25702", "25705", "25710", "25713", "25805", "32100"})  # what is asked for is not there

_LINKED = "Comes with its order; ordered by the order's times."
_NUMBERED = "eBay numbers no SKUs and can't tell which changed: ID is a lasting order of the gateway's own, of all there are."

KINDS = {
    Kind.ORDER: KindFacts(
        sorts=("created_at", "updated_at"),
        filters=frozenset({"numbers", "fulfilment_statuses", "created", "updated"}),
        note="Of the last two years. Buyers have no records, so there are no customers; e-mail is told for 14 days, names for 90.",
    ),
    Kind.PRODUCT: KindFacts(sorts=("sequence",), note=f"{_NUMBERED} Only listings of the Inventory API are known."),
    Kind.VARIANT: KindFacts(sorts=("sequence",), filters=frozenset({"skus", "product"}), note=_NUMBERED),
    Kind.INVENTORY_LEVEL: KindFacts(sorts=("sequence",), filters=frozenset({"variants"}), note=_NUMBERED),
    Kind.LOCATION: KindFacts(sorts=("name", "sequence"), note="`*` stands for stock that eBay holds without a location."),
    Kind.SHIPMENT: KindFacts(sorts=("order_created_at", "order_updated_at"), filters=frozenset({"created"}), note=_LINKED),
    Kind.REFUND: KindFacts(
        sorts=("order_created_at", "order_updated_at"),
        filters=frozenset({"created"}),
        note=f"{_LINKED} Amounts are the seller's, without taxes that eBay collected; units are not told.",
    ),
}

_VARIANT_FIELDS = frozenset({"barcode", "price", "compare_at_price", "options", "weight"})
_PRODUCT_FIELDS = frozenset({"title", "description_html", "vendor", "status", "platform_fields"})
_STOCK = "Sets the total or the share of a location, and what each live listing of the SKU offers."
_DRAFT = "`status` ACTIVE lists it, DRAFT takes its listings down."
_OFFER = "`platformFields` are the item's or group's own fields; in `offer` they are those of the offers: category, policies, location."

WRITES = {
    WriteOperation.INVENTORY_SET: WriteFacts(batch=4 * SKUS, note=_STOCK),
    WriteOperation.INVENTORY_ADJUST: WriteFacts(
        batch=4 * SKUS, note=f"{_STOCK} Read, computed and set: a sale in the same moment can be lost."
    ),
    WriteOperation.PRICE_SET: WriteFacts(
        batch=4 * SKUS, note="The price of all live fixed-price listings of the SKU in this currency, or of its drafts. Not of auctions."
    ),
    WriteOperation.PRODUCT_CREATE: WriteFacts(
        batch=5,
        fields=_PRODUCT_FIELDS | _VARIANT_FIELDS | {"sku", "quantity"},
        note=f"Every variant needs a SKU. {_DRAFT} {_OFFER}",
    ),
    WriteOperation.PRODUCT_UPDATE: WriteFacts(batch=10, fields=_PRODUCT_FIELDS, note=f"{_DRAFT} {_OFFER}"),
    WriteOperation.PRODUCT_DELETE: WriteFacts(batch=5, note="Its listings end."),
    WriteOperation.VARIANT_CREATE: WriteFacts(
        batch=5,
        fields=_VARIANT_FIELDS | {"sku", "quantity"},
        note="Only of products with variants. What is not said is as with the product's first variant, its offers too.",
    ),
    WriteOperation.VARIANT_UPDATE: WriteFacts(batch=10, fields=_VARIANT_FIELDS, note="A SKU can't be changed."),
    WriteOperation.VARIANT_DELETE: WriteFacts(batch=10, note="A product in one form has no other variant: delete the product."),
    WriteOperation.SHIPMENT_CREATE: WriteFacts(
        batch=10,
        fields=frozenset({"lines", "tracking", "shipped_at"}),
        note="Can't be changed or taken back. Spaces and hyphens of a tracking number are left out.",
    ),
    WriteOperation.ORDER_CANCEL: WriteFacts(
        batch=10,
        fields=frozenset({"reason"}),
        asynchronous=True,
        note="eBay gives the money back, and grants a buyer's own request. Reasons but CUSTOMER and ADDRESS count against the seller.",
    ),
    WriteOperation.REFUND_CREATE: WriteFacts(
        batch=10,
        asynchronous=True,
        note="Amounts are without the tax that eBay collects, which it gives back itself. Not of orders with an open return or case.",
    ),
}


def _limits(calls: int, concurrency: int, most: int) -> Limits:
    return Limits(points=calls / 2, refill=calls / 2 / DAY, concurrency=concurrency, most=most)


MANIFEST = Manifest(
    name="ebay",
    title="eBay",
    api_version=API_VERSION,
    credentials=(frozenset({"client_id", "client_secret", "refresh_token"}),),
    limits=_limits(CALLS[""], 8, 16),
    errors=ERRORS,
    kinds=KINDS,
    page=PAGE,
    batch=ORDER_IDS,
    buckets={
        ORDERS_BUCKET: _limits(CALLS[ORDERS_BUCKET], 6, 12),
        RATES_BUCKET: _limits(CALLS[RATES_BUCKET], 1, 1),
        CASES_BUCKET: _limits(CALLS[CASES_BUCKET], 2, 4),
    },
    official=("https://api.ebay.com", "https://api.sandbox.ebay.com"),
    writes=WRITES,
    writers=1,  # items, groups and offers are only written whole: of two at once the later would undo the earlier
)

# Status words: every one that is documented.

PAYMENT_STATUSES: dict[str, PaymentStatus] = {
    "PENDING": PaymentStatus.PENDING,
    "PAID": PaymentStatus.PAID,
    "PARTIALLY_REFUNDED": PaymentStatus.PARTIALLY_REFUNDED,
    "FULLY_REFUNDED": PaymentStatus.REFUNDED,
    "FAILED": PaymentStatus.FAILED,
}
FULFILMENT_STATUSES: dict[str, FulfilmentStatus] = {
    "NOT_STARTED": FulfilmentStatus.UNFULFILLED,
    "IN_PROGRESS": FulfilmentStatus.PARTIALLY_FULFILLED,
    "FULFILLED": FulfilmentStatus.FULFILLED,
}
# A list is narrowed by one of these sets and by no other.
FULFILMENT_SETS: tuple[tuple[str, frozenset[FulfilmentStatus]], ...] = (
    ("NOT_STARTED|IN_PROGRESS", frozenset({FulfilmentStatus.UNFULFILLED, FulfilmentStatus.PARTIALLY_FULFILLED})),
    ("FULFILLED|IN_PROGRESS", frozenset({FulfilmentStatus.FULFILLED, FulfilmentStatus.PARTIALLY_FULFILLED})),
)
NOT_CANCELLED, CANCELLED = "NONE_REQUESTED", "CANCELED"
FEE = "_FEE"  # how the kinds of taxes end that are fees: they are in an order's `fee`, not in its `tax`
GIVEN_BACK = "REFUNDED"  # of a refund; PENDING and FAILED gave nothing back yet
# Whether what is so delivered is shipped at all; what is absent may be either.
SHIPPED: dict[str, bool] = {
    "SHIP_TO": True,
    "SELLER_DEFINED": True,
    "FULFILLED_BY_EBAY": True,
    "DIGITAL": False,
    "PREPARE_FOR_PICKUP": False,
}
PUBLISHED, UNPUBLISHED = "PUBLISHED", "UNPUBLISHED"
LISTING_STATUSES: dict[str, ProductStatus] = {  # `listing.listingStatus` of an offer, or its own `status` where it has no listing
    PUBLISHED: ProductStatus.ACTIVE,
    "ACTIVE": ProductStatus.ACTIVE,
    "OUT_OF_STOCK": ProductStatus.ACTIVE,
    "INACTIVE": ProductStatus.PENDING,
    "ENDED": ProductStatus.ARCHIVED,
    "EBAY_ENDED": ProductStatus.ARCHIVED,
    "NOT_LISTED": ProductStatus.DRAFT,
    UNPUBLISHED: ProductStatus.DRAFT,
    "": ProductStatus.DRAFT,  # never offered
}
LOCATION_STATUSES: dict[str, bool] = {"ENABLED": True, "DISABLED": False}
ONLINE_LOCATIONS = frozenset({"WAREHOUSE", "FULFILLMENT_CENTER"})
LIVE = frozenset({"ACTIVE", "OUT_OF_STOCK"})  # listings that can be revised
AUCTION = "AUCTION"

# eBay's sites, and the currency and the language that offers there are in.
MARKETPLACES: dict[str, tuple[str, str]] = {
    "EBAY_US": ("USD", "en-US"),
    "EBAY_MOTORS_US": ("USD", "en-US"),
    "EBAY_CA": ("CAD", "en-CA"),
    "EBAY_GB": ("GBP", "en-GB"),
    "EBAY_AU": ("AUD", "en-AU"),
    "EBAY_AT": ("EUR", "de-AT"),
    "EBAY_BE": ("EUR", "fr-BE"),
    "EBAY_CH": ("CHF", "de-CH"),
    "EBAY_DE": ("EUR", "de-DE"),
    "EBAY_ES": ("EUR", "es-ES"),
    "EBAY_FR": ("EUR", "fr-FR"),
    "EBAY_HK": ("HKD", "zh-HK"),
    "EBAY_IE": ("EUR", "en-IE"),
    "EBAY_IT": ("EUR", "it-IT"),
    "EBAY_MY": ("MYR", "en-US"),
    "EBAY_NL": ("EUR", "nl-NL"),
    "EBAY_PH": ("PHP", "en-PH"),
    "EBAY_PL": ("PLN", "pl-PL"),
    "EBAY_SG": ("SGD", "en-US"),
    "EBAY_TW": ("TWD", "zh-TW"),
}
LANGUAGE = "en-US"

# eBay knows three reasons of sellers; that the seller can't fulfil the order is the one that is true of all others.
_CANNOT = "OUT_OF_STOCK_OR_CANNOT_FULFILL"
CANCEL_REASONS: dict[CancelReason, str] = {
    CancelReason.CUSTOMER: "BUYER_ASKED_CANCEL",
    CancelReason.OUT_OF_STOCK: _CANNOT,
    CancelReason.ADDRESS: "ADDRESS_ISSUES",
    CancelReason.FRAUD: _CANNOT,
    CancelReason.PRICING: _CANNOT,
    CancelReason.PAYMENT: _CANNOT,
    CancelReason.OTHER: _CANNOT,
}
REFUND_REASONS: dict[RefundReason, str] = {
    RefundReason.CUSTOMER_RETURN: "BUYER_RETURN",
    RefundReason.CANCELLED: "SELLER_CANCEL",
    RefundReason.NOT_RECEIVED: "ITEM_NOT_RECEIVED",
    RefundReason.DAMAGED: "ITEM_NOT_AS_DESCRIBED",
    RefundReason.GOODWILL: "OTHER_ADJUSTMENT",
    RefundReason.PRICING: "OTHER_ADJUSTMENT",
    RefundReason.OTHER: "OTHER_ADJUSTMENT",
}
COMMENT = 100  # letters of a refund's comment
# Carriers whose code is another word than their name in capitals or as it was given.
CARRIERS: dict[str, str] = {"usps": "USPS", "ups": "UPS", "dhl": "DHL", "fedex": "FedEx", "dpd": "DPD", "gls": "GLS", "tnt": "TNT"}
OTHER_CARRIER = "Other"
WEIGHT_UNITS = {"GRAMS": "GRAM", "KILOGRAMS": "KILOGRAM", "OUNCES": "OUNCE", "POUNDS": "POUND"}
# The kinds of barcodes by their length; a book's has 13 digits too and begins with one of BOOKS.
BARCODES = {8: "ean", 10: "isbn", 12: "upc", 13: "ean"}
BOOKS = ("978", "979")
NEW = "NEW"  # the condition of what is made without one
