"""Tending: what people do about writes on their way: try again, drop, change, hold, release."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import strawberry

from resolvers.core import Core
from resolvers.principal import Principal
from resolvers.writes.checks import target_id
from resolvers.writes.queue import Hold as HeldLane
from resolvers.writes.queue import Queue
from resolvers.writes.receipts import Receipts
from resolvers.writes.sealing import Contents, Sealer
from resolvers.writes.wishes import RefusedError, wish
from schema.errors import InputError
from schema.keys import Kind, decode_store, unpack
from schema.receipts import RECEIPT_KIND, Hold, HoldPayload, Receipt, UserError, WritePayload

MOST = 250
STORE = "*"
MOST_REASON = 500

NO_RECEIPT = "There is no such receipt in the stores you can ask."
BUSY = "It is being done, may have been done already, or is at its end: look at its state."
NOT_PARKED = "Only a write that is parked (NEEDS_INTERVENTION) can be changed."

Change = Callable[[str, str], Awaitable[bool | None]]


class Tending:
    """Looks after the writes of the stores of this gateway."""

    def __init__(self, core: Core, queue: Queue, sealer: Sealer, receipts: Receipts) -> None:
        self._core = core
        self._queue = queue
        self._sealer = sealer
        self._receipts = receipts

    async def each(self, principal: Principal, ids: Sequence[str], change: Change) -> WritePayload:
        """Change receipts one by one; what can't be changed is told."""
        if not 1 <= len(ids) <= MOST:
            problem = UserError(path=["ids"], code="TOO_MANY_ITEMS" if ids else "EMPTY_LIST", message=f"Give 1 to {MOST} ids.")
            return WritePayload(receipts=[], user_errors=[problem], previews=[])
        errors: list[UserError] = []
        changed: list[tuple[str, str]] = []
        for place, text in enumerate(ids):
            try:
                store, number = self.named(principal, text)
                _insist(await change(self._core.stores[store].scope, number))
            except RefusedError as error:
                errors.append(UserError(path=["ids", str(place)], code=error.code, message=error.message))
            else:
                changed.append((store, number))
        return WritePayload(receipts=await self._read(changed), user_errors=errors, previews=[])

    async def edit(self, principal: Principal, text: str, item: Any) -> WritePayload:
        """Replace what a parked write wants, and try it again."""
        try:
            store, number = self.named(principal, text)
            found = (await self._receipts.read([(store, number)]))[0]
            sealed = self._sealer.seal(_instead(found, item))
            _insist(await self._queue.requeue(self._core.stores[store].scope, number, sealed), NOT_PARKED)
        except RefusedError as error:
            problem = UserError(path=list(error.path), code=error.code, message=error.message)
            return WritePayload(receipts=[], user_errors=[problem], previews=[])
        return WritePayload(receipts=await self._read([(store, number)]), user_errors=[], previews=[])

    async def hold(self, principal: Principal, store: str, kind: str | None, reason: str | None) -> HoldPayload:
        """Hold a store or one of its kinds."""

        async def change(scope: str, what: str) -> None:
            told = (reason or "Held by hand.")[:MOST_REASON]
            await self._queue.hold(scope, what, HeldLane(told, principal.name, self._core.clock.now()), replace=True)

        return await self._on_store(principal, store, kind, change)

    async def release(self, principal: Principal, store: str, kind: str | None) -> HoldPayload:
        """End a hold; one that is not there is ended already."""

        async def change(scope: str, what: str) -> None:
            await self._queue.release(scope, what)

        return await self._on_store(principal, store, kind, change)

    async def holds(self, store: str) -> list[Hold]:
        """Return what is held of a store."""
        found = await self._queue.holds(self._core.stores[store].scope)
        return [
            Hold(
                store_name=store,
                kind=None if what == STORE else what,
                reason=held["reason"],
                held_by=held["by"],
                since=self._queue.time(held["since"]),
            )
            for what, held in sorted(found.items())
        ]

    def named(self, principal: Principal, text: str) -> tuple[str, str]:
        """Return the store and the number a receipt's id names; raises RefusedError."""
        try:
            kind, store, number = unpack(text)
        except InputError as error:
            raise RefusedError(error.code.value, error.message) from None
        config = self._core.stores.get(store)
        if kind != RECEIPT_KIND or not number:
            raise RefusedError("ID_INVALID", "This is no id of a receipt; pass one as the API returned it.")
        if config is None or not principal.sees(config):
            raise RefusedError("NOT_FOUND", NO_RECEIPT)
        return store, number

    async def _read(self, wanted: Sequence[tuple[str, str]]) -> list[Receipt]:
        return [found for found in await self._receipts.read(wanted) if found is not None]

    async def _on_store(
        self, principal: Principal, text: str, kind: str | None, change: Callable[[str, str], Awaitable[None]]
    ) -> HoldPayload:
        name = decode_store(text)
        config = self._core.stores.get(name)
        problem = None
        if config is None or not principal.sees(config):
            message = f"There is no store {name[:60]!r}; `stores` lists those you can ask."
            problem = UserError(path=["store"], code="STORE_UNKNOWN", message=message)
        elif kind is not None and kind not in {each.value for each in Kind}:
            problem = UserError(path=["kind"], code="KIND_UNKNOWN", message=f"There is no such kind; there are: {', '.join(Kind)}.")
        if problem is not None or config is None:
            return HoldPayload(holds=[], user_errors=[problem] if problem else [])
        await change(config.scope, kind or STORE)
        return HoldPayload(holds=await self.holds(name), user_errors=[])


def _insist(done: bool | None, busy: str = BUSY) -> None:
    """Raise RefusedError for a change that was not made."""
    if not done:
        raise RefusedError("NOT_FOUND" if done is None else "BUSY", NO_RECEIPT if done is None else busy)


def _instead(found: Receipt | None, item: Any) -> Contents:
    """Return what a receipt shall want instead; raises RefusedError for what is not its own."""
    if found is None:
        raise RefusedError("NOT_FOUND", NO_RECEIPT, "id")
    given = getattr(item, found.operation.name.lower())
    if given is strawberry.UNSET or given is None:
        raise RefusedError("REQUIRED", f"The receipt is of {found.operation.name}: give the field of that name.", "item")
    wished = wish(found.operation, given)
    if wished.store != found.store_name:
        raise RefusedError("ID_INVALID", "The item is for another store than the receipt.", "item")
    if found.target_key is not None and target_id(wished.contents) != found.target_key.id:
        raise RefusedError("ID_INVALID", "The item is about another entity than the receipt, which has a lane of its own.", "item")
    return wished.contents
