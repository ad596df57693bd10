"""Sets and adjusts stock. What Walmart is told is what lies at a node; what can be sold of it is less by what is ordered and not shipped.

Few SKUs are written one by one, with all their nodes in one call, many in a feed. Nothing adds or subtracts: an adjustment is a number
that is noted before it is set.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.port import ByIds
from adapters.kit.writing import Done, Job, Journal, Looked, NotDone, Performed
from adapters.walmart import feeds
from adapters.walmart.feeds import Feeds, Part, follow, look
from adapters.walmart.manifest import FEW_STOCKS, WALMART
from adapters.walmart.refusals import conflict, gone, invalid, row_refusal
from adapters.walmart.shop import Shop, path_of, unwritten
from adapters.walmart.stock import INVENTORIES
from adapters.walmart.values import Json, rows, text
from schema.commands import InventoryAdjust, InventorySet
from schema.errors import Category
from schema.inventory import InventoryLevel

EACH = "EACH"
_KEPT = "Walmart itself keeps this stock: it changes by what is sent to its warehouses."
_UNKNOWN = "What is there is not known, so nothing can be added to it: set it first."
_TOO_FEW = "Only {there} units are there; {taken} can't be taken from them."


@dataclass(frozen=True, slots=True)
class _Step:
    """What is to be written for a job: `held` units are ordered and not shipped, and are sent on top of what can be sold."""

    job: Job
    node: str
    sku: str
    before: int | None
    held: int
    after: int

    @property
    def entry(self) -> Json:
        """Return how many units there are to be at the node."""
        return {"unit": EACH, "amount": self.after + self.held}

    @property
    def done(self) -> Done:
        """Return what was changed."""
        return Done(before=None if self.before is None else {"available": self.before}, after={"available": self.after})


class StockWrites:
    """Writes the stock of one store."""

    def __init__(self, shop: Shop, levels: ByIds[InventoryLevel], sent: Feeds) -> None:
        self._shop = shop
        self._levels = levels
        self._feeds = sent

    async def set(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Set stock."""
        steps = await self._steps(jobs)
        ready = [step for step in steps if isinstance(step, _Step)]
        if len({step.sku for step in ready}) > FEW_STOCKS:
            return _in_order(steps, await self._submit(ready, journal))
        return _in_order(steps, await self._put(ready))

    async def adjust(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Add to stock, or take from it."""
        steps = await self._steps(jobs)
        ready = [step for step in steps if isinstance(step, _Step)]
        if ready:
            await journal.note({step.job.id: {"before": step.before, "after": step.after} for step in ready})
        return _in_order(steps, await self._put(ready))

    async def check(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Say what became of stock that was sent in a feed."""
        return await follow(self._feeds, jobs, lambda broken: self.set(broken, journal), _done)

    async def seen(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say which stock was set."""
        found = await self._levels([_level(job) for job in jobs])
        return await look(self._feeds, jobs, [_shown(job, level) for job, level in zip(jobs, found, strict=True)])

    async def _steps(self, jobs: Sequence[Job]) -> list[_Step | PlatformError]:
        found = await unwritten(_listed(self._levels([_level(job) for job in jobs])))
        return [_step(job, level) for job, level in zip(jobs, found, strict=True)]

    async def _submit(self, steps: Sequence[_Step], journal: Journal) -> dict[str, Performed]:
        """Send steps in one feed, all nodes of a SKU in one row."""
        nodes: dict[str, list[Json]] = {}
        for step in steps:
            nodes.setdefault(step.sku, []).append({"shipNode": step.node, "quantity": step.entry})
        entries = [{"sku": sku, "shipNodes": own} for sku, own in nodes.items()]
        parts = [Part(step.job, (), (step.sku,), {"before": step.before}) for step in steps]
        results = await self._feeds.submit(feeds.STOCK, parts, journal, entries)
        return dict(zip((step.job.id for step in steps), results, strict=True))

    async def _put(self, steps: Sequence[_Step]) -> dict[str, Performed]:
        """Send steps one SKU a call."""
        own: dict[str, list[_Step]] = {}
        for step in steps:
            own.setdefault(step.sku, []).append(step)
        found = await asyncio.gather(*(self._put_one(sku, parts) for sku, parts in own.items()))
        return {name: result for part in found for name, result in part.items()}

    async def _put_one(self, sku: str, steps: Sequence[_Step]) -> dict[str, Performed]:
        body = {"inventories": {"nodes": [{"shipNode": step.node, "inputQty": step.entry} for step in steps]}}
        try:
            answer = await self._shop.change("PUT", path_of(INVENTORIES, sku), "InventorySet", "stock_set", body=body)
        except PlatformError as error:
            return {step.job.id: error for step in steps}
        nodes = {text(node.get("shipNode")): node for node in rows(answer.get("nodes"))}
        return {step.job.id: _outcome(step, nodes.get(step.node)) for step in steps}


def _level(job: Job) -> str:
    command: Any = job.command
    return str(command.level)


def _step(job: Job, found: Any) -> _Step | PlatformError:
    command = job.command
    node, _, sku = _level(job).partition(":")
    if isinstance(found, PlatformError):
        return found
    if not sku or not node.isalnum():
        return gone()
    if node == WALMART:
        return invalid(_KEPT, "KEPT_BY_WALMART")
    before, held = (found.available, found.committed or 0) if found is not None else (None, 0)
    if isinstance(command, InventorySet):
        return _Step(job, node, sku, before, held, command.quantity)
    if not isinstance(command, InventoryAdjust) or before is None:
        return invalid(_UNKNOWN, "NOT_TRACKED")
    after = before + command.delta
    if after < 0:
        return conflict(_TOO_FEW.format(there=before, taken=-command.delta), "TOO_FEW")
    return _Step(job, node, sku, before, held, after)


def _outcome(step: _Step, node: Json | None) -> Performed:
    if node is not None and (text(node.get("status")) or "").lower() == "success":
        return step.done
    errors = rows(node.get("errors")) if node is not None else []
    entry = errors[0] if errors else {}
    return row_refusal(entry, Category.VALIDATION, (text(entry.get("code")) or "NODE_REFUSED").partition(".")[0])


def _done(job: Job) -> Done:
    command, before = job.command, job.notes.get("before")
    after = {"available": command.quantity} if isinstance(command, InventorySet) else None
    return Done(before=None if before is None else {"available": before}, after=after)


def _shown(job: Job, level: Any) -> Looked:
    if isinstance(level, PlatformError):
        return level
    command = job.command
    there = isinstance(command, InventorySet) and level is not None and level.available == command.quantity
    return _done(job) if there else NotDone()


def _in_order(steps: Sequence[_Step | PlatformError], results: dict[str, Performed]) -> list[Performed]:
    return [step if isinstance(step, PlatformError) else results[step.job.id] for step in steps]


async def _listed(reading: Any) -> list[Any]:
    return list(await reading)
