"""Products and their variants. A thing sold in one form only has one variant, so that stock and price are always found there."""

from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar

import strawberry
from strawberry.scalars import JSON

from schema.canonical import Canonical
from schema.context import Info, linked, listed
from schema.entity import Entity, chosen
from schema.extras import ProductExtras, VariantExtras
from schema.inventory import InventoryLevel
from schema.keys import Key, Kind
from schema.money import Money


@strawberry.enum(description="Whether a product is on sale.")
class ProductStatus(Enum):
    """The platform's own word stands in `platformStatus`."""

    ACTIVE = strawberry.enum_value("ACTIVE", description="On sale.")
    UNLISTED = strawberry.enum_value("UNLISTED", description="On sale to those who have the link.")
    PRIVATE = strawberry.enum_value("PRIVATE", description="Seen by the shop's staff only.")
    DRAFT = strawberry.enum_value("DRAFT", description="Being prepared.")
    PENDING = strawberry.enum_value("PENDING", description="Waiting for approval.")
    SCHEDULED = strawberry.enum_value("SCHEDULED", description="Goes on sale at a set time.")
    ARCHIVED = strawberry.enum_value("ARCHIVED", description="No longer sold, kept on record.")
    DELETED = strawberry.enum_value("DELETED", description="In the platform's bin.")
    OTHER = strawberry.enum_value("OTHER", description="A word this gateway does not know: see `platformStatus`.")


@strawberry.type(description="One choice that tells variants apart, e.g. a colour.")
class ProductOption(Canonical):
    """An option with the values a buyer can choose."""

    name: str = strawberry.field(description="What is chosen, e.g. Size.")
    values: list[str] = strawberry.field(description="What it can be.")


@strawberry.type(description="The value a variant has for an option.")
class SelectedOption(Canonical):
    """One option of one variant."""

    name: str = strawberry.field(description="What is chosen, e.g. Size.")
    value: str = strawberry.field(description="What it is, e.g. XL.")


@strawberry.type(description="A weight in the unit the shop uses.")
class Weight(Canonical):
    """A weight; the unit is the platform's word."""

    value: Decimal = strawberry.field(description="The number.")
    unit: str | None = strawberry.field(description="The unit in the platform's word; null where it is a setting of the shop.")


@strawberry.type(description="Something a store sells, in one or more variants.")
class Product(Entity):
    """A product; price and stock are its variants'."""

    kind: ClassVar[Kind] = Kind.PRODUCT

    raw: strawberry.Private[dict[str, Any]]
    title: str = strawberry.field(description="Its name.")
    handle: str | None = strawberry.field(description="Its name in addresses.")
    status: ProductStatus = strawberry.field(description="Whether it is on sale.")
    platform_status: str = strawberry.field(description="The platform's own word for the status.")
    description_html: str | None = strawberry.field(description="Its description, as HTML of the shop's making: escape or clean it.")
    vendor: str | None = strawberry.field(description="Who makes it.")
    product_type: str | None = strawberry.field(description="The shop's word for what it is.")
    tags: list[str] = strawberry.field(description="Words the shop attached.")
    options: list[ProductOption] = strawberry.field(description="What a buyer can choose.")
    image_url: str | None = strawberry.field(description="Address of its main picture.")
    created_at: datetime | None = strawberry.field(description="When it was made.")
    updated_at: datetime | None = strawberry.field(description="When the platform last changed it.")
    published_at: datetime | None = strawberry.field(description="When it went on sale.")
    extras: ProductExtras | None = strawberry.field(description="What only its platform knows.")

    @strawberry.field(description="All its variants, in the shop's order.", metadata=listed("variants"))
    async def variants(self, info: Info) -> list["ProductVariant"]:
        """Return all variants."""
        return await info.context.children("variants", self.key)

    @strawberry.field(description="The platform's free fields on the product. `keys` picks some.")
    def metadata(self, keys: list[str] | None = None) -> JSON:
        """Return the free fields."""
        return chosen(self.raw, keys)


@strawberry.type(description="One form of a product: what has a SKU, a price and stock.")
class ProductVariant(Entity):
    """A variant; SKUs are the shop's and need not be unique."""

    kind: ClassVar[Kind] = Kind.VARIANT

    product_key_id: strawberry.Private[str]
    known_levels: strawberry.Private[list[InventoryLevel] | None] = None
    raw: strawberry.Private[dict[str, Any]]
    title: str = strawberry.field(description="Its name within the product.")
    sku: str | None = strawberry.field(description="The shop's own article number.")
    barcode: str | None = strawberry.field(description="GTIN, EAN, UPC or ISBN.")
    price: Money | None = strawberry.field(description="What it costs now; null when no price is set.")
    compare_at_price: Money | None = strawberry.field(description="The struck-through price, when it is reduced.")
    options: list[SelectedOption] = strawberry.field(description="What tells it from its sisters.")
    position: int | None = strawberry.field(description="Its place among its sisters, from 1.")
    weight: Weight | None = strawberry.field(description="Its weight.")
    requires_shipping: bool | None = strawberry.field(description="Whether it is shipped at all.")
    inventory_tracked: bool | None = strawberry.field(description="Whether its stock is counted.")
    sells_when_out_of_stock: bool | None = strawberry.field(description="Whether it can be bought without stock.")
    created_at: datetime | None = strawberry.field(description="When it was made.")
    updated_at: datetime | None = strawberry.field(description="When the platform last changed it.")
    extras: VariantExtras | None = strawberry.field(description="What only its platform knows.")

    @strawberry.field(description="The product it is a form of.", metadata=linked(Kind.PRODUCT, "product_key_id"))
    async def product(self, info: Info) -> Product | None:
        """Follow the link to the product."""
        found: Product | None = await info.context.one(Key(Kind.PRODUCT, self.store_name, self.product_key_id))
        return found

    @strawberry.field(
        description="Its stock, one row for each location.", metadata=listed("inventory_levels", lambda variant: variant.known_levels)
    )
    async def inventory_levels(self, info: Info) -> list[InventoryLevel]:
        """Return all stock levels; some platforms send them along with the variant."""
        if self.known_levels is not None:
            return self.known_levels
        return await info.context.children("inventory_levels", self.key)

    @strawberry.field(description="The platform's free fields on the variant. `keys` picks some.")
    def metadata(self, keys: list[str] | None = None) -> JSON:
        """Return the free fields."""
        return chosen(self.raw, keys)
