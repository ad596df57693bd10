"""What is accepted to be done later: bulks of operations that a consumer works through.

An operation is accepted at once, lies open until its time has come by the sandbox's clock, and is carried out when the store is next
asked for anything; only then does it change something. A consumer that is switched off leaves it open for good, as in a shop whose cron
does not run. A fault whose `match` has the word CONSUMER strikes the consumer, not a request: a status makes the operation fail for now,
a connection cut loses the message, and its operation stays open.
"""

import uuid
from collections.abc import Callable
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson

from adapters.kit.sandbox import Control, HangUpError
from adapters.magento.sandbox.calls import Answer
from adapters.magento.sandbox.errors import ApiError

DONE, RETRIABLE, FAILED, OPEN, REJECTED = 1, 2, 3, 4, 5
CONSUMER = "CONSUMER"
SPACE = uuid.UUID("8f2d9c34-55d0-4f52-9a38-6d7d2f1f0b11")
Work = Callable[[], Answer]


@dataclass(slots=True)
class Operation:
    """One thing to be done; `id` counts all operations of a store, `place` is its own in its bulk. `work` is None once it was rejected."""

    id: int
    place: int
    sent: Any
    due: float
    work: Work | None
    context: Context = field(default_factory=copy_context)
    status: int = OPEN
    message: str | None = None
    error: int | None = None
    result: str | None = None

    @property
    def digest(self) -> str:
        """What the answer shows in the place of what was sent."""
        return sha256(orjson.dumps(self.sent)).hexdigest()


@dataclass(slots=True)
class Bulk:
    """What one request wants done: `topic` names the service, `name` the call as it is logged."""

    uuid: str
    topic: str
    name: str
    started: int
    operations: list[Operation] = field(default_factory=list)


class Queue:
    """One store's bulks; `seconds` is how long an operation lies open, None for ever."""

    def __init__(self, store: str, now: Callable[[], datetime], seconds: float | None) -> None:
        self.bulks: dict[str, Bulk] = {}
        self._store = store
        self._now = now
        self._seconds = seconds
        self._waiting: list[tuple[Bulk, Operation]] = []
        self._count = 0

    def accept(self, topic: str, name: str, jobs: list[tuple[Any, Work | None]]) -> Bulk:
        """Take (what was sent, what is to be done) in; None in the second place is rejected."""
        bulk = Bulk(str(uuid.uuid5(SPACE, f"{self._store}/{len(self.bulks)}")), topic, name, int(self._now().timestamp()))
        due = self._now().timestamp() + (self._seconds or 0)
        for place, (sent, work) in enumerate(jobs):
            self._count += 1
            operation = Operation(self._count, place, sent, due, work)
            bulk.operations.append(operation)
            if work is None:
                operation.status, operation.message = REJECTED, f"Error processing {place} element of input data"
            else:
                self._waiting.append((bulk, operation))
        self.bulks[bulk.uuid] = bulk
        return bulk

    async def work(self, control: Control) -> None:
        """Carry out what is due. Each operation leaves the line before it is begun, so that it is done once whoever else is asking."""
        if self._seconds is None:
            return
        now = self._now().timestamp()
        while self._waiting and self._waiting[0][1].due <= now:
            bulk, operation = self._waiting.pop(0)
            trouble = await self._struck(control, bulk)
            if trouble == "":
                operation.context.run(_carry_out, bulk, operation)
            elif trouble is not None:
                operation.status, operation.message, operation.error = RETRIABLE, trouble, 0

    async def _struck(self, control: Control, bulk: Bulk) -> str | None:
        """Return what keeps an operation from being done: "" nothing, None that its message is lost."""
        if not any(CONSUMER in fault.match for fault in control.faults):
            return ""
        try:
            struck = await control.strike(self._store, f"{CONSUMER} {bulk.name}")
        except HangUpError:
            return None
        return "" if struck is None else bytes(struck.body).decode() or "Deadlock found when trying to get lock; try restarting transaction"


def _carry_out(bulk: Bulk, operation: Operation) -> None:
    assert operation.work is not None
    try:
        answer = operation.work()
    except ApiError as error:
        operation.status, operation.message, operation.error = FAILED, error.told(), 0
    else:
        operation.status, operation.message = DONE, f"Service execution success {bulk.topic}"
        operation.result = orjson.dumps(answer.body).decode()
