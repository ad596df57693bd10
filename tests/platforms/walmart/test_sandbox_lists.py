"""What the local Walmart promises of its lists: cursors of four kinds, filters that hide, an end that is no error, and its rows."""

import collections
from decimal import Decimal
from itertools import pairwise
from typing import Any
from urllib.parse import quote

import jsonschema
import pytest

from tests.platforms.walmart.market import NODE_TYPES, SINCE, Json, Market, described, lines_of, parts_of, store

ORDER_WORDS = {"Created", "Acknowledged", "Shipped", "Delivered", "Cancelled", "Refund"}


async def test_an_order_cursor_is_a_query_that_leads_through_all_orders_once() -> None:
    there = Market()

    pages = [page async for page in there.pages("orders", createdStartDate=SINCE, limit=7)]
    orders = [order for page in pages for order in page["elements"]["order"]]

    assert [30] * 5 == [page["meta"]["totalCount"] for page in pages]
    assert 30 == len({order["purchaseOrderId"] for order in orders})
    assert all(newer["orderDate"] >= older["orderDate"] for newer, older in pairwise(orders))
    assert pages[0]["meta"]["nextCursor"].startswith("?")


async def test_an_order_cursor_takes_no_other_parameter_and_lives_for_five_minutes() -> None:
    there = Market()
    cursor = (await there.get("orders", createdStartDate=SINCE, limit=5))["list"]["meta"]["nextCursor"]

    more = await there.refusal(f"orders{cursor}&status=Created")
    await there.pass_time(299)
    in_time = (await there.ask(f"orders{cursor}")).status_code
    await there.pass_time(301)

    assert (400, "INVALID_REQUEST.GMP_ORDER_API") == more
    assert 200 == in_time
    assert (400, "INVALID_REQUEST.GMP_ORDER_API") == await there.refusal(f"orders{cursor}")


async def test_an_order_that_comes_in_meanwhile_does_not_move_the_pages() -> None:
    there = Market()
    first = (await there.get("orders", createdStartDate=SINCE, limit=5))["list"]
    await there.pass_time(60)
    new = await there.rows("insert", "order")

    second = (await there.get(f"orders{first['meta']['nextCursor']}"))["list"]["elements"]["order"]
    shown = {order["purchaseOrderId"] for order in (*first["elements"]["order"], *second)}

    assert 10 == len(shown)
    assert new not in shown


async def test_more_orders_than_a_search_gives_are_an_error_at_its_end() -> None:
    there = Market(store(max_results=20))
    page = await there.get("orders", createdStartDate=SINCE, limit=20)

    assert (400, "INVALID_REQUEST_PARAM.GMP_ORDER_API") == await there.refusal("orders" + page["list"]["meta"]["nextCursor"])


async def test_filters_that_are_left_out_hide_a_week_and_a_node_type() -> None:
    there = Market()

    default = (await there.get("orders"))["list"]["elements"]["order"]
    changed = await there.ask("orders", lastModifiedStartDate=SINCE, limit=200)

    assert {"SellerFulfilled"} == {order["shipNode"]["type"] for order in default}
    assert all(order["orderDate"] >= 1794592800000 for order in default)
    assert len(default) == len(changed.json()["list"]["elements"]["order"]) < 30
    assert {"SellerFulfilled": 30, "WFSFulfilled": 5, "3PLFulfilled": 5} == collections.Counter(
        order["shipNode"]["type"] for order in await there.orders()
    )


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ({"status": "Cancelled"}, lambda order: "Cancelled" in {part["status"] for part in parts_of(order)}),
        ({"createdEndDate": "2026-11-01"}, lambda order: order["orderDate"] <= 1793491200000),
        ({"createdStartDate": "2026-11-14T12:00:00-05:00"}, lambda order: order["orderDate"] >= 1794675600000),
        ({"sku": "OLD-1"}, lambda order: "OLD-1" in {line["item"]["sku"] for line in lines_of(order)}),
        ({"orderType": "REPLACEMENT", "replacementInfo": "true"}, lambda order: order["orderType"] == "REPLACEMENT"),
        ({"toExpectedShipDate": "2026-11-01"}, lambda order: order["shippingInfo"]["estimatedShipDate"] <= 1793491200000),
        (
            {"shippingProgramType": "TWO_DAY"},
            lambda order: {"TWO_DAY"} == {line["fulfillment"].get("shippingProgramType") for line in lines_of(order)},
        ),
    ],
)
async def test_a_filter_keeps_what_fits(query: dict[str, str], fits: Any) -> None:
    there = Market()
    everything = await there.orders(replacementInfo="true")

    found = await there.orders(**query)

    assert {order["purchaseOrderId"] for order in everything if fits(order)} == {order["purchaseOrderId"] for order in found}
    assert 0 < len(found) < len(everything)


async def test_released_orders_wait_to_be_acknowledged() -> None:
    there = Market()

    found = (await there.get("orders/released"))["list"]["elements"]["order"]

    assert found
    assert all("Created" in {part["status"] for part in parts_of(order)} for order in found)
    assert 404 == (await there.ask("orders/released", shipNodeType="WFSFulfilled")).status_code


async def test_what_is_not_shipped_in_time_is_cancelled_by_the_clock() -> None:
    there = Market()
    new = await there.rows("insert", "order")
    before = (await there.get(f"orders/{new}"))["order"]
    await there.pass_time(7 * 86_400)
    await there.sign_in()

    after = (await there.get(f"orders/{new}"))["order"]

    assert (["Created"], ["Cancelled"]) == tuple([part["status"] for part in parts_of(order)] for order in (before, after))
    assert before["shippingInfo"]["estimatedShipDate"] + 4 * 86_400_000 == lines_of(after)[0]["statusDate"] // 1000 * 1000


async def test_an_order_waits_in_reserved_stock() -> None:
    there = Market()
    before = (await there.get("inventories/THR-0000"))["nodes"][0]
    await there.rows("insert", "order", lines=[["THR-0000", 2]])

    after = (await there.get("inventories/THR-0000"))["nodes"][0]

    assert before["reservedQty"]["amount"] + 2 == after["reservedQty"]["amount"]
    assert before["inputQty"] == after["inputQty"]


async def test_the_return_cursor_repeats_itself_at_the_end() -> None:
    there = Market()
    seen, cursor = [], "?limit=3"
    cursors = []
    while cursor not in cursors:
        cursors.append(cursor)
        page = await there.get(f"returns{cursor}")
        seen += [row["returnOrderId"] for row in page["returnOrders"]]
        cursor = page["meta"]["nextCursor"]

    assert page["meta"]["totalCount"] == len(seen) == len(set(seen))
    assert cursor == cursors[-1]


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ({"status": "INITIATED"}, lambda row: row["returnOrderLines"][0]["status"] == "INITIATED"),
        ({"returnType": "REPLACEMENT", "replacementInfo": "true"}, lambda row: row["returnType"] == "REPLACEMENT"),
        (
            {"returnCreationStartDate": "2026-10-01T00:00:00.000Z", "returnCreationEndDate": "2026-11-01"},
            lambda row: "2026-10-01" <= row["returnOrderDate"] <= "2026-11-01",
        ),
    ],
)
async def test_a_filter_keeps_the_returns_that_fit(query: dict[str, str], fits: Any) -> None:
    there = Market()
    everything = (await there.get("returns", limit=200, replacementInfo="true"))["returnOrders"]

    found = (await there.get("returns", limit=200, **query))["returnOrders"]

    assert [row["returnOrderId"] for row in everything if fits(row)] == [row["returnOrderId"] for row in found]


async def test_the_item_cursor_is_a_snapshot_that_dies() -> None:
    there = Market()
    first = await there.get("items", nextCursor="*", limit=50)
    handle = first["nextCursor"]
    await there.rows("insert", "product")
    second = await there.get("items", nextCursor=handle, limit=50, offset=50)
    past = await there.refusal("items", nextCursor=handle, limit=50, offset=100)
    await there.pass_time(121)

    assert handle == second["nextCursor"]
    assert first["totalItems"] == second["totalItems"] == 50 + len(second["ItemResponse"])
    assert (404, "CONTENT_NOT_FOUND.GMP_ITEM_QUERY_API") == past
    assert (400, "INVALID_REQUEST_PARAM.GMP_ITEM_QUERY_API") == await there.refusal("items", nextCursor=handle)


async def test_the_stock_list_ends_only_with_an_empty_cursor() -> None:
    there = Market()
    pages = [await there.get("inventories", limit=20)]
    while cursor := pages[-1]["meta"]["nextCursor"]:
        pages.append(await there.get("inventories", limit=20, nextCursor=cursor))
    rows = [row for page in pages for row in page["elements"]["inventories"]]

    assert 19 in {len(page["elements"]["inventories"]) for page in pages[:-1]}
    assert pages[0]["meta"]["totalCount"] == len(rows) == len({row["sku"] for row in rows})
    for row in rows:
        for node in row["nodes"]:
            assert node["inputQty"]["amount"] - node["reservedQty"]["amount"] == node["availToSellQty"]["amount"]


@pytest.mark.parametrize("id_type", ["SKU", "GTIN", "ITEM_ID"])
async def test_an_item_is_found_by_any_of_its_ids(id_type: str) -> None:
    there = Market()
    await there.sign_in()
    answer = await there.client.post("/v3/items/catalog/search", json={"query": {"field": "sku", "value": "A/B 1"}})
    hit = answer.json()["payload"][0]
    wanted = {"SKU": hit["sku"], "GTIN": hit["gtin"], "ITEM_ID": hit["itemId"]}[id_type]

    found = (await there.get(f"items/{quote(wanted, safe='')}?productIdType={id_type}"))["ItemResponse"]

    assert ["A/B 1"] == [item["sku"] for item in found]
    assert "itemId" not in found[0]
    jsonschema.validate({**answer.json()}, described("items", "post", "/v3/items/catalog/search"))


async def test_a_variant_group_is_read_by_its_id_and_counted() -> None:
    there = Market()

    counts = {row["variantGroupId"]: row["count"] for row in (await there.get("items/groups/count"))["payload"]}
    largest = max(counts, key=lambda group: counts[group])
    found = (await there.get("items", variantGroupId=largest, limit=200))["ItemResponse"]

    assert 60 == counts[largest] == len(found)
    assert 1 == [item["variantGroupInfo"]["isPrimary"] for item in found].count("true")
    assert 60 == len({str(item["variantGroupInfo"]["groupingAttributes"]) for item in found})


async def test_what_walmart_keeps_is_a_list_of_its_own() -> None:
    there = Market()

    page = await there.get("wfs/inventory", limit=300)

    assert page["headers"]["totalCount"] == len(page["payload"]["inventory"]) > 2
    assert 404 == (await there.ask("wfs/inventory", sku="THR-0000")).status_code
    jsonschema.validate(page, described("inventory", "get", "/v3/fulfillment/inventory"))


@pytest.mark.parametrize("profile", ["small", "odd", "steady"])
async def test_answers_have_the_published_shapes(profile: str) -> None:
    there = Market(store(profile))
    await there.sign_in()
    orders = await there.get("orders", createdStartDate=SINCE, limit=60, productInfo="true", replacementInfo="true")
    for document, path, body in (
        ("orders", "/v3/orders", _opened(orders)),
        ("orders", "/v3/orders/{purchaseOrderId}", await there.get(f"orders/{orders['list']['elements']['order'][0]['purchaseOrderId']}")),
        ("returns", "/v3/returns", await there.get("returns", limit=50, replacementInfo="true")),
        ("items", "/v3/items", await there.get("items", limit=200)),
        ("items", "/v3/items/count", await there.get("items/count")),
        ("inventory", "/v3/inventories", await there.get("inventories", limit=50)),
        ("inventory", "/v3/inventories/{sku}", await there.get("inventories/TRA-0009")),
        ("inventory", "/v3/inventory", await there.get("inventory", sku="TRA-0009")),
        (
            "settings",
            "/v3/settings/shipping/shipnodes",
            await there.get("settings/shipping/shipnodes?includeCalendarDayConfiguration=true"),
        ),
        ("settings", "/v3/settings/partnerprofile", await there.get("settings/partnerprofile")),
        ("utilities", "/v3/utilities/apiStatus", await there.get("utilities/apiStatus")),
    ):
        jsonschema.validate(body, described(document, "get", path))


async def test_the_small_store_has_everything_unusual() -> None:
    there = Market()
    orders = await there.orders(replacementInfo="true")
    parts = [part for order in orders for part in parts_of(order)]
    items = (await there.get("items", limit=200))["ItemResponse"]
    nodes = await there.get("settings/shipping/shipnodes")
    returns = (await there.get("returns", limit=200))["returnOrders"]

    assert ORDER_WORDS == {part["status"] for part in parts}
    assert 200 == max(len(lines_of(order)) for order in orders)
    assert {True, False} == {order["isGuest"] for order in orders}
    assert any(order["customerEmailId"] == "nocxemail@walmartone.com" for order in orders)
    assert 3 <= max(collections.Counter(order["orderDate"] for order in orders).values())
    assert 2 <= max(collections.Counter(order["customerOrderId"] for order in orders).values())
    assert {"REGULAR", "REPLACEMENT"} == {order["orderType"] for order in orders}
    assert any(len({part["trackingInfo"]["trackingNumber"] for part in parts_of(order) if "trackingInfo" in part}) > 1 for order in orders)
    assert any(len(line["orderLineStatuses"]["orderLineStatus"]) > 1 for order in orders for line in lines_of(order))
    assert any("intentToCancel" in line for order in orders for line in lines_of(order))
    assert {"INITIATED", "DELIVERED", "COMPLETED"} == {line["status"] for row in returns for line in row["returnOrderLines"]}
    published = {"PUBLISHED", "READY_TO_PUBLISH", "IN_PROGRESS", "UNPUBLISHED", "STAGE", "SYSTEM_PROBLEM"}
    assert published == {item["publishedStatus"] for item in items}
    assert {"ACTIVE", "RETIRED", "ARCHIVED"} == {item["lifecycleStatus"] for item in items}
    assert {"PHYSICAL", "VIRTUAL", "3PL"} == {node["nodeType"] for node in nodes}


@pytest.mark.parametrize(("item_price", "profile"), [("line", "small"), ("unit", "small"), ("line", "odd")])
async def test_an_orders_total_is_the_sum_of_its_charges(item_price: str, profile: str) -> None:
    there = Market(store(profile, item_price=item_price))

    summed = [(order, _total(order, item_price)) for order in await there.orders() if "orderSummary" in order]

    assert summed
    assert [] == [
        order["purchaseOrderId"] for order, total in summed if Decimal(str(order["orderSummary"]["totalAmount"]["currencyAmount"])) != total
    ]
    for order in await there.orders():
        for line in lines_of(order):
            counts = [int(part["statusQuantity"]["amount"]) for part in line["orderLineStatuses"]["orderLineStatus"]]
            assert int(line["orderLineQuantity"]["amount"]) == sum(counts)


async def test_a_return_that_is_done_is_what_its_order_shows_as_refunded() -> None:
    there = Market()
    orders = {order["purchaseOrderId"]: order for order in await there.orders()}
    checked = 0
    for row in (await there.get("returns", limit=200))["returnOrders"]:
        lines = row["returnOrderLines"]
        total = sum(
            Decimal(str(entry["value"]["currencyAmount"]))
            for line in lines
            for entry in line["chargeTotals"]
            if entry["name"] == "lineTotal"
        )
        assert Decimal(str(row["totalRefundAmount"]["currencyAmount"])) == total
        if lines[0]["refundedQty"]:
            order = orders[lines[0]["purchaseOrderId"]]
            assert -total == sum(_refunded(line) for line in lines_of(order))
            assert {row["returnOrderId"]} == {line["returnOrderId"] for line in lines_of(order)}
            checked += 1

    assert checked


async def test_a_store_of_merchant_size_answers_all_kinds_of_nodes() -> None:
    there = Market(store("steady", {"orders": 3000}))

    totals = [
        (await there.get("orders", createdStartDate=SINCE, limit=1, shipNodeType=kind))["list"]["meta"]["totalCount"] for kind in NODE_TYPES
    ]

    assert 3000 == sum(totals)


def _opened(page: Json) -> Json:
    """Carriers and refund reasons drift: words outside the published lists are part of the promise, so they are left out here."""
    for order in page["list"]["elements"]["order"]:
        for part in parts_of(order):
            part.get("trackingInfo", {"carrierName": {}})["carrierName"].pop("carrier", None)
        for line in lines_of(order):
            line.pop("refund", None)
    return page


def _total(order: Json, item_price: str) -> Decimal:
    total = Decimal()
    for line in lines_of(order):
        for charge in line["charges"]["charge"]:
            tax = charge.get("tax", {"taxAmount": {"amount": 0}})["taxAmount"]["amount"]
            times = int(line["orderLineQuantity"]["amount"]) if item_price == "unit" and charge["chargeType"] != "SHIPPING" else 1
            total += (Decimal(str(charge["chargeAmount"]["amount"])) + Decimal(str(tax))) * times
    return total


def _refunded(line: Json) -> Decimal:
    charges = [entry["charge"] for entry in line["refund"]["refundCharges"]["refundCharge"]]
    return sum(
        (Decimal(str(part["amount"])) for charge in charges for part in (charge["chargeAmount"], charge["tax"]["taxAmount"])), Decimal()
    )
