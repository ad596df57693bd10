"""What a mutation writes with: the store, the moment, and the record of what it changed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from adapters.shopify.sandbox.errors import FieldError
from adapters.shopify.sandbox.nodes import GLOBAL_ID
from adapters.shopify.sandbox.payloads import Payload
from adapters.shopify.sandbox.seed.catalogue import Product, Variant
from adapters.shopify.sandbox.seed.identifiers import BASES
from adapters.shopify.sandbox.store import Store
from adapters.shopify.sandbox.view import View

Arguments = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Write:
    """One mutation under way; `operation` is the name in the log of calls."""

    view: View
    operation: str

    @property
    def store(self) -> Store:
        """The store written to."""
        return self.view.store

    @property
    def moment(self) -> int:
        """The sandbox's time in epoch seconds."""
        return int(self.store.now().timestamp())

    def effect(self, what: str, entity: str, value: Any = None) -> None:
        """Record one change, where it is made."""
        self.view.record(what, entity, value, self.operation)

    def product(self, identity: str) -> Product | None:
        """Find a product by its global id."""
        return self.store.products.heads.get(number_of(identity, "Product"))

    def variant(self, identity: str) -> Variant | None:
        """Find a variant by its global id."""
        return self.store.variants.heads.get(number_of(identity, "ProductVariant"))

    def item(self, identity: str) -> Variant | None:
        """Find the variant of a stock item by the item's global id."""
        return self.store.item(number_of(identity, "InventoryItem"))

    def place(self, identity: str) -> int | None:
        """Find the index of an active location by its global id."""
        head = self.store.locations.heads.get(number_of(identity, "Location"))
        return head.index if head and head.active else None


Do = Callable[[Write, Arguments], Payload]


def number_of(identity: str, kind: str) -> int:
    """Return the number in a global id; one of another kind is refused in the platform's words."""
    match = GLOBAL_ID.fullmatch(identity)
    if match is None or match.group(1) != kind or not match.group(2).isdigit():
        raise FieldError(f"Invalid id: {identity}", "RESOURCE_NOT_FOUND")
    return int(match.group(2))


def position_of(kind: str, number: int) -> int:
    """Return what a number counts from the beginning of its kind."""
    return number - BASES[kind]
