"""What is live, remembered: stock is written to offers by their ids, and eBay tells those of one SKU a call only.

The memory is one process's own, for an hour, of SKUs that have a live listing with a number of its own. Whatever reads offers renews it. A
listing that is no more is found out by the refusal of the write, which is then made again after a fresh look.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from adapters.ebay.listings import is_fixed, is_live
from adapters.ebay.values import Json, text
from adapters.kit.session import Session

SECONDS = 3600.0
MOST = 50_000  # SKUs; those learnt longest ago are forgotten first


def live_offers_of(session: Session) -> "LiveOffers":
    """Return a session's memory."""
    found: LiveOffers = session.kept.setdefault("live offers", LiveOffers(session))
    return found


class LiveOffers:
    """The ids of the live offers of SKUs."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: OrderedDict[str, tuple[float, tuple[str, ...]]] = OrderedDict()

    def learn(self, sku: str, offers: Iterable[Json]) -> tuple[str, ...]:
        """Remember which offers of a SKU are live, and return them."""
        live = tuple(found for each in offers if is_live(each) and is_fixed(each) and (found := text(each.get("offerId"))))
        self._known.pop(sku, None)
        if live:
            self._known[sku] = (self._session.clock.monotonic() + SECONDS, live)
            if len(self._known) > MOST:
                self._known.popitem(last=False)
        return live

    def known(self, skus: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return what is remembered of some SKUs."""
        now = self._session.clock.monotonic()
        return {sku: self._known[sku][1] for sku in skus if sku in self._known and self._known[sku][0] > now}

    def forget(self, skus: Iterable[str | None]) -> None:
        """Drop what is remembered of some SKUs."""
        for sku in skus:
            self._known.pop(sku or "", None)
