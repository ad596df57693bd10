"""Requests, well and badly formed, and the codes their errors have."""

import json
import logging
from typing import Any

import httpx
import pytest

from gateway.graphql import GRAPHQL_JSON
from gateway.limits import MOST_BODY_BYTES

JSON_TYPE = {"content-type": "application/json"}


def post(client: httpx.AsyncClient, query: str, **more: Any) -> Any:
    return client.post("/graphql", json={"query": query, **more})


def codes(response: httpx.Response) -> list[str]:
    return [error["extensions"]["code"] for error in response.json()["errors"]]


async def test_a_query_is_answered(client: Any) -> None:
    response = await post(client(), "query Who { who }", operationName="Who")

    assert (200, {"data": {"who": "local"}}) == (response.status_code, response.json())
    assert response.headers["content-type"] == "application/json"


async def test_a_query_may_come_with_get(client: Any) -> None:
    parameters = {"query": "query($m: DateTime!) { since(moment: $m) }", "variables": json.dumps({"m": "2026-11-23T11:00:00+01:00"})}

    response = await client().get("/graphql", params=parameters)

    assert response.json() == {"data": {"since": "2026-11-23T10:00:00Z"}}


@pytest.mark.parametrize(
    "body",
    [
        *("", "{", "5", "null", "[]", "[{}]", '"x"', "{}", "[" * 5000, '{"a":' * 5000, "\0"),
        *('{"query":5}', '{"query":""}', '{"query":null}', '{"query":"{who}","variables":[]}', '{"query":"{who}","operationName":{}}'),
        *('{"query":"{who}","extensions":1}', '{"query":"\\ud800"}', '{"query":"fragment a on Query { who }"}'),
        *('{"query":"{who}","operationName":"Nobody"}', '{"query":"{who}","variables":{"a":NaN}}'),
    ],
)
async def test_a_body_that_is_no_request_is_refused_in_json(client: Any, body: str) -> None:
    response = await client().post("/graphql", content=body, headers=JSON_TYPE)

    assert (400, ["BAD_REQUEST"]) == (response.status_code, codes(response))


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonx"])
async def test_a_body_that_is_not_json_is_refused(client: Any, kind: str) -> None:
    response = await client().post("/graphql", content='{"query":"{who}"}', headers={"content-type": kind})

    assert (415, ["BAD_REQUEST"]) == (response.status_code, codes(response))


@pytest.mark.parametrize("name", ["variables", "extensions"])
async def test_parameters_that_are_not_json_are_refused(client: Any, name: str) -> None:
    response = await client().get("/graphql", params={"query": "{who}", name: "{"})

    assert (400, ["BAD_REQUEST"]) == (response.status_code, codes(response))


async def test_other_methods_are_refused(client: Any) -> None:
    response = await client().put("/graphql")

    assert (405, ["BAD_REQUEST"], "GET, POST") == (response.status_code, codes(response), response.headers["allow"])


async def test_other_addresses_are_refused_in_json(client: Any) -> None:
    response = await client().get("/nowhere")

    assert (404, ["BAD_REQUEST"]) == (response.status_code, codes(response))


async def test_a_get_without_a_query_says_what_to_send(client: Any) -> None:
    response = await client().get("/graphql", headers={"accept": "*/*"})

    assert (400, ["BAD_REQUEST"]) == (response.status_code, codes(response))


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ who " * 2000, "GRAPHQL_PARSE_FAILED"),
        ("{ nobody }", "GRAPHQL_VALIDATION_FAILED"),
        ("mutation { who }", "GRAPHQL_VALIDATION_FAILED"),
        ('{ knot(times: "x") { name } }', "GRAPHQL_VALIDATION_FAILED"),
        ('{ since(moment: "yesterday") }', "FILTER_INVALID"),
        ("query($t: Int!) { knot(times: $t) { name } }", "BAD_REQUEST"),
        ("query A { who } query B { who }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ knots { name } }", "PAGE_SIZE_INVALID"),
        ("{ tooLargeANumber }", "INTERNAL"),
    ],
)
async def test_each_error_has_the_code_of_its_step(client: Any, query: str, code: str) -> None:
    response = await post(client(), query)

    assert (200, [code]) == (response.status_code, codes(response))


@pytest.mark.parametrize(("value", "code"), [("yesterday", "FILTER_INVALID"), (5, "FILTER_INVALID"), (None, "BAD_REQUEST")])
async def test_a_variable_that_does_not_fit_has_the_most_precise_code(client: Any, value: object, code: str) -> None:
    response = await post(client(), "query($m: DateTime!) { since(moment: $m) }", variables={"m": value})

    assert (200, [code]) == (response.status_code, codes(response))


async def test_a_null_for_an_argument_with_a_default_is_the_callers_mistake(client: Any) -> None:
    response = await post(client(), "query($t: Int = 2) { knot(times: $t) { name } }", variables={"t": None})

    assert codes(response) == ["BAD_REQUEST"]


async def test_what_went_wrong_inside_is_logged_once_and_not_shown(client: Any, caplog: pytest.LogCaptureFixture) -> None:
    response = await client().post("/graphql", json={"query": "{ broken }"}, headers={"x-request-id": "abc-1"})

    assert response.json()["errors"][0]["message"] == "Something went wrong here; it was logged under abc-1."
    assert ["INTERNAL"] == codes(response)
    assert "shpat" not in response.text
    assert 1 == sum(record.levelno == logging.ERROR for record in caplog.records if record.name.startswith("gateway"))


async def test_an_error_beside_data_keeps_the_data(client: Any) -> None:
    response = await post(client(), "{ who knots { name } }")

    assert response.json()["data"] is None
    assert response.json()["errors"][0]["path"] == ["knots"]


async def test_a_number_too_long_for_the_fast_writer_is_written_all_the_same(client: Any) -> None:
    response = await post(client(), "{ free }")

    assert response.json() == {"data": {"free": {"long": 2**70}}}


@pytest.mark.parametrize(("query", "status"), [("{ who }", 200), ("{", 400), ("{ nobody }", 400), ("{ knots { name } }", 200)])
async def test_the_media_type_of_graphql_tells_by_status_whether_anything_ran(client: Any, query: str, status: int) -> None:
    response = await client().post("/graphql", json={"query": query}, headers={"accept": GRAPHQL_JSON})

    assert (status, GRAPHQL_JSON) == (response.status_code, response.headers["content-type"])


async def test_a_request_that_did_not_run_has_no_data(client: Any) -> None:
    response = await post(client(), "{ nobody }")

    assert "data" not in response.json()


async def test_a_request_that_is_too_large_is_refused(client: Any) -> None:
    response = await client().post("/graphql", content=b" " * (MOST_BODY_BYTES + 1), headers=JSON_TYPE)

    assert (413, ["BAD_REQUEST"]) == (response.status_code, codes(response))


async def test_a_body_that_grows_too_large_is_refused_although_it_did_not_say_so(client: Any) -> None:
    async def chunks() -> Any:
        for _ in range(MOST_BODY_BYTES // 1000 + 2):
            yield b" " * 1000

    response = await client().post("/graphql", content=chunks(), headers=JSON_TYPE)

    assert (413, ["BAD_REQUEST"]) == (response.status_code, codes(response))


async def test_each_answer_has_a_number_and_keeps_a_usable_one(client: Any) -> None:
    opened = client()
    given = await opened.post("/graphql", json={"query": "{ who }"}, headers={"x-request-id": "trace.7"})
    odd = await opened.post("/graphql", json={"query": "{ who }"}, headers={"x-request-id": "a b\t" + "c" * 100})
    first, second = [await opened.post("/graphql", json={"query": "{ who }"}) for _ in range(2)]

    assert given.headers["x-request-id"] == "trace.7"
    assert 16 == len(odd.headers["x-request-id"])
    assert first.headers["x-request-id"] != second.headers["x-request-id"]


async def test_one_line_a_request_is_logged(client: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "gateway")

    await post(client(), "query Who { who nobody }")

    (record,) = [record for record in caplog.records if record.name == "gateway.graphql"]
    assert ("Who", "local", 1) == (record.operation, record.principal, record.errors)  # type: ignore[attr-defined]


async def test_the_front_door_leads_to_graphql(client: Any) -> None:
    response = await client().get("/")

    assert (307, "/graphql") == (response.status_code, response.headers["location"])
