"""The control route that edits a store's rows behind the platform's back, as an owner at the shop's own desk would."""

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException

from adapters.woocommerce.sandbox.dates import instant_of
from adapters.woocommerce.sandbox.order_writes import mark_status
from adapters.woocommerce.sandbox.seed.catalogue import head_of
from adapters.woocommerce.sandbox.seed.customers import customer_head
from adapters.woocommerce.sandbox.seed.facts import FIRST_CUSTOMER
from adapters.woocommerce.sandbox.seed.history import new_order_head
from adapters.woocommerce.sandbox.seed.wares import new_ware
from adapters.woocommerce.sandbox.site import Site
from adapters.woocommerce.sandbox.stock import set_stock
from adapters.woocommerce.sandbox.table import Head, Table

ACTIONS = ("insert", "touch", "delete")
KINDS = ("order", "product", "customer", "inventory")


def edit_row(sites: Mapping[str, Site], wish: dict[str, Any]) -> dict[str, Any]:
    """Insert, touch or delete one row: {"store", "action", "kind", "id"?, "fields"?} -> {"id"}.

    `fields` may set `created` and `updated` (ISO, UTC unless said), `email`, `status` (orders also `trash`), and for the kind
    `inventory` `stock_quantity`. Without `updated` a touched row changed now, an inserted one when it was created. HTTPException
    400 or 404 for a wish that makes no sense.
    """
    site = sites.get(wish.get("store", ""))
    action, kind, fields = wish.get("action"), wish.get("kind", ""), wish.get("fields") or {}
    if site is None or action not in ACTIONS or kind not in KINDS or (kind == "inventory" and action != "touch"):
        raise HTTPException(400, f"a store, an action of {', '.join(ACTIONS)} and a kind of {', '.join(KINDS)} are needed, not {wish}")
    row_id = _insert(site, kind, _when(site, fields, "created")) if action == "insert" else int(wish.get("id", 0))
    table = _table(site, kind, row_id)
    if row_id not in table.heads:
        raise HTTPException(404, f"store {site.settings.name} has no {kind} {row_id}")
    if action == "delete":
        site.forget(table, row_id)
    else:
        changed = _when(site, fields, "updated", *(["created"] if action == "insert" else []))
        _apply(site, table, table.heads[row_id], kind, fields, changed)
    return {"id": row_id}


def _table(site: Site, kind: str, row_id: int) -> Table:
    if kind in {"product", "inventory"}:
        return site.variations if row_id in site.variations.heads else site.products
    return {"order": site.orders, "customer": site.customers}[kind]


def _insert(site: Site, kind: str, now: int) -> int:
    if kind == "order":
        head = new_order_head(site.facts, site.next_id(), now)
        site.orders.add(head)
    elif kind == "product":
        ware = new_ware(site.next_id())
        site.facts.wares[ware.id] = ware
        head = head_of(site.facts, ware, now, now)
        site.products.add(head)
    else:
        head = customer_head(site.facts, max(site.customers.last_id + 1, FIRST_CUSTOMER), now, now)
        site.customers.add(head)
    return head.id


def _when(site: Site, fields: Mapping[str, Any], *names: str) -> int:
    """Return the first of these times that is given, else now."""
    return next((instant_of(fields[name]) for name in names if name in fields), site.instant())


def _apply(site: Site, table: Table, head: Head, kind: str, fields: Mapping[str, Any], changed: int) -> None:
    row = table.edit(head.id)
    if "stock_quantity" in fields:
        row["manage_stock"] = True
        set_stock(row, fields["stock_quantity"])
    if "email" in fields:
        _set_email(table, head, kind, fields["email"])
    if "status" in fields:
        _set_status(site, table, head, kind, fields["status"])
    if "created" in fields:
        table.stamp(head.id, "created", instant_of(fields["created"]))
    table.stamp(head.id, "modified", changed)
    if table is site.variations:
        site.products.stamp(head.parent, "modified", changed)


def _set_email(table: Table, head: Head, kind: str, email: str) -> None:
    row = table.edit(head.id)
    row["billing"]["email"] = email
    if kind == "customer":
        row["email"] = head.mark = email.lower()
    else:
        head.label = f"{head.label} {email}"


def _set_status(site: Site, table: Table, head: Head, kind: str, status: str) -> None:
    if kind == "order":
        mark_status(site, head, status)
    else:
        head.status = table.edit(head.id)["status"] = status
