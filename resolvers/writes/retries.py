"""What happens next: the one table from a failure's category to the next step of a write."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from adapters.kit.breaker import RESTING
from adapters.kit.failures import PlatformError
from adapters.kit.writing import Repeat
from resolvers.writes.queue import Verdict
from schema.commands import OPERATIONS, WriteOperation
from schema.errors import Category
from schema.receipts import ReceiptState

SHORTEST_WAIT = 0.2  # seconds, where a platform says "now"


class Step(StrEnum):
    """What can be done with a write that failed."""

    AGAIN = "again"  # try again, counted, up to the limit; then a person
    WAIT = "wait"  # try again when the budget allows, not counted
    HOLD = "hold"  # hold the store; the write keeps its place
    REJECT = "reject"  # give it back
    CONFLICT = "conflict"  # try again where the operation may succeed on a second look, else give it back


@dataclass(frozen=True, slots=True)
class Next:
    """One row: the step, how often it is taken at most, and its pauses in seconds (doubling from `first` to `longest`)."""

    step: Step
    limit: int = 0
    first: float = 0
    longest: float = 0


NEXT: dict[Category, Next] = {
    Category.TRANSIENT: Next(Step.AGAIN, limit=12, first=1, longest=900),
    Category.QUOTA: Next(Step.WAIT, first=1, longest=3600),
    Category.AUTH: Next(Step.HOLD),
    Category.VALIDATION: Next(Step.REJECT),
    Category.CONFLICT: Next(Step.CONFLICT, limit=3, first=0.5, longest=5),
}
LOOKS = Next(Step.AGAIN, limit=40, first=2, longest=900)  # how often to look for what a platform accepted, and the pauses between

SEALED = "The write can't be read: it was sealed with another key. Start the worker with that key in CARTOGRAPH_SECRETS, then retry it."
WORN_OUT = "It was begun {attempts} times and never ended; something about it ends its worker. Look at the log, then retry or cancel it."
NEVER_SHOWN = "The platform accepted it and does not show it; look at the store, then retry or cancel it."
UNKNOWN_END = "Whether it was done is not known, and this platform has no way to tell. Look at the store, then retry or cancel it."


def failed(
    write: str,
    operation: WriteOperation,
    error: PlatformError,
    *,
    attempts: int,
    now: datetime,
    repeat: Repeat,
    guarded: bool = False,
    alone: bool = False,
    uncertain: bool = False,
) -> Verdict:
    """Return what becomes of a write that failed.

    `alone` says that it was refused together with others, and may be fine by itself. `uncertain` says that an earlier attempt may have been
    carried out and that nobody has looked since; it stays so when this failure does not tell either.
    """
    row = NEXT[error.category]
    open_end = error.uncertain or uncertain
    common = {"id": write, "category": error.category, "code": error.code or error.category.name, "reason": error.message}
    if alone and row.step in {Step.REJECT, Step.CONFLICT}:
        return Verdict(state=ReceiptState.RETRYING, next=now, alone=True, counted=False, **common)  # type: ignore[arg-type]
    if row.step in {Step.WAIT, Step.HOLD}:
        wait = error.retry_after if row.step is Step.WAIT and error.retry_after is not None else row.first
        state = ReceiptState.QUEUED if attempts <= 1 and not open_end else ReceiptState.RETRYING
        return Verdict(state=state, next=_later(now, wait), counted=False, uncertain=open_end, **common)  # type: ignore[arg-type]
    if row.step is Step.REJECT or (row.step is Step.CONFLICT and (guarded or not OPERATIONS[operation].again)):
        return Verdict(state=ReceiptState.REJECTED, **common)  # type: ignore[arg-type]
    if open_end and repeat is Repeat.NEVER:
        return parked(write, Category.TRANSIENT, "UNCLEAR", UNKNOWN_END)
    if attempts >= row.limit:
        state = ReceiptState.REJECTED if row.step is Step.CONFLICT else ReceiptState.NEEDS_INTERVENTION
        return Verdict(state=state, uncertain=open_end, **common)  # type: ignore[arg-type]
    wait = max(pause(row, attempts), error.retry_after or 0)
    counted = error.code != RESTING  # nothing was tried while the store rests
    return Verdict(state=ReceiptState.RETRYING, next=_later(now, wait), uncertain=open_end, counted=counted, **common)  # type: ignore[arg-type]


def parked(write: str, category: Category, code: str, reason: str, *, uncertain: bool = False) -> Verdict:
    """Return the verdict that leaves a write to a person."""
    return Verdict(write, ReceiptState.NEEDS_INTERVENTION, category=category, code=code, reason=reason, uncertain=uncertain)


def pause(row: Next, attempts: int) -> float:
    """Return the seconds before the next attempt: doubling, with jitter, so that many do not come back at once."""
    return min(row.longest, row.first * 2.0 ** (max(1, attempts) - 1)) * random.uniform(0.75, 1.25)


def waiting(
    write: str,
    handle: str,
    *,
    looks: int,
    now: datetime,
    seconds: float = 0,
    error: PlatformError | None = None,
    effect: Mapping[str, Any] | None = None,
) -> Verdict:
    """Return the verdict of a write that its platform has accepted: look again, later each time, at last leave it to a person.

    `error` is why the last look failed; looks that only waited for the budget are not counted.
    """
    if looks >= LOOKS.limit:
        return parked(write, Category.TRANSIENT, "NEVER_SHOWN", NEVER_SHOWN, uncertain=True)
    wait = max(seconds, pause(LOOKS, looks)) if looks else (seconds or LOOKS.first)
    return Verdict(
        write,
        ReceiptState.WAITING_PLATFORM,
        next=_later(now, wait),
        category=error.category if error else None,
        code=error.code if error else "",
        reason=error.message if error else "",
        effect=effect,
        handle=handle,
        looked=error is None or error.category is Category.TRANSIENT,
    )


def _later(now: datetime, seconds: float) -> datetime:
    return now + timedelta(seconds=max(SHORTEST_WAIT, seconds))
