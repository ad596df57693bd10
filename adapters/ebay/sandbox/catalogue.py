"""The wares of one store as its paths look them up: by SKU, by group, by offer; and their documents, once somebody wrote them.

What the seed made is a light row, from which documents are written when they are asked for. A ware that is changed over the interface
keeps its documents from then on, and the row behind them tells its number, its SKU and its group only.
"""

import copy
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from adapters.ebay.sandbox.seed.goods import group_row, item_row, offer_rows, ware_number
from adapters.ebay.sandbox.seed.profiles import Profile
from adapters.ebay.sandbox.seed.wares import Ware, blank_ware

Json = dict[str, Any]
# An item's fields that its path and its group tell, and no document of its own.
TOLD = frozenset({"sku", "inventoryItemGroupKeys", "groupIds"})


class Catalogue:
    """The SKUs in the order of their making. Orders name them by number, and show them as they were made, in `sold`."""

    def __init__(self, profile: Profile, wares: Iterable[Ware]) -> None:
        self.profile = profile
        self.all = list(wares)
        self.sold = [replace(ware) for ware in self.all]
        self.by_sku = {ware.sku: ware for ware in self.all}
        self.groups: dict[str, Json] = {}
        self._offers: dict[str, Ware] = {}

    def item(self, ware: Ware) -> Json:
        """Return an item as its path shows it."""
        return item_row(self.profile, ware)

    def offers(self, ware: Ware) -> list[Json]:
        """Return the offers of a ware."""
        return offer_rows(self.profile, ware)

    def offer(self, wanted: str) -> tuple[Ware, Json] | None:
        """Return an offer and the ware it is of."""
        ware = self._offers.get(wanted) or self._numbered(wanted)
        if ware is None or self.by_sku.get(ware.sku) is not ware:
            return None
        return next(((ware, offer) for offer in self.offers(ware) if offer["offerId"] == wanted), None)

    def group(self, key: str) -> list[Ware]:
        """Return the wares of a group, none when there is no such group."""
        return [ware for ware in self.by_sku.values() if ware.group == key] if key else []

    def group_document(self, key: str) -> Json | None:
        """Return a group as its path shows it, None when there is none."""
        if key in self.groups:
            return {"inventoryItemGroupKey": key, **self.groups[key]}
        wares = self.group(key)
        return group_row(key, wares) if wares else None

    def keep(self, ware: Ware) -> tuple[Json, list[Json]]:
        """Return a ware's item and offers, to be changed: from now on they are what is told of it."""
        if ware.item is None:
            ware.item = {name: copy.deepcopy(part) for name, part in self.item(ware).items() if name not in TOLD}
        if ware.listings is None:
            ware.listings = copy.deepcopy(self.offers(ware))
        return ware.item, ware.listings

    def keep_group(self, key: str) -> Json:
        """Return a group's document, to be changed."""
        if key not in self.groups:
            told = self.group_document(key) or {}
            self.groups[key] = {name: copy.deepcopy(part) for name, part in told.items() if name != "inventoryItemGroupKey"}
        return self.groups[key]

    def make(self, sku: str, item: Json) -> Ware:
        """Add a ware that consists of its document."""
        ware = blank_ware(len(self.all), sku)
        self.add(ware)
        ware.item, ware.listings = item, []
        return ware

    def add(self, ware: Ware) -> None:
        """Add a ware, whose number must be the next."""
        self.all.append(ware)
        self.sold.append(replace(ware))
        self.by_sku[ware.sku] = ware

    def add_offer(self, ware: Ware, offer: Json) -> None:
        """Add an offer to a ware."""
        self.keep(ware)[1].append(offer)
        self._offers[offer["offerId"]] = ware

    def leave(self, ware: Ware) -> None:
        """Take a ware out of its group."""
        if ware.group in self.groups:
            members = self.groups[ware.group]["variantSKUs"]
            members[:] = [sku for sku in members if sku != ware.sku]
        self.keep(ware)
        ware.group = ""

    def remove(self, sku: str) -> None:
        """Take a ware out of the inventory; old orders still show it."""
        self.leave(self.by_sku[sku])
        del self.by_sku[sku]

    def _numbered(self, offer: str) -> Ware | None:
        number = ware_number(offer) if offer.isdecimal() else -1
        return self.all[number] if 0 <= number < len(self.all) else None
