"""Platforms, stores, and what can be asked of each."""

from enum import Enum

import strawberry

from schema.commands import WriteOperation
from schema.keys import store_id


@strawberry.enum(description="What can be done with a kind of entity.")
class Operation(Enum):
    """The operations a platform may support for a kind."""

    GET = strawberry.enum_value("GET", description="Read one by id.")
    LIST = strawberry.enum_value("LIST", description="Read a list.")


@strawberry.type(description="What a platform can do with one kind of entity.")
class Capability:
    """One row of the capability table."""

    kind: str = strawberry.field(description="The kind: the name of the entity's type.")
    operations: list[Operation] = strawberry.field(description="What can be done with it.")
    sorts: list[str] = strawberry.field(description="The orders a list can be read in.")
    filters: list[str] = strawberry.field(description="The filters the platform itself answers; others are applied here.")
    note: str | None = strawberry.field(description="What a caller should know, e.g. why something is absent.")


@strawberry.type(description="What can be changed in the stores of a platform, and how it is done.")
class WriteCapability:
    """One row of the table of writes."""

    operation: WriteOperation = strawberry.field(description="The operation.")
    fields: list[str] | None = strawberry.field(description="The fields it takes; null when it takes all of them.")
    batch: int = strawberry.field(description="How many items one call to the platform can hold.")
    asynchronous: bool = strawberry.field(description="Whether the platform accepts first and does it later.")
    repeatable: bool = strawberry.field(
        description="Whether a write with an unknown end can be told from one that was not done; else a person is asked."
    )
    note: str | None = strawberry.field(description="What a caller should know.")


@strawberry.type(description="A kind of shop system or marketplace.")
class Platform:
    """A platform this gateway has an adapter for."""

    id: strawberry.ID = strawberry.field(description="Short name, e.g. in `platforms` arguments.")
    name: str = strawberry.field(description="The name its vendor uses.")
    api_version: str = strawberry.field(description="The version of the platform's API that is spoken.")
    capabilities: list[Capability] = strawberry.field(description="What can be asked of it, a row for each kind.")
    writes: list[WriteCapability] = strawberry.field(description="What can be changed in its stores; what has no row is `UNSUPPORTED`.")


@strawberry.interface(description="An object with a global id.")
class Node:
    """Relay's interface."""

    @strawberry.field(description="Global id: names this object in `node` and wherever an id is asked for.")
    def id(self) -> strawberry.ID:
        """Return the global id."""
        raise NotImplementedError


@strawberry.type(description="A merchant's account on a platform.")
class Store(Node):
    """A store the principal may see."""

    name: str = strawberry.field(description="Its short name, as in the stores file; may be used wherever a store's id is asked for.")
    tenant: str = strawberry.field(description="The customer this store belongs to.")
    platform: Platform = strawberry.field(description="The platform it is on.")
    url: str = strawberry.field(description="The address it is reached at.")

    @strawberry.field(description="Global id.")
    def id(self) -> strawberry.ID:
        """Return the global id."""
        return strawberry.ID(store_id(self.name))
