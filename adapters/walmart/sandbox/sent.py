"""A body as it was sent, read field by field: whatever is missing or not as it must be is refused with its place.

Feeds read their rows with it too; there a refusal becomes the error of one item.
"""

from collections.abc import Collection
from typing import Any

import orjson

from adapters.walmart.sandbox import description
from adapters.walmart.sandbox.calls import Call
from adapters.walmart.sandbox.errors import Api, ApiError
from adapters.walmart.sandbox.seed.money import CURRENCY, cents_of


class Sent:
    """An object of a body; `place` is where it stands in it."""

    def __init__(self, value: Any, api: Api, place: str = "") -> None:
        self._api = api
        self._place = place
        if not isinstance(value, dict):
            raise self.refusal(f"{place or 'The body'} must be an object")
        self.value: dict[str, Any] = value

    def has(self, name: str) -> bool:
        """Return whether a field was sent; null is none."""
        return self.value.get(name) is not None

    def part(self, name: str) -> "Sent":
        """Return an object that must be there."""
        return Sent(self._needed(name), self._api, self._at(name))

    def rows(self, name: str) -> list["Sent"]:
        """Return a list of objects that must be there and not be empty."""
        given = self._needed(name)
        if not isinstance(given, list) or not given:
            raise self.refusal(f"{self._at(name)} must be a list that is not empty")
        return [Sent(each, self._api, f"{self._at(name)}.{turn}") for turn, each in enumerate(given)]

    def text(self, name: str, *, known: Collection[str] = (), most: int = 1_000) -> str:
        """Return a text that must be there, one of the `known` where there are some."""
        given = self._needed(name)
        if not isinstance(given, str) or not given.strip() or len(given) > most or (known and given not in known):
            raise self.wrong(name)
        return given

    def whole(self, name: str, least: int = 0, most: int = 2**53) -> int:
        """Return a whole number that must be there."""
        given = self._needed(name)
        if isinstance(given, bool) or not isinstance(given, int | float) or given != int(given) or not least <= given <= most:
            raise self.wrong(name)
        return int(given)

    def flag(self, name: str) -> bool:
        """Return a true or false, false when it is not there."""
        given = self.value.get(name)
        if given is not None and not isinstance(given, bool):
            raise self.wrong(name)
        return bool(given)

    def money(self, name: str) -> int:
        """Return a sum in cents, of {"currency", "amount"}."""
        given = self.part(name)
        given.text("currency", known=(CURRENCY,))
        cents = cents_of(given.value.get("amount"))
        if cents is None:
            raise given.wrong("amount")
        return cents

    def wrong(self, name: str) -> ApiError:
        """Return the refusal of a field's value."""
        return self.refusal(f"{self._at(name)} is not valid")

    def refusal(self, description: str) -> ApiError:
        """Return a refusal in the words of whoever reads this body."""
        return ApiError(400, "INVALID_REQUEST_CONTENT", description, self._api)

    def _needed(self, name: str) -> Any:
        if not self.has(name):
            raise self.refusal(f"{self._at(name)} is required")
        return self.value[name]

    def _at(self, name: str) -> str:
        return f"{self._place}.{name}" if self._place else name


def body_of(call: Call) -> Sent:
    """Return a call's body. ApiError 400 for what is no JSON or not as described, 500 as the platform says it of another content type."""
    if "json" not in call.headers.get("content-type", ""):
        raise ApiError(500, "SYSTEM_ERROR", "The content type does not fit the body", call.api)
    try:
        value = orjson.loads(call.body)
    except orjson.JSONDecodeError as error:
        raise ApiError(400, "MALFORMED_REQUEST_CONTENT", "The request body can not be read", call.api) from error
    description.check_body(call.operation, value, call.api)
    return Sent(value, call.api)
