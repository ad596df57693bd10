"""How Magento is spoken to: the credentials on a request, and what its answers mean."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest

from adapters.kit.failures import PlatformError, classify
from adapters.kit.http import Answer, Request
from adapters.kit.port import ListQuery, Ordering
from adapters.kit.stores import StoreConfig
from adapters.magento.auth import judge, sign, signature_of
from adapters.magento.manifest import ERRORS, MANIFEST
from adapters.magento.manifest import SIGNED as SIGNED_KEYS
from schema.errors import Category
from schema.keys import Kind
from tests.platforms.magento.conftest import CLOUD, SIGNED, Leaping, Serve, Served, example

NEWEST = ListQuery(Ordering("created_at", descending=True), 5)
HTML = "<html><head><title>No</title></head></html>"
TOKEN = "POST /ims/token/v3"
T, Q, A, V, C = Category.TRANSIENT, Category.QUOTA, Category.AUTH, Category.VALIDATION, Category.CONFLICT


def answered(status: int, body: Any = None, text: str = HTML, **headers: str) -> Answer:
    return Answer(status, headers, body, text if body is None else orjson.dumps(body).decode(), 0.1)


def judged(answer: Answer) -> Category:
    judgement = judge(answer)
    assert judgement.code is not None
    return classify(ERRORS, answer.status, judgement.code)[0]


async def newest(shop: Served) -> Any:
    read = shop.readers.kinds[Kind.ORDER].page
    assert read is not None
    return await read(NEWEST)


async def refused(shop: Served) -> PlatformError:
    with pytest.raises(PlatformError) as caught:
        await newest(shop)
    return caught.value


def test_the_signature_is_the_one_of_the_vector_of_a_search() -> None:
    vectors = example("constructed", "oauth1-vectors.json")
    given, found = vectors["credentials"], vectors["get_with_query"]
    own = {
        "oauth_consumer_key": given["consumer_key"],
        "oauth_nonce": "9f86d081884c7d65",
        "oauth_signature_method": "HMAC-SHA256",
        "oauth_timestamp": "1763892000",
        "oauth_token": given["access_token"],
        "oauth_version": "1.0",
    }
    secrets = given["consumer_secret"], given["access_token_secret"]

    assert found["oauth_signature"] == signature_of(found["method"], found["url"], {**found["query"], **own}, *secrets)
    post = vectors["post_json"]
    assert post["oauth_signature"] == signature_of(post["method"], post["url"], own, *secrets)


@pytest.mark.parametrize("url", ["http://Shop.Example:80/a", "HTTP://shop.example/a", "http://shop.example/a?x=1"])
def test_the_signature_covers_the_plain_address(url: str) -> None:
    assert signature_of("get", "http://shop.example/a", {"b": "1"}, "s", "t") == signature_of("GET", url, {"b": "1"}, "s", "t")


async def test_every_request_has_a_nonce_of_its_own() -> None:
    session: Any = type(
        "Signer", (), {"store": StoreConfig("shop", "acme", "magento", "https://shop.example", SIGNED), "clock": Leaping()}
    )()
    request = Request("GET", "/rest/V1/orders", "Orders")
    headers = {(await sign(session, request)).headers["authorization"] for _ in range(5)}

    assert 5 == len(headers)
    assert all(header.startswith("OAuth oauth_consumer_key=") and SIGNED["consumer_secret"] not in header for header in headers)


async def test_a_bearer_token_does_where_the_shop_allows_it(serve: Serve) -> None:
    allowed = await serve(keys={"access_token": SIGNED["access_token"]}, own=SIGNED, bearer=True)
    denied = await serve(keys={"access_token": SIGNED["access_token"]}, own=SIGNED)

    assert (await newest(allowed)).rows
    assert A == (await refused(denied)).category


@pytest.mark.parametrize("name", sorted(SIGNED_KEYS))
async def test_a_wrong_credential_is_refused(serve: Serve, name: str) -> None:
    shop = await serve(keys={**SIGNED, name: "x" * 32}, own=SIGNED)
    error = await refused(shop)

    assert A == error.category
    assert 1 == len(shop.calls())
    assert "x" * 32 not in error.message


async def test_a_revoked_integration_needs_its_owner(shop: Served) -> None:
    await newest(shop)
    shop.row("touch", "credentials", revoked=True)

    assert A == (await refused(shop)).category
    shop.row("touch", "credentials", revoked=False)
    assert (await newest(shop)).rows


async def test_a_missing_right_is_an_auth_failure_of_what_needs_it(serve: Serve) -> None:
    shop = await serve(denied=["Magento_Customer::customer"])
    read = shop.readers.kinds[Kind.CUSTOMER].page
    assert read is not None
    with pytest.raises(PlatformError) as caught:
        await read(NEWEST)

    assert (A, "NOT_ALLOWED") == (caught.value.category, caught.value.code)
    assert (await newest(shop)).rows


async def test_a_cloud_token_is_got_once_however_many_ask(serve: Serve) -> None:
    shop = await serve(keys=CLOUD, cloud=True, generous=True)
    await asyncio.gather(*(newest(shop) for _ in range(5)))

    assert [TOKEN, *["GET /V1/orders"] * 5] == shop.calls()


async def test_a_cloud_token_is_renewed_ahead_of_its_end(serve: Serve) -> None:
    shop = await serve(keys=CLOUD, cloud=True, generous=True)
    await newest(shop)
    shop.clock.slept.append(timedelta(hours=19).total_seconds())
    await newest(shop)
    shop.clock.slept.append(timedelta(minutes=30).total_seconds())
    await newest(shop)

    assert [TOKEN, "GET /V1/orders", "GET /V1/orders", TOKEN, "GET /V1/orders"] == shop.calls()


async def test_a_cloud_token_that_ended_early_is_replaced_within_the_call(serve: Serve) -> None:
    shop = await serve(keys=CLOUD, cloud=True, generous=True)
    await newest(shop)
    shop.row("touch", "credentials", revoked=True)
    shop.row("touch", "credentials", revoked=False)

    assert (await newest(shop)).rows
    assert [TOKEN, "GET /V1/orders", "GET /V1/orders", TOKEN, "GET /V1/orders"] == shop.calls()


async def test_a_revoked_cloud_application_needs_its_owner(serve: Serve) -> None:
    shop = await serve(keys=CLOUD, cloud=True, generous=True)
    await newest(shop)
    shop.row("touch", "credentials", revoked=True)
    error = await refused(shop)

    assert (A, "TOKEN_REFUSED") == (error.category, error.code)


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://na1.api.commerce.adobe.com/tenant", "https://ims-na1.adobelogin.com"),
        ("https://na1-sandbox.api.commerce.adobe.com/tenant", "https://ims-na1.adobelogin.com"),
        ("http://127.0.0.1:9/shop", None),
    ],
)
async def test_tokens_come_from_adobe_for_its_own_hosts_only(shop: Served, url: str, base: str | None) -> None:
    asked: list[Any] = []

    class Line:
        async def send(self, store: StoreConfig, request: Request, where: str | None = None) -> Answer:
            asked.append((request.path, where))
            return answered(200, {"access_token": "t", "expires_in": 60})

    session = shop.session
    session.store = replace(session.store, url=url, credentials=CLOUD)
    session._wire = Line()  # type: ignore[assignment]
    await sign(session, Request("GET", "/V1/orders", "Orders"))

    assert [("/ims/token/v3", base)] == asked


def test_the_keys_of_a_store_are_those_of_one_way_in() -> None:
    assert frozenset(SIGNED) in MANIFEST.credentials
    assert frozenset({*CLOUD, "store_view"}) in MANIFEST.credentials
    assert all("client_secret" not in each or "consumer_secret" not in each for each in MANIFEST.credentials)


CASES = {
    "no_or_bad_credentials": A,
    "missing_acl": A,
    "admin_login_failed": A,
    "oauth_bad_signature": A,
    "oauth_endpoint_error": A,
    "entity_missing": V,
    "product_missing": V,
    "route_missing": V,
    "input_error": V,
    "invalid_product": V,
    "source_item_no_quantity": V,
    "source_item_bad_source": V,
    "source_item_empty": V,
    "salable_qty_for_configurable": V,
    "ship_not_allowed": C,
    "refund_not_allowed": C,
    "url_key_taken": C,
    "page_size_over_limit": V,
    "array_over_limit": V,
    "too_many_requests_checkout_only": Q,
    "masked_server_error": T,
    "fatal_error": T,
    "maintenance": T,
}


def test_every_documented_error_has_its_category() -> None:
    cases = example("constructed", "errors.json")["cases"]
    found = {name: judged(answered(each["status"], each.get("body"), each.get("body_text", ""))) for name, each in cases.items()}

    assert CASES == found


@pytest.mark.parametrize(
    ("code", "status", "category"),
    [
        ("version_rejected", 400, V),
        ("parameter_absent", 400, V),
        ("timestamp_refused", 400, A),
        ("nonce_used", 401, A),
        ("consumer_key_rejected", 401, A),
        ("token_used", 401, A),
        ("token_rejected", 401, A),
        ("permission_denied", 403, A),
        ("method_not_allowed", 405, V),
    ],
)
def test_an_oauth_problem_is_told_by_its_code(code: str, status: int, category: Category) -> None:
    answer = answered(status, None, f"oauth_problem={code}&oauth_timestamp=1")

    assert (code, category) == (judge(answer).code, judged(answer))


@pytest.mark.parametrize(
    ("status", "body", "category"),
    [
        (200, None, T),
        (301, None, A),
        (400, {"message": "Database deadlock found when trying to get lock"}, T),
        (403, None, T),
        (403, {"message": "Api key is not permitted"}, A),
        (404, None, V),
        (406, {"message": "Server cannot match any of the given Accept HTTP header media type(s) from the request."}, V),
        (409, {"message": "?"}, C),
        (502, None, T),
        (504, None, T),
    ],
)
def test_an_answer_without_a_known_message_is_told_by_its_status(status: int, body: Any, category: Category) -> None:
    assert category == judged(answered(status, body))


@pytest.mark.parametrize(("header", "seconds"), [({"retry-after": "7"}, 7.0), ({}, 5.0), ({"retry-after": "soon"}, 5.0)])
def test_an_overloaded_store_is_left_alone_for_as_long_as_it_says(header: dict[str, str], seconds: float) -> None:
    judgement = judge(Answer(429, header, {"message": "Too Many Requests", "trace": None}, "", 0.1))

    assert (seconds, seconds) == (judgement.retry_after, judgement.report.hold)


async def test_a_signature_is_made_with_the_time_after_the_wait(shop: Served) -> None:
    shop.fail(status=429, headers={"retry-after": "2"}, body=HTML)

    assert (await newest(shop)).rows
    assert [429, 200] == [call.status for call in shop.running.control.calls]
