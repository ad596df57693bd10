"""Prices, changes, makes and deletes variants: those of one product in one root, many products in one document.

Changes keep the good rows and say which are bad. Making and deleting is all or nothing: what spoils a root is left out, and the rest sent
again.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.port import Readers
from adapters.kit.writing import Done, Job, Journal, Looked, NotDone, Performed, Unclear
from adapters.shopify import inputs
from adapters.shopify.calls import Calls
from adapters.shopify.locations import primary_location
from adapters.shopify.refusals import place, refusal, refusals, unanswered
from adapters.shopify.values import Json
from schema.commands import PriceSet, VariantCreate, VariantDelete, VariantUpdate
from schema.errors import Category
from schema.keys import Kind

_UNKNOWN = "The store has no such variant; look whether it is there still, and whether the id is right."


class VariantWrites:
    """Writes the variants of one store."""

    def __init__(self, calls: Calls, readers: Readers) -> None:
        self._calls = calls
        self._variants_of = readers.parts["variants"]

    async def price(self, jobs: Sequence[Job], journal: Journal) -> list[Performed]:
        """Set prices."""
        return await self._change(jobs, _priced_row, _priced)

    async def update(self, jobs: Sequence[Job], journal: Journal) -> list[Performed]:
        """Change variants."""
        flaws = {job.id: flaw for job in jobs if (flaw := inputs.flaw(_updating(job).changes)) is not None}
        good = [job for job in jobs if job.id not in flaws]
        results = dict(zip((job.id for job in good), await self._change(good, _changed_row, _changed), strict=True))
        return [flaws.get(job.id) or results[job.id] for job in jobs]

    async def create(self, jobs: Sequence[Job], journal: Journal) -> list[Performed]:
        """Add variants to their products."""
        location = await primary_location(self._calls) if any("quantity" in _create(job).variant for job in jobs) else None
        if isinstance(location, PlatformError):
            return [location for _ in jobs]
        results: dict[str, Performed] = {job.id: flaw for job in jobs if (flaw := inputs.flaw(_create(job).variant)) is not None}
        good = [job for job in jobs if job.id not in results]
        rows = {job.id: inputs.variant(_create(job).variant, location) for job in good}
        groups = _grouped(good, lambda job: _create(job).product)
        while groups:
            answered = await self._calls.each(
                "CreateVariants", [{"productId": name, "variants": [rows[job.id] for job in own]} for name, own in groups.items()]
            )
            groups = {name: _made(own, payload, results) for (name, own), payload in zip(groups.items(), answered, strict=True)}
            groups = {name: own for name, own in groups.items() if own}
        return [results[job.id] for job in jobs]

    async def delete(self, jobs: Sequence[Job], journal: Journal) -> list[Performed]:
        """Delete variants."""
        found = await self._calls.nodes("PlacesOfVariants", "ProductVariant", [_delete(job).variant for job in jobs])
        results: dict[str, Performed] = {job.id: _lost(found, _delete(job).variant) for job in jobs}
        there = [job for job in jobs if isinstance(found.get(_delete(job).variant), dict)]
        waiting = list(_grouped(there, lambda job: found[_delete(job).variant]["product"]["id"]).items())
        while waiting:
            requests = [{"productId": name, "ids": [_delete(job).variant for job in own]} for name, own in waiting]
            answered = await self._calls.each("DeleteVariants", requests)
            # A refusal names no row: the variants of its root are tried one by one.
            waiting = [
                (name, [job])
                for (name, own), payload in zip(waiting, answered, strict=True)
                if not _deleted(own, payload, results)
                for job in own
            ]
        return [results[job.id] for job in jobs]

    async def made(self, jobs: Sequence[Job]) -> list[Looked]:
        """Look for variants that may have been made: no two of a product have the same options."""
        products = list(dict.fromkeys(_create(job).product for job in jobs))
        found = dict(zip(products, await self._variants_of(products), strict=True))
        return [_found(_create(job), found[_create(job).product]) for job in jobs]

    async def _change(self, jobs: Sequence[Job], row: Callable[[Any], Json], done: Callable[[Any, Json, Json], Done]) -> list[Performed]:
        """Change variants, each to what `row` makes of its command."""
        ids = {job.id: _changing(job).variant for job in jobs}
        found = await self._calls.nodes("PlacesOfVariants", "ProductVariant", list(ids.values()))
        results: dict[str, Performed] = {job.id: _lost(found, ids[job.id]) for job in jobs}
        there = [job for job in jobs if isinstance(found.get(ids[job.id]), dict)]
        groups = _grouped(there, lambda job: found[ids[job.id]]["product"]["id"])
        answered = await self._calls.each(
            "UpdateVariants",
            [{"productId": name, "variants": [{"id": ids[job.id], **row(job.command)} for job in own]} for name, own in groups.items()],
        )
        for own, payload in zip(groups.values(), answered, strict=True):
            for job, shown in zip(own, _shown([ids[job.id] for job in own], payload), strict=True):
                results[job.id] = shown if isinstance(shown, PlatformError) else done(job.command, found[ids[job.id]], shown)
        return [results[job.id] for job in jobs]


def _shown(variants: Sequence[str], payload: Any) -> list[Json | PlatformError]:
    """Return each of a root's variants as it is now, or why it was not changed."""
    if isinstance(payload, PlatformError):
        return [payload for _ in variants]
    rows = {place(error, "variants"): refusal(error) for error in reversed(refusals(payload))}
    shown = {each["id"]: each for each in payload.get("productVariants") or ()}
    return [rows.get(at) or shown.get(key) or rows.get(None) or unanswered("the variant") for at, key in enumerate(variants)]


def _made(jobs: Sequence[Job], payload: Any, results: dict[str, Performed]) -> list[Job]:
    """Put what a root was answered into the results; return the jobs to send again, without those that spoilt it."""
    if isinstance(payload, PlatformError):
        results.update(dict.fromkeys((job.id for job in jobs), payload))
        return []
    errors = refusals(payload)
    if not errors:
        variants = payload.get("productVariants") or []
        known = len(variants) == len(jobs)
        for at, job in enumerate(jobs):
            results[job.id] = Done(entity=(Kind.VARIANT, variants[at]["id"])) if known else unanswered("the variant")
        return []
    rows = {place(error, "variants"): refusal(error) for error in reversed(errors)}
    whole = rows.get(None)
    spoilt = {job.id: whole or rows[at] for at, job in enumerate(jobs) if whole or at in rows}
    results.update(spoilt or dict.fromkeys((job.id for job in jobs), refusal(errors[0])))
    return [job for job in jobs if job.id not in spoilt] if spoilt else []


def _deleted(jobs: Sequence[Job], payload: Any, results: dict[str, Performed]) -> bool:
    """Put what a root was answered into the results; False when its jobs have to be tried one by one."""
    error = payload if isinstance(payload, PlatformError) else next(map(refusal, refusals(payload)), None)
    if error is not None and not isinstance(payload, PlatformError) and len(jobs) > 1:
        return False
    results.update(dict.fromkeys((job.id for job in jobs), error or Done()))
    return True


def _priced_row(command: PriceSet) -> Json:
    row: Json = {"price": command.price}
    if command.compare_at_price is not None:
        row["compareAtPrice"] = command.compare_at_price or None
    return row


def _changed_row(command: VariantUpdate) -> Json:
    return inputs.variant(command.changes)


def _priced(command: PriceSet, before: Json, after: Json) -> Done:
    names = {"price": "price"} | ({"compareAtPrice": "compare_at_price"} if command.compare_at_price is not None else {})
    told = [{name: each.get(word) for word, name in names.items()} for each in (before, after)]
    return Done(before=told[0], after=told[1])


def _changed(command: VariantUpdate, before: Json, after: Json) -> Done:
    return Done(after=dict(command.changes))


def _found(command: VariantCreate, variants: Any) -> Looked:
    if isinstance(variants, PlatformError):
        return variants
    wanted, sku = {each["name"]: each["value"] for each in command.variant.get("options", ())}, command.variant.get("sku")
    if not wanted and not sku:
        return Unclear("It had neither options nor a SKU to be found by.")
    for each in variants or ():
        options = {option.name: option.value for option in each.options}
        if (not wanted or options == wanted) and (not sku or each.sku == sku):
            return Done(entity=(Kind.VARIANT, each.key_id))
    return NotDone()


def _grouped(jobs: Sequence[Job], product: Callable[[Job], str]) -> dict[str, list[Job]]:
    groups: dict[str, list[Job]] = {}
    for job in jobs:
        groups.setdefault(product(job), []).append(job)
    return groups


def _lost(found: Mapping[str, Any], variant: str) -> PlatformError:
    known = found.get(variant)
    return known if isinstance(known, PlatformError) else PlatformError(Category.VALIDATION, _UNKNOWN, code="NOT_FOUND")


def _create(job: Job) -> VariantCreate:
    assert isinstance(job.command, VariantCreate)
    return job.command


def _changing(job: Job) -> PriceSet | VariantUpdate:
    assert isinstance(job.command, PriceSet | VariantUpdate)
    return job.command


def _updating(job: Job) -> VariantUpdate:
    assert isinstance(job.command, VariantUpdate)
    return job.command


def _delete(job: Job) -> VariantDelete:
    assert isinstance(job.command, VariantDelete)
    return job.command
