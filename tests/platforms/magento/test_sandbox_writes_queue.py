"""What the local Magento promises of writes that are queued: accepted at once, done later, each for itself, and told about."""

import json
from typing import Any

import pytest

from tests.platforms.magento.sandbox_client import CREDENTIALS
from tests.platforms.magento.sandbox_writes_client import Desk, desk
from tests.support.shared import shared

BULK, ONE = "all/async/bulk/V1", "all/async/V1"
DONE, RETRIABLE, FAILED, OPEN, REJECTED = 1, 2, 3, 4, 5
SKU = "MUG-0034"


def priced(sku: str, price: float, **more: Any) -> dict[str, Any]:
    return {"product": {"sku": sku, "price": price, **more}}


async def states(shop: Desk, bulk: str) -> list[int]:
    return [one["status"] for one in (await shop.get(f"bulk/{bulk}/status"))["operations_list"]]


async def test_a_bulk_is_accepted_at_once_and_takes_effect_when_it_is_done() -> None:
    async with desk(job_seconds=5) as shop:
        answer = await shop.put("products/bySku", [priced(SKU, 9.95), priced("TEN-0001", 8)], BULK)
        accepted = answer.json()
        early = (await states(shop, accepted["bulk_uuid"]), (await shop.get(f"products/{SKU}"))["price"], await shop.effects())
        await shop.advance(5)
        late = await states(shop, accepted["bulk_uuid"])

        assert (202, False) == (answer.status_code, accepted["errors"])
        assert [(0, "accepted"), (1, "accepted")] == [(one["id"], one["status"]) for one in accepted["request_items"]]
        assert ([OPEN, OPEN], 34.49, []) == early
        assert ([DONE, DONE], 9.95) == (late, (await shop.get(f"products/{SKU}"))["price"])
        assert [("price.set", SKU, "9.95"), ("price.set", "TEN-0001", "8.00")] == await shop.effects()


async def test_each_operation_of_a_bulk_fails_for_itself() -> None:
    async with desk() as shop:
        bodies = [priced(SKU, 1), priced("BRAND-NEW", 1), priced(SKU, -1), {"product": {"price": 1}}]
        wrong = await shop.put("products/bySku", bodies, BULK)
        bulk = (await shop.put("products/bySku", bodies[:3], BULK)).json()["bulk_uuid"]
        await shop.advance(1)

        operations = (await shop.get(f"bulk/{bulk}/status"))["operations_list"]
        assert (400, "sku") == (wrong.status_code, wrong.json()["parameters"]["fieldName"])
        assert [DONE, FAILED, FAILED] == [one["status"] for one in operations]
        assert "Invalid product data: Invalid attribute set entity type" == operations[1]["result_message"]
        assert 'Invalid value of "-1" provided for the price field.' == operations[2]["result_message"]
        assert [("price.set", SKU, "1.00")] == await shop.effects()


async def test_what_is_no_object_is_rejected_alone() -> None:
    async with desk() as shop:
        answer = (await shop.put("products/bySku", [priced(SKU, 1), "nonsense"], BULK)).json()
        await shop.advance(1)

        assert (True, ["accepted", "rejected"]) == (answer["errors"], [one["status"] for one in answer["request_items"]])
        assert [DONE, REJECTED] == await states(shop, answer["bulk_uuid"])


async def test_a_wrong_type_refuses_the_whole_bulk() -> None:
    shared("magento", "spec")
    async with desk() as shop:
        answer = await shop.put("products/bySku", [priced(SKU, 1), {"product": {"sku": SKU, "price": "cheap"}}], BULK)

        assert (400, []) == (answer.status_code, (await shop.rows("bulk")))


@pytest.mark.parametrize(
    ("method", "path", "bodies", "what"),
    [
        (
            "POST",
            "inventory/source-items",
            [{"sourceItems": [{"sku": SKU, "source_code": "default", "quantity": 3, "status": 1}]}],
            "stock.set",
        ),
        ("POST", "products/base-prices", [{"prices": [{"sku": SKU, "price": 3, "store_id": 0}]}], "price.set"),
        ("PUT", "products/byProductSku/stockItems/byItemId", [{"productSku": SKU, "itemId": 1, "stockItem": {"qty": 3}}], "stock.set"),
        ("DELETE", "products/bySku", [{"sku": SKU}], "product.delete"),
        ("POST", "orders/byId/cancel", [{"id": 1}], "order.cancel"),
        ("POST", "order/byOrderId/ship", [{"orderId": 2, "items": []}], "shipment.create"),
        (
            "PUT",
            "customers/byCustomerId",
            [{"customer": {"id": 3, "email": "a@b.example", "firstname": "A", "lastname": "B", "website_id": 1}}],
            "customer.update",
        ),
    ],
)
async def test_any_write_can_be_queued_and_its_bodies_say_what_the_path_would(method: str, path: str, bodies: list[Any], what: str) -> None:
    async with desk() as shop:
        answer = await shop.call(method, path, bodies, BULK)
        await shop.advance(1)

        assert [DONE] == await states(shop, answer.json()["bulk_uuid"])
        assert [what] == [effect[0] for effect in await shop.effects()]
        assert f"{method} /async/bulk/V1/{path}" == shop.running.control.calls[0].operation


@pytest.mark.parametrize("scope", [ONE, "async/V1"])
async def test_one_call_can_be_queued_by_its_own_path(scope: str) -> None:
    async with desk() as shop:
        bulk = (await shop.put(f"products/{SKU}", {"product": {"price": 2}}, scope)).json()["bulk_uuid"]
        await shop.advance(1)

        assert ([DONE], 2) == (await states(shop, bulk), (await shop.get(f"products/{SKU}"))["price"])


async def test_an_operation_that_says_no_in_a_200_is_done_and_its_result_says_no() -> None:
    async with desk() as shop:
        cancelled = (await shop.post("orders/byId/cancel", [{"id": 2}], BULK)).json()["bulk_uuid"]
        prices = (await shop.post("products/base-prices", [{"prices": [{"sku": "BAD", "price": 1, "store_id": 0}]}], BULK)).json()[
            "bulk_uuid"
        ]
        await shop.advance(1)

        details = [(await shop.get(f"bulk/{bulk}/detailed-status"))["operations_list"][0] for bulk in (cancelled, prices)]
        assert [DONE, DONE] == [one["status"] for one in details]
        assert [False, ["SKU", "BAD"]] == [
            json.loads(details[0]["result_serialized_data"]),
            json.loads(details[1]["result_serialized_data"])[0]["parameters"],
        ]


async def test_a_consumer_that_is_off_leaves_all_of_it_open_for_good() -> None:
    async with desk(consumer=False) as shop:
        bulk = (await shop.put("products/bySku", [priced(SKU, 1)], BULK)).json()["bulk_uuid"]
        await shop.advance(3600)

        assert ([OPEN], []) == (await states(shop, bulk), await shop.effects())
        assert 200 == (await shop.put(f"products/{SKU}", priced(SKU, 1))).status_code


async def test_a_consumer_in_trouble_fails_for_now_or_loses_a_message() -> None:
    async with desk() as shop:
        await shop.fault(match="CONSUMER", status=500, body="Lock wait timeout exceeded")
        await shop.fault(match="CONSUMER", hang_up=True)
        bulk = (await shop.put("products/bySku", [priced(SKU, 1), priced(SKU, 2), priced(SKU, 3)], BULK)).json()["bulk_uuid"]
        await shop.advance(1)

        assert [RETRIABLE, OPEN, DONE] == await states(shop, bulk)
        assert [("price.set", SKU, "3.00")] == await shop.effects()
        assert "Lock wait timeout exceeded" == (await shop.get(f"bulk/{bulk}/status"))["operations_list"][0]["result_message"]


async def test_bulks_are_counted_and_searched() -> None:
    async with desk() as shop:
        bulk = (await shop.put("products/bySku", [priced(SKU, 1), priced(SKU, -1), priced(SKU, -2)], BULK)).json()["bulk_uuid"]
        await shop.post("orders/byId/hold", [{"id": 2}], BULK)
        await shop.advance(1)

        assert [1, 2, 0] == [await shop.get(f"bulk/{bulk}/operation-status/{status}") for status in (DONE, FAILED, OPEN)]
        failed = await shop.rows("bulk", ("status", "eq", "3"))
        assert [bulk, bulk] == [one["bulk_uuid"] for one in failed]
        assert [2, 3] == [one["id"] for one in failed]
        topic = "async.magento.sales.api.ordermanagementinterface.hold.post"
        assert [4] == [one["id"] for one in await shop.rows("bulk", ("topic_name", "eq", topic))]
        assert 404 == (await shop.call("GET", "bulk/nobody/status")).status_code
        assert 0 == await shop.get("bulk/nobody/operation-status/1")


async def test_what_a_bulk_did_is_told_as_done_by_the_request_that_sent_it() -> None:
    async with desk() as shop:
        await shop.put("products/bySku", [priced(SKU, 1)], BULK)
        await shop.put("products/bySku", [priced(SKU, 2)], BULK)
        await shop.advance(1)
        await shop.get("modules")

        effects = shop.running.control.effects
        assert 2 == len({effect.request for effect in effects})
        assert {"PUT /async/bulk/V1/products/bySku"} == {effect.operation for effect in effects}


async def test_reads_and_unknown_routes_cannot_be_queued_and_permissions_hold() -> None:
    async with desk(denied=["Magento_Catalog::products"]) as shop:
        answers = [
            await shop.call("GET", "orders", None, ONE),
            await shop.post("nonsense", [{}], BULK),
            await shop.put(f"products/{SKU}", [priced(SKU, 1)], BULK),
            await shop.put("products/bySku", [priced(SKU, 1)], BULK),
        ]

        assert [404, 404, 404, 401] == [answer.status_code for answer in answers]


async def test_the_cloud_edition_queues_behind_its_version() -> None:
    async with desk(cloud=True, generous=True) as shop:
        given = {name: CREDENTIALS[name] for name in ("client_id", "client_secret")}
        scopes = "openid,AdobeID,email,profile,additional_info.roles,additional_info.projectedProductContext,commerce.accs"
        form = {**given, "grant_type": "client_credentials", "scope": scopes}
        root = f"{shop.running.url}/shop"
        token = (await shop.client.post(f"{root}/ims/token/v3", data=form)).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}", "x-api-key": given["client_id"], "x-gw-ims-org-id": CREDENTIALS["org_id"]}

        answer = await shop.client.put(f"{root}/V1/async/bulk/products/bySku", json=[priced(SKU, 1)], headers=headers)
        await shop.advance(1)
        status = await shop.client.get(f"{root}/V1/bulk/{answer.json()['bulk_uuid']}/status", headers=headers)

        assert (202, [DONE]) == (answer.status_code, [one["status"] for one in status.json()["operations_list"]])
