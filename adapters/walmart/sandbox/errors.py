"""How the platform says no: three envelopes in JSON, told apart by who refuses, and XML for whoever did not ask for JSON.

The gateway wraps a list in `error`, the order API in `errors.error`, the newer ones in `errors`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from xml.sax.saxutils import escape

import orjson
from starlette.responses import Response

Api = Literal[
    "GMP_GATEWAY_API",
    "GMP_ORDER_API",
    "GMP_ITEM_QUERY_API",
    "GMP_INVENTORY_API",
    "GMP_RETURNS_API",
    "GMP_SETTINGS_API",
    "GMP_PRICE_API",
    "GMP_RECEIVER_API",
]
GATEWAY: Api = "GMP_GATEWAY_API"
INFOS = {
    "UNAUTHORIZED": "Unauthorized token or incorrect authorization header.",
    "FORBIDDEN": "No permission for this resource",
    "REQUEST_THRESHOLD_VIOLATED": "Request threshold violated",
    "CONTENT_NOT_FOUND": "Requested content could not be found.",
    "INVALID_REQUEST": "Request invalid.",
    "INVALID_REQUEST_CONTENT": "Request content is invalid.",
    "INVALID_REQUEST_PARAM": "One or more request parameters are invalid.",
    "MALFORMED_REQUEST_CONTENT": "Request content can not be read.",
    "MISSING_REQUEST_PARAM": "A required request parameter is missing.",
    "MISSING_REQUEST_HEADER": "A required request header is missing.",
    "URI_NOT_FOUND": "The requested address is not known.",
    "METHOD_NOT_ALLOWED": "This method is not allowed here.",
    "REQUEST_ENTITY_TOO_LARGE": "The file is too large.",
    "SYSTEM_ERROR": "The system is unable to answer.",
}
CATEGORIES = {"CONTENT_NOT_FOUND": "APPLICATION", "REQUEST_THRESHOLD_VIOLATED": "REQUEST", "SYSTEM_ERROR": "SYSTEM"}


@dataclass(slots=True, eq=False)
class ApiError(Exception):
    """A refusal: `code` without its suffix, `api` who says it."""

    status: int
    code: str
    description: str
    api: Api = GATEWAY
    about: str = "data"
    severity: str = "ERROR"
    headers: Mapping[str, str] = field(default_factory=dict)

    def entry(self) -> dict[str, Any]:
        """Return what is said, without an envelope."""
        return {
            "code": f"{self.code}.{self.api}",
            "field": self.code if self.api == GATEWAY else self.about,
            "description": self.description,
            "info": INFOS.get(self.code, ""),
            "severity": self.severity,
            "category": CATEGORIES.get(self.code, "DATA"),
            "causes": [],
            "errorIdentifiers": {"entry": []},
        }

    def body(self) -> dict[str, Any]:
        """Return the JSON body in the envelope of whoever refuses."""
        if self.api == GATEWAY:
            return {"error": [self.entry()]}
        return {"errors": {"error": [self.entry()]}} if self.api == "GMP_ORDER_API" else {"errors": [self.entry()]}

    def response(self, accept: str, headers: Mapping[str, str]) -> Response:
        """Return the answer; whoever does not accept JSON by name gets XML."""
        sent = {**headers, **self.headers}
        if "json" in accept:
            return Response(orjson.dumps(self.body()), self.status, sent, "application/json")
        shown = (("code", f"{self.code}.{self.api}"), ("field", self.about), ("description", self.description), ("severity", self.severity))
        inner = "".join(f"<ns2:{name}>{escape(value)}</ns2:{name}>" for name, value in shown)
        text = (
            f'<?xml version="1.0" encoding="UTF-8"?><ns2:errors xmlns:ns2="http://walmart.com/"><ns2:error>{inner}</ns2:error></ns2:errors>'
        )
        return Response(text, self.status, sent, "application/xml")


def unauthorized() -> ApiError:
    """Return the refusal of a token that is missing, expired, taken back or of another seller."""
    return ApiError(401, "UNAUTHORIZED", "Unauthorized")


def nothing_found(api: Api, what: str) -> ApiError:
    """Return the answer of a search without hits, which is no error to whoever asked."""
    return ApiError(404, "CONTENT_NOT_FOUND", f"{what} not found for given search parameters", api, severity="INFO")


def unknown_row(api: Api, what: str) -> ApiError:
    """Return the answer for an id nobody has."""
    return ApiError(404, "CONTENT_NOT_FOUND", f"{what} does not exist", api)


def invalid(api: Api, name: str) -> ApiError:
    """Return the refusal of a parameter's value."""
    if api == "GMP_ORDER_API":
        return ApiError(400, "INVALID_REQUEST", f"Invalid value for parameter {name}", api, name)
    return ApiError(400, "INVALID_REQUEST_PARAM", f"The value provided for '{name}' is invalid.", api, name)


def refused(description: str) -> ApiError:
    """Return the refusal of a write to an order: only its words tell a state that does not allow it from a wrong body."""
    return ApiError(400, "INVALID_REQUEST_CONTENT", description, "GMP_ORDER_API")
