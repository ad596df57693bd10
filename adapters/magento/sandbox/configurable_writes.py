"""What makes a product configurable: the choices it offers, and the variants, which are products of their own."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.magento.sandbox.bodies import number, part, row_part
from adapters.magento.sandbox.calls import Answer, Call
from adapters.magento.sandbox.catalogue import ware_of
from adapters.magento.sandbox.errors import refusal
from adapters.magento.sandbox.seed.products import axes_of, configurable_options
from adapters.magento.sandbox.seed.wares import ATTRIBUTES, Attribute, Axis, Ware, choice_of
from adapters.magento.sandbox.site import Site

CONFIGURABLE = "configurable"
Sent = Mapping[str, Any]
Family = tuple[tuple[Axis, ...] | None, tuple[int, ...] | None]


def add_option(site: Site, call: Call) -> Answer:
    """Answer POST /V1/configurable-products/{sku}/options: the option's id. It replaces a choice by the same attribute."""
    ware, sent = _parent(site, call), row_part(call, "option")
    axis = _axis(sent)
    kept = [one for one in axes_of(ware) if one.attribute is not axis.attribute]
    ware.axes = (*kept, axis)
    return _changed(site, call, ware, {"option": dict(sent)}, _option_id(site, ware, axis.attribute))


def update_option(site: Site, call: Call) -> Answer:
    """Answer PUT /V1/configurable-products/{sku}/options/{id}: a new label, or other values."""
    ware, sent = _parent(site, call), row_part(call, "option")
    place = _place(site, ware, call.number(1))
    axes = list(axes_of(ware))
    values = tuple(int(number(one, "value_index") or 0) for one in sent.get("values") or ())
    axes[place] = Axis(axes[place].attribute, str(sent.get("label") or axes[place].label), values or axes[place].values)
    ware.axes = tuple(axes)
    return _changed(site, call, ware, {"option": dict(sent)}, call.number(1))


def delete_option(site: Site, call: Call) -> Answer:
    """Answer DELETE /V1/configurable-products/{sku}/options/{id}."""
    ware = _parent(site, call)
    place = _place(site, ware, call.number(1))
    ware.axes = tuple(axis for turn, axis in enumerate(axes_of(ware)) if turn != place)
    return _changed(site, call, ware, {"option": None}, True)


def add_child(site: Site, call: Call) -> Answer:
    """Answer POST /V1/configurable-products/{sku}/child: true; the child has to have a value for each choice."""
    ware, child = _parent(site, call), ware_of(site, str(part(call, "childSku")))
    if child.id in ware.children:
        raise refusal("attached")
    _check_child(axes_of(ware), child)
    ware.children = (*ware.children, child.id)
    return _changed(site, call, ware, {"childSku": child.sku}, True)


def remove_child(site: Site, call: Call) -> Answer:
    """Answer DELETE /V1/configurable-products/{sku}/children/{childSku}: true; the child stays a product."""
    ware, child = _parent(site, call), ware_of(site, call.parts[1])
    if child.id not in ware.children:
        raise refusal("no child", child.sku)
    ware.children = tuple(one for one in ware.children if one != child.id)
    return _changed(site, call, ware, {"removedChildSku": child.sku}, True)


def family_of(site: Site, ware: Ware | None, extension: Sent) -> Family:
    """Return the choices and variants that a save gives a product, new or known. ApiError for a variant that can't be one."""
    options, links = (extension.get(f"configurable_product_{name}") for name in ("options", "links"))
    axes = None if options is None else tuple(_axis(one) for one in options)
    if links is None:
        return axes, None
    children = [site.products.heads.get(int(one)) for one in links]
    choices = (axes_of(ware) if ware else ()) if axes is None else axes
    for child in children:
        if child is None:
            raise refusal("product")
        _check_child(choices, child)
    return axes, tuple(child.id for child in children if child)


def is_variant(site: Site, ware: Ware) -> bool:
    """Tell whether a product is a variant of another."""
    seeded = site.products.heads.get(ware.parent)
    if seeded and ware.id in seeded.children:
        return True
    return any(ware.id in other.children for other in site.products.heads.values() if other.type == CONFIGURABLE)


def _parent(site: Site, call: Call) -> Ware:
    ware = ware_of(site, call.parts[0])
    if ware.type != CONFIGURABLE:
        raise refusal("configurable", ware.sku)
    return ware


def _axis(sent: Sent) -> Axis:
    for name in ("attribute_id", "label", "values"):
        if not sent.get(name):
            raise refusal("option", name)
    attribute = next((one for one in ATTRIBUTES if str(one.id) == str(sent["attribute_id"])), None)
    if attribute is None:
        raise refusal("entity")
    return Axis(attribute, str(sent["label"]), tuple(int(number(one, "value_index") or 0) for one in sent["values"]))


def _check_child(axes: Sequence[Axis], child: Ware) -> None:
    if not axes:
        raise refusal("no options")
    for axis in axes:
        if choice_of(child, axis.attribute) is None:
            raise refusal("no choice", axis.attribute.code)


def _place(site: Site, ware: Ware, option_id: int) -> int:
    rows = configurable_options(site.facts, ware)
    place = next((place for place, row in enumerate(rows) if row["id"] == option_id), None)
    if place is None:
        raise refusal("entity")
    return place


def _option_id(site: Site, ware: Ware, attribute: Attribute) -> int:
    row = next(row for row in configurable_options(site.facts, ware) if row["attribute_id"] == str(attribute.id))
    return int(row["id"])


def _changed(site: Site, call: Call, ware: Ware, sent: Sent, answer: Any) -> Answer:
    ware.updated = site.instant()
    site.products.refresh(ware.id)
    site.record(call, "product.update", ware.id, dict(sent))
    return Answer(answer)
