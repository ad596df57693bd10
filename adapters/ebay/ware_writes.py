"""What writes to products and variants share: the product that a key names as it is now, and the writing of items, groups and offers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from adapters.ebay import wares
from adapters.ebay.account import Account, Found
from adapters.ebay.bodies import language_of
from adapters.ebay.inventory import Inventory
from adapters.ebay.manifest import INVENTORY, MISSING, SKUS
from adapters.ebay.refusals import failure_of, gone, unsent
from adapters.ebay.values import Json, record, rows, text, texts
from adapters.kit.failures import PlatformError


@dataclass(frozen=True, slots=True)
class Owner:
    """A product: its group, None for an item in none, and its SKUs."""

    group: Json | None
    item: Json | None
    skus: Sequence[str]

    @property
    def group_key(self) -> str | None:
        """Return the key of the group."""
        return text(self.group.get("inventoryItemGroupKey")) if self.group else None


class WareWrites:
    """The items, groups and offers of one seller, read anew and written whole."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._inventory = Inventory(account)

    async def owner(self, key: str, operation: str) -> Owner:
        """Return the product of a key; raises PlatformError."""
        if key.startswith(wares.GROUP):
            return await self._group(key.removeprefix(wares.GROUP), operation)
        item = await self.item(key.removeprefix(wares.SKU), operation)
        groups = wares.group_keys(item)
        return await self._group(groups[0], operation) if groups else Owner(None, item, [str(item["sku"])])

    async def item(self, sku: str, operation: str) -> Json:
        """Return an item; raises PlatformError."""
        found = (await self.items([sku], operation)).get(sku)
        if found is None:
            raise gone()
        return found

    async def items(self, skus: Sequence[str], operation: str) -> dict[str, Json]:
        """Return those items that are there; raises PlatformError."""
        return {sku: each.row for sku, each in _all(await self._inventory.items(skus, operation)).items()}

    async def group(self, key: str, operation: str) -> Json | None:
        """Return a group, None when it is not there; raises PlatformError."""
        found = _all(await self._inventory.groups([key], operation)).get(key)
        return found.row if found else None

    async def offers(self, skus: Sequence[str], operation: str) -> dict[str, list[Json]]:
        """Return the offers of each SKU; raises PlatformError."""
        found = await self._inventory.offers(skus, operation)
        failed = next((each for each in found.values() if isinstance(each, PlatformError)), None)
        if failed is not None:
            raise unsent(failed)
        return {sku: each for sku, each in found.items() if not isinstance(each, PlatformError)}

    async def put_item(self, operation: str, item: Json, body: Json) -> None:
        """Replace an item that was read; raises PlatformError."""
        await self.account.change("PUT", item_path(str(item["sku"])), operation, body, headers=language_of(item))

    async def put_group(self, operation: str, key: str, body: Json, model: Json) -> None:
        """Make or replace a group, in the language of an item; raises PlatformError."""
        await self.account.change("PUT", group_path(key), operation, body, headers=language_of(model))

    async def in_bulk(self, path: str, operation: str, requests: Sequence[Json], language: Mapping[str, str]) -> None:
        """Make things 25 in a call; raises the first PlatformError, one that leaves something in doubt before others."""
        for begin in range(0, len(requests), SKUS):
            body = {"requests": requests[begin : begin + SKUS]}
            answer = await self.account.change("POST", f"{INVENTORY}/{path}", operation, body, headers=language)
            failures = [failure for each in rows(record(answer.body).get("responses")) if (failure := failure_of(each)) is not None]
            if failures:
                raise next((each for each in failures if each.uncertain), failures[0])

    async def delete(self, path: str, operation: str) -> bool:
        """Delete an item or a group; say whether it was there. Raises PlatformError."""
        try:
            await self.account.change("DELETE", path, operation)
        except PlatformError as error:
            if error.code in MISSING:
                return False
            raise
        return True

    async def _group(self, key: str, operation: str) -> Owner:
        group = await self.group(key, operation)
        if group is None:
            raise gone()
        return Owner(group, None, texts(group.get("variantSKUs")))


def item_path(sku: str) -> str:
    """Return where an item is."""
    return f"{INVENTORY}/inventory_item/{quote(sku, safe='')}"


def group_path(key: str) -> str:
    """Return where a group is."""
    return f"{INVENTORY}/inventory_item_group/{quote(key, safe='')}"


def _all(found: Mapping[str, Found | PlatformError]) -> dict[str, Found]:
    failed = next((each for each in found.values() if isinstance(each, PlatformError)), None)
    if failed is not None:
        raise unsent(failed)
    return {key: each for key, each in found.items() if isinstance(each, Found)}
