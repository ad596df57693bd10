"""Reads Magento stores: by ids a hundred a call, and lists by time or number from the last row given on (see `search`)."""

from collections.abc import Sequence
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.port import Filter, ListQuery, Page, Reader, Readers
from adapters.kit.session import Session
from adapters.magento import mapping
from adapters.magento.catalogue import Catalogue
from adapters.magento.orders import Orders
from adapters.magento.search import Condition, Group, containing, within
from adapters.magento.shop import CUSTOMERS, Listed, Shop
from adapters.magento.stock import Stock
from adapters.magento.timeline import page_of
from schema.keys import Kind


def connect(session: Session) -> Readers:
    """Return all that a Magento store can be asked."""
    shop = Shop(session)
    orders, customers, catalogue = Orders(shop), _Customers(shop), Catalogue(shop)
    stock = Stock(shop, catalogue)
    return Readers(
        kinds={
            Kind.ORDER: Reader(orders.by_ids, orders.page),
            Kind.PRODUCT: Reader(catalogue.products_by_ids, catalogue.products_page),
            Kind.VARIANT: Reader(catalogue.variants_by_ids, catalogue.variants_page),
            Kind.CUSTOMER: Reader(customers.by_ids, customers.page),
            Kind.INVENTORY_LEVEL: Reader(stock.levels_by_ids, stock.levels_page),
            Kind.LOCATION: Reader(stock.locations_by_ids, stock.locations_page),
            Kind.SHIPMENT: Reader(orders.shipments_by_ids, orders.shipments_page),
            Kind.REFUND: Reader(orders.refunds_by_ids, orders.refunds_page),
        },
        parts={
            "lines": orders.lines,
            "shipments": orders.shipments,
            "refunds": orders.refunds,
            "variants": catalogue.variants_of_products,
            "inventory_levels": stock.levels_of_variants,
        },
    )


class _Customers:
    """The customers of one shop."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def by_ids(self, ids: Sequence[str]) -> Sequence[Any | PlatformError | None]:
        """Return customers."""
        found = await self._shop.by_ids(CUSTOMERS, "CustomersByIds", ids)
        return self._shop.results(ids, found, lambda each: mapping.customer(each.row, each.seen))

    async def page(self, query: ListQuery) -> Page:
        """Return a page of customers by one of their times."""

        async def unfold(listed: Listed) -> list[list[Any]]:
            return self._shop.build("CustomersPage", listed.rows, lambda row: mapping.customer(row, listed.seen))

        return await page_of(self._shop, CUSTOMERS, "CustomersPage", query, _narrowed(query.filter), unfold)


def _narrowed(wanted: Filter) -> list[Group]:
    """Return what of a filter the platform answers."""
    groups = [*within("created_at", wanted.created), *within("updated_at", wanted.updated)]
    if wanted.email is not None:
        groups.append((Condition("email", "eq", wanted.email),))
    if wanted.text:
        groups.append(containing(("firstname", "lastname", "email"), wanted.text))
    return groups
