"""Sets and adjusts stock: up to 250 levels in one call, which the platform does as a whole or not at all, once for its key.

A call can be repeated only as it was, so what it was is noted before it is sent: its key, and the item and the location of each level. A
level that spoils a call is noted as refused before the others are sent without it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, Journal, Performed, key_of
from adapters.shopify.calls import REFUSED_WHOLE, Calls
from adapters.shopify.refusals import place, refusal, refusals
from adapters.shopify.sending import forgotten
from adapters.shopify.values import Json
from schema.errors import Category

NOTE = "stock"
REASON = "correction"
PLACES = "places of levels"  # what a session remembers: a level never moves

Places = Mapping[str, tuple[str, str]]

_UNKNOWN = "The store has no such stock level; stock the variant at the location first."
_UNTRACKED = "The variant's stock is not counted; set `inventoryTracked` of the variant first."


@dataclass(frozen=True, slots=True)
class Form:
    """One of the two ways to write stock: the document, the name of its rows, a row, and what is known when it is done.

    `absolute` says that it may be done twice.
    """

    operation: str
    absolute: bool
    rows: str
    row: Callable[[Any], Json]
    done: Callable[[Job, Json | None, tuple[str, str]], Done]


@dataclass(frozen=True, slots=True)
class Call:
    """One call: its key, and for each of its jobs where the level is (item, location)."""

    key: str
    jobs: Sequence[Job]
    places: Places


class StockWrites:
    """Writes the stock of one store."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def set(self, jobs: Sequence[Job], journal: Journal) -> list[Performed]:
        """Set available units."""
        return await self._perform(SET, jobs, journal)

    async def adjust(self, jobs: Sequence[Job], journal: Journal) -> list[Performed]:
        """Add to available units."""
        return await self._perform(ADJUST, jobs, journal)

    async def _perform(self, form: Form, jobs: Sequence[Job], journal: Journal) -> list[Performed]:
        results: dict[str, Performed] = {}
        repeated: dict[str, list[Job]] = {}
        fresh: list[Job] = []
        for job in sorted(jobs, key=lambda each: each.id):
            noted = _noted(job)
            if noted is None:
                fresh.append(job)
            elif "refused" in noted:
                results[job.id] = _told_before(noted)
            elif (error := forgotten(self._calls, noted["at"])) is not None:
                if form.absolute:
                    fresh.append(job)
                else:
                    results[job.id] = error
            else:
                repeated.setdefault(noted["key"], []).append(job)
        for key, own in repeated.items():
            places = {job.id: (job.notes[NOTE]["item"], job.notes[NOTE]["location"]) for job in own}
            results |= await self._send(form, Call(key, own, places), journal)
        located, unlocated = await self._located(fresh)
        results |= unlocated
        good = [job for job in fresh if job.id in located]
        if good:
            results |= await self._begin(form, [good], located, journal)
        return [results[job.id] for job in jobs]

    async def _begin(
        self, form: Form, groups: Sequence[Sequence[Job]], places: Places, journal: Journal, spoilt: Mapping[str, Json] | None = None
    ) -> dict[str, Performed]:
        """Note calls, one for each group, and make them; `spoilt` is what to note of jobs that must not come into them again."""
        calls = [Call(key_of(jobs), jobs, places) for jobs in groups]
        notes = dict(spoilt or {})
        now = self._calls.session.clock.now().isoformat()
        for call in calls:
            notes |= {job.id: _note(job, key=call.key, at=now, item=places[job.id][0], location=places[job.id][1]) for job in call.jobs}
        await journal.note(notes)
        results: dict[str, Performed] = {}
        for call in calls:
            results |= await self._send(form, call, journal)
        return results

    async def _send(self, form: Form, call: Call, journal: Journal) -> dict[str, Performed]:
        """Make a call. What spoils it is left out, and the rest sent again."""
        payload = await self._calls.one(form.operation, {"input": _input(form, call), "key": call.key})
        if isinstance(payload, PlatformError):
            if payload.code in REFUSED_WHOLE and len(call.jobs) > 1:
                middle = len(call.jobs) // 2
                return await self._begin(form, [call.jobs[:middle], call.jobs[middle:]], call.places, journal)
            return dict.fromkeys((job.id for job in call.jobs), payload)
        errors = refusals(payload)
        if errors:
            return await self._without_spoilt(form, call, errors, journal)
        group = payload.get("inventoryAdjustmentGroup")
        return {job.id: form.done(job, group, call.places[job.id]) for job in call.jobs}

    async def _without_spoilt(self, form: Form, call: Call, errors: Sequence[Json], journal: Journal) -> dict[str, Performed]:
        """Give back the jobs that spoilt a call, of which nothing was done, and send the others."""
        rows = {place(error, form.rows): refusal(error) for error in reversed(errors)}
        spoilt = [(job, rows[at]) for at, job in enumerate(call.jobs) if at in rows]
        if not spoilt:
            return dict.fromkeys((job.id for job in call.jobs), refusal(errors[0]))
        results: dict[str, Performed] = {job.id: error for job, error in spoilt}
        good = [job for job in call.jobs if job.id not in results]
        if not good:
            return results
        notes = {job.id: _note(job, refused=[error.category.name, error.code, error.message]) for job, error in spoilt}
        return results | await self._begin(form, [good], call.places, journal, notes)

    async def _located(self, jobs: Sequence[Job]) -> tuple[dict[str, tuple[str, str]], dict[str, PlatformError]]:
        """Return the item and the location of each job's level, and why the others have none."""
        known: dict[str, tuple[str, str]] = await self._calls.session.remember(PLACES, _nothing)
        levels = {job.id: job.command.level for job in jobs}  # type: ignore[union-attr]
        missing = [level for level in levels.values() if level not in known]
        found = await self._calls.nodes("PlacesOfLevels", "InventoryLevel", missing) if missing else {}
        for level, node in found.items():
            if not isinstance(node, PlatformError) and node["item"]["tracked"]:
                known[level] = (node["item"]["id"], node["location"]["id"])
        located = {name: known[level] for name, level in levels.items() if level in known}
        return located, {name: _lost(found.get(level)) for name, level in levels.items() if level not in known}


def _input(form: Form, call: Call) -> Json:
    rows = []
    for job in call.jobs:
        item, location = call.places[job.id]
        # Compare and set where a quantity is expected; null says that whatever stands there is overwritten.
        rows.append({"inventoryItemId": item, "locationId": location, "changeFromQuantity": job.guard.quantity, **form.row(job.command)})
    return {"name": "available", "reason": REASON, form.rows: rows}


def _set(job: Job, group: Json | None, place_of: tuple[str, str]) -> Done:
    """Say what was there before; where nothing is told of a level the quantity was there already."""
    wanted: int = job.command.quantity  # type: ignore[union-attr]
    changes = (group or {}).get("changes") or ()
    moved = sum(each["delta"] for each in changes if each["name"] == "available" and _place(each) == place_of)
    return Done(before={"available": wanted - moved}, after={"available": wanted})


def _adjusted(job: Job, group: Json | None, place_of: tuple[str, str]) -> Done:
    before = job.guard.quantity
    if before is None:
        return Done()
    return Done(before={"available": before}, after={"available": before + job.command.delta})  # type: ignore[union-attr]


def _place(change: Json) -> tuple[str | None, str | None]:
    return (change.get("item") or {}).get("id"), (change.get("location") or {}).get("id")


def _note(job: Job, **more: Any) -> dict[str, Any]:
    return {NOTE: {"revision": job.revision, **more}}


def _noted(job: Job) -> Json | None:
    """Return what an earlier attempt at the same request noted; one of an earlier revision was another request."""
    noted: Json | None = job.notes.get(NOTE)
    return noted if noted is not None and job.uncertain and noted["revision"] == job.revision else None


def _told_before(noted: Json) -> PlatformError:
    category, code, message = noted["refused"]
    return PlatformError(Category[category], message, code=code, sent=False)


def _lost(found: Any) -> PlatformError:
    if isinstance(found, PlatformError):
        return found
    code, message = ("NOT_FOUND", _UNKNOWN) if found is None else ("NOT_TRACKED", _UNTRACKED)
    return PlatformError(Category.VALIDATION, message, code=code)


async def _nothing() -> dict[str, tuple[str, str]]:
    return {}


SET = Form("SetStock", True, "quantities", lambda command: {"quantity": command.quantity}, _set)
ADJUST = Form("AdjustStock", False, "changes", lambda command: {"delta": command.delta}, _adjusted)
