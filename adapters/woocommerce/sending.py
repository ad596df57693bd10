"""Sends changes: one by its own route, several of one collection by its batch route, whose answer is taken apart again."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Concatenate, ParamSpec, TypeVar

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, Performed
from adapters.woocommerce.manifest import BATCH
from adapters.woocommerce.refusals import gone, refusal
from adapters.woocommerce.shop import Shop
from adapters.woocommerce.values import WHOLE, Json, identity
from schema.errors import Category

T = TypeVar("T")
P = ParamSpec("P")

TOO_LARGE = "woocommerce_rest_request_entity_too_large"  # plugins may allow fewer entries than the core does


class Verb(StrEnum):
    """What is done; the value is the entry's list in a batch."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


METHODS = {Verb.CREATE: "POST", Verb.UPDATE: "PUT", Verb.DELETE: "DELETE"}


@dataclass(frozen=True, slots=True)
class Change:
    """One change in a collection, e.g. `products`; `key` is the platform's own id, "" for what is being made.

    `alone` sends it by its own route, which checks the values as a batch does not.
    """

    path: str
    key: str = ""
    body: Json = field(default_factory=dict)
    alone: bool = False


Sent = Json | PlatformError


async def send(shop: Shop, operation: str, verb: Verb, changes: Sequence[Change]) -> list[Sent]:
    """Return what the store answers to each change, in their order, or why it failed. One request a collection and hundred changes."""
    grouped: dict[tuple[str, int], list[int]] = {}
    for turn, change in enumerate(changes):
        grouped.setdefault((change.path, turn if change.alone else -1), []).append(turn)
    parts = [(path, turns[begin : begin + BATCH]) for (path, _), turns in grouped.items() for begin in range(0, len(turns), BATCH)]
    asked = (_part(shop, operation, verb, path, [changes[turn] for turn in turns]) for path, turns in parts)
    answers = await asyncio.gather(*asked)
    found = {turn: each for (_, turns), answer in zip(parts, answers, strict=True) for turn, each in zip(turns, answer, strict=True)}
    return [found[turn] for turn in range(len(changes))]


async def each(jobs: Sequence[Job], act: Callable[[Job], Awaitable[T]]) -> list[T | PlatformError]:
    """Return what comes of jobs that are taken one by one, side by side."""

    async def attempt(job: Job) -> T | PlatformError:
        try:
            return await act(job)
        except PlatformError as error:
            return error

    return list(await asyncio.gather(*(attempt(job) for job in jobs)))


def attempted(make: Callable[..., T], *given: object) -> T | PlatformError:
    """Return what is made, or the PlatformError that says why it can't be."""
    try:
        return make(*given)
    except PlatformError as error:
        return error


def complete(
    act: Callable[Concatenate[Sequence[Job], P], Awaitable[Sequence[T]]],
) -> Callable[Concatenate[Sequence[Job], P], Awaitable[Sequence[T | PlatformError]]]:
    """Return what gives each job the failure that all of them met together, instead of raising it."""

    async def attempt(jobs: Sequence[Job], /, *more: P.args, **named: P.kwargs) -> Sequence[T | PlatformError]:
        try:
            return await act(jobs, *more, **named)
        except PlatformError as error:
            return [error for _ in jobs]

    return attempt


def plain(path: str) -> Callable[[str], tuple[str, str]]:
    """Return what places a key id that is the platform's own id in a collection; it raises PlatformError for what is no such id."""
    return lambda key: (path, known(key))


async def delete(shop: Shop, operation: str, jobs: Sequence[Job], places: Sequence[tuple[str, str] | PlatformError]) -> list[Performed]:
    """Delete for good what each job names by its place, or return why it has none."""
    good = [Change(*place) for place in places if not isinstance(place, PlatformError)]
    answers = iter(await send(shop, operation, Verb.DELETE, good))
    return [place if isinstance(place, PlatformError) else _deleted(job, next(answers)) for job, place in zip(jobs, places, strict=True)]


def new_id(answer: Json) -> int:
    """Return the id of what was made; raises PlatformError when the answer has none, which leaves open whether it was."""
    found = identity(answer.get("id"))
    if found is None:
        raise _unreadable()
    return found


def known(key: str) -> str:
    """Return an id that the platform could have given; raises PlatformError."""
    if not WHOLE.fullmatch(key) or identity(key) is None:
        raise gone()
    return key


def _deleted(job: Job, answer: Sent) -> Performed:
    """What is gone after an attempt with an unknown end was deleted by that."""
    if isinstance(answer, PlatformError):
        return Done() if job.uncertain and answer.code.endswith("invalid_id") else answer
    return Done()


async def _part(shop: Shop, operation: str, verb: Verb, path: str, changes: Sequence[Change]) -> list[Sent]:
    try:
        if len(changes) == 1:
            return [await _single(shop, operation, verb, changes[0])]
        return await _batch(shop, operation, verb, path, changes)
    except PlatformError as error:
        if error.code != TOO_LARGE or len(changes) == 1:
            return [error for _ in changes]
    half = len(changes) // 2
    first = await _part(shop, operation, verb, path, changes[:half])
    return [*first, *await _part(shop, operation, verb, path, changes[half:])]


async def _single(shop: Shop, operation: str, verb: Verb, change: Change) -> Json:
    path = change.path if verb is Verb.CREATE else f"{change.path}/{change.key}"
    return _answer(verb, await shop.change(METHODS[verb], path, operation, None if verb is Verb.DELETE else change.body))


async def _batch(shop: Shop, operation: str, verb: Verb, path: str, changes: Sequence[Change]) -> list[Sent]:
    answer = await shop.change("POST", f"{path}/batch", operation, {verb.value: [_entry(verb, change) for change in changes]})
    entries = answer.get(verb.value)
    if not isinstance(entries, list) or len(entries) != len(changes):
        raise PlatformError(Category.TRANSIENT, "The store does not say what became of these.", code="NO_LIST")
    return [attempted(_answer, verb, entry) for entry in entries]


def _answer(verb: Verb, answer: object) -> Json:
    """Return an answer that says what became of a change; raises PlatformError, also what the answer itself says."""
    if not isinstance(answer, dict):
        raise _unreadable()
    refused = refusal(answer)
    if refused is not None:
        raise refused
    if verb is Verb.CREATE:
        new_id(answer)
    return answer


def _entry(verb: Verb, change: Change) -> Json | int:
    if verb is Verb.DELETE:
        return int(change.key)
    return change.body if verb is Verb.CREATE else {"id": int(change.key), **change.body}


def _unreadable() -> PlatformError:
    return PlatformError(Category.TRANSIENT, "The store does not say what became of this.", code="NO_OBJECT")
