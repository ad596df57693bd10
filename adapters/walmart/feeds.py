"""Feeds: many changes in one file, which Walmart takes at once and carries out later, each row for itself.

Before a file is sent its name is noted, with the SKUs of each job. When the answer is lost the feed is looked for in the list of feeds: by
its name or, where the list shows none, by its type, its time and the number of its rows. Rows that Walmart broke down over are done again.
"""

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import orjson

from adapters.kit.failures import PlatformError
from adapters.kit.http import Request
from adapters.kit.writing import Accepted, Done, Job, Journal, Looked, NotDone, Performed, key_of
from adapters.walmart.manifest import ERRORS, ITEM_SPEC
from adapters.walmart.refusals import gone, row_refusal, unreadable
from adapters.walmart.shop import Shop, no_list
from adapters.walmart.values import Json, at, moment, rows, text
from adapters.walmart.values import whole as number
from schema.errors import Category

FEEDS = "/v3/feeds"
PAGE = 50
SKEW = timedelta(minutes=5)  # what the two clocks may differ by
FIRST_LOOK = 10.0  # seconds
RUNNING_PAUSE = 30.0
SUCCESS, WORKING = "SUCCESS", "INPROGRESS"
BROKEN_DOWN = frozenset({"SYSTEM_ERROR", "TIMEOUT_ERROR"})
PROCESSED, REFUSED = "PROCESSED", "ERROR"
_BROKE_DOWN = "Walmart broke down over this row of the feed; it is sent again."
_RUNNING = "Walmart is still at work on the feed that this was sent in."
_REASONS = frozenset({Category.VALIDATION, Category.CONFLICT})


@dataclass(frozen=True, slots=True)
class FeedType:
    """What a type of feed is called, whose budget it takes from, and the shape of its files."""

    name: str
    bucket: str
    header: str
    marks: Mapping[str, str]
    rows: str


_ITEM_MARKS = {"businessUnit": "WALMART_US", "locale": "en", "version": ITEM_SPEC}
STOCK = FeedType("MP_INVENTORY", "stock_feed", "inventoryHeader", {"version": "1.5"}, "inventory")
PRICES = FeedType("price", "price_feed", "PriceHeader", {"version": "1.7"}, "Price")
SETUP = FeedType("MP_ITEM", "setup_feed", "MPItemFeedHeader", _ITEM_MARKS, "MPItem")
MAINTENANCE = FeedType("MP_MAINTENANCE", "maintenance_feed", "MPItemFeedHeader", _ITEM_MARKS, "MPItem")
DELETION = FeedType("DELETE_ITEM", "deletion_feed", "ItemFeedHeader", _ITEM_MARKS, "Item")


@dataclass(frozen=True, slots=True)
class Part:
    """What one job puts into a feed: its rows, the SKUs it is about, and what else its successor should know."""

    job: Job
    rows: Sequence[Json]
    skus: Sequence[str]
    notes: Mapping[str, Any] = field(default_factory=dict)


class Feeds:
    """The feeds of one store."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def submit(self, kind: FeedType, parts: Sequence[Part], journal: Journal, shared: Sequence[Json] = ()) -> list[Performed]:
        """Send what jobs want in one file; `shared` are rows that several of them want together."""
        if not parts:
            return []
        entries = [*shared, *(row for part in parts for row in part.rows)]
        name = f"{key_of([part.job for part in parts])}.json"
        now = self._shop.session.clock.now().isoformat()
        feed = {"type": kind.name, "name": name, "rows": len(entries), "at": now}
        await journal.note({part.job.id: {**part.notes, "feed": feed, "skus": list(part.skus)} for part in parts})
        content = orjson.dumps({kind.header: dict(kind.marks), kind.rows: entries})
        try:
            answer = await self._shop.deliver(_file(kind, name, content))
            handle = text(answer.get("feedId"))
            if handle is None:
                raise unreadable()
        except PlatformError as error:
            return [error for _ in parts]
        return [Accepted(handle, FIRST_LOOK) for _ in parts]

    async def check(self, jobs: Sequence[Job]) -> list[Performed]:
        """Say what became of jobs of one feed; a row that Walmart broke down over is TRANSIENT. Raises PlatformError."""
        handle = jobs[0].handle or ""
        feed = await self._feed(handle, 0)
        state = text(feed.get("feedStatus"))
        if state == REFUSED:
            found = rows(at(feed, "ingestionErrors", "ingestionError"))
            return [_refusal(found, "DATA_ERROR") for _ in jobs]
        if state != PROCESSED:
            return [Accepted(handle, FIRST_LOOK) for _ in jobs]
        received = number(feed.get("itemsReceived"))
        if received and number(feed.get("itemsSucceeded")) == received:
            return [Done() for _ in jobs]
        outcomes = await self._outcomes(handle, feed, received or 0)
        return [_together([outcomes.get(sku, Accepted(handle, FIRST_LOOK)) for sku in _skus(job)]) for job in jobs]

    async def seen(self, jobs: Sequence[Job]) -> list[Looked]:
        """Say whether jobs whose feed's answer was lost were done; raises PlatformError."""
        wanted = [_feed_of(job) for job in jobs]
        listed = await self._listed(min((feed["at"] for feed in wanted if feed), default=None))
        handles = [next((text(row.get("feedId")) for row in listed if feed and _fits(row, feed)), None) for feed in wanted]
        known = [dataclasses.replace(job, handle=handle) for job, handle in zip(jobs, handles, strict=True) if handle]
        found: dict[str, Looked] = {}
        for handle in dict.fromkeys(job.handle for job in known):
            own = [job for job in known if job.handle == handle]
            found |= {job.id: _looked(result) for job, result in zip(own, await self.check(own), strict=True)}
        return [found.get(job.id, NotDone()) for job in jobs]

    async def _outcomes(self, handle: str, first: Json, size: int) -> dict[str, Performed]:
        """Return what became of each SKU of a feed that has ended."""
        pages = await asyncio.gather(*(self._feed(handle, offset) for offset in range(PAGE, size, PAGE)))
        details = [row for page in (first, *pages) for row in rows(at(page, "itemDetails", "itemIngestionStatus"))]
        outcomes: dict[str, list[Performed]] = {}
        for row in details:
            outcomes.setdefault(text(row.get("sku")) or "", []).append(_outcome(row, handle))
        return {sku: _together(found) for sku, found in outcomes.items()}

    async def _feed(self, handle: str, offset: int) -> Json:
        params = {"includeDetails": "true", "offset": str(offset), "limit": str(PAGE)}
        body = await self._shop.ask(f"{FEEDS}/{quote(handle, safe='')}", "FeedStatus", "feeds", params)
        if body is None:
            raise gone()
        return body if isinstance(body, dict) else {}

    async def _listed(self, since: str | None) -> list[Json]:
        """Return the feeds that came in after some instant, the newest first."""
        found: list[Json] = []
        begin = moment(since)
        while begin is not None:
            params = {"offset": str(len(found)), "limit": str(PAGE)}
            body = await self._shop.ask(FEEDS, "Feeds", "feeds", params)
            if body is not None and not isinstance(at(body, "results", "feed"), list):
                raise no_list()
            page = rows(at(body, "results", "feed"))
            found += page
            last = moment(page[-1].get("feedDate")) if page else None
            if len(page) < PAGE or (last is not None and last < begin - SKEW):
                break
        return found


async def follow(
    feeds: Feeds,
    jobs: Sequence[Job],
    again: Callable[[Sequence[Job]], Awaitable[Sequence[Performed]]],
    done: Callable[[Job], Done],
) -> list[Performed]:
    """Say what became of jobs of one feed, and do those again that Walmart broke down over; raises PlatformError."""
    found: dict[str, Performed] = dict(zip((job.id for job in jobs), await feeds.check(jobs), strict=True))
    broken = [job for job in jobs if isinstance(each := found[job.id], PlatformError) and each.category is Category.TRANSIENT]
    if broken:
        found |= zip((job.id for job in broken), await again(broken), strict=True)
        return [done(job) if isinstance(found[job.id], Done) and job not in broken else found[job.id] for job in jobs]
    return [done(job) if isinstance(found[job.id], Done) else found[job.id] for job in jobs]


async def look(feeds: Feeds, jobs: Sequence[Job], shown: Sequence[Looked]) -> list[Looked]:
    """Say whether jobs were done: by what the platform shows or, where that is not yet, by the feed whose answer was lost."""
    open_ends = [job for job, seen in zip(jobs, shown, strict=True) if isinstance(seen, NotDone) and job.uncertain and _feed_of(job)]
    found = dict(zip((job.id for job in open_ends), await feeds.seen(open_ends) if open_ends else (), strict=True))
    return [found.get(job.id, seen) for job, seen in zip(jobs, shown, strict=True)]


def _file(kind: FeedType, name: str, content: bytes) -> Request:
    """Return the request that sends a file; its name is no part of the content, and so bounds it."""
    boundary = f"part-{name.removesuffix('.json')}"
    head = f'--{boundary}\r\ncontent-disposition: form-data; name="file"; filename="{name}"\r\ncontent-type: application/json\r\n\r\n'
    body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    headers = {"content-type": f"multipart/form-data; boundary={boundary}"}
    params = {"feedType": kind.name}
    return Request("POST", FEEDS, f"Feed {kind.name}", params=params, content=body, headers=headers, bucket=kind.bucket, safe=False)


def _outcome(row: Json, handle: str) -> Performed:
    word = text(row.get("ingestionStatus")) or WORKING
    if word == SUCCESS:
        return Done()
    if word == WORKING:
        return Accepted(handle, FIRST_LOOK)
    if word in BROKEN_DOWN:
        return PlatformError(Category.TRANSIENT, _BROKE_DOWN, code=word)
    return _refusal(rows(at(row, "ingestionErrors", "ingestionError")), word)


def _refusal(entries: Sequence[Json], word: str) -> PlatformError:
    """Return why a row, or a whole file, was refused: it never can be taken, unless the code says that its time may come."""
    entry: Json = entries[0] if entries else {}
    code = text(entry.get("code")) or word
    categories = [rule.category for rule in ERRORS if rule.code is not None and rule.fits(0, code)]
    return row_refusal(entry, next((each for each in categories if each in _REASONS), Category.VALIDATION), code)


def _together(outcomes: Sequence[Performed]) -> Performed:
    """Return what becomes of a job of several SKUs: it is done when all are, and none is waited for when one can't be."""
    for kind in (PlatformError, Accepted):
        found = next((each for each in outcomes if isinstance(each, kind)), None)
        if found is not None:
            return found
    return Done()


def _looked(result: Performed) -> Looked:
    if isinstance(result, Accepted):
        return PlatformError(Category.TRANSIENT, _RUNNING, code="FEED_RUNNING", retry_after=RUNNING_PAUSE)
    return result if isinstance(result, Done) else NotDone()


def _fits(row: Json, feed: Json) -> bool:
    name, when, count = text(row.get("fileName")), moment(row.get("feedDate")), number(row.get("itemsReceived"))
    if name == feed["name"]:
        return True
    begin = moment(feed["at"])
    late = when is not None and begin is not None and when >= begin - SKEW
    return name is None and late and text(row.get("feedType")) == feed["type"] and count in {0, feed["rows"]}


def _feed_of(job: Job) -> Json | None:
    found = job.notes.get("feed")
    return found if isinstance(found, dict) else None


def _skus(job: Job) -> list[str]:
    return [str(sku) for sku in job.notes.get("skus") or ()]
