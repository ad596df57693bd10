"""What writes are made of before anything is sent: inputs, plans, documents of several roots, and what refusals mean."""

import gzip
from decimal import Decimal
from typing import Any

import pytest
from graphql import build_schema, parse, validate

from adapters.kit.failures import PlatformError
from adapters.kit.http import Answer
from adapters.shopify import inputs, refund_plans
from adapters.shopify.auth import judge
from adapters.shopify.operations import operations, several
from adapters.shopify.refusals import place, refusal
from adapters.shopify.shipment_plans import left, steps
from schema.commands import LineUnits, RefundCreate, RefundLineUnits, ShipmentCreate, TrackingFields
from schema.errors import Category
from tests.support.shared import shared

CHANGES = [name for name, document in operations().items() if document.changes]


def work(number: int, location: str, units: dict[str, int], action: str = "CREATE_FULFILLMENT", status: str = "OPEN") -> dict[str, Any]:
    items = [{"id": f"item-{number}-{line}", "remainingQuantity": count, "lineItem": {"id": line}} for line, count in units.items()]
    return {
        "id": f"work-{number}",
        "status": status,
        "assignedLocation": {"location": {"id": location}},
        "supportedActions": [{"action": action}],
        "lineItems": {"nodes": items},
    }


def order(*found: dict[str, Any]) -> dict[str, Any]:
    return {"fulfillmentOrders": {"nodes": list(found)}, "fulfillments": []}


def suggestion(*payments: tuple[str, str, str], amount: str, **more: Any) -> dict[str, Any]:
    """Return a suggestion; a payment is (id, suggested, most)."""

    def bag(text: str) -> dict[str, Any]:
        return {"shopMoney": {"amount": text}, "presentmentMoney": {"amount": text}}

    made = [
        {"gateway": "bogus", "amountSet": bag(now), "maximumRefundableSet": bag(most), "parentTransaction": {"id": name}}
        for name, now, most in payments
    ]
    return {"amountSet": bag(amount), "refundLineItems": [], "shipping": None, "suggestedTransactions": made, **more}


def refundable(found: dict[str, Any], shop: str = "USD", buyer: str = "USD") -> dict[str, Any]:
    return {"id": "order", "currencyCode": shop, "presentmentCurrencyCode": buyer, "suggestedRefund": found}


def amounts(made: Any) -> list[tuple[str, str]]:
    return [(each["parentId"], each["amount"]) for each in made["transactions"]]


@pytest.mark.parametrize("version", ["2026-10", "2026-07"])
def test_documents_of_several_roots_are_valid_and_cost_as_much_as_all_of_them(version: str) -> None:
    official = build_schema(gzip.decompress(shared("shopify", "spec", f"admin_{version}.nodoc.graphql.gz").read_bytes()).decode())
    names = [*CHANGES, "CustomerByIdentifier"]

    assert {name: [] for name in names} == {name: validate(official, parse(several(name, 3).text)) for name in names}
    assert [3 * operations()[name].cost({}) for name in names] == [several(name, 3).cost({}) for name in names]


def test_roots_that_fared_differently_are_judged_one_by_one() -> None:
    failed = {"message": "no", "path": ["root1"], "extensions": {"code": "RESOURCE_NOT_FOUND"}}
    mixed = {"data": {"root0": {"userErrors": []}, "root1": None}, "errors": [failed]}
    alike = {"data": {"root0": None}, "errors": [{**failed, "path": ["root0"]}]}

    assert [None, "RESOURCE_NOT_FOUND"] == [judge(Answer(200, {}, body, "", 0.1)).code for body in (mixed, alike)]


def test_a_value_that_does_not_fit_is_named_and_not_repeated() -> None:
    problems = [{"path": ["address", "countryCode"], "explanation": 'Expected "Atlantis" to be one of: …'}]
    extensions = {"code": "INVALID_VARIABLE", "value": {"lastName": "Secret"}, "problems": problems}
    judgement = judge(Answer(200, {}, {"errors": [{"message": "Secret", "extensions": extensions}]}, "", 0.1))

    assert "Shopify refuses the value of address.countryCode; correct it." == judgement.message


@pytest.mark.parametrize(
    ("code", "message", "category", "word"),
    [
        ("CHANGE_FROM_QUANTITY_STALE", "The changeFromQuantity value does not match persisted value.", Category.CONFLICT, None),
        ("INVALID_INVENTORY_ITEM", "The specified inventory item could not be found.", Category.VALIDATION, None),
        ("INVALID_QUANTITY_TOO_HIGH", "The quantity can't be higher than 1,000,000,000.", Category.VALIDATION, None),
        ("IDEMPOTENCY_CONCURRENT_REQUEST", "wait", Category.TRANSIENT, None),
        ("IDEMPOTENCY_KEY_PARAMETER_MISMATCH", "other", Category.VALIDATION, None),
        ("HANDLE_NOT_UNIQUE", "Handle already in use. Please provide a new handle.", Category.CONFLICT, None),
        ("VARIANT_ALREADY_EXISTS_CHANGE_OPTION_VALUE", "The variant exists.", Category.CONFLICT, None),
        ("GREATER_THAN_OR_EQUAL_TO", "Price must be greater than or equal to 0", Category.VALIDATION, None),
        ("INVALID", "Cannot cancel an order that has already been canceled", Category.CONFLICT, "ALREADY_CANCELLED"),
        ("INVALID", "Cannot cancel an order that has outstanding fulfillments", Category.CONFLICT, "HAS_SHIPMENTS"),
        ("INVALID", "Staff note is too long. Maximum length is 255 characters.", Category.VALIDATION, "INVALID"),
        ("INTERNAL_ERROR", "Something went wrong", Category.TRANSIENT, None),
        (None, "Handle 'x' already in use. Please provide a new handle.", Category.CONFLICT, "HANDLE_NOT_UNIQUE"),
        (None, "Email has already been taken", Category.CONFLICT, "TAKEN"),
        (None, "Fulfillment order 24 has an unfulfillable status= closed.", Category.CONFLICT, "UNFULFILLABLE"),
        (None, "Invalid fulfillment order line item quantity requested.", Category.CONFLICT, "OVER_QUANTITY"),
        (None, "Another operation already in progress. Please wait until current one is finished.", Category.CONFLICT, "IN_PROGRESS"),
        (None, "Product does not exist", Category.VALIDATION, "NOT_FOUND"),
        (None, "Title can't be blank", Category.VALIDATION, "REFUSED"),
    ],
)
def test_every_refusal_has_its_category(code: str | None, message: str, category: Category, word: str | None) -> None:
    error = refusal({"field": None, "message": message} | ({"code": code} if code else {}))

    assert (category, word or code) == (error.category, error.code)


def test_a_refusal_that_says_it_was_not_begun_leaves_nothing_open() -> None:
    busy = {"code": "TOO_MANY_PARALLEL_REQUESTS_FOR_THIS_PRODUCT", "message": "This product is currently being modified."}

    assert [False, True] == [refusal(each).uncertain for each in (busy, {"code": "INTERNAL_ERROR", "message": "Oh"})]


def test_a_refusal_repeats_nothing_personal() -> None:
    error = refusal({"field": ["email"], "message": "ada@example.com has already been taken"}, ["ada@example.com", None])

    assert "ada" not in error.message


def test_a_refusal_tells_its_row() -> None:
    fields = [["input", "quantities", "3", "quantity"], ["variants", "1"], ["variants"], None, ["input", "reason"]]

    assert [3, None, None, None, None] == [place({"field": field}, "quantities") for field in fields]
    assert [None, 1, None, None, None] == [place({"field": field}, "variants") for field in fields]


def test_a_product_is_made_whole_with_its_mark() -> None:
    fields: Any = {"title": "Cup", "status": "DRAFT", "tags": ["new"], "platform_fields": {"seo": {"title": "Cup"}, "title": "Other"}}
    variants: Any = [{"sku": f"C-{size}", "price": "9.00", "options": [{"name": "Size", "value": size}], "quantity": 4} for size in "SM"]
    made = inputs.new_product(fields, variants, "place", "w1")

    assert ("Cup", {"title": "Cup"}) == (made["title"], made["seo"])
    assert [{"name": "Size", "values": [{"name": "S"}, {"name": "M"}]}] == made["productOptions"]
    assert ["w1"] == [each["value"] for each in made["metafields"]]
    assert {
        "sku": "C-S", "price": "9.00", "optionValues": [{"optionName": "Size", "name": "S"}], "inventoryItem": {"tracked": True},
        "inventoryQuantities": [{"locationId": "place", "name": "available", "quantity": 4}],
    } == made["variants"][0]  # fmt: skip


def test_a_product_of_one_form_has_the_standalone_variant() -> None:
    made = inputs.new_product({"title": "Cup"}, [{"price": "9.00"}], None, "w1")

    assert [{"name": "Title", "values": [{"name": "Default Title"}]}] == made["productOptions"]
    assert [{"price": "9.00", "optionValues": [{"optionName": "Title", "name": "Default Title"}]}] == made["variants"]


def test_what_is_absent_is_left_alone_and_what_is_none_is_cleared() -> None:
    assert {} == inputs.variant({})
    assert {"barcode": "", "compareAtPrice": None, "inventoryItem": {"sku": ""}} == inputs.variant(
        {"sku": None, "barcode": None, "compare_at_price": None}
    )
    assert {"note": "", "tags": []} == inputs.customer({"note": None, "tags": []})
    assert {"vendor": "", "descriptionHtml": "<p>x</p>"} == inputs.product({"vendor": None, "description_html": "<p>x</p>"})


def test_a_province_goes_by_its_code() -> None:
    assert {"provinceCode": "CO", "zip": "81501"} == inputs.address({"province": "Colorado", "province_code": "CO", "postal_code": "81501"})
    assert {"province": "Colorado"} == inputs.address({"province": "Colorado"})


@pytest.mark.parametrize("weight", [{"value": "x", "unit": "GRAMS"}, {"value": "-1", "unit": "GRAMS"}, {"value": "1", "unit": "STONES"}])
def test_a_weight_that_would_spoil_a_call_is_refused_before(weight: Any) -> None:
    flaw = inputs.flaw({"weight": weight})

    assert isinstance(flaw, PlatformError)
    assert Category.VALIDATION is flaw.category


def test_lines_are_taken_from_where_all_of_them_lie() -> None:
    found = order(work(1, "here", {"a": 5}), work(2, "there", {"a": 2, "b": 1}))
    plan = steps(ShipmentCreate("o", (LineUnits("a", 2), LineUnits("b", 1)), TrackingFields("T1")), found)

    assert not isinstance(plan, PlatformError)
    assert [("there", {"a": 2, "b": 1}, "T1")] == [(each["location"], each["lines"], each["number"]) for each in plan]


def test_lines_that_lie_apart_take_a_step_for_each_location() -> None:
    found = order(work(1, "here", {"a": 2}), work(2, "there", {"a": 3, "b": 1}))
    plan = steps(ShipmentCreate("o", (LineUnits("a", 5),)), found)

    assert not isinstance(plan, PlatformError)
    assert [("here", {"a": 2}), ("there", {"a": 3})] == [(each["location"], each["lines"]) for each in plan]


@pytest.mark.parametrize(
    ("lines", "found", "location", "code"),
    [
        ((LineUnits("a", 3),), order(work(1, "here", {"a": 2})), None, "OVER_QUANTITY"),
        ((LineUnits("z", 1),), order(work(1, "here", {"a": 2})), None, "OVER_QUANTITY"),
        ((), order(work(1, "here", {"a": 2}, "RELEASE_HOLD", "ON_HOLD")), None, "UNFULFILLABLE"),
        ((), order(work(1, "here", {"a": 2})), "there", "UNFULFILLABLE"),
        ((), order(), None, "UNFULFILLABLE"),
    ],
)
def test_what_can_not_be_shipped_is_a_conflict(lines: Any, found: Any, location: str | None, code: str) -> None:
    plan = steps(ShipmentCreate("o", lines, location=location), found)

    assert isinstance(plan, PlatformError)
    assert (Category.CONFLICT, code) == (plan.category, plan.code)


def test_only_a_shipment_of_the_same_place_lines_and_number_is_a_step_that_was_done() -> None:
    step = {"location": "here", "number": "T1", "lines": {"a": 2}, "work": []}

    def shipment(name: str, location: str = "here", number: str = "T1", units: int = 2, status: str = "SUCCESS") -> dict[str, Any]:
        lines = {"nodes": [{"quantity": units, "lineItem": {"id": "a"}}]}
        tracking = [{"number": number}]
        return {"id": name, "status": status, "location": {"id": location}, "trackingInfo": tracking, "fulfillmentLineItems": lines}

    others = [
        shipment("before"), shipment("elsewhere", location="there"), shipment("other-number", number="T2"),
        shipment("other-units", units=1), shipment("cancelled", status="CANCELLED"),
    ]  # fmt: skip

    assert ([step], []) == left([step], {"fulfillments": others}, ["before"])
    assert ([], ["it"]) == left([step], {"fulfillments": [*others, shipment("it")]}, ["before"])


def test_a_refund_follows_the_suggestion_to_the_cent() -> None:
    found = refundable(suggestion(("card", "20.10", "50.00"), ("gift", "0.0", "5.00"), amount="20.10"))
    made = refund_plans.refund_input(RefundCreate("o", (RefundLineUnits("a", 1),)), found, None, [])

    assert [("card", "20.10")] == amounts(made)


def test_an_amount_is_spread_over_the_payments_it_came_from() -> None:
    found = refundable(suggestion(("card", "50.00", "50.00"), ("gift", "5.00", "5.00"), amount="55.00"))
    made = refund_plans.refund_input(RefundCreate("o", amount="52.5"), found, Decimal("52.5"), [])

    assert [("card", "50.00"), ("gift", "2.50")] == amounts(made)


def test_more_than_was_paid_is_a_conflict() -> None:
    found = refundable(suggestion(("card", "50.00", "50.00"), amount="50.00"))
    made = refund_plans.refund_input(RefundCreate("o", amount="50.01"), found, Decimal("50.01"), [])
    unpaid = refund_plans.refund_input(RefundCreate("o", (RefundLineUnits("a", 1),)), refundable(suggestion(amount="9.00")), None, [])

    assert ["OVER_REFUNDED", "OVER_REFUNDED"] == [each.code for each in (made, unpaid) if isinstance(each, PlatformError)]


def test_an_amount_is_refused_where_the_buyer_paid_in_another_currency() -> None:
    found = refundable(suggestion(amount="9.00"), buyer="EUR")
    refused = [refund_plans.problem(each, found) for each in (RefundCreate("o", amount="1"), RefundCreate("o", shipping="1"))]

    assert ["CURRENCY", "CURRENCY"] == [each.code for each in refused if each]
    assert refund_plans.problem(RefundCreate("o", (RefundLineUnits("a", 1),), shipping="all"), found) is None


def test_units_that_never_left_are_cancelled_and_the_others_came_back() -> None:
    command = RefundCreate("o", (RefundLineUnits("a", 3, restock=True), RefundLineUnits("b", 1)))
    found = suggestion(amount="9.00", refundLineItems=[{"lineItem": {"id": "a"}, "quantity": 3, "location": {"id": "here"}}])
    made = refund_plans.asked_lines(command, found, {"a": 1, "b": 1}, "primary")

    assert [("a", 1, "CANCEL", "here"), ("a", 2, "RETURN", "here"), ("b", 1, "NO_RESTOCK", None)] == [
        (each["lineItemId"], each["quantity"], each["restockType"], each.get("locationId")) for each in made
    ]
