"""What the local eBay promises of its lists, filters and pages, and that its answers are as the platform describes them."""

from typing import Any

import httpx
import pytest

from tests.platforms.ebay.sandbox_client import BASES, Seller, check_shape, described, error_of, store

ORDERS, ITEMS, OFFERS = "sell/fulfillment/v1/order", "sell/inventory/v1/inventory_item", "sell/inventory/v1/offer"
MONEY = "sell/finances/v1/transaction"
MARKET = {"X-EBAY-C-MARKETPLACE-ID": "EBAY_US"}


def span(name: str, first: str, last: str = "") -> str:
    return f"{name}:[{first}..{last}]"


async def test_orders_come_oldest_first_by_offsets_in_records() -> None:
    there = Seller()
    whole = await there.ids()

    page = await there.orders(limit=15, offset=30)
    past = await there.orders(limit=15, offset=45)

    assert whole[30:] == [order["orderId"] for order in page["orders"]]
    assert (40, 15, 30) == (page["total"], page["limit"], page["offset"])
    assert "next" not in page
    assert page["prev"].startswith("http://ebay.test/shop/sell/fulfillment/v1/order?")
    assert ([], 40) == (past["orders"], past["total"])
    assert whole == [
        order["orderId"] for order in sorted((await there.orders(limit=200))["orders"], key=lambda order: order["creationDate"])
    ]


async def test_links_lead_through_all_orders_once() -> None:
    there = Seller()
    page = await there.orders(limit=7, filter=span("lastmodifieddate", "2026-09-01T00:00:00.000Z"))
    seen = [order["orderId"] for order in page["orders"]]
    while "next" in page:
        page = await there.get(page["next"])
        seen += [order["orderId"] for order in page["orders"]]

    assert sorted(await there.ids()) == sorted(seen)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"limit": 201}, 31100),
        ({"limit": 0}, 31100),
        ({"limit": "many"}, 31100),
        ({"offset": -1}, 31000),
        ({"fieldGroups": "ALL"}, 32800),
        ({"orderIds": ",".join(f"12-{turn}" for turn in range(51))}, 30900),
        ({"filter": "status:{OPEN}"}, 30700),
        ({"filter": "nonsense"}, 30700),
        ({"filter": "orderfulfillmentstatus:{FULFILLED}"}, 30800),
        ({"filter": "orderfulfillmentstatus:{NOT_STARTED|FULFILLED}"}, 30800),
        ({"filter": "creationdate:{FULFILLED}"}, 30800),
        ({"filter": "creationdate:2026-11-01T00:00:00.000Z"}, 30800),
        ({"filter": span("creationdate", "2026-11-01")}, 30810),
        ({"filter": span("creationdate", "2026-11-01T00:00:00+01:00")}, 30810),
        ({"filter": span("creationdate", "", "2026-11-01T00:00:00.000Z")}, 30820),
        ({"filter": span("creationdate", "2024-11-01T00:00:00.000Z")}, 30830),
        ({"filter": span("lastmodifieddate", "2026-11-02T00:00:00.000Z", "2026-11-01T00:00:00.000Z")}, 30840),
        ({"filter": span("lastmodifieddate", "2026-11-21T00:00:00.000Z")}, 30850),
        ({"filter": span("lastmodifieddate", "2026-11-01T00:00:00.000Z", "2026-11-21T00:00:00.000Z")}, 30850),
    ],
)
async def test_a_wrong_wish_for_orders_has_its_own_code(query: dict[str, Any], code: int) -> None:
    assert (400, code) == error_of(await Seller().ask(ORDERS, **query))


async def test_spans_include_both_ends_to_the_millisecond() -> None:
    there = Seller()
    orders = (await there.orders(limit=200))["orders"]
    first, last = orders[3]["creationDate"], orders[12]["creationDate"]

    assert [order["orderId"] for order in orders if first <= order["creationDate"] <= last] == await there.ids(
        filter=span("creationdate", first, last)
    )
    for column, field in (("creationdate", "creationDate"), ("lastmodifieddate", "lastModifiedDate")):
        moment = orders[20][field]
        assert {order["orderId"] for order in orders if order[field] == moment} == set(await there.ids(filter=span(column, moment, moment)))


async def test_with_both_dates_the_creation_counts_alone() -> None:
    there = Seller()
    creation = span("creationdate", "2026-10-01T00:00:00.000Z", "2026-10-10T00:00:00Z")

    both = await there.ids(filter=f"{creation},{span('lastmodifieddate', '2026-11-19T00:00:00.000Z')}")

    assert both
    assert both == await there.ids(filter=creation)


async def test_a_filter_by_state_knows_two_sets() -> None:
    there = Seller()
    orders = (await there.orders(limit=200))["orders"]

    for words in ({"NOT_STARTED", "IN_PROGRESS"}, {"FULFILLED", "IN_PROGRESS"}):
        found = await there.ids(filter=f"orderfulfillmentstatus:{{{'|'.join(sorted(words))}}}")
        assert [order["orderId"] for order in orders if order["orderFulfillmentStatus"] in words] == found


async def test_without_a_filter_only_ninety_days_are_shown_and_never_more_than_two_years() -> None:
    there = Seller()
    older = await there.rows("insert", "order", created="2026-08-01T00:00:00Z")
    oldest = await there.rows("insert", "order", created="2024-11-01T00:00:00Z", updated="2026-11-01T00:00:00Z")

    assert 40 == (await there.orders())["total"]
    assert older in await there.ids(filter=span("creationdate", "2026-01-01T00:00:00.000Z"))
    assert oldest not in await there.ids(filter=span("lastmodifieddate", "2026-10-01T00:00:00.000Z"))
    assert [] == await there.ids(orderIds=oldest)
    assert (404, 32100) == error_of(await there.ask(f"{ORDERS}/{oldest}"))


async def test_by_ids_all_else_is_ignored_and_unknown_ones_are_left_out() -> None:
    there = Seller()
    wanted = (await there.ids())[:3]

    answer = await there.orders(orderIds=",".join([*reversed(wanted), "12-00000-00000", wanted[0]]), limit=1, offset=7, filter="nonsense")

    assert sorted(wanted) == sorted(order["orderId"] for order in answer["orders"])
    assert 3 == answer["total"]


async def test_requests_to_cancel_and_tax_numbers_are_told_for_one_order_only() -> None:
    there = Seller()
    listed = {order["orderId"]: order for order in (await there.orders(limit=200))["orders"]}
    single = {order_id: await there.get(f"{ORDERS}/{order_id}") for order_id in listed}

    assert not any(order["cancelStatus"]["cancelRequests"] or "taxIdentifier" in order["buyer"] for order in listed.values())
    assert {"REQUESTED", "COMPLETED", "REJECTED"} == {
        request["cancelRequestState"] for order in single.values() for request in order["cancelStatus"]["cancelRequests"]
    }
    assert any("taxIdentifier" in order["buyer"] for order in single.values())


async def test_people_fade_with_time() -> None:
    there = Seller()
    wanted = await there.rows("insert", "order")
    seen = []
    for days in (14, 1, 75, 1):
        await there.wait(days * 86_400)
        there.client.headers["Authorization"] = f"Bearer {await there.sign_in()}"
        order = await there.get(f"{ORDERS}/{wanted}")
        contact = order["fulfillmentStartInstructions"][0]["shippingStep"]["shipTo"]
        assert contact.keys() == order["buyer"]["buyerRegistrationAddress"].keys()
        seen.append(
            ["email" in contact, "fullName" in contact, "addressLine1" in contact["contactAddress"], "city" in contact["contactAddress"]]
        )

    assert [[True] * 4, [False, True, True, True], [False, True, True, True], [False, False, False, True]] == seen


async def test_an_unknown_order_is_refused_by_each_path_in_its_way() -> None:
    there = Seller()
    paths = ("/12-00000-00000", "/a%20b", "/12-00000-00000/shipping_fulfillment", "/12-00000-00000/shipping_fulfillment/9")

    answers = [error_of(await there.ask(ORDERS + path)) for path in paths]

    assert [(404, 32100), (400, 32100), (400, 32100), (404, 32100)] == answers
    known = (await there.ids())[0]
    assert (404, 32110) == error_of(await there.ask(f"{ORDERS}/{known}/shipping_fulfillment/9"))


async def test_items_count_their_offset_in_pages_and_their_size_too() -> None:
    there = Seller()
    whole = await there.items()

    page = await there.get(ITEMS, limit=20, offset=1)

    assert [item["sku"] for item in whole[20:40]] == [item["sku"] for item in page["inventoryItems"]]
    assert (len(whole), -(-len(whole) // 20), 20) == (page["total"], page["size"], page["limit"])
    assert ("offset=2", "offset=0") == tuple(page[name].rsplit("&", 1)[1] for name in ("next", "prev"))
    assert page["next"].startswith("/sell/inventory/v1/inventory_item?")
    assert 25 == len((await there.get(ITEMS))["inventoryItems"])
    assert [] == (await there.get(ITEMS, offset=99))["inventoryItems"]


@pytest.mark.parametrize(
    ("path", "query", "status", "code"),
    [
        (ITEMS, {"limit": 201}, 400, 25706),
        (ITEMS, {"offset": "x"}, 400, 25706),
        (f"{ITEMS}/NOPE", {}, 404, 25710),
        (f"{ITEMS}/{'N' * 51}", {}, 400, 25709),
        (OFFERS, {}, 400, 25709),
        (OFFERS, {"sku": "NOPE"}, 404, 25713),
        (OFFERS, {"sku": "SHO-0001", "format": "RAFFLE"}, 400, 25709),
        (OFFERS, {"sku": "SHO-0001", "marketplace_id": "EBAY_DE"}, 404, 25713),
        (f"{OFFERS}/12", {}, 404, 25713),
        (f"{OFFERS}/abc", {}, 404, 25713),
        ("sell/inventory/v1/inventory_item_group/NOPE", {}, 404, 25705),
        ("sell/inventory/v1/location/NOPE", {}, 404, 25805),
        ("sell/inventory/v1/location", {"limit": 0}, 400, 25706),
    ],
)
async def test_what_the_inventory_does_not_have_is_refused(path: str, query: dict[str, Any], status: int, code: int) -> None:
    assert (status, code) == error_of(await Seller().ask(path, **query))


@pytest.mark.parametrize(
    ("skus", "status", "code"),
    [
        (["SHO-0001", "SHO-0002"], 200, 0),
        (["SHO-0001", "NOPE"], 207, 0),
        (["NOPE"], 207, 0),
        ([], 400, 25709),
        (["SHO-0001", "SHO-0001"], 400, 25734),
        ([""], 400, 25708),
        ([f"SHO-{turn}" for turn in range(26)], 400, 25727),
    ],
)
async def test_items_in_bulk_have_a_status_each(skus: list[str], status: int, code: int) -> None:
    there = Seller()

    answer = await there.ask("sell/inventory/v1/bulk_get_inventory_item", "POST", json={"requests": [{"sku": sku} for sku in skus]})

    if code:
        assert (status, code) == error_of(answer)
    else:
        assert status == answer.status_code
        assert [(sku, 404 if sku == "NOPE" else 200) for sku in skus] == [
            (each["sku"], each["statusCode"]) for each in answer.json()["responses"]
        ]


async def test_offers_are_found_by_sku_and_one_by_one() -> None:
    there = Seller()
    answers = {item["sku"]: await there.ask(OFFERS, sku=item["sku"]) for item in await there.items()}
    offers = [offer for answer in answers.values() if answer.is_success for offer in answer.json()["offers"]]
    twice = next(answer.json() for answer in answers.values() if answer.is_success and answer.json()["size"] == 2)

    assert {"FIXED_PRICE", "AUCTION"} == {offer["format"] for offer in twice["offers"]}
    assert offers[-1] == await there.get(f"{OFFERS}/{offers[-1]['offerId']}")
    assert 1 == (await there.get(OFFERS, sku=twice["offers"][0]["sku"], format="AUCTION"))["total"]
    assert all(("listing" in offer) == (offer["status"] == "PUBLISHED") for offer in offers)


async def test_locations_count_their_offset_in_records() -> None:
    there = Seller(store(sizes={"locations": 5}))

    page = await there.get("sell/inventory/v1/location", limit=2, offset=1)

    assert ["wh-2", "wh-3"] == [place["merchantLocationKey"] for place in page["locations"]]
    assert (5, 2, 1) == (page["total"], page["limit"], page["offset"])
    assert "offset=3" in page["next"]


async def test_the_trail_of_money_agrees_with_the_orders() -> None:
    there = Seller()
    order = next(
        order
        for order in (await there.orders(limit=200))["orders"]
        if order["orderPaymentStatus"] == "FULLY_REFUNDED" and order["paymentSummary"]["refunds"]
    )
    wanted = f"orderId:{{{order['orderId']}}}"

    both = (await there.ask(MONEY, headers=MARKET, filter=wanted)).json()["transactions"]
    refunds = (await there.ask(MONEY, headers=MARKET, filter=f"{wanted},transactionType:{{REFUND}}")).json()

    assert ["REFUND", "SALE"] == [row["transactionType"] for row in both]
    assert order["paymentSummary"]["totalDueSeller"] == both[1]["amount"]
    assert [refund["amount"] for refund in order["paymentSummary"]["refunds"]] == [row["amount"] for row in refunds["transactions"]]
    assert (204, b"") == ((none := await there.ask(MONEY, headers=MARKET, filter="orderId:{12-1}")).status_code, none.content)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"limit": 1001}, 135003),
        ({"sort": "amount"}, 135005),
        ({"filter": "transactionType:{GIFT}"}, 135006),
        ({"filter": "transactionStatus:{GONE}"}, 135007),
        ({"filter": "transactionDate:[yesterday..]"}, 135008),
        ({"filter": "transactionId:{R-1}"}, 135009),
        ({"filter": "transactionDate:[2020-01-01T00:00:00.000Z..2020-02-01T00:00:00.000Z]"}, 135015),
        ({"filter": "transactionDate:[2022-01-01T00:00:00.000Z..]"}, 135016),
    ],
)
async def test_a_wrong_wish_for_transactions_has_its_own_code(query: dict[str, Any], code: int) -> None:
    assert (400, code) == error_of(await Seller().ask(MONEY, headers=MARKET, **query))


async def test_transactions_can_be_read_in_either_direction() -> None:
    there = Seller()

    down, up = [(await there.ask(MONEY, headers=MARKET, limit=1000, **query)).json() for query in ({}, {"sort": "transactionDate"})]

    assert down["total"] == len(up["transactions"])
    assert [row["transactionId"] for row in down["transactions"]] == [row["transactionId"] for row in reversed(up["transactions"])]


async def test_cases_are_searched_by_creation_and_counted_in_pages_from_one() -> None:
    there = Seller()
    whole = (await there.cases("cancellation/search", limit=200)).json()
    second = (await there.cases("cancellation/search", limit=2, offset=2)).json()
    one = whole["cancellations"][0]

    assert whole["cancellations"][2:4] == second["cancellations"]
    assert {"offset": 2, "limit": 2, "totalPages": 2, "totalEntries": 4} == second["paginationOutput"]
    assert [one] == (await there.cases("cancellation/search", legacy_order_id=one["legacyOrderId"])).json()["cancellations"]
    assert one == (await there.cases(f"cancellation/{one['cancelId']}")).json()["cancelDetail"]
    created = one["cancelRequestDate"]["value"]
    spanned = await there.cases("cancellation/search", creation_date_range_from=created, creation_date_range_to=created)
    assert [one] == spanned.json()["cancellations"]


async def test_returns_show_what_was_paid_back() -> None:
    there = Seller()
    rows = (await there.cases("return/search")).json()["members"]
    closed = next(row for row in rows if row["state"] == "CLOSED")
    order = await there.get(f"{ORDERS}/{closed['orderId']}")

    assert {"CLOSED", "ITEM_DELIVERED", "RETURN_REQUESTED"} == {row["state"] for row in rows}
    assert [closed["sellerTotalRefund"]["actualRefundAmount"]["value"]] == [
        float(refund["amount"]["value"]) for refund in order["paymentSummary"]["refunds"]
    ]
    assert closed == (await there.cases(f"return/{closed['returnId']}")).json()["summary"]
    assert [closed] == (await there.cases("return/search", return_id=closed["returnId"])).json()["members"]


@pytest.mark.parametrize(
    "query", [{"limit": 501}, {"creation_date_range_from": "2024-01-01T00:00:00.000Z"}, {"creation_date_range_from": "x"}, {"page": 1}]
)
async def test_a_wrong_search_of_cases_is_refused(query: dict[str, Any]) -> None:
    answer = await Seller().cases("return/search", **query)

    assert (400, 2004) == (answer.status_code, answer.json()["error"][0]["errorId"])


@pytest.mark.parametrize("profile", ["small", "parts"])
async def test_all_answers_are_as_the_platform_describes_them(profile: str) -> None:
    there = Seller(store(profile=profile, sizes={"orders": 40, "products": 15, "variants": 12}, signatures=False))
    documents = {name: described(name) for name in BASES}
    items = await there.items()
    order_ids = await there.ids(filter=span("creationdate", "2025-01-01T00:00:00.000Z"))
    group = next(item["inventoryItemGroupKeys"][0] for item in items if "inventoryItemGroupKeys" in item)
    checks: list[tuple[str, str, httpx.Response]] = [
        (
            "sell_fulfillment_v1",
            "/order",
            await there.ask(ORDERS, limit=200, fieldGroups="TAX_BREAKDOWN", filter=span("creationdate", "2025-01-01T00:00:00.000Z")),
        ),
        ("sell_fulfillment_v1", "/order", await there.ask(ORDERS, limit=200, filter=span("lastmodifieddate", "2025-01-01T00:00:00.000Z"))),
        ("sell_inventory_v1", "/inventory_item", await there.ask(ITEMS, limit=200)),
        ("sell_inventory_v1", "/inventory_item/{sku}", await there.ask(f"{ITEMS}/{items[0]['sku']}")),
        (
            "sell_inventory_v1",
            "/inventory_item_group/{inventoryItemGroupKey}",
            await there.ask(f"sell/inventory/v1/inventory_item_group/{group}"),
        ),
        ("sell_inventory_v1", "/location", await there.ask("sell/inventory/v1/location")),
        ("sell_inventory_v1", "/location/{merchantLocationKey}", await there.ask("sell/inventory/v1/location/wh-2")),
        ("sell_finances_v1", "/transaction", await there.ask(MONEY, headers=MARKET, limit=1000)),
        ("sell_account_v1", "/privilege", await there.ask("sell/account/v1/privilege")),
        ("commerce_identity_v1", "/user/", await there.ask("commerce/identity/v1/user/")),
        ("developer_analytics_v1_beta", "/user_rate_limit/", await there.ask("developer/analytics/v1_beta/user_rate_limit/")),
    ]
    for order_id in order_ids[:25]:
        checks.append(("sell_fulfillment_v1", "/order/{orderId}", await there.ask(f"{ORDERS}/{order_id}", fieldGroups="TAX_BREAKDOWN")))
        parcels = await there.ask(f"{ORDERS}/{order_id}/shipping_fulfillment")
        checks.append(("sell_fulfillment_v1", "/order/{orderId}/shipping_fulfillment", parcels))
    checks += [("sell_inventory_v1", "/offer", answer) for item in items if (answer := await there.ask(OFFERS, sku=item["sku"])).is_success]

    for name, template, answer in checks:
        check_shape(documents[name], template, answer.raise_for_status())
    skus = [{"sku": item["sku"]} for item in items[:5]] + [{"sku": "NOPE"}]
    bulk = await there.ask("sell/inventory/v1/bulk_get_inventory_item", "POST", json={"requests": skus})
    check_shape(documents["sell_inventory_v1"], "/bulk_get_inventory_item", bulk, "post")
