"""The control route that edits a store's rows behind the platform's back: buyers that buy, sellers that ship, keys that are taken back."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from starlette.exceptions import HTTPException

from adapters.walmart.sandbox.seed.catalogue import Item, new_item
from adapters.walmart.sandbox.seed.heads import NODE_TYPES, SELLER, OrderHead
from adapters.walmart.sandbox.seed.history import make_head, make_return
from adapters.walmart.sandbox.seed.nodes import partner_of
from adapters.walmart.sandbox.seed.plans import PLAN_OF_STATUS, PLANS
from adapters.walmart.sandbox.seller import Seller

ACTIONS = ("insert", "touch", "delete")
KINDS = ("order", "product", "inventory", "return", "credentials")
TOUCHED_ONLY = frozenset({"inventory", "credentials"})
Fields = Mapping[str, Any]


def edit_row(sellers: Mapping[str, Seller], now: Callable[[], datetime], wish: dict[str, Any]) -> dict[str, Any]:
    """Insert, touch or delete one row: {"store", "action", "kind", "id"?, "fields"?} -> {"id"}.

    Orders (id: purchaseOrderId): `created`, `updated` (ISO, UTC unless said), `status` (a word of the platform or a plan of the seed),
    `email`, `lines` ([[SKU, pieces]]), `ship_node_type`. Products and `inventory` (id: SKU): `price` in cents, `name`, `published`,
    `lifecycle`, `trouble` (SYSTEM_ERROR, TIMEOUT_ERROR or LOCKED: why feeds fail to change it, "" for nothing); `quantity`, `node`.
    Returns (insert only: `order` and `updated`; the order takes the plan `returned`). `credentials`: `revoked`, `client_secret`. Without
    `updated` a touched row changed now, an inserted one when it was created. HTTPException 400 or 404 for a wish that makes no sense.
    """
    seller = sellers.get(wish.get("store", ""))
    action, kind, fields = wish.get("action"), wish.get("kind", ""), wish.get("fields") or {}
    if seller is None or action not in ACTIONS or kind not in KINDS or (kind in TOUCHED_ONLY and action != "touch"):
        raise HTTPException(400, f"a store, an action of {', '.join(ACTIONS)} and a kind of {', '.join(KINDS)} are needed, not {wish}")
    row_id, instant = str(wish.get("id", "")), int(now().timestamp())
    if kind == "credentials":
        return _edit_credentials(seller, fields)
    if kind == "return":
        return _insert_return(seller, action, fields, instant)
    if kind == "order":
        return _edit_order(seller, action, row_id, fields, instant)
    return _edit_item(seller, action, row_id, fields, instant)


def _edit_credentials(seller: Seller, fields: Fields) -> dict[str, Any]:
    if "revoked" in fields:
        seller.door.revoke(revoked=bool(fields["revoked"]))
    if "client_secret" in fields:
        seller.door.rotate(fields["client_secret"])
    return {"id": partner_of(seller.settings.name)}


def _insert_return(seller: Seller, action: str, fields: Fields, now: int) -> dict[str, Any]:
    order = _known(seller.orders, str(fields.get("order", "")), "order")
    if action != "insert":
        raise HTTPException(400, "a return can only be inserted")
    order.plan_name, order.overdue, order.modified = "returned", False, _when(fields, "updated", now)
    order.states = []
    head = make_return(len(seller.returns), order, (0,), order.modified, order.modified)
    seller.enter(head)
    return {"id": head.id}


def _edit_order(seller: Seller, action: str, order_id: str, fields: Fields, now: int) -> dict[str, Any]:
    new = action == "insert"
    head = _new_order(seller, fields, _when(fields, "created", now)) if new else _known(seller.orders, order_id, "order")
    if action == "delete":
        del seller.orders[head.id]
        for back in set(seller.returned.pop(head.id, {}).values()):
            seller.returns.pop(back, None)
        return {"id": head.id}
    head.modified = _when(fields, "updated", head.created if new else now)
    if "created" in fields:
        head.created = _when(fields, "created", now)
    if "status" in fields:
        head.plan_name, head.overdue, head.states = _plan(fields["status"]), False, []
        if head.plan.returned and head.id not in seller.returned:
            seller.enter(make_return(len(seller.returns), head, (0,), head.modified, head.modified))
    for state in head.states:
        state.dated = head.modified * 1000
    head.email = fields.get("email", head.email)
    seller.watch(head)
    return {"id": head.id}


def _new_order(seller: Seller, fields: Fields, created: int) -> OrderHead:
    seller.last_place += 1
    place = seller.last_place
    skus = [item.sku for item in seller.listed()]
    lines = tuple((sku, int(count)) for sku, count in fields.get("lines", [[skus[place % len(skus)], 1]]))
    for sku, _ in lines:
        _known(seller.items, sku, "product")
    node_type = fields.get("ship_node_type", SELLER)
    if node_type not in NODE_TYPES:
        raise HTTPException(400, f"ship_node_type is one of {', '.join(NODE_TYPES)}")
    head = make_head(seller.settings.name, place, created, "new", lines)
    head.node_type, head.plan_name = node_type, "new" if node_type == SELLER else "accepted"
    head.prices = tuple(seller.items[sku].price_at(created) for sku, _ in lines)
    head.buyer = place % max(seller.profile.buyers, 1)
    seller.orders[head.id] = head
    return head


def _edit_item(seller: Seller, action: str, sku: str, fields: Fields, now: int) -> dict[str, Any]:
    if action == "insert":
        item = new_item(len(seller.items), seller.settings.name, now)
        item.sku = sku or item.sku
        seller.items[item.sku] = item
    else:
        item = _known(seller.items, sku, "product")
    if action == "delete":
        item.gone = True  # old orders still name it
        return {"id": item.sku}
    for name in ("name", "published", "lifecycle", "trouble"):
        if name in fields:
            setattr(item, name, fields[name])
    if "price" in fields and action == "insert":
        item.price = fields["price"]
    elif "price" in fields:
        item.reprice(fields["price"], now)
    if "quantity" in fields:
        _set_stock(seller, item, fields, now)
    return {"id": item.sku}


def _set_stock(seller: Seller, item: Item, fields: Fields, now: int) -> None:
    node = fields.get("node") or next(iter(item.inputs or {}), partner_of(seller.settings.name))
    item.inputs = {**(item.inputs or {}), node: int(fields["quantity"])}
    item.stocked = now


def _plan(status: str) -> str:
    plan = PLAN_OF_STATUS.get(status, status)
    if plan not in PLANS:
        raise HTTPException(400, f"status is one of {', '.join((*PLAN_OF_STATUS, *PLANS))}")
    return plan


def _when(fields: Fields, name: str, default: int) -> int:
    if name not in fields:
        return default
    named = datetime.fromisoformat(fields[name])
    return int((named if named.tzinfo else named.replace(tzinfo=UTC)).timestamp())


def _known(rows: Mapping[str, Any], row_id: str, kind: str) -> Any:
    if row_id not in rows:
        raise HTTPException(404, f"there is no {kind} {row_id!r}")
    return rows[row_id]
