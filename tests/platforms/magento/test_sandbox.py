"""What the local Magento promises of its door, its limits, its faults and its control."""

import asyncio
import json
import time
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from adapters.kit.sandbox import Control, serving
from adapters.magento.sandbox import SANDBOX
from adapters.magento.sandbox.signing import base_string, signature
from tests.platforms.magento.sandbox_client import CREDENTIALS, NOW, Shop, oauth_header, search, store
from tests.support.shared import shared

ORDERS = "http://shop.test/shop/rest/V1/orders?searchCriteria%5BpageSize%5D=1"
REFUSED = "The consumer isn't authorized to access %resources."
CLOUD_SCOPE = "openid,AdobeID,email,profile,additional_info.roles,additional_info.projectedProductContext,commerce.accs"


@pytest.mark.parametrize(
    ("changes", "status", "word"),
    [
        ({}, 200, ""),
        ({"secrets": "cs-test&wrong"}, 401, "signature is invalid"),
        ({"secrets": "wrong&as-test"}, 401, "signature is invalid"),
        ({"oauth_consumer_key": "wrong"}, 401, REFUSED),
        ({"token": "wrong"}, 401, REFUSED),
        ({"token": None}, 400, "is missing"),
        ({"oauth_nonce": None}, 400, "is missing"),
        ({"oauth_version": "2.0"}, 400, "version"),
        ({"oauth_signature_method": "HMAC-SHA1"}, 400, "signature method"),
        ({"oauth_timestamp": str(int(NOW.timestamp()) + 601)}, 400, "oauth_timestamp"),
        ({"oauth_timestamp": str(int(NOW.timestamp()) + 599)}, 200, ""),
    ],
)
async def test_a_signature_opens_the_door(changes: dict[str, Any], status: int, word: str) -> None:
    answer = await Shop().client.get(ORDERS, headers={"Authorization": oauth_header("GET", ORDERS, **changes)})

    assert status == answer.status_code
    assert not word or word in answer.json()["message"]


async def test_a_nonce_is_good_once() -> None:
    shop = Shop()
    headers = {"Authorization": oauth_header("GET", ORDERS)}

    answers = [await shop.client.get(ORDERS, headers=headers) for _ in range(2)]

    assert [200, 401] == [answer.status_code for answer in answers]
    assert "nonce" in answers[1].json()["message"]


async def test_no_wrong_and_denied_credentials_look_the_same() -> None:
    shop, denied = Shop(), Shop(denied=["Magento_Sales::actions_view"])

    answers = [
        await shop.client.get(ORDERS),
        await shop.client.get(ORDERS, headers={"Authorization": "Bearer wrong"}),
        await shop.client.get(ORDERS, headers={"Authorization": "Bearer at-test"}),
        await denied.get("orders", search(size=1)),
    ]

    body = {"message": REFUSED, "parameters": {"resources": "Magento_Sales::actions_view"}}
    assert [(401, body)] * 4 == [(answer.status_code, answer.json()) for answer in answers]
    assert 200 == (await denied.get("store/storeViews")).status_code


async def test_the_integrations_token_alone_is_taken_where_the_shop_allows_it() -> None:
    answer = await Shop(bearer=True).client.get(ORDERS, headers={"Authorization": "Bearer at-test"})

    assert 200 == answer.status_code


async def test_an_admins_token_lives_four_hours() -> None:
    shop = Shop()
    path = "rest/V1/integration/admin/token"
    token = (await shop.client.post(path, json={"username": "desk", "password": "open sesame"})).json()
    headers = {"Authorization": f"Bearer {token}"}

    before = await shop.client.get(ORDERS, headers=headers)
    await shop.client.post("http://shop.test/control/clock", json={"advance": 4 * 3600})
    after = await shop.client.get(ORDERS, headers=headers)

    assert [200, 401] == [before.status_code, after.status_code]
    assert 401 == (await shop.client.post(path, json={"username": "desk", "password": "wrong"})).status_code
    assert (400, "Decoding error.") == _told(await shop.client.post(path, content="{"))
    assert {"fieldName": "password"} == (await shop.client.post(path, json={"username": "desk"})).json()["parameters"]


async def test_revoked_credentials_open_nothing_until_they_are_given_back() -> None:
    shop = Shop()

    await shop.rows("touch", "credentials", revoked=True)
    revoked = await shop.get("orders", search(size=1))
    await shop.rows("touch", "credentials", revoked=False)
    restored = await shop.get("orders", search(size=1))

    assert [(401, REFUSED), 200] == [_told(revoked), restored.status_code]


async def test_an_activation_hands_out_a_new_pair_and_ends_the_old_one() -> None:
    shop = Shop()
    asked = await _exchange(shop, "request", "cs-test&", oauth_token=None)
    pair = parse_qs(asked.text)
    token, secret = pair["oauth_token"][0], pair["oauth_token_secret"][0]
    wrong = await _exchange(shop, "access", f"cs-test&{secret}", oauth_token=token, oauth_verifier="wrong")
    given = parse_qs((await _exchange(shop, "access", f"cs-test&{secret}", oauth_token=token, oauth_verifier="v" * 32)).text)
    again = await _exchange(shop, "access", f"cs-test&{secret}", oauth_token=token, oauth_verifier="v" * 32)

    header = oauth_header("GET", ORDERS, given["oauth_token"][0], f"cs-test&{given['oauth_token_secret'][0]}")
    assert 200 == (await shop.client.get(ORDERS, headers={"Authorization": header})).status_code
    assert 401 == (await shop.get("orders", search(size=1))).status_code
    assert (401, "oauth_problem=verifier_invalid") == (wrong.status_code, wrong.text)
    assert (401, "oauth_problem=token_used") == (again.status_code, again.text)


async def test_a_token_endpoint_names_the_problem() -> None:
    answer = await _exchange(Shop(), "request", "wrong&", oauth_token=None)

    assert (401, "oauth_problem=signature_invalid") == (answer.status_code, answer.text)


def test_signatures_are_those_of_the_published_vectors() -> None:
    vectors = json.loads(shared("magento", "examples", "constructed", "oauth1-vectors.json").read_text())
    case, keys = vectors["get_with_query"], vectors["credentials"]
    oauth = {"oauth_consumer_key": keys["consumer_key"], "oauth_nonce": "9f86d081884c7d65", "oauth_signature_method": "HMAC-SHA256"}
    oauth |= {"oauth_timestamp": "1763892000", "oauth_token": keys["access_token"], "oauth_version": "1.0"}
    pairs = [*case["query"].items(), *oauth.items()]

    assert case["base_string"] == base_string("GET", case["url"], pairs)
    assert case["oauth_signature"] == signature("GET", case["url"], pairs, keys["consumer_secret"], keys["access_token_secret"])


async def test_the_cloud_edition_has_its_own_door() -> None:
    shop = Shop(cloud=True)
    form = {"client_id": "app-test", "client_secret": "app-secret", "grant_type": "client_credentials", "scope": CLOUD_SCOPE}
    granted = (await shop.client.post("ims/token/v3", data=form)).json()
    headers = {"Authorization": f"Bearer {granted['access_token']}", "x-api-key": "app-test", "x-gw-ims-org-id": "org-test@example"}

    statuses = [
        (await shop.client.get("V1/orders?searchCriteria=&fields=total_count", headers=sent)).status_code
        for sent in (headers, {**headers, "x-gw-ims-org-id": "other"}, {})
    ]
    missing = await shop.client.get("V1/directory/currency", headers=headers)
    await shop.client.post("http://shop.test/control/clock", json={"advance": 86_400})
    late = await shop.client.get("V1/modules", headers=headers)

    assert [200, 403, 401, 404, 401] == [*statuses, missing.status_code, late.status_code]
    assert 400 == (await shop.client.post("ims/token/v3", data={**form, "client_secret": "wrong"})).status_code
    assert 404 == (await shop.client.get("rest/V1/modules", headers=headers)).status_code


async def test_the_clouds_gateway_says_when_to_come_back() -> None:
    shop = Shop(cloud=True, requests_per_second=1)

    statuses = [(await shop.client.get("V1/modules")).status_code for _ in range(3)]
    stopped = await shop.client.get("V1/modules")
    await shop.client.post("http://shop.test/control/clock", json={"advance": 1})
    later = await shop.client.get("V1/modules")

    assert [401, 401, 429, "1", 401] == [*statuses, stopped.headers["retry-after"], later.status_code]


async def test_a_firewall_answers_with_a_page_and_generous_has_none() -> None:
    strict, generous = Shop(requests_per_second=1), Shop(requests_per_second=1, generous=True)

    stopped = [await strict.get("modules") for _ in range(3)][-1]
    passed = [(await generous.get("modules")).status_code for _ in range(30)]

    assert (429, "text/html; charset=UTF-8") == (stopped.status_code, stopped.headers["content-type"])
    assert "retry-after" not in stopped.headers
    assert {200} == set(passed)


async def test_a_shop_has_no_limit_and_no_headers_of_one_by_default() -> None:
    shop = Shop()

    answers = [await shop.get("modules") for _ in range(50)]

    assert {200} == {answer.status_code for answer in answers}
    assert not [name for name in answers[0].headers if "limit" in name]


async def test_a_fault_strikes_before_the_shop_and_is_logged() -> None:
    shop = Shop()
    await shop.client.post(
        "http://shop.test/control/faults", json={"match": "GET /V1/orders/{id}", "times": 1, "status": 503, "body": "<html>"}
    )

    statuses = [
        (await shop.get(path, query)).status_code for path, query in [("orders", search(size=1)), ("orders/1", None), ("orders/1", None)]
    ]

    assert [200, 503, 200] == statuses
    logged = [(call.operation, call.status) for call in shop.control.calls]
    assert [("GET /V1/orders", 200), ("GET /V1/orders/{id}", 503), ("GET /V1/orders/{id}", 200)] == logged


async def test_only_so_many_requests_are_worked_on_at_once() -> None:
    shop = Shop(workers=1)
    await shop.client.post("http://shop.test/control/faults", json={"delay": 0.05, "times": 1})

    answers = await asyncio.gather(shop.get("modules"), shop.get("modules"))

    assert [200, 503] == [answer.status_code for answer in answers]


async def test_it_serves_over_real_http_and_starts_at_once() -> None:
    begun = time.perf_counter()
    SANDBOX.make_app(SANDBOX.stores, Control())
    started = time.perf_counter() - begun

    async with serving(SANDBOX, (store(bearer=True),)) as running, httpx.AsyncClient() as client:
        url = f"{running.url}/shop/rest/V1/orders?searchCriteria%5BpageSize%5D=2"
        stamp = str(int(running.control.now().timestamp()))
        answer = await client.get(url, headers={"Authorization": oauth_header("GET", url, oauth_timestamp=stamp)})

    assert (200, 2, 40) == (answer.status_code, len(answer.json()["items"]), answer.json()["total_count"])
    assert started < 1.5


@pytest.mark.parametrize("wrong", [{"profile": "large"}, {"sizes": {"rockets": 1}}, {"speed": 1}])
def test_a_store_it_does_not_know_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"shop|rockets"):
        SANDBOX.make_app((store(**wrong),), Control())


def test_the_demo_shows_two_stores_with_credentials_of_their_own() -> None:
    assert ["summit", "quill"] == [one.name for one in SANDBOX.stores]
    assert 2 == len({one.credentials["access_token"] for one in SANDBOX.stores})
    assert set(SANDBOX.stores[0].credentials) < set(CREDENTIALS)


def _told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["message"]


async def _exchange(shop: Shop, step: str, secrets: str, **changes: str | None) -> httpx.Response:
    url = f"http://shop.test/shop/oauth/token/{step}"
    token = changes.pop("oauth_token", None)
    return await shop.client.post(url, headers={"Authorization": oauth_header("POST", url, token, secrets, **changes)})
