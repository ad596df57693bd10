"""When a write was sent, kept in the journal: what it made can't be older than that, and its key is not known for ever."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Job, Journal
from adapters.shopify.calls import Calls
from schema.errors import Category

NOTE = "sent"  # the moments of the first and of the last attempt
SKEW = timedelta(minutes=5)  # how far the platform's clock may be from ours
KEY_LIFE = timedelta(hours=20)  # the platform keeps keys for about a day


async def note_sending(calls: Calls, jobs: Sequence[Job], journal: Journal) -> None:
    """Note that jobs are about to be sent."""
    if not jobs:
        return
    now = calls.session.clock.now().isoformat()
    await journal.note({job.id: {NOTE: [job.notes[NOTE][0] if NOTE in job.notes else now, now]} for job in jobs})


def first_sent(job: Job) -> datetime | None:
    """Return when a job was sent first; None when it never was."""
    return datetime.fromisoformat(job.notes[NOTE][0]) if NOTE in job.notes else None


def last_sent(job: Job) -> datetime | None:
    """Return when a job was sent last; None when it never was."""
    return datetime.fromisoformat(job.notes[NOTE][1]) if NOTE in job.notes else None


def forgotten(calls: Calls, sent: str) -> PlatformError | None:
    """Return why a request that was sent under a key at that time can't be repeated any more, or None."""
    if calls.session.clock.now() - datetime.fromisoformat(sent) < KEY_LIFE:
        return None
    message = "Whether it was done is not known, and Shopify has forgotten its key by now. Look at the store, then send it as a new write."
    return PlatformError(Category.VALIDATION, message, code="KEY_FORGOTTEN")
