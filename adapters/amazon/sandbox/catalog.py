"""The shared catalogue: items by number, by the seller's own SKUs, or by words in their names."""

from collections.abc import Callable, Sequence
from typing import Any

from adapters.amazon.sandbox.calls import Answer, Call
from adapters.amazon.sandbox.errors import invalid, refusal
from adapters.amazon.sandbox.instants import DAY
from adapters.amazon.sandbox.listings import IDENTIFIERS
from adapters.amazon.sandbox.markets import Market
from adapters.amazon.sandbox.pages import seal, unseal
from adapters.amazon.sandbox.seed.listing_rows import BRAND, THEME, attributes_of
from adapters.amazon.sandbox.seed.wares import Ware
from adapters.amazon.sandbox.shop import Shop

Row = dict[str, Any]
PAGE, IDS = 20, 20
GROUP = {"displayName": "Outdoor Recreation", "classificationId": "3400371"}


def get_item(shop: Shop, call: Call) -> Answer:
    """Answer getCatalogItem."""
    markets, shown = _asked(shop, call)
    ware = next((ware for ware in shop.wares.values() if ware.asin == call.path["asin"]), None)
    if ware is None:
        raise refusal("no item")
    return Answer(_item(shop, ware, markets, shown))


def search_items(shop: Shop, call: Call) -> Answer:
    """Answer searchCatalogItems."""
    query, now = call.query, shop.instant()
    markets, shown = _asked(shop, call)
    if ("identifiers" in query) == ("keywords" in query):
        raise invalid("Exactly one of identifiers and keywords is required.")
    if "identifiers" in query and "identifiersType" not in query:
        raise invalid("identifiersType is required with identifiers.")
    kind = query.text("identifiersType", IDENTIFIERS)
    if kind == "SKU" and query.text("sellerId") != shop.facts.seller_id:
        raise invalid("sellerId is required when the identifiers are SKUs.")
    size, token, asked = query.number("pageSize", 10, PAGE), query.text("pageToken"), query.items(but=("pageToken",))
    start = int(unseal(token, "catalog", asked, now, DAY)["start"]) if token else 0
    wanted, words = frozenset(query.words("identifiers", most=IDS)), [word.lower() for word in query.words("keywords", most=IDS)]
    found = [
        ware
        for ware in shop.wares.values()
        if (IDENTIFIERS[kind](ware) in wanted if kind else any(word in ware.name.lower() for word in words))
    ]
    pagination = {"nextToken": seal("catalog", asked, now, start=start + size)} if start + size < len(found) else {}
    items = [_item(shop, ware, markets, shown) for ware in found[start : start + size]]
    row: Row = {"numberOfResults": len(found), "items": items}
    if words:
        brand = {"numberOfResults": len(found), "brandName": BRAND}
        row["refinements"] = {"brands": [brand], "classifications": [{"numberOfResults": len(found), **GROUP}]}
    return Answer({**row, "pagination": pagination} if pagination else row)


def _asked(shop: Shop, call: Call) -> tuple[list[Market], list[str]]:
    ids = call.query.need("marketplaceIds")
    known = {market.id: market for market in shop.facts.markets}
    if any(name not in known for name in ids):
        raise refusal("no role")
    return [known[name] for name in ids], call.query.words("includedData", SETS) or ["summaries"]


def _item(shop: Shop, ware: Ware, markets: Sequence[Market], shown: Sequence[str]) -> Row:
    if "attributes" not in shown:
        return {"asin": ware.asin, **{name: _by_market(shop, ware, markets, name) for name in shown}}
    rest = {name: _by_market(shop, ware, markets, name) for name in shown if name != "attributes"}
    return {"asin": ware.asin, "attributes": _public(attributes_of(ware, markets)), **rest}


def _public(attributes: Row) -> Row:
    own = {"purchasable_offer", "fulfillment_availability", "condition_type", "child_parent_sku_relationship"}
    return {name: value for name, value in attributes.items() if name not in own}


def _by_market(shop: Shop, ware: Ware, markets: Sequence[Market], name: str) -> list[Row]:
    return [{"marketplaceId": market.id, **SETS[name](ware, shop)} for market in markets]


def _summary(ware: Ware, shop: Shop) -> Row:
    kind = "VARIATION_PARENT" if ware.is_parent else "BASE_PRODUCT"
    row = {"brand": BRAND, "itemClassification": kind, "itemName": ware.name, "manufacturer": BRAND, "browseClassification": GROUP}
    return row | ({"color": ware.color, "size": ware.size} if ware.color else {})


def _relationships(ware: Ware, shop: Shop) -> Row:
    if ware.children:
        children = [shop.wares[sku].asin for sku in ware.children]
        return {"relationships": [{"type": "VARIATION", "childAsins": children, "variationTheme": THEME}]}
    if ware.parent in shop.wares:
        return {"relationships": [{"type": "VARIATION", "parentAsins": [shop.wares[ware.parent].asin], "variationTheme": THEME}]}
    return {"relationships": []}


def _images(ware: Ware, shop: Shop) -> Row:
    return {"images": [{"variant": "MAIN", "link": f"https://images.example.com/{ware.asin}.jpg", "height": 1500, "width": 1500}]}


def _nothing(ware: Ware, shop: Shop) -> Row:
    return {}


def _dimensions(ware: Ware, shop: Shop) -> Row:
    return {"item": {"weight": {"unit": "grams", "value": 120.5 + ware.place % 900}}}


def _groups(ware: Ware, shop: Shop) -> Row:
    return {"classifications": [GROUP]}


def _identifiers(ware: Ware, shop: Shop) -> Row:
    return {"identifiers": [{"identifierType": "EAN", "identifier": ware.ean}]}


def _product_type(ware: Ware, shop: Shop) -> Row:
    return {"productType": ware.type}


def _ranks(ware: Ware, shop: Shop) -> Row:
    return {"displayGroupRanks": [{"websiteDisplayGroup": "sports", "title": "Sports", "rank": 900 + ware.place}]}


SETS: dict[str, Callable[[Ware, Shop], Row]] = {
    "summaries": _summary,
    "attributes": _nothing,  # written apart: they are the one set that is no array
    "classifications": _groups,
    "dimensions": _dimensions,
    "identifiers": _identifiers,
    "images": _images,
    "productTypes": _product_type,
    "relationships": _relationships,
    "salesRanks": _ranks,
    "vendorDetails": _nothing,
}
