"""Customers as the platform shows them."""

import hashlib
from random import Random

from adapters.woocommerce.sandbox.seed.facts import FIRST_CUSTOMER, Facts
from adapters.woocommerce.sandbox.table import Head, Row

OTHER_ROLES = ("wholesale_customer", "subscriber", "shop_manager")


def customer_heads(facts: Facts) -> list[Head]:
    """Return the heads of the customers, then those of a few users with other roles, who come on top of the profile's number."""
    draw = Random(f"{facts.name}/customer times")
    heads = []
    for place in range(facts.profile.customers + facts.profile.other_roles):
        extra = place - facts.profile.customers
        created = draw.randrange(facts.since, facts.until - 86_400)
        modified = created + draw.randrange(facts.until - created)
        heads.append(customer_head(facts, FIRST_CUSTOMER + place, created, modified, "customer" if extra < 0 else OTHER_ROLES[extra % 3]))
    return heads


def customer_head(facts: Facts, customer_id: int, created: int, modified: int, role: str = "customer") -> Head:
    """Return one customer's head."""
    somebody = facts.person(customer_id)
    return Head(customer_id, created, modified, label=somebody.name, mark=somebody.email, type=role)


def customer_row(facts: Facts, head: Head) -> Row:
    """Return one customer's row."""
    somebody = facts.person(head.id)
    avatar = hashlib.sha256(head.mark.encode()).hexdigest()
    meta = [{"id": head.id * 10, "key": "loyalty", "value": {"tier": "gold", "since": 2021}}] if head.id % 7 == 0 else []
    return {
        "id": head.id,
        "email": head.mark,
        "first_name": somebody.first,
        "last_name": somebody.last,
        "role": head.type,
        "username": head.mark.partition("@")[0],
        "billing": {**somebody.billing(), "email": head.mark},
        "shipping": somebody.shipping(filled=head.id % 3 != 0),
        "is_paying_customer": head.id % 5 != 0,
        "avatar_url": f"https://avatars.example.com/{avatar}?s=96",
        "meta_data": meta,
    }
