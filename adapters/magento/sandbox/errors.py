"""The platform's refusals: one exception, and the table of those we know.

A message keeps its placeholders; what they stand for is beside it, by name or by place. There are no error codes to tell them apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Parameters = Mapping[str, Any] | Sequence[Any]


@dataclass(slots=True)
class ApiError(Exception):
    """An answer that is an error; `parameters` is a mapping for named placeholders, a sequence for numbered ones."""

    status: int
    message: str
    parameters: Parameters = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """Return the JSON body of the answer."""
        return {"message": self.message, **({"parameters": self.parameters} if self.parameters else {})}


KNOWN: dict[str, tuple[int, str]] = {
    "unauthorized": (401, "The consumer isn't authorized to access %resources."),
    "login": (401, "The account sign-in was incorrect or your account is disabled temporarily. Please wait and try again later."),
    "entity": (404, "The entity that was requested doesn't exist. Verify the entity and try again."),
    "customer": (404, "No such entity with %fieldName = %fieldValue"),
    "product": (404, "The product that was requested doesn't exist. Verify the product and try again."),
    "route": (404, "Request does not match any route."),
    "required": (400, '"%fieldName" is required. Enter and try again.'),
    "type": (400, 'The "%value" value\'s type is invalid. The "%type" type was expected. Verify and try again.'),
    "page size": (400, "Maximum SearchCriteria pageSize is %max"),
    "direction": (400, "The sort order has to be set to %1 for ascending order or %2 for descending order."),
    "json": (400, "Decoding error."),
    "composite": (400, "Can't check requested quantity for products without Source Items support."),
    "accept": (406, "Server cannot match any of the given Accept HTTP header media type(s) from the request."),
    "undescribed": (400, "The official description has no parameter %1 for %2."),
    "condition": (400, "The condition type %1 is not known."),
}


def refusal(name: str, *values: Any, **named: Any) -> ApiError:
    """Return the known error of that name with what its placeholders stand for."""
    status, message = KNOWN[name]
    return ApiError(status, message, named or values)


def unauthorized(resource: str) -> ApiError:
    """Return the one 401 there is: no credentials, wrong or revoked ones and a missing permission all look like this."""
    return refusal("unauthorized", resources=resource)


def internal_error(number: int) -> ApiError:
    """Return the masked answer to anything unforeseen, with the number of its report."""
    return ApiError(500, f"Internal Error. Details are available in Magento log file. Report ID: webapi-{number:013x}")
