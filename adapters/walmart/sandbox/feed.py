"""One feed: the file a seller sent, how far it is, and what came of each of its rows."""

from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
SUCCESS, DATA_ERROR = "SUCCESS", "DATA_ERROR"
DETAIL_ERRORS = (DATA_ERROR, "SYSTEM_ERROR", "TIMEOUT_ERROR")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a row, or a whole file, was not taken; `kind` is one of DETAIL_ERRORS."""

    code: str
    description: str
    kind: str = DATA_ERROR

    def row(self) -> Row:
        """Return it as a feed shows it."""
        return {"ingestionError": [{"type": self.kind, "code": self.code, "description": self.description}]}


@dataclass(slots=True)
class Result:
    """One row of a feed: the SKU it names, and what came of it, `INPROGRESS` until it was looked at."""

    sku: str
    status: str = "INPROGRESS"
    trouble: Trouble | None = None


@dataclass(slots=True)
class Feed:
    """A file that was accepted. Times are seconds since 1970 UTC; `refused` is why no row of it was read."""

    id: str
    type: str
    name: str
    node: str
    operation: str
    received: float
    modified: float
    status: str = "RECEIVED"
    entries: list[Any] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    refused: Trouble | None = None

    def counts(self) -> Row:
        """Return how many rows it has and how they fared."""
        done = [result.status for result in self.results if result.status != "INPROGRESS"]
        return {
            "itemsReceived": len(self.results),
            "itemsSucceeded": done.count(SUCCESS),
            "itemsFailed": len(done) - done.count(SUCCESS),
            "itemsProcessing": len(self.results) - len(done),
        }

    def listed(self, partner: str) -> Row:
        """Return it as the list of feeds shows it."""
        failed = {kind: sum(result.status == kind for result in self.results) for kind in DETAIL_ERRORS}
        return {
            "feedId": self.id,
            "feedSource": "SELLER",
            "feedType": self.type,
            "partnerId": partner,
            **self.counts(),
            "feedStatus": self.status,
            "feedDate": int(self.received * 1000),
            "modifiedDtm": int(self.modified * 1000),
            "fileName": self.name,
            "itemDataErrorCount": failed[DATA_ERROR],
            "itemSystemErrorCount": failed["SYSTEM_ERROR"],
            "itemTimeoutErrorCount": failed["TIMEOUT_ERROR"],
        }
