"""Products that are being made, in the platform's words: what is sold in one form, and a configurable product with its variants. Pure.

The platform makes a product and changes one by the same save, told apart by the SKU: so every product needs one, and the same command has
to give the same.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.magento import bodies, pricing
from adapters.magento.choices import Choice, choose_all, named
from adapters.magento.manifest import CONFIGURABLE, DEFAULT_SET, HIDDEN, SHOWN
from adapters.magento.refusals import invalid
from adapters.magento.values import Json, Seen, text
from adapters.magento.wares import Catalogue
from schema.commands import ProductCreate

LONGEST_SKU = 64

_NO_SKU = "Every product and variant of this store needs a SKU of its own."
_LONG = "A SKU of this store has at most 64 characters."
_NO_PRICE = "Every variant of this store needs a price."
_NO_TITLE = "A product needs a title."
_ALIKE = "Several variants have the same SKU or choose alike: each needs its own."


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of the store beside a command: how it is set up, now, and its choices."""

    known: Catalogue
    seen: Seen
    choices: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class Form:
    """What is made for a command: the product that is sold or that holds the others together, and those others."""

    product: Json
    variants: tuple[Json, ...] = ()
    options: tuple[Json, ...] = ()

    @property
    def skus(self) -> list[str]:
        """The SKUs of all that is made; the first is the product's."""
        return [str(each["sku"]) for each in (self.product, *self.variants)]


def form_of(command: ProductCreate, context: Context) -> Form:
    """Return what is made for a command; raises PlatformError for what can't be."""
    fields: Mapping[str, Any] = command.product
    if not fields.get("title"):
        raise invalid(_NO_TITLE, "TITLE_MISSING")
    roof = {"attribute_set_id": DEFAULT_SET, "status": 1, "visibility": SHOWN}
    if len(command.variants) <= 1 and not fields.get("options") and not any(each.get("options") for each in command.variants):
        only: Mapping[str, Any] = command.variants[0] if command.variants else {}
        own = variant(only, context) if command.variants else {"type_id": "simple", "price": 0}
        made = bodies.merged({**roof, **own}, bodies.product(fields))
        return Form(made | {"sku": _checked(text(made.get("sku")))})
    return _configurable(command, context, roof)


def variant(fields: Mapping[str, Any], context: Context) -> Json:
    """Return a product that is sold; raises PlatformError when it lacks what it needs."""
    if "price" not in fields:
        raise invalid(_NO_PRICE, "PRICE_MISSING")
    compare_at = fields.get("compare_at_price")
    prices = pricing.Prices(regular=fields["price"])
    if compare_at:
        prices = pricing.compared({}, context.known, context.seen, fields["price"], compare_at)
    body = {"type_id": "simple" if fields.get("requires_shipping", True) else "virtual", **bodies.prices(prices)}
    body |= {**bodies.ware(fields, context.known.setting), **bodies.new_stock(fields)}
    return {"sku": fields["sku"], **body} if fields.get("sku") else body


def part_of(name: str, set_id: Any, fields: Mapping[str, Any], choices: Sequence[Choice], context: Context) -> Json:
    """Return a variant of a configurable product: a product that is not shown by itself, with a value for each choice."""
    body = variant(fields, context)
    sku, selected = _checked(text(body.get("sku"))), fields.get("options") or []
    free = {"url_key": slug(sku), **choose_all(choices, selected)}
    words = " ".join([name, *(one["value"] for one in selected)])
    head = {"name": words, "attribute_set_id": set_id, "status": 1, "visibility": HIDDEN}
    return {**bodies.merged(body, bodies.with_attributes(free)), **head}


def slug(words: str) -> str:
    """Return words as a part of an address."""
    return re.sub(r"[^a-z0-9]+", "-", words.casefold()).strip("-")


def _configurable(command: ProductCreate, context: Context, roof: Json) -> Form:
    fields: Mapping[str, Any] = command.product
    names = dict.fromkeys(each["name"] for each in fields.get("options") or ())
    names |= dict.fromkeys(one["name"] for each in command.variants for one in each.get("options") or ())
    choices = list({(choice := named(context.choices, name)).code: choice for name in names}.values())
    own = bodies.product(fields)
    made = {**roof, "type_id": CONFIGURABLE, **own}
    made["sku"] = _checked(text(made.get("sku")) or text(fields.get("handle")) or slug(fields["title"]))
    parts = tuple(part_of(fields["title"], made["attribute_set_id"], each, choices, context) for each in command.variants)
    chosen = [frozenset(_values(each).items()) for each in parts]
    skus = [str(each["sku"]).casefold() for each in (made, *parts)]
    if len(set(skus)) < len(skus) or len({frozenset(each) for each in chosen}) < len(chosen):
        raise invalid(_ALIKE, "VARIANTS_ALIKE")
    options = tuple(_option(choice, name, turn, parts) for turn, (choice, name) in enumerate(zip(choices, names, strict=False)))
    return Form(made, parts, options)


def _option(choice: Choice, name: str, place: int, parts: Sequence[Json]) -> Json:
    values = dict.fromkeys(value for each in parts if (value := _values(each).get(choice.code)))
    return {
        "attribute_id": choice.id,
        "label": name,
        "position": place,
        "is_use_default": True,
        "values": [{"value_index": int(value)} for value in values],
    }


def _values(body: Json) -> dict[str, str]:
    """Return what a variant chooses, by attribute."""
    return {each["attribute_code"]: each["value"] for each in body[bodies.ATTRIBUTES] if each["attribute_code"] not in _FIXED}


def _checked(sku: str | None) -> str:
    if not sku:
        raise invalid(_NO_SKU, "SKU_MISSING")
    if len(sku) > LONGEST_SKU:
        raise invalid(_LONG, "SKU_TOO_LONG")
    return sku


_FIXED = frozenset({"url_key", "special_price"})
