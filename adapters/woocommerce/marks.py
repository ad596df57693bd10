"""Marks: the id of a write, kept with what it made, so that a later look finds exactly that and nothing else."""

from collections.abc import Collection, Iterable, Mapping

from adapters.kit.writing import Job
from adapters.woocommerce.manifest import PAGE
from adapters.woocommerce.shop import Shop
from adapters.woocommerce.values import Json, metadata, text

MARK = "_cartograph_write"
PAGES = 5  # of the newest rows: what was made a moment ago stands among them
MANY = "It is not among the newest of its store, and there are too many to look at them all."
FIELDS = {"_fields": "id,meta_data"}


def mark(job: Job) -> list[Json]:
    """Return the free fields of what a job makes."""
    return [{"key": MARK, "value": job.id}]


def mark_of(row: Json) -> str | None:
    """Return the id of the write that made a row."""
    return text(metadata(row).get(MARK))


def marked(rows: Iterable[Json], job: Job) -> Json | None:
    """Return the row a job made."""
    return next((row for row in rows if mark_of(row) == job.id), None)


async def find_marked(
    shop: Shop, path: str, operation: str, jobs: Collection[Job], params: Mapping[str, str] | None = None
) -> tuple[dict[str, Json], bool]:
    """Return the rows of a list that jobs made, by job id, and whether one that is missing is surely not there; raises PlatformError.

    Page by page from the newest: rows that come meanwhile push others to a later page, so none is passed over.
    """
    wanted = {job.id for job in jobs}
    found: dict[str, Json] = {}
    for page in range(1, PAGES + 1):
        place = {"orderby": "id", "order": "desc", "per_page": str(PAGE), "page": str(page)}
        listed = await shop.ask(path, operation, {**FIELDS, **(params or {}), **place})
        found |= {made: row for row in listed.rows if (made := mark_of(row)) in wanted and made is not None}
        if len(found) == len(wanted) or len(listed.rows) < PAGE:
            return found, True
    return found, False
