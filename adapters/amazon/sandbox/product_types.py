"""Definitions of product types: as much as a write needs, which is what a listing must have, and which attributes there are."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

import orjson

from adapters.amazon.sandbox.calls import Answer, Call
from adapters.amazon.sandbox.errors import ApiError, refusal
from adapters.amazon.sandbox.listing_changes import REQUIREMENTS
from adapters.amazon.sandbox.listing_rules import ATTRIBUTES, PRODUCT_TYPES, SALES, required
from adapters.amazon.sandbox.listings import known_markets
from adapters.amazon.sandbox.shop import Shop

Row = dict[str, Any]
FOLDER = "/product-type-schemas/"
VERSION = "UHqSqmb4FNUk="
ROW = {"type": "array", "minItems": 1, "items": {"type": "object"}}


def search_types(shop: Shop, call: Call) -> Answer:
    """Answer searchDefinitionsProductTypes."""
    markets = [market.id for market in known_markets(shop, call)]
    words = [word.lower() for word in (*call.query.words("keywords"), *call.query.text("itemName").split())]
    found = [name for name in sorted(PRODUCT_TYPES) if not words or any(word in name.lower() for word in words)]
    rows = [{"name": name, "displayName": _title(name), "marketplaceIds": markets} for name in found]
    return Answer({"productTypes": rows, "productTypeVersion": VERSION})


def get_type(shop: Shop, call: Call) -> Answer:
    """Answer getDefinitionsProductType; the schema itself lies at an address of its own."""
    name, markets = call.path["productType"], known_markets(shop, call)
    if name not in PRODUCT_TYPES:
        raise refusal("no product type")
    requirements = call.query.text("requirements", REQUIREMENTS) or REQUIREMENTS[0]
    level = call.query.text("parentageLevel", ("NONE", "CHILD", "PARENT"))
    link = f"{call.home}{FOLDER}{name}?requirements={requirements}&parent={str(level == 'PARENT').lower()}"
    schema = {"link": {"resource": link, "verb": "GET"}, "checksum": _checksum(_schema(name, requirements, parent=level == "PARENT"))}
    groups = {"offer": ("Offer", sorted(SALES)), "product_details": ("Product Details", sorted(set(ATTRIBUTES) - SALES))}
    row: Row = {
        "schema": schema,
        "requirements": requirements,
        "requirementsEnforced": call.query.text("requirementsEnforced") or "ENFORCED",
        "propertyGroups": {group: {"title": title, "propertyNames": names} for group, (title, names) in groups.items()},
        "locale": markets[0].language,
        "marketplaceIds": [market.id for market in markets],
        "productType": name,
        "displayName": _title(name),
        "productTypeVersion": {"version": VERSION, "latest": True},
    }
    return Answer(row)


def download(name: str, query: Mapping[str, str]) -> Answer:
    """Answer the address of a schema."""
    requirements = query.get("requirements", "")
    if name not in PRODUCT_TYPES or requirements not in REQUIREMENTS:
        raise ApiError(403, "AccessDenied", "Access Denied", None)
    return Answer(_schema(name, requirements, parent=query.get("parent") == "true"))


def _schema(name: str, requirements: str, *, parent: bool) -> bytes:
    return orjson.dumps(
        {
            "$schema": "https://json-schema.org/draft/2019-09/schema",
            "title": _title(name),
            "type": "object",
            "properties": {attribute: {"title": _title(attribute), **ROW} for attribute in ATTRIBUTES},
            "required": required(requirements, parent=parent),
            "additionalProperties": False,
        }
    )


def _checksum(schema: bytes) -> str:
    return base64.b64encode(hashlib.md5(schema, usedforsecurity=False).digest()).decode()


def _title(name: str) -> str:
    return name.replace("_", " ").title()
