"""Shipments: what was sent, and where it is."""

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, ClassVar

import strawberry

from schema.canonical import Canonical
from schema.context import Info, linked
from schema.entity import Entity
from schema.inventory import Location
from schema.keys import Key, Kind

if TYPE_CHECKING:
    from schema.orders import Order


@strawberry.enum(description="Where a shipment is.")
class ShipmentStatus(Enum):
    """The platform's own word stands in `platformStatus`."""

    PENDING = strawberry.enum_value("PENDING", description="Asked for, not begun.")
    CONFIRMED = strawberry.enum_value("CONFIRMED", description="Accepted by who sends it.")
    LABEL_CREATED = strawberry.enum_value("LABEL_CREATED", description="A label was bought or printed.")
    READY_FOR_PICKUP = strawberry.enum_value("READY_FOR_PICKUP", description="The buyer can fetch it.")
    SHIPPED = strawberry.enum_value("SHIPPED", description="It has left.")
    IN_TRANSIT = strawberry.enum_value("IN_TRANSIT", description="It is on its way.")
    DELAYED = strawberry.enum_value("DELAYED", description="It is late.")
    OUT_FOR_DELIVERY = strawberry.enum_value("OUT_FOR_DELIVERY", description="It arrives today.")
    ATTEMPTED_DELIVERY = strawberry.enum_value("ATTEMPTED_DELIVERY", description="It was not taken in.")
    DELIVERED = strawberry.enum_value("DELIVERED", description="It has arrived or was fetched.")
    NOT_DELIVERED = strawberry.enum_value("NOT_DELIVERED", description="It did not arrive.")
    CANCELLED = strawberry.enum_value("CANCELLED", description="Called off: nothing was sent, or it was called back.")
    FAILED = strawberry.enum_value("FAILED", description="Sending it failed.")
    OTHER = strawberry.enum_value("OTHER", description="A word this gateway does not know: see `platformStatus`.")


@strawberry.type(description="How to follow one parcel.")
class Tracking(Canonical):
    """A parcel's number at its carrier."""

    company: str | None = strawberry.field(description="The carrier, in the shop's words.")
    number: str | None = strawberry.field(description="The parcel's number.")
    url: str | None = strawberry.field(description="Where to follow it.")


@strawberry.type(description="What of an order's line is in a shipment.")
class ShipmentLine(Canonical):
    """Units of one line."""

    order_line_id: str | None = strawberry.field(description="`platformId` of the order's line.")
    sku: str | None = strawberry.field(description="SKU of the line.")
    quantity: int | None = strawberry.field(description="Units in this shipment.")


@strawberry.type(description="Something sent for an order.")
class Shipment(Entity):
    """A shipment in one or more parcels; cancelled ones stay in the list."""

    kind: ClassVar[Kind] = Kind.SHIPMENT

    order_key_id: strawberry.Private[str]
    order_created_at: strawberry.Private[datetime | None] = None
    order_updated_at: strawberry.Private[datetime | None] = None
    location_key_id: strawberry.Private[str | None]
    name: str | None = strawberry.field(description="Its name, e.g. the order's number with a suffix.")
    status: ShipmentStatus = strawberry.field(description="Where it is.")
    platform_status: str | None = strawberry.field(description="The platform's own word for the status.")
    created_at: datetime | None = strawberry.field(description="When it was recorded.")
    updated_at: datetime | None = strawberry.field(description="When the platform last changed it.")
    delivered_at: datetime | None = strawberry.field(description="When it arrived.")
    tracking: list[Tracking] = strawberry.field(description="How to follow it, one entry a parcel.")
    lines: list[ShipmentLine] = strawberry.field(description="What is in it.")

    @strawberry.field(description="The order it is for.", metadata=linked(Kind.ORDER, "order_key_id"))
    async def order(self, info: Info) -> Annotated["Order", strawberry.lazy("schema.orders")] | None:
        """Follow the link to the order."""
        found: Order | None = await info.context.one(Key(Kind.ORDER, self.store_name, self.order_key_id))
        return found

    @strawberry.field(description="Where it left from.", metadata=linked(Kind.LOCATION, "location_key_id"))
    async def location(self, info: Info) -> Location | None:
        """Follow the link to the location."""
        if self.location_key_id is None:
            return None
        found: Location | None = await info.context.one(Key(Kind.LOCATION, self.store_name, self.location_key_id))
        return found
