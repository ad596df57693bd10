"""The fields of products and variations as they are written: what is sent, coerced, into a row that is not yet the store's."""

import re
from collections.abc import Mapping
from typing import Any

from adapters.woocommerce.sandbox.bodies import PRODUCT, Body, flag, text, whole
from adapters.woocommerce.sandbox.errors import refusal
from adapters.woocommerce.sandbox.order_parts import merge_entries
from adapters.woocommerce.sandbox.seed.catalogue import BOTH_KINDS, PRODUCT_ONLY, slug_of
from adapters.woocommerce.sandbox.seed.wares import ATTRIBUTES
from adapters.woocommerce.sandbox.site import NO_CATEGORY, Site
from adapters.woocommerce.sandbox.stock import set_stock
from adapters.woocommerce.sandbox.table import Row
from adapters.woocommerce.sandbox.terms import terms_of

PRICES = ("regular_price", "sale_price")
STOCKS = ("stock_quantity", "inventory_delta")
PRICE = re.compile(r"-?(\d+(\.\d+)?|\.\d+)")
# What is neither a digit, a sign nor the last point is dropped from a price: 1,299.00 is understood, 12,50 is not.
NOISE = re.compile(r"\.(?![^.]+$)|[^0-9.\-]")
BARE: Mapping[str, Any] = {"sku": "", "price": "", "regular_price": "", "sale_price": "", "on_sale": False, "purchasable": False}
UNCOUNTED: Mapping[str, Any] = {"manage_stock": False, "stock_quantity": None, "stock_status": "instock", "backorders": "no"}


def blank_product(product_id: int, kind: str) -> Row:
    """Return a product of which nothing is known yet."""
    named = {"id": product_id, "name": "", "slug": "", "type": kind, "status": "publish", "parent_id": 0}
    held: Row = {"categories": [dict(NO_CATEGORY)], "images": [], "attributes": [], "variations": [], "has_options": kind == "variable"}
    return {**BOTH_KINDS, **PRODUCT_ONLY, **_blank(), **named, **held}


def blank_variation(variation_id: int, parent: Row) -> Row:
    """Return a variation of which nothing is known yet."""
    named = {"id": variation_id, "type": "variation", "name": "", "status": "publish", "parent_id": parent["id"], "attributes": []}
    return {**BOTH_KINDS, **_blank(), **named, "image": None, "gallery_image_ids": []}


def fill(site: Site, row: Row, body: Body) -> None:
    """Write what was sent into a row. ApiError 400 for a picture that can't be had."""
    for name in body.keys() & row.keys() & COERCED.keys():
        row[name] = COERCED[name](body[name])
    for name, wanted in PRODUCT.items():
        if isinstance(wanted, tuple) and name in row and body.get(name) in wanted and name != "type":
            row[name] = body[name]
    if isinstance(body.get("dimensions"), dict):
        row["dimensions"] = {**row["dimensions"], **{name: text(value) for name, value in body["dimensions"].items()}}
    _fill_lists(site, row, body)
    merge_entries(site, row, body.get("meta_data"))
    _price(site, row, body)
    _stock(site, row, body)


def _blank() -> Row:
    sizes: Row = {"weight": "", "dimensions": {"length": "", "width": "", "height": ""}}
    return {**BARE, **UNCOUNTED, **sizes, "backorders_allowed": False, "backordered": False, "price_html": "", "meta_data": []}


def _fill_lists(site: Site, row: Row, body: Body) -> None:
    variation = row["type"] == "variation"
    if isinstance(body.get("attributes"), list):
        row["attributes"] = _chosen(site, row, body["attributes"]) if variation else _offered(body["attributes"])
    if variation:
        if "image" in body:
            row["image"] = next(iter(_pictures(site, row, [body["image"]] if body["image"] else [])), None)
        row["name"] = ", ".join(one["option"] for one in row["attributes"])
        return
    if isinstance(body.get("images"), list):
        row["images"] = _pictures(site, row, body["images"])
    for kind in site.terms:
        if isinstance(body.get(kind), list):
            row[kind] = terms_of(site, kind, body[kind])


def _price(site: Site, row: Row, body: Body) -> None:
    """What is no number becomes an empty price: it is lost, not refused. A variable product has none of its own."""
    if row["type"] == "variable":
        row["regular_price"] = row["sale_price"] = ""
        return
    for name in PRICES:
        if name in body:
            row[name] = _price_text(body[name])
    regular, sale = row["regular_price"], row["sale_price"]
    row["on_sale"] = bool(sale and regular and float(sale) < float(regular))
    row["price"] = sale if row["on_sale"] else regular
    row["purchasable"] = row["price"] != "" and row["status"] == "publish"
    row["price_html"] = f'<span class="amount">{site.facts.symbol}{row["price"]}</span>' if row["price"] else ""


def _price_text(given: Any) -> str:
    found = NOISE.sub("", text(given))
    return found if PRICE.fullmatch(found) else ""


def _stock(site: Site, row: Row, body: Body) -> None:
    """A quantity for stock that nobody counts is dropped without a word, and so is every one where the whole shop counts none."""
    if not site.settings.manage_stock:
        return
    parent = site.products.row(row["parent_id"]) if row["type"] == "variation" else None
    if "manage_stock" in body:
        own = body["manage_stock"] != "parent" and flag(body["manage_stock"])
        row["manage_stock"] = own or ("parent" if parent and parent["manage_stock"] is True else False)
    if row["manage_stock"] is False:
        set_stock(row, None)
    elif body.get("stock_quantity") is not None:
        row["manage_stock"] = True
        set_stock(row, whole(body["stock_quantity"]))
    elif body.get("inventory_delta") is not None:
        row["manage_stock"] = True
        set_stock(row, (row["stock_quantity"] or 0) + whole(body["inventory_delta"]))
    elif row["manage_stock"] == "parent" and parent:
        row["stock_quantity"], row["stock_status"] = parent["stock_quantity"], parent["stock_status"]
    else:
        set_stock(row, row["stock_quantity"])


def _offered(given: list[Any]) -> list[Row]:
    """Return a product's attributes: a global one by its id, any other by its name."""
    known = {number: name for name, _, number in ATTRIBUTES if number}
    rows = []
    for place, one in enumerate(one for one in given if isinstance(one, dict)):
        number = whole(one.get("id"))
        name = known.get(number, "") if number else text(one.get("name"))
        shown = {
            "position": whole(one.get("position", place)),
            "visible": flag(one.get("visible")),
            "variation": flag(one.get("variation")),
        }
        options = one.get("options") or []
        if name:
            slug = f"pa_{name.lower()}" if number else name.lower()
            rows.append({"id": number, "name": name, "slug": slug, **shown, "options": [text(option) for option in options]})
    return rows


def _chosen(site: Site, row: Row, given: list[Any]) -> list[Row]:
    """Return what a variation is of its product's attributes; those the product does not vary by are passed over."""
    rows = []
    for offered in site.products.row(row["parent_id"])["attributes"]:
        if not offered["variation"]:
            continue
        same = (one for one in given if isinstance(one, dict) and _names(one, offered))
        chosen = next((text(one.get("option")) for one in same), "")
        if chosen:
            rows.append({"id": offered["id"], "name": offered["name"], "slug": offered["slug"], "option": chosen})
    return rows


def _names(one: Row, offered: Row) -> bool:
    number = whole(one.get("id"))
    return number == offered["id"] if number else text(one.get("name")).lower() in {offered["name"].lower(), offered["slug"]}


def _pictures(site: Site, row: Row, given: list[Any]) -> list[Row]:
    """Return pictures: those the ware has by their id, others fetched from where they are; nothing can be fetched from `.invalid`."""
    own = {picture["id"]: picture for picture in row.get("images", [row.get("image")]) if picture}
    pictures = []
    for one in (one for one in given if isinstance(one, dict)):
        number, src = whole(one.get("id")), text(one.get("src"))
        if number:
            if number not in own:
                raise refusal("picture id")
            pictures.append({**own[number], **{name: text(one[name]) for name in ("name", "alt") if name in one}})
        elif src:
            pictures.append(_fetched(site, src, one))
    return pictures


def _fetched(site: Site, src: str, one: Row) -> Row:
    if not re.match(r"https?://[^/]+", src) or ".invalid" in src:
        raise refusal("picture")
    now = site.instant()
    stamps = {f"date_{word}{end}": show(now) for word in ("created", "modified") for end, show in _shows(site)}
    name = text(one.get("name")) or slug_of(src.rpartition("/")[2].partition(".")[0])
    shown = {"srcset": "", "sizes": "(max-width: 800px) 100vw, 800px", "thumbnail": src}
    return {"id": next(site.serials), **stamps, "src": src, "name": name, "alt": text(one.get("alt")), **shown}


def _shows(site: Site) -> tuple[tuple[str, Any], ...]:
    return ("", site.clock.local), ("_gmt", site.clock.gmt)


def _optional(given: Any) -> int | None:
    return None if given in (None, "") else whole(given)


def _ids(given: Any) -> list[int]:
    return [whole(one) for one in given] if isinstance(given, list) else []


COERCED: Mapping[str, Any] = {
    **dict.fromkeys(("name", "description", "short_description", "weight", "tax_class", "purchase_note", "external_url"), text),
    **dict.fromkeys(("button_text", "shipping_class", "global_unique_id"), text),
    **dict.fromkeys(("virtual", "downloadable", "featured", "sold_individually", "reviews_allowed"), flag),
    **dict.fromkeys(("menu_order", "download_limit", "download_expiry"), whole),
    **dict.fromkeys(("upsell_ids", "cross_sell_ids", "grouped_products"), _ids),
    "low_stock_amount": _optional,
}
