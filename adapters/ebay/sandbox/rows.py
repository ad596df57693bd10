"""The control route that edits a store's rows behind the platform's back, as buyers and the seller at its own desk would."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.exceptions import HTTPException

from adapters.ebay.sandbox import documents
from adapters.ebay.sandbox.catalogue import Catalogue
from adapters.ebay.sandbox.dates import loose_instant_of
from adapters.ebay.sandbox.seed.goods import spread
from adapters.ebay.sandbox.seed.history import Head, new_head
from adapters.ebay.sandbox.seed.stories import STORIES
from adapters.ebay.sandbox.seed.wares import OFFERS, Ware, new_ware
from adapters.ebay.sandbox.store import Store

ACTIONS = ("insert", "touch", "delete")
KINDS = ("order", "product", "credentials")
# Fields that change an order's story, by the part of it they set.
STORY_FIELDS = {"payment_status": "payment", "fulfillment_status": "shipped"}


def edit_row(stores: Mapping[str, Store], wish: dict[str, Any]) -> dict[str, Any]:
    """Insert, touch or delete one row: {"store", "action", "kind", "id"?, "fields"?} -> {"id"}.

    Orders take the fields `created` and `updated` (ISO, UTC unless said), `status` (a story of the seeds, as "cancelled"),
    `payment_status` and `fulfillment_status` (words of the platform). Products, whose id is the SKU, take `title`, `price` (a string),
    `quantity`, `offered` and `offers` (a state of the seeds, as "ended"); the platform does not date them. Credentials take `revoked`.
    Without `updated` a touched order changed now, an inserted one when it was created. HTTPException 400 or 404 for what makes no sense.
    """
    store = stores.get(wish.get("store", ""))
    action, kind, fields = wish.get("action"), wish.get("kind", ""), wish.get("fields") or {}
    if store is None or action not in ACTIONS or kind not in KINDS or (kind == "credentials" and action != "touch"):
        raise HTTPException(400, f"a store, an action of {', '.join(ACTIONS)} and a kind of {', '.join(KINDS)} are needed, not {wish}")
    if kind == "credentials":
        store.tokens.revoked = bool(fields.get("revoked"))
        return {"id": store.settings.credentials["client_id"]}
    edit = _edit_order if kind == "order" else _edit_product
    return {"id": edit(store, action, str(wish.get("id", "")), fields)}


def _edit_order(store: Store, action: str, order_id: str, fields: Mapping[str, Any]) -> str:
    if action == "insert":
        created = loose_instant_of(fields["created"]) if "created" in fields else store.instant()
        head = new_head(store.facts, store.orders.next_number, created, len(store.catalogue.all))
        store.orders.add(head)
    else:
        head = _head(store, order_id)
    if action == "delete":
        store.orders.remove(head)
        return head.id
    if action == "touch" and "created" in fields:
        store.orders.stamp(head, "created", loose_instant_of(fields["created"]))
    updated = loose_instant_of(fields["updated"]) if "updated" in fields else head.created if action == "insert" else store.instant()
    if _tell(head, fields) or action == "insert":
        head.settled = max(head.created, updated)
    store.orders.stamp(head, "modified", updated)
    return head.id


def _tell(head: Head, fields: Mapping[str, Any]) -> bool:
    """Give an order another story; tell whether it got one."""
    if "status" in fields:
        if fields["status"] not in STORIES:
            raise HTTPException(400, f"{fields['status']!r} is no story; there are {', '.join(STORIES)}")
        head.story = STORIES[fields["status"]]
        head.parcels = head.refunds = head.cases = None
    if "fulfillment_status" in fields:
        head.parcels = None
    changes = {part: fields[name] for name, part in STORY_FIELDS.items() if name in fields}
    head.story = replace(head.story, **changes)
    return bool(changes) or "status" in fields


def _head(store: Store, order_id: str) -> Head:
    if order_id not in store.orders.heads:
        raise HTTPException(404, f"store {store.settings.name} has no order {order_id}")
    return store.orders.heads[order_id]


def _edit_product(store: Store, action: str, sku: str, fields: Mapping[str, Any]) -> str:
    catalogue = store.catalogue
    if action == "insert":
        ware = new_ware(store.settings.name, len(catalogue.all))
        catalogue.add(ware)
    elif sku in catalogue.by_sku:
        ware = catalogue.by_sku[sku]
    else:
        raise HTTPException(404, f"store {store.settings.name} has no SKU {sku}")
    if action == "delete":
        catalogue.remove(sku)
        return sku
    if fields.get("offers", "listed") not in OFFERS:
        raise HTTPException(400, f"{fields['offers']!r} is no state of an offer; there are {', '.join(OFFERS)}")
    ware.title = fields.get("title", ware.title)
    ware.stock = fields.get("quantity", ware.stock)
    ware.offered = fields.get("offered", fields.get("quantity", ware.offered))
    ware.offers = fields.get("offers", ware.offers)
    if "price" in fields:
        ware.price = round(float(fields["price"]) * 100)
    if ware.item is not None:
        _rewrite(catalogue, ware, fields)
    return ware.sku


def _rewrite(catalogue: Catalogue, ware: Ware, fields: Mapping[str, Any]) -> None:
    """Change the documents of a ware that keeps them."""
    item, offers = catalogue.keep(ware)
    if "offers" in fields:
        ware.listings = None
        item, offers = catalogue.keep(ware)
    if "title" in fields:
        item.setdefault("product", {})["title"] = ware.title
    if "quantity" in fields:
        stock = documents.stock_of(item)
        stock["quantity"] = ware.stock
        if "availabilityDistributions" in stock:
            stock["availabilityDistributions"] = spread(catalogue.profile, ware.stock)
    for offer in offers:
        if fields.keys() & {"offered", "quantity"}:
            offer["availableQuantity"] = ware.offered
        if "price" in fields:
            prices = offer.setdefault("pricingSummary", {})
            prices["price"] = {"value": f"{ware.price / 100:.2f}", "currency": catalogue.profile.currency}
    documents.relist(ware)
