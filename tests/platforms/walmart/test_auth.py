"""How Walmart is spoken to: tokens, the headers of a request, and what its answers mean."""

import asyncio
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import orjson
import pytest

from adapters.kit.failures import PlatformError, classify
from adapters.kit.http import Answer, Request
from adapters.kit.port import ListQuery, Ordering
from adapters.kit.tokens import tokens_of
from adapters.walmart.auth import judge, sign
from adapters.walmart.manifest import ERRORS, MANIFEST
from adapters.walmart.refusals import wait_of
from schema.errors import Category
from schema.keys import Kind
from tests.platforms.walmart.conftest import KEYS, Serve, Served, example

NEWEST = ListQuery(Ordering("created_at", descending=True), 5)
TOKEN = "POST /v3/token"
GRANTED = {**KEYS, "partner_id": "10000000001", "refresh_token": "refresh-1"}
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DATE = {"date": format_datetime(NOW, usegmt=True)}
T, Q, A, V, C = Category.TRANSIENT, Category.QUOTA, Category.AUTH, Category.VALIDATION, Category.CONFLICT


def answered(status: int, body: Any = None, text: str = "<html>no</html>", **headers: str) -> Answer:
    return Answer(status, headers, body, text if body is None else orjson.dumps(body).decode(), 0.1)


def judged(answer: Answer) -> Category:
    judgement = judge(answer)
    assert judgement.code is not None
    return classify(ERRORS, answer.status, judgement.code)[0]


async def test_a_token_is_got_once_however_many_ask(shop: Served) -> None:
    await asyncio.gather(*(shop.by_ids(Kind.ORDER, str(each)) for each in range(1, 9)))

    assert 1 == shop.calls()[TOKEN]


async def test_another_process_uses_the_same_token(serve: Serve) -> None:
    one = await serve()
    other = await serve(beside=one)
    await one.page(Kind.ORDER, NEWEST)
    await other.page(Kind.ORDER, NEWEST)

    assert 1 == one.calls()[TOKEN]


async def test_a_token_is_renewed_ahead_of_its_end(shop: Served) -> None:
    await shop.by_ids(Kind.ORDER, "1")
    shop.clock.leap(700)
    await shop.by_ids(Kind.ORDER, "1")
    early = shop.calls()[TOKEN]
    shop.clock.leap(60)
    await shop.by_ids(Kind.ORDER, "1")

    assert (1, 1) == (early, shop.calls()[TOKEN])


async def test_a_refused_token_is_replaced_once(shop: Served) -> None:
    await shop.page(Kind.ORDER, NEWEST)
    shop.calls()
    shop.row("touch", "credentials", revoked=True)
    shop.row("touch", "credentials", revoked=False)
    found = await shop.by_ids(Kind.ORDER, "1")

    assert [None] == found
    assert {TOKEN: 1, "GET /v3/orders/{purchaseOrderId}": 2} == shop.calls()


async def test_a_revoked_key_asks_for_the_owner(shop: Served) -> None:
    await shop.page(Kind.ORDER, NEWEST)
    shop.row("touch", "credentials", revoked=True)
    with pytest.raises(PlatformError) as caught:
        await shop.page(Kind.ORDER, NEWEST)

    assert Category.AUTH is caught.value.category
    assert KEYS["client_secret"] not in caught.value.message


@pytest.mark.parametrize("wrong", ["client_id", "client_secret"])
async def test_a_wrong_key_pair_asks_for_the_owner(serve: Serve, wrong: str) -> None:
    shop = await serve(keys={**KEYS, wrong: "another"})
    with pytest.raises(PlatformError) as caught:
        await shop.page(Kind.ORDER, NEWEST)

    assert (Category.AUTH, "TOKEN_REFUSED") == (caught.value.category, caught.value.code)


async def test_a_solution_provider_uses_what_the_seller_granted(serve: Serve) -> None:
    shop = await serve(keys=GRANTED, known=GRANTED)
    page = await shop.page(Kind.ORDER, NEWEST)
    expired = await serve(beside=shop, keys={**GRANTED, "refresh_token": "expired"})
    with pytest.raises(PlatformError) as caught:
        await expired.page(Kind.ORDER, NEWEST)

    assert len(page.rows) >= 5
    assert Category.AUTH is caught.value.category


async def test_a_key_without_the_right_names_it(serve: Serve) -> None:
    shop = await serve(scopes={"item": "no_access"})
    with pytest.raises(PlatformError) as caught:
        await shop.page(Kind.VARIANT, ListQuery(Ordering("sequence", descending=False), 5))

    assert (Category.AUTH, "FORBIDDEN") == (caught.value.category, caught.value.code)
    assert "right" in caught.value.message


async def test_a_busy_token_endpoint_is_no_matter_for_the_owner(shop: Served) -> None:
    shop.fail(match=TOKEN, status=503, times=9, body="busy")
    with pytest.raises(PlatformError) as caught:
        await shop.page(Kind.ORDER, NEWEST)

    assert Category.TRANSIENT is caught.value.category


async def test_a_request_carries_the_token_and_what_every_call_needs(serve: Serve) -> None:
    shop = await serve(keys={**KEYS, "channel_type": "channel-1"})
    first, second = [await sign(shop.session, Request("GET", "/x", "Test")) for _ in range(2)]
    token = await tokens_of(shop.session).get(_unused)

    assert {"WM_SEC.ACCESS_TOKEN": token, "WM_SVC.NAME": "Walmart Marketplace", "WM_CONSUMER.CHANNEL.TYPE": "channel-1"} == {
        name: value for name, value in first.headers.items() if name != "WM_QOS.CORRELATION_ID"
    }
    assert first.headers["WM_QOS.CORRELATION_ID"] != second.headers["WM_QOS.CORRELATION_ID"]


async def test_without_a_channel_type_none_is_sent(shop: Served) -> None:
    assert "WM_CONSUMER.CHANNEL.TYPE" not in (await sign(shop.session, Request("GET", "/x", "Test"))).headers


@pytest.mark.parametrize(
    ("case", "category"),
    [
        ("error_400_ack_conflict_response", C),
        ("error_400_bad_date_response", V),
        ("error_400_outage_lookalike_response", T),
        ("error_400_overship_response", C),
        ("error_400_response", V),
        ("error_400_ship_conflict_response", C),
        ("error_401_response", A),
        ("error_403_response", A),
        ("error_423_response", T),
        ("error_429_response", Q),
    ],
)
def test_every_published_refusal_has_its_category(case: str, category: Category) -> None:
    found = example(case)

    assert category is judged(answered(found["_http"]["status"], found["body"], **found["_http"].get("headers", {})))


def test_nothing_found_is_an_answer() -> None:
    assert None is judge(answered(404, example("error_404_no_orders_response")["body"])).code


@pytest.mark.parametrize(
    ("status", "code", "category"),
    [
        (400, "INVALID_REQUEST_HEADER.GMP_GATEWAY_API", V),
        (400, "MISSING_REQUEST_PARAM", V),
        (400, "MISSING_REQUEST_HEADER", V),
        (400, "MALFORMED_REQUEST_CONTENT", V),
        (400, "INVALID_REQUEST_CONTENT", V),
        (400, "ERR_EXT_DATA_0101211", C),
        (400, "ERR_EXT_DATA_0503009", V),
        (400, "ERR_PDI_0001", V),
        (404, "URI_NOT_FOUND", V),
        (405, "METHOD_NOT_ALLOWED", V),
        (500, "SYSTEM_ERROR.GMP_ORDER_API", T),
        (500, "INVALID_SYSTEM_STATE", T),
        (504, "DOWNSTREAM_SYSTEM_TIME_OUT", T),
        (206, "SOME_CONTENT_NOT_FOUND", T),
        (200, "SYSTEM_ERROR", T),
        (429, "REQUEST_THRESHOLD_VIOLATED", Q),
    ],
)
@pytest.mark.parametrize(
    "wrap", [lambda entry: {"errors": {"error": [entry]}}, lambda entry: {"error": [entry]}, lambda entry: {"errors": [entry]}]
)
def test_a_code_means_the_same_in_every_envelope(status: int, code: str, category: Category, wrap: Any) -> None:
    assert category is judged(answered(status, wrap({"code": code, "description": "No."})))


@pytest.mark.parametrize(
    ("status", "category"),
    [(200, T), (301, A), (401, A), (403, A), (404, V), (406, V), (413, V), (415, V), (429, Q), (500, T), (502, T), (503, T)],
)
def test_what_is_no_json_is_told_by_its_status(status: int, category: Category) -> None:
    assert category is judged(answered(status))


def test_a_refusal_in_xml_is_read_too() -> None:
    text = '<?xml version="1.0"?><ns2:errors><ns2:error><ns2:code>UNAUTHORIZED.GMP_GATEWAY_API</ns2:code></ns2:error></ns2:errors>'

    assert "UNAUTHORIZED" == judge(answered(401, None, text)).code


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"x-next-replenishment-time": "1795521630000"}, 30.0),
        ({"x-next-replenish-time": "2026-11-24T12:00:20Z"}, 20.0),
        ({"x-next-replenishment-time": "1795521610"}, 10.0),
        ({"x-next-replenishment-time": "7"}, 7.0),
        ({"retry-after": "12", "x-next-replenishment-time": "1795521630000"}, 12.0),
        ({"x-next-replenishment-time": "1895521630000"}, 300.0),
        ({"x-next-replenishment-time": "1795521500000"}, 1.0),
        ({"x-next-replenishment-time": "soon"}, 5.0),
        ({}, 5.0),
    ],
)
def test_the_time_of_the_next_token_is_read_in_every_format(headers: dict[str, str], wait: float) -> None:
    assert wait == wait_of({**DATE, **headers})


def test_a_throttled_operation_is_left_alone_until_then() -> None:
    judgement = judge(answered(429, **{"x-current-token-count": "0", "x-next-replenishment-time": "42"}))

    assert (42.0, 42.0, 0) == (judgement.retry_after, judgement.report.hold, judgement.report.available)


@pytest.mark.parametrize(("left", "points"), [("59", 0), ("5000", 0), ("6000000", 6_000_000)])
def test_the_tokens_left_are_reported(left: str, points: float) -> None:
    report = judge(answered(200, {}, **{"x-current-token-count": left})).report

    assert (float(left), points) == (report.available, report.points)


async def test_the_published_budgets_are_kept_without_being_told(serve: Serve) -> None:
    shop = await serve(generous=False)
    for _ in range(70):
        await shop.by_ids(Kind.VARIANT, "no such sku")

    assert {404} == {call.status for call in shop.running.control.calls if "items" in call.operation}
    assert 1 < sum(shop.clock.slept) < 11


def test_the_manifest_asks_for_a_key_pair_or_for_what_a_seller_granted() -> None:
    assert {frozenset(KEYS), frozenset({*KEYS, "channel_type"}), frozenset(GRANTED), frozenset({*GRANTED, "channel_type"})} == set(
        MANIFEST.credentials
    )


def test_every_rule_has_a_sentence_for_the_caller() -> None:
    assert [] == [rule for rule in ERRORS if not classify([rule], rule.status or 500, (rule.code or "x").rstrip("*"))[1]]


async def _unused() -> tuple[str, float]:
    raise AssertionError
