"""Wishes: from an item of a mutation to a command, with everything told that is wrong with it by itself."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

import strawberry

from resolvers.writes.checks import money_problem
from resolvers.writes.sealing import Contents
from schema import commands
from schema.commands import Guard, WriteOperation
from schema.errors import InputError
from schema.keys import Key, Kind, camel, decode_store

MOST_UNITS = 1_000_000_000
MOST_TEXT = 100_000
MOST_LINES = 250
MOST_DIGITS = 20
MOST_VARIANTS = 250
ANY_CURRENCY = "XXX"  # a price without its currency: only what is wrong in every currency is told
TEXTS = {"title": 255, "sku": 255, "note": 5000, "number": 255, "company": 255, "email": 254, "status": 100}


class RefusedError(Exception):
    """An item can't be accepted; `path` is where, below the item."""

    def __init__(self, code: str, message: str, *path: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.path = path


@dataclass(frozen=True, slots=True)
class Wish:
    """One item: the store it is for, and what is wanted."""

    store: str
    contents: Contents


def wish(operation: WriteOperation, item: Any) -> Wish:
    """Return what an item wants; raises RefusedError."""
    given = plain(item)
    for name, value in _texts(given):
        most = TEXTS.get(name, MOST_TEXT)
        if len(value) > most:
            raise RefusedError("TEXT_TOO_LONG", f"`{camel(name)}` has {len(value)} characters; at most {most} are taken.", camel(name))
    store, command = _MAKERS[operation](given)
    return Wish(store, Contents(operation, command, _guard(given.get("guard"))))


def plain(value: Any) -> Any:
    """Return an input as plain values, without what was left out."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
        return {name: plain(each) for name, each in fields.items() if each is not strawberry.UNSET}
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value


def key_of(given: Mapping[str, Any], name: str, kind: Kind) -> Key:
    """Return the key an id names; raises RefusedError."""
    try:
        return Key.decode(given[name], kind)
    except InputError as error:
        raise RefusedError(error.code.value, error.message, camel(name)) from None


def _stock_set(given: Mapping[str, Any]) -> tuple[str, Any]:
    key = key_of(given, "inventory_level_id", Kind.INVENTORY_LEVEL)
    if not 0 <= given["available"] <= MOST_UNITS:
        message = f"`available` has to be from 0 to {MOST_UNITS:,}; it is {given['available']:,}."
        raise RefusedError("QUANTITY_INVALID", message, "available")
    return key.store, commands.InventorySet(key.id, given["available"])


def _stock_adjusted(given: Mapping[str, Any]) -> tuple[str, Any]:
    key = key_of(given, "inventory_level_id", Kind.INVENTORY_LEVEL)
    if given["delta"] == 0 or abs(given["delta"]) > MOST_UNITS:
        raise RefusedError("QUANTITY_INVALID", f"`delta` has to be from 1 to {MOST_UNITS:,}, or as many below 0.", "delta")
    return key.store, commands.InventoryAdjust(key.id, given["delta"])


def _price_set(given: Mapping[str, Any]) -> tuple[str, Any]:
    key = key_of(given, "variant_id", Kind.VARIANT)
    price, currency = _money(given["price"], "price")
    compare: str | None = None
    if "compare_at_price" in given:
        compare = ""
        if given["compare_at_price"] is not None:
            compare, other = _money(given["compare_at_price"], "compareAtPrice")
            if other != currency:
                raise RefusedError("CURRENCY", "`price` and `compareAtPrice` have to be in one currency.", "compareAtPrice", "currencyCode")
    return key.store, commands.PriceSet(key.id, price, currency, compare)


def _product_made(given: Mapping[str, Any]) -> tuple[str, Any]:
    if not given["title"].strip():
        raise RefusedError("REQUIRED", "`title` has to be given.", "title")
    variants = given.get("variants") or []
    if len(variants) > MOST_VARIANTS:
        raise RefusedError("TOO_MANY_ITEMS", f"`variants` has {len(variants)}; at most {MOST_VARIANTS} are taken.", "variants")
    made = tuple(_variant_fields(each, "variants", str(place)) for place, each in enumerate(variants))
    return decode_store(given["store"]), commands.ProductCreate(_product_fields(given), made)


def _product_changed(given: Mapping[str, Any]) -> tuple[str, Any]:
    key = key_of(given, "product_id", Kind.PRODUCT)
    return key.store, commands.ProductUpdate(key.id, _changes(_product_fields(given)))


def _product_deleted(given: Mapping[str, Any]) -> tuple[str, Any]:
    key = key_of(given, "product_id", Kind.PRODUCT)
    return key.store, commands.ProductDelete(key.id)


def _variant_made(given: Mapping[str, Any]) -> tuple[str, Any]:
    key = key_of(given, "product_id", Kind.PRODUCT)
    return key.store, commands.VariantCreate(key.id, _variant_fields(given))


def _variant_changed(given: Mapping[str, Any]) -> tuple[str, Any]:
    key = key_of(given, "variant_id", Kind.VARIANT)
    return key.store, commands.VariantUpdate(key.id, _changes(_variant_fields(given)))


def _variant_deleted(given: Mapping[str, Any]) -> tuple[str, Any]:
    key = key_of(given, "variant_id", Kind.VARIANT)
    return key.store, commands.VariantDelete(key.id)


def _shipment_made(given: Mapping[str, Any]) -> tuple[str, Any]:
    key = key_of(given, "order_id", Kind.ORDER)
    location = key_of(given, "location_id", Kind.LOCATION) if given["location_id"] else None
    if location is not None and location.store != key.store:
        raise RefusedError("ID_INVALID", "The location is not in the store of the order.", "locationId")
    units = tuple(commands.LineUnits(each["line_id"], each["quantity"]) for each in _lines(given))
    tracking = commands.TrackingFields(**given["tracking"] or {})
    made = commands.ShipmentCreate(
        key.id, units, tracking, location.id if location else None, given["notify_customer"], given["shipped_at"]
    )
    return key.store, made


def _shipment_changed(given: Mapping[str, Any]) -> tuple[str, Any]:
    key = key_of(given, "shipment_id", Kind.SHIPMENT)
    if not given["tracking"]["number"]:
        raise RefusedError("REQUIRED", "`number` has to be given.", "tracking", "number")
    return key.store, commands.ShipmentUpdate(key.id, commands.TrackingFields(**given["tracking"]), given["notify_customer"])


def _order_cancelled(given: Mapping[str, Any]) -> tuple[str, Any]:
    key = key_of(given, "order_id", Kind.ORDER)
    reason = commands.CancelReason[given["reason"]]
    return key.store, commands.OrderCancel(key.id, reason, given["note"], given["restock"], given["refund"], given["notify_customer"])


def _order_changed(given: Mapping[str, Any]) -> tuple[str, Any]:
    key = key_of(given, "order_id", Kind.ORDER)
    changes: Any = {name: given[name] for name in ("tags", "note", "status") if name in given}
    return key.store, commands.OrderUpdate(key.id, _changes(_listed(changes)))


def _order_acknowledged(given: Mapping[str, Any]) -> tuple[str, Any]:
    key = key_of(given, "order_id", Kind.ORDER)
    return key.store, commands.OrderAcknowledge(key.id)


def _refunded(given: Mapping[str, Any]) -> tuple[str, Any]:
    key = key_of(given, "order_id", Kind.ORDER)
    lines = tuple(
        commands.RefundLineUnits(each["line_id"], each["quantity"], _amount(each["amount"], "lines", str(place), "amount"), each["restock"])
        for place, each in enumerate(_lines(given))
    )
    shipping = given["shipping"]
    if shipping and shipping["all"] == (shipping["amount"] is not None):
        raise RefusedError("REQUIRED", "`shipping` has to be `all: true`, or an `amount`.", "shipping")
    part = ("all" if shipping["all"] else _amount(shipping["amount"], "shipping", "amount")) if shipping else None
    amount, currency = _money(given["amount"], "amount") if given["amount"] else (None, None)
    if amount is not None and Decimal(amount) == 0:
        raise RefusedError("MONEY_INVALID", "The amount of a refund has to be above 0.", "amount", "amount")
    reason = commands.RefundReason[given["reason"]]
    return key.store, commands.RefundCreate(key.id, lines, part, amount, currency, reason, given["note"], given["notify_customer"])


def _customer_made(given: Mapping[str, Any]) -> tuple[str, Any]:
    fields = _customer_fields(given)
    if not any(fields.get(name) for name in ("email", "phone", "first_name", "last_name")):
        raise RefusedError("REQUIRED", "A customer needs an e-mail address, a phone number or a name.", "email")
    return decode_store(given["store"]), commands.CustomerCreate(fields)


def _customer_changed(given: Mapping[str, Any]) -> tuple[str, Any]:
    key = key_of(given, "customer_id", Kind.CUSTOMER)
    return key.store, commands.CustomerUpdate(key.id, _changes(_customer_fields(given)))


def _product_fields(given: Mapping[str, Any]) -> Any:
    fields = {name: given[name] for name in commands.ProductFields.__annotations__ if name in given}
    if "title" in fields and not (fields["title"] or "").strip():
        raise RefusedError("REQUIRED", "`title` can't be empty.", "title")
    if fields.get("platform_fields") is not None and not isinstance(fields["platform_fields"], dict):
        raise RefusedError("REQUIRED", "`platformFields` has to be an object.", "platformFields")
    return _required(_listed(fields), "title", "status")


def _variant_fields(given: Mapping[str, Any], *path: str) -> Any:
    fields = {name: given[name] for name in commands.VariantFields.__annotations__ if name in given}
    for name in ("price", "compare_at_price"):
        if fields.get(name) is not None:
            fields[name] = _amount(fields[name], *path, camel(name))
    if fields.get("weight"):
        value = _digits(fields["weight"]["value"], "QUANTITY_INVALID", *path, "weight", "value")
        if Decimal(value) < 0:
            raise RefusedError("QUANTITY_INVALID", "A weight can't be below 0.", *path, "weight", "value")
        fields["weight"] = {"value": value, "unit": fields["weight"]["unit"]}
    if fields.get("quantity") is not None and not 0 <= fields["quantity"] <= MOST_UNITS:
        raise RefusedError("QUANTITY_INVALID", f"`quantity` has to be from 0 to {MOST_UNITS:,}.", *path, "quantity")
    flags = ("price", "requires_shipping", "inventory_tracked", "sells_when_out_of_stock", "quantity")
    return _required(_listed(fields), *flags)


def _customer_fields(given: Mapping[str, Any]) -> Any:
    fields = {name: given[name] for name in commands.CustomerFields.__annotations__ if name in given}
    email = fields.get("email")
    if email is not None and (email.count("@") != 1 or email.startswith("@") or email.endswith("@")):
        raise RefusedError("EMAIL_INVALID", "`email` is no e-mail address.", "email")
    if not fields.get("address"):
        fields.pop("address", None)  # no part of it is given, so none is changed
    return _listed(fields)


def _listed(fields: dict[str, Any]) -> dict[str, Any]:
    """Return fields whose lists are lists: null empties them."""
    return {name: [] if value is None and name in {"tags", "options"} else value for name, value in fields.items()}


def _required(fields: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return fields without those that are null and can't be cleared: a null leaves them alone."""
    return {name: value for name, value in fields.items() if value is not None or name not in names}


def _changes(fields: Any) -> Any:
    if not fields:
        raise RefusedError("REQUIRED", "Nothing is to be changed: give at least one field.")
    return fields


def _lines(given: Mapping[str, Any]) -> list[Any]:
    lines = given["lines"] or []
    if len(lines) > MOST_LINES:
        raise RefusedError("TOO_MANY_ITEMS", f"`lines` has {len(lines)}; at most {MOST_LINES} are taken.", "lines")
    for place, each in enumerate(lines):
        if not 1 <= each["quantity"] <= MOST_UNITS:
            raise RefusedError("QUANTITY_INVALID", "`quantity` has to be 1 or more.", "lines", str(place), "quantity")
    if len({each["line_id"] for each in lines}) < len(lines):
        raise RefusedError("REPEATED", "A line is named twice: add its units up.", "lines")
    return lines


def _money(given: Mapping[str, Any], *path: str) -> tuple[str, str]:
    currency = given["currency_code"]
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()):
        raise RefusedError("CURRENCY", f"{currency[:20]!r} is no ISO 4217 code, e.g. EUR.", *path, "currencyCode")
    text = _digits(given["amount"], "MONEY_INVALID", *path, "amount")
    problem = money_problem(text, currency)
    if problem is not None:
        raise RefusedError("MONEY_INVALID", problem, *path, "amount")
    return text, currency


def _amount(value: Decimal | None, *path: str) -> str | None:
    """Return an amount in the store's currency, which is not known here."""
    if value is None:
        return None
    text = _digits(value, "MONEY_INVALID", *path)
    problem = money_problem(text, ANY_CURRENCY)
    if problem is not None:
        raise RefusedError("MONEY_INVALID", problem, *path)
    return text


def _digits(value: Decimal, code: str, *path: str) -> str:
    """Return a number as text; raises RefusedError for what is none, and for one whose digits would fill the memory."""
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or value.adjusted() > MOST_DIGITS or exponent < -MOST_DIGITS:
        raise RefusedError(code, f"`{path[-1]}` is no number a shop can have.", *path)
    return format(value, "f")


def _guard(given: Mapping[str, Any] | None) -> Guard:
    if given is None:
        return Guard()
    price = _digits(given["price"], "MONEY_INVALID", "guard", "price") if given["price"] is not None else None
    return Guard(given["version"], given["available"], price)


def _texts(value: Any, name: str = "") -> list[tuple[str, str]]:
    """Return all texts of an item with their fields' names."""
    if isinstance(value, str):
        return [(name, value)]
    if isinstance(value, dict):
        return [each for key, inner in value.items() for each in _texts(inner, key)]
    if isinstance(value, list):
        return [each for inner in value for each in _texts(inner, name)]
    return []


_MAKERS: dict[WriteOperation, Callable[[Mapping[str, Any]], tuple[str, Any]]] = {
    WriteOperation.INVENTORY_SET: _stock_set,
    WriteOperation.INVENTORY_ADJUST: _stock_adjusted,
    WriteOperation.PRICE_SET: _price_set,
    WriteOperation.PRODUCT_CREATE: _product_made,
    WriteOperation.PRODUCT_UPDATE: _product_changed,
    WriteOperation.PRODUCT_DELETE: _product_deleted,
    WriteOperation.VARIANT_CREATE: _variant_made,
    WriteOperation.VARIANT_UPDATE: _variant_changed,
    WriteOperation.VARIANT_DELETE: _variant_deleted,
    WriteOperation.SHIPMENT_CREATE: _shipment_made,
    WriteOperation.SHIPMENT_UPDATE: _shipment_changed,
    WriteOperation.ORDER_CANCEL: _order_cancelled,
    WriteOperation.ORDER_UPDATE: _order_changed,
    WriteOperation.ORDER_ACKNOWLEDGE: _order_acknowledged,
    WriteOperation.REFUND_CREATE: _refunded,
    WriteOperation.CUSTOMER_CREATE: _customer_made,
    WriteOperation.CUSTOMER_UPDATE: _customer_changed,
}
