"""What the local WooCommerce promises of products, variations, stock and prices that are written, and the client of these tests."""

import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import jsonschema
import pytest

from adapters.kit.sandbox import Fault, Running, serving
from adapters.woocommerce.sandbox import SANDBOX
from tests.platforms.woocommerce.shop import SECRET, Json, shared, sign, store

TYPE, ENUM = "rest_invalid_type", "rest_not_in_enum"
PICTURE = "https://media.example.com/a-cup.jpg"


@dataclass(slots=True)
class Writer:
    """A signed client of one store, and what its sandbox recorded."""

    running: Running
    client: httpx.AsyncClient

    async def send(self, method: str, path: str, body: Json = None, **query: str) -> httpx.Response:
        root = "" if path.startswith("wc-") else "wc/v3/"
        url = f"{self.running.url}/shop/wp-json/{root}{path}"
        signed = sign(url, SECRET, method, oauth_timestamp=str(int(time.time())), **query)
        return await self.client.request(method, url, params=signed, json=body)

    async def get(self, path: str, **query: Any) -> Json:
        return (await self.send("GET", path, **{name: str(value) for name, value in query.items()})).json()

    async def done(self, method: str, path: str, body: Json = None, **query: str) -> Json:
        answer = await self.send(method, path, body, **query)
        assert answer.is_success, answer.text
        return answer.json()

    async def changed(self, path: str) -> list[int]:
        """Return what changed since the seed ended."""
        return [row["id"] for row in await self.get(path, modified_after="2026-11-02T00:00:00", orderby="modified")]

    def effects(self) -> list[tuple[str, str, Any]]:
        """Return the changes since the last time."""
        made = [(each.what, each.entity, each.value) for each in self.running.control.effects]
        self.running.control.effects.clear()
        return made


@contextlib.asynccontextmanager
async def writing(profile: str = "small", sizes: dict[str, int] | None = None, **options: Any) -> AsyncIterator[Writer]:
    """Serve a store for the time of a test."""
    async with serving(SANDBOX, (store("shop", profile, sizes, **options),)) as running, httpx.AsyncClient() as client:
        yield Writer(running, client)


def refusal(answer: httpx.Response) -> tuple[int, Any]:
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("products/999999", {}, 400, "woocommerce_rest_product_invalid_id"),
        ("products/14", {}, 404, "woocommerce_rest_invalid_product_id"),
        ("products/13/variations/999999", {}, 400, "woocommerce_rest_product_variation_invalid_id"),
        ("products/10/variations/14", {}, 400, "woocommerce_rest_product_variation_invalid_id"),
        ("products/11", {"sku": "DEC-0012"}, 400, "product_invalid_sku"),
        ("products/11", {"images": [{"src": "https://gone.invalid/a.jpg"}]}, 400, "woocommerce_product_image_upload_error"),
        ("products/11", {"name": "Half", "images": [{"id": 7}]}, 400, "woocommerce_product_invalid_image_id"),
        ("products/11", {"name": 5}, 400, "rest_invalid_param"),
        ("products/11", {"status": "gone"}, 400, "rest_invalid_param"),
    ],
)
async def test_a_refused_change_leaves_nothing_behind(path: str, body: Json, status: int, code: str) -> None:
    async with writing() as there:
        before = await there.get("products/11")

        answer = await there.send("PUT", path, body)

        assert (status, code) == refusal(answer)
        assert (before, []) == (await there.get("products/11"), there.effects())
        jsonschema.validate(answer.json(), shared("spec/error.schema.json"))


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("products/11", {"regular_price": 10}, TYPE),
        ("products/11", {"stock_quantity": "abc"}, TYPE),
        ("products/11", {"stock_quantity": 1.5}, TYPE),
        ("products/11", {"stock_quantity": None}, TYPE),
        ("products/11", {"manage_stock": "parent"}, TYPE),
        ("products/11", {"backorders": "maybe"}, ENUM),
        ("products/11", {"type": "variation"}, ENUM),
        ("products/13/variations/14", {"status": "trash"}, ENUM),
    ],
)
async def test_a_single_write_checks_types_and_says_what_is_wrong_with_which(path: str, body: Json, code: str) -> None:
    async with writing() as there:
        answer = await there.send("PUT", path, body)

        assert (400, "rest_invalid_param") == refusal(answer)
        assert [(name, code) for name in body] == [(name, each["code"]) for name, each in answer.json()["data"]["details"].items()]


@pytest.mark.parametrize("path", ["products/11", "products/13/variations/14"])
async def test_a_quantity_is_set_read_back_and_recorded_once(path: str) -> None:
    async with writing() as there:
        row = await there.done("PUT", path, {"manage_stock": True, "stock_quantity": -2})

        assert [("stock.set", path.rpartition("/")[2], -2)] == there.effects()
        assert (-2, "outofstock") == (row["stock_quantity"], row["stock_status"])
        assert row["date_modified"] == (await there.get(path))["date_modified"]
        assert [11 if "11" in path else 13] == await there.changed("products")


async def test_the_same_quantity_again_is_a_change_again() -> None:
    async with writing() as there:
        for _ in range(2):
            await there.done("PUT", "products/11", {"stock_quantity": 5})

        assert 2 * [("stock.set", "11", 5)] == there.effects()


async def test_a_delta_counts_only_without_a_quantity_and_only_counted_stock() -> None:
    async with writing() as there:
        delta = await there.done("PUT", "products/11", {"inventory_delta": -3})
        both = await there.done("PUT", "products/11", {"inventory_delta": -3, "stock_quantity": 7})
        uncounted = await there.done("PUT", "products/10", {"inventory_delta": 4, "stock_status": "outofstock"})

        assert [80, 7, None] == [row["stock_quantity"] for row in (delta, both, uncounted)]
        assert [("stock.adjust", "11", -3), ("stock.set", "11", 7)] == there.effects()


async def test_a_shop_that_counts_no_stock_ignores_quantities() -> None:
    async with writing(manage_stock=False) as there:
        row = await there.done("PUT", "products/11", {"manage_stock": True, "stock_quantity": 5})

        assert (83, []) == (row["stock_quantity"], there.effects())


async def test_a_variation_shows_its_products_stock_until_it_gets_its_own() -> None:
    async with writing() as there:
        await there.done("PUT", "products/13", {"manage_stock": True, "stock_quantity": 20})
        shared_stock = await there.done("PUT", "products/13/variations/14", {"manage_stock": "parent"})
        await there.done("PUT", "products/13", {"stock_quantity": 9})
        seen = await there.get("products/13/variations/14")
        own = await there.done("PUT", "products/13/variations/14", {"stock_quantity": 4})

        assert [("parent", 20), ("parent", 9), (True, 4)] == [
            (row["manage_stock"], row["stock_quantity"]) for row in (shared_stock, seen, own)
        ]
        assert 9 == (await there.get("products/13"))["stock_quantity"]


@pytest.mark.parametrize(
    ("body", "price"),
    [
        ({"regular_price": "12.00"}, "12.00"),
        ({"regular_price": "12.00", "sale_price": "9"}, "9"),
        ({"regular_price": "abc"}, ""),
        ({"regular_price": "1,299.50"}, "1299.50"),
        ({"regular_price": "12,50"}, "1250"),
        ({"regular_price": "-5"}, "-5"),
        ({"regular_price": ""}, ""),
    ],
)
async def test_a_price_is_taken_for_what_is_left_of_it(body: Json, price: str) -> None:
    """A real shop was seen to lose a price that is no number; the decimal comma of another country makes a hundred times as much."""
    async with writing() as there:
        row = await there.done("PUT", "products/11", body)

        assert (price, [("price.set", "11", price)]) == (row["price"], there.effects())
        assert price == (await there.get("products/11"))["price"]


async def test_a_variable_product_has_the_lowest_price_of_its_variations_and_none_of_its_own() -> None:
    async with writing() as there:
        await there.done("PUT", "products/13", {"regular_price": "1.00"})
        await there.done("PUT", "products/13/variations/14", {"regular_price": "2.50"})
        product = await there.get("products/13")

        assert [("price.set", "14", "2.50")] == there.effects()
        assert ("2.50", "") == (product["price"], product["regular_price"])


async def test_a_product_is_made_and_found_by_every_read() -> None:
    body = {
        "name": "Harbor Cup",
        "sku": "CUP-1",
        "regular_price": "10",
        "description": "Blue.",
        "manage_stock": True,
        "stock_quantity": 3,
        "categories": [{"id": 17}, {"id": 99}],
        "images": [{"src": PICTURE}],
        "meta_data": [{"key": "_made_by", "value": "us"}],
        "dimensions": {"length": "4"},
        "weight": ".5",
    }
    async with writing() as there:
        answer = await there.send("POST", "products", body)
        made = answer.json()
        found = (await there.get("products", sku="CUP-1"))[0]

        assert (201, True) == (answer.status_code, answer.headers["location"].endswith(f"/products/{made['id']}"))
        assert [("product.create", str(made["id"]), body)] == there.effects()
        assert made == found == await there.get(f"products/{made['id']}")
        assert ("harbor-cup", "10", 3, "instock", [17]) == (
            *(made[name] for name in ("slug", "price", "stock_quantity", "stock_status")),
            [one["id"] for one in made["categories"]],
        )
        assert (PICTURE, "4", "us") == (made["images"][0]["src"], made["dimensions"]["length"], made["meta_data"][0]["value"])
        jsonschema.validate(made, shared("spec/product.schema.json"))


async def test_a_product_with_variations_is_made_step_by_step() -> None:
    color = {"id": 1, "variation": True, "visible": True, "options": ["Red", "Blue"]}
    size = {"name": "Size", "variation": True, "options": ["S", "L"]}
    async with writing() as there:
        product = await there.done("POST", "products", {"name": "Shirt", "type": "variable", "attributes": [color, size, {"id": 9}]})
        path = f"products/{product['id']}/variations"
        first = {"regular_price": "12", "sku": "SH-1", "attributes": [{"id": 1, "option": "Red"}, {"name": "size", "option": "L"}]}
        answer = await there.send("POST", path, first)
        unfit = {"regular_price": 8, "attributes": [{"name": "Fit", "option": "x"}]}
        second = await there.done("POST", f"{path}/batch", {"create": [unfit]})
        ids = [answer.json()["id"], second["create"][0]["id"]]
        product = await there.get(f"products/{product['id']}")

        assert (201, "Red, L", "12") == (answer.status_code, answer.json()["name"], answer.json()["price"])
        assert ["product.create", "variant.create", "variant.create"] == [what for what, _, _ in there.effects()]
        assert ("8", ids, True) == (product["price"], product["variations"], product["has_options"])
        assert sorted(ids) == sorted(row["id"] for row in await there.get(path))
        assert ids[0] in {row["id"] for row in await there.get("products", sku="SH-1")}
        jsonschema.validate(answer.json(), shared("spec/product_variation.schema.json"))


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("products", {"name": "Two", "sku": "DEC-0012"}, 400, "product_invalid_sku"),
        ("products", {"id": 11, "name": "Two"}, 400, "woocommerce_rest_product_exists"),
        ("products", {"name": "Two", "images": [{"src": "no address"}]}, 400, "woocommerce_product_image_upload_error"),
        ("products/999999/variations", {}, 404, "woocommerce_rest_product_invalid_id"),
        ("products/13/variations", {"sku": "DEC-0012"}, 400, "product_invalid_sku"),
        ("products/13/variations", {"id": 14}, 400, "woocommerce_rest_product_variation_exists"),
    ],
)
async def test_what_can_not_be_made_is_not(path: str, body: Json, status: int, code: str) -> None:
    async with writing() as there:
        answer = await there.send("POST", path, body)

        assert (status, code, []) == (*refusal(answer), there.effects())
        assert answer.json()["data"].get("resource_id") == (12 if "sku" in body else None)
        assert 12 == len(await there.get("products", per_page=100))


async def test_a_bar_code_is_one_wares_alone() -> None:
    async with writing() as there:
        await there.done("PUT", "products/11", {"global_unique_id": "4006381300002"})
        answer = await there.send("PUT", "products/13/variations/14", {"global_unique_id": "4006381300002"})

        assert (400, "product_invalid_global_unique_id") == refusal(answer)
        assert [("product.update", "11", {"global_unique_id": "4006381300002"})] == there.effects()


async def test_a_change_of_more_than_price_or_stock_is_one_change() -> None:
    async with writing() as there:
        sent = {"name": "Better", "regular_price": "5", "stock_quantity": 1, "weight": "2"}
        product = await there.done("PUT", "products/11", sent)
        variation = await there.done("PATCH", "products/13/variations/14", {"description": "New"})

        assert [("product.update", "11", sent), ("variant.update", "14", {"description": "New"})] == there.effects()
        assert ("Better", "5", 1, "2") == tuple(product[name] for name in ("name", "price", "stock_quantity", "weight"))
        assert "New" == variation["description"] == (await there.get("products/13/variations/14"))["description"]


async def test_a_product_goes_into_the_trash_and_then_for_good() -> None:
    async with writing() as there:
        answers = [await there.send("DELETE", "products/11", **query) for query in ({}, {}, {"force": "true"}, {"force": "true"})]

        assert [200, 410, 200, 404] == [answer.status_code for answer in answers]
        assert "publish" == answers[0].json()["status"]
        assert "woocommerce_rest_already_trashed" == answers[1].json()["code"]
        assert 2 * [("product.delete", "11", None)] == there.effects()


async def test_what_lies_in_the_trash_keeps_no_sku() -> None:
    async with writing() as there:
        await there.done("DELETE", "products/12")
        await there.done("PUT", "products/11", {"sku": "DEC-0012"})

        assert [11] == [row["id"] for row in await there.get("products", sku="DEC-0012")]
        assert [12] == [row["id"] for row in await there.get("products", status="trash")]


async def test_a_product_takes_its_variations_with_it_and_a_variation_leaves_its_product() -> None:
    async with writing() as there:
        await there.done("DELETE", "products/13/variations/14", force="true")
        left = await there.get("products/13")
        await there.done("DELETE", "products/13", force="true")

        assert (99, False) == (len(left["variations"]), 14 in left["variations"])
        assert [] == await there.get("variations")
        assert [("variant.delete", "14", None), ("product.delete", "13", None)] == there.effects()


async def test_a_batch_makes_changes_and_deletes_each_for_itself() -> None:
    body = {
        "create": [{"name": "One", "sku": "NEW-1"}, {"name": "Two", "sku": "NEW-1"}],
        "update": [{"id": 11, "stock_quantity": "7x"}, {"id": 999_999}, {"id": 14, "stock_quantity": 1}, {"id": 12, "regular_price": 7.5}],
        "delete": [10, 999_999],
    }
    async with writing() as there:
        answer = await there.send("POST", "products/batch", body)
        rows = answer.json()
        errors = {key: [(row["error"]["code"], row["error"]["data"]["status"]) for row in rows[key] if "error" in row] for key in rows}

        assert 200 == answer.status_code
        assert {
            "create": [("product_invalid_sku", 400)],
            "update": [("woocommerce_rest_product_invalid_id", 400), ("woocommerce_rest_invalid_product_id", 404)],
            "delete": [("woocommerce_rest_product_invalid_id", 404)],
        } == errors
        assert 0 == rows["create"][1]["id"]
        assert ["product.create", "stock.set", "price.set", "product.delete"] == [what for what, _, _ in there.effects()]
        assert (7, "7.5") == (rows["update"][0]["stock_quantity"], rows["update"][3]["price"])
        assert 404 == (await there.send("GET", "products/10")).status_code
        jsonschema.validate(rows, shared("spec/batch.schema.json")["$defs"]["response"])


async def test_a_batch_of_variations_stays_with_one_product() -> None:
    async with writing() as there:
        stocks = [{"id": number, "stock_quantity": number} for number in range(14, 113)]
        answer = await there.done("POST", "products/13/variations/batch", {"update": [*stocks, {"id": 113, "sku": "NEW"}]})
        elsewhere = await there.done("POST", "products/11/variations/batch", {"update": [{"id": 14, "stock_quantity": 1}], "create": [{}]})

        assert [row["id"] for row in answer["update"]] == list(range(14, 114))
        assert 99 == [what for what, _, _ in there.effects()].count("stock.set")
        assert ("woocommerce_rest_product_variation_invalid_id", 11) == (
            elsewhere["update"][0]["error"]["code"],
            elsewhere["create"][0]["parent_id"],
        )


async def test_a_key_that_only_reads_writes_nothing() -> None:
    async with writing(permissions="read") as there:
        answer = await there.send("PUT", "products/11", {"stock_quantity": 1})

        assert (401, "woocommerce_rest_authentication_error", []) == (*refusal(answer), there.effects())


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "products"), ("DELETE", "products/11"), ("PUT", "orders/160"), ("POST", "customers")]
)
async def test_nobody_writes_without_a_key(method: str, path: str) -> None:
    async with writing() as there:
        answer = await there.client.request(method, f"{there.running.url}/shop/wp-json/wc/v3/{path}", json={"email": "a@b.test"})

        assert (401, []) == (answer.status_code, there.effects())
        assert answer.json()["code"].startswith("woocommerce_rest_cannot_")


async def test_a_fault_before_a_write_prevents_it_and_one_after_it_only_hides_it() -> None:
    async with writing() as there:
        faults = [Fault(match="PUT products/{id}", times=1, status=502, after=after) for after in (False, True)]
        there.running.control.faults += [*faults, Fault(match="POST products/batch", times=1, hang_up=True, after=True)]
        answers = [await there.send("PUT", "products/11", {"stock_quantity": count}) for count in (1, 2)]
        with pytest.raises(httpx.RemoteProtocolError):
            await there.send("POST", "products/batch", {"update": [{"id": 12, "stock_quantity": 3}]})

        assert [502, 502] == [answer.status_code for answer in answers]
        assert [("stock.set", "11", 2), ("stock.set", "12", 3)] == there.effects()
        assert [2, 3] == [(await there.get(f"products/{number}"))["stock_quantity"] for number in (11, 12)]
        assert {"PUT products/{id}", "POST products/batch", "GET products/{id}"} == {call.operation for call in there.running.control.calls}
