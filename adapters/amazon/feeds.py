"""Feeds: changes handed in as one document, and what came of each of them.

A document lies at an address of its own, good for five minutes, which wants no token. Only the beginning of a report that is no JSON is
read. The list of feeds does not tell who made one: so each that was answered for is kept in the `fast` role, and one that is not there
may be the one whose answer was lost.
"""

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import orjson
from redis.exceptions import RedisError

from adapters.amazon.refusals import issues_refusal, unwritten
from adapters.amazon.shop import Shop
from adapters.amazon.values import Json, moment, record, rows, text, written
from adapters.kit.calls import current_tally
from adapters.kit.failures import PlatformError
from adapters.kit.http import Answer, Request, Wire
from schema.errors import Category

FEEDS, DOCUMENTS = "/feeds/2021-06-30/feeds", "/feeds/2021-06-30/documents"
LISTINGS, CANCELS, REFUNDS = "JSON_LISTINGS_FEED", "POST_ORDER_ACKNOWLEDGEMENT_DATA", "POST_PAYMENT_ADJUSTMENT_DATA"
JSON, XML = "application/json; charset=UTF-8", "text/xml; charset=UTF-8"
BUCKETS = {LISTINGS: "createFeed of listings"}
SECONDS = 30.0  # until a feed is asked after for the first time
KNOWN_SECONDS = 90 * 86400  # as long as feeds are listed
SKEW = timedelta(minutes=2)  # what two clocks may be apart
PAGES = 10

_RESULT = re.compile(r"<Result>\s*<MessageID>(\d+)</MessageID>\s*<ResultCode>(\w+)</ResultCode>\s*<ResultMessageCode>(\w+)</Res")
_WORDS = re.compile(r"<ResultDescription>([^<]{1,400})")
_COUNT = re.compile(r"<(Messages\w+)>(\d+)</")


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as it is now; `status` is Amazon's word."""

    feed_id: str
    status: str
    document: str | None
    made: datetime | None
    ended: datetime | None

    @property
    def waits(self) -> bool:
        """Say whether it is not at its end."""
        return self.status in {"IN_QUEUE", "IN_PROGRESS"}


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a feed: why messages failed, by their numbers, and whether any that is not named surely did not.

    `messages` is how many there were, `succeeded` how many of them did; None where the report does not tell.
    """

    failures: dict[int, PlatformError] = field(default_factory=dict)
    complete: bool = True
    messages: int | None = None
    succeeded: int | None = None


class Feeds:
    """The feeds of one seller."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def submit(self, kind: str, content_type: str, body: bytes, markets: Sequence[str]) -> str:
        """Hand a document in, and return the feed's id. Only a failure of the last step leaves open whether it was."""
        document = await unwritten(self._upload(content_type, body))
        wish = {"feedType": kind, "marketplaceIds": list(markets), "inputFeedDocumentId": document}
        answer = await self._shop.change("POST", FEEDS, "FeedCreate", BUCKETS.get(kind, "createFeed"), wish)
        feed_id = text(answer.get("feedId"))
        if feed_id is None:
            raise PlatformError(Category.TRANSIENT, "Amazon does not say which feed it made.", code="NO_FEED_ID")
        await self._claim(feed_id)
        return feed_id

    async def get(self, feed_id: str) -> Feed:
        """Return a feed."""
        return _feed(await self._shop.ask(f"{FEEDS}/{feed_id}", "FeedState", "getFeed"))

    async def strangers(self, kind: str, since: datetime) -> list[Feed]:
        """Return the feeds of a kind that were made since some time and that nobody here was given the id of."""
        params = {"feedTypes": kind, "createdSince": written(since - SKEW), "pageSize": "100"}
        found: list[Feed] = []
        for _ in range(PAGES):
            body = await self._shop.ask(FEEDS, "FeedsSince", "getFeeds", params)
            found += [_feed(each) for each in rows(body.get("feeds"))]
            token = text(body.get("nextToken"))
            if token is None:
                break
            params = {"nextToken": token}
        return [each for each in found if not await self._claimed(each.feed_id)]

    async def listings_report(self, feed: Feed) -> Report:
        """Return what came of a feed of listings."""
        body = record((await self._download(feed)).body)
        failures: dict[int, list[Json]] = {}
        for issue in rows(body.get("issues")):
            number = issue.get("messageId")
            if issue.get("severity") == "ERROR" and isinstance(number, int):
                failures.setdefault(number, []).append(issue)
        summary = record(body.get("summary"))
        made = {number: refused for number, issues in failures.items() if (refused := issues_refusal(issues))}
        return Report(made, complete=len(made) == summary.get("messagesInvalid", len(made)))

    async def orders_report(self, feed: Feed) -> Report:
        """Return what came of a feed of orders."""
        said = (await self._download(feed)).text
        counts = {name: int(number) for name, number in _COUNT.findall(said)}
        failures: dict[int, PlatformError] = {}
        for found in _RESULT.finditer(said):
            if found[2] == "Error":
                following = said[found.end() : found.end() + 500].partition("</Result>")[0]
                words = _WORDS.search(following)
                told = words[1].strip() if words else "Amazon refused this."
                failures[int(found[1])] = PlatformError(Category.CONFLICT, told, code=found[3])
        complete = counts.get("MessagesWithError") == len(failures)
        return Report(failures, complete, counts.get("MessagesProcessed"), counts.get("MessagesSuccessful"))

    async def _upload(self, content_type: str, body: bytes) -> str:
        made = await self._shop.change("POST", DOCUMENTS, "FeedDocumentCreate", "createFeedDocument", {"contentType": content_type})
        document, address = text(made.get("feedDocumentId")), text(made.get("url"))
        if document is None or address is None:
            raise PlatformError(Category.TRANSIENT, "Amazon does not say where the document belongs.", code="NO_ADDRESS")
        request = Request("PUT", "", "FeedUpload", json=orjson.Fragment(body), headers={"content-type": content_type}, safe=False)
        await self._carry(address, request)
        return document

    async def _download(self, feed: Feed) -> Answer:
        if feed.document is None:
            return Answer(200, {}, None, "", 0)
        unpacked = {"enableContentEncodingUrlHeader": "true"}
        found = await self._shop.ask(f"{DOCUMENTS}/{feed.document}", "FeedReport", "getFeedDocument", unpacked)
        return await self._carry(text(found.get("url")) or "", Request("GET", "", "FeedReport"))

    async def _carry(self, address: str, request: Request) -> Answer:
        """Speak to the address of a document: Amazon's own storage, or, for a store that is not Amazon's, the store itself."""
        store, official = self._shop.session.store, self._shop.session.manifest.official
        allowed = "https://" if store.url.startswith(official) else f"{store.url}/"
        if not address.startswith(allowed):
            raise PlatformError(Category.VALIDATION, "The address of a feed's document leads elsewhere.", code="ADDRESS")
        wire = Wire()
        current_tally().calls += 1
        try:
            answer = await wire.send(dataclasses.replace(store, url=address), request)
        finally:
            await wire.close()
        if not 200 <= answer.status < 300:
            message = "The address of a feed's document was refused; another is asked for the next time."
            raise PlatformError(Category.TRANSIENT, message, code="DOCUMENT", retry_after=30)
        return answer

    async def _claim(self, feed_id: str) -> None:
        shared = self._shop.session.shared
        if shared is not None:
            try:
                await shared.set(self._key(feed_id), b"1", ex=KNOWN_SECONDS)
            except RedisError:
                return  # then it counts as a stranger, and a person decides

    async def _claimed(self, feed_id: str) -> bool:
        shared = self._shop.session.shared
        try:
            return shared is not None and bool(await shared.exists(self._key(feed_id)))
        except RedisError:
            return False

    def _key(self, feed_id: str) -> str:
        return f"feed:{{{self._shop.session.store.scope}}}:{feed_id}"


def _feed(row: Json) -> Feed:
    made, ended = moment(row.get("createdTime")), moment(row.get("processingEndTime"))
    document = text(row.get("resultFeedDocumentId"))
    return Feed(text(row.get("feedId")) or "", text(row.get("processingStatus")) or "", document, made, ended)
