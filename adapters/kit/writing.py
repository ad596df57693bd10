"""The port's second half: what the core asks of a platform that can be written to.

A platform has one `Writer` for each operation it can do; one that is absent there is one the platform does not have. All functions of a
writer take many jobs of one operation and answer like a data loader: as many results as jobs, in their order, each a value or the
PlatformError it failed with. They never sleep, never try again and never log what they send: that is the queue's work.

What the queue promises a writer: jobs of one call are on different entities (orders, variants, …) or belong to different lanes; nobody else
writes to the same entity through this gateway meanwhile; a call may be repeated after a crash at any line, then with `uncertain` set.

What a writer promises: a job it answers with a failure that is not `uncertain` (`PlatformError.uncertain`) was not done. Requests that
change something are sent with `safe=False`, or the session would send them again.
"""

import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from adapters.kit.failures import PlatformError
from schema.commands import Command, Guard
from schema.keys import Kind


class Repeat(StrEnum):
    """What can be done after a write whose outcome is not known.

    KEYED    the platform knows a repeated request by its key: it is repeated as it was, with the same jobs in the same calls
    LOOK     reading tells whether it was done
    NEVER    nothing tells: a person decides
    """

    KEYED = "keyed"
    LOOK = "look"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class WriteFacts:
    """One row of a platform's table of writes.

    `batch` is how many jobs one call of the writer takes at most; make it what the platform's bulk form holds. `fields` are the names of
    the command's fields (of its `…Fields` where it has some) that the platform can take, None when all. `asynchronous` says that the
    platform accepts first and does it later. `shared` says that jobs of one batch may fail together for one of them, so that a refused
    batch is tried again one by one.
    """

    batch: int = 1
    repeat: Repeat = Repeat.LOOK
    fields: frozenset[str] | None = None
    asynchronous: bool = False
    shared: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A command to be carried out. `id` is its own for ever; `key_of` makes the platform's idempotency key of it.

    `revision` counts how often it failed for certain or was changed: then the next attempt is another request for the platform.

    `uncertain` says that an earlier attempt may have been carried out. `handle` is what `Accepted` gave. `notes` are what an earlier
    attempt wrote into the journal. `guard` is what must be true; the core has looked already, but a platform that can compare and set
    should. What was made for it was made after `accepted_at`.
    """

    id: str
    command: Command
    guard: Guard = field(default_factory=Guard)
    attempt: int = 1
    revision: int = 0
    uncertain: bool = False
    handle: str | None = None
    notes: Mapping[str, Any] = field(default_factory=dict)
    accepted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """It is done. `entity` is what was made or changed, by kind and key id, where that is not the command's target.

    `before` and `after` say what it changed, in the words of the schema, e.g. {"available": 5}. `look` says that the platform accepts and
    may drop: the job is done when `seen` says so.
    """

    entity: tuple[Kind, str] | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    look: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """The platform will do it: ask `check` with this handle, in `seconds` for the first time. Jobs of one handle are checked together."""

    handle: str
    seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class NotDone:
    """It was looked for and is not there."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nothing tells whether it was done; `message` says what was found, for a person."""

    message: str


Performed = Done | Accepted | PlatformError
Looked = Done | NotDone | Unclear | PlatformError


class Journal(Protocol):
    """What a writer tells its successor: kept before it returns, and in `Job.notes` of every later attempt."""

    async def note(self, notes: Mapping[str, Mapping[str, Any]]) -> None:
        """Add to the notes of jobs, by job id. Plain JSON, nothing personal."""
        ...


Perform = Callable[[Sequence[Job], Journal], Awaitable[Sequence[Performed]]]
Look = Callable[[Sequence[Job]], Awaitable[Sequence[Looked]]]


@dataclass(frozen=True, slots=True)
class Writer:
    """Carries out one operation.

    `perform` does it; `check` asks after jobs that were accepted (Done, Accepted with the same handle to wait on, or the failure);
    `seen` tells from the platform's present state whether jobs were done, after an attempt with an unknown end and where `Done.look` asks
    for it. Without `seen` the core looks for itself, by reading what the command would have changed (`resolvers.writes.seen`).
    """

    perform: Perform
    check: Perform | None = None
    seen: Look | None = None


def key_of(jobs: Sequence[Job]) -> str:
    """Return an idempotency key for one call: the same when the same jobs are repeated, else another. 36 characters, shaped as a UUID."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "cartograph:" + ",".join(f"{job.id}/{job.revision}" for job in jobs)))
