"""A store as one token sees it: with its scopes, and without what they hide."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from adapters.shopify.sandbox.conditions import Fields, Test
from adapters.shopify.sandbox.store import Store

RECENT = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class View:
    """What resolvers answer from. Without `read_all_orders` older orders do not exist, neither in lists nor by id."""

    store: Store
    scopes: frozenset[str]
    fields: Mapping[str, Fields]
    record: Callable[[str, str, Any, str], None]  # what was changed, of which entity, to what value, by which operation

    @property
    def oldest_order(self) -> int:
        """The creation time below which orders are hidden, 0 for none."""
        return 0 if "read_all_orders" in self.scopes else int((self.store.now() - RECENT).timestamp())

    def test(self, name: str, test: Test | None, arguments: Mapping[str, Any]) -> Test | None:
        """Add to a filter what the list leaves out by itself."""
        shows = self._shows(name, arguments)
        if shows is None or test is None:
            return shows or test
        return lambda head: shows(head) and test(head)

    def _shows(self, name: str, arguments: Mapping[str, Any]) -> Test | None:
        oldest = self.oldest_order
        if name == "orders" and oldest:
            return lambda head: bool(head.created >= oldest)
        if name == "locations" and not arguments.get("includeInactive"):
            return lambda head: bool(head.active)
        return None
