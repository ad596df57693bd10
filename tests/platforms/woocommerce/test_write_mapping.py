"""Commands in WooCommerce's words, and what a refund comes to: without a shop."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.kit.failures import PlatformError
from adapters.woocommerce import bodies, parcels, pricing
from adapters.woocommerce.manifest import CANCEL_REASONS, REFUND_REASONS
from adapters.woocommerce.refund_sums import open_amount, refund_of
from adapters.woocommerce.refusals import refusal
from adapters.woocommerce.updates import holds
from schema.commands import CancelReason, RefundCreate, RefundLineUnits, RefundReason
from schema.errors import Category

Json = dict[str, Any]


def order(net: str = "10.00", tax: str = "1.90", units: int = 3, **more: Any) -> Json:
    line = {"id": 5, "quantity": units, "total": net, "total_tax": tax, "taxes": [{"id": 7, "total": tax}]}
    whole = Decimal(net) + Decimal(tax)
    return {"id": 1, "total": str(whole), "line_items": [line], "fee_lines": [], "shipping_lines": [], "refunds": [], **more}


def refunded(body: Json) -> Json:
    """Return a refund as the platform shows it: repeated with negative numbers, each line with the id of the order's."""
    lines = [
        {
            "id": 99,
            "quantity": -each.get("quantity", 0),
            "total": f"-{each['refund_total']}",
            "taxes": [{"id": tax["id"], "total": f"-{tax['refund_total']}"} for tax in each["refund_tax"]],
            "meta_data": [{"key": "_refunded_item_id", "value": str(each["id"])}],
        }
        for each in body["line_items"]
    ]
    return {"amount": body["amount"], "line_items": lines}


@given(cents=st.integers(30, 10**7), tax=st.integers(0, 10**6), units=st.integers(1, 30))
def test_units_refunded_one_by_one_come_to_what_was_paid(cents: int, tax: int, units: int) -> None:
    shop_order = order(f"{Decimal(cents) / 100:.2f}", f"{Decimal(tax) / 100:.2f}", units)
    due = open_amount(shop_order)
    back: list[Json] = []
    for _ in range(units):
        back.append(refunded(refund_of(shop_order, back, RefundCreate("1", (RefundLineUnits("5", 1),)))))
        shop_order["refunds"].append({"total": f"-{back[-1]['amount']}"})

    assert due == sum(Decimal(each["amount"]) for each in back)
    assert open_amount(shop_order) == 0


def test_a_unit_takes_its_part_of_net_and_tax() -> None:
    body = refund_of(order(), [], RefundCreate("1", (RefundLineUnits("5", 1, restock=True),)))

    assert {"amount": "3.96", "api_restock": True} == {name: body[name] for name in ("amount", "api_restock")}
    assert [{"id": 5, "quantity": 1, "refund_total": 3.33, "refund_tax": [{"id": 7, "refund_total": 0.63}]}] == body["line_items"]


def test_an_amount_for_units_is_with_tax() -> None:
    body = refund_of(order(), [], RefundCreate("1", (RefundLineUnits("5", 2, "5.95"),)))

    assert "5.95" == body["amount"]
    assert [{"id": 5, "quantity": 2, "refund_total": 5.0, "refund_tax": [{"id": 7, "refund_total": 0.95}]}] == body["line_items"]


def test_everything_left_is_what_the_order_says_whatever_its_items_come_to() -> None:
    earlier = order(refunds=[{"id": 2, "total": "-1.90"}], fee_lines=[{"id": 6, "total": "-2.00", "taxes": []}])
    body = refund_of(earlier, [{"amount": "1.90", "line_items": []}], RefundCreate("1"))

    assert ("10.00", False) == (body["amount"], body["api_restock"])
    assert [5] == [each["id"] for each in body["line_items"]]  # a reduction is no item to give money back for


@pytest.mark.parametrize("total", ["1000", "1000.000"])
def test_money_has_as_many_digits_as_the_order(total: str) -> None:
    body = refund_of(order(total, "0", 3, total=total), [], RefundCreate("1", (RefundLineUnits("5", 1),)))

    assert {"1000": "333", "1000.000": "333.333"}[total] == body["amount"]


@pytest.mark.parametrize(
    ("row", "price", "compare_at", "expected"),
    [
        ({"on_sale": True, "regular_price": "20"}, "15", "18", {"regular_price": "18", "sale_price": "15"}),
        (
            {"on_sale": False, "date_on_sale_from": "2020-01-01T00:00:00", "date_on_sale_to": "2020-02-01T00:00:00"},
            "15",
            "18",
            {"regular_price": "18", "sale_price": "15", "date_on_sale_from": "", "date_on_sale_to": ""},
        ),
        ({"price": "12.00"}, None, "18", {"regular_price": "18", "sale_price": "12.00"}),
        ({"price": "12.00", "on_sale": True}, None, None, {"regular_price": "12.00", "sale_price": ""}),
    ],
)
def test_a_sale_shows_whatever_its_dates(row: Json, price: str | None, compare_at: str | None, expected: Json) -> None:
    assert expected == pricing.compared(row, price, compare_at)


@pytest.mark.parametrize(("price", "compare_at"), [(None, "18"), ("18", "18"), ("18", "17.99")])
def test_a_reduction_of_nothing_is_refused(price: str | None, compare_at: str) -> None:
    with pytest.raises(PlatformError) as caught:
        pricing.compared({"price": ""}, price, compare_at)

    assert (Category.VALIDATION, False) == (caught.value.category, caught.value.sent)


@pytest.mark.parametrize(
    ("value", "unit", "own", "expected"),
    [
        ("500", "GRAMS", "g", "500"),
        ("500", "GRAMS", "kg", "0.5"),
        ("2.50", "KILOGRAMS", "g", "2500"),
        ("1", "POUNDS", "oz", "16"),
        ("1", "OUNCES", "kg", "0.02835"),
        ("0", "KILOGRAMS", "lbs", "0"),
    ],
)
def test_a_weight_is_written_in_the_shops_unit(value: str, unit: str, own: str, expected: str) -> None:
    assert expected == bodies.weight({"value": value, "unit": unit}, own)


def test_what_is_none_is_cleared_and_what_is_absent_is_left_alone() -> None:
    assert {"sku": "", "weight": ""} == bodies.ware({"sku": None, "weight": None}, None)
    assert {"slug": "", "brands": []} == bodies.product({"handle": None, "vendor": None}, {})
    assert {"first_name": "", "billing": {"phone": ""}} == bodies.customer({"first_name": None, "phone": None})
    assert {"state": ""} == bodies.address({"province": None, "province_code": None})


def test_a_platforms_own_fields_go_as_they_are() -> None:
    assert {"name": "Cup", "featured": True} == bodies.product({"title": "Cup", "platform_fields": {"featured": True}}, {})


def test_options_keep_descriptions_and_ids() -> None:
    row = {
        "attributes": [
            {"id": 0, "name": "Care", "variation": False, "options": ["Cold"]},
            {"id": 4, "name": "Size", "variation": True, "options": ["S"]},
            {"id": 0, "name": "Gone", "variation": True, "options": ["X"]},
        ]
    }
    found = bodies.options([{"name": "size", "values": ["S", "L", "S"]}], row)

    assert [("Care", 0, 0), ("size", 4, 1)] == [(each["name"], each["id"], each["position"]) for each in found]
    assert [["Cold"], ["S", "L"]] == [each["options"] for each in found]


@pytest.mark.parametrize(
    ("row", "body", "expected"),
    [
        ({"price": "9.50"}, {"price": "9.5"}, True),
        ({"price": ""}, {"price": "9.5"}, False),
        ({"name": None}, {"name": ""}, True),
        ({"tags": [{"id": 2, "name": "b"}, {"id": 1}]}, {"tags": [{"id": 1}, {"id": 2}]}, True),
        ({"tags": [{"id": 2}]}, {"tags": []}, False),
        ({"tags": []}, {"tags": []}, True),
        ({"billing": {"city": "A", "phone": "1"}}, {"billing": {"phone": "1"}}, True),
        ({"billing": None}, {"billing": {"phone": "1"}}, False),
        ({"attributes": [{"name": "Size", "options": ["S", "M"]}]}, {"attributes": [{"name": "Size", "options": ["S"]}]}, False),
        ({"attributes": [{"name": "Size", "options": ["S"], "slug": "s"}]}, {"attributes": [{"name": "Size", "options": ["S"]}]}, True),
        ({"virtual": True}, {"virtual": False}, False),
    ],
)
def test_a_row_is_compared_by_what_it_means(row: Json, body: Json, expected: bool) -> None:
    assert expected is holds(row, body)


@pytest.mark.parametrize(
    ("error", "category", "told"),
    [
        ({"code": "product_invalid_sku", "data": {"status": 400, "resource_id": 794}}, Category.CONFLICT, "794"),
        (
            {"code": "rest_invalid_param", "data": {"status": 400, "params": {"billing[email]": "x", "<b>": ""}}},
            Category.VALIDATION,
            "billing",
        ),
        ({"code": "woocommerce_rest_cannot_edit", "data": {"status": 403}}, Category.AUTH, "right"),
        ({"code": "woocommerce_rest_cannot_create_order_refund", "data": 500}, Category.CONFLICT, "refund"),
        ({"code": "something_new"}, Category.VALIDATION, ""),
        ({"code": "something_new", "data": {"status": 500}}, Category.TRANSIENT, ""),
        ({"code": "something_new", "message": "Nora Example, 1 Quay St", "data": ["x"]}, Category.VALIDATION, ""),
    ],
)
def test_an_entry_that_failed_says_why_and_nothing_personal(error: Json, category: Category, told: str) -> None:
    found = refusal({"id": 0, "error": error})

    assert found is not None
    assert (category, error["code"]) == (found.category, found.code)
    assert told in found.message
    assert "<b>" not in found.message
    assert "Nora" not in found.message


@pytest.mark.parametrize("value", [None, "", "x", 5, [], {}, [[]], [{"id": "x"}], [None]])
def test_a_bent_record_is_none(value: Any) -> None:
    assert [] == parcels.records({"meta_data": [{"key": parcels.RECORDS, "value": value}]})


def test_every_reason_has_words() -> None:
    assert (set(CancelReason), set(RefundReason)) == (set(CANCEL_REASONS), set(REFUND_REASONS))
