"""Writes to what is offered: numbers and prices of live listings in bulk, anything else offer by offer. An offer is only written whole."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from adapters.ebay.account import Account
from adapters.ebay.manifest import AUCTION, INVENTORY, LANGUAGE, LIVE, MARKETPLACES, PUBLISHED, SKUS, UNPUBLISHED
from adapters.ebay.refusals import failure_of
from adapters.ebay.values import Json, flag, money, record, rows, text
from adapters.kit.failures import PlatformError
from schema.errors import Category

BULK = f"{INVENTORY}/bulk_update_price_quantity"
OFFER = f"{INVENTORY}/offer"
FIXED = frozenset({"offerId", "sku", "marketplaceId", "format", "status", "listing"})  # of an offer: what it is of, and what eBay tells


@dataclass(frozen=True, slots=True)
class Revision:
    """What changes of one SKU: its stock as eBay writes it, and its live offers by their ids."""

    sku: str
    stock: Json | None
    offers: Sequence[Json] = ()

    @property
    def written(self) -> Json:
        """Return the change in the platform's words."""
        stock = {} if self.stock is None else {"shipToLocationAvailability": self.stock}
        return {"sku": self.sku, **stock, **({"offers": [*self.offers]} if self.offers else {})}


async def revise(account: Account, operation: str, revisions: Sequence[Revision]) -> list[PlatformError | None]:
    """Carry out changes, each of another SKU, 25 in a call; returns for each why it failed, or None."""
    parts = [revisions[begin : begin + SKUS] for begin in range(0, len(revisions), SKUS)]
    found = await asyncio.gather(*(_revise(account, operation, part) for part in parts))
    return [each for part in found for each in part]


async def replace(account: Account, operation: str, offer: Json, changes: Json) -> None:
    """Write an offer as it is but for some fields, of which None is left out; raises PlatformError."""
    body = {name: value for name, value in {**offer, **changes}.items() if name not in FIXED and value is not None}
    await account.change("PUT", f"{OFFER}/{offer_id(offer)}", operation, body, headers=language_of_offer(offer))


async def publish(account: Account, operation: str, offers: Iterable[Json], group: str | None) -> None:
    """Make listings of drafts, one of all for a group; raises PlatformError."""
    drafts = [each for each in offers if each.get("status") == UNPUBLISHED]
    if group is None:
        for each in drafts:
            await account.change("POST", f"{OFFER}/{offer_id(each)}/publish", operation)
    for site in _sites(drafts) if group is not None else ():
        await account.change("POST", f"{OFFER}/publish_by_inventory_item_group", operation, _of_group(group, site))


async def withdraw(account: Account, operation: str, offers: Iterable[Json], group: str | None) -> None:
    """End listings, so that their offers are drafts again; raises PlatformError."""
    listed = [each for each in offers if each.get("status") == PUBLISHED]
    if group is None:
        for each in listed:
            await account.change("POST", f"{OFFER}/{offer_id(each)}/withdraw", operation)
    for site in _sites(listed) if group is not None else ():
        await account.change("POST", f"{OFFER}/withdraw_by_inventory_item_group", operation, _of_group(group, site))


def offer_id(offer: Json) -> str:
    """Return an offer's id as a part of a path."""
    return quote(text(offer.get("offerId")) or "", safe="")


def is_live(offer: Json) -> bool:
    """Say whether an offer is a listing that can be revised."""
    listing = record(offer.get("listing"))
    return offer.get("status") == PUBLISHED and listing.get("listingStatus") in LIVE and not flag(listing.get("listingOnHold"))


def is_fixed(offer: Json) -> bool:
    """Say whether an offer has a price and a number of units of its own, as an auction has not."""
    return offer.get("format") != AUCTION


def currency_of(offer: Json) -> str | None:
    """Return the currency of an offer; one without a price has that of its site."""
    price = money(record(offer.get("pricingSummary")).get("price"))
    site = MARKETPLACES.get(text(offer.get("marketplaceId")) or "")
    return price.currency_code if price else site[0] if site else None


def language_of_offer(offer: Json) -> dict[str, str]:
    """Return the header that says in which language an offer is written."""
    site = MARKETPLACES.get(text(offer.get("marketplaceId")) or "")
    return {"content-language": site[1] if site else LANGUAGE}


def _of_group(group: str | None, site: str) -> Json:
    return {"inventoryItemGroupKey": group, "marketplaceId": site}


def _sites(offers: Iterable[Json]) -> list[str]:
    return list(dict.fromkeys(site for each in offers if (site := text(each.get("marketplaceId")))))


async def _revise(account: Account, operation: str, revisions: Sequence[Revision]) -> list[PlatformError | None]:
    """Send one call. One that is refused whole is sent again in halves, so that what spoilt it costs itself only."""
    try:
        answer = await account.change("POST", BULK, operation, {"requests": [each.written for each in revisions]})
    except PlatformError as error:
        if error.category is not Category.VALIDATION or len(revisions) == 1:
            return [error for _ in revisions]
        middle = len(revisions) // 2
        first = await _revise(account, operation, revisions[:middle])
        return [*first, *await _revise(account, operation, revisions[middle:])]
    responses = rows(record(answer.body).get("responses"))
    return [_outcome(each, responses) for each in revisions]


def _outcome(revision: Revision, responses: Sequence[Json]) -> PlatformError | None:
    """Return why a change failed; one part that failed is enough. A part is told by its offer, or by its SKU where it has none."""
    ids = {text(each.get("offerId")) for each in revision.offers}
    own = [each for each in responses if (text(each.get("offerId")) in ids if each.get("offerId") else each.get("sku") == revision.sku)]
    failures = [failure for each in own if (failure := failure_of(each)) is not None]
    if not own:
        return PlatformError(Category.TRANSIENT, "eBay does not say what became of this.", code="NO_PART")
    return next((each for each in failures if each.uncertain), failures[0] if failures else None)
