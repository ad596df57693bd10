"""Fields only one platform has: an interface a kind, implemented by each platform's own type."""

import strawberry

from schema.canonical import Canonical


class Extras(Canonical):
    """Base of all extras interfaces."""


@strawberry.interface(description="What only one platform knows of an order.")
class OrderExtras(Extras):
    """Implemented by each platform's own type for orders."""

    platform: str = strawberry.field(description="The platform these fields belong to.")


@strawberry.interface(description="What only one platform knows of a product.")
class ProductExtras(Extras):
    """Implemented by each platform's own type for products."""

    platform: str = strawberry.field(description="The platform these fields belong to.")


@strawberry.interface(description="What only one platform knows of a variant.")
class VariantExtras(Extras):
    """Implemented by each platform's own type for variants."""

    platform: str = strawberry.field(description="The platform these fields belong to.")


@strawberry.interface(description="What only one platform knows of a customer.")
class CustomerExtras(Extras):
    """Implemented by each platform's own type for customers."""

    platform: str = strawberry.field(description="The platform these fields belong to.")
