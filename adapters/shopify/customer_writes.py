"""Makes and changes customers' records. The address is a record of its own on the platform, and a step of its own here.

What is personal is neither noted nor repeated in a message.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.port import Readers
from adapters.kit.writing import Done, Job, Journal, Looked, NotDone, Performed, Unclear
from adapters.shopify import inputs
from adapters.shopify.calls import Calls
from adapters.shopify.refusals import refused, unanswered
from adapters.shopify.sending import SKEW, first_sent, note_sending
from adapters.shopify.values import Json, moment
from schema.commands import AddressFields, CustomerCreate, CustomerFields, CustomerUpdate
from schema.errors import Category
from schema.keys import Kind

NOTE = "customer"  # the id of the record, when it is made
IDENTIFIERS = {"email": "emailAddress", "phone": "phoneNumber"}  # what a record is found by, exactly

Records = dict[str, str | PlatformError]  # by job: the id of its record, or why there is none

_UNKNOWN = "The store has no such customer; look whether it is there still, and whether the id is right."
_PARTLY = "All but the address is done. "
_NAMELESS = "It had neither an e-mail address nor a phone number to be found by."


class CustomerWrites:
    """Writes the customers of one store."""

    def __init__(self, calls: Calls, readers: Readers) -> None:
        self._calls = calls
        by_ids = readers.kinds[Kind.CUSTOMER].by_ids
        assert by_ids is not None
        self._customers = by_ids

    async def create(self, jobs: Sequence[Job], journal: Journal) -> list[Performed]:
        """Make records; one that an earlier attempt made is changed to what is wanted."""
        known = await self._known([job for job in jobs if first_sent(job) is not None])
        old = {name: key for name, key in known.items() if isinstance(key, str)}
        fresh = [job for job in jobs if job.id not in known or known[job.id] is None]
        results: Records = {name: key for name, key in known.items() if isinstance(key, PlatformError)}
        results |= await self._write("UpdateCustomer", [job for job in jobs if job.id in old], old)
        if fresh:
            await note_sending(self._calls, fresh, journal)
            results |= await self._write("CreateCustomer", fresh, {})
        made = {name: {NOTE: key} for name, key in results.items() if isinstance(key, str)}
        if made:
            await journal.note(made)
        failures = await self._place([job for job in jobs if job.id in made], results)
        return [_created(results[job.id], failures.get(job.id)) for job in jobs]

    async def update(self, jobs: Sequence[Job], journal: Journal) -> list[Performed]:
        """Change records."""
        results: Records = {job.id: _update(job).customer for job in jobs}
        ids = {name: key for name, key in results.items() if isinstance(key, str)}
        results |= await self._write("UpdateCustomer", [job for job in jobs if inputs.customer(_fields(job))], ids)
        failures = await self._place([job for job in jobs if isinstance(results[job.id], str)], results)
        return [_changed(job, results[job.id], failures.get(job.id)) for job in jobs]

    async def made(self, jobs: Sequence[Job]) -> list[Looked]:
        """Look for records that may have been made."""
        known = await self._known(jobs)
        keys = [key if isinstance(key := known[job.id], str) else "" for job in jobs]
        records = await self._customers(keys)
        return [_seen(job, known[job.id], record) for job, record in zip(jobs, records, strict=True)]

    async def _known(self, jobs: Sequence[Job]) -> dict[str, str | PlatformError | None]:
        """Return the records that jobs made, as far as that is known or can be found out; None = none."""
        known: dict[str, str | PlatformError | None] = {job.id: job.notes.get(NOTE) for job in jobs}
        asked = [(job, {"identifier": named}) for job in jobs if known[job.id] is None and (named := _identifier(_fields(job)))]
        answered = await self._calls.each("CustomerByIdentifier", [variables for _, variables in asked])
        for (job, _), found in zip(asked, answered, strict=True):
            begun = first_sent(job)
            if isinstance(found, PlatformError):
                known[job.id] = found
            elif found is not None and begun is not None and moment(found["createdAt"]) >= begun - SKEW:
                known[job.id] = found["id"]
        return known

    async def _write(self, operation: str, jobs: Sequence[Job], ids: Mapping[str, str]) -> Records:
        """Make or change records without their addresses; returns their ids, or why not."""
        requests = [{"input": inputs.customer(_fields(job)) | ({"id": ids[job.id]} if job.id in ids else {})} for job in jobs]
        results: Records = {}
        for job, payload in zip(jobs, await self._calls.each(operation, requests), strict=True):
            error = refused(payload, inputs.personal(_fields(job)))
            shown = None if error is not None else payload.get("customer")
            results[job.id] = error or (shown["id"] if shown else unanswered("the customer"))
        return results

    async def _place(self, jobs: Sequence[Job], records: Records) -> dict[str, PlatformError]:
        """Give records their addresses: the default one is changed, one that has none gets it. Returns what failed, by job."""
        placed = {job.id: str(records[job.id]) for job in jobs if _fields(job).get("address")}
        found = await self._calls.nodes("DefaultAddresses", "Customer", list(placed.values())) if placed else {}
        failures: dict[str, PlatformError] = {}
        requests: dict[str, list[tuple[Job, Json]]] = {"UpdateAddress": [], "CreateAddress": []}
        for job in jobs:
            node = found.get(placed.get(job.id, ""))
            if isinstance(node, dict):
                default = (node.get("defaultAddress") or {}).get("id")
                variables = {"customerId": placed[job.id], "address": inputs.address(_fields(job)["address"])}
                requests["UpdateAddress" if default else "CreateAddress"].append(
                    (job, variables | ({"addressId": default} if default else {}))
                )
            elif job.id in placed:
                failures[job.id] = node or PlatformError(Category.VALIDATION, _UNKNOWN, code="NOT_FOUND")
        for operation, own in requests.items():
            answered = await self._calls.each(operation, [variables for _, variables in own])
            for (job, _), payload in zip(own, answered, strict=True):
                error = refused(payload, inputs.personal(_fields(job)))
                if error is not None:
                    failures[job.id] = error
        return failures


def _created(record: str | PlatformError, failure: PlatformError | None) -> Performed:
    if isinstance(record, PlatformError):
        return record
    return _partly(failure) if failure is not None else Done(entity=(Kind.CUSTOMER, record))


def _changed(job: Job, record: str | PlatformError, failure: PlatformError | None) -> Performed:
    if isinstance(record, PlatformError):
        return record
    if failure is None:
        return Done()
    return _partly(failure) if inputs.customer(_fields(job)) else failure


def _partly(error: PlatformError) -> PlatformError:
    return PlatformError(error.category, _PARTLY + error.message, code=error.code, retry_after=error.retry_after, sent=error.sent)


def _seen(job: Job, known: str | PlatformError | None, record: Any) -> Looked:
    if isinstance(known, PlatformError):
        return known
    if isinstance(record, PlatformError):
        return record
    if known is None and first_sent(job) is not None and _identifier(_fields(job)) is None:
        return Unclear(_NAMELESS)
    if known is None or record is None or not _stands(_fields(job).get("address"), record.address):
        return NotDone()
    return Done(entity=(Kind.CUSTOMER, known))


def _stands(wanted: AddressFields | None, address: Any) -> bool:
    return not wanted or (address is not None and all((getattr(address, name) or "") == (value or "") for name, value in wanted.items()))


def _identifier(fields: CustomerFields) -> Json | None:
    """Return what a record is found by; the platform has no two with the same."""
    named: Mapping[str, Any] = fields
    return next(({word: named[name]} for name, word in IDENTIFIERS.items() if named.get(name)), None)


def _fields(job: Job) -> CustomerFields:
    return job.command.customer if isinstance(job.command, CustomerCreate) else _update(job).changes


def _update(job: Job) -> CustomerUpdate:
    assert isinstance(job.command, CustomerUpdate)
    return job.command
