"""Sets prices: few one by one, many in a feed, since Walmart takes hundred single prices an hour. A price shows a while later."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.port import ByIds
from adapters.kit.writing import Done, Job, Journal, Looked, NotDone, Performed
from adapters.walmart import feeds
from adapters.walmart.feeds import Feeds, Part, follow, look
from adapters.walmart.manifest import CURRENCY, FEW_PRICES
from adapters.walmart.refusals import gone, invalid
from adapters.walmart.sending import each
from adapters.walmart.shop import Shop
from adapters.walmart.values import Json
from schema.commands import PriceSet
from schema.products import ProductVariant

PRICE = "/v3/price"
_ONE = "Walmart has one price of an item; leave `compareAtPrice` out."
_CURRENCY = "Walmart sells in {own} here, not in {asked}."


class PriceWrites:
    """Writes the prices of one store."""

    def __init__(self, shop: Shop, variants: ByIds[ProductVariant], sent: Feeds) -> None:
        self._shop = shop
        self._variants = variants
        self._feeds = sent

    async def set(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Set prices."""
        refused = {job.id: problem for job in jobs if (problem := _problem(job)) is not None}
        good = [job for job in jobs if job.id not in refused]
        if len(good) > FEW_PRICES:
            parts = [Part(job, [_row(job)], [_command(job).variant]) for job in good]
            results = await self._feeds.submit(feeds.PRICES, parts, journal)
        else:
            results = list(await each(good, self._put))
        found = {**refused, **dict(zip((job.id for job in good), results, strict=True))}
        return [found[job.id] for job in jobs]

    async def check(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Say what became of prices that were sent in a feed."""
        return await follow(self._feeds, jobs, lambda broken: self.set(broken, journal), _done)

    async def seen(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say which prices show."""
        found = await self._variants([_command(job).variant for job in jobs])
        return await look(self._feeds, jobs, [_shown(job, variant) for job, variant in zip(jobs, found, strict=True)])

    async def _put(self, job: Job) -> Performed:
        await self._shop.change("PUT", PRICE, "PriceSet", "price", body=_row(job))
        return _done(job)


def _command(job: Job) -> PriceSet:
    command: Any = job.command
    found: PriceSet = command
    return found


def _problem(job: Job) -> PlatformError | None:
    command = _command(job)
    if not command.variant:
        return gone()
    if command.compare_at_price:
        return invalid(_ONE, "COMPARE_AT_PRICE")
    if command.currency_code != CURRENCY:
        return invalid(_CURRENCY.format(own=CURRENCY, asked=command.currency_code), "CURRENCY")
    return None


def _row(job: Job) -> Json:
    command = _command(job)
    price = {"currency": CURRENCY, "amount": float(Decimal(command.price))}
    return {"sku": command.variant, "pricing": [{"currentPriceType": "BASE", "currentPrice": price}]}


def _done(job: Job) -> Done:
    return Done(after={"price": _command(job).price}, look=True)


def _shown(job: Job, variant: Any) -> Looked:
    if isinstance(variant, PlatformError):
        return variant
    price = variant.price if variant is not None else None
    return _done(job) if price is not None and price.amount == Decimal(_command(job).price) else NotDone()
