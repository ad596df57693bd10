"""Reads what was sent for orders. The platform has up to two places for it, of which a shop has one or none: fulfilments (a beta feature)
and the Shipment Tracking plugin. What was recorded through this gateway in a shop without fulfilments is in the order's free fields.
"""

import asyncio
import re
from collections.abc import Sequence
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.woocommerce import mapping, parcels
from adapters.woocommerce.orders import ANY
from adapters.woocommerce.shop import Found, Listed, Shop
from adapters.woocommerce.values import Json, identity, text

# Of orders that are only walked through, no more than this is asked for: whole orders are large.
FIELDS = {"_fields": "id,date_created_gmt,date_modified_gmt,line_items,meta_data", "include_meta": parcels.RECORDS}
TRACKINGS = "/wp-json/wc-shipment-tracking/v3"

_KEY = re.compile(rf"([1-9]\d{{0,17}})-(\d{{1,18}}|{parcels.RECORD}\d{{1,9}}|{parcels.TRACKING}[\w-]{{1,64}})", re.ASCII)

Result = Any | PlatformError | None


class Shipments:
    """What was sent by one shop."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def by_ids(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return shipments; their ids begin with their order's."""
        wanted = {key: parts for key in ids if (parts := split(key)) and await self._may_have(parts[1])}
        owners = list(dict.fromkeys(order for order, _ in wanted.values()))
        found = dict(zip(owners, await self.of_orders(owners), strict=True))
        return [_among(found.get(wanted[key][0]), key) if key in wanted else None for key in ids]

    async def of_orders(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return all shipments of each order. There is no way to ask for those of many orders at once."""
        parents = await self._shop.by_include("orders", "ShipmentOrders", ids, {**FIELDS, **ANY}, bin_too=True)
        known = list(parents)
        found = dict(zip(known, await asyncio.gather(*(self._of(parents[key]) for key in known)), strict=True))
        return [found.get(key) for key in ids]

    async def fulfilments(self, order: str) -> Listed:
        """Return an order's fulfilments as the platform has them; raises PlatformError."""
        return await self._shop.ask(f"orders/{order}/fulfillments", "ShipmentsOfOrder", {})

    async def trackings(self, order: str) -> Listed:
        """Return an order's entries of the plugin; raises PlatformError."""
        return await self._shop.ask(f"orders/{order}/shipment-trackings", "TrackingsOfOrder", {}, root=TRACKINGS)

    async def _may_have(self, own: str) -> bool:
        """Say whether the shop can have a shipment with such an id."""
        if own[0] == parcels.RECORD:
            return True
        return await self._shop.has("trackings" if own[0] == parcels.TRACKING else "fulfillments")

    async def _of(self, parent: Found | PlatformError) -> Result:
        if isinstance(parent, PlatformError):
            return parent
        try:
            return await self._built(parent)
        except PlatformError as error:
            return error

    async def _built(self, parent: Found) -> list[Any]:
        order, kept = str(identity(parent.row.get("id"))), parcels.records(parent.row)
        shown: list[Any] = []
        if await self._shop.has("fulfillments"):
            listed = await self.fulfilments(order)
            shown = self._shop.build("Shipments", listed.rows, lambda row: mapping.shipment(row, parent.row, listed.seen))
        elif await self._shop.has("trackings"):
            listed, owners = await self.trackings(order), parcels.by_tracking(kept)
            shown = self._shop.build("Shipments", listed.rows, lambda row: _tracked(row, owners, parent.row, listed))
            # A record whose entry was deleted in the shop is of something that was not sent after all.
            kept = [record for record in kept if not text(record.get("tracking"))]
        built = self._shop.build("Shipments", kept, lambda record: parcels.recorded(record, parent.row, parent.seen))
        return [shipment for each in (*shown, *built) for shipment in each]


def split(key: str) -> tuple[str, str] | None:
    """Return the two halves of a shipment's key id, None when it is none."""
    found = _KEY.fullmatch(key)
    return (found[1], found[2]) if found else None


def _tracked(row: Json, owners: Any, parent: Json, listed: Listed) -> Any:
    return parcels.tracked(row, owners.get(text(row.get("tracking_id")) or ""), parent, listed.seen)


def _among(shipments: Result, key: str) -> Result:
    if shipments is None or isinstance(shipments, PlatformError):
        return shipments
    return next((each for each in shipments if each.key_id == key), None)
