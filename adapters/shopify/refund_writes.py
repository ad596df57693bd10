"""Gives money back.

The platform gives it once for a key, and the request has to be the same then: it is made of a suggestion that changes with every refund, so
it is noted before it is sent, and repeated as it was.
"""

from collections.abc import Sequence
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, Journal, Performed, key_of
from adapters.shopify import refund_plans
from adapters.shopify.calls import Calls, unsent
from adapters.shopify.locations import primary_location
from adapters.shopify.refund_plans import Ask
from adapters.shopify.refusals import refused, unanswered
from adapters.shopify.sending import forgotten
from adapters.shopify.values import Json
from schema.commands import RefundCreate
from schema.errors import Category
from schema.keys import Kind

NOTE = "refund"
LOST = frozenset({"FAILURE", "ERROR"})  # payments that were not given back

_UNKNOWN = "The store has no such order; look whether it is there still, and whether the id is right."
_NOTHING = "Nothing of the order is left to give back; read its refunds again, then decide."
_MONEY_LOST = "Shopify recorded the refund, but the payment provider refused the money; give it back by hand and look at the order."


class RefundWrites:
    """Refunds orders of one store."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def create(self, jobs: Sequence[Job], journal: Journal) -> list[Performed]:
        """Refund orders, one call each."""
        return [await self._refund(job, journal) for job in jobs]

    async def _refund(self, job: Job, journal: Journal) -> Performed:
        noted = job.notes.get(NOTE)
        if noted is None or noted["revision"] != job.revision:
            try:
                made = await self._input(_command(job))
            except PlatformError as error:
                return unsent(error)
            now = self._calls.session.clock.now().isoformat()
            noted = {"revision": job.revision, "key": key_of([job]), "at": now, "input": made}
            await journal.note({job.id: {NOTE: noted}})
        elif (lost := forgotten(self._calls, noted["at"])) is not None:
            return lost
        note = _command(job).note
        asked = {**noted["input"], "note": note} if note else noted["input"]
        return _given(await self._calls.one("CreateRefund", {"input": asked, "key": noted["key"]}))

    async def _input(self, command: RefundCreate) -> Json:
        """Return what the refund is asked for with; raises PlatformError."""
        order = await self._suggested(command.order, refund_plans.main_ask(command))
        failure = refund_plans.problem(command, order)
        if failure is not None:
            raise failure
        suggestion = order["suggestedRefund"]
        rest_ask = refund_plans.rest_ask(command) if command.amount is None and refund_plans.has_amounts(command) else None
        rest = (await self._suggested(command.order, rest_ask))["suggestedRefund"] if rest_ask is not None else None
        lines = await self._lines(command, suggestion)
        made = refund_plans.refund_input(command, order, refund_plans.wanted(command, rest), lines)
        if isinstance(made, PlatformError):
            raise made
        if not made["transactions"] and not command.lines:
            raise PlatformError(Category.CONFLICT, _NOTHING, code="OVER_REFUNDED")
        return made

    async def _suggested(self, order: str, ask: Ask) -> Json:
        """Return an order with what the platform suggests; raises PlatformError."""
        found: Json | None = (await self._calls.ask("SuggestedRefund", ask.variables(order)))["order"]
        if found is None:
            raise PlatformError(Category.VALIDATION, _UNKNOWN, code="NOT_FOUND")
        if found["suggestedRefund"] is None:
            raise PlatformError(Category.CONFLICT, _NOTHING, code="OVER_REFUNDED")
        return found

    async def _lines(self, command: RefundCreate, suggestion: Json) -> list[Json]:
        if not command.lines:
            return refund_plans.suggested_lines(suggestion) if command.amount is None and command.shipping is None else []
        restocked = [each.line for each in command.lines if each.restock]
        if not restocked:
            return refund_plans.asked_lines(command, suggestion, {}, None)
        found = await self._calls.nodes("UnitsOfLines", "LineItem", restocked)
        unshipped = {line: node["unfulfilledQuantity"] for line, node in found.items() if isinstance(node, dict)}
        location = await primary_location(self._calls)
        failure = next((each for each in (location, *found.values()) if isinstance(each, PlatformError)), None)
        if failure is not None:
            raise failure
        return refund_plans.asked_lines(command, suggestion, unshipped, str(location))


def _given(payload: Any) -> Performed:
    error = refused(payload)
    if error is not None:
        return error
    refund: Json | None = payload.get("refund")
    if refund is None:
        return unanswered("the refund")
    if any(each["status"] in LOST for each in refund["transactions"]["nodes"]):
        return PlatformError(Category.CONFLICT, _MONEY_LOST, code="MONEY_REFUSED")
    return Done(entity=(Kind.REFUND, refund["id"]), after={"amount": refund["totalRefundedSet"]["shopMoney"]["amount"]})


def _command(job: Job) -> RefundCreate:
    assert isinstance(job.command, RefundCreate)
    return job.command
