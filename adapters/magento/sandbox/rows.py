"""The control route that edits a store's rows behind the platform's back, as its owner would in the admin."""

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException

from adapters.magento.sandbox.dates import instant_of
from adapters.magento.sandbox.seed.customers import Customer
from adapters.magento.sandbox.seed.documents import STEP
from adapters.magento.sandbox.seed.plans import Document, Plan, new_plan
from adapters.magento.sandbox.seed.wares import new_ware
from adapters.magento.sandbox.site import Site
from adapters.magento.sandbox.stock import Item
from adapters.magento.sandbox.table import Table

ACTIONS = ("insert", "touch", "delete")
KINDS = ("order", "product", "customer", "inventory", "shipment", "track", "refund", "credentials")
OWN = frozenset({"created", "updated", "email", "order_id", "shipment_id"})
GOODWILL = 250
Fields = Mapping[str, Any]


def edit_row(sites: Mapping[str, Site], wish: dict[str, Any]) -> dict[str, Any]:
    """Insert, touch or delete one row: {"store", "action", "kind", "id"?, "fields"?} -> {"id"}.

    `created` and `updated` are ISO times, UTC unless said; without `updated` a touched row changed now, an inserted one when it was
    created. Any other field replaces the platform's own of that name (`email` is the customer's); `broken` makes every page that shows
    the row a 500. A `shipment` or `refund` is inserted with `order_id` and touches its order; a `track` is inserted with `shipment_id`
    and touches nothing. `inventory` is touched by SKU with `source_code`, `quantity` and `status`, and touches nothing either.
    `credentials` are touched with `revoked`. HTTPException 400 or 404 for a wish that makes no sense.
    """
    site = sites.get(wish.get("store", ""))
    action, kind, fields = wish.get("action", ""), wish.get("kind", ""), wish.get("fields") or {}
    if site is None or action not in ACTIONS or kind not in KINDS:
        raise HTTPException(400, f"a store, an action of {', '.join(ACTIONS)} and a kind of {', '.join(KINDS)} are needed, not {wish}")
    if kind == "credentials":
        return _edit_credentials(site, fields)
    if kind == "inventory":
        return _edit_inventory(site, str(wish.get("id", "")), fields)
    if action == "insert":
        return {"id": _insert(site, kind, fields)}
    row_id = int(wish.get("id", 0))
    table = _table(site, kind)
    if row_id not in table.heads:
        raise HTTPException(404, f"store {site.settings.name} has no {kind} {row_id}")
    if action == "delete":
        _delete(site, kind, row_id)
    else:
        _touch(site, kind, row_id, fields)
    return {"id": row_id}


def _edit_credentials(site: Site, fields: Fields) -> dict[str, Any]:
    if fields.get("revoked"):
        site.door.revoke()
    else:
        site.door.revoked = False
    return {"id": site.settings.name}


def _edit_inventory(site: Site, sku: str, fields: Fields) -> dict[str, Any]:
    key = (
        site.facts.wares[int(sku)].sku if sku.isdecimal() and int(sku) in site.facts.wares else sku,
        fields.get("source_code", "default"),
    )
    quantity = fields.get("quantity", 0)
    site.shelves.items[key] = Item(quantity, fields.get("status", int(quantity > 0)))
    return {"id": key[0]}


def _table(site: Site, kind: str) -> Table[Any]:
    tables: dict[str, Table[Any]] = {
        "order": site.orders,
        "product": site.products,
        "customer": site.customers,
        "shipment": site.shipments,
        "refund": site.memos,
    }
    if kind not in tables:
        raise HTTPException(400, f"a {kind} can be inserted only")
    return tables[kind]


def _insert(site: Site, kind: str, fields: Fields) -> int:
    created = _when(site, fields, "created")
    if kind == "order":
        row_id = _insert_order(site, created)
    elif kind == "product":
        ware = new_ware(site.next_product(), created, tuple(source.code for source in site.facts.profile.sources))
        site.products.add(ware)
        site.shelves.fill(ware)
        site.by_sku[ware.sku] = row_id = ware.id
    elif kind == "customer":
        row_id = site.customers.last_id + 1
        site.customers.add(Customer(row_id, created, created))
    elif kind == "track":
        return _insert_track(site, fields, created)
    else:
        row_id = _insert_document(site, kind, fields, created)
    _touch(site, kind, row_id, {"updated": fields.get("created"), **fields})
    return row_id


def _insert_order(site: Site, created: int) -> int:
    first_item = max((plan.first_item + sum(map(site.facts.width, _wares(plan))) for plan in site.orders.heads.values()), default=1)
    plan = new_plan(site.facts, site.orders.last_id + 1, first_item, created)
    site.orders.add(plan)
    return plan.id


def _insert_track(site: Site, fields: Fields, created: int) -> int:
    shipment = site.shipments.heads.get(int(fields.get("shipment_id", 0)))
    if shipment is None:
        raise HTTPException(404, "a track needs the shipment_id of a shipment")
    shipment.tracks = (*shipment.tracks, created)
    site.shipments.refresh(shipment.id)
    return shipment.id * STEP + len(shipment.tracks) - 1


def _insert_document(site: Site, kind: str, fields: Fields, created: int) -> int:
    plan = site.orders.heads.get(int(fields.get("order_id", 0)))
    if plan is None:
        raise HTTPException(404, f"a {kind} needs the order_id of an order")
    table, own = (site.shipments, plan.shipments) if kind == "shipment" else (site.memos, plan.memos)
    number = table.last_id + 1
    document = Document(number, plan.id, created, created, {}, part=len(own), increment=f"{number:09d}")
    if kind == "shipment":
        sent = {place: sum(one.pieces.get(place, 0) for one in own) for place in range(len(plan.buys))}
        document.pieces = {place: quantity - sent[place] for place, (_, quantity) in enumerate(plan.buys) if quantity > sent[place]}
        document.tracks = (created,)
    else:
        document.adjustment = GOODWILL
    own.append(document)
    table.add(document)
    plan.updated = max(plan.updated, created)
    return document.id


def _touch(site: Site, kind: str, row_id: int, fields: Fields) -> None:
    head = _table(site, kind).heads[row_id]
    if fields.get("created"):
        head.created = _when(site, fields, "created")
    head.updated = _when(site, fields, "updated")
    head.changes |= {name: value for name, value in fields.items() if name not in OWN}
    if "email" in fields:
        head.changes["email" if kind == "customer" else "customer_email"] = fields["email"]
    if kind == "product":
        _rename(site, row_id, fields)
    _table(site, kind).refresh(row_id)
    if kind in {"order", "shipment", "refund"}:
        site.changed(head if kind == "order" else site.plan_of(head))


def _rename(site: Site, row_id: int, fields: Fields) -> None:
    """A product that gets another SKU takes its pieces with it."""
    ware = site.products.heads[row_id]
    if "sku" not in fields or fields["sku"] == ware.sku:
        return
    for code in [code for sku, code in site.shelves.items if sku == ware.sku]:
        site.shelves.items[fields["sku"], code] = site.shelves.items.pop((ware.sku, code))
    del site.by_sku[ware.sku]
    site.by_sku[fields["sku"]], ware.sku = row_id, fields["sku"]


def _delete(site: Site, kind: str, row_id: int) -> None:
    head = _table(site, kind).heads[row_id]
    if kind == "order":
        for table, documents in ((site.shipments, head.shipments), (site.invoices, head.invoices), (site.memos, head.memos)):
            for document in documents:
                table.remove(document.id)
        site.changed(head)
    elif kind in {"shipment", "refund"}:
        plan = site.plan_of(head)
        (plan.shipments if kind == "shipment" else plan.memos).remove(head)
        site.changed(plan)
    elif kind == "product":
        del site.by_sku[head.sku]
        site.facts.gone[row_id] = head
    _table(site, kind).remove(row_id)


def _wares(plan: Plan) -> list[int]:
    return [ware for ware, _ in plan.buys]


def _when(site: Site, fields: Fields, name: str) -> int:
    """Return the time that is given, else now. HTTPException 400 for what is no time."""
    if not fields.get(name):
        return site.instant()
    instant = instant_of(str(fields[name]))
    if instant is None:
        raise HTTPException(400, f"{fields[name]} is no time")
    return instant
