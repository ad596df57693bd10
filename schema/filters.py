"""What a list can be narrowed to, a type for each kind. All conditions must hold; of a list of values, one must."""

from datetime import datetime

import strawberry

from schema.orders import FulfilmentStatus, OrderStatus, PaymentStatus
from schema.products import ProductStatus
from schema.shipments import ShipmentStatus


@strawberry.input(description="A span of time.")
class TimeRange:
    """`from` is inside the span, `to` is not; either may be left open."""

    from_: datetime | None = strawberry.field(name="from", default=None, description="The first moment inside.")
    to: datetime | None = strawberry.field(default=None, description="The first moment no longer inside.")


@strawberry.input(description="Which orders.")
class OrderFilter:
    """Narrows a list of orders."""

    ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Global ids, at most 250.")
    numbers: list[str] | None = strawberry.field(default=None, description="The numbers people use.")
    statuses: list[OrderStatus] | None = strawberry.field(default=None, description="Where they are in their life.")
    payment_statuses: list[PaymentStatus] | None = strawberry.field(default=None, description="How far they are paid.")
    fulfilment_statuses: list[FulfilmentStatus] | None = strawberry.field(default=None, description="How far they are shipped.")
    created: TimeRange | None = strawberry.field(default=None, description="When they were recorded.")
    updated: TimeRange | None = strawberry.field(default=None, description="When they last changed.")
    email: str | None = strawberry.field(default=None, description="The buyer's e-mail, guests included; case does not matter.")
    customer: strawberry.ID | None = strawberry.field(default=None, description="A customer's global id.")
    text: str | None = strawberry.field(default=None, description="Words, as the platform itself searches for them.")


@strawberry.input(description="Which products.")
class ProductFilter:
    """Narrows a list of products."""

    ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Global ids, at most 250.")
    statuses: list[ProductStatus] | None = strawberry.field(default=None, description="Whether they are on sale.")
    created: TimeRange | None = strawberry.field(default=None, description="When they were made.")
    updated: TimeRange | None = strawberry.field(default=None, description="When they last changed.")
    text: str | None = strawberry.field(default=None, description="Words, as the platform itself searches for them.")


@strawberry.input(description="Which variants.")
class VariantFilter:
    """Narrows a list of variants."""

    ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Global ids, at most 250.")
    skus: list[str] | None = strawberry.field(default=None, description="The shop's article numbers, exactly; one may match several.")
    product: strawberry.ID | None = strawberry.field(default=None, description="A product's global id.")
    updated: TimeRange | None = strawberry.field(default=None, description="When they last changed.")


@strawberry.input(description="Which customers.")
class CustomerFilter:
    """Narrows a list of customers."""

    ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Global ids, at most 250.")
    email: str | None = strawberry.field(default=None, description="E-mail address; case does not matter.")
    created: TimeRange | None = strawberry.field(default=None, description="When the record was made.")
    updated: TimeRange | None = strawberry.field(default=None, description="When it last changed.")
    text: str | None = strawberry.field(default=None, description="Words, as the platform itself searches for them.")


@strawberry.input(description="Which stock levels.")
class InventoryLevelFilter:
    """Narrows a list of stock levels."""

    ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Global ids, at most 250.")
    variants: list[strawberry.ID] | None = strawberry.field(default=None, description="Global ids of variants, at most 250.")
    locations: list[strawberry.ID] | None = strawberry.field(default=None, description="Global ids of locations.")


@strawberry.input(description="Which locations.")
class LocationFilter:
    """Narrows a list of locations."""

    ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Global ids, at most 250.")
    active: bool | None = strawberry.field(default=None, description="Whether they are in use.")


@strawberry.input(description="Which shipments.")
class ShipmentFilter:
    """Narrows a list of shipments."""

    ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Global ids, at most 250.")
    orders: list[strawberry.ID] | None = strawberry.field(default=None, description="Global ids of orders, at most 250.")
    statuses: list[ShipmentStatus] | None = strawberry.field(default=None, description="Where they are.")
    created: TimeRange | None = strawberry.field(default=None, description="When they were recorded.")


@strawberry.input(description="Which refunds.")
class RefundFilter:
    """Narrows a list of refunds."""

    ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Global ids, at most 250.")
    orders: list[strawberry.ID] | None = strawberry.field(default=None, description="Global ids of orders, at most 250.")
    created: TimeRange | None = strawberry.field(default=None, description="When they were made.")
