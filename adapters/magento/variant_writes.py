"""Makes, changes and deletes variants. Each is a product of the platform; a new one is made first and then put below its product."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, Journal, Looked, NotDone, Performed
from adapters.magento import bodies, pricing, wares
from adapters.magento.bulks import Bulks
from adapters.magento.catalogue import Catalogue
from adapters.magento.choices import Choice, Choices, choose
from adapters.magento.forms import Context, part_of
from adapters.magento.goods import SKU_FIELDS, by_sku, products_of
from adapters.magento.manifest import CONFIGURABLE, HIDDEN, UNPRICED
from adapters.magento.mapping import product_ids, variant_key
from adapters.magento.product_writes import BEGUN, ROOFS, remove, save
from adapters.magento.refusals import conflict, gone, invalid
from adapters.magento.sending import each, path_of, row_of, unwritten
from adapters.magento.shop import PRODUCTS, Found, Shop
from adapters.magento.updates import Change, Updates
from adapters.magento.values import Json, identity, text, whole
from schema.commands import VariantCreate, VariantDelete, VariantUpdate
from schema.keys import Kind

_ONE_FORM = "The product is sold in one form; only a configurable product takes more variants."
_ITS_OWN = "This variant is its product, in the only form that has: delete the product."
_TAKEN = "A product of the store has the SKU {sku!r} already."
_COMPOSED = "The price of this product is that of what is in it."
_NO_OPTIONS = "A product that is sold in one form has no options."


class VariantWrites:
    """The variants of one shop's products."""

    def __init__(self, shop: Shop, catalogue: Catalogue, choices: Choices) -> None:
        self._shop = shop
        self._catalogue = catalogue
        self._choices = choices

    def updates(self, queue: Bulks) -> Updates:
        """Return what changes variants."""
        return Updates(self._shop, queue, "VariantUpdate", self._changes)

    async def create(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Add a variant to each product."""
        above = await unwritten(self._above(jobs, "VariantProducts"))
        there = await unwritten(by_sku(self._shop, [sku for job in jobs if (sku := _sku(job))]))
        results = await each(jobs, partial(self._create, above, there, journal))
        self._shop.session.forget(ROOFS)
        return results

    async def created(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say which variants are there and below their products."""
        above = await self._above(jobs, "VariantLook")
        there = await by_sku(self._shop, [sku for job in jobs if (sku := _sku(job))])
        return [_looked(job, above.get(_product(job)), there) for job in jobs]

    async def delete(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Delete variants; one that is a product of its own besides is only taken away from below the other."""
        pairs = [product_ids(_deleted(job)) for job in jobs]
        ids = [key for pair in pairs if pair for key in pair if key]
        found = await unwritten(self._shop.by_ids(PRODUCTS, "DeleteVariants", ids, SKU_FIELDS))
        self._shop.session.forget(ROOFS)
        results = await each(jobs, partial(self._delete, found))
        self._shop.session.forget(ROOFS)
        return results

    async def _above(self, jobs: Sequence[Job], operation: str) -> dict[str, Found | PlatformError]:
        return await self._catalogue.products([_product(job) for job in jobs], operation)

    async def _create(self, above: Mapping[str, Found | PlatformError], there: Mapping[str, Json], journal: Journal, job: Job) -> Performed:
        row, command = row_of(above.get(_product(job))), job.command
        if not isinstance(command, VariantCreate):
            raise gone()
        if row.get("type_id") != CONFIGURABLE:
            raise invalid(_ONE_FORM, "NOT_CONFIGURABLE")
        body = await self._body(row, command)
        made = there.get(body["sku"].casefold())
        if made is not None and not job.notes.get(BEGUN):
            raise conflict(_TAKEN.format(sku=body["sku"]), "SKU_TAKEN")
        await journal.note({job.id: {BEGUN: True}})
        made = made or await save(self._shop, "VariantCreate", body)
        own, roof = identity(made.get("id")) or 0, wares.roof(row)
        if roof is None or own not in roof.links:
            await self._attach(row, body["sku"])
        return Done(entity=(Kind.VARIANT, variant_key(own, identity(row.get("id")))))

    async def _body(self, row: Json, command: VariantCreate) -> Json:
        setting, zone = await unwritten(self._shop.setting())
        choices = await unwritten(self._choices.of(row))
        context = Context(wares.Catalogue(setting, zone), self._shop.seen(), choices)
        return part_of(text(row.get("name")) or "", row.get("attribute_set_id"), command.variant, choices, context)

    async def _attach(self, row: Json, sku: str) -> None:
        """Put a new variant below its product; one that can't be there is deleted again."""
        try:
            await self._shop.change(
                "POST", f"configurable-products/{path_of(text(row.get('sku')) or '')}/child", "VariantCreate", {"childSku": sku}, goods=True
            )
        except PlatformError as error:
            if error.code == "ATTACHED":
                return
            if not error.uncertain:
                await remove(self._shop, "VariantWithdraw", {"sku": sku})
            raise

    async def _delete(self, found: Mapping[str, Found | PlatformError], job: Job) -> Performed:
        pair = product_ids(_deleted(job))
        if pair is None:
            raise gone()
        above, own = pair
        if above is None:
            raise invalid(_ITS_OWN, "ONLY_VARIANT")
        if found.get(own) is None and job.uncertain:
            return Done()
        row = row_of(found.get(own))
        roofs = (await unwritten(self._catalogue.roofs())).get(int(own), ())
        if whole(row.get("visibility")) == HIDDEN and len(roofs) <= 1:
            await remove(self._shop, "VariantDelete", row, again=job.uncertain)
            return Done()
        outer, inner = (path_of(text(one.get("sku")) or "") for one in (row_of(found.get(above)), row))
        await self._shop.change("DELETE", f"configurable-products/{outer}/children/{inner}", "VariantDelete", goods=True)
        return Done()

    async def _changes(self, jobs: Sequence[Job]) -> list[Change | PlatformError]:
        roofs = [(product_ids(_updated(job)) or (None, ""))[0] for job in jobs]
        chosen = {above for job, above in zip(jobs, roofs, strict=True) if above and "options" in _fields(job)}
        found = await products_of(self._shop, "UpdateVariants", [_updated(job) for job in jobs])
        outer = await unwritten(self._catalogue.products(chosen, "UpdateVariantProducts")) if chosen else {}
        choices = {key: await unwritten(self._choices.of(roof.row)) for key, roof in outer.items() if isinstance(roof, Found)}
        setting, zone = await unwritten(self._shop.setting())
        context = wares.Catalogue(setting, zone), self._shop.seen()
        return [_change(job, found.get(_updated(job)), choices.get(above or ""), *context) for job, above in zip(jobs, roofs, strict=True)]


def _product(job: Job) -> str:
    return job.command.product if isinstance(job.command, VariantCreate) else ""


def _sku(job: Job) -> str | None:
    return job.command.variant.get("sku") if isinstance(job.command, VariantCreate) else None


def _deleted(job: Job) -> str:
    return job.command.variant if isinstance(job.command, VariantDelete) else ""


def _updated(job: Job) -> str:
    return job.command.variant if isinstance(job.command, VariantUpdate) else ""


def _fields(job: Job) -> Mapping[str, Any]:
    return dict(job.command.changes) if isinstance(job.command, VariantUpdate) else {}


def _change(
    job: Job, found: Found | PlatformError | None, choices: Sequence[Choice] | None, catalogue: wares.Catalogue, seen: Any
) -> Change | PlatformError:
    try:
        row = row_of(found)
        body = _body(_fields(job), row, choices, catalogue, seen)
    except PlatformError as error:
        return error
    sku, new = text(row.get("sku")) or "", _fields(job).get("sku")
    told = {name: value for name, value in _fields(job).items() if name in {"sku", "price"}}
    return Change(sku, {"sku": sku, **body}, row, new if new != sku else None, bodies.stock(_fields(job)), after=told)


def _body(fields: Mapping[str, Any], row: Json, choices: Sequence[Choice] | None, catalogue: wares.Catalogue, seen: Any) -> Json:
    """Return the fields of a product that a change of a variant sets; raises PlatformError."""
    if "sku" in fields and not fields["sku"]:
        raise invalid("Every variant of this store needs a SKU.", "SKU_MISSING")
    body = bodies.ware(fields, catalogue.setting)
    if "price" in fields or "compare_at_price" in fields:
        if row.get("type_id") in UNPRICED:
            raise invalid(_COMPOSED, "NO_PRICE")
        span = pricing.window(row, catalogue, seen, scheduled=False)
        body |= bodies.prices(pricing.wanted(row, catalogue, seen, fields), span)
    if fields.get("options"):
        if choices is None:
            raise invalid(_NO_OPTIONS, "OPTION_UNKNOWN")
        body = bodies.merged(body, bodies.with_attributes(choose(choices, fields["options"])))
    return body


def _looked(job: Job, above: Found | PlatformError | None, there: Mapping[str, Json]) -> Looked:
    if isinstance(above, PlatformError):
        return above
    made = there.get((_sku(job) or "").casefold())
    roof = wares.roof(above.row) if above is not None else None
    own = identity(made.get("id")) if made else None
    if own is None or roof is None or own not in roof.links or not job.notes.get(BEGUN):
        return NotDone()
    return Done(entity=(Kind.VARIANT, variant_key(own, roof.id)))
