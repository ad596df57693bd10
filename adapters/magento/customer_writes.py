"""Makes and changes customers. An e-mail address is one customer's on a website: that it was free is noted before one is made."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, Journal, Looked, NotDone, Performed
from adapters.magento import bodies
from adapters.magento.refusals import conflict, gone, invalid
from adapters.magento.search import Search, among, batches
from adapters.magento.sending import each, row_of, unwritten
from adapters.magento.shipment_writes import unnamed
from adapters.magento.shop import CUSTOMERS, Found, Shop
from adapters.magento.values import Json, identity, text
from schema.commands import CustomerCreate, CustomerUpdate
from schema.keys import Kind

BEGUN = "begun"
# Who a customer is has to go along with every change, or the platform takes it for another's.
FIXED = ("id", "email", "firstname", "lastname", "website_id", "store_id", "group_id")
NEEDED = ("email", "firstname", "lastname")

_TAKEN = "Another customer has this e-mail address."
_NEEDED = "A customer of this store needs an e-mail address, a first name and a last name."


class CustomerWrites:
    """The customers of one shop."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def create(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Make customers whose e-mail address is free."""
        there = await unwritten(self._by_email(jobs))
        free = [job for job in jobs if _email(job) not in there]
        await journal.note({job.id: {BEGUN: True} for job in free})
        begun = {job.id for job in free} | {job.id for job in jobs if job.notes.get(BEGUN)}
        return await each(jobs, lambda job: self._create(job, there.get(_email(job)), begun=job.id in begun))

    async def created(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say which customers are there: one whose address was free before is ours."""
        there = await self._by_email(jobs)
        return [_looked(job, there.get(_email(job))) for job in jobs]

    async def update(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Change customers."""
        found = await unwritten(self._shop.by_ids(CUSTOMERS, "UpdateCustomers", [_updated(job) for job in jobs]))
        return await each(jobs, partial(self._update, found))

    async def _by_email(self, jobs: Sequence[Job]) -> dict[str, Json]:
        found: dict[str, Json] = {}
        for batch in batches(email for job in jobs if (email := _email(job))):
            listed, _ = await self._shop.every(CUSTOMERS, "CustomersByEmail", Search((among("email", batch),)))
            found |= {(text(person.row.get("email")) or "").casefold(): person.row for person in listed}
        return found

    async def _create(self, job: Job, there: Json | None, *, begun: bool) -> Performed:
        if not isinstance(job.command, CustomerCreate):
            raise gone()
        body = bodies.customer(dict(job.command.customer), {})
        if not all(body.get(name) for name in NEEDED):
            raise invalid(_NEEDED, "NAME_MISSING")
        if there is not None and not begun:
            raise conflict(_TAKEN, "EMAIL_TAKEN")
        made = there or await self._shop.change("POST", "customers", "CustomerCreate", {"customer": body})
        key = identity(made.get("id")) if isinstance(made, dict) else None
        if key is None:
            raise unnamed()
        return Done(entity=(Kind.CUSTOMER, str(key)))

    async def _update(self, found: Mapping[str, Found | PlatformError], job: Job) -> Performed:
        row = row_of(found.get(_updated(job)))
        if not isinstance(job.command, CustomerUpdate):
            raise gone()
        fields: Mapping[str, Any] = dict(job.command.changes)
        fixed = {name: row[name] for name in FIXED if row.get(name) is not None}
        body = {**fixed, **bodies.customer(fields, row)}
        if not all(body.get(name) for name in NEEDED):
            raise invalid(_NEEDED, "NAME_MISSING")
        await self._shop.change("PUT", f"customers/{identity(row.get('id'))}", "CustomerUpdate", {"customer": body})
        return Done()


def _email(job: Job) -> str:
    return (job.command.customer.get("email") or "").casefold() if isinstance(job.command, CustomerCreate) else ""


def _updated(job: Job) -> str:
    return job.command.customer if isinstance(job.command, CustomerUpdate) else ""


def _looked(job: Job, made: Json | None) -> Looked:
    if made is None or not job.notes.get(BEGUN):
        return NotDone()
    return Done(entity=(Kind.CUSTOMER, str(identity(made.get("id")))))
