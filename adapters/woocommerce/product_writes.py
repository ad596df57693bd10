"""Makes, changes and deletes products. One in several forms is made in two steps: the product, then its variations.

The first step carries the write's mark and is noted, so that a second attempt goes on where the first ended. When a form is refused for
good, the product goes again: half a product is none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, Journal, Looked, NotDone, Performed, Unclear
from adapters.woocommerce import bodies
from adapters.woocommerce.manifest import PAGE
from adapters.woocommerce.marks import MANY, find_marked, mark
from adapters.woocommerce.refusals import gone, invalid
from adapters.woocommerce.sending import Change, Sent, Verb, attempted, delete, each, plain, send
from adapters.woocommerce.shop import Found, Shop
from adapters.woocommerce.terms import ids_of
from adapters.woocommerce.updates import Item, Subject, Updates
from adapters.woocommerce.values import Json, identity, rows, text
from adapters.woocommerce.variant_writes import new_prices, variation
from schema.commands import OptionFields, ProductCreate, ProductDelete, VariantFields
from schema.errors import Category
from schema.keys import Kind

ANYWHERE = {"status": "any"}

_REFUSED = frozenset({Category.VALIDATION, Category.CONFLICT})
_ALIKE = "Several variants choose alike: each needs options of its own."
_LEFT = " Product {product} was made without its variants and could not be deleted again."


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is made for a job: the product, and its variations where it has several forms.

    `foreign` says that the caller's own words are among it: a batch would not check those.
    """

    body: Json
    forms: Sequence[Json]
    foreign: bool


class Products:
    """The products of one shop."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def updates(self) -> Updates:
        """Return what changes products."""

        async def words(items: Sequence[Item], final: bool) -> list[Sent]:
            named = [term for item in items for term in bodies.named_terms(item.command.changes)]
            terms = await ids_of(self._shop, named, make=final)
            return [attempted(_updated, item, terms) for item in items]

        async def read(keys: Any, operation: str) -> Mapping[str, Found | PlatformError]:
            return await self._shop.by_include("products", operation, keys, bin_too=True)

        return Updates(
            self._shop,
            Subject(
                operation="ProductUpdate",
                key=lambda command: command.product,
                read=read,
                place=plain("products"),
                words=words,
                needs_row=lambda command: "options" in command.changes,
                told=lambda _, row: {"title": text(row.get("name"))},
                alone=lambda command: bool(command.changes.get("platform_fields")),
            ),
        )

    async def create(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Make products, all of them in one call, then the variations of each."""
        made = await self._begun(jobs)
        plans = await self._plans(jobs)
        fresh = {job.id: plan for job in jobs if job.id not in made and isinstance(plan := plans[job.id], _Plan)}
        changes = [Change("products", body=plan.body, alone=plan.foreign) for plan in fresh.values()]
        answers = dict(zip(fresh, await send(self._shop, "ProductCreate", Verb.CREATE, changes), strict=True))
        made |= {key: str(identity(row.get("id"))) for key, row in answers.items() if not isinstance(row, PlatformError)}
        if made:
            await journal.note({key: {"product": product} for key, product in made.items()})
        refused = {key: row for key, row in answers.items() if key not in made}
        return await each(jobs, partial(self._finish, {**plans, **refused}, made, journal))

    async def created(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say which products are there, by the marks they carry, with all their variations."""
        found, complete = await find_marked(self._shop, "products", "ProductLook", jobs, ANYWHERE)
        return await each(jobs, partial(self._look, found, complete))

    async def delete(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Delete products with their variations."""
        keys = [job.command.product if isinstance(job.command, ProductDelete) else "" for job in jobs]
        return await delete(self._shop, "ProductDelete", jobs, [attempted(plain("products"), key) for key in keys])

    async def _begun(self, jobs: Sequence[Job]) -> dict[str, str]:
        """Return the products that earlier attempts have made, by job id; raises PlatformError."""
        noted = {job.id: str(job.notes["product"]) for job in jobs if job.notes.get("product")}
        unknown = [job for job in jobs if job.uncertain and job.id not in noted]
        found = (await find_marked(self._shop, "products", "ProductLook", unknown, ANYWHERE))[0] if unknown else {}
        return noted | {key: str(identity(row.get("id"))) for key, row in found.items()}

    async def _plans(self, jobs: Sequence[Job]) -> dict[str, _Plan | PlatformError]:
        commands = {job.id: job.command for job in jobs if isinstance(job.command, ProductCreate)}
        terms = await ids_of(self._shop, [term for each in commands.values() for term in bodies.named_terms(each.product)], make=True)
        weighed = any(variant.get("weight") for each in commands.values() for variant in each.variants)
        unit = await self._shop.weight_unit(needed=weighed)
        return {job.id: _plan(job, terms, unit) for job in jobs}

    async def _finish(self, begun: Mapping[str, Any], made: Mapping[str, str], journal: Journal, job: Job) -> Performed:
        """Make what is missing of a product's variations."""
        plan = begun[job.id]
        if isinstance(plan, PlatformError):
            return plan
        product = made[job.id]
        missing = await self._missing(product, plan.forms) if job.uncertain or job.notes else plan.forms
        changes = [Change(f"products/{product}/variations", body=form) for form in missing]
        failed = [each for each in await send(self._shop, "VariantsCreate", Verb.CREATE, changes) if isinstance(each, PlatformError)]
        later = next((each for each in failed if each.category not in _REFUSED), None)
        if later is None and failed:
            await journal.note({job.id: {"product": None}})
            return await self._withdrawn(product, failed[0])
        return later or Done(entity=(Kind.PRODUCT, product))

    async def _look(self, found: Mapping[str, Json], complete: bool, job: Job) -> Looked:
        row = found.get(job.id)
        if row is None:
            return NotDone() if complete else Unclear(MANY)
        product, command = str(identity(row.get("id"))), _command(job)
        forms = [{"attributes": bodies.selected(each.get("options") or [], None)} for each in command.variants] if _several(command) else []
        lacking = await self._missing(product, forms)
        return NotDone() if lacking else Done(entity=(Kind.PRODUCT, product))

    async def _missing(self, product: str, forms: Sequence[Json]) -> Sequence[Json]:
        """Return the variations that a product still lacks; each is told by what it chooses."""
        there: set[frozenset[tuple[str, str]]] = set()
        for page in range(1, -(-len(forms) // PAGE) + 1):
            params = {"orderby": "id", "order": "asc", "per_page": str(PAGE), "page": str(page), "_fields": "id,attributes"}
            listed = await self._shop.ask(f"products/{product}/variations", "VariantLook", params)
            there |= {bodies.choice(row) for row in listed.rows}
        return [form for form in forms if bodies.choice(form) not in there]

    async def _withdrawn(self, product: str, error: PlatformError) -> PlatformError:
        """Delete a product whose variations were refused, and return why they were."""
        (answer,) = await send(self._shop, "ProductWithdraw", Verb.DELETE, [Change("products", product)])
        left = _LEFT.format(product=product) if isinstance(answer, PlatformError) else ""
        return PlatformError(error.category, error.message + left, code=error.code)


def _plan(job: Job, terms: bodies.Terms, unit: bodies.Unit) -> _Plan | PlatformError:
    """Return what is made for a job, or why it can't be."""
    try:
        command = _command(job)
        body = bodies.product(command.product, terms)
        body["meta_data"] = [*rows(body.get("meta_data")), *mark(job)]
        foreign = bool(command.product.get("platform_fields"))
        if _several(command):
            roof = {"attributes": bodies.options(_options(command))}
            return _Plan({**roof, **body, "type": "variable"}, [variation(each, unit, roof) for each in command.variants], foreign)
        only: VariantFields = command.variants[0] if command.variants else {}
        return _Plan({**bodies.ware(only, unit), **new_prices(only), **body}, (), foreign)
    except PlatformError as error:
        return error


def _command(job: Job) -> ProductCreate:
    if not isinstance(job.command, ProductCreate):
        raise gone()
    return job.command


def _several(command: ProductCreate) -> bool:
    """Say whether a product is sold in forms of its own; alike ones could not be told apart later. Raises PlatformError."""
    choices = [
        frozenset((one["name"].casefold(), one["value"].casefold()) for one in each.get("options") or ()) for each in command.variants
    ]
    if len(set(choices)) < len(choices):
        raise invalid(_ALIKE, "VARIANTS_ALIKE")
    return len(choices) > 1 or any(choices) or bool(command.product.get("options"))


def _options(command: ProductCreate) -> list[OptionFields]:
    """Return a product's options with every value that one of its variants has."""
    values: dict[str, list[str]] = {each["name"]: [*each["values"]] for each in command.product.get("options") or ()}
    for one in (one for variant in command.variants for one in variant.get("options") or ()):
        known = values.setdefault(one["name"], [])
        if one["value"] not in known:
            known.append(one["value"])
    return [{"name": name, "values": each} for name, each in values.items()]


def _updated(item: Item, terms: bodies.Terms) -> Json:
    changes, row = item.command.changes, item.row or {}
    body = bodies.product(changes, terms)
    if "options" in changes:
        body["attributes"] = bodies.options(changes["options"], row)
        if changes["options"] and row.get("type") == "simple":
            body["type"] = "variable"
    return body
