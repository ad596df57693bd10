"""Sets and adjusts stock. The platform's own delta is no safer than a read and a set, and can't be told from its repetition: so stock is
always set to a number, which is noted before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, Journal, Performed
from adapters.woocommerce import wares
from adapters.woocommerce.catalogue import Catalogue
from adapters.woocommerce.refusals import gone, invalid
from adapters.woocommerce.sending import Change, Sent, Verb, send
from adapters.woocommerce.shop import Found, Shop, unwritten
from adapters.woocommerce.values import whole
from schema.commands import InventoryAdjust, InventorySet
from schema.errors import Category

_UNCOUNTED = "The shop took the number and does not count stock: its owner has to switch stock management on in the shop's settings."
_NOT_TRACKED = "The stock of this variant is not counted, so nothing can be added to it: set it first."


@dataclass(frozen=True, slots=True)
class _Step:
    """What is to be written for a job: the key id of what holds the stock, and the numbers before and after."""

    pool: str
    before: int | None
    after: int


class Stock:
    """The stock of one shop."""

    def __init__(self, shop: Shop, catalogue: Catalogue) -> None:
        self._shop = shop
        self._catalogue = catalogue

    async def set(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Set stock. A variation is read first: where it shares its product's stock, a number of its own would split the two."""
        inner = [key for key in map(_level, jobs) if "-" in key]
        found = await unwritten(self._catalogue.wares(inner, "InventorySetRows"))
        return await self._write("InventorySet", jobs, {job.id: _set(job, found) for job in jobs})

    async def adjust(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Add to stock, or take from it. Of several that share one stock, the later are computed from what the earlier left."""
        found = await unwritten(self._catalogue.wares([*map(_level, jobs)], "InventoryAdjustRows"))
        steps: dict[str, _Step | PlatformError] = {}
        pools: set[str] = set()
        for job in jobs:
            step = _adjusted(job, found)
            if isinstance(step, _Step) and step.pool in pools:
                continue
            pools |= {step.pool} if isinstance(step, _Step) else set()
            steps[job.id] = step
        notes = {key: {"before": step.before, "after": step.after} for key, step in steps.items() if isinstance(step, _Step)}
        if notes:
            await journal.note(notes)
        now, later = [job for job in jobs if job.id in steps], [job for job in jobs if job.id not in steps]
        results = dict(zip((job.id for job in now), await self._write("InventoryAdjust", now, steps), strict=True))
        if later:
            results |= zip((job.id for job in later), await self.adjust(later, journal), strict=True)
        return [results[job.id] for job in jobs]

    async def _write(self, operation: str, jobs: Sequence[Job], steps: Mapping[str, _Step | PlatformError]) -> list[Performed]:
        ready = {key: step for key, step in steps.items() if isinstance(step, _Step)}
        changes = [Change(*wares.place(step.pool), {"manage_stock": True, "stock_quantity": step.after}) for step in ready.values()]
        answers = dict(zip(ready, await send(self._shop, operation, Verb.UPDATE, changes), strict=True))
        return [_outcome(steps[job.id], answers.get(job.id)) for job in jobs]


def _level(job: Job) -> str:
    command = job.command
    return command.level if isinstance(command, (InventorySet, InventoryAdjust)) else ""


def _set(job: Job, found: Mapping[str, Found | PlatformError]) -> _Step | PlatformError:
    key, command = _level(job), job.command
    if not isinstance(command, InventorySet) or not wares.KEY.fullmatch(key):
        return gone()
    if "-" not in key:
        return _Step(key, None, command.quantity)
    row = found.get(key)
    if not isinstance(row, Found):
        return row or gone()
    return _Step(wares.pool(key, row.row), _standing(row), command.quantity)


def _adjusted(job: Job, found: Mapping[str, Found | PlatformError]) -> _Step | PlatformError:
    key, command = _level(job), job.command
    row = found.get(key)
    if not isinstance(command, InventoryAdjust) or not isinstance(row, Found):
        return row if isinstance(row, PlatformError) else gone()
    before = _standing(row)
    if before is None:
        return invalid(_NOT_TRACKED, "NOT_TRACKED")
    return _Step(wares.pool(key, row.row), before, before + command.delta)


def _standing(found: Found) -> int | None:
    return whole(found.row.get("stock_quantity")) if wares.tracked(found.row) else None


def _outcome(step: _Step | PlatformError, answer: Sent | None) -> Performed:
    if isinstance(step, PlatformError):
        return step
    if isinstance(answer, PlatformError):
        return answer
    if answer is None or whole(answer.get("stock_quantity")) != step.after:
        return PlatformError(Category.CONFLICT, _UNCOUNTED, code="NOT_COUNTED")
    before = None if step.before is None else {"available": step.before}
    return Done(before=before, after={"available": step.after})
