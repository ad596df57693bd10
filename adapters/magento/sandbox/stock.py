"""What lies where, and how much of it can still be sold.

A source item is what lies on the shelf, whatever has been ordered. What can be sold is that of the stock's enabled sources, less what open
orders of the stock's website still wait for. Stock 1 is the default one without a website; website n sells from stock n + 1.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from adapters.magento.sandbox.seed.facts import Facts
from adapters.magento.sandbox.seed.plans import Plan
from adapters.magento.sandbox.seed.wares import COMPOSITE, UNSHIPPED, Ware
from adapters.magento.sandbox.table import Row

DEFAULT_STOCK = 1
OPEN = frozenset({"new", "pending_payment", "payment_review", "processing", "holded"})


@dataclass(slots=True)
class Item:
    """So many pieces of a product at a source; `status` 1 is in stock, 0 out."""

    quantity: float
    status: int


class Shelves:
    """A store's stock."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.items: dict[tuple[str, str], Item] = {}
        for ware in facts.wares.values():
            self.fill(ware)

    def fill(self, ware: Ware) -> None:
        """Lay a product out as its seed says."""
        for code, quantity in ware.quantities.items():
            self.items[ware.sku, code] = Item(quantity, int(quantity > 0))

    def rows(self) -> list[Row]:
        """Return every source item."""
        return [
            {"sku": sku, "source_code": code, "quantity": item.quantity, "status": item.status} for (sku, code), item in self.items.items()
        ]

    def on_hand(self, sku: str, code: str) -> float:
        """Return how much lies at one source."""
        item = self.items.get((sku, code))
        return item.quantity if item else 0

    def add(self, sku: str, code: str, quantity: float, *, backorders: bool) -> None:
        """Lay pieces at a source, or take them away; where backorders are not allowed, the last piece puts it out of stock."""
        item = self.items.setdefault((sku, code), Item(0, int(quantity > 0)))
        item.quantity += quantity
        if item.quantity <= 0 and not backorders:
            item.status = 0

    def drop(self, sku: str) -> None:
        """Forget a product that is gone."""
        for key in [key for key in self.items if key[0] == sku]:
            del self.items[key]

    def stocks(self) -> list[Row]:
        """Return the stocks with the websites that sell from them."""
        rows: list[Row] = [{"stock_id": DEFAULT_STOCK, "name": "Default Stock", "extension_attributes": {"sales_channels": []}}]
        for number, code in enumerate(self._facts.profile.websites, DEFAULT_STOCK + 1):
            channels = [{"type": "website", "code": code}]
            rows.append({"stock_id": number, "name": f"{code.title()} Stock", "extension_attributes": {"sales_channels": channels}})
        return rows

    def links(self) -> list[Row]:
        """Return which source belongs to which stock; the second website has no share in the first source."""
        codes = [source.code for source in self._facts.profile.sources]
        rows: list[Row] = [{"stock_id": DEFAULT_STOCK, "source_code": codes[0], "priority": 1}]
        for number in range(len(self._facts.profile.websites)):
            rows += [
                {"stock_id": number + 2, "source_code": code, "priority": priority}
                for priority, code in enumerate(codes[min(number, 1) :], 1)
            ]
        return rows

    def sources_of(self, stock_id: int) -> list[str]:
        """Return the enabled sources of a stock."""
        enabled = {source.code for source in self._facts.profile.sources if source.enabled}
        return [link["source_code"] for link in self.links() if link["stock_id"] == stock_id and link["source_code"] in enabled]

    def reserved(self, plans: Iterable[Plan], stock_id: int) -> Counter[str]:
        """Return how many pieces open orders still wait for, by SKU."""
        waiting: Counter[str] = Counter()
        for plan in plans:
            if plan.changes.get("state", plan.story.state) not in OPEN or self._facts.view(plan.view).website + 1 != stock_id:
                continue
            for place, (ware_id, quantity) in enumerate(plan.buys):
                sent, back = (sum(one.pieces.get(place, 0) for one in kind) for kind in (plan.shipments, plan.memos))
                left = quantity - max(sent, back) - plan.cancelled.get(place, 0)
                for ware in self.inside(self._facts.wares.get(ware_id)):
                    waiting[ware.sku] += left
        return waiting

    def salable(self, ware: Ware, stock_id: int, reserved: Counter[str]) -> tuple[float, bool]:
        """Return how many pieces can still be sold, and whether any can; a composite product never says how many."""
        if ware.type in COMPOSITE:
            return 0, True
        lying = (self.items.get((ware.sku, code)) for code in self.sources_of(stock_id))
        left = sum(item.quantity for item in lying if item and item.status) - reserved[ware.sku]
        return max(0, left), left > 0

    def inside(self, ware: Ware | None) -> list[Ware]:
        """Return what is taken from the shelves when one piece of a product is sent."""
        if ware is None or ware.type in UNSHIPPED:
            return []
        return [self._facts.wares[child] for child in ware.children if child in self._facts.wares] if ware.type == "bundle" else [ware]
