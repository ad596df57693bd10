"""A change of a listing, and how it is sent: one by one while they are few, in one feed when they are many.

Either way it is only accepted, and what Amazon made of it shows some minutes later.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import orjson

from adapters.amazon.feeds import JSON, LISTINGS, SECONDS, Feeds
from adapters.amazon.refusals import conflict, refusal
from adapters.amazon.shop import LISTINGS as PATH
from adapters.amazon.shop import Shop
from adapters.amazon.values import Json
from adapters.amazon.write_facts import FEW
from adapters.kit.failures import PlatformError
from adapters.kit.writing import Accepted, Done, Job, Journal, Performed
from schema.errors import Category

METHODS = {"PATCH": "PATCH", "UPDATE": "PUT", "DELETE": "DELETE"}  # by the word feeds have for it
BUCKETS = {"PATCH": "patchListingsItem", "UPDATE": "putListingsItem", "DELETE": "deleteListingsItem"}


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one SKU in one marketplace; `before` and `after` say what it changes, in the words of the schema."""

    sku: str
    market: str
    kind: str = "PATCH"
    body: Json = field(default_factory=dict)
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


class Changes:
    """What changes the listings of one seller."""

    def __init__(self, shop: Shop, feeds: Feeds) -> None:
        self._shop = shop
        self._feeds = feeds

    async def send(self, operation: str, change: Change, *, preview: bool = False) -> None:
        """Have one change accepted, or, in a `preview`, only judged; raises PlatformError."""
        path = f"{PATH}/{self._shop.seller()}/{quote(change.sku, safe='')}"
        params = {"marketplaceIds": change.market, **({"mode": "VALIDATION_PREVIEW"} if preview else {})}
        body = change.body if change.kind != "DELETE" else None
        answer = await self._shop.change(METHODS[change.kind], path, operation, BUCKETS[change.kind], body, params)
        refused = refusal(answer)
        if refused is not None:
            raise refused

    async def perform(
        self, operation: str, jobs: Sequence[Job], changes: Mapping[str, Change | PlatformError], journal: Journal
    ) -> list[Performed]:
        """Carry out the one change of each job, by its id."""
        ready = {job.id: change for job in jobs if isinstance(change := changes[job.id], Change)}
        results: dict[str, Performed] = {key: each for key, each in changes.items() if isinstance(each, PlatformError)}
        if len(ready) <= FEW:
            answers = await asyncio.gather(*(self._one(operation, change) for change in ready.values()))
            results |= zip(ready, answers, strict=True)
        for market in dict.fromkeys(change.market for change in ready.values()) if len(ready) > FEW else ():
            own = {key: change for key, change in ready.items() if change.market == market}
            results |= dict.fromkeys(own, await self._many(own, market, journal))
        return [results[job.id] for job in jobs]

    async def check(self, jobs: Sequence[Job], _: Journal) -> Sequence[Performed]:
        """Tell what came of the messages of a feed; those that were accepted are looked for in their listings."""
        handle = jobs[0].handle or ""
        feed = await self._feeds.get(handle)
        if feed.waits:
            return [Accepted(handle, SECONDS) for _ in jobs]
        if feed.status == "CANCELLED":
            return [conflict(f"Feed {handle} was called off before Amazon worked on it.", "FEED_CANCELLED") for _ in jobs]
        if feed.status != "DONE":
            return [PlatformError(Category.CONFLICT, f"Amazon gave up on feed {handle}; read again.", code="FEED_FATAL") for _ in jobs]
        report = await self._feeds.listings_report(feed)
        return [report.failures.get(job.notes.get("message", 0)) or Done(look=True) for job in jobs]

    async def _one(self, operation: str, change: Change) -> Performed:
        try:
            await self.send(operation, change)
        except PlatformError as error:
            return error
        return Done(before=change.before, after=change.after, look=True)

    async def _many(self, changes: Mapping[str, Change], market: str, journal: Journal) -> Performed:
        """Hand changes in as a feed; each job's note is the number of its message, by which it is found in the report."""
        numbers = {key: number for number, key in enumerate(sorted(changes), 1)}
        await journal.note({key: {"message": number} for key, number in numbers.items()})
        messages = [
            {"messageId": number, "sku": changes[key].sku, "operationType": changes[key].kind, **changes[key].body}
            for key, number in numbers.items()
        ]
        header = {"sellerId": self._shop.session.store.credentials["seller_id"].strip(), "version": "2.0"}
        try:
            feed_id = await self._feeds.submit(LISTINGS, JSON, orjson.dumps({"header": header, "messages": messages}), [market])
        except PlatformError as error:
            return error
        return Accepted(feed_id, SECONDS)
