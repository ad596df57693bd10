"""What the local Walmart promises of its door, its budgets, its refusals and its control: as the platform was seen to answer."""

import base64
import json
import time
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from adapters.kit.sandbox import Control, serving
from adapters.walmart.sandbox import SANDBOX, description
from adapters.walmart.sandbox.budgets import PER_MINUTE
from adapters.walmart.sandbox.routes import ROUTES
from tests.platforms.walmart.market import CREDENTIALS, HEADERS, NOW, Market, described, entry_of, parts_of, store
from tests.support.shared import shared

UNAUTHORIZED = "UNAUTHORIZED.GMP_GATEWAY_API"


@pytest.mark.parametrize(
    ("user", "secret", "form", "status"),
    [
        ("seller-1", "secret-1", {}, 200),
        ("nobody", "secret-1", {}, 401),
        ("seller-1", "wrong", {}, 400),
        ("seller-1", "secret-1", {"grant_type": "password"}, 400),
        ("seller-1", "secret-1", {"grant_type": "refresh_token", "refresh_token": "refresh-1"}, 200),
        ("seller-1", "secret-1", {"grant_type": "refresh_token", "refresh_token": "other"}, 400),
        ("seller-1", "secret-1", {"grant_type": "authorization_code", "code": "code-1", "redirect_uri": "https://app.example.com"}, 200),
        ("seller-1", "secret-1", {"grant_type": "authorization_code", "code": "code-1"}, 400),
    ],
)
async def test_a_token_is_given_to_the_client_it_belongs_to(user: str, secret: str, form: dict[str, str], status: int) -> None:
    there = Market(store(authorization_codes=["code-1"]))

    answer = await there.sign_in(user=user, secret=secret, **form)

    assert status == answer.status_code
    assert answer.is_error or {"token_type": "Bearer", "expires_in": 900}.items() <= answer.json().items()
    assert ('"refresh_token"' in answer.text) == ("code" in form and status == 200)


async def test_an_authorization_code_is_good_once_and_its_refresh_token_for_a_year() -> None:
    there = Market(store(authorization_codes=["code-1"]))
    form = {"grant_type": "authorization_code", "code": "code-1", "redirect_uri": "https://app.example.com"}
    refresh = (await there.sign_in(**form)).json()["refresh_token"]
    again = await there.sign_in(**form)
    await there.pass_time(364 * 86_400)
    late = await there.sign_in(grant_type="refresh_token", refresh_token=refresh)
    await there.pass_time(2 * 86_400)
    later = await there.sign_in(grant_type="refresh_token", refresh_token=refresh)

    assert [400, 200, 400] == [answer.status_code for answer in (again, late, later)]


@pytest.mark.parametrize(
    ("headers", "seconds", "status"),
    [
        ({}, 0, 200),
        ({}, 899, 200),
        ({}, 900, 401),
        ({"WM_SEC.ACCESS_TOKEN": ""}, 0, 401),
        ({"WM_SEC.ACCESS_TOKEN": "eyJother"}, 0, 401),
        ({"WM_SEC.ACCESS_TOKEN": "", "Authorization": "Bearer {token}"}, 0, 401),
    ],
)
async def test_a_token_counts_in_its_own_header_for_fifteen_minutes(headers: dict[str, str], seconds: int, status: int) -> None:
    there = Market()
    token = (await there.sign_in()).json()["access_token"]
    await there.pass_time(seconds)

    answer = await there.client.get("/v3/orders", headers={name: value.format(token=token) for name, value in headers.items()})

    assert status == answer.status_code
    assert answer.is_success or entry_of(answer.json())["code"] == UNAUTHORIZED
    assert answer.is_success or "error" in answer.json()


async def test_a_token_of_another_seller_is_no_good() -> None:
    there = Market(store(), SANDBOX.stores[1])
    await there.sign_in()

    answer = await there.client.get("http://market.test/cinder/v3/orders")

    assert 401 == answer.status_code


async def test_a_revoked_key_ends_its_tokens_and_a_rotated_one_does_not() -> None:
    there = Market()
    await there.sign_in()
    await there.rows("touch", "credentials", client_secret="secret-2")
    rotated = (
        (await there.ask("orders")).status_code,
        (await there.sign_in()).status_code,
        (await there.sign_in(secret="secret-2")).status_code,
    )
    await there.rows("touch", "credentials", revoked=True)
    revoked = (await there.ask("orders")).status_code, (await there.sign_in(secret="secret-2")).status_code
    await there.rows("touch", "credentials", revoked=False)

    assert (200, 400, 200) == rotated
    assert (401, 401) == revoked
    assert 200 == (await there.sign_in(secret="secret-2")).status_code


async def test_a_key_without_a_scope_may_not_look() -> None:
    there = Market(store(scopes={"returns": "no_access", "orders": "view_only"}))

    assert (403, "FORBIDDEN.GMP_GATEWAY_API") == await there.refusal("returns")
    assert 200 == (await there.ask("orders")).status_code


async def test_the_detail_of_a_token_tells_its_life_and_scopes() -> None:
    there = Market(store(scopes={"returns": "no_access"}))
    await there.sign_in()

    bare, full = await there.client.get("/v3/token/detail"), await there.client.get("/v3/token/detail", auth=("seller-1", "secret-1"))

    assert 401 == bare.status_code
    assert 900_000 == int(full.json()["expire_at"]) - int(full.json()["issued_at"])
    assert "no_access" == full.json()["scopes"]["returns"]
    jsonschema.validate(full.json(), described("authentication", "get", "/v3/token/detail"))


@pytest.mark.parametrize("name", ["WM_SVC.NAME", "WM_QOS.CORRELATION_ID"])
async def test_a_request_without_a_needed_header_is_refused(name: str) -> None:
    there = Market()
    await there.sign_in()
    del there.client.headers[name]

    assert (400, "MISSING_REQUEST_HEADER.GMP_GATEWAY_API") == await there.refusal("orders")


@pytest.mark.parametrize(
    ("path", "query", "status", "code"),
    [
        ("orders", {"limit": 201}, 400, "INVALID_REQUEST.GMP_ORDER_API"),
        ("orders", {"limit": 0}, 400, "INVALID_REQUEST.GMP_ORDER_API"),
        ("orders", {"status": "Lost"}, 400, "INVALID_REQUEST.GMP_ORDER_API"),
        ("orders", {"shipNodeType": "Nobody"}, 400, "INVALID_REQUEST.GMP_ORDER_API"),
        ("orders", {"createdStartDate": "2026-11-01T00:00:00.000Z"}, 400, "INVALID_REQUEST.GMP_ORDER_API"),
        ("orders", {"createdStartDate": "2026-02-30"}, 400, "INVALID_REQUEST.GMP_ORDER_API"),
        ("orders", {"purchaseOrderId": "1"}, 404, "CONTENT_NOT_FOUND.GMP_ORDER_API"),
        ("orders/1", {}, 404, "CONTENT_NOT_FOUND.GMP_ORDER_API"),
        ("returns", {"returnCreationStartDate": "2026-10-01"}, 400, "INVALID_REQUEST_PARAM.GMP_RETURNS_API"),
        ("returns", {"customerOrderId": "1"}, 404, "CONTENT_NOT_FOUND.GMP_RETURNS_API"),
        ("items", {"sku": "none"}, 404, "CONTENT_NOT_FOUND.GMP_ITEM_QUERY_API"),
        ("items", {"nextCursor": "unknown"}, 400, "INVALID_REQUEST_PARAM.GMP_ITEM_QUERY_API"),
        ("items", {"limit": 1001}, 400, "INVALID_REQUEST_PARAM.GMP_ITEM_QUERY_API"),
        ("items", {"offset": 10_001}, 400, "INVALID_REQUEST_PARAM.GMP_ITEM_QUERY_API"),
        ("items/none", {"productIdType": "SKU"}, 404, "CONTENT_NOT_FOUND.GMP_ITEM_QUERY_API"),
        ("items/none", {}, 400, "MISSING_REQUEST_PARAM.GMP_ITEM_QUERY_API"),
        ("inventories", {"limit": 51}, 400, "INVALID_REQUEST_PARAM.GMP_INVENTORY_API"),
        ("inventories", {"nextCursor": "unknown"}, 400, "INVALID_REQUEST_PARAM.GMP_INVENTORY_API"),
        ("inventories/none", {}, 404, "CONTENT_NOT_FOUND.GMP_INVENTORY_API"),
        ("inventory", {}, 400, "MISSING_REQUEST_PARAM.GMP_INVENTORY_API"),
        ("fulfillment/inventory", {}, 404, "URI_NOT_FOUND.GMP_GATEWAY_API"),
    ],
)
async def test_what_the_platform_refuses_is_refused_in_its_words(path: str, query: dict[str, Any], status: int, code: str) -> None:
    assert (status, code) == await Market().refusal(path, **query)


@pytest.mark.parametrize(
    ("example", "path", "query"),
    [
        ("error_401_response.json", "token/detail", {}),
        ("error_400_bad_date_response.json", "orders", {"createdEndDate": "yesterday"}),
        ("error_404_no_orders_response.json", "orders", {"sku": "none"}),
    ],
)
async def test_refusals_are_word_for_word_those_that_were_seen(example: str, path: str, query: dict[str, str]) -> None:
    seen = json.loads(shared("walmart", "examples", example).read_text())

    answer = await Market().ask(path, **query)

    assert (seen["_http"]["status"], seen["body"]) == (answer.status_code, answer.json())


async def test_whoever_does_not_accept_json_is_refused_in_xml() -> None:
    there = Market()
    await there.sign_in()

    answer = await there.client.get("/v3/orders/1", headers={"Accept": "*/*"})

    assert "application/xml" == answer.headers["content-type"]
    assert "CONTENT_NOT_FOUND.GMP_ORDER_API" in answer.text


@pytest.mark.parametrize(
    ("path", "query"),
    [("orders", {"page": "2"}), ("items/x", {"productIdType": "ASIN"}), ("items", {"condition": "Nearly new"}), ("orders/x/notes", {})],
)
async def test_a_request_the_description_does_not_know_is_refused_and_logged(path: str, query: dict[str, str]) -> None:
    shared("walmart", "spec")
    there = Market()

    status, _ = await there.refusal(path, **query)

    assert (400, 400) == (status, there.control.calls[-1].status)


async def test_without_the_description_only_the_platforms_own_checks_are_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(description, "DESCRIBED", description.load(tmp_path))
    there = Market()

    assert 200 == (await there.ask("orders", page="2")).status_code
    assert (404, "URI_NOT_FOUND.GMP_GATEWAY_API") == await there.refusal("nothing")
    assert 405 == (await there.client.delete("/v3/orders/1")).status_code


async def test_a_bucket_empties_and_fills_again_little_by_little() -> None:
    there = Market()
    answers = [await there.ask("returns") for _ in range(51)]
    await there.pass_time(1)
    too_soon = await there.ask("returns")
    await there.pass_time(0.3)
    headers = answers[-1].headers

    assert [200] * 50 + [429] == [answer.status_code for answer in answers]
    assert ("49", "0") == (answers[0].headers["x-current-token-count"], headers["x-current-token-count"])
    assert (NOW.timestamp() + 1.2) * 1000 == int(headers["x-next-replenishment-time"])
    assert "2" == headers["retry-after"]
    assert "REQUEST_THRESHOLD_VIOLATED.GMP_GATEWAY_API" == answers[-1].json()["error"][0]["code"]
    assert [429, 200, 200] == [answer.status_code for answer in (too_soon, await there.ask("returns"), await there.ask("orders"))]
    assert 0 == next(call.cost for call in there.control.calls if call.status == 429)


async def test_a_parameter_makes_the_bucket_of_the_items_smaller() -> None:
    there = Market()

    plain, narrowed = await there.ask("items"), await there.ask("items", limit=5)

    assert ("299", "59") == (plain.headers["x-current-token-count"], narrowed.headers["x-current-token-count"])
    assert "2026-11-20T18:00:01Z" == plain.headers["x-next-replenish-time"]
    assert "1" == (await there.ask("inventories")).headers["x-next-replenishment-time"]


async def test_a_generous_store_throttles_nobody() -> None:
    there = Market(store(generous=True))

    assert {200} == {(await there.ask("settings/shipping/shipnodes")).status_code for _ in range(120)}


def test_every_operation_but_the_token_has_a_budget_of_the_platforms() -> None:
    rest = json.loads(shared("walmart", "spec", "rate-limits.json").read_text())["rest"]
    published = {f"{method} {path}": limit for method, path, limit, window, _ in rest if window == 60}

    assert {} == {name: limit for name, limit in PER_MINUTE.items() if published.get(name, limit) != limit}
    assert {"POST /v3/token", "GET /v3/fulfillment/inventory"} == {route.operation for route in ROUTES} - PER_MINUTE.keys()


async def test_rows_can_be_edited_from_outside() -> None:
    there = Market()
    new = await there.rows("insert", "order", created="2026-11-20T10:00:00Z", email="buyer@example.test", lines=[["THR-0000", 2]])
    old = (await there.orders())[3]["purchaseOrderId"]
    await there.rows("touch", "order", old, status="Shipped")
    back = await there.rows("insert", "return", order=old)
    gone = (await there.orders())[5]["purchaseOrderId"]
    await there.rows("delete", "order", gone)

    shown = (await there.get(f"orders/{new}"))["order"]
    changed = await there.orders(lastModifiedStartDate="2026-11-20T17:59:59Z")

    assert ("buyer@example.test", 1795168800000) == (shown["customerEmailId"], shown["orderDate"])
    assert ["Created"] == [part["status"] for part in parts_of(shown)]
    assert [old] == [order["purchaseOrderId"] for order in changed]
    assert 404 == (await there.ask(f"orders/{gone}")).status_code
    assert "INITIATED" == (await there.get("returns", returnOrderId=back))["returnOrders"][0]["returnOrderLines"][0]["status"]


async def test_items_and_stock_can_be_edited_from_outside() -> None:
    there = Market()
    new = await there.rows("insert", "product", price=1234, name="Fresh Tray")
    await there.rows("touch", "inventory", new, quantity=7)
    await there.rows("delete", "product", "THR-0000")

    shown = (await there.get(f"items/{new}", productIdType="SKU"))["ItemResponse"][0]

    assert ("Fresh Tray", 12.34) == (shown["productName"], shown["price"]["amount"])
    assert 7 == (await there.get("inventory", sku=new))["quantity"]["amount"]
    assert 404 == (await there.ask("items/THR-0000", productIdType="SKU")).status_code


async def test_a_wish_that_makes_no_sense_is_refused() -> None:
    there = Market()
    wish = {"store": "shop", "action": "touch", "kind": "order", "id": "1"}

    answers = [await there.client.post("http://market.test/control/rows", json=wish | change) for change in ({}, {"kind": "customer"})]

    assert [404, 400] == [answer.status_code for answer in answers]


async def test_a_fault_strikes_the_operation_it_names() -> None:
    there = Market()
    fault = {"match": "GET /v3/orders/{purchaseOrderId}", "times": 1, "status": 423, "body": "{}"}
    await there.client.post("http://market.test/control/faults", json=fault)

    answers = [(await there.ask(path)).status_code for path in ("orders", "orders/1", "orders/1")]

    assert [200, 423, 404] == answers
    assert "GET /v3/orders/{purchaseOrderId}" == there.control.calls[-1].operation


def test_an_unknown_profile_size_or_option_is_refused() -> None:
    for wrong in (store("huge"), store(sizes={"customers": 1}), store(speed=1), store(item_price="dozen")):
        with pytest.raises(ValueError, match="store shop"):
            SANDBOX.make_app((wrong,), Control(lambda: NOW))


async def test_it_serves_over_real_http() -> None:
    started = time.perf_counter()
    async with serving(SANDBOX) as running, httpx.AsyncClient(base_url=f"{running.url}/prairie", headers=HEADERS) as client:
        seconds = time.perf_counter() - started
        keys = SANDBOX.stores[0].credentials
        basic = base64.b64encode(f"{keys['client_id']}:{keys['client_secret']}".encode()).decode()
        token = await client.post("/v3/token", data={"grant_type": "client_credentials"}, headers={"Authorization": f"Basic {basic}"})
        client.headers["WM_SEC.ACCESS_TOKEN"] = token.json()["access_token"]
        answer = await client.get("/v3/orders", params={"limit": 3})
        item = await client.get("/v3/inventories/A%2FB%201-001")

    assert 3 == len(answer.json()["list"]["elements"]["order"])
    assert "c-1" == answer.headers["wm_qos.correlation_id"]
    assert "A/B 1-001" == item.json()["sku"]
    assert seconds < 1.5
    assert {"client_id", "client_secret"} <= CREDENTIALS.keys()
