"""eBay's facts as tables (Sell Fulfillment v1, Sell Inventory v1)."""

from adapters.kit.failures import Rule
from adapters.kit.manifest import KindFacts, Limits, Manifest
from schema.errors import Category
from schema.keys import Kind
from schema.orders import FulfilmentStatus, PaymentStatus
from schema.products import ProductStatus

API_VERSION = "sell v1"
ORDERS = "/sell/fulfillment/v1/order"
INVENTORY = "/sell/inventory/v1"
TOKEN = "/identity/v1/oauth2/token"
RATES = "/developer/analytics/v1_beta/rate_limit/"

PAGE = 200  # rows of a list of orders or items
LOCATIONS_PAGE = 100
ORDER_IDS = 50  # of one call
SKUS = 25  # of one call

ORDERS_BUCKET = "orders"
RATES_BUCKET = "rates"
DAY = 86_400
# The calls of a day, each resource for itself, and what the platform calls it. Half of them may be spent at once, the other half comes
# back over the day: however a day is cut, no more than its calls are made.
CALLS: dict[str, int] = {"": 2_000_000, ORDERS_BUCKET: 100_000, RATES_BUCKET: 5_000}
RESOURCES: dict[str, str] = {"": "inventory", ORDERS_BUCKET: "fulfillment"}

_RECONNECT = "eBay refuses the store's consent: it was taken back, or the seller's name or password changed. Its owner has to consent anew."
_SCOPE = "The store's consent lacks a scope; its owner has to consent anew, to reading orders and inventory."
_EXISTS = "It is there already."

EXISTS = "25002 exists"  # 25002 says anything; what it says here is told by its text

_CODES: tuple[tuple[Category, str, tuple[str, ...]], ...] = (
    (Category.QUOTA, "The calls of the day are used up; ask again after eBay's reset.", ("2001",)),
    (Category.QUOTA, "The seller's limit of listings is reached.", ("25026",)),
    (Category.AUTH, _RECONNECT, ("1001", "1002", "1003", "invalid_grant")),
    (
        Category.AUTH,
        "eBay does not know the store's client id or secret; check its credentials.",
        ("invalid_client", "unauthorized_client"),
    ),
    (Category.AUTH, _SCOPE, ("1100", "invalid_scope", "34919", "195011", "195028")),
    (Category.AUTH, "eBay wants this seller's calls signed, which this gateway does not do.", ("215*",)),
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
    buckets={ORDERS_BUCKET: _limits(CALLS[ORDERS_BUCKET], 6, 12), RATES_BUCKET: _limits(CALLS[RATES_BUCKET], 1, 1)},
    official=("https://api.ebay.com", "https://api.sandbox.ebay.com"),
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
