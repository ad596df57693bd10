"""The mutation that writes a whole product: lists it names are replaced, what it does not name stays."""

from typing import Any

from adapters.shopify.sandbox.handles import normalized
from adapters.shopify.sandbox.jobs import Job
from adapters.shopify.sandbox.options import DEFAULT, TITLE, Choice, choice_of, options_of, relist
from adapters.shopify.sandbox.payloads import Payload, problem
from adapters.shopify.sandbox.product_fields import change_product, handle_of, make_product, product_problems
from adapters.shopify.sandbox.product_writes import MOST_OPTIONS, operation_row
from adapters.shopify.sandbox.seed.catalogue import Product, Variant
from adapters.shopify.sandbox.seed.identifiers import gid
from adapters.shopify.sandbox.seed.stock import NAMES
from adapters.shopify.sandbox.tables import Row
from adapters.shopify.sandbox.variant_fields import change_variant, item_problems, make_variant, price_problems
from adapters.shopify.sandbox.variant_writes import BUSY, MOST_VARIANTS, record_update, set_quantity
from adapters.shopify.sandbox.writing import Arguments, Write

LISTS = ("productOptions", "variants", "collections", "files")


def set_product(write: Write, arguments: Arguments) -> Payload:
    """Make or change a product as described, at once or by a job."""
    problems, head = _sought(write, arguments)
    if head is not None and write.store.jobs.holds(head.id):
        problems = [BUSY]
    if problems:
        return Payload(*problems)
    if arguments["synchronous"]:
        return _set(write, arguments)
    row = operation_row(write, "ProductSetOperation")

    def run(job: Job) -> None:
        payload = _set(write, arguments)
        job.row.update(status="COMPLETE", product=payload["product"], userErrors=payload.problems)

    write.store.jobs.submit(run, row, busy=head.id if head else None)
    return Payload(productSetOperation={**row, "status": "CREATED"})


def _sought(write: Write, arguments: Arguments) -> tuple[list[Row], Product | None]:
    """Find the product a request means; None when it is to be made."""
    identifier, given = arguments.get("identifier") or {}, arguments["input"]
    if given.get("id") and identifier:
        return [problem("The id field is not allowed if identifier is provided.", "input", code="ID_NOT_ALLOWED")], None
    number = identifier.get("id") or given.get("id")
    if number:
        head = write.product(number)
        return ([] if head else [problem("Product does not exist", "input", code="PRODUCT_DOES_NOT_EXIST")]), head
    handle = identifier.get("handle")
    if handle is None:
        return [], None
    if given.get("handle") and normalized(given["handle"], "") != handle:
        told = "The identifier value does not match the value of the corresponding field in the input."
        return [problem(told, "input", code="INPUT_MISMATCH")], None
    return [], next((head for head in write.store.products.heads.values() if head.handle == handle), None)


def _set(write: Write, arguments: Arguments) -> Payload:
    problems, head = _sought(write, arguments)
    given = dict(arguments["input"])
    if (arguments.get("identifier") or {}).get("handle") and not given.get("handle"):
        given["handle"] = arguments["identifier"]["handle"]
    handle, taken = handle_of(write.store, given, head)
    problems += product_problems(given, new=head is None) + taken + _option_problems(given, head) + _variant_problems(write, given, head)
    if problems:
        return Payload(*problems)
    fresh = head is None
    product = make_product(write.store, given, handle, write.moment) if head is None else change_product(
        write.store, head, given, handle, write.moment)  # fmt: skip
    value = {name: part for name, part in arguments["input"].items() if name not in {"id", *LISTS}}
    write.effect("product.create" if fresh else "product.update", gid("Product", product.id), value)
    _set_variants(write, product, given, fresh=fresh)
    return Payload(product=write.store.products.row(product.id))


def _option_problems(given: Row, head: Product | None) -> list[Row]:
    options, variants = given.get("productOptions"), given.get("variants")
    if options is None:
        told = "Product options input is required when updating variants"
        lacks = variants is not None and any(part.get("optionName") != TITLE for row in variants for part in row["optionValues"])
        return [problem(told, "input", "productOptions", code="PRODUCT_OPTIONS_INPUT_MISSING")] if lacks else []
    if variants is None and head is not None:
        return [problem("Variants input is required when updating product options", "input", "variants", code="VARIANTS_INPUT_MISSING")]
    if len(options) > MOST_OPTIONS:
        told = f"The number of options provided exceeds the limit of {MOST_OPTIONS} options"
        return [problem(told, "input", "productOptions", code="OPTIONS_OVER_LIMIT")]
    names = [option.get("name") for option in options]
    if len(set(names)) < len(names):
        return [problem("Duplicated option name", "input", "productOptions", code="DUPLICATED_OPTION_NAME")]
    for at, option in enumerate(options):
        values = [value.get("name") for value in option.get("values") or ()]
        path = ("input", "productOptions", at, "values")
        if not values:
            return [problem("Option values are missing", *path, code="OPTION_VALUES_MISSING")]
        if len(set(values)) < len(values):
            return [problem("Duplicated option value", *path, code="DUPLICATED_OPTION_VALUE")]
    return []


def _variant_problems(write: Write, given: Row, head: Product | None) -> list[Row]:
    rows = given.get("variants") or ()
    if len(rows) > MOST_VARIANTS:
        told = f"The number of variants provided exceeds the limit of {MOST_VARIANTS} variants"
        return [problem(told, "input", "variants", code="VARIANTS_OVER_LIMIT")]
    found: list[Row] = []
    taken: list[Choice] = []
    names = [option.get("name") for option in given.get("productOptions") or ({"name": TITLE},)]
    for at, row in enumerate(rows):
        path = ("input", "variants", at)
        wrong = price_problems(row, path) + item_problems(row.get("inventoryItem") or {}, (*path, "inventoryItem"))
        found += [{**each, "code": "INVALID_VARIANT"} for each in wrong]
        variant = write.variant(row["id"]) if row.get("id") else None
        if row.get("id") and (variant is None or head is None or variant.product.id != head.id):
            found.append(problem("Product variant does not exist", *path, "id", code="PRODUCT_VARIANT_DOES_NOT_EXIST"))
        choice = _choice(row)
        if sorted(choice) != sorted(map(str, names)):
            found.append(problem("Option does not exist", *path, "optionValues", code="OPTION_DOES_NOT_EXIST"))
        if choice in taken:
            told = f"The variant '{' / '.join(choice.values())}' already exists. Please change at least one option value."
            found.append(problem(told, *path, code="INVALID_VARIANT"))
        taken.append(choice)
        found += _quantity_problems(write, row, path)
    return found


def _quantity_problems(write: Write, row: Row, path: tuple[str | int, ...]) -> list[Row]:
    found: list[Row] = []
    for at, level in enumerate(row.get("inventoryQuantities") or ()):
        where = (*path, "inventoryQuantities", at)
        if write.place(level["locationId"]) is None:
            found.append(problem("Location does not exist", *where, "locationId", code="INVALID_INPUT"))
        if level["name"] not in NAMES[:2]:
            told = "The quantity name must be either 'available' or 'on_hand'."
            found.append(problem(told, *where, "name", code="INVALID_INPUT"))
    return found


def _choice(row: Row) -> Choice:
    return {part.get("optionName") or TITLE: part.get("name") or DEFAULT for part in row["optionValues"]}


def _set_variants(write: Write, product: Product, given: Row, *, fresh: bool) -> None:
    store = write.store
    rows = given.get("variants")
    if rows is None and not fresh:
        return
    options = given.get("productOptions") or [{"name": TITLE, "values": [{"name": DEFAULT}]}]
    declared = {option["name"]: [value["name"] for value in option.get("values") or ()] for option in options}
    own = store.variants_of(product)
    if rows is None:
        make_variant(store, product, {}, {name: values[0] for name, values in declared.items()}, write.moment)
    matched = [_match(write, own, row) for row in rows or ()]
    kept = {variant.id for variant in matched if variant}
    for variant in own:
        if variant.id not in kept and rows is not None:
            store.variants.drop(variant.id)
            write.effect("variant.delete", gid("ProductVariant", variant.id))
    for row, known in zip(rows or (), matched, strict=True):
        _set_variant(write, product, row, known, list(declared))
    order = declared if given.get("productOptions") or fresh else options_of(store, product)
    store.products.put(store.products.heads[product.id], relist(store, product, order))


def _match(write: Write, own: list[Variant], row: Row) -> Variant | None:
    if row.get("id"):
        return write.variant(row["id"])
    return next((variant for variant in own if choice_of(write.store, variant) == _choice(row)), None)


def _set_variant(write: Write, product: Product, row: Row, variant: Variant | None, names: list[str]) -> None:
    named = _choice(row)
    choice = {name: named[name] for name in names}
    content: dict[str, Any] = {name: value for name, value in row.items() if name not in {"optionValues", "inventoryQuantities", "sku"}}
    if "sku" in row:
        content["inventoryItem"] = {"sku": row["sku"], **(row.get("inventoryItem") or {})}
    if variant is None:
        made = make_variant(write.store, product, content, choice, write.moment)
        write.effect("variant.create", gid("ProductVariant", made.id), row)
    else:
        made = change_variant(write.store, variant, content, choice, write.moment)
        record_update(write, made.id, row)
    for level in row.get("inventoryQuantities") or ():
        place = write.place(level["locationId"]) or 0
        mirrored = write.store.stock.level(made.index, place).quantities
        extra = mirrored["on_hand"] - mirrored["available"] if level["name"] == "on_hand" else 0
        set_quantity(write, made, place, level["quantity"] - extra)
