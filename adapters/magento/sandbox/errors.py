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
    errors: Sequence[Mapping[str, Any]] = ()

    def body(self) -> dict[str, Any]:
        """Return the JSON body of the answer."""
        more = {"errors": self.errors, "parameters": self.parameters}
        return {"message": self.message, **{name: value for name, value in more.items() if value}}

    def told(self) -> str:
        """Return the message with what its placeholders stand for, as the queue's results show it."""
        pairs = self.parameters.items() if isinstance(self.parameters, Mapping) else enumerate(self.parameters, 1)
        text = self.message
        # The longest name first: %1 must not be found in %10.
        for name, value in sorted(((str(name), value) for name, value in pairs), key=lambda pair: -len(pair[0])):
            text = text.replace(f"%{name}", str(value))
        return text


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
    "field type": (400, 'Error occurred during "%field_name" processing. %details'),
    "entities": (400, 'Maximum items of type "%type" is %max'),
    "value": (400, 'Invalid value of "%value" provided for the %fieldName field.'),
    "empty attribute": (400, 'The "%1" attribute value is empty. Set the attribute and try again.'),
    "unique": (400, 'The value of the "%1" attribute isn\'t unique. Set a unique value and try again.'),
    "product data": (400, "Invalid product data: %1"),
    "sku length": (400, "SKU length should be %1 characters maximum."),
    "url key": (400, "URL key for specified store already exists."),
    "source item": (400, "Could not save Source Item"),
    "source items": (400, "Input data is empty"),
    "source": (404, 'Source with code "%value" does not exist.'),
    "source stock": (400, "Not all of your products are available in the requested quantity."),
    "same source": (400, "Cannot transfer a source on itself"),
    "shipment": (400, "Could not save a shipment, see error log for details"),
    "track": (400, "Could not save the shipment tracking."),
    "fee": (400, "Maximum shipping amount allowed to refund is: %1"),
    "hold": (400, "A hold action is not available."),
    "unhold": (400, "You cannot remove the hold."),
    "comment": (400, 'Unable to add comment: The status "%1" is not part of the order status history.'),
    "email taken": (400, "A customer with the same email address already exists in an associated website."),
    "email": (400, '"Email" is not a valid email address.'),
    "customer email": (400, "The customer email is missing. Enter and try again."),
    "customer value": (400, '"%1" is a required value.'),
    "website": (404, "The website with id %1 that was requested wasn't found. Verify the website and try again."),
    "attached": (400, "The product is already attached."),
    "no options": (400, "The parent product doesn't have configurable product options."),
    "no choice": (400, 'The child product doesn\'t have the "%1" attribute value. Verify the value and try again.'),
    "configurable": (400, 'The product with the "%1" SKU isn\'t a configurable product.'),
    "no child": (404, 'The product with the "%1" SKU is no variant of this product.'),
    "option": (400, "The option's %1 is not specified."),
    "no prices": (404, "Requested products don't exist: %sku"),
    "bulk": (404, "Bulk uuid %bulkUuid not exist"),
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
