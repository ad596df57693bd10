"""What every row of a store's seed depends on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

from adapters.amazon.sandbox.markets import MARKETS, Market
from adapters.amazon.sandbox.seed.profiles import Profile
from adapters.amazon.sandbox.seed.wares import Ware


@dataclass(frozen=True, slots=True)
class Facts:
    """One store; `discount_sign` is -1 where discounts are written negative.

    `offers` are the wares of the seed that can be bought in each marketplace. They stay as they were, whatever becomes of the listings
    later: an order does not change because its ware does.
    """

    name: str
    title: str
    seller_id: str
    profile: Profile
    markets: tuple[Market, ...]
    offers: Mapping[str, Sequence[Ware]]
    discount_sign: int = -1

    @property
    def region(self) -> str:
        """The region of the seller's account."""
        return self.markets[0].region

    def market(self, market_id: str) -> Market:
        """Return a marketplace; orders of other channels are counted in the first one's money."""
        return MARKETS.get(market_id, self.markets[0])

    def order_id(self, place: int) -> str:
        """Return the id of the order at a place: 3-7-7 digits without any order in time."""
        seat = place + crc32(self.name.encode()) % 1_000_000
        return (
            f"{seat * 541 % 900 + 100}-{(seat * 7_368_787 + 1_299_709) % 10_000_000:07d}-{(seat * 5_915_587 + 15_485_863) % 10_000_000:07d}"
        )


def priced(ware: Ware, market: Market) -> int:
    """Return what a ware costs in a marketplace, in its smallest unit."""
    return ware.prices.get(market.id) or max(1, ware.cents * market.rate // 100)


def offers_of(wares: Iterable[Ware], markets: Sequence[Market]) -> dict[str, list[Ware]]:
    """Return copies of what can be bought in each marketplace: all but parents, and not what is sold elsewhere only."""
    kept = [replace(ware) for ware in wares if not ware.children]
    return {market.id: [ware for ware in kept if ware.sold_at(spot)] for spot, market in enumerate(markets)}
