"""Postal addresses and ways to reach a person. What a platform withholds or lacks is null, never an empty text."""

import strawberry

from schema.canonical import Canonical


@strawberry.type(description="A postal address as the shop has it; parts it lacks are null.")
class Address(Canonical):
    """A postal address; `province_code` and `country_code` are codes only where the platform has codes."""

    first_name: str | None = strawberry.field(default=None, description="Given name.")
    last_name: str | None = strawberry.field(default=None, description="Family name.")
    company: str | None = strawberry.field(default=None, description="Company.")
    address1: str | None = strawberry.field(default=None, description="First line: street and number.")
    address2: str | None = strawberry.field(default=None, description="Second line: flat, building, floor.")
    city: str | None = strawberry.field(default=None, description="City or town.")
    province: str | None = strawberry.field(default=None, description="Name of the state, province or region.")
    province_code: str | None = strawberry.field(default=None, description="Code of the state, province or region.")
    postal_code: str | None = strawberry.field(default=None, description="Postal code.")
    country: str | None = strawberry.field(default=None, description="Name of the country.")
    country_code: str | None = strawberry.field(default=None, description="ISO 3166-1 alpha-2 code of the country.")
    phone: str | None = strawberry.field(default=None, description="Phone number as the shop has it.")


@strawberry.type(description="How to reach the buyer of an order, guests included.")
class Contact(Canonical):
    """The buyer's name, e-mail and phone as written on the order."""

    name: str | None = strawberry.field(default=None, description="The buyer's name as written on the order.")
    email: str | None = strawberry.field(default=None, description="E-mail address.")
    phone: str | None = strawberry.field(default=None, description="Phone number.")
