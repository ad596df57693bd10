"""Stories of reading: what a developer does with the API, from the first page to the last."""

from decimal import Decimal
from typing import Any

import pytest

from tests.journeys.conftest import User
from tests.support.world import World

STORES = ("shopify-one", "shopify-two", "woocommerce-one", "woocommerce-two")

ORDERS = """
query Orders(
  $first: Int, $after: String, $last: Int, $before: String, $stores: [ID!], $sort: OrderSort!, $filter: OrderFilter, $maxAge: Int
) {
  orders(first: $first, after: $after, last: $last, before: $before, stores: $stores, sort: $sort, filter: $filter, maxAge: $maxAge) {
    nodes { id number createdAt updatedAt status platformStatus store { name } customer { id } contact { email } }
    edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    sources { store { name } state category message retryAt calls observedAt }
  }
}
"""


async def walk(user: User, size: int, **variables: Any) -> list[dict[str, Any]]:
    """Page through a list of orders to its end."""
    nodes: list[dict[str, Any]] = []
    after = None
    while True:
        page = (await user.asks(ORDERS, first=size, after=after, **variables))["orders"]
        nodes += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return nodes
        after = page["pageInfo"]["endCursor"]


def place(node: dict[str, Any], field: str) -> tuple[str, str]:
    return node[field], node["store"]["name"]


@pytest.mark.parametrize("sort", ["CREATED_AT_DESC", "CREATED_AT_ASC", "UPDATED_AT_DESC", "UPDATED_AT_ASC"])
@pytest.mark.parametrize("size", [7, 250])
async def test_paging_through_all_stores_gives_every_order_once_in_one_order(user: User, sort: str, size: int) -> None:
    nodes = await walk(user, size, sort=sort)

    field = "createdAt" if sort.startswith("CREATED") else "updatedAt"
    places = [place(node, field) for node in nodes]
    assert len({node["id"] for node in nodes}) == len(nodes)
    assert set(STORES) == {node["store"]["name"] for node in nodes}
    assert sorted(places, reverse=sort.endswith("DESC")) == places


async def test_the_same_list_backwards_is_its_mirror(user: User) -> None:
    forward = await walk(user, 50, sort="CREATED_AT_DESC")
    backward: list[dict[str, Any]] = []
    before = None
    while True:
        page = (await user.asks(ORDERS, last=20, before=before, sort="CREATED_AT_DESC"))["orders"]
        backward = page["nodes"] + backward
        if not page["pageInfo"]["hasPreviousPage"]:
            break
        before = page["pageInfo"]["startCursor"]

    assert [node["id"] for node in forward] == [node["id"] for node in backward]


async def test_orders_that_come_in_while_paging_move_nothing(user: User, world: World) -> None:
    known = {node["id"] for node in await walk(user, 250, sort="CREATED_AT_DESC", maxAge=0)}
    page = (await user.asks(ORDERS, first=10, sort="CREATED_AT_DESC", maxAge=0))["orders"]
    seen = [node["id"] for node in page["nodes"]]
    made = [(store, world.row(store, "insert", "order")["id"]) for store in STORES for _ in range(3)]
    while page["pageInfo"]["hasNextPage"]:
        page = (await user.asks(ORDERS, first=10, after=page["pageInfo"]["endCursor"], sort="CREATED_AT_DESC", maxAge=0))["orders"]
        seen += [node["id"] for node in page["nodes"]]
    for store, each in made:
        world.row(store, "delete", "order", id=each)

    assert len(seen) == len(set(seen))
    assert known == set(seen)


async def test_an_order_edited_while_paging_by_last_change_hides_no_other(user: User, world: World) -> None:
    before = await walk(user, 250, sort="UPDATED_AT_ASC", maxAge=0)
    moved = [node for node in before if node["store"]["name"] == "shopify-one"][3]
    page = (await user.asks(ORDERS, first=5, sort="UPDATED_AT_ASC", maxAge=0))["orders"]
    seen = [node["id"] for node in page["nodes"]]
    platform_id = (await user.asks("query($id: ID!) { order(id: $id) { platformId } }", id=moved["id"]))["order"]["platformId"]
    world.row("shopify-one", "touch", "order", id=platform_id)
    while page["pageInfo"]["hasNextPage"]:
        page = (await user.asks(ORDERS, first=5, after=page["pageInfo"]["endCursor"], sort="UPDATED_AT_ASC", maxAge=0))["orders"]
        seen += [node["id"] for node in page["nodes"]]

    assert set() == {node["id"] for node in before} - {moved["id"]} - set(seen)


async def test_every_edge_can_be_gone_on_from(user: User) -> None:
    whole = [node["id"] for node in await walk(user, 250, sort="CREATED_AT_DESC")]
    page = (await user.asks(ORDERS, first=12, sort="CREATED_AT_DESC"))["orders"]
    for number, edge in enumerate(page["edges"]):
        following = (await user.asks(ORDERS, first=3, after=edge["cursor"], sort="CREATED_AT_DESC"))["orders"]
        assert whole[number + 1 : number + 4] == [node["id"] for node in following["nodes"]]


async def test_an_order_of_two_hundred_lines_comes_whole(user: User) -> None:
    nodes = (await user.asks("{ orders(first: 250) { nodes { number store { name } lines { platformId quantity total { amount } } } } }"))[
        "orders"
    ]["nodes"]
    large = {node["store"]["name"]: len(node["lines"]) for node in nodes if len(node["lines"]) >= 200}

    assert set(STORES) == set(large)


async def test_a_product_of_a_hundred_variants_comes_whole(user: User) -> None:
    nodes = (
        await user.asks("{ products(first: 250) { nodes { title store { name } variants { id sku price { amount currencyCode } } } } }")
    )["products"]["nodes"]
    large = {node["store"]["name"]: len({each["id"] for each in node["variants"]}) for node in nodes if len(node["variants"]) >= 100}

    assert set(STORES) == set(large)


async def test_a_guest_order_has_a_contact_and_no_customer(user: User) -> None:
    nodes = await walk(user, 250, sort="CREATED_AT_DESC")
    guests = {node["store"]["name"] for node in nodes if node["customer"] is None and node["contact"] and node["contact"]["email"]}

    assert set(STORES) == guests


async def test_stock_is_told_by_location_and_leads_back_to_the_product(user: User) -> None:
    query = """{ inventoryLevels(first: 250) { nodes {
        available onHand tracked location { id name } variant { id sku product { id title } } store { name } } } }"""
    levels = (await user.asks(query))["inventoryLevels"]["nodes"]

    assert set(STORES) == {level["store"]["name"] for level in levels if level["available"] is not None}
    assert all(level["location"]["name"] and level["variant"]["product"]["title"] for level in levels)


async def test_links_lead_there_and_back(user: User) -> None:
    query = """{ orders(first: 40) { nodes { id customer { id orders(first: 50) { nodes { id } } }
        shipments { id order { id } tracking { number } } refunds { id order { id } amount { amount } }
        lines { variant { id inventoryLevels { variant { id } location { name } } product { variants { id } } } } } } }"""
    for order in (await user.asks(query))["orders"]["nodes"]:
        if order["customer"]:
            assert order["id"] in [each["id"] for each in order["customer"]["orders"]["nodes"]]
        for part in [*(order["shipments"] or ()), *(order["refunds"] or ())]:
            assert order["id"] == part["order"]["id"]
        for line in order["lines"]:
            if line["variant"]:
                assert line["variant"]["id"] in [each["id"] for each in line["variant"]["product"]["variants"]]
                assert all(line["variant"]["id"] == level["variant"]["id"] for level in line["variant"]["inventoryLevels"])


async def test_everything_that_has_an_id_is_found_by_it(user: User) -> None:
    kinds = ("orders", "products", "variants", "customers", "inventoryLevels", "locations", "shipments", "refunds")
    ids = {kind: [] for kind in kinds}  # type: dict[str, list[str]]
    for kind in kinds:
        for store in STORES:
            nodes = (await user.asks(f"query($s: [ID!]) {{ {kind}(first: 3, stores: $s) {{ nodes {{ id }} }} }}", s=[store]))[kind]["nodes"]
            ids[kind] += [node["id"] for node in nodes]
    asked = [each for found in ids.values() for each in found]
    found = (await user.asks("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", ids=asked))["nodes"]
    stores = (await user.asks("{ stores { id name } }"))["stores"]

    assert asked == [node["id"] for node in found]
    assert stores[0]["id"] == (await user.asks("query($id: ID!) { node(id: $id) { id } }", id=stores[0]["id"]))["node"]["id"]


async def test_an_order_is_found_by_its_number_its_buyer_and_its_id(user: User) -> None:
    nodes = await walk(user, 250, sort="CREATED_AT_DESC")
    for store in STORES:
        order = next(node for node in nodes if node["store"]["name"] == store and node["contact"] and node["contact"]["email"])
        for wanted in ({"numbers": [order["number"]]}, {"email": order["contact"]["email"].upper()}, {"ids": [order["id"]]}):
            found = (await user.asks(ORDERS, first=250, sort="CREATED_AT_DESC", stores=[store], filter=wanted))["orders"]["nodes"]
            assert order["id"] in [node["id"] for node in found], wanted


async def test_filters_and_cursors_go_together(user: User) -> None:
    nodes = await walk(user, 250, sort="CREATED_AT_ASC")
    since = nodes[len(nodes) // 3]["createdAt"]
    wanted = {"created": {"from": since}, "statuses": ["OPEN", "COMPLETED"]}
    found = await walk(user, 4, sort="CREATED_AT_ASC", filter=wanted)

    expected = [node["id"] for node in nodes if node["createdAt"] >= since and node["status"] in wanted["statuses"]]
    assert expected == [node["id"] for node in found]


async def test_money_reaches_the_client_digit_by_digit(user: User, world: World) -> None:
    query = """{ orders(first: 250) { nodes { totals {
        subtotal { amount } shipping { amount } fees { amount } tax { amount } taxesIncluded total { amount currencyCode } } } } }"""
    for node in (await user.asks(query))["orders"]["nodes"]:
        totals = node["totals"]
        parts = [totals[name] for name in ("subtotal", "shipping", "fees")] + ([] if totals["taxesIncluded"] else [totals["tax"]])
        assert isinstance(totals["total"]["amount"], str)
        assert Decimal(totals["total"]["amount"]) == sum(Decimal(part["amount"]) for part in parts if part)


async def test_what_is_asked_twice_is_read_once_unless_it_is_to_be_fresh(user: User, world: World) -> None:
    await user.asks(ORDERS, first=10, sort="CREATED_AT_DESC")
    calls = len(world.calls())
    cached = (await user.asks(ORDERS, first=10, sort="CREATED_AT_DESC"))["orders"]["sources"]
    assert calls == len(world.calls())
    fresh = (await user.asks(ORDERS, first=10, sort="CREATED_AT_DESC", maxAge=0))["orders"]["sources"]

    assert ({"CACHED"}, {0}) == ({each["state"] for each in cached}, {each["calls"] for each in cached})
    assert ({"LIVE"}, {1}) == ({each["state"] for each in fresh}, {each["calls"] for each in fresh})


async def test_nested_reads_take_the_fewest_calls(user: User, world: World) -> None:
    """A page of orders with lines, variants, stock and locations: one call a step and store, where the platform has a batch for it."""
    query = """{ orders(first: 20, stores: ["%s"]) { nodes {
        lines { title variant { sku inventoryLevels { available location { name } } } } } } }"""
    taken = {}
    for store in ("shopify-one", "woocommerce-one"):
        world.forget()
        await user.asks(query % store)
        taken[store] = sorted(call.operation for call in world.calls(store))

    assert ["LevelsByVariantIds", "LinesByOrderIds", "LocationsByIds", "OrdersPage", "VariantsByIds"] == taken["shopify-one"]
    assert len(taken["woocommerce-one"]) <= 6, taken["woocommerce-one"]
    assert 1 == taken["woocommerce-one"].count("GET orders")


async def test_platforms_tell_what_they_can(user: User) -> None:
    platforms = (await user.asks("{ platforms { id name apiVersion capabilities { kind operations sorts filters note } } }"))["platforms"]

    assert {"shopify", "woocommerce"} <= {platform["id"] for platform in platforms}
    assert all({"Order", "Product", "ProductVariant"} <= {row["kind"] for row in platform["capabilities"]} for platform in platforms)
