"""What the local eBay promises of parcels: each is told once, none twice."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.platforms.ebay.sandbox_client import Json, error_of
from tests.platforms.ebay.test_sandbox_writes import ORDERS, Desk, desk


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


async def test_a_parcel_is_told_by_its_address_and_moves_the_order() -> None:
    async with desk() as there:
        order, lines = await _order(there)
        before = await there.get(f"{ORDERS}/{order}")
        there.wait(100)
        body = {"lineItems": [{"lineItemId": each, "quantity": units} for each, units in lines.items()], **_tracked("9400000000000000001")}

        answer = await there.send("POST", f"{ORDERS}/{order}/shipping_fulfillment", body | {"shippedDate": "2026-11-21T10:00:00.000Z"})

        assert (201, b"") == (answer.status_code, answer.content)
        assert answer.headers["Location"].endswith(f"/{ORDERS}/{order}/shipping_fulfillment/9400000000000000001")
        shown = await there.get(answer.headers["Location"])
        assert {
            "fulfillmentId": "9400000000000000001",
            "shipmentTrackingNumber": "9400000000000000001",
            "shippingCarrierCode": "USPS",
            "shippedDate": "2026-11-21T10:00:00.000Z",
            "lineItems": body["lineItems"],
        } == shown
        after = await there.get(f"{ORDERS}/{order}")
        assert ("NOT_STARTED", "FULFILLED") == (before["orderFulfillmentStatus"], after["orderFulfillmentStatus"])
        assert {"FULFILLED"} == {line["lineItemFulfillmentStatus"] for line in after["lineItems"]}
        assert before["lastModifiedDate"] < after["lastModifiedDate"]
        assert [order] == await _changed_since(there, after["lastModifiedDate"])
        assert [("shipment.create", order, "9400000000000000001")] == there.did()


async def test_units_leave_in_several_parcels_and_never_twice() -> None:
    async with desk() as there:
        order = there.insert("order", status="partly sent")
        path = f"{ORDERS}/{order}/shipping_fulfillment"
        lines = (await there.get(f"{ORDERS}/{order}"))["lineItems"]
        sent: dict[str, int] = {}
        for parcel in (await there.get(path))["fulfillments"]:
            sent |= {each["lineItemId"]: sent.get(each["lineItemId"], 0) + each["quantity"] for each in parcel["lineItems"]}
        left = {line["lineItemId"]: line["quantity"] - sent.get(line["lineItemId"], 0) for line in lines}
        rest = {"lineItems": [{"lineItemId": line, "quantity": units} for line, units in left.items() if units]}

        answers = [await there.send("POST", path, rest | _tracked(f"1Z{turn}")) for turn in range(2)] if rest["lineItems"] else []

        assert [201, 400][: len(answers)] == [answer.status_code for answer in answers]
        assert all((400, 34500) == error_of(answer) for answer in answers[1:])
        assert len(answers[:1]) == len(there.did())


async def test_parcels_without_a_number_are_numbered_and_one_with_it_can_not_come_again() -> None:
    async with desk() as there:
        order, lines = await _order(there, units=3)
        path, line = f"{ORDERS}/{order}/shipping_fulfillment", next(iter(lines))
        one = {"lineItems": [{"lineItemId": line, "quantity": 1}]}
        numbers: tuple[Json, ...] = (_tracked("AB1"), _tracked("AB1"), {}, {}, {})

        answers = [await there.send("POST", path, one | number) for number in numbers]

        assert [201, 400, 201, 201, 400] == [answer.status_code for answer in answers]
        assert [(400, 34500)] * 2 == [error_of(answer) for answer in (answers[1], answers[4])]
        assert ["AB1", "999", "1000"] == [each["fulfillmentId"] for each in (await there.get(path))["fulfillments"]]
        assert [("shipment.create", order, "AB1"), *[("shipment.create", order, None)] * 2] == there.did()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"lineItems": []}, 32600),
        ({"lineItems": [{"lineItemId": "1"}]}, 32200),
        ({"lineItems": [{"lineItemId": "{line}"}, {"lineItemId": "{line}"}]}, 32210),
        ({"lineItems": [{"lineItemId": "{line}", "quantity": 0}]}, 32600),
        ({"lineItems": [{"lineItemId": "{line}", "quantity": 999}]}, 32600),
        ({"trackingNumber": "AB1"}, 32300),
        ({"shippingCarrierCode": "USPS"}, 32300),
        ({"trackingNumber": "AB-1", "shippingCarrierCode": "USPS"}, 32300),
        ({"shippedDate": "yesterday"}, 32500),
        ({"shippedDate": "2199-01-01T00:00:00.000Z"}, 32500),
        ({"note": "fragile"}, 2004),
    ],
)
async def test_a_parcel_that_can_not_be_is_refused(there: Desk, change: Json, code: int) -> None:
    order, lines = await _order(there)
    line = next(iter(lines))
    body = {"lineItems": [{"lineItemId": line}]} | change
    body["lineItems"] = [each | {"lineItemId": each["lineItemId"].format(line=line)} for each in body["lineItems"]]

    answer = await there.send("POST", f"{ORDERS}/{order}/shipping_fulfillment", body)

    assert (400, code) == error_of(answer)
    assert [] == there.did()


@pytest.mark.parametrize(("order", "code"), [("12-00000-00000", 32100), ("{cancelled}", 32600), ("{sent}", 34500)])
async def test_not_every_order_can_be_sent(there: Desk, order: str, code: int) -> None:
    known = {"cancelled": there.insert("order", status="cancelled"), "sent": there.insert("order", status="delivered")}
    wanted = order.format(**known)
    lines = (await there.get(f"{ORDERS}/{wanted}"))["lineItems"] if wanted in known.values() else [{"lineItemId": "1"}]

    body = {"lineItems": [{"lineItemId": lines[0]["lineItemId"]}]}
    answer = await there.send("POST", f"{ORDERS}/{wanted}/shipping_fulfillment", body)

    assert (400, code) == error_of(answer)


async def _order(there: Desk, units: int = 1) -> tuple[str, dict[str, int]]:
    """Let somebody order at least so many of the first line; return the order and its lines' units."""
    for _ in range(40):
        order = there.insert("order")
        lines = {line["lineItemId"]: line["quantity"] for line in (await there.get(f"{ORDERS}/{order}"))["lineItems"]}
        if next(iter(lines.values())) == units or units == 1:
            return order, lines
    raise LookupError(units)


async def _changed_since(there: Desk, moment: str) -> list[str]:
    found = await there.get(f"{ORDERS}?filter=lastmodifieddate:%5B{moment}..%5D")
    return [order["orderId"] for order in found["orders"]]


def _tracked(number: str) -> Json:
    return {"trackingNumber": number, "shippingCarrierCode": "USPS"}
