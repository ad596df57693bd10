"""What one store's seeds have in common."""

from dataclasses import dataclass

from adapters.ebay.sandbox.seed.people import ABROAD, Buyer, buyer
from adapters.ebay.sandbox.seed.profiles import Profile


@dataclass(frozen=True, slots=True)
class Facts:
    """One store's name, profile, and the span of its history in milliseconds since 1970; no seeded instant is later than `until`."""

    store: str
    seller: str
    profile: Profile
    since: int
    until: int

    def buyer(self, number: int, *, abroad: bool = False) -> Buyer:
        """Return a buyer by number, at home or from another country."""
        country = self.profile.country
        return buyer(number, ABROAD[country] if abroad else country)
