"""What a route is given and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import QueryParams

ROOT = "/wp-json/wc/v3"


@dataclass(frozen=True, slots=True)
class Call:
    """One request that found its route: `ids` are the numbers in the path, `home` the store's address without a slash at its end."""

    method: str
    path: str
    ids: tuple[int, ...]
    query: QueryParams
    home: str
    body: Any = None

    def link(self, path: str) -> str:
        """Return the address of a resource."""
        return f"{self.home}{ROOT}/{path}"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, not yet trimmed to the fields that were asked for."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
