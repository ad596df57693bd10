"""Changes parts of listings: stock, prices, what a product or a variant is made of. All is absolute, so that it can be sent again."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from adapters.amazon import attributes, wares
from adapters.amazon.attributes import OFFER, STOCK, home_of, known, own_stock, patch_of, shows, stock_rows, type_of
from adapters.amazon.catalogue import Catalogue
from adapters.amazon.listing_changes import Change, Changes
from adapters.amazon.manifest import MARKETPLACES
from adapters.amazon.refusals import attempted, conflict, gone, invalid, issues_refusal, unwritten
from adapters.amazon.shop import Found, Shop
from adapters.amazon.values import moment, number, record, rows, text
from adapters.amazon.write_facts import TEXTS
from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, Journal, Looked, NotDone, Performed, Unclear
from schema.commands import InventoryAdjust, InventorySet, PriceSet, ProductUpdate, VariantUpdate
from schema.errors import Category

SETTLED = timedelta(minutes=5)  # after which a change that was accepted and does not show was none
_NO_LIST_PRICE = "Amazon's listings have no price to compare with; leave `compareAtPrice` out."

Markets = Sequence[str]
Make = Callable[[Job, Found | PlatformError | None, Markets], Change]


class ListingWrites:
    """What changes a part of each of some listings; `sku_of` and `make` are the operation's own."""

    def __init__(self, shop: Shop, catalogue: Catalogue, changes: Changes, operation: str, make: Make) -> None:
        self._shop = shop
        self._catalogue = catalogue
        self._changes = changes
        self._operation = operation
        self._make = make

    async def perform(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Change each listing."""
        made = await self._made(jobs)
        now = self._shop.session.clock.now().isoformat()
        notes = {
            job.id: {"before": (change.before or {}).get("available"), "after": (change.after or {}).get("available"), "at": now}
            for job in jobs
            if isinstance(job.command, InventoryAdjust) and isinstance(change := made[job.id][1], Change)
        }
        if notes:
            await journal.note(notes)
        return await self._changes.perform(self._operation, jobs, {key: change for key, (_, change) in made.items()}, journal)

    async def seen(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say which listings have what was asked for."""
        made = await self._made(jobs)
        return [_looked(job, *made[job.id]) for job in jobs]

    async def adjusted(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say which stocks are what they were to become; one that is not yet may still become it."""
        found = await self._catalogue.listings([sku_of(job) for job in jobs], self._operation)
        return [attempted(self._adjusted, job, found.get(sku_of(job))) for job in jobs]

    def _adjusted(self, job: Job, found: Found | PlatformError | None) -> Looked:
        before, after, since = (job.notes.get(name) for name in ("before", "after", "at"))
        if after is None:
            return NotDone()  # the note is kept before anything is sent
        units, sent = own_stock(known(found)), moment(since)
        if units == after:
            return Done(before={"available": before}, after={"available": after})
        if units != before:
            return Unclear(f"There were {before} units, there should be {after}, and there are {units}.")
        if job.uncertain and sent is not None and self._shop.session.clock.now() < sent + SETTLED:
            raise PlatformError(Category.TRANSIENT, "It may still show; Amazon takes some minutes.", code="NOT_YET", retry_after=60)
        return NotDone()

    async def _made(self, jobs: Sequence[Job]) -> Mapping[str, tuple[Found | None, Change | PlatformError]]:
        """Return each job's listing and what is to be changed of it."""
        skus = [sku_of(job) for job in jobs]
        found = await unwritten(self._catalogue.listings(skus, self._operation))
        markets = await unwritten(self._shop.marketplaces())
        made: dict[str, tuple[Found | None, Change | PlatformError]] = {}
        for job, sku in zip(jobs, skus, strict=True):
            there = found.get(sku)
            change = attempted(self._make, job, there, markets)
            if isinstance(change, PlatformError):
                change.sent = False
            made[job.id] = (there if isinstance(there, Found) else None), change
        return made


def sku_of(job: Job) -> str:
    """Return the SKU a job is about."""
    command: Any = job.command
    if isinstance(command, (InventorySet, InventoryAdjust)):
        return wares.sku_of_level(command.level)
    return str(command.product if isinstance(command, ProductUpdate) else command.variant)


def stock_change(job: Job, found: Found | PlatformError | None, markets: Markets) -> Change:
    """Return what sets the seller's own stock; raises PlatformError."""
    command, row = job.command, known(found)
    if not isinstance(command, (InventorySet, InventoryAdjust)):
        raise gone()
    if command.level.startswith(wares.AMAZONS):
        raise conflict("Stock that Amazon keeps can't be written; send units to Amazon instead.", "FULFILLED_BY_AMAZON")
    before = own_stock(row)
    if isinstance(command, InventoryAdjust):
        if before is None:
            raise conflict("Amazon tells no number to add to: set the stock first.", "NOT_TRACKED")
        if before + command.delta < 0:
            raise conflict(f"There are {before} units, and Amazon's stock can't be below zero.", "BELOW_ZERO")
    after = command.quantity if isinstance(command, InventorySet) else (before or 0) + command.delta
    market = home_of(row, markets)
    body = patch_of(type_of(row, market), {STOCK: stock_rows(after)}, "merge")
    told = None if before is None else {"available": before}
    return Change(wares.sku_of_level(command.level), market, body=body, before=told, after={"available": after})


def price_change(job: Job, found: Found | PlatformError | None, markets: Markets) -> Change:
    """Return what sets a price; raises PlatformError."""
    command, row = job.command, known(found)
    if not isinstance(command, PriceSet) or not wares.is_variant(row):
        raise gone()
    if command.compare_at_price is not None:
        raise invalid(_NO_LIST_PRICE, "UNSUPPORTED")
    market = attributes.price_market(row, markets)
    own = MARKETPLACES[market].currency if market in MARKETPLACES else command.currency_code
    if command.currency_code != own:
        raise invalid(f"Prices there are in {own}, not in {command.currency_code}.", "CURRENCY")
    offers = attributes.offer_rows(row, market, command.price, own)
    return Change(command.variant, market, body=patch_of(type_of(row, market), {OFFER: offers}), after={"price": command.price})


def product_change(job: Job, found: Found | PlatformError | None, markets: Markets) -> Change:
    """Return what changes a product; raises PlatformError."""
    command, row = job.command, known(found)
    if not isinstance(command, ProductUpdate):
        raise gone()
    market = home_of(row, markets)
    given = command.changes.get("platform_fields") or {}
    changed = attributes.product_attributes(command.changes, market, row)
    if not changed:
        raise invalid("Nothing of this is an attribute of a listing.", "NOTHING")
    body = patch_of(text(given.get("productType")) or type_of(row, market), changed)
    return Change(command.product, market, body=body, after={name: each for name, each in command.changes.items() if name in TEXTS})


def variant_change(job: Job, found: Found | PlatformError | None, markets: Markets) -> Change:
    """Return what changes a variant; raises PlatformError."""
    command, row = job.command, known(found)
    if not isinstance(command, VariantUpdate) or not wares.is_variant(row):
        raise gone()
    changes = command.changes
    market = attributes.price_market(row, markets) if "price" in changes else home_of(row, markets)
    changed = attributes.variant_attributes(changes, market, row)
    if not changed:
        raise invalid("Nothing of this is an attribute of a listing.", "NOTHING")
    return Change(command.variant, market, body=patch_of(type_of(row, market), changed), after=dict(changes))


def _looked(job: Job, found: Found | None, change: Change | PlatformError) -> Looked:
    if found is None or isinstance(change, PlatformError):
        return change if isinstance(change, PlatformError) else NotDone()
    if shows(found.row, change.body, change.market) or _price_shows(job, found, change.market):
        return Done(after=change.after)
    names = {patch["path"].removeprefix("/attributes/") for patch in change.body["patches"]}
    issues = [each for each in rows(found.row.get("issues")) if names & set(each.get("attributeNames") or ())]
    # What is wrong may have been wrong before: it is told only of what was accepted for certain.
    return (None if job.uncertain else issues_refusal(issues)) or NotDone()


def _price_shows(job: Job, found: Found, market: str) -> bool:
    command = job.command
    if not isinstance(command, PriceSet):
        return False
    offers = [each for each in rows(found.row.get("offers")) if (each.get("marketplaceId"), each.get("offerType")) == (market, "B2C")]
    return any(number(record(each.get("price")).get("amount")) == Decimal(command.price) for each in offers)
