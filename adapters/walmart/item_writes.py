"""Sets items up, changes and deletes them. Walmart takes all of that by feed only; what it then makes of a row shows in the feed."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.port import ByIds, Readers
from adapters.kit.writing import Done, Job, Journal, Looked, NotDone, Performed
from adapters.walmart import feeds, item_rows, wares
from adapters.walmart.feeds import Feeds, FeedType, Part, follow, look
from adapters.walmart.manifest import WALMART
from adapters.walmart.refusals import conflict, gone
from adapters.walmart.shop import raise_first, unwritten
from adapters.walmart.values import Json
from schema.commands import ProductCreate, ProductDelete, ProductUpdate, VariantDelete, VariantUpdate
from schema.keys import Kind

_KEPT = "Walmart itself keeps some of this product's items, which can't be deleted; delete the others one by one."

Prepare = Callable[[Sequence[Job]], Awaitable[list[Part | PlatformError]]]


class ItemWrites:
    """Writes of one operation to the items of one store: how its rows are made, and the type of feed they go by."""

    def __init__(
        self, sent: Feeds, kind: FeedType, prepare: Prepare, shown: Callable[[Sequence[Job]], Awaitable[Sequence[Looked]]]
    ) -> None:
        self._feeds = sent
        self._kind = kind
        self._prepare = prepare
        self._shown = shown

    async def perform(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Send all rows in one feed."""
        prepared = await self._prepare(jobs)
        good = [part for part in prepared if isinstance(part, Part)]
        sent = dict(zip((part.job.id for part in good), await self._feeds.submit(self._kind, good, journal), strict=True))
        return [sent[part.job.id] if isinstance(part, Part) else part for part in prepared]

    async def check(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Say what became of rows."""
        return await follow(self._feeds, jobs, lambda broken: self.perform(broken, journal), _done)

    async def seen(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say what was done, by what the store shows and by the feed."""
        found = await look(self._feeds, jobs, await self._shown(jobs))
        return [_done(job) if isinstance(each, Done) else each for job, each in zip(jobs, found, strict=True)]


class Items:
    """What the writes of items know of a store."""

    def __init__(self, readers: Readers, sent: Feeds) -> None:
        self._readers = readers
        self._feeds = sent

    def creation(self) -> ItemWrites:
        """Return what sets products up."""
        return ItemWrites(self._feeds, feeds.SETUP, _each(_creation), _unseen)

    def updates(self) -> ItemWrites:
        """Return what changes products."""

        async def prepare(jobs: Sequence[Job]) -> list[Part | PlatformError]:
            products, variants = await self._products(jobs)
            return [_attempted(partial(_update, job, products[job.id], variants[job.id])) for job in jobs]

        return ItemWrites(self._feeds, feeds.MAINTENANCE, prepare, _unseen)

    def variant_updates(self) -> ItemWrites:
        """Return what changes single items."""
        return ItemWrites(self._feeds, feeds.MAINTENANCE, _each(_variant_update), _unseen)

    def deletions(self) -> ItemWrites:
        """Return what deletes products, with all their items."""

        async def prepare(jobs: Sequence[Job]) -> list[Part | PlatformError]:
            _, variants = await self._products(jobs)
            kept = await self._kept([sku for own in variants.values() if isinstance(own, list) for sku in _skus(own)])
            return [_attempted(partial(_product_deletion, job, variants[job.id], kept)) for job in jobs]

        return ItemWrites(self._feeds, feeds.DELETION, prepare, self._gone(Kind.PRODUCT))

    def variant_deletions(self) -> ItemWrites:
        """Return what deletes single items."""
        return ItemWrites(self._feeds, feeds.DELETION, _each(lambda job: _deletion(job, [_target(job)])), self._gone(Kind.VARIANT))

    async def _products(self, jobs: Sequence[Job]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the products that jobs are about, and their variants, by job."""
        keys = [_target(job) for job in jobs]
        products = await unwritten(_listed(self._by_ids(Kind.PRODUCT)(keys)))
        variants = await unwritten(_listed(self._readers.parts["variants"](keys)))
        names = [job.id for job in jobs]
        return dict(zip(names, products, strict=True)), dict(zip(names, variants, strict=True))

    async def _kept(self, skus: Sequence[str]) -> set[str]:
        """Return the SKUs that Walmart keeps, which can't be deleted; raises PlatformError."""
        found = raise_first(await unwritten(_listed(self._readers.parts["inventory_levels"](skus)))) if skus else []
        return {level.variant_key_id for own in found for level in own or () if level.location_key_id == WALMART}

    def _gone(self, kind: Kind) -> Callable[[Sequence[Job]], Awaitable[Sequence[Looked]]]:
        async def seen(jobs: Sequence[Job]) -> Sequence[Looked]:
            found = await self._by_ids(kind)([_target(job) for job in jobs])
            return [each if isinstance(each, PlatformError) else Done() if each is None else NotDone() for each in found]

        return seen

    def _by_ids(self, kind: Kind) -> ByIds[Any]:
        found = self._readers.kinds[kind].by_ids
        if found is None:
            raise LookupError(f"{kind} can't be read by id")
        return found


def _each(make: Callable[[Job], Part]) -> Prepare:
    async def prepare(jobs: Sequence[Job]) -> list[Part | PlatformError]:
        return [_attempted(partial(make, job)) for job in jobs]

    return prepare


def _attempted(make: Callable[[], Part]) -> Part | PlatformError:
    try:
        return make()
    except PlatformError as error:
        return error


async def _unseen(jobs: Sequence[Job]) -> Sequence[Looked]:
    """Of what items show too little is told by their lists: only the feed knows."""
    return [NotDone() for _ in jobs]


async def _listed(reading: Any) -> list[Any]:
    return list(await reading)


def _target(job: Job) -> str:
    command = job.command
    return str(command.product if isinstance(command, (ProductUpdate, ProductDelete)) else getattr(command, "variant", ""))


def _creation(job: Job) -> Part:
    command: Any = job.command
    rows = item_rows.made(command)
    return Part(job, rows, [row[item_rows.ORDERABLE]["sku"] for row in rows])


def _update(job: Job, product: Any, variants: Any) -> Part:
    command: Any = job.command
    skus = _skus(variants)
    if isinstance(product, PlatformError) or product is None:
        raise product or gone()
    return Part(job, [item_rows.changed(sku, product.product_type, command.changes) for sku in skus], skus)


def _variant_update(job: Job) -> Part:
    command: Any = job.command
    if not command.variant:
        raise gone()
    return Part(job, [item_rows.changed_variant(command.variant, command.changes)], [command.variant])


def _product_deletion(job: Job, variants: Any, kept: set[str]) -> Part:
    """A product goes as a whole or not at all: what is deleted does not come back."""
    skus = _skus(variants)
    if kept.intersection(skus):
        raise conflict(_KEPT, "KEPT_BY_WALMART")
    return _deletion(job, skus)


def _deletion(job: Job, skus: Sequence[str]) -> Part:
    if not all(skus):
        raise gone()
    rows: list[Json] = [{"Deletable": {"sku": sku}} for sku in skus]
    return Part(job, rows, skus)


def _skus(variants: Any) -> list[str]:
    if isinstance(variants, PlatformError) or not variants:
        raise variants or gone()
    return [variant.sku for variant in variants]


def _done(job: Job) -> Done:
    command = job.command
    if isinstance(command, ProductCreate):
        group = item_rows.group_of(command)
        row = {"variantGroupId": group, "sku": command.variants[0].get("sku")}
        return Done(entity=(Kind.PRODUCT, wares.product_key(row) or ""))
    if isinstance(command, (ProductDelete, VariantDelete)):
        return Done(look=True)
    changes: Mapping[str, Any] = command.changes if isinstance(command, (ProductUpdate, VariantUpdate)) else {}
    return Done(after={name: value for name, value in changes.items() if name != "platform_fields"})
