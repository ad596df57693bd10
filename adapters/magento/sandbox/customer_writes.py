"""Writes to customers: an account of an e-mail there is once on each website.

A change of one has to say who it is, by name, e-mail and website; a list of addresses replaces the one there was.
"""

import re
from collections.abc import Mapping
from typing import Any

from adapters.magento.sandbox.bodies import row_part, whole
from adapters.magento.sandbox.calls import Answer, Call
from adapters.magento.sandbox.errors import refusal
from adapters.magento.sandbox.seed.customers import Customer
from adapters.magento.sandbox.site import Site
from adapters.magento.sandbox.table import Row

FORM = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
NAMES = {"firstname": "First Name", "lastname": "Last Name"}
FIXED = frozenset({"id", "created_at", "updated_at", "created_in", "addresses"})
DEFAULTS = ("default_billing", "default_shipping")


def create(site: Site, call: Call) -> Answer:
    """Answer POST /V1/customers, which needs no permission."""
    sent = row_part(call, "customer")
    website = whole(sent, "website_id") or 1
    _check(site, sent, website)
    now = site.instant()
    customer = Customer(site.customers.last_id + 1, now, now, website, made=True)
    site.customers.add(customer)
    _write(site, customer, sent)
    site.record(call, "customer.create", customer.id, sent)
    return Answer(site.customers.row(customer.id))


def update(site: Site, call: Call) -> Answer:
    """Answer PUT /V1/customers/{customerId}."""
    sent = row_part(call, "customer")
    customer = site.customers.heads.get(call.number())
    if customer is None:
        raise refusal("customer", fieldName="customerId", fieldValue=call.number())
    website = whole(sent, "website_id")
    if website is None:
        raise refusal("customer value", "Associate to Website")
    _check(site, sent, website, customer)
    customer.updated = site.instant()
    _write(site, customer, sent)
    site.record(call, "customer.update", customer.id, sent)
    return Answer(site.customers.row(customer.id))


def _check(site: Site, sent: Mapping[str, Any], website: int, own: Customer | None = None) -> None:
    if not sent.get("email"):
        raise refusal("customer email")
    if not FORM.fullmatch(str(sent["email"])):
        raise refusal("email")
    for name, label in NAMES.items():
        if not str(sent.get(name) or "").strip():
            raise refusal("customer value", label)
    if not 0 < website <= len(site.facts.profile.websites):
        raise refusal("website", website)
    email = str(sent["email"]).casefold()
    for other in site.customers.heads.values():
        if other is not own and other.website == website and str(site.customers.value(other, "email")).casefold() == email:
            raise refusal("email taken")


def _write(site: Site, customer: Customer, sent: Mapping[str, Any]) -> None:
    customer.changes |= {name: value for name, value in sent.items() if name not in FIXED and value is not None}
    if sent.get("addresses") is not None:
        addresses = [_address(site, customer, row) for row in sent["addresses"]]
        customer.changes["addresses"] = addresses
        for name in DEFAULTS:
            chosen = next((str(row["id"]) for row in addresses if row.get(name)), None)
            customer.changes |= {name: chosen} if chosen else {}
    site.customers.refresh(customer.id)


def _address(site: Site, customer: Customer, sent: Mapping[str, Any]) -> Row:
    region = dict(sent.get("region") or {})
    row = {"id": whole(sent, "id") or next(site.numbers), "customer_id": customer.id, "region": region}
    kept = {name: value for name, value in sent.items() if value is not None and name not in row}
    return {**row, **({"region_id": region["region_id"]} if "region_id" in region else {}), **kept}
