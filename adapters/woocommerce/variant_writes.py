"""Makes and deletes variations. What was made carries its write's mark, so that an attempt with an unknown end is found again."""

from collections.abc import Mapping, Sequence
from functools import partial

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, Journal, Looked, NotDone, Performed, Unclear
from adapters.woocommerce import bodies, pricing, wares
from adapters.woocommerce.mapping import variant_key
from adapters.woocommerce.marks import MANY, find_marked, mark
from adapters.woocommerce.refusals import gone, invalid
from adapters.woocommerce.roofs import with_room
from adapters.woocommerce.sending import Sent, delete, each, known, new_id
from adapters.woocommerce.shop import Shop
from adapters.woocommerce.values import Json, identity, text
from schema.commands import VariantCreate, VariantDelete, VariantFields
from schema.keys import Kind

_ITS_OWN = "This variant is its product, in the only form that has: delete the product."


class Variations:
    """The variations of one shop's products."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def create(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Add a variation to each product."""
        commands = [job.command for job in jobs if isinstance(job.command, VariantCreate)]
        roofs = await with_room(self._shop, [(one.product, one.variant.get("options") or []) for one in commands])
        return await each(jobs, partial(self._create, roofs, journal))

    async def created(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say which variations are there, by the marks they carry."""
        return await each(jobs, self._look)

    async def delete(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Delete variations."""
        keys = [job.command.variant if isinstance(job.command, VariantDelete) else "" for job in jobs]
        return await delete(self._shop, "VariantDelete", jobs, [_place(key) for key in keys])

    async def _create(self, roofs: Mapping[str, Sent], journal: Journal, job: Job) -> Performed:
        command = _command(job)
        made = text(job.notes.get("variant"))
        if made is None and job.uncertain:
            made = (await self._mine(job, command))[0]
        if made is None:
            roof = roofs[command.product]
            if isinstance(roof, PlatformError):
                return roof
            made = await self._post(job, command, roof)
            await journal.note({job.id: {"variant": made}})
        return Done(entity=(Kind.VARIANT, made))

    async def _look(self, job: Job) -> Looked:
        made, complete = await self._mine(job, _command(job))
        if made is not None:
            return Done(entity=(Kind.VARIANT, made))
        return NotDone() if complete else Unclear(MANY)

    async def _post(self, job: Job, command: VariantCreate, roof: Json) -> str:
        unit = await self._shop.weight_unit(needed=bool(command.variant.get("weight")))
        body = {**variation(command.variant, unit, roof), "meta_data": mark(job)}
        answer = await self._shop.change("POST", f"products/{command.product}/variations", "VariantCreate", body)
        return variant_key(int(command.product), new_id(answer))

    async def _mine(self, job: Job, command: VariantCreate) -> tuple[str | None, bool]:
        """Return the key id of what a job made, and whether it is surely not there when nothing was found."""
        above = known(command.product)
        found, complete = await find_marked(self._shop, f"products/{above}/variations", "VariantLook", [job])
        row = found.get(job.id)
        return (variant_key(int(above), identity(row.get("id"))) if row else None), complete


def variation(fields: VariantFields, unit: bodies.Unit, roof: Json) -> Json:
    """Return a new variation's fields."""
    return {**bodies.ware(fields, unit), **new_prices(fields), "attributes": bodies.selected(fields.get("options") or [], roof)}


def new_prices(fields: VariantFields) -> Json:
    """Return the prices of what is being made."""
    if "price" not in fields and not fields.get("compare_at_price"):
        return {}
    return pricing.compared({}, fields.get("price"), fields.get("compare_at_price"))


def _command(job: Job) -> VariantCreate:
    if not isinstance(job.command, VariantCreate):
        raise gone()
    return job.command


def _place(key: str) -> tuple[str, str] | PlatformError:
    if not wares.KEY.fullmatch(key):
        return gone()
    return wares.place(key) if "-" in key else invalid(_ITS_OWN, "ONLY_VARIANT")
