"""How many writes wait where, read from the queue as it stands: for whoever watches it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from resolvers.writes.queue import Queue, prefix
from schema.receipts import ReceiptState

# States of writes that are not at their end.
UNDER_WAY = (ReceiptState.QUEUED, ReceiptState.RUNNING, ReceiptState.RETRYING, ReceiptState.WAITING_PLATFORM)
WATCHED = (*UNDER_WAY, ReceiptState.NEEDS_INTERVENTION)
STORES_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Depth:
    """The writes of one store by state, and the seconds since the oldest one under way was accepted, 0 when there is none."""

    counts: dict[ReceiptState, int]
    oldest: float


async def depths(queue: Queue, scopes: Sequence[str]) -> list[Depth]:
    """Return the depth of each store, in their order."""
    found: list[Depth] = []
    for begin in range(0, len(scopes), STORES_AT_ONCE):
        found += await _read(queue, scopes[begin : begin + STORES_AT_ONCE])
    return found


async def _read(queue: Queue, scopes: Sequence[str]) -> list[Depth]:
    pipe = queue.state.pipeline(transaction=False)
    for scope in scopes:
        for state in WATCHED:
            pipe.zcard(f"{prefix(scope)}by:{state.name}")
        for state in UNDER_WAY:
            pipe.zrange(f"{prefix(scope)}by:{state.name}", 0, 0, withscores=True)
    answers = await pipe.execute()
    size = len(WATCHED) + len(UNDER_WAY)
    return [_depth(answers[place : place + size], queue.now()) for place in range(0, len(answers), size)]


def _depth(answers: Sequence[Any], now: int) -> Depth:
    created = [heads[0][1] for heads in answers[len(WATCHED) :] if heads]
    return Depth(dict(zip(WATCHED, answers, strict=False)), max(0.0, (now - min(created)) / 1000) if created else 0.0)
