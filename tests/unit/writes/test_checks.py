"""What can't be done is told from what is known of its target, and what is not known is no reason."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from resolvers.writes.checks import Facts, money_problem, refusal, target_id, wanted
from resolvers.writes.sealing import Contents
from schema import commands
from schema.commands import OPERATIONS, Guard, WriteOperation
from schema.keys import Kind
from schema.money import Money
from schema.orders import OrderLine, OrderStatus
from tests.support.desk import operation_of
from tests.support.fakes import DAY, entity
from tests.unit.writes.test_sealing import EVERY


def contents(command: Any, **guard: Any) -> Contents:
    return Contents(operation_of(command), command, Guard(**guard))


def order(status: OrderStatus = OrderStatus.OPEN, total: str | None = "10.00", refunded: str | None = None) -> Any:
    totals = SimpleNamespace(
        total=total and Money(amount=Decimal(total), currency_code="EUR"),
        refunded=refunded and Money(amount=Decimal(refunded), currency_code="EUR"),
    )
    return SimpleNamespace(status=status, currency_code="EUR", totals=totals, updated_at=DAY)


def line(quantity: int, shipped: int | None = 0, refunded: int | None = None, **more: Any) -> Any:
    facts = {"quantity": quantity, "fulfilled_quantity": shipped, "known_refunded": refunded, "requires_shipping": True, **more}
    return entity(OrderLine, "east", "7", **facts)


def told(command: Any, found: Any, lines: Any = None, **guard: Any) -> str | None:
    refused = refusal(contents(command, **guard), Facts(found, lines))
    return refused.code if refused else None


def shipment(units: int = 1, name: str = "7") -> commands.ShipmentCreate:
    return commands.ShipmentCreate("1", (commands.LineUnits(name, units),))


def refund(units: int = 0, name: str = "7", **more: Any) -> commands.RefundCreate:
    return commands.RefundCreate("1", (commands.RefundLineUnits(name, units),) if units else (), **more)


@pytest.mark.parametrize(
    ("units", "left", "code"),
    [
        (2, line(3), None),
        (4, line(3), "OVER_SHIPPED"),
        (2, line(3, shipped=1), None),
        (3, line(3, shipped=1), "OVER_SHIPPED"),
        (2, line(3, shipped=1, refunded=1), "OVER_SHIPPED"),
        (3, line(3, shipped=None), None),
    ],
)
def test_no_more_can_be_shipped_than_is_open(units: int, left: Any, code: str | None) -> None:
    assert code == told(shipment(units), order(), [left])


def test_a_shipment_of_a_line_the_order_has_not_is_told() -> None:
    assert "LINE_UNKNOWN" == told(shipment(name="8"), order(), [line(1)])


@pytest.mark.parametrize("status", [OrderStatus.CANCELLED, OrderStatus.DELETED])
def test_nothing_is_shipped_or_acknowledged_of_an_order_that_was_called_off(status: OrderStatus) -> None:
    assert ["ORDER_CLOSED"] * 2 == [told(command, order(status), [line(1)]) for command in (shipment(), commands.OrderAcknowledge("1"))]


def test_all_that_is_open_is_nothing_when_all_is_shipped_or_needs_no_shipping() -> None:
    everything = commands.ShipmentCreate("1")
    gift = line(1, requires_shipping=False)

    assert "OVER_SHIPPED" == told(everything, order(), [line(2, shipped=2), gift])
    assert [None] * 3 == [told(everything, order(), lines) for lines in ([line(2, shipped=1)], [line(2, shipped=None)], [])]


def test_an_order_is_called_off_once() -> None:
    assert "ALREADY_CANCELLED" == told(commands.OrderCancel("1"), order(OrderStatus.CANCELLED))
    assert told(commands.OrderCancel("1"), order()) is None


@pytest.mark.parametrize(
    ("wish", "found", "code"),
    [
        (refund(amount="10.00", currency_code="EUR"), order(), None),
        (refund(amount="10.01", currency_code="EUR"), order(), "OVER_REFUNDED"),
        (refund(amount="5.01", currency_code="EUR"), order(refunded="5"), "OVER_REFUNDED"),
        (refund(amount="6", currency_code="EUR", shipping="5"), order(), "OVER_REFUNDED"),
        (refund(amount="6", currency_code="EUR", shipping="all"), order(), None),
        (refund(amount="1", currency_code="USD"), order(), "CURRENCY"),
        (refund(amount="99", currency_code="EUR"), order(total=None), None),
        (refund(), order(), None),
    ],
)
def test_no_more_is_given_back_than_is_left(wish: Any, found: Any, code: str | None) -> None:
    assert code == told(wish, found)


def test_no_more_units_are_given_back_than_a_line_has_left() -> None:
    found = [told(refund(units), order(), [line(3, refunded=1)]) for units in (2, 3)]

    assert [None, "OVER_REFUNDED"] == found
    assert "LINE_UNKNOWN" == told(refund(1, "8"), order(), [line(1)])
    assert told(refund(1, "8"), order(), None) is None


def test_amounts_of_lines_count_too() -> None:
    lines = (commands.RefundLineUnits("7", 1, "6.00"), commands.RefundLineUnits("8", 1, "5.00"))

    assert "OVER_REFUNDED" == told(commands.RefundCreate("1", lines), order())


def test_a_price_is_in_the_currency_the_variant_is_sold_in() -> None:
    variant = SimpleNamespace(price=Money(amount=Decimal(1), currency_code="EUR"))

    assert "CURRENCY" == told(commands.PriceSet("1", "2", "USD"), variant)
    assert told(commands.PriceSet("1", "2", "EUR"), variant) is None
    assert told(commands.PriceSet("1", "2", "USD"), SimpleNamespace(price=None)) is None


@pytest.mark.parametrize(
    ("guard", "code"),
    [
        ({"quantity": 5}, None),
        ({"quantity": 4}, "GUARD"),
        ({"version": DAY}, None),
        ({"version": DAY - timedelta(milliseconds=1)}, "GUARD"),
        ({"quantity": 5, "version": DAY + timedelta(seconds=1)}, "GUARD"),
        ({"price": "1"}, "GUARD"),
    ],
)
def test_a_guard_holds_or_the_write_is_refused(guard: dict[str, Any], code: str | None) -> None:
    assert code == told(commands.InventorySet("1", 9), SimpleNamespace(available=5, updated_at=DAY), **guard)


def test_a_price_of_a_guard_is_compared_as_a_number() -> None:
    assert (
        told(commands.PriceSet("1", "2", "EUR"), SimpleNamespace(price=Money(amount=Decimal("1.50"), currency_code="EUR")), price="1.5")
        is None
    )


@pytest.mark.parametrize("command", EVERY, ids=lambda command: type(command).__name__)
def test_what_is_not_known_is_no_reason(command: Any) -> None:
    assert told(command, None, version=DAY) is None


@pytest.mark.parametrize("command", EVERY, ids=lambda command: type(command).__name__)
def test_every_command_names_its_target(command: Any) -> None:
    target = OPERATIONS[operation_of(command)].target

    assert (None if target is None else "1") == target_id(contents(command))


def test_what_is_about_lines_reads_them_and_what_has_a_guard_reads_its_target() -> None:
    assert (Kind.ORDER, True) == wanted(contents(shipment()))
    assert (None, False) == wanted(contents(commands.InventorySet("1", 5)))
    assert (Kind.INVENTORY_LEVEL, False) == wanted(contents(commands.InventorySet("1", 5), quantity=0))
    assert (None, False) == wanted(contents(commands.CustomerCreate({})))
    assert (Kind.ORDER, False) == wanted(contents(commands.OrderCancel("1")))


@pytest.mark.parametrize(
    ("text", "currency", "fine"),
    [
        ("1.25", "EUR", True),
        ("1.250", "EUR", False),
        ("1", "JPY", True),
        ("1.0", "JPY", False),
        ("1.125", "BHD", True),
        ("x", "EUR", False),
    ],
)
def test_an_amount_has_the_digits_of_its_currency(text: str, currency: str, fine: bool) -> None:
    assert fine == (money_problem(text, currency) is None)


def test_every_operation_that_names_nothing_is_one_that_makes_something() -> None:
    assert {WriteOperation.PRODUCT_CREATE, WriteOperation.CUSTOMER_CREATE} == {
        each for each, row in OPERATIONS.items() if row.target is None
    }
