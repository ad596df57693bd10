"""What the seeded rows of one store are made from."""

from dataclasses import dataclass
from functools import cached_property

from adapters.woocommerce.sandbox.dates import SiteClock, instant_of
from adapters.woocommerce.sandbox.seed.money import Money, portion
from adapters.woocommerce.sandbox.seed.people import Person, person
from adapters.woocommerce.sandbox.seed.profiles import Profile
from adapters.woocommerce.sandbox.seed.wares import Ware, make_wares

STAFF = 1
FIRST_CUSTOMER = 2
GUESTS = 1_000_000


@dataclass(frozen=True)
class Facts:
    """One store's seed: its name, profile and money, and the wares that everything else refers to."""

    name: str
    profile: Profile
    currency: str
    symbol: str
    money: Money
    clock: SiteClock
    version: str

    @cached_property
    def wares(self) -> dict[int, Ware]:
        """Everything that is or was sold, by id."""
        return make_wares(self.name, self.profile, self.money.decimals)

    @cached_property
    def since(self) -> int:
        """When the shop's history begins."""
        return instant_of(self.profile.since)

    @cached_property
    def until(self) -> int:
        """When the seeded history ends; nothing seeded is later."""
        return instant_of(self.profile.until)

    def person(self, number: int) -> Person:
        """Return a buyer: customers by their id, guests by numbers from GUESTS on."""
        return person(number, self.profile.country, odd=self.profile.odd)

    def tax(self, minor: int) -> int:
        """Return the tax on a sum."""
        return portion(minor, self.profile.tax)
