"""The sandbox against the platform's own description: its schema, the documents integrations send, and what they cost."""

import gzip
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    Node,
    OperationDefinitionNode,
    Visitor,
    build_schema,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    parse,
    print_ast,
    visit,
)

from adapters.kit.sandbox import Control, SandboxStore
from adapters.shopify.sandbox.app import Site
from adapters.shopify.sandbox.documents import schema
from adapters.shopify.sandbox.requests import respond

STORE = SandboxStore("documents", "Documents", "odd", {"access_token": "t"}, sizes={"orders": 120}, options={"bucket": 100_000})
# What the sandbox does not answer yet: the roots and types of these documents are not part of its schema.
NOT_SERVED = re.compile(
    r"Bulk|FulfillmentOrder|OrderReturns|SuggestRefund|ProductOperationStatus|PublicationsPage|JobStatus|MetafieldsOf|WebhooksPage"
)
FIRST = {
    "OrdersPage": 25, "OrderIdsPage": 250, "OrderLinesPage": 250, "ProductsPage": 25, "VariantsByProductIds": 100,
    "ProductVariantsOfOne": 250, "VariantsBySku": 10, "VariantsPage": 250, "LocationsPage": 100, "InventoryItemsPage": 100,
    "InventoryLevelsOfLocation": 100, "CustomersPage": 100, "CustomerAddresses": 20,
}  # fmt: skip
SCALARS = {
    "DateTime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "Decimal": r"-?\d+\.\d+",
    "Money": r"\d+(\.\d+)?",
    "UnsignedInt64": r"\d+",
    "URL": r"https://.+",
    "ID": r"gid://shopify/\w+/.+",
    "HTML": r".*",
    "String": r"(?s).*",
}
PLAIN = {"Int": int, "Float": float, "Boolean": bool}


def specification(name: str) -> Path:
    """Find a file of the platform's saved description, beside the repository unless told otherwise."""
    shared = Path(os.environ.get("CARTOGRAPH_SHARED") or Path(__file__).parents[3].parent / "shared")
    path = shared / "platforms" / "shopify" / "spec" / name
    if not path.exists():
        pytest.skip(f"the platform's description is not here: {path}")
    return path


@cache
def official() -> GraphQLSchema:
    return build_schema(gzip.decompress(specification("admin_2026-10.nodoc.graphql.gz").read_bytes()).decode(), assume_valid=True)


@cache
def documents() -> dict[str, tuple[str, int]]:
    """Return the text of each read that is served, with its fragments, and the cost its comment names."""
    text = specification("documents.graphql").read_text()
    parsed = parse(text)
    fragments = {node.name.value: node for node in parsed.definitions if isinstance(node, FragmentDefinitionNode)}
    costs = {name: int(cost) for cost, name in re.findall(r"# cost (\d+)[^\n]*\nquery (\w+)", text)}
    return {
        node.name.value: (
            print_ast(DocumentNode(definitions=(node, *(fragments[name] for name in sorted(spreads(node, fragments)))))),
            cost,
        )
        for node in parsed.definitions
        if isinstance(node, OperationDefinitionNode)
        and node.name
        and (cost := costs.get(node.name.value))
        and not NOT_SERVED.search(node.name.value)
    }


def spreads(node: Node, fragments: dict[str, FragmentDefinitionNode]) -> set[str]:
    found: set[str] = set()

    class Finder(Visitor):
        def enter_fragment_spread(self, spread: FragmentSpreadNode, *_: Any) -> None:
            found.add(spread.name.value)

    visit(node, Finder())
    return found | {deeper for name in found for deeper in spreads(fragments[name], fragments)}


@pytest.fixture(scope="module")
def site() -> Site:
    return Site(STORE, Control(lambda: datetime(2026, 11, 23, 12, tzinfo=UTC)))


def ask(site: Site, text: str, variables: dict[str, Any]) -> dict[str, Any]:
    site.control.offset += timedelta(hours=1)
    return respond(site.view, site.bucket, text, variables, None).body


def examples(site: Site) -> dict[str, dict[str, Any]]:
    """Return variables for each document: real ids of every kind."""
    store = site.store
    orders, products = ([f"gid://shopify/{kind}/{number}" for number in list(table.heads)[:60]] for kind, table in (
        ("Order", store.orders), ("Product", store.products)))  # fmt: skip
    variants = [f"gid://shopify/ProductVariant/{number}" for number in list(store.variants.heads)[:60]]
    people = [f"gid://shopify/Customer/{number}" for number in store.customers.heads]
    items = [f"gid://shopify/InventoryItem/{head.item_id}" for head in list(store.variants.heads.values())[:60]]
    place = f"gid://shopify/Location/{next(iter(store.locations.heads))}"
    ids = {"Order": orders, "Product": products, "Varia": variants, "Inven": items, "Custo": people}
    found: dict[str, dict[str, Any]] = {}
    for name in documents():
        kind = next(kind for kind in (*ids, "") if name.startswith(kind))
        own = ids["Product"] if "ByProduct" in name or name == "ProductVariantsOfOne" else ids.get(kind, [])
        single = place if name == "InventoryLevelsOfLocation" else own[33 if kind == "Order" else 0] if own else None
        query = "status:open" if name.startswith("OrdersCount") else "sku:'*'" if name == "VariantsBySku" else None
        found[name] = {"ids": own, "id": single, "first": FIRST.get(name, 50), "query": query}
    return found


def test_every_type_field_and_argument_is_the_platforms_own() -> None:
    differences = list(compare())

    assert [] == differences


def compare() -> Iterator[str]:
    theirs = official().type_map
    for name, kind in schema().type_map.items():
        if name.startswith("__"):
            continue
        other = theirs.get(name)
        if other is None or type(other) is not type(kind):
            yield f"{name} is no such type"
        elif isinstance(kind, GraphQLEnumType) and isinstance(other, GraphQLEnumType):
            yield from (f"{name}.{value}" for value in kind.values if value not in other.values)
        elif isinstance(kind, GraphQLUnionType) and isinstance(other, GraphQLUnionType):
            yield from (f"{name} | {part}" for part in kind.types if str(part) not in map(str, other.types))
        elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and isinstance(other, GraphQLObjectType | GraphQLInterfaceType):
            yield from compare_fields(kind, other)


def compare_fields(kind: GraphQLObjectType | GraphQLInterfaceType, other: GraphQLObjectType | GraphQLInterfaceType) -> Iterator[str]:
    yield from (f"{kind} implements {one}" for one in kind.interfaces if str(one) not in map(str, other.interfaces))
    for name, field in kind.fields.items():
        known = other.fields.get(name)
        if known is None or str(known.type) != str(field.type):
            yield f"{kind}.{name}: {field.type} is not {known and known.type}"
            continue
        for argument, given in field.args.items():
            wanted = known.args.get(argument)
            if wanted is None or (str(wanted.type), default(wanted)) != (str(given.type), default(given)):
                yield f"{kind}.{name}({argument}: {given.type} = {default(given)})"
        yield from (
            f"{kind}.{name} lacks {one}" for one, asked in known.args.items() if is_non_null_type(asked.type) and one not in field.args
        )


def default(argument: Any) -> str | None:
    value = argument.ast_node.default_value
    return None if value is None else print_ast(value)


def test_every_read_document_is_answered_without_an_error(site: Site) -> None:
    variables = examples(site)
    errors = {name: ask(site, text, variables[name]).get("errors") for name, (text, _) in documents().items()}

    assert dict.fromkeys(documents()) == errors
    assert 24 < len(errors)


def test_every_answered_value_is_of_the_platforms_type(site: Site) -> None:
    variables = examples(site)
    wrong = [
        problem
        for name, (text, _) in documents().items()
        for problem in mistyped(text, ask(site, text, variables[name])["data"])
    ]  # fmt: skip

    assert [] == wrong


def mistyped(text: str, data: dict[str, Any]) -> Iterator[str]:
    """Check an answer against the official types; rows of abstract types are told by their id."""
    parsed = parse(text)
    fragments = {node.name.value: node for node in parsed.definitions if isinstance(node, FragmentDefinitionNode)}
    operation = next(node for node in parsed.definitions if isinstance(node, OperationDefinitionNode))
    yield from check_object(operation.selection_set, data, "QueryRoot", fragments)


def check_object(selections: Any, row: dict[str, Any], kind: str, fragments: Any) -> Iterator[str]:
    for node in selections.selections:
        if node.kind != "field":
            fragment = fragments[node.name.value] if node.kind == "fragment_spread" else node
            if kind == fragment.type_condition.name.value:
                yield from check_object(fragment.selection_set, row, kind, fragments)
        elif node.name.value != "__typename":
            owner = official().type_map[kind]
            assert isinstance(owner, GraphQLObjectType | GraphQLInterfaceType)
            yield from check_value(node, row[node.name.value], owner.fields[node.name.value].type, f"{kind}.{node.name.value}", fragments)


def check_value(node: Any, value: Any, kind: Any, place: str, fragments: Any) -> Iterator[str]:
    if value is None:
        if is_non_null_type(kind):
            yield f"{place} is null"
        return
    kind = kind.of_type if is_non_null_type(kind) else kind
    if is_list_type(kind):
        for part in value:
            yield from check_value(node, part, kind.of_type, place, fragments)
    elif is_leaf_type(get_named_type(kind)):
        if not fits(kind, value):
            yield f"{place} is {value!r}"
    else:
        name = kind.name if isinstance(kind, GraphQLObjectType) else value.get("__typename") or value.get("id", "///").split("/")[3]
        if name:
            yield from check_object(node.selection_set, value, name, fragments)


def fits(kind: Any, value: Any) -> bool:
    if isinstance(kind, GraphQLEnumType):
        return value in kind.values
    if kind.name in PLAIN:
        return type(value) is PLAIN[kind.name]
    return isinstance(value, str) and re.fullmatch(SCALARS[kind.name], value) is not None


def test_documents_cost_what_the_platform_asks(site: Site) -> None:
    variables = examples(site)
    asked = {name: ask(site, text, variables[name])["extensions"]["cost"] for name, (text, _) in documents().items()}

    assert {name: cost for name, (_, cost) in documents().items()} == {name: cost["requestedQueryCost"] for name, cost in asked.items()}
    assert [] == [name for name, cost in asked.items() if not 0 < cost["actualQueryCost"] <= cost["requestedQueryCost"]]
