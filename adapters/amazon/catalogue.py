"""Reads products and variants: the seller's listings, 20 to an answer, of which a search reaches the first thousand.

Lists by time are read in slices of time. A listing has times in each of its marketplaces, and a search finds it by any of them: it is given
where its first making or its last change falls. Lists by number walk an index of all SKUs, which is kept for some minutes.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from adapters.amazon import wares
from adapters.amazon.manifest import LISTING_PAGE, LISTING_REACH
from adapters.amazon.shop import Found, Result, Shop
from adapters.amazon.values import Json, number_of, written
from adapters.kit.failures import PlatformError
from adapters.kit.port import Filter, ListQuery, Page, Span
from adapters.kit.rows import attempt
from adapters.kit.slices import OLDEST, read_slices, whole
from schema.errors import Category

INDEX_SECONDS = 300.0
LEAST = 5 * LISTING_PAGE  # listings of a slice that are worth reading however few rows are wanted
COLUMNS = {"created_at": "created", "updated_at": "lastUpdated"}

Make = Callable[[Any, Any, Sequence[str]], Any]
Read = Callable[[Sequence[str]], Awaitable[Sequence[Result]]]


class Catalogue:
    """The listings of one seller."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def products_by_ids(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return products; the key of a variation leads to its parent."""
        owners, markets = await self._owners(ids, "ProductsByIds"), await self._shop.marketplaces()
        return [_built(owners.get(key), wares.product, markets) for key in ids]

    async def products_page(self, query: ListQuery) -> Page:
        """Return a page of products by time."""
        return await self._sliced(query, "Products", wares.is_product, wares.product)

    async def variants_by_ids(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return variants."""
        found, markets = await self.listings(ids, "VariantsByIds"), await self._shop.marketplaces()
        return [_built(found.get(key), wares.variant, markets) for key in ids]

    async def variants_of_products(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return all variants of each product, in Amazon's order."""
        operation = "VariantsByProductIds"
        owners, markets = await self._owners(ids, operation), await self._shop.marketplaces()
        children = {key: wares.children_of(each.row) for key, each in owners.items() if isinstance(each, Found)}
        found = await self.listings([sku for skus in children.values() for sku in skus], operation)
        variants = {sku: _built(each, wares.variant, markets) for sku, each in found.items()}
        families: dict[str, Result] = {}
        for key, owner in owners.items():
            alone = not children.get(key)
            own = [_built(owner, wares.variant, markets)] if alone else [variants.get(sku) for sku in children[key]]
            failure = next((each for each in own if isinstance(each, PlatformError)), None)
            families[key] = failure or [each for each in own if each is not None]
        return [families.get(key) for key in ids]

    async def variants_page(self, query: ListQuery) -> Page:
        """Return a page of variants by time or number; those of some SKUs or of one product are read whole."""
        wanted = query.filter
        if wanted.product is not None:
            found = raise_first(await self.variants_of_products([wanted.product]))
            return whole(found[0] if found else [], query)
        if wanted.skus is not None:
            return whole(raise_first(await self.variants_by_ids(list(dict.fromkeys(wanted.skus)))), query)
        if query.ordering.by == "sequence":
            return await self.numbered(query, self.variants_by_ids)
        return await self._sliced(query, "Variants", wares.is_variant, wares.variant)

    async def numbered(self, query: ListQuery, read: Read) -> Page:
        """Return a page of what `read` gives for the next SKUs, by the SKUs' numbers."""
        descending = query.ordering.descending
        skus = await self._shop.session.remember("index", self._index, INDEX_SECONDS)
        places = sorted(((number_of(sku), sku) for sku in skus), reverse=descending)
        if query.cursor is not None:
            last = tuple(json.loads(query.cursor))
            places = [place for place in places if (place < last if descending else place > last)]
        elif isinstance(query.start, int):
            start = query.start
            places = [place for place in places if (place[0] <= start if descending else place[0] >= start)]
        given = places[: query.size]
        found = raise_first(await read([sku for _, sku in given]))
        flat = [entity for each in found for entity in (each if isinstance(each, list) else [each])]
        return Page(flat, json.dumps(given[-1]) if len(given) < len(places) else None)

    async def listings(self, skus: Iterable[str], operation: str) -> dict[str, Found | PlatformError]:
        """Return listings by their SKUs, or why they could not be read; one that is absent is none."""
        wanted = [sku for sku in dict.fromkeys(skus) if sku]
        # A list is joined by commas, so a SKU that has one can only be asked for alone.
        plain = [sku for sku in wanted if "," not in sku]
        batches = [plain[begin : begin + LISTING_PAGE] for begin in range(0, len(plain), LISTING_PAGE)]
        parts = await asyncio.gather(
            *(self._batch(batch, operation) for batch in batches), *(self._alone(sku, operation) for sku in wanted if "," in sku)
        )
        return {sku: each for part in parts for sku, each in part.items()}

    async def _owners(self, ids: Iterable[str], operation: str) -> dict[str, Found | PlatformError]:
        """Return what is the product of each SKU: itself, or its parent."""
        found = await self.listings(ids, operation)
        above = {sku: parent for sku, each in found.items() if isinstance(each, Found) and (parent := wares.parent_of(each.row))}
        missing = [parent for parent in above.values() if parent not in found]
        parents = {**found, **await self.listings(missing, operation)} if missing else found
        owners = {sku: parents.get(above[sku]) if sku in above else each for sku, each in found.items()}
        return {sku: each for sku, each in owners.items() if each is not None}

    async def _batch(self, skus: Sequence[str], operation: str) -> dict[str, Found | PlatformError]:
        params = {"identifiersType": "SKU", "identifiers": ",".join(skus), "pageSize": str(LISTING_PAGE)}
        try:
            found = (await self._shop.search_listings(params, operation)).rows
        except PlatformError as error:
            return dict.fromkeys(skus, error)
        return {sku: each for each in found if (sku := wares.sku_of(each.row)) is not None and sku in skus}

    async def _alone(self, sku: str, operation: str) -> dict[str, Found | PlatformError]:
        try:
            found = await self._shop.listing(sku, operation)
        except PlatformError as error:
            return {sku: error}
        return {} if found is None else {sku: found}

    async def _sliced(self, query: ListQuery, operation: str, fits: Callable[[Json], bool], make: Make) -> Page:
        column, markets = COLUMNS[query.ordering.by], await self._shop.marketplaces()

        async def read(span: Span, most: int | None) -> list[Any] | None:
            params = _params(query.filter, column, span)
            if params is None:
                return []
            found = await self._search(params, operation, None if most is None else max(most, LEAST))
            if found is None:
                return None
            fitting = [each for each in found if fits(each.row)]
            entities = self._shop.build(operation, fitting, lambda row, seen: make(row, seen, markets))
            return [each for each in entities if getattr(each, query.ordering.by) is not None]

        return await read_slices(query, read, self._shop.session.clock.now())

    async def _search(self, params: dict[str, str], operation: str, most: int | None) -> list[Found] | None:
        """Return all listings of a search, None when there are more than `most`."""
        # Sorted by what does not change, or a listing edited meanwhile would shift the pages.
        params = {**params, "sortBy": "sku", "sortOrder": "ASC", "pageSize": str(LISTING_PAGE)}
        listed = await self._shop.search_listings(params, operation)
        if most is not None and listed.total > most:
            return None
        if listed.total > LISTING_REACH:
            message = f"More than {LISTING_REACH} listings have the same time, and Amazon shows no more; read them by their SKUs."
            raise PlatformError(Category.VALIDATION, message, code="TOO_MANY_AT_ONCE")
        found = list(listed.rows)
        for _ in range(LISTING_REACH // LISTING_PAGE):
            if listed.following is None:
                break
            listed = await self._shop.search_listings({**params, "pageToken": listed.following}, operation)
            found += listed.rows
        return found

    async def _index(self) -> tuple[str, ...]:
        """Return the SKUs of all variants."""
        end = self._shop.session.clock.now() + timedelta(days=1)
        found = await self._everything(OLDEST, end)
        return tuple(dict.fromkeys(sku for each in found if (sku := wares.sku_of(each.row)) and wares.is_variant(each.row)))

    async def _everything(self, low: datetime, high: datetime) -> list[Found]:
        """Return all listings made between two times: as long as there are too many, of each half of the time."""
        halvable = high - low > timedelta(seconds=1)
        params = {"createdAfter": written(low), "createdBefore": written(high)}
        found = await self._search(params, "Index", LISTING_REACH if halvable else None)
        if found is not None:
            return found
        middle = low + (high - low) / 2
        return [*await self._everything(low, middle), *await self._everything(middle, high)]


def raise_first(answers: Sequence[Result]) -> list[Any]:
    """Return what is there of some answers; raises the first failure among them."""
    for each in answers:
        if isinstance(each, PlatformError):
            raise each
    return [each for each in answers if each is not None]


def _built(found: Found | PlatformError | None, make: Make, markets: Sequence[str]) -> Result:
    return attempt(lambda each: make(each.row, each.seen, markets), found) if isinstance(found, Found) else found


def _params(wanted: Filter, column: str, span: Span) -> dict[str, str] | None:
    """Return how to search for the listings of a slice and a filter, None when nothing can be in both."""
    spans = {"created": wanted.created or Span(), "lastUpdated": wanted.updated or Span()}
    spans[column] = _both(spans[column], span)
    params: dict[str, str] = {}
    for name, each in spans.items():
        if each.start is not None and each.end is not None and each.start >= each.end:
            return None
        params |= {f"{name}After": written(each.start)} if each.start else {}
        params |= {f"{name}Before": written(each.end)} if each.end else {}
    return params


def _both(one: Span, other: Span) -> Span:
    starts = [each for each in (one.start, other.start) if each]
    ends = [each for each in (one.end, other.end) if each]
    return Span(max(starts, default=None), min(ends, default=None))
