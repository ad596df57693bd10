"""The wares of one store as its paths look them up: by SKU, by group, by offer."""

from collections.abc import Iterable
from dataclasses import replace

from adapters.ebay.sandbox.seed.goods import offer_id, ware_number
from adapters.ebay.sandbox.seed.wares import OFFERS, Ware


class Catalogue:
    """The SKUs in the order of their making. Orders name them by number, and show them as they were made, in `sold`."""

    def __init__(self, wares: Iterable[Ware]) -> None:
        self.all = list(wares)
        self.sold = [replace(ware) for ware in self.all]
        self.by_sku = {ware.sku: ware for ware in self.all}

    def group(self, key: str) -> list[Ware]:
        """Return the wares of a group, none when there is no such group."""
        return [ware for ware in self.by_sku.values() if ware.group == key] if key else []

    def offer(self, wanted: str) -> tuple[Ware, int] | None:
        """Return the ware that has an offer, and the offer's place among the ware's."""
        number = ware_number(wanted) if wanted.isdecimal() else -1
        ware = self.all[number] if 0 <= number < len(self.all) else None
        if ware is None or ware.sku not in self.by_sku:
            return None
        return next(((ware, place) for place in range(len(OFFERS[ware.offers])) if offer_id(ware, place) == wanted), None)

    def add(self, ware: Ware) -> None:
        """Add a ware, whose number must be the next."""
        self.all.append(ware)
        self.sold.append(replace(ware))
        self.by_sku[ware.sku] = ware

    def remove(self, sku: str) -> None:
        """Take a ware out of the inventory; old orders still show it."""
        del self.by_sku[sku]
