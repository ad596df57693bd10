"""What only Amazon knows of orders, products and variants."""

from datetime import datetime

import strawberry

from schema.canonical import Canonical
from schema.extras import OrderExtras, ProductExtras, VariantExtras
from schema.money import Money


@strawberry.type(description="One payment of an Amazon order.")
class AmazonPayment(Canonical):
    """A way of payment and what was paid by it."""

    method: str | None = strawberry.field(description="Amazon's word, e.g. CreditCard.")
    amount: Money | None = strawberry.field(description="What was paid by it.")


@strawberry.type(description="A price of a SKU on one of Amazon's sites.")
class AmazonOffer(Canonical):
    """One offer."""

    marketplace_id: str | None = strawberry.field(description="Amazon's id of the site.")
    type: str | None = strawberry.field(description="Who may buy: B2C or B2B.")
    price: Money | None = strawberry.field(description="The price.")


@strawberry.type(description="A SKU on one of Amazon's sites.")
class AmazonListing(Canonical):
    """What differs between sites."""

    marketplace_id: str | None = strawberry.field(description="Amazon's id of the site.")
    asin: str | None = strawberry.field(description="The number in Amazon's catalogue.")
    status: list[str] = strawberry.field(description="BUYABLE, DISCOVERABLE, both or neither.")


@strawberry.type(description="Something Amazon finds wrong with a listing.")
class AmazonIssue(Canonical):
    """One issue."""

    code: str | None = strawberry.field(description="Amazon's code.")
    message: str | None = strawberry.field(description="What is wrong.")
    severity: str | None = strawberry.field(description="ERROR, WARNING or INFO.")
    actions: list[str] = strawberry.field(description="What Amazon does about it, e.g. SEARCH_SUPPRESSED.")


@strawberry.type(description="What only Amazon knows of an order.")
class AmazonOrderExtras(OrderExtras):
    """Fields of Amazon's order without a canonical place."""

    marketplace_id: str | None = strawberry.field(description="Amazon's id of the site it was placed on.")
    channel_name: str | None = strawberry.field(description="AMAZON, or NON_AMAZON for orders Amazon only sends.")
    seller_order_id: str | None = strawberry.field(description="The seller's own number.")
    fulfilled_by: str | None = strawberry.field(description="Who sends it: MERCHANT or AMAZON.")
    service_level: str | None = strawberry.field(description="How fast it is sent, e.g. NEXT_DAY.")
    programs: list[str] = strawberry.field(description="Programs it belongs to, e.g. PRIME.")
    ship_after: datetime | None = strawberry.field(description="When it may be sent at the earliest.")
    ship_by: datetime | None = strawberry.field(description="When it has to be sent at the latest.")
    deliver_after: datetime | None = strawberry.field(description="When it may arrive at the earliest.")
    deliver_by: datetime | None = strawberry.field(description="When it has to arrive at the latest.")
    original_order_ids: list[str] = strawberry.field(description="The orders it replaces.")
    purchase_order_number: str | None = strawberry.field(description="The number a business gave its order.")
    payments: list[AmazonPayment] = strawberry.field(description="How it was paid, where Amazon tells.")
    cancellation_requested: bool = strawberry.field(description="Whether the buyer asked to call any of it off.")


@strawberry.type(description="What only Amazon knows of a product.")
class AmazonProductExtras(ProductExtras):
    """Fields of Amazon's listing without a canonical place."""

    asin: str | None = strawberry.field(description="The number in Amazon's catalogue.")
    variation_theme: str | None = strawberry.field(description="What its variations differ in, e.g. COLOR/SIZE.")
    listings: list[AmazonListing] = strawberry.field(description="Where it is listed.")
    issues: list[AmazonIssue] = strawberry.field(description="What Amazon finds wrong with it.")


@strawberry.type(description="What only Amazon knows of a variant.")
class AmazonVariantExtras(VariantExtras):
    """Fields of Amazon's listing without a canonical place."""

    asin: str | None = strawberry.field(description="The number in Amazon's catalogue.")
    fnsku: str | None = strawberry.field(description="Amazon's label for the seller's units.")
    condition: str | None = strawberry.field(description="Its condition, e.g. new_new.")
    channels: list[str] = strawberry.field(description="Who keeps it: DEFAULT is the seller, AMAZON_NA and the like are Amazon.")
    offers: list[AmazonOffer] = strawberry.field(description="Its prices.")
    listings: list[AmazonListing] = strawberry.field(description="Where it is listed.")
    issues: list[AmazonIssue] = strawberry.field(description="What Amazon finds wrong with it.")
