"""What to write to try an operation, whatever the platform: an item of its mutation, the effect it has, and how it is read back.

Every item bears a value of its own, so that what one write does can be told from what another did before.
"""

import itertools
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from resolvers.catalogue import SORT_NAMES
from schema.commands import WriteOperation as Op
from schema.keys import Key, Kind
from tests.support.world import World

Item = dict[str, Any]
Receipt = Mapping[str, Any]

PRODUCTS = """query($stores: [ID!], $sort: ProductSort!) { products(first: 250, stores: $stores, sort: $sort, deadlineMs: 60000) { nodes {
  id status options { name values } variants { id sku price { amount currencyCode } compareAtPrice { amount } options { name value }
  inventoryLevels { id available onHand tracked } } } } }"""
ORDERS = """query($stores: [ID!], $after: String) { orders(first: 250, after: $after, stores: $stores, deadlineMs: 60000) { nodes {
  id status platformStatus paymentStatus fulfilmentStatus lines { platformId quantity requiresShipping }
  extras { ... on AmazonOrderExtras { fulfilledBy }
    ... on WalmartOrderExtras { shipNodeType intentToCancel } } } pageInfo { endCursor } } }"""
TOUCHED = "query($id: ID!) { order(id: $id) { shipments { tracking { number } } refunds { id } } }"
CUSTOMERS = "query($stores: [ID!]) { customers(first: 100, stores: $stores) { nodes { id email } } }"

# Which orders a platform lets be called off: their status and payment, where they need not be open and paid.
CANCELLABLE: dict[str, tuple[str, str]] = {"magento": ("PENDING", "PENDING")}
NEW = frozenset({"walmart"})  # platforms where an order has to be taken on before anything else is done with it
USUAL = ("OPEN", "PAID")
STUCK = frozenset({"payment_review", "fraud"})  # words of orders that are pending, and with which nothing can be done
# How the ids of levels begin whose units a marketplace keeps itself: they change by what is sent to it.
KEPT = ("FBA:", "WFSFulfilled:")
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


@dataclass(slots=True)
class Picks:
    """Gives out what a store has, in turn; orders, and what is deleted, once."""

    world: World
    store: str
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    ways: dict[Op, str] = field(default_factory=dict)
    before: dict[str, int | None] = field(default_factory=dict)
    _pools: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def platform(self) -> str:
        return self.world.core.stores[self.store].platform

    def takes(self, operation: Op, name: str) -> bool:
        """Say whether the platform can take a field of an operation."""
        fields = self.world.core.platform(self.store).manifest.writes[operation].fields
        return fields is None or name in fields

    async def product(self, *, last: bool = False) -> Any:
        """Return a product whose stock is counted, the one not given out for longest, or for the last time one of the fewest variants."""
        await self._load_products()
        pool = self._pools["products"]
        if last:
            return pool.pop(min(range(len(pool)), key=lambda place: len(pool[place]["variants"])))
        pool.insert(0, pool.pop())
        return pool[0]

    async def roof(self) -> Any:
        """Return the product of the most variants, the same to everybody."""
        await self._load_products()
        return self._pools["roof"][0]

    async def sister(self) -> Any:
        """Return a variant of the product that has the most."""
        await self._load_products()
        sisters = self._pools["roof"][0]["variants"]
        return next(sister for sister in iter(sisters.pop, None) if not _kept(sister))

    async def order(self, status: str, payment: str = "PAID", *, sent: bool) -> Any:
        """Return an order in a state, with something in it that can be sent, of which nothing was given back yet."""
        if "orders" not in self._pools:
            first = (await self.world.ask(ORDERS, stores=[self.store]))["orders"]
            more = (await self.world.ask(ORDERS, stores=[self.store], after=first["pageInfo"]["endCursor"]))["orders"]
            self._pools["orders"] = [*first["nodes"], *more["nodes"]]
        pool = self._pools["orders"]
        while True:
            found = pool.pop(next(place for place, each in enumerate(pool) if _fits(each, status, payment, sent=sent)))
            parts = (await self.world.ask(TOUCHED, id=found["id"]))["order"]
            if not parts["refunds"] and (
                sent or not any(parcel["number"] for each in parts["shipments"] or () for parcel in each["tracking"])
            ):
                return found

    async def customer(self) -> Any:
        if "customers" not in self._pools:
            found = (await self.world.ask(CUSTOMERS, stores=[self.store]))["customers"]["nodes"]
            self._pools["customers"] = [each for each in found if each["email"]]
        return self._pools["customers"].pop()

    async def _load_products(self) -> None:
        if "products" in self._pools:
            return
        sorts = self.world.core.platform(self.store).manifest.kinds[Kind.PRODUCT].sorts
        rows = (await self.world.ask(PRODUCTS, stores=[self.store], sort=f"{SORT_NAMES[sorts[0]]}_ASC"))["products"]["nodes"]
        rows.sort(key=lambda row: len(row["variants"]), reverse=True)
        usable = [row for row in rows[1:] if row["status"] in {None, "ACTIVE"} and _usable(row)]
        self._pools |= {"roof": rows[:1], "products": usable[::-1]}


@dataclass(frozen=True, slots=True)
class Recipe:
    """`shows` reads back what was written: what is expected, and what is there. `effects` are the sandbox's words for it."""

    item: Callable[[Picks], Awaitable[Item]]
    effects: frozenset[str]
    shows: Callable[[Picks, Item, Receipt], Awaitable[tuple[Any, Any]]]


def _usable(row: Any) -> bool:
    first = row["variants"][0] if row["variants"] else None
    return bool(first and first["price"] and not first["compareAtPrice"] and any(map(_countable, first["inventoryLevels"] or ())))


def _fits(order: Any, status: str, payment: str, *, sent: bool) -> bool:
    lines = order["lines"] or ()
    fulfilled = order["fulfilmentStatus"] == "FULFILLED" if sent else order["fulfilmentStatus"] in {None, "UNFULFILLED"}
    shippable = any(each["requiresShipping"] is not False for each in lines)
    in_state = (order["status"] != "CANCELLED") if sent else order["status"] == status
    in_state = in_state and order["platformStatus"] not in STUCK and _is_own(order["extras"] or {})
    return fulfilled and shippable and 0 < len(lines) < 100 and in_state and order["paymentStatus"] == payment


def _is_own(extras: Any) -> bool:
    """Say whether the merchant sends an order, and not the marketplace, and nobody has asked to call it off."""
    sender = extras.get("fulfilledBy") or extras.get("shipNodeType")
    return sender in {None, "MERCHANT", "SellerFulfilled"} and not extras.get("intentToCancel")


async def _read(picks: Picks, field_: str, id_: str | None, fields: str) -> Any:
    query = f"query($id: ID!) {{ {field_}(id: $id, maxAge: 0) {{ id {fields} }} }}"
    return (await picks.world.ask(query, id=id_))[field_]


def units_of(level: Any) -> int | None:
    """Return the units a level has: those that can be sold, or all of them where the platform knows no others."""
    found: int | None = level["available"] if level["available"] is not None else level["onHand"]
    return found


def level_of(product: Any) -> Any:
    """Return a stock level of a product that is counted."""
    return next(filter(_countable, product["variants"][0]["inventoryLevels"]))


def _countable(level: Any) -> bool:
    return bool(level["tracked"]) and units_of(level) is not None


def _kept(variant: Any) -> bool:
    """Say whether a marketplace keeps the stock of a variant, or a part of it."""
    return any(Key.decode(level["id"]).id.startswith(KEPT) for level in variant["inventoryLevels"] or ())


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
    return {"productId": (await picks.product())["id"], "title": f"Changed {next(picks.numbers)}"}


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
    order = await picks.order("COMPLETED", sent=True)
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
