"""Customers as heads, and as the platform shows them."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from adapters.magento.sandbox.dates import shown
from adapters.magento.sandbox.seed.facts import Facts
from adapters.magento.sandbox.table import Row

NULLABLE = ("dob", "gender", "middlename", "prefix", "suffix", "taxvat", "default_billing", "default_shipping", "confirmation")


@dataclass(slots=True)
class Customer:
    """An account; times are whole seconds since 1970 UTC; `made` tells that all it says is in its changes."""

    id: int
    created: int
    updated: int
    website: int = 1
    made: bool = False
    changes: dict[str, Any] = field(default_factory=dict)


def make_customers(facts: Facts) -> list[Customer]:
    """Return every account of the seed, oldest first."""
    draw = Random(f"{facts.name}/customers")
    times = sorted(draw.randrange(facts.since, facts.until) for _ in range(facts.profile.customers))
    sites = len(facts.profile.websites)
    return [
        Customer(place + 1, created, min(created + draw.randrange(200 * 86_400), facts.until), 2 if sites > 1 and place % 9 == 8 else 1)
        for place, created in enumerate(times)
    ]


def customer_row(facts: Facts, customer: Customer) -> Row:
    """Return the full account, with its address where one was given."""
    buyer = facts.person(customer.id)
    complete = buyer.complete and not customer.made
    view = next(view for view in facts.profile.views if view.website == customer.website)
    row: Row = {
        "id": customer.id,
        "group_id": 1 if customer.website == 1 else 2,
        "created_at": shown(customer.created),
        "updated_at": shown(customer.updated),
        "created_in": view.name,
        "email": email_of(facts, customer),
        "firstname": buyer.first,
        "lastname": buyer.last,
        "store_id": view.id,
        "website_id": customer.website,
        "addresses": [_address(facts, customer)] if complete else [],
        "disable_auto_group_change": 0,
        "extension_attributes": {"is_subscribed": customer.id % 3 == 0 and not customer.made},
    }
    return {**row, **({"default_billing": str(customer.id), "default_shipping": str(customer.id)} if complete else {})}


def email_of(facts: Facts, customer: Customer) -> str:
    """Return an account's e-mail; the same one may have an account on each website."""
    return facts.person(customer.id - 1 if customer.website > 1 and customer.id % 2 else customer.id).email


def _address(facts: Facts, customer: Customer) -> Row:
    buyer = facts.person(customer.id)
    row: Row = {
        "id": customer.id,
        "customer_id": customer.id,
        "region": {"region_code": buyer.city.code, "region": buyer.city.region, "region_id": buyer.city.region_id},
        "region_id": buyer.city.region_id,
        "country_id": buyer.country,
        "street": list(buyer.street),
        "telephone": buyer.phone,
        "postcode": buyer.city.postcode,
        "city": buyer.city.name,
        "firstname": buyer.first,
        "lastname": buyer.last,
        "default_shipping": True,
        "default_billing": True,
    }
    return {**row, **({"company": buyer.company} if buyer.company else {})}
