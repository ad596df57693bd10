"""What the local eBay promises of its door, its quotas, its checks and its control."""

import time
from pathlib import Path

import httpx
import pytest

from adapters.ebay.sandbox import SANDBOX, description
from adapters.ebay.sandbox.routes import ROUTES
from adapters.kit.sandbox import SandboxStore, serving
from tests.platforms.ebay.sandbox_client import CLIENT, KEYS, NOW, TOKEN, Seller, error_of, store
from tests.support.shared import shared

PREFIX = "https://api.ebay.com/oauth/api_scope"
ORDERS, ITEMS, LIMITS = "sell/fulfillment/v1/order", "sell/inventory/v1/inventory_item", "developer/analytics/v1_beta/rate_limit/"
REFRESH = {"grant_type": "refresh_token", "refresh_token": KEYS["refresh_token"]}
CODE = {"grant_type": "authorization_code", "code": KEYS["code"], "redirect_uri": KEYS["ru_name"]}
APPLICATION = {"grant_type": "client_credentials", "scope": PREFIX}


@pytest.mark.parametrize(
    ("authorization", "status", "code"),
    [
        ("", 400, 1002),
        ("Basic abc", 400, 1003),
        ("IAF {token}", 400, 1003),
        ("Bearer", 400, 1003),
        ("Bearer wrong", 401, 1001),
        ("Bearer {application}", 403, 1100),
    ],
)
async def test_without_the_right_token_nothing_is_told(authorization: str, status: int, code: int) -> None:
    there = Seller(signed_in=False)
    application = (await there.token(APPLICATION)).json()["access_token"]
    header = authorization.format(token=await there.sign_in(), application=application)

    answer = await there.ask(ORDERS, headers={"Authorization": header} if header else {})

    assert (status, code) == error_of(answer)


@pytest.mark.parametrize(
    ("auth", "form", "status", "error"),
    [
        (CLIENT, REFRESH, 200, None),
        (CLIENT, REFRESH | {"scope": f"{PREFIX}/sell.inventory"}, 200, None),
        (CLIENT, REFRESH | {"scope": f"{PREFIX}/sell.marketing"}, 400, "invalid_scope"),
        (CLIENT, REFRESH | {"refresh_token": "foreign"}, 400, "invalid_grant"),
        ((CLIENT[0], "wrong"), REFRESH, 401, "invalid_client"),
        (None, REFRESH, 401, "invalid_client"),
        (CLIENT, APPLICATION, 200, None),
        (CLIENT, APPLICATION | {"scope": f"{PREFIX}/sell.inventory"}, 400, "invalid_scope"),
        (CLIENT, CODE, 200, None),
        (CLIENT, CODE | {"redirect_uri": "https://elsewhere.example.com"}, 400, "invalid_grant"),
        (CLIENT, {"grant_type": "password"}, 400, "unsupported_grant_type"),
        (CLIENT, {"grant": "none"}, 400, "invalid_request"),
    ],
)
async def test_the_token_endpoint_answers_each_grant(
    auth: tuple[str, str] | None, form: dict[str, str], status: int, error: str | None
) -> None:
    there = Seller(signed_in=False)

    answer = await there.token(form, auth)

    assert (status, error) == (answer.status_code, answer.json().get("error"))


async def test_only_a_code_gives_a_refresh_token_and_it_does_so_once() -> None:
    there = Seller(signed_in=False)

    first, second, refreshed = await there.token(CODE), await there.token(CODE), await there.token(REFRESH)

    assert (KEYS["refresh_token"], 47_304_000) == (first.json()["refresh_token"], first.json()["refresh_token_expires_in"])
    assert (400, "invalid_grant") == (second.status_code, second.json()["error"])
    assert {"access_token", "expires_in", "token_type"} == refreshed.json().keys()


async def test_a_token_request_that_is_no_form_is_refused() -> None:
    there = Seller(signed_in=False)

    answer = await there.client.post(TOKEN, json=REFRESH, auth=CLIENT)

    assert (400, "invalid_request") == (answer.status_code, answer.json()["error"])


async def test_an_access_token_lives_two_hours_and_a_refresh_token_eighteen_months() -> None:
    there = Seller()
    statuses = [(await there.ask(ORDERS)).status_code]
    for seconds in (7199, 1):
        await there.wait(seconds)
        statuses.append((await there.ask(ORDERS)).status_code)
    await there.wait(47_304_000)

    assert [200, 200, 401] == statuses
    assert "invalid_grant" == (await there.token()).json()["error"]


async def test_a_revoked_consent_closes_the_store_until_a_new_one() -> None:
    there = Seller()
    await there.ask(ORDERS)
    await there.rows("touch", "credentials", revoked=True)

    assert (401, 1001) == error_of(await there.ask(ORDERS))
    assert (400, "invalid_grant") == ((refused := await there.token()).status_code, refused.json()["error"])
    assert 200 == (await there.token(CODE)).status_code
    assert 200 == (await there.token()).status_code


async def test_a_token_opens_only_what_its_scopes_name() -> None:
    there = Seller(store(scopes=["sell.inventory.readonly"]))

    assert 200 == (await there.ask(ITEMS)).status_code
    assert (403, 1100) == error_of(await there.ask(ORDERS))
    assert "invalid_scope" == (await there.token(REFRESH | {"scope": f"{PREFIX}/sell.inventory"})).json()["error"]


async def test_the_older_interface_has_a_scheme_a_header_and_an_envelope_of_its_own() -> None:
    there = Seller(signed_in=False)
    token, market = await there.sign_in(), {"X-EBAY-C-MARKETPLACE-ID": "EBAY_US"}

    refused = await there.ask("post-order/v2/return/search", headers={"Authorization": f"Bearer {token}", **market})
    headless = await there.ask("post-order/v2/return/search", headers={"Authorization": f"IAF {token}"})
    missing = await there.ask("post-order/v2/return/77", headers={"Authorization": f"IAF {token}", **market})

    assert [400, 400, 404] == [answer.status_code for answer in (refused, headless, missing)]
    assert [(1003, 400), (2004, 400), (2002, 404)] == [
        (answer.json()["error"][0]["errorId"], answer.json()["error"][0]["httpStatusCode"]) for answer in (refused, headless, missing)
    ]


async def test_sellers_of_some_marketplaces_must_sign_calls_about_money() -> None:
    home, away = Seller(), Seller(store(profile="parts", sizes={"orders": 3, "products": 3}))
    headers = {"X-EBAY-C-MARKETPLACE-ID": "EBAY_GB"}
    signature = {"x-ebay-signature-key": "jwe", "Signature": "sig1=:AA==:", "Signature-Input": "sig1=();created=1"}

    answers = [
        await there.ask("sell/finances/v1/transaction", headers=sent)
        for there, sent in ((home, headers), (away, headers), (away, headers | signature))
    ]

    assert [200, 400, 200] == [answer.status_code for answer in answers]
    assert ("ACCESS", True) == ((error := answers[1].json()["errors"][0])["domain"], 215_000 <= error["errorId"] <= 215_122)


async def test_a_used_up_quota_refuses_until_its_reset_and_no_header_tells() -> None:
    there = Seller(store(quotas={"sell.inventory": 2}))

    answers = [await there.ask(ITEMS, limit=1) for _ in range(3)]
    other = await there.ask(ORDERS)
    await there.wait(13 * 3600)
    there.client.headers["Authorization"] = f"Bearer {await there.sign_in()}"

    assert [200, 200, 429] == [answer.status_code for answer in answers]
    assert {"errorId": 2001, "domain": "ACCESS", "category": "REQUEST"}.items() <= answers[2].json()["errors"][0].items()
    assert {"content-type", "content-length"} == {name for answer in answers for name in answer.headers}
    assert 200 == other.status_code
    assert 200 == (await there.ask(ITEMS)).status_code


async def test_the_analytics_tell_what_is_left() -> None:
    there = Seller(store(quotas={"sell.inventory": 2}))
    await there.ask(ITEMS)
    token = (await there.token(APPLICATION)).json()["access_token"]
    header = {"Authorization": f"Bearer {token}"}

    answer = await there.ask(LIMITS, headers=header, api_context="sell", api_name="inventory")
    nothing = await there.ask(LIMITS, headers=header, api_name="browse")
    mine = await there.ask("developer/analytics/v1_beta/user_rate_limit/")

    assert [{"count": 1, "limit": 2, "remaining": 1, "reset": "2026-11-21T07:00:00.000Z", "timeWindow": 86_400}] == (
        answer.json()["rateLimits"][0]["resources"][0]["rates"]
    )
    assert (204, b"") == (nothing.status_code, nothing.content)
    assert ["sell.inventory"] == [row["resources"][0]["name"] for row in mine.json()["rateLimits"]]
    assert (403, 1100) == error_of(await there.ask(LIMITS))


async def test_quotas_belong_to_the_application_and_not_to_the_store() -> None:
    there = Seller(store(quotas={"sell.inventory": 1}), store("second", quotas={"sell.inventory": 1}))
    await there.ask(ITEMS)
    token = (await there.client.post(f"{there.origin}/second/{TOKEN}", data=REFRESH, auth=CLIENT)).json()["access_token"]

    answer = await there.client.get(f"{there.origin}/second/{ITEMS}", headers={"Authorization": f"Bearer {token}"})

    assert 429 == answer.status_code


async def test_a_generous_store_never_runs_dry() -> None:
    there = Seller(store(generous=True, quotas={"sell.inventory": 0}))

    assert 200 == (await there.ask(ITEMS)).status_code


async def test_tokens_have_a_quota_too() -> None:
    there = Seller(store(quotas={"oauth.refresh_token": 1}), signed_in=False)

    assert [200, 429] == [(await there.token()).status_code for _ in range(2)]


@pytest.mark.parametrize(
    ("method", "path", "query", "status", "code"),
    [
        ("GET", ORDERS, "?status=open", 400, 2004),
        ("GET", ORDERS, "?limit=1&limit=2", 400, 2004),
        ("GET", ORDERS, "?filter=creationdate:[2026-11-01T00:00:00.000Z..]", 400, 2004),
        ("GET", f"{ORDERS}s", "", 400, 2004),
        ("PATCH", ORDERS, "", 400, 2004),
        ("GET", "sell/fulfillment/v1/payment_dispute_summary", "", 501, 2003),
        ("GET", "commerce/notification/v1/topic", "", 501, 2003),
        ("DELETE", f"{ITEMS}/X/product_compatibility", "", 501, 2003),
        ("GET", "developer/analytics/v1_beta/rate_limit", "", 400, 2004),
        ("GET", "sell/finances/v1/transaction", "", 400, 2004),
        ("POST", "sell/inventory/v1/bulk_get_inventory_item", "", 400, 2004),
    ],
)
async def test_what_the_description_does_not_know_is_refused_and_logged(method: str, path: str, query: str, status: int, code: int) -> None:
    shared("ebay", "spec")
    there = Seller()

    answer = await there.ask(path + query, method)

    assert (status, code) == error_of(answer)
    assert status == there.control.calls[-1].status


async def test_a_body_is_checked_too() -> None:
    shared("ebay", "spec")
    there = Seller()

    answer = await there.ask("sell/inventory/v1/bulk_get_inventory_item", "POST", json={"requests": [{"sku": 7}]})

    assert (400, 2004) == error_of(answer)
    assert "requests/0/sku" in answer.json()["errors"][0]["longMessage"]


def test_every_route_is_one_the_platform_has() -> None:
    shared("ebay", "spec")

    assert {(route.method, route.template) for route in ROUTES} <= description.operations().keys()


async def test_without_the_description_the_sandbox_serves_and_checks_less(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARTOGRAPH_SHARED", str(tmp_path))
    description.operations.cache_clear()
    try:
        there = Seller()
        answers = [await there.ask(path) for path in (f"{ORDERS}?status=open", f"{ORDERS}s")]
    finally:
        monkeypatch.undo()
        description.operations.cache_clear()

    assert [200, 400] == [answer.status_code for answer in answers]


async def test_orders_can_be_edited_from_outside() -> None:
    there = Seller()
    old = (await there.ids())[0]
    new = await there.rows("insert", "order")
    dated = await there.rows("insert", "order", created="2026-10-01T10:00:00Z", status="cancelled")
    await there.rows("touch", "order", old, fulfillment_status="FULFILLED", payment_status="PARTIALLY_REFUNDED")
    since = f"lastmodifieddate:[{NOW:%Y-%m-%dT%H:%M:%S}.000Z..]"

    assert {new, old} == set(await there.ids(filter=since))
    assert "2026-10-01T10:00:00.000Z" == (await there.get(f"{ORDERS}/{dated}"))["creationDate"]
    assert "CANCELED" == (await there.get(f"{ORDERS}/{dated}"))["cancelStatus"]["cancelState"]
    touched = await there.get(f"{ORDERS}/{old}")
    assert ("FULFILLED", "PARTIALLY_REFUNDED") == (touched["orderFulfillmentStatus"], touched["orderPaymentStatus"])
    await there.rows("delete", "order", new)
    assert (404, 32100) == error_of(await there.ask(f"{ORDERS}/{new}"))


async def test_a_touch_alone_changes_nothing_but_the_date() -> None:
    there = Seller()
    wanted = (await there.ids())[1]
    before = await there.get(f"{ORDERS}/{wanted}")
    await there.rows("touch", "order", wanted, updated="2026-11-19T12:00:00Z")

    assert before | {"lastModifiedDate": "2026-11-19T12:00:00.000Z"} == await there.get(f"{ORDERS}/{wanted}")


async def test_products_can_be_edited_from_outside_and_old_orders_stay_as_they_were() -> None:
    there = Seller()
    before = (await there.orders(limit=200))["orders"]
    sku = (await there.items())[0]["sku"]
    new = await there.rows("insert", "product", quantity=9, price="12.50")
    await there.rows("touch", "product", sku, quantity=3, offered=2, price="1.00", title="Renamed")

    item, offers = await there.get(f"{ITEMS}/{sku}"), await there.get("sell/inventory/v1/offer", sku=sku)
    assert (3, "Renamed") == (item["availability"]["shipToLocationAvailability"]["quantity"], item["product"]["title"])
    assert (2, "1.00") == (offers["offers"][0]["availableQuantity"], offers["offers"][0]["pricingSummary"]["price"]["value"])
    assert "12.50" == (await there.get("sell/inventory/v1/offer", sku=new))["offers"][0]["pricingSummary"]["price"]["value"]
    assert before == (await there.orders(limit=200))["orders"]
    await there.rows("delete", "product", sku)
    assert (404, 25710) == error_of(await there.ask(f"{ITEMS}/{sku}"))


@pytest.mark.parametrize(
    ("action", "kind", "row_id", "fields", "status"),
    [
        ("touch", "order", "nothing", {}, "404"),
        ("touch", "product", "nothing", {}, "404"),
        ("insert", "customer", "", {}, "400"),
        ("delete", "credentials", "", {}, "400"),
        ("insert", "order", "", {"status": "shipped"}, "400"),
    ],
)
async def test_a_wish_that_makes_no_sense_is_refused(action: str, kind: str, row_id: str, fields: dict[str, str], status: str) -> None:
    with pytest.raises(httpx.HTTPStatusError, match=status):
        await Seller().rows(action, kind, row_id, **fields)


async def test_faults_and_calls_go_by_the_templates() -> None:
    there = Seller()
    await there.ask(LIMITS)
    there.control.calls.clear()
    await there.client.post(f"{there.origin}/control/faults", json={"store": "shop", "match": "GET /sell/inv", "times": 1, "status": 503})

    statuses = [(await there.ask(path)).status_code for path in (f"{ORDERS}/12-1", ITEMS, ITEMS, "nowhere")]

    assert [404, 503, 200, 400] == statuses
    assert [
        ("GET /sell/fulfillment/v1/order/{orderId}", 404),
        ("GET /sell/inventory/v1/inventory_item", 503),
        ("GET /sell/inventory/v1/inventory_item", 200),
        ("GET /nowhere", 400),
    ] == [(call.operation, call.status) for call in there.control.calls]
    assert 1 == there.control.calls[2].cost


@pytest.mark.parametrize(
    "wrong",
    [
        SandboxStore("shop", "Shop", "huge", KEYS),
        SandboxStore("shop", "Shop", "small", KEYS, {"customers": 3}),
        SandboxStore("shop", "Shop", "small", KEYS, {}, {"bucket": 3}),
        SandboxStore("shop", "Shop", "small", {"client_id": "x"}),
    ],
)
def test_a_store_it_does_not_understand_is_refused(wrong: SandboxStore) -> None:
    with pytest.raises(ValueError, match="store shop"):
        Seller(wrong)


def test_the_demo_starts_at_once() -> None:
    began = time.perf_counter()
    Seller(*SANDBOX.stores)

    assert time.perf_counter() - began < 1.5


async def test_over_real_http_pages_are_followed_and_a_cut_connection_is_cut() -> None:
    made = SandboxStore("shop", "Shop", "small", KEYS, {}, {"generous": True, "until": "2026-11-18T20:00:00"})
    async with serving(SANDBOX, (made,)) as running, httpx.AsyncClient(base_url=f"{running.url}/shop/") as client:
        token = (await client.post(TOKEN, data=REFRESH, auth=CLIENT)).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        first = (
            await client.get(ORDERS, params={"limit": 30, "filter": "creationdate:[2026-09-01T00:00:00.000Z..2026-11-20T00:00:00.000Z]"})
        ).json()
        second = (await client.get(first["next"])).json()
        await client.post(f"{running.url}/control/faults", json={"hang_up": True, "times": 1})
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get(ORDERS)

    assert (30, 10) == (len(first["orders"]), len(second["orders"]))
    assert first["href"].startswith(f"{running.url}/shop/")
