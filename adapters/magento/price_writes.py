"""Sets prices, many in one list: regular prices by one route, special ones by another, and a third takes special ones away.

These routes answer 200 with a list of what they refused, entry by entry, and say of which entry in one of several ways. Where that can't be
told the entries are sent again one by one: prices are absolute.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, Journal, Performed
from adapters.magento import bodies, pricing
from adapters.magento.goods import products_of
from adapters.magento.manifest import UNPRICED, UNSOLD
from adapters.magento.refusals import filled, gone, invalid, refused
from adapters.magento.sending import each, in_parts, unwritten
from adapters.magento.shop import Found, Shop
from adapters.magento.values import Json, Seen, rows, text, whole
from adapters.magento.wares import Catalogue
from schema.commands import PriceSet
from schema.errors import Category

FEW = 2  # products of which both prices change that are saved one by one: lists would take as many requests
FIELDS = "id,sku,type_id,price,custom_attributes"

_COMPOSED = "The price of this product is that of what is in it."
_HALF = " The regular price was set already."

Outcomes = dict[str, PlatformError]  # why entries were refused, by SKU


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be written for a job."""

    sku: str
    prices: pricing.Prices
    before: str | None
    span: Json
    reduced: bool

    @property
    def both(self) -> bool:
        """Say whether the regular and the special price change."""
        return self.prices.regular is not None and (bool(self.prices.special) or (self.prices.special == "" and self.reduced))

    @property
    def key(self) -> str:
        """What tells SKUs apart: the platform does not look at their case."""
        return self.sku.casefold()


class PriceWrites:
    """Writes to the prices of one shop."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def set(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Set prices: by one call for the regular ones, and one for the special ones where there are some."""
        plans = await self._plans(jobs)
        ready = {plan.key: plan for plan in plans if isinstance(plan, _Plan)}
        both = {key: plan for key, plan in ready.items() if plan.both}
        failed: Outcomes = {}
        if 0 < len(both) <= FEW and not await unwritten(self._shop.schedules_prices()):
            failed = await self._save(both)
            ready = {key: plan for key, plan in ready.items() if key not in both}
        failed |= await self._set(ready, await unwritten(self._shop.view_id())) if ready else {}
        return [_outcome(job, plan, failed) for job, plan in zip(jobs, plans, strict=True)]

    async def _save(self, plans: Mapping[str, _Plan]) -> Outcomes:
        """Set both prices of a product at once: between two lists it would be sold for neither the old price nor the new one."""

        async def save(plan: _Plan) -> None:
            body = {"sku": plan.sku, **bodies.prices(plan.prices, plan.span)}
            await self._shop.change("POST", "products", "PriceSet", {"product": body}, goods=True)

        results = await each(list(plans.values()), save)
        return {key: result for key, result in zip(plans, results, strict=True) if result is not None}

    async def _set(self, plans: Mapping[str, _Plan], view: int) -> Outcomes:
        """Set prices by the routes that take lists, and return which were refused, and why."""
        failed = await self._send("base-prices", [_regular(plan, view) for plan in plans.values() if plan.prices.regular is not None])
        left = [plan for key, plan in plans.items() if key not in failed]
        later = await self._send("special-price", [_special(plan, view) for plan in left if plan.prices.special])
        later |= await self._clear([plan.sku for plan in left if plan.prices.special == "" and plan.reduced], view)
        return failed | {key: _half(error) if plans[key].prices.regular is not None else error for key, error in later.items()}

    async def _plans(self, jobs: Sequence[Job]) -> list[_Plan | PlatformError]:
        found = await products_of(self._shop, "PriceProducts", map(_variant, jobs), FIELDS)
        setting, zone = await unwritten(self._shop.setting())
        special = any(isinstance(job.command, PriceSet) and job.command.compare_at_price for job in jobs)
        scheduled = await unwritten(self._shop.schedules_prices()) if special else False
        known = Catalogue(setting, zone)
        return [_plan(job, found.get(_variant(job)), known, self._shop.seen(), scheduled=scheduled) for job in jobs]

    async def _clear(self, skus: Sequence[str], view: int) -> Outcomes:
        """Take special prices away; each has to be named with all that it is."""
        if not skus:
            return {}
        try:
            standing = rows(await self._shop.tell("products/special-price-information", "SpecialPrices", {"skus": list(skus)}))
        except PlatformError as error:
            return {sku.casefold(): error for sku in skus}
        return await self._send("special-price-delete", [each for each in standing if whole(each.get("store_id")) in {0, view}])

    async def _send(self, route: str, entries: Sequence[Json]) -> Outcomes:
        """Send entries and return which were refused, and why."""

        async def send(part: Sequence[Json]) -> Any:
            return await self._shop.change("POST", f"products/{route}", "PriceSet", {"prices": list(part)}, goods=True)

        failed: Outcomes = {}
        for part, answer in await in_parts(self._shop, entries, send):
            if isinstance(answer, PlatformError):
                failed |= {_key(entry): answer for entry in part}
                continue
            blamed = _blamed(rows(answer), part)
            failed |= blamed if blamed is not None else await self._one_by_one(part, send)
        return failed

    async def _one_by_one(self, part: Sequence[Json], send: Callable[[Sequence[Json]], Any]) -> Outcomes:
        failed: Outcomes = {}
        for entry in part:
            try:
                wrong = rows(await send([entry]))
            except PlatformError as error:
                failed[_key(entry)] = error
            else:
                failed |= {_key(entry): refused(filled(wrong[0]))} if wrong else {}
        return failed


def _variant(job: Job) -> str:
    return job.command.variant if isinstance(job.command, PriceSet) else ""


def _plan(job: Job, found: Found | PlatformError | None, known: Catalogue, seen: Seen, *, scheduled: bool) -> _Plan | PlatformError:
    command = job.command
    if not isinstance(found, Found) or not isinstance(command, PriceSet):
        return found if isinstance(found, PlatformError) else gone()
    row = found.row
    if row.get("type_id") in UNPRICED | UNSOLD:
        return invalid(_COMPOSED, "NO_PRICE")
    try:
        if command.compare_at_price is None:
            prices = pricing.kept(row, known, seen, command.price)
        else:
            prices = pricing.compared(row, known, seen, command.price, command.compare_at_price)
    except PlatformError as error:
        return error
    span = pricing.window(row, known, seen, scheduled=scheduled)
    reduced = pricing.standing(row)[1] is not None
    return _Plan(text(row.get("sku")) or "", prices, pricing.now(row, known, seen), span, reduced)


def _regular(plan: _Plan, view: int) -> Json:
    return {"price": float(plan.prices.regular or 0), "store_id": view, "sku": plan.sku}


def _special(plan: _Plan, view: int) -> Json:
    return {"price": float(plan.prices.special or 0), "store_id": view, "sku": plan.sku, **plan.span}


def _key(entry: Json) -> str:
    return (text(entry.get("sku")) or "").casefold()


def _blamed(errors: Sequence[Json], part: Sequence[Json]) -> Outcomes | None:
    """Return the failures by SKU, or None where one does not tell of which entry it is."""
    blamed: Outcomes = {}
    for error in errors:
        named = [entry for entry in part if _names(error, text(entry.get("sku")) or "")]
        if len(part) > 1 and len(named) != 1:
            return None
        blamed.setdefault(_key((named or part)[0]), refused(filled(error)))
    return blamed


def _names(error: Json, sku: str) -> bool:
    """Say whether an error is about a SKU: a parameter is that, or a text that begins with it."""
    given = error.get("parameters")
    values: Sequence[Any] = list(given.values()) if isinstance(given, dict) else given if isinstance(given, list) else ()
    return any(str(value) == sku or f"SKU = {sku}," in str(value) for value in values)


def _half(error: PlatformError) -> PlatformError:
    """Return the failure of the second step of two."""
    if error.category is Category.TRANSIENT:
        return error
    return PlatformError(error.category, error.message + _HALF, code=error.code, retry_after=error.retry_after)


def _outcome(job: Job, plan: _Plan | PlatformError, failed: Mapping[str, PlatformError]) -> Performed:
    if isinstance(plan, PlatformError):
        return plan
    if plan.key in failed:
        return failed[plan.key]
    command: Any = job.command
    return Done(before={"price": plan.before}, after={"price": command.price})
