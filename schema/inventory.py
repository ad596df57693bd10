"""Stock: how many of a variant are where."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, ClassVar

import strawberry

from schema.address import Address
from schema.context import Info, linked
from schema.entity import Entity
from schema.keys import Key, Kind

if TYPE_CHECKING:
    from schema.products import ProductVariant


@strawberry.type(description="A place a store keeps stock.")
class Location(Entity):
    """A warehouse, shop or service; platforms without locations have one that stands for the whole store."""

    kind: ClassVar[Kind] = Kind.LOCATION

    name: str = strawberry.field(description="Its name.")
    is_active: bool | None = strawberry.field(description="Whether it is in use.")
    fulfils_online_orders: bool | None = strawberry.field(description="Whether online orders are sent from it.")
    address: Address | None = strawberry.field(description="Where it is.")
    created_at: datetime | None = strawberry.field(description="When it was made.")
    updated_at: datetime | None = strawberry.field(description="When the platform last changed it.")


@strawberry.type(
    description="The stock of one variant at one location. A number is null where the platform does not tell it, or does not count."
)
class InventoryLevel(Entity):
    """Units of a variant at a location."""

    kind: ClassVar[Kind] = Kind.INVENTORY_LEVEL

    variant_key_id: strawberry.Private[str | None]
    location_key_id: strawberry.Private[str]
    available: int | None = strawberry.field(description="Units that can be sold now; negative when more was sold than there was.")
    on_hand: int | None = strawberry.field(description="Units that are there, sold ones included.")
    committed: int | None = strawberry.field(description="Units sold and not yet shipped.")
    incoming: int | None = strawberry.field(description="Units on their way to the location.")
    tracked: bool | None = strawberry.field(description="Whether the platform counts this stock.")
    updated_at: datetime | None = strawberry.field(description="When the platform last changed it.")

    @strawberry.field(description="Where it is.", metadata=linked(Kind.LOCATION, "location_key_id"))
    async def location(self, info: Info) -> Location | None:
        """Follow the link to the location."""
        found: Location | None = await info.context.one(Key(Kind.LOCATION, self.store_name, self.location_key_id))
        return found

    @strawberry.field(description="What it is.", metadata=linked(Kind.VARIANT, "variant_key_id"))
    async def variant(self, info: Info) -> Annotated["ProductVariant", strawberry.lazy("schema.products")] | None:
        """Follow the link to the variant."""
        if self.variant_key_id is None:
            return None
        found: ProductVariant | None = await info.context.one(Key(Kind.VARIANT, self.store_name, self.variant_key_id))
        return found
