"""Customers: people with a record in a store. Guests have none; their contact stands on the order."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import strawberry
from strawberry.scalars import JSON

from schema.address import Address
from schema.context import Info
from schema.entity import Entity, chosen
from schema.extras import CustomerExtras
from schema.keys import Kind
from schema.money import Money
from schema.paging import Connection, OrderSort

if TYPE_CHECKING:
    from schema.orders import Order


@strawberry.type(description="Someone with a record in a store. What the platform withholds is null.")
class Customer(Entity):
    """A customer's record; null fields were withheld or never given, they are not a request to forget."""

    kind: ClassVar[Kind] = Kind.CUSTOMER

    raw: strawberry.Private[dict[str, Any]]
    email: str | None = strawberry.field(description="E-mail address.")
    phone: str | None = strawberry.field(description="Phone number.")
    first_name: str | None = strawberry.field(description="Given name.")
    last_name: str | None = strawberry.field(description="Family name.")
    display_name: str | None = strawberry.field(description="The name the shop shows.")
    address: Address | None = strawberry.field(description="Default address.")
    tags: list[str] = strawberry.field(description="Words the shop attached.")
    note: str | None = strawberry.field(description="The shop's note.")
    orders_count: int | None = strawberry.field(description="Number of orders, where the platform tells; may lag.")
    total_spent: Money | None = strawberry.field(description="Money spent, where the platform tells; may lag.")
    created_at: datetime | None = strawberry.field(description="When the record was made.")
    updated_at: datetime | None = strawberry.field(description="When the platform last changed it.")
    extras: CustomerExtras | None = strawberry.field(description="What only its platform knows.")

    @strawberry.field(description="What this customer ordered.")
    async def orders(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        sort: OrderSort = OrderSort["CREATED_AT_DESC"],  # type: ignore[valid-type]
    ) -> Connection[Annotated["Order", strawberry.lazy("schema.orders")]]:
        """Return one page of the customer's orders."""
        arguments = {"first": first, "after": after, "sort": sort, "stores": [self.store_name], "customer": self.key}
        page: Connection[Order] = await info.context.connection(Kind.ORDER, arguments)
        return page

    @strawberry.field(description="The platform's free fields on the customer. `keys` picks some.")
    def metadata(self, keys: list[str] | None = None) -> JSON:
        """Return the free fields."""
        return chosen(self.raw, keys)
