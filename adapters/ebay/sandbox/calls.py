"""One request as the handlers see it, and what they answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from adapters.ebay.sandbox.store import Store


@dataclass(frozen=True, slots=True)
class Call:
    """One admitted request.

    `operation` is its name in the log, `path` is below the store, `names` are the parts of it that the template leaves open, `home` the
    address of the store, `now` the instant at which the request came.
    """

    store: Store
    operation: str
    now: int
    home: str
    path: str
    names: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any = None

    def did(self, what: str, entity: str, value: Any = None) -> None:
        """Record a change this call made."""
        self.store.control.effect(self.store.settings.name, what, entity, value, self.operation)

    def page(self, **changes: Any) -> str:
        """Return the path and query of this call with some parameters changed, as the platform links pages."""
        query = {**self.query, **{name: str(value) for name, value in changes.items()}}
        return f"{self.path}?{urlencode(query, quote_via=quote, safe=':,.')}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler answers; a body of None is no body at all."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
