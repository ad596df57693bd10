"""The control route that edits a store's rows behind the platform's back, as buyers and the seller's own desk would."""

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException

from adapters.amazon.sandbox.instants import instant_of
from adapters.amazon.sandbox.listings import sold_in
from adapters.amazon.sandbox.seed.listing_rows import OFFER, STOCK, seeded_attributes
from adapters.amazon.sandbox.seed.orders import REFUNDS, OrderHead, new_order_head
from adapters.amazon.sandbox.seed.profiles import ALL_STATUSES
from adapters.amazon.sandbox.seed.wares import STATUSES, Ware, new_ware
from adapters.amazon.sandbox.shop import Shop

ACTIONS = ("insert", "touch", "delete")
KINDS = ("order", "product", "inventory", "credentials")
WRITTEN = {"quantity": STOCK, "price": OFFER, "name": "item_name"}
Fields = Mapping[str, Any]


def edit_row(shops: Mapping[str, Shop], wish: dict[str, Any]) -> dict[str, Any]:
    """Insert, touch or delete one row: {"store", "action", "kind", "id"?, "fields"?} -> {"id"}.

    Ids are order ids and SKUs. `fields` may set `created` and `updated` (ISO, UTC unless said); of an order also `status`,
    `marketplace` and `refund` (full, partial, twice or empty); of a product (or `inventory`, which can only be touched) `quantity`,
    `price` in US cents, `name` and `status` (a list), and `sku` of a new one. Without `updated` a touched row changed now, an inserted
    one when it was created. Touching `credentials` with {"revoked": true} takes the seller's consent away, false gives it back;
    inserting them returns a fresh authorization code. HTTPException 400 or 404 for a wish that makes no sense.
    """
    shop = shops.get(wish.get("store", ""))
    action, kind, fields = wish.get("action"), wish.get("kind", ""), wish.get("fields") or {}
    limited = {"inventory": ("touch",), "credentials": ("insert", "touch")}.get(kind, ACTIONS)
    if shop is None or kind not in KINDS or action not in limited:
        raise HTTPException(400, f"a store, an action of {', '.join(ACTIONS)} and a kind of {', '.join(KINDS)} are needed, not {wish}")
    if kind == "credentials":
        return {"id": _consent(shop, action, fields)}
    edit = _edit_order if kind == "order" else _edit_ware
    return {"id": edit(shop, action, str(wish.get("id", "")), fields)}


def _consent(shop: Shop, action: str, fields: Fields) -> str:
    if action == "insert":
        return shop.door.make_code()
    shop.door.revoked = bool(fields.get("revoked", shop.door.revoked))
    return shop.facts.seller_id


def _edit_order(shop: Shop, action: str, order_id: str, fields: Fields) -> str:
    if action == "insert":
        head = new_order_head(shop.facts, shop.last_place + 1, _when(shop, fields, "created"))
        shop.add_order(head)
        order_id = head.id
    if order_id not in shop.orders:
        raise HTTPException(404, f"store {shop.facts.name} has no order {order_id}")
    if action == "delete":
        shop.remove_order(order_id)
        return order_id
    _change_order(shop, shop.orders[order_id], fields)
    shop.orders[order_id].updated = _when(shop, fields, "updated", *(["created"] if action == "insert" else []))
    shop.forget(order_id)
    return order_id


def _change_order(shop: Shop, head: OrderHead, fields: Fields) -> None:
    status, refund = fields.get("status", head.status), fields.get("refund", head.refund)
    market = fields.get("marketplace", head.market)
    if status not in ALL_STATUSES or refund not in {"", *REFUNDS} or market not in {head.market, *shop.facts.offers}:
        raise HTTPException(400, f"no order can become {dict(fields)}")
    if (status, refund, market) != (head.status, head.refund, head.market):
        shop.deeds.pop(head.id, None)  # what follows from the head is made anew
    head.status, head.refund, head.market = status, refund, market
    if "created" in fields:
        head.created = instant_of(fields["created"])


def _edit_ware(shop: Shop, action: str, sku: str, fields: Fields) -> str:
    if action == "insert":
        place = 1 + max((ware.place for ware in shop.wares.values()), default=0)
        ware = new_ware(place, str(fields.get("sku", "")), _when(shop, fields, "created"))
        sku = ware.sku
        shop.wares[sku] = ware
    if sku not in shop.wares:
        raise HTTPException(404, f"store {shop.facts.name} has no listing {sku}")
    if action == "delete":
        shop.remove_ware(sku)
        return sku
    ware = shop.wares[sku]
    _change_ware(shop, ware, fields)
    ware.updated = _when(shop, fields, "updated", *(["created"] if action == "insert" else []))
    return sku


def _change_ware(shop: Shop, ware: Ware, fields: Fields) -> None:
    ware.quantity = int(fields.get("quantity", ware.quantity))
    ware.cents = int(fields.get("price", ware.cents))
    ware.name = str(fields.get("name", ware.name))
    ware.status = tuple(fields.get("status", ware.status))
    if not set(ware.status) <= set(STATUSES[0]):
        raise HTTPException(400, f"a listing is {' or '.join(STATUSES[0])}, not {ware.status}")
    ware.prices = {} if "price" in fields else ware.prices
    if ware.attributes is not None:
        seeded = seeded_attributes(ware, sold_in(shop, ware, shop.facts.markets))
        ware.attributes |= {name: seeded[name] for field, name in WRITTEN.items() if field in fields and name in seeded}
    if "created" in fields:
        ware.created = instant_of(fields["created"])


def _when(shop: Shop, fields: Fields, *names: str) -> int:
    """Return the first of these times that is given, else now."""
    return next((instant_of(fields[name]) for name in names if name in fields), shop.instant())
