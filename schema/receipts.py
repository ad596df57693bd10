"""Receipts: the answer to a write, and what became of it."""

from datetime import datetime
from enum import Enum
from typing import Annotated

import strawberry
from strawberry.scalars import JSON

from schema.commands import WriteOperation
from schema.context import Info
from schema.errors import Category
from schema.keys import Key, pack
from schema.paging import PageInfo
from schema.stores import Node, Store

RECEIPT_KIND = "Receipt"


@strawberry.enum(description="Where a write is on its way.")
class ReceiptState(Enum):
    """The states of a write. The last three are final."""

    QUEUED = strawberry.enum_value("QUEUED", description="Accepted and kept; it waits for its turn.")
    RUNNING = strawberry.enum_value("RUNNING", description="It is being done.")
    WAITING_PLATFORM = strawberry.enum_value("WAITING_PLATFORM", description="The platform accepted it, and has not shown it yet.")
    RETRYING = strawberry.enum_value("RETRYING", description="It failed for now and is tried again at `nextAttemptAt`.")
    HELD = strawberry.enum_value("HELD", description="It waits until its lane is released, or the store is connected again.")
    NEEDS_INTERVENTION = strawberry.enum_value(
        "NEEDS_INTERVENTION", description="It is parked until somebody decides: `writeRetry`, `writeEdit` or `writeCancel`."
    )
    DONE = strawberry.enum_value("DONE", description="It is done: the platform shows it.")
    REJECTED = strawberry.enum_value("REJECTED", description="It can't be done as it is; `reason` says why.")
    CANCELLED = strawberry.enum_value("CANCELLED", description="It was dropped before it was begun.")


FINAL = frozenset({ReceiptState.DONE, ReceiptState.REJECTED, ReceiptState.CANCELLED})


@strawberry.type(description="What a write changed on the platform, where that is known.")
class Effect:
    """The entity, and its fields before and after; `before` and `after` have the names of the schema's fields."""

    entity_key: strawberry.Private[Key | None]
    before: JSON | None = strawberry.field(description="The fields as they were.")
    after: JSON | None = strawberry.field(description="The fields as they are now.")

    @strawberry.field(description="Global id of what was made or changed.")
    def entity_id(self) -> strawberry.ID | None:
        """Return the global id."""
        return strawberry.ID(self.entity_key.encode()) if self.entity_key else None

    @strawberry.field(description="What was made or changed, as it is now.")
    async def entity(self, info: Info) -> Node | None:
        """Follow the link."""
        if self.entity_key is None:
            return None
        found: Node | None = await info.context.one(self.entity_key)
        return found


@strawberry.type(description="A write on its way, or at its end.")
class Receipt(Node):
    """What became of one item of a mutation. Kept for seven days after its end; one that is parked until somebody decides."""

    store_name: strawberry.Private[str]
    number: strawberry.Private[str]
    coalesced: strawberry.Private[str | None]
    target_key: strawberry.Private[Key | None]
    operation: WriteOperation = strawberry.field(description="What was asked for.")
    kind: str = strawberry.field(description="The kind of entity it changes.")
    state: ReceiptState = strawberry.field(description="Where it is.")
    category: Category | None = strawberry.field(description="Why it is not done, as one of five.")
    code: str | None = strawberry.field(description="Why it is not done, in the platform's word or ours.")
    reason: str | None = strawberry.field(description="Why it is not done, as a sentence.")
    attempts: int = strawberry.field(description="How often it was tried; waiting for a limit is not counted.")
    created_at: datetime = strawberry.field(description="When it was accepted.")
    updated_at: datetime = strawberry.field(description="When its state changed last.")
    next_attempt_at: datetime | None = strawberry.field(description="When it is tried next; null when it is at its end or being done.")
    effect: Effect | None = strawberry.field(description="What it changed; null until it is done.")

    @strawberry.field(description="Global id.")
    def id(self) -> strawberry.ID:
        """Return the global id."""
        return receipt_id(self.store_name, self.number)

    @strawberry.field(description="Global id of the entity it was asked for; null for what is only being made.")
    def target_id(self) -> strawberry.ID | None:
        """Return the global id."""
        return strawberry.ID(self.target_key.encode()) if self.target_key else None

    @strawberry.field(description="The store it changes.")
    def store(self, info: Info) -> Annotated["Store", strawberry.lazy("schema.stores")]:
        """Return the store."""
        return info.context.store(self.store_name)

    @strawberry.field(
        description="The receipt of the write that was done for this one too: several that waited for the same entity became one. "
        "This one has its outcome."
    )
    def coalesced_into(self) -> strawberry.ID | None:
        """Return the global id of the other receipt."""
        return receipt_id(self.store_name, self.coalesced) if self.coalesced else None


def receipt_id(store: str, number: str) -> strawberry.ID:
    """Return the global id of a receipt."""
    return strawberry.ID(pack(RECEIPT_KIND, store, number))


@strawberry.type(description="A receipt and its place in the list.")
class ReceiptEdge:
    """One row of a page."""

    node: Receipt = strawberry.field(description="The receipt.")
    cursor: str = strawberry.field(description="Go on behind it with `after`.")


@strawberry.type(description="One page of receipts, the newest first.")
class ReceiptConnection:
    """A page."""

    nodes: list[Receipt] = strawberry.field(description="The receipts.")
    edges: list[ReceiptEdge] = strawberry.field(description="The receipts with their cursors.")
    page_info: PageInfo = strawberry.field(description="Where this page is.")


@strawberry.input(description="Which receipts; all that is given has to be true.")
class ReceiptFilter:
    """What a list of receipts is narrowed to."""

    tenant: str | None = strawberry.field(default=None, description="Only of this tenant's stores.")
    store: strawberry.ID | None = strawberry.field(default=None, description="Only of this store, by id or short name.")
    platform: strawberry.ID | None = strawberry.field(default=None, description="Only of stores on this platform.")
    kind: str | None = strawberry.field(default=None, description="Only of this kind of entity, e.g. Order.")
    operation: list[WriteOperation] | None = strawberry.field(default=None, description="Only of these operations.")
    category: list[Category] | None = strawberry.field(default=None, description="Only those that failed so.")
    state: list[ReceiptState] | None = strawberry.field(default=None, description="Only in these states.")
    since: datetime | None = strawberry.field(default=None, description="Only those accepted at or after this time.")


@strawberry.type(description="Why an item of a mutation was not accepted.")
class UserError:
    """One problem of one item; other items are not touched by it."""

    path: list[str] = strawberry.field(description='Where in the arguments, e.g. ["items", "3", "available"].')
    code: str = strawberry.field(description="For programs; the README has a table.")
    message: str = strawberry.field(description="For people: what to do.")


@strawberry.type(description="What an item of a mutation would do; nothing was kept.")
class Preview:
    """One item that could be accepted as it is."""

    path: list[str] = strawberry.field(description='Which item, e.g. ["items", "3"].')
    store: Annotated["Store", strawberry.lazy("schema.stores")] = strawberry.field(description="The store it would change.")
    effect: Effect = strawberry.field(description="The fields it would change, as they are and as they would be, where that is known.")


@strawberry.type(description="The answer to a mutation that writes.")
class WritePayload:
    """Receipts for what was accepted, errors for what was not."""

    receipts: list[Receipt] = strawberry.field(description="One for each accepted item, in the order of the items.")
    user_errors: list[UserError] = strawberry.field(description="Why items were not accepted; they were not kept.")
    previews: list[Preview] = strawberry.field(description="With `preview: true`: what would happen. Nothing was kept.")


@strawberry.type(description="A store, or a kind of its entities, whose writes wait until it is released.")
class Hold:
    """A hold."""

    store_name: strawberry.Private[str]
    kind: str | None = strawberry.field(description="The kind that is held; null when the whole store is.")
    reason: str = strawberry.field(description="Why.")
    held_by: str = strawberry.field(description="Who asked for it: the name of an API key, or `gateway`.")
    since: datetime = strawberry.field(description="Since when.")

    @strawberry.field(description="The store.")
    def store(self, info: Info) -> Annotated["Store", strawberry.lazy("schema.stores")]:
        """Return the store."""
        return info.context.store(self.store_name)


@strawberry.type(description="The answer to a mutation about holds.")
class HoldPayload:
    """What is held now."""

    holds: list[Hold] = strawberry.field(description="All holds of the stores that were named, as they are now.")
    user_errors: list[UserError] = strawberry.field(description="What could not be done.")
