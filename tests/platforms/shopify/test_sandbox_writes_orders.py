"""What the local Shopify promises of shipping and changing orders."""

from typing import Any

import pytest

from tests.platforms.shopify.sandbox_writes_client import DOCUMENTS, desk, shipment

GONE = "gid://shopify/Order/1"
LAST = "{ orders(first: 1, sortKey: UPDATED_AT, reverse: true) { nodes { id } } }"
MOVED = "query Moved($id: ID!) { order(id: $id) { updatedAt } }"


async def test_what_waits_for_shipment_may_be_shipped_and_adds_up_to_what_is_not_sent() -> None:
    async with desk() as shop:
        for order in await shop.orders():
            lines = [line for part in await shop.work(order["id"]) for line in part["lineItems"]["nodes"]]

            assert {line["id"]: line["unfulfilledQuantity"] for line in order["lineItems"]["nodes"]} == {
                line["lineItem"]["id"]: line["remainingQuantity"] for line in lines
            }


@pytest.mark.parametrize(
    ("fulfillment", "state_of_work", "may"),
    [("UNFULFILLED", "OPEN", True), ("ON_HOLD", "ON_HOLD", False), ("IN_PROGRESS", "IN_PROGRESS", True), ("FULFILLED", "CLOSED", False)],
)
async def test_the_state_of_what_waits_says_whether_it_may_be_shipped(fulfillment: str, state_of_work: str, *, may: bool) -> None:
    async with desk() as shop:
        order = (await shop.orders(fulfillment=fulfillment))[0]
        part = (await shop.work(order["id"]))[0]

        assert state_of_work == part["status"]
        assert may is ("CREATE_FULFILLMENT" in [each["action"] for each in part["supportedActions"]])


async def test_all_that_remains_is_shipped() -> None:
    async with desk() as shop:
        order, work = await shop.gathered()
        payload = await shop.do("Ship", fulfillment=shipment(work, number="T-1", company="UPS"))
        after, [part] = await shop.order(order), await shop.work(order)

        parcel = payload["fulfillment"]
        assert ("SUCCESS", "FULFILLED") == (parcel["status"], parcel["displayStatus"])
        assert [{"company": "UPS", "number": "T-1", "url": "https://track.example.com/T-1"}] == parcel["trackingInfo"]
        assert ("FULFILLED", {0}, "CLOSED", []) == (
            after["displayFulfillmentStatus"], {line["unfulfilledQuantity"] for line in after["lineItems"]["nodes"]},
            part["status"], part["supportedActions"],
        )  # fmt: skip
        assert {"orders": {"nodes": [{"id": order}]}} == await shop.read(LAST)
        assert [("shipment.create", order, "T-1")] == await shop.effects()


async def test_a_part_of_a_line_is_shipped_and_the_rest_waits_on() -> None:
    async with desk() as shop:
        order, work = await shop.gathered()
        remaining = work[0]["lineItems"]["nodes"][0]["remainingQuantity"]
        payload = await shop.do("Ship", fulfillment=shipment(work, 1))
        after, [part] = await shop.order(order), await shop.work(order)

        assert [1] == [row["quantity"] for row in payload["fulfillment"]["fulfillmentLineItems"]["nodes"]]
        assert [] == payload["fulfillment"]["trackingInfo"]
        assert ("PARTIALLY_FULFILLED", remaining - 1) == (
            after["displayFulfillmentStatus"], part["lineItems"]["nodes"][0]["remainingQuantity"],
        )  # fmt: skip
        assert [("shipment.create", order, None)] == await shop.effects()


async def test_two_locations_need_two_shipments() -> None:
    async with desk() as shop:
        order, work = await shop.scattered()
        [(field, told, _)] = await shop.told("Ship", fulfillment=shipment(work))
        for part in work:
            await shop.do("Ship", fulfillment=shipment([part]))

        assert "fulfillment" == field
        assert told.startswith("All fulfillment orders must be assigned to a single location. Multiple locations with ids [")
        assert "FULFILLED" == (await shop.order(order))["displayFulfillmentStatus"]


async def test_orders_are_not_shipped_together() -> None:
    async with desk() as shop:
        work = [(await shop.work(order["id"]))[0] for order in (await shop.orders())[:2]]
        [(_, told, _)] = await shop.told("Ship", fulfillment=shipment(work))

        assert told.startswith("All fulfillment orders must belong to the same order. Multiple orders with ids [")


@pytest.mark.parametrize(
    ("units", "field", "told"),
    [
        (99, "fulfillment", "Invalid fulfillment order line item quantity requested."),
        (0, "fulfillment.lineItemsByFulfillmentOrder.0.fulfillmentOrderLineItems.0.quantity", "Quantity must be greater than 0"),
    ],
)
async def test_no_more_than_remains_and_no_less_than_one_is_shipped(units: int, field: str, told: str) -> None:
    async with desk() as shop:
        _, work = await shop.gathered()

        assert [(field, told, None)] == await shop.told("Ship", fulfillment=shipment(work, units))
        assert [] == await shop.effects()


async def test_what_is_held_or_sent_can_not_be_shipped() -> None:
    async with desk() as shop:
        orders = [(await shop.orders(fulfillment=name))[0] for name in ("ON_HOLD", "FULFILLED")]
        work = [(await shop.work(order["id"]))[0] for order in orders]
        told = [await shop.told("Ship", fulfillment=shipment([part])) for part in work]

        numbers = [part["id"].rsplit("/", 1)[-1] for part in work]
        assert [
            f"Fulfillment order {number} has an unfulfillable status= {status}."
            for number, status in zip(numbers, ("on_hold", "closed"), strict=True)
        ] == [message for [(_, message, _)] in told]


async def test_unknown_work_is_told_and_an_id_that_is_none_is_an_error() -> None:
    async with desk() as shop:
        told = await shop.told("Ship", fulfillment=shipment([{"id": "gid://shopify/FulfillmentOrder/1", "lineItems": {"nodes": []}}]))
        none = shipment([{"id": "gid://shopify/FulfillmentOrder/0", "lineItems": {"nodes": []}}])
        answer = await shop.ask(DOCUMENTS["Ship"], fulfillment=none)

        assert [("fulfillment", "Fulfillment order does not exist.", None)] == told
        assert [("invalid id", "RESOURCE_NOT_FOUND")] == [(each["message"], each["extensions"]["code"]) for each in answer["errors"]]


async def test_several_numbers_go_with_their_addresses() -> None:
    async with desk() as shop:
        _, work = await shop.gathered()
        tracking = {"numbers": ["A", "B"], "urls": ["https://a.example.com/A"], "company": "Dove & Son"}
        payload = await shop.do("Ship", fulfillment=shipment(work, 1, **tracking))
        told = await shop.told("Ship", fulfillment=shipment(work, 1, number="A", numbers=["A"]))

        assert [("A", "https://a.example.com/A"), ("B", None)] == [
            (row["number"], row["url"]) for row in payload["fulfillment"]["trackingInfo"]
        ]
        assert ["fulfillment.trackingInfo"] == [field for field, _, _ in told]


async def test_sending_takes_what_was_promised_off_the_shelf() -> None:
    async with desk() as shop:
        for order in await shop.orders():
            line = order["lineItems"]["nodes"][0]
            item = await shop.item_of(line)
            work = await shop.work(order["id"])
            place = work[0]["assignedLocation"]["location"]["id"]
            if item["tracked"] and len(order["lineItems"]["nodes"]) == 1 and (await shop.levels(item["id"]))[place]["committed"]:
                break
        before = (await shop.levels(item["id"]))[place]
        await shop.do("Ship", fulfillment=shipment(work))
        after = (await shop.levels(item["id"]))[place]

        gone = min(line["unfulfilledQuantity"], before["committed"])
        assert {**before, "committed": before["committed"] - gone, "on_hand": before["on_hand"] - gone} == after


async def test_tracking_is_replaced_even_where_the_shipment_was_called_back() -> None:
    async with desk() as shop:
        order, work = await shop.gathered()
        parcel = (await shop.do("Ship", fulfillment=shipment(work, number="T-1")))["fulfillment"]["id"]
        await shop.do("Recall", id=parcel)
        payload = await shop.do("Track", id=parcel, tracking={"number": "T-2", "url": "https://t.example.com/2", "company": "DHL Express"})

        assert "CANCELLED" == payload["fulfillment"]["status"]
        assert [{"company": "DHL Express", "number": "T-2", "url": "https://t.example.com/2"}] == payload["fulfillment"]["trackingInfo"]
        assert ("shipment.update", order, "T-2") == (await shop.effects())[-1]


async def test_a_shipment_that_is_called_back_waits_again_elsewhere() -> None:
    async with desk() as shop:
        order, work = await shop.gathered()
        before = await shop.order(order)
        parcel = (await shop.do("Ship", fulfillment=shipment(work)))["fulfillment"]["id"]
        payloads = [await shop.do("Recall", id=parcel) for _ in range(2)]
        after, now = await shop.order(order), await shop.work(order)

        assert [("CANCELLED", "CANCELED")] * 2 == [
            (each["fulfillment"]["status"], each["fulfillment"]["displayStatus"]) for each in payloads
        ]
        assert (before["lineItems"], "UNFULFILLED") == (after["lineItems"], after["displayFulfillmentStatus"])
        assert [("CLOSED", work[0]["id"]), ("OPEN", now[1]["id"])] == [(part["status"], part["id"]) for part in now]
        assert ["shipment.create", "shipment.update"] == [what for what, _, _ in await shop.effects()]


async def test_an_unknown_shipment_is_told() -> None:
    async with desk() as shop:
        told = [
            *await shop.told("Track", id="gid://shopify/Fulfillment/1", tracking={"number": "1"}),
            *await shop.told("Recall", id="gid://shopify/Fulfillment/1"),
        ]

        assert [("fulfillmentId", "Fulfillment does not exist."), ("id", "Fulfillment does not exist.")] == [each[:2] for each in told]


async def test_an_order_is_changed_and_lists_are_replaced() -> None:
    async with desk() as shop:
        order = (await shop.orders())[0]["id"]
        before = (await shop.read(MOVED, id=order))["order"]["updatedAt"]
        sent = {"note": "Ring twice", "tags": ["b", "A"], "poNumber": "PO-1", "customAttributes": [{"key": "gift", "value": "yes"}]}
        found = (await shop.do("Order", input={"id": order, **sent}))["order"]

        assert {**sent, "tags": ["A", "b"]} == {name: found[name] for name in sent}
        assert before < found["updatedAt"]
        assert [("order.update", order, sent)] == await shop.effects()


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, [("", "No valid update parameters have been provided", None)]),
        ({"phone": "abc"}, [("phone", "Phone is invalid", None)]),
        ({"email": "nobody"}, [("email", "Email is invalid", None)]),
        ({"shippingAddress": {"lastName": "", "zip": "", "countryCode": "US", "provinceCode": "Q"}},
         [("shippingAddress.lastName", "Enter a last name", None), ("shippingAddress.zip", "Enter a ZIP code", None),
          ("shippingAddress.province", "State is not a valid state in United States", None)]),
    ],
)  # fmt: skip
async def test_what_is_sent_for_an_order_is_checked(sent: dict[str, Any], told: list[Any]) -> None:
    async with desk() as shop:
        order = next(order for order in await shop.orders())["id"]

        assert told == await shop.told("Order", input={"id": order, **sent})
        assert [] == await shop.effects()


async def test_an_unknown_order_is_told() -> None:
    async with desk() as shop:
        assert [("id", "Order does not exist", None)] == await shop.told("Order", input={"id": GONE, "note": "x"})


async def test_orders_that_are_hidden_can_not_be_written() -> None:
    async with desk(scopes=["write_orders"], until="2026-06-01T00:00:00Z") as shop:
        told = await shop.told("Order", input={"id": "gid://shopify/Order/5600000000001", "note": "x"})

        assert [("id", "Order does not exist", None)] == told


async def test_tags_are_added_and_taken_away_whatever_their_case() -> None:
    text = "query Tags($id: ID!) { order(id: $id) { tags } }"
    async with desk() as shop:
        order = (await shop.orders())[0]["id"]
        await shop.do("Order", input={"id": order, "tags": ["one"]})
        await shop.do("Tag", id=order, tags=["Two", "ONE"])
        added = (await shop.read(text, id=order))["order"]["tags"]
        await shop.do("Untag", id=order, tags=["two"])

        assert (["one", "Two"], ["one"]) == (added, (await shop.read(text, id=order))["order"]["tags"])
        assert ["order.update"] * 3 == [what for what, _, _ in await shop.effects()]


async def test_an_order_is_archived_once_and_opened_again() -> None:
    async with desk() as shop:
        order = (await shop.orders())[0]["id"]
        shown = [(await shop.do(name, id=order))["order"]["closed"] for name in ("Close", "Close", "Open")]

        assert [True, True, False] == shown
        assert [("order.update", order, {"closed": True}), ("order.update", order, {"closed": False})] == await shop.effects()
