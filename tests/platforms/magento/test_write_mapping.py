"""Magento's words for what is written, and what its refusals may say: cases no real shop shows on demand. Pure."""

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.kit.failures import PlatformError
from adapters.kit.http import Answer
from adapters.kit.writing import Job
from adapters.magento import bodies, pricing
from adapters.magento.auth import judge
from adapters.magento.mapping import product_ids
from adapters.magento.marks import carries, comment, marked, unmarked
from adapters.magento.refund_sums import refund_of
from adapters.magento.refusals import filled, refused, sentence
from adapters.magento.values import Seen
from adapters.magento.wares import Catalogue
from schema.commands import OrderCancel, RefundCreate, RefundLineUnits
from schema.errors import Category

SEEN = Seen("shop", datetime(2026, 11, 24, 12, tzinfo=UTC))
KNOWN = Catalogue({"weight_unit": "lbs"})
JOB = Job("w-1", OrderCancel("1"))


def ware(price: str, special: str | None = None, first: str | None = None, last: str | None = None) -> dict[str, Any]:
    free = {"special_price": special, "special_from_date": first, "special_to_date": last}
    return {"price": price, "custom_attributes": [{"attribute_code": code, "value": value} for code, value in free.items() if value]}


def line(key: int, **more: Any) -> dict[str, Any]:
    own = {"item_id": key, "qty_ordered": 2, "qty_invoiced": 2, "row_total": 20, "tax_amount": 2, "discount_amount": 2}
    return {**own, **more}


def order(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    paid = {"total_paid": 31, "shipping_amount": 10, "shipping_incl_tax": 11, "base_to_order_rate": 1}
    return {**paid, "items": list(lines or (line(5),)), **more}


@pytest.mark.parametrize(
    ("row", "price", "compare_at", "expected"),
    [
        (ware("80"), "60", None, pricing.Prices(regular="60")),
        (ware("80", "70"), "60", None, pricing.Prices(special="60")),
        (ware("80", "70"), "80", None, pricing.Prices(regular="80", special="")),
        (ware("80", "70", last="2026-11-01 00:00:00"), "60", None, pricing.Prices(regular="60")),
        (ware("80", "70", first="2027-01-01 00:00:00"), "60", None, pricing.Prices(regular="60")),
        (ware("80"), "60", "90", pricing.Prices(regular="90", special="60")),
        (ware("80", "70"), "60", "", pricing.Prices(regular="60", special="")),
        (ware("80", "70"), None, "90", pricing.Prices(regular="90", special="70")),
        (ware("80"), None, None, pricing.Prices()),
    ],
)
def test_a_price_goes_where_a_buyer_sees_it(row: Any, price: str | None, compare_at: str | None, expected: pricing.Prices) -> None:
    fields = {} if price is None else {"price": price}
    fields |= {} if compare_at is None else {"compare_at_price": compare_at}

    assert expected == pricing.wanted(row, KNOWN, SEEN, fields)


def test_a_price_to_compare_with_needs_a_price() -> None:
    with pytest.raises(PlatformError, match="has no price"):
        pricing.wanted({}, KNOWN, SEEN, {"compare_at_price": "90"})


@pytest.mark.parametrize(
    ("row", "scheduled", "expected"),
    [
        (ware("80"), False, {"price_from": "2026-11-24 00:00:00"}),
        (ware("80"), True, {"price_from": "2026-11-24 00:00:00", "price_to": "2037-12-31 23:59:59"}),
        (ware("80", "70"), False, {}),
        (ware("80", "70"), True, {"price_from": "2000-01-01 00:00:00", "price_to": "2037-12-31 23:59:59"}),
        (ware("80", "70", last="2026-12-24 00:00:00"), False, {"price_to": "2026-12-24 00:00:00"}),
        (ware("80", "70", last="2026-11-01 00:00:00"), False, {"price_from": "2026-11-24 00:00:00"}),
    ],
)
def test_a_special_price_keeps_its_days_while_they_run(row: Any, scheduled: bool, expected: dict[str, str]) -> None:
    assert expected == pricing.window(row, KNOWN, SEEN, scheduled=scheduled)


@pytest.mark.parametrize(
    ("given", "unit", "expected"),
    [(("500", "GRAMS"), "kgs", 0.5), (("2", "POUNDS"), "lbs", 2.0), (("1", "KILOGRAMS"), "lbs", 2.2046), (("16", "OUNCES"), "lbs", 1.0)],
)
def test_a_weight_is_written_in_the_stores_unit(given: tuple[str, str], unit: str, expected: float) -> None:
    assert expected == bodies.weight({"value": given[0], "unit": given[1]}, {"weight_unit": unit})


def test_a_store_that_does_not_tell_its_unit_takes_no_weight() -> None:
    with pytest.raises(PlatformError, match="unit of weight"):
        bodies.weight({"value": "1", "unit": "GRAMS"}, {})


def test_a_region_is_written_by_its_name_without_the_old_number() -> None:
    row = {
        "firstname": "A",
        "lastname": "B",
        "addresses": [{"id": 7, "region": {"region_id": 12}, "region_id": 12, "default_billing": True}],
    }
    (home,) = bodies.customer({"address": {"province_code": "OR"}}, row)["addresses"]

    assert {"id": 7, "region": {"region_code": "OR"}, "default_billing": True, "firstname": "A", "lastname": "B"} == home


def test_the_default_address_is_the_one_that_changes() -> None:
    row = {"addresses": [{"id": 1, "city": "A"}, {"id": 2, "city": "B"}], "default_shipping": "2", "firstname": "A", "lastname": "B"}

    assert ["A", "C"] == [each["city"] for each in bodies.customer({"address": {"city": "C"}}, row)["addresses"]]


def test_a_second_line_of_a_street_can_go() -> None:
    row = {"addresses": [{"street": ["Mill Lane 2", "Back"]}]}

    assert ["Mill Lane 2"] == bodies.customer({"address": {"address2": None}}, row)["addresses"][0]["street"]


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        (RefundCreate("1", shipping="11"), {"shipping_amount": 10.0}),
        (RefundCreate("1", shipping="all"), {}),
        (RefundCreate("1", amount="5"), {"adjustment_positive": 5.0, "shipping_amount": 0}),
        (RefundCreate("1", (RefundLineUnits("5", 1),)), {"shipping_amount": 0}),
        (RefundCreate("1", (RefundLineUnits("5", 1, "12"),)), {"adjustment_positive": 2.0, "shipping_amount": 0}),
        (RefundCreate("1", (RefundLineUnits("5", 2, "12"),)), {"adjustment_negative": 8.0, "shipping_amount": 0}),
        (
            RefundCreate("1", (RefundLineUnits("5", 1, restock=True),)),
            {"shipping_amount": 0, "extension_attributes": {"return_to_stock_items": [5]}},
        ),
    ],
)
def test_what_is_not_said_is_not_given_back(command: RefundCreate, arguments: dict[str, Any]) -> None:
    assert arguments == refund_of(order(), command)["arguments"]


def test_an_amount_of_its_own_names_each_line_with_no_unit() -> None:
    """Without items the platform would give all of them back."""
    body = refund_of(order(line(5), line(6, parent_item_id=5)), RefundCreate("1", amount="5"))

    assert [{"order_item_id": 5, "qty": 0}] == body["items"]


def test_money_is_sent_in_the_base_currency() -> None:
    body = refund_of(order(base_to_order_rate=0.5), RefundCreate("1", amount="5", shipping="11"))

    assert {"adjustment_positive": 10.0, "shipping_amount": 20.0} == body["arguments"]


def test_what_a_bundle_cost_may_stand_on_what_is_in_it() -> None:
    lines = (line(5, row_total=0, tax_amount=0, discount_amount=0), line(6, parent_item_id=5), line(7, parent_item_id=5))
    body = refund_of(order(*lines), RefundCreate("1", (RefundLineUnits("5", 2, "41"),)))

    assert {"adjustment_positive": 1.0, "shipping_amount": 0} == body["arguments"]


@pytest.mark.parametrize(
    ("given", "kept", "expected"), [(3, 0, {"adjustment_negative": 3.0}), (0, 3, {"adjustment_positive": 3.0}), (0, 0, {})]
)
def test_all_that_is_left_evens_earlier_adjustments_out(given: int, kept: int, expected: dict[str, float]) -> None:
    row = order(base_adjustment_positive=given, base_adjustment_negative=kept, total_refunded=1)

    assert {"arguments": expected} == refund_of(row, RefundCreate("1"))


@pytest.mark.parametrize("notify", [True, False])
def test_what_only_the_shop_should_read_is_appended_to_no_mail(notify: bool) -> None:
    body = comment(JOB, "Returned", notify=notify)

    assert (notify, False) == (body["notify"], body["appendComment"] and body["notify"])
    assert 0 == body["comment"]["is_visible_on_front"]


def test_a_mark_is_found_and_not_shown() -> None:
    said = marked(JOB, "Returned", None, "too small")

    assert "Returned: too small [cartograph w-1]" == said
    assert carries({"comments": [{"comment": said}]}, JOB)
    assert not carries({"comments": [{"comment": "[cartograph w-12]"}, {"comment": None}]}, JOB)
    assert ("Returned: too small", None) == (unmarked(said), unmarked(marked(JOB)))


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("3", (None, "3")),
        ("2-3", ("2", "3")),
        ("", None),
        ("0", None),
        ("2-", None),
        ("-3", None),
        ("1-2-3", None),
        ("3\n", None),
        ("٣", None),
    ],
)
def test_a_variants_key_is_taken_apart_as_it_was_made(key: str, expected: tuple[str | None, str] | None) -> None:
    assert expected == product_ids(key)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"message": 'The "%1" attribute value is empty.', "parameters": ["Product Name"]}, 'The "Product Name" attribute value is empty.'),
        ({"message": '"%fieldName" is required.', "parameters": {"fieldName": "sku"}}, '"sku" is required.'),
        ({"message": "Nobody is called %1.", "parameters": ["Ada Example"]}, "Nobody is called …."),
        ({"message": "No %entity called %name.", "parameters": {"name": "Ada Example"}}, "No … called …."),
        ({"message": "Invalid attribute %label = %value.", "parameters": ["Price", "-1"]}, "Invalid attribute Price = -1."),
        ({"message": None}, ""),
    ],
)
def test_a_message_is_filled_with_names_of_fields_only(body: dict[str, Any], expected: str) -> None:
    assert expected == filled(body)


def test_an_address_of_a_person_is_in_no_message() -> None:
    assert "" == sentence("400", {"message": "ada@example.test is not valid."})
    assert (Category.VALIDATION, "400") == ((error := refused("ada@example.test is not valid.")).category, error.code)
    assert "ada" not in str(error)


def test_a_list_of_errors_is_told_together() -> None:
    errors = [{"message": '"%field" should be numeric.', "parameters": {"field": name}} for name in ("quantity", "status")]
    found = judge(Answer(400, {}, {"message": "Validation Failed", "errors": errors}, "", 0.1))

    assert ("400", 'Magento refuses it: "quantity" should be numeric. "status" should be numeric.') == (found.code, found.message)


def test_a_conflict_with_a_documents_state_says_what_is_in_the_way() -> None:
    message = "Shipment Document Validation Error(s):\nThe order does not allow a shipment to be created."
    found = judge(Answer(400, {}, {"message": message}, "", 0.1))

    assert "The order's state does not allow this: The order does not allow a shipment to be created." == found.message
