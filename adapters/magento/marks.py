"""Marks: the id of a write, at the end of the comment that goes with what it made, so that a later look finds exactly that. Pure."""

import re

from adapters.kit.writing import Job
from adapters.magento.values import Json, rows, text

_MARK = re.compile(r"\s*\[cartograph ([^\[\]\s]+)\]")


def marked(job: Job, *words: str | None) -> str:
    """Return a comment with a job's mark; `words` are joined where there are some."""
    found = ": ".join(part for each in words if (part := text(each)))
    return f"{found} [cartograph {job.id}]".strip()


def comment(job: Job, *words: str | None, notify: bool) -> Json:
    """Return the comment of a document that is being made, for the shop only: what is appended would stand in the mail to the buyer."""
    return {"notify": notify, "appendComment": not notify, "comment": {"comment": marked(job, *words), "is_visible_on_front": 0}}


def unmarked(said: object) -> str | None:
    """Return what a comment says beside its mark."""
    found = text(said)
    return text(_MARK.sub("", found)) if found else None


def is_strange(row: Json) -> bool:
    """Say whether a row has no write's mark at all."""
    return not any(_MARK.search(text(each.get("comment")) or "") for each in rows(row.get("comments")))


def carries(row: Json, job: Job, comments: str = "comments") -> bool:
    """Say whether one of a row's comments has a job's mark."""
    return any(job.id in _MARK.findall(text(each.get("comment")) or "") for each in rows(row.get(comments)))
