"""Products and variations as the platform shows them."""

import re
from random import Random
from typing import Any

from adapters.woocommerce.sandbox.dates import SiteClock
from adapters.woocommerce.sandbox.seed.facts import Facts
from adapters.woocommerce.sandbox.seed.wares import ATTRIBUTES, Ware
from adapters.woocommerce.sandbox.table import Head, Row

MEDIA = "https://media.example.com/uploads"
BOTH_KINDS: dict[str, Any] = {
    "description": "",
    "date_on_sale_from": None,
    "date_on_sale_from_gmt": None,
    "date_on_sale_to": None,
    "date_on_sale_to_gmt": None,
    "virtual": False,
    "downloadable": False,
    "downloads": [],
    "download_limit": -1,
    "download_expiry": -1,
    "tax_status": "taxable",
    "tax_class": "",
    "low_stock_amount": None,
    "shipping_class": "",
    "shipping_class_id": 0,
    "menu_order": 0,
    "global_unique_id": "",
}
PRODUCT_ONLY: dict[str, Any] = {
    "featured": False,
    "catalog_visibility": "visible",
    "short_description": "",
    "total_sales": 0,
    "external_url": "",
    "button_text": "",
    "sold_individually": False,
    "shipping_required": True,
    "shipping_taxable": True,
    "reviews_allowed": True,
    "average_rating": "0.00",
    "rating_count": 0,
    "upsell_ids": [],
    "cross_sell_ids": [],
    "related_ids": [],
    "purchase_note": "",
    "categories": [],
    "brands": [],
    "tags": [],
    "default_attributes": [],
    "grouped_products": [],
    "post_password": "",
}
CATEGORIES = (("Coffee", "coffee"), ("Brewing", "brewing"), ("Tableware", "tableware"), ("Gifts", "gifts"))


def ware_heads(facts: Facts) -> list[Head]:
    """Return the heads of all products and variations still sold; `type` tells them apart."""
    draw = Random(f"{facts.name}/ware times")
    span = (facts.until - facts.since) // 3
    heads: dict[int, Head] = {}
    for ware in facts.wares.values():
        if ware.gone:
            continue
        parent = heads.get(ware.parent)
        created = parent.created + 60 if parent else facts.since - 86_400 + draw.randrange(span)
        modified = created + draw.randrange(1, facts.until - created)
        heads[ware.id] = head_of(facts, ware, created, modified)
        if parent:
            parent.modified = max(parent.modified, modified)
    return list(heads.values())


def head_of(facts: Facts, ware: Ware, created: int, modified: int) -> Head:
    """Return one ware's head."""
    label = full_name(facts, ware)
    return Head(ware.id, created, modified, status=ware.status, parent=ware.parent, label=label, mark=ware.sku, type=ware.type)


def full_name(facts: Facts, ware: Ware) -> str:
    """Return the name a buyer sees: for a variation the parent's name and its options."""
    return f"{facts.wares[ware.parent].name} - {', '.join(ware.options)}" if ware.parent else ware.name


def ware_row(facts: Facts, head: Head) -> Row:
    """Return the row of a product or variation."""
    ware = facts.wares[head.id]
    return _variation_row(facts, ware) if ware.parent else _product_row(facts, ware, head)


def as_product(row: Row, name: str) -> Row:
    """Return a variation as the product routes show it."""
    shown = {**PRODUCT_ONLY, **row, "name": name, "slug": slug_of(name), "images": [row["image"]] if row["image"] else []}
    return {**shown, "variations": [], "has_options": False} | {"manage_stock": row["manage_stock"] is True}


def slug_of(name: str) -> str:
    """Return the part of the address a name becomes."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "item"


def _product_row(facts: Facts, ware: Ware, head: Head) -> Row:
    draw = Random(f"{facts.name}/ware/{ware.id}")
    lowest = min((facts.wares[child].price or 0 for child in ware.children), default=None)
    varying = len(facts.wares[ware.children[0]].options) if ware.children else 0
    return {
        "id": ware.id,
        "name": ware.name,
        "slug": slug_of(ware.name),
        **BOTH_KINDS,
        **PRODUCT_ONLY,
        "type": ware.type,
        "status": ware.status,
        **_shared(facts, ware, ware.price if lowest is None else lowest),
        "description": f"<p>{ware.name} from the {draw.choice(CATEGORIES)[0].lower()} shelf.</p>\n",
        "total_sales": draw.choice((0, draw.randrange(900), str(draw.randrange(90)))) if facts.profile.odd else draw.randrange(900),
        "weight": f"{draw.randrange(1, 40) / 10:g}",
        "dimensions": {"length": str(draw.randrange(5, 40)), "width": str(draw.randrange(5, 30)), "height": str(draw.randrange(5, 30))},
        "parent_id": 0,
        "categories": [
            {"id": 16 + number, "name": name, "slug": slug} for number, (name, slug) in [draw.choice(list(enumerate(CATEGORIES)))]
        ],
        "images": [] if draw.random() < 0.2 else [_image(facts.clock, ware, head.created)],
        "attributes": [_attribute(facts, ware, place) for place in range(varying)],
        "variations": list(ware.children),
        "has_options": bool(ware.children),
        "meta_data": _meta(facts, ware, draw),
    }


def _variation_row(facts: Facts, ware: Ware) -> Row:
    pairs = zip(ATTRIBUTES, ware.options, strict=False)
    return {
        "id": ware.id,
        "type": "variation",
        **BOTH_KINDS,
        "status": ware.status,
        **_shared(facts, ware, ware.price),
        "weight": "",
        "dimensions": {"length": "", "width": "", "height": ""},
        "image": None,
        "gallery_image_ids": [],
        "attributes": [{"id": number, "name": name, "slug": _slug(name, number), "option": option} for (name, _, number), option in pairs],
        "meta_data": [],
        "name": ", ".join(ware.options),
        "parent_id": ware.parent,
    }


def _shared(facts: Facts, ware: Ware, price: int | None) -> Row:
    texts = {"price": price, "regular_price": ware.regular, "sale_price": ware.sale}
    quantity = facts.wares[ware.parent].quantity if ware.manage_stock == "parent" else ware.quantity
    return {
        "sku": ware.sku,
        **{key: "" if minor is None else facts.money.text(minor) for key, minor in texts.items()},
        "on_sale": ware.sale is not None,
        "purchasable": price is not None and ware.status == "publish",
        "manage_stock": ware.manage_stock,
        "stock_quantity": quantity,
        "stock_status": ware.stock_status,
        "backorders": ware.backorders,
        "backorders_allowed": ware.backorders != "no",
        "backordered": ware.stock_status == "onbackorder",
        "price_html": "" if price is None else f'<span class="amount">{facts.symbol}{facts.money.text(price)}</span>',
    }


def _attribute(facts: Facts, ware: Ware, place: int) -> Row:
    name, _, number = ATTRIBUTES[place]
    options = list(dict.fromkeys(facts.wares[child].options[place] for child in ware.children))
    shared = {"position": place, "visible": True, "variation": True}
    return {"id": number, "name": name, "slug": _slug(name, number), **shared, "options": options}


def _slug(name: str, number: int) -> str:
    """Global attributes have a taxonomy's name, local ones their own."""
    return f"pa_{name.lower()}" if number else name.lower()


def _image(clock: SiteClock, ware: Ware, created: int) -> Row:
    src = f"{MEDIA}/{slug_of(ware.name)}.jpg"
    stamps = {
        f"date_{word}{ending}": show(created)
        for word in ("created", "modified")
        for ending, show in (("", clock.local), ("_gmt", clock.gmt))
    }
    sizes = {"srcset": "", "sizes": "(max-width: 800px) 100vw, 800px", "thumbnail": src}
    return {"id": 50_000 + ware.id, **stamps, "src": src, "name": slug_of(ware.name), "alt": "", **sizes}


def _meta(facts: Facts, ware: Ware, draw: Random) -> list[Row]:
    entries: list[tuple[str, Any]] = [("_roast", draw.choice(("light", "medium", "dark")))] if draw.random() < 0.5 else []
    if facts.profile.odd:
        entries += [
            ("_tiers", [{"from": 10, "price": "9"}, {"from": 50, "price": None}]),
            ("_flags", {"a": {"b": [1, 2.5, True]}}),
            ("", 0),
        ]
    return [{"id": ware.id * 100 + place, "key": key, "value": value} for place, (key, value) in enumerate(entries)]
