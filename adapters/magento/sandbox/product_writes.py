"""Writes to products: one save for new ones and known ones, told apart by the SKU, and the delete.

A save takes what is sent and leaves the rest. Names, texts, status and visibility are a store view's own unless the request is for `all`.
An attribute that nobody defined is dropped without a word.
"""

import re
from collections.abc import Mapping
from typing import Any

from adapters.magento.sandbox.bodies import cents, inner, number, row_part, whole
from adapters.magento.sandbox.calls import Answer, Call
from adapters.magento.sandbox.catalogue import known_ware, product_seen, ware_of
from adapters.magento.sandbox.configurable_writes import family_of, is_variant
from adapters.magento.sandbox.errors import refusal
from adapters.magento.sandbox.price_writes import set_price
from adapters.magento.sandbox.seed.wares import COMPOSITE, Ware, url_key_of
from adapters.magento.sandbox.site import Site
from adapters.magento.sandbox.stock import Item
from adapters.magento.sandbox.stock_writes import set_default

LONGEST_SKU = 64
ATTRIBUTE_SET = 4
HIDDEN = 1  # the visibility of what is sold as a part of something else only
OWN = ("name", "status", "visibility")
TEXTS = ("description", "short_description", "url_key", "meta_title", "meta_keyword", "meta_description")
GLOBAL = frozenset(
    {
        *(
            "special_price",
            "special_from_date",
            "special_to_date",
            "tax_class_id",
            "color",
            "size",
            "cost",
            "msrp",
            "country_of_manufacture",
        ),
        *(
            "options_container",
            "required_options",
            "has_options",
            "manufacturer",
            "news_from_date",
            "news_to_date",
            "gift_message_available",
        ),
    }
)
KEPT = frozenset({"tier_prices", "type_id"})
SAVED_ELSEWHERE = frozenset({"id", "sku", "price"})


def create_product(site: Site, call: Call) -> Answer:
    """Answer POST /V1/products, which also changes the product that has the SKU already."""
    sent = row_part(call, "product")
    sku = str(sent.get("sku") or "")
    if not sku:
        raise refusal("required", fieldName="sku")
    return _save(site, call, sent, sku, known_ware(site, sku))


def update_product(site: Site, call: Call) -> Answer:
    """Answer PUT /V1/products/{sku}, which also makes the product that there is not; another SKU or the id in the body renames one."""
    sent = row_part(call, "product")
    path, given = call.parts[0], str(sent.get("sku") or "")
    known = known_ware(site, path)
    if known is None and sent.get("id") is not None:
        return _save(site, call, sent, path, site.products.heads.get(whole(sent, "id") or 0))
    return _save(site, call, sent, given if known and given else path, known)


def delete_product(site: Site, call: Call) -> Answer:
    """Answer DELETE /V1/products/{sku}: true; what lay anywhere of it is forgotten, a configurable one's variants stay."""
    ware = ware_of(site, call.parts[0])
    what = "variant.delete" if _as_variant(site, ware) else "product.delete"
    for parent in site.products.heads.values():
        if ware.id in parent.children and parent.type == "configurable":
            parent.children = tuple(child for child in parent.children if child != ware.id)
            site.products.refresh(parent.id)
    del site.by_sku[ware.sku]
    site.shelves.drop(ware.sku)
    site.products.remove(ware.id)
    site.facts.gone[ware.id] = ware
    site.record(call, what, ware.id, ware.sku)
    return Answer(True)


def _save(site: Site, call: Call, sent: Mapping[str, Any], sku: str, known: Ware | None) -> Answer:
    _check(site, sent, sku, known)
    extension = inner(sent, "extension_attributes")
    axes, children = family_of(site, known, extension)
    ware = known or _made(site, sent, sku)
    _rename(site, ware, sku)
    scope = "all" if known is None else call.scope
    ware.axes, ware.children = axes or ware.axes, ware.children if children is None else children
    _write_fields(site, ware, sent, scope)
    _write_attributes(ware, sent.get("custom_attributes") or (), 0 if scope == "all" else _view(site, scope))
    _write_extension(ware, extension)
    ware.updated = site.instant()
    site.products.refresh(ware.id)
    if known is None:
        _lay_out(site, ware, inner(extension, "stock_item"))
        site.record(call, f"{_kind(site, ware)}.create", ware.id, dict(sent))
    else:
        _record_change(site, call, ware, sent)
    return Answer(product_seen(site, ware, call.scope))


def _check(site: Site, sent: Mapping[str, Any], sku: str, known: Ware | None) -> None:
    """ApiError 400 for what the platform refuses: it looks at neither status nor visibility."""
    if len(sku) > LONGEST_SKU:
        raise refusal("sku length", LONGEST_SKU)
    holder = known_ware(site, sku)
    if holder is not None and holder is not known:
        raise refusal("unique", "SKU")
    attribute_set, price, kind = whole(sent, "attribute_set_id"), number(sent, "price"), sent.get("type_id", "simple")
    if attribute_set != ATTRIBUTE_SET and (known is None or attribute_set is not None):
        raise refusal("product data", "Invalid attribute set entity type")
    if (known is None or "name" in sent) and not str(sent.get("name") or "").strip():
        raise refusal("empty attribute", "Product Name")
    if known is None and price is None and kind not in COMPOSITE:
        raise refusal("empty attribute", "Price")
    special = {str(one.get("attribute_code")): one.get("value") or None for one in sent.get("custom_attributes") or ()}
    for name, row in (("price", sent), ("weight", sent), ("status", sent), ("visibility", sent), ("special_price", special)):
        value = number(row, name)
        if value is not None and value < 0:
            raise refusal("value", fieldName=name, value=value)
    _check_url_key(site, sent, known)


def _check_url_key(site: Site, sent: Mapping[str, Any], known: Ware | None) -> None:
    given = {str(one.get("attribute_code")): one.get("value") for one in sent.get("custom_attributes") or ()}
    if known is not None and "url_key" not in given:
        return
    wanted = str(given.get("url_key") or slug(str(sent.get("name", ""))))
    if any(other is not known and url_key_of(other) == wanted for other in site.products.heads.values()):
        raise refusal("url key")


def slug(name: str) -> str:
    """Return the part of an address that a name makes."""
    return re.sub(r"[^\w]+", "-", name.lower()).strip("-")


def _made(site: Site, sent: Mapping[str, Any], sku: str) -> Ware:
    now, grams = site.instant(), round((number(sent, "weight") or 0) * 1000)
    price = cents(number(sent, "price") or 0)
    ware = Ware(site.next_product(), sku, str(sent["name"]), str(sent.get("type_id", "simple")), price, now, now, grams, made=True)
    ware.attributes["url_key"] = slug(ware.name)
    site.products.add(ware)
    site.by_sku[sku] = ware.id
    return ware


def _rename(site: Site, ware: Ware, sku: str) -> None:
    """Give a product another SKU; its pieces go with it. Old orders go on saying the SKU of the product they know."""
    if ware.sku == sku:
        return
    for code in [code for known, code in site.shelves.items if known == ware.sku]:
        site.shelves.items[sku, code] = site.shelves.items.pop((ware.sku, code))
    del site.by_sku[ware.sku]
    site.by_sku[sku], ware.sku = ware.id, sku


def _write_fields(site: Site, ware: Ware, sent: Mapping[str, Any], scope: str) -> None:
    own = ware.changes if scope == "all" else ware.scoped.setdefault(_view(site, scope), {})
    own.update({name: whole(sent, name) if name != "name" else str(sent[name]) for name in OWN if sent.get(name) is not None})
    ware.changes |= {name: sent[name] for name in KEPT if sent.get(name) is not None}
    if number(sent, "weight") is not None:
        ware.changes["weight"] = number(sent, "weight")
    if sent.get("type_id") is not None:
        ware.type = str(sent["type_id"])


def _write_attributes(ware: Ware, sent: Any, view: int) -> None:
    for one in sent:
        code, value = str(one.get("attribute_code")), one.get("value")
        value = None if value == "" else value
        if code == "category_ids":
            ids = value if isinstance(value, list) else [value] if value else []
            ware.extension["category_links"] = [{"position": place, "category_id": str(one)} for place, one in enumerate(ids)]
        elif code == "special_price" and value is not None:
            ware.attributes[code] = f"{number({code: value}, code):.6f}"
        elif code in GLOBAL or (code in TEXTS and not view):
            ware.attributes[code] = value
        elif code in TEXTS:
            ware.scoped.setdefault(view, {})[code] = value


def _write_extension(ware: Ware, extension: Mapping[str, Any]) -> None:
    if extension.get("website_ids") is not None:
        ware.extension["website_ids"] = [int(one) for one in extension["website_ids"]]
    if extension.get("category_links") is not None:
        links = extension["category_links"]
        ware.extension["category_links"] = [
            {"position": whole(link, "position") or 0, "category_id": str(link.get("category_id"))} for link in links
        ]


def _lay_out(site: Site, ware: Ware, stock_item: Mapping[str, Any]) -> None:
    """Every new product has a place at the default source, be it an empty one."""
    if ware.type not in COMPOSITE:
        quantity = number(stock_item, "qty") or 0
        inside = stock_item.get("is_in_stock")
        site.shelves.items[ware.sku, "default"] = Item(quantity, int(quantity > 0 if inside is None else bool(inside)))


def _record_change(site: Site, call: Call, ware: Ware, sent: Mapping[str, Any]) -> None:
    """A save may be a change of price or stock besides that of the product, or instead of it: each is told as what it is."""
    price, extension = number(sent, "price"), inner(sent, "extension_attributes")
    stock_item = inner(extension, "stock_item")
    rest = {name: value for name, value in sent.items() if name not in SAVED_ELSEWHERE and name != "extension_attributes"}
    rest |= {"extension_attributes": left} if (left := {name: one for name, one in extension.items() if name != "stock_item"}) else {}
    if price is not None:
        set_price(site, call, ware, price)
    if stock_item:
        set_default(site, call, ware.sku, stock_item)
    if rest or (price is None and not stock_item):
        site.record(call, f"{_kind(site, ware)}.update", ware.id, rest)


def _kind(site: Site, ware: Ware) -> str:
    return "variant" if _as_variant(site, ware) else "product"


def _as_variant(site: Site, ware: Ware) -> bool:
    return is_variant(site, ware) or ware.changes.get("visibility", ware.visibility) == HIDDEN


def _view(site: Site, scope: str) -> int:
    view = site.view(scope)
    return view.id if view else 0
