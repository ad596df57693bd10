"""Fields that answer from stock: levels by item or location, quantities, and what follows from them for variants and products."""

from typing import Any

from adapters.shopify.sandbox.connections import page, page_of_rows
from adapters.shopify.sandbox.errors import FieldError
from adapters.shopify.sandbox.execution import Run
from adapters.shopify.sandbox.lists import search
from adapters.shopify.sandbox.seed.identifiers import BASES
from adapters.shopify.sandbox.seed.stock import NAMES, Level, quantity_row
from adapters.shopify.sandbox.tables import Row
from adapters.shopify.sandbox.view import View

Arguments = dict[str, Any]


def levels_of_item(run: Run, row: Row, arguments: Arguments) -> Row:
    """List where an item is stocked."""
    head = run.subject.store.item(int(row["legacyResourceId"]))
    found = search(run, "inventoryLevels", arguments.get("query"))
    rows = run.subject.store.level_rows(head, inactive=arguments["includeInactive"])
    return page_of_rows([level for level in rows if found.test is None or found.test(level["level"])], arguments)


def levels_of_location(run: Run, row: Row, arguments: Arguments) -> Row:
    """Walk all items; a level's place in the order is its item's number."""
    store, place = run.subject.store, int(row["legacyResourceId"]) - BASES["Location"]
    found = search(run, "inventoryLevels", arguments.get("query"))
    heads, inactive = store.variants.heads, arguments["includeInactive"]

    def passes(number: int) -> bool:
        level = store.stock.level(heads[number].index, place)
        return (inactive or level.active) and (found.test is None or found.test(level))

    def build(number: int) -> Row:
        return next(level for level in store.level_rows(heads[number], inactive=True) if level["level"].place == place)

    return page(store.variants.sorted("ID"), build, arguments, test=passes)


def level_at(run: Run, row: Row, arguments: Arguments) -> Row | None:
    """Find the level where an item and a location meet, from either side."""
    store = run.subject.store
    wanted = arguments["locationId"] if "locationId" in arguments else row["id"]
    item = row["id"] if "locationId" in arguments else arguments["inventoryItemId"]
    head = store.item(int(item.rsplit("/", 1)[-1]))
    rows = store.level_rows(head, inactive=arguments["includeInactive"]) if head else []
    place = int(wanted.rsplit("/", 1)[-1]) - BASES["Location"]
    return next((level for level in rows if level["level"].place == place), None)


def quantities(_: Run, row: Row, arguments: Arguments) -> list[Row]:
    """Answer the named quantities of a level, in the order asked."""
    level: Level = row["level"]
    unknown = [name for name in arguments["names"] if name not in NAMES]
    if unknown:
        raise FieldError(f"The quantity name '{unknown[0]}' is not valid.", "BAD_REQUEST")
    return [quantity_row(level, name) for name in arguments["names"]]


def quantity_of_variant(run: Run, row: Row, _: Arguments) -> int:
    """Add up what can be sold of a variant; untracked ones show 0."""
    head = run.subject.store.variants.heads[int(row["legacyResourceId"])]
    return run.subject.store.stock.available(head.index) if head.tracked else 0


def for_sale(run: Run, row: Row, arguments: Arguments) -> bool:
    """Tell whether a variant can be bought."""
    head = run.subject.store.variants.heads[int(row["legacyResourceId"])]
    left = not head.tracked or row["inventoryPolicy"] == "CONTINUE" or quantity_of_variant(run, row, arguments) > 0
    return left and run.subject.store.products.heads[head.product.id].status in {"ACTIVE", "UNLISTED"}


def stocks_out(view: View, head: Any) -> bool:
    """Tell whether a tracked variant of a product is out of stock."""
    return any(variant.tracked and view.store.stock.available(variant.index) <= 0 for variant in view.store.variants_of(head))


def tracks(view: View, head: Any) -> bool:
    """Tell whether a product counts any of its variants."""
    return any(variant.tracked for variant in view.store.variants_of(head))
