"""Root lists and counts, and the lists that hang on customers and products: filtered, sorted, paged."""

from collections.abc import Callable
from typing import Any

from adapters.shopify.sandbox.conditions import Search, compile_search
from adapters.shopify.sandbox.connections import check, count, page
from adapters.shopify.sandbox.errors import unfold
from adapters.shopify.sandbox.execution import Run
from adapters.shopify.sandbox.plan import Resolver
from adapters.shopify.sandbox.seed.identifiers import BASES
from adapters.shopify.sandbox.tables import Row, Table
from adapters.shopify.sandbox.view import View

Arguments = dict[str, Any]


def search(run: Run, name: str, query: str | None) -> Search:
    """Compile the search of a list, and note its warnings for the answer."""
    made = compile_search(query, run.subject.fields[name])
    if made.warnings:
        run.searches.append({"path": unfold(run.path), "query": query, "parsed": made.parsed, "warnings": made.warnings})
    return made


def listed(name: str, table: Callable[[View], Table[Any]]) -> Resolver:
    """List a whole table, filtered and sorted."""

    def resolve(run: Run, _: Row, arguments: Arguments) -> Row:
        check(arguments)
        rows, key = table(run.subject), arguments.get("sortKey", "ID")
        found = search(run, name, arguments.get("query"))
        test, heads = run.subject.test(name, found.test, arguments), rows.heads
        passes = test and (lambda number: test(heads[number]))
        return page(rows.sorted(key), rows.row, arguments, key, test=passes, bounds=found.bounds.get(key))

    return resolve


def counted(name: str, table: Callable[[View], Table[Any]]) -> Resolver:
    """Count a whole table, filtered."""

    def resolve(run: Run, _: Row, arguments: Arguments) -> Row:
        rows, found = table(run.subject), search(run, name, arguments.get("query"))
        test = run.subject.test(name, found.test, {"includeInactive": True})
        return count(rows.sorted("ID"), test, rows.heads.__getitem__, arguments.get("limit"))

    return resolve


def items(run: Run, _: Row, arguments: Arguments) -> Row:
    """List stock items; they are walked by the numbers of their variants."""
    view: View = run.subject
    found = search(run, "inventoryItems", arguments.get("query"))
    shift, heads, test = BASES["InventoryItem"] - BASES["ProductVariant"], view.store.variants.heads, found.test
    passes = test and (lambda number: test(heads[number - shift]))
    places = [(number, number) for number in (value + shift for _, value in view.store.variants.sorted("ID"))]
    return page(places, lambda number: view.store.item_row(heads[number - shift]), arguments, test=passes)


def orders_of_customer(run: Run, row: Row, arguments: Arguments) -> Row:
    """List one customer's orders."""
    view, key = run.subject, arguments["sortKey"]
    table: Table[Any] = view.store.orders
    found = search(run, "orders", arguments.get("query"))
    test = view.test("orders", found.test, arguments)
    heads = [head for head in view.store.orders_of(int(row["legacyResourceId"])) if test is None or test(head)]
    places = sorted((table.keys[key](head), head.id) for head in heads)
    return page(places, table.row, arguments, key, bounds=found.bounds.get(key))


def variants_of_product(run: Run, row: Row, arguments: Arguments) -> Row:
    """List one product's variants."""
    store, key = run.subject.store, arguments["sortKey"]
    heads = store.variants_of(store.products.heads[int(row["legacyResourceId"])])
    places = sorted((store.variants.keys[key](head), head.id) for head in heads)
    return page(places, store.variants.row, arguments, key)
