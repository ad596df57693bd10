"""Everything that is wrong with an item by itself is told, with the place where it is."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import strawberry
from strawberry.scalars import JSON

from resolvers.writes.wishes import RefusedError, wish
from schema import commands, inputs
from schema.commands import Guard, WriteOperation
from schema.inputs import GuardInput, MoneyInput, WeightUnit
from schema.keys import Key, Kind
from tests.support.fakes import DAY

IDS = {kind: strawberry.ID(Key(kind, "east", "1").encode()) for kind in Kind}
LEVEL, VARIANT, ORDER, PRODUCT, CUSTOMER, SHIPMENT = (
    IDS[kind] for kind in (Kind.INVENTORY_LEVEL, Kind.VARIANT, Kind.ORDER, Kind.PRODUCT, Kind.CUSTOMER, Kind.SHIPMENT)
)
FAR = strawberry.ID(Key(Kind.LOCATION, "west", "1").encode())
STORE = strawberry.ID("east")
Op = WriteOperation


def eur(amount: str, currency: str = "EUR") -> MoneyInput:
    return MoneyInput(amount=Decimal(amount), currency_code=currency)


def price(amount: str, currency: str = "EUR", **more: Any) -> inputs.PriceSetInput:
    return inputs.PriceSetInput(variant_id=VARIANT, price=eur(amount, currency), **more)


def shipped(*lines: tuple[str, int], **more: Any) -> inputs.ShipmentCreateInput:
    units = [inputs.OrderLineUnitsInput(line_id=line, quantity=quantity) for line, quantity in lines]
    return inputs.ShipmentCreateInput(order_id=ORDER, lines=units, **more)


def refund(**more: Any) -> inputs.RefundCreateInput:
    return inputs.RefundCreateInput(order_id=ORDER, **more)


def back(line: str, quantity: int, amount: str | None = None) -> inputs.RefundLineInput:
    return inputs.RefundLineInput(line_id=line, quantity=quantity, amount=Decimal(amount) if amount else None)


def weighing(number: str) -> inputs.VariantUpdateInput:
    return inputs.VariantUpdateInput(variant_id=VARIANT, weight=inputs.WeightInput(value=Decimal(number), unit=next(iter(WeightUnit))))


BAD: tuple[tuple[Op, Any, str, str], ...] = (
    # Ids
    (
        Op.INVENTORY_SET,
        inputs.InventorySetInput(inventory_level_id=strawberry.ID("nonsense"), available=1),
        "ID_INVALID",
        "inventoryLevelId",
    ),
    (Op.INVENTORY_SET, inputs.InventorySetInput(inventory_level_id=ORDER, available=1), "ID_INVALID", "inventoryLevelId"),
    (Op.INVENTORY_SET, inputs.InventorySetInput(inventory_level_id=strawberry.ID(""), available=1), "ID_INVALID", "inventoryLevelId"),
    (Op.PRODUCT_DELETE, inputs.ProductDeleteInput(product_id=VARIANT), "ID_INVALID", "productId"),
    (Op.SHIPMENT_CREATE, shipped(location_id=FAR), "ID_INVALID", "locationId"),
    (Op.SHIPMENT_CREATE, shipped(location_id=ORDER), "ID_INVALID", "locationId"),
    # Quantities
    (Op.INVENTORY_SET, inputs.InventorySetInput(inventory_level_id=LEVEL, available=-1), "QUANTITY_INVALID", "available"),
    (Op.INVENTORY_SET, inputs.InventorySetInput(inventory_level_id=LEVEL, available=10**9 + 1), "QUANTITY_INVALID", "available"),
    (Op.INVENTORY_ADJUST, inputs.InventoryAdjustInput(inventory_level_id=LEVEL, delta=0), "QUANTITY_INVALID", "delta"),
    (Op.INVENTORY_ADJUST, inputs.InventoryAdjustInput(inventory_level_id=LEVEL, delta=-(10**9) - 1), "QUANTITY_INVALID", "delta"),
    (Op.SHIPMENT_CREATE, shipped(("1", 0)), "QUANTITY_INVALID", "lines.0.quantity"),
    (Op.SHIPMENT_CREATE, shipped(("1", 1), ("2", -3)), "QUANTITY_INVALID", "lines.1.quantity"),
    (Op.VARIANT_CREATE, inputs.VariantCreateInput(product_id=PRODUCT, quantity=-1), "QUANTITY_INVALID", "quantity"),
    (Op.VARIANT_UPDATE, weighing("-1"), "QUANTITY_INVALID", "weight.value"),
    (Op.VARIANT_UPDATE, weighing("NaN"), "QUANTITY_INVALID", "weight.value"),
    (Op.VARIANT_UPDATE, weighing("1E+999999"), "QUANTITY_INVALID", "weight.value"),
    # Money
    (Op.PRICE_SET, price("-0.01"), "MONEY_INVALID", "price.amount"),
    (Op.PRICE_SET, price("0.001"), "MONEY_INVALID", "price.amount"),
    (Op.PRICE_SET, price("0.5", "JPY"), "MONEY_INVALID", "price.amount"),
    (Op.PRICE_SET, price("0.0001", "KWD"), "MONEY_INVALID", "price.amount"),
    (Op.PRICE_SET, price("1E+12"), "MONEY_INVALID", "price.amount"),
    (Op.PRICE_SET, price("1E+999999"), "MONEY_INVALID", "price.amount"),
    (Op.PRICE_SET, price("1E-999999"), "MONEY_INVALID", "price.amount"),
    (Op.PRICE_SET, price("NaN"), "MONEY_INVALID", "price.amount"),
    (Op.PRICE_SET, price("sNaN"), "MONEY_INVALID", "price.amount"),
    (Op.PRICE_SET, price("Infinity"), "MONEY_INVALID", "price.amount"),
    (Op.PRICE_SET, price("1", guard=GuardInput(price=Decimal("sNaN"))), "MONEY_INVALID", "guard.price"),
    (Op.PRICE_SET, price("1", "eur"), "CURRENCY", "price.currencyCode"),
    (Op.PRICE_SET, price("1", "EURO"), "CURRENCY", "price.currencyCode"),
    (Op.PRICE_SET, price("1", "E1R"), "CURRENCY", "price.currencyCode"),
    (Op.PRICE_SET, price("1", "ÄÖÜ"), "CURRENCY", "price.currencyCode"),
    (Op.PRICE_SET, price("1", compare_at_price=eur("2", "USD")), "CURRENCY", "compareAtPrice.currencyCode"),
    (Op.VARIANT_UPDATE, inputs.VariantUpdateInput(variant_id=VARIANT, price=Decimal("0.0001")), "MONEY_INVALID", "price"),
    (Op.VARIANT_UPDATE, inputs.VariantUpdateInput(variant_id=VARIANT, compare_at_price=Decimal(-1)), "MONEY_INVALID", "compareAtPrice"),
    (Op.REFUND_CREATE, refund(amount=eur("0")), "MONEY_INVALID", "amount.amount"),
    (Op.REFUND_CREATE, refund(lines=[back("1", 1, "-2")]), "MONEY_INVALID", "lines.0.amount"),
    (Op.REFUND_CREATE, refund(shipping=inputs.RefundShippingInput(amount=Decimal(-1))), "MONEY_INVALID", "shipping.amount"),
    (Op.REFUND_CREATE, refund(shipping=inputs.RefundShippingInput()), "REQUIRED", "shipping"),
    (Op.REFUND_CREATE, refund(shipping=inputs.RefundShippingInput(all=True, amount=Decimal(1))), "REQUIRED", "shipping"),
    # Nothing to do
    (Op.PRODUCT_UPDATE, inputs.ProductUpdateInput(product_id=PRODUCT), "REQUIRED", ""),
    (Op.PRODUCT_UPDATE, inputs.ProductUpdateInput(product_id=PRODUCT, status=None), "REQUIRED", ""),
    (Op.VARIANT_UPDATE, inputs.VariantUpdateInput(variant_id=VARIANT, price=None), "REQUIRED", ""),
    (Op.ORDER_UPDATE, inputs.OrderUpdateInput(order_id=ORDER), "REQUIRED", ""),
    (Op.CUSTOMER_UPDATE, inputs.CustomerUpdateInput(customer_id=CUSTOMER), "REQUIRED", ""),
    (Op.CUSTOMER_UPDATE, inputs.CustomerUpdateInput(customer_id=CUSTOMER, address=None), "REQUIRED", ""),
    (Op.CUSTOMER_UPDATE, inputs.CustomerUpdateInput(customer_id=CUSTOMER, address=inputs.AddressInput()), "REQUIRED", ""),
    (Op.CUSTOMER_CREATE, inputs.CustomerCreateInput(store=STORE, note="Hello"), "REQUIRED", "email"),
    (Op.PRODUCT_CREATE, inputs.ProductCreateInput(store=STORE, title="  "), "REQUIRED", "title"),
    (Op.PRODUCT_UPDATE, inputs.ProductUpdateInput(product_id=PRODUCT, title=""), "REQUIRED", "title"),
    (Op.SHIPMENT_UPDATE, inputs.ShipmentUpdateInput(shipment_id=SHIPMENT, tracking=inputs.TrackingInput()), "REQUIRED", "tracking.number"),
    # Lists and texts
    (Op.SHIPMENT_CREATE, shipped(("1", 1), ("1", 2)), "REPEATED", "lines"),
    (Op.REFUND_CREATE, refund(lines=[back("1", 1), back("1", 1)]), "REPEATED", "lines"),
    (Op.SHIPMENT_CREATE, shipped(*((str(line), 1) for line in range(251))), "TOO_MANY_ITEMS", "lines"),
    (
        Op.PRODUCT_CREATE,
        inputs.ProductCreateInput(store=STORE, title="T", variants=[inputs.NewVariantInput()] * 251),
        "TOO_MANY_ITEMS",
        "variants",
    ),
    (Op.PRODUCT_UPDATE, inputs.ProductUpdateInput(product_id=PRODUCT, title="x" * 256), "TEXT_TOO_LONG", "title"),
    (Op.PRODUCT_UPDATE, inputs.ProductUpdateInput(product_id=PRODUCT, description_html="x" * 100_001), "TEXT_TOO_LONG", "descriptionHtml"),
    (Op.ORDER_UPDATE, inputs.OrderUpdateInput(order_id=ORDER, note="x" * 5001), "TEXT_TOO_LONG", "note"),
    (Op.PRODUCT_UPDATE, inputs.ProductUpdateInput(product_id=PRODUCT, platform_fields=JSON(["a"])), "REQUIRED", "platformFields"),
    *(
        (Op.CUSTOMER_CREATE, inputs.CustomerCreateInput(store=STORE, email=email), "EMAIL_INVALID", "email")
        for email in ("", "ann", "@example.com", "ann@", "a@b@c")
    ),
)


@pytest.mark.parametrize(
    ("operation", "item", "code", "path"), BAD, ids=[f"{row[0].name}-{row[2]}-{place}" for place, row in enumerate(BAD)]
)
def test_a_mistake_is_told_with_its_place(operation: WriteOperation, item: Any, code: str, path: str) -> None:
    with pytest.raises(RefusedError) as caught:
        wish(operation, item)

    assert (code, path) == (caught.value.code, ".".join(caught.value.path))
    assert caught.value.message.endswith((".", "`."))
    assert len(caught.value.message) < 300


def test_of_several_variants_the_one_with_the_mistake_is_named() -> None:
    variants = [inputs.NewVariantInput(sku="A"), inputs.NewVariantInput(price=Decimal(-1))]
    with pytest.raises(RefusedError) as caught:
        wish(Op.PRODUCT_CREATE, inputs.ProductCreateInput(store=STORE, title="T", variants=variants))

    assert ("variants", "1", "price") == caught.value.path


GOOD: tuple[tuple[Op, Any, Any], ...] = (
    (Op.INVENTORY_SET, inputs.InventorySetInput(inventory_level_id=LEVEL, available=0), commands.InventorySet("1", 0)),
    (Op.INVENTORY_ADJUST, inputs.InventoryAdjustInput(inventory_level_id=LEVEL, delta=-3), commands.InventoryAdjust("1", -3)),
    (Op.PRICE_SET, price("12.50"), commands.PriceSet("1", "12.50", "EUR")),
    (Op.PRICE_SET, price("1E+2", compare_at_price=None), commands.PriceSet("1", "100", "EUR", "")),
    (Op.PRICE_SET, price("500", "JPY", compare_at_price=eur("600", "JPY")), commands.PriceSet("1", "500", "JPY", "600")),
    (Op.PRODUCT_UPDATE, inputs.ProductUpdateInput(product_id=PRODUCT, tags=None), commands.ProductUpdate("1", {"tags": []})),
    (Op.PRODUCT_UPDATE, inputs.ProductUpdateInput(product_id=PRODUCT, handle=None), commands.ProductUpdate("1", {"handle": None})),
    (Op.VARIANT_UPDATE, inputs.VariantUpdateInput(variant_id=VARIANT, sku=None, price=None), commands.VariantUpdate("1", {"sku": None})),
    (Op.SHIPMENT_CREATE, inputs.ShipmentCreateInput(order_id=ORDER), commands.ShipmentCreate("1")),
    (Op.SHIPMENT_CREATE, shipped(("7", 2), shipped_at=DAY), commands.ShipmentCreate("1", (commands.LineUnits("7", 2),), shipped_at=DAY)),
    (Op.REFUND_CREATE, refund(), commands.RefundCreate("1")),
    (Op.REFUND_CREATE, refund(shipping=inputs.RefundShippingInput(all=True)), commands.RefundCreate("1", shipping="all")),
    (Op.ORDER_ACKNOWLEDGE, inputs.OrderAcknowledgeInput(order_id=ORDER), commands.OrderAcknowledge("1")),
    (Op.ORDER_CANCEL, inputs.OrderCancelInput(order_id=ORDER), commands.OrderCancel("1")),
    (
        Op.CUSTOMER_UPDATE,
        inputs.CustomerUpdateInput(customer_id=CUSTOMER, email=None, address=inputs.AddressInput(city=None)),
        commands.CustomerUpdate("1", {"email": None, "address": {"city": None}}),
    ),
)


@pytest.mark.parametrize(("operation", "item", "command"), GOOD, ids=[f"{row[0].name}-{place}" for place, row in enumerate(GOOD)])
def test_what_is_right_becomes_a_command_for_its_store(operation: WriteOperation, item: Any, command: Any) -> None:
    made = wish(operation, item)

    assert ("east", operation, command) == (made.store, made.contents.operation, made.contents.command)


def test_a_guard_comes_along() -> None:
    guard = GuardInput(version=DAY + timedelta(seconds=1), available=0, price=Decimal("9.5"))

    assert Guard(DAY + timedelta(seconds=1), 0, "9.5") == wish(Op.PRICE_SET, price("1", guard=guard)).contents.guard
