"""Orders and their lines, with every meaning the platforms' status words have."""

from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import strawberry
from graphql import Undefined
from strawberry.scalars import JSON

from schema.address import Address, Contact
from schema.canonical import Canonical
from schema.context import AT_ONCE, Info, linked, listed
from schema.entity import Entity, chosen
from schema.extras import OrderExtras
from schema.keys import Key, Kind
from schema.money import Money

if TYPE_CHECKING:
    from schema.customers import Customer
    from schema.products import Product, ProductVariant
    from schema.refunds import Refund
    from schema.shipments import Shipment

NOTHING: list[Any] = []  # the one empty list of all orders without refunds


@strawberry.enum(description="Where an order is in its life.")
class OrderStatus(Enum):
    """One word for the whole order; the platform's own word stands in `platformStatus`."""

    DRAFT = strawberry.enum_value("DRAFT", description="Begun but not placed.")
    PENDING = strawberry.enum_value("PENDING", description="Placed; payment or acceptance is awaited.")
    OPEN = strawberry.enum_value("OPEN", description="Accepted and to be worked on.")
    ON_HOLD = strawberry.enum_value("ON_HOLD", description="Stopped until someone decides.")
    COMPLETED = strawberry.enum_value("COMPLETED", description="Nothing more is to be done.")
    ARCHIVED = strawberry.enum_value("ARCHIVED", description="Put away by the merchant.")
    CANCELLED = strawberry.enum_value("CANCELLED", description="Called off.")
    REFUNDED = strawberry.enum_value("REFUNDED", description="All of its money was given back.")
    FAILED = strawberry.enum_value("FAILED", description="Its payment failed.")
    DELETED = strawberry.enum_value("DELETED", description="In the platform's bin.")
    OTHER = strawberry.enum_value("OTHER", description="A word of the shop's own, e.g. from a plugin: see `platformStatus`.")


@strawberry.enum(description="How far an order is paid.")
class PaymentStatus(Enum):
    """The money side of an order."""

    PENDING = strawberry.enum_value("PENDING", description="Nothing paid yet.")
    AUTHORIZED = strawberry.enum_value("AUTHORIZED", description="Held on the buyer's account, not captured.")
    PARTIALLY_PAID = strawberry.enum_value("PARTIALLY_PAID", description="Some of it is paid.")
    PAID = strawberry.enum_value("PAID", description="All of it is paid.")
    PARTIALLY_REFUNDED = strawberry.enum_value("PARTIALLY_REFUNDED", description="Some of the money was given back.")
    REFUNDED = strawberry.enum_value("REFUNDED", description="All of the money was given back.")
    VOIDED = strawberry.enum_value("VOIDED", description="The authorization was cancelled.")
    EXPIRED = strawberry.enum_value("EXPIRED", description="The authorization ran out.")
    FAILED = strawberry.enum_value("FAILED", description="The payment failed.")
    OTHER = strawberry.enum_value("OTHER", description="A word this gateway does not know: see `platformPaymentStatus`.")


@strawberry.enum(description="How far an order is shipped.")
class FulfilmentStatus(Enum):
    """The goods side of an order."""

    UNFULFILLED = strawberry.enum_value("UNFULFILLED", description="Nothing shipped.")
    SCHEDULED = strawberry.enum_value("SCHEDULED", description="To be shipped at a later date.")
    ON_HOLD = strawberry.enum_value("ON_HOLD", description="Shipping is stopped until someone decides.")
    IN_PROGRESS = strawberry.enum_value("IN_PROGRESS", description="Work has begun, e.g. at a fulfilment service.")
    REQUEST_DECLINED = strawberry.enum_value("REQUEST_DECLINED", description="The fulfilment service refused.")
    PARTIALLY_FULFILLED = strawberry.enum_value("PARTIALLY_FULFILLED", description="Some of it is shipped.")
    FULFILLED = strawberry.enum_value("FULFILLED", description="All of it is shipped.")
    NOT_REQUIRED = strawberry.enum_value("NOT_REQUIRED", description="There is nothing to ship.")
    RESTOCKED = strawberry.enum_value("RESTOCKED", description="Its goods went back to stock unshipped.")
    OTHER = strawberry.enum_value("OTHER", description="A word this gateway does not know: see `platformFulfilmentStatus`.")


@strawberry.type(
    description="What an order costs. `total` is `subtotal` + `shipping` + `fees` + `tax`, the tax only where `taxesIncluded` is false."
)
class OrderTotals(Canonical):
    """An order's sums, each as the platform gives it; null where it gives none."""

    subtotal: Money | None = strawberry.field(description="The lines after all their discounts.")
    discounts: Money | None = strawberry.field(description="All discounts together, already taken off the other sums.")
    shipping: Money | None = strawberry.field(description="Shipping after its discounts.")
    fees: Money | None = strawberry.field(description="Tips, duties and other fees.")
    tax: Money | None = strawberry.field(description="All taxes together.")
    taxes_included: bool | None = strawberry.field(description="Whether the other sums contain the tax.")
    total: Money | None = strawberry.field(description="What the buyer owes in all, before refunds.")
    refunded: Money | None = strawberry.field(description="What was given back.")
    outstanding: Money | None = strawberry.field(description="What is still to be paid.")


@strawberry.type(description="One tax on an order or a line.")
class Tax(Canonical):
    """A tax with its rate as a fraction, e.g. 0.2."""

    title: str | None = strawberry.field(description="Name of the tax.")
    rate: Decimal | None = strawberry.field(description="Rate as a fraction: 0.2 is 20 %.")
    amount: Money | None = strawberry.field(description="The amount.")


@strawberry.type(description="One discount on an order.")
class Discount(Canonical):
    """A discount by code or by rule."""

    code: str | None = strawberry.field(description="The code the buyer gave.")
    title: str | None = strawberry.field(description="Name of the rule.")
    amount: Money | None = strawberry.field(description="The amount taken off, where the platform tells it.")


@strawberry.type(description="One line of an order: a snapshot of what was sold, which outlives the product.")
class OrderLine(Canonical):
    """A sold item; money is for the whole line unless it says unit."""

    store_name: strawberry.Private[str]
    order_key_id: strawberry.Private[str]
    variant_key_id: strawberry.Private[str | None]
    product_key_id: strawberry.Private[str | None]
    known_refunded: strawberry.Private[int | None] = None
    platform_id: str = strawberry.field(description="The platform's own id of the line.")
    sku: str | None = strawberry.field(description="SKU at the time of sale.")
    title: str = strawberry.field(description="Title at the time of sale.")
    variant_title: str | None = strawberry.field(description="The variant's title at the time of sale.")
    quantity: int = strawberry.field(description="Units ordered, those refunded or removed later included.")
    fulfilled_quantity: int | None = strawberry.field(description="Units shipped, where the platform tells.")
    unit_price: Money | None = strawberry.field(description="Price of one unit before discounts.")
    discounts: Money | None = strawberry.field(description="Discounts on the line.")
    total: Money | None = strawberry.field(description="The line after its discounts, without tax unless taxes are included.")
    tax: Money | None = strawberry.field(description="Tax on the line.")
    taxes: list[Tax] = strawberry.field(description="The taxes on the line, one by one.")
    requires_shipping: bool | None = strawberry.field(default=None, description="Whether it is shipped at all.")
    attributes: strawberry.Private[dict[str, Any]]

    @strawberry.field(
        description="Units refunded or removed; null where the platform does not tell.",
        metadata={AT_ONCE: lambda line, _: Undefined if line.known_refunded is None else line.known_refunded},
    )
    async def refunded_quantity(self, info: Info) -> int | None:
        """Return the number on the line, or add up the order's refunds."""
        if self.known_refunded is not None:
            return self.known_refunded
        refunds = await info.context.children("refunds", Key(Kind.ORDER, self.store_name, self.order_key_id))
        parts = [part for refund in refunds for part in refund.lines if part.order_line_id == self.platform_id]
        units = [part.quantity for part in parts]
        return None if None in units else sum(units)

    @strawberry.field(
        description="The variant sold; null when it is gone or the line never had one.", metadata=linked(Kind.VARIANT, "variant_key_id")
    )
    async def variant(self, info: Info) -> Annotated["ProductVariant", strawberry.lazy("schema.products")] | None:
        """Follow the link to the variant."""
        if self.variant_key_id is None:
            return None
        found: ProductVariant | None = await info.context.one(Key(Kind.VARIANT, self.store_name, self.variant_key_id))
        return found

    @strawberry.field(
        description="The product sold; null when it is gone or the line never had one.", metadata=linked(Kind.PRODUCT, "product_key_id")
    )
    async def product(self, info: Info) -> Annotated["Product", strawberry.lazy("schema.products")] | None:
        """Follow the link to the product."""
        if self.product_key_id is None:
            return None
        found: Product | None = await info.context.one(Key(Kind.PRODUCT, self.store_name, self.product_key_id))
        return found

    @strawberry.field(description="What was attached to the line, e.g. an engraving. `keys` picks some.")
    def metadata(self, keys: list[str] | None = None) -> JSON:
        """Return the attached values."""
        return chosen(self.attributes, keys)


@strawberry.type(description="A way of shipping the buyer chose.")
class ShippingLine(Canonical):
    """One shipping charge."""

    title: str | None = strawberry.field(description="What the buyer saw.")
    code: str | None = strawberry.field(description="The shop's code for it.")
    amount: Money | None = strawberry.field(description="Its price after discounts.")


@strawberry.type(description="An order: what someone bought in a store.")
class Order(Entity):
    """A sale. Times are UTC; money is in the shop's currency."""

    kind: ClassVar[Kind] = Kind.ORDER

    customer_key_id: strawberry.Private[str | None]
    raw: strawberry.Private[dict[str, Any]]
    parts: strawberry.Private["Parts"]
    number: str = strawberry.field(description="The number people use; not unique over stores.")
    created_at: datetime = strawberry.field(description="When the platform recorded it.")
    updated_at: datetime = strawberry.field(description="When the platform last changed it.")
    placed_at: datetime | None = strawberry.field(description="When the buyer placed it; earlier than `createdAt` for imported orders.")
    cancelled_at: datetime | None = strawberry.field(description="When it was called off.")
    closed_at: datetime | None = strawberry.field(description="When it was completed or archived.")
    paid_at: datetime | None = strawberry.field(description="When it was paid, where the platform tells.")
    status: OrderStatus = strawberry.field(description="Where it is in its life.")
    platform_status: str = strawberry.field(description="The platform's own word for the status.")
    payment_status: PaymentStatus | None = strawberry.field(description="How far it is paid.")
    platform_payment_status: str | None = strawberry.field(description="The platform's own word for the payment status.")
    fulfilment_status: FulfilmentStatus | None = strawberry.field(description="How far it is shipped.")
    platform_fulfilment_status: str | None = strawberry.field(description="The platform's own word for the fulfilment status.")
    cancel_reason: str | None = strawberry.field(description="Why it was called off, in the platform's word.")
    test: bool | None = strawberry.field(description="A trial order: never ship it. Null where the platform does not tell.")
    currency_code: str = strawberry.field(description="ISO 4217 code of its money.")
    totals: OrderTotals = strawberry.field(description="What it costs.")
    taxes: list[Tax] = strawberry.field(description="The taxes, one by one.")
    discounts: list[Discount] = strawberry.field(description="The discounts, one by one.")
    shipping_lines: list[ShippingLine] = strawberry.field(description="The ways of shipping chosen.")
    billing_address: Address | None = strawberry.field(description="Where the bill goes.")
    shipping_address: Address | None = strawberry.field(description="Where the goods go; null for what is not shipped.")
    contact: Contact | None = strawberry.field(description="How to reach the buyer, guests included.")
    tags: list[str] = strawberry.field(description="Words the shop attached.")
    note: str | None = strawberry.field(description="The buyer's or the shop's note.")
    channel: str | None = strawberry.field(description="Where it came from, in the platform's word, e.g. web or pos.")
    extras: OrderExtras | None = strawberry.field(description="What only its platform knows.")

    @strawberry.field(description="The customer's record; null for guests.", metadata=linked(Kind.CUSTOMER, "customer_key_id"))
    async def customer(self, info: Info) -> Annotated["Customer", strawberry.lazy("schema.customers")] | None:
        """Follow the link to the customer."""
        if self.customer_key_id is None:
            return None
        found: Customer | None = await info.context.one(Key(Kind.CUSTOMER, self.store_name, self.customer_key_id))
        return found

    @strawberry.field(
        description="What was sold: all lines, in the platform's order.",
        metadata=listed("lines", lambda order: order.parts.lines),
    )
    async def lines(self, info: Info) -> list[OrderLine]:
        """Return all lines."""
        if self.parts.lines is not None:
            return self.parts.lines
        return await info.context.children("lines", self.key)

    @strawberry.field(
        description="What was sent; null where the platform has no shipments.",
        metadata=listed("shipments"),
    )
    async def shipments(self, info: Info) -> list[Annotated["Shipment", strawberry.lazy("schema.shipments")]] | None:
        """Return all shipments."""
        return await info.context.children("shipments", self.key)

    @strawberry.field(
        description="What was given back.", metadata=listed("refunds", lambda order: NOTHING if order.parts.has_refunds is False else None)
    )
    async def refunds(self, info: Info) -> list[Annotated["Refund", strawberry.lazy("schema.refunds")]] | None:
        """Return all refunds."""
        if self.parts.has_refunds is False:
            return NOTHING
        return await info.context.children("refunds", self.key)

    @strawberry.field(description="The platform's free fields on the order. `keys` picks some.")
    def metadata(self, keys: list[str] | None = None) -> JSON:
        """Return the free fields."""
        return chosen(self.raw, keys)


@strawberry.type
class Parts(Canonical):
    """What an order's platform sends along with it, so that no call is needed to follow the link; None = ask."""

    lines: list[OrderLine] | None = None
    has_refunds: bool | None = None
