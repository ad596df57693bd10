"""What only WooCommerce knows of orders, products, variants and customers."""

import strawberry

from schema.canonical import Canonical
from schema.extras import CustomerExtras, OrderExtras, ProductExtras, VariantExtras
from schema.money import Money


@strawberry.type(description="A fee on a WooCommerce order.")
class WooCommerceFee(Canonical):
    """One fee line; a negative one is a reduction."""

    name: str | None = strawberry.field(description="What the buyer saw.")
    amount: Money | None = strawberry.field(description="The fee without its tax; may be negative.")
    tax: Money | None = strawberry.field(description="Tax on the fee.")


@strawberry.type(description="What only WooCommerce knows of an order.")
class WooCommerceOrderExtras(OrderExtras):
    """Fields of WooCommerce's order without a canonical place."""

    payment_method: str | None = strawberry.field(description="The payment gateway's own word, e.g. stripe.")
    payment_method_title: str | None = strawberry.field(description="The way of payment as the buyer saw it.")
    transaction_id: str | None = strawberry.field(description="The payment's reference at its gateway.")
    prices_include_tax: bool | None = strawberry.field(
        description="Whether prices were entered with tax; the order's sums are always without."
    )
    coupon_codes: list[str] = strawberry.field(description="The coupons used.")
    fees: list[WooCommerceFee] = strawberry.field(description="The fees, one by one.")


@strawberry.type(description="What only WooCommerce knows of a product.")
class WooCommerceProductExtras(ProductExtras):
    """Fields of WooCommerce's product without a canonical place."""

    type: str | None = strawberry.field(description="Its kind: simple, variable, grouped, external, or a plugin's word.")
    catalog_visibility: str | None = strawberry.field(description="Where it is shown: visible, catalog, search or hidden.")
    categories: list[str] = strawberry.field(description="Names of all its categories.")
    stock_status: str | None = strawberry.field(description="Whether it can be had: instock, outofstock or onbackorder.")
    backorders: str | None = strawberry.field(description="Whether it can be bought without stock: no, notify or yes.")
    total_sales: int | None = strawberry.field(description="Units sold, as the shop counts them.")


@strawberry.type(description="What only WooCommerce knows of a variant.")
class WooCommerceVariantExtras(VariantExtras):
    """Fields of WooCommerce's simple product or variation without a canonical place."""

    regular_price: Money | None = strawberry.field(description="The price outside of a sale.")
    sale_price: Money | None = strawberry.field(description="The price in a sale, whether or not it runs now.")
    stock_status: str | None = strawberry.field(description="Whether it can be had: instock, outofstock or onbackorder.")
    backorders: str | None = strawberry.field(description="Whether it can be bought without stock: no, notify or yes.")
    shares_stock: bool | None = strawberry.field(description="Whether its stock is its product's, shared with its sisters.")


@strawberry.type(description="What only WooCommerce knows of a customer.")
class WooCommerceCustomerExtras(CustomerExtras):
    """Fields of WooCommerce's customer without a canonical place."""

    username: str | None = strawberry.field(description="The name used to sign in.")
    role: str | None = strawberry.field(description="The account's role, e.g. customer.")
    is_paying_customer: bool | None = strawberry.field(description="Whether something was ever paid.")
