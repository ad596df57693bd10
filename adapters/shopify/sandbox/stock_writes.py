"""Mutations of stock: set, adjust, and begin to stock an item somewhere."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.shopify.sandbox.errors import FieldError
from adapters.shopify.sandbox.payloads import Payload, problem
from adapters.shopify.sandbox.seed.catalogue import Variant
from adapters.shopify.sandbox.seed.identifiers import BASES, gid, iso
from adapters.shopify.sandbox.seed.stock import level_row
from adapters.shopify.sandbox.tables import Row
from adapters.shopify.sandbox.writing import Arguments, Write

SET_NAMES = ("available", "on_hand")
ADJUST_NAMES = ("available", "damaged", "incoming", "quality_control", "reserved", "safety_stock")
REASONS = (
    "correction", "cycle_count_available", "damaged", "movement_canceled", "movement_created", "movement_received", "movement_updated",
    "other", "promotion", "quality_control", "received", "reservation_created", "reservation_deleted", "reservation_updated", "restock",
    "safety_stock", "shrinkage",
)  # fmt: skip
LARGEST = 1_000_000_000
LARGEST_DELTA = 2_000_000_000
STALE = "The changeFromQuantity value does not match persisted value."
INTERNAL = "gid://shopify/"


@dataclass(frozen=True, slots=True)
class _Move:
    """One row of a request that may be carried out: `delta` on the named quantity."""

    variant: Variant
    place: int
    name: str
    delta: int


def need_comparison(kind: str, field: str) -> Callable[[Arguments], None]:
    """Make the check that every row says what it compares with, be it null."""

    def check(arguments: Arguments) -> None:
        if any("changeFromQuantity" not in row for row in arguments["input"][field]):
            raise FieldError(f"{kind} must include the following argument: changeFromQuantity.", "INVALID_FIELD_ARGUMENTS")

    return check


def set_quantities(write: Write, arguments: Arguments) -> Payload:
    """Set quantities, all or none; a value that stands there already is no change."""
    asked = arguments["input"]
    problems = _heading(asked, SET_NAMES, "INVALID_NAME")
    moves: list[_Move] = []
    seen: set[tuple[str, str]] = set()
    for at, row in enumerate(asked["quantities"] if not problems else ()):
        pair = (row["inventoryItemId"], row["locationId"])
        found = _set_row(write, asked["name"], at, row, repeated=pair in seen)
        seen.add(pair)
        if isinstance(found, _Move):
            moves.append(found)
        else:
            problems += found
    return Payload(*problems) if problems else _settled(write, asked, moves, "stock.set")


def adjust_quantities(write: Write, arguments: Arguments) -> Payload:
    """Add to quantities, all or none; an item may be named twice."""
    asked = arguments["input"]
    problems = _heading(asked, ADJUST_NAMES, "INVALID_QUANTITY_NAME") or _ledgers(asked)
    moves: list[_Move] = []
    for at, row in enumerate(asked["changes"] if not problems else ()):
        found = _adjust_row(write, asked["name"], at, row, moves)
        if isinstance(found, _Move):
            moves.append(found)
        else:
            problems += found
    return Payload(*problems) if problems else _settled(write, asked, moves, "stock.adjust")


def activate(write: Write, arguments: Arguments) -> Payload:
    """Begin to stock an item at a location; what it last had there stays unless told otherwise."""
    variant, place = write.item(arguments["inventoryItemId"]), write.place(arguments["locationId"])
    if variant is None:
        return Payload(problem("The inventory item could not be found.", "inventoryItemId"))
    if place is None:
        return Payload(problem("The location could not be found.", "locationId"))
    level = write.store.stock.level(variant.index, place)
    given = [name for name in ("available", "onHand") if arguments.get(name) is not None]
    problems = _activation_problems(write, arguments, variant, place, given)
    if not problems:
        _activate(write, variant, place, {name: arguments[name] for name in given})
    if problems and not level.active:
        return Payload(*problems)
    return Payload(
        *problems, inventoryLevel=_level(write, variant, place), again=lambda: Payload(inventoryLevel=_level(write, variant, place))
    )


def entity_of(variant: Variant, place: int) -> str:
    """Name a level in the record of changes."""
    return f"{gid('InventoryItem', variant.item_id)}|{gid('Location', BASES['Location'] + place)}"


def _heading(asked: Row, names: Sequence[str], code: str) -> list[Row]:
    if asked["name"] not in names:
        told = f"The specified quantity name is invalid. Valid values are: {', '.join(names)}."
        return [problem(told, "input", "name", code=code)]
    if asked["reason"] not in REASONS:
        told = f"The specified reason is invalid. Valid values are: {', '.join(REASONS)}."
        return [problem(told, "input", "reason", code="INVALID_REASON")]
    document = asked.get("referenceDocumentUri")
    if document is not None and "://" not in document:
        told = "The specified reference document is invalid."
        return [problem(told, "input", "referenceDocumentUri", code="INVALID_REFERENCE_DOCUMENT")]
    return []


def _ledgers(asked: Row) -> list[Row]:
    found: list[Row] = []
    free = asked["name"] == "available"
    for at, row in enumerate(asked["changes"]):
        ledger = row.get("ledgerDocumentUri")
        path = ("input", "changes", at, "ledgerDocumentUri")
        if free and ledger is not None:
            told = "A ledger document URI is not allowed when adjusting available."
            found.append(problem(told, *path, code="INVALID_AVAILABLE_DOCUMENT"))
        elif not free and ledger is None:
            told = "A ledger document URI is required except when adjusting available."
            found.append(problem(told, *path, code="INVALID_QUANTITY_DOCUMENT"))
        elif ledger is not None and ledger.startswith(INTERNAL):
            told = "Internal (gid://shopify/) ledger documents are not allowed to be adjusted via API."
            found.append(problem(told, *path, code="INTERNAL_LEDGER_DOCUMENT"))
    return found


def _set_row(write: Write, name: str, at: int, row: Row, *, repeated: bool) -> _Move | list[Row]:
    path, quantity = ("input", "quantities", at), row["quantity"]
    target = _target(write, row, path)
    if isinstance(target, list):
        return target
    if repeated:
        told = "The combination of inventoryItemId and locationId must be unique."
        return [problem(told, *path, "locationId", code="NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR")]
    wrong = _bounds(quantity, path, "quantity", lowest=0 if name == "on_hand" else -LARGEST)
    if wrong:
        return wrong
    variant, place = target
    now = write.store.stock.level(variant.index, place).quantities[name]
    if row["changeFromQuantity"] not in {None, now}:
        return [problem(STALE, *path, "changeFromQuantity", code="CHANGE_FROM_QUANTITY_STALE")]
    return _Move(variant, place, "available", quantity - now)


def _adjust_row(write: Write, name: str, at: int, row: Row, before: list[_Move]) -> _Move | list[Row]:
    path, delta = ("input", "changes", at), row["delta"]
    target = _target(write, row, path)
    if isinstance(target, list):
        return target
    variant, place = target
    now = write.store.stock.level(variant.index, place).quantities[name]
    now += sum(move.delta for move in before if (move.variant.id, move.place) == (variant.id, place))
    if abs(delta) > LARGEST_DELTA:
        side = "HIGH" if delta > 0 else "LOW"
        told = f"The quantity can't be {'higher' if delta > 0 else 'lower'} than {LARGEST_DELTA if delta > 0 else -LARGEST_DELTA:,}."
        return [problem(told, *path, "delta", code=f"INVALID_QUANTITY_TOO_{side}")]
    wrong = _bounds(now + delta, path, "delta", lowest=-LARGEST)
    if wrong:
        return wrong
    if row["changeFromQuantity"] not in {None, now}:
        return [problem(STALE, *path, "changeFromQuantity", code="CHANGE_FROM_QUANTITY_STALE")]
    return _Move(variant, place, name, delta)


def _target(write: Write, row: Row, path: tuple[str | int, ...]) -> tuple[Variant, int] | list[Row]:
    variant, place = write.item(row["inventoryItemId"]), write.place(row["locationId"])
    if variant is None:
        told = "The specified inventory item could not be found."
        return [problem(told, *path, "inventoryItemId", code="INVALID_INVENTORY_ITEM")]
    if place is None:
        return [problem("The specified location could not be found.", *path, "locationId", code="INVALID_LOCATION")]
    return variant, place


def _bounds(quantity: int, path: tuple[str | int, ...], field: str, lowest: int) -> list[Row]:
    if quantity > LARGEST:
        return [problem(f"The quantity can't be higher than {LARGEST:,}.", *path, field, code="INVALID_QUANTITY_TOO_HIGH")]
    if quantity < lowest == 0:
        return [problem("The quantity can't be negative.", *path, field, code="INVALID_QUANTITY_NEGATIVE")]
    if quantity < lowest:
        return [problem(f"The quantity can't be lower than {lowest:,}.", *path, field, code="INVALID_QUANTITY_TOO_LOW")]
    return []


def _settled(write: Write, asked: Row, moves: list[_Move], what: str) -> Payload:
    changes: list[Row] = []
    for move in moves:
        if move.delta:
            changes += _carry_out(write, move)
            level = write.store.stock.level(move.variant.index, move.place)
            value = level.quantities["available"] if what == "stock.set" else move.delta
            write.effect(what, entity_of(move.variant, move.place), value)
    return Payload(inventoryAdjustmentGroup=_group(write, asked, changes) if changes else None)


def _carry_out(write: Write, move: _Move) -> list[Row]:
    store, moment = write.store, write.moment
    # An item that was not stocked there is from now on.
    if not store.stock.level(move.variant.index, move.place).active:
        store.stock.activate(move.variant.index, move.place, moment)
    store.stock.move(move.variant.index, move.place, move.name, move.delta, moment)
    store.move_product(move.variant.product.id, moment)
    told: Row = {
        "delta": move.delta,
        "quantityAfterChange": None,
        "ledgerDocumentUri": None,
        "item": store.item_row(move.variant),
        "location": store.locations.row(BASES["Location"] + move.place),
    }
    names = (move.name,) if move.name == "incoming" else (move.name, "on_hand")
    return [{**told, "name": name} for name in names]


def _group(write: Write, asked: Row, changes: list[Row]) -> Row:
    return {
        "__typename": "InventoryAdjustmentGroup",
        "id": gid("InventoryAdjustmentGroup", BASES["InventoryAdjustmentGroup"] + write.store.number("InventoryAdjustmentGroup")),
        "createdAt": iso(write.moment),
        "reason": asked["reason"],
        "referenceDocumentUri": asked.get("referenceDocumentUri"),
        "changes": changes,
    }


def _activation_problems(write: Write, arguments: Arguments, variant: Variant, place: int, given: list[str]) -> list[Row]:
    name = write.store.locations.heads[BASES["Location"] + place].name
    refused = f"The product couldn't be stocked at {name} because"
    if len(given) > 1:
        told = f"{refused} not allowed to set available and on_hand quantities at the same time."
        return [problem(told, field) for field in given]
    if given and write.store.stock.level(variant.index, place).active:
        what = "an on_hand" if given == ["onHand"] else "an available"
        return [problem(f"Not allowed to set {what} quantity when the item is already active at the location.", *given)]
    if given and not -LARGEST <= arguments[given[0]] <= LARGEST:
        return [problem(f"{refused} the quantity needs to be between -1 billion and 1 billion.", *given)]
    if given and not variant.tracked:
        return [problem(f"{refused} its inventory is not tracked.", *given)]
    return []


def _activate(write: Write, variant: Variant, place: int, given: dict[str, Any]) -> None:
    stock, moment = write.store.stock, write.moment
    if stock.level(variant.index, place).active:
        return
    stock.activate(variant.index, place, moment)
    for name, quantity in given.items():
        level = stock.level(variant.index, place)
        stock.move(variant.index, place, "available", quantity - level.quantities["on_hand" if name == "onHand" else name], moment)
    write.store.move_product(variant.product.id, moment)
    write.effect("stock.set", entity_of(variant, place), stock.level(variant.index, place).quantities["available"])


def _level(write: Write, variant: Variant, place: int) -> Row:
    return level_row(write.store.stock.level(variant.index, place), variant.created)
