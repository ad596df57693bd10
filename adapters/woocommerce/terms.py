"""Tags, brands and categories by their names: a product names them by id, so they are looked up, and made where they are missing."""

import asyncio
import html
from collections.abc import Iterable

from adapters.kit.failures import PlatformError
from adapters.woocommerce.bodies import Term
from adapters.woocommerce.manifest import PAGE
from adapters.woocommerce.refusals import invalid
from adapters.woocommerce.shop import Shop
from adapters.woocommerce.values import identity, text

EXISTS, NO_ROUTE = "term_exists", "rest_no_route"

_TOO_OLD = "This store has no {taxonomy}: its WooCommerce is too old."


async def ids_of(shop: Shop, terms: Iterable[Term], *, make: bool) -> dict[Term, int | PlatformError]:
    """Return the ids of terms, or why they can't be had; one that is missing is made, or left out."""
    wanted = list(dict.fromkeys(terms))
    found = dict(zip(wanted, await asyncio.gather(*(_id(shop, term) for term in wanted)), strict=True))
    for term in wanted if make else ():
        # One after the other: two names that differ in case only are one for the platform.
        if found[term] is None:
            found[term] = await _id(shop, term, make=True)
    return {term: each for term, each in found.items() if each is not None}


async def _id(shop: Shop, term: Term, *, make: bool = False) -> int | PlatformError | None:
    try:
        number = await _find(shop, term)
        return await _make(shop, term) if make and number is None else number
    except PlatformError as error:
        if error.code == NO_ROUTE:
            return invalid(_TOO_OLD.format(taxonomy=term[0]), "UNSUPPORTED")
        error.sent = False  # a tag more or less: the product itself was not touched
        return error


async def _find(shop: Shop, term: Term) -> int | None:
    taxonomy, name = term
    listed = await shop.ask(f"products/{taxonomy}", "TermsByName", {"search": name, "per_page": str(PAGE), "_fields": "id,name"})
    # Names are shown as in a page: `&` is `&amp;`.
    fitting = (row for row in listed.rows if html.unescape(text(row.get("name")) or "").casefold() == name.casefold())
    return next((number for row in fitting if (number := identity(row.get("id")))), None)


async def _make(shop: Shop, term: Term) -> int | None:
    taxonomy, name = term
    try:
        return identity((await shop.change("POST", f"products/{taxonomy}", "TermCreate", {"name": name})).get("id"))
    except PlatformError as error:
        if error.code != EXISTS:
            raise
    return await _find(shop, term)  # somebody made it meanwhile
