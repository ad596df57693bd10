"""Stories of trouble: dead, slow, throttled and locked stores, foreign keys, and every kind of bad input."""

import asyncio
import json
from typing import Any

import pytest

from tests.journeys.conftest import User
from tests.journeys.test_reading import ORDERS, STORES, walk
from tests.support.world import World

BY_TIME = {"sort": "CREATED_AT_DESC", "maxAge": 0}


def states(page: dict[str, Any]) -> dict[str, str]:
    return {source["store"]["name"]: source["state"] for source in page["sources"]}


async def test_a_dead_store_is_named_and_the_others_answer(user: User, world: World) -> None:
    whole = await walk(user, 250, **BY_TIME)
    world.fail("shopify-two", hang_up=True)
    page = (await user.asks(ORDERS, first=250, **BY_TIME))["orders"]
    source = next(each for each in page["sources"] if each["store"]["name"] == "shopify-two")

    assert [node["id"] for node in whole if node["store"]["name"] != "shopify-two"] == [node["id"] for node in page["nodes"]]
    assert ("FAILED", "TRANSIENT") == (source["state"], source["category"])
    assert source["message"]
    assert source["retryAt"]


async def test_the_rows_a_dead_store_owes_come_with_the_cursor_when_it_is_back(user: User, world: World) -> None:
    whole = [node["id"] for node in await walk(user, 250, **BY_TIME)]
    fault = world.fail("woocommerce-one", hang_up=True)
    page = (await user.asks(ORDERS, first=30, **BY_TIME))["orders"]
    seen = [node["id"] for node in page["nodes"]]
    fault.times = 0
    while page["pageInfo"]["hasNextPage"] or len(seen) < len(whole):
        page = (await user.asks(ORDERS, first=30, after=page["pageInfo"]["endCursor"], **BY_TIME))["orders"]
        assert page["nodes"]
        seen += [node["id"] for node in page["nodes"]]

    assert sorted(whole) == sorted(seen)


async def test_a_dead_store_does_not_make_paging_endless(user: User, world: World) -> None:
    world.fail("shopify-one", status=503)
    nodes = await walk(user, 20, **BY_TIME)

    assert {store for store in STORES if store != "shopify-one"} == {node["store"]["name"] for node in nodes}


async def test_the_caller_chooses_between_less_older_and_nothing(user: User, world: World) -> None:
    query = """query($how: OnStoreFailure!) { orders(first: 20, maxAge: 0, onStoreFailure: $how) {
        nodes { store { name } sync { source } } sources { store { name } state observedAt } } }"""
    await user.asks(query, how="OMIT")
    world.fail("shopify-one", status=500)
    omitted = (await user.asks(query, how="OMIT"))["orders"]
    stale = (await user.asks(query, how="STALE"))["orders"]
    code, message = await user.is_refused(query, how="FAIL")

    assert ("FAILED", "STALE") == (states(omitted)["shopify-one"], states(stale)["shopify-one"])
    assert {"STALE"} == {node["sync"]["source"] for node in stale["nodes"] if node["store"]["name"] == "shopify-one"}
    assert "STORE_FAILED" == code
    assert "shopify-one" in message


async def test_at_the_deadline_the_answer_is_partial_and_not_late(user: User, world: World) -> None:
    world.fail("woocommerce-two", delay=3.0)
    began = asyncio.get_running_loop().time()
    page = (await user.asks("{ orders(first: 20, maxAge: 0, deadlineMs: 400) { nodes { id } sources { store { name } state message } } }"))[
        "orders"
    ]
    took = asyncio.get_running_loop().time() - began

    assert "DEADLINE" == states(page)["woocommerce-two"]
    assert page["nodes"]
    assert took < 2


async def test_a_throttled_store_is_waited_for_within_the_deadline(user: User, world: World) -> None:
    status = {"maximumAvailable": 2000, "currentlyAvailable": 0, "restoreRate": 4000}
    cost = {"requestedQueryCost": 98, "throttleStatus": status}
    throttled = json.dumps({"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}], "extensions": {"cost": cost}})
    world.fail("shopify-one", status=200, body=throttled, headers={"content-type": "application/json"}, times=1)
    page = (await user.asks(ORDERS, first=20, stores=["shopify-one"], **BY_TIME))["orders"]

    assert {"shopify-one": "LIVE"} == states(page)
    assert 20 == len(page["nodes"])


async def test_a_store_that_asks_to_be_left_alone_says_when_it_is_back(user: User, world: World) -> None:
    world.fail("woocommerce-one", status=429, headers={"retry-after": "120"}, body="<html>Too many</html>")
    first = (await user.asks(ORDERS, first=5, stores=["woocommerce-one"], **BY_TIME))["orders"]["sources"][0]
    calls = len(world.calls("woocommerce-one"))
    second = (await user.asks(ORDERS, first=5, stores=["woocommerce-one"], **BY_TIME))["orders"]["sources"][0]
    await world.fast.flushdb()

    assert [("FAILED", "QUOTA")] * 2 == [(each["state"], each["category"]) for each in (first, second)]
    assert first["retryAt"]
    assert second["retryAt"]
    assert calls == len(world.calls("woocommerce-one"))


async def test_a_store_whose_key_was_revoked_says_so(user: User, world: World) -> None:
    world.fail("shopify-one", status=401, body='{"errors":"[API] Invalid API key or access token"}')
    source = (await user.asks(ORDERS, first=5, stores=["shopify-one"], **BY_TIME))["orders"]["sources"][0]

    assert ("FAILED", "AUTH", None) == (source["state"], source["category"], source["retryAt"])


async def test_a_link_into_a_dead_store_is_an_error_at_its_place_alone(user: User, world: World) -> None:
    world.fail("shopify-one", match="CustomersByIds", status=500)
    answer = (await user.post("{ orders(first: 250, maxAge: 0) { nodes { id store { name } customer { id } } } }")).json()
    paths = {tuple(error["path"][:2]) + tuple(error["path"][3:]) for error in answer["errors"]}

    assert {("orders", "nodes", "customer")} == paths
    assert {"STORE_FAILED"} == {error["extensions"]["code"] for error in answer["errors"]}
    assert any(node["customer"] for node in answer["data"]["orders"]["nodes"])


async def test_a_tenant_sees_its_own_stores_and_nothing_else_exists(user: User) -> None:
    everything = await walk(user, 250, **BY_TIME)
    foreign = next(node for node in everything if node["store"]["name"] == "shopify-two")
    cursor = (await user.asks(ORDERS, first=3, **BY_TIME))["orders"]["pageInfo"]["endCursor"]
    acme = User(user.http, "cgk_acme")
    own = await walk(acme, 250, **BY_TIME)

    assert {"shopify-one", "woocommerce-one"} == {node["store"]["name"] for node in own}
    assert None is (await acme.asks("query($id: ID!) { order(id: $id) { id } }", id=foreign["id"]))["order"]
    assert [None] == (await acme.asks("query($id: ID!) { nodes(ids: [$id]) { id } }", id=foreign["id"]))["nodes"]
    assert [] == (await acme.asks(ORDERS, first=5, sort="CREATED_AT_DESC", filter={"ids": [foreign["id"]]}))["orders"]["nodes"]
    assert "STORE_UNKNOWN" == (await acme.is_refused(ORDERS, first=5, sort="CREATED_AT_DESC", stores=["shopify-two"]))[0]
    assert all(
        node["store"]["name"].endswith("one") for node in (await acme.asks(ORDERS, first=250, after=cursor, **BY_TIME))["orders"]["nodes"]
    )


async def test_a_key_for_one_store_sees_one_store(user: User) -> None:
    nodes = await walk(User(user.http, "cgk_one_store"), 250, **BY_TIME)

    assert {"shopify-one"} == {node["store"]["name"] for node in nodes}


async def test_without_a_key_nobody_gets_in(user: User) -> None:
    for key, status, code in (("-", 401, "UNAUTHENTICATED"), ("cgk_wrong", 401, "UNAUTHENTICATED"), ("cgk_writer", 403, "FORBIDDEN")):
        answer = await User(user.http, key).post("{ stores { id } }")
        assert (status, code) == (answer.status_code, answer.json()["errors"][0]["extensions"]["code"])


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ('{ order(id: "nonsense") { id } }', "ID_INVALID"),
        ('{ order(id: "") { id } }', "ID_INVALID"),
        ('{ order(id: "UHJvZHVjdDphOjE") { id } }', "ID_INVALID"),
        ('{ node(id: "%%%") { id } }', "ID_INVALID"),
        ('{ orders(after: "nonsense") { nodes { id } } }', "CURSOR_INVALID"),
        ('{ orders(after: "W10") { nodes { id } } }', "CURSOR_INVALID"),
        ('{ orders(after: "") { nodes { id } } }', "CURSOR_INVALID"),
        ("{ orders(first: 0) { nodes { id } } }", "PAGE_SIZE_INVALID"),
        ("{ orders(first: -3) { nodes { id } } }", "PAGE_SIZE_INVALID"),
        ("{ orders(first: 251) { nodes { id } } }", "PAGE_SIZE_INVALID"),
        ("{ orders(last: 9999) { nodes { id } } }", "PAGE_SIZE_INVALID"),
        ("{ orders(first: 99999999999) { nodes { id } } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ orders(first: 3, last: 3) { nodes { id } } }", "BAD_REQUEST"),
        ("{ orders(maxAge: -1) { nodes { id } } }", "BAD_REQUEST"),
        ("{ orders(deadlineMs: 0) { nodes { id } } }", "BAD_REQUEST"),
        ('{ orders(stores: ["nowhere"]) { nodes { id } } }', "STORE_UNKNOWN"),
        ('{ orders(platforms: ["nothing"]) { nodes { id } } }', "PLATFORM_UNKNOWN"),
        ('{ orders(filter: { created: { from: "yesterday" } }) { nodes { id } } }', "FILTER_INVALID"),
        ('{ orders(filter: { created: { from: "2026-11-01" } }) { nodes { id } } }', "FILTER_INVALID"),
        (
            '{ orders(filter: { created: { from: "2026-11-02T00:00:00Z", to: "2026-11-01T00:00:00Z" } }) { nodes { id } } }',
            "FILTER_INVALID",
        ),
        ('{ orders(filter: { ids: ["x"] }) { nodes { id } } }', "ID_INVALID"),
        ("{ orders(sort: SIDEWAYS) { nodes { id } } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ orders { nodes { nothing } } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ orders { nodes { id }", "GRAPHQL_PARSE_FAILED"),
        ("mutation { destroy }", "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_bad_input_gets_a_code_and_a_sentence(user: User, query: str, code: str) -> None:
    found, message = await user.is_refused(query)

    assert code == found
    assert len(message) > 15
    assert "Traceback" not in message


async def test_a_cursor_of_another_list_is_refused(user: User) -> None:
    cursor = (await user.asks(ORDERS, first=3, sort="CREATED_AT_DESC"))["orders"]["pageInfo"]["endCursor"]

    assert "CURSOR_INVALID" == (await user.is_refused(ORDERS, first=3, sort="UPDATED_AT_DESC", after=cursor))[0]
    assert "CURSOR_INVALID" == (await user.is_refused(ORDERS, first=3, sort="CREATED_AT_DESC", after=cursor, stores=["shopify-one"]))[0]


async def test_too_many_ids_are_refused(user: User) -> None:
    some = (await user.asks(ORDERS, first=1, sort="CREATED_AT_DESC"))["orders"]["nodes"][0]["id"]

    assert "TOO_MANY_IDS" == (await user.is_refused("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=[some] * 251))[0]
    assert "TOO_MANY_IDS" == (await user.is_refused(ORDERS, first=1, sort="CREATED_AT_DESC", filter={"ids": [some] * 251}))[0]
