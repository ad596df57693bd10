"""What the local Amazon promises of its lists: windows, filters, sorting, pages and their tokens, batches, reports."""

import gzip
from typing import Any

import pytest

from tests.platforms.amazon.sandbox_seller import (
    ALL_DATA,
    CA,
    EVER,
    FINANCES,
    LISTINGS,
    ORDERS,
    SELLER,
    STOCK,
    US,
    Seller,
    store,
)

FBA = {"granularityType": "Marketplace", "granularityId": US, "marketplaceIds": US}
REPORTS = "reports/2021-06-30"
SOURCES = "supplySources/2020-07-01/supplySources"
PARENT = "LAN-0000"


@pytest.mark.parametrize(
    ("params", "word"),
    [
        ({}, "Exactly one"),
        ({**EVER, "lastUpdatedAfter": "2026-01-01T00:00:00Z"}, "Exactly one"),
        ({**EVER, "lastUpdatedBefore": "2026-01-01T00:00:00Z"}, "goes with"),
        ({"createdAfter": "2026-10-02T00:00:00Z", "createdBefore": "2026-10-01T00:00:00Z"}, "before its start"),
        ({**EVER, "createdBefore": "2026-11-20T11:58:01Z"}, "two minutes"),
        ({"createdAfter": "soon"}, "ISO 8601"),
        ({**EVER, "maxResultsPerPage": 0}, "between 1 and 100"),
        ({**EVER, "maxResultsPerPage": 101}, "between 1 and 100"),
        ({**EVER, "fulfillmentStatuses": "Canceled"}, "Canceled"),
        ({**EVER, "marketplaceIds": [US, CA]}, "joined by commas"),
        ({**EVER, "paginationToken": "nonsense"}, "malformed"),
    ],
)
async def test_a_search_that_breaks_a_rule_is_refused(params: dict[str, Any], word: str) -> None:
    answer = await Seller().ask(ORDERS, **params)

    assert (400, "InvalidInput") == (answer.status_code, answer.json()["errors"][0]["code"])
    assert word in answer.json()["errors"][0]["details"]


async def test_a_search_pages_through_everything_once_and_its_last_page_has_no_token() -> None:
    there = Seller()

    pages = [page async for page in there.order_pages(maxResultsPerPage=15)]
    ids, times = ([order[name] for page in pages for order in page["orders"]] for name in ("orderId", "createdTime"))

    assert [15, 15, 10] == [len(page["orders"]) for page in pages]
    assert (40, 40) == (len(ids), len(set(ids)))
    assert times != sorted(times)
    assert ["2026-11-20T11:58:00.000Z"] * 3 == [page["createdBefore"] for page in pages]


async def test_a_page_token_allows_another_size_and_other_data_but_no_other_question() -> None:
    there = Seller()
    token = (await there.get(ORDERS, **EVER, maxResultsPerPage=5))["pagination"]["nextToken"]

    same = await there.get(ORDERS, **EVER, maxResultsPerPage=3, includedData="FULFILLMENT", paginationToken=token)
    other = await there.ask(ORDERS, **EVER, marketplaceIds=US, paginationToken=token)

    assert (3, 400) == (len(same["orders"]), other.status_code)


async def test_a_page_token_of_orders_lives_a_day() -> None:
    there = Seller()
    token = (await there.get(ORDERS, **EVER, maxResultsPerPage=5))["pagination"]["nextToken"]
    await there.advance(86_400)
    del there.client.headers["x-amz-access-token"]

    assert 200 == (await there.ask(ORDERS, **EVER, paginationToken=token)).status_code
    await there.advance(1)
    assert 400 == (await there.ask(ORDERS, **EVER, paginationToken=token)).status_code


async def test_windows_are_inclusive_at_both_ends() -> None:
    there = Seller()
    instant = sorted(order["createdTime"] for order in await there.orders())[20]

    found = await there.orders(createdAfter=instant, createdBefore=instant)

    assert {instant} == {order["createdTime"] for order in found}


async def test_a_change_shows_in_searches_after_two_minutes() -> None:
    there = Seller()
    new = there.row("insert", "order")
    since = {"lastUpdatedAfter": "2026-11-20T00:00:00Z"}

    before, itself = await there.orders(**since), await there.ask(f"{ORDERS}/{new}")
    await there.advance(120)

    assert ([], 200) == (before, itself.status_code)
    assert [new] == [order["orderId"] for order in await there.orders(**since)]
    assert [new] != [order["orderId"] for order in await Seller(store(lag_seconds=0)).orders(lastUpdatedAfter="2026-11-20T00:00:00Z")]


@pytest.mark.parametrize(
    ("params", "test"),
    [
        ({"fulfillmentStatuses": "PENDING,CANCELLED"}, lambda order: order["fulfillment"]["fulfillmentStatus"] in {"PENDING", "CANCELLED"}),
        ({"fulfilledBy": "AMAZON"}, lambda order: order["fulfillment"]["fulfilledBy"] == "AMAZON"),
        ({"marketplaceIds": CA}, lambda order: order["salesChannel"]["marketplaceId"] == CA),
        ({"marketplaceIds": f"{US},{CA}"}, lambda order: order["salesChannel"]["channelName"] == "AMAZON"),
    ],
)
async def test_filters_keep_what_fits_and_nothing_else(params: dict[str, Any], test: Any) -> None:
    there = Seller()
    everything = await there.orders()

    found = await there.orders(**params)

    assert [order["orderId"] for order in everything if test(order)] == [order["orderId"] for order in found]
    assert 0 < len(found) < len(everything)


async def test_data_not_asked_for_is_absent_the_status_too() -> None:
    there = Seller()
    order_id = (await there.orders(fulfillmentStatuses="SHIPPED", fulfilledBy="MERCHANT"))[0]["orderId"]

    bare = (await there.get(f"{ORDERS}/{order_id}"))["order"]
    full = (await there.get(f"{ORDERS}/{order_id}", includedData=ALL_DATA))["order"]

    assert {"orderId", "createdTime", "lastUpdatedTime", "salesChannel", "orderItems"} <= set(bare)
    assert set() == set(bare) & {"fulfillment", "buyer", "recipient", "proceeds", "packages", "payment", "tax"}
    assert {"orderItemId", "quantityOrdered", "product"} == set(bare["orderItems"][0]) - {"programs"}
    assert {"fulfillment", "buyer", "recipient", "proceeds", "packages", "payment", "tax"} <= set(full)


async def test_without_the_roles_persons_are_left_out() -> None:
    blind, seeing = (Seller(store(roles=roles)) for roles in (["orders"], ["orders", "shipping", "tax"]))
    asked = {"fulfillmentStatuses": "PARTIALLY_SHIPPED", "marketplaceIds": US}

    hidden, shown = [(await there.orders(**asked))[0] for there in (blind, seeing)]

    assert {"name", "addressLine1", "postalCode", "phone"} <= set(shown["recipient"]["deliveryAddress"])
    assert set() == {"name", "addressLine1", "postalCode", "phone"} & set(hidden["recipient"]["deliveryAddress"])
    assert ({"buyerName", "buyerEmail"}, set()) == tuple({"buyerName", "buyerEmail"} & set(one["buyer"]) for one in (shown, hidden))


async def test_orders_are_forgotten_after_two_years() -> None:
    there = Seller()
    old = there.row("insert", "order", created="2024-11-19T00:00:00Z")
    kept = there.row("insert", "order", created="2024-12-01T00:00:00Z")

    ids = [order["orderId"] for order in await there.orders()]

    assert (False, True, 404) == (old in ids, kept in ids, (await there.ask(f"{ORDERS}/{old}")).status_code)


async def test_listings_come_newest_change_first_ten_a_page() -> None:
    there = Seller()

    first = await there.get(LISTINGS, marketplaceIds=US)
    second = await there.get(LISTINGS, marketplaceIds=US, pageToken=first["pagination"]["nextToken"])
    back = await there.get(LISTINGS, marketplaceIds=US, pageToken=second["pagination"]["previousToken"])
    times = [item["summaries"][0]["lastUpdatedDate"] for item in first["items"] + second["items"]]

    assert (112, 10, 10) == (first["numberOfResults"], len(first["items"]), len(second["items"]))
    assert sorted(times, reverse=True) == times
    assert first["items"] == back["items"]


@pytest.mark.parametrize(
    ("params", "count"),
    [
        ({"identifiersType": "SKU", "identifiers": "TEA/SET 01,0007,none"}, 2),
        ({"identifiersType": "ASIN", "identifiers": "B000000001"}, 1),
        ({"identifiersType": "UPC", "identifiers": "123"}, 0),
        ({"variationParentSku": PARENT}, 100),
        ({"withStatus": "BUYABLE", "variationParentSku": PARENT}, 67),
        ({"withoutStatus": "BUYABLE,DISCOVERABLE", "variationParentSku": PARENT}, 16),
        ({"withIssueSeverity": "ERROR"}, 4),
        ({"createdBefore": "2026-09-01T00:00:00Z", "sortBy": "sku", "sortOrder": "ASC"}, 112),
        ({"lastUpdatedAfter": "2026-11-01T00:00:00Z"}, 0),
        ({"marketplaceIds": CA}, 110),
    ],
)
async def test_listings_are_filtered(params: dict[str, Any], count: int) -> None:
    there = Seller()

    found = await there.listings(**params)

    assert count == len(found) == len({item["sku"] for item in found})


@pytest.mark.parametrize(
    "params",
    [
        {"identifiers": "0007"},
        {"identifiersType": "SKU"},
        {"identifiersType": "SKU", "identifiers": "a", "variationParentSku": PARENT},
        {"identifiersType": "SKU", "identifiers": ",".join(f"s{number}" for number in range(21))},
    ],
)
async def test_a_search_for_listings_that_breaks_a_rule_is_refused(params: dict[str, str]) -> None:
    assert 400 == (await Seller().ask(LISTINGS, marketplaceIds=US, **params)).status_code


async def test_only_a_thousand_listings_can_be_paged() -> None:
    there = Seller(store(sizes={"products": 1, "variations": 1010, "orders": 1}))

    found = await there.listings(variationParentSku=PARENT)
    first = await there.get(LISTINGS, marketplaceIds=US, variationParentSku=PARENT)

    assert (1000, 1010) == (len(found), first["numberOfResults"])


async def test_a_listing_knows_its_family_and_its_channel() -> None:
    there = Seller()
    shown = {"marketplaceIds": US, "includedData": "relationships,fulfillmentAvailability,offers,productTypes"}

    parent, child, fba = [await there.get(f"{LISTINGS}/{sku}", **shown) for sku in (PARENT, f"{PARENT}-000-RE-XS", f"{PARENT}-003-BL-XS")]

    assert 100 == len(parent["relationships"][0]["relationships"][0]["childSkus"])
    assert ([], []) == (parent["offers"], parent["fulfillmentAvailability"])
    assert [PARENT] == child["relationships"][0]["relationships"][0]["parentSkus"]
    assert "DEFAULT" == child["fulfillmentAvailability"][0]["fulfillmentChannelCode"]
    assert [{"fulfillmentChannelCode": "AMAZON_NA"}] == fba["fulfillmentAvailability"]


async def test_a_listing_is_found_only_where_it_is_sold() -> None:
    there = Seller()

    statuses = [(await there.ask(f"{LISTINGS}/{sku}", marketplaceIds=CA)).status_code for sku in ("0007", "none", PARENT)]

    assert [404, 404, 200] == statuses


async def test_the_catalogue_is_searched_by_sku_or_words() -> None:
    there = Seller()
    path = "catalog/2022-04-01/items"

    by_sku = await there.get(path, marketplaceIds=US, identifiersType="SKU", identifiers=PARENT, sellerId=SELLER)
    by_word = await there.get(path, marketplaceIds=US, keywords="lantern", pageSize=20, includedData="summaries,relationships")
    statuses = [
        (await there.ask(f"{path}/{by_sku['items'][0]['asin']}", marketplaceIds=US)).status_code,
        (await there.ask(f"{path}/B0NONE", marketplaceIds=US)).status_code,
        (await there.ask(path, marketplaceIds=US, identifiersType="SKU", identifiers=PARENT)).status_code,
    ]

    assert (1, 101, [200, 404, 400]) == (by_sku["numberOfResults"], by_word["numberOfResults"], statuses)


async def test_stock_at_amazon_comes_with_details_only_when_asked() -> None:
    there = Seller()

    bare, full = [await there.get(STOCK, **FBA, **more) for more in ({}, {"details": "true"})]
    first = full["payload"]["inventorySummaries"][0]["inventoryDetails"]
    parts = first["fulfillableQuantity"] + first["inboundShippedQuantity"] + first["reservedQuantity"]["totalReservedQuantity"]

    assert "inventoryDetails" not in bare["payload"]["inventorySummaries"][0]
    total = full["payload"]["inventorySummaries"][0]["totalQuantity"]
    assert total == parts + first["unfulfillableQuantity"]["totalUnfulfillableQuantity"]


async def test_a_token_of_stock_lives_thirty_seconds_and_needs_the_same_question() -> None:
    there = Seller(store(sizes={"variations": 240}))
    since = {**FBA, "startDateTime": "2026-06-01T00:00:00Z"}
    token = (await there.get(STOCK, **since))["pagination"]["nextToken"]

    forgetful = await there.ask(STOCK, **FBA, nextToken=token)
    await there.advance(30)
    good = await there.ask(STOCK, **since, nextToken=token)
    await there.advance(1)

    assert (400, 200, 400) == (forgetful.status_code, good.status_code, (await there.ask(STOCK, **since, nextToken=token)).status_code)


async def test_a_start_time_makes_named_skus_forgotten() -> None:
    there = Seller()
    sku = f"{PARENT}-003-BL-XS"

    named = await there.get(STOCK, **FBA, sellerSkus=f"{sku},none")
    dated = await there.get(STOCK, **FBA, sellerSkus=sku, startDateTime="2025-06-01T00:00:00Z")

    assert [sku] == [row["sellerSku"] for row in named["payload"]["inventorySummaries"]]
    assert 1 < len(dated["payload"]["inventorySummaries"])
    assert 400 == (await there.ask(STOCK, **FBA, startDateTime="2025-05-01T00:00:00Z")).status_code


async def test_stock_of_places_is_answered_entry_by_entry() -> None:
    there = Seller()
    source = (await there.get(SOURCES))["supplySources"][0]
    sku = f"{PARENT}-000-RE-XS"
    uris = [f"/inventory/fetch?locationId={place}&skuId={name}" for place, name in (("LOC1", sku), ("LOC9", sku), ("LOC1", "none"))]

    answer = await there.client.post(
        "externalFulfillment/inventory/2024-09-11/inventories", json={"requests": [{"method": "POST", "uri": uri} for uri in uris]}
    )
    entries = answer.json()["responses"]
    listing = await there.get(f"{LISTINGS}/{sku}", marketplaceIds=US, includedData="fulfillmentAvailability")

    assert (207, [200, 400, 400]) == (answer.status_code, [entry["status"]["statusCode"] for entry in entries])
    assert 0 <= entries[0]["body"]["sellableQuantity"] <= listing["fulfillmentAvailability"][0]["quantity"]
    assert "LOC1" == (await there.get(f"{SOURCES}/{source['supplySourceId']}"))["supplySourceCode"]
    assert 404 == (await there.ask(f"{SOURCES}/none")).status_code


async def test_finances_page_on_through_empty_pages() -> None:
    there = Seller(store(sizes={"orders": 90}))
    pages, asked = [], {"postedAfter": "2026-09-01T00:00:00Z"}
    while True:
        payload = (await there.get(FINANCES, **asked))["payload"]
        pages.append(len(payload["transactions"]))
        if "nextToken" not in payload:
            break
        asked["nextToken"] = payload["nextToken"]

    assert [25, 0, 25] == pages[:3]
    assert 50 < sum(pages)


async def test_a_refund_is_found_by_its_order_and_is_below_zero() -> None:
    there = Seller()
    order = (await there.orders(fulfillmentStatuses="SHIPPED", fulfilledBy="MERCHANT", marketplaceIds=US))[0]
    there.row("touch", "order", order["orderId"], refund="full", updated=order["lastUpdatedTime"])

    found = await there.get(FINANCES, relatedIdentifierName="ORDER_ID", relatedIdentifierValue=order["orderId"])
    refund = found["payload"]["transactions"][1]

    assert ["Order Payment", "Refund Order"] == [one["description"] for one in found["payload"]["transactions"]]
    lines = sum(float(item["proceeds"]["proceedsTotal"]["amount"]) for item in order["orderItems"])
    assert -lines == pytest.approx(refund["totalAmount"]["currencyAmount"])
    assert {"ORDER_ID", "REFUND_ID"} <= {row["relatedIdentifierName"] for row in refund["relatedIdentifiers"]}


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({}, 400),
        ({"postedAfter": "2026-11-20T11:59:00Z"}, 400),
        ({"postedAfter": "2026-10-01T00:00:00Z", "postedBefore": "2026-09-01T00:00:00Z"}, 400),
        ({"relatedIdentifierName": "REFUND_ID", "relatedIdentifierValue": "R1"}, 400),
        ({"relatedIdentifierName": "ORDER_ID"}, 400),
        ({"postedAfter": "2026-03-01T00:00:00Z"}, 200),
    ],
)
async def test_finances_need_a_time_or_an_order_and_give_nothing_for_too_wide_a_time(params: dict[str, str], status: int) -> None:
    answer = await Seller().ask(FINANCES, **params)

    assert status == answer.status_code
    assert status == 400 or [] == answer.json()["payload"]["transactions"]


async def test_finances_of_the_united_states_leave_out_what_the_seller_ships_when_the_marketplace_is_named() -> None:
    there = Seller()

    found = (await there.get(FINANCES, postedAfter="2026-09-01T00:00:00Z", marketplaceId=US))["payload"]["transactions"]

    assert {"AFN"} == {item["contexts"][0]["fulfillmentNetwork"] for one in found for item in one["items"]}


@pytest.mark.parametrize(
    ("kind", "times", "states"),
    [
        ("GET_MERCHANT_LISTINGS_ALL_DATA", {}, ["IN_QUEUE", "IN_PROGRESS", "DONE"]),
        ("GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL", {"dataStartTime": "2026-09-01"}, ["IN_QUEUE", "IN_PROGRESS", "DONE"]),
        ("GET_AMAZON_FULFILLED_SHIPMENTS_DATA_GENERAL", {"dataStartTime": "2026-09-01"}, ["IN_QUEUE", "IN_PROGRESS", "FATAL"]),
        ("GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE", {"dataStartTime": "2026-11-10"}, ["IN_QUEUE", "IN_PROGRESS", "CANCELLED"]),
    ],
)
async def test_a_report_is_made_by_the_clock(kind: str, times: dict[str, str], states: list[str]) -> None:
    there = Seller()
    await there.token()
    times = {name: f"{day}T00:00:00Z" for name, day in times.items()}
    await there.get(ORDERS, **EVER)
    made = await there.client.post(f"{REPORTS}/reports", json={"reportType": kind, "marketplaceIds": [US], **times})
    seen = []
    for _ in states:
        seen.append(await there.get(f"{REPORTS}/reports/{made.json()['reportId']}"))
        await there.advance(10)

    assert (202, states) == (made.status_code, [row["processingStatus"] for row in seen])
    assert [made.json()["reportId"]] == [row["reportId"] for row in (await there.get(f"{REPORTS}/reports", reportTypes=kind))["reports"]]


async def test_a_reports_address_is_good_for_five_minutes_and_asks_for_no_token() -> None:
    there = Seller(store(report_seconds=0))
    await there.get(ORDERS, **EVER)
    wish = {"reportType": "GET_MERCHANT_LISTINGS_ALL_DATA", "marketplaceIds": [US]}
    report = (await there.client.post(f"{REPORTS}/reports", json=wish)).json()["reportId"]
    document_id = (await there.get(f"{REPORTS}/reports/{report}"))["reportDocumentId"]
    document = await there.get(f"{REPORTS}/documents/{document_id}")
    del there.client.headers["x-amz-access-token"]

    good = await there.client.get(document["url"])
    await there.advance(301)
    rows = gzip.decompress(good.content).decode().split("\r\n")

    assert ("GZIP", 113, 403) == (document["compressionAlgorithm"], len(rows), (await there.client.get(document["url"])).status_code)
