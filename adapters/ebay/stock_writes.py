"""Sets and adjusts stock. eBay knows no delta, so stock is always set to a number, which is noted before.

What a buyer sees is the smaller of an item's total and what its offer has: both are set. A level is the total, or the share of a location.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters.ebay import wares
from adapters.ebay.account import Account, Found
from adapters.ebay.inventory import Inventory
from adapters.ebay.listings import Revision, is_fixed, is_live, revise
from adapters.ebay.refusals import conflict, gone, unsent
from adapters.ebay.values import Json, record, rows, text, whole
from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, Journal, Performed
from schema.commands import InventoryAdjust, InventorySet

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

    async def set(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Set stock."""
        return await self._write("InventorySet", jobs, None)

    async def adjust(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Add to stock, or take from it."""
        return await self._write("InventoryAdjust", jobs, journal)

    async def _write(self, operation: str, jobs: Sequence[Job], journal: Journal | None) -> Sequence[Performed]:
        """Write jobs in as few calls as there are 25 SKUs; what is to be noted is noted before."""
        skus = list(dict.fromkeys(wares.sku_of_level(_level(job)) for job in jobs))
        items = await self._inventory.items(skus, f"{operation}Items")
        there = [sku for sku in skus if isinstance(items.get(sku), Found)]
        offers = await self._inventory.offers(there, f"{operation}Offers")
        steps = {job.id: _step(job, items) for job in jobs}
        ready = {key: step for key, step in steps.items() if isinstance(step, _Step)}
        if journal is not None and ready:
            await journal.note({key: {"before": step.before, "after": step.after} for key, step in ready.items()})
        outcomes: dict[str, PlatformError | None] = {}
        revisions = []
        for sku in there:
            own, item = offers[sku], items[sku]
            changes = {step.place: step.after for job in jobs if _sku(job) == sku and (step := ready.get(job.id))}
            if isinstance(own, PlatformError):
                outcomes[sku] = unsent(own)
            elif changes and isinstance(item, Found):
                revisions.append(_revision(sku, item.row, changes, own))
        outcomes |= zip((each.sku for each in revisions), await revise(self._account, operation, revisions), strict=True)
        return [_result(steps[job.id], outcomes.get(_sku(job))) for job in jobs]


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


def _revision(sku: str, item: Json, changes: Mapping[str, int], offers: Sequence[Json]) -> Revision:
    """Return what changes of a SKU: with locations its total is what they have together."""
    total, stock = changes.get(wares.ANYWHERE), {}
    if total is None:
        told = record(record(item.get("availability")).get("shipToLocationAvailability")).get("availabilityDistributions")
        shares = [_share(each, changes) for each in rows(told)]
        total = sum(whole(each.get("quantity")) or 0 for each in shares)
        stock = {"availabilityDistributions": shares}
    live = [each for each in offers if is_live(each) and is_fixed(each)]
    return Revision(sku, {"quantity": total, **stock}, [{"offerId": each["offerId"], "availableQuantity": total} for each in live])


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
