"""Gives money back, by line and kind of charge. What was given back of each line before is noted, so a later look tells what was made."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.kit.writing import Done, Job, Journal, Looked, NotDone, Performed, Unclear
from adapters.walmart import movements
from adapters.walmart.charges import bills_of, together
from adapters.walmart.manifest import REFUND_REASONS
from adapters.walmart.order_writes import order_of, order_path, row_of
from adapters.walmart.orders import Orders
from adapters.walmart.refund_sums import Line, Sums, asked_of, given_back, lines_of, money, total
from adapters.walmart.refusals import invalid
from adapters.walmart.sending import each
from adapters.walmart.shop import Shop, unwritten
from adapters.walmart.values import Json, at
from schema.commands import RefundCreate
from schema.keys import Kind

_CURRENCY = "The order is in {own}; a refund can't be in {asked}."
_OTHERS = "Something else was given back of the order about then."


class RefundWrites:
    """Writes the refunds of one store."""

    def __init__(self, shop: Shop, orders: Orders) -> None:
        self._shop = shop
        self._orders = orders

    async def create(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Give money back for each order, whoever fulfilled it."""
        found = await unwritten(self._orders.read([order_of(job) for job in jobs], "RefundOrders"))
        return await each(jobs, lambda job: self._create(job, row_of(found.get(order_of(job))), journal))

    async def created(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say which refunds were made."""
        found = await self._orders.read([order_of(job) for job in jobs], "RefundedOrders")

        async def look(job: Job) -> Looked:
            return self._look(job, row_of(found.get(order_of(job))))

        return await each(jobs, look)

    async def _create(self, job: Job, order: Json, journal: Journal) -> Performed:
        command: Any = job.command
        currency = together(bills_of(order)).currency
        if command.currency_code not in {None, currency}:
            raise invalid(_CURRENCY.format(own=currency, asked=command.currency_code), "CURRENCY")
        lines = lines_of(order)
        asked = asked_of(lines, command)
        before, sums = given_back(order), {number: total(parts) for number, parts in asked.items()}
        await journal.note({job.id: {"before": {number: before.get(number, 0) for number in sums}, "sums": sums}})
        whole = all(parts == lines[number].left for number, parts in asked.items())
        rows = [_row(lines[number], parts, command, currency, whole=whole) for number, parts in asked.items()]
        body = {"orderRefund": {"purchaseOrderId": command.order, "orderLines": {"orderLine": rows}}}
        answer = await self._shop.change("POST", order_path(order, "refund"), "RefundCreate", "refund", body=body)
        return self._done(at(answer, "order") or {}, sums)

    def _look(self, job: Job, order: Json) -> Looked:
        before, sums = (job.notes.get(name) for name in ("before", "sums"))
        if not isinstance(before, Mapping) or not isinstance(sums, Mapping):
            return NotDone()  # the note is kept before anything is sent
        now = given_back(order)
        if all(now.get(number, 0) == before[number] + sums[number] for number in sums):
            return self._done(order, sums)
        return NotDone() if all(now.get(number, 0) == before[number] for number in sums) else Unclear(_OTHERS)

    def _done(self, order: Json, sums: Mapping[str, int]) -> Done:
        made = movements.refunds(order, (), self._shop.seen())
        own = next((refund for refund in made if any(line.order_line_id in sums for line in refund.lines)), None)
        return Done(entity=(Kind.REFUND, own.key_id) if own else None, after={"amount": money(sum(sums.values()))})


def _row(line: Line, sums: Sums, command: RefundCreate, currency: str, *, whole: bool) -> Json:
    """Return what a refund says of a line; amounts are negative."""
    reason = REFUND_REASONS[command.reason]
    charges = [{"refundReason": reason, "charge": _charge(line, kind, *parts, currency)} for kind, parts in sums.items() if any(parts)]
    refund: Json = {"refundCharges": {"refundCharge": charges}}
    if command.note:
        refund["refundComments"] = command.note
    return {"lineNumber": line.number, "isFullRefund": whole, "refunds": {"refund": [refund]}}


def _charge(line: Line, kind: str, charge: int, tax: int, currency: str) -> Json:
    name, tax_name = line.names[kind]
    row: Json = {"chargeType": kind, "chargeName": name, "chargeAmount": _amount(charge, currency)}
    return row | {"tax": {"taxName": tax_name, "taxAmount": _amount(tax, currency)}} if tax else row


def _amount(count: int, currency: str) -> Json:
    return {"currency": currency, "amount": -count / 100}
