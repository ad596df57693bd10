"""Changes variants and sets their prices. A product in one form is its own variant; the others are variations."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.woocommerce import bodies, pricing, wares
from adapters.woocommerce.catalogue import Catalogue
from adapters.woocommerce.refusals import invalid
from adapters.woocommerce.roofs import with_room
from adapters.woocommerce.sending import Sent, attempted
from adapters.woocommerce.shop import Shop
from adapters.woocommerce.updates import Item, Subject, Updates
from adapters.woocommerce.values import Json, text

RELATIVE = frozenset({"price", "compare_at_price", "options"})  # what can't be said without the row as it is

_NO_OPTIONS = "A product in one form has no options to choose; give it options, then variants."


def prices(shop: Shop, catalogue: Catalogue) -> Updates:
    """Return what sets prices."""

    async def words(items: Sequence[Item], final: bool) -> list[Sent]:
        return [attempted(_priced, item) for item in items]

    return Updates(shop, _subject("PriceSet", catalogue, words, lambda _: True))


def updates(shop: Shop, catalogue: Catalogue) -> Updates:
    """Return what changes variants."""

    async def words(items: Sequence[Item], final: bool) -> list[Sent]:
        unit = await shop.weight_unit(needed=any(item.command.changes.get("weight") for item in items))
        wanted = [(item.key.partition("-")[0], item.command.changes["options"]) for item in items if _chooses(item)]
        roofs = await with_room(shop, wanted, final=final) if wanted else {}
        return [attempted(_updated, item, unit, roofs) for item in items]

    return Updates(shop, _subject("VariantUpdate", catalogue, words, lambda command: bool(RELATIVE & command.changes.keys())))


def _subject(operation: str, catalogue: Catalogue, words: Any, needs_row: Callable[[Any], bool]) -> Subject:
    return Subject(
        operation=operation,
        key=lambda command: command.variant,
        read=lambda keys, name: catalogue.wares([*keys], name),
        place=wares.place,
        words=words,
        needs_row=needs_row,
        told=_told,
    )


def _priced(item: Item) -> Json:
    command, row = item.command, item.row or {}
    if command.compare_at_price is None:
        return pricing.kept(row, command.price)
    return pricing.compared(row, command.price, command.compare_at_price)


def _updated(item: Item, unit: bodies.Unit, roofs: Mapping[str, Sent]) -> Sent:
    changes, row = item.command.changes, item.row or {}
    body = bodies.ware(changes, unit)
    if "compare_at_price" in changes:
        body |= pricing.compared(row, changes.get("price"), changes["compare_at_price"])
    elif "price" in changes:
        body |= pricing.kept(row, changes["price"])
    if not changes.get("options"):
        return body
    if not _chooses(item):
        return invalid(_NO_OPTIONS, "NO_OPTION")
    roof = roofs[item.key.partition("-")[0]]
    return roof if isinstance(roof, PlatformError) else {**body, "attributes": bodies.selected(changes["options"], roof, row)}


def _chooses(item: Item) -> bool:
    return bool(item.command.changes.get("options")) and "-" in item.key


def _told(command: Any, row: Json) -> dict[str, Any]:
    """Return a variant's price as the schema has it; the rest of a change is told by the command."""
    return {"price": text(row.get("price"))}
