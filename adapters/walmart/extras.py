"""What only Walmart knows of orders, products and variants."""

from datetime import datetime

import strawberry

from schema.extras import OrderExtras, ProductExtras, VariantExtras
from schema.money import Money


@strawberry.type(description="What only Walmart knows of an order.")
class WalmartOrderExtras(OrderExtras):
    """Fields of Walmart's purchase order without a canonical place."""

    customer_order_id: str | None = strawberry.field(description="The shopper's order; several purchase orders may share it.")
    order_type: str | None = strawberry.field(description="REGULAR or REPLACEMENT.")
    original_customer_order_id: str | None = strawberry.field(description="The shopper's order a replacement was sent for.")
    ship_node_type: str | None = strawberry.field(description="Who ships it: SellerFulfilled, WFSFulfilled or 3PLFulfilled.")
    ship_node_id: str | None = strawberry.field(description="The node it ships from.")
    shipping_method: str | None = strawberry.field(description="Value, Standard, Express, OneDay, Freight or WhiteGlove.")
    shipping_program: str | None = strawberry.field(description="The promise its lines were sold with, e.g. TWO_DAY.")
    estimated_ship_date: datetime | None = strawberry.field(description="To be shipped by then.")
    estimated_delivery_date: datetime | None = strawberry.field(description="Promised to arrive by then.")
    intent_to_cancel: bool = strawberry.field(description="Whether the buyer asked to cancel a line of it.")
    is_guest: bool | None = strawberry.field(description="Whether the buyer has no account.")
    payment_types: list[str] = strawberry.field(description="How it was paid, in Walmart's words.")
    return_order_ids: list[str] = strawberry.field(description="The returns its lines name.")
    summary_total: Money | None = strawberry.field(description="The total of Walmart's own summary, where it has one.")


@strawberry.type(description="What only Walmart knows of a product.")
class WalmartProductExtras(ProductExtras):
    """Fields of Walmart's item or variant group without a canonical place."""

    variant_group_id: str | None = strawberry.field(description="The variant group; null for an item alone.")
    wpid: str | None = strawberry.field(description="Walmart's own product id, of the group's primary item.")
    published_status: str | None = strawberry.field(description="Where the item is on its way to the site.")
    lifecycle_status: str | None = strawberry.field(description="ACTIVE, RETIRED or ARCHIVED.")
    unpublished_reasons: list[str] = strawberry.field(description="Why it is not on the site.")
    shelf: list[str] = strawberry.field(description="Where it stands on the site, from the top.")
    condition: str | None = strawberry.field(description="Its condition, e.g. New.")


@strawberry.type(description="What only Walmart knows of a variant.")
class WalmartVariantExtras(VariantExtras):
    """Fields of Walmart's item without a canonical place."""

    wpid: str | None = strawberry.field(description="Walmart's own product id.")
    gtin: str | None = strawberry.field(description="GTIN with its 14 digits.")
    upc: str | None = strawberry.field(description="UPC with its 12 digits.")
    condition: str | None = strawberry.field(description="Its condition, e.g. New.")
    published_status: str | None = strawberry.field(description="Where the item is on its way to the site.")
    lifecycle_status: str | None = strawberry.field(description="ACTIVE, RETIRED or ARCHIVED.")
    unpublished_reasons: list[str] = strawberry.field(description="Why it is not on the site.")
    variant_group_id: str | None = strawberry.field(description="Its variant group.")
    is_primary: bool | None = strawberry.field(description="Whether it stands for its variant group.")
