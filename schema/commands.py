"""Commands: what can be changed in a store, in canonical words, and the facts about each operation that hold on every platform.

A command is plain data. Ids in it are the store's own key ids (`Key.id`). In the `…Fields` of a create or an update a name that is absent
is left alone, and one that is None is cleared. Money is text with the digits the caller gave, in the currency of the store.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any, get_args

import strawberry
from typing_extensions import TypedDict  # pydantic reads no other kind before Python 3.12

from schema.keys import Kind


@strawberry.enum(description="What can be changed in a store.")
class WriteOperation(Enum):
    """The writes of the API, by the name of their mutation."""

    INVENTORY_SET = strawberry.enum_value("INVENTORY_SET", description="Set the available units of a stock level.")
    INVENTORY_ADJUST = strawberry.enum_value("INVENTORY_ADJUST", description="Add to or take from the available units of a stock level.")
    PRICE_SET = strawberry.enum_value("PRICE_SET", description="Set the price of a variant.")
    PRODUCT_CREATE = strawberry.enum_value("PRODUCT_CREATE", description="Make a product, with its variants.")
    PRODUCT_UPDATE = strawberry.enum_value("PRODUCT_UPDATE", description="Change a product.")
    PRODUCT_DELETE = strawberry.enum_value("PRODUCT_DELETE", description="Delete a product and its variants.")
    VARIANT_CREATE = strawberry.enum_value("VARIANT_CREATE", description="Add a variant to a product.")
    VARIANT_UPDATE = strawberry.enum_value("VARIANT_UPDATE", description="Change a variant.")
    VARIANT_DELETE = strawberry.enum_value("VARIANT_DELETE", description="Delete a variant.")
    SHIPMENT_CREATE = strawberry.enum_value("SHIPMENT_CREATE", description="Record what was sent, with its tracking.")
    SHIPMENT_UPDATE = strawberry.enum_value("SHIPMENT_UPDATE", description="Change the tracking of a shipment.")
    ORDER_CANCEL = strawberry.enum_value("ORDER_CANCEL", description="Call an order off.")
    ORDER_UPDATE = strawberry.enum_value("ORDER_UPDATE", description="Change tags, note or status of an order.")
    ORDER_ACKNOWLEDGE = strawberry.enum_value("ORDER_ACKNOWLEDGE", description="Tell a marketplace that an order was taken on.")
    REFUND_CREATE = strawberry.enum_value("REFUND_CREATE", description="Give money back for an order.")
    CUSTOMER_CREATE = strawberry.enum_value("CUSTOMER_CREATE", description="Make a customer's record.")
    CUSTOMER_UPDATE = strawberry.enum_value("CUSTOMER_UPDATE", description="Change a customer's record.")


class Merge(StrEnum):
    """What becomes of several waiting commands of one lane and operation."""

    NEVER = "never"
    LAST = "last"
    SUM = "sum"
    FIELDS = "fields"


@dataclass(frozen=True, slots=True)
class OperationFacts:
    """`kind` is what is changed, and what a hold names; `target` is the kind of the id the command names, whose lane it waits in: None for
    what is only being made. `again`: after a conflict with the platform's state a second look may well find it possible. `moves_stock`:
    levels change that the command does not name.
    """

    kind: Kind
    target: Kind | None
    merge: Merge = Merge.NEVER
    again: bool = False
    moves_stock: bool = False


OPERATIONS: dict[WriteOperation, OperationFacts] = {
    WriteOperation.INVENTORY_SET: OperationFacts(Kind.INVENTORY_LEVEL, Kind.INVENTORY_LEVEL, Merge.LAST, again=True),
    WriteOperation.INVENTORY_ADJUST: OperationFacts(Kind.INVENTORY_LEVEL, Kind.INVENTORY_LEVEL, Merge.SUM, again=True),
    WriteOperation.PRICE_SET: OperationFacts(Kind.VARIANT, Kind.VARIANT, Merge.LAST, again=True),
    WriteOperation.PRODUCT_CREATE: OperationFacts(Kind.PRODUCT, None),
    WriteOperation.PRODUCT_UPDATE: OperationFacts(Kind.PRODUCT, Kind.PRODUCT, Merge.FIELDS, again=True),
    WriteOperation.PRODUCT_DELETE: OperationFacts(Kind.PRODUCT, Kind.PRODUCT),
    WriteOperation.VARIANT_CREATE: OperationFacts(Kind.VARIANT, Kind.PRODUCT),
    WriteOperation.VARIANT_UPDATE: OperationFacts(Kind.VARIANT, Kind.VARIANT, Merge.FIELDS, again=True),
    WriteOperation.VARIANT_DELETE: OperationFacts(Kind.VARIANT, Kind.VARIANT),
    WriteOperation.SHIPMENT_CREATE: OperationFacts(Kind.SHIPMENT, Kind.ORDER, moves_stock=True),
    WriteOperation.SHIPMENT_UPDATE: OperationFacts(Kind.SHIPMENT, Kind.SHIPMENT, Merge.LAST),
    WriteOperation.ORDER_CANCEL: OperationFacts(Kind.ORDER, Kind.ORDER, moves_stock=True),
    WriteOperation.ORDER_UPDATE: OperationFacts(Kind.ORDER, Kind.ORDER, Merge.FIELDS, again=True),
    WriteOperation.ORDER_ACKNOWLEDGE: OperationFacts(Kind.ORDER, Kind.ORDER, Merge.LAST),
    WriteOperation.REFUND_CREATE: OperationFacts(Kind.REFUND, Kind.ORDER, moves_stock=True),
    WriteOperation.CUSTOMER_CREATE: OperationFacts(Kind.CUSTOMER, None),
    WriteOperation.CUSTOMER_UPDATE: OperationFacts(Kind.CUSTOMER, Kind.CUSTOMER, Merge.FIELDS, again=True),
}


@strawberry.enum(description="Why an order is called off.")
class CancelReason(Enum):
    """The reasons platforms share; each adapter says them in its platform's words."""

    CUSTOMER = strawberry.enum_value("CUSTOMER", description="The buyer asked for it.")
    OUT_OF_STOCK = strawberry.enum_value("OUT_OF_STOCK", description="It can't be supplied.")
    ADDRESS = strawberry.enum_value("ADDRESS", description="It can't be delivered to the address.")
    FRAUD = strawberry.enum_value("FRAUD", description="It looks like fraud.")
    PRICING = strawberry.enum_value("PRICING", description="The price was wrong.")
    PAYMENT = strawberry.enum_value("PAYMENT", description="The payment was declined.")
    OTHER = strawberry.enum_value("OTHER", description="Something else.")


@strawberry.enum(description="Why money is given back.")
class RefundReason(Enum):
    """The reasons platforms share; each adapter says them in its platform's words."""

    CUSTOMER_RETURN = strawberry.enum_value("CUSTOMER_RETURN", description="The goods came back.")
    CANCELLED = strawberry.enum_value("CANCELLED", description="The order or a part of it was called off.")
    NOT_RECEIVED = strawberry.enum_value("NOT_RECEIVED", description="The goods did not arrive.")
    DAMAGED = strawberry.enum_value("DAMAGED", description="The goods arrived broken or are not as described.")
    GOODWILL = strawberry.enum_value("GOODWILL", description="As a courtesy.")
    PRICING = strawberry.enum_value("PRICING", description="The price was wrong.")
    OTHER = strawberry.enum_value("OTHER", description="Something else.")


class AddressFields(TypedDict, total=False):
    """Parts of a postal address, as `schema.address.Address` has them; `province` and `country_code` as the platform's reads give them."""

    first_name: str | None
    last_name: str | None
    company: str | None
    address1: str | None
    address2: str | None
    city: str | None
    province: str | None
    province_code: str | None
    postal_code: str | None
    country_code: str | None
    phone: str | None


class OptionFields(TypedDict):
    """One choice of a product, e.g. Size with S and M."""

    name: str
    values: list[str]


class SelectedOptionFields(TypedDict):
    """What a variant is of a choice."""

    name: str
    value: str


class WeightFields(TypedDict):
    """A weight; `unit` is one of GRAMS, KILOGRAMS, OUNCES, POUNDS."""

    value: str
    unit: str


class VariantFields(TypedDict, total=False):
    """What a variant is made of; `quantity` counts when it is made only."""

    sku: str | None
    barcode: str | None
    price: str
    compare_at_price: str | None
    options: list[SelectedOptionFields]
    weight: WeightFields | None
    requires_shipping: bool
    inventory_tracked: bool
    sells_when_out_of_stock: bool
    quantity: int


class ProductFields(TypedDict, total=False):
    """What a product is made of.

    `status` is a value of `schema.products.ProductStatus`; `platform_fields` go to the platform as they are.
    """

    title: str
    handle: str | None
    status: str
    description_html: str | None
    vendor: str | None
    product_type: str | None
    tags: list[str]
    options: list[OptionFields]
    platform_fields: dict[str, Any]


class OrderFields(TypedDict, total=False):
    """What of an order can be changed later; `status` is the platform's own word, where it has one to set."""

    tags: list[str]
    note: str | None
    status: str


class CustomerFields(TypedDict, total=False):
    """What a customer's record is made of."""

    email: str | None
    phone: str | None
    first_name: str | None
    last_name: str | None
    address: AddressFields
    tags: list[str]
    note: str | None


@dataclass(frozen=True, slots=True)
class InventorySet:
    """Set the available units of a stock level."""

    level: str
    quantity: int


@dataclass(frozen=True, slots=True)
class InventoryAdjust:
    """Add to (or, negative, take from) the available units of a stock level."""

    level: str
    delta: int


@dataclass(frozen=True, slots=True)
class PriceSet:
    """Set the price of a variant; `compare_at_price` None is left alone, "" is cleared."""

    variant: str
    price: str
    currency_code: str
    compare_at_price: str | None = None


@dataclass(frozen=True, slots=True)
class ProductCreate:
    """Make a product; one without `variants` has one variant that its platform makes."""

    product: ProductFields
    variants: tuple[VariantFields, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductUpdate:
    """Change a product."""

    product: str
    changes: ProductFields


@dataclass(frozen=True, slots=True)
class ProductDelete:
    """Delete a product and its variants."""

    product: str


@dataclass(frozen=True, slots=True)
class VariantCreate:
    """Add a variant to a product."""

    product: str
    variant: VariantFields


@dataclass(frozen=True, slots=True)
class VariantUpdate:
    """Change a variant."""

    variant: str
    changes: VariantFields


@dataclass(frozen=True, slots=True)
class VariantDelete:
    """Delete a variant."""

    variant: str


@dataclass(frozen=True, slots=True)
class LineUnits:
    """Units of one line of an order, by the line's `platform_id`."""

    line: str
    quantity: int


@dataclass(frozen=True, slots=True)
class TrackingFields:
    """How to follow one parcel."""

    number: str | None = None
    company: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class ShipmentCreate:
    """Record that something was sent; without `lines` it is all that is still open. `notify` tells the buyer, where there is a choice."""

    order: str
    lines: tuple[LineUnits, ...] = ()
    tracking: TrackingFields = field(default_factory=TrackingFields)
    location: str | None = None
    notify: bool = False
    shipped_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ShipmentUpdate:
    """Change the tracking of a shipment."""

    shipment: str
    tracking: TrackingFields
    notify: bool = False


@dataclass(frozen=True, slots=True)
class OrderCancel:
    """Call a whole order off; `refund` gives the money back, `restock` puts the goods back, where the platform leaves the choice."""

    order: str
    reason: CancelReason = CancelReason.OTHER
    note: str | None = None
    restock: bool = True
    refund: bool = True
    notify: bool = False


@dataclass(frozen=True, slots=True)
class OrderUpdate:
    """Change tags, note or status of an order."""

    order: str
    changes: OrderFields


@dataclass(frozen=True, slots=True)
class OrderAcknowledge:
    """Tell a marketplace that an order was taken on."""

    order: str


@dataclass(frozen=True, slots=True)
class RefundLineUnits:
    """Units of one line to give money back for; `amount` None is what was paid for them."""

    line: str
    quantity: int
    amount: str | None = None
    restock: bool = False


@dataclass(frozen=True, slots=True)
class RefundCreate:
    """Give money back: for `lines`, for shipping, or an `amount` of its own; with none of them everything that is left.

    `shipping` is an amount, or "all" for what is left of it.
    """

    order: str
    lines: tuple[RefundLineUnits, ...] = ()
    shipping: str | None = None
    amount: str | None = None
    currency_code: str | None = None
    reason: RefundReason = RefundReason.OTHER
    note: str | None = None
    notify: bool = False


@dataclass(frozen=True, slots=True)
class CustomerCreate:
    """Make a customer's record."""

    customer: CustomerFields


@dataclass(frozen=True, slots=True)
class CustomerUpdate:
    """Change a customer's record."""

    customer: str
    changes: CustomerFields


Command = (
    InventorySet | InventoryAdjust | PriceSet
    | ProductCreate | ProductUpdate | ProductDelete | VariantCreate | VariantUpdate | VariantDelete
    | ShipmentCreate | ShipmentUpdate | OrderCancel | OrderUpdate | OrderAcknowledge | RefundCreate
    | CustomerCreate | CustomerUpdate
)  # fmt: skip
# A command's class is named as its operation.
SHAPES: dict[WriteOperation, type[Any]] = {
    each: next(shape for shape in get_args(Command) if shape.__name__.upper() == each.name.replace("_", "")) for each in WriteOperation
}


@dataclass(frozen=True, slots=True)
class Guard:
    """What has to be true on the platform for a write to be made; None = not asked.

    `version` is the entity's `updated_at`, `quantity` its available units, `price` its price.
    """

    version: datetime | None = None
    quantity: int | None = None
    price: str | None = None
