"""A run: one batch on its way from being claimed to a verdict for each of its items.

In this order, and each step only for whom the one before left something to do: open and merge the payloads, ask after what a platform
accepted, look whether what has an unknown end was done, check what can be checked, and at last do it. A run that is cancelled can tell
which of its items may have been done.
"""

import asyncio
import logging
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.kit import watching
from adapters.kit.failures import PlatformError
from adapters.kit.writing import Accepted, Done, Job, Looked, NotDone, Perform, Performed, Repeat, Unclear, Writer
from resolvers.core import Core
from resolvers.writes import retries, seen
from resolvers.writes.checks import Facts, refusal, target_id, wanted
from resolvers.writes.merging import merge
from resolvers.writes.queue import Batch, Item, Queue, Verdict
from resolvers.writes.reads import Reads
from resolvers.writes.sealing import Contents, SealedError, Sealer
from schema.commands import OPERATIONS, Guard, InventoryAdjust
from schema.errors import Category
from schema.keys import Key, Kind
from schema.receipts import ReceiptState

LONGEST = 240.0  # seconds one call of a writer may take
MOST_ATTEMPTS = 24  # of any kind: a write that ends its worker each time must not do so for ever
SEEN = "seen"  # the handle of what is looked for here; an adapter's own begin with JOB
JOB = "job:"
INTERNAL = "Something went wrong here; it was logged."

log = logging.getLogger("cartograph.writes")


class LostError(Exception):
    """The batch was taken back meanwhile: whatever else is done for it would be done twice."""


@dataclass(frozen=True, slots=True)
class Task:
    """One item, opened: what it wants in all, and the job an adapter is given."""

    item: Item
    contents: Contents
    job: Job

    @property
    def guarded(self) -> bool:
        """Say whether something has to be true for it to be done."""
        return self.contents.guard != Guard()


class Run:
    """Carries one batch out. `verdicts` holds what is settled so far, by item; a run that is `lost` is another's now."""

    def __init__(self, core: Core, queue: Queue, sealer: Sealer, store: str, batch: Batch) -> None:
        self.store = store
        self.batch = batch
        self.verdicts: dict[str, Verdict] = {}
        self.touched: list[Key] = []
        self.admitted = False
        self.lost = False
        self._core = core
        self._queue = queue
        self._sealer = sealer
        self._facts = core.platform(store).manifest.writes[batch.operation]
        self._sent: set[str] = set()
        self._doubtful = {item.id for item in batch.items if item.uncertain}
        self._notes: dict[str, Mapping[str, Any]] = {}

    async def carry_out(self) -> None:
        """Settle every item; raises LostError."""
        tasks = [task for task in map(self._open, self.batch.items) if task is not None]
        try:
            writer = self._core.writers(self.store)[self.batch.operation]
        except PlatformError as error:
            for task in tasks:
                if task.item.handle:
                    self._wait(task, task.item.handle, error.retry_after or 0, error)
                else:
                    self._fail([task], error)
            return
        await self._check_on(writer, [task for task in tasks if task.item.handle.startswith(JOB)])
        await self._look_again(writer, [task for task in tasks if task.item.handle == SEEN])
        fresh = [task for task in tasks if not task.item.handle]
        repeated = [task for task in fresh if task.item.uncertain and self._facts.repeat is Repeat.KEYED]
        doubtful = [task for task in fresh if task.item.uncertain and self._facts.repeat is not Repeat.KEYED]
        left = [task for task in fresh if not task.item.uncertain] + await self._look_first(writer, doubtful)
        await self._perform(writer, [*repeated, *await self._checked(left)])

    def hand_back(self, *, broken: bool = False) -> None:
        """Give every item that is not settled a verdict by which it is taken up again; those that were sent are in doubt.

        What was `broken` off by a mistake of ours counts, and comes back later each time, or it would be tried without end and pause.
        """
        now = self._core.clock.now()
        for item in self.batch.items:
            if item.id in self.verdicts:
                continue
            doubt = item.uncertain or item.id in self._sent
            if broken:
                self._settle(self._broken(item, now, doubt=doubt))
            elif item.handle:
                self._settle(Verdict(item.id, ReceiptState.WAITING_PLATFORM, next=now, handle=item.handle))
            else:
                self._settle(Verdict(item.id, ReceiptState.RETRYING, next=now, uncertain=doubt, counted=False))

    def _broken(self, item: Item, now: datetime, *, doubt: bool) -> Verdict:
        error = PlatformError(Category.TRANSIENT, INTERNAL, code="INTERNAL", sent=doubt)
        if item.handle:
            return retries.waiting(item.id, item.handle, looks=item.looks, now=now, error=error)
        repeat = self._facts.repeat
        return retries.failed(item.id, self.batch.operation, error, attempts=item.attempts, now=now, repeat=repeat, uncertain=doubt)

    def _open(self, item: Item) -> Task | None:
        doubt = item.uncertain or bool(item.handle)  # what is parked forgets its handle, and may be done all the same
        if item.attempts > MOST_ATTEMPTS:
            reason = retries.WORN_OUT.format(attempts=item.attempts - 1)
            self._settle(retries.parked(item.id, Category.TRANSIENT, "WORN_OUT", reason, uncertain=doubt))
            return None
        try:
            opened = [self._sealer.open(payload) for payload in item.payloads if payload]
        except SealedError:
            self._settle(retries.parked(item.id, Category.VALIDATION, "SEALED", retries.SEALED, uncertain=doubt))
            return None
        watching.follow(each.origin for each in opened if each.origin)
        command = merge(self.batch.operation, [each.command for each in opened])
        contents = Contents(self.batch.operation, command, opened[-1].guard)
        handle = item.handle.removeprefix(JOB) if item.handle.startswith(JOB) else None
        accepted_at = self._queue.time(item.created)
        job = Job(item.id, command, contents.guard, max(1, item.attempts), item.revision, item.uncertain, handle, item.notes, accepted_at)
        if isinstance(command, InventoryAdjust) and command.delta == 0 and not item.uncertain:
            self._settle(Verdict(item.id, ReceiptState.DONE, effect=self._effect(Task(item, contents, job), Done())))
            return None
        return Task(item, contents, job)

    async def _check_on(self, writer: Writer, tasks: Sequence[Task]) -> None:
        """Ask after what the platform accepted, all of one handle together."""
        for handle in dict.fromkeys(task.item.handle for task in tasks):
            own = [task for task in tasks if task.item.handle == handle]
            if writer.check is None:
                results: Sequence[Performed] = [Done(look=True) for _ in own]
            else:
                results = await self._asked(writer.check, own)
            for task, result in zip(own, results, strict=True):
                if isinstance(result, PlatformError) and result.category in {Category.TRANSIENT, Category.QUOTA, Category.AUTH}:
                    self._wait(task, task.item.handle, result.retry_after or 0, result)
                else:
                    self._tell(task, result)

    async def _look_again(self, writer: Writer, tasks: Sequence[Task]) -> None:
        """Look for what was done and need not show yet."""
        for task, result in zip(tasks, await self._looked(writer, tasks), strict=True):
            if isinstance(result, Done):
                self._done(task, result)
            else:
                self._wait(task, SEEN, 0, result if isinstance(result, PlatformError) else None)

    async def _look_first(self, writer: Writer, tasks: Sequence[Task]) -> list[Task]:
        """Look whether what has an unknown end was done; return what was not, and so is to be done."""
        left: list[Task] = []
        for task, result in zip(tasks, await self._looked(writer, tasks), strict=True):
            if isinstance(result, Done):
                self._done(task, result)
            elif isinstance(result, NotDone):
                self._doubtful.discard(task.item.id)
                left.append(task)
            elif isinstance(result, PlatformError):
                self._fail([task], result)
            else:
                message = f"{result.message} {retries.UNKNOWN_END}"
                self._settle(retries.parked(task.item.id, Category.TRANSIENT, "UNCLEAR", message))
        return left

    async def _looked(self, writer: Writer, tasks: Sequence[Task]) -> Sequence[Looked]:
        jobs = [task.job for task in tasks]
        if not jobs:
            return []
        if writer.seen is not None:
            return await self._guarded(writer.seen(jobs), len(jobs))
        if self._facts.repeat is Repeat.NEVER:
            return [Unclear(seen.UNSEEN)] * len(jobs)
        return await self._guarded(seen.look(Reads(self._core, self.store), self.batch.operation, jobs), len(jobs))

    async def _checked(self, tasks: Sequence[Task]) -> list[Task]:
        """Return the tasks that nothing known to the platform forbids."""
        reads = Reads(self._core, self.store)
        needs = {task.item.id: wanted(task.contents) for task in tasks}
        ids: dict[Kind, list[str]] = {}
        for task in tasks:
            kind = needs[task.item.id][0]
            if kind is not None:
                ids.setdefault(kind, []).append(target_id(task.contents) or "")
        found = {kind: await self._read(reads.entities(kind, own), own) for kind, own in ids.items()}
        orders = [target_id(task.contents) or "" for task in tasks if needs[task.item.id][1]]
        lines = await self._read(reads.parts("lines", orders), orders) if orders else {}
        return [task for task in tasks if self._allowed(task, needs[task.item.id][0], found, lines)]

    async def _read(self, reading: Awaitable[Mapping[str, Any]], ids: Sequence[str]) -> Mapping[str, Any]:
        try:
            return await reading
        except PlatformError as error:
            return dict.fromkeys(ids, error)

    def _allowed(self, task: Task, kind: Kind | None, found: Mapping[Kind, Mapping[str, Any]], lines: Mapping[str, Any]) -> bool:
        if kind is None:
            return True
        name = target_id(task.contents) or ""
        entity, own = found[kind][name], lines.get(name)
        problem = next((each for each in (entity, own) if isinstance(each, PlatformError)), None)
        if problem is not None:
            self._fail([task], problem, sent=False)
            return False
        if entity is None:
            message = "There is no such entity in the store any more."
            self._fail([task], PlatformError(Category.VALIDATION, message, code="NOT_FOUND"))
            return False
        refused = refusal(task.contents, Facts(entity, own))
        if refused is not None:
            self._fail([task], refused)
            self._note_touched(task)  # what is kept of it may be what misled its maker
            return False
        return True

    async def _perform(self, writer: Writer, tasks: Sequence[Task]) -> None:
        if not tasks:
            return
        self._sent.update(task.item.id for task in tasks)
        results = await self._asked(writer.perform, tasks)
        alone = self._facts.shared and len(tasks) > 1
        for task, result in zip(tasks, results, strict=True):
            self._tell(task, result, alone=alone)
        self._sent.clear()

    async def _asked(self, call: Perform, tasks: Sequence[Task]) -> Sequence[Performed]:
        """Have jobs done or checked, in the order of their ids, so that a repeated call is the same call."""
        jobs = [task.job for task in sorted(tasks, key=lambda task: task.item.id)]
        results = await self._guarded(call(jobs, self), len(jobs))
        by_id = {job.id: result for job, result in zip(jobs, results, strict=True)}
        return [by_id[task.item.id] for task in tasks]

    async def _guarded(self, calling: Awaitable[Sequence[Any]], size: int) -> Sequence[Any]:
        """Have an adapter answer, whatever it raises."""
        try:
            async with asyncio.timeout(LONGEST):
                results = await calling
        except PlatformError as error:
            return [error] * size
        except TimeoutError:
            return [PlatformError(Category.TRANSIENT, "The store took too long.", code="TIMEOUT")] * size
        except LostError:
            raise
        except Exception:
            log.exception("a write failed unexpectedly", extra={"store": self.store, "operation": self.batch.operation.name})
            return [PlatformError(Category.TRANSIENT, INTERNAL, code="INTERNAL")] * size
        if len(results) != size:
            raise RuntimeError(f"a writer answered {size} jobs with {len(results)} results")
        return results

    async def note(self, notes: Mapping[str, Mapping[str, Any]]) -> None:
        """Keep what an adapter wants its successor to know; raises LostError."""
        known = {item.id: item.notes for item in self.batch.items}
        self._notes.update({name: {**known[name], **self._notes.get(name, {}), **new} for name, new in notes.items()})
        if not await self._queue.note(self.batch, {name: self._notes[name] for name in notes}):
            self.lost = True
            raise LostError

    def _tell(self, task: Task, result: Performed, *, alone: bool = False) -> None:
        if isinstance(result, PlatformError):
            self._fail([task], result, alone=alone)
        elif isinstance(result, Accepted):
            self.admitted = True
            self._wait(task, JOB + result.handle, result.seconds)
        elif result.look:
            self.admitted = True
            self._wait(task, SEEN, 0, effect=self._effect(task, result))
        else:
            self._done(task, result)

    def _done(self, task: Task, result: Done) -> None:
        self.admitted = True
        self._note_touched(task, result)
        self._settle(Verdict(task.item.id, ReceiptState.DONE, effect=self._effect(task, result)))

    def _wait(
        self, task: Task, handle: str, seconds: float, error: PlatformError | None = None, effect: Mapping[str, Any] | None = None
    ) -> None:
        verdict = retries.waiting(
            task.item.id, handle, looks=task.item.looks, now=self._core.clock.now(), seconds=seconds, error=error, effect=effect
        )
        self._settle(verdict)

    def _fail(self, tasks: Sequence[Task], error: PlatformError, *, alone: bool = False, sent: bool = True) -> None:
        self.admitted = self.admitted or error.category in {Category.VALIDATION, Category.CONFLICT}
        if not sent and error.sent:
            error = PlatformError(error.category, error.message, code=error.code, retry_after=error.retry_after, sent=False)
        for task in tasks:
            verdict = retries.failed(
                task.item.id,
                self.batch.operation,
                error,
                attempts=task.item.attempts,
                now=self._core.clock.now(),
                repeat=self._facts.repeat,
                guarded=task.guarded,
                alone=alone,
                uncertain=task.item.id in self._doubtful,
            )
            self._settle(verdict)
            if error.category is Category.CONFLICT:
                self._note_touched(task)

    def _settle(self, verdict: Verdict) -> None:
        self.verdicts[verdict.id] = verdict

    def _effect(self, task: Task, result: Done) -> Mapping[str, Any]:
        """Return what is told of a write; what an earlier answer told stays where this one is silent."""
        target = OPERATIONS[self.batch.operation].target
        own = [target.value, target_id(task.contents)] if target is not None else None
        entity = [result.entity[0].value, result.entity[1]] if result.entity else task.item.effect.get("entity") or own
        before, after = (dict(each) if each is not None else None for each in (result.before, result.after))
        known = task.item.effect
        return {"entity": entity, "before": before or known.get("before"), "after": after or known.get("after")}

    def _note_touched(self, task: Task, result: Done | None = None) -> None:
        target = OPERATIONS[self.batch.operation].target
        name = target_id(task.contents)
        if target is not None and name is not None:
            self.touched.append(Key(target, self.store, name))
        if result is not None and result.entity is not None:
            self.touched.append(Key(result.entity[0], self.store, result.entity[1]))
