"""Marks: the id of a write, at the end of the comment that goes with what it made, so that a later look finds exactly that. Pure."""

import re

from adapters.kit.writing import Job
from adapters.magento.values import Json, rows, text

_MARK = re.compile(r"\s*\[cartograph ([^\[\]\s]+)\]")


def marked(job: Job, *words: str | None) -> str:
    """Return a comment with a job's mark; `words` are joined where there are some."""
    said = ": ".join(part for each in words if (part := text(each)))
    return f"{said} [cartograph {job.id}]".strip()


def unmarked(comment: object) -> str | None:
    """Return what a comment says beside its mark."""
    found = text(comment)
    return text(_MARK.sub("", found)) if found else None


def carries(row: Json, job: Job, comments: str = "comments") -> bool:
    """Say whether one of a row's comments has a job's mark."""
    return any(job.id in _MARK.findall(text(each.get("comment")) or "") for each in rows(row.get(comments)))
