"""What only Magento knows of orders, products, variants and customers."""

from datetime import datetime
from decimal import Decimal

import strawberry

from schema.canonical import Canonical
from schema.extras import CustomerExtras, OrderExtras, ProductExtras, VariantExtras
from schema.money import Money


@strawberry.type(description="A comment on a Magento order.")
class MagentoComment(Canonical):
    """One entry of an order's history."""

    text: str | None = strawberry.field(description="What was written.")
    status: str | None = strawberry.field(description="The order's status then, in the shop's word.")
    notified: bool | None = strawberry.field(description="Whether the buyer was told.")
    created_at: datetime | None = strawberry.field(description="When it was written.")


@strawberry.type(description="What only Magento knows of an order.")
class MagentoOrderExtras(OrderExtras):
    """Fields of Magento's order without a canonical place."""

    state: str | None = strawberry.field(description="Magento's own word for where the order is; its status is the merchant's.")
    store_id: int | None = strawberry.field(description="Number of the store view it was placed in.")
    store_name: str | None = strawberry.field(description="Website, store and store view it was placed in, a line each.")
    payment_method: str | None = strawberry.field(description="The way of payment in the shop's word, e.g. checkmo.")
    transaction_id: str | None = strawberry.field(description="The payment's reference at its gateway.")
    base_total: Money | None = strawberry.field(description="The total in the website's base currency.")
    base_to_order_rate: Decimal | None = strawberry.field(description="What one unit of the base currency is in the order's.")
    customer_group_id: int | None = strawberry.field(description="Number of the buyer's group.")
    external_id: str | None = strawberry.field(description="The order's number in another system, if one wrote it there.")
    original_number: str | None = strawberry.field(description="Number of the order this one came from by editing.")
    replaced_id: str | None = strawberry.field(description="Id of the order this one replaces.")
    replaced_by_id: str | None = strawberry.field(description="Id of the order that replaces this one.")
    comments: list[MagentoComment] = strawberry.field(description="The order's history.")


@strawberry.type(description="What only Magento knows of a product.")
class MagentoProductExtras(ProductExtras):
    """Fields of Magento's product without a canonical place."""

    type: str | None = strawberry.field(
        description="Its kind: simple, configurable, bundle, grouped, virtual, downloadable, or a module's word."
    )
    sku: str | None = strawberry.field(description="Its own SKU; that of a configurable product is never sold.")
    visibility: str | None = strawberry.field(description="Where it is shown.")
    attribute_set_id: int | None = strawberry.field(description="Number of its set of attributes.")
    website_ids: list[int] = strawberry.field(description="Numbers of the websites that sell it.")
    category_ids: list[str] = strawberry.field(description="Numbers of its categories.")


@strawberry.type(description="What only Magento knows of a variant.")
class MagentoVariantExtras(VariantExtras):
    """Fields of Magento's product, seen as what is sold, without a canonical place."""

    magento_product_id: str | None = strawberry.field(description="Id of the Magento product this is: each variant is one there.")
    type: str | None = strawberry.field(description="Its kind: simple, virtual, downloadable, bundle, or a module's word.")
    status: str | None = strawberry.field(description="Whether it is enabled (1) or disabled (2), apart from its product.")
    regular_price: Money | None = strawberry.field(description="The price outside of a sale.")
    special_price: Money | None = strawberry.field(description="The price in a sale, whether or not it runs now.")


@strawberry.type(description="What only Magento knows of a customer.")
class MagentoCustomerExtras(CustomerExtras):
    """Fields of Magento's customer without a canonical place."""

    group_id: int | None = strawberry.field(description="Number of the customer's group.")
    website_id: int | None = strawberry.field(description="Number of the website the record belongs to.")
    store_id: int | None = strawberry.field(description="Number of the store view the record was made in.")
    tax_number: str | None = strawberry.field(description="The customer's tax or VAT number.")
    subscribed: bool | None = strawberry.field(description="Whether the newsletter was asked for.")
