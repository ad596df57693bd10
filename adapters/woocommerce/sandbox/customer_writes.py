"""Customers are made, changed and deleted; users with other roles are not to be touched by a key."""

import hashlib
import itertools

from adapters.woocommerce.sandbox import rendering
from adapters.woocommerce.sandbox.bodies import CUSTOMER, Body, check, is_email, sent, text
from adapters.woocommerce.sandbox.calls import Answer, Call
from adapters.woocommerce.sandbox.errors import refusal
from adapters.woocommerce.sandbox.order_parts import merge_entries
from adapters.woocommerce.sandbox.order_writes import set_addresses
from adapters.woocommerce.sandbox.reads import find
from adapters.woocommerce.sandbox.seed.facts import FIRST_CUSTOMER
from adapters.woocommerce.sandbox.site import Site
from adapters.woocommerce.sandbox.table import Head, Row

SHIPPING = ("first_name", "last_name", "company", "address_1", "address_2", "city", "state", "postcode", "country", "phone")
OPEN_ROLES = frozenset({"customer", "subscriber"})


def create_customer(site: Site, call: Call) -> Answer:
    """POST customers."""
    check(call.body, CUSTOMER, ["email"])
    row = make_customer(site, call, call.body)
    return Answer(row, 201, {"Location": call.link(f"customers/{row['id']}")})


def put_customer(site: Site, call: Call) -> Answer:
    """PUT customers/{id}. An unknown one is 404 here, and 400 in a batch, which asks for no permission first."""
    check(call.body, CUSTOMER)
    head = find(site.customers, call.ids[0], "customer")
    if head.type not in OPEN_ROLES and ("password" in call.body or call.body.get("email", head.mark) != head.mark):
        raise refusal("edit", 403)
    return Answer(change_customer(site, call, head.id, call.body))


def delete_customer(site: Site, call: Call) -> Answer:
    """DELETE customers/{id}, which works only with `force`."""
    head = find(site.customers, call.ids[0], "customer")
    if head.type not in OPEN_ROLES:
        raise refusal("delete", 403)
    return Answer(drop_customer(site, call, head.id, force=call.forced))


def make_customer(site: Site, call: Call, body: Body) -> Row:
    """Make a customer; without a user name the e-mail address gives one."""
    if body.get("id"):
        raise refusal("customer exists")
    email = text(body.get("email")).lower()
    if not is_email(email):
        raise refusal("email wrong")
    if _owner(site, email):
        raise refusal("email taken")
    username = _username(site, text(body.get("username")), email)
    now, customer_id = site.instant(), max(site.customers.last_id + 1, FIRST_CUSTOMER)
    head = Head(customer_id, now, now, mark=email, type="customer")
    row = _blank(head, username)
    _fill(site, head, row, body)
    site.customers.add(head, row)
    call.record("customer.create", str(head.id), sent(body))
    return rendering.customer(site, head, call, {})


def change_customer(site: Site, call: Call, customer_id: int, body: Body) -> Row:
    """Change a customer; another one's e-mail address is merely called invalid here."""
    head = find(site.customers, customer_id, "customer", 400)
    email, username = text(body.get("email")).lower(), text(body.get("username"))
    if email and (not is_email(email) or _owner(site, email) not in {None, head.id}):
        raise refusal("email of another")
    if username and username != site.customers.row(head.id)["username"]:
        raise refusal("username fixed")
    row = site.customers.edit(head.id)
    if email:
        row["email"] = head.mark = email
    _fill(site, head, row, body)
    site.customers.stamp(head.id, "modified", site.instant())
    call.record("customer.update", str(head.id), sent(body))
    return rendering.customer(site, head, call, {})


def drop_customer(site: Site, call: Call, customer_id: int, *, force: bool) -> Row:
    """Delete a customer for good and return it as it was."""
    if not force:
        raise refusal("no trash")
    row = rendering.customer(site, find(site.customers, customer_id, "customer"), call, {})
    site.forget(site.customers, customer_id)
    return row


def _owner(site: Site, email: str) -> int | None:
    return next((head.id for head in site.customers.heads.values() if head.mark == email), None)


def _username(site: Site, wanted: str, email: str) -> str:
    taken = {site.customers.row(customer_id)["username"].lower() for customer_id in site.customers.heads}
    if wanted.lower() in taken:
        raise refusal("username taken")
    local = email.partition("@")[0]
    turns = itertools.chain([local], (f"{local}{turn}" for turn in itertools.count(2)))
    return wanted or next(name for name in turns if name not in taken)


def _blank(head: Head, username: str) -> Row:
    avatar = hashlib.sha256(head.mark.encode()).hexdigest()
    named: Row = {"id": head.id, "email": head.mark, "first_name": "", "last_name": "", "role": "customer", "username": username}
    named |= {"billing": dict.fromkeys((*SHIPPING[:-1], "email", "phone"), ""), "shipping": dict.fromkeys(SHIPPING, "")}
    return {**named, "is_paying_customer": False, "avatar_url": f"https://avatars.example.com/{avatar}?s=96", "meta_data": []}


def _fill(site: Site, head: Head, row: Row, body: Body) -> None:
    for name in ("first_name", "last_name"):
        if name in body:
            row[name] = text(body[name])
    set_addresses(row, body)
    merge_entries(site, row, body.get("meta_data"))
    head.label = f"{row['first_name']} {row['last_name']}".strip()
