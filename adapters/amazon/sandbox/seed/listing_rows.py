"""A listing as the platform writes it: arrays by marketplace, each data set apart."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from adapters.amazon.sandbox.instants import second_of
from adapters.amazon.sandbox.markets import FBA_CHANNELS, Market
from adapters.amazon.sandbox.seed.facts import priced
from adapters.amazon.sandbox.seed.wares import Ware

Row = dict[str, Any]
STOCK, OFFER, IMAGE = "fulfillment_availability", "purchasable_offer", "main_product_image_locator"
BRAND = "Cragline"
THEME = {"theme": "COLOR/SIZE", "attributes": ["color", "size"]}
ISSUES: tuple[Row, ...] = (
    {},
    {"code": "90220", "message": "'size' is required but not supplied.", "severity": "ERROR", "categories": ["MISSING_ATTRIBUTE"]},
    {"code": "99022", "message": "A value is longer than recommended.", "severity": "WARNING", "categories": ["INVALID_ATTRIBUTE"]},
    {"code": "18155", "message": "The minimum price is above the price.", "severity": "ERROR", "categories": ["INVALID_PRICE"]},
    {"code": "18742", "message": "Restricted Products Policy Violation", "severity": "ERROR", "categories": []},
    {"code": "99300", "message": "Consider a larger main image.", "severity": "INFO", "categories": []},
)
ACTIONS = {"18155": "LISTING_SUPPRESSED", "18742": "CATALOG_ITEM_REMOVED", "99022": "ATTRIBUTE_SUPPRESSED", "90220": "SEARCH_SUPPRESSED"}


def listing_row(ware: Ware, markets: Sequence[Market], shown: Sequence[str]) -> Row:
    """Return a listing with the data sets asked for."""
    return {"sku": ware.sku, **{name: SETS[name](ware, markets) for name in shown}}


def issues_of(ware: Ware, markets: Sequence[Market]) -> list[Row]:
    """Return what is wrong with a listing."""
    issue = ISSUES[ware.issue]
    late = [{**row, "marketplaceIds": [market.id for market in markets]} for row in ware.issues]
    if not issue:
        return late
    row = {**issue, "marketplaceIds": [market.id for market in markets]}
    if issue["code"] in ACTIONS:
        row["enforcements"] = {"actions": [{"action": ACTIONS[issue["code"]]}], "exemption": {"status": "NOT_EXEMPT"}}
    return [row, *late]


def channels_of(ware: Ware, markets: Sequence[Market]) -> list[Row]:
    """Return where a listing's stock lies; what Amazon keeps is named without a number."""
    if ware.is_parent or (ware.attributes is not None and STOCK not in ware.attributes):
        return []
    if ware.fba:
        return [{"fulfillmentChannelCode": FBA_CHANNELS[markets[0].region]}]
    return [{"fulfillmentChannelCode": "DEFAULT", "quantity": ware.quantity}]


def attributes_of(ware: Ware, markets: Sequence[Market]) -> Row:
    """Return the attributes of a listing: what the seller has written, or else what the seed says."""
    if ware.attributes is None:
        return seeded_attributes(ware, markets)
    here = {market.id for market in markets}
    kept = {name: [row for row in rows if row.get("marketplace_id", markets[0].id) in here] for name, rows in ware.attributes.items()}
    return {name: rows for name, rows in kept.items() if rows}


def seeded_attributes(ware: Ware, markets: Sequence[Market]) -> Row:
    """Return the attributes that the fields of a listing make."""
    rows: Row = {"item_name": _each(markets, ware.name), "brand": _each(markets, BRAND)}
    rows["bullet_point"] = [*_each(markets, f"{ware.name} for every day outside"), *_each(markets, "Made to be mended")]
    rows["product_description"] = _each(markets, f"{ware.name}: plain, sturdy & light.")
    rows["condition_type"] = [{"value": ware.condition, "marketplace_id": market.id} for market in markets]
    rows["item_weight"] = [{"unit": "grams", "value": 120.5 + ware.place % 900, "marketplace_id": market.id} for market in markets]
    rows["externally_assigned_product_identifier"] = [{"type": "ean", "value": ware.ean, "marketplace_id": market.id} for market in markets]
    if ware.color:
        rows["color"], rows["size"] = _each(markets, ware.color), _each(markets, ware.size)
    if ware.parent or ware.is_parent:
        level = "parent" if ware.is_parent else "child"
        rows["parentage_level"] = [{"value": level, "marketplace_id": market.id} for market in markets]
        rows["variation_theme"] = [{"name": THEME["theme"], "marketplace_id": market.id} for market in markets]
    if ware.parent:
        child = {"child_relationship_type": "variation", "parent_sku": ware.parent}
        rows["child_parent_sku_relationship"] = [{**child, "marketplace_id": market.id} for market in markets]
    if not ware.is_parent:
        rows[STOCK] = [
            {"fulfillment_channel_code": row["fulfillmentChannelCode"], **({"quantity": row["quantity"]} if "quantity" in row else {})}
            for row in channels_of(ware, markets)
        ]
        rows[OFFER] = [_offer(ware, market) for market in markets]
        if ware.place % 8 == 0:
            rows[OFFER] += [_offer(ware, market, "B2B") for market in markets]
    return rows


def _each(markets: Sequence[Market], value: str) -> list[Row]:
    return [{"language_tag": market.language, "value": value, "marketplace_id": market.id} for market in markets]


def _offer(ware: Ware, market: Market, audience: str = "ALL") -> Row:
    price = market.number(_for(audience, priced(ware, market)))
    row: Row = {
        "currency": market.currency,
        "audience": audience,
        "our_price": [{"schedule": [{"value_with_tax": price}]}],
        "marketplace_id": market.id,
    }
    if ware.place % 5 == 0 and audience == "ALL":
        sale = market.number(max(1, priced(ware, market) * 4 // 5))
        row["discounted_price"] = [{"schedule": [{"start_at": "2026-11-27", "end_at": "2026-11-30", "value_with_tax": sale}]}]
    return row


def _summaries(ware: Ware, markets: Sequence[Market]) -> list[Row]:
    rows = []
    for market in markets:
        row: Row = {
            "marketplaceId": market.id,
            "asin": ware.asin,
            "productType": ware.type,
            "conditionType": ware.condition,
            "status": list(ware.status),
            "itemName": _name(ware, market),
            "createdDate": second_of(ware.created),
            "lastUpdatedDate": second_of(ware.updated),
        }
        if ware.fba:
            row["fnSku"] = ware.fnsku
        link = _image(ware, market)
        if link:
            row["mainImage"] = {"link": link, "height": 500, "width": 500}
        rows.append(row)
    return rows


def _offers(ware: Ware, markets: Sequence[Market]) -> list[Row]:
    if ware.is_parent or "BUYABLE" not in ware.status:
        return []
    rows = []
    for market in markets:
        sums = [(offer.get("audience", "ALL"), price_of(offer, market)) for offer in attributes_of(ware, [market]).get(OFFER, ())]
        rows += [_shown_offer(market, audience, minor) for audience, minor in sums if minor is not None]
    return rows


def price_of(offer: Row, market: Market) -> int | None:
    """Return the price in an offer attribute in the smallest unit, None where there is none."""
    steps = [step for price in offer.get("our_price", ()) for step in price.get("schedule", ())]
    return round(Decimal(str(steps[0]["value_with_tax"])).scaleb(market.decimals)) if steps else None


def _shown_offer(market: Market, audience: str, minor: int) -> Row:
    if audience == "B2B":
        return {"marketplaceId": market.id, "offerType": "B2B", "price": market.money(minor)}
    named = {"value": "ALL", "displayName": "Sell on Amazon"}
    return {"marketplaceId": market.id, "offerType": "B2C", "price": market.money(minor), "audience": named}


def _for(audience: str, minor: int) -> int:
    """Return what an audience pays: businesses a tenth less."""
    return minor * 9 // 10 if audience == "B2B" else minor


def _name(ware: Ware, market: Market) -> str:
    written = attributes_of(ware, [market]).get("item_name", []) if ware.attributes is not None else []
    return str(written[0].get("value")) if written else ware.name


def _image(ware: Ware, market: Market) -> str:
    if ware.attributes is None or IMAGE not in ware.attributes:
        return f"https://images.example.com/{ware.asin}.jpg" if ware.place % 7 != 3 and ware.spots is None else ""
    return next((row.get("media_location", "") for row in attributes_of(ware, [market]).get(IMAGE, ())), "")


def _relationships(ware: Ware, markets: Sequence[Market]) -> list[Row]:
    found: list[Row] = []
    if ware.children:
        found = [{"type": "VARIATION", "childSkus": list(ware.children), "variationTheme": THEME}]
    elif ware.parent:
        found = [{"type": "VARIATION", "parentSkus": [ware.parent], "variationTheme": THEME}]
    return [{"marketplaceId": market.id, "relationships": found} for market in markets]


def _product_types(ware: Ware, markets: Sequence[Market]) -> list[Row]:
    return [{"marketplaceId": market.id, "productType": ware.type} for market in markets]


def _costs(ware: Ware, markets: Sequence[Market]) -> list[Row]:
    return []  # only vendors have them


SETS: dict[str, Callable[[Ware, Sequence[Market]], list[Row] | Row]] = {
    "summaries": _summaries,
    "attributes": attributes_of,
    "issues": issues_of,
    "offers": _offers,
    "fulfillmentAvailability": channels_of,
    "procurement": _costs,
    "relationships": _relationships,
    "productTypes": _product_types,
}
