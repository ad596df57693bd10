"""Magento's facts as tables (REST API V1, versions 2.4.6 to 2.4.9 and the Cloud Service)."""

from adapters.kit.failures import Rule
from adapters.kit.manifest import KindFacts, Limits, Manifest
from schema.errors import Category
from schema.keys import Kind
from schema.orders import OrderStatus
from schema.products import ProductStatus

API_VERSION = "V1"
PAGE = 100  # rows of a list: a store may refuse more than 300, and needs seconds for a hundred orders
BATCH = 100  # values of an `in`
LONGEST = 3000  # characters of the values of an `in`, percent-encoded: a server may refuse an address beyond 8 kB

IMS = "ims"
OPTIONAL = "store_view"  # the code of the store view that names and prices of products are read in
CLOUD = frozenset({"client_id", "client_secret", "org_id"})
SIGNED = frozenset({"consumer_key", "consumer_secret", "access_token", "access_token_secret"})
BEARER = frozenset({"access_token"})

# What is known of a message, which has no code with it and comes in the store's language: a piece of it, and our word for it.
INTERNAL, NO_ROUTE, PAGE_SIZE, NOT_ALLOWED = "INTERNAL", "NO_ROUTE", "PAGE_SIZE", "NOT_ALLOWED"
MESSAGES: tuple[tuple[str, str], ...] = (
    ("isn't authorized to access", NOT_ALLOWED),
    ("request does not match any route", NO_ROUTE),
    ("maximum searchcriteria pagesize", PAGE_SIZE),
    ("maximum items of type", "ARRAY_SIZE"),
    ("document validation error", "DOCUMENT_STATE"),
    ("url key for specified store already exists", "URL_KEY_TAKEN"),
    ("customer with the same email", "EMAIL_TAKEN"),
    ("deadlock", "LOCKED"),
    ("lock wait timeout", "LOCKED"),
    ("could not save source item", "SOURCE_ITEM"),
    ("report id", INTERNAL),
    ("see details in report", INTERNAL),
    ("decoding error", "JSON_INVALID"),
    ("nonce", "nonce_used"),
    ("timestamp", "timestamp_refused"),
    ("signature is invalid", "signature_invalid"),
)

_RECONNECT = (
    "Magento refuses the store's credentials, or they lack a right: both look the same there. Its owner has to activate the integration "
    "again, or grant it the resources it reads."
)
_CLOCK = "The clocks of Magento and of this machine differ by minutes; set them right."
_NO_ROUTE = "The store lacks this route; check that its address is right and the module that serves it is on."

# The first rule that fits wins. Codes come before statuses.
ERRORS = (
    Rule(Category.AUTH, code="MOVED", remedy="The store's address leads elsewhere; correct its `url`."),
    Rule(Category.AUTH, code="TOKEN_REFUSED", remedy="Adobe refuses the store's client id or secret; its owner has to make new ones."),
    Rule(Category.AUTH, code="timestamp_refused", remedy=_CLOCK),
    Rule(Category.AUTH, code="nonce_used", remedy=_RECONNECT),
    *(
        Rule(Category.AUTH, code=code, remedy=_RECONNECT)
        for code in (
            "consumer_key_rejected",
            "consumer_key_invalid",
            "token_used",
            "token_expired",
            "token_revoke",
            "token_rejected",
            "signature_invalid",
            "verifier_invalid",
            "permission_unknown",
            "permission_denied",
            NOT_ALLOWED,
        )
    ),
    *(
        Rule(Category.VALIDATION, code=code)
        for code in ("version_rejected", "parameter_absent", "parameter_rejected", "signature_method_rejected", "method_not_allowed")
    ),
    Rule(Category.VALIDATION, code=PAGE_SIZE, remedy="The store allows fewer rows on a page than this gateway needs; it has to allow 100."),
    Rule(Category.VALIDATION, code="ARRAY_SIZE", remedy="The store takes fewer entries at once."),
    Rule(Category.VALIDATION, code=NO_ROUTE, remedy=_NO_ROUTE),
    Rule(Category.VALIDATION, code="JSON_INVALID"),
    Rule(Category.VALIDATION, code="SOURCE_ITEM", remedy="The store knows no such source, or its table is locked."),
    Rule(Category.CONFLICT, code="DOCUMENT_STATE", remedy="The order's state does not allow this; read it again."),
    Rule(Category.CONFLICT, code="URL_KEY_TAKEN", remedy="Another product has this address."),
    Rule(Category.CONFLICT, code="EMAIL_TAKEN", remedy="Another customer has this e-mail address."),
    Rule(Category.TRANSIENT, code="LOCKED"),
    Rule(Category.TRANSIENT, code=INTERNAL, remedy="Magento failed with a report in its own log; where that repeats, the report says why."),
    Rule(Category.AUTH, status=401, remedy=_RECONNECT),
    Rule(Category.TRANSIENT, status=403, code="NOT_JSON", remedy="A firewall before the store refused the request."),
    Rule(Category.AUTH, status=403, remedy=_RECONNECT),
    Rule(Category.VALIDATION, status=404, code="NOT_JSON", remedy=_NO_ROUTE),
    Rule(Category.VALIDATION, status=405),
    Rule(Category.VALIDATION, status=406),
    Rule(Category.QUOTA, status=429, remedy="What stands before the store limits requests; ask again later."),
    Rule(Category.TRANSIENT, status=503, remedy="The store is overloaded or being maintained; ask again later."),
    Rule(Category.TRANSIENT, status=200, code="NOT_JSON", remedy="The store's answer is not JSON; a module or proxy changed it."),
)

_LINKED = "Ordered by the times of its order."
_ONCE = "A product that only makes up a configurable one is no product of its own, but a variant of that."

KINDS = {
    Kind.ORDER: KindFacts(
        sorts=("created_at", "updated_at"),
        filters=frozenset({"numbers", "statuses", "created", "updated", "email", "customer"}),
        note="A parcel's number added to an old shipment does not change the order. An edited order is cancelled and replaced by another.",
    ),
    Kind.PRODUCT: KindFacts(sorts=("created_at", "updated_at"), filters=frozenset({"statuses", "created", "updated", "text"}), note=_ONCE),
    Kind.VARIANT: KindFacts(
        sorts=("updated_at", "sequence"),
        filters=frozenset({"skus", "product", "updated"}),
        note="Grouped products have none: what they group are products. Prices are those of the catalogue, without rules for carts.",
    ),
    Kind.CUSTOMER: KindFacts(
        sorts=("created_at", "updated_at"),
        filters=frozenset({"email", "created", "updated", "text"}),
        note="A changed address does not change the time of the customer's last change.",
    ),
    Kind.INVENTORY_LEVEL: KindFacts(
        sorts=("sequence",),
        filters=frozenset({"variants", "locations"}),
        note="What can be sold is counted for several places together: `available` is null, and `onHand` has what was sold but not sent.",
    ),
    Kind.LOCATION: KindFacts(sorts=("name",), note="Magento's sources; a store without the inventory modules has one, `default`."),
    Kind.SHIPMENT: KindFacts(
        sorts=("order_created_at", "order_updated_at"),
        filters=frozenset({"created", "orders"}),
        note=f"{_LINKED} Magento does not follow parcels: whatever is recorded was sent.",
    ),
    Kind.REFUND: KindFacts(sorts=("order_created_at", "order_updated_at"), filters=frozenset({"created", "orders"}), note=_LINKED),
}

MANIFEST = Manifest(
    name="magento",
    title="Magento / Adobe Commerce",
    api_version=API_VERSION,
    credentials=tuple(keys | more for keys in (SIGNED, CLOUD, BEARER) for more in (frozenset[str](), frozenset({OPTIONAL}))),
    # The product has no limit of its own: what the shop's few workers bear is found out by asking.
    limits=Limits(concurrency=2, most=4, slow=3.0),
    errors=ERRORS,
    kinds=KINDS,
    page=PAGE,
    batch=BATCH,
    # The hosts of the Cloud Service begin with the region; what is no such host has its tokens at its own address.
    official=(
        "https://na1.api.commerce.",
        "https://na1-sandbox.api.commerce.",
        "https://eu1.api.commerce.",
        "https://eu1-sandbox.api.commerce.",
    ),
    hosts={IMS: "https://ims-na1.adobelogin.com"},
)

# Status words. States are a closed list, the merchant's own words stand behind them.

ORDER_STATUSES: dict[str, OrderStatus] = {
    "new": OrderStatus.PENDING,
    "pending_payment": OrderStatus.PENDING,
    "payment_review": OrderStatus.PENDING,
    "processing": OrderStatus.OPEN,
    "complete": OrderStatus.COMPLETED,
    "closed": OrderStatus.REFUNDED,
    "canceled": OrderStatus.CANCELLED,
    "holded": OrderStatus.ON_HOLD,
}
PRODUCT_STATUSES: dict[str, ProductStatus] = {
    "1": ProductStatus.ACTIVE,
    "2": ProductStatus.PRIVATE,
}
VISIBILITIES: dict[int, str] = {1: "not visible individually", 2: "catalog", 3: "search", 4: "catalog and search"}

CANCELED_MEMO = 3  # a credit memo that was called off before it was paid
HIDDEN = 1  # the visibility of what is not shown by itself
CONFIGURABLE, BUNDLE, GROUPED = "configurable", "bundle", "grouped"
UNSOLD = frozenset({CONFIGURABLE, GROUPED})  # types that are never sold themselves
UNSTOCKED = frozenset({CONFIGURABLE, GROUPED, BUNDLE})  # types without stock of their own
UNSHIPPED = frozenset({"virtual", "downloadable"})
UNPRICED = frozenset({BUNDLE, "giftcard"})  # types whose price may be that of what is chosen
TYPES = frozenset({"simple", BUNDLE}) | UNSHIPPED  # of which it is known whether they are shipped
