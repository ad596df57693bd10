"""Inputs: what the mutations take. One class for an item of each mutation; a field that is left out is left alone, null clears it.

Names are those of the entities that come out of the queries, so that what was read can be sent back.
"""

from datetime import datetime
from decimal import Decimal
from enum import Enum

import strawberry
from strawberry.scalars import JSON

from schema.commands import CancelReason, RefundReason
from schema.products import ProductStatus

UNSET = strawberry.UNSET


@strawberry.enum(description="A unit of weight.")
class WeightUnit(Enum):
    """The units a weight can be given in."""

    GRAMS = strawberry.enum_value("GRAMS", description="g")
    KILOGRAMS = strawberry.enum_value("KILOGRAMS", description="kg")
    OUNCES = strawberry.enum_value("OUNCES", description="oz")
    POUNDS = strawberry.enum_value("POUNDS", description="lb")


@strawberry.input(description="What has to be true on the platform for a write to be made; else it is rejected and nothing is changed.")
class GuardInput:
    """Expectations; those left out are not asked."""

    version: datetime | None = strawberry.field(default=None, description="The `updatedAt` the entity has to have.")
    available: int | None = strawberry.field(default=None, description="The available units the stock level has to have.")
    price: Decimal | None = strawberry.field(default=None, description="The price the variant has to have.")


@strawberry.input(description="An exact amount of money in one currency.")
class MoneyInput:
    """An amount with its currency."""

    amount: Decimal = strawberry.field(description='The amount as text, e.g. "12.50".')
    currency_code: str = strawberry.field(description="ISO 4217 code; has to be the store's.")


@strawberry.input(description="Set the available units of a stock level.")
class InventorySetInput:
    """One stock level."""

    inventory_level_id: strawberry.ID = strawberry.field(description="Global id of the stock level.")
    available: int = strawberry.field(description="Units that can be sold, from 0 to 1,000,000,000.")
    guard: GuardInput | None = strawberry.field(default=None, description="What has to be true.")


@strawberry.input(description="Add to, or take from, the available units of a stock level.")
class InventoryAdjustInput:
    """One stock level."""

    inventory_level_id: strawberry.ID = strawberry.field(description="Global id of the stock level.")
    delta: int = strawberry.field(description="Units to add; negative takes away; not 0.")
    guard: GuardInput | None = strawberry.field(default=None, description="What has to be true.")


@strawberry.input(description="Set the price of a variant.")
class PriceSetInput:
    """One variant."""

    variant_id: strawberry.ID = strawberry.field(description="Global id of the variant.")
    price: MoneyInput = strawberry.field(description="What it costs.")
    compare_at_price: MoneyInput | None = strawberry.field(default=UNSET, description="The struck-through price; null removes it.")
    guard: GuardInput | None = strawberry.field(default=None, description="What has to be true.")


@strawberry.input(description="One choice that tells variants apart.")
class ProductOptionInput:
    """An option."""

    name: str = strawberry.field(description="What is chosen, e.g. Size.")
    values: list[str] = strawberry.field(description="What it can be.")


@strawberry.input(description="What a variant is of a choice.")
class SelectedOptionInput:
    """One option of one variant."""

    name: str = strawberry.field(description="What is chosen, e.g. Size.")
    value: str = strawberry.field(description="What it is, e.g. XL.")


@strawberry.input(description="A weight.")
class WeightInput:
    """A number and its unit."""

    value: Decimal = strawberry.field(description="The number.")
    unit: WeightUnit = strawberry.field(description="The unit.")


@strawberry.input
class _VariantFieldsInput:
    """What a variant is made of."""

    sku: str | None = strawberry.field(default=UNSET, description="The shop's own article number.")
    barcode: str | None = strawberry.field(default=UNSET, description="GTIN, EAN, UPC or ISBN.")
    price: Decimal | None = strawberry.field(default=UNSET, description="What it costs, in the store's currency.")
    compare_at_price: Decimal | None = strawberry.field(default=UNSET, description="The struck-through price, in the store's currency.")
    options: list[SelectedOptionInput] | None = strawberry.field(default=UNSET, description="What tells it from its sisters.")
    weight: WeightInput | None = strawberry.field(default=UNSET, description="Its weight.")
    requires_shipping: bool | None = strawberry.field(default=UNSET, description="Whether it is shipped at all.")
    inventory_tracked: bool | None = strawberry.field(default=UNSET, description="Whether its stock is counted.")
    sells_when_out_of_stock: bool | None = strawberry.field(default=UNSET, description="Whether it can be bought without stock.")


@strawberry.input
class _ProductFieldsInput:
    """What a product is made of."""

    handle: str | None = strawberry.field(default=UNSET, description="Its name in addresses.")
    status: ProductStatus | None = strawberry.field(default=UNSET, description="Whether it is on sale.")
    description_html: str | None = strawberry.field(default=UNSET, description="Its description, as HTML.")
    vendor: str | None = strawberry.field(default=UNSET, description="Who makes it.")
    product_type: str | None = strawberry.field(default=UNSET, description="The shop's word for what it is.")
    tags: list[str] | None = strawberry.field(default=UNSET, description="Words to attach; replaces those it has.")
    options: list[ProductOptionInput] | None = strawberry.field(default=UNSET, description="What a buyer can choose.")
    platform_fields: JSON | None = strawberry.field(
        default=UNSET, description="Fields of the platform's own, given to it as they are: see the README for each platform."
    )


@strawberry.input(description="A variant of a product that is being made.")
class NewVariantInput(_VariantFieldsInput):
    """A variant."""

    quantity: int | None = strawberry.field(default=UNSET, description="Available units to begin with.")


@strawberry.input(description="Make a product.")
class ProductCreateInput(_ProductFieldsInput):
    """A product."""

    store: strawberry.ID = strawberry.field(description="The store to make it in, by id or short name.")
    title: str = strawberry.field(description="Its name.")
    variants: list[NewVariantInput] | None = strawberry.field(default=None, description="Its variants; one is made when none is given.")


@strawberry.input(description="Change a product.")
class ProductUpdateInput(_ProductFieldsInput):
    """A product."""

    product_id: strawberry.ID = strawberry.field(description="Global id of the product.")
    title: str | None = strawberry.field(default=UNSET, description="Its name.")
    guard: GuardInput | None = strawberry.field(default=None, description="What has to be true.")


@strawberry.input(description="Delete a product and its variants.")
class ProductDeleteInput:
    """A product."""

    product_id: strawberry.ID = strawberry.field(description="Global id of the product.")
    guard: GuardInput | None = strawberry.field(default=None, description="What has to be true.")


@strawberry.input(description="Add a variant to a product.")
class VariantCreateInput(NewVariantInput):
    """A variant."""

    product_id: strawberry.ID = strawberry.field(description="Global id of the product.")


@strawberry.input(description="Change a variant.")
class VariantUpdateInput(_VariantFieldsInput):
    """A variant."""

    variant_id: strawberry.ID = strawberry.field(description="Global id of the variant.")
    guard: GuardInput | None = strawberry.field(default=None, description="What has to be true.")


@strawberry.input(description="Delete a variant.")
class VariantDeleteInput:
    """A variant."""

    variant_id: strawberry.ID = strawberry.field(description="Global id of the variant.")
    guard: GuardInput | None = strawberry.field(default=None, description="What has to be true.")


@strawberry.input(description="Units of one line of an order.")
class OrderLineUnitsInput:
    """A line and a number."""

    line_id: str = strawberry.field(description="`platformId` of the order's line.")
    quantity: int = strawberry.field(description="Units, from 1.")


@strawberry.input(description="How to follow one parcel.")
class TrackingInput:
    """A parcel at its carrier."""

    number: str | None = strawberry.field(default=None, description="The parcel's number.")
    company: str | None = strawberry.field(default=None, description="The carrier.")
    url: str | None = strawberry.field(default=None, description="Where to follow it.")


@strawberry.input(description="Record that something was sent.")
class ShipmentCreateInput:
    """One shipment."""

    order_id: strawberry.ID = strawberry.field(description="Global id of the order.")
    lines: list[OrderLineUnitsInput] | None = strawberry.field(default=None, description="What is in it; all that is open when left out.")
    tracking: TrackingInput | None = strawberry.field(default=None, description="How to follow it.")
    location_id: strawberry.ID | None = strawberry.field(default=None, description="Global id of the location it left from.")
    notify_customer: bool = strawberry.field(default=False, description="Whether the platform tells the buyer.")
    shipped_at: datetime | None = strawberry.field(default=None, description="When it left; now when left out.")


@strawberry.input(description="Change the tracking of a shipment.")
class ShipmentUpdateInput:
    """One shipment."""

    shipment_id: strawberry.ID = strawberry.field(description="Global id of the shipment.")
    tracking: TrackingInput = strawberry.field(description="How to follow it now.")
    notify_customer: bool = strawberry.field(default=False, description="Whether the platform tells the buyer.")


@strawberry.input(description="Call a whole order off.")
class OrderCancelInput:
    """One order."""

    order_id: strawberry.ID = strawberry.field(description="Global id of the order.")
    reason: CancelReason = strawberry.field(default=CancelReason.OTHER, description="Why.")
    note: str | None = strawberry.field(default=None, description="Why, for the shop's staff.")
    restock: bool = strawberry.field(default=True, description="Whether the goods go back to stock, where the platform leaves the choice.")
    refund: bool = strawberry.field(default=True, description="Whether the money goes back, where the platform leaves the choice.")
    notify_customer: bool = strawberry.field(default=False, description="Whether the platform tells the buyer.")
    guard: GuardInput | None = strawberry.field(default=None, description="What has to be true.")


@strawberry.input(description="Change tags, note or status of an order.")
class OrderUpdateInput:
    """One order."""

    order_id: strawberry.ID = strawberry.field(description="Global id of the order.")
    tags: list[str] | None = strawberry.field(default=UNSET, description="Words to attach; replaces those it has.")
    note: str | None = strawberry.field(default=UNSET, description="The shop's note.")
    status: str | None = strawberry.field(default=UNSET, description="The platform's own word for the status, where it has one to set.")
    guard: GuardInput | None = strawberry.field(default=None, description="What has to be true.")


@strawberry.input(description="Tell a marketplace that an order was taken on.")
class OrderAcknowledgeInput:
    """One order."""

    order_id: strawberry.ID = strawberry.field(description="Global id of the order.")


@strawberry.input(description="Units of one line to give money back for.")
class RefundLineInput:
    """A line, a number, and what becomes of the goods."""

    line_id: str = strawberry.field(description="`platformId` of the order's line.")
    quantity: int = strawberry.field(description="Units, from 1.")
    amount: Decimal | None = strawberry.field(default=None, description="Money for them; what was paid for them when left out.")
    restock: bool = strawberry.field(default=False, description="Whether the goods go back to stock.")


@strawberry.input(description="Money to give back for shipping: all of it, or an amount.")
class RefundShippingInput:
    """One of the two."""

    all: bool = strawberry.field(default=False, description="All that is left of it.")
    amount: Decimal | None = strawberry.field(default=None, description="An amount.")


@strawberry.input(description="Give money back for an order: lines, shipping, an amount of its own, or with none of them all that is left.")
class RefundCreateInput:
    """One refund."""

    order_id: strawberry.ID = strawberry.field(description="Global id of the order.")
    lines: list[RefundLineInput] | None = strawberry.field(default=None, description="The lines it is for.")
    shipping: RefundShippingInput | None = strawberry.field(default=None, description="The part of it for shipping.")
    amount: MoneyInput | None = strawberry.field(default=None, description="An amount that belongs to no line.")
    reason: RefundReason = strawberry.field(default=RefundReason.OTHER, description="Why.")
    note: str | None = strawberry.field(default=None, description="Why, for the shop's staff.")
    notify_customer: bool = strawberry.field(default=False, description="Whether the platform tells the buyer.")


@strawberry.input(description="A postal address; parts left out are left alone.")
class AddressInput:
    """Parts of an address."""

    first_name: str | None = strawberry.field(default=UNSET, description="Given name.")
    last_name: str | None = strawberry.field(default=UNSET, description="Family name.")
    company: str | None = strawberry.field(default=UNSET, description="Company.")
    address1: str | None = strawberry.field(default=UNSET, description="First line: street and number.")
    address2: str | None = strawberry.field(default=UNSET, description="Second line: flat, building, floor.")
    city: str | None = strawberry.field(default=UNSET, description="City or town.")
    province: str | None = strawberry.field(default=UNSET, description="Name of the state, province or region.")
    province_code: str | None = strawberry.field(default=UNSET, description="Code of the state, province or region.")
    postal_code: str | None = strawberry.field(default=UNSET, description="Postal code.")
    country_code: str | None = strawberry.field(default=UNSET, description="ISO 3166-1 alpha-2 code of the country.")
    phone: str | None = strawberry.field(default=UNSET, description="Phone number.")


@strawberry.input
class _CustomerFieldsInput:
    """What a customer's record is made of."""

    email: str | None = strawberry.field(default=UNSET, description="E-mail address.")
    phone: str | None = strawberry.field(default=UNSET, description="Phone number.")
    first_name: str | None = strawberry.field(default=UNSET, description="Given name.")
    last_name: str | None = strawberry.field(default=UNSET, description="Family name.")
    address: AddressInput | None = strawberry.field(default=UNSET, description="Default address.")
    tags: list[str] | None = strawberry.field(default=UNSET, description="Words to attach; replaces those it has.")
    note: str | None = strawberry.field(default=UNSET, description="The shop's note.")


@strawberry.input(description="Make a customer's record.")
class CustomerCreateInput(_CustomerFieldsInput):
    """A customer."""

    store: strawberry.ID = strawberry.field(description="The store to make it in, by id or short name.")


@strawberry.input(description="Change a customer's record.")
class CustomerUpdateInput(_CustomerFieldsInput):
    """A customer."""

    customer_id: strawberry.ID = strawberry.field(description="Global id of the customer.")
    guard: GuardInput | None = strawberry.field(default=None, description="What has to be true.")
