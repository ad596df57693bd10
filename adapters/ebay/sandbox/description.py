"""Finds the platform's official description, which is no part of the project: without it the sandbox serves, and checks less.

It lies in the folder that CARTOGRAPH_SHARED names, or in `shared` beside the repository.
"""

import gzip
import os
import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import orjson

FILES = (
    "sell_fulfillment_v1",
    "sell_inventory_v1",
    "sell_finances_v1",
    "sell_account_v1",
    "commerce_identity_v1",
    "commerce_notification_v1",
    "commerce_taxonomy_v1",
    "developer_analytics_v1_beta",
    "developer_key_management_v1",
    "sell_metadata_v1",
    "cancellation",
    "return",
)
METHODS = frozenset({"get", "post", "put", "delete"})


@dataclass(frozen=True)
class Operation:
    """One method on one path, `template` with the base path in front; `required` and `query` are names, `body` a whole JSON schema."""

    method: str
    template: str
    query: dict[str, dict[str, Any]]
    required: frozenset[str]
    headers: frozenset[str]
    body: dict[str, Any] | None

    @cached_property
    def path(self) -> re.Pattern[str]:
        """The paths it fits."""
        return re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(self.template)))


def find_operation(method: str, path: str) -> Operation | None:
    """Return the described operation that a request means, a fixed path before an open one; None for an unknown one or no description."""
    found = [operation for operation in operations().values() if operation.method == method and operation.path.fullmatch(path)]
    return min(found, key=lambda operation: operation.template.count("{"), default=None)


@cache
def operations() -> dict[tuple[str, str], Operation]:
    """Return all described operations by method and template, none when the description is not here."""
    folder = _folder()
    patches_file = folder / "patches.json"
    patches = orjson.loads(patches_file.read_bytes()) if patches_file.exists() else {}
    described: dict[tuple[str, str], Operation] = {}
    for name in FILES:
        file = folder / f"{name}_oas3.json.gz"
        if file.exists():
            document = orjson.loads(gzip.decompress(file.read_bytes()))
            for patch in patches.get(f"{name}_oas3.json", []):
                _mend(document, patch)
            described |= {(each.method, each.template): each for each in _operations_of(document)}
    return described


def _folder() -> Path:
    root = os.environ.get("CARTOGRAPH_SHARED") or Path(__file__).parents[3].parent / "shared"
    return Path(root) / "platforms" / "ebay" / "spec"


def _mend(document: dict[str, Any], patch: dict[str, Any]) -> None:
    """Apply one known correction of the documents, which is a value set at a path."""
    *above, last = patch["path"].strip("/").split("/")
    target = document
    for part in above:
        target = target[part]
    target[last] = patch["value"]


def _operations_of(document: dict[str, Any]) -> list[Operation]:
    base = document["servers"][0]["variables"]["basePath"]["default"]
    return [
        _operation(document, base + path, method, operation)
        for path, operations_ in document["paths"].items()
        for method, operation in operations_.items()
        if method in METHODS
    ]


def _operation(document: dict[str, Any], template: str, method: str, operation: dict[str, Any]) -> Operation:
    parameters = operation.get("parameters", [])
    query = {each["name"]: each.get("schema", {}) for each in parameters if each["in"] == "query"}
    required = frozenset(each["name"] for each in parameters if each["in"] == "query" and each.get("required"))
    headers = frozenset(each["name"].lower() for each in parameters if each["in"] == "header" and each.get("required"))
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    body = {**content["schema"], "components": document.get("components", {})} if "schema" in content else None
    return Operation(method.upper(), template, query, required, headers, body)
