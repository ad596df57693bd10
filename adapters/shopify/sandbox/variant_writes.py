"""Mutations of variants, several of one product in one go, and of their stock items."""

from adapters.shopify.sandbox.options import DEFAULT, TITLE, Choice, choice_of, options_of, read_choice, relist
from adapters.shopify.sandbox.payloads import Payload, problem
from adapters.shopify.sandbox.seed.catalogue import Product, Variant
from adapters.shopify.sandbox.seed.identifiers import gid
from adapters.shopify.sandbox.stock_writes import LARGEST
from adapters.shopify.sandbox.tables import Row
from adapters.shopify.sandbox.variant_fields import change_item, change_variant, item_problems, make_variant, price_problems
from adapters.shopify.sandbox.writing import Arguments, Write

PRICE_FIELDS = {"id", "price", "compareAtPrice"}
MOST_VARIANTS = 2_048
BUSY = problem("This product is currently being modified. Please try again later.", code="TOO_MANY_PARALLEL_REQUESTS_FOR_THIS_PRODUCT")
NO_QUANTITIES = (
    "Inventory quantities can only be provided during create. To update inventory for existing variants, use inventoryAdjustQuantities."
)


def update_variants(write: Write, arguments: Arguments) -> Payload:
    """Change variants: all or none, or with `allowPartialUpdates` those that are right."""
    product = write.product(arguments["productId"])
    problems = _product_problems(write, product)
    if problems or product is None:
        return Payload(*problems)
    good: list[tuple[Variant, Row, Choice | None]] = []
    known: list[Variant] = []
    for at, row in enumerate(arguments["variants"]):
        variant, choice, wrong = _read_update(write, product, at, row)
        known += [variant] if variant else []
        if variant and not wrong:
            good.append((variant, row, choice))
        problems += wrong
    if problems and not arguments["allowPartialUpdates"]:
        return Payload(*problems, product=write.store.products.row(product.id))
    for variant, row, choice in good:
        change_variant(write.store, variant, row, choice, write.moment)
        record_update(write, variant.id, row)
    _finish(write, product)
    rows = [write.store.variants.row(variant.id) for variant in known]
    return Payload(*problems, product=write.store.products.row(product.id), productVariants=rows)


def create_variants(write: Write, arguments: Arguments) -> Payload:
    """Add variants to a product, all or none; the one it was made with goes as the strategy says."""
    product = write.product(arguments["productId"])
    problems = _product_problems(write, product)
    if problems or product is None:
        return Payload(*problems)
    standing = _standing(write, product, arguments.get("strategy") or "DEFAULT")
    taken = [tuple(choice_of(write.store, variant).values()) for variant in standing]
    if len(standing) + len(arguments["variants"]) > MOST_VARIANTS:
        problems = [problem(f"You can only have up to {MOST_VARIANTS} variants for a product.", "variants", code="INVALID_INPUT")]
    choices: list[Choice] = []
    for at, row in enumerate(arguments["variants"]):
        choice, wrong = _read_create(write, product, at, row, taken)
        choices.append(choice)
        taken.append(tuple(choice.values()))
        problems += wrong
    if problems:
        return Payload(*problems, product=write.store.products.row(product.id))
    declared = options_of(write.store, product)
    for variant in write.store.variants_of(product):
        if variant not in standing:
            write.store.variants.drop(variant.id)
            declared = {TITLE: []} if variant.title == DEFAULT else declared
    made = [_create(write, product, row, choice) for row, choice in zip(arguments["variants"], choices, strict=True)]
    _finish(write, product, declared)
    rows = [write.store.variants.row(variant.id) for variant in made]
    return Payload(product=write.store.products.row(product.id), productVariants=rows)


def delete_variants(write: Write, arguments: Arguments) -> Payload:
    """Delete variants of a product, all or none; one has to stay."""
    product = write.product(arguments["productId"])
    problems = _product_problems(write, product)
    if problems or product is None:
        return Payload(*problems)
    own = write.store.variants_of(product)
    wanted = [write.variant(identity) for identity in arguments["variantsIds"]]
    for at, variant in enumerate(wanted):
        if variant is None or variant not in own:
            told = "At least one variant does not belong to the product"
            problems.append(problem(told, "variantsIds", at, code="AT_LEAST_ONE_VARIANT_DOES_NOT_BELONG_TO_THE_PRODUCT"))
    chosen = {variant.id: variant for variant in wanted if variant}
    if not problems and len(chosen) == len(own):
        problems.append(problem("Cannot delete the last variant of a product", "variantsIds", code="CANNOT_DELETE_LAST_VARIANT"))
    if problems:
        return Payload(*problems)
    for number in chosen:
        write.store.variants.drop(number)
        write.effect("variant.delete", gid("ProductVariant", number))
    _finish(write, product)
    return Payload(product=write.store.products.row(product.id))


def update_item(write: Write, arguments: Arguments) -> Payload:
    """Change a stock item."""
    variant = write.item(arguments["id"])
    if variant is None:
        return Payload(problem("The product couldn't be updated because it does not exist.", "id"))
    problems = item_problems(arguments["input"], ("input",), None)
    if problems:
        return Payload(*problems)
    head = change_item(write.store, variant, arguments["input"], write.moment)
    write.effect("variant.update", gid("ProductVariant", head.id), arguments["input"])
    write.store.move_product(head.product.id, write.moment)
    return Payload(inventoryItem=write.store.item_row(head))


def set_quantity(write: Write, variant: Variant, place: int, quantity: int) -> None:
    """Put units of a variant at a place, and stock it there."""
    stock, moment = write.store.stock, write.moment
    stock.activate(variant.index, place, moment)
    stock.change(variant.index, place, quantity, moment)


def record_update(write: Write, number: int, row: Row) -> None:
    """Record what was changed of a variant: its price, or more."""
    entity = gid("ProductVariant", number)
    if row.keys() <= PRICE_FIELDS:
        write.effect("price.set", entity, (write.store.variants.row(number) or {})["price"])
    else:
        write.effect("variant.update", entity, {name: value for name, value in row.items() if name != "id"})


def _product_problems(write: Write, product: Product | None) -> list[Row]:
    if product is None:
        return [problem("Product does not exist", "productId", code="PRODUCT_DOES_NOT_EXIST")]
    return [BUSY] if write.store.jobs.holds(product.id) else []


def _read_update(write: Write, product: Product, at: int, row: Row) -> tuple[Variant | None, Choice | None, list[Row]]:
    path = ("variants", at)
    if row.get("id") is None:
        return None, None, [problem("Product variant is missing ID attribute", *path, code="PRODUCT_VARIANT_ID_MISSING")]
    variant = write.variant(row["id"])
    if variant is None or variant.product.id != product.id:
        return None, None, [problem("Product variant does not exist", *path, "id", code="PRODUCT_VARIANT_DOES_NOT_EXIST")]
    problems = price_problems(row, path) + item_problems(row.get("inventoryItem") or {}, (*path, "inventoryItem"))
    if row.get("inventoryQuantities"):
        problems.append(problem(NO_QUANTITIES, *path, "inventoryQuantities", code="NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE"))
    choice = None
    if row.get("optionValues"):
        known = choice_of(write.store, variant)
        choice, wrong = read_choice(write.store, product, row["optionValues"], path, known)
        others = [choice_of(write.store, other) for other in write.store.variants_of(product) if other.id != variant.id]
        problems += wrong or ([_exists(choice, path)] if choice in others else [])
    return variant, choice, problems


def _standing(write: Write, product: Product, strategy: str) -> list[Variant]:
    """Return the variants that stay when others are added."""
    own = write.store.variants_of(product)
    if len(own) != 1:
        return own
    goes = strategy == "REMOVE_STANDALONE_VARIANT" or (strategy == "DEFAULT" and own[0].title == DEFAULT)
    return [] if goes else own


def _read_create(write: Write, product: Product, at: int, row: Row, taken: list[tuple[str, ...]]) -> tuple[Choice, list[Row]]:
    path = ("variants", at)
    problems = price_problems(row, path) + item_problems(row.get("inventoryItem") or {}, (*path, "inventoryItem"))
    if row.get("id") is not None:
        problems.append(problem("Variants can't have an ID when they are created", *path, "id", code="NO_KEY_ON_CREATE"))
    choice, wrong = read_choice(write.store, product, row.get("optionValues") or (), path, {})
    problems += wrong or ([_exists(choice, path)] if tuple(choice.values()) in taken else [])
    for place, level in enumerate(row.get("inventoryQuantities") or ()):
        where = (*path, "inventoryQuantities", place)
        if write.place(level["locationId"]) is None:
            told = "Quantity couldn't be set because a location was deleted"
            problems.append(problem(told, *where, code="TRACKED_VARIANT_LOCATION_NOT_FOUND"))
        elif abs(level["availableQuantity"]) > LARGEST:
            problems.append(problem("Inventory quantity is out of range", *where, "availableQuantity", code="INVALID_INPUT"))
    return choice, problems


def _exists(choice: Choice, path: tuple[str | int, ...]) -> Row:
    told = f"The variant '{' / '.join(choice.values())}' already exists. Please change at least one option value."
    return problem(told, *path, code="VARIANT_ALREADY_EXISTS")


def _create(write: Write, product: Product, row: Row, choice: Choice) -> Variant:
    made = make_variant(write.store, product, row, choice, write.moment)
    for level in row.get("inventoryQuantities") or ():
        set_quantity(write, made, write.place(level["locationId"]) or 0, level["availableQuantity"])
    write.effect("variant.create", gid("ProductVariant", made.id), row)
    return made


def _finish(write: Write, product: Product, declared: dict[str, list[str]] | None = None) -> None:
    """Let the product follow its variants."""
    store = write.store
    laid = relist(store, product, declared if declared is not None else options_of(store, product))
    store.products.put(store.products.heads[product.id], laid)
    store.move_product(product.id, write.moment)
