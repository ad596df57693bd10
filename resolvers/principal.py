"""Who asks, and what exists for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from adapters.kit.stores import StoreConfig


class Role(StrEnum):
    """What a principal may do."""

    READ = "read"
    WRITE = "write"
    SUPPORT = "support"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller. `tenants` None means all of them (the vendor's own tools); `stores` None means all of the tenants' stores.

    `name` is for logs: never the key itself.
    """

    name: str
    tenants: frozenset[str] | None
    roles: frozenset[Role]
    stores: frozenset[str] | None = None

    def sees(self, store: StoreConfig) -> bool:
        """Say whether a store exists for this principal."""
        if self.tenants is not None and store.tenant not in self.tenants:
            return False
        return self.stores is None or store.name in self.stores

    def visible(self, stores: Iterable[StoreConfig]) -> list[StoreConfig]:
        """Return the stores that exist for this principal, in their order."""
        return [store for store in stores if self.sees(store)]

    def may(self, role: Role) -> bool:
        """Say whether this principal has a role."""
        return role in self.roles
