"""What the local eBay promises of refunds and cancellations."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.platforms.ebay.sandbox_client import Json, error_of
from tests.platforms.ebay.test_sandbox_writes import CASES, ORDERS, Desk, case_error, desk

WHOLE = {"reasonForRefund": "BUYER_RETURN"}
SOME = {"value": "1.00", "currency": "USD"}


@pytest_asyncio.fixture(scope="module")
async def standing() -> AsyncIterator[Desk]:
    """Serve one seller for all tests that are refused: they change nothing."""
    async with desk() as there:
        yield there


@pytest.fixture
def there(standing: Desk) -> Desk:
    """Return the standing seller, without the effects of earlier tests."""
    standing.did()
    return standing


async def test_a_refund_is_pending_until_its_money_went_and_shows_on_the_order() -> None:
    async with desk() as there:
        order = there.insert("order", status="delivered")
        part = {"orderLevelRefundAmount": {"value": "1.50", "currency": "USD"}, "comment": "goodwill"}

        answer = await there.send("POST", f"{ORDERS}/{order}/issue_refund", WHOLE | part)
        early = await there.get(f"{ORDERS}/{order}")
        second = await there.send("POST", f"{ORDERS}/{order}/issue_refund", WHOLE | part)
        there.wait(60)
        late = await there.get(f"{ORDERS}/{order}")

        refund = {"refundId": answer.json()["refundId"], "refundStatus": "PENDING"}
        assert (200, refund) == (answer.status_code, answer.json())
        amount = {"value": "1.5", "currency": "USD"}
        assert ("PAID", [refund | {"amount": amount}]) == (early["orderPaymentStatus"], early["paymentSummary"]["refunds"])
        assert (400, 34922) == error_of(second)
        done = late["paymentSummary"]["refunds"][0]
        assert ("PARTIALLY_REFUNDED", "REFUNDED") == (late["orderPaymentStatus"], done["refundStatus"])
        assert {"refundDate", "refundReferenceId"} <= done.keys()
        assert early["lastModifiedDate"] < late["lastModifiedDate"]
        assert [("refund.create", order, "1.50")] == there.did()
        trail = f"sell/finances/v1/transaction?filter=orderId:%7B{order}%7D,transactionType:%7BREFUND%7D"
        money = (await there.send("GET", trail, **{"X-EBAY-C-MARKETPLACE-ID": "EBAY_US"})).json()["transactions"]
        assert [(amount, "DEBIT")] == [(each["amount"], each["bookingEntry"]) for each in money]


async def test_lines_are_refunded_up_to_what_they_cost_and_then_the_order_is_done() -> None:
    async with desk() as there:
        order = there.insert("order", status="delivered")
        shown = await there.get(f"{ORDERS}/{order}")
        totals = {line["lineItemId"]: float(line["total"]["value"]) for line in shown["lineItems"]}
        line = next(iter(totals))
        path = f"{ORDERS}/{order}/issue_refund"

        over = await there.send("POST", path, WHOLE | {"refundItems": [_line(line, totals[line] + 0.01)]})
        first = await there.send("POST", path, WHOLE | {"refundItems": [_line(line, totals[line] - 0.01)]})
        there.wait(60)
        beyond = await there.send("POST", path, WHOLE | {"refundItems": [_line(line, 0.02)]})
        rest = float(shown["pricingSummary"]["total"]["value"]) - totals[line] + 0.01
        whole = await there.send("POST", path, WHOLE | {"orderLevelRefundAmount": {"value": f"{rest:.2f}", "currency": "USD"}})
        there.wait(60)
        after = await there.get(f"{ORDERS}/{order}")
        nothing = await there.send("POST", path, WHOLE | {"orderLevelRefundAmount": {"value": "0.01", "currency": "USD"}})

        assert [(409, 34924)] * 2 == [error_of(answer) for answer in (over, beyond)]
        assert [200, 200] == [first.status_code, whole.status_code]
        assert ("FULLY_REFUNDED", 2) == (after["orderPaymentStatus"], len(after["paymentSummary"]["refunds"]))
        told = next(each for each in after["lineItems"] if each["lineItemId"] == line)["refunds"]
        assert [first.json()["refundId"]] == [each["refundId"] for each in told]
        assert (400, 34917) == error_of(nothing)
        assert ["refund.create"] * 2 == [what for what, *_ in there.did()]


async def test_a_line_can_be_named_as_the_older_interfaces_do() -> None:
    async with desk() as there:
        order = there.insert("order", status="delivered")
        line = (await there.get(f"{ORDERS}/{order}"))["lineItems"][0]
        legacy = {"legacyItemId": line["legacyItemId"], "legacyTransactionId": line["lineItemId"]}

        body = WHOLE | {"refundItems": [{"legacyReference": legacy, "refundAmount": SOME}]}
        answer = await there.send("POST", f"{ORDERS}/{order}/issue_refund", body)

        shown = (await there.get(f"{ORDERS}/{order}"))["lineItems"][0]["refunds"]
        assert [{"refundId": answer.json()["refundId"], "amount": {"value": "1.0", "currency": "USD"}}] == shown


async def test_a_refund_that_fails_leaves_all_to_be_refunded_again() -> None:
    async with desk(refunds="FAILED") as there:
        order = there.insert("order", status="delivered")
        body = WHOLE | {"orderLevelRefundAmount": {"value": "1.00", "currency": "USD"}}
        await there.send("POST", f"{ORDERS}/{order}/issue_refund", body)
        there.wait(60)

        shown = await there.get(f"{ORDERS}/{order}")

        assert ("FAILED", ["FAILED"]) == (
            shown["orderPaymentStatus"],
            [each["refundStatus"] for each in shown["paymentSummary"]["refunds"]],
        )
        assert 200 == (await there.send("POST", f"{ORDERS}/{order}/issue_refund", body)).status_code


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        ("delivered", {"orderLevelRefundAmount": SOME}, (400, 34903)),
        ("delivered", WHOLE, (400, 34905)),
        ("delivered", WHOLE | {"orderLevelRefundAmount": SOME, "refundItems": [{"lineItemId": "1", "refundAmount": SOME}]}, (400, 34905)),
        ("delivered", WHOLE | {"orderLevelRefundAmount": {"currency": "USD"}}, (400, 34906)),
        ("delivered", WHOLE | {"orderLevelRefundAmount": SOME | {"value": "-1"}}, (400, 34907)),
        ("delivered", WHOLE | {"orderLevelRefundAmount": SOME | {"value": "1.001"}}, (400, 34907)),
        ("delivered", WHOLE | {"orderLevelRefundAmount": {"value": "1.00"}}, (400, 34908)),
        ("delivered", WHOLE | {"orderLevelRefundAmount": SOME | {"currency": "EUR"}}, (400, 34909)),
        ("delivered", WHOLE | {"orderLevelRefundAmount": SOME | {"value": "999999.00"}}, (400, 34915)),
        ("delivered", WHOLE | {"orderLevelRefundAmount": SOME, "comment": "x" * 1001}, (400, 34921)),
        ("delivered", WHOLE | {"refundItems": [{"refundAmount": SOME}]}, (400, 34910)),
        ("delivered", WHOLE | {"refundItems": [{"refundAmount": SOME, "legacyReference": {"legacyTransactionId": "1"}}]}, (400, 34911)),
        ("delivered", WHOLE | {"refundItems": [{"refundAmount": SOME, "legacyReference": {"legacyItemId": "1"}}]}, (400, 34912)),
        ("delivered", WHOLE | {"refundItems": [{"refundAmount": SOME, "lineItemId": "1"}]}, (400, 34914)),
        ("unpaid", WHOLE | {"orderLevelRefundAmount": SOME}, (409, 34929)),
        ("return opened", WHOLE | {"orderLevelRefundAmount": SOME}, (400, 34916)),
        ("refund pending", WHOLE | {"orderLevelRefundAmount": SOME}, (400, 34916)),
        ("cancelled", WHOLE | {"orderLevelRefundAmount": SOME}, (400, 34917)),
        ("delivered", {}, (400, 34902)),
    ],
)
async def test_a_refund_that_can_not_be_is_refused(there: Desk, status: str, body: Json, expected: tuple[int, int]) -> None:
    order = there.insert("order", status=status)

    answer = await there.send("POST", f"{ORDERS}/{order}/issue_refund", body)

    assert expected == error_of(answer)
    assert [] == there.did()


async def test_nobody_is_paid_for_an_order_that_is_not_there() -> None:
    async with desk() as there:
        answer = await there.send("POST", f"{ORDERS}/12-00000-00000/issue_refund", WHOLE | {"orderLevelRefundAmount": SOME})

        assert (404, 34913) == error_of(answer)


async def test_a_paid_order_is_cancelled_when_its_money_is_back() -> None:
    async with desk() as there:
        order = there.insert("order")
        before = await there.get(f"{ORDERS}/{order}")

        answer = await there.send("POST", CASES, {"legacyOrderId": order, "cancelReason": "OUT_OF_STOCK_OR_CANNOT_FULFILL"})
        path = f"{CASES}/{answer.json()['cancelId']}"
        early, case = await there.get(f"{ORDERS}/{order}"), (await there.get(path))["cancelDetail"]
        line = {"lineItems": [{"lineItemId": before["lineItems"][0]["lineItemId"]}]}
        sending = await there.send("POST", f"{ORDERS}/{order}/shipping_fulfillment", line)
        there.wait(60)
        late, closed = await there.get(f"{ORDERS}/{order}"), (await there.get(path))["cancelDetail"]

        assert (200, {"cancelId"}) == (answer.status_code, answer.json().keys())
        assert ("IN_PROGRESS", "PAID", "PENDING") == _states(early)
        assert ("REFUND_INITIATED", "CANCEL_PENDING", "SELLER") == (case["cancelState"], case["cancelStatus"], case["requestorType"])
        assert (400, 32600) == error_of(sending)
        assert ("CANCELED", "FULLY_REFUNDED", "REFUNDED") == _states(late)
        assert ("COMPLETED", "OUT_OF_STOCK_OR_CANNOT_FULFILL") == (
            (request := late["cancelStatus"]["cancelRequests"][0])["cancelRequestState"],
            request["cancelReason"],
        )
        assert ("CLOSED", "CANCEL_CLOSED_WITH_REFUND") == (closed["cancelState"], closed["cancelStatus"])
        assert before["lastModifiedDate"] <= early["lastModifiedDate"] < late["lastModifiedDate"]
        assert [("order.cancel", order, "OUT_OF_STOCK_OR_CANNOT_FULFILL")] == there.did()
        found = await there.get(f"{CASES}/search?legacy_order_id={order}")
        assert [closed] == found["cancellations"]


async def test_an_order_that_nobody_paid_is_cancelled_at_once() -> None:
    async with desk() as there:
        order = there.insert("order", status="unpaid")

        await there.send("POST", CASES, {"legacyOrderId": order, "cancelReason": "ADDRESS_ISSUES"})

        assert "CANCELED" == (await there.get(f"{ORDERS}/{order}"))["cancelStatus"]["cancelState"]
        assert [("order.cancel", order, "ADDRESS_ISSUES")] == there.did()


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("delivered", "CANCEL_WINDOW_ELAPSED"),
        ("cancel asked", "CANCELLATION_EXIST"),
        ("cancelled", "CANCELLATION_EXIST"),
        ("all refunded", "FULL_REFUNDED_ORDER"),
        ("return opened", "CASE_EXIST"),
    ],
)
async def test_an_order_that_can_not_be_cancelled_gets_no_id_and_no_error(there: Desk, status: str, reason: str) -> None:
    order = there.insert("order", status=status)

    checked = await there.send("POST", f"{CASES}/check_eligibility", {"legacyOrderId": order})
    answer = await there.send("POST", CASES, {"legacyOrderId": order, "cancelReason": "BUYER_ASKED_CANCEL"})

    assert (200, {"orderEligibilityResult": checked.json()}) == (answer.status_code, answer.json())
    assert (False, order) == (checked.json()["eligible"], checked.json()["legacyOrderId"])
    assert reason in checked.json()["failureReason"]
    assert [] == there.did()


async def test_an_order_that_can_be_cancelled_says_for_which_reasons_and_only_once() -> None:
    async with desk() as there:
        order = there.insert("order")

        checked = await there.send("POST", f"{CASES}/check_eligibility", {"legacyOrderId": order})
        answers = [await there.send("POST", CASES, {"legacyOrderId": order}) for _ in range(2)]

        assert {"eligible": True, "legacyOrderId": order} == {name: checked.json()[name] for name in ("eligible", "legacyOrderId")}
        assert "BUYER_ASKED_CANCEL" in checked.json()["eligibleCancelReason"]
        assert [True, False] == ["cancelId" in answer.json() for answer in answers]
        assert [("order.cancel", order, None)] == there.did()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (400, 2004)),
        ({"legacyOrderId": "12-00000-00000"}, (404, 2002)),
        ({"legacyOrderId": "{order}", "cancelReason": "ORDER_MISTAKE"}, (400, 2004)),
        ({"legacyOrderId": "{order}", "cancelReason": "BORED"}, (400, 2004)),
    ],
)
async def test_a_cancellation_that_makes_no_sense_is_refused(there: Desk, body: dict[str, str], expected: tuple[int, int]) -> None:
    order = there.insert("order")

    answer = await there.send("POST", CASES, {name: text.format(order=order) for name, text in body.items()})

    assert expected == case_error(answer)
    assert [] == there.did()


async def test_a_buyers_wish_is_granted() -> None:
    async with desk() as there:
        order, case = await _asked(there)

        answers = [await there.send("POST", f"{CASES}/{case}/approve") for _ in range(2)]
        there.wait(60)

        assert (200, b"") == (answers[0].status_code, answers[0].content)
        assert (409, 1600) == case_error(answers[1])
        assert ("CANCELED", "FULLY_REFUNDED", "REFUNDED") == _states(await there.get(f"{ORDERS}/{order}"))
        assert [("order.cancel", order)] == [each[:2] for each in there.did()]


async def test_a_buyers_wish_is_refused() -> None:
    async with desk() as there:
        order, case = await _asked(there)
        body = {"shipmentDate": {"value": "2026-11-20T10:00:00.000Z"}, "trackingNumber": "AB1"}

        wrong = await there.send("POST", f"{CASES}/{case}/reject", {"shipmentDate": "today"})
        answer = await there.send("POST", f"{CASES}/{case}/reject", body)
        late = await there.send("POST", f"{CASES}/{case}/approve")

        assert (400, 2004) == case_error(wrong)
        assert 200 == answer.status_code
        assert (409, 1600) == case_error(late)
        shown = (await there.get(f"{ORDERS}/{order}"))["cancelStatus"]
        assert ("NONE_REQUESTED", "REJECTED") == (shown["cancelState"], shown["cancelRequests"][0]["cancelRequestState"])
        assert "CANCEL_REJECTED" == (await there.get(f"{CASES}/{case}"))["cancelDetail"]["cancelStatus"]
        assert [("order.update", order, {"cancellation": "REJECTED", **body})] == there.did()
        assert "cancelId" in (await there.send("POST", CASES, {"legacyOrderId": order})).json()


async def _asked(there: Desk) -> tuple[str, str]:
    """Let a buyer order and think better of it; return the order and the wish to cancel."""
    order = there.insert("order", status="cancel asked")
    return order, (await there.get(f"{ORDERS}/{order}"))["cancelStatus"]["cancelRequests"][0]["cancelRequestId"]


def _states(order: Json) -> tuple[Any, ...]:
    return order["cancelStatus"]["cancelState"], order["orderPaymentStatus"], order["paymentSummary"]["refunds"][-1]["refundStatus"]


def _line(line: str, amount: float) -> Json:
    return {"lineItemId": line, "refundAmount": {"value": f"{amount:.2f}", "currency": "USD"}}
