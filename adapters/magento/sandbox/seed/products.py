"""A product as the platform shows it: alone with its stock and its variants, in lists with less."""

from typing import Any

from adapters.magento.sandbox.dates import shown
from adapters.magento.sandbox.seed.facts import Facts
from adapters.magento.sandbox.seed.money import kilograms, number
from adapters.magento.sandbox.seed.profiles import View
from adapters.magento.sandbox.seed.wares import ATTRIBUTES, COMPOSITE, Attribute, Axis, Ware, attributes_of, choice_of
from adapters.magento.sandbox.table import Row

NULLABLE = ("weight", "description")
MOST = 10_000


def product_row(facts: Facts, ware: Ware) -> Row:
    """Return the full product with the values for all store views."""
    row: Row = {
        "id": ware.id,
        "sku": ware.sku,
        "name": ware.name,
        "attribute_set_id": 4,
        "price": number(ware.price),
        "status": ware.status,
        "visibility": ware.visibility,
        "type_id": ware.type,
        "created_at": shown(ware.created),
        "updated_at": shown(ware.updated),
        "extension_attributes": _extension(facts, ware),
        "product_links": _product_links(facts, ware),
        "options": [],
        "media_gallery_entries": _media(ware),
        "tier_prices": [],
        "custom_attributes": _custom_attributes(ware),
    }
    return {**row, **({"weight": kilograms(ware.weight)} if ware.weight else {})}


def seen_in(row: Row, view: View | None, ware: Ware) -> Row:
    """Return a product as one store view has it: every fifth has a name of its own in views besides the default one."""
    if view is None:
        return row
    own = ware.scoped.get(view.id, {})
    if "name" not in own and view.id > 1 and ware.id % 5 == 0 and not ware.made:
        row = {**row, "name": f"{row['name']} ({view.name})"}
    fields = {name: value for name, value in own.items() if name in row}
    values = {name: value for name, value in own.items() if name not in row}
    kept = [one for one in row["custom_attributes"] if one["attribute_code"] not in values]
    return {**row, **fields, "custom_attributes": [*kept, *_attribute_rows(values)]}


def listed(row: Row, *, thin: bool) -> Row:
    """Return a product as lists show it: never with its stock, and in some shops without its variants."""
    dropped = {"stock_item", *(("configurable_product_options", "configurable_product_links") if thin else ())}
    return {**row, "extension_attributes": {name: value for name, value in row["extension_attributes"].items() if name not in dropped}}


def stock_item(ware: Ware, quantity: int) -> Row:
    """Return the legacy stock record, which knows the default place alone."""
    return {
        "item_id": ware.id,
        "product_id": ware.id,
        "stock_id": 1,
        "qty": quantity,
        "is_in_stock": quantity > 0 or ware.type in COMPOSITE,
        "is_qty_decimal": False,
        "show_default_notification_message": False,
        **dict.fromkeys(("use_config_min_qty", "use_config_max_sale_qty", "use_config_backorders", "use_config_notify_stock_qty"), True),
        **dict.fromkeys(("use_config_qty_increments", "use_config_enable_qty_inc", "use_config_manage_stock", "manage_stock"), True),
        **dict.fromkeys(("use_config_min_sale_qty", "min_sale_qty", "notify_stock_qty"), 1),
        **dict.fromkeys(("min_qty", "backorders", "qty_increments", "stock_status_changed_auto"), 0),
        "max_sale_qty": MOST,
        "enable_qty_increments": False,
        "low_stock_date": None,
        "is_decimal_divided": False,
    }


def attribute_row(attribute: Attribute) -> Row:
    """Return an attribute's definition."""
    return {
        "attribute_id": attribute.id,
        "attribute_code": attribute.code,
        "default_frontend_label": attribute.label,
        "frontend_input": "select",
        "frontend_labels": [],
        "entity_type_id": "4",
        "is_required": False,
        "options": option_rows(attribute),
    }


def option_rows(attribute: Attribute) -> list[Row]:
    """Return an attribute's options, which begin with an empty one."""
    rows = [{"label": word, "value": str(attribute.first_option + turn)} for turn, word in enumerate(attribute.words)]
    return [{"label": " ", "value": ""}, *rows]


def configurable_options(facts: Facts, ware: Ware) -> list[Row]:
    """Return what the variants of a configurable product differ by."""
    if ware.type != "configurable":
        return []
    children = [facts.wares[child] for child in ware.children if child in facts.wares]
    rows = []
    for place, axis in enumerate(axes_of(ware)):
        used = sorted(option for option in {choice_of(child, axis.attribute) for child in children} if option)
        rows.append(
            {
                "id": ware.id * len(ATTRIBUTES) + place,
                "attribute_id": str(axis.attribute.id),
                "label": axis.label,
                "position": place,
                "values": [{"value_index": option} for option in used or axis.values],
                "product_id": ware.id,
            }
        )
    return rows


def axes_of(ware: Ware) -> tuple[Axis, ...]:
    """Return the choices of a configurable product."""
    return ware.axes or tuple(Axis(attribute, attribute.label) for attribute in attributes_of(ware))


def _extension(facts: Facts, ware: Ware) -> Row:
    sites = list(range(1, len(facts.profile.websites) + 1)) if ware.id % 3 else [1]
    row: Row = {"website_ids": sites, "category_links": [{"position": 0, "category_id": str(3 + ware.id % 4)}]}
    row |= {"website_ids": [1], "category_links": []} if ware.made else {}
    row |= ware.extension
    row["stock_item"] = stock_item(ware, ware.quantities.get("default", 0))
    if ware.type == "configurable":
        row["configurable_product_options"] = configurable_options(facts, ware)
        row["configurable_product_links"] = [child for child in ware.children if child in facts.wares]
    return row


def _product_links(facts: Facts, ware: Ware) -> list[Row]:
    if ware.type != "grouped":
        return []
    linked = [facts.wares[child] for child in ware.children if child in facts.wares]
    return [
        {"sku": ware.sku, "link_type": "associated", "linked_product_sku": one.sku, "linked_product_type": one.type, "position": place}
        for place, one in enumerate(linked)
    ]


def _media(ware: Ware) -> list[Row]:
    if ware.id % 4 == 0 or ware.made:
        return []
    return [
        {
            "id": ware.id,
            "media_type": "image",
            "label": ware.name,
            "position": 1,
            "disabled": False,
            "types": ["image", "small_image", "thumbnail"],
            "file": f"/p/{ware.id % 10}/product-{ware.id}.jpg",
        }
    ]


def _custom_attributes(ware: Ware) -> list[Row]:
    values: dict[str, Any] = {
        "options_container": "container2",
        "url_key": f"product-{ware.id}",
        "required_options": "0",
        "has_options": "1" if ware.type in COMPOSITE else "0",
        "tax_class_id": "2",
        "category_ids": [str(3 + ware.id % 4)],
    }
    if ware.made:
        values["category_ids"] = []
    else:
        values["description"] = f"<p>{ware.name}, made to last.</p>"
    if ware.special:
        values |= {"special_price": f"{ware.special / 100:.6f}", "special_from_date": "2026-01-01 00:00:00"}
    if ware.parent:
        values |= {attribute.code: str(option) for attribute, option in zip(attributes_of(ware), ware.options, strict=True)}
    if "category_links" in ware.extension:
        values["category_ids"] = [link["category_id"] for link in ware.extension["category_links"]]
    return _attribute_rows(values | ware.attributes)


def _attribute_rows(values: Row) -> list[Row]:
    return [{"attribute_code": code, "value": value} for code, value in values.items() if value is not None]
