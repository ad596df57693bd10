"""Makes, changes and deletes products.

A product is made with all its variants in one step, so that there is never half of one. It carries the mark of its write, by which it is
found when its making has an unknown end; the platform's lists may lag behind by seconds, so that what is not found is only believed after
a while.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.port import Span
from adapters.kit.writing import Done, Job, Journal, Looked, NotDone, Performed
from adapters.shopify import inputs
from adapters.shopify.calls import Calls
from adapters.shopify.locations import primary_location
from adapters.shopify.manifest import PAGE
from adapters.shopify.refusals import refused, unanswered
from adapters.shopify.search import span
from adapters.shopify.sending import SKEW, first_sent, last_sent, note_sending
from adapters.shopify.values import Json
from schema.commands import ProductCreate, ProductDelete, ProductUpdate
from schema.errors import Category
from schema.keys import Kind

LAG = timedelta(seconds=60)  # how far a list may be behind


class ProductWrites:
    """Writes the products of one store."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def create(self, jobs: Sequence[Job], journal: Journal) -> list[Performed]:
        """Make products with their variants."""
        commands = {job.id: _create(job) for job in jobs}
        counted = any("quantity" in each for command in commands.values() for each in command.variants)
        location = await primary_location(self._calls) if counted else None
        if isinstance(location, PlatformError):
            return [location for _ in jobs]
        results: dict[str, Performed] = {name: flaw for name, each in commands.items() if (flaw := _flaw(each)) is not None}
        good = [job for job in jobs if job.id not in results]
        await note_sending(self._calls, good, journal)
        asked = [{"input": inputs.new_product(_create(job).product, _create(job).variants, location, job.id)} for job in good]
        answered = await self._calls.each("CreateProduct", asked)
        results |= {job.id: _made(payload) for job, payload in zip(good, answered, strict=True)}
        return [results[job.id] for job in jobs]

    async def update(self, jobs: Sequence[Job], journal: Journal) -> list[Performed]:
        """Change products."""
        requests = [{"product": {**inputs.product(_update(job).changes), "id": _update(job).product}} for job in jobs]
        answered = await self._calls.each("UpdateProduct", requests)
        return [refused(payload) or Done(after=dict(_update(job).changes)) for job, payload in zip(jobs, answered, strict=True)]

    async def delete(self, jobs: Sequence[Job], journal: Journal) -> list[Performed]:
        """Delete products with their variants; where the platform does it later it is looked for."""
        requests = [{"id": _delete(job).product} for job in jobs]
        answered = await self._calls.each("DeleteProduct", requests)
        return [refused(payload) or Done(look=payload.get("deletedProductId") is None) for payload in answered]

    async def made(self, jobs: Sequence[Job]) -> list[Looked]:
        """Look for products that may have been made, by their marks."""
        begun = [moment for job in jobs if (moment := first_sent(job)) is not None]
        try:
            found = await self._marked(min(begun) - SKEW, {job.id for job in jobs}) if begun else {}
        except PlatformError as error:
            return [error for _ in jobs]
        now = self._calls.session.clock.now()
        return [Done(entity=(Kind.PRODUCT, found[job.id])) if job.id in found else _absent(job, now) for job in jobs]

    async def _marked(self, since: datetime, marks: set[str]) -> dict[str, str]:
        """Return the ids of products made since then, by their marks."""
        found: dict[str, str] = {}
        after = None
        while True:
            variables = {"first": PAGE, "after": after, "query": " AND ".join(span("created_at", Span(since)))}
            products = (await self._calls.ask("NewestProducts", variables))["products"]
            found |= {node["mark"]["value"]: node["id"] for node in products["nodes"] if node["mark"]}
            after = products["pageInfo"]["endCursor"] if products["pageInfo"]["hasNextPage"] else None
            if after is None or marks <= found.keys():
                return found


def _flaw(command: ProductCreate) -> PlatformError | None:
    return next((flaw for each in command.variants if (flaw := inputs.flaw(each)) is not None), None)


def _made(payload: Any) -> Performed:
    error = refused(payload)
    if error is not None:
        return error
    made: Json | None = payload.get("product")
    return Done(entity=(Kind.PRODUCT, made["id"])) if made else unanswered("the product")


def _absent(job: Job, now: datetime) -> Looked:
    sent = last_sent(job)
    if sent is None or now - sent > LAG:
        return NotDone()
    wait = (sent + LAG - now).total_seconds()
    return PlatformError(Category.TRANSIENT, "Shopify's list may not show it yet; it is looked for again.", code="LAG", retry_after=wait)


def _create(job: Job) -> ProductCreate:
    assert isinstance(job.command, ProductCreate)
    return job.command


def _update(job: Job) -> ProductUpdate:
    assert isinstance(job.command, ProductUpdate)
    return job.command


def _delete(job: Job) -> ProductDelete:
    assert isinstance(job.command, ProductDelete)
    return job.command
