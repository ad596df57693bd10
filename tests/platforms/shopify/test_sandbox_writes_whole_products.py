"""What the local Shopify promises of writing whole products."""

from typing import Any

import pytest

from tests.platforms.shopify.sandbox_writes_client import desk

OPERATION = """query Operation($id: ID!) { productOperation(id: $id) { __typename status product { id }
    ... on ProductSetOperation { userErrors { field code message } } } }"""
TITLE = "query Title($id: ID!) { product(id: $id) { title } }"
CHOSEN = [{"optionName": "Size", "name": "S"}]


def tree(*sizes: str, **fields: Any) -> dict[str, Any]:
    """Return the input of a whole product with a variant for each size."""
    values = [{"name": size} for size in sizes]
    rows = [{"optionValues": [{"optionName": "Size", "name": size}], "sku": f"T-{size}", "price": "7"} for size in sizes]
    return {"title": "Tree", "productOptions": [{"name": "Size", "values": values}], "variants": rows, **fields}


async def test_a_whole_product_is_made_and_lists_that_are_sent_again_replace_what_stood_there() -> None:
    async with desk() as shop:
        first = (await shop.do("Upsert", identifier={"handle": "tree"}, input=tree("S", "M"), sync=True))["product"]
        second = (await shop.do("Upsert", identifier={"handle": "tree"}, input=tree("M", "L"), sync=True))["product"]

        ids = [{row["title"]: row["id"] for row in each["variants"]["nodes"]} for each in (first, second)]
        assert (first["id"], "tree", [{"name": "Size", "values": ["M", "L"]}]) == (second["id"], second["handle"], second["options"])
        assert (["S", "M"], {"M", "L"}, ids[0]["M"]) == (list(ids[0]), set(ids[1]), ids[1]["M"])
        assert [
            ("product.create", first["id"]), ("variant.create", ids[0]["S"]), ("variant.create", ids[0]["M"]),
            ("product.update", first["id"]), ("variant.delete", ids[0]["S"]), ("variant.update", ids[1]["M"]),
            ("variant.create", ids[1]["L"]),
        ] == [each[:2] for each in await shop.effects()]  # fmt: skip


async def test_lists_that_are_not_sent_stay() -> None:
    async with desk() as shop:
        first = (await shop.do("Upsert", input=tree("S", "M", tags=["a"]), sync=True))["product"]
        second = (await shop.do("Upsert", identifier={"id": first["id"]}, input={"title": "Bush"}, sync=True))["product"]

        assert {**first, "title": "Bush"} == second


async def test_stock_comes_with_a_whole_product() -> None:
    async with desk() as shop:
        [(_, place)] = await shop.tracked()
        given = tree("S")
        given["variants"][0] |= {"inventoryItem": {"tracked": True}, "inventoryQuantities": [
            {"locationId": place, "name": "available", "quantity": 9}]}  # fmt: skip
        product = (await shop.do("Upsert", input=given, sync=True))["product"]

        assert [9] == [row["inventoryQuantity"] for row in product["variants"]["nodes"]]


@pytest.mark.parametrize(
    ("identifier", "given", "code"),
    [
        ({"handle": "x"}, {"title": "A", "id": "gid://shopify/Product/1"}, "ID_NOT_ALLOWED"),
        ({"handle": "x"}, {"title": "A", "handle": "y"}, "INPUT_MISMATCH"),
        (None, {"title": "A", "productOptions": [{"name": "Size", "values": []}], "variants": []}, "OPTION_VALUES_MISSING"),
        (None, {**tree("S"), "productOptions": [{"name": "Size", "values": [{"name": "S"}, {"name": "S"}]}]}, "DUPLICATED_OPTION_VALUE"),
        (None, {**tree("S"), "productOptions": [{"name": str(at), "values": [{"name": "S"}]} for at in range(4)]}, "OPTIONS_OVER_LIMIT"),
        (None, {"title": "A", "variants": [{"optionValues": CHOSEN}]}, "PRODUCT_OPTIONS_INPUT_MISSING"),
        (None, tree("S", variants=[{"optionValues": CHOSEN, "price": "-1"}]), "INVALID_VARIANT"),
        (None, tree("S", variants=[{"optionValues": CHOSEN, "id": "gid://shopify/ProductVariant/1"}]), "PRODUCT_VARIANT_DOES_NOT_EXIST"),
    ],
)
async def test_a_whole_product_is_checked(identifier: Any, given: dict[str, Any], code: str) -> None:
    async with desk() as shop:
        told = await shop.told("Upsert", identifier=identifier, input=given, sync=True)

        assert code in [each for _, _, each in told]
        assert [] == await shop.effects()


async def test_a_whole_product_that_is_only_accepted_is_there_when_its_operation_is_complete() -> None:
    async with desk(job_seconds=60) as shop:
        good = (await shop.do("Upsert", input=tree("S"), sync=False))["productSetOperation"]
        bad = (await shop.do("Upsert", input=tree("S", title=" "), sync=False))["productSetOperation"]
        waiting, nothing = (await shop.read(OPERATION, id=good["id"]))["productOperation"], await shop.effects()
        await shop.advance(60)
        done, failed = [(await shop.read(OPERATION, id=each["id"]))["productOperation"] for each in (good, bad)]

        assert ("ACTIVE", None, []) == (waiting["status"], waiting["product"], nothing)
        assert ("COMPLETE", "Tree") == (done["status"], (await shop.read(TITLE, id=done["product"]["id"]))["product"]["title"])
        assert (None, ["Title can't be blank"]) == (failed["product"], [each["message"] for each in failed["userErrors"]])
        assert ["product.create", "variant.create"] == [what for what, _, _ in await shop.effects()]
