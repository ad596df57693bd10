"""Sets and adjusts stock. eBay knows no delta, so stock is always set to a number, which is noted before.

What a buyer sees is the smaller of an item's total and what its offer has: both are set. A level is the total, or the share of a location.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters.ebay import wares
from adapters.ebay.account import Account, Found
from adapters.ebay.inventory import Inventory
from adapters.ebay.listings import Revision, revise
from adapters.ebay.live_offers import live_offers_of
from adapters.ebay.refusals import conflict, gone, unsent
from adapters.ebay.values import Json, record, rows, text, whole
from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, Journal, Performed
from schema.commands import InventoryAdjust, InventorySet
from schema.errors import Category

_TOO_FEW = "There are {before} units; {delta} can't be taken from them."


@dataclass(frozen=True, slots=True)
class _Step:
    """What is to be written for a job: where, and the number before and after."""

    place: str
    before: int | None
    after: int


class StockWrites:
    """The stock of one seller."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._inventory = Inventory(account)
        self._memory = live_offers_of(account.session)

    async def set(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Set stock."""
        return await self._write("InventorySet", jobs, None)

    async def adjust(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Add to stock, or take from it."""
        return await self._write("InventoryAdjust", jobs, journal)

    async def _write(self, operation: str, jobs: Sequence[Job], journal: Journal | None) -> Sequence[Performed]:
        """Write jobs in as few calls as there are 25 SKUs; what is to be noted is noted before."""
        items = await self._inventory.items(map(_sku, jobs), f"{operation}Items")
        steps = {job.id: _step(job, items) for job in jobs}
        ready = {key: step for key, step in steps.items() if isinstance(step, _Step)}
        if journal is not None and ready:
            await journal.note({key: {"before": step.before, "after": step.after} for key, step in ready.items()})
        changes: dict[str, dict[str, int]] = {}
        for job in jobs:
            if job.id in ready:
                changes.setdefault(_sku(job), {})[ready[job.id].place] = ready[job.id].after
        there = {sku: each.row for sku, each in items.items() if isinstance(each, Found)}
        known = self._memory.known([*changes])
        outcomes = await self._revise(operation, changes, there, known)
        # What is remembered of offers may be over: where eBay refuses it, it is done again after a fresh look.
        stale = [sku for sku in known if (each := outcomes[sku]) is not None and each.category in {Category.VALIDATION, Category.CONFLICT}]
        if stale:
            outcomes |= await self._revise(operation, {sku: changes[sku] for sku in stale}, there, {})
        return [_result(steps[job.id], outcomes.get(_sku(job))) for job in jobs]

    async def _revise(
        self, operation: str, changes: Mapping[str, Mapping[str, int]], items: Mapping[str, Json], known: Mapping[str, Sequence[str]]
    ) -> dict[str, PlatformError | None]:
        """Return for each SKU why its stock could not be written, or None; `known` are live offers, those of other SKUs are read."""
        found = await self._inventory.offers([sku for sku in changes if sku not in known], f"{operation}Offers")
        outcomes: dict[str, PlatformError | None] = {sku: unsent(each) for sku, each in found.items() if isinstance(each, PlatformError)}
        live = {**known, **{sku: self._memory.learn(sku, each) for sku, each in found.items() if not isinstance(each, PlatformError)}}
        revisions = [_revision(sku, items[sku], changes[sku], live[sku]) for sku in changes if sku not in outcomes]
        refused = await revise(self._account, operation, revisions)
        return outcomes | dict(zip((each.sku for each in revisions), refused, strict=True))


def _level(job: Job) -> str:
    return job.command.level if isinstance(job.command, (InventorySet, InventoryAdjust)) else ""


def _sku(job: Job) -> str:
    return wares.sku_of_level(_level(job))


def _step(job: Job, items: Mapping[str, Found | PlatformError]) -> _Step | PlatformError:
    item, command = items.get(_sku(job)), job.command
    if not isinstance(item, Found):
        return unsent(item) if item else gone()
    level = next((each for each in wares.levels(item.row, item.seen) if each.key_id == _level(job)), None)
    if level is None:
        return gone()
    place = level.location_key_id
    if isinstance(command, InventorySet):
        return _Step(place, level.available, command.quantity)
    delta = command.delta if isinstance(command, InventoryAdjust) else 0
    before = level.available or 0
    if before + delta < 0:
        return conflict(_TOO_FEW.format(before=before, delta=-delta), "TOO_FEW")
    return _Step(place, before, before + delta)


def _revision(sku: str, item: Json, changes: Mapping[str, int], live: Sequence[str]) -> Revision:
    """Return what changes of a SKU: with locations its total is what they have together."""
    total, stock = changes.get(wares.ANYWHERE), {}
    if total is None:
        told = record(record(item.get("availability")).get("shipToLocationAvailability")).get("availabilityDistributions")
        shares = [_share(each, changes) for each in rows(told)]
        total = sum(whole(each.get("quantity")) or 0 for each in shares)
        stock = {"availabilityDistributions": shares}
    return Revision(sku, {"quantity": total, **stock}, [{"offerId": each, "availableQuantity": total} for each in live])


def _share(row: Json, changes: Mapping[str, int]) -> Json:
    place = text(row.get("merchantLocationKey"))
    return row | {"quantity": changes[place]} if place in changes and place is not None else row


def _result(step: _Step | PlatformError, outcome: PlatformError | None) -> Performed:
    if isinstance(step, PlatformError):
        return step
    if outcome is not None:
        return outcome
    # Whether the bulk form keeps the shares of locations its documents do not say plainly: so they are looked at.
    look = step.place != wares.ANYWHERE
    return Done(before={"available": step.before}, after={"available": step.after}, look=look)
