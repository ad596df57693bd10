"""Adding tags to and taking them from whatever has tags; asking for what is so already is carried out again."""

from collections.abc import Callable

from adapters.shopify.sandbox.access import denied
from adapters.shopify.sandbox.customer_writes import lay_customer
from adapters.shopify.sandbox.errors import FieldError
from adapters.shopify.sandbox.nodes import GLOBAL_ID
from adapters.shopify.sandbox.order_state import find_order
from adapters.shopify.sandbox.order_writes import lay_order
from adapters.shopify.sandbox.payloads import Payload, problem
from adapters.shopify.sandbox.product_fields import change_product
from adapters.shopify.sandbox.seed.identifiers import gid
from adapters.shopify.sandbox.tables import Row
from adapters.shopify.sandbox.writing import Arguments, Write, number_of

# What can be tagged, and the scope that asks for.
TAGGED = {"Order": "write_orders", "Product": "write_products", "Customer": "write_customers"}
Change = Callable[[list[str], list[str]], list[str]]


def add_tags(write: Write, arguments: Arguments) -> Payload:
    """Add tags."""
    return _change(write, "tagsAdd", arguments, lambda standing, given: [*standing, *given])


def remove_tags(write: Write, arguments: Arguments) -> Payload:
    """Take tags away, whatever their case."""

    def without(standing: list[str], given: list[str]) -> list[str]:
        gone = {tag.lower() for tag in given}
        return [tag for tag in standing if tag.lower() not in gone]

    return _change(write, "tagsRemove", arguments, without)


def _change(write: Write, field: str, arguments: Arguments, change: Change) -> Payload:
    identity = arguments["id"]
    match = GLOBAL_ID.fullmatch(identity)
    kind = match.group(1) if match else ""
    if kind not in TAGGED:
        raise FieldError(f"Invalid id: {identity}", "RESOURCE_NOT_FOUND")
    if TAGGED[kind] not in write.view.scopes:
        raise denied(field, f"`{TAGGED[kind]}` access scope.")
    found = _lay(write, kind, identity, lambda standing: change(standing, arguments["tags"]))
    return Payload(node=found) if found else Payload(problem(f"{kind} does not exist", "id"))


def _lay(write: Write, kind: str, identity: str, change: Callable[[list[str]], list[str]]) -> Row | None:
    store = write.store
    if kind == "Order":
        order = find_order(write, identity)
        if order is not None:
            lay_order(write, order, {"tags": change(list(order.tags))})
        return store.orders.row(order.id) if order else None
    if kind == "Customer":
        person = store.customers.heads.get(number_of(identity, "Customer"))
        if person is not None:
            lay_customer(write, person, {"tags": change(list(person.tags))})
        return store.customers.row(person.id) if person else None
    product = write.product(identity)
    if product is not None:
        tags = change(list(product.tags))
        change_product(store, product, {"tags": tags}, product.handle, write.moment)
        write.effect("product.update", gid("Product", product.id), {"tags": tags})
    return store.products.row(product.id) if product else None
