"""Changes products, one call each, or many in one request through the platform's queue. What is written is absolute: doing it twice does no
harm, and a look tells whether it was done.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Accepted, Done, Job, Journal, Looked, NotDone, Performed
from adapters.magento import bulks
from adapters.magento.bulks import Bulk, Bulks
from adapters.magento.manifest import QUEUED
from adapters.magento.sending import each, path_of, unwritten
from adapters.magento.shop import Shop
from adapters.magento.values import Json, attributes, number, rows, text, whole
from schema.errors import Category

_WAITING = "The store has not done all that was handed over to it; whether this is among it is not known yet."
_WAIT = 15.0  # seconds between looks at a bulk


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be written of a product, in the platform's words: the product with its SKU, another SKU, and its stock record.

    `row` is the product as it is, `before` and `after` are what is told of the change.
    """

    sku: str
    product: Json
    row: Json
    renamed: str | None = None
    stock: Json = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)

    @property
    def plain(self) -> bool:
        """Say whether it is one save of a product by its SKU, which alone can be handed over to the queue."""
        return self.renamed is None and not self.stock

    @property
    def done(self) -> Done:
        """Return what is told when it is done."""
        return Done(before=self.before, after=self.after)


Plan = Callable[[Sequence[Job]], Awaitable[Sequence[Change | PlatformError]]]


class Updates:
    """Changes products of one shop; `plan` puts commands into the platform's words, from the products as they are."""

    def __init__(self, shop: Shop, queue: Bulks, operation: str, plan: Plan) -> None:
        self._shop = shop
        self._queue = queue
        self._operation = operation
        self._plan = plan

    async def perform(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Change each product."""
        planned = await self._planned(jobs)
        plain = [job for job in jobs if isinstance(change := planned[job.id], Change) and change.plain]
        results: dict[str, Performed] = {}
        if len(plain) > QUEUED and await unwritten(self._queue.runs(_sku(planned[plain[0].id]))):
            results = await self._hand_over(plain, planned, journal)
        left = [job for job in jobs if job.id not in results]
        results |= zip((job.id for job in left), await each(left, partial(self._write, planned)), strict=True)
        return [results[job.id] for job in jobs]

    async def check(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Say what became of changes that were handed over; what the consumer gave up or leaves lying is written at once."""
        try:
            bulk = await self._queue.read(jobs[0].handle or "")
        except PlatformError as error:
            if error.category is not Category.VALIDATION:
                raise  # nothing is known of it now; one that is not known at all is looked for
            return [Done(look=True) for _ in jobs]
        results = {job.id: _result(job, bulk) for job in jobs}
        again = [job for job in jobs if results[job.id] is None]
        if again and bulk.stuck:
            self._queue.doubt()
        planned = await self._planned(again)
        redone = dict(zip((job.id for job in again), await each(again, partial(self._write, planned)), strict=True))
        return [results[job.id] or redone[job.id] for job in jobs]

    async def seen(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say which products have what they were to get."""
        planned = await self._planned(jobs)
        looked = [_looked(job, planned[job.id]) for job in jobs]
        if not any(isinstance(found, NotDone) and "place" in job.notes for job, found in zip(jobs, looked, strict=True)):
            return looked
        busy = await self._queue.busy()
        waiting = PlatformError(Category.TRANSIENT, _WAITING, code="QUEUED", retry_after=_WAIT)
        return [
            waiting if busy and isinstance(found, NotDone) and "place" in job.notes else found
            for job, found in zip(jobs, looked, strict=True)
        ]

    async def _planned(self, jobs: Sequence[Job]) -> dict[str, Change | PlatformError]:
        planned = await self._plan(jobs) if jobs else ()
        return dict(zip((job.id for job in jobs), planned, strict=True))

    async def _hand_over(
        self, jobs: Sequence[Job], planned: Mapping[str, Change | PlatformError], journal: Journal
    ) -> dict[str, Performed]:
        """Hand changes over in one request; each job keeps its place in it."""
        await journal.note({job.id: {"place": place} for place, job in enumerate(jobs)})
        bodies = [{"product": change.product} for job in jobs if isinstance(change := planned[job.id], Change)]
        try:
            handle, wrong = await self._queue.submit("PUT", "products/bySku", self._operation, bodies)
        except PlatformError as error:
            return {job.id: error for job in jobs}
        return {job.id: failed or Accepted(handle) for job, failed in zip(jobs, wrong, strict=True)}

    async def _write(self, planned: Mapping[str, Change | PlatformError], job: Job) -> Performed:
        change = planned[job.id]
        if isinstance(change, PlatformError):
            return change
        if change.renamed is not None:
            body = {"product": {**change.product, "sku": change.renamed}}
            await self._shop.change("PUT", f"products/{path_of(change.sku)}", self._operation, body, goods=True)
        elif change.product.keys() != {"sku"}:
            # By the SKU in the body, not in the path: many servers refuse a path with an encoded slash.
            await self._shop.change("POST", "products", self._operation, {"product": change.product}, goods=True)
        if change.stock:
            path = f"products/{path_of(change.renamed or change.sku)}/stockItems/1"
            await self._shop.change("PUT", path, self._operation, {"stockItem": change.stock})
        return change.done


def holds(row: Json, product: Json) -> bool:
    """Say whether a product has what a change would write, as far as it shows that."""
    free = attributes(row)
    wanted = {text(each.get("attribute_code")) or "": each.get("value") for each in rows(product.get("custom_attributes"))}
    plain = {name: value for name, value in product.items() if not isinstance(value, (dict, list))}
    return all(_same(row.get(name), value) for name, value in plain.items()) and all(
        _same(free.get(name), value) for name, value in wanted.items()
    )


def _same(found: Any, value: Any) -> bool:
    if (amount := number(value)) is not None:
        return number(found) == amount
    return text(found) == text(value)


def _sku(change: Change | PlatformError) -> str:
    return change.sku if isinstance(change, Change) else ""


def _looked(job: Job, planned: Change | PlatformError) -> Looked:
    if isinstance(planned, PlatformError):
        return NotDone() if planned.category in {Category.VALIDATION, Category.CONFLICT} else planned
    renamed = planned.renamed or planned.sku
    right = text(planned.row.get("sku")) == renamed and holds(planned.row, {**planned.product, "sku": renamed}) and not planned.stock
    return planned.done if right else NotDone()


def _result(job: Job, bulk: Bulk) -> Performed | None:
    """Return what became of a job in a bulk, None for one that has to be done at once."""
    place = whole(job.notes.get("place"))
    if place is None or place >= len(bulk.operations):
        return Done(look=True)
    operation = bulk.operations[place]
    status = whole(operation.get("status"))
    if status == bulks.DONE:
        return Done()
    if status == bulks.OPEN:
        return None if bulk.stuck else Accepted(job.handle or "", _WAIT)
    return None if status == bulks.RETRIABLE else bulks.failure(operation)
