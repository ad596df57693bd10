"""Refunds: what was given back of an order, money and goods."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, ClassVar

import strawberry

from schema.canonical import Canonical
from schema.context import Info, linked
from schema.entity import Entity
from schema.keys import Key, Kind
from schema.money import Money

if TYPE_CHECKING:
    from schema.orders import Order


@strawberry.type(description="What of an order's line was given back.")
class RefundLine(Canonical):
    """Units and money of one line."""

    order_line_id: str | None = strawberry.field(description="`platformId` of the order's line.")
    quantity: int | None = strawberry.field(description="Units given back.")
    amount: Money | None = strawberry.field(description="Money given back for them, without tax unless taxes are included.")
    tax: Money | None = strawberry.field(description="Tax given back for them.")
    restocked: bool | None = strawberry.field(description="Whether the goods went back to stock.")


@strawberry.type(description="Money given back for an order.")
class Refund(Entity):
    """One act of refunding; it may name no lines at all."""

    kind: ClassVar[Kind] = Kind.REFUND

    order_key_id: strawberry.Private[str]
    order_created_at: strawberry.Private[datetime | None] = None
    order_updated_at: strawberry.Private[datetime | None] = None
    created_at: datetime | None = strawberry.field(description="When it was made.")
    amount: Money | None = strawberry.field(description="All the money given back, tax and shipping included.")
    shipping: Money | None = strawberry.field(description="The part of it for shipping.")
    note: str | None = strawberry.field(description="Why, in the shop's words.")
    lines: list[RefundLine] = strawberry.field(description="What it was for; empty when only an amount was given.")

    @strawberry.field(description="The order it belongs to.", metadata=linked(Kind.ORDER, "order_key_id"))
    async def order(self, info: Info) -> Annotated["Order", strawberry.lazy("schema.orders")] | None:
        """Follow the link to the order."""
        found: Order | None = await info.context.one(Key(Kind.ORDER, self.store_name, self.order_key_id))
        return found
