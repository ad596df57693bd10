"""Mutations of customers and their addresses."""

from dataclasses import replace
from typing import Any

from adapters.shopify.sandbox.addresses import address_row, province_problems
from adapters.shopify.sandbox.metafield_writes import put_metafields
from adapters.shopify.sandbox.order_writes import contact_problems
from adapters.shopify.sandbox.payloads import Payload, problem
from adapters.shopify.sandbox.product_fields import tags_of
from adapters.shopify.sandbox.seed.identifiers import BASES, gid, iso
from adapters.shopify.sandbox.seed.people import LOCALES, Person
from adapters.shopify.sandbox.tables import Row
from adapters.shopify.sandbox.writing import Arguments, Write, number_of

UNKNOWN = "Customer does not exist"
UNKNOWN_ADDRESS = "Customer address does not exist"
HEADS = {"firstName": "first_name", "lastName": "last_name", "email": "email", "phone": "phone"}
LAID = ("note", "locale", "taxExempt", "taxExemptions")
MODEL = "CustomerAddress"


def create_customer(write: Write, arguments: Arguments) -> Payload:
    """Make a customer's record."""
    given = arguments["input"]
    if given.get("id") is not None:
        return Payload(problem("Cannot specify ID on creation", "id"))
    problems = _problems(write, given, None)
    if problems:
        return Payload(*problems)
    head = _new(write)
    _lay(write, head, given)
    write.effect("customer.create", gid("Customer", head.id), given)
    return Payload(customer=write.store.customers.row(head.id))


def update_customer(write: Write, arguments: Arguments) -> Payload:
    """Change a customer's record; what is not named stays."""
    given = {name: value for name, value in arguments["input"].items() if name != "id"}
    identity = arguments["input"].get("id")
    head = _find(write, identity) if identity else None
    if head is None:
        return Payload(problem(UNKNOWN, "id"))
    problems = _problems(write, given, head)
    if problems:
        return Payload(*problems)
    lay_customer(write, head, given)
    return Payload(customer=write.store.customers.row(head.id))


def create_address(write: Write, arguments: Arguments) -> Payload:
    """Add an address to a customer's; the first one is the default."""
    head, given = _find(write, arguments["customerId"]), arguments["address"]
    if head is None:
        return Payload(problem(UNKNOWN, "customerId"))
    problems = province_problems(given, "address")
    if problems:
        return Payload(*problems)
    row = address_row(write.store, given, None, MODEL)
    standing = _row(write, head)["addresses"]
    _put_addresses(write, head, [*standing, row], row if arguments.get("setAsDefault") or not standing else None)
    write.effect("customer.update", gid("Customer", head.id), {"address": given})
    return Payload(address=row)


def update_address(write: Write, arguments: Arguments) -> Payload:
    """Change one of a customer's addresses."""
    head, given = _find(write, arguments["customerId"]), arguments["address"]
    number_of(arguments["addressId"], "MailingAddress")
    if head is None:
        return Payload(problem(UNKNOWN, "customerId"))
    standing = _row(write, head)["addresses"]
    known = _named(standing, arguments["addressId"])
    if known is None:
        return Payload(problem(UNKNOWN_ADDRESS, "addressId"))
    problems = province_problems(given, "address")
    if problems:
        return Payload(*problems)
    row = address_row(write.store, given, known, MODEL)
    default = arguments.get("setAsDefault") or (_row(write, head)["defaultAddress"] or {}).get("id") == known["id"]
    _put_addresses(write, head, [row if each is known else each for each in standing], row if default else None)
    write.effect("customer.update", gid("Customer", head.id), {"address": given})
    return Payload(address=row)


def lay_customer(write: Write, head: Person, given: Row) -> None:
    """Lay checked input over a customer, and record it."""
    _lay(write, head, given)
    write.effect("customer.update", gid("Customer", head.id), given)


def _find(write: Write, identity: str) -> Person | None:
    return write.store.customers.heads.get(number_of(identity, "Customer"))


def _row(write: Write, head: Person) -> Row:
    return write.store.customers.row(head.id) or {}


def _named(rows: list[Row], identity: str) -> Row | None:
    return next((row for row in rows if row["id"].split("?")[0] == identity.split("?", maxsplit=1)[0]), None)


def _problems(write: Write, given: Row, now: Person | None) -> list[Row]:
    merged = {name: given[name] if name in given else now and getattr(now, attribute) for name, attribute in HEADS.items()}
    if not any(merged.values()) and (now is None or not now.withheld):
        return [problem("A name, phone number, or email address must be present")]
    problems = contact_problems(given)
    for name, label in (("email", "Email"), ("phone", "Phone")):
        wanted = (given.get(name) or "").lower()
        others = (head for head in write.store.customers.heads.values() if now is None or head.id != now.id)
        if wanted and any((getattr(head, name) or "").lower() == wanted for head in others):
            problems.append(problem(f"{label} has already been taken", name))
    standing = _row(write, now)["addresses"] if now else []
    for at, part in enumerate(given.get("addresses") or ()):
        if part.get("id") and _named(standing, part["id"]) is None:
            problems.append(problem(UNKNOWN_ADDRESS, "addresses", at, "id"))
    return problems


def _new(write: Write) -> Person:
    store, moment = write.store, write.moment
    index = store.number("Customer")
    country = store.profile.country
    head = Person(
        id=BASES["Customer"] + index,
        index=index,
        created=moment,
        updated=moment,
        first_name=None,
        last_name=None,
        email=None,
        phone=None,
        country=country,
        state="DISABLED",
        tags=(),
        withheld=False,
    )
    laid: Row = {
        "note": None,
        "locale": LOCALES.get(country, "en"),
        "taxExempt": False,
        "taxExemptions": [],
        "verifiedEmail": True,
        "addresses": [],
        "defaultAddress": None,
        "defaultEmailAddress": None,
    }
    store.customers.put(head, laid)
    return head


def _lay(write: Write, head: Person, given: Row) -> None:
    store, row = write.store, _row(write, head)
    changed: dict[str, Any] = {HEADS[name]: given[name] or None for name in HEADS if name in given}
    laid: Row = {name: given[name] for name in LAID if name in given}
    laid["updatedAt"] = iso(write.moment)
    if "tags" in given:
        changed["tags"] = tags_of(given["tags"] or ())
    if "email" in given:
        laid["defaultEmailAddress"] = _email(given["email"], row["defaultEmailAddress"])
    if given.get("metafields"):
        laid["metafields"] = put_metafields(store, row["metafields"], given["metafields"], write.moment)
    store.customers.put(replace(head, updated=write.moment, **changed), laid)
    if given.get("addresses") is not None:
        rows = [
            address_row(store, part, _named(row["addresses"], part["id"]) if part.get("id") else None, MODEL) for part in given["addresses"]
        ]
        _put_addresses(write, store.customers.heads[head.id], rows, rows[0] if rows else None)


def _email(address: str | None, now: Row | None) -> Row | None:
    if not address:
        return None
    known = now or {"marketingState": "NOT_SUBSCRIBED", "marketingUpdatedAt": None}
    return {**known, "emailAddress": address, "validFormat": True}


def _put_addresses(write: Write, head: Person, rows: list[Row], default: Row | None) -> None:
    laid: Row = {"addresses": rows, "updatedAt": iso(write.moment)}
    if default is not None or not rows:
        laid["defaultAddress"] = default
    write.store.customers.put(replace(head, updated=write.moment), laid)
