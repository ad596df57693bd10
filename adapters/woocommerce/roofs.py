"""Products as roofs over their variations: a product has to have a value of an option before one of them can be that."""

from collections.abc import Iterable, Sequence

from adapters.kit.failures import PlatformError
from adapters.woocommerce import bodies
from adapters.woocommerce.refusals import gone, invalid
from adapters.woocommerce.sending import Change, Sent, Verb, send
from adapters.woocommerce.shop import Found, Shop, unwritten
from adapters.woocommerce.values import Json
from adapters.woocommerce.wares import is_roof
from schema.commands import SelectedOptionFields

Choice = Sequence[SelectedOptionFields]

_ONE_FORM = "The product is sold in one form: give it options first, then variants."


async def with_room(shop: Shop, wanted: Iterable[tuple[str, Choice]], *, final: bool = True) -> dict[str, Sent]:
    """Return products by key id, each with the values its variants choose, or why it has no room for them.

    `final` adds what is missing, at once for all choices of a product; else the products are returned as they would be.
    """
    choices: dict[str, list[Choice]] = {}
    for product, choice in wanted:
        choices.setdefault(product, []).append(choice)
    found = await unwritten(shop.by_include("products", "VariantProducts", choices))
    roofs = {key: _stretched(found.get(key), each) for key, each in choices.items()}
    if not final:
        return {key: row if isinstance(row, PlatformError) else {**row, **change} for key, (row, change) in roofs.items()}
    changes = [Change("products", key, change) for key, (_, change) in roofs.items() if change]
    answers = dict(zip((each.key for each in changes), await send(shop, "ProductOptions", Verb.UPDATE, changes), strict=True))
    return {key: answers.get(key, row) for key, (row, _) in roofs.items()}


def _stretched(found: Found | PlatformError | None, choices: Sequence[Choice]) -> tuple[Sent, Json]:
    """Return a product, or why it can't be one's, and what has to be changed of it."""
    if not isinstance(found, Found):
        return found or gone(), {}
    if not is_roof(found.row):
        return invalid(_ONE_FORM, "NO_OPTION"), {}
    try:
        room = bodies.stretched(found.row, choices)
    except PlatformError as error:
        return error, {}
    return found.row, {} if room is None else {"attributes": room}
