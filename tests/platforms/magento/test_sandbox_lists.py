"""What the local Magento promises of searching, sorting, paging and trimming."""

from typing import Any

import pytest

from adapters.magento.sandbox.fields import wanted_of
from tests.platforms.magento.sandbox_client import Shop, search
from tests.support.shared import shared

FILTER = "searchCriteria[filter_groups][0][filters][0]"


async def test_a_list_without_a_search_is_refused_but_sources_need_none() -> None:
    shop = Shop()

    refused = await shop.get("orders")

    assert (400, {"fieldName": "searchCriteria"}) == (refused.status_code, refused.json()["parameters"])
    assert [200, 200] == [(await shop.get(f"inventory/{kind}")).status_code for kind in ("sources", "stocks")]


async def test_an_empty_search_finds_everything_at_once() -> None:
    answer = (await Shop().get("orders", search())).json()

    assert (40, 40, {"filter_groups": []}) == (len(answer["items"]), answer["total_count"], answer["search_criteria"])


async def test_both_spellings_mean_the_same() -> None:
    shop = Shop()
    snake = search(("state", "eq", "complete"), size=5, sort="entity_id DESC")
    camel = {
        name.replace("filter_groups", "filterGroups").replace("condition_type", "conditionType"): value for name, value in snake.items()
    }
    other = {name.replace("searchCriteria", "search_criteria").replace("pageSize", "page_size"): value for name, value in snake.items()}

    bodies = [(await shop.get("orders", query)).json() for query in (snake, camel, other)]

    assert bodies[0]["items"]
    assert bodies[0] == bodies[1] == bodies[2]


@pytest.mark.parametrize(
    ("condition", "value", "expected"),
    [
        ("eq", "7", {7}),
        ("neq", "7", set(range(1, 41)) - {7}),
        ("gt", "38", {39, 40}),
        ("gteq", "39", {39, 40}),
        ("moreq", "39", {39, 40}),
        ("from", "39", {39, 40}),
        ("lt", "3", {1, 2}),
        ("lteq", "2", {1, 2}),
        ("to", "2", {1, 2}),
        ("in", "3,5,99", {3, 5}),
        ("nin", ",".join(str(number) for number in range(2, 41)), {1}),
        ("finset", "4", {4}),
        ("like", "1_", set(range(10, 20))),
        ("nlike", "%", set()),
        ("notnull", "1", set(range(1, 41))),
        ("null", "1", set()),
    ],
)
async def test_conditions_find_what_they_say(condition: str, value: str, expected: set[int]) -> None:
    rows = await Shop().all("orders", ("entity_id", condition, value))

    assert expected == {row["entity_id"] for row in rows}


async def test_groups_are_joined_by_and_filters_in_them_by_or() -> None:
    query = search(("state", "eq", "canceled"), ("entity_id", "lt", "20"))
    query |= {
        "searchCriteria[filter_groups][0][filters][1][field]": "state",
        "searchCriteria[filter_groups][0][filters][1][value]": "HOLDED",
    }

    rows = (await Shop().get("orders", query)).json()["items"]

    assert {"canceled", "holded"} == {row["state"] for row in rows}
    assert max(row["entity_id"] for row in rows) < 20


@pytest.mark.parametrize("shape", ["{}", "{}Z", "{}+00:00"])
async def test_times_are_utc_in_any_shape_and_gteq_takes_the_second_itself(shape: str) -> None:
    shop = Shop()
    last = max(row["updated_at"] for row in await shop.all("orders"))
    asked = shape.format(last if shape == "{}" else last.replace(" ", "T"))

    found = await shop.all("orders", ("updated_at", "gteq", asked))

    assert {last} == {row["updated_at"] for row in found}
    assert [] == await shop.all("orders", ("updated_at", "gt", asked))


async def test_a_date_that_is_none_lets_everything_pass() -> None:
    assert 40 == len(await Shop().all("orders", ("updated_at", "gteq", "the other day")))


async def test_a_field_there_is_not_is_an_error_that_never_heals() -> None:
    shop = Shop()

    answers = [await shop.get("orders", search(("colour", "eq", "red"))), await shop.get("orders", search(sort="colour ASC"))]

    assert [500, 500] == [answer.status_code for answer in answers]
    assert answers[0].json()["message"].startswith("Internal Error. Details are available in Magento log file. Report ID: webapi-")


async def test_a_field_that_only_some_rows_have_can_be_searched() -> None:
    shop = Shop()

    found = await shop.all("orders", ("total_refunded", "gt", "0"))

    assert found
    assert {row["entity_id"] for row in found} == {row["entity_id"] for row in await shop.all("orders") if "total_refunded" in row}


async def test_sorting_goes_down_unless_said_and_ties_go_by_the_next_order() -> None:
    shop = Shop()

    down = [row["entity_id"] for row in (await shop.get("orders", search(sort="entity_id"))).json()["items"]]
    rows = (await shop.get("orders", search(sort="created_at ASC, entity_id DESC"))).json()["items"]

    assert list(range(40, 0, -1)) == down
    assert [(row["created_at"], -row["entity_id"]) for row in rows] == sorted((row["created_at"], -row["entity_id"]) for row in rows)
    assert 400 == (await shop.get("orders", search(sort="entity_id up"))).status_code


async def test_pages_cover_everything_once_and_past_the_end_there_is_nothing() -> None:
    shop = Shop()

    pages = [(await shop.get("orders", search(size=15, page=number))).json() for number in (1, 2, 3, 4)]

    assert [15, 15, 10, 0] == [len(page["items"]) for page in pages]
    assert [40] * 4 == [page["total_count"] for page in pages]
    assert list(range(1, 41)) == [row["entity_id"] for page in pages for row in page["items"]]
    assert {"filter_groups": [], "page_size": 15, "current_page": 2} == pages[1]["search_criteria"]


async def test_an_empty_page_is_null_where_fields_are_chosen() -> None:
    answer = await Shop().get("orders", search(size=15, page=9) | {"fields": "items[entity_id],total_count"})

    assert {"items": None, "total_count": 40} == answer.json()


async def test_older_shops_repeat_their_last_page_but_never_of_products() -> None:
    shop = Shop(repeat_last_page=True)

    lists = ("orders", "customers/search", "shipments", "inventory/source-items", "products")
    counts = [len((await shop.get(path, search(size=7, page=99))).json()["items"]) for path in lists]

    assert all(counts[:-1])
    assert 0 == counts[-1]


async def test_page_sizes_are_limited_only_where_the_shop_says_so() -> None:
    limited = Shop(max_page_size=300, default_page_size=20)

    refused = await limited.get("orders", search(size=301))

    assert (400, {"max": 300}) == (refused.status_code, refused.json()["parameters"])
    assert 20 == len(await limited.all("orders"))
    assert 40 == len((await Shop().get("orders", search(size=500))).json()["items"])


@pytest.mark.parametrize(("name", "value"), [("searchCriteria[pageSize]", "many"), ("searchCriteria[currentPage]", "1.5")])
async def test_numbers_are_numbers(name: str, value: str) -> None:
    answer = await Shop().get("orders", search() | {name: value})

    assert (400, {"value": value, "type": "int"}) == (answer.status_code, answer.json()["parameters"])


async def test_fields_trim_lists_and_single_reads() -> None:
    shop = Shop()

    listed = (
        await shop.get("orders", search(size=1) | {"fields": "items[entity_id,billing_address[city],items[sku,nothing]],total_count"})
    ).json()
    single = (await shop.get("orders/1", {"fields": "entity_id,items[sku]"})).json()

    assert {"items", "total_count"} == set(listed)
    assert {"entity_id", "billing_address", "items"} == set(listed["items"][0])
    assert {"city"} == set(listed["items"][0]["billing_address"])
    assert {frozenset({"sku"})} == {frozenset(line) for line in single["items"]}
    assert {"a": {"b": {}, "c": {"d": {}}}, "e": {}} == wanted_of("a[b,c[d]],e")


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("orders/99999", 404, "The entity that was requested doesn't exist. Verify the entity and try again."),
        ("products/nothing", 404, "The product that was requested doesn't exist. Verify the product and try again."),
        ("customers/99999", 404, "No such entity with %fieldName = %fieldValue"),
        ("nowhere", 404, "Request does not match any route."),
        ("returns?searchCriteria=", 404, "Request does not match any route."),
        ("orders/first", 400, 'The "%value" value\'s type is invalid. The "%type" type was expected. Verify and try again.'),
    ],
)
async def test_what_is_not_there_is_told_in_the_platforms_words(path: str, status: int, message: str) -> None:
    answer = await Shop().get(path)

    assert (status, message) == (answer.status_code, answer.json()["message"])


async def test_an_accept_header_it_cannot_serve_is_refused() -> None:
    assert 406 == (await Shop().get("modules", Accept="text/csv")).status_code


@pytest.mark.parametrize("query", [{"searchCriteria": "", "page": "2"}, {"searchCriteria": "", f"{FILTER}[operator]": "eq"}])
async def test_what_the_official_description_does_not_know_is_refused_and_logged(query: dict[str, Any]) -> None:
    shared("magento", "spec", "admin-2.4.9.subset.json.gz")
    shop = Shop()

    answer = await shop.get("orders", query)

    assert (400, "The official description has no parameter %1 for %2.") == (answer.status_code, answer.json()["message"])
    assert [("GET /V1/orders", 400)] == [(call.operation, call.status) for call in shop.control.calls]


async def test_store_views_are_read_by_their_code_and_hosts_refuse_slashes_in_skus() -> None:
    shop = Shop()
    sku = (await shop.all("products", ("entity_id", "eq", "5")))[0]["sku"]

    names = [(await shop.get(f"products/{sku}", scope=scope)).json()["name"] for scope in ("default", "all", "eu")]

    assert names[0] == names[1] != names[2]
    assert 404 == (await shop.get("modules", scope="nowhere")).status_code
    assert "text/html" in (await shop.get("products/a%2Fb")).headers["content-type"]
    assert 404 == (await Shop(encoded_slashes=True).get("products/a%2Fb")).status_code
