"""Finding rows by global id: any kind through `node` and `nodes`, one kind through its own root field."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from adapters.shopify.sandbox.access import denied, missing
from adapters.shopify.sandbox.errors import FieldError
from adapters.shopify.sandbox.execution import Run
from adapters.shopify.sandbox.plan import Resolver
from adapters.shopify.sandbox.seed.identifiers import BASES
from adapters.shopify.sandbox.seed.stock import level_row
from adapters.shopify.sandbox.tables import Row, Table
from adapters.shopify.sandbox.view import View
from adapters.shopify.sandbox.work_fields import work_at, work_row

GLOBAL_ID = re.compile(r"gid://[\w-]+/(\w+)/([^/?]+)(?:\?(.*))?")

# Kinds of the platform that this sandbox has no rows of: their ids are valid, and name nothing.
ABSENT = {"Return", "DraftOrder", "Collection", "Metafield", "MailingAddress", "GiftCard", "AppInstallation"}


def node(run: Run, _: Row, arguments: dict[str, Any]) -> Row | None:
    """Answer `node(id:)`."""
    found = _one(run.subject, "node", arguments["id"])
    if isinstance(found, FieldError):
        raise found
    return found


def nodes(run: Run, _: Row, arguments: dict[str, Any]) -> list[Row | FieldError | None]:
    """Answer `nodes(ids:)` in the order asked, with null for what is not there."""
    return [_one(run.subject, "nodes", identity) for identity in arguments["ids"]]


def find(kind: str) -> Resolver:
    """Make the root field of one kind."""

    def resolve(run: Run, _: Row, arguments: dict[str, Any]) -> Row | None:
        identity = arguments.get("id")
        if identity is None:
            return next((row for row in map(run.subject.store.locations.row, run.subject.store.locations.heads)), None)
        match = GLOBAL_ID.fullmatch(identity)
        if match is None or match.group(1) != kind:
            raise FieldError(f"Invalid id: {identity}", "RESOURCE_NOT_FOUND")
        return FINDERS[kind](run.subject, match)

    return resolve


def identified(kind: str, names: Mapping[str, str]) -> Resolver:
    """Make the root field that finds a row by one of several names it is known by; `names` leads to what of a head is compared."""

    def resolve(run: Run, _: Row, arguments: dict[str, Any]) -> Row | None:
        [(name, wanted)] = arguments["identifier"].items()
        if name == "id":
            known: Row | None = find(kind)(run, {}, {"id": wanted})
            return known
        table: Table[Any] = {"Customer": run.subject.store.customers, "Product": run.subject.store.products}[kind]
        heads = table.heads.values()
        found = next((head for head in heads if (getattr(head, names[name]) or "").lower() == wanted.lower()), None)
        return table.row(found.id) if found else None

    return resolve


def job(run: Run, _: Row, arguments: dict[str, Any]) -> Row | None:
    """Answer `job(id:)`."""
    found = run.subject.store.jobs.find(arguments["id"])
    row: Row | None = found.row if found else None
    return row


def operation(run: Run, _: Row, arguments: dict[str, Any]) -> Row | None:
    """Answer `productOperation(id:)`."""
    found = GLOBAL_ID.fullmatch(arguments["id"])
    if found is None or not found.group(1).endswith("Operation"):
        raise FieldError(f"Invalid id: {arguments['id']}", "RESOURCE_NOT_FOUND")
    return _operation(run.subject, found)


def _one(view: View, field: str, identity: str) -> Row | FieldError | None:
    match = GLOBAL_ID.fullmatch(identity)
    kind = match.group(1) if match else ""
    if match is None or (kind not in FINDERS and kind not in ABSENT):
        return FieldError(f"Invalid id: {identity}", "RESOURCE_NOT_FOUND")
    lacking = missing("", "", kind, view.scopes)
    if lacking:
        return denied(field, lacking)
    return FINDERS[kind](view, match) if kind in FINDERS else None


def _number(match: re.Match[str]) -> int:
    return int(match.group(2)) if match.group(2).isdigit() else -1


def _order(view: View, match: re.Match[str]) -> Row | None:
    head = view.store.orders.heads.get(_number(match))
    return view.store.orders.row(head.id) if head and head.created >= view.oldest_order else None


def _item(view: View, match: re.Match[str]) -> Row | None:
    head = view.store.item(_number(match))
    return view.store.item_row(head) if head else None


def _level(view: View, match: re.Match[str]) -> Row | None:
    query = match.group(3) or ""
    head = view.store.item(int(query.removeprefix("inventory_item_id="))) if query.removeprefix("inventory_item_id=").isdigit() else None
    place = _number(match) - BASES["InventoryLevel"]
    if head is None or not 0 <= place < len(view.store.locations):
        return None
    return level_row(view.store.stock.level(head.index, place), head.created)


def _work(view: View, match: re.Match[str]) -> Row | None:
    found = work_at(view.store, _number(match))
    return work_row(view.store, *found) if found and found[0].created >= view.oldest_order else None


def _operation(view: View, match: re.Match[str]) -> Row | None:
    job = view.store.jobs.find(match.group(0))
    return job.row if job else None


def _child(kind: str) -> Callable[[View, re.Match[str]], Row | None]:
    def resolve(view: View, match: re.Match[str]) -> Row | None:
        number = _number(match)
        return view.store.child(kind, number) if number >= BASES[kind] else None

    return resolve


FINDERS: dict[str, Callable[[View, re.Match[str]], Row | None]] = {
    "Order": _order,
    "Product": lambda view, match: view.store.products.row(_number(match)),
    "ProductVariant": lambda view, match: view.store.variants.row(_number(match)),
    "Customer": lambda view, match: view.store.customers.row(_number(match)),
    "Location": lambda view, match: view.store.locations.row(_number(match)),
    "InventoryItem": _item,
    "InventoryLevel": _level,
    "Refund": _child("Refund"),
    "Fulfillment": _child("Fulfillment"),
    "LineItem": _child("LineItem"),
    "OrderTransaction": _child("OrderTransaction"),
    "FulfillmentOrder": _work,
    "ProductSetOperation": _operation,
    "ProductDeleteOperation": _operation,
}
