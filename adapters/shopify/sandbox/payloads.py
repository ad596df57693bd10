"""What mutations answer: a payload whose fields are null unless set, and its user errors."""

from collections.abc import Callable
from typing import Any

from adapters.shopify.sandbox.tables import Row


class Payload(Row):
    """A mutation's answer; what is not set is null.

    `again` makes the answer anew for a repeated key, from what the store holds by then.
    """

    def __init__(self, *problems: Row, again: Callable[[], "Payload"] | None = None, **fields: Any) -> None:
        super().__init__(fields)
        self["userErrors"] = list(problems)
        self._again = again

    def __missing__(self, _: str) -> None:
        return None

    @classmethod
    def refused(cls, told: tuple[str, str]) -> "Payload":
        """Refuse a request as a whole, with a message and its code."""
        return cls(problem(told[0], code=told[1]))

    @property
    def problems(self) -> list[Row]:
        """The user errors."""
        found: list[Row] = self["userErrors"]
        return found

    def repeated(self) -> "Payload":
        """Answer once more without doing anything."""
        return self._again() if self._again else self


def problem(message: str, *field: str | int, code: str | None = None) -> Row:
    """Write one user error; `field` leads to what is wrong, nothing means the request as a whole."""
    return {"field": [str(part) for part in field] or None, "message": message, "code": code}
