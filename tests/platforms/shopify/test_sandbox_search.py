"""The search syntax of the Shopify sandbox: what each form finds among known heads, and how it reads what is broken."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.kit.sandbox import SandboxStore
from adapters.shopify.sandbox.conditions import compile_search
from adapters.shopify.sandbox.filters import searchable
from adapters.shopify.sandbox.search import Joined, Term, read
from adapters.shopify.sandbox.store import Store

SHOP = Store(SandboxStore("search", "Search", "small", {}), lambda: datetime(2026, 11, 23, tzinfo=UTC))
FIELDS = searchable(SHOP)
TABLES: dict[str, Any] = {"orders": SHOP.orders, "products": SHOP.products, "productVariants": SHOP.variants, "customers": SHOP.customers}
MIDDLE = list(SHOP.orders.heads.values())[20]
AT = datetime.fromtimestamp(MIDDLE.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

Expected = Callable[[Any], bool]


@pytest.mark.parametrize(
    ("name", "query", "expected"),
    [
        ("orders", "", lambda _: True),
        ("orders", "financial_status:paid", lambda head: head.financial == "PAID"),
        ("orders", "financial_status:paid,refunded", lambda head: head.financial in {"PAID", "REFUNDED"}),
        ("orders", "-financial_status:paid", lambda head: head.financial != "PAID"),
        ("orders", "NOT financial_status:paid", lambda head: head.financial != "PAID"),
        ("orders", "(status:cancelled OR test:true)", lambda head: bool(head.cancelled) or head.test),
        ("orders", "test:false AND (source_name:pos OR source_name:web)", lambda head: not head.test and head.source in {"pos", "web"}),
        ("orders", "financial_status:paid source_name:'pos'", lambda head: head.financial == "PAID" and head.source == "pos"),
        ("orders", f"created_at:>='{AT}'", lambda head: head.created >= MIDDLE.created),
        ("orders", f"created_at:<'{AT}'", lambda head: head.created < MIDDLE.created),
        ("orders", f'created_at:>="{AT}" AND created_at:<="{AT}"', lambda head: head.created == MIDDLE.created),
        ("orders", f"id:>{MIDDLE.id}", lambda head: head.id > MIDDLE.id),
        ("orders", "name:'#1005'", lambda head: head.number == 1005),
        ("orders", "name:1005", lambda head: head.number == 1005),
        ("orders", "name:#100*", lambda head: 1000 <= head.number < 1010),
        ("orders", "#1007", lambda head: head.number == 1007),
        ("orders", f"customer_id:{MIDDLE.customer}", lambda head: head.customer == MIDDLE.customer),
        ("orders", "status:open OR", lambda head: not head.cancelled and not head.closed),
        ("orders", "(status:open", lambda head: not head.cancelled and not head.closed),
        ("orders", "tag:(priority", lambda _: False),
        ("orders", "email:*", lambda head: head.email is not None),
        ("products", "status:active,draft,archived,unlisted", lambda _: True),
        ("products", "status:draft", lambda head: head.status == "DRAFT"),
        ("products", "gift", lambda head: "gift" in f"{head.title} {head.product_type} {' '.join(head.tags)}".lower().split()),
        ("productVariants", "sku:'NOTHING'", lambda _: False),
        ("productVariants", "inventory_quantity:<=0", lambda head: SHOP.stock.available(head.index) <= 0),
        ("customers", "orders_count:>0", lambda head: any(True for _ in SHOP.orders_of(head.id))),
        ("customers", "tag_not:vip", lambda head: "vip" not in head.tags),
    ],
)  # fmt: skip
def test_a_search_finds_what_it_says(name: str, query: str, expected: Expected) -> None:
    found = compile_search(query, FIELDS[name])
    heads = TABLES[name].heads.values()

    assert [] == found.warnings
    assert [head.id for head in heads if expected(head)] == [head.id for head in heads if found.test is None or found.test(head)]


def test_an_unquoted_time_becomes_a_day_of_the_shop_and_a_stray_field() -> None:
    broken = "updated_at:>=2026-11-23T10:00:00Z"
    found = compile_search(broken, FIELDS["orders"])

    assert Joined("and", (Term("updated_at", ">=", "2026-11-23T10", False), Term("00", "", "00Z", False))) == read(broken)
    assert {"UPDATED_AT": (datetime(2026, 11, 23, 7, tzinfo=UTC).timestamp(), float("inf"))} == found.bounds
    assert ["invalid_field"] == [warning["code"] for warning in found.warnings]


def test_a_field_without_a_value_is_warned_of() -> None:
    found = compile_search("status: name:#1001", FIELDS["orders"])

    assert [{"field": "status", "message": "Missing value for this field.", "code": "missing_named_field"}] == found.warnings
