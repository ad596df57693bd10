"""One store that serves: its settings, its rows, its tokens and its clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.ebay.sandbox.book import Book, Row
from adapters.ebay.sandbox.catalogue import Catalogue
from adapters.ebay.sandbox.dates import in_milliseconds
from adapters.ebay.sandbox.quotas import Quotas
from adapters.ebay.sandbox.seed.facts import Facts
from adapters.ebay.sandbox.seed.history import Head, heads_of
from adapters.ebay.sandbox.seed.orders import order_row
from adapters.ebay.sandbox.seed.places import places_of
from adapters.ebay.sandbox.seed.wares import wares_of
from adapters.ebay.sandbox.settings import Settings, settings_of
from adapters.ebay.sandbox.tokens import Tokens
from adapters.kit.sandbox import SandboxStore


@dataclass(slots=True)
class Store:
    """A store that serves; `quotas` are those of its application, which other stores may share."""

    settings: Settings
    facts: Facts
    now: Callable[[], datetime]
    tokens: Tokens
    quotas: Quotas
    orders: Book
    catalogue: Catalogue
    places: list[dict[str, Any]]

    def instant(self) -> int:
        """Return the present instant, in milliseconds since 1970."""
        return in_milliseconds(self.now())


def open_store(store: SandboxStore, now: Callable[[], datetime], quotas: Quotas) -> Store:
    """Build a store's rows from its seed. ValueError for a profile, size or option it does not know."""
    settings = settings_of(store)
    facts = settings.facts
    catalogue = Catalogue(wares_of(store.name, settings.profile))

    def build(head: Head) -> Row:
        return order_row(facts, head, catalogue.sold)

    return Store(
        settings=settings,
        facts=facts,
        now=now,
        tokens=Tokens(settings, now),
        quotas=quotas,
        orders=Book(build, heads_of(facts, len(catalogue.all))),
        catalogue=catalogue,
        places=places_of(settings.profile),
    )
