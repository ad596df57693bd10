"""What every entity has: its ids, its store, when it was seen."""

from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import Annotated, Any, ClassVar

import strawberry
from strawberry.scalars import JSON

from schema.canonical import Canonical
from schema.context import AT_ONCE, Info, Links
from schema.keys import Key, Kind
from schema.stores import Node, Store


@strawberry.enum(description="Where an answer came from.")
class SyncSource(Enum):
    """How fresh an entity is, seen from the request that serves it."""

    LIVE = strawberry.enum_value("LIVE", description="Read from the platform for this request.")
    CACHED = strawberry.enum_value("CACHED", description="Kept from an earlier read, within the freshness that was asked for.")
    STALE = strawberry.enum_value("STALE", description="Older than asked for: the store could not be read just now.")


@strawberry.type(description="When and how an entity was last seen.")
class Sync:
    """The freshness of one entity."""

    observed_at: datetime = strawberry.field(description="When the platform gave this state.")
    source: SyncSource = strawberry.field(description="Whether it was read for this request.")


@strawberry.interface(description="What a store has of every kind: named, owned and seen at a time.")
class Entity(Canonical, Node):
    """The parts all entities share.

    `key_id` is what finds the entity again; mostly it is the platform's id, but some platforms need more (a variation's product).
    `sequence` orders entities the way the platform numbers them.
    """

    kind: ClassVar[Kind]

    store_name: strawberry.Private[str]
    key_id: strawberry.Private[str]
    observed_at: strawberry.Private[datetime]
    sequence: strawberry.Private[int] = 0
    platform_id: str = strawberry.field(description="The platform's own id.")

    @strawberry.field(description="Global id: names this entity in `node` and wherever an id is asked for.")
    def id(self) -> strawberry.ID:
        """Return the global id."""
        return strawberry.ID(self.key.encode())

    @strawberry.field(description="The store it lives in.", metadata={AT_ONCE: lambda entity, links: links.store(entity.store_name)})
    def store(self, info: Info) -> Annotated["Store", strawberry.lazy("schema.stores")]:
        """Return the store."""
        return info.context.store(self.store_name)

    @strawberry.field(
        description="When and how it was last seen.", metadata={AT_ONCE: lambda entity, links: freshness(entity.observed_at, links)}
    )
    def sync(self, info: Info) -> Sync:
        """Say how fresh this is, measured against what the request asked for."""
        return freshness(self.observed_at, info.context)

    @property
    def key(self) -> Key:
        """Return the key that finds this entity again."""
        return Key(self.kind, self.store_name, self.key_id)


def freshness(observed_at: datetime, asked: Links) -> Sync:
    """Return how fresh a request may call what was observed then."""
    if observed_at >= asked.started:
        asked.until = min(asked.until, observed_at)
        return _live(observed_at)
    asked.after = max(asked.after, observed_at)
    if asked.oldest <= observed_at:
        asked.upto = min(asked.upto, observed_at)
        return _cached(observed_at)
    asked.above = max(asked.above, observed_at)
    return _stale(observed_at)


# Rows of one page were seen at one moment: they share what says so.
_live = lru_cache(4096)(lambda observed_at: Sync(observed_at=observed_at, source=SyncSource.LIVE))
_cached = lru_cache(4096)(lambda observed_at: Sync(observed_at=observed_at, source=SyncSource.CACHED))
_stale = lru_cache(4096)(lambda observed_at: Sync(observed_at=observed_at, source=SyncSource.STALE))


def chosen(metadata: dict[str, Any], keys: list[str] | None) -> JSON:
    """Return the metadata asked for; None asks for all of it."""
    if keys is None:
        return JSON(metadata)
    return JSON({key: metadata[key] for key in keys if key in metadata})
