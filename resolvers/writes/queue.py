"""The write queue: what was accepted stays until it is done, whoever dies meanwhile.

Everything about one store is below one prefix with one tag, so each step is one script (`lua/`) that happens as a whole. Writes to one
entity stand in one lane, in order; whoever claims gets the heads of many lanes of one operation as one batch, with a lease. A worker that
dies lets its lease run out, and its batch comes back marked as uncertain; one that is only slow can't finish it any more.

    write:{tenant/store}:…          jobs, lanes and indices, as `lua/store.lua` lists them; no time to live: `purge` forgets what ended
    write:{tenant/store}:ended:<b>  ten minutes: a settled batch, for a finish that is sent twice
    write:key:<digest>              seven days: an idempotency key and the receipts it was first answered with
    writes:due                      stores by the time there is something to do: a hint, that every worker makes anew now and then

All of it is in the `state` role. Every script may run twice with the same arguments; the client does that when a connection breaks.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from redis.asyncio import Redis

from adapters.kit.clock import Clock
from adapters.kit.manifest import Manifest
from schema.commands import OPERATIONS, WriteOperation
from schema.errors import Category
from schema.receipts import ReceiptState

LEASE_SECONDS = 60
KEEP_DAYS = 7
PURGE_SIZE = 500
DUE = "writes:due"
CHANGES = "receipts"  # the channel on which every change of a receipt is told: prefix and id

_FOLDER = Path(__file__).parent / "lua"
_SHARED = (_FOLDER / "store.lua").read_text()
_STEPS = tuple(sorted(path.stem for path in _FOLDER.glob("*.lua") if path.stem not in {"store", "pop"}))
_SCRIPTS = {step: _SHARED + (_FOLDER / f"{step}.lua").read_text() for step in _STEPS}
_POP = (_FOLDER / "pop.lua").read_text()


@dataclass(frozen=True, slots=True)
class Write:
    """One write to accept. `lane` names the entity whose writes keep their order; `payload` is sealed (`sealing`)."""

    id: str
    operation: WriteOperation
    lane: str
    payload: bytes
    mergeable: bool = False
    not_before: datetime | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One job of a batch: the writes `ids` of one lane, done as one; the last of them, `id`, carries the others, `created` milliseconds."""

    lane: str
    id: str
    attempts: int
    uncertain: bool
    handle: str
    notes: Mapping[str, Any]
    revision: int
    looks: int
    effect: Mapping[str, Any]
    created: int
    ids: Sequence[str]
    payloads: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Batch:
    """What a worker has claimed: it is his until the lease ends, counted from the last renewal."""

    id: str
    scope: str
    operation: WriteOperation
    items: Sequence[Item]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one item.

    `counted` False gives the attempt back; `alone` keeps it out of batches; `handle` is what it waits for on the platform; `looked` counts
    a look after it.
    """

    id: str
    state: ReceiptState
    next: datetime | None = None
    category: Category | None = None
    code: str = ""
    reason: str = ""
    effect: Mapping[str, Any] | None = None
    handle: str = ""
    uncertain: bool = False
    alone: bool = False
    counted: bool = True
    looked: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """Why nothing of a store or a kind is done. `probe` is when one write may try whether the credentials are good again."""

    reason: str
    by: str
    since: datetime
    probe: datetime | None = None
    every: timedelta = timedelta(minutes=10)
    credentials: str = ""


@dataclass(frozen=True, slots=True)
class Steps:
    """What one store's operations are, for the scripts: the most jobs of a batch, and the kind a hold may name."""

    most: int
    table: Mapping[str, tuple[int, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, manifest: Manifest, concurrency: int | None) -> "Steps":
        """Return the steps of a platform's stores."""
        table = {each.name: (facts.batch, OPERATIONS[each].kind.value) for each, facts in manifest.writes.items()}
        return cls(min(manifest.writers, concurrency or manifest.writers), table)


class Queue:
    """The writes of all stores; `scope` is a store's tenant and name. `lease` is the seconds a batch is a worker's without a renewal."""

    def __init__(self, state: Redis, clock: Clock, lease: float = LEASE_SECONDS) -> None:
        self.state = state
        self.clock = clock
        self.lease = lease
        self._scripts = {step: state.register_script(text) for step, text in _SCRIPTS.items()}
        self._pop = state.register_script(_POP)

    async def enqueue(self, scope: str, writes: Sequence[Write]) -> None:
        """Keep writes; when this returns they are on the disk."""
        arguments: list[Any] = []
        for write in writes:
            kind = OPERATIONS[write.operation].kind.value
            after = _ms(write.not_before) if write.not_before else ""
            arguments += [write.id, write.operation.name, kind, write.lane, int(write.mergeable), after, write.by, write.payload]
        await self._hint(scope, await self._run("enqueue", scope, *arguments))

    async def claim(self, scope: str, steps: Steps, batch: str | None = None) -> Batch | None:
        """Return what is to be done next in a store, or None; it is hinted at when to ask again."""
        name = batch or uuid.uuid4().hex
        lease = self.now() + int(self.lease * 1000)
        found = await self._run("claim", scope, name, lease, steps.most, orjson.dumps(steps.table))
        if len(found) == 1:
            await self._hint(scope, found[0])
            return None
        await self._hint(scope, self.now())
        return Batch(name, scope, WriteOperation(found[1].decode()), [_item(each) for each in found[2:]])

    async def finish(self, batch: Batch, verdicts: Sequence[Verdict], *, pause: datetime | None = None, admitted: bool = False) -> bool:
        """Settle a whole batch; False when it had been taken back meanwhile, and nothing changed."""
        arguments: list[Any] = [batch.id, _ms(pause) if pause else "", int(admitted)]
        for verdict in verdicts:
            arguments += _settled(verdict, self.now())
        due = await self._run("finish", batch.scope, *arguments)
        await self._hint(batch.scope, self.now() if due == -2 else due)
        return bool(due != -2)

    async def renew(self, batch: Batch) -> bool:
        """Keep a batch for another lease; False when it is lost."""
        return bool(await self._run("renew", batch.scope, batch.id, self.now() + int(self.lease * 1000)))

    async def note(self, batch: Batch, notes: Mapping[str, Mapping[str, Any]]) -> bool:
        """Keep notes of jobs, by the ids of their items; False when the batch is lost."""
        arguments = [each for id_, kept in notes.items() for each in (id_, orjson.dumps(dict(kept)))]
        return bool(await self._run("note", batch.scope, batch.id, *arguments))

    async def reap(self, scope: str) -> None:
        """Take back what workers left behind, and hint at what is due."""
        await self._hint(scope, await self._run("reap", scope))

    async def hold(self, scope: str, what: str, hold: Hold, *, replace: bool = False) -> bool:
        """Hold a store ("*") or a kind of it; say whether it was not held before."""
        value = {
            "reason": hold.reason,
            "by": hold.by,
            "since": _ms(hold.since),
            "every": int(hold.every.total_seconds() * 1000),
            "credentials": hold.credentials,
            **({"probe": _ms(hold.probe)} if hold.probe else {}),
        }
        return bool(await self._run("hold", scope, what, orjson.dumps(value), int(replace)))

    async def release(self, scope: str, what: str) -> bool:
        """End a hold; say whether there was one."""
        ended, due = await self._run("release", scope, what)
        await self._hint(scope, due)
        return bool(ended)

    async def holds(self, scope: str) -> dict[str, dict[str, Any]]:
        """Return what is held, and why."""
        found: Mapping[Any, Any] = await self.state.hgetall(f"{prefix(scope)}holds")
        return {what.decode(): orjson.loads(value) for what, value in found.items()}

    async def cancel(self, scope: str, write: str) -> bool | None:
        """Drop a write; False when it is being done or at its end, None when there is none."""
        found = _answer(await self._run("cancel", scope, write))
        if found:
            await self._hint(scope, self.now())  # what stood behind it may be due
        return found

    async def requeue(self, scope: str, write: str, payload: bytes = b"") -> bool | None:
        """Try a parked write again, changed if there is a payload; False when it is being done or at its end, None when there is none."""
        found = _answer(await self._run("requeue", scope, write, payload))
        if found:
            await self._hint(scope, self.now())
        return found

    async def purge(self, scope: str) -> int:
        """Forget what ended KEEP_DAYS ago; return how many were forgotten."""
        before = _ms(self.clock.now() - timedelta(days=KEEP_DAYS))
        return int(await self._run("purge", scope, before, PURGE_SIZE))

    async def pop(self) -> tuple[str | None, float]:
        """Return a store that has something to do, the one that waited longest, or None and the seconds until one may have."""
        scope, due = await self._pop(keys=[DUE], args=[self.now()])
        if scope:
            return scope.decode(), 0.0
        return None, (due - self.now()) / 1000 if due >= 0 else float("inf")

    async def remember(self, keys: Sequence[str], record: bytes) -> bytes | None:
        """Keep the record of an idempotency key, or return the one that is there; `keys` are its digests, by the newest secret first."""
        name, *older = (f"write:key:{key}" for key in keys)
        known: Any = next((each for each in await self.state.mget(older) if each), None) if older else None
        if known is not None:
            return bytes(known)
        found: Any = await self.state.set(name, record, nx=True, get=True, px=KEEP_DAYS * 86_400_000)
        # Sent twice after a broken connection, the second finds what the first has kept.
        return None if found in {None, record} else bytes(found)

    async def delay(self, scope: str, seconds: float) -> None:
        """Hint that a store should be looked at in a while."""
        await self._hint(scope, self.now() + int(seconds * 1000))

    def now(self) -> int:
        """Return the time in milliseconds."""
        return _ms(self.clock.now())

    def time(self, milliseconds: int) -> datetime:
        """Return a time as the queue keeps it."""
        return datetime.fromtimestamp(milliseconds / 1000, UTC)

    async def _run(self, step: str, scope: str, *arguments: Any) -> Any:
        return await self._scripts[step](keys=[prefix(scope)], args=[self.now(), *arguments])

    async def _hint(self, scope: str, due: int) -> None:
        if due >= 0:
            # Never in the past: a store with an old backlog would always be the next.
            await self.state.zadd(DUE, {scope: max(due, self.now())}, lt=True)


def prefix(scope: str) -> str:
    """Return what the keys of a store's writes begin with."""
    return f"write:{{{scope}}}:"


def _ms(time: datetime) -> int:
    return int(time.timestamp() * 1000)


def _answer(found: int) -> bool | None:
    return None if found < 0 else bool(found)


def _item(row: Sequence[Any]) -> Item:
    lane, carrier, attempts, uncertain, handle, notes, revision, looks, effect, created, ids, payloads = row
    return Item(
        lane=lane.decode(),
        id=carrier.decode(),
        attempts=int(attempts or 0),
        uncertain=uncertain == b"1",
        handle=handle.decode(),
        notes=orjson.loads(notes) if notes else {},
        revision=int(revision or 0),
        looks=int(looks or 0),
        effect=orjson.loads(effect) if effect else {},
        created=int(created),
        ids=[each.decode() for each in ids],
        payloads=payloads,
    )


def _settled(verdict: Verdict, now: int) -> list[Any]:
    marks = {"U": verdict.uncertain, "A": verdict.alone, "N": not verdict.counted, "L": verdict.looked}
    return [
        verdict.id,
        verdict.state.name,
        _ms(verdict.next) if verdict.next else now,
        verdict.category.name if verdict.category else "",
        verdict.code,
        verdict.reason,
        orjson.dumps(verdict.effect) if verdict.effect else "",
        verdict.handle,
        "".join(mark for mark, is_set in marks.items() if is_set),
    ]
