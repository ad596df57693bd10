"""Checks requests against the vendor's own description of the API, where it is at hand.

It is looked for below the folder that CARTOGRAPH_SHARED names, or in `shared` beside the repository; without it nothing is checked.
"""

import gzip
import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

from adapters.magento.sandbox.calls import Pairs
from adapters.magento.sandbox.errors import ApiError, refusal

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
TYPES = {"integer": re.compile(r"-?\d+"), "number": re.compile(r"-?\d+(\.\d+)?"), "boolean": re.compile(r"true|false|0|1")}
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
    for snake, camel in SPELLINGS:
        name = name.replace(snake, camel)
    return NUMBER.sub("", name) if "searchCriteria" not in name and name.count("[") == 1 else NUMBER.sub("[0]", name)
