"""What the local Amazon promises of its tokens, its plans, its routes and its control."""

from typing import Any

import httpx
import orjson
import pytest

from adapters.amazon.sandbox import SANDBOX, description
from adapters.amazon.sandbox.limits import PLANS
from adapters.amazon.sandbox.routes import ROUTES
from adapters.kit.sandbox import Fault, SandboxStore, serving
from tests.platforms.amazon.sandbox_seller import DE, EVER, KEYS, LISTINGS, ORDERS, REFRESH, SELLER, STOCK, US, Seller, store
from tests.support.shared import shared

PARTICIPATIONS = "sellers/v1/marketplaceParticipations"
GRANTLESS = {"grant_type": "client_credentials", "scope": "sellingpartnerapi::notifications", "client_id": KEYS["client_id"]}
CODE = {"grant_type": "authorization_code", "redirect_uri": "https://gateway.example.com/back"}
SECRET = {"client_id": KEYS["client_id"], "client_secret": KEYS["client_secret"]}


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        (REFRESH, 200, None),
        ({**GRANTLESS, **SECRET}, 200, None),
        ({**REFRESH, "client_secret": "old"}, 401, "invalid_client"),
        ({**REFRESH, "client_id": "other"}, 401, "invalid_client"),
        ({**REFRESH, "refresh_token": "Atzr|other"}, 400, "invalid_grant"),
        ({**REFRESH, "scope": "sellingpartnerapi::notifications"}, 400, "invalid_request"),
        ({**GRANTLESS, **SECRET, "scope": "all"}, 400, "invalid_scope"),
        ({**CODE, **SECRET, "code": "unknown"}, 400, "invalid_grant"),
        ({**REFRESH, "grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, 400, "invalid_request"),
        ({}, 400, "invalid_request"),
    ],
)
async def test_the_token_endpoint_answers_each_grant(form: dict[str, str], status: int, error: str | None) -> None:
    there = Seller()

    answer = await there.client.post("auth/o2/token", data=form, headers={"Content-Type": "application/x-www-form-urlencoded"})

    assert (status, error) == (answer.status_code, answer.json().get("error"))
    assert (3600 if status == 200 else None) == answer.json().get("expires_in")
    assert [("POST /auth/o2/token", status)] == [(call.operation, call.status) for call in there.control.calls]


async def test_a_refresh_token_does_not_rotate_and_grantless_answers_have_none() -> None:
    there = Seller()

    answers = [(await there.client.post("auth/o2/token", data=form)).json() for form in (REFRESH, REFRESH, {**GRANTLESS, **SECRET})]

    assert [KEYS["refresh_token"], KEYS["refresh_token"], None] == [answer.get("refresh_token") for answer in answers]
    assert 3 == len({answer["access_token"] for answer in answers})


async def test_a_code_is_good_once_and_for_five_minutes() -> None:
    there = Seller()
    used, late = there.row("insert", "credentials"), there.row("insert", "credentials")
    answers = [await there.client.post("auth/o2/token", data={**CODE, **SECRET, "code": used}) for _ in range(2)]
    await there.advance(301)

    answers.append(await there.client.post("auth/o2/token", data={**CODE, **SECRET, "code": late}))

    assert [200, 400, 400] == [answer.status_code for answer in answers]
    assert KEYS["refresh_token"] == answers[0].json()["refresh_token"]


async def test_json_is_no_form() -> None:
    answer = await Seller().client.post("auth/o2/token", json=REFRESH)

    assert (400, "invalid_request") == (answer.status_code, answer.json()["error"])


@pytest.mark.parametrize(
    ("token", "example"),
    [(None, "error.403.token_missing"), ("Atza|other", "error.403.token_invalid_or_revoked"), ("late", "error.403.token_expired")],
)
async def test_a_token_that_opens_nothing_is_refused_as_documented(token: str | None, example: str) -> None:
    wanted = orjson.loads(shared("amazon", "examples", "synthetic", f"{example}.json").read_bytes())
    there = Seller(signed_in=False)
    if token == "late":
        token = await there.token()
        await there.advance(3600)

    answer = await there.client.get(PARTICIPATIONS, headers={"x-amz-access-token": token} if token else {})

    assert (wanted["status"], wanted["response"]) == (answer.status_code, answer.json())
    assert "x-amzn-ratelimit-limit" not in answer.headers


async def test_a_token_lives_an_hour() -> None:
    there = Seller()
    await there.get(PARTICIPATIONS)
    await there.advance(3599)

    assert 200 == (await there.ask(PARTICIPATIONS)).status_code
    await there.advance(1)
    assert 403 == (await there.ask(PARTICIPATIONS)).status_code


async def test_a_revoked_seller_is_shut_out_and_may_come_back() -> None:
    there = Seller()
    await there.get(PARTICIPATIONS)

    there.row("touch", "credentials", revoked=True)
    refused, renewed = await there.ask(PARTICIPATIONS), await there.client.post("auth/o2/token", data=REFRESH)
    there.row("touch", "credentials", revoked=False)

    assert "The access token you provided is revoked, malformed or invalid." == refused.json()["errors"][0]["details"]
    assert (403, 400, "invalid_grant") == (refused.status_code, renewed.status_code, renewed.json()["error"])
    assert 200 == (await there.ask(PARTICIPATIONS)).status_code


@pytest.mark.parametrize(
    ("roles", "path", "params"),
    [
        (["orders"], LISTINGS, {"marketplaceIds": US}),
        (["orders"], STOCK, {"granularityType": "Marketplace", "granularityId": US, "marketplaceIds": US}),
        (["orders"], "finances/2024-06-19/transactions", {"postedAfter": "2026-01-01T00:00:00Z"}),
        (["listing"], ORDERS, EVER),
        (["listing"], LISTINGS.replace(SELLER, "A0OTHER"), {"marketplaceIds": US}),
        (["listing"], LISTINGS, {"marketplaceIds": DE}),
        (["orders"], ORDERS, {**EVER, "marketplaceIds": f"{US},{DE}"}),
    ],
)
async def test_what_is_not_granted_is_denied_without_details(roles: list[str], path: str, params: dict[str, str]) -> None:
    wanted = orjson.loads(shared("amazon", "examples", "synthetic", "error.403.no_role_or_grant.json").read_bytes())

    answer = await Seller(store(roles=roles)).ask(path, **params)

    assert (403, wanted["response"], "AccessDeniedException") == (
        answer.status_code,
        answer.json(),
        answer.headers["x-amzn-errortype"],
    )


async def test_an_applications_own_token_opens_nothing_of_the_sellers() -> None:
    there = Seller(signed_in=False)
    token = (await there.client.post("auth/o2/token", data={**GRANTLESS, **SECRET})).json()["access_token"]

    answer = await there.client.get(PARTICIPATIONS, headers={"x-amz-access-token": token})

    assert (403, "") == (answer.status_code, answer.json()["errors"][0]["details"])


async def test_a_restricted_token_opens_what_the_sellers_does() -> None:
    there = Seller()
    await there.get(PARTICIPATIONS)
    wish = {"restrictedResources": [{"method": "GET", "path": "/mfn/v0/shipments/{shipmentId}"}]}

    made = (await there.client.post("tokens/2021-03-01/restrictedDataToken", json=wish)).json()
    answer = await there.client.get(PARTICIPATIONS, headers={"x-amz-access-token": made["restrictedDataToken"]})

    assert (3600, 200) == (made["expiresIn"], answer.status_code)


@pytest.mark.parametrize(("agent", "status"), [("App/1.0 (Language=Python)", 200), ("", 400), ("x" * 500, 200), ("x" * 501, 400)])
async def test_the_caller_must_say_who_it_is(agent: str, status: int) -> None:
    there = Seller()
    await there.get(PARTICIPATIONS)

    assert status == (await there.client.get(PARTICIPATIONS, headers={"user-agent": agent})).status_code


@pytest.mark.parametrize("path", ["orders/2026-01-01/nothing", "orders/2026-01-01/orders/", "nothing"])
async def test_an_unknown_path_is_stopped_at_the_gateway(path: str) -> None:
    there = Seller()

    answer = await there.ask(path)

    assert (403, "MissingAuthenticationToken") == (answer.status_code, answer.json()["errors"][0]["code"])
    assert (f"GET /{path}", 403) == (there.control.calls[-1].operation, there.control.calls[-1].status)


async def test_a_bucket_runs_dry_and_fills_again_by_the_clock() -> None:
    there = Seller(store(generous=False))
    path = f"{ORDERS}/{(await there.get(ORDERS, **EVER))['orders'][0]['orderId']}"

    answers = [await there.ask(path) for _ in range(31)]
    await there.advance(2)
    answers += [await there.ask(path) for _ in range(2)]

    assert [200] * 30 + [429, 200, 429] == [answer.status_code for answer in answers]
    assert "QuotaExceeded" == answers[30].json()["errors"][0]["code"]
    assert ("0.5", None) == tuple(answer.headers.get("x-amzn-ratelimit-limit") for answer in answers[29:31])
    assert "retry-after" not in answers[30].headers
    assert 200 == (await there.ask(ORDERS, **EVER)).status_code


async def test_searching_orders_is_the_scarcest_of_all() -> None:
    there = Seller(store(generous=False))

    statuses = [(await there.ask(ORDERS, **EVER)).status_code for _ in range(21)]
    await there.advance(178)
    statuses.append((await there.ask(ORDERS, **EVER)).status_code)
    await there.advance(1)
    last = await there.ask(ORDERS, **EVER)

    assert [200] * 20 + [429, 429, 200] == [*statuses, last.status_code]
    assert "0.0056" == last.headers["x-amzn-ratelimit-limit"]


async def test_refusals_of_input_tell_the_plan_too_and_cost_a_token() -> None:
    there = Seller(store(generous=False))

    answers = [await there.ask(STOCK) for _ in range(3)]

    assert [(400, "2.0"), (400, "2.0"), (429, None)] == [
        (answer.status_code, answer.headers.get("x-amzn-ratelimit-limit")) for answer in answers
    ]


async def test_plans_can_be_changed_for_a_store() -> None:
    slow, fast = Seller(store(generous=False, rates={"getOrder": [1, 1]})), Seller(store(generous=False, speed=100))

    statuses = [(await slow.ask(f"{ORDERS}/none")).status_code for _ in range(2)]
    await fast.advance(2)
    statuses += [(await fast.ask(ORDERS, **EVER)).status_code for _ in range(20)]
    await fast.advance(2)

    assert [404, 429] + [200] * 20 == statuses
    assert 200 == (await fast.ask(ORDERS, **EVER)).status_code


def test_every_route_and_plan_is_one_the_platform_has() -> None:
    known = orjson.loads(shared("amazon", "spec", "rate_limits.json").read_bytes())["operations"]
    described = {(row["method"], row["path"]): row for row in known}

    for route in ROUTES:
        row = described[route.method, route.template]
        assert route.operation_id == row["operationId"]
        assert (None if row["burst"] is None else (row["rate_per_s"], row["burst"])) == PLANS.get(route.operation_id)


@pytest.mark.parametrize(
    ("path", "params"),
    [
        (ORDERS, {**EVER, "orderBy": "createdTime"}),
        (ORDERS, {**EVER, "includedData": "FULFILLMENT,EVERYTHING"}),
        (ORDERS, {**EVER, "marketplaceIds": ",".join([US] * 51)}),
        (LISTINGS, {}),
        (LISTINGS, {"marketplaceIds": US, "pageSize": 21}),
        (LISTINGS, {"marketplaceIds": US, "lastUpdatedAfter": "yesterday"}),
        (STOCK, {"granularityType": "Country", "granularityId": US, "marketplaceIds": US}),
        (STOCK, {"granularityType": "Marketplace", "granularityId": US, "marketplaceIds": US, "details": "yes"}),
    ],
)
async def test_a_request_the_description_does_not_know_is_refused_and_logged(path: str, params: dict[str, Any]) -> None:
    shared("amazon", "spec", "models")
    there = Seller()

    answer = await there.ask(path, **params)

    assert (400, ["code", "details", "message"]) == (answer.status_code, sorted(answer.json()["errors"][0]))
    assert 400 == there.control.calls[-1].status


async def test_a_body_is_held_against_the_description() -> None:
    shared("amazon", "spec", "models")
    there = Seller()
    await there.get(PARTICIPATIONS)

    answer = await there.client.post(
        "externalFulfillment/inventory/2024-09-11/inventories", json={"requests": [{"uri": "/inventory/fetch"}]}
    )

    assert (400, "'method' is a required property") == (answer.status_code, answer.json()["errors"][0]["details"])


async def test_what_is_described_but_not_served_says_so() -> None:
    shared("amazon", "spec", "models")
    there = Seller()
    await there.get(PARTICIPATIONS)

    params = {"asin": "B000000001", "sellerId": SELLER, "marketplaceIds": US}
    answer = await there.client.get("listings/2021-08-01/restrictions", params=params)

    assert 501 == answer.status_code
    assert "GET /listings/2021-08-01/restrictions" == there.control.calls[-1].operation


async def test_without_the_description_nothing_is_checked_against_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(description, "operations", lambda: ())
    description.described.cache_clear()
    try:
        there = Seller()
        answer = await there.ask(ORDERS, **EVER, orderBy="createdTime")
    finally:
        description.described.cache_clear()

    assert 200 == answer.status_code


async def test_faults_and_calls_go_by_the_official_templates() -> None:
    there = Seller()
    order_id = (await there.get(ORDERS, **EVER))["orders"][0]["orderId"]
    there.control.calls.clear()
    there.control.faults.append(Fault(match="orders/{orderId}", times=1, status=503, body="<html>busy</html>"))

    answers = [await there.ask(f"{ORDERS}/{order_id}"), await there.ask(f"{ORDERS}/{order_id}"), await there.ask(ORDERS)]

    assert [503, 200, 400] == [answer.status_code for answer in answers]
    wanted = ["GET /orders/2026-01-01/orders/{orderId}"] * 2 + ["GET /orders/2026-01-01/orders"]
    assert list(zip(wanted, [503, 200, 400], strict=True)) == [(call.operation, call.status) for call in there.control.calls]


async def test_rows_can_be_edited_from_outside() -> None:
    there = Seller()
    old = (await there.orders())[0]["orderId"]
    new = there.row("insert", "order", created="2026-11-20T10:00:00Z")
    there.row("touch", "order", old, updated="2026-11-20T11:00:00Z", status="SHIPPED", refund="full")

    changed = {order["orderId"]: order["lastUpdatedTime"] for order in await there.orders(lastUpdatedAfter="2026-11-20T00:00:00Z")}

    assert {new: "2026-11-20T10:00:00.000Z", old: "2026-11-20T11:00:00.000Z"} == changed
    assert "SHIPPED" == (await there.get(f"{ORDERS}/{old}", includedData="FULFILLMENT"))["order"]["fulfillment"]["fulfillmentStatus"]
    there.row("delete", "order", new)
    assert 404 == (await there.ask(f"{ORDERS}/{new}")).status_code
    with pytest.raises(httpx.HTTPStatusError, match="404"):
        await _row_over_http(there, {"store": "shop", "action": "touch", "kind": "order", "id": "000-0000000-0000000"})


async def test_listings_can_be_edited_from_outside_and_orders_stay_as_they_were() -> None:
    there = Seller()
    before = await there.orders()
    sku = "LAN-0000-000-RE-XS"
    new = there.row("insert", "product", sku="NEW/1", name="A new one", price=1234)
    there.row("touch", "inventory", sku, quantity=77, price=1, updated="2026-11-20T11:00:00Z")

    listings = await there.listings(lastUpdatedAfter="2026-11-20T00:00:00Z", includedData="summaries,offers,fulfillmentAvailability")

    assert [new, sku] == [listing["sku"] for listing in listings]
    assert ("12.34", 77) == (listings[0]["offers"][0]["price"]["amount"], listings[1]["fulfillmentAvailability"][0]["quantity"])
    assert before == await there.orders()
    there.row("delete", "product", sku)
    assert 404 == (await there.ask(f"{LISTINGS}/{sku}", marketplaceIds=US)).status_code
    assert 99 == len(await there.listings(variationParentSku="LAN-0000"))


async def _row_over_http(there: Seller, wish: dict[str, Any]) -> None:
    (await there.client.post("http://sandbox.test/control/rows", json=wish)).raise_for_status()


@pytest.mark.parametrize(
    ("profile", "sizes", "options", "word"),
    [
        ("large", {}, {}, "large"),
        ("small", {"customers": 3}, {}, "customers"),
        ("small", {}, {"generousness": 1}, "generousness"),
        ("small", {}, {"roles": ["king"]}, "king"),
        ("small", {}, {"marketplaces": [US, DE]}, "one region"),
    ],
)
def test_a_store_that_makes_no_sense_is_refused(profile: str, sizes: dict[str, int], options: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        Seller(SandboxStore("shop", "A Shop", profile, KEYS, sizes, options))


async def test_over_real_http_a_seller_signs_in_and_a_cut_connection_is_cut() -> None:
    async with serving(SANDBOX, (store(),)) as running, httpx.AsyncClient(base_url=f"{running.url}/shop/") as client:
        token = (await client.post("auth/o2/token", data=REFRESH)).json()["access_token"]
        client.headers["x-amz-access-token"] = token
        page = await client.get(LISTINGS + "/TEA%2FSET%2001", params={"marketplaceIds": US})
        running.control.faults.append(Fault(hang_up=True, times=1))
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get(PARTICIPATIONS)

    assert (200, "TEA/SET 01") == (page.status_code, page.json()["sku"])
