"""Cancels orders and changes what can be changed of them: tags, note, and whether they are archived.

A cancellation is a job of the platform's. The job tells only that it ended; whether the order was cancelled the order tells.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.port import Readers
from adapters.kit.writing import Accepted, Done, Job, Journal, Looked, NotDone, Performed
from adapters.shopify.calls import Calls, unsent
from adapters.shopify.manifest import CANCEL_REASONS
from adapters.shopify.refusals import refused
from adapters.shopify.values import Json
from schema.commands import OrderCancel, OrderFields, OrderUpdate
from schema.errors import Category
from schema.keys import Kind

STATUSES = {"open": "OpenOrder", "closed": "CloseOrder"}
JOB_SECONDS = 2.0

_NO_STATUS = "An order can be set to `open` or to `closed`; to cancel it is an operation of its own."
_NOT_CANCELLED = "Shopify took the cancellation on and ended it without cancelling the order; look at the order, then decide."
_JOB_LOST = "Shopify does not know the cancellation any more, and the order is not cancelled; it is looked at again."
_PARTLY = "Tags and note were changed; the status was not. "


class OrderWrites:
    """Writes the orders of one store."""

    def __init__(self, calls: Calls, readers: Readers) -> None:
        self._calls = calls
        by_ids = readers.kinds[Kind.ORDER].by_ids
        assert by_ids is not None
        self._orders = by_ids

    async def cancel(self, jobs: Sequence[Job], journal: Journal) -> list[Performed]:
        """Have orders cancelled."""
        return [_taken_on(payload) for payload in await self._calls.each("CancelOrder", [_cancellation(_cancel(job)) for job in jobs])]

    async def check(self, jobs: Sequence[Job], journal: Journal) -> list[Performed]:
        """Ask what became of cancellations."""
        return await asyncio.gather(*(self._checked(job) for job in jobs))

    async def update(self, jobs: Sequence[Job], journal: Journal) -> list[Performed]:
        """Change tags and notes, then archive or reopen."""
        results: dict[str, Performed] = {job.id: _settable(_update(job)) or Done(after=dict(_update(job).changes)) for job in jobs}
        good = [job for job in jobs if isinstance(results[job.id], Done)]
        await self._send("UpdateOrder", [job for job in good if _texts(_update(job))], results)
        for status, operation in STATUSES.items():
            wanted = [job for job in good if isinstance(results[job.id], Done) and _update(job).changes.get("status") == status]
            await self._send(operation, wanted, results)
        return [results[job.id] for job in jobs]

    async def updated(self, jobs: Sequence[Job]) -> list[Looked]:
        """Look whether orders show their changes."""
        found = await self._orders([_update(job).order for job in jobs])
        return [_shown(_update(job).changes, order) for job, order in zip(jobs, found, strict=True)]

    async def _send(self, operation: str, jobs: Sequence[Job], results: dict[str, Performed]) -> None:
        """Run an operation for jobs; those it fails for get their failure as their result."""
        status = operation in STATUSES.values()
        requests = [{"id": _update(job).order} if status else {"input": _input(_update(job))} for job in jobs]
        for job, payload in zip(jobs, await self._calls.each(operation, requests), strict=True):
            error = refused(payload)
            if error is not None:
                results[job.id] = _after_texts(error) if status and _texts(_update(job)) else error

    async def _checked(self, job: Job) -> Performed:
        assert job.handle is not None
        try:
            state = await self._calls.ask("CancelState", {"job": job.handle, "order": _cancel(job).order})
        except PlatformError as error:
            return unsent(error)
        order, work = state.get("order") or {}, state.get("job")
        if order.get("cancelledAt"):
            return Done(after={"status": "CANCELLED"})
        if work is None:
            return PlatformError(Category.TRANSIENT, _JOB_LOST, code="JOB_LOST")
        if work["done"]:
            return PlatformError(Category.CONFLICT, _NOT_CANCELLED, code="NOT_CANCELLED")
        return Accepted(job.handle, JOB_SECONDS)


def _cancellation(command: OrderCancel) -> Json:
    made: Json = {
        "id": command.order,
        "reason": CANCEL_REASONS[command.reason],
        "restock": command.restock,
        "notify": command.notify,
    }
    if command.refund:
        made["refund"] = {"originalPaymentMethodsRefund": True}
    return made | ({"note": command.note} if command.note else {})


def _taken_on(payload: Any) -> Performed:
    error = refused(payload)
    if error is not None:
        return error
    work = payload.get("job")
    return Accepted(work["id"], JOB_SECONDS) if work else Done(after={"status": "CANCELLED"}, look=True)


def _settable(command: OrderUpdate) -> PlatformError | None:
    if command.changes.get("status", "open") in STATUSES:
        return None
    return PlatformError(Category.VALIDATION, _NO_STATUS, code="STATUS")


def _texts(command: OrderUpdate) -> bool:
    return bool(command.changes.keys() & {"tags", "note"})


def _after_texts(error: PlatformError) -> PlatformError:
    return PlatformError(error.category, _PARTLY + error.message, code=error.code, retry_after=error.retry_after, sent=error.sent)


def _input(command: OrderUpdate) -> Json:
    made: Json = {"id": command.order}
    if "tags" in command.changes:
        made["tags"] = command.changes["tags"]
    if "note" in command.changes:
        made["note"] = command.changes["note"] or ""
    return made


def _shown(changes: OrderFields, order: Any) -> Looked:
    if isinstance(order, PlatformError):
        return order
    if order is None:
        return NotDone()
    shown = {"tags": _words(order.tags), "note": order.note or "", "status": order.platform_status}
    wanted: dict[str, Any] = {**changes}
    if "tags" in wanted:
        wanted["tags"] = _words(wanted["tags"])
    if "note" in wanted:
        wanted["note"] = wanted["note"] or ""
    return Done(after=dict(changes)) if all(shown[name] == value for name, value in wanted.items()) else NotDone()


def _words(tags: Sequence[str]) -> set[str]:
    """Return tags as the platform compares them: in any order, each once, whatever their case."""
    return {tag.strip().casefold() for tag in tags}


def _cancel(job: Job) -> OrderCancel:
    assert isinstance(job.command, OrderCancel)
    return job.command


def _update(job: Job) -> OrderUpdate:
    assert isinstance(job.command, OrderUpdate)
    return job.command
