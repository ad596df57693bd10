"""The platform's refusals: one exception, and the table of those we know."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class ApiError(Exception):
    """An answer that is an error; `details` is left out when None."""

    status: int
    code: str
    message: str
    details: str | None = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """Return the JSON body of the answer."""
        error = {"code": self.code, "message": self.message}
        return {"errors": [error if self.details is None else {**error, "details": self.details}]}


@dataclass(slots=True)
class UnfitError(Exception):
    """What an order does not allow just now; the way in decides how it is told."""

    message: str


@dataclass(slots=True)
class FatalError(Exception):
    """A feed whose document cannot be worked on; `result` is what is told of it, if anything."""

    result: bytes | None = None


DENIED = "Access to requested resource is denied."
ACCESS = {"x-amzn-ErrorType": "AccessDeniedException"}
KNOWN: dict[str, ApiError] = {
    "no path": ApiError(403, "MissingAuthenticationToken", DENIED, None),
    "no token": ApiError(403, "Unauthorized", DENIED, "Access token is missing in the request header."),
    "bad token": ApiError(403, "Unauthorized", DENIED, "The access token you provided is revoked, malformed or invalid."),
    "old token": ApiError(403, "Unauthorized", DENIED, "The access token you provided has expired."),
    "no role": ApiError(403, "Unauthorized", DENIED, "", ACCESS),
    "quota": ApiError(429, "QuotaExceeded", "You exceeded your quota for the requested resource."),
    "no order": ApiError(404, "NotFound", "Order not found."),
    "no listing": ApiError(404, "NOT_FOUND", "SKU not found in the marketplaces asked for."),
    "no item": ApiError(404, "NOT_FOUND", "Requested item not found in the marketplaces asked for."),
    "no source": ApiError(404, "NotFound", "Supply source not found."),
    "no feed": ApiError(404, "NotFound", "Feed or document not found."),
    "no report": ApiError(404, "NotFound", "Report or document not found."),
    "not served": ApiError(501, "NotServed", "This sandbox does not serve that operation yet."),
    "no product type": ApiError(404, "NOT_FOUND", "Product type not found."),
}


def refusal(name: str) -> ApiError:
    """Return the known error of that name."""
    known = KNOWN[name]
    return ApiError(known.status, known.code, known.message, known.details, known.headers)


def invalid(details: str) -> ApiError:
    """Return the 400 for input that can never succeed."""
    return ApiError(400, "InvalidInput", "Invalid Input", details)
