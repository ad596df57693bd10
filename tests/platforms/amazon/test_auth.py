"""How Amazon is spoken to: the token on a request, and what its answers mean."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import orjson
import pytest

from adapters.amazon import PLATFORM
from adapters.amazon.auth import AGENT, judge
from adapters.amazon.manifest import BUCKETS, ERRORS, MANIFEST
from adapters.kit.failures import PlatformError, classify
from adapters.kit.http import Answer
from adapters.kit.port import ListQuery, Ordering
from schema.errors import Category
from schema.keys import Kind
from tests.platforms.amazon.conftest import KEYS, Serve, Served
from tests.support.shared import shared

NEWEST = ListQuery(Ordering("created_at", descending=True), 5)
TOKEN = "POST /auth/o2/token"
SEARCH = "GET /orders/2026-01-01/orders"
T, Q, A, V, C = Category.TRANSIENT, Category.QUOTA, Category.AUTH, Category.VALIDATION, Category.CONFLICT


def answered(status: int, body: Any = None, **headers: str) -> Answer:
    return Answer(status, headers, body, "" if body is None else orjson.dumps(body).decode(), 0.1)


def refused(code: str, details: str = "") -> dict[str, Any]:
    return {"errors": [{"code": code, "message": "no", "details": details}]}


async def page(shop: Served, query: ListQuery = NEWEST) -> list[Any]:
    read = shop.readers.kinds[Kind.ORDER].page
    assert read is not None
    return list((await read(query)).rows)


@pytest.mark.parametrize(
    ("status", "body", "category"),
    [
        (400, refused("InvalidInput"), V),
        (400, refused("InvalidRequest"), V),
        (400, refused("BAD_REQUEST"), V),
        (400, refused("INVALID_SKU"), V),
        (400, refused("PackageToUpdateNotFound"), C),
        (400, refused("Unauthorized", "Access token is missing in the request header."), A),
        (400, None, V),
        (401, None, A),
        (403, refused("Unauthorized", "The access token you provided has expired."), A),
        (403, refused("Unauthorized"), A),
        (403, refused("ACCESS_DENIED"), A),
        (403, refused("MissingAuthenticationToken"), V),
        (404, refused("NotFound"), V),
        (404, refused("RESOURCE_NOT_FOUND"), V),
        (409, refused("DuplicateRequest"), C),
        (413, None, V),
        (415, None, V),
        (422, refused("anything"), C),
        (429, refused("QuotaExceeded"), Q),
        (429, refused("TooManyRequests"), Q),
        (429, refused("RateLimited"), Q),
        (500, refused("InternalFailure"), T),
        (502, None, T),
        (503, refused("ServiceUnavailable"), T),
        (504, None, T),
        (302, None, A),
        (200, None, T),
        (400, {"error": "invalid_grant"}, A),
        (401, {"error": "invalid_client"}, A),
        (400, {"error": "unauthorized_client"}, A),
        (400, {"error": "invalid_scope"}, V),
        (400, {"error": "invalid_request"}, V),
        (500, {"error": "server_error"}, T),
        (503, {"error": "temporarily_unavailable"}, T),
    ],
)
def test_every_way_of_saying_no_has_its_category(status: int, body: Any, category: Category) -> None:
    judgement = judge(answered(status, body))

    assert judgement.code is not None
    assert category is classify(ERRORS, status, judgement.code)[0]


@pytest.mark.parametrize("status", [403, 429, 500])
def test_the_recorded_refusals_are_all_understood(status: int) -> None:
    wanted = {403: {A, V}, 429: {Q}, 500: {T}}[status]
    found = sorted(shared("amazon", "examples", "synthetic").glob(f"error.{status}.*.json"))
    judged = [judge(answered(status, _body(json.loads(path.read_text())))) for path in found]

    assert len(found) > 0
    assert {classify(ERRORS, status, each.code or "")[0] for each in judged} <= wanted


def _body(example: Any) -> Any:
    return example.get("response", example.get("body", example))


def test_a_batch_whose_parts_failed_succeeds_as_a_whole() -> None:
    assert judge(answered(207, {"responses": [{"status": {"statusCode": 400}}]})).code is None


def test_a_refusal_for_haste_empties_the_bucket() -> None:
    judgement = judge(answered(429, refused("QuotaExceeded")))

    assert (0, 1.0, 0) == (judgement.report.available, judgement.retry_after, judgement.report.hold)


def test_a_wait_that_something_before_amazon_asks_for_is_kept() -> None:
    judgement = judge(answered(429, None, **{"retry-after": "60"}))

    assert (60.0, 60.0) == (judgement.retry_after, judgement.report.hold)


def test_the_rate_an_answer_tells_says_nothing_of_what_is_left() -> None:
    report = judge(answered(200, {}, **{"x-amzn-ratelimit-limit": "0.5"})).report

    assert (None, 0) == (report.available, report.points)
    assert 0 < report.refill < 0.5


@pytest.mark.parametrize("rate", ["", "string", "-1"])
def test_a_rate_that_is_none_is_ignored(rate: str) -> None:
    assert judge(answered(200, {}, **{"x-amzn-ratelimit-limit": rate})).report.refill == 0


def test_the_budgets_are_the_published_plans() -> None:
    published = json.loads(shared("amazon", "spec", "rate_limits.json").read_text())["operations"]
    # Fulfilment for other channels has a `getOrder` of its own.
    plans = {each["operationId"]: each for each in published if "fulfillmentOutbound" not in each["spec"]}
    # Feeds of listings have a plan of their own, which only the pages about them tell: five in five minutes.
    own = {"createFeed of listings": (5 / 300, 5)}
    found = {name: (plans[name]["rate_per_s"], plans[name]["burst"]) for name in BUCKETS if name not in own}

    assert {**found, **own} == {name: (each.refill, each.points) for name, each in BUCKETS.items()}


async def test_a_token_is_got_once_however_many_ask(shop: Served) -> None:
    await asyncio.gather(*(page(shop) for _ in range(5)))

    assert 1 == shop.calls().count(TOKEN)


async def test_another_process_uses_the_same_token(shop: Served) -> None:
    await page(shop)
    shop.calls()
    other = shop.another()
    await page(Served(PLATFORM.connect(other), other, shop.running, shop.clock, shop.another))

    assert TOKEN not in shop.calls()


async def test_a_token_is_renewed_ahead_of_its_end(shop: Served) -> None:
    await page(shop)
    shop.calls()
    shop.clock.slept.append(50 * 60)
    await page(shop)
    made = shop.calls()

    assert [TOKEN] == [call for call in made if call == TOKEN]
    assert [] == [call for call in shop.control.calls if call.status == 403]


async def test_a_token_that_ran_out_early_is_renewed_once(shop: Served) -> None:
    await page(shop)
    shop.calls()
    shop.clock.slept.append(120)
    shop.control.offset += timedelta(hours=2)  # the token is over at the store, and not by our clock

    assert await page(shop)
    assert 1 == shop.calls().count(TOKEN)


async def test_a_revoked_store_has_to_be_authorized_again(shop: Served) -> None:
    await page(shop)
    shop.clock.slept.append(120)
    shop.row("touch", "credentials", revoked=True)
    with pytest.raises(PlatformError) as caught:
        await page(shop)

    assert (Category.AUTH, "invalid_grant") == (caught.value.category, caught.value.code)
    assert "authorize" in caught.value.message


async def test_a_store_that_was_authorized_again_answers(shop: Served) -> None:
    shop.row("touch", "credentials", revoked=True)
    with pytest.raises(PlatformError):
        await page(shop)
    shop.row("touch", "credentials", revoked=False)

    assert await page(shop)


async def test_a_wrong_secret_is_an_auth_failure_that_repeats_no_secret(serve: Serve) -> None:
    shop = await serve(keys={**KEYS, "client_secret": "guessed-wrong"})
    with pytest.raises(PlatformError) as caught:
        await page(shop)

    assert (Category.AUTH, "invalid_client") == (caught.value.category, caught.value.code)
    assert "guessed-wrong" not in caught.value.message


async def test_a_missing_role_is_no_reason_for_new_tokens(serve: Serve) -> None:
    shop = await serve(roles=["listing"])
    with pytest.raises(PlatformError) as caught:
        await page(shop)
    made = shop.calls()

    assert (Category.AUTH, "NO_ROLE") == (caught.value.category, caught.value.code)
    assert 1 == made.count(TOKEN)


async def test_without_the_data_of_persons_orders_are_read_all_the_same(shop: Served) -> None:
    await page(shop)
    denied = {"errors": [{"code": "Unauthorized", "message": "Access to requested resource is denied.", "details": ""}]}
    shop.fail(match=SEARCH, status=403, body=json.dumps(denied))
    rows = await page(shop)

    assert rows
    assert {None} == {row.contact for row in rows} == {row.shipping_address for row in rows}
    assert all(row.status for row in rows)


def test_what_is_sent_names_the_program_that_asks() -> None:
    assert "/" in AGENT
    assert "(Language=" in AGENT
    assert len(AGENT) <= 500


def test_tokens_come_from_their_own_host_for_amazons_stores_only() -> None:
    assert {"token": "https://api.amazon.com"} == dict(MANIFEST.hosts)
    assert all("https://sellingpartnerapi-eu.amazon.com".startswith(each) for each in MANIFEST.official[:1])


async def test_a_burst_beyond_the_plan_waits_or_is_told_when_to_come_back(serve: Serve) -> None:
    """Amazon itself refuses nothing: the budget knows the plan."""
    shop = await serve(plan=True)
    answers = await asyncio.gather(*(page(shop) for _ in range(40)), return_exceptions=True)
    failed = [each for each in answers if isinstance(each, PlatformError)]

    assert [] == [call for call in shop.control.calls if call.status == 429]
    assert {Category.QUOTA} == {each.category for each in failed}
    assert all(each.retry_after and each.retry_after > 60 for each in failed)
