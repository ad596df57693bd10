"""What the local Shopify promises of writes in general: their description, costs, scopes, keys, and what becomes of a lost answer."""

import gzip
import re
from functools import cache
from typing import Any

import httpx
import pytest
from graphql import (
    FragmentDefinitionNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    build_schema,
    is_list_type,
    is_non_null_type,
    parse,
    print_ast,
    type_from_ast,
    validate,
)

from adapters.shopify.sandbox.documents import schema
from adapters.shopify.sandbox.mutations import MUTATIONS
from tests.platforms.shopify.sandbox_writes_client import DOCUMENTS, TOKEN, desk, quantities
from tests.support.shared import shared

NO_KEY = "The @idempotent directive is required for this mutation but was not provided."
KEYLESS = "mutation Keyless($input: InventorySetQuantitiesInput!) { inventorySetQuantities(input: $input) { userErrors { message } } }"
TWO = """mutation Two($one: ID!, $first: [ProductVariantsBulkInput!]!, $two: ID!, $second: [ProductVariantsBulkInput!]!) {
    first: productVariantsBulkUpdate(productId: $one, variants: $first) { productVariants { price } userErrors { code } }
    second: productVariantsBulkUpdate(productId: $two, variants: $second) { productVariants { price } userErrors { code } } }"""
# Operations of the saved documents that are of no use to what is written here.
NOT_SERVED = {"PublishProduct", "AddShipmentEvent", "MarkOrderPaid", "SeedOrder", "SetMetafields", "RunBulkMutation", "RunBulkQuery",
              "CancelBulk", "StageBulkVariables", "SubscribeWebhook", "UpdateWebhook", "UnsubscribeWebhook"}  # fmt: skip


@cache
def official() -> GraphQLSchema:
    packed = shared("shopify", "spec", "admin_2026-10.nodoc.graphql.gz").read_bytes()
    return build_schema(gzip.decompress(packed).decode(), assume_valid=True)


def test_every_mutation_of_the_table_is_in_the_schema_and_no_other() -> None:
    mutations = schema().mutation_type
    assert mutations

    assert set(mutations.fields) == set(MUTATIONS)


def test_every_input_field_is_the_platforms_own() -> None:
    theirs = official().type_map
    wrong = [
        f"{name}.{field}: {kind.fields[field].type}"
        for name, kind in schema().type_map.items()
        if isinstance(kind, GraphQLInputObjectType)
        for field in kind.fields
        if (known := theirs[name].fields.get(field)) is None or str(known.type) != str(kind.fields[field].type)  # type: ignore[attr-defined]
    ]

    assert [] == wrong


def test_the_documents_of_these_tests_are_valid_on_the_platform() -> None:
    problems = {name: validate(official(), parse(text)) for name, text in DOCUMENTS.items()}

    assert {name: [] for name in DOCUMENTS} == problems


def saved() -> dict[str, tuple[str, int]]:
    """Return the saved documents that write and are of use here, with their fragments, and the cost their comments name."""
    text = shared("shopify", "spec", "documents.graphql").read_text()
    parsed = parse(text)
    fragments = [print_ast(node) for node in parsed.definitions if isinstance(node, FragmentDefinitionNode)]
    costs = {name: int(cost) for cost, name in re.findall(r"# cost (\d+)[^\n]*\nmutation (\w+)", text)}
    return {
        node.name.value: (whole(print_ast(node), fragments), costs[node.name.value])
        for node in parsed.definitions
        if isinstance(node, OperationDefinitionNode) and node.name and node.name.value in costs and node.name.value not in NOT_SERVED
    }


def whole(text: str, fragments: list[str]) -> str:
    """Add to a document the fragments it spreads, and those they spread."""
    lacking = [one for one in fragments if f"...{one.split()[1]}" in text and one not in text]
    return whole("\n".join([text, *lacking]), fragments) if lacking else text


def sample(kind: Any) -> Any:
    """Return the least that fits a type."""
    if is_non_null_type(kind):
        inner = kind.of_type
        if is_list_type(inner):
            return [sample(inner.of_type)]
        if isinstance(inner, GraphQLInputObjectType):
            return {name: sample(field.type) for name, field in inner.fields.items() if is_non_null_type(field.type)}
        if isinstance(inner, GraphQLEnumType):
            return next(iter(inner.values))
        return {"ID": "gid://shopify/Product/1", "Int": 1, "Boolean": True, "Money": "1.00"}.get(str(inner), "x")
    return None


async def test_saved_documents_that_write_cost_what_the_platform_asks() -> None:
    documents = saved()
    async with desk() as shop:
        asked: dict[str, int] = {}
        for name, (text, _) in documents.items():
            [operation] = [node for node in parse(text).definitions if isinstance(node, OperationDefinitionNode)]
            variables = {
                node.variable.name.value: sample(type_from_ast(schema(), node.type)) for node in operation.variable_definitions or ()
            }
            asked[name] = (await shop.ask(text, **variables))["extensions"]["cost"]["requestedQueryCost"]

        assert {name: cost for name, (_, cost) in documents.items()} == asked
        assert 20 < len(asked)


async def test_a_mutation_that_fails_costs_its_base() -> None:
    async with desk() as shop:
        answer = await shop.ask(DOCUMENTS["Track"], id="gid://shopify/Fulfillment/1", tracking={"number": "1"})

        assert (51, 50) == (answer["extensions"]["cost"]["requestedQueryCost"], answer["extensions"]["cost"]["actualQueryCost"])


async def test_stock_that_was_set_costs_what_came_back() -> None:
    async with desk() as shop:
        [(item, place)] = await shop.tracked()
        cost = (await shop.ask(DOCUMENTS["Set"], input=quantities((item, place, 7, None)), key="k"))["extensions"]["cost"]

        assert (13, 13) == (cost["requestedQueryCost"], cost["actualQueryCost"])


async def test_new_variants_cost_a_little_each() -> None:
    async with desk() as shop:
        rows = [{"price": "1.00"}] * 100
        cost = (await shop.ask(DOCUMENTS["Create"], product="gid://shopify/Product/1", variants=rows))["extensions"]["cost"]

        assert 10 + 1 + 20 == cost["requestedQueryCost"]


@pytest.mark.parametrize(
    ("name", "variables", "needed"),
    [
        (
            "Set",
            {"input": quantities(("gid://shopify/InventoryItem/1", "gid://shopify/Location/1", 1, None)), "key": "k"},
            "write_inventory",
        ),
        ("Edit", {"product": {"id": "gid://shopify/Product/1"}}, "write_products"),
        ("Order", {"input": {"id": "gid://shopify/Order/1"}}, "write_orders"),
        ("Person", {"input": {"email": "a@example.com"}}, "write_customers"),
        ("Ship", {"fulfillment": {"lineItemsByFulfillmentOrder": []}}, "write_merchant_managed_fulfillment_orders"),
        ("Tag", {"id": "gid://shopify/Order/1", "tags": ["a"]}, "write_orders"),
    ],
)
async def test_without_its_scope_nothing_is_written(name: str, variables: dict[str, Any], needed: str) -> None:
    async with desk(scopes=["read_orders", "read_products", "read_customers", "read_inventory"]) as shop:
        answer = await shop.ask(DOCUMENTS[name], **variables)

        assert ({"payload": None}, "ACCESS_DENIED") == (answer["data"], answer["errors"][0]["extensions"]["code"])
        assert f"`{needed}`" in answer["errors"][0]["extensions"]["requiredAccess"]
        assert [] == await shop.effects()


async def test_stock_without_a_key_is_refused_before_it_is_looked_at() -> None:
    async with desk() as shop:
        [(item, place)] = await shop.tracked()
        answer = await shop.ask(KEYLESS, input=quantities((item, place, 7, None)))

        assert {"inventorySetQuantities": None} == answer["data"]
        assert [(NO_KEY, "BAD_REQUEST")] == [(each["message"], each["extensions"]["code"]) for each in answer["errors"]]
        assert [] == await shop.effects()


async def test_a_repeated_key_is_answered_as_the_first_time_and_does_nothing() -> None:
    async with desk() as shop:
        [(item, place)] = await shop.tracked()
        first = await shop.do("Set", key="once", input=quantities((item, place, 77, None)))
        await shop.do("Set", input=quantities((item, place, 5, None)))
        again = await shop.do("Set", key="once", input=quantities((item, place, 77, None)))

        assert first == again
        assert 5 == (await shop.levels(item))[place]["available"]
        assert [77, 5] == [value for _, _, value in await shop.effects()]


async def test_a_key_with_another_input_is_refused() -> None:
    async with desk() as shop:
        [(item, place)] = await shop.tracked()
        await shop.do("Set", key="once", input=quantities((item, place, 77, None)))
        told = await shop.told("Set", key="once", input=quantities((item, place, 78, None)))

        assert ["IDEMPOTENCY_KEY_PARAMETER_MISMATCH"] == [code for _, _, code in told]
        assert 1 == len(await shop.effects())


async def test_a_key_that_failed_once_fails_for_ever_and_a_new_one_does_not() -> None:
    async with desk() as shop:
        [(item, place)] = await shop.tracked()
        stale = quantities((item, place, 77, 10**6))
        codes = [[code for _, _, code in await shop.told("Set", key="once", input=stale)] for _ in range(2)]
        await shop.do("Set", key="other", input=quantities((item, place, 77, None)))

        assert [["CHANGE_FROM_QUANTITY_STALE"], ["IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"]] == codes


async def test_a_key_is_forgotten_after_a_day() -> None:
    async with desk() as shop:
        [(item, place)] = await shop.tracked()
        await shop.do("Set", key="once", input=quantities((item, place, 77, None)))
        await shop.do("Set", input=quantities((item, place, 5, None)))
        await shop.advance(24 * 3_600 + 1)
        await shop.do("Set", key="once", input=quantities((item, place, 77, None)))

        assert [77, 5, 77] == [value for _, _, value in await shop.effects()]


async def test_several_mutations_of_one_document_run_in_order_and_each_for_itself() -> None:
    async with desk() as shop:
        one, two = await shop.product(0), await shop.product(1)
        first, second = one["variants"]["nodes"][0]["id"], two["variants"]["nodes"][0]["id"]
        prices = {"first": [{"id": first, "price": "-1"}], "second": [{"id": second, "price": "12.34"}]}
        data = await shop.read(TWO, one=one["id"], two=two["id"], **prices)

        assert ["GREATER_THAN_OR_EQUAL_TO"] == [each["code"] for each in data["first"]["userErrors"]]
        assert [{"price": "12.34"}] == data["second"]["productVariants"]
        assert [("price.set", second, "12.34")] == await shop.effects()


async def test_a_list_of_more_than_250_rows_is_refused_with_its_place() -> None:
    async with desk() as shop:
        row = ("gid://shopify/InventoryItem/1", "gid://shopify/Location/1", 1, None)
        answer = await shop.ask(DOCUMENTS["Set"], input=quantities(*[row] * 251), key="k")

        assert ["errors"] == list(answer)
        assert ["payload", "input", "quantities"] == answer["errors"][0]["path"]
        assert "MAX_INPUT_SIZE_EXCEEDED" == answer["errors"][0]["extensions"]["code"]


@pytest.mark.parametrize(
    ("given", "path", "told"),
    [
        ({"title": "A", "colour": "red"}, ["colour"], "Field is not defined on ProductCreateInput"),
        ({"title": "A", "status": "GONE"}, ["status"], 'Expected "GONE" to be one of: ACTIVE, ARCHIVED, DRAFT, UNLISTED'),
        ({"title": 5}, ["title"], "Could not coerce value 5 to String"),
        ({"title": "A", "category": "aa-1"}, ["category"], "Invalid global id 'aa-1'"),
    ],
)
async def test_what_does_not_fit_an_input_is_told_with_its_place(given: dict[str, Any], path: list[str], told: str) -> None:
    async with desk() as shop:
        [error] = (await shop.ask(DOCUMENTS["Product"], product=given))["errors"]

        assert [{"path": path, "explanation": told}] == error["extensions"]["problems"]
        assert "INVALID_VARIABLE" == error["extensions"]["code"]


async def test_a_price_that_is_no_number_is_refused_as_a_variable() -> None:
    async with desk() as shop:
        answer = await shop.ask(DOCUMENTS["Update"], product="gid://shopify/Product/1", variants=[{"price": "abc"}])

        assert {"path": [0, "price"], "explanation": 'Could not coerce value "abc" to Money'} in answer["errors"][0]["extensions"][
            "problems"
        ]


async def test_an_id_of_another_kind_is_refused() -> None:
    async with desk() as shop:
        answer = await shop.ask(DOCUMENTS["Delete"], id="gid://shopify/Order/1", sync=True)

        assert "RESOURCE_NOT_FOUND" == answer["errors"][0]["extensions"]["code"]


async def test_a_mutation_without_a_name_is_logged_by_its_field() -> None:
    async with desk() as shop:
        await shop.ask('mutation { orderClose(input: { id: "gid://shopify/Order/1" }) { userErrors { message } } }')
        calls = (await shop.client.get(f"{shop.running.url}/control/calls")).json()

        assert ["orderClose"] == [call["operation"] for call in calls]


@pytest.mark.parametrize("fault", [{"hang_up": True}, {"status": 502}])
async def test_what_a_lost_answer_told_of_has_happened(fault: dict[str, Any]) -> None:
    async with desk() as shop:
        [(item, place)] = await shop.tracked()
        await shop.client.post(f"{shop.running.url}/control/faults", json={"match": "Set", "times": 1, "after": True, **fault})
        url, body = f"{shop.running.url}/shop/admin/api/2026-10/graphql.json", {"query": DOCUMENTS["Set"], "variables": {
            "input": quantities((item, place, 77, None)), "key": "once"}}  # fmt: skip
        try:
            status = (await shop.client.post(url, json=body, headers={"X-Shopify-Access-Token": TOKEN})).status_code
        except httpx.HTTPError:
            status = 0
        await shop.do("Set", key="once", input=quantities((item, place, 77, None)))

        assert fault.get("status", 0) == status
        assert [77] == [value for _, _, value in await shop.effects()]
