"""Looking: whether a write was done, told from what the platform shows now. For writers that have no look of their own.

A look is exact where the command says what will stand there (a quantity, a price, a tracking number). Where it does not, a note of the
first attempt helps (what stood there before), and where nothing helps the answer is `Unclear`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.port import Filter, Ordering, SortField
from adapters.kit.writing import Done, Job, Looked, NotDone, Unclear
from resolvers.writes.reads import Reads
from schema.commands import OPERATIONS, WriteOperation
from schema.keys import Kind

Look = Callable[[Reads, Sequence[Job]], Awaitable[Sequence[Looked]]]

GONE = frozenset({"DELETED"})
CLOCKS_APART = timedelta(minutes=5)  # how far a platform's clock may be behind ours
UNSEEN = "The platform does not show whether it was done."
FOREIGN = frozenset({"platform_fields", "quantity"})  # fields of a command that no entity has


async def look(reads: Reads, operation: WriteOperation, jobs: Sequence[Job]) -> Sequence[Looked]:
    """Return for each job whether it was done."""
    return await _LOOKS.get(operation, _never)(reads, jobs)


async def _each(reads: Reads, kind: Kind, jobs: Sequence[Job], name: str, judge: Callable[[Job, Any], Looked]) -> list[Looked]:
    """Judge jobs by the entity each names; an entity that is gone can't show anything."""
    found = await reads.entities(kind, [getattr(job.command, name) for job in jobs])
    return [_judged(job, found[getattr(job.command, name)], judge) for job in jobs]


def _judged(job: Job, found: Any, judge: Callable[[Job, Any], Looked]) -> Looked:
    if isinstance(found, PlatformError):
        return found
    return NotDone() if found is None else judge(job, found)


async def _stock_set(reads: Reads, jobs: Sequence[Job]) -> Sequence[Looked]:
    def judge(job: Job, level: Any) -> Looked:
        command: Any = job.command
        return Done(after={"available": level.available}) if level.available == command.quantity else NotDone()

    return await _each(reads, Kind.INVENTORY_LEVEL, jobs, "level", judge)


async def _stock_adjusted(reads: Reads, jobs: Sequence[Job]) -> Sequence[Looked]:
    def judge(job: Job, level: Any) -> Looked:
        before, after = job.notes.get("before"), job.notes.get("after")
        if after is None:
            return NotDone()  # the note is kept before anything is sent
        if level.available == after:
            return Done(before={"available": before}, after={"available": after})
        if level.available == before:
            return NotDone()
        return Unclear(f"There were {before} units, there should be {after}, and there are {level.available}.")

    return await _each(reads, Kind.INVENTORY_LEVEL, jobs, "level", judge)


async def _priced(reads: Reads, jobs: Sequence[Job]) -> Sequence[Looked]:
    def judge(job: Job, variant: Any) -> Looked:
        command: Any = job.command
        compare = variant.compare_at_price.amount if variant.compare_at_price else None
        wanted = None if command.compare_at_price == "" else command.compare_at_price
        right = variant.price is not None and variant.price.amount == Decimal(command.price)
        if command.compare_at_price is not None:
            right = right and compare == (Decimal(wanted) if wanted else None)
        return Done(after={"price": command.price}) if right else NotDone()

    return await _each(reads, Kind.VARIANT, jobs, "variant", judge)


def _changed(kind: Kind, name: str) -> Look:
    async def look_at(reads: Reads, jobs: Sequence[Job]) -> Sequence[Looked]:
        def judge(job: Job, entity: Any) -> Looked:
            command: Any = job.command
            return Done(after=dict(command.changes)) if shows(entity, command.changes) else NotDone()

        return await _each(reads, kind, jobs, name, judge)

    return look_at


def _deleted(kind: Kind, name: str) -> Look:
    async def look_at(reads: Reads, jobs: Sequence[Job]) -> Sequence[Looked]:
        found = await reads.entities(kind, [getattr(job.command, name) for job in jobs])

        def judge(entity: Any) -> Looked:
            if isinstance(entity, PlatformError):
                return entity
            status = getattr(entity, "status", None)
            return Done() if entity is None or (status is not None and status.name in GONE) else NotDone()

        return [judge(found[getattr(job.command, name)]) for job in jobs]

    return look_at


async def _shipped(reads: Reads, jobs: Sequence[Job]) -> Sequence[Looked]:
    commands: list[Any] = [job.command for job in jobs]
    found = await reads.parts("shipments", [each.order for each in commands])

    def judge(job: Job) -> Looked:
        command: Any = job.command
        shipments = found[command.order]
        if isinstance(shipments, PlatformError):
            return shipments
        if shipments is None:
            return Unclear(UNSEEN)
        if command.tracking.number is None:
            return Unclear("It had no tracking number to be found by.")
        for shipment in shipments:
            if any(each.number == command.tracking.number for each in shipment.tracking):
                return Done(entity=(Kind.SHIPMENT, shipment.key_id))
        return NotDone()

    return [judge(job) for job in jobs]


async def _tracked(reads: Reads, jobs: Sequence[Job]) -> Sequence[Looked]:
    def judge(job: Job, shipment: Any) -> Looked:
        command: Any = job.command
        return Done() if any(each.number == command.tracking.number for each in shipment.tracking) else NotDone()

    return await _each(reads, Kind.SHIPMENT, jobs, "shipment", judge)


async def _cancelled(reads: Reads, jobs: Sequence[Job]) -> Sequence[Looked]:
    def judge(job: Job, order: Any) -> Looked:
        return Done(after={"status": "CANCELLED"}) if order.status.name == "CANCELLED" else NotDone()

    return await _each(reads, Kind.ORDER, jobs, "order", judge)


async def _variant_made(reads: Reads, jobs: Sequence[Job]) -> Sequence[Looked]:
    commands: list[Any] = [job.command for job in jobs]
    found = await reads.parts("variants", [each.product for each in commands])

    def judge(job: Job) -> Looked:
        command: Any = job.command
        variants, sku = found[command.product], command.variant.get("sku")
        if isinstance(variants, PlatformError):
            return variants
        if not sku:
            return Unclear("It had no SKU to be found by.")
        made = next((each for each in variants or () if each.sku == sku and _since(job, each)), None)
        return Done(entity=(Kind.VARIANT, made.key_id)) if made else NotDone()

    return [judge(job) for job in jobs]


def _since(job: Job, entity: Any) -> bool:
    """Say whether an entity may have been made for a job: one that is known to be older was not."""
    if job.accepted_at is None or entity.created_at is None:
        return True
    return bool(entity.created_at >= job.accepted_at - CLOCKS_APART)


async def _product_made(reads: Reads, jobs: Sequence[Job]) -> Sequence[Looked]:
    return [await _one_product(reads, job) for job in jobs]


async def _one_product(reads: Reads, job: Job) -> Looked:
    command: Any = job.command
    sku = next((each["sku"] for each in command.variants if each.get("sku")), None)
    if sku is None:
        return Unclear("It had no SKU to be found by.")
    found = await _first(reads, Kind.VARIANT, Filter(skus=(sku,)), lambda row: row.sku == sku and _since(job, row))
    if isinstance(found, PlatformError | Unclear):
        return found
    return Done(entity=(Kind.PRODUCT, found.product_key_id)) if found else NotDone()


async def _customer_made(reads: Reads, jobs: Sequence[Job]) -> Sequence[Looked]:
    return [await _one_customer(reads, job) for job in jobs]


async def _one_customer(reads: Reads, job: Job) -> Looked:
    command: Any = job.command
    email = command.customer.get("email")
    if not email:
        return Unclear("It had no e-mail address to be found by.")

    def fits(row: Any) -> bool:
        return (row.email or "").casefold() == email.casefold() and _since(job, row)

    found = await _first(reads, Kind.CUSTOMER, Filter(email=email), fits)
    if isinstance(found, PlatformError | Unclear):
        return found
    return Done(entity=(Kind.CUSTOMER, found.key_id)) if found else NotDone()


async def _first(reads: Reads, kind: Kind, wanted: Filter, fits: Callable[[Any], bool]) -> Any:
    """Return the row that fits in whatever order the platform's list has, None where there is none, or why it can't be told."""
    orders: tuple[SortField, ...] = ("created_at", "updated_at", "sequence")
    for by in orders:
        if reads.can_list(kind, by):
            try:
                return await reads.first(kind, Ordering(by, descending=by != "sequence"), wanted, fits)
            except PlatformError as error:
                return error
    return Unclear(UNSEEN)


async def _never(reads: Reads, jobs: Sequence[Job]) -> Sequence[Looked]:
    return [Unclear(UNSEEN) for _ in jobs]


def shows(entity: Any, changes: Mapping[str, Any]) -> bool:
    """Say whether an entity shows all changes that it has a field for."""
    return all(_same(getattr(entity, name), wanted) for name, wanted in changes.items() if name not in FOREIGN and hasattr(entity, name))


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(found, Enum):
        return bool(found.name == wanted)
    if isinstance(wanted, dict):
        return found is not None and all(_same(getattr(found, name, each), each) for name, each in wanted.items() if name != "unit")
    if isinstance(wanted, list):
        return _rows(found) == _rows(wanted)
    if hasattr(found, "amount"):
        return wanted is not None and bool(found.amount == Decimal(wanted))
    if isinstance(found, Decimal):
        return wanted is not None and found == Decimal(wanted)
    return (found or None) == (wanted or None)


def _rows(rows: Any) -> list[str]:
    """Return what a list holds, comparable, in whatever order: tags and options come back sorted on some platforms."""
    return sorted(str(_plain(each)) for each in rows or ())


def _plain(row: Any) -> Any:
    if isinstance(row, dict):
        return sorted((key, _plain(value)) for key, value in row.items())
    if isinstance(row, list):
        return [_plain(each) for each in row]
    if hasattr(row, "name") and not isinstance(row, str):
        names = [name for name in ("name", "value", "values") if hasattr(row, name)]
        return sorted((name, _plain(getattr(row, name))) for name in names)
    return row


_NAMES: dict[WriteOperation, str] = {
    WriteOperation.PRODUCT_UPDATE: "product",
    WriteOperation.VARIANT_UPDATE: "variant",
    WriteOperation.CUSTOMER_UPDATE: "customer",
    WriteOperation.ORDER_UPDATE: "order",
    WriteOperation.PRODUCT_DELETE: "product",
    WriteOperation.VARIANT_DELETE: "variant",
}
_LOOKS: dict[WriteOperation, Look] = {
    WriteOperation.INVENTORY_SET: _stock_set,
    WriteOperation.INVENTORY_ADJUST: _stock_adjusted,
    WriteOperation.PRICE_SET: _priced,
    WriteOperation.SHIPMENT_CREATE: _shipped,
    WriteOperation.SHIPMENT_UPDATE: _tracked,
    WriteOperation.ORDER_CANCEL: _cancelled,
    WriteOperation.PRODUCT_CREATE: _product_made,
    WriteOperation.VARIANT_CREATE: _variant_made,
    WriteOperation.CUSTOMER_CREATE: _customer_made,
    **{each: _deleted(OPERATIONS[each].kind, name) for each, name in _NAMES.items() if each.name.endswith("DELETE")},
    **{each: _changed(OPERATIONS[each].kind, name) for each, name in _NAMES.items() if each.name.endswith("UPDATE")},
}
