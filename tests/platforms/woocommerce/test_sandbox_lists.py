"""What the local WooCommerce promises of its lists and of the invented shops in them."""

import re
import time
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

import jsonschema
import pytest

from adapters.kit.sandbox import Control
from adapters.woocommerce.sandbox import SANDBOX
from tests.platforms.woocommerce.shop import Json, Shop, shared, store

LOCAL, GMT = "2026-10-10T05:00:00", "2026-10-10T12:00:00"
SHAPES = {"orders": "order", "products": "product", "variations": "product_variation", "customers": "customer", "refunds": "order_refund"}


@pytest.fixture(scope="module")
def shop() -> Shop:
    """One small shop for the tests that only read."""
    return Shop()


@pytest.fixture(scope="module")
def demo() -> Callable[[str], Shop]:
    """The demo stores, with keys of our own."""
    profiles = {one.name: one.profile for one in SANDBOX.stores}
    return cache(lambda name: Shop(store(name, profiles[name])))


@pytest.mark.parametrize(
    ("text", "flag", "found"),
    [
        (LOCAL, "false", True),
        (GMT, "false", False),
        (GMT, "true", True),
        (f"{GMT}Z", "false", True),
        (f"{LOCAL}-07:00", "false", True),
        (f"{GMT}.900+00:00", "false", True),
        ("2026-10-10T12:30:00Z", "false", False),
        ("2026-10-10T12:30:00Z", "true", True),
    ],
)
@pytest.mark.parametrize("name", ["after", "modified_after"])
async def test_a_date_filter_is_read_as_the_truth_table_says(name: str, text: str, flag: str, found: bool) -> None:
    """The order is of noon and a second, UTC; the shop is seven hours behind. The last row is the wrong answer a real shop gives."""
    there = Shop(store(sizes={"orders": 0}))
    row_id = await there.rows("insert", "order", created=f"{GMT[:-1]}1Z")

    assert ([row_id] if found else []) == await there.ids("orders", **{name: text, "dates_are_gmt": flag})


async def test_date_bounds_are_strict_and_of_whole_seconds(shop: Shop) -> None:
    row = (await shop.get("orders", per_page=1, page=9))[0]
    exact = {"dates_are_gmt": "true", "after": row["date_created_gmt"]}

    assert row["id"] not in await shop.ids("orders", **exact)
    assert row["id"] not in await shop.ids("orders", **exact | {"after": row["date_created_gmt"] + ".5"})
    assert row["id"] not in await shop.ids("orders", dates_are_gmt="true", before=row["date_created_gmt"])


@pytest.mark.parametrize(
    ("query", "name", "code"),
    [
        ({"per_page": 101}, "per_page", "rest_out_of_bounds"),
        ({"per_page": 0}, "per_page", "rest_out_of_bounds"),
        ({"per_page": "ten"}, "per_page", "rest_invalid_type"),
        ({"page": 0}, "page", "rest_out_of_bounds"),
        ({"after": "2026-10-10"}, "after", "rest_invalid_date"),
        ({"modified_before": "2026-13-10T00:00:00"}, "modified_before", "rest_invalid_date"),
        ({"orderby": "total"}, "orderby", "rest_not_in_enum"),
        ({"status": "completed,odd"}, "status", "rest_not_in_enum"),
        ({"include": "1,x"}, "include", "rest_invalid_type"),
    ],
)
async def test_a_bad_parameter_is_named_in_the_refusal(shop: Shop, query: dict[str, Any], name: str, code: str) -> None:
    answer = await shop.client.get("orders", params=query)

    assert (400, "rest_invalid_param") == (answer.status_code, answer.json()["code"])
    assert [name] == list(answer.json()["data"]["params"])
    assert code == answer.json()["data"]["details"][name]["code"]


@pytest.mark.parametrize("path", ["orders", "products", "products/13/variations", "variations", "customers", "refunds"])
async def test_pages_cover_the_list_once(shop: Shop, path: str) -> None:
    first = await shop.client.get(path, params={"per_page": 7})
    pages = int(first.headers["x-wp-totalpages"])

    seen = [row_id for page in range(1, pages + 1) for row_id in await shop.ids(path, per_page=7, page=page)]

    assert int(first.headers["x-wp-total"]) == len(seen) == len(set(seen))
    assert ("next" in first.headers.get("link", "")) is (pages > 1)


async def test_a_page_past_the_end_is_empty_and_counts_nothing(shop: Shop) -> None:
    answer = await shop.client.get("orders", params={"page": 99})

    assert (200, [], "0", "0") == (answer.status_code, answer.json(), answer.headers["x-wp-total"], answer.headers["x-wp-totalpages"])


@pytest.mark.parametrize(("field", "orderby"), [("date_created_gmt", "date"), ("date_modified_gmt", "modified"), ("id", "id")])
@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_a_list_is_sorted_with_the_id_breaking_ties(shop: Shop, order: str, field: str, orderby: str) -> None:
    rows = await shop.get("orders", per_page=100, orderby=orderby, order=order)
    keys = [(row[field], row["id"]) for row in rows]

    assert sorted(keys, reverse=order == "desc") == keys
    assert len(rows) == 40


async def test_lists_narrow_to_what_was_asked(shop: Shop) -> None:
    newest = await shop.ids("orders")
    customer, guest = (await shop.get("orders", customer=5, per_page=1))[0], (await shop.get("orders", customer=0))
    line = customer["line_items"][0]

    assert newest[4:7] == await shop.ids("orders", offset=4, per_page=3)
    assert [newest[3], newest[1]] == await shop.ids("orders", include=f"{newest[3]},{newest[1]}", orderby="include")
    assert newest[2:] == await shop.ids("orders", exclude=f"{newest[0]},{newest[1]}")
    assert 5 == customer["customer_id"]
    assert [0] == [row["customer_id"] for row in guest]
    assert customer["id"] in await shop.ids("orders", product=line["product_id"])
    assert [] == await shop.ids("orders", product=14)
    assert [customer["id"]] == await shop.ids("orders", search=str(customer["id"]))
    assert 4 == await shop.total("orders", status="refunded")
    assert 8 == await shop.total("orders", status="refunded,pending")


async def test_a_sku_finds_products_and_variations_alike(shop: Shop) -> None:
    skus = [(await shop.get(path, per_page=1))[0]["sku"] for path in ("products", "variations")]

    found = await shop.get("products", sku=",".join(skus))

    assert sorted(skus) == sorted(row["sku"] for row in found)
    assert {("simple", 0), ("variation", 13)} == {(row["type"], row["parent_id"]) for row in found}
    assert 400 == (await shop.client.get("products", params={"type": "variation"})).status_code


async def test_customers_are_of_one_role_and_found_by_mail(demo: Callable[[str], Shop]) -> None:
    harbor = demo("harbor")
    names = [f"{row['first_name']} {row['last_name']}".lower() for row in await harbor.get("customers", per_page=100)]
    somebody = (await harbor.get("customers", per_page=1))[0]

    assert sorted(names) == names
    assert (1500, 1512, 4) == (
        await harbor.total("customers"),
        await harbor.total("customers", role="all"),
        await harbor.total("customers", role="wholesale_customer"),
    )
    assert [somebody["id"]] == await harbor.ids("customers", email=somebody["email"])


async def test_fields_reach_into_objects_but_never_into_lists(shop: Shop) -> None:
    row = (await shop.get("orders", per_page=1, _fields="id,billing.email,line_items.id"))[0]

    assert {"id", "billing", "line_items"} == row.keys()
    assert ["email"] == list(row["billing"])
    assert [] == row["line_items"]


async def test_meta_and_decimals_are_shown_as_asked(shop: Shop) -> None:
    keys = [
        [entry["key"] for entry in (await shop.get("orders", per_page=1, **query))[0]["meta_data"]]
        for query in ({}, {"include_meta": "_channel"}, {"exclude_meta": "_channel"})
    ]
    totals = [(await shop.get("orders", per_page=1, **query))[0]["total"] for query in ({}, {"dp": 4}, {"dp": 0})]

    assert [["_channel", "is_vat_exempt"], ["_channel"], ["is_vat_exempt"]] == keys
    assert [2, 4, 0] == [len(total.partition(".")[2]) for total in totals]


@pytest.mark.parametrize("path", SHAPES)
@pytest.mark.parametrize("name", ["shop", "kiosk", "harbor"])
async def test_rows_have_the_published_shape(shop: Shop, demo: Callable[[str], Shop], name: str, path: str) -> None:
    validator = jsonschema.Draft202012Validator(shared(f"spec/{SHAPES[path]}.schema.json"))
    rows = await (shop if name == "shop" else demo(name)).get(path, per_page=60)

    assert [] == [(row["id"], error.message) for row in rows for error in validator.iter_errors(row)]
    assert rows


@pytest.mark.parametrize(("part", "shape"), [("notes", "order_note"), ("fulfillments", "fulfillment"), ("refunds", "order_refund")])
async def test_what_hangs_on_an_order_has_the_published_shape(shop: Shop, part: str, shape: str) -> None:
    schema = shared(f"spec/{shape}.schema.json")
    rows = [row for order_id in await shop.ids("orders") for row in await shop.get(f"orders/{order_id}/{part}")]

    for row in rows:
        jsonschema.validate(row, schema)
    assert len(rows) >= 5


@pytest.mark.parametrize("name", ["shop", "kiosk", "harbor"])
async def test_an_orders_sums_agree_to_the_last_cent(shop: Shop, demo: Callable[[str], Shop], name: str) -> None:
    def money(row: Json, *fields: str) -> Decimal:
        return sum((Decimal(row[field]) for field in fields), Decimal())

    for row in await (shop if name == "shop" else demo(name)).get("orders", per_page=100, page=1, status="any"):
        lines, fees = row["line_items"], row["fee_lines"]
        parts = sum((money(one, "total", "total_tax") for one in (*lines, *fees)), money(row, "shipping_total", "shipping_tax"))

        assert parts == money(row, "total")
        assert sum((money(line, "subtotal") - money(line, "total") for line in lines), Decimal()) == money(row, "discount_total")
        assert sum((money(one, "total_tax") for one in (*lines, *fees)), money(row, "shipping_tax")) == money(row, "total_tax")
        assert -sum((money(one, "total") for one in row["refunds"]), Decimal()) <= money(row, "total")


async def test_the_small_shop_has_what_tests_ask_of_it(shop: Shop) -> None:
    orders = await shop.get("orders", per_page=100)
    sized = Shop(store(sizes={"orders": 7, "products": 5, "variations": 130, "customers": 4}))

    assert [40, 12, 100, 15] == [await shop.total(path) for path in ("orders", "products", "variations", "customers")]
    assert [7, 5, 130, 4] == [await sized.total(path) for path in ("orders", "products", "variations", "customers")]
    assert 200 == max(len(row["line_items"]) for row in orders)
    assert 1 == [row["customer_id"] for row in orders].count(0)


async def test_the_same_seed_makes_the_same_shop(shop: Shop) -> None:
    again = Shop()

    assert await shop.get("orders", per_page=30) == await again.get("orders", per_page=30)


async def test_harbor_is_old_large_and_full_of_ties(demo: Callable[[str], Shop]) -> None:
    harbor = demo("harbor")
    hidden, drafts = await harbor.total("orders", status="trash"), await harbor.total("orders", status="checkout-draft")
    tie = {"modified_after": "2024-03-05T17:59:59", "modified_before": "2024-03-05T18:00:01", "dates_are_gmt": "true"}
    rows = [row for page in range(1, 11) for row in await harbor.get("orders", per_page=100, page=page, order="asc")]

    assert (6000, 400) == (hidden + await harbor.total("orders"), await harbor.total("products"))
    assert min(hidden, drafts, await harbor.total("orders", status="picked"), await harbor.total("refunds")) > 20
    assert await harbor.total("orders", **tie) >= 130
    assert 0.2 < sum(row["customer_id"] == 0 for row in rows) / len(rows) < 0.3
    assert any(fee["total"].startswith("-") for row in rows for fee in row["fee_lines"])
    assert any(row["coupon_lines"] for row in rows)
    assert any(line["sku"] is None for row in rows for line in row["line_items"])
    assert len({row["date_created"] for row in rows}) < len(rows)
    assert 30 == max(len(row["variations"]) for row in await harbor.get("products", type="variable", per_page=100))


async def test_kiosk_shows_what_nobody_expects(demo: Callable[[str], Shop]) -> None:
    kiosk = demo("kiosk")
    orders, products = await kiosk.get("orders", per_page=100), await kiosk.get("products", per_page=100)
    variations = await kiosk.get("products/18/variations", per_page=100)

    assert re.fullmatch(r"KI-2026-\d+", orders[0]["number"])
    assert {"JPY"} == {row["currency"] for row in orders}
    assert not [row["total"] for row in orders if "." in row["total"]]
    assert {False} <= {line["image"]["src"] for row in orders for line in row["line_items"]}
    assert "" in {row["billing"]["city"] for row in orders}
    assert "" in {row["price"] for row in products}
    assert min(row["stock_quantity"] or 0 for row in products) < 0
    assert (None, True) in {(row["stock_quantity"], row["manage_stock"]) for row in products}
    assert (100, True) == (len(variations), "parent" in {row["manage_stock"] for row in variations})
    assert 200 == max(len(row["line_items"]) for row in await kiosk.get("orders", per_page=5, order="asc"))


def test_harbor_opens_within_a_second_and_a_half() -> None:
    started = time.perf_counter()
    SANDBOX.make_app(SANDBOX.stores, Control())

    assert time.perf_counter() - started < 1.5
