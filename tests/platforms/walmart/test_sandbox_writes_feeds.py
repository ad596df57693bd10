"""What the local Walmart promises of feeds: taken at once, carried out later, and PROCESSED although rows of them failed."""

import json
from typing import Any

import httpx
import jsonschema
import pytest

from tests.platforms.walmart.market import Json, Market, described, entry_of, store

SKU, SECOND = "THR-0000", "TRA-0009"
HEADER = {"businessUnit": "WALMART_US", "locale": "en", "version": "5.0.20251118-18_39_44-api"}
RECEIVER = "GMP_RECEIVER_API"


async def a_shop(**options: Any) -> Market:
    there = Market(store(**{"job_seconds": 30, **options}))
    await there.sign_in()
    return there


async def send(there: Market, kind: str, body: Any, *, node: str = "") -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    where = f"/v3/feeds?feedType={kind}{f'&shipNode={node}' if node else ''}"
    return await there.client.post(where, files={"file": ("feed.json", content)})


async def status(there: Market, feed: str, *, details: bool = True, **page: int) -> Json:
    return await there.get(f"feeds/{feed.replace('@', '%40')}", includeDetails=str(details).lower(), **page)


async def done(there: Market, kind: str, body: Any, *, node: str = "") -> Json:
    """Return a feed with its rows when it has ended."""
    feed = (await send(there, kind, body, node=node)).json()["feedId"]
    await there.pass_time(30)
    return await status(there, feed)


def stock(*rows: tuple[str, Any]) -> Json:
    entries = [{"sku": sku, "quantity": {"unit": "EACH", "amount": count}} for sku, count in rows]
    return {"InventoryHeader": {"version": "1.4"}, "Inventory": entries}


def prices(*rows: tuple[str, Any]) -> Json:
    entries = [
        {"sku": sku, "pricing": [{"currentPriceType": "BASE", "currentPrice": {"currency": "USD", "amount": amount}}]}
        for sku, amount in rows
    ]
    return {"PriceHeader": {"version": "1.7"}, "Price": entries}


def new_item(sku: str, code: str = "00012345678905", **seen: Any) -> Json:
    order = {"sku": sku, "productIdentifiers": {"productIdType": "GTIN", "productId": code}, "price": 12.5, "ShippingWeight": 1}
    shown = {
        "productName": "Copper Pail",
        "brand": "Prairie",
        "shortDescription": "A pail.",
        "mainImageUrl": "https://images.example.com/1.jpg",
    }
    return {"Orderable": order, "Visible": {"Pails": shown | seen}}


def items(*rows: Json, **header: Any) -> Json:
    return {"MPItemFeedHeader": HEADER | header, "MPItem": list(rows)}


def outcomes(feed: Json) -> list[tuple[str, str]]:
    return [(row["sku"], row["ingestionStatus"]) for row in feed["itemDetails"]["itemIngestionStatus"]]


def codes(feed: Json) -> list[str]:
    rows = feed["itemDetails"]["itemIngestionStatus"]
    return [row["ingestionErrors"]["ingestionError"][0]["code"] if "ingestionErrors" in row else "" for row in rows]


def effects(there: Market) -> list[tuple[str, str]]:
    return [(each.what, each.entity) for each in there.control.effects]


async def row_of(there: Market, sku: str) -> Json:
    return (await there.get(f"items/{sku}", productIdType="SKU"))["ItemResponse"][0]


async def amount(there: Market, sku: str) -> int:
    return int((await there.get("inventory", sku=sku))["quantity"]["amount"])


def said(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, entry_of(answer.json())["code"]


async def test_a_feed_that_is_not_sent_as_a_file_of_a_known_type_is_refused() -> None:
    there = await a_shop()
    file = {"file": ("feed.json", b"{}")}

    answers = [
        await there.client.post("/v3/feeds", files=file),
        await there.client.post("/v3/feeds?feedType=everything", files=file),
        await there.client.post("/v3/feeds?feedType=inventory", files={"feed": ("feed.json", b"{}")}),
        await there.client.post("/v3/feeds?feedType=inventory", json=stock((SKU, 1))),
        await send(there, "MP_INVENTORY", b" " * 1_000_001),
        await there.ask("feeds/unknown"),
    ]

    assert [
        (400, f"MISSING_REQUEST_PARAM.{RECEIVER}"),
        (400, f"INVALID_REQUEST_PARAM.{RECEIVER}"),
        (400, f"INVALID_REQUEST_CONTENT.{RECEIVER}"),
        (500, f"SYSTEM_ERROR.{RECEIVER}"),
        (413, f"REQUEST_ENTITY_TOO_LARGE.{RECEIVER}"),
        (404, f"CONTENT_NOT_FOUND.{RECEIVER}"),
    ] == [said(answer) for answer in answers]


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("inventory", b"{", "ERR_PDI_0001"),
        ("inventory", {"InventoryHeader": {"version": "1.4"}, "inventory": [{"sku": SKU}]}, "ERR_EXT_DATA_0503009"),
        ("inventory", stock() | {"Inventory": []}, "ERR_EXT_DATA_0503009"),
        ("inventory", stock((SKU, 1)) | {"InventoryHeader": {}}, "ERR_PDI_0001"),
        ("inventory", stock(*[(SKU, 1)] * 10_001), "ERR_PDI_0001"),
        ("price", {"PriceFeed": prices((SKU, 1))}, "ERR_EXT_DATA_0503009"),
        ("MP_ITEM", items(new_item("N-1"), sellingChannel="marketplace"), "ERR_PDI_0001"),
        ("MP_ITEM", items(new_item("N-1"), version="4.8"), "ERR_PDI_0001"),
    ],
)
async def test_a_file_of_the_wrong_shape_ends_as_an_error_without_rows(kind: str, body: Any, code: str) -> None:
    there = await a_shop()

    feed = await done(there, kind, body)

    assert ("ERROR", 0) == (feed["feedStatus"], feed["itemsReceived"])
    assert code == feed["ingestionErrors"]["ingestionError"][0]["code"]
    assert not effects(there)


async def test_a_feed_is_received_then_in_progress_then_processed_and_takes_effect_at_its_end() -> None:
    there = await a_shop()
    before = await amount(there, SKU)
    feed = (await send(there, "inventory", stock((SKU, before + 9)))).json()["feedId"]
    seen = []
    for seconds in (0, 9, 1, 19, 1):
        await there.pass_time(seconds)
        shown = await status(there, feed)
        seen.append((shown["feedStatus"], shown["itemsReceived"], shown["itemsProcessing"], await amount(there, SKU) - before))

    assert [("RECEIVED", 0, 0, 0)] * 2 + [("INPROGRESS", 1, 1, 0)] * 2 + [("PROCESSED", 1, 0, 9)] == seen
    assert [("stock.set", SKU)] == effects(there)
    jsonschema.validate(shown, described("feeds", "get", "/v3/feeds/{feedId}"))


async def test_a_processed_feed_tells_which_of_its_rows_failed() -> None:
    there = await a_shop()

    feed = await done(there, "inventory", stock((SKU, 5), ("none", 5), (SECOND, -1), (SECOND, 8)))

    assert "PROCESSED" == feed["feedStatus"]
    assert (4, 2, 2, 0) == tuple(feed[f"items{name}"] for name in ("Received", "Succeeded", "Failed", "Processing"))
    assert [(SKU, "SUCCESS"), ("none", "DATA_ERROR"), (SECOND, "DATA_ERROR"), (SECOND, "SUCCESS")] == outcomes(feed)
    assert ["", "ERR_PDI_0034", "ERR_PDI_0034", ""] == codes(feed)
    assert (5, 8) == (await amount(there, SKU), await amount(there, SECOND))
    assert [("stock.set", SKU), ("stock.set", SECOND)] == effects(there)


@pytest.mark.parametrize(
    ("trouble", "status_word", "code"),
    [
        ("SYSTEM_ERROR", "SYSTEM_ERROR", "ERR_INT_SYS_0000001"),
        ("TIMEOUT_ERROR", "TIMEOUT_ERROR", "ERR_INT_SYS_0000001"),
        ("LOCKED", "DATA_ERROR", "ERR_EXT_DATA_0101211"),
    ],
)
async def test_a_row_can_fail_for_reasons_of_the_platforms(trouble: str, status_word: str, code: str) -> None:
    there = await a_shop()
    await there.rows("touch", "product", SKU, trouble=trouble)

    feed = await done(there, "price", prices((SKU, 5), (SECOND, 6)))

    assert [(SKU, status_word), (SECOND, "SUCCESS")] == outcomes(feed)
    assert code == codes(feed)[0]


async def test_details_come_in_pages_and_only_when_asked_for() -> None:
    there = await a_shop()
    feed = (await done(there, "inventory", stock(*[(SKU, count) for count in range(60)])))["feedId"]

    pages = [await status(there, feed), await status(there, feed, offset=50, limit=20), await status(there, feed, details=False)]

    assert [50, 10, 0] == [len(page["itemDetails"]["itemIngestionStatus"]) for page in pages]
    assert [50, 59] == [pages[1]["itemDetails"]["itemIngestionStatus"][turn]["index"] for turn in (0, -1)]
    assert (400, f"INVALID_REQUEST_PARAM.{RECEIVER}") == said(await there.ask(f"feeds/{feed}", limit=51))


async def test_the_list_of_feeds_has_the_latest_first_and_what_finds_a_lost_one() -> None:
    there = await a_shop()
    empty = await there.get("feeds")
    await send(there, "inventory", stock((SKU, 5), ("none", 1)))
    await there.pass_time(60)
    last = (await send(there, "price", prices((SKU, 5)))).json()["feedId"]

    page = await there.get("feeds")

    assert (0, []) == (empty["totalResults"], empty["results"]["feed"])
    shown = [(row["feedType"], row["itemsReceived"], row["feedStatus"], row["itemDataErrorCount"]) for row in page["results"]["feed"]]
    assert [("price", 0, "RECEIVED", 0), ("inventory", 2, "PROCESSED", 1)] == shown
    assert 60_000 == page["results"]["feed"][0]["feedDate"] - page["results"]["feed"][1]["feedDate"]
    assert [last] == [row["feedId"] for row in (await there.get("feeds", feedId=last))["results"]["feed"]]
    assert ["inventory"] == [row["feedType"] for row in (await there.get("feeds", offset=1, limit=1))["results"]["feed"]]
    jsonschema.validate(page, described("feeds", "get", "/v3/feeds"))


async def test_stock_goes_to_the_node_of_the_whole_feed_or_to_those_of_a_row() -> None:
    there = await a_shop()
    nodes = [node["shipNode"] for node in await there.get("settings/shipping/shipnodes")]
    rows = [{"shipNode": node, "quantity": {"unit": "EACH", "amount": 4}} for node in nodes[:2]]
    unknown = [{"shipNode": "1", "quantity": {"unit": "EACH", "amount": 9}}]
    several = {"inventoryHeader": {"version": "1.5"}, "inventory": [{"sku": SKU, "shipNodes": rows}, {"sku": SECOND, "shipNodes": unknown}]}

    whole = await done(there, "inventory", stock((SECOND, 3)), node=nodes[1])
    split = await done(there, "MP_INVENTORY", several)

    assert ([(SECOND, "SUCCESS")], [(SKU, "SUCCESS"), (SECOND, "DATA_ERROR")]) == (outcomes(whole), outcomes(split))
    assert 3 == (await there.get("inventory", sku=SECOND, shipNode=nodes[1]))["quantity"]["amount"]
    assert [4, 4] == [(await there.get("inventory", sku=SKU, shipNode=node))["quantity"]["amount"] for node in nodes[:2]]


async def test_the_price_of_a_sku_that_comes_twice_is_not_the_last_one() -> None:
    there = await a_shop()

    feed = await done(there, "price", prices((SKU, 5), (SKU, 6), (SECOND, 1.005), (SECOND, 0)))

    assert ["SUCCESS", "SUCCESS", "DATA_ERROR", "DATA_ERROR"] == [word for _, word in outcomes(feed)]
    assert 5 == (await row_of(there, SKU))["price"]["amount"]
    assert [("price.set", SKU)] == effects(there)


async def test_a_price_can_be_set_in_the_newer_shape() -> None:
    there = await a_shop()
    body = {"MPItemFeedHeader": {"version": "2.0.20240126-12_25_52-api"}, "MPItem": [{"Promo&Discount": {"sku": SKU, "price": 7.25}}]}

    feed = await done(there, "PRICE_AND_PROMOTION", body)

    assert [(SKU, "SUCCESS")] == outcomes(feed)
    assert 7.25 == (await row_of(there, SKU))["price"]["amount"]


async def test_an_item_is_set_up_and_published_a_while_later() -> None:
    there = await a_shop()

    feed = await done(there, "MP_ITEM", items(new_item("N-1")))
    fresh = await row_of(there, "N-1")
    await there.pass_time(30)

    assert [("N-1", "SUCCESS")] == outcomes(feed)
    assert ("Copper Pail", "Pails", "00012345678905") == tuple(fresh[name] for name in ("productName", "productType", "gtin"))
    assert 12.5 == fresh["price"]["amount"]
    assert ("IN_PROGRESS", "PUBLISHED") == (fresh["publishedStatus"], (await row_of(there, "N-1"))["publishedStatus"])
    assert [("product.create", "N-1")] == effects(there)
    assert "Copper Pail" == there.control.effects[0].value["productName"]


async def test_items_of_a_group_are_variants_of_one_product() -> None:
    there = await a_shop()
    group = {"variantGroupId": "G-1", "variantAttributeNames": ["size"]}
    rows = [
        new_item(f"N-{turn}", f"0001234567890{turn}", **group, size=word, isPrimaryVariant="Yes" if turn == 1 else "No")
        for turn, word in ((1, "S"), (2, "L"))
    ]

    await done(there, "MP_ITEM", items(*rows))

    found = (await there.get("items", variantGroupId="G-1"))["ItemResponse"]
    assert ["true", "false"] == [row["variantGroupInfo"]["isPrimary"] for row in found]
    assert [[{"name": "size", "value": "S"}], [{"name": "size", "value": "L"}]] == [
        row["variantGroupInfo"]["groupingAttributes"] for row in found
    ]
    assert [("product.create", "G-1"), ("variant.create", "N-1"), ("variant.create", "N-2")] == effects(there)


async def test_a_product_id_is_of_one_sku_and_a_sku_keeps_its_product_id() -> None:
    there = await a_shop()
    code = (await row_of(there, SKU))["gtin"]
    incomplete = new_item("N-2", "00012345678912")
    del incomplete["Visible"]["Pails"]["brand"]

    feed = await done(there, "MP_ITEM", items(new_item("N-1", code), new_item(SKU), incomplete, new_item("N-3", "123"), {"Orderable": {}}))

    assert ["ERR_EXT_DATA_0101119", "ERR_EXT_DATA_0101211", *["ERR_PDI_0034"] * 3] == codes(feed)
    assert not effects(there)


async def test_setting_a_known_sku_up_again_replaces_it() -> None:
    there = await a_shop()
    code = (await row_of(there, SKU))["gtin"]

    await done(there, "MP_ITEM", items(new_item(SKU, code)))

    assert "Copper Pail" == (await row_of(there, SKU))["productName"]
    assert [("product.update", SKU)] == effects(there)


async def test_maintenance_changes_only_what_was_sent() -> None:
    there = await a_shop()
    before = await row_of(there, SKU)
    sent = {"Orderable": {"sku": SKU}, "Visible": {before["productType"]: {"productName": "Renamed"}}}

    feed = await done(there, "MP_MAINTENANCE", items(sent, {"Orderable": {"sku": "none"}}, {"Orderable": {"sku": SECOND, "price": -1}}))

    assert ["SUCCESS", "DATA_ERROR", "DATA_ERROR"] == [word for _, word in outcomes(feed)]
    assert {**before, "productName": "Renamed"} == await row_of(there, SKU)
    assert [("product.update", SKU)] == effects(there)


async def test_an_end_date_retires_an_item_and_revives_it() -> None:
    there = await a_shop()
    states = []
    for year in (2020, 2049):
        await done(there, "MP_MAINTENANCE", items({"Orderable": {"sku": SKU, "endDate": f"{year}-12-31T08:00:00Z"}}))
        states.append((await row_of(there, SKU))["lifecycleStatus"])

    assert ["RETIRED", "ACTIVE"] == states


async def test_a_deleted_item_is_gone_unless_walmart_keeps_it() -> None:
    there = await a_shop()
    kept = (await there.get("wfs/inventory", limit=1))["payload"]["inventory"][0]["sku"]
    body = {"ItemFeedHeader": HEADER, "Item": [{"Deletable": {"sku": sku}} for sku in (SKU, kept, SKU)]}

    feed = await done(there, "DELETE_ITEM", body)

    assert [(SKU, "SUCCESS"), (kept, "DATA_ERROR"), (SKU, "DATA_ERROR")] == outcomes(feed)
    assert ["", "ERR_EXT_DATA_0101218", "ERR_PDI_0034"] == codes(feed)
    assert 404 == (await there.ask(f"items/{SKU}", productIdType="SKU")).status_code
    assert 404 == (await there.ask(f"inventories/{SKU}")).status_code
    assert await there.orders(sku=SKU) is not None
    assert [("product.delete", SKU)] == effects(there)


async def test_many_items_can_be_retired() -> None:
    there = await a_shop()

    feed = await done(there, "RETIRE_ITEM", {"RetireItemHeader": {"version": "1.0"}, "RetireItem": [{"sku": SKU}]})

    assert [(SKU, "SUCCESS")] == outcomes(feed)
    assert "RETIRED" == (await row_of(there, SKU))["lifecycleStatus"]


async def test_each_type_of_feed_has_its_own_tokens_and_both_price_feeds_share_theirs() -> None:
    there = await a_shop()

    used = [(await send(there, "price", prices((SKU, 5)))).status_code for _ in range(9)]
    shared_token = await send(there, "PRICE_AND_PROMOTION", {})
    refused, other = await send(there, "price", {}), await send(there, "inventory", {})

    assert [200] * 9 == used
    assert ([200, 429, 200], "0", "9") == (
        [answer.status_code for answer in (shared_token, refused, other)],
        shared_token.headers["x-current-token-count"],
        other.headers["x-current-token-count"],
    )


async def test_a_key_that_may_only_look_sends_no_feeds() -> None:
    there = await a_shop(scopes={"feeds": "view_only"})

    assert (403, "FORBIDDEN.GMP_GATEWAY_API") == said(await send(there, "inventory", stock((SKU, 1))))
    assert 200 == (await there.ask("feeds")).status_code
