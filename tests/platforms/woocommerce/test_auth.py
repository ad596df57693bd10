"""How WooCommerce is spoken to: the key on a request, and what its answers mean."""

import base64
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

import orjson
import pytest
from starlette.applications import Starlette
from starlette.requests import Request as Received
from starlette.responses import JSONResponse
from starlette.routing import Route

from adapters.kit.failures import PlatformError, classify
from adapters.kit.http import Answer, Request, Wire
from adapters.kit.port import ListQuery, Ordering
from adapters.kit.sandbox import Sandbox, serving
from adapters.kit.stores import StoreConfig
from adapters.woocommerce.auth import judge, sign, signature_of
from adapters.woocommerce.manifest import ERRORS, MANIFEST
from schema.errors import Category
from schema.keys import Kind
from tests.platforms.woocommerce.conftest import Leaping, Serve
from tests.platforms.woocommerce.shop import KEY, KEYS, SECRET, shared

NEWEST = ListQuery(Ordering("created_at", descending=True), 5)
HTML = "<html><head><title>No</title></head></html>"
T, Q, A, V, C = Category.TRANSIENT, Category.QUOTA, Category.AUTH, Category.VALIDATION, Category.CONFLICT


@dataclass
class Signer:
    """As much of a session as signing asks for."""

    store: StoreConfig
    clock: Leaping


def signer(url: str) -> Any:
    return Signer(StoreConfig("shop", "acme", "woocommerce", url, KEYS), Leaping())


def answered(status: int, body: Any = None, text: str = HTML, **headers: str) -> Answer:
    return Answer(status, headers, body, text if body is None else orjson.dumps(body).decode(), 0.1)


def judged(answer: Answer) -> Category:
    judgement = judge(answer)
    assert judgement.code is not None
    return classify(ERRORS, answer.status, judgement.code)[0]


def test_the_signature_is_the_one_of_the_published_vector() -> None:
    vector = shared("examples/constructed/oauth1-vector.json")

    assert vector["oauth_signature"] == signature_of(vector["method"], vector["url"], vector["params"], vector["consumer_secret"])


@pytest.mark.parametrize("url", ["http://Shop.Example:80/a", "HTTP://shop.example/a", "http://shop.example/a?x=1"])
def test_the_address_is_signed_as_the_store_knows_it(url: str) -> None:
    assert signature_of("GET", "http://shop.example/a", {"b": "1"}, SECRET) == signature_of("get", url, {"b": "1"}, SECRET)


async def test_over_https_the_key_goes_in_a_header_and_nowhere_else() -> None:
    signed = await sign(signer("https://shop.example"), Request("GET", "/x", "Test", params={"per_page": "1"}))

    assert {"per_page": "1"} == signed.params
    assert f"{KEY}:{SECRET}" == base64.b64decode(signed.headers["authorization"].removeprefix("Basic ")).decode()


async def test_over_http_the_secret_never_leaves() -> None:
    first, second = [await sign(signer("http://shop.example"), Request("GET", "/x", "Test")) for _ in range(2)]

    assert SECRET not in str(first)
    assert first.params["oauth_nonce"] != second.params["oauth_nonce"]


@pytest.mark.parametrize("search", ["plain", "a b", "a+b", "a&b=c", "ü~*'()!", "100%", "%41", "日本", "[x]", "a,b;c", ' "\\<>'])
async def test_what_is_signed_is_what_is_sent(search: str) -> None:
    """The server checks the signature over what it received, with its own code."""
    seen: list[tuple[str, list[tuple[str, str]]]] = []

    async def remember(request: Received) -> JSONResponse:
        seen.append((str(request.url).partition("?")[0], parse_qsl(request.url.query, keep_blank_values=True)))
        return JSONResponse([])

    app = Starlette(routes=[Route("/{path:path}", remember)])
    sandbox = Sandbox(lambda *_: app, ())
    async with serving(sandbox) as running:
        asker, wire = signer(f"{running.url}/shop"), Wire()
        await wire.send(asker.store, await sign(asker, Request("GET", "/x", "Test", params={"search": search, "empty": ""})))
        await wire.close()
    address, pairs = seen[0]
    given = dict(pairs)
    signature = given.pop("oauth_signature")

    assert (search, "") == (given["search"], given["empty"])
    assert signature == signature_of("GET", address, given, SECRET)


@pytest.mark.parametrize("search", ["a b+c&d=é%", "plain"])
async def test_a_store_accepts_signed_requests(serve: Serve, search: str) -> None:
    shop = await serve()
    page = shop.readers.kinds[Kind.ORDER].page
    assert page is not None
    await page(replace(NEWEST, filter=replace(NEWEST.filter, text=search)))

    assert [200] == [call.status for call in shop.running.control.calls]


async def test_a_store_accepts_keys_over_https(serve: Serve) -> None:
    shop = await serve(https=True)
    page = shop.readers.kinds[Kind.ORDER].page
    assert page is not None

    assert 5 == len((await page(NEWEST)).rows)


@pytest.mark.parametrize("https", [True, False])
@pytest.mark.parametrize("wrong", ["consumer_key", "consumer_secret"])
async def test_wrong_keys_ask_for_the_owner(serve: Serve, wrong: str, *, https: bool) -> None:
    shop = await serve(https=https, keys={**KEYS, wrong: "ck_wrong"})
    page = shop.readers.kinds[Kind.ORDER].page
    assert page is not None
    with pytest.raises(PlatformError) as caught:
        await page(NEWEST)

    assert Category.AUTH is caught.value.category
    assert SECRET not in caught.value.message


@pytest.mark.parametrize(
    ("case", "category"),
    [
        ("unknown_consumer_key_list_orders", A),
        ("unknown_consumer_key_item", A),
        ("wrong_consumer_secret", A),
        ("read_only_key_on_write", A),
        ("write_only_key_on_read", A),
        ("user_lacks_capability", A),
        ("oauth_unknown_key", A),
        ("oauth_bad_signature", A),
        ("oauth_old_timestamp", A),
        ("oauth_nonce_reuse", A),
        ("oauth_missing_parameter", A),
        ("no_route", V),
        ("bad_json", V),
        ("invalid_param", V),
        ("missing_param", V),
        ("order_not_found_get", V),
        ("order_not_found_put", V),
        ("product_not_found_get", V),
        ("customer_not_found", V),
        ("duplicate_sku", C),
        ("duplicate_customer_email", C),
        ("already_trashed", C),
        ("customer_delete_without_force", V),
        ("batch_too_large", V),
        ("refund_bad_amount_is_http_500", V),
        ("refund_gateway_or_amount_failure_is_http_500", C),
        ("refund_on_missing_order_is_http_500", V),
        ("coupon_invalid", V),
        ("line_item_not_in_order", V),
        ("php_fatal", T),
        ("host_waf_block", T),
        ("host_rate_limited", Q),
        ("maintenance_mode", T),
    ],
)
def test_every_documented_refusal_has_its_category(case: str, category: Category) -> None:
    found = shared("examples/constructed/errors.json")["cases"][case]

    assert category is judged(answered(found["status"], found.get("body"), found.get("body_text", "")))


@pytest.mark.parametrize(
    ("status", "code", "category"),
    [
        (200, None, T),
        (301, None, A),
        (308, None, A),
        (400, "product_invalid_global_unique_id", C),
        (400, "woocommerce_rest_coupon_code_already_exists", C),
        (400, "woocommerce_product_image_upload_error", V),
        (400, "woocommerce_rest_product_exists", V),
        (400, "woocommerce_rest_required_product_reference", V),
        (403, "rest_forbidden", A),
        (404, None, V),
        (406, None, V),
        (408, None, T),
        (429, "rest_too_many", Q),
        (500, "woocommerce_rest_cannot_delete", C),
        (500, None, T),
        (501, None, V),
        (502, None, T),
        (504, None, T),
        (508, None, T),
        (524, None, T),
    ],
)
def test_other_refusals_have_their_category(status: int, code: str | None, category: Category) -> None:
    assert category is judged(answered(status, None if code is None else {"code": code, "message": "Nein."}))


def test_every_category_has_a_sentence_for_the_caller() -> None:
    assert [] == [rule for rule in ERRORS if not classify([rule], rule.status or 500, (rule.code or "x").rstrip("*"))[1]]


@pytest.mark.parametrize("body", [[], [{"id": 1}], {"id": 1}])
def test_json_is_success(body: Any) -> None:
    assert None is judge(answered(200, body)).code


def test_php_notices_before_the_json_are_worth_another_try() -> None:
    judgement = judge(answered(200, None, '<br />\n<b>Notice</b>: Undefined index in x.php\n[{"id":1}]'))

    assert ("NOT_JSON", None) == (judgement.code, judgement.retry_after)


@pytest.mark.parametrize(
    ("headers", "hold"),
    [
        ({"retry-after": "600"}, 600.0),
        ({"retry-after": "Fri, 20 Nov 2026 10:00:30 GMT", "date": "Fri, 20 Nov 2026 10:00:00 GMT"}, 30.0),
        ({"retry-after": "Fri, 20 Nov 2026 10:00:00 GMT", "date": "Fri, 20 Nov 2026 10:00:30 GMT"}, 0.0),
        ({"retry-after": "Fri, 20 Nov 2026 10:00:30 GMT"}, 5.0),
        ({"retry-after": "soon"}, 5.0),
        ({}, 5.0),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_an_overloaded_store_is_left_alone_as_long_as_it_asks(status: int, headers: dict[str, str], hold: float) -> None:
    judgement = judge(Answer(status, headers, None, HTML, 0.1))

    assert (hold, hold, "slow") == (judgement.retry_after, judgement.report.hold, judgement.report.verdict)


@pytest.mark.parametrize(("code", "verdict"), [("internal_server_error", "slow"), ("woocommerce_rest_cannot_create_order_refund", "none")])
def test_a_refusal_sent_as_500_does_not_slow_the_store_down(code: str, verdict: str) -> None:
    assert verdict == judge(answered(500, {"code": code, "message": "", "data": 500})).report.verdict


async def test_a_store_that_is_busy_for_a_moment_is_asked_again(serve: Serve) -> None:
    shop = await serve()
    shop.fail(match="GET orders", status=503, headers={"Retry-After": "1"}, body=HTML)
    page = shop.readers.kinds[Kind.ORDER].page
    assert page is not None
    found = await page(NEWEST)

    assert 5 == len(found.rows)
    assert ["GET orders", "GET orders"] == shop.calls()
    assert sum(shop.clock.slept) >= 1


async def test_a_store_under_maintenance_is_not_asked_again_soon(serve: Serve) -> None:
    shop = await serve()
    shop.fail(match="GET orders", status=503, headers={"Retry-After": "600"}, body="Briefly unavailable.")
    page = shop.readers.kinds[Kind.ORDER].page
    assert page is not None
    with pytest.raises(PlatformError) as caught:
        await page(NEWEST)
    with pytest.raises(PlatformError) as again:
        await page(NEWEST)

    assert (Category.TRANSIENT, 600) == (caught.value.category, caught.value.retry_after)
    assert (Category.QUOTA, "BUDGET") == (again.value.category, again.value.code)
    assert ["GET orders"] == shop.calls()


def test_the_manifest_asks_for_the_two_keys() -> None:
    assert (frozenset({"consumer_key", "consumer_secret"}),) == MANIFEST.credentials
    assert (2, 4, 0) == (MANIFEST.limits.concurrency, MANIFEST.limits.most, MANIFEST.limits.points)
