"""What the API promises over all platforms at once, whatever each of them can do."""

from datetime import datetime
from typing import Any

import pytest

from adapters.kit.registry import names, platforms
from schema.keys import Kind
from tests.support.world import World

ORDERS = """
query($first: Int, $after: String, $sort: OrderSort!) {
  orders(first: $first, after: $after, sort: $sort, maxAge: 0, deadlineMs: 60000) {
    nodes { id createdAt updatedAt store { name } }
    pageInfo { hasNextPage endCursor }
    sources { store { name } state message }
  }
}
"""
LISTS = {
    "orders": Kind.ORDER,
    "products": Kind.PRODUCT,
    "variants": Kind.VARIANT,
    "customers": Kind.CUSTOMER,
    "inventoryLevels": Kind.INVENTORY_LEVEL,
    "locations": Kind.LOCATION,
    "shipments": Kind.SHIPMENT,
    "refunds": Kind.REFUND,
}

DEFAULTS = {
    "orders": "created_at",
    "customers": "created_at",
    "products": "updated_at",
    "variants": "updated_at",
    "shipments": "order_created_at",
    "refunds": "order_created_at",
}


async def walk(world: World, size: int, sort: str) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = []
    after = None
    while True:
        page = (await world.ask(ORDERS, first=size, after=after, sort=sort))["orders"]
        assert {"LIVE"} == {source["state"] for source in page["sources"]}, page["sources"]
        nodes += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return nodes
        after = page["pageInfo"]["endCursor"]


@pytest.mark.parametrize("sort", ["CREATED_AT_DESC", "CREATED_AT_ASC"])
async def test_the_orders_of_all_platforms_are_one_list_in_one_order(world: World, sort: str) -> None:
    nodes = await walk(world, 60, sort)
    places = [(datetime.fromisoformat(node["createdAt"]), node["store"]["name"]) for node in nodes]

    assert set(world.core.stores) == {node["store"]["name"] for node in nodes}
    assert len(nodes) == len({node["id"] for node in nodes})
    assert sorted(places, reverse=sort.endswith("DESC")) == places


@pytest.mark.parametrize("field", LISTS)
async def test_every_list_answers_for_every_store_or_says_why_not(world: World, field: str) -> None:
    query = (
        f"{{ {field}(first: 100, deadlineMs: 60000) {{ nodes {{ id store {{ name }} }} sources {{ store {{ name }} state message }} }} }}"
    )
    page = (await world.ask(query))[field]
    states = {source["store"]["name"]: source["state"] for source in page["sources"]}
    able = {store for store, config in world.core.stores.items() if _lists(config.platform, LISTS[field], field)}

    assert set(world.core.stores) == set(states)
    assert {store: "LIVE" if store in able else "UNSUPPORTED" for store in states} == states
    assert {node["store"]["name"] for node in page["nodes"]} <= able


@pytest.mark.parametrize("field", LISTS)
async def test_what_a_list_gives_is_found_by_its_id(world: World, field: str) -> None:
    page = (await world.ask(f"{{ {field}(first: 100, deadlineMs: 60000) {{ nodes {{ id }} }} }}"))[field]
    ids = [node["id"] for node in page["nodes"]]
    found = (await world.ask("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids))["nodes"]

    assert ids == [node and node["id"] for node in found]


async def test_what_a_platform_lacks_is_null_and_no_error(world: World) -> None:
    query = """{ orders(first: 100, deadlineMs: 60000) { nodes { store { platform { id } } customer { id }
        shipments { id tracking { number } } refunds { id } lines { variant { id inventoryLevels { available } } } } } }"""
    nodes = (await world.ask(query))["orders"]["nodes"]
    marketplaces = {name for name in names() if Kind.CUSTOMER not in platforms()[name].manifest.kinds}

    assert all(node["customer"] is None for node in nodes if node["store"]["platform"]["id"] in marketplaces)


def _lists(platform: str, kind: Kind, field: str) -> bool:
    """Say whether a platform has a list in its field's default order."""
    default = DEFAULTS.get(field)
    facts = platforms()[platform].manifest.kinds.get(kind)
    return bool(facts and facts.sorts and (default is None or default in facts.sorts))
