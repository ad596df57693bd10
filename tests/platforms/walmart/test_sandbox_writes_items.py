"""What the local Walmart promises of single writes to items: stock at a node, a price, a retirement."""

from typing import Any
from urllib.parse import quote

import httpx
import jsonschema
import pytest

from tests.platforms.walmart.market import Json, Market, described, entry_of, lines_of, store

SKU, ODD = "THR-0000", "A/B 1"
INVENTORY, PRICE, ITEM = "GMP_INVENTORY_API", "GMP_PRICE_API", "GMP_ITEM_QUERY_API"


async def a_shop(**options: Any) -> Market:
    there = Market(store(**options))
    await there.sign_in()
    return there


def pieces(count: Any, unit: str = "EACH") -> Json:
    return {"unit": unit, "amount": count}


async def put_stock(there: Market, sku: str, count: Any, *, node: str = "", unit: str = "EACH", named: str = "") -> httpx.Response:
    where = f"/v3/inventory?sku={quote(named or sku, safe='')}{f'&shipNode={node}' if node else ''}"
    return await there.client.put(where, json={"sku": sku, "quantity": pieces(count, unit)})


async def put_nodes(there: Market, sku: str, *nodes: tuple[str, Any]) -> httpx.Response:
    rows = [{"shipNode": node, "inputQty": pieces(count)} for node, count in nodes]
    return await there.client.put(f"/v3/inventories/{quote(sku, safe='')}", json={"inventories": {"nodes": rows}})


async def put_price(there: Market, sku: str, amount: Any, **change: Any) -> httpx.Response:
    entry = {"currentPriceType": "BASE", "currentPrice": {"currency": "USD", "amount": amount}} | change
    return await there.client.put("/v3/price", json={"sku": sku, "pricing": [entry]})


async def price_of(there: Market, sku: str) -> float:
    found = (await there.get(f"items/{quote(sku, safe='')}?productIdType=SKU"))["ItemResponse"][0]["price"]["amount"]
    return float(found)


async def state_of(there: Market, sku: str) -> tuple[str, str]:
    found = (await there.get(f"items/{quote(sku, safe='')}?productIdType=SKU"))["ItemResponse"][0]
    return found["publishedStatus"], found["lifecycleStatus"]


async def nodes_of(there: Market) -> list[str]:
    return [node["shipNode"] for node in await there.get("settings/shipping/shipnodes")]


async def levels(there: Market, sku: str) -> dict[str, tuple[int, int]]:
    rows = (await there.get(f"inventories/{quote(sku, safe='')}"))["nodes"]
    return {row["shipNode"]: (row["inputQty"]["amount"], row["availToSellQty"]["amount"]) for row in rows}


def effects(there: Market) -> list[tuple[str, str, Any]]:
    return [(each.what, each.entity, each.value) for each in there.control.effects]


def said(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, entry_of(answer.json())["code"]


@pytest.mark.parametrize("count", [-1, 1.5, "5", None, True, 2**31])
async def test_what_is_no_number_of_pieces_is_refused(count: Any) -> None:
    there = await a_shop()

    assert (400, f"INVALID_REQUEST_CONTENT.{INVENTORY}") == said(await put_stock(there, SKU, count))
    assert not effects(there)


async def test_stock_of_what_is_not_there_is_refused() -> None:
    there = await a_shop()

    answers = [
        await put_stock(there, "none", 1),
        await put_stock(there, "OLD-1", 1),
        await put_stock(there, SKU, 1, node="1"),
        await put_stock(there, SKU, 1, node=(await nodes_of(there))[4]),
        await put_stock(there, SKU, 1, named="other"),
        await put_stock(there, SKU, 1, unit="DOZEN"),
        await put_nodes(there, "none", ("1", 1)),
        await put_nodes(there, SKU),
    ]

    missing, wrong, bad = "CONTENT_NOT_FOUND", "INVALID_REQUEST_PARAM", "INVALID_REQUEST_CONTENT"
    assert [missing, missing, wrong, wrong, wrong, bad, missing, bad] == [said(answer)[1].partition(".")[0] for answer in answers]
    assert [404, 404, 400, 400, 400, 400, 404, 400] == [answer.status_code for answer in answers]
    assert all("errors" in answer.json() for answer in answers)
    assert not effects(there)


async def test_a_sku_with_a_slash_is_named_encoded() -> None:
    there = await a_shop()

    answer = await put_stock(there, ODD, 7)

    assert (200, {"sku": ODD, "quantity": pieces(7)}) == (answer.status_code, answer.json())
    assert 7 == (await there.get(f"inventory?sku={quote(ODD, safe='')}"))["quantity"]["amount"]
    jsonschema.validate(answer.json(), described("inventory", "put", "/v3/inventory"))


async def test_what_is_set_includes_what_is_ordered_and_the_same_again_is_an_effect_again() -> None:
    there = await a_shop()
    await there.rows("insert", "order", lines=[[SKU, 2]])
    node = (await nodes_of(there))[0]
    held = await levels(there, SKU)
    reserved = held[node][0] - held[node][1]

    for _ in range(2):
        await put_stock(there, SKU, 40)

    assert (40, 40 - reserved) == (await levels(there, SKU))[node]
    assert [("stock.set", SKU, 40 - reserved)] * 2 == effects(there)
    assert ["PUT /v3/inventory"] * 2 == [each.operation for each in there.control.effects]


async def test_each_node_has_an_outcome_of_its_own() -> None:
    there = await a_shop()
    default, west, *_, closed = await nodes_of(there)
    await put_nodes(there, SKU, (default, 0))
    there.control.effects.clear()

    answer = await put_nodes(there, SKU, (west, 5), ("1", 6), (closed, 7), (west, -8))

    rows = answer.json()["nodes"]
    assert (200, SKU) == (answer.status_code, answer.json()["sku"])
    assert [(west, "Success"), ("1", None), (closed, None), (west, None)] == [(row["shipNode"], row.get("status")) for row in rows]
    assert ["INVALID_REQUEST_PARAM", "INVALID_REQUEST_CONTENT"] == [row["errors"][0]["code"].partition(".")[0] for row in rows[2:]]
    assert 5 == (await levels(there, SKU))[west][0]
    assert [("stock.set", SKU, 5)] == effects(there)
    jsonschema.validate(answer.json(), described("inventory", "put", "/v3/inventories/{sku}"))


async def test_a_new_item_gets_its_first_stock() -> None:
    there = await a_shop()
    wfs = [row["sku"] for row in (await there.get("wfs/inventory", limit=300))["payload"]["inventory"]]
    alone, *_ = [sku for sku in wfs if (await there.ask(f"inventories/{quote(sku, safe='')}")).status_code == 404]

    await put_stock(there, alone, 3)

    assert {(await nodes_of(there))[0]: (3, 3)} == await levels(there, alone)


@pytest.mark.parametrize(
    ("amount", "change"),
    [
        (-1, {}),
        (0, {}),
        (1.005, {}),
        ("4.00", {}),
        (None, {}),
        (4, {"currentPrice": {"currency": "EUR", "amount": 4}}),
        (4, {"currentPriceType": "REDUCED"}),
        (10_000_000, {}),
    ],
)
async def test_what_is_no_price_is_refused(amount: Any, change: dict[str, Any]) -> None:
    there = await a_shop()

    assert (400, f"INVALID_REQUEST_CONTENT.{PRICE}") == said(await put_price(there, SKU, amount, **change))
    assert (404, f"CONTENT_NOT_FOUND.{PRICE}") == said(await put_price(there, "none", 4))
    assert not effects(there)


async def test_a_price_is_for_orders_to_come() -> None:
    there = await a_shop()
    before = {order["purchaseOrderId"]: [line["charges"] for line in lines_of(order)] for order in await there.orders()}

    answer = await put_price(there, SKU, 19.5)

    assert SKU == answer.json()["ItemPriceResponse"]["sku"]
    assert 19.5 == await price_of(there, SKU)
    assert [("price.set", SKU, "19.50")] == effects(there)
    assert before == {order["purchaseOrderId"]: [line["charges"] for line in lines_of(order)] for order in await there.orders()}
    new = await there.rows("insert", "order", lines=[[SKU, 1]])
    shown = lines_of((await there.get(f"orders/{new}"))["order"])[0]
    assert 19.5 == shown["charges"]["charge"][0]["chargeAmount"]["amount"]
    jsonschema.validate(answer.json(), described("prices", "put", "/v3/price"))


async def test_a_price_can_take_its_time_to_show() -> None:
    there = await a_shop(lag_seconds=300)
    before = await price_of(there, SKU)

    await put_price(there, SKU, 19.5)
    soon = await price_of(there, SKU)
    await there.pass_time(300)

    assert (before, 19.5) == (soon, await price_of(there, SKU))
    assert [("price.set", SKU, "19.50")] == effects(there)


async def test_a_hundred_prices_an_hour_and_one_more_each_thirty_six_seconds() -> None:
    there = await a_shop()

    first = [(await put_price(there, SKU, 5)).status_code for _ in range(101)]
    await there.pass_time(35)
    soon = (await put_price(there, SKU, 5)).status_code
    await there.pass_time(1)

    assert [200] * 100 + [429] == first
    assert (429, 200) == (soon, (await put_price(there, SKU, 5)).status_code)


async def test_a_retired_item_is_off_the_site_and_in_the_catalogue() -> None:
    there = await a_shop()

    answers = [await there.client.delete(f"/v3/items/{quote(sku, safe='')}") for sku in (ODD, ODD, "none")]

    assert [200, 200, 404] == [answer.status_code for answer in answers]
    assert (ODD, f"CONTENT_NOT_FOUND.{ITEM}") == (answers[0].json()["sku"], said(answers[2])[1])
    assert ("UNPUBLISHED", "RETIRED") == await state_of(there, ODD)
    assert [("product.delete", ODD, None)] == effects(there)


async def test_a_group_ends_with_the_last_of_its_items() -> None:
    there = await a_shop()
    items = (await there.get("items", variantGroupId="VG00005", limit=200))["ItemResponse"]
    skus = [item["sku"] for item in items]

    for sku in skus:
        await there.client.delete(f"/v3/items/{quote(sku, safe='')}")

    assert [*(("variant.delete", sku, None) for sku in skus), ("product.delete", "VG00005", None)] == effects(there)


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        ("inventory", "PUT", "inventory?sku=x"),
        ("inventory", "PUT", "inventories/x"),
        ("price", "PUT", "price"),
        ("item", "DELETE", "items/x"),
    ],
)
async def test_a_key_that_may_only_look_changes_nothing(scope: str, method: str, path: str) -> None:
    there = await a_shop(scopes={scope: "view_only"})

    assert (403, "FORBIDDEN.GMP_GATEWAY_API") == said(await there.client.request(method, f"/v3/{path}", json={}))
