"""What the Inventory interface is asked for by keys: items many at once, groups and offers one by one, side by side."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeVar
from urllib.parse import quote

from adapters.ebay.account import Account, Found
from adapters.ebay.auth import code_of
from adapters.ebay.live_offers import live_offers_of
from adapters.ebay.manifest import ERRORS, INVENTORY, MISSING, SKUS
from adapters.ebay.values import Json, record, rows, text, whole
from adapters.kit.failures import PlatformError, classify
from schema.errors import Category

LONGEST_KEY = 50  # of a SKU and of a group
PARENTS = frozenset({".", ".."})  # what a path can't end in

T = TypeVar("T")


class Inventory:
    """The items, groups and offers of one seller; what is absent from an answer here is not there."""

    def __init__(self, account: Account) -> None:
        self._account = account

    async def items(self, skus: Iterable[str], operation: str) -> dict[str, Found | PlatformError]:
        """Return items by their SKUs."""
        good = _possible(skus)
        batches = [good[begin : begin + SKUS] for begin in range(0, len(good), SKUS)]
        parts = await asyncio.gather(*(self._batch(batch, operation) for batch in batches))
        return {key: value for part in parts for key, value in part.items()}

    async def groups(self, keys: Iterable[str], operation: str) -> dict[str, Found | PlatformError]:
        """Return groups by their keys."""

        async def read(key: str) -> Found:
            return await self._account.ask(f"{INVENTORY}/inventory_item_group/{quote(key, safe='')}", operation)

        return await _each([key for key in _possible(keys) if key not in PARENTS], read)

    async def offers(self, skus: Iterable[str], operation: str) -> dict[str, list[Json] | PlatformError]:
        """Return the offers of each SKU; of one that was never offered there are none."""

        async def read(sku: str) -> list[Json]:
            return rows((await self._account.ask(f"{INVENTORY}/offer", operation, {"sku": sku})).row.get("offers"))

        good = _possible(skus)
        found = await _each(good, read)
        memory = live_offers_of(self._account.session)
        for sku in good:
            each = found.get(sku, [])
            memory.learn(sku, [] if isinstance(each, PlatformError) else each)
        return {sku: found.get(sku, []) for sku in good}

    async def _batch(self, skus: Sequence[str], operation: str) -> dict[str, Found | PlatformError]:
        asked = {"requests": [{"sku": sku} for sku in skus]}
        try:
            answer = await self._account.ask(f"{INVENTORY}/bulk_get_inventory_item", operation, json=asked)
        except PlatformError as error:
            return await self._halves(skus, operation, error)
        found: dict[str, Found | PlatformError] = {}
        for each in rows(answer.row.get("responses")):
            sku, item = text(each.get("sku")), record(each.get("inventoryItem"))
            if sku is not None and item:
                found[sku] = Found({"sku": sku, **item}, answer.seen)
            elif sku is not None and (failure := _failure(each)) is not None:
                found[sku] = failure
        return found

    async def _halves(self, skus: Sequence[str], operation: str, error: PlatformError) -> dict[str, Found | PlatformError]:
        """Find the SKU that spoilt a batch, so that it costs itself only."""
        if error.category is not Category.VALIDATION:
            return dict.fromkeys(skus, error)
        if len(skus) == 1:
            return {}
        middle = len(skus) // 2
        parts = await asyncio.gather(self._batch(skus[:middle], operation), self._batch(skus[middle:], operation))
        return parts[0] | parts[1]


def _possible(keys: Iterable[str]) -> list[str]:
    return [key for key in dict.fromkeys(keys) if 0 < len(key) <= LONGEST_KEY]


async def _each(keys: Sequence[str], read: Callable[[str], Awaitable[T]]) -> dict[str, T | PlatformError]:
    """Return what is found for each key, or why it could not be read; what is not there is left out."""
    found = await asyncio.gather(*(_attempted(read, key) for key in keys))
    return {key: each for key, each in zip(keys, found, strict=True) if each is not None}


async def _attempted(read: Callable[[str], Awaitable[T]], key: str) -> T | PlatformError | None:
    try:
        return await read(key)
    except PlatformError as error:
        return None if error.code in MISSING else error


def _failure(response: Json) -> PlatformError | None:
    """Return why one part of a bulk answer failed, None when it is simply not there."""
    code, status = code_of(response), whole(response.get("statusCode")) or 500
    category, remedy = classify(ERRORS, status, code)
    return None if category is Category.VALIDATION else PlatformError(category, remedy, code=code)
