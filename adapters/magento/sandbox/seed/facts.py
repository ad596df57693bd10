"""What the seeded rows of one store are made from."""

from dataclasses import dataclass
from functools import cached_property

from adapters.magento.sandbox.dates import instant_of
from adapters.magento.sandbox.seed.people import Person, person
from adapters.magento.sandbox.seed.profiles import Profile, View
from adapters.magento.sandbox.seed.stories import STORIES
from adapters.magento.sandbox.seed.wares import Ware, make_wares

HOUR = 3600


@dataclass(frozen=True)
class Facts:
    """One store's seed: its name and profile, and the wares that everything else refers to."""

    name: str
    profile: Profile

    @cached_property
    def wares(self) -> dict[int, Ware]:
        """Every product, by id."""
        return make_wares(self.name, self.profile)

    @cached_property
    def gone(self) -> dict[int, Ware]:
        """Products that were deleted, which orders still speak of."""
        return {}

    @cached_property
    def sold(self) -> list[Ware]:
        """What lines can be about: no parents whose variants are chosen, no groups, nothing switched off."""
        return [ware for ware in self.wares.values() if ware.type not in {"configurable", "grouped"} and ware.status == 1]

    @cached_property
    def shares(self) -> list[int]:
        """How often each story is drawn."""
        return [story.share for story in STORIES]

    @cached_property
    def since(self) -> int:
        """When the shop's history begins."""
        return instant_of(self.profile.since) or 0

    @cached_property
    def until(self) -> int:
        """When the seeded history ends; nothing seeded is later."""
        return instant_of(self.profile.until) or 0

    def person(self, number: int) -> Person:
        """Return a buyer by number."""
        return person(number, self.profile.country, odd=self.profile.odd)

    def view(self, view_id: int) -> View:
        """Return a store view by its number."""
        return next(view for view in self.profile.views if view.id == view_id)

    def ware(self, ware_id: int) -> Ware:
        """Return a product as orders know it, deleted or not."""
        return self.wares[ware_id] if ware_id in self.wares else self.gone[ware_id]

    def width(self, ware_id: int) -> int:
        """Return how many lines one purchase makes: a variant's parent and the contents of a bundle have lines of their own."""
        ware = self.ware(ware_id)
        return 2 if ware.parent else 1 + len(ware.children)
