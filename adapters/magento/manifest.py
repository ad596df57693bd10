"""Magento's facts as tables (REST API V1, versions 2.4.6 to 2.4.9 and the Cloud Service)."""

from decimal import Decimal

from adapters.kit.failures import Rule
from adapters.kit.manifest import KindFacts, Limits, Manifest
from adapters.kit.writing import WriteFacts
from schema.commands import CancelReason, RefundReason, WriteOperation
from schema.errors import Category
from schema.keys import Kind
from schema.orders import OrderStatus
from schema.products import ProductStatus

API_VERSION = "V1"
PAGE = 100  # rows of a list: a store may refuse more than 300, and needs seconds for a hundred orders
BATCH = 100  # values of an `in`
ARRAY = 20  # entries of a list in a request, in a store that limits them
QUEUED = 20  # more changes than this are handed over to the shop's queue, where that runs
LONGEST = 3000  # characters of the values of an `in`, percent-encoded: a server may refuse an address beyond 8 kB

IMS = "ims"
OPTIONAL = "store_view"  # the code of the store view that names and prices of products are read in
CLOUD = frozenset({"client_id", "client_secret", "org_id"})
SIGNED = frozenset({"consumer_key", "consumer_secret", "access_token", "access_token_secret"})
BEARER = frozenset({"access_token"})

# What is known of a message, which has no code with it and comes in the store's language: a piece of it, and our word for it.
INTERNAL, NO_ROUTE, PAGE_SIZE, NOT_ALLOWED = "INTERNAL", "NO_ROUTE", "PAGE_SIZE", "NOT_ALLOWED"
ARRAY_SIZE, SOURCE_ITEM, DOCUMENT_STATE, NOT_FOUND = "ARRAY_SIZE", "SOURCE_ITEM", "DOCUMENT_STATE", "NOT_FOUND"
MESSAGES: tuple[tuple[str, str], ...] = (
    ("isn't authorized to access", NOT_ALLOWED),
    ("request does not match any route", NO_ROUTE),
    ("maximum searchcriteria pagesize", PAGE_SIZE),
    ("maximum items of type", ARRAY_SIZE),
    ("document validation error", DOCUMENT_STATE),
    ("url key for specified store already exists", "URL_KEY_TAKEN"),
    ("customer with the same email", "EMAIL_TAKEN"),
    ("deadlock", "LOCKED"),
    ("lock wait timeout", "LOCKED"),
    ("could not save source item", SOURCE_ITEM),
    ("could not save a shipment", "SHIPMENT_REFUSED"),
    ("could not save a creditmemo", "REFUND_REFUSED"),
    ("maximum shipping amount allowed to refund", "OVER_REFUNDED"),
    ("hold action is not available", "NOT_HOLDABLE"),
    ("cannot remove the hold", "NOT_HELD"),
    ("is not part of the order status history", "STATUS_REFUSED"),
    ("attribute isn't unique", "NOT_UNIQUE"),
    ("the product is already attached", "ATTACHED"),
    ("already exists in an associated website", "EMAIL_TAKEN"),
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
_NOT_THERE = "The location does not have these goods, or the order is not to be sent from there; name another `location`."
GONE = "The store does not have this, or no longer; read again."
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
    Rule(Category.VALIDATION, code=ARRAY_SIZE, remedy="The store takes fewer entries at once."),
    Rule(Category.VALIDATION, code=NO_ROUTE, remedy=_NO_ROUTE),
    Rule(Category.VALIDATION, code="JSON_INVALID"),
    Rule(Category.VALIDATION, code=SOURCE_ITEM, remedy="The store knows no such source, or its table is locked."),
    Rule(Category.CONFLICT, code=DOCUMENT_STATE, remedy="The order's state does not allow this; read it again."),
    Rule(Category.CONFLICT, code="SHIPMENT_REFUSED", remedy=_NOT_THERE),
    Rule(
        Category.CONFLICT, code="REFUND_REFUSED", remedy="The shop or its payment gateway refuses the refund; the shop's own log says why."
    ),
    Rule(Category.CONFLICT, code="OVER_REFUNDED", remedy="Less is left of what was paid for shipping."),
    Rule(Category.CONFLICT, code="NOT_HOLDABLE", remedy="The order's state does not let it be put on hold."),
    Rule(Category.CONFLICT, code="NOT_HELD", remedy="The order is not on hold."),
    Rule(Category.VALIDATION, code="STATUS_REFUSED", remedy="The shop does not have this status for an order in this state."),
    Rule(Category.CONFLICT, code="NOT_UNIQUE", remedy="Another product has this SKU, or another value that only one may have."),
    Rule(Category.CONFLICT, code="ATTACHED", remedy="The variant belongs to the product already."),
    Rule(Category.CONFLICT, code="URL_KEY_TAKEN", remedy="Another product has this address."),
    Rule(Category.CONFLICT, code="EMAIL_TAKEN", remedy="Another customer has this e-mail address."),
    Rule(Category.TRANSIENT, code="LOCKED"),
    Rule(Category.TRANSIENT, code=INTERNAL, remedy="Magento failed with a report in its own log; where that repeats, the report says why."),
    Rule(Category.AUTH, status=401, remedy=_RECONNECT),
    Rule(Category.TRANSIENT, status=403, code="NOT_JSON", remedy="A firewall before the store refused the request."),
    Rule(Category.AUTH, status=403, remedy=_RECONNECT),
    Rule(Category.VALIDATION, status=404, code="NOT_JSON", remedy=_NO_ROUTE),
    Rule(Category.VALIDATION, status=404, remedy=GONE),
    Rule(Category.VALIDATION, code=NOT_FOUND, remedy=GONE),
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

_COUNTED = "At a source the units are those that are there (`onHand`), what is sold and not sent among them; elsewhere `available`."
_VARIANT_FIELDS = frozenset({
    "sku", "price", "compare_at_price", "options", "weight", "inventory_tracked", "sells_when_out_of_stock",
})  # fmt: skip
_NEW_VARIANT_FIELDS = _VARIANT_FIELDS | {"requires_shipping", "quantity"}
_PRODUCT_FIELDS = frozenset({"title", "handle", "status", "description_html", "platform_fields"})
_CUSTOMER_FIELDS = frozenset({"email", "phone", "first_name", "last_name", "address"})
_DOCUMENTS = 10  # orders of one call: each is a request of its own, of a second or two
_HANDED = "More than 20 at once go through the shop's queue where its consumer runs, else one by one."

WRITES = {
    WriteOperation.INVENTORY_SET: WriteFacts(batch=BATCH, note=_COUNTED),
    WriteOperation.INVENTORY_ADJUST: WriteFacts(batch=BATCH, note="Read, computed and set: what is sent in the same moment can be lost."),
    WriteOperation.PRICE_SET: WriteFacts(
        batch=BATCH,
        note="For all store views unless the store is one. During a sale `price` is the special price, `compareAtPrice` the regular one.",
    ),
    WriteOperation.PRODUCT_CREATE: WriteFacts(
        batch=5,
        fields=_PRODUCT_FIELDS | _NEW_VARIANT_FIELDS,
        note="Every variant needs a SKU and a price. Options are attributes and values that the store has already; `platformFields` may "
        "have the product's own `sku` and its `attribute_set_id`.",
    ),
    WriteOperation.PRODUCT_UPDATE: WriteFacts(batch=BATCH, fields=_PRODUCT_FIELDS, asynchronous=True, note=_HANDED),
    WriteOperation.PRODUCT_DELETE: WriteFacts(
        batch=_DOCUMENTS, note="With those of its variants that are not shown by themselves and belong to no other product."
    ),
    WriteOperation.VARIANT_CREATE: WriteFacts(
        batch=_DOCUMENTS, fields=_NEW_VARIANT_FIELDS, note="Only of configurable products; it needs a SKU, a price and all options."
    ),
    WriteOperation.VARIANT_UPDATE: WriteFacts(batch=BATCH, fields=_VARIANT_FIELDS, asynchronous=True, note=_HANDED),
    WriteOperation.VARIANT_DELETE: WriteFacts(
        batch=20, note="One that is shown by itself, too, stays a product. A product in one form has no other variant: delete the product."
    ),
    WriteOperation.SHIPMENT_CREATE: WriteFacts(
        batch=_DOCUMENTS,
        fields=frozenset({"lines", "tracking", "location", "notify"}),
        note="Without `location` it is sent from the default source. A carrier is kept with a number only, an address never.",
    ),
    WriteOperation.SHIPMENT_UPDATE: WriteFacts(
        batch=_DOCUMENTS, fields=frozenset({"tracking"}), note="The shipment has this one number afterwards. Nobody is told."
    ),
    WriteOperation.ORDER_CANCEL: WriteFacts(
        batch=_DOCUMENTS, note="Only what is not paid yet, in part or at all: refund what is paid. The goods become free by themselves."
    ),
    WriteOperation.ORDER_UPDATE: WriteFacts(
        batch=_DOCUMENTS,
        fields=frozenset({"note", "status"}),
        note="A note becomes a comment in the order's history, for the shop only. A status is one of the order's state, or `holded`.",
    ),
    WriteOperation.REFUND_CREATE: WriteFacts(
        batch=_DOCUMENTS,
        note="What a gateway was paid goes back through it, all else is recorded only. Amounts are with tax. An amount of its own, without "
        "lines, needs shipping that is not refunded yet.",
    ),
    WriteOperation.CUSTOMER_CREATE: WriteFacts(
        batch=20, fields=_CUSTOMER_FIELDS, note="Needs a name and an e-mail address; the shop may greet the customer by mail."
    ),
    WriteOperation.CUSTOMER_UPDATE: WriteFacts(batch=20, fields=_CUSTOMER_FIELDS, note="The phone number is that of the default address."),
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
    writes=WRITES,
    writers=2,
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
DEFAULT_SET = 4  # the attribute set that every store begins with
SHOWN = 4  # the visibility of what is shown everywhere

# Words for what is written.

PRODUCT_WORDS = {"ACTIVE": 1, "PRIVATE": 2}
CANCELED, HOLDED = "canceled", "holded"
UNCANCELLABLE = frozenset({"payment_review", "complete", "closed", HOLDED})
PAID_INVOICE = 2
OFFLINE = frozenset({"checkmo", "banktransfer", "cashondelivery", "purchaseorder", "free"})  # ways of payment without a gateway
CUSTOM_CARRIER = "custom"
# Carriers that Magento has codes for; all others are custom, and keep their name.
CARRIERS: dict[str, str] = {
    "ups": "ups",
    "united parcel service": "ups",
    "usps": "usps",
    "united states postal service": "usps",
    "fedex": "fedex",
    "federal express": "fedex",
    "dhl": "dhl",
}
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
# Units of weight a store may have, and how many grams each has.
GRAMS = {"kgs": Decimal(1000), "lbs": Decimal("453.59237"), "GRAMS": Decimal(1), "OUNCES": Decimal("28.349523125")}
WEIGHT_UNITS = {"GRAMS": "GRAMS", "KILOGRAMS": "kgs", "OUNCES": "OUNCES", "POUNDS": "lbs"}
