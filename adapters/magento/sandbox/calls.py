"""What a request says, what a route is given of it, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came: `url` as sent, without its query; header names in lower case."""

    method: str
    url: str
    pairs: Pairs
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Call:
    """One request that found its route: `parts` are the path's parameters in order, `scope` the store view it is for.

    `body` is what was sent, its names in snake case but for the outermost; `operation` is how the call is logged.
    """

    asked: Asked
    parts: tuple[str, ...]
    scope: str = "default"
    body: Mapping[str, Any] = field(default_factory=dict)
    operation: str = ""

    @property
    def query(self) -> dict[str, str]:
        """The query's parameters, the last of a name."""
        return dict(self.asked.pairs)

    def number(self, place: int = 0) -> int:
        """Return a path parameter that is a number; the routes see to it that it is one."""
        return int(self.parts[place])


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: a body to be written as JSON, or text as it is."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    text: bool = False
