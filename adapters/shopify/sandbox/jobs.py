"""Work that a mutation only accepts: it waits for its moment of the sandbox's clock, and changes nothing before."""

import uuid
from collections.abc import Callable
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.shopify.sandbox.tables import Row

JOB_SECONDS = 0.3


@dataclass(slots=True)
class Job:
    """One accepted piece of work; `row` is how the wire shows it, `busy` the product nobody else may write to meanwhile."""

    id: str
    due: datetime
    run: Callable[["Job"], None]
    row: Row
    busy: int | None = None
    done: bool = False
    context: Context = field(default_factory=copy_context)


class Jobs:
    """The jobs of one store, oldest first. Whoever looks at the store settles them before."""

    def __init__(self, now: Callable[[], datetime], seconds: float) -> None:
        self._now = now
        self._delay = timedelta(seconds=seconds)
        self._jobs: dict[str, Job] = {}

    def submit(self, run: Callable[[Job], None], row: Row | None = None, *, busy: int | None = None) -> Job:
        """Accept work; it runs within the request that asked for it, so that what it does is counted there."""
        row = row if row is not None else {"id": f"gid://shopify/Job/{uuid.uuid4()}", "done": False}
        job = self._jobs[row["id"]] = Job(row["id"], self._now() + self._delay, run, row, busy)
        return job

    def settle(self) -> None:
        """Carry out what is due."""
        moment = self._now()
        for job in [job for job in self._jobs.values() if not job.done and job.due <= moment]:
            job.done = True
            job.context.run(job.run, job)

    def find(self, identity: str) -> Job | None:
        """Return a job by its id."""
        return self._jobs.get(identity)

    def holds(self, product: int) -> bool:
        """Tell whether a product is being worked on."""
        return any(job.busy == product and not job.done for job in self._jobs.values())
