"""One store, asked for rows: single lists, and rows by ids in batches that run side by side.

What is learned of the store (its routes, its currency) is kept in the session's memory.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from adapters.kit.failures import PlatformError
from adapters.kit.http import Request
from adapters.kit.rows import attempt, mapped
from adapters.kit.session import Session
from adapters.woocommerce.manifest import API_VERSION, BATCH, GRAMS, PAGE, ROUTES, TRASH
from adapters.woocommerce.values import NO_CURRENCY, WHOLE, Json, Seen, identity, rows, text, texts, whole
from schema.errors import Category

T = TypeVar("T")

INDEX = "/wp-json/"
ROOT = f"/wp-json/{API_VERSION}"


@dataclass(frozen=True, slots=True)
class Listed:
    """One answer of a list: its rows, when they were seen, and how many the whole list has, where the platform told."""

    rows: list[Json]
    seen: Seen
    total: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """One row that was asked for by its id."""

    row: Json
    seen: Seen


class Shop:
    """The platform's lists, as one store has them."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def seen(self) -> Seen:
        """Return where and when something is seen now."""
        return Seen(self.session.store.name, self.session.clock.now())

    async def ask(self, path: str, operation: str, params: Mapping[str, str], *, root: str = ROOT) -> Listed:
        """Ask for one list; raises PlatformError."""
        seen = self.seen()
        answer = await self.session.send(Request("GET", f"{root}/{path}", operation, params=params))
        if not isinstance(answer.body, list):
            raise PlatformError(Category.TRANSIENT, "The store gave no list where one was asked for.", code="NO_LIST")
        return Listed(rows(answer.body), seen, whole(answer.headers.get("x-wp-total")))

    async def change(self, method: str, path: str, operation: str, body: Json | None = None, *, root: str = ROOT) -> Json:
        """Change something and return what the store answers; raises PlatformError. It is sent once."""
        params = {"force": "true"} if method == "DELETE" else {}
        try:
            answer = await self.session.send(Request(method, f"{root}/{path}", operation, params=params, json=body, safe=False))
        except PlatformError as error:
            if method == "PUT" and error.category is Category.VALIDATION and error.code == "NOT_JSON":
                return await self.change("POST", path, operation, body, root=root)  # firewalls forbid the verb; POST means the same
            raise
        if not isinstance(answer.body, dict):
            raise PlatformError(Category.TRANSIENT, "The store does not say what became of this.", code="NO_OBJECT")
        return answer.body

    async def has(self, feature: str) -> bool:
        """Say whether the store has one of the routes that only some have."""
        return ROUTES[feature] in await self.session.remember("routes", self._routes)

    async def currency(self) -> str:
        """Return the currency of the shop's prices."""
        return await self.session.remember("currency", self._currency)

    async def weight_unit(self, *, needed: bool = True) -> str | PlatformError | None:
        """Return the unit of all weights in the shop, one of `GRAMS`, or why it can't be had; None when it is not needed."""
        try:
            return await unwritten(self.session.remember("weight unit", self._weight_unit)) if needed else None
        except PlatformError as error:
            return error

    async def refunds_through(self, gateway: str | None) -> bool:
        """Say whether a payment gateway gives money back; of what the shop does not tell it is believed."""
        gateways = await self.session.remember("gateways", self._gateways)
        return gateway is not None and (gateways is None or gateways.get(gateway, False))

    async def by_include(
        self, path: str, operation: str, ids: Iterable[str], params: Mapping[str, str] | None = None, *, bin_too: bool = False
    ) -> dict[str, Found | PlatformError]:
        """Return the rows of these ids, or why they could not be read; an id that is absent is none.

        `bin_too` looks for what is missing in the bin, which no other list shows. What is no id of the platform's is not sent.
        """
        good = [key for key in dict.fromkeys(ids) if WHOLE.fullmatch(key) and identity(key)]
        batches = [good[begin : begin + BATCH] for begin in range(0, len(good), BATCH)]
        parts = await asyncio.gather(*(self._batch(path, operation, batch, params or {}) for batch in batches))
        found = {key: value for part in parts for key, value in part.items()}
        missing = [key for key in good if key not in found]
        if bin_too and missing:
            found |= await self.by_include(path, operation, missing, {**(params or {}), "status": TRASH})
        return found

    def build(self, operation: str, found: Iterable[T], make: Callable[[T], Any]) -> list[list[Any]]:
        """Return the entities of each row: `make` gives one, a list, or None for a row that is no entity.

        A row that can't be mapped is left out and counted in the log; it never costs the others.
        """
        made = mapped(self.session, operation, found, make)
        return [entity if isinstance(entity, list) else [] if entity is None else [entity] for entity in made]

    def results(self, ids: Iterable[str], found: Mapping[str, Found | PlatformError], make: Callable[[Found], Any]) -> list[Any]:
        """Return a result for each id: what its row is, None, or why it could not be read."""
        rows_of = (found.get(key) for key in ids)
        return [each if each is None or isinstance(each, PlatformError) else attempt(make, each) for each in rows_of]

    async def _batch(self, path: str, operation: str, ids: Sequence[str], params: Mapping[str, str]) -> dict[str, Found | PlatformError]:
        try:
            listed = await self.ask(path, operation, {**params, "include": ",".join(ids), "per_page": str(PAGE)})
        except PlatformError as error:
            return dict.fromkeys(ids, error)
        return {str(key): Found(row, listed.seen) for row in listed.rows if (key := identity(row.get("id")))}

    async def _routes(self) -> frozenset[str]:
        try:
            answer = await self.session.send(Request("GET", INDEX, "Index", params={"_fields": "namespaces,routes"}))
        except PlatformError as error:
            if error.category not in {Category.AUTH, Category.VALIDATION}:
                raise
            return frozenset()  # some sites hide their index; the routes every version has are enough for most
        index = answer.body if isinstance(answer.body, dict) else {}
        routes = index.get("routes")
        return frozenset([*(routes if isinstance(routes, dict) else ()), *(f"/{name}" for name in texts(index.get("namespaces")))])

    async def _currency(self) -> str:
        answer = await self.session.send(Request("GET", f"{ROOT}/data/currencies/current", "Currency"))
        return (text(answer.body.get("code")) if isinstance(answer.body, dict) else None) or NO_CURRENCY

    async def _weight_unit(self) -> str:
        answer = await self.session.send(Request("GET", f"{ROOT}/settings/products/woocommerce_weight_unit", "WeightUnit"))
        unit = text(answer.body.get("value")) if isinstance(answer.body, dict) else None
        if unit not in GRAMS:
            raise PlatformError(Category.VALIDATION, "The shop does not tell its unit of weight.", code="UNSUPPORTED")
        return unit

    async def _gateways(self) -> Mapping[str, bool] | None:
        try:
            listed = await self.ask("payment_gateways", "PaymentGateways", {"_fields": "id,method_supports"})
        except PlatformError as error:
            if error.category not in {Category.AUTH, Category.VALIDATION}:
                raise
            return None
        return {name: "refunds" in texts(row.get("method_supports")) for row in listed.rows if (name := text(row.get("id")))}


async def unwritten(reading: Awaitable[T]) -> T:
    """Read what has to be known before something is written: a failure there leaves no doubt that nothing was."""
    try:
        found = await reading
    except PlatformError as error:
        error.sent = False
        raise
    for each in found.values() if isinstance(found, dict) else ():
        if isinstance(each, PlatformError):
            each.sent = False
    return found


def raise_first(results: Iterable[T | PlatformError]) -> list[T]:
    """Return results that must all be there, since a list is whole or not given; raises the first failure."""
    good: list[T] = []
    for each in results:
        if isinstance(each, PlatformError):
            raise each
        good.append(each)
    return good
