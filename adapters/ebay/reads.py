"""Reads eBay sellers: orders by time, wares by a number of ours, locations whole. What eBay lacks (customers) is absent."""

from collections.abc import Sequence
from typing import Any

from adapters.ebay import wares
from adapters.ebay.account import Account, Listing
from adapters.ebay.catalogue import Catalogue
from adapters.ebay.manifest import INVENTORY, LOCATIONS_PAGE
from adapters.ebay.orders import Orders
from adapters.kit.failures import PlatformError
from adapters.kit.port import ListQuery, Page, Reader, Readers
from adapters.kit.rows import mapped
from adapters.kit.session import Session
from adapters.kit.slices import whole
from schema.inventory import Location
from schema.keys import Kind

LOCATIONS = Listing(f"{INVENTORY}/location", "Locations", "locations", "merchantLocationKey", LOCATIONS_PAGE)


def connect(session: Session) -> Readers:
    """Return all that an eBay seller's account can be asked."""
    account = Account(session)
    orders, catalogue, locations = Orders(account), Catalogue(account), _Locations(account)
    return Readers(
        kinds={
            Kind.ORDER: Reader(orders.by_ids, orders.page),
            Kind.PRODUCT: Reader(catalogue.products_by_ids, catalogue.products_page),
            Kind.VARIANT: Reader(catalogue.variants_by_ids, catalogue.variants_page),
            Kind.INVENTORY_LEVEL: Reader(catalogue.levels_by_ids, catalogue.levels_page),
            Kind.LOCATION: Reader(locations.by_ids, locations.page),
            Kind.SHIPMENT: Reader(orders.shipments_by_ids, orders.shipments_page),
            Kind.REFUND: Reader(orders.refunds_by_ids, orders.refunds_page),
        },
        parts={
            "lines": orders.lines,
            "shipments": orders.shipments,
            "refunds": orders.refunds,
            "variants": catalogue.variants_of_products,
            "inventory_levels": catalogue.levels_of_variants,
        },
    )


class _Locations:
    """The locations of a seller, always read whole: there are few."""

    def __init__(self, account: Account) -> None:
        self._account = account

    async def by_ids(self, ids: Sequence[str]) -> Sequence[Any | PlatformError | None]:
        """Return locations; the one of stock without a location is always there."""
        found = {each.key_id: each for each in await self._all()}
        return [found.get(key) for key in ids]

    async def page(self, query: ListQuery) -> Page:
        """Return the list of all."""
        return whole(await self._all(), query)

    async def _all(self) -> list[Location]:
        found = await self._account.everything(LOCATIONS) or []
        made = mapped(self._account.session, "Locations", found, lambda each: wares.location(each.row, each.seen))
        return [wares.anywhere(self._account.seen()), *(each for each in made if each is not None)]
