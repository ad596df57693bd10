"""Changing orders: what mutations lay over an order's row, and the statuses that follow from it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from adapters.shopify.sandbox.seed.bills import Bill, bill
from adapters.shopify.sandbox.seed.identifiers import iso
from adapters.shopify.sandbox.seed.money import Amounts, minor_of
from adapters.shopify.sandbox.seed.order_rows import coins
from adapters.shopify.sandbox.seed.orders import Order
from adapters.shopify.sandbox.store import Store
from adapters.shopify.sandbox.tables import Row
from adapters.shopify.sandbox.work_fields import work_of
from adapters.shopify.sandbox.writing import Write, number_of

# Wire fields that stand on the head as well, and as what.
HEADS = {"displayFinancialStatus": "financial", "displayFulfillmentStatus": "fulfillment", "email": "email"}


def find_order(write: Write, identity: str) -> Order | None:
    """Find an order by its global id; those that are hidden from the token do not exist."""
    head = write.store.orders.heads.get(number_of(identity, "Order"))
    return head if head and head.created >= write.view.oldest_order else None


def order_row(store: Store, head: Order) -> Row:
    """Return an order's row as it stands."""
    return store.orders.row(head.id) or {}


def change_order(store: Store, head: Order, laid: Row, moment: int, **changed: Any) -> Order:
    """Lay wire fields over an order and move its time; returns its new head."""
    heads = {HEADS[name]: value for name, value in laid.items() if name in HEADS}
    fresh = replace(head, updated=moment, **heads, **changed)
    store.orders.put(fresh, {"updatedAt": iso(moment), **laid})
    return fresh


def amounts_of(store: Store, head: Order) -> Amounts:
    """Return the writer of an order's amounts."""
    return coins(store.seed, store.profile, head)


def bill_of(store: Store, head: Order) -> Bill:
    """Work out an order's bill as it was at checkout."""
    return bill(store.seed, store.profile, head, store.sold)


def shop_minor(bag: Row) -> int:
    """Read a MoneyBag as minor units of the shop's currency."""
    money = bag["shopMoney"]
    return minor_of(money["amount"], money["currencyCode"])


def changed_lines(row: Row, deltas: dict[int, dict[str, int]]) -> list[Row]:
    """Return an order's lines with numbers added to some of them, by position."""
    return [
        {**line, **{name: line[name] + delta for name, delta in deltas.get(at, {}).items()}} for at, line in enumerate(row["lineItems"])
    ]


def sent_units(parcels: Sequence[Row]) -> dict[int, int]:
    """Add up the units of each line that parcels have taken along, by the line's position."""
    found: dict[int, int] = {}
    for parcel in parcels:
        for content in parcel["fulfillmentLineItems"] if parcel["status"] == "SUCCESS" else ():
            found[content["lineItem"]] = found.get(content["lineItem"], 0) + content["quantity"]
    return found


def fulfilment_status(store: Store, head: Order, lines: Sequence[Row], parcels: Sequence[Row]) -> str:
    """Tell how much of an order has been sent."""
    waiting = sum(line["unfulfilledQuantity"] for line in lines)
    if sent_units(parcels):
        return "PARTIALLY_FULFILLED" if waiting else "FULFILLED"
    states = {work.status for work in work_of(store, head) if work.remaining}
    return next((state for state in ("ON_HOLD", "SCHEDULED", "IN_PROGRESS") if state in states), "UNFULFILLED")


def move_stock(store: Store, line: Row, place: int, name: str, units: int, moment: int) -> None:
    """Add units of an order's line to a quantity of its item, if the item is still there and counted."""
    variant = store.variants.heads.get(line["variant"]) if line["variant"] is not None else None
    if variant is None or not variant.tracked or not units:
        return
    held = store.stock.level(variant.index, place).quantities[name]
    store.stock.move(variant.index, place, name, units if name == "available" else max(units, -held), moment)
    if name == "available":
        store.move_product(variant.product.id, moment)
