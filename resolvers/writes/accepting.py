"""Accepting: from the items of a mutation to writes that are kept, or to the reasons why not.

What can be known here without asking a store is told before anything is kept. An idempotency key is kept first, with the numbers the
receipts will have: who asks again with it gets those, and whatever of them was not kept yet, because something died in between, is kept
then.
"""

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, TypeVar

import orjson
from redis.exceptions import RedisError
from strawberry.scalars import JSON

from adapters.kit.stores import StoreConfig
from adapters.kit.writing import WriteFacts
from resolvers.catalogue import store_type
from resolvers.core import Core
from resolvers.principal import Principal
from resolvers.writes.changes import Changes
from resolvers.writes.checks import Facts, impossible, refusal, target_id
from resolvers.writes.previews import changes_of
from resolvers.writes.queue import Queue, Write
from resolvers.writes.receipts import Receipts
from resolvers.writes.sealing import Contents, Sealer
from resolvers.writes.tending import Tending
from resolvers.writes.wishes import RefusedError, Wish, plain, wish
from schema.commands import OPERATIONS, Guard, Merge, WriteOperation
from schema.errors import Code, InputError
from schema.keys import Key, camel
from schema.receipts import Effect, HoldPayload, Preview, Receipt, UserError, WritePayload

T = TypeVar("T")

MOST_ITEMS = 250
MOST_KEY = 200
LATEST = timedelta(days=366)

UNREACHABLE = (
    "Whether these writes are kept is not known just now. With an `idempotencyKey` send the same again in a moment; without one look at "
    "`receipts` first."
)
MISMATCH = "This idempotency key was used for something else within the last seven days: use a new key for a new wish."


@dataclass(frozen=True, slots=True)
class Options:
    """What a mutation says about all of its items."""

    key: str | None = None
    not_before: datetime | None = None
    preview: bool = False


@dataclass(frozen=True, slots=True)
class _Accepted:
    """One item that may be kept: its place among the items, and the entity as it is known here, if it is."""

    place: int
    wish: Wish
    entity: Any


class Writes:
    """Takes writes in, for the stores of this gateway. `wake` tells a worker of this process that there is something to do."""

    def __init__(self, core: Core, queue: Queue, sealer: Sealer, wake: Callable[[], None] = lambda: None) -> None:
        self.core = core
        self.queue = queue
        self.sealer = sealer
        self.receipts = Receipts(core, queue)
        self.changes = Changes(queue)
        self.tending = Tending(core, queue, sealer, self.receipts)
        self.wake = wake
        self._keeping: set[asyncio.Task[Any]] = set()

    async def accept(self, principal: Principal, operation: WriteOperation, items: Sequence[Any], options: Options) -> WritePayload:
        """Keep what can be kept of a mutation's items; raises InputError when nothing can be kept at all."""
        problem = _whole(items, options, self.core.clock.now())
        if problem is not None:
            return WritePayload(receipts=[], user_errors=[problem], previews=[])
        accepted, errors = await self._sorted_out(principal, operation, items, preview=options.preview)
        if options.preview:
            return WritePayload(receipts=[], user_errors=errors, previews=[self._preview(operation, each) for each in accepted])
        try:
            receipts, errors = await self._to_the_end(self._keep(principal, operation, items, options, accepted, errors))
        except RedisError as error:
            raise InputError(Code.DEADLINE, UNREACHABLE) from error
        self.wake()
        return WritePayload(receipts=receipts, user_errors=errors, previews=[])

    async def retry(self, principal: Principal, ids: Sequence[str]) -> WritePayload:
        """Try receipts again."""
        found = await self.tending.each(principal, ids, self.queue.requeue)
        self.wake()
        return found

    async def cancel(self, principal: Principal, ids: Sequence[str]) -> WritePayload:
        """Drop receipts."""
        return await self.tending.each(principal, ids, self.queue.cancel)

    async def edit(self, principal: Principal, text: str, item: Any) -> WritePayload:
        """Replace what a parked write wants, and try it again."""
        found = await self.tending.edit(principal, text, item)
        self.wake()
        return found

    async def hold(self, principal: Principal, store: str, kind: str | None, reason: str | None) -> HoldPayload:
        """Hold a store or one of its kinds."""
        return await self.tending.hold(principal, store, kind, reason)

    async def release(self, principal: Principal, store: str, kind: str | None) -> HoldPayload:
        """End a hold."""
        found = await self.tending.release(principal, store, kind)
        self.wake()
        return found

    async def _to_the_end(self, keeping: Coroutine[Any, Any, T]) -> T:
        """Keep all of a mutation even when its caller goes meanwhile: half of it would be worse than an answer nobody reads."""
        task = asyncio.create_task(keeping)
        self._keeping.add(task)
        task.add_done_callback(self._keeping.discard)
        return await asyncio.shield(task)

    async def _sorted_out(
        self, principal: Principal, operation: WriteOperation, items: Sequence[Any], *, preview: bool
    ) -> tuple[list[_Accepted], list[UserError]]:
        accepted: list[_Accepted] = []
        errors: list[UserError] = []
        for place, item in enumerate(items):
            try:
                wished = wish(operation, item)
                store = self._store(principal, wished, operation)
                self._supported(store, wished)
                entity = await self._known(wished, preview=preview)
            except RefusedError as error:
                errors.append(UserError(path=["items", str(place), *error.path], code=error.code, message=error.message))
            else:
                accepted.append(_Accepted(place, wished, entity))
        return accepted, errors

    def _store(self, principal: Principal, wished: Wish, operation: WriteOperation) -> StoreConfig:
        store = self.core.stores.get(wished.store)
        if store is None or not self._sees(principal, wished.store):
            if OPERATIONS[operation].target is None:
                raise RefusedError("STORE_UNKNOWN", f"There is no store {wished.store[:60]!r}; `stores` lists those you can ask.", "store")
            raise RefusedError("NOT_FOUND", "There is no such entity in the stores you can ask.")
        return store

    def _sees(self, principal: Principal, store: str) -> bool:
        return store in self.core.stores and principal.sees(self.core.stores[store])

    def _supported(self, store: StoreConfig, wished: Wish) -> None:
        """Refuse what the platform's table of writes does not have."""
        manifest = self.core.platform(store.name).manifest
        operation = wished.contents.operation
        facts = manifest.writes.get(operation)
        if facts is None:
            raise RefusedError("UNSUPPORTED", f"{manifest.title} has no {operation.name}; `platforms {{ writes }}` lists what it has.")
        absent = sorted(_fields_of(wished.contents) - facts.fields) if facts.fields is not None else []
        if absent:
            raise RefusedError("UNSUPPORTED", _no_fields(manifest.title, operation, absent, facts))

    async def _known(self, wished: Wish, *, preview: bool) -> Any:
        """Return the entity where a fresh copy is kept here; raises RefusedError for what it forbids. Asks no store."""
        name, target = target_id(wished.contents), OPERATIONS[wished.contents.operation].target
        if name is None or target is None:
            return None
        entity = await self.core.known(wished.store, target, name)
        if entity is None:
            return None
        lines = getattr(getattr(entity, "parts", None), "lines", None)
        # In a preview nothing waits before it.
        refused = (refusal if preview else impossible)(wished.contents, Facts(entity, lines))
        if refused is not None:
            raise RefusedError(refused.code, refused.message)
        return entity

    async def _keep(
        self,
        principal: Principal,
        operation: WriteOperation,
        items: Sequence[Any],
        options: Options,
        accepted: Sequence[_Accepted],
        errors: list[UserError],
    ) -> tuple[list[Receipt], list[UserError]]:
        # Numbers sort as their items do, so that a list shows them in that order.
        numbers = {each.place: f"{self.queue.now():012x}{each.place:03x}{secrets.token_hex(8)}" for each in accepted}
        if options.key is not None:
            digests = self.sealer.digests([operation.name, [plain(item) for item in items], options.not_before])
            record = {
                "digest": digests[0],
                "numbers": {str(place): number for place, number in numbers.items()},
                "errors": [[each.path, each.code, each.message] for each in errors],
            }
            owner = ",".join(sorted(principal.tenants)) if principal.tenants is not None else "*"
            first = await self.queue.remember(self.sealer.digests([owner, options.key]), orjson.dumps(record))
            if first is not None:
                known = orjson.loads(first)
                if known["digest"] not in digests:
                    return [], [UserError(path=["idempotencyKey"], code="IDEMPOTENCY_MISMATCH", message=MISMATCH)]
                numbers = {int(place): number for place, number in known["numbers"].items()}
                errors = [UserError(path=path, code=code, message=message) for path, code, message in known["errors"]]
                again = [_Accepted(place, wish(operation, items[place]), None) for place in sorted(numbers)]
                # Another key of the tenant may see fewer stores, and a store may be gone.
                accepted = [each for each in again if self._sees(principal, each.wish.store)]
        await self._enqueue(principal, accepted, numbers, options)
        wanted = [(each.wish.store, numbers[each.place]) for each in accepted]
        return [found for found in await self.receipts.read(wanted) if found is not None], errors

    async def _enqueue(self, principal: Principal, accepted: Sequence[_Accepted], numbers: Mapping[int, str], options: Options) -> None:
        writes: dict[str, list[Write]] = {}
        for each in accepted:
            number, contents = numbers[each.place], each.wish.contents
            mergeable = OPERATIONS[contents.operation].merge is not Merge.NEVER and contents.guard == Guard()
            write = Write(
                number,
                contents.operation,
                lane_of(contents, number),
                self.sealer.seal(contents),
                mergeable,
                options.not_before,
                principal.name,
            )
            writes.setdefault(each.wish.store, []).append(write)
        for store, own in writes.items():
            await self.queue.enqueue(self.core.stores[store].scope, own)

    def _preview(self, operation: WriteOperation, accepted: _Accepted) -> Preview:
        contents = accepted.wish.contents
        before, after = changes_of(contents, accepted.entity)
        name, target = target_id(contents), OPERATIONS[operation].target
        key = Key(target, accepted.wish.store, name) if target is not None and name is not None else None
        effect = Effect(entity_key=key, before=JSON(before) if before is not None else None, after=JSON(after))
        return Preview(path=["items", str(accepted.place)], store=store_type(self.core.stores[accepted.wish.store]), effect=effect)


def lane_of(contents: Contents, number: str) -> str:
    """Return the lane a write waits in: its entity's, or one of its own."""
    target = OPERATIONS[contents.operation].target
    return f"{target}:{target_id(contents)}" if target is not None else f"new:{number}"


def _whole(items: Sequence[Any], options: Options, now: datetime) -> UserError | None:
    """Return what is wrong with a mutation as a whole."""
    if not items:
        return UserError(path=["items"], code="EMPTY_LIST", message="`items` is empty: give at least one.")
    if len(items) > MOST_ITEMS:
        message = f"`items` has {len(items)}; at most {MOST_ITEMS} are taken at once."
        return UserError(path=["items"], code="TOO_MANY_ITEMS", message=message)
    if options.key is not None and not 1 <= len(options.key) <= MOST_KEY:
        message = f"`idempotencyKey` has to have 1 to {MOST_KEY} characters, e.g. a UUID."
        return UserError(path=["idempotencyKey"], code="KEY_INVALID", message=message)
    if options.not_before is not None and options.not_before > now + LATEST:
        return UserError(path=["notBefore"], code="TIME_INVALID", message="`notBefore` has to be within a year.")
    return None


def _fields_of(contents: Contents) -> set[str]:
    """Return the names of all fields a command sets that a platform may lack, of its parts too."""
    command: Any = contents.command
    found = {each.name for each in fields(command) if each.default is None and getattr(command, each.name) not in {None, ""}}
    for part in ("changes", "product", "variant", "customer"):
        named = getattr(command, part, None)
        if isinstance(named, dict):
            found |= set(named)
    for variant in getattr(command, "variants", ()):
        found |= set(variant)
    return found


def _no_fields(title: str, operation: WriteOperation, absent: Sequence[str], facts: WriteFacts) -> str:
    taken = ", ".join(sorted(map(camel, facts.fields or ())))
    return f"{operation.name} on {title} can't take {', '.join(map(camel, absent))}; it takes {taken}."
