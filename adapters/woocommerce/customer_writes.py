"""Makes and changes customers. What was made carries its write's mark, and is found again by its e-mail address, which is unique."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, Journal, Looked, NotDone, Performed
from adapters.woocommerce import bodies
from adapters.woocommerce.customers import EVERY_ROLE
from adapters.woocommerce.marks import mark, marked
from adapters.woocommerce.refusals import gone, invalid
from adapters.woocommerce.sending import Change, Sent, Verb, attempted, each, plain, send
from adapters.woocommerce.shop import Found, Shop
from adapters.woocommerce.updates import Item, Subject, Updates
from adapters.woocommerce.values import Json, identity
from schema.commands import CustomerCreate
from schema.keys import Kind

_NO_EMAIL = "A customer of this store needs an e-mail address."


class People:
    """The customers of one shop."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def updates(self) -> Updates:
        """Return what changes customers."""

        async def words(items: Sequence[Item], final: bool) -> list[Sent]:
            return [attempted(lambda item: bodies.customer(item.command.changes), item) for item in items]

        async def read(keys: Iterable[str], operation: str) -> Mapping[str, Found | PlatformError]:
            return await self._shop.by_include("customers", operation, keys, EVERY_ROLE)

        return Updates(
            self._shop,
            Subject(
                operation="CustomerUpdate",
                key=lambda command: command.customer,
                read=read,
                place=plain("customers"),
                words=words,
                needs_row=lambda _: False,
                told=lambda *_: {},  # nothing that is not personal
            ),
        )

    async def create(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Make customers' records."""
        wanted = {job.id: attempted(_body, job) for job in jobs}
        changes = {key: Change("customers", body=body) for key, body in wanted.items() if not isinstance(body, PlatformError)}
        answers = dict(zip(changes, await send(self._shop, "CustomerCreate", Verb.CREATE, [*changes.values()]), strict=True))
        return [_made(answers.get(job.id, wanted[job.id])) for job in jobs]

    async def created(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say which records are there."""
        return await each(jobs, self._look)

    async def _look(self, job: Job) -> Looked:
        email: Any = job.command.customer.get("email") if isinstance(job.command, CustomerCreate) else None
        if not email:
            return NotDone()
        params = {**EVERY_ROLE, "email": email, "_fields": "id,meta_data"}
        row = marked((await self._shop.ask("customers", "CustomerLook", params)).rows, job)
        return NotDone() if row is None else Done(entity=_entity(row))


def _body(job: Job) -> Json:
    if not isinstance(job.command, CustomerCreate):
        raise gone()
    if not job.command.customer.get("email"):
        raise invalid(_NO_EMAIL)
    return {**bodies.customer(job.command.customer), "meta_data": mark(job)}


def _made(answer: Sent) -> Performed:
    return answer if isinstance(answer, PlatformError) else Done(entity=_entity(answer))


def _entity(row: Json) -> tuple[Kind, str]:
    return Kind.CUSTOMER, str(identity(row.get("id")))
