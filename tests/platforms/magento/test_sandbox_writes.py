"""What the local Magento promises of writes in general, of stock, and of price lists."""

import gzip
import json
from typing import Any

import httpx
import jsonschema
import pytest

from adapters.magento.sandbox.write_routes import WRITES
from tests.platforms.magento.sandbox_writes_client import Desk, desk, path_of, told
from tests.support.shared import shared

REFUSED = "The consumer isn't authorized to access %resources."


def item(sku: str, quantity: float, source: str = "default", status: int = 1) -> dict[str, Any]:
    return {"sku": sku, "source_code": source, "quantity": quantity, "status": status}


def base(sku: str, price: float, store_id: int = 0) -> dict[str, Any]:
    return {"sku": sku, "price": price, "store_id": store_id}


def special(sku: str, price: float, **more: Any) -> dict[str, Any]:
    return {**base(sku, price), "price_from": "2026-11-01 00:00:00", "price_to": "2026-12-31 23:59:59", **more}


async def test_every_write_has_the_permission_and_the_paths_of_the_official_list() -> None:
    listed = json.loads(shared("magento", "spec", "routes.json").read_bytes())["routes"]
    official = {(one["method"], one["url"]): one for one in listed}

    for route in WRITES:
        known = official[route.method, route.template]

        assert [[route.resource], route.service] == [known["acl"], known["service"]], route.template
        assert known["bulk"] == "/async/bulk/" + "/".join(route.named())


async def test_a_write_needs_its_own_permission_and_leaves_nothing_without_it() -> None:
    async with desk(denied=["Magento_Sales::cancel"]) as shop:
        refused = await shop.post("orders/1/cancel")
        unsigned = await shop.client.post(f"{shop.running.url}/shop/rest/V1/orders/1/cancel")

        body = {"message": REFUSED, "parameters": {"resources": "Magento_Sales::cancel"}}
        assert [(401, body)] * 2 == [(answer.status_code, answer.json()) for answer in (refused, unsigned)]
        assert ("new", []) == ((await shop.get("orders/1"))["state"], await shop.effects())


async def test_a_body_that_is_no_json_or_no_object_is_a_decoding_error() -> None:
    async with desk() as shop:
        bodies: list[Any] = [[], "x"]
        answers = [await shop.post("products/base-prices", body) for body in bodies]

        assert [(400, "Decoding error.")] * 2 == [told(answer) for answer in answers]


@pytest.mark.parametrize(
    ("path", "body", "word"),
    [
        ("inventory/source-items", {}, "sourceItems"),
        ("inventory/source-items", {"sourceItems": [{"sku": "A", "colour": "red"}]}, "colour"),
        ("inventory/source-items", {"sourceItems": [item("A", 1) | {"quantity": "many"}]}, "quantity"),
        ("inventory/source-items", {"sourceItems": item("A", 1)}, "sourceItems"),
        ("products/base-prices", {"prices": [base("TEN-0001", 1) | {"price": {"amount": 1}}]}, "price"),
        ("orders/2/comments", {"statusHistory": "hello"}, "statusHistory"),
        ("order/2/ship", {"positions": []}, "positions"),
    ],
)
async def test_what_the_description_does_not_know_is_refused_by_name(path: str, body: dict[str, Any], word: str) -> None:
    shared("magento", "spec")
    async with desk() as shop:
        answer = await shop.post(path, body)

        assert 400 == answer.status_code
        assert word in json.dumps(answer.json()["parameters"])
        assert [] == await shop.effects()


async def test_names_are_taken_in_camel_case_and_numbers_as_texts() -> None:
    async with desk() as shop:
        answer = await shop.post(
            "inventory/source-items", {"source_items": [{"sku": "TEN-0001", "sourceCode": "default", "quantity": "7", "status": "1"}]}
        )

        assert (200, []) == (answer.status_code, answer.json())
        assert 7 == await shop.on_hand("TEN-0001")


async def test_what_is_set_at_a_source_is_read_at_once_and_touches_no_product() -> None:
    async with desk() as shop:
        before = await shop.get("products/TEN-0001")
        await shop.advance(60)

        answer = await shop.post("inventory/source-items", {"sourceItems": [item("TEN-0001", 33), item("TEN-0001", 5, "east")]})

        after = await shop.get("products/TEN-0001")
        assert (200, []) == (answer.status_code, answer.json())
        assert [33, 5] == [await shop.on_hand("TEN-0001", source) for source in ("default", "east")]
        assert 33 == after["extension_attributes"]["stock_item"]["qty"]
        assert before["updated_at"] == after["updated_at"]
        assert [("stock.set", "TEN-0001", 33), ("stock.set", "TEN-0001", 5)] == await shop.effects()


async def test_the_same_stock_set_twice_is_done_twice() -> None:
    async with desk() as shop:
        for _ in range(2):
            await shop.post("inventory/source-items", {"sourceItems": [item("TEN-0001", 4)]})

        assert [("stock.set", "TEN-0001", 4)] * 2 == await shop.effects()


async def test_a_source_nobody_knows_fails_all_items_and_a_sku_nobody_knows_none() -> None:
    async with desk() as shop:
        refused = await shop.post("inventory/source-items", {"sourceItems": [item("TEN-0001", 1), item("TEN-0001", 1, "moon")]})
        effects = await shop.effects()
        taken = await shop.post("inventory/source-items", {"sourceItems": [item("ORPHAN", 1)]})

        assert ((400, "Could not save Source Item"), []) == (told(refused), effects)
        assert (200, 1) == (taken.status_code, await shop.on_hand("ORPHAN"))


@pytest.mark.parametrize(
    ("change", "message", "field"),
    [
        ({"quantity": None}, '"%field" should be numeric.', "quantity"),
        ({"status": None}, '"%field" should be numeric.', "status"),
        ({"status": 9}, '"%field" should a known status.', "status"),
        ({"sku": ""}, '"%field" can not be empty.', "sku"),
        ({"sku": " A"}, '"%field" can not contain leading or trailing spaces.', "sku"),
    ],
)
async def test_a_source_item_is_checked_field_by_field(change: dict[str, Any], message: str, field: str) -> None:
    async with desk() as shop:
        answer = await shop.post("inventory/source-items", {"sourceItems": [item("TEN-0001", 1) | change]})

        assert 400 == answer.status_code
        assert [{"message": message, "parameters": {"field": field}}] == answer.json()["errors"]
        assert answer.json()["message"].startswith("Validation Failed")


async def test_a_store_may_limit_how_many_entries_a_list_has() -> None:
    async with desk(max_entities=20, max_async_entities=30) as shop:
        items = [item(f"SKU-{number}", 1) for number in range(31)]
        answers = [await shop.post("inventory/source-items", {"sourceItems": items[:count]}) for count in (20, 21)]
        queued = [await shop.post("inventory/source-items", {"sourceItems": items[:count]}, scope="all/async/V1") for count in (21, 31)]

        assert [200, 400, 202, 400] == [answer.status_code for answer in (*answers, *queued)]
        assert "Maximum items of type" in answers[1].json()["message"]
        assert 20 == answers[1].json()["parameters"]["max"]


async def test_a_removed_source_item_is_gone_and_one_that_never_was_is_no_change() -> None:
    async with desk() as shop:
        gone = {"sku": "TEN-0001", "source_code": "default"}
        answer = await shop.post("inventory/source-items-delete", {"sourceItems": [gone, {"sku": "NOBODY", "source_code": "default"}]})

        assert (200, []) == (answer.status_code, answer.json())
        assert await shop.on_hand("TEN-0001") is None
        assert [("stock.set", "TEN-0001", 0)] == await shop.effects()


async def test_a_transfer_moves_pieces_or_none() -> None:
    async with desk() as shop:
        await shop.post("inventory/source-items", {"sourceItems": [item("TEN-0001", 10), item("TEN-0001", 0, "east")]})
        wish = {"originSourceCode": "default", "destinationSourceCode": "east", "items": [{"sku": "TEN-0001", "qty": 4}]}
        path = "inventory/bulk-partial-source-transfer"
        moved = await shop.post(path, wish)
        refused = [
            await shop.post(path, wish | change) for change in ({"originSourceCode": "moon"}, {"items": [{"sku": "TEN-0001", "qty": 7}]})
        ]

        assert (200, []) == (moved.status_code, moved.json())
        assert [404, 400] == [answer.status_code for answer in refused]
        assert [6, 4] == [await shop.on_hand("TEN-0001", source) for source in ("default", "east")]
        assert [("stock.adjust", "TEN-0001", -4), ("stock.adjust", "TEN-0001", 4)] == (await shop.effects())[2:]


@pytest.mark.parametrize("msi", [True, False])
async def test_the_legacy_record_writes_to_the_default_source_alone(msi: bool) -> None:
    async with desk(msi=msi) as shop:
        answer = await shop.put("products/TEN-0001/stockItems/1", {"stockItem": {"qty": 12, "is_in_stock": True}})
        unknown = await shop.put("products/NOBODY/stockItems/1", {"stockItem": {"qty": 1}})
        sources = await shop.post("inventory/source-items", {"sourceItems": [item("TEN-0001", 1)]} if not msi else {})

        record = await shop.get("stockItems/TEN-0001")
        assert (200, 1) == (answer.status_code, answer.json())
        assert (12, True) == (record["qty"], record["is_in_stock"])
        assert [404, 400 if msi else 404] == [unknown.status_code, sources.status_code]
        assert [("stock.set", "TEN-0001", 12)] == await shop.effects()


async def test_good_prices_are_saved_and_bad_ones_told_in_a_200() -> None:
    async with desk() as shop:
        before = await shop.get("products/TEN-0001")
        await shop.advance(60)
        prices = [base("TEN-0001", 29.95), base("BAD", 1), base("JAC-0002", 1), base("LAN-0027", -5), base("MUG-0034", 3, 9)]

        answer = await shop.post("products/base-prices", {"prices": prices})

        after = await shop.get("products/TEN-0001")
        told_wrong = [(row["message"], row["parameters"]) for row in answer.json()]
        value = "Invalid attribute %fieldName = %fieldValue."
        assert [(value, ["SKU", "BAD"]), (value, ["SKU", "JAC-0002"]), (value, ["Price", "-5"])] == told_wrong[:3]
        assert ["MUG-0034", "9"] == told_wrong[3][1]
        assert (200, 29.95, before["updated_at"]) == (answer.status_code, after["price"], after["updated_at"])
        assert [("price.set", "TEN-0001", "29.95")] == await shop.effects()
        assert [base("TEN-0001", 29.95)] == (await shop.post("products/base-prices-information", {"skus": ["TEN-0001"]})).json()


async def test_old_orders_go_on_saying_what_things_cost_then() -> None:
    async with desk() as shop:
        before = await shop.get("orders/2")
        await shop.post("products/base-prices", {"prices": [base("LAN-0027", 1), base("BAC-0028-Slate", 1)]})
        await shop.put("products/LAN-0027", {"product": {"name": "Another"}})

        assert before == await shop.get("orders/2")


async def test_a_special_price_is_one_until_it_is_deleted() -> None:
    async with desk() as shop:
        sku = "MUG-0034"
        given = await shop.post("products/special-price", {"prices": [special(sku, 9.5)]})
        there = await shop.post("products/special-price-information", {"skus": [sku]})
        found = await shop.rows("products", ("special_price", "eq", "9.5"))
        other = await shop.post("products/special-price-delete", {"prices": [special(sku, 9)]})
        gone = await shop.post("products/special-price-delete", {"prices": [special(sku, 9.5)]})

        assert [[], [special(sku, 9.5)]] == [given.json(), there.json()]
        assert [sku] == [row["sku"] for row in found]
        assert (sku, []) == (other.json()[0]["parameters"][0], gone.json())
        assert [] == (await shop.post("products/special-price-information", {"skus": [sku]})).json()
        assert [("price.set", sku, "9.50"), ("price.set", sku, "34.49")] == await shop.effects()


@pytest.mark.parametrize("commerce", [True, False])
async def test_only_the_paid_edition_needs_the_window_of_a_special_price(commerce: bool) -> None:
    async with desk(commerce=commerce) as shop:
        answer = await shop.post(
            "products/special-price", {"prices": [base("TEN-0001", 5), special("BAD", 5), special("MUG-0034", 5, price_from="soon")]}
        )

        assert [200, (2 if commerce else 0) + 2] == [answer.status_code, len(answer.json())]


@pytest.mark.parametrize("fault", [{"status": 502, "body": "<html>"}, {"hang_up": True}])
async def test_a_fault_after_the_work_leaves_what_was_done(fault: dict[str, Any]) -> None:
    async with desk() as shop:
        await shop.fault(match="POST /V1/inventory/source-items", after=True, **fault)

        try:
            status = (await shop.post("inventory/source-items", {"sourceItems": [item("TEN-0001", 3)]})).status_code
        except httpx.RemoteProtocolError:
            status = 0

        assert fault.get("status", 0) == status
        assert (3, [("stock.set", "TEN-0001", 3)]) == (await shop.on_hand("TEN-0001"), await shop.effects())


async def test_a_fault_before_the_work_leaves_nothing_done() -> None:
    async with desk() as shop:
        await shop.fault(match="POST /V1/orders/{id}/cancel", status=503)

        assert 503 == (await shop.post("orders/1/cancel")).status_code
        assert ("new", []) == ((await shop.get("orders/1"))["state"], await shop.effects())


async def test_limits_stop_writes_as_they_stop_reads() -> None:
    async with desk(requests_per_second=1) as shop:
        statuses = [(await shop.post("orders/1/comments", {"statusHistory": {"comment": "x"}})).status_code for _ in range(10)]

        assert {200, 429} == set(statuses)
        assert statuses.count(200) == len(await shop.effects())


async def test_written_rows_fit_the_official_description() -> None:
    given = json.loads(gzip.decompress(shared("magento", "spec", "admin-2.4.9.subset.json.gz").read_bytes()))
    given["definitions"]["framework-attribute-interface"]["properties"]["value"] = {}
    async with desk() as shop:
        made = await shop.post("products", {"product": {"sku": "S", "name": "S", "price": 1, "attribute_set_id": 4, "weight": 1}})
        await shop.post("order/1/invoice")
        await shop.post("order/1/ship", {"tracks": [_track()], "comment": {"comment": "gone", "is_visible_on_front": 0}})
        pairs = {
            ("/V1/products", "post"): made.json(),
            ("/V1/orders/{id}", "get"): await shop.get("orders/1"),
            ("/V1/invoices/{id}", "get"): await shop.get(f"invoices/{await _last(shop, 'invoices')}"),
            ("/V1/shipment/{id}", "get"): await shop.get(f"shipment/{await _last(shop, 'shipments')}"),
        }

        for (path, method), body in pairs.items():
            schema = given["paths"][path][method]["responses"]["200"]["schema"]
            checker = jsonschema.Draft4Validator({**schema, "definitions": given["definitions"]})
            wrong = [error.message for error in checker.iter_errors(body) if "None is not" not in error.message]
            assert [] == [message for message in wrong if "required property" not in message], path


def _track() -> dict[str, str]:
    return {"track_number": "1Z", "title": "UPS", "carrier_code": "ups"}


async def _last(shop: Desk, path: str) -> int:
    return max(int(row["entity_id"]) for row in await shop.rows(path, ("order_id", "eq", "1")))


async def test_an_odd_sku_is_written_by_body_where_a_path_cannot_hold_it() -> None:
    async with desk("curious", {"products": 60}) as shop:
        odd = next(row["sku"] for row in await shop.rows("products", ("sku", "like", "A/B%")))
        refused = await shop.put(f"products/{path_of(odd)}", {"product": {"price": 1}})
        answer = await shop.post("products", {"product": {"sku": odd, "price": 1}})

        assert [404, 200] == [refused.status_code, answer.status_code]
        assert [("price.set", odd, "1.00")] == await shop.effects()
