"""Sets prices, which stand on offers: of live listings in bulk, of drafts and of struck-through prices offer by offer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from adapters.ebay.account import Account
from adapters.ebay.inventory import Inventory
from adapters.ebay.listings import Revision, currency_of, is_fixed, is_live, replace, revise
from adapters.ebay.manifest import PUBLISHED
from adapters.ebay.refusals import gone, invalid, unsent
from adapters.ebay.sending import each as each_of
from adapters.ebay.values import Json, money, record
from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, Journal, Performed
from schema.commands import PriceSet

_NOT_OFFERED = "eBay keeps prices with offers, and this SKU is not there or was never offered."
_AUCTION = "The SKU is only auctioned; the price of an auction can't be set."
_CURRENCY = "The SKU is offered in {own}; its price can't be in {asked}."


@dataclass(frozen=True, slots=True)
class Pricing:
    """The new price of some offers of a SKU; `struck` None leaves what is struck through as it is, "" clears it."""

    sku: str
    offers: Sequence[Json]
    price: str | None
    struck: str | None

    @property
    def wholly(self) -> bool:
        """Say whether the offers have to be written whole: drafts can't be revised, and the bulk form knows no other price."""
        return any(self._strikes(each) or not is_live(each) for each in self.offers)

    def changes(self, offer: Json) -> Json:
        """Return what is to be written of one offer."""
        prices, currency = dict(record(offer.get("pricingSummary"))), currency_of(offer)
        if self.price is not None:
            prices["price"] = {"value": self.price, "currency": currency}
        if self.struck:
            prices["originalRetailPrice"] = {"value": self.struck, "currency": currency}
        elif self.struck is not None:
            prices.pop("originalRetailPrice", None)
        return {"pricingSummary": prices}

    def _strikes(self, offer: Json) -> bool:
        found = money(record(offer.get("pricingSummary")).get("originalRetailPrice"))
        wanted = Decimal(self.struck) if self.struck else None
        return self.struck is not None and (found.amount if found else None) != wanted


class PriceWrites:
    """The prices of one seller."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._inventory = Inventory(account)

    async def set(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Set prices."""
        offers = await self._inventory.offers([_sku(job) for job in jobs], "PriceSetOffers")
        plans = {job.id: _plan(job, offers) for job in jobs}
        whole = [job for job in jobs if isinstance(plan := plans[job.id], Pricing) and plan.wholly]
        live = [plan for plan in plans.values() if isinstance(plan, Pricing) and not plan.wholly]
        results: dict[str, Done | PlatformError] = dict(
            zip((job.id for job in whole), await each_of(whole, lambda job: self._replace(plans[job.id])), strict=True)
        )
        refused = dict(zip((plan.sku for plan in live), await revise(self._account, "PriceSet", [_revision(x) for x in live]), strict=True))
        return [_result(job, plans[job.id], results.get(job.id) or refused.get(_sku(job))) for job in jobs]

    async def write(self, sku: str, offers: Sequence[Json], price: str | None, struck: str | None, currency: str | None = None) -> None:
        """Set the price of a SKU as a part of another write; raises PlatformError."""
        chosen = choose(offers, currency)
        if isinstance(chosen, PlatformError):
            raise chosen
        plan = Pricing(sku, chosen, price, struck)
        if plan.wholly or price is None:
            await self._replace(plan)
        elif failures := [each for each in await revise(self._account, "VariantPrice", [_revision(plan)]) if each]:
            raise failures[0]

    async def _replace(self, plan: Pricing | PlatformError) -> Done:
        if isinstance(plan, PlatformError):
            raise plan
        for offer in plan.offers:
            await replace(self._account, "PriceSetOffer", offer, plan.changes(offer))
        return Done()


def choose(offers: Sequence[Json], currency: str | None) -> list[Json] | PlatformError:
    """Return the offers whose price is that of the variant: the live ones, or where there are none the drafts. None is any currency."""
    fixed = [each for each in offers if is_fixed(each)]
    if not fixed:
        return invalid(_AUCTION, "AUCTION") if offers else invalid(_NOT_OFFERED, "NOT_FOUND")
    first = next((each for each in fixed if is_live(each)), fixed[0])
    wanted = currency or currency_of(first)
    fitting = [each for each in fixed if currency_of(each) == wanted]
    if not fitting:
        return invalid(_CURRENCY.format(own=currency_of(first), asked=wanted), "CURRENCY")
    live = [each for each in fitting if is_live(each)]
    return live or [each for each in fitting if each.get("status") != PUBLISHED] or fitting


def _sku(job: Job) -> str:
    return job.command.variant if isinstance(job.command, PriceSet) else ""


def _plan(job: Job, offers: Mapping[str, list[Json] | PlatformError]) -> Pricing | PlatformError:
    command, own = job.command, offers.get(_sku(job))
    if not isinstance(command, PriceSet) or own is None:
        return gone()
    if isinstance(own, PlatformError):
        return unsent(own)
    chosen = choose(own, command.currency_code)
    return chosen if isinstance(chosen, PlatformError) else Pricing(command.variant, chosen, command.price, command.compare_at_price)


def _revision(plan: Pricing) -> Revision:
    changes = [{"offerId": each["offerId"], "price": {"value": plan.price, "currency": currency_of(each)}} for each in plan.offers]
    return Revision(plan.sku, None, changes)


def _result(job: Job, plan: Pricing | PlatformError, outcome: Done | PlatformError | None) -> Performed:
    if isinstance(plan, PlatformError):
        return plan
    if isinstance(outcome, PlatformError):
        return outcome
    before = money(record(plan.offers[0].get("pricingSummary")).get("price"))
    return Done(before={"price": str(before.amount) if before else None}, after={"price": plan.price})
