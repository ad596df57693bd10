"""What the local Magento promises of its rows: that they fit the official description and one another, and can be edited."""

import gzip
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import jsonschema
import pytest

from adapters.magento.sandbox.seed.stories import STORIES
from tests.platforms.magento.sandbox_client import NOW, Shop, search, store
from tests.support.shared import shared

# The description knows no null, although answers have it here.
NULLABLE = frozenset({"account_status", "cc_last4", "low_stock_date", "base_cost", "weight", "qty", "description", "customer_id"})
LISTS = (
    *("orders", "orders/items", "shipments", "creditmemos", "invoices", "products", "customers/search", "returns"),
    *("inventory/sources", "inventory/source-items", "inventory/stocks", "inventory/stock-source-links"),
)
STATES = {"new", "pending_payment", "payment_review", "processing", "complete", "closed", "canceled", "holded"}
PLAIN = ("store/websites", "store/storeGroups", "store/storeViews", "store/storeConfigs", "modules", "directory/currency")


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """The official description's definitions, with the faults that answers are known to have, and no field it does not know."""
    given = json.loads(gzip.decompress(shared("magento", "spec", "admin-2.4.9.subset.json.gz").read_bytes()))
    for name, definition in given["definitions"].items():
        for field, known in definition.get("properties", {}).items():
            if field in NULLABLE and "type" in known:
                known["type"] = [known["type"], "null"]
        if definition.get("properties") and "extension" not in name:
            definition["additionalProperties"] = False
    given["definitions"]["framework-attribute-interface"]["properties"]["value"] = {}
    return dict(given)


@pytest.mark.parametrize("profile", ["small", "curious"])
async def test_lists_fit_the_official_description(schema: dict[str, Any], profile: str) -> None:
    shop = Shop(store(profile, {"orders": 60, "products": 40, "customers": 20}, commerce=True))

    for path in LISTS:
        answer = await shop.get(path, search())

        assert [] == _complaints(schema, f"/V1/{path}", answer.json()), path


async def test_the_check_of_answers_would_find_a_fault(schema: dict[str, Any]) -> None:
    body = (await Shop().get("orders", search(size=1))).json()
    body["items"][0]["grand_total"] = "1.00"
    body["items"][0]["items"][0]["colour"] = "red"

    assert 2 == len(_complaints(schema, "/V1/orders", body))


async def test_single_reads_fit_the_official_description(schema: dict[str, Any]) -> None:
    shop = Shop(commerce=True)
    sku = next(row["sku"] for row in await shop.all("products") if row["type_id"] == "configurable")
    pairs = {
        "/V1/orders/{id}": "orders/5",
        "/V1/orders/items/{id}": "orders/items/3",
        "/V1/orders/{id}/comments": "orders/11/comments",
        "/V1/orders/{id}/statuses": "orders/5/statuses",
        "/V1/shipment/{id}": "shipment/1",
        "/V1/creditmemo/{id}": "creditmemo/1",
        "/V1/invoices/{id}": "invoices/1",
        "/V1/returns/{id}": "returns/1",
        "/V1/customers/{customerId}": "customers/3",
        "/V1/products/{sku}": f"products/{sku}",
        "/V1/configurable-products/{sku}/children": f"configurable-products/{sku}/children",
        "/V1/configurable-products/{sku}/options/all": f"configurable-products/{sku}/options/all",
        "/V1/products/attributes/{attributeCode}": "products/attributes/93",
        "/V1/products/attributes/{attributeCode}/options": "products/attributes/color/options",
        "/V1/stockItems/{productSku}": f"stockItems/{sku}",
        "/V1/stockStatuses/{productSku}": f"stockStatuses/{sku}",
        "/V1/inventory/sources/{sourceCode}": "inventory/sources/east",
        "/V1/inventory/stocks/{stockId}": "inventory/stocks/2",
        "/V1/inventory/stock-resolver/{type}/{code}": "inventory/stock-resolver/website/base",
        "/V1/inventory/is-product-salable/{sku}/{stockId}": f"inventory/is-product-salable/{sku}/2",
        **{f"/V1/{path}": path for path in PLAIN},
    }

    for template, path in pairs.items():
        answer = await shop.get(path)

        assert 200 == answer.status_code, path
        assert [] == _complaints(schema, template, answer.json()), path


@pytest.mark.parametrize("profile", ["small", "outfitter", "curious"])
async def test_sums_add_up_in_both_currencies(profile: str) -> None:
    shop = Shop(store(profile, {"orders": 120}))
    orders = {row["entity_id"]: row for row in await _exact(shop, "orders")}
    memos = await _exact(shop, "creditmemos")

    for row in [*orders.values(), *memos, *await _exact(shop, "invoices")]:
        for prefix in ("", "base_"):
            parts = ("subtotal", "discount_amount", "tax_amount", "shipping_amount", "adjustment_positive")
            back = {} if "status_histories" in row else row  # an order's adjustments are those of its credit memos
            whole = sum(Decimal(row.get(prefix + part, 0)) for part in parts[:4]) + Decimal(back.get(prefix + parts[4], 0))
            lines = [line for line in row["items"] if not line.get("parent_item_id")]

            assert row[f"{prefix}grand_total"] == whole
            if "status_histories" in row:
                assert row[f"{prefix}subtotal"] == sum(line[f"{prefix}row_total"] for line in lines)
                taxes = sum(line[f"{prefix}tax_amount"] for line in lines) + row[f"{prefix}shipping_tax_amount"]
                assert row[f"{prefix}tax_amount"] == taxes
                assert row[f"{prefix}total_due"] == row[f"{prefix}grand_total"] - row.get(f"{prefix}total_paid", 0)
    for row in orders.values():
        refunded = sum(memo["grand_total"] for memo in memos if memo["order_id"] == row["entity_id"])
        assert refunded == row.get("total_refunded", 0)


async def test_the_small_store_keeps_its_promises() -> None:
    shop = Shop(commerce=True)
    orders, shipments = await shop.all("orders"), await shop.all("shipments")
    products, customers = await shop.all("products"), await shop.all("customers/search")

    assert (40, 15, 12) == (len(orders), len(customers), len([row for row in products if row["visibility"] == 4]))
    assert STATES == {row["state"] for row in orders}
    assert {story.status for story in STORIES} == {row["status"] for row in orders}
    assert 24 == max(len(row["extension_attributes"].get("configurable_product_links", ())) for row in products)
    assert 200 == max(row["total_item_count"] for row in orders)
    assert any(row["customer_is_guest"] and "customer_id" not in row for row in orders)
    assert any(len({row["entity_id"] for row in orders if row["created_at"] == one["created_at"]}) > 2 for one in orders)
    assert any(row["is_virtual"] and not row["extension_attributes"]["shipping_assignments"] for row in orders)
    assert any(len(row["tracks"]) > 1 for row in shipments)
    assert any(len([one for one in shipments if one["order_id"] == row["order_id"]]) > 1 for row in shipments)
    assert any(track["created_at"] > row["updated_at"][:17] + "59" for row in shipments for track in row["tracks"])
    assert {"simple", "configurable", "virtual", "bundle"} <= {row["type_id"] for row in products}
    assert {"USD", "EUR"} == {row["order_currency_code"] for row in orders}
    assert 3 == len((await shop.get("inventory/sources")).json()["items"])
    assert await shop.all("creditmemos")
    assert await shop.all("returns")


async def test_a_variant_makes_two_lines_and_its_parent_has_the_money() -> None:
    lines = [line for order in await Shop().all("orders") for line in order["items"]]
    parents = {line["item_id"]: line for line in lines if line["product_type"] == "configurable"}
    children = [line for line in lines if line.get("parent_item_id") in parents]

    assert parents
    assert len(parents) == len(children)
    for child in children:
        above = parents[child["parent_item_id"]]
        assert (above["sku"], 0, above["item_id"]) == (child["sku"], child["row_total"], child["parent_item"]["item_id"])
        assert above["row_total"] > 0


async def test_an_edited_order_is_tied_to_its_successor() -> None:
    orders = await Shop().all("orders")
    before = next(row for row in orders if "relation_child_id" in row)
    after = next(row for row in orders if row["entity_id"] == int(before["relation_child_id"]))

    assert "canceled" == before["state"]
    assert after["increment_id"] == f"{before['increment_id']}-1" == before["relation_child_real_id"]
    assert (str(before["entity_id"]), before["increment_id"]) == (after["relation_parent_id"], after["original_increment_id"])


async def test_single_reads_say_more_than_lists() -> None:
    full, thin = Shop(), Shop(thin_lists=True)

    for shop, more in ((full, {"stock_item"}), (thin, {"stock_item", "configurable_product_links", "configurable_product_options"})):
        listed = next(row for row in await shop.all("products") if row["type_id"] == "configurable")
        single = (await shop.get(f"products/{listed['sku']}")).json()
        assert more == set(single["extension_attributes"]) - set(listed["extension_attributes"])
    assert not any("extension_attributes" in row for row in await thin.all("shipments"))
    assert "source_code" in (await thin.get("shipment/1")).json()["extension_attributes"]


async def test_lines_of_all_orders_are_those_their_orders_show() -> None:
    shop = Shop()

    found = await shop.all("orders/items", ("order_id", "in", "3,8"))

    shown = [line for number in (3, 8) for line in (await shop.get(f"orders/{number}")).json()["items"]]
    assert shown == found


async def test_what_can_be_sold_is_what_lies_less_what_open_orders_wait_for() -> None:
    shop = Shop()
    await shop.rows("insert", "product", sku="FRESH")
    salable = "inventory/get-product-salable-quantity/FRESH/2"
    before = (await shop.get(salable)).json()

    await shop.rows("touch", "inventory", "FRESH", source_code="east", quantity=7)
    await shop.rows("touch", "inventory", "FRESH", source_code="attic", quantity=500)
    after = (await shop.get(salable)).json()
    waiting = (await shop.all("orders", ("state", "eq", "new")))[-1]["items"][0]["sku"]
    lying = sum(
        row["quantity"] for row in await shop.all("inventory/source-items", ("sku", "eq", waiting)) if row["source_code"] != "attic"
    )
    exported = {row["sku"]: row for row in await shop.all("inventory/export-stock-salable-qty/website/base")}

    assert (10, 17) == (before, after)
    assert 0 <= exported[waiting]["qty"] < max(lying, 1)
    assert {"sku": "FRESH", "qty": 17, "is_salable": True} == exported["FRESH"]
    composite = next(row["sku"] for row in await shop.all("products") if row["type_id"] == "configurable")
    assert 400 == (await shop.get(f"inventory/get-product-salable-quantity/{composite}/2")).status_code
    assert 404 == (await shop.get("inventory/get-product-salable-quantity/NOWHERE/2")).status_code


async def test_a_shop_without_inventory_modules_says_so() -> None:
    shop = Shop(msi=False)

    assert 404 == (await shop.get("inventory/sources")).status_code
    assert "Magento_InventoryApi" not in (await shop.get("modules")).json()


async def test_orders_come_change_and_go() -> None:
    shop = Shop()

    new = await shop.rows("insert", "order", created="2026-11-20T10:00:00Z", email="desk@example.test")
    inserted = (await shop.get(f"orders/{new}")).json()
    await shop.rows("touch", "order", new, status="held_by_us", updated="2026-11-20T11:00:00Z")
    touched = await shop.all("orders", ("updated_at", "gteq", "2026-11-20 11:00:00"))
    await shop.rows("delete", "order", new)

    assert (41, "2026-11-20 10:00:00", "desk@example.test") == (new, inserted["updated_at"], inserted["customer_email"])
    assert [(41, "held_by_us")] == [(row["entity_id"], row["status"]) for row in touched]
    assert 404 == (await shop.get(f"orders/{new}")).status_code
    assert 40 == len(await shop.all("orders"))


async def test_documents_touch_their_order_and_late_numbers_touch_nothing() -> None:
    shop = Shop()
    moment = f"{NOW:%Y-%m-%d %H:%M:%S}"

    shipment = await shop.rows("insert", "shipment", order_id=1)
    sent = (await shop.get("orders/1")).json()
    await shop.client.post("http://shop.test/control/clock", json={"advance": 60})
    await shop.rows("insert", "track", shipment_id=shipment)
    row = (await shop.get(f"shipment/{shipment}")).json()
    refund = await shop.rows("insert", "refund", order_id=3)

    assert (moment, moment, 2) == (sent["updated_at"], row["updated_at"], len(row["tracks"]))
    assert all(line["qty_shipped"] == line["qty_ordered"] for line in sent["items"] if not line.get("parent_item_id"))
    assert 2.5 == (await shop.get(f"creditmemo/{refund}")).json()["base_grand_total"]
    assert 2.5 == (await shop.get("orders/3")).json()["base_total_refunded"]


async def test_one_broken_row_fails_its_page_and_no_other() -> None:
    shop = Shop()
    await shop.rows("touch", "order", 7, broken=True)

    statuses = [(await shop.get("orders", search(size=5, page=number))).status_code for number in (1, 2, 3)]

    assert [200, 500, 200] == statuses


async def test_products_and_customers_come_change_and_go() -> None:
    shop = Shop()

    product = await shop.rows("insert", "product", name="Brand New")
    customer = await shop.rows("insert", "customer", email="new@example.test")
    renamed = await shop.rows("touch", "product", product, sku="OTHER")

    assert "Brand New" == (await shop.get("products/OTHER")).json()["name"]
    assert [customer] == [row["id"] for row in await shop.all("customers/search", ("email", "eq", "new@example.test"))]
    await shop.rows("delete", "product", renamed)
    assert 404 == (await shop.get("products/OTHER")).status_code


@pytest.mark.parametrize(
    "wish", [{}, {"store": "shop", "action": "sell", "kind": "order"}, {"store": "shop", "action": "touch", "kind": "track"}]
)
async def test_a_wish_that_makes_no_sense_is_refused(wish: dict[str, Any]) -> None:
    assert 400 == (await Shop().client.post("http://shop.test/control/rows", json=wish)).status_code


async def test_a_demo_store_is_large_and_one_second_holds_more_than_a_page() -> None:
    shop = Shop(store("outfitter"))
    begun = NOW

    answer = (await shop.get("orders", search(size=1) | {"fields": "total_count"})).json()
    rows = (await shop.get("orders", search() | {"fields": "items[updated_at,created_at]"})).json()["items"]
    times = [row["updated_at"] for row in rows]

    assert 3600 == answer["total_count"]
    assert max(times.count(one) for one in set(times)) > 100
    assert max(times) < f"{begun:%Y-%m-%d %H:%M:%S}"
    assert all(row["created_at"] <= row["updated_at"] for row in rows)


async def _exact(shop: Shop, path: str) -> list[dict[str, Any]]:
    """Return every row with its sums as exact decimals."""
    answer = await shop.get(path, search())
    rows: list[dict[str, Any]] = json.loads(answer.text, parse_float=Decimal)["items"]
    return rows


def _complaints(given: dict[str, Any], template: str, body: Any) -> list[str]:
    """Return what the description has against an answer."""
    wanted = given["paths"][template]["get"]["responses"]["200"]["schema"]
    checker = jsonschema.Draft4Validator({**wanted, "definitions": given["definitions"]})
    return list(_worded(checker.iter_errors(body)))[:5]


def _worded(errors: Iterator[jsonschema.ValidationError]) -> Iterator[str]:
    for error in errors:
        yield f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
