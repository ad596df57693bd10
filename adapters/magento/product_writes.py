"""Makes, changes and deletes products. A configurable one is made after its variants, and names them: so it is there whole or not at all.

A save makes a product or changes the one that has its SKU. So before anything is made its SKUs are looked for, and that they were free is
noted: from then on what has them is ours, and a second attempt makes what is missing.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, Journal, Looked, NotDone, Performed
from adapters.magento import bodies, wares
from adapters.magento.bulks import Bulks
from adapters.magento.catalogue import Catalogue
from adapters.magento.choices import Choices
from adapters.magento.forms import Context, Form, form_of
from adapters.magento.goods import SKU_FIELDS, by_sku
from adapters.magento.manifest import CONFIGURABLE, HIDDEN
from adapters.magento.refusals import conflict, gone
from adapters.magento.sending import REFUSED, each, path_of, row_of, unwritten
from adapters.magento.shop import PRODUCTS, Found, Shop
from adapters.magento.updates import Change, Updates
from adapters.magento.values import Json, identity, text, whole
from schema.commands import ProductCreate, ProductDelete, ProductUpdate
from schema.keys import Kind

BEGUN = "begun"
ROOFS = "roofs"  # the index of variants, which is wrong once one came or went

_TAKEN = "A product of the store has the SKU {sku!r} already; update that, or give another."
_LEFT = " Some of its variants were made and could not be deleted again: {skus}."


class ProductWrites:
    """The products of one shop."""

    def __init__(self, shop: Shop, catalogue: Catalogue, choices: Choices) -> None:
        self._shop = shop
        self._catalogue = catalogue
        self._choices = choices

    def updates(self, queue: Bulks) -> Updates:
        """Return what changes products."""
        return Updates(self._shop, queue, "ProductUpdate", self._changes)

    async def create(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Make products, their variants first."""
        forms = await self._forms(jobs)
        there = await unwritten(by_sku(self._shop, [sku for form in forms.values() if isinstance(form, Form) for sku in form.skus]))
        free = [job for job in jobs if _is_free(forms[job.id], there)]
        await journal.note({job.id: {BEGUN: True} for job in free})
        begun = {job.id for job in jobs if job.notes.get(BEGUN)} | {job.id for job in free}
        results = await each(jobs, lambda job: self._create(forms[job.id], there, begun=job.id in begun))
        self._shop.session.forget(ROOFS)
        return results

    async def created(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say which products are there: what was begun here has its SKU, and comes after its variants."""
        forms = await self._forms(jobs)
        there = await by_sku(self._shop, [form.skus[0] for form in forms.values() if isinstance(form, Form)])
        return [_looked(job, forms[job.id], there) for job in jobs]

    async def delete(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Delete products with the variants that make them up, those first."""
        found = await unwritten(self._catalogue.products([_deleted(job) for job in jobs], "DeleteProducts"))
        self._shop.session.forget(ROOFS)
        results = await each(jobs, partial(self._delete, found))
        self._shop.session.forget(ROOFS)
        return results

    async def _changes(self, jobs: Sequence[Job]) -> list[Change | PlatformError]:
        found = await unwritten(self._shop.by_ids(PRODUCTS, "UpdateProducts", [_updated(job) for job in jobs]))
        return [_change(job, found.get(_updated(job))) for job in jobs]

    async def _forms(self, jobs: Sequence[Job]) -> dict[str, Form | PlatformError]:
        commands = [job.command for job in jobs if isinstance(job.command, ProductCreate)]
        several = any(len(command.variants) > 1 or command.product.get("options") or _chosen(command) for command in commands)
        setting, zone = await unwritten(self._shop.setting())
        choices = await unwritten(self._choices.known()) if several else []
        context = Context(wares.Catalogue(setting, zone), self._shop.seen(), choices)
        return {job.id: _form(job, context) for job in jobs}

    async def _create(self, form: Form | PlatformError, there: Mapping[str, Json], *, begun: bool) -> Performed:
        if isinstance(form, PlatformError):
            raise form
        if not begun:
            raise conflict(_TAKEN.format(sku=next(sku for sku in form.skus if sku.casefold() in there)), "SKU_TAKEN")
        made = there.get(form.skus[0].casefold())
        if made is None:
            rows = await each(form.variants, partial(self._variant, there))
            await self._only_whole(form, rows)
            links = {"configurable_product_links": [identity(row.get("id")) for row in rows if isinstance(row, dict)]}
            more = {bodies.EXTENSION: {"configurable_product_options": list(form.options), **links}}
            made = await self._save(form, bodies.merged(form.product, more) if form.product["type_id"] == CONFIGURABLE else form.product)
        return Done(entity=(Kind.PRODUCT, str(identity(made.get("id")))))

    async def _variant(self, there: Mapping[str, Json], body: Json) -> Json:
        return there.get(body["sku"].casefold()) or await save(self._shop, "VariantsCreate", body)

    async def _save(self, form: Form, body: Json) -> Json:
        try:
            return await save(self._shop, "ProductCreate", body)
        except PlatformError as error:
            if error.category not in REFUSED:
                raise
            raise await self._withdrawn(form, error) from None

    async def _only_whole(self, form: Form, made: Sequence[Json | PlatformError]) -> None:
        """Raise why a variant could not be made; when all such failures are for good, the others go again: half a product is none."""
        failed = [row for row in made if isinstance(row, PlatformError)]
        later = next((error for error in failed if error.category not in REFUSED), None)
        if later is not None:
            raise later
        if failed:
            raise await self._withdrawn(form, failed[0])

    async def _withdrawn(self, form: Form, error: PlatformError) -> PlatformError:
        """Delete the variants of a product that can't be made, and return why it can't."""
        there = await by_sku(self._shop, form.skus[1:])
        gone_now = await each(list(there.values()), partial(remove, self._shop, "ProductWithdraw"))
        left = [sku for sku, result in zip(there, gone_now, strict=True) if isinstance(result, PlatformError)]
        told = _LEFT.format(skus=", ".join(left)) if left else ""
        return PlatformError(error.category, error.message + told, code=error.code)

    async def _delete(self, found: Mapping[str, Found | PlatformError], job: Job) -> Performed:
        if found.get(_deleted(job)) is None and job.uncertain:
            return Done()
        row = row_of(found.get(_deleted(job)))
        for own in await unwritten(self._parts(row)):
            await remove(self._shop, "ProductDelete", own)
        await remove(self._shop, "ProductDelete", row, again=job.uncertain)
        return Done()

    async def _parts(self, row: Json) -> list[Json]:
        """Return the variants that make up this product and nothing else: they are not shown, and belong to no other."""
        roof = wares.roof(row) if row.get("type_id") == CONFIGURABLE else None
        if roof is None or not roof.links:
            return []
        above = await self._catalogue.roofs()
        alone = [str(key) for key in roof.links if len(above.get(key, ())) <= 1]
        found = await self._shop.by_ids(PRODUCTS, "DeleteVariants", alone, SKU_FIELDS)
        return [row for row in map(row_of, found.values()) if whole(row.get("visibility")) == HIDDEN]


async def save(shop: Shop, operation: str, body: Json) -> Json:
    """Make a product and return it; raises PlatformError."""
    answer = await shop.change("POST", "products", operation, {"product": body}, goods=True)
    if not isinstance(answer, dict) or identity(answer.get("id")) is None:
        raise conflict("The store does not say what it made.", "NO_ID")
    return answer


async def remove(shop: Shop, operation: str, row: Json, *, again: bool = True) -> None:
    """Delete a product; one that is gone already is as good when `again`. Raises PlatformError."""
    try:
        await shop.change("DELETE", f"products/{path_of(text(row.get('sku')) or '')}", operation, goods=True)
    except PlatformError as error:
        if not (again and error.code == "404"):
            raise


def _updated(job: Job) -> str:
    return job.command.product if isinstance(job.command, ProductUpdate) else ""


def _deleted(job: Job) -> str:
    return job.command.product if isinstance(job.command, ProductDelete) else ""


def _chosen(command: ProductCreate) -> bool:
    return any(variant.get("options") for variant in command.variants)


def _change(job: Job, found: Found | PlatformError | None) -> Change | PlatformError:
    try:
        row = row_of(found)
        if not isinstance(job.command, ProductUpdate):
            raise gone()
        fields: Mapping[str, Any] = job.command.changes
        body = bodies.product(fields)
    except PlatformError as error:
        return error
    sku, new = text(row.get("sku")) or "", text(body.pop("sku", None))
    told = {"title": fields["title"]} if "title" in fields else {}
    before = {"title": text(row.get("name"))} if told else {}
    return Change(sku, {"sku": sku, **body}, row, new if new != sku else None, before=before, after=told)


def _form(job: Job, context: Context) -> Form | PlatformError:
    try:
        if not isinstance(job.command, ProductCreate):
            raise gone()
        return form_of(job.command, context)
    except PlatformError as error:
        return error


def _is_free(form: Form | PlatformError, there: Mapping[str, Json]) -> bool:
    return isinstance(form, Form) and not any(sku.casefold() in there for sku in form.skus)


def _looked(job: Job, form: Form | PlatformError, there: Mapping[str, Json]) -> Looked:
    if isinstance(form, PlatformError):
        return NotDone() if form.category in REFUSED else form
    made = there.get(form.skus[0].casefold())
    if made is None or not job.notes.get(BEGUN):
        return NotDone()
    return Done(entity=(Kind.PRODUCT, str(identity(made.get("id")))))
