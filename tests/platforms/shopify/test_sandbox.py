"""What the Shopify sandbox promises over HTTP: auth, costs, errors, search, cursors, scopes, and the control routes."""

import base64
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from adapters.kit.sandbox import Control, SandboxStore, serving
from adapters.shopify.sandbox import SANDBOX

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TOKEN = "shpat_test"
CREDENTIALS = {"access_token": TOKEN, "client_id": "app", "client_secret": "secret", "refresh_token": "shprt_first"}
SMALL = SandboxStore("small", "Small shop", "small", CREDENTIALS)
NARROW = replace(SMALL, name="narrow", options={"scopes": ["read_orders", "read_all_orders", "read_products"]})
RECENT = replace(SMALL, name="recent", sizes={"orders": 200}, options={"scopes": ["read_orders"], "until": "2026-10-20T00:00:00Z"})
IDS = """
query Ids($first: Int!, $after: String, $query: String, $key: OrderSortKeys, $reverse: Boolean) {
  orders(first: $first, after: $after, query: $query, sortKey: $key, reverse: $reverse) {
    nodes { id updatedAt createdAt name }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
BACKWARDS = """
query($before: String) {
  orders(last: 5, before: $before) { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage } }
}
"""
STOCK = """
{
  productVariants(first: 1) {
    nodes {
      product { id }
      inventoryItem {
        inventoryLevels(first: 5) { nodes { id quantities(names: ["available", "on_hand", "reserved"]) { name quantity } } }
      }
    }
  }
}
"""
STRAY = "updated_at:<2020-11-23T10:00:00Z OR id:>0"


class Shop:
    """Asks a sandbox in this process."""

    def __init__(self, *stores: SandboxStore) -> None:
        self.control = Control(lambda: NOW)
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(SANDBOX.make_app(stores, self.control)), base_url="http://sandbox")

    async def post(self, text: str, store: str = "small", token: str = TOKEN, version: str = "2026-10", **variables: Any) -> httpx.Response:
        body = {"query": text, "variables": variables}
        return await self.client.post(
            f"/{store}/admin/api/{version}/graphql.json", json=body, headers={"X-Shopify-Access-Token": token} if token else {}
        )

    async def ask(self, text: str, store: str = "small", **variables: Any) -> dict[str, Any]:
        response = await self.post(text, store, **variables)
        assert response.status_code == 200
        found: dict[str, Any] = response.json()
        return found

    async def ids(self, **variables: Any) -> list[str]:
        answer = await self.ask(IDS, **{"first": 250, **variables})
        return [row["id"] for row in answer["data"]["orders"]["nodes"]]

    async def token(self, **form: str) -> httpx.Response:
        return await self.client.post("/small/admin/oauth/access_token", data={"client_id": "app", "client_secret": "secret", **form})

    async def rows(self, **asked: Any) -> dict[str, Any]:
        found: dict[str, Any] = (await self.client.post("/control/rows", json={"store": "small", **asked})).json()
        return found


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    made = Shop(SMALL, NARROW, RECENT)
    async with made.client:
        yield made


@pytest.mark.parametrize("token", ["", "shpat_other"])
async def test_a_wrong_token_is_a_401_with_a_text(shop: Shop, token: str) -> None:
    response = await shop.post("{ shop { id } }", token=token)

    assert (401, {"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"}) == (
        response.status_code,
        response.json(),
    )


async def test_an_unknown_store_is_a_404(shop: Shop) -> None:
    assert 404 == (await shop.post("{ shop { id } }", store="nowhere")).status_code


async def test_an_old_version_falls_forward(shop: Shop) -> None:
    response = await shop.post("{ shop { name } }", version="2024-01")

    assert ("2026-10", "Small shop") == (response.headers["X-Shopify-API-Version"], response.json()["data"]["shop"]["name"])
    assert response.headers["X-Request-Id"]


async def test_client_credentials_give_a_token_for_a_day(shop: Shop) -> None:
    granted = (await shop.token(grant_type="client_credentials")).json()
    first = await shop.post("{ shop { id } }", token=granted["access_token"])
    shop.control.offset += timedelta(seconds=86_399)
    later = await shop.post("{ shop { id } }", token=granted["access_token"])

    assert (86_399, 200, 401) == (granted["expires_in"], first.status_code, later.status_code)
    assert "refresh_token" not in granted


async def test_a_used_refresh_token_lives_until_its_replacement_is_used(shop: Shop) -> None:
    second = (await shop.token(grant_type="refresh_token", refresh_token="shprt_first")).json()["refresh_token"]
    repeated = await shop.token(grant_type="refresh_token", refresh_token="shprt_first")
    used = await shop.token(grant_type="refresh_token", refresh_token=second)
    refused = await shop.token(grant_type="refresh_token", refresh_token="shprt_first")

    assert [200, 200, 400] == [repeated.status_code, used.status_code, refused.status_code]
    assert {"error": "invalid_grant"} == refused.json()


async def test_a_wrong_client_gets_no_token(shop: Shop) -> None:
    response = await shop.token(grant_type="client_credentials", client_secret="guess")

    assert 400 == response.status_code


async def test_a_query_takes_its_cost_from_the_bucket_and_time_gives_it_back(shop: Shop) -> None:
    first = (await shop.ask(IDS, first=25))["extensions"]["cost"]
    shop.control.offset += timedelta(seconds=60)
    second = (await shop.ask("{ shop { id } }"))["extensions"]["cost"]

    assert {"maximumAvailable": 2000.0, "currentlyAvailable": 1992, "restoreRate": 100.0} == first["throttleStatus"]
    assert (8, 8, 1999) == (first["requestedQueryCost"], first["actualQueryCost"], second["throttleStatus"]["currentlyAvailable"])


async def test_the_actual_cost_follows_what_came_back(shop: Shop) -> None:
    cost = (await shop.ask(IDS, first=250, query="email:nobody@example.com"))["extensions"]["cost"]

    assert (13, 2) == (cost["requestedQueryCost"], cost["actualQueryCost"])


async def test_an_empty_bucket_throttles_inside_a_200() -> None:
    async with (shop := Shop(replace(SMALL, options={"bucket": 10, "restore": 1}))).client:
        answer = await shop.ask(IDS, first=250)
        shop.control.calls.clear()
        await shop.ask(IDS, first=25)

    assert ["THROTTLED"] == [problem["extensions"]["code"] for problem in answer["errors"]]
    assert "data" not in answer
    assert (13, None, 10) == (
        answer["extensions"]["cost"]["requestedQueryCost"],
        answer["extensions"]["cost"]["actualQueryCost"],
        answer["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"],
    )
    assert [("small", "Ids", 200, 8)] == [(call.store, call.operation, call.status, call.cost) for call in shop.control.calls]


async def test_more_than_1000_points_are_refused_whatever_the_bucket(shop: Shop) -> None:
    nested = "orders(first: 250) { nodes { lineItems(first: 250) { nodes { product { id } variant { id } taxLines { title } } } } }"
    answer = await shop.ask(f"{{ {nested} again: {nested} }}")

    assert ["errors"] == list(answer)
    assert "Query cost is 1038, which exceeds the single query max cost limit (1000)." == answer["errors"][0]["message"]
    assert "MAX_COST_EXCEEDED" == answer["errors"][0]["extensions"]["code"]


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ("{ shop { id ", "PARSE_ERROR", "syntax error, unexpected end of file at [1, 13]"),
        ("query Q { shop { nickname } }", "undefinedField", "Field 'nickname' doesn't exist on type 'Shop'"),
        (
            "{ shop }",
            "selectionMismatch",
            "Field must have selections (field 'shop' returns Shop but has no selections. Did you mean 'shop { ... }'?)",
        ),
        ("{ shop(x: 1) { id } }", "argumentNotAccepted", "Field 'shop' doesn't accept argument 'x'"),
        ("{ order { id } }", "missingRequiredArguments", "Field 'order' is missing required arguments: id"),
        (
            "{ orders(first: true) { nodes { id } } }",
            "argumentLiteralsIncompatible",
            "Argument 'first' on Field 'orders' has an invalid value (true). Expected type 'Int'.",
        ),
        ('{ order(id: "7") { id } }', "argumentLiteralsIncompatible", "Invalid global id '7'"),
        ("query Q($x: ID) { shop { id } }", "variableNotUsed", "Variable $x is declared but not used"),
        ("query Q($id: ID!) { order(id: $id) { id } }", "INVALID_VARIABLE", "Variable $id of type ID! was provided invalid value"),
        ("mutation M { orderClosed { id } }", "undefinedField", "Field 'orderClosed' doesn't exist on type 'Mutation'"),
    ],
)
async def test_a_wrong_document_is_told_in_the_platforms_words(shop: Shop, query: str, code: str, message: str) -> None:
    answer = await shop.ask(query)

    assert ["errors"] == list(answer)
    assert (message, code) == (answer["errors"][0]["message"], answer["errors"][0]["extensions"]["code"])


async def test_an_undefined_field_is_told_with_its_place(shop: Shop) -> None:
    answer = await shop.ask("query Q {\n  products(first: 1) {\n    nodes {\n      skuu\n    }\n  }\n}")

    assert {
        "message": "Field 'skuu' doesn't exist on type 'Product'",
        "locations": [{"line": 4, "column": 7}],
        "path": ["query Q", "products", "nodes", "skuu"],
        "extensions": {"code": "undefinedField", "typeName": "Product", "fieldName": "skuu"},
    } == answer["errors"][0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("", "you must provide one of first or last"),
        ("first: 1, last: 1", "providing both first and last is not supported"),
        (
            "first: 251",
            "first cannot exceed 250. To query larger amounts of data with fewer limits, bulk operations should be used instead.",
        ),
        ('first: 1, after: "nonsense!"', "Invalid cursor."),
        (f'first: 1, after: "{base64.b64encode(b"[]").decode()}"', "Invalid cursor."),
    ],
)
async def test_a_wrong_page_is_a_bad_request(shop: Shop, arguments: str, message: str) -> None:
    answer = await shop.ask(f"{{ orders({arguments} reverse: true) {{ nodes {{ id }} }} }}")

    assert None is answer["data"]
    assert (message, ["orders"], "BAD_REQUEST") == (
        answer["errors"][0]["message"],
        answer["errors"][0]["path"],
        answer["errors"][0]["extensions"]["code"],
    )
    assert 2 == answer["extensions"]["cost"]["actualQueryCost"]


async def test_more_than_250_ids_are_refused(shop: Shop) -> None:
    answer = await shop.ask("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=["gid://shopify/Order/1"] * 251)

    assert ("The input array size of 251 is greater than the maximum allowed of 250.", ["nodes", "ids"], "MAX_INPUT_SIZE_EXCEEDED") == (
        answer["errors"][0]["message"],
        answer["errors"][0]["path"],
        answer["errors"][0]["extensions"]["code"],
    )


async def test_a_body_that_is_no_json_is_a_400(shop: Shop) -> None:
    response = await shop.client.post("/small/admin/api/2026-10/graphql.json", content=b"{", headers={"X-Shopify-Access-Token": TOKEN})

    assert 400 == response.status_code


async def test_an_id_of_another_kind_is_an_invalid_id(shop: Shop) -> None:
    answer = await shop.ask('{ order(id: "gid://shopify/Product/1") { id } }')

    assert ({"order": None}, "Invalid id: gid://shopify/Product/1", "RESOURCE_NOT_FOUND") == (
        answer["data"],
        answer["errors"][0]["message"],
        answer["errors"][0]["extensions"]["code"],
    )


async def test_nodes_keep_the_order_asked_with_null_for_what_is_not_there(shop: Shop) -> None:
    first, second, *_ = await shop.ids()
    asked = [second, "gid://shopify/Order/1", first, "gid://shopify/DraftOrder/1", second]
    answer = await shop.ask("query($ids: [ID!]!) { nodes(ids: $ids) { __typename ... on Order { id } } }", ids=asked)

    assert [second, None, first, None, second] == [row and row["id"] for row in answer["data"]["nodes"]]
    assert "errors" not in answer


async def test_every_kind_of_part_is_found_by_its_id(shop: Shop) -> None:
    query = """{ orders(first: 40) { nodes { customer { id } lineItems(first: 1) { nodes { id product { id } variant { id inventoryItem {
        id inventoryLevels(first: 1) { nodes { id location { id } } } } } } } refunds { id order { id } } fulfillments { id order { id } }
        transactions(first: 1) { id order { id } } } } }"""
    found: dict[str, str] = {}

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if "id" in value:
                found.setdefault(value["id"].split("/")[3], value["id"])
            for part in value.values():
                walk(part)
        for part in value if isinstance(value, list) else ():
            walk(part)

    walk((await shop.ask(query))["data"])
    answer = await shop.ask("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", ids=list(found.values()))

    assert [{"__typename": kind, "id": identity} for kind, identity in found.items()] == answer["data"]["nodes"]
    assert 11 == len(found)


async def test_a_missing_scope_leaves_the_rest_of_the_answer(shop: Shop) -> None:
    answer = await shop.ask("{ orders(first: 2) { nodes { id customer { id } } } }", store="narrow")

    assert [None, None] == [row["customer"] for row in answer["data"]["orders"]["nodes"]]
    assert {
        "message": "Access denied for customer field. Required access: `read_customers` access scope.",
        "locations": [{"line": 1, "column": 33}],
        "path": ["orders", "nodes", 0, "customer"],
        "extensions": {
            "code": "ACCESS_DENIED",
            "documentation": "https://shopify.dev/api/usage/access-scopes",
            "requiredAccess": "`read_customers` access scope.",
        },
    } == answer["errors"][0]


async def test_a_missing_scope_on_a_root_list_leaves_nothing(shop: Shop) -> None:
    answer = await shop.ask("{ customers(first: 2) { nodes { id } } }", store="narrow")

    assert (None, ["customers"]) == (answer["data"], answer["errors"][0]["path"])


async def test_orders_of_more_than_60_days_need_a_scope_of_their_own(shop: Shop) -> None:
    answer = await shop.ask("{ orders(first: 250, sortKey: CREATED_AT) { nodes { createdAt } } ordersCount { count } }", store="recent")

    assert 0 < answer["data"]["ordersCount"]["count"] == len(answer["data"]["orders"]["nodes"]) < 200
    assert "2026-09-24T12:00:00Z" <= answer["data"]["orders"]["nodes"][0]["createdAt"]


@pytest.mark.parametrize(
    ("query", "warning"),
    [
        ("tagg:vip", {"field": "tagg", "message": "Invalid search field for this query.", "code": "invalid_field"}),
        ("status:sleeping", {"field": "status", "message": "Input `sleeping` is not an accepted value.", "code": "invalid_value"}),
        ("id:>soon", {"field": "id", "message": "Input `soon` is not an accepted value.", "code": "invalid_value"}),
        (STRAY, {"field": "00", "message": "Invalid search field for this query.", "code": "invalid_field"}),
    ],
)
async def test_a_search_that_is_not_understood_returns_everything_with_a_warning(shop: Shop, query: str, warning: dict[str, str]) -> None:
    answer = await shop.ask(IDS, first=250, query=query)

    assert 40 == len(answer["data"]["orders"]["nodes"])
    assert [(["orders"], query, [warning])] == [(row["path"], row["query"], row["warnings"]) for row in answer["extensions"]["search"]]


async def test_a_cursor_stays_where_it_was_while_rows_come_and_change(shop: Shop) -> None:
    page = (await shop.ask(IDS, first=10, key="UPDATED_AT"))["data"]["orders"]
    seen = [row["id"] for row in page["nodes"]]
    rest = await shop.ids(key="UPDATED_AT", after=page["pageInfo"]["endCursor"])
    await shop.rows(action="delete", kind="order", id=seen[-1])
    await shop.rows(action="touch", kind="order", id=seen[3])
    new = await shop.rows(action="insert", kind="order")
    later = await shop.ids(key="UPDATED_AT", after=page["pageInfo"]["endCursor"])

    assert [*rest, seen[3], new["id"]] == later


@pytest.mark.parametrize("reverse", [False, True])
async def test_ties_are_broken_by_id_and_no_row_is_lost_or_seen_twice(shop: Shop, reverse: bool) -> None:
    for identity in (await shop.ids())[10:25]:
        await shop.rows(action="touch", kind="order", id=identity, fields={"updatedAt": "2026-11-22T08:00:00Z"})
    found: list[tuple[str, str]] = []
    after, more = None, True
    while more:
        page = (await shop.ask(IDS, first=4, after=after, key="UPDATED_AT", reverse=reverse))["data"]["orders"]
        found += [(row["updatedAt"], row["id"]) for row in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]

    assert sorted(found, reverse=reverse) == found
    assert 40 == len(set(found))


async def test_pages_can_be_walked_backwards(shop: Shop) -> None:
    everything = await shop.ids(key="PROCESSED_AT")
    end = (await shop.ask(BACKWARDS))["data"]["orders"]
    ahead = (await shop.ask(BACKWARDS, before=end["edges"][0]["cursor"]))["data"]["orders"]

    assert [everything[-5:], everything[-10:-5]] == [[edge["node"]["id"] for edge in page["edges"]] for page in (end, ahead)]
    assert {"hasNextPage": True, "hasPreviousPage": True} == ahead["pageInfo"]


async def test_a_cursor_belongs_to_its_sort_key(shop: Shop) -> None:
    cursor = (await shop.ask(IDS, first=1, key="UPDATED_AT"))["data"]["orders"]["pageInfo"]["endCursor"]
    answer = await shop.ask(IDS, first=1, key="ID", after=cursor)

    assert "Invalid cursor for current pagination sort." == answer["errors"][0]["message"]


async def test_times_include_their_second_and_exclude_it_whole(shop: Shop) -> None:
    for identity in (await shop.ids())[:3]:
        await shop.rows(action="touch", kind="order", id=identity, fields={"updatedAt": "2026-11-22T08:00:00Z"})
    count = "query($q: String) { ordersCount(query: $q) { count precision } }"
    asked = ["updated_at:>='2026-11-22T08:00:00Z'", "updated_at:>'2026-11-22T08:00:00Z'", "updated_at:'2026-11-22T08:00:00Z'"]

    assert [3, 0, 3] == [(await shop.ask(count, q=text))["data"]["ordersCount"]["count"] for text in asked]


async def test_a_customers_update_is_searched_by_whole_days(shop: Shop) -> None:
    new = await shop.rows(action="insert", kind="customer", fields={"updatedAt": "2026-11-22T09:00:00Z", "email": "fern@example.com"})
    query = "query($q: String) { customers(first: 5, query: $q) { nodes { id defaultEmailAddress { emailAddress } } } }"
    later = await shop.ask(query, q="updated_at:>='2026-11-22T23:30:00Z'")

    assert [{"id": new["id"], "defaultEmailAddress": {"emailAddress": "fern@example.com"}}] == later["data"]["customers"]["nodes"]


async def test_stock_can_be_touched(shop: Shop) -> None:
    levels = (await shop.ask(STOCK))["data"]["productVariants"]["nodes"][0]["inventoryItem"]["inventoryLevels"]["nodes"]
    await shop.rows(action="touch", kind="inventory", id=levels[0]["id"], fields={"available": 777})
    variant = (await shop.ask(STOCK))["data"]["productVariants"]["nodes"][0]
    quantities = {row["name"]: row["quantity"] for row in variant["inventoryItem"]["inventoryLevels"]["nodes"][0]["quantities"]}
    moved = await shop.ask("{ products(first: 1, sortKey: UPDATED_AT, reverse: true) { nodes { id } } }")

    assert 777 == quantities["available"] <= quantities["on_hand"]
    assert [{"id": variant["product"]["id"]}] == moved["data"]["products"]["nodes"]


async def test_a_deleted_product_leaves_the_lines_that_sold_it(shop: Shop) -> None:
    query = "{ orders(first: 40) { nodes { lineItems(first: 5) { nodes { title product { id } } } } } }"
    lines = [line for row in (await shop.ask(query))["data"]["orders"]["nodes"] for line in row["lineItems"]["nodes"]]
    sold = next(line["product"]["id"] for line in lines if line["product"])
    await shop.rows(action="delete", kind="product", id=sold)
    after = [line for row in (await shop.ask(query))["data"]["orders"]["nodes"] for line in row["lineItems"]["nodes"]]

    assert [{**line, "product": None if line["product"] == {"id": sold} else line["product"]} for line in lines] == after


async def test_a_fault_strikes_only_what_it_was_made_for(shop: Shop) -> None:
    await shop.client.post("/control/faults", json={"match": "Ids", "times": 1, "status": 503, "body": "down"})
    other = await shop.post("query Other { shop { id } }")
    struck = await shop.post(IDS, first=1)
    again = await shop.post(IDS, first=1)
    calls = (await shop.client.get("/control/calls")).json()

    assert [200, 503, 200] == [other.status_code, struck.status_code, again.status_code]
    assert [("Other", 200), ("Ids", 503), ("Ids", 200)] == [(call["operation"], call["status"]) for call in calls]


async def test_the_sandbox_serves_real_connections() -> None:
    async with serving(SANDBOX, (SMALL,)) as running, httpx.AsyncClient(base_url=running.url) as client:
        response = await client.post(
            "/small/admin/api/2026-10/graphql.json", json={"query": "{ shop { name } }"}, headers={"X-Shopify-Access-Token": TOKEN}
        )

    assert {"shop": {"name": "Small shop"}} == response.json()["data"]


async def test_introspection_is_answered(shop: Shop) -> None:
    answer = await shop.ask("{ __schema { queryType { name } } }")

    assert {"__schema": {"queryType": {"name": "QueryRoot"}}} == answer["data"]
