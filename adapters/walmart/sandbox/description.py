"""The platform's published description of itself, which requests are checked against wherever its files lie beside the checkout.

They are found by the environment's CARTOGRAPH_SHARED, else in the folder `shared` next to the repository, and read once, when this module
is imported: nothing may wait for a file while requests are served. Without them nothing is checked. What the documents, which are two
years old, do not know yet is added here.
"""

import gzip
import importlib
import importlib.util
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from starlette.datastructures import Headers, QueryParams

from adapters.walmart.sandbox.errors import GATEWAY, Api, ApiError, invalid

Operations = Mapping[str, Mapping[str, Any]]
DOCUMENTS = ("authentication", "orders", "returns", "items", "inventory", "prices", "feeds", "settings", "utilities", "fulfillment")
FEEDS = "POST /v3/feeds"  # in six documents, each with some types of feeds: what its files hold is checked where they are read
NEWER: dict[str, frozenset[str]] = {
    "GET /v3/orders": frozenset({"incentiveInfo"}),
    "GET /v3/orders/released": frozenset({"incentiveInfo"}),
    FEEDS: frozenset({"feedType", "shipNode"}),
    "GET /v3/wfs/inventory": frozenset({"sku", "fromModifiedDate", "toModifiedDate", "limit", "offset"}),
}
UNCHECKED_HEADERS = frozenset({"authorization", "content-type", "accept"})  # a description may not speak of these
CURSOR_MARKS = frozenset({"hasMoreElements", "sellerId"})


def load(root: Path) -> Operations:
    """Return all described operations by "METHOD /path/template", nothing when the documents are not below this folder."""
    where = root / "platforms" / "walmart" / "spec"
    found: dict[str, Mapping[str, Any]] = {}
    for name in DOCUMENTS if where.is_dir() else ():
        document = orjson.loads(gzip.decompress((where / f"walmart_us_mp_{name}.json.gz").read_bytes()))
        for path, methods in document["paths"].items():
            where_to = path.replace("{SKU}", "{sku}")
            found |= {f"{method.upper()} {where_to}": operation for method, operation in methods.items() if method != "parameters"}
    found.pop(FEEDS, None)
    return found


DESCRIBED = load(Path(os.environ.get("CARTOGRAPH_SHARED") or Path(__file__).parents[3].parent / "shared"))
# Only a development checkout has it; without it the types of parameters are not looked at.
JSONSCHEMA = importlib.import_module("jsonschema") if DESCRIBED and importlib.util.find_spec("jsonschema") else None


def check(operation: str, query: QueryParams, headers: Headers, api: Api) -> None:
    """Hold one request against the description. ApiError 400 for what it does not know, or what is not as it says.

    A request that follows an order or return cursor has parameters that are described nowhere: they are the platform's own.
    """
    if not DESCRIBED or CURSOR_MARKS & set(query):
        return
    described, newer = DESCRIBED.get(operation), NEWER.get(operation, frozenset())
    if described is None and not newer:
        raise ApiError(400, "URI_NOT_FOUND", f"{operation} is not described")
    parameters = described.get("parameters", []) if described else []
    known = {parameter["name"]: parameter for parameter in parameters if parameter["in"] == "query"}
    if unknown := set(query) - set(known) - newer:
        raise invalid(api, min(unknown))
    for name, parameter in known.items():
        if name in query:
            _check_value(parameter, query[name], api)
        elif parameter.get("required"):
            raise ApiError(400, "MISSING_REQUEST_PARAM", f"The parameter '{name}' is required.", api, name)
    _check_headers(parameters, headers)


def check_body(operation: str, body: Any, api: Api) -> None:
    """Hold a JSON body against the description. ApiError 400 that names the first place that is not as it says."""
    validator = _validator(operation) if operation in DESCRIBED else None
    error = next(iter(validator.iter_errors(body)), None) if validator else None
    if error is not None:
        place = ".".join(str(step) for step in error.absolute_path)
        raise ApiError(400, "INVALID_REQUEST_CONTENT", f"{place or 'The body'} is not as described", api)


@cache
def _validator(operation: str) -> Any:
    content = DESCRIBED[operation].get("requestBody", {}).get("content", {}).get("application/json")
    return JSONSCHEMA.Draft202012Validator(content["schema"]) if JSONSCHEMA and content else None


def _check_headers(parameters: list[Any], headers: Headers) -> None:
    for parameter in parameters:
        name = parameter["name"]
        if parameter["in"] == "header" and parameter.get("required") and name.lower() not in UNCHECKED_HEADERS and name not in headers:
            raise ApiError(400, "MISSING_REQUEST_HEADER", f"The header {name} is required.", GATEWAY, name)


def _check_value(parameter: Mapping[str, Any], given: str, api: Api) -> None:
    schema = parameter["schema"]
    if JSONSCHEMA and not JSONSCHEMA.Draft202012Validator(schema).is_valid(_typed(schema.get("type"), given)):
        raise invalid(api, parameter["name"])


def _typed(kind: str | None, given: str) -> Any:
    if kind == "integer" and given.isdigit():
        return int(given)
    return {"true": True, "false": False}.get(given, given) if kind == "boolean" else given
