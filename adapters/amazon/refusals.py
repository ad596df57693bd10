"""Refusals of writes, and what keeps a failure that came before anything was sent from being taken for a doubtful one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Concatenate, ParamSpec, TypeVar

from adapters.amazon.values import Json, rows, text, texts
from adapters.amazon.write_facts import BLOCKING
from adapters.kit.failures import PlatformError
from adapters.kit.writing import Job
from schema.errors import Category

T = TypeVar("T")
P = ParamSpec("P")


def invalid(message: str, code: str = "INVALID") -> PlatformError:
    """Return the failure of what can never be done as it is."""
    return PlatformError(Category.VALIDATION, message, code=code, sent=False)


def conflict(message: str, code: str) -> PlatformError:
    """Return the failure of what the present state does not allow."""
    return PlatformError(Category.CONFLICT, message, code=code, sent=False)


def gone() -> PlatformError:
    """Return the failure of what is about something that is not there."""
    return invalid("Amazon does not know this, or not in the store's marketplaces.", "NOT_FOUND")


def refusal(answer: Json) -> PlatformError | None:
    """Return why a change of a listing was not accepted, though the answer is a good one; None when it was."""
    if answer.get("status") in {"ACCEPTED", "VALID"}:
        return None
    if answer.get("status") != "INVALID":
        return PlatformError(Category.TRANSIENT, "Amazon does not say whether it accepted this.", code="NO_STATUS")
    return issues_refusal(rows(answer.get("issues"))) or PlatformError(Category.VALIDATION, "Amazon finds this invalid.", code="INVALID")


def issues_refusal(issues: Sequence[Json]) -> PlatformError | None:
    """Return what the errors among some issues say, None when there are none."""
    errors = [each for each in issues if each.get("severity") == "ERROR"]
    if not errors:
        return None
    words = {word for each in errors for word in (text(each.get("code")), *texts(each.get("categories")))}
    category = Category.CONFLICT if words & BLOCKING else Category.VALIDATION
    told = " ".join(dict.fromkeys(_sentence(each) for each in errors[:5]))
    return PlatformError(category, told, code=text(errors[0].get("code")) or "INVALID")


async def unwritten(reading: Awaitable[T]) -> T:
    """Return what is read; a failure says that nothing was written."""
    try:
        return await reading
    except PlatformError as error:
        error.sent = False
        raise


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


def _sentence(issue: Json) -> str:
    names = texts(issue.get("attributeNames")) or texts([issue.get("attributeName")])
    told = text(issue.get("message")) or "Amazon finds this invalid."
    return f"{told} ({', '.join(names)})" if names else told
