"""Options of products: what variants can be chosen by, worked out anew whenever variants come, change or go."""

from collections.abc import Iterable, Mapping, Sequence

from adapters.shopify.sandbox.payloads import problem
from adapters.shopify.sandbox.seed.catalogue import Product, Variant
from adapters.shopify.sandbox.seed.identifiers import BASES, gid
from adapters.shopify.sandbox.store import Store
from adapters.shopify.sandbox.tables import Row

Choice = dict[str, str]  # option name -> value, in the order of the options
TITLE = "Title"
DEFAULT = "Default Title"


def choice_of(store: Store, variant: Variant) -> Choice:
    """Return what a variant is."""
    row = store.variants.row(variant.id) or {}
    return {option["name"]: option["value"] for option in row["selectedOptions"]}


def options_of(store: Store, product: Product) -> dict[str, list[str]]:
    """Return a product's options with their values, used or not."""
    row = store.products.row(product.id) or {}
    return {option["name"]: [value["name"] for value in option["optionValues"]] for option in row["options"]}


def read_choice(
    store: Store, product: Product, given: Sequence[Row], path: tuple[str | int, ...], known: Choice
) -> tuple[Choice, list[Row]]:
    """Read option values as mutations give them, over what is known; returns the choice, and what is wrong with it."""
    row = store.products.row(product.id) or {}
    options = {option["name"]: option for option in row["options"]}
    chosen, problems = dict(known), []
    for at, part in enumerate(given):
        option = next(
            (found for found in options.values() if found["id"] == part.get("optionId")), options.get(part.get("optionName") or "")
        )
        if option is None:
            problems.append(problem("Option does not exist", *path, "optionValues", at, code="OPTION_DOES_NOT_EXIST"))
            continue
        value = part.get("name") or next((found["name"] for found in option["optionValues"] if found["id"] == part.get("id")), None)
        if value is None:
            problems.append(problem("Option value does not exist", *path, "optionValues", at, code="OPTION_VALUE_DOES_NOT_EXIST"))
            continue
        chosen[option["name"]] = value
    lacking = [name for name in options if name not in chosen]
    if lacking and not problems:
        problems.append(problem(f"You need to add option values for {', '.join(lacking)}", *path, code="NEED_TO_ADD_OPTION_VALUES"))
    return {name: chosen[name] for name in options if name in chosen}, problems


def title_of(choice: Choice) -> str:
    """Name a variant after what it is."""
    return " / ".join(choice.values()) or DEFAULT


def selected(choice: Mapping[str, str]) -> list[Row]:
    """Write a choice as the wire shows it."""
    return [{"name": name, "value": value} for name, value in choice.items()]


def relist(store: Store, product: Product, declared: Mapping[str, Iterable[str]]) -> Row:
    """Work out the options of a product from its variants: wire fields to lay over its row.

    `declared` holds the options in their order; values nobody uses stay declared, but are not shown as values.
    """
    own = store.variants_of(product)
    choices = [choice_of(store, variant) for variant in own]
    rows: list[Row] = []
    for place, (name, values) in enumerate(declared.items()):
        used = {choice.get(name) for choice in choices}
        every = list(dict.fromkeys([*values, *(choice[name] for choice in choices if name in choice)]))
        rows.append(
            {
                "__typename": "ProductOption",
                "id": gid("ProductOption", BASES["ProductOption"] + product.index * 10 + place),
                "name": name,
                "position": place + 1,
                "values": [value for value in every if value in used],
                "optionValues": [_value(product, place, at, value, used=value in used) for at, value in enumerate(every)],
            }
        )
    return {"options": rows, "hasOnlyDefaultVariant": len(own) == 1 and own[0].title == DEFAULT}


def _value(product: Product, place: int, at: int, name: str, *, used: bool) -> Row:
    number = BASES["ProductOptionValue"] + product.index * 1_000 + place * 100 + at
    return {"__typename": "ProductOptionValue", "id": gid("ProductOptionValue", number), "name": name, "hasVariants": used}
