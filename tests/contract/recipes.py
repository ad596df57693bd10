"""What to write to try an operation, whatever the platform: an item of its mutation, the effect it has, and how it is read back.

Every item bears a value of its own, so that what one write does can be told from what another did before.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from schema.commands import WriteOperation as Op
from schema.keys import Key, Kind
from tests.contract.picks import Picks, level_of, units_of

Item = dict[str, Any]
Receipt = Mapping[str, Any]

# Which orders a platform lets be called off: their status and payment, where they need not be open and paid.
CANCELLABLE: dict[str, tuple[str, str]] = {"magento": ("PENDING", "PENDING")}
NEW = frozenset({"walmart"})  # platforms where an order has to be taken on before anything else is done with it
USUAL = ("OPEN", "PAID")
QUARRELS = frozenset({"ebay"})  # platforms where an order may have an open case that no read shows, and is not refunded then
GROUPED = frozenset({"ebay"})  # platforms that change products with variants by another call than those without
LATE_REFUNDS = frozenset({"amazon"})  # what is given back shows when it is booked, days later
UNSEEN_NOTES = frozenset({"magento"})  # a note goes to the order's history, which no read shows
# What a platform needs beside the fields all platforms have.
PRODUCT_NEEDS: dict[str, Item] = {
    "amazon": {"vendor": "Prairie", "descriptionHtml": "A pail.", "platformFields": {"productType": "PRODUCT"}},
    "ebay": {"status": "DRAFT"},
    "walmart": {
        "vendor": "Prairie",
        "descriptionHtml": "A pail.",
        "productType": "Pails",
        "platformFields": {"Visible": {"mainImageUrl": "https://images.example.com/1.jpg"}},
    },
}
VARIANT_NEEDS: dict[str, Item] = {"walmart": {"weight": {"value": "8", "unit": "OUNCES"}}}


@dataclass(frozen=True, slots=True)
class Recipe:
    """`shows` reads back what was written: what is expected, and what is there. `effects` are the sandbox's words for it."""

    item: Callable[[Picks], Awaitable[Item]]
    effects: frozenset[str]
    shows: Callable[[Picks, Item, Receipt], Awaitable[tuple[Any, Any]]]


async def _read(picks: Picks, field_: str, id_: str | None, fields: str) -> Any:
    query = f"query($id: ID!) {{ {field_}(id: $id, maxAge: 0) {{ id {fields} }} }}"
    return (await picks.world.ask(query, id=id_))[field_]


async def _units(picks: Picks, level: str) -> int | None:
    return units_of(await _read(picks, "inventoryLevel", level, "available onHand"))


async def _stock(picks: Picks) -> Item:
    return {"inventoryLevelId": level_of(await picks.product())["id"], "available": 1000 + next(picks.numbers)}


async def _stock_shown(picks: Picks, item: Item, receipt: Receipt) -> tuple[Any, Any]:
    return item["available"], await _units(picks, item["inventoryLevelId"])


async def _adjustment(picks: Picks) -> Item:
    level = level_of(await picks.product())["id"]
    picks.before[level] = await _units(picks, level)
    return {"inventoryLevelId": level, "delta": 3}


async def _adjustment_shown(picks: Picks, item: Item, receipt: Receipt) -> tuple[Any, Any]:
    level = item["inventoryLevelId"]
    return (picks.before[level] or 0) + 3, await _units(picks, level)


async def _price(picks: Picks) -> Item:
    variant = (await picks.product())["variants"][0]
    return {"variantId": variant["id"], "price": {**variant["price"], "amount": f"{500 + next(picks.numbers)}.45"}}


async def _price_shown(picks: Picks, item: Item, receipt: Receipt) -> tuple[Any, Any]:
    found = await _read(picks, "variant", item["variantId"], "price { amount }")
    return Decimal(item["price"]["amount"]), Decimal(found["price"]["amount"])


def _barcode(number: int) -> str:
    """Return a GTIN-13 of its own."""
    digits = f"4012345{number:05d}"
    weighed = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-weighed % 10}"


async def _new_product(picks: Picks) -> Item:
    number = next(picks.numbers)
    variant = {"sku": f"NEW-{number}", "price": "12.50", "barcode": _barcode(number), **VARIANT_NEEDS.get(picks.platform, {})}
    given = {name: value for name, value in variant.items() if picks.takes(Op.PRODUCT_CREATE, name)}
    return {"store": picks.store, "title": f"New {number}", "variants": [given], **PRODUCT_NEEDS.get(picks.platform, {})}


async def _new_product_shown(picks: Picks, item: Item, receipt: Receipt) -> tuple[Any, Any]:
    found = await _read(picks, "product", receipt["effect"]["entityId"], "title variants { sku }")
    return (item["title"], [item["variants"][0]["sku"]]), (found["title"], [each["sku"] for each in found["variants"]])


async def _title(picks: Picks) -> Item:
    product = await picks.product()
    while picks.platform in GROUPED and len(product["variants"]) == 1:
        product = await picks.product()
    return {"productId": product["id"], "title": f"Changed {next(picks.numbers)}"}


async def _title_shown(picks: Picks, item: Item, receipt: Receipt) -> tuple[Any, Any]:
    return item["title"], (await _read(picks, "product", item["productId"], "title"))["title"]


async def _gone(picks: Picks) -> Item:
    return {"productId": (await picks.product(last=True))["id"]}


async def _gone_shown(picks: Picks, item: Item, receipt: Receipt) -> tuple[Any, Any]:
    found = await _read(picks, "product", item["productId"], "status")
    return True, found is None or found["status"] in {"DELETED", "ARCHIVED"}


async def _new_variant(picks: Picks) -> Item:
    roof, number = await picks.roof(), next(picks.numbers)
    model = roof["variants"][0]
    options = [
        {"name": each["name"], "value": f"New {number}" if picks.platform != "magento" else each["value"]}
        for each in model["options"] or ()
    ]
    return {
        "productId": roof["id"],
        "sku": f"SISTER-{number}",
        "price": "9.75",
        "options": options,
        **VARIANT_NEEDS.get(picks.platform, {}),
    }


async def _new_variant_shown(picks: Picks, item: Item, receipt: Receipt) -> tuple[Any, Any]:
    found = await _read(picks, "variant", receipt["effect"]["entityId"], "sku product { id }")
    return (item["sku"], item["productId"]), (found["sku"], found["product"]["id"])


async def _variant_change(picks: Picks) -> Item:
    variant = (await picks.product())["variants"][0]
    number = next(picks.numbers)
    values = {"price": f"{700 + number}.25", "barcode": _barcode(number)}
    name = next(name for name in values if picks.takes(Op.VARIANT_UPDATE, name))
    return {"variantId": variant["id"], name: values[name]}


async def _variant_change_shown(picks: Picks, item: Item, receipt: Receipt) -> tuple[Any, Any]:
    found = await _read(picks, "variant", item["variantId"], "price { amount } barcode")
    if "barcode" in item:
        return item["barcode"], found["barcode"]
    return Decimal(item["price"]), Decimal(found["price"]["amount"])


async def _sister_gone(picks: Picks) -> Item:
    return {"variantId": (await picks.sister())["id"]}


async def _sister_gone_shown(picks: Picks, item: Item, receipt: Receipt) -> tuple[Any, Any]:
    return None, await _read(picks, "variant", item["variantId"], "sku")


async def _new_order(picks: Picks) -> Any:
    """Let a buyer place an order."""
    made = picks.world.row(picks.store, "insert", "order")["id"]
    fields = "lines { platformId quantity requiresShipping }"
    return await _read(picks, "order", Key(Kind.ORDER, picks.store, made).encode(), fields)


async def _taken_on(picks: Picks) -> Any:
    order = await _new_order(picks)
    (taken,) = await picks.world.write(Op.ORDER_ACKNOWLEDGE, {"orderId": order["id"]})
    assert "DONE" == (await picks.world.settle())[taken]["state"]
    return order


async def _parcel(picks: Picks) -> Item:
    order = await _taken_on(picks) if picks.platform in NEW else await picks.order(*USUAL, sent=False)
    line = next(each for each in order["lines"] if each["requiresShipping"] is not False)
    tracking = {"number": f"1Z999AA1{next(picks.numbers):010d}", "company": "UPS"}
    return {"orderId": order["id"], "lines": [{"lineId": line["platformId"], "quantity": line["quantity"]}], "tracking": tracking}


async def _parcel_shown(picks: Picks, item: Item, receipt: Receipt) -> tuple[Any, Any]:
    found = await _read(picks, "order", item["orderId"], "shipments { tracking { number } }")
    parcels = [each["number"] for shipment in found["shipments"] for each in shipment["tracking"]]
    return [item["tracking"]["number"]], [number for number in parcels if number]


async def _tracking(picks: Picks) -> Item:
    (sent,) = await picks.world.write(Op.SHIPMENT_CREATE, await _parcel(picks))
    receipt = (await picks.world.settle())[sent]
    assert "DONE" == receipt["state"], receipt
    return {"shipmentId": receipt["effect"]["entityId"], "tracking": {"number": f"1Z999BB1{next(picks.numbers):010d}", "company": "UPS"}}


async def _tracking_shown(picks: Picks, item: Item, receipt: Receipt) -> tuple[Any, Any]:
    found = await _read(picks, "shipment", receipt["effect"]["entityId"], "tracking { number }")
    return [item["tracking"]["number"]], [each["number"] for each in found["tracking"]]


async def _cancellation(picks: Picks) -> Item:
    order = await _taken_on(picks) if picks.platform in NEW else await picks.order(*CANCELLABLE.get(picks.platform, USUAL), sent=False)
    return {"orderId": order["id"], "reason": "OUT_OF_STOCK"}


async def _cancellation_shown(picks: Picks, item: Item, receipt: Receipt) -> tuple[Any, Any]:
    return "CANCELLED", (await _read(picks, "order", item["orderId"], "status"))["status"]


async def _note(picks: Picks) -> Item:
    order = await picks.order("OPEN", sent=True)
    return {"orderId": order["id"], "note": f"Note {next(picks.numbers)}"}


async def _note_shown(picks: Picks, item: Item, receipt: Receipt) -> tuple[Any, Any]:
    if picks.platform in UNSEEN_NOTES:
        return None, None
    return item["note"], (await _read(picks, "order", item["orderId"], "note"))["note"]


async def _acknowledgement(picks: Picks) -> Item:
    return {"orderId": (await _new_order(picks) if picks.platform in NEW else await picks.order(*USUAL, sent=False))["id"]}


async def _nothing_shown(picks: Picks, item: Item, receipt: Receipt) -> tuple[Any, Any]:
    return None, None  # no platform tells who was told that an order is known


async def _repayment(picks: Picks) -> Item:
    order = await (_new_order(picks) if picks.platform in QUARRELS else picks.order("COMPLETED", sent=True))
    return {"orderId": order["id"], "lines": [{"lineId": order["lines"][0]["platformId"], "quantity": 1}], "reason": "CUSTOMER_RETURN"}


async def _repayment_shown(picks: Picks, item: Item, receipt: Receipt) -> tuple[Any, Any]:
    if picks.platform in LATE_REFUNDS:
        return None, None
    found = await _read(picks, "order", item["orderId"], "refunds { amount { amount } }")
    return (1, True), (len(found["refunds"]), Decimal(found["refunds"][0]["amount"]["amount"]) > 0)


async def _new_customer(picks: Picks) -> Item:
    number = next(picks.numbers)
    return {"store": picks.store, "email": f"new{number}@example.com", "firstName": "New", "lastName": f"Person {number}"}


async def _new_customer_shown(picks: Picks, item: Item, receipt: Receipt) -> tuple[Any, Any]:
    found = await _read(picks, "customer", receipt["effect"]["entityId"], "email firstName lastName")
    return [item[name] for name in ("email", "firstName", "lastName")], [found[name] for name in ("email", "firstName", "lastName")]


async def _name(picks: Picks) -> Item:
    return {"customerId": (await picks.customer())["id"], "firstName": f"Changed {next(picks.numbers)}"}


async def _name_shown(picks: Picks, item: Item, receipt: Receipt) -> tuple[Any, Any]:
    return item["firstName"], (await _read(picks, "customer", item["customerId"], "firstName"))["firstName"]


RECIPES: dict[Op, Recipe] = {
    Op.INVENTORY_SET: Recipe(_stock, frozenset({"stock.set"}), _stock_shown),
    Op.INVENTORY_ADJUST: Recipe(_adjustment, frozenset({"stock.set", "stock.adjust"}), _adjustment_shown),
    Op.PRICE_SET: Recipe(_price, frozenset({"price.set"}), _price_shown),
    Op.PRODUCT_CREATE: Recipe(_new_product, frozenset({"product.create"}), _new_product_shown),
    Op.PRODUCT_UPDATE: Recipe(_title, frozenset({"product.update"}), _title_shown),
    Op.PRODUCT_DELETE: Recipe(_gone, frozenset({"product.delete"}), _gone_shown),
    Op.VARIANT_CREATE: Recipe(_new_variant, frozenset({"variant.create"}), _new_variant_shown),
    Op.VARIANT_UPDATE: Recipe(_variant_change, frozenset({"variant.update", "price.set", "product.update"}), _variant_change_shown),
    Op.VARIANT_DELETE: Recipe(_sister_gone, frozenset({"variant.delete"}), _sister_gone_shown),
    Op.SHIPMENT_CREATE: Recipe(_parcel, frozenset({"shipment.create"}), _parcel_shown),
    Op.SHIPMENT_UPDATE: Recipe(_tracking, frozenset({"shipment.update"}), _tracking_shown),
    Op.ORDER_CANCEL: Recipe(_cancellation, frozenset({"order.cancel"}), _cancellation_shown),
    Op.ORDER_UPDATE: Recipe(_note, frozenset({"order.update"}), _note_shown),
    Op.ORDER_ACKNOWLEDGE: Recipe(_acknowledgement, frozenset({"order.acknowledge"}), _nothing_shown),
    Op.REFUND_CREATE: Recipe(_repayment, frozenset({"refund.create"}), _repayment_shown),
    Op.CUSTOMER_CREATE: Recipe(_new_customer, frozenset({"customer.create"}), _new_customer_shown),
    Op.CUSTOMER_UPDATE: Recipe(_name, frozenset({"customer.update"}), _name_shown),
}
