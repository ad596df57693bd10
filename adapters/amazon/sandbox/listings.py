"""Listings: one SKU, or a search over them with its filters, sorting and pages."""

from collections.abc import Callable, Sequence
from typing import Any

from adapters.amazon.sandbox.calls import Answer, Call
from adapters.amazon.sandbox.errors import ApiError, invalid, refusal
from adapters.amazon.sandbox.instants import DAY
from adapters.amazon.sandbox.markets import Market
from adapters.amazon.sandbox.pages import seal, unseal
from adapters.amazon.sandbox.query import Query
from adapters.amazon.sandbox.seed.listing_rows import SETS, issues_of, listing_row
from adapters.amazon.sandbox.seed.wares import Ware
from adapters.amazon.sandbox.shop import Shop

Test = Callable[[Ware], bool]


def _none(ware: Ware) -> str:
    """Return the number of a kind that no ware here has; it matches nothing that can be asked for."""
    return ""


IDENTIFIERS: dict[str, Callable[[Ware], str]] = {
    "SKU": lambda ware: ware.sku,
    "ASIN": lambda ware: ware.asin,
    "FNSKU": lambda ware: ware.fnsku if ware.fba else "",
    "EAN": lambda ware: ware.ean,
    "GTIN": lambda ware: f"0{ware.ean}",
    "UPC": _none,
    "ISBN": _none,
    "JAN": _none,
    "MINSAN": _none,
}
SORTS: dict[str, Callable[[Ware], Any]] = {
    "sku": lambda ware: ware.sku,
    "createdDate": lambda ware: (ware.created, ware.sku),
    "lastUpdatedDate": lambda ware: (ware.updated, ware.sku),
}
STATUSES = ("BUYABLE", "DISCOVERABLE")
PAGE, IDS, REACH = 20, 20, 1_000
TOKEN_LIFE = DAY
FAMILY = ("identifiers", "variationParentSku", "packageHierarchySku")


def get_listing(shop: Shop, call: Call) -> Answer:
    """Answer getListingsItem."""
    with _BadRequests():
        markets, shown = _asked(shop, call)
    ware = shop.wares.get(call.path["sku"])
    here = sold_in(shop, ware, markets) if ware else []
    if ware is None or not here:
        raise refusal("no listing")
    return Answer(listing_row(ware, here, shown))


def search_listings(shop: Shop, call: Call) -> Answer:
    """Answer searchListingsItems. Beyond a thousand results there is no page to go to."""
    query, now = call.query, shop.instant()
    with _BadRequests():
        markets, shown = _asked(shop, call)
        tests, size = _tests(query), query.number("pageSize", 10, PAGE)
        sort = SORTS[query.text("sortBy", SORTS) or "lastUpdatedDate"]
        downwards = (query.text("sortOrder", ("ASC", "DESC")) or "DESC") == "DESC"
        asked, token = query.items(but=("pageToken",)), query.text("pageToken")
        start = int(unseal(token, "listings", asked, now, TOKEN_LIFE)["start"]) if token else 0
    found = [ware for ware in shop.wares.values() if sold_in(shop, ware, markets) and all(test(ware) for test in tests)]
    found.sort(key=sort, reverse=downwards)
    chosen = found[start : start + size]
    pagination = {}
    if start + size < min(len(found), REACH):
        pagination["nextToken"] = seal("listings", asked, now, start=start + size)
    if start:
        pagination["previousToken"] = seal("listings", asked, now, start=max(0, start - size))
    items = [listing_row(ware, sold_in(shop, ware, markets), shown) for ware in chosen]
    row: dict[str, Any] = {"numberOfResults": len(found), "items": items}
    return Answer({**row, "pagination": pagination} if pagination else row)


def _asked(shop: Shop, call: Call) -> tuple[list[Market], list[str]]:
    return asked_markets(shop, call), call.query.words("includedData", SETS) or ["summaries"]


def asked_markets(shop: Shop, call: Call) -> list[Market]:
    """Return the marketplaces asked for. ApiError 403 for a seller or marketplace that is not the store's."""
    if call.path["sellerId"] != shop.facts.seller_id:
        raise refusal("no role")
    return known_markets(shop, call)


def known_markets(shop: Shop, call: Call) -> list[Market]:
    """Return the marketplaces asked for. ApiError 403 for one that is not the store's."""
    ids = call.query.need("marketplaceIds")
    known = {market.id: market for market in shop.facts.markets}
    if any(name not in known for name in ids):
        raise refusal("no role")
    return [known[name] for name in ids]


def sold_in(shop: Shop, ware: Ware, markets: Sequence[Market]) -> list[Market]:
    """Return those of the marketplaces that have a listing."""
    return [market for market in markets if ware.sold_at(shop.facts.markets.index(market))]


def _tests(query: Query) -> list[Test]:
    if sum(name in query for name in FAMILY) > 1:
        raise invalid(f"Only one of {', '.join(FAMILY)} is allowed.")
    if ("identifiers" in query) != ("identifiersType" in query):
        raise invalid("identifiers and identifiersType belong together.")
    tests: list[Test] = []
    if "identifiers" in query:
        wanted, read = frozenset(query.words("identifiers", most=IDS)), IDENTIFIERS[query.text("identifiersType", IDENTIFIERS)]
        tests.append(lambda ware: read(ware) in wanted)
    if parent := query.text("variationParentSku"):
        tests.append(lambda ware: ware.parent == parent)
    if "packageHierarchySku" in query:
        tests.append(_never)
    if severities := frozenset(query.words("withIssueSeverity", ("WARNING", "ERROR"))):
        tests.append(lambda ware: any(issue["severity"] in severities for issue in issues_of(ware, [])))
    if wanted_status := frozenset(query.words("withStatus", STATUSES)):
        tests.append(lambda ware: not wanted_status.isdisjoint(ware.status))
    if unwanted := frozenset(query.words("withoutStatus", STATUSES)):
        tests.append(lambda ware: unwanted.isdisjoint(ware.status))
    return tests + _time_tests(query)


def _never(ware: Ware) -> bool:
    return False


def _time_tests(query: Query) -> list[Test]:
    low, high = query.instant("createdAfter"), query.instant("createdBefore")
    since, until = query.instant("lastUpdatedAfter"), query.instant("lastUpdatedBefore")
    tests: list[Test] = []
    if (low, high) != (None, None):
        tests.append(lambda ware: (low is None or ware.created >= low) and (high is None or ware.created <= high))
    if (since, until) != (None, None):
        tests.append(lambda ware: (since is None or ware.updated >= since) and (until is None or ware.updated <= until))
    return tests


class _BadRequests:
    """Gives refused input the word that this family of operations has for it."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ApiError) and error.status == 400:
            error.code = "BAD_REQUEST"
