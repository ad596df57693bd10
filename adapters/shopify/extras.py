"""What only Shopify knows of orders, products, variants and customers."""

import strawberry

from schema.extras import CustomerExtras, OrderExtras, ProductExtras, VariantExtras
from schema.money import Money


@strawberry.type(description="What only Shopify knows of an order.")
class ShopifyOrderExtras(OrderExtras):
    """Fields of Shopify's Order without a canonical place."""

    confirmation_number: str | None = strawberry.field(description="The code the buyer sees.")
    po_number: str | None = strawberry.field(description="The buyer's purchase order number.")
    return_status: str | None = strawberry.field(description="How far returns are, in Shopify's word.")
    source_locale: str | None = strawberry.field(description="The buyer's language, e.g. fr-FR.")
    payment_gateways: list[str] = strawberry.field(description="The ways of payment used.")
    presentment_total: Money | None = strawberry.field(description="The total in the currency the buyer saw.")
    current_total: Money | None = strawberry.field(description="The total after returns and edits.")
    received: Money | None = strawberry.field(description="What was paid so far.")


@strawberry.type(description="What only Shopify knows of a product.")
class ShopifyProductExtras(ProductExtras):
    """Fields of Shopify's Product without a canonical place."""

    category: str | None = strawberry.field(description="Place in Shopify's own taxonomy.")
    is_gift_card: bool | None = strawberry.field(description="Whether it is a gift card.")
    total_inventory: int | None = strawberry.field(description="Available units over all variants and locations.")


@strawberry.type(description="What only Shopify knows of a variant.")
class ShopifyVariantExtras(VariantExtras):
    """Fields of Shopify's ProductVariant and InventoryItem without a canonical place."""

    inventory_item_id: str | None = strawberry.field(description="Id of the item whose stock is counted.")
    taxable: bool | None = strawberry.field(description="Whether tax is charged.")
    unit_cost: Money | None = strawberry.field(description="What one unit costs the shop.")
    country_of_origin: str | None = strawberry.field(description="ISO 3166-1 alpha-2 code.")
    harmonized_system_code: str | None = strawberry.field(description="Customs tariff number.")


@strawberry.type(description="What only Shopify knows of a customer.")
class ShopifyCustomerExtras(CustomerExtras):
    """Fields of Shopify's Customer without a canonical place."""

    state: str | None = strawberry.field(description="State of the customer's account, in Shopify's word.")
    locale: str | None = strawberry.field(description="The customer's language.")
    verified_email: bool | None = strawberry.field(description="Whether the e-mail address was confirmed.")
    marketing_state: str | None = strawberry.field(description="Whether e-mail marketing is agreed to, in Shopify's word.")
