"""Makes and deletes listings. A SKU is the key, and a listing that is put where one is replaces it: so it is looked for first."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.amazon import attributes, wares
from adapters.amazon.attributes import LEVEL, THEME, Attributes, known, parent_rows, type_of
from adapters.amazon.catalogue import Catalogue
from adapters.amazon.listing_changes import Change, Changes
from adapters.amazon.refusals import conflict, each, gone, invalid, unwritten
from adapters.amazon.shop import Found, Shop
from adapters.amazon.values import Json, record, rows
from adapters.amazon.write_facts import INDIVIDUAL
from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, Journal, Looked, NotDone, Performed
from schema.commands import ProductCreate, ProductDelete, VariantCreate, VariantDelete, VariantFields
from schema.keys import Kind

_NO_TYPE = "Amazon needs a product type, as it names them: `productType`, e.g. LUGGAGE, in the product or its `platformFields`."
_NO_PARENT = "Several variants need a parent that holds them: name its SKU as `sku` in `platformFields`."
_NO_FAMILY = "This product is sold in one form; a family of variants needs a parent, which is made with it."


class CatalogueWrites:
    """The listings of one seller, as they come and go."""

    def __init__(self, shop: Shop, catalogue: Catalogue, changes: Changes) -> None:
        self._shop = shop
        self._catalogue = catalogue
        self._changes = changes

    async def create_products(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Make products with their variants."""
        return await each(jobs, lambda job: self._create(job, journal))

    async def products_created(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say which products are there, with all their variants."""
        return await each(jobs, self._product_created)

    async def create_variants(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Add variants to products."""
        return await each(jobs, lambda job: self._add(job, journal))

    async def delete(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Delete products with their variants, or variants."""
        return await each(jobs, lambda job: self._delete(job, journal))

    async def deleted(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say of which nothing is there any more."""
        return await each(jobs, self._deleted)

    async def _create(self, job: Job, journal: Journal) -> Performed:
        command = job.command
        if not isinstance(command, ProductCreate):
            return gone()
        market = (await unwritten(self._shop.marketplaces()))[0]
        made = _family(command, market)
        await self._make(job, made, journal)
        return Done(entity=(Kind.PRODUCT, made[0].sku), look=True)

    async def _add(self, job: Job, journal: Journal) -> Performed:
        command = job.command
        if not isinstance(command, VariantCreate):
            return gone()
        markets = await unwritten(self._shop.marketplaces())
        row = known((await self._read([command.product], "VariantCreateParent")).get(command.product))
        if not attributes.is_parent(row):
            return conflict(_NO_FAMILY, "NO_FAMILY")
        market = attributes.home_of(row, markets)
        first = wares.children_of(row)[:1]
        siblings = await self._read(first, "VariantCreateSibling")
        found = siblings.get(first[0]) if first else None
        change = _variation(command, row, found.row if isinstance(found, Found) else row, market)
        await self._make(job, [change], journal)
        return Done(entity=(Kind.VARIANT, change.sku), look=True)

    async def _make(self, job: Job, changes: Sequence[Change], journal: Journal) -> None:
        """Make listings, parents first. Several are judged before the first is made, so that no half of a family is."""
        skus = [change.sku for change in changes]
        if not (job.uncertain or job.notes.get("begun")):
            there = await self._read(skus, "CreateLook")
            problem = next((found for found in there.values() if isinstance(found, PlatformError)), None)
            if problem is not None:
                raise problem
            if there:
                raise conflict(f"There is a listing with the SKU {next(iter(there))[:40]} already.", "SKU_EXISTS")
        for change in changes if len(changes) > 1 else ():
            await unwritten(self._changes.send("CreatePreview", change, preview=True))
        await journal.note({job.id: {"skus": skus}})
        for turn, change in enumerate(changes):
            try:
                await self._changes.send("ListingCreate", change)
            except PlatformError as error:
                raise error if not turn else _half(error) from error
            if not turn:
                await journal.note({job.id: {"begun": True}})

    async def _product_created(self, job: Job) -> Looked:
        command = job.command
        if not isinstance(command, ProductCreate):
            return NotDone()
        skus = [change.sku for change in _family(command, (await self._shop.marketplaces())[0])]
        found = await self._read(skus, "CreateLook")
        problem = next((one for one in found.values() if isinstance(one, PlatformError)), None)
        return problem or (Done(entity=(Kind.PRODUCT, skus[0])) if len(found) == len(set(skus)) else NotDone())

    async def _delete(self, job: Job, journal: Journal) -> Performed:
        """Take listings out of all marketplaces, children first, and note them all: later the parent doesn't tell of them."""
        own = _own_sku(job)
        row = known((await self._read([own], "DeleteLook")).get(own)) if "skus" not in job.notes else {}
        skus = job.notes.get("skus") or [*wares.children_of(row), own]
        if isinstance(job.command, VariantDelete) and wares.children_of(row):
            return gone()
        if isinstance(job.command, ProductDelete) and row and not wares.is_product(row):
            return gone()
        found = await self._read(skus, "DeleteLook")
        places = [(sku, place) for sku in skus if isinstance(one := found.get(sku), Found) for place in sorted(wares.places_of(one.row))]
        await journal.note({job.id: {"skus": skus}})
        for is_own in (False, True):
            failures = await asyncio.gather(*(self._remove(*place) for place in places if (place[0] == own) is is_own))
            problems = sorted(filter(None, failures), key=lambda error: not error.uncertain)
            if problems:
                return problems[0]
        return Done(look=True)

    async def _remove(self, sku: str, market: str) -> PlatformError | None:
        try:
            await self._changes.send("ListingDelete", Change(sku, market, "DELETE"))
        except PlatformError as error:
            return error
        return None

    async def _deleted(self, job: Job) -> Looked:
        found = await self._read(job.notes.get("skus") or [_own_sku(job)], "DeleteLook")
        problem = next((one for one in found.values() if isinstance(one, PlatformError)), None)
        return problem or (NotDone() if found else Done())

    async def _read(self, skus: Sequence[str], operation: str) -> Mapping[str, Found | PlatformError]:
        return await unwritten(self._catalogue.listings(skus, operation))


def _own_sku(job: Job) -> str:
    command: Any = job.command
    return str(command.product if isinstance(command, ProductDelete) else command.variant)


def _half(error: PlatformError) -> PlatformError:
    message = f"A part of the family was made before this: {error.message}"
    return PlatformError(error.category, message, code=error.code, retry_after=error.retry_after, sent=error.sent)


def _family(command: ProductCreate, market: str) -> list[Change]:
    """Return what makes a product: one listing, or a parent and its variations; raises PlatformError."""
    product, variants = command.product, command.variants
    given = product.get("platform_fields") or {}
    kind = given.get("productType") or product.get("product_type")
    if not isinstance(kind, str) or not kind:
        raise invalid(_NO_TYPE, "PRODUCT_TYPE")
    requirements = str(given.get("requirements", "LISTING"))
    base = {name: value for name, value in attributes.product_attributes(product, market).items() if value is not None}
    names = [option["name"] for option in product.get("options") or ()] or [
        each["name"] for each in (variants or ({},))[0].get("options", ())
    ]
    parent = given.get("sku")
    if len(variants) <= 1 and not (parent and names):
        own = variants[0] if variants else VariantFields()
        return [_listing(_sku(own, given), market, kind, requirements, {**_condition(market), **base, **_sold(own, market)})]
    if not isinstance(parent, str) or not parent:
        raise invalid(_NO_PARENT, "PARENT_SKU")
    theme = {} if THEME in base else {THEME: attributes.theme_rows(names, market)} if names else {}
    head = {**{name: value for name, value in base.items() if name not in INDIVIDUAL}, **theme}
    made = [_listing(parent, market, kind, requirements, {**head, LEVEL: [{"value": "parent", "marketplace_id": market}]})]
    for own in variants:
        whole = {**_condition(market), **base, **theme, **_sold(own, market), **parent_rows(parent, market)}
        made.append(_listing(_sku(own, {}), market, kind, requirements, whole))
    return made


def _variation(command: VariantCreate, parent: Json, like: Json, market: str) -> Change:
    """Return what adds a variation to a family: as another one is, but for what is its own. Raises PlatformError."""
    shared = {
        name: [row for row in rows(values) if row.get("marketplace_id", market) == market]
        for name, values in record(like.get("attributes")).items()
        if name not in INDIVIDUAL
    }
    own = _sold(command.variant, market)
    if (missing := [name for name in attributes.options_of(parent) if name not in own]) and command.variant.get("options"):
        raise invalid(f"Variations of this product differ in {', '.join(missing)}, too: name it among the options.", "OPTIONS")
    whole = {**_condition(market), **{name: each for name, each in shared.items() if each}, **own}
    return _listing(
        _sku(command.variant, {}), market, type_of(parent, market), "LISTING", {**whole, **parent_rows(command.product, market)}
    )


def _sku(variant: VariantFields, given: Mapping[str, Any]) -> str:
    sku = variant.get("sku") or given.get("sku")
    if not isinstance(sku, str) or not sku:
        raise invalid("A listing is known by its SKU: every variant needs one.", "SKU")
    return sku


def _sold(variant: VariantFields, market: str) -> Attributes:
    return {name: value for name, value in attributes.variant_attributes(variant, market).items() if value is not None}


def _condition(market: str) -> Attributes:
    return {"condition_type": [{"value": "new_new", "marketplace_id": market}]}


def _listing(sku: str, market: str, kind: str, requirements: str, made: Attributes) -> Change:
    return Change(sku, market, "UPDATE", {"productType": kind, "requirements": requirements, "attributes": made})
