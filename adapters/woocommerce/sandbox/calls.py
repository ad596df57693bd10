"""What a route is given and what it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import QueryParams

ROOT = "/wp-json/wc/v3"


@dataclass(frozen=True, slots=True)
class Call:
    """One request that found its route: `ids` are the numbers in the path, `home` the store's address without a slash at its end.

    `record` remembers a change where it is made: what, the platform's own id of what was changed, and a value.
    """

    method: str
    path: str
    ids: tuple[int, ...]
    query: QueryParams
    home: str
    record: Callable[[str, str, Any], None]
    body: Any = None

    @property
    def forced(self) -> bool:
        """Whether what is deleted is to be gone for good."""
        given = self.body.get("force", self.query.get("force", ""))
        return str(given).lower() in {"true", "1"}

    def link(self, path: str) -> str:
        """Return the address of a resource."""
        return f"{self.home}{ROOT}/{path}"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, not yet trimmed to the fields that were asked for."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
