"""Checks requests against the vendor's own description of the API, where it is at hand.

It is looked for below the folder that CARTOGRAPH_SHARED names, or in `shared` beside the repository; without it nothing is checked.
"""

import gzip
import json
import os
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from adapters.magento.sandbox.bodies import snake, wrong_type
from adapters.magento.sandbox.calls import Pairs
from adapters.magento.sandbox.errors import ApiError, refusal
from adapters.magento.sandbox.table import Row

FILE = ("platforms", "magento", "spec", "admin-2.4.9.subset.json.gz")
SPELLINGS = (
    ("search_criteria", "searchCriteria"),
    ("filter_groups", "filterGroups"),
    ("condition_type", "conditionType"),
    ("sort_orders", "sortOrders"),
    ("page_size", "pageSize"),
    ("current_page", "currentPage"),
)
NUMBER = re.compile(r"\[\d*\]")
TYPES = {
    "integer": re.compile(r"-?\d+(\.0+)?|true|false"),
    "number": re.compile(r"-?\d+(\.\d+)?(e[-+]?\d+)?"),
    "boolean": re.compile(r"true|false|0|1"),
}
ANY_VALUE = "framework-attribute-interface"  # said to be a text, may be a list
SHOWN = {"integer": "int", "number": "float", "boolean": "bool"}


@cache
def description() -> dict[str, Any] | None:
    """Return the description, or None where it is not at hand."""
    root = Path(os.environ.get("CARTOGRAPH_SHARED") or Path(__file__).parents[3].parent / "shared")
    file = root.joinpath(*FILE)
    if not file.is_file():
        return None
    read: dict[str, Any] = json.loads(gzip.decompress(file.read_bytes()))
    return read


def check_request(method: str, template: str, pairs: Pairs) -> ApiError | None:
    """Return what the description has against a request, None when it has nothing."""
    known = description()
    if known is None:
        return None
    operation = known["paths"].get(template, {}).get(method.lower())
    if operation is None:
        return refusal("undescribed", "", f"{method} {template}")
    declared = {one["name"]: one for one in operation.get("parameters", []) if one["in"] == "query"}
    for name, value in pairs:
        wrong = _check_parameter(declared, _usual(name), value, f"{method} {template}")
        if wrong:
            return wrong
    sent = {_usual(name) for name, _ in pairs}
    missing = [name for name, one in declared.items() if one.get("required") and name not in sent]
    return refusal("required", fieldName=missing[0]) if missing else None


def check_body(route: tuple[str, str], sent: Mapping[str, Any], beside: Iterable[str] = ()) -> ApiError | None:
    """Return what the description has against the body of a route (method, template); `beside` are names that belong in its path."""
    known = description()
    if known is None:
        return None
    method, template = route
    operation = known["paths"].get(template, {}).get(method.lower())
    if operation is None:
        return refusal("undescribed", "", f"{method} {template}")
    schema: Row = next((one["schema"] for one in operation.get("parameters", []) if one["in"] == "body"), {"properties": {}})
    names = {**{snake(name): name for name in schema["properties"]}, **{name: name for name in schema["properties"]}}
    for name, value in sent.items():
        if name in beside:
            continue
        if name not in names:
            return refusal("undescribed", name, f"{method} {template}")
        wrong = _check_value(known["definitions"], schema["properties"][names[name]], name, value)
        if wrong:
            return wrong
    return None


def _check_value(definitions: Row, schema: Row, name: str, value: Any) -> ApiError | None:
    """Return what is wrong with one value, and with all inside of it; nothing is as good as anything."""
    title = schema.get("$ref", "").rpartition("/")[2]
    schema = definitions[title] if title else schema
    kind = schema.get("type")
    if value is None or title == ANY_VALUE:
        return None
    if kind == "array":
        entries = value if isinstance(value, list) else [None]
        wrong = None if isinstance(value, list) else wrong_type(name, value, "array")
        return wrong or next(filter(None, (_check_value(definitions, schema["items"], name, one) for one in entries)), None)
    if kind == "object":
        return _check_object(definitions, schema, (name, title), value)
    if isinstance(value, list | dict) or (kind in TYPES and not TYPES[kind].fullmatch(str(value).lower())):
        return wrong_type(name, value, SHOWN.get(str(kind), "string"))
    return None


def _check_object(definitions: Row, schema: Row, names: tuple[str, str], value: Any) -> ApiError | None:
    name, title = names
    if not isinstance(value, dict):
        return wrong_type(name, value, title)
    properties = schema.get("properties", {})
    for own, one in value.items():
        if snake(own) in properties:
            wrong = _check_value(definitions, properties[snake(own)], own, one)
            if wrong:
                return wrong
        elif properties and "extension" not in title:  # modules of other makers add to extensions as they like
            return refusal("undescribed", own, title)
    return None


def _check_parameter(declared: dict[str, Any], name: str, value: str, operation: str) -> ApiError | None:
    if name == "fields" or (name == "searchCriteria" and any(one.startswith(name) for one in declared)):
        return None
    if name not in declared:
        return refusal("undescribed", name, operation)
    kind = declared[name].get("type", "string")
    if kind in TYPES and not TYPES[kind].fullmatch(value):
        return refusal("type", value=value, type=SHOWN[kind])
    return None


def _usual(name: str) -> str:
    """Return a parameter's name as the description spells it: in camel case, with the first index."""
    for lower, camel in SPELLINGS:
        name = name.replace(lower, camel)
    return NUMBER.sub("", name) if "searchCriteria" not in name and name.count("[") == 1 else NUMBER.sub("[0]", name)
