"""Sets and adjusts stock: what lies at a source, or the one number of a store without the inventory modules.

The platform has no delta: stock is read, computed and set, and both numbers are noted before. Many levels go out in one list, of which one
unknown source fails all: then the guilty are told by the list of sources, and the others sent again without them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, Journal, Looked, NotDone, Performed, Unclear
from adapters.magento.goods import SKU_FIELDS, Goods, products_of
from adapters.magento.manifest import SOURCE_ITEM, UNSTOCKED
from adapters.magento.refusals import gone, invalid
from adapters.magento.sending import each, in_parts, path_of, unwritten
from adapters.magento.shop import Found, Shop
from adapters.magento.stock import Stock
from adapters.magento.values import Json, text
from adapters.magento.wares import DEFAULT, variant_and_source
from schema.commands import InventoryAdjust, InventorySet
from schema.errors import Category
from schema.inventory import InventoryLevel

_NO_SOURCE = "The store has no location {code}."
_NO_STOCK = "What is put together from other products has no stock of its own: set that of its parts."
_LOCKED = "The store's stock is locked by something else just now; the same write may succeed soon."
_NO_LEVEL = "Nothing is known of this stock, so nothing can be added to it: set it first."
_ELSE = "There were {before} units, there should be {after}, and there are {now}."

Outcome = PlatformError | None


@dataclass(frozen=True, slots=True)
class _Step:
    """What is to be written for a job: SKU and source, and the units before and after."""

    sku: str
    source: str
    after: int
    before: int | None = None

    @property
    def place(self) -> tuple[str, str]:
        """What is changed: the platform's SKUs are the same whatever their case."""
        return self.sku.casefold(), self.source


class StockWrites:
    """Writes to the stock of one shop."""

    def __init__(self, shop: Shop, stock: Stock) -> None:
        self._shop = shop
        self._stock = stock

    async def set(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Set stock."""
        goods = await self._goods(jobs)
        return await self._write("InventorySet", jobs, {job.id: _set(job, goods) for job in jobs})

    async def adjust(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Add to stock, or take from it. Of several at one place, the later are computed from what the earlier left."""
        goods = await self._goods(jobs)
        found = dict(zip(map(_level, jobs), await unwritten(self._read(jobs)), strict=True))
        steps: dict[str, _Step | PlatformError] = {}
        places: set[tuple[str, str]] = set()
        for job in jobs:
            step = _adjusted(job, goods, found)
            if isinstance(step, _Step) and step.place in places:
                continue
            places |= {step.place} if isinstance(step, _Step) else set()
            steps[job.id] = step
        await journal.note({key: {"before": step.before, "after": step.after} for key, step in steps.items() if isinstance(step, _Step)})
        now, later = [job for job in jobs if job.id in steps], [job for job in jobs if job.id not in steps]
        results = dict(zip((job.id for job in now), await self._write("InventoryAdjust", now, steps), strict=True))
        if later:
            results |= zip((job.id for job in later), await self.adjust(later, journal), strict=True)
        return [results[job.id] for job in jobs]

    async def was_set(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say which levels have the units that were to be set."""
        return [_set_seen(job, level) for job, level in zip(jobs, await self._read(jobs), strict=True)]

    async def adjusted(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say which levels have the units that were computed for them."""
        return [_adjusted_seen(job, level) for job, level in zip(jobs, await self._read(jobs), strict=True)]

    async def _read(self, jobs: Sequence[Job]) -> list[Any]:
        return list(await self._stock.levels_by_ids([_level(job) for job in jobs]))

    async def _goods(self, jobs: Sequence[Job]) -> Goods:
        return await products_of(self._shop, "StockProducts", (variant_and_source(_level(job))[0] for job in jobs), SKU_FIELDS)

    async def _write(self, operation: str, jobs: Sequence[Job], steps: Mapping[str, _Step | PlatformError]) -> list[Performed]:
        ready = {job.id: step for job in jobs if isinstance(step := steps[job.id], _Step)}
        sources = await unwritten(self._shop.has_sources()) if ready else False
        failed = await (self._write_sources if sources else self._write_legacy)(operation, ready)
        name = "on_hand" if sources else "available"
        return [_outcome(steps[job.id], failed.get(job.id), name) for job in jobs]

    async def _write_sources(self, operation: str, steps: Mapping[str, _Step]) -> dict[str, Outcome]:
        """Set what lies at sources; of two jobs for one place the last wins, as if they came one after the other."""

        async def send(part: Sequence[_Step]) -> Any:
            body = {"sourceItems": [_item(step) for step in part]}
            return await self._shop.change("POST", "inventory/source-items", operation, body)

        last = {step.place: step for step in steps.values()}
        outcomes: dict[tuple[str, str], Outcome] = {}
        for part, answer in await in_parts(self._shop, last.values(), send):
            if isinstance(answer, PlatformError) and answer.code == SOURCE_ITEM:
                outcomes |= await self._without_the_guilty(part, send)
            else:
                outcomes |= {step.place: answer if isinstance(answer, PlatformError) else None for step in part}
        return {key: outcomes[step.place] for key, step in steps.items()}

    async def _without_the_guilty(self, part: Sequence[_Step], send: Any) -> dict[tuple[str, str], Outcome]:
        """Tell which entries of a refused list have a source that there is not, and send the others."""
        known = {source.key_id for source in await unwritten(self._stock.locations("Sources"))}
        good = [step for step in part if step.source in known]
        outcomes: dict[tuple[str, str], Outcome] = {
            step.place: invalid(_NO_SOURCE.format(code=step.source[:40]), "NO_LOCATION") for step in part if step.source not in known
        }
        if len(good) == len(part):
            return {step.place: PlatformError(Category.TRANSIENT, _LOCKED, code="LOCKED", sent=False) for step in part}
        for sent, answer in await in_parts(self._shop, good, send):
            outcomes |= {step.place: answer if isinstance(answer, PlatformError) else None for step in sent}
        return outcomes

    async def _write_legacy(self, operation: str, steps: Mapping[str, _Step]) -> dict[str, Outcome]:
        async def send(job_id: str) -> Outcome:
            step = steps[job_id]
            if step.source != DEFAULT:
                raise invalid(_NO_SOURCE.format(code=step.source[:40]), "NO_LOCATION")
            body = {"stockItem": {"qty": step.after, "is_in_stock": step.after > 0}}
            # The number of the item says nothing: the SKU does.
            await self._shop.change("PUT", f"products/{path_of(step.sku)}/stockItems/1", operation, body)
            return None

        return dict(zip(steps, await each(list(steps), send), strict=True))


def units_of(level: InventoryLevel) -> int | None:
    """Return the units that are set and compared: what lies at a source, or what can be sold where that is all there is."""
    return level.on_hand if level.on_hand is not None else level.available


def _level(job: Job) -> str:
    command = job.command
    return command.level if isinstance(command, (InventorySet, InventoryAdjust)) else ""


def _set(job: Job, goods: Goods) -> _Step | PlatformError:
    command = job.command
    if not isinstance(command, InventorySet):
        return gone()
    return _step(command.level, goods, command.quantity)


def _adjusted(job: Job, goods: Goods, found: Mapping[str, Any]) -> _Step | PlatformError:
    command, level = job.command, found[_level(job)]
    if isinstance(level, PlatformError):
        return level
    if not isinstance(command, InventoryAdjust):
        return gone()
    before = units_of(level) if level is not None else None
    if before is None:
        return invalid(_NO_LEVEL, "NOT_TRACKED")
    step = _step(command.level, goods, before + command.delta)
    return replace(step, before=before) if isinstance(step, _Step) else step


def _step(key: str, goods: Goods, after: int) -> _Step | PlatformError:
    variant, source = variant_and_source(key)
    ware = goods.get(variant)
    if not isinstance(ware, Found) or not source:
        return ware if isinstance(ware, PlatformError) else gone()
    if ware.row.get("type_id") in UNSTOCKED:
        return invalid(_NO_STOCK, "NOT_TRACKED")
    return _Step(text(ware.row.get("sku")) or "", source, after)


def _item(step: _Step) -> Json:
    """Return a source item. Without its status the platform refuses it; with a wrong one it would sell what is not there."""
    return {"sku": step.sku, "source_code": step.source, "quantity": step.after, "status": int(step.after > 0)}


def _outcome(step: _Step | PlatformError, failed: Outcome, name: str) -> Performed:
    if isinstance(step, PlatformError):
        return step
    if failed is not None:
        return failed
    return Done(before=None if step.before is None else {name: step.before}, after={name: step.after})


def _set_seen(job: Job, level: Any) -> Looked:
    if isinstance(level, PlatformError):
        return level
    command: Any = job.command
    right = level is not None and units_of(level) == command.quantity
    return Done(after=_shown(level)) if right else NotDone()


def _adjusted_seen(job: Job, level: Any) -> Looked:
    if isinstance(level, PlatformError):
        return level
    before, after = job.notes.get("before"), job.notes.get("after")
    if after is None or level is None:
        return NotDone()  # the note is kept before anything is sent
    now = units_of(level)
    if now == after:
        return Done(after=_shown(level))
    return NotDone() if now == before else Unclear(_ELSE.format(before=before, after=after, now=now))


def _shown(level: InventoryLevel) -> Mapping[str, Any]:
    return {"on_hand": level.on_hand} if level.on_hand is not None else {"available": level.available}
