"""Calls orders off and gives money back: each by feeds, which Amazon works on some minutes later.

A repeated cancellation does no harm. A repeated refund is paid twice: so the feeds and refunds that were there before are noted, and after
a lost answer it is only sent again when, some minutes later, no feed of that time can be the lost one. One that is as large, of that time
and nobody's here is taken for it; whatever is less plain is left to a person.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from adapters.amazon import envelopes
from adapters.amazon.feeds import CANCELS, REFUNDS, SECONDS, SKEW, XML, Feed, Feeds
from adapters.amazon.mapping import currency_of, status_word
from adapters.amazon.orders import Orders
from adapters.amazon.refund_sums import sums_of
from adapters.amazon.refusals import conflict, each, gone, invalid, unwritten
from adapters.amazon.shipment_writes import order_of
from adapters.amazon.shop import Shop
from adapters.amazon.values import Json, moment, record, text
from adapters.amazon.write_facts import CANCEL_REASONS, REFUND_REASONS
from adapters.kit.failures import PlatformError
from adapters.kit.writing import Accepted, Done, Job, Journal, Looked, NotDone, Performed, Unclear
from schema.commands import OrderCancel, RefundCreate
from schema.errors import Category
from schema.keys import Kind
from schema.refunds import Refund

PAYABLE = frozenset({"SHIPPED", "PARTIALLY_SHIPPED", "INVOICE_UNCONFIRMED"})
SETTLED = timedelta(minutes=3)  # after which an order shows what a feed did to it
LISTED = timedelta(minutes=10)  # after which a feed is surely listed, if it was made
SUBMITTED = timedelta(minutes=5)  # within which one is made, if it is

_PENDING = "A feed of that time may still come, or is being worked on; it is looked for again later."
_STRANGERS = "Feed {ids} was made about then, and may have paid this back."
_OPEN = "Amazon does not say whether this was done: look at the order, and at feed {id}, before you ask for it again."


class OrderFeeds:
    """What is done to one seller's orders by feeds."""

    def __init__(self, shop: Shop, orders: Orders, feeds: Feeds) -> None:
        self._shop = shop
        self._orders = orders
        self._feeds = feeds

    async def cancel(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Call orders off."""
        made = dict(zip((job.id for job in jobs), await each(jobs, self._cancellation), strict=True))
        return await self._submit(CANCELS, envelopes.CANCELS, jobs, made, journal)

    async def cancel_check(self, jobs: Sequence[Job], _: Journal) -> Sequence[Performed]:
        """Tell which orders were called off; the orders themselves show it."""
        handle = jobs[0].handle or ""
        feed = await self._feeds.get(handle)
        early = self._early(feed, jobs)
        if early is not None:
            return early
        report = await self._feeds.orders_report(feed)
        return [report.failures.get(_number(job)) or Done(look=True) for job in jobs] if report.complete else await self._undone(jobs, feed)

    async def cancelled(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say which orders are called off; one that is not yet may still be by a feed that nobody asks after."""
        found = await each(jobs, lambda job: order_of(self._shop, _order(job), "OrderCancelLook"))
        is_open = [not isinstance(one, PlatformError) and status_word(one) != "CANCELLED" for one in found]
        since = [self._since(job) for job, waits in zip(jobs, is_open, strict=True) if waits and job.uncertain]
        recent = [one for one in since if one is not None]
        strangers = await self._feeds.strangers(CANCELS, min(recent)) if recent else []
        pending = any(feed.waits or self._fresh(feed) for feed in strangers)
        later = PlatformError(Category.TRANSIENT, _PENDING, code="FEED_PENDING", retry_after=60)
        return [
            one if isinstance(one, PlatformError) else (later if pending and job.uncertain else NotDone()) if waits else Done()
            for job, one, waits in zip(jobs, found, is_open, strict=True)
        ]

    async def refund(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Give money back for orders."""
        earlier = dict(zip((job.id for job in jobs), await each(jobs, self._refunds), strict=True))
        made = dict(zip((job.id for job in jobs), await each(jobs, lambda job: self._adjustment(job, earlier[job.id])), strict=True))
        known = [each.feed_id for each in await unwritten(self._feeds.strangers(REFUNDS, self._shop.session.clock.now()))]
        there = {key: [one.key_id for one in old] for key, old in earlier.items() if not isinstance(old, PlatformError)}
        if there:
            size = sum(isinstance(one, str) for one in made.values())
            await journal.note({key: {"refunds": old, "feeds": known, "size": size} for key, old in there.items()})
        return await self._submit(REFUNDS, envelopes.REFUNDS, jobs, made, journal)

    async def refund_check(self, jobs: Sequence[Job], _: Journal) -> Sequence[Performed]:
        """Tell which refunds Amazon took; when they show, nobody knows."""
        feed = await self._feeds.get(jobs[0].handle or "")
        early = self._early(feed, jobs)
        if early is not None:
            return early
        report = await self._feeds.orders_report(feed)
        unknown = PlatformError(Category.CONFLICT, _OPEN.format(id=feed.feed_id), code="REPORT_UNREADABLE")
        return [report.failures.get(_number(job)) or (Done() if report.complete else unknown) for job in jobs]

    async def refunded(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say which refunds were made after a lost answer."""
        return await each(jobs, self._refunded)

    async def _submit(
        self, feed_type: str, kind: str, jobs: Sequence[Job], made: Mapping[str, str | PlatformError], journal: Journal
    ) -> list[Performed]:
        """Hand in one message for each job that has one."""
        ready = {key: each for key, each in made.items() if isinstance(each, str)}
        results: dict[str, Performed] = {key: each for key, each in made.items() if isinstance(each, PlatformError)}
        if ready:
            since = self._shop.session.clock.now().isoformat()
            await journal.note({key: {"message": number, "since": since} for number, key in enumerate(ready, 1)})
            results |= dict.fromkeys(ready, await self._handed(feed_type, kind, list(ready.values())))
        return [results[job.id] for job in jobs]

    async def _handed(self, feed_type: str, kind: str, messages: Sequence[str]) -> Performed:
        try:
            markets = await unwritten(self._shop.marketplaces())
            body = envelopes.envelope(kind, self._shop.session.store.credentials.get("seller_id", "").strip(), messages)
            return Accepted(await self._feeds.submit(feed_type, XML, body, markets), SECONDS)
        except PlatformError as error:
            return error

    async def _cancellation(self, job: Job) -> str:
        command = job.command
        if not isinstance(command, OrderCancel):
            raise gone()
        order = await self._own_order(command.order, "OrderCancelOrder")
        word = status_word(order)
        if word != "UNSHIPPED":
            raise conflict(f"The order can't be called off: it is {word}.", "ORDER_STATUS")
        return envelopes.cancellation(order, CANCEL_REASONS[command.reason])

    async def _adjustment(self, job: Job, earlier: list[Refund] | PlatformError) -> str:
        command = job.command
        if not isinstance(command, RefundCreate) or isinstance(earlier, PlatformError):
            raise earlier if isinstance(earlier, PlatformError) else gone()
        order = await self._own_order(command.order, "RefundOrder")
        word, currency = status_word(order), currency_of(order)
        if word not in PAYABLE:
            raise conflict(f"Nothing can be given back: the order is {word}.", "ORDER_STATUS")
        if command.currency_code not in {None, currency}:
            raise invalid(f"The order is in {currency}; a refund can't be in {command.currency_code}.", "CURRENCY")
        sums = sums_of(order, earlier, command, currency)
        return envelopes.adjustment(order, REFUND_REASONS[command.reason], currency, sums)

    async def _own_order(self, order_id: str, operation: str) -> Json:
        order = await order_of(self._shop, order_id, operation)
        if text(record(order.get("fulfillment")).get("fulfilledBy")) == "AMAZON":
            raise conflict("Amazon sends this order, and calls it off or pays it back itself.", "FULFILLED_BY_AMAZON")
        return order

    async def _refunds(self, job: Job) -> list[Refund]:
        (found,) = await self._orders.refunds_of([_order(job)])
        if isinstance(found, PlatformError):
            found.sent = False
            raise found
        return list(found or ())

    async def _refunded(self, job: Job) -> Looked:
        since = self._since(job)
        if since is None:
            return NotDone()  # the note is kept before anything is sent
        known, limit = job.notes.get("feeds") or (), since + SUBMITTED + SKEW
        listed = [feed for feed in await self._feeds.strangers(REFUNDS, since) if feed.feed_id not in known]
        strangers = [feed for feed in listed if feed.status != "CANCELLED" and (feed.made is None or feed.made <= limit)]
        early = self._shop.session.clock.now() < since + LISTED
        if any(feed.waits for feed in strangers) or (early and not strangers):
            raise PlatformError(Category.TRANSIENT, _PENDING, code="FEED_PENDING", retry_after=120)
        reports = [(feed, await self._feeds.orders_report(feed)) for feed in strangers]
        doubtful = [(feed, report) for feed, report in reports if report.succeeded != 0 or report.messages == job.notes.get("size")]
        if len(doubtful) != 1:
            return Unclear(_STRANGERS.format(ids=", ".join(feed.feed_id for feed, _ in doubtful))) if doubtful else NotDone()
        ((feed, report),) = doubtful
        if not report.complete or report.messages != job.notes.get("size"):
            return Unclear(_STRANGERS.format(ids=feed.feed_id))
        return report.failures.get(_number(job)) or Done(entity=await self._made(job))

    async def _made(self, job: Job) -> tuple[Kind, str] | None:
        """Return the one refund of an order that was not there before, if it shows already."""
        before = set(job.notes.get("refunds") or ())
        fresh = [one.key_id for one in await self._refunds(job) if one.key_id not in before]
        return (Kind.REFUND, fresh[0]) if len(fresh) == 1 else None

    async def _undone(self, jobs: Sequence[Job], feed: Feed) -> list[Performed]:
        """Tell of a feed whose report can't be read to its end what became of each order."""
        looked = await self.cancelled(jobs)
        if self._fresh(feed):
            return [Done() if isinstance(one, Done) else Accepted(feed.feed_id, SECONDS) for one in looked]
        refused = PlatformError(Category.CONFLICT, "Amazon did not call the order off.", code="NOT_CANCELLED")
        return [refused if isinstance(one, (NotDone, Unclear)) else one for one in looked]

    def _early(self, feed: Feed, jobs: Sequence[Job]) -> Sequence[Performed] | None:
        """Return what can be told without a report."""
        if feed.waits:
            return [Accepted(feed.feed_id, SECONDS) for _ in jobs]
        if feed.status == "CANCELLED":
            return [conflict(f"Feed {feed.feed_id} was called off before Amazon worked on it.", "FEED_CANCELLED") for _ in jobs]
        if feed.status != "DONE":
            return [PlatformError(Category.CONFLICT, _OPEN.format(id=feed.feed_id), code="FEED_FATAL") for _ in jobs]
        return None

    def _since(self, job: Job) -> datetime | None:
        return moment(job.notes.get("since"))

    def _fresh(self, feed: Feed) -> bool:
        """Say whether a feed ended so lately that its orders need not show it."""
        return feed.ended is None or self._shop.session.clock.now() < feed.ended + SETTLED


def _number(job: Job) -> int:
    found = job.notes.get("message")
    return found if isinstance(found, int) else 0


def _order(job: Job) -> str:
    return job.command.order if isinstance(job.command, (OrderCancel, RefundCreate)) else ""
