"""Setting stock: what the seller has at a node, what is ordered and not yet shipped among it. Nothing adds or subtracts."""

from typing import Any

from adapters.walmart.sandbox.calls import Call
from adapters.walmart.sandbox.errors import ApiError, invalid, unknown_row
from adapters.walmart.sandbox.seed.catalogue import Item
from adapters.walmart.sandbox.seed.nodes import nodes_of
from adapters.walmart.sandbox.seller import Seller
from adapters.walmart.sandbox.sent import Sent, body_of

Row = dict[str, Any]
UNIT = "EACH"
MOST = 2**31 - 1


def put_inventory(seller: Seller, call: Call) -> Row:
    """Set the stock of one SKU at the default node, or at the node that is named; answer what was sent."""
    body = body_of(call)
    sku, node = body.text("sku"), node_of(seller, call.text("shipNode"))
    if sku != call.needed("sku") or not node:
        raise invalid(call.api, "sku" if node else "shipNode")
    count = quantity(body, "quantity")
    item = _listed(seller, call, sku)
    set_stock(seller, item, node, count, call.operation)
    return {"sku": sku, "quantity": {"unit": UNIT, "amount": count}}


def put_inventories(seller: Seller, call: Call) -> Row:
    """Set the stock of one SKU at several nodes; each node has an outcome of its own."""
    nodes = body_of(call).part("inventories").rows("nodes")
    item = _listed(seller, call, call.argument)
    return {"sku": item.sku, "nodes": [_put_node(seller, call, item, sent) for sent in nodes]}


def set_stock(seller: Seller, item: Item, node: str, count: int, operation: str, reserved: int | None = None) -> None:
    """Set what there is at a node; what it leaves to sell is remembered. `reserved` is how much of the SKU is ordered, where known."""
    default = nodes_of(seller.settings.name)[0].id
    inputs = {**(item.inputs or {}), node: count}
    # Orders reserve at the first node of an item, which is the default one where it has that.
    item.inputs = {default: inputs[default], **inputs} if default in inputs else inputs
    item.stocked = int(seller.jobs.now())
    held = reserved if reserved is not None else seller.reserved().get(item.sku, 0)
    available = count - (min(held, count) if node == next(iter(item.inputs)) else 0)
    seller.record("stock.set", item.sku, available, operation)


def node_of(seller: Seller, named: str) -> str:
    """Return the node a write is for, "" for one that nobody has or that is closed."""
    nodes = nodes_of(seller.settings.name)
    return next((node.id for node in nodes if node.status == "ACTIVE" and named in {"", node.id}), "")


def quantity(sent: Sent, name: str) -> int:
    """Return a number of pieces that was sent."""
    given = sent.part(name)
    given.text("unit", known=(UNIT,))
    return given.whole("amount", most=MOST)


def _put_node(seller: Seller, call: Call, item: Item, sent: Sent) -> Row:
    named = sent.text("shipNode")
    node = node_of(seller, named)
    try:
        if not node:
            raise invalid(call.api, "shipNode")
        set_stock(seller, item, node, quantity(sent, "inputQty"), call.operation)
    except ApiError as error:
        return {"shipNode": named, "errors": [error.entry() | {"errorIdentifiers": {}}]}
    return {"shipNode": named, "status": "Success"}


def _listed(seller: Seller, call: Call, sku: str) -> Item:
    item = seller.items.get(sku)
    if item is None or item.gone:
        raise unknown_row(call.api, f"SKU {sku}")
    return item
