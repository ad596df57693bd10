"""One store that serves: its settings, its rows, its tokens and its clock."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from adapters.ebay.sandbox.book import Book, Row
from adapters.ebay.sandbox.catalogue import Catalogue
from adapters.ebay.sandbox.dates import SECOND, in_milliseconds
from adapters.ebay.sandbox.jobs import Finish, Jobs
from adapters.ebay.sandbox.quotas import Quotas
from adapters.ebay.sandbox.revisions import Revisions
from adapters.ebay.sandbox.seed.facts import Facts
from adapters.ebay.sandbox.seed.history import Head, heads_of
from adapters.ebay.sandbox.seed.orders import order_row
from adapters.ebay.sandbox.seed.places import places_of
from adapters.ebay.sandbox.seed.wares import wares_of
from adapters.ebay.sandbox.settings import Settings, settings_of
from adapters.ebay.sandbox.tokens import Tokens
from adapters.ebay.sandbox.turns import Turns
from adapters.kit.sandbox import Control, SandboxStore


@dataclass(slots=True)
class Store:
    """A store that serves; `quotas` are those of its application, which other stores may share. `numbers` are for ids that it gives."""

    settings: Settings
    facts: Facts
    control: Control
    tokens: Tokens
    quotas: Quotas
    orders: Book
    catalogue: Catalogue
    places: list[dict[str, Any]]
    turns: Turns
    revisions: Revisions
    jobs: Jobs = field(default_factory=Jobs)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def instant(self) -> int:
        """Return the present instant, in milliseconds since 1970."""
        return in_milliseconds(self.control.now())

    def later(self, finish: Finish) -> None:
        """Finish something some moments from now."""
        self.jobs.add(self.instant() + round(self.settings.job_seconds * SECOND), finish)


def open_store(store: SandboxStore, control: Control, quotas: Quotas) -> Store:
    """Build a store's rows from its seed. ValueError for a profile, size or option it does not know."""
    settings = settings_of(store)
    facts = settings.facts
    catalogue = Catalogue(settings.profile, wares_of(store.name, settings.profile))

    def build(head: Head) -> Row:
        return order_row(facts, head, catalogue.sold)

    return Store(
        settings=settings,
        facts=facts,
        control=control,
        tokens=Tokens(settings, control.now),
        quotas=quotas,
        orders=Book(build, heads_of(facts, len(catalogue.all))),
        catalogue=catalogue,
        places=places_of(settings.profile),
        turns=Turns(settings.write_seconds),
        revisions=Revisions(settings.revisions),
    )
