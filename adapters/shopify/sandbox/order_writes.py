"""Mutations of orders that leave goods and money alone: note, tags, contact, address, archive."""

import re
from typing import Any

from adapters.shopify.sandbox.addresses import address_problems, address_row
from adapters.shopify.sandbox.metafield_writes import put_metafields
from adapters.shopify.sandbox.order_state import change_order, find_order, order_row
from adapters.shopify.sandbox.payloads import Payload, problem
from adapters.shopify.sandbox.product_fields import tags_of
from adapters.shopify.sandbox.seed.identifiers import gid, iso
from adapters.shopify.sandbox.seed.orders import Order
from adapters.shopify.sandbox.tables import Row
from adapters.shopify.sandbox.writing import Arguments, Write

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
PHONE = re.compile(r"\+?[\d\s().-]{7,20}")
LAID = ("note", "phone", "poNumber", "email", "customAttributes")
UNKNOWN = "Order does not exist"


def update_order(write: Write, arguments: Arguments) -> Payload:
    """Change an order; lists that are sent replace those that stand there."""
    given = {name: value for name, value in arguments["input"].items() if name != "id"}
    head = find_order(write, arguments["input"]["id"])
    if head is None:
        return Payload(problem(UNKNOWN, "id"))
    row = order_row(write.store, head)
    problems = contact_problems(given)
    if not given:
        problems = [problem("No valid update parameters have been provided")]
    if given.get("shippingAddress") is not None:
        problems += address_problems(given["shippingAddress"], row["shippingAddress"] or {}, "shippingAddress")
    if problems:
        return Payload(*problems, order=row)
    lay_order(write, head, given)
    return Payload(order=write.store.orders.row(head.id))


def close_order(write: Write, arguments: Arguments) -> Payload:
    """Put an order into the archive."""
    return _archive(write, arguments["input"]["id"], closed=True)


def open_order(write: Write, arguments: Arguments) -> Payload:
    """Take an order out of the archive."""
    return _archive(write, arguments["input"]["id"], closed=False)


def contact_problems(given: Row, *, word: str = "is invalid") -> list[Row]:
    """Return what is wrong with an email address or a phone number."""
    found: list[Row] = []
    if given.get("email") and not EMAIL.fullmatch(given["email"]):
        found.append(problem(f"Email {word}", "email"))
    if given.get("phone") and not PHONE.fullmatch(given["phone"]):
        found.append(problem(f"Phone {word}", "phone"))
    return found


def lay_order(write: Write, head: Order, given: Row) -> None:
    """Lay checked input over an order, and record it."""
    store, row = write.store, order_row(write.store, head)
    laid: Row = {name: given[name] for name in LAID if name in given}
    changed: dict[str, Any] = {}
    if "customAttributes" in given:
        laid["customAttributes"] = given["customAttributes"] or []
    if "tags" in given:
        changed["tags"] = tags_of(given["tags"] or ())
        laid["tags"] = list(changed["tags"])
    if given.get("shippingAddress") is not None:
        laid["shippingAddress"] = address_row(store, given["shippingAddress"], row["shippingAddress"], "Address")
        laid["billingAddressMatchesShippingAddress"] = False
    if given.get("metafields"):
        laid["metafields"] = put_metafields(store, row["metafields"], given["metafields"], write.moment)
    change_order(store, head, laid, write.moment, **changed)
    write.effect("order.update", gid("Order", head.id), given)


def _archive(write: Write, identity: str, *, closed: bool) -> Payload:
    head = find_order(write, identity)
    if head is None:
        return Payload(problem(UNKNOWN, "id"))
    if bool(head.closed) is not closed:
        laid = {"closed": closed, "closedAt": iso(write.moment) if closed else None}
        change_order(write.store, head, laid, write.moment, closed=write.moment if closed else 0)
        write.effect("order.update", gid("Order", head.id), {"closed": closed})
    return Payload(order=write.store.orders.row(head.id))
