"""One seller's account, asked for rows: single calls, and lists that are read whole.

Lists are paged by offset, which shifts when rows come or go. A list is believed only when all its pages tell the same total and no row is
on two of them; else it is read again. When the calls of a day are used up, eBay is asked once for how long, and left alone until then.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from adapters.ebay.manifest import RATES, RATES_BUCKET, RESOURCES
from adapters.ebay.values import Json, Seen, moment, record, rows, text, whole
from adapters.kit.failures import PlatformError
from adapters.kit.http import Answer, Request
from adapters.kit.session import Session
from schema.errors import Category

USED_UP = "2001"
TRIES = 3

Result = Any | PlatformError | None


@dataclass(frozen=True, slots=True)
class Found:
    """One object of an answer, and where and when it was seen."""

    row: Json
    seen: Seen


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: where it is, the field its rows are in and the one that tells them apart. `by_page` says that its offset counts pages."""

    path: str
    operation: str
    rows: str
    key: str
    size: int
    params: Mapping[str, str] = field(default_factory=dict)
    by_page: bool = False
    bucket: str = ""


class Account:
    """What one seller's account answers."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._rests: dict[str, datetime] = {}

    def seen(self) -> Seen:
        """Return where and when something is seen now."""
        return Seen(self.session.store.name, self.session.clock.now())

    async def ask(self, path: str, operation: str, params: Mapping[str, str] | None = None, *, json: Any = None, bucket: str = "") -> Found:
        """Ask for one object, by POST when there is `json`; raises PlatformError."""
        self._check(bucket)
        seen = self.seen()
        request = Request("GET" if json is None else "POST", path, operation, params=params or {}, json=json, bucket=bucket)
        answer = await self._send(request)
        if not isinstance(answer.body, dict):
            raise PlatformError(Category.TRANSIENT, "eBay's answer is empty; something on the way changed it.", code="NOT_JSON")
        return Found(record(answer.body), seen)

    async def change(
        self,
        method: str,
        path: str,
        operation: str,
        body: Json | None = None,
        *,
        bucket: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Change something; what it answers may be nothing. Raises PlatformError."""
        self._check(bucket)
        return await self._send(Request(method, path, operation, json=body, bucket=bucket, headers=headers or {}, safe=False))

    async def everything(self, listing: Listing, most: int | None = None) -> list[Found] | None:
        """Return all rows of a list, or None when there are more than `most`; raises PlatformError, also when it never stands still."""
        for _ in range(TRIES):
            first = await self._page(listing, 0)
            total = _total(first, listing)
            if most is not None and total > most:
                return None
            places = range(1, -(-total // listing.size))
            pages = [first, *await asyncio.gather(*(self._page(listing, place) for place in places))]
            found = [Found(row, page.seen) for page in pages for row in rows(page.row.get(listing.rows))]
            keys = [key for each in found if (key := text(each.row.get(listing.key)))]
            if len(set(keys)) == len(keys) and all(_total(page, listing) == total for page in pages):
                return found
        raise PlatformError(Category.TRANSIENT, "The list changed while it was read; ask again.", code="CHANGING", retry_after=1)

    async def _page(self, listing: Listing, place: int) -> Found:
        offset = place if listing.by_page else place * listing.size
        params = {**listing.params, "limit": str(listing.size), "offset": str(offset)}
        return await self.ask(listing.path, listing.operation, params, bucket=listing.bucket)

    async def _send(self, request: Request) -> Answer:
        try:
            return await self.session.send(request)
        except PlatformError as error:
            if error.code == USED_UP and request.bucket in RESOURCES:
                error.retry_after = await self._rest(request.bucket) or error.retry_after
            raise

    def _check(self, bucket: str) -> None:
        """Refuse to ask a resource whose calls are known to be used up."""
        left = (self._rests[bucket] - self.session.clock.now()).total_seconds() if bucket in self._rests else 0.0
        if left > 0:
            raise PlatformError(
                Category.QUOTA, "The calls of the day are used up; ask again after eBay's reset.", code=USED_UP, retry_after=left
            )

    async def _rest(self, bucket: str) -> float | None:
        """Return the seconds until a resource's calls come back, None when eBay does not tell."""
        now = self.session.clock.now()
        params = {"api_context": "sell", "api_name": RESOURCES[bucket]}
        try:
            answer = await self.session.send(Request("GET", RATES, "RateLimits", params=params, bucket=RATES_BUCKET))
        except PlatformError:
            return None
        resets = [reset for rate in _rates(answer.body) if rate.get("remaining") == 0 and (reset := moment(rate.get("reset")))]
        # A reset that lies a second ahead is waited for too: clocks differ.
        self._rests[bucket] = max((*resets, now)) + timedelta(seconds=1)
        return (self._rests[bucket] - now).total_seconds() if resets else None


def raise_first(results: Sequence[Any]) -> list[Any]:
    """Return results that must all be there, since a list is whole or not given; raises the first failure."""
    for each in results:
        if isinstance(each, PlatformError):
            raise each
    return [each for each in results if each is not None]


def among(key: str, siblings: Result) -> Result:
    """Return the entity with this key of those that were read together, or why they could not be read."""
    if siblings is None or isinstance(siblings, PlatformError):
        return siblings
    return next((each for each in siblings if each.key_id == key), None)


def _total(page: Found, listing: Listing) -> int:
    told = whole(page.row.get("total"))
    return told if told is not None else len(rows(page.row.get(listing.rows)))


def _rates(body: object) -> list[Json]:
    """Return the counts of all resources of an answer."""
    return [
        rate
        for interface in rows(record(body).get("rateLimits"))
        for resource in rows(interface.get("resources"))
        for rate in rows(resource.get("rates"))
    ]
