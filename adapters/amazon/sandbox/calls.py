"""What a route is given and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.amazon.sandbox.query import Query


@dataclass(frozen=True, slots=True)
class Call:
    """One request that found its route: `path` has the values of its template, `home` is the store's address without a slash at its end.

    `operation` is how the log of calls names it.
    """

    path: Mapping[str, str]
    query: Query
    body: bytes
    home: str
    operation: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; bytes are sent as they are."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
