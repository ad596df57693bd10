"""Mutations of single products: make, change, delete (at once or by a job)."""

from collections.abc import Callable

from adapters.shopify.sandbox.errors import FieldError
from adapters.shopify.sandbox.jobs import Job
from adapters.shopify.sandbox.options import DEFAULT, TITLE, relist
from adapters.shopify.sandbox.payloads import Payload, problem
from adapters.shopify.sandbox.product_fields import change_product, handle_of, make_product, product_problems
from adapters.shopify.sandbox.seed.catalogue import Product
from adapters.shopify.sandbox.seed.identifiers import BASES, gid
from adapters.shopify.sandbox.tables import Row
from adapters.shopify.sandbox.variant_fields import make_variant
from adapters.shopify.sandbox.writing import Arguments, Write

MOST_OPTIONS = 3
UNKNOWN = "Product does not exist"
UNDER_WAY = "Another operation already in progress. Please wait until current one is finished."
MODIFIED = "This product is currently being modified. Please try again later."


def need_product(field: str) -> Callable[[Arguments], None]:
    """Make the check that a request says something of the product."""

    def check(arguments: Arguments) -> None:
        if arguments.get("product") is None:
            told = f"{field} must include exactly one of the following arguments: input, product."
            raise FieldError(told, "INVALID_FIELD_ARGUMENTS")

    return check


def create_product(write: Write, arguments: Arguments) -> Payload:
    """Make a product with its first variant."""
    given = arguments["product"]
    problems = product_problems(given, new=True)
    options = given.get("productOptions") or ()
    if len(options) > MOST_OPTIONS:
        problems.append(problem(f"Can only specify a maximum of {MOST_OPTIONS} options", "productOptions"))
    handle, taken = handle_of(write.store, given, None)
    problems += taken
    if problems:
        return Payload(*problems)
    head = make_product(write.store, given, handle, write.moment)
    declared = {option.get("name") or TITLE: [value["name"] for value in option.get("values") or ()] for option in options}
    declared = declared or {TITLE: [DEFAULT]}
    choice = {name: (values or [DEFAULT])[0] for name, values in declared.items()}
    make_variant(write.store, head, {}, choice, write.moment)
    write.store.products.put(head, relist(write.store, head, declared))
    write.effect("product.create", gid("Product", head.id), given)
    return Payload(product=write.store.products.row(head.id))


def update_product(write: Write, arguments: Arguments) -> Payload:
    """Change a product; what is not named stays."""
    given = arguments["product"]
    head = write.product(given["id"]) if given.get("id") else None
    if head is None:
        return Payload(problem(UNKNOWN, "id"))
    if write.store.jobs.holds(head.id):
        return Payload(problem(MODIFIED))
    handle, taken = handle_of(write.store, given, head)
    problems = product_problems(given, new=False) + taken
    if problems:
        return Payload(*problems, product=write.store.products.row(head.id))
    change_product(write.store, head, given, handle, write.moment)
    write.effect("product.update", gid("Product", head.id), {name: value for name, value in given.items() if name not in {"id", *SETTINGS}})
    return Payload(product=write.store.products.row(head.id))


# Fields of the input that say how to change, not what.
SETTINGS = {"deleteConflictingConstrainedMetafields"}


def delete_product(write: Write, arguments: Arguments) -> Payload:
    """Delete a product and its variants, at once, or by a job until whose end it can still be read."""
    head = write.product(arguments["input"]["id"])
    if head is None:
        return Payload(problem(UNKNOWN, "id"))
    if write.store.jobs.holds(head.id):
        return Payload(problem(UNDER_WAY))
    if arguments["synchronous"]:
        _delete(write, head)
        return Payload(deletedProductId=gid("Product", head.id))
    row = operation_row(write, "ProductDeleteOperation")

    def run(job: Job) -> None:
        _delete(write, head)
        job.row.update(status="COMPLETE", deletedProductId=gid("Product", head.id))

    write.store.jobs.submit(run, row, busy=head.id)
    return Payload(productDeleteOperation={**row, "status": "CREATED"})


def operation_row(write: Write, kind: str) -> Row:
    """Write the operation of a job on a product that has just been accepted."""
    number = gid(kind, BASES[kind] + write.store.number(kind))
    return {"__typename": kind, "id": number, "status": "ACTIVE", "product": None, "deletedProductId": None, "userErrors": []}


def _delete(write: Write, head: Product) -> None:
    for variant in write.store.variants_of(head):
        write.store.variants.drop(variant.id)
    if write.store.products.drop(head.id):
        write.effect("product.delete", gid("Product", head.id))
