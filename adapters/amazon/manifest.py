"""Amazon's facts as tables (Selling Partner API: Orders 2026-01-01, Listings Items 2021-08-01, FBA Inventory v1, Finances 2024-06-19)."""

from dataclasses import dataclass
from enum import Enum

from adapters.amazon.write_facts import WRITES
from adapters.kit.failures import Rule
from adapters.kit.manifest import KindFacts, Limits, Manifest
from schema.errors import Category
from schema.keys import Kind
from schema.orders import FulfilmentStatus, OrderStatus, PaymentStatus
from schema.products import ProductStatus
from schema.shipments import ShipmentStatus

ORDERS_VERSION = "2026-01-01"
ORDER_PAGE = 100  # orders of one search
LISTING_PAGE = 20  # listings of one search, and SKUs of one
LISTING_REACH = 1000  # listings of a search that can be paged through
STOCK_SKUS = 50  # SKUs of one question for FBA stock

TOKEN_HOST = "token"
PACKAGE_GONE = "PackageToUpdateNotFound"  # stands in the middle of a message
NO_ROLE = "NO_ROLE"  # what an access refusal without a reason is called here

_RECONNECT = "Amazon refuses the seller's authorization, or it ran out after a year; the seller has to authorize the application again."
_SECRET = "Amazon refuses the application's client id or secret; secrets end 180 days after they were made."
_TOKEN = "Amazon refuses the access token; the seller may have taken the authorization back."
_ROLES = "The application lacks a role for this, or the store's url or a marketplace id is of another region."
_SLOW = "Amazon's limit for this operation is used up; ask again later."

# The first rule that fits wins. Codes are not uniform over the platform's parts, so most rules go by status.
ERRORS = (
    Rule(Category.AUTH, code="MOVED", remedy="The store's address leads elsewhere; correct its `url`."),
    Rule(Category.AUTH, code="invalid_grant", remedy=_RECONNECT),
    Rule(Category.AUTH, code="invalid_client", remedy=_SECRET),
    Rule(Category.AUTH, code="unauthorized_client", remedy=_SECRET),
    Rule(Category.VALIDATION, code="invalid_scope"),
    Rule(Category.VALIDATION, code="invalid_request"),
    Rule(Category.VALIDATION, code="unsupported_grant_type"),
    Rule(Category.TRANSIENT, code="server_error"),
    Rule(Category.TRANSIENT, code="temporarily_unavailable"),
    Rule(Category.AUTH, code=NO_ROLE, remedy=_ROLES),
    Rule(Category.VALIDATION, status=403, code="MissingAuthenticationToken", remedy="Amazon has no such operation at this address."),
    Rule(Category.AUTH, status=400, code="Unauthorized", remedy=_TOKEN),
    Rule(Category.CONFLICT, status=400, code=PACKAGE_GONE, remedy="Amazon has no such package, or all of the order is sent."),
    Rule(Category.AUTH, status=401, remedy=_TOKEN),
    Rule(Category.AUTH, status=403, remedy=_TOKEN),
    Rule(Category.VALIDATION, status=404, remedy="Amazon does not know this, or not in the store's marketplaces."),
    Rule(Category.CONFLICT, status=409),
    Rule(Category.VALIDATION, status=413),
    Rule(Category.VALIDATION, status=415),
    Rule(Category.CONFLICT, status=422),
    Rule(Category.QUOTA, status=429, remedy=_SLOW),
    Rule(Category.VALIDATION, status=400),
    Rule(
        Category.TRANSIENT, status=200, code="NOT_JSON", remedy="Amazon's answer is not JSON; something between here and there changed it."
    ),
)

_LINKED = "Comes with its order; ordered by the order's times."
_SHARED = "A SKU is one variant in all of the store's marketplaces; its price is that of the first of them with an offer."

KINDS = {
    Kind.ORDER: KindFacts(
        sorts=("created_at", "updated_at"),
        filters=frozenset({"numbers", "statuses", "payment_statuses", "fulfilment_statuses", "created", "updated"}),
        note="Lists are searches, of which Amazon allows about 20 an hour; changes show after two minutes. There are no customers.",
    ),
    Kind.PRODUCT: KindFacts(
        sorts=("created_at", "updated_at"), filters=frozenset({"created", "updated"}), note="A variation's parent, or a SKU without one."
    ),
    Kind.VARIANT: KindFacts(sorts=("updated_at", "sequence"), filters=frozenset({"skus", "product", "updated"}), note=_SHARED),
    Kind.INVENTORY_LEVEL: KindFacts(
        sorts=("sequence",),
        filters=frozenset({"variants"}),
        note="The seller's own stock, and Amazon's by marketplace: pools may be shared.",
    ),
    Kind.LOCATION: KindFacts(
        sorts=("name", "sequence"), note="None are real: `DEFAULT` is all the seller keeps, one a marketplace what Amazon keeps for it."
    ),
    Kind.SHIPMENT: KindFacts(
        sorts=("order_created_at", "order_updated_at"),
        filters=frozenset({"orders"}),
        note=f"The seller's own packages only: Amazon does not tell of those it sends. {_LINKED}",
    ),
    Kind.REFUND: KindFacts(filters=frozenset({"orders"}), note="Read order by order from the finances, which follow up to 48 hours later."),
}


def _plan(rate: float, burst: float) -> Limits:
    """Return the budget of an operation: a bucket of `burst` calls that gains `rate` a second. A call costs one."""
    return Limits(points=burst, refill=rate, ceiling=1, concurrency=4, most=8, slow=4.0)


# By operation, as Amazon counts: its default plans. A seller's own plan may be larger.
BUCKETS = {
    "searchOrders": _plan(0.0056, 20),
    "getOrder": _plan(0.5, 30),
    "searchListingsItems": _plan(5, 5),
    "getListingsItem": _plan(5, 10),
    "getInventorySummaries": _plan(2, 2),
    "listTransactions": _plan(0.5, 10),
    "getMarketplaceParticipations": _plan(0.016, 15),
    "patchListingsItem": _plan(5, 5),
    "putListingsItem": _plan(5, 10),
    "deleteListingsItem": _plan(5, 5),
    "confirmShipment": _plan(2, 10),
    "createFeedDocument": _plan(0.5, 15),
    "createFeed": _plan(0.0083, 15),
    "createFeed of listings": _plan(1 / 60, 5),
    "getFeed": _plan(2, 15),
    "getFeeds": _plan(0.0222, 10),
    "getFeedDocument": _plan(0.0222, 10),
}

_KEYS = frozenset({"client_id", "client_secret", "refresh_token"})

MANIFEST = Manifest(
    name="amazon",
    title="Amazon",
    api_version=f"Selling Partner API, Orders {ORDERS_VERSION}",
    # Without `marketplace_ids` those the seller takes part in are asked for; without `seller_id` there are orders only.
    credentials=(
        _KEYS | {"marketplace_ids"},
        _KEYS | {"marketplace_ids", "seller_id"},
        _KEYS | {"seller_id"},
        _KEYS,
    ),
    limits=Limits(concurrency=4, most=8, slow=4.0),
    errors=ERRORS,
    kinds=KINDS,
    page=ORDER_PAGE,
    batch=LISTING_PAGE,
    buckets=BUCKETS,
    official=("https://sellingpartnerapi-", "https://sandbox.sellingpartnerapi-"),
    hosts={TOKEN_HOST: "https://api.amazon.com"},
    writes=WRITES,
)


@dataclass(frozen=True, slots=True)
class Marketplace:
    """One of Amazon's sites. `taxes_included` says whether its prices contain the tax; None where that is not known."""

    country: str
    currency: str
    taxes_included: bool | None = None


MARKETPLACES: dict[str, Marketplace] = {
    "ATVPDKIKX0DER": Marketplace("US", "USD", taxes_included=False),
    "A2EUQ1WTGCTBG2": Marketplace("CA", "CAD"),
    "A1AM78C64UM0Y8": Marketplace("MX", "MXN"),
    "A2Q3Y263D00KWC": Marketplace("BR", "BRL"),
    "A28R8C7NBKEWEA": Marketplace("IE", "EUR", taxes_included=True),
    "A1RKKUPIHCS9HS": Marketplace("ES", "EUR", taxes_included=True),
    "A1F83G8C2ARO7P": Marketplace("GB", "GBP"),
    "A13V1IB3VIYZZH": Marketplace("FR", "EUR", taxes_included=True),
    "AMEN7PMS3EDWL": Marketplace("BE", "EUR", taxes_included=True),
    "A1805IZSGTT6HS": Marketplace("NL", "EUR", taxes_included=True),
    "A1PA6795UKMFR9": Marketplace("DE", "EUR", taxes_included=True),
    "APJ6JRA9NG5V4": Marketplace("IT", "EUR", taxes_included=True),
    "A2NODRKZP88ZB9": Marketplace("SE", "SEK", taxes_included=True),
    "AE08WJ6YKNBMC": Marketplace("ZA", "ZAR"),  # codespell:ignore zar
    "A1C3SOZRARQ6R3": Marketplace("PL", "PLN", taxes_included=True),
    "ARBP9OOSHTCHU": Marketplace("EG", "EGP"),
    "A33AVAJ2PDY3EV": Marketplace("TR", "TRY"),
    "A17E79C6D8DWNP": Marketplace("SA", "SAR"),
    "A2VIGQ35RCS4UG": Marketplace("AE", "AED"),
    "A21TJRUUN4KGV": Marketplace("IN", "INR"),
    "A19VAU5U5O7RUS": Marketplace("SG", "SGD"),
    "A39IBJ37TRP1C6": Marketplace("AU", "AUD"),
    "A1VC38T7YXB528": Marketplace("JP", "JPY", taxes_included=True),
}
LONG_MEMORY = frozenset({"JP", "AU", "SG"})  # orders since 2016; elsewhere of the last two years

# Status words: every one that is documented.

ORDER_STATUSES: dict[str, OrderStatus] = {
    "PENDING_AVAILABILITY": OrderStatus.PENDING,
    "PENDING": OrderStatus.PENDING,
    "UNSHIPPED": OrderStatus.OPEN,
    "PARTIALLY_SHIPPED": OrderStatus.OPEN,
    "SHIPPED": OrderStatus.COMPLETED,
    "CANCELLED": OrderStatus.CANCELLED,
    "UNFULFILLABLE": OrderStatus.ON_HOLD,  # Amazon can't send it; the seller decides
    "INVOICE_UNCONFIRMED": OrderStatus.COMPLETED,
}
# There is no payment status: it follows from the order's word.
PAYMENT_STATUSES: dict[str, PaymentStatus] = {
    "PENDING_AVAILABILITY": PaymentStatus.PENDING,
    "PENDING": PaymentStatus.PENDING,
    "UNSHIPPED": PaymentStatus.PAID,
    "PARTIALLY_SHIPPED": PaymentStatus.PAID,
    "SHIPPED": PaymentStatus.PAID,
    "INVOICE_UNCONFIRMED": PaymentStatus.PAID,
}
FULFILMENT_STATUSES: dict[str, FulfilmentStatus] = {
    "PENDING_AVAILABILITY": FulfilmentStatus.UNFULFILLED,
    "PENDING": FulfilmentStatus.UNFULFILLED,
    "UNSHIPPED": FulfilmentStatus.UNFULFILLED,
    "PARTIALLY_SHIPPED": FulfilmentStatus.PARTIALLY_FULFILLED,
    "SHIPPED": FulfilmentStatus.FULFILLED,
    "UNFULFILLABLE": FulfilmentStatus.REQUEST_DECLINED,
    "INVOICE_UNCONFIRMED": FulfilmentStatus.FULFILLED,
}
STATUS_FILTERS: tuple[tuple[str, dict[str, Enum]], ...] = (
    ("statuses", {**ORDER_STATUSES}),
    ("payment_statuses", {**PAYMENT_STATUSES}),
    ("fulfilment_statuses", {**FULFILMENT_STATUSES}),
)
UNSEARCHABLE = frozenset({"INVOICE_UNCONFIRMED"})  # a word of older data, which a search refuses
UNPAID = frozenset({"PENDING_AVAILABILITY", "PENDING", "CANCELLED"})  # no money has moved, so none was given back

PRODUCT_STATUSES: dict[frozenset[str], ProductStatus] = {
    frozenset({"BUYABLE", "DISCOVERABLE"}): ProductStatus.ACTIVE,
    frozenset({"DISCOVERABLE"}): ProductStatus.ACTIVE,  # parents, and what is sold out
    frozenset({"BUYABLE"}): ProductStatus.UNLISTED,
    frozenset(): ProductStatus.ARCHIVED,
}

# A package's exact word, else its plain one.
SHIPMENT_STATUSES: dict[str, ShipmentStatus] = {
    "PENDING_SCHEDULE": ShipmentStatus.PENDING,
    "PENDING_PICK_UP": ShipmentStatus.PENDING,
    "PENDING_DROP_OFF": ShipmentStatus.PENDING,
    "LABEL_CANCELLED": ShipmentStatus.CANCELLED,
    "PICKED_UP": ShipmentStatus.SHIPPED,
    "DROPPED_OFF": ShipmentStatus.SHIPPED,
    "AT_ORIGIN_FC": ShipmentStatus.IN_TRANSIT,
    "AT_DESTINATION_FC": ShipmentStatus.IN_TRANSIT,
    "OUT_FOR_DELIVERY": ShipmentStatus.OUT_FOR_DELIVERY,
    "REJECTED_BY_BUYER": ShipmentStatus.NOT_DELIVERED,
    "RETURNING_TO_SELLER": ShipmentStatus.NOT_DELIVERED,
    "RETURNED_TO_SELLER": ShipmentStatus.NOT_DELIVERED,
    "LOST": ShipmentStatus.NOT_DELIVERED,
    "DAMAGED": ShipmentStatus.NOT_DELIVERED,
    "PENDING": ShipmentStatus.PENDING,
    "IN_TRANSIT": ShipmentStatus.IN_TRANSIT,
    "SHIPPED": ShipmentStatus.SHIPPED,
    "DELIVERED": ShipmentStatus.DELIVERED,
    "CANCELLED": ShipmentStatus.CANCELLED,
    "UNDELIVERABLE": ShipmentStatus.NOT_DELIVERED,
}
