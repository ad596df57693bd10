"""What the local WooCommerce promises of its door, its routes, its writes and its control: as a real shop was seen to answer."""

import asyncio
import re
import ssl
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import jsonschema
import pytest
import trustme

from adapters.kit.sandbox import serving
from adapters.woocommerce.sandbox import SANDBOX
from adapters.woocommerce.sandbox.auth import base_string
from adapters.woocommerce.sandbox.routes import ROUTES
from tests.platforms.woocommerce.shop import KEY, NOW, SECRET, Shop, shared, sign, store

ERROR, VIEW = "woocommerce_rest_authentication_error", "woocommerce_rest_cannot_view"
MISSING = "woocommerce_rest_authentication_missing_parameter"


@pytest.mark.parametrize(
    ("scheme", "user", "query", "status", "code"),
    [
        ("https", (KEY, SECRET), {}, 200, ""),
        ("https", None, {"consumer_key": KEY, "consumer_secret": SECRET}, 200, ""),
        ("https", ("ck_wrong", SECRET), {}, 401, VIEW),
        ("https", (KEY, "cs_wrong"), {}, 401, ERROR),
        ("https", (KEY, SECRET), {"consumer_key": KEY, "consumer_secret": "cs_wrong"}, 401, ERROR),
        ("https", None, {}, 401, VIEW),
        ("http", (KEY, SECRET), {}, 401, VIEW),
        ("http", None, {"consumer_key": KEY, "consumer_secret": SECRET}, 401, VIEW),
        ("http", (KEY, "cs_wrong"), {}, 401, VIEW),
    ],
)
async def test_keys_count_over_https_alone(
    scheme: str, user: tuple[str, str] | None, query: dict[str, str], status: int, code: str
) -> None:
    there = Shop(scheme=scheme, signed_in=False)

    answer = await there.client.get("orders", params=query, auth=user or httpx.USE_CLIENT_DEFAULT)

    assert status == answer.status_code
    assert code == ("" if answer.is_success else answer.json()["code"])


@pytest.mark.parametrize(
    ("secret", "changes", "status", "code", "word"),
    [
        (SECRET, {}, 200, "", ""),
        (SECRET, {"digest": "SHA1"}, 200, "", ""),
        ("cs_wrong", {}, 401, ERROR, "signature"),
        (SECRET, {"oauth_consumer_key": "ck_wrong"}, 401, ERROR, "Consumer key"),
        (SECRET, {"oauth_timestamp": str(int(NOW.timestamp()) - 16 * 60)}, 401, ERROR, "timestamp"),
        (SECRET, {"oauth_timestamp": str(int(NOW.timestamp()) - 14 * 60)}, 200, "", ""),
        (SECRET, {"oauth_signature_method": "PLAINTEXT"}, 401, ERROR, "signature method"),
        (SECRET, {"oauth_nonce": None}, 401, MISSING, "oauth_nonce"),
    ],
)
@pytest.mark.parametrize("in_header", [False, True])
async def test_a_signature_counts_over_plain_http(
    in_header: bool, secret: str, changes: dict[str, str], status: int, code: str, word: str
) -> None:
    there = Shop(scheme="http", signed_in=False)
    signed = sign(str(there.client.base_url) + "orders", secret, **changes)
    header = {"Authorization": "OAuth " + ", ".join(f'{name}="{quote(value, safe="")}"' for name, value in signed.items())}

    answer = await (there.client.get("orders", headers=header) if in_header else there.client.get("orders", params=signed))

    assert status == answer.status_code
    assert code == ("" if answer.is_success else answer.json()["code"])
    assert answer.is_success or word in answer.json()["message"]


async def test_a_nonce_is_good_once() -> None:
    there = Shop(scheme="http", signed_in=False)
    signed = sign(str(there.client.base_url) + "orders")

    answers = [await there.client.get("orders", params=signed) for _ in range(2)]

    assert [200, 401] == [answer.status_code for answer in answers]
    assert "nonce" in answers[1].json()["message"]


def test_the_text_to_sign_is_the_published_one() -> None:
    vector = shared("examples/constructed/oauth1-vector.json")

    assert vector["base_string"] == base_string(vector["method"], vector["url"], [*vector["params"].items(), ("oauth_signature", "no")])
    assert vector["oauth_signature"] == sign(vector["url"], vector["consumer_secret"], **vector["params"])["oauth_signature"]


@pytest.mark.parametrize(("permissions", "read", "write"), [("read", 200, 401), ("write", 401, 200), ("read_write", 200, 200)])
async def test_a_key_does_only_what_it_was_made_for(permissions: str, read: int, write: int) -> None:
    there = Shop(store(permissions=permissions))

    answers = await there.client.get("orders"), await there.client.post("orders/batch", json={})

    assert (read, write) == tuple(answer.status_code for answer in answers)
    assert {ERROR} >= {answer.json()["code"] for answer in answers if answer.is_error}


async def test_the_index_needs_no_key_and_shows_what_the_version_has() -> None:
    old, new = Shop(store(version="8.9.2"), signed_in=False), Shop(signed_in=False)
    newer = [r"/wc/v3/orders/(?P<order_id>[\d]+)/fulfillments", "/wc/v3/refunds", "/wc/v3/variations"]

    indexes = [(await there.client.get(f"{there.origin}/shop/wp-json/")).json() for there in (old, new)]

    assert [[], newer] == [sorted(set(newer) & index["routes"].keys()) for index in indexes]
    assert "America/Los_Angeles" == indexes[1]["timezone_string"]
    assert indexes[1]["gmt_offset"] in {-7, -8}
    assert 404 == (await Shop(store(version="8.9.2")).client.get("variations")).status_code


async def test_a_shop_without_pretty_addresses_is_asked_by_query() -> None:
    there = Shop()

    answer = await there.client.get(f"{there.origin}/shop/", params={"rest_route": "/wc/v3/orders", "per_page": 3})

    assert 3 == len(answer.json())


def test_every_route_is_one_the_platform_has() -> None:
    known = {(row["method"], re.sub(r"\{\w+\}", "{}", row["path"])) for row in shared("spec/routes.json")["routes"]}

    assert set() == {(route.method, "/wc/v3/" + re.sub(r"\{\w+\}", "{}", route.template)) for route in ROUTES} - known


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "nothing", 404, "rest_no_route"),
        ("DELETE", "system_status", 404, "rest_no_route"),
        ("GET", "orders/abc", 404, "rest_no_route"),
        ("GET", "orders/999999", 404, "woocommerce_rest_shop_order_invalid_id"),
        ("PUT", "orders/999999", 400, "woocommerce_rest_shop_order_invalid_id"),
        ("GET", "orders/999999/notes", 404, "woocommerce_rest_order_invalid_id"),
        ("GET", "orders/999999/refunds/1", 500, "woocommerce_rest_invalid_order_id"),
        ("GET", "products/999999", 404, "woocommerce_rest_product_invalid_id"),
        ("PUT", "products/999999", 400, "woocommerce_rest_product_invalid_id"),
        ("PUT", "products/14", 404, "woocommerce_rest_invalid_product_id"),
        ("GET", "products/13/variations/999999", 404, "woocommerce_rest_product_variation_invalid_id"),
        ("GET", "customers/999999", 404, "woocommerce_rest_invalid_id"),
    ],
)
async def test_what_is_not_there_is_refused_as_the_platform_does(method: str, path: str, status: int, code: str) -> None:
    there = Shop()

    answer = await there.client.request(method, path, json={} if method == "PUT" else None)

    assert (status, code) == (answer.status_code, answer.json()["code"])
    jsonschema.validate(answer.json(), shared("spec/error.schema.json"))


async def test_a_batch_answers_each_entry_for_itself() -> None:
    there = Shop()
    stocked, unknown, priced = {"id": 10, "manage_stock": True, "stock_quantity": 12}, {"id": 999_999}, {"id": 11, "regular_price": 7.5}
    body = {"update": [stocked, unknown, priced, {"id": 12, "sku": "X"}, {"id": 11, "sku": "X"}], "delete": [114, 999_999]}

    answer = await there.client.post("products/batch", json=body)
    updated, deleted = answer.json()["update"], answer.json()["delete"]

    assert (200, 12, "7.5") == (answer.status_code, updated[0]["stock_quantity"], updated[2]["regular_price"])
    assert (999_999, 400) == (updated[1]["id"], updated[1]["error"]["data"]["status"])
    assert ("product_invalid_sku", 12) == (updated[4]["error"]["code"], updated[4]["error"]["data"]["resource_id"])
    assert (114, 404) == (deleted[0]["id"], deleted[1]["error"]["data"]["status"])
    assert 404 == (await there.client.get("products/114")).status_code
    jsonschema.validate(answer.json(), shared("spec/batch.schema.json")["$defs"]["response"])


async def test_a_batch_takes_a_hundred_entries_and_no_more() -> None:
    there = Shop()

    answers = [await there.client.post("orders/batch", json={"update": [{"id": 1}] * count}) for count in (100, 101)]

    assert [200, 413] == [answer.status_code for answer in answers]
    assert "woocommerce_rest_request_entity_too_large" == answers[1].json()["code"]


@pytest.mark.parametrize(
    ("path", "body", "status", "seen"),
    [
        ("products/10", {"regular_price": 10}, 400, {}),
        ("products/10", {"stock_quantity": "abc"}, 400, {}),
        ("products/10", {"regular_price": "abc"}, 200, {"regular_price": "", "price": ""}),
        ("products/10", {"regular_price": "12.00", "sale_price": "9"}, 200, {"price": "9", "on_sale": True}),
        ("products/10", {"manage_stock": True, "stock_quantity": 0}, 200, {"stock_quantity": 0, "stock_status": "outofstock"}),
        ("products/10", {"manage_stock": False, "stock_quantity": 5}, 200, {"stock_quantity": None}),
        ("products/13", {"regular_price": "5.00"}, 200, {"regular_price": ""}),
        ("products/13/variations/14", {"stock_quantity": 77}, 200, {"stock_quantity": 77}),
        ("orders/{first}", {"status": "shipped"}, 400, {}),
        ("orders/{first}", {"status": "cancelled"}, 200, {"status": "cancelled"}),
    ],
)
async def test_a_put_changes_what_the_platform_would(path: str, body: dict[str, Any], status: int, seen: dict[str, Any]) -> None:
    there = Shop()
    path = path.replace("{first}", str((await there.ids("orders"))[0]))

    answer = await there.client.put(path, json=body)

    assert status == answer.status_code
    assert seen == {name: answer.json()[name] for name in seen}
    assert seen == {name: value for name, value in (await there.get(path)).items() if name in seen}


async def test_a_changed_variation_moves_its_product_too() -> None:
    there = Shop()
    await there.client.put("products/13/variations/14", json={"regular_price": "31.00"})

    assert [13] == await there.ids("products", modified_after="2026-11-01T00:00:00")
    assert [14] == await there.ids("variations", modified_after="2026-11-01T00:00:00")


async def test_meta_is_added_replaced_and_removed() -> None:
    there = Shop()
    path = f"orders/{(await there.ids('orders'))[0]}"
    sent = [{"key": "_new", "value": {"a": 1}}, {"key": "_channel", "value": "web"}, {"key": "is_vat_exempt", "value": None}]

    await there.client.put(path, json={"meta_data": sent})

    assert {"_channel": "web", "_new": {"a": 1}} == {entry["key"]: entry["value"] for entry in (await there.get(path))["meta_data"]}


async def test_rows_can_be_edited_from_outside() -> None:
    there = Shop()
    old = (await there.ids("orders"))[-1]
    new = await there.rows("insert", "order", email="guest@example.test")
    touched = await there.rows("touch", "order", old, status="trash")
    stocked = await there.rows("touch", "inventory", 14, stock_quantity=-4)
    person = await there.rows("insert", "customer", email="New@Example.test", created="2026-10-01T10:00:00Z")

    assert "guest@example.test" == (await there.get(f"orders/{new}"))["billing"]["email"]
    assert [new] == await there.ids("orders", modified_after="2026-11-01T00:00:00", status="any,trash")
    assert [touched] == await there.ids("orders", status="trash")
    assert -4 == (await there.get(f"products/13/variations/{stocked}"))["stock_quantity"]
    assert "2026-10-01T10:00:00" == (await there.get("customers", email="new@example.test"))[0]["date_created_gmt"]
    assert person == await there.rows("delete", "customer", person)
    assert 404 == (await there.client.get(f"customers/{person}")).status_code
    with pytest.raises(httpx.HTTPStatusError, match="404"):
        await there.rows("touch", "order", 1)


async def test_faults_and_calls_go_by_the_routes_template() -> None:
    there = Shop()
    await there.client.post(f"{there.origin}/control/faults", json={"store": "shop", "match": "GET products", "times": 1, "status": 429})

    statuses = [(await there.client.get(path)).status_code for path in ("orders/1", "products/13/variations", "products", "zone")]

    assert [404, 429, 200, 404] == statuses
    calls = (await there.client.get(f"{there.origin}/control/calls")).json()
    assert ["GET orders/{id}", "GET products/{id}/variations", "GET products", "GET wc/v3/zone"] == [call["operation"] for call in calls]
    assert statuses == [call["status"] for call in calls]


async def test_more_requests_at_once_than_the_host_takes_are_turned_away() -> None:
    there = Shop(store(max_concurrent=2, latency_ms=30))

    answers = await asyncio.gather(*(there.client.get("orders") for _ in range(5)))

    assert [200, 200, 503, 503, 503] == sorted(answer.status_code for answer in answers)
    assert {("1", True)} == {
        (one.headers["retry-after"], "html" in one.headers["content-type"]) for one in answers if one.status_code == 503
    }


async def test_over_real_https_basic_is_taken(tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    issued = authority.issue_cert("127.0.0.1")
    issued.cert_chain_pems[0].write_to_path(certificate)
    issued.private_key_pem.write_to_path(key)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")

    async with serving(SANDBOX, (store(),), tls=(str(certificate), str(key))) as running:
        verify = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
        async with httpx.AsyncClient(verify=verify, auth=(KEY, SECRET)) as client:
            answer = await client.get(f"{running.url}/shop/wp-json/wc/v3/system_status")

    assert (200, "11.0.1") == (answer.status_code, answer.json()["environment"]["version"])


async def test_over_real_http_a_signature_is_taken_and_a_cut_connection_is_cut() -> None:
    async with serving(SANDBOX, (store(),)) as running, httpx.AsyncClient() as client:
        url = f"{running.url}/shop/wp-json/wc/v3/data/currencies/current"
        answer = await client.get(url, params=sign(url, oauth_timestamp=str(int(time.time()))))
        await client.post(f"{running.url}/control/faults", json={"hang_up": True, "times": 1})
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get(url, params=sign(url, oauth_timestamp=str(int(time.time()))))

    assert (200, "USD") == (answer.status_code, answer.json()["code"])
