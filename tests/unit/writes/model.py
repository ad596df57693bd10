"""A simple model of the write queue: lanes as lists, jobs as records, and what each step may do with them.

It does not say which lanes a claim takes, only whether what was taken might be: so it stays simple where the queue is clever.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from resolvers.writes.queue import Batch, Steps, Verdict
from schema.receipts import ReceiptState as State

FINAL = {State.DONE, State.REJECTED, State.CANCELLED}


@dataclass(slots=True)
class Work:
    """One job as the model knows it. `group` are the ids it was last done with, in order; `fixed` says that they stay together."""

    id: str
    op: str
    kind: str
    lane: str
    merge: bool
    next: int
    state: State = State.QUEUED
    attempts: int = 0
    revision: int = 0
    looks: int = 0
    uncertain: bool = False
    handle: str = ""
    alone: bool = False
    unclear: bool = False
    group: tuple[str, ...] = ()
    parked: tuple[str, ...] = ()
    into: str = ""
    ended: int = 0

    @property
    def fixed(self) -> bool:
        """Say whether it has to be done again with whom it was done."""
        return self.uncertain or self.handle != ""


@dataclass(slots=True)
class Model:
    """One store. Times are milliseconds."""

    steps: Steps
    jobs: dict[str, Work] = field(default_factory=dict)
    lanes: dict[str, list[str]] = field(default_factory=dict)
    later: dict[str, int] = field(default_factory=dict)
    running: dict[str, tuple[Batch, int]] = field(default_factory=dict)
    bonds: list[frozenset[str]] = field(default_factory=list)
    pauses: dict[str, int] = field(default_factory=dict)
    holds: dict[str, tuple[int, int] | None] = field(default_factory=dict)  # what -> when one may try, and how often

    # What may be seen

    def busy(self) -> set[str]:
        """Return the lanes somebody works on."""
        return {item.lane for batch, _ in self.running.values() for item in batch.items}

    def free(self) -> Iterator[Work]:
        """Yield the heads of all lanes nobody works on."""
        busy = self.busy()
        return (self.jobs[lane[0]] for name, lane in self.lanes.items() if name not in busy)

    def begins(self, head: Work) -> int | None:
        """Return when a head may be begun, None when it is held."""
        if head.kind in self.holds:
            return None
        begin = max(head.next, self.pauses.get(head.op, 0))
        if "*" not in self.holds:
            return begin
        probe = self.holds["*"]
        return None if probe is None else max(begin, probe[0])

    def due(self) -> int | None:
        """Return when there is something to do next, None = never."""
        ends = [end for _, end in self.running.values()]
        if len(self.running) >= self.steps.most:
            return min(ends)
        begins = [begin for begin in map(self.begins, self.free()) if begin is not None]
        return min([*ends, *begins, *self.later.values()], default=None)

    def bond(self, lane: str) -> frozenset[str] | None:
        """Return the lanes a lane's head has to be done with."""
        return next((each for each in self.bonds if lane in each), None)

    def together(self, head: Work) -> tuple[str, ...]:
        """Return who is done as one with the head of a lane."""
        if head.fixed:
            return head.group
        found = [head.id]
        if head.merge:
            for name in self.lanes[head.lane][1:]:
                job = self.jobs[name]
                if job.op != head.op or not job.merge or job.uncertain:
                    break
                found.append(name)
        return tuple(found)

    # What steps do

    def enter(self, job: Work) -> None:
        """Put a job at the end of its lane."""
        self.lanes.setdefault(job.lane, []).append(job.id)

    def leave(self, job: Work, state: State, now: int) -> None:
        """Take a job out of wherever it waits."""
        self.later.pop(job.id, None)
        lane = self.lanes.get(job.lane, [])
        if job.id in lane:
            lane.remove(job.id)
        if not lane:
            self.lanes.pop(job.lane, None)
        job.state, job.ended = state, now

    def add(self, job: Work, now: int) -> None:
        """Accept a job."""
        if job.id in self.jobs:
            return
        self.jobs[job.id] = job
        if job.next > now:
            self.later[job.id] = job.next
        else:
            self.enter(job)

    def tidy(self, now: int) -> None:
        """Do what every claim does first: take back what was lost, let in what may begin."""
        self.reap(now)
        for name in sorted((name for name, at in self.later.items() if at <= now), key=lambda name: (self.later[name], name)):
            del self.later[name]
            self.enter(self.jobs[name])

    def reap(self, now: int) -> list[Batch]:
        """Take back what workers left behind."""
        lost = [batch for batch, end in self.running.values() if end <= now]
        for batch in lost:
            del self.running[batch.id]
            for job in (self.jobs[name] for item in batch.items for name in item.ids):
                job.next = now
                if job.state is State.RUNNING:
                    job.uncertain, job.state = True, State.RETRYING
            self.bonds.append(frozenset(item.lane for item in batch.items))
        return lost

    def claimable(self, now: int) -> list[Work]:
        """Return the heads that may be begun now."""
        if len(self.running) >= self.steps.most:
            return []
        return [head for head in self.free() if (begin := self.begins(head)) is not None and begin <= now]

    def claim(self, batch: Batch | None, now: int, lease: int) -> None:
        """Check what was claimed, and note it."""
        able = {head.lane: head for head in self.claimable(now)}
        if batch is None:
            assert {} == able, "something is due, and nothing was claimed"
            return
        lanes = [item.lane for item in batch.items]
        bond = self.bond(lanes[0])
        assert len(set(lanes)) == len(lanes)
        assert self.busy().isdisjoint(lanes), "two batches in one lane"
        assert min(head.next for head in able.values()) == min(able[lane].next for lane in lanes if lane in able), "not the oldest first"
        if bond is not None:
            assert bond == set(lanes), "what has to be done together was torn apart"
            self.bonds.remove(bond)
        else:
            assert able.keys() >= set(lanes), "something was claimed that is not due, or is held"
            assert len(lanes) <= self.steps.table[batch.operation.name][0]
            assert all(self.bond(lane) is None for lane in lanes)
            assert len(lanes) == 1 or not any(able[lane].alone for lane in lanes), "somebody should be alone"
        if "*" in self.holds:
            probe = self.holds["*"]
            assert probe is not None
            assert bond is not None or len(lanes) == 1, "one try, where only the credentials stand in the way"
            self.holds["*"] = (now + probe[1], probe[1])
        for item in batch.items:
            self._take(item.lane, item, batch)
        self.running[batch.id] = (batch, lease)

    def _take(self, lane: str, item: object, batch: Batch) -> None:
        head = self.jobs[self.lanes[lane][0]]
        ids, fixed = self.together(head), head.fixed
        carrier = self.jobs[ids[-1]]
        attempts = max(self.jobs[name].attempts for name in ids)
        for name in ids:
            job = self.jobs[name]
            job.group = ids
            job.attempts = job.attempts if fixed else attempts
            if not job.handle:
                job.attempts, job.state = job.attempts + 1, State.RUNNING
        told = (carrier.id, ids, carrier.attempts, carrier.uncertain, carrier.handle, carrier.revision, carrier.looks)
        names = ("id", "ids", "attempts", "uncertain", "handle", "revision", "looks")
        found = tuple(tuple(value) if isinstance(value := getattr(item, name), list) else value for name in names)
        assert told == found
        assert head.op == batch.operation.name
        assert list(ids) == self.lanes[lane][: len(ids)], "the order of a lane"

    def finish(self, batch: Batch, verdicts: Sequence[Verdict], now: int, *, pause: int | None, admitted: bool) -> bool:
        """Settle a batch; False when it is not the worker's any more."""
        if batch.id not in self.running:
            return False
        del self.running[batch.id]
        bound: set[str] = set()
        for item, verdict in zip(batch.items, verdicts, strict=True):
            for name in item.ids:
                self._settle(self.jobs[name], verdict, tuple(item.ids), now)
            if verdict.state in {State.RETRYING, State.QUEUED, State.WAITING_PLATFORM} and (verdict.uncertain or verdict.handle):
                bound.add(item.lane)
        if bound:
            self.bonds.append(frozenset(bound))
        if pause is not None:
            self.pauses[batch.operation.name] = pause
        if admitted and self.holds.get("*") is not None:
            del self.holds["*"]
        return True

    def _settle(self, job: Work, verdict: Verdict, ids: tuple[str, ...], now: int) -> None:
        job.unclear = verdict.code == "UNCLEAR"
        if verdict.state in FINAL:
            self.leave(job, verdict.state, now)
            return
        if verdict.state is State.NEEDS_INTERVENTION:
            self.leave(job, verdict.state, now)
            job.handle, job.uncertain, job.parked = "", verdict.uncertain, ids
            return
        job.state, job.handle, job.uncertain, job.alone = verdict.state, verdict.handle, verdict.uncertain, verdict.alone
        job.next = int(verdict.next.timestamp() * 1000) if verdict.next else now
        job.attempts -= not verdict.counted
        job.revision += not verdict.uncertain and not verdict.handle
        job.looks = (job.looks if verdict.handle else 0) + verdict.looked

    def cancel(self, name: str, now: int) -> bool | None:
        """Drop a job."""
        job = self.jobs.get(name)
        if job is None or job.state is State.CANCELLED:
            return None if job is None else True
        if job.state is State.NEEDS_INTERVENTION:
            for each in job.parked:
                self.jobs[each].state, self.jobs[each].ended = State.CANCELLED, now
            return True
        waits = job.state in {State.QUEUED, State.RETRYING}
        if not waits or job.uncertain or any(name in item.ids for batch, _ in self.running.values() for item in batch.items):
            return False
        for hollow in [hollow for hollow in self.jobs.values() if hollow.into == name and hollow.state in {State.QUEUED, State.RETRYING}]:
            self.leave(hollow, State.CANCELLED, now)
        self.leave(job, State.CANCELLED, now)
        for other in self.jobs.values():
            if other.id in self.lanes.get(job.lane, ()) and other.group[-1:] == (name,):
                other.group = ()
        return True

    def requeue(self, name: str, now: int, *, edited: bool) -> bool | None:
        """Try a job again."""
        job = self.jobs.get(name)
        if job is None:
            return None
        if job.state is State.NEEDS_INTERVENTION:
            for each in [self.jobs[each] for each in job.parked]:
                self._enter_again(each, now, edited=edited)
            return True
        busy = any(name in item.ids for batch, _ in self.running.values() for item in batch.items)
        if edited or busy or job.state not in {State.QUEUED, State.RETRYING, State.WAITING_PLATFORM}:
            return False
        job.next = now
        if self.later.pop(name, None) is not None:
            self.enter(job)
        head = self.jobs[self.lanes[job.lane][0]]
        if job.group and head.group[-1:] == job.group[-1:]:
            head.next = now
        return True

    def _enter_again(self, job: Work, now: int, *, edited: bool) -> None:
        carrier = job.parked[-1]
        if edited or job.unclear:
            job.uncertain = False
        if edited:
            job.into = "" if job.id == carrier else carrier
        job.revision += not job.uncertain
        job.alone, job.unclear, job.looks, job.attempts, job.next, job.state = False, False, 0, 0, now, State.QUEUED
        job.group, job.parked = job.parked, ()
        self.enter(job)

    def purge(self, before: int) -> None:
        """Forget what ended long ago."""
        for job in [job for job in self.jobs.values() if job.state in FINAL and job.ended <= before]:
            del self.jobs[job.id]
