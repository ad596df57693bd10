"""What the local Shopify promises of writing products and variants."""

from typing import Any

import pytest

from tests.platforms.shopify.sandbox_writes_client import Desk, desk

UNKNOWN = "gid://shopify/Product/1"
NO_VARIANT = "gid://shopify/ProductVariant/1"
BUSY = "This product is currently being modified. Please try again later."
UNDER_WAY = "Another operation already in progress. Please wait until current one is finished."
OPERATION = """query Operation($id: ID!) { productOperation(id: $id) { __typename status product { id }
    ... on ProductSetOperation { userErrors { field code message } } ... on ProductDeleteOperation { deletedProductId } } }"""
PRODUCT = """query Product($id: ID!) { product(id: $id) { id title handle status tags updatedAt totalInventory options { name values }
    variantsCount { count } variants(first: 9) { nodes { id title sku price compareAtPrice inventoryQuantity
        inventoryItem { id sku tracked unitCost { amount } } } } } }"""
CHOSEN = [{"optionName": "Size", "name": "S"}]


async def seen(shop: Desk, identity: str) -> Any:
    return (await shop.read(PRODUCT, id=identity))["product"]


async def made(shop: Desk, **fields: Any) -> Any:
    return (await shop.do("Product", product={"title": "Paper lamp", **fields}))["product"]


async def test_a_price_is_set_and_nothing_that_was_worked_out_from_it_moves() -> None:
    async with desk() as shop:
        product = await shop.product()
        variant = product["variants"]["nodes"][0]
        before = await seen(shop, product["id"])
        await shop.do("Update", product=product["id"], variants=[{"id": variant["id"], "price": "19.90"}])
        after = await seen(shop, product["id"])

        first, then = before["variants"]["nodes"][0], after["variants"]["nodes"][0]
        assert {**first, "price": "19.90"} == then
        assert before["updatedAt"] < after["updatedAt"]
        assert [("price.set", variant["id"], "19.90")] == await shop.effects()


async def test_a_struck_price_is_set_and_cleared() -> None:
    async with desk() as shop:
        product = await shop.product()
        variant = product["variants"]["nodes"][0]["id"]
        shown = []
        for amount in ("99", None):
            payload = await shop.do("Update", product=product["id"], variants=[{"id": variant, "compareAtPrice": amount}])
            shown.append(payload["productVariants"][0]["compareAtPrice"])

        assert ["99.00", None] == shown


async def test_a_bad_row_spoils_all_unless_a_part_is_allowed() -> None:
    async with desk() as shop:
        product = await shop.product()
        one, two = product["variants"]["nodes"][:2]
        rows = [{"id": one["id"], "price": "9.99"}, {"id": two["id"], "price": "-1"}]
        spoiled = await shop.send("Update", product=product["id"], variants=rows)
        nothing = await shop.effects()
        partial = await shop.send("Update", product=product["id"], variants=rows, partial=True)

        told = {
            "code": "GREATER_THAN_OR_EQUAL_TO",
            "field": ["variants", "1", "price"],
            "message": "Price must be greater than or equal to 0",
        }
        assert (None, [told], []) == (spoiled["productVariants"], spoiled["userErrors"], nothing)
        assert [("9.99"), two["price"]] == [row["price"] for row in partial["productVariants"]]
        assert [told] == partial["userErrors"]
        assert [("price.set", one["id"], "9.99")] == await shop.effects()


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        ({"price": "5"}, "variants.0", "PRODUCT_VARIANT_ID_MISSING"),
        ({"id": NO_VARIANT, "price": "5"}, "variants.0.id", "PRODUCT_VARIANT_DOES_NOT_EXIST"),
        ({"id": None, "price": "5"}, "variants.0", "PRODUCT_VARIANT_ID_MISSING"),
    ],
)
async def test_a_variant_is_named_by_its_id(row: dict[str, Any], field: str, code: str) -> None:
    async with desk() as shop:
        product = await shop.product()
        told = await shop.told("Update", product=product["id"], variants=[row])

        assert [(field, code)] == [(where, what) for where, _, what in told]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"price": "1000000000000000000"}, "INVALID_INPUT"),
        ({"price": None}, "BLANK"),
        ({"inventoryQuantities": [{"availableQuantity": 1, "locationId": "gid://shopify/Location/71000000000"}]},
         "NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE"),
        ({"optionValues": [{"optionName": "Smell", "name": "Rose"}]}, "OPTION_DOES_NOT_EXIST"),
        ({"inventoryItem": {"measurement": {"weight": {"value": -1.0, "unit": "GRAMS"}}}}, "INVALID_INPUT"),
    ],
)  # fmt: skip
async def test_what_is_sent_for_a_variant_is_checked(fields: dict[str, Any], code: str) -> None:
    async with desk() as shop:
        product = await shop.product()
        told = await shop.told("Update", product=product["id"], variants=[{"id": product["variants"]["nodes"][0]["id"], **fields}])

        assert [code] == [each for _, _, each in told]


async def test_an_unknown_product_is_told_with_a_code_where_there_is_one() -> None:
    async with desk() as shop:
        told = [
            await shop.told("Update", product=UNKNOWN, variants=[{"id": NO_VARIANT}]),
            await shop.told("Edit", product={"id": UNKNOWN, "title": "A"}),
            await shop.told("Delete", id=UNKNOWN, sync=True),
            await shop.told("Upsert", identifier={"id": UNKNOWN}, input={"title": "A"}, sync=True),
        ]

        assert [("productId", "PRODUCT_DOES_NOT_EXIST"), ("id", None), ("id", None), ("input", "PRODUCT_DOES_NOT_EXIST")] == [
            (field, code) for [(field, _, code)] in told
        ]
        assert {"Product does not exist"} == {message for [(_, message, _)] in told}


async def test_stock_number_and_weight_of_a_variant_are_changed_on_both_sides() -> None:
    async with desk() as shop:
        product = await shop.product()
        variant = product["variants"]["nodes"][0]
        item = {"sku": "NEW-1", "tracked": False, "cost": "3.5", "measurement": {"weight": {"value": 2.0, "unit": "KILOGRAMS"}}}
        await shop.do("Update", product=product["id"], variants=[{"id": variant["id"], "barcode": "42", "inventoryItem": item}])
        found = (await seen(shop, product["id"]))["variants"]["nodes"][0]
        searched = (await shop.read('{ productVariants(first: 5, query: "barcode:42") { nodes { sku } } }'))["productVariants"]["nodes"]

        assert ("NEW-1", "NEW-1", False, "3.5") == (
            found["sku"], found["inventoryItem"]["sku"], found["inventoryItem"]["tracked"], found["inventoryItem"]["unitCost"]["amount"],
        )  # fmt: skip
        assert [{"sku": "NEW-1"}] == searched
        assert [("variant.update", variant["id"], {"barcode": "42", "inventoryItem": item})] == await shop.effects()


async def test_a_stock_item_is_changed_by_itself() -> None:
    async with desk() as shop:
        variant = (await shop.product())["variants"]["nodes"][0]
        payload = await shop.do("Item", id=variant["inventoryItem"]["id"], input={"sku": "ITEM-1", "cost": "2"})

        assert ("ITEM-1", {"amount": "2.0"}) == (payload["inventoryItem"]["sku"], payload["inventoryItem"]["unitCost"])
        assert [("variant.update", variant["id"], {"sku": "ITEM-1", "cost": "2"})] == await shop.effects()


async def test_a_product_is_made_with_one_variant_that_is_not_counted() -> None:
    async with desk() as shop:
        product = await made(shop, tags=["warm", "Light", "light"])
        again = await seen(shop, product["id"])

        [variant] = product["variants"]["nodes"]
        assert ("ACTIVE", None, "paper-lamp", "Paper & Twine") == tuple(
            product[name] for name in ("status", "publishedAt", "handle", "vendor")
        )
        assert ("Default Title", "0.00", False) == (variant["title"], variant["price"], variant["inventoryItem"]["tracked"])
        assert (["Light", "warm"], 0, 1) == (again["tags"], again["totalInventory"], again["variantsCount"]["count"])
        assert [("product.create", product["id"], {"title": "Paper lamp", "tags": ["warm", "Light", "light"]})] == await shop.effects()


async def test_a_new_product_is_found_by_lists_and_searches_at_once() -> None:
    text = """{ newest: products(first: 1, sortKey: UPDATED_AT, reverse: true) { nodes { id } }
        named: products(first: 1, query: "handle:paper-lamp") { nodes { id } } productsCount { count } }"""
    async with desk() as shop:
        before = (await shop.read(text))["productsCount"]["count"]
        product = await made(shop)
        data = await shop.read(text)

        assert [product["id"]] * 2 == [data[name]["nodes"][0]["id"] for name in ("newest", "named")]
        assert before + 1 == data["productsCount"]["count"]


@pytest.mark.parametrize(
    ("given", "handle"),
    [("  Weird Handle / 100%  ", "weird-handle-100"), ("   ", "paper-lamp"), ("%%%", "product"), (None, "paper-lamp")],
)
async def test_a_handle_is_made_of_what_is_sent(given: str | None, handle: str) -> None:
    async with desk() as shop:
        product = await made(shop, handle=given)

        assert handle == product["handle"]


async def test_a_handle_in_use_is_refused_when_asked_for_and_counted_up_when_not() -> None:
    async with desk() as shop:
        await made(shop)
        told = await shop.told("Product", product={"title": "B", "handle": "paper-lamp"})
        others = [(await made(shop))["handle"] for _ in range(2)]

        assert [("input.handle", "Handle 'paper-lamp' already in use. Please provide a new handle.", None)] == told
        assert ["paper-lamp-1", "paper-lamp-2"] == others


@pytest.mark.parametrize(("title", "told"), [("", "Title can't be blank"), ("A" * 256, "Title is too long (maximum is 255 characters)")])
async def test_a_title_is_needed(title: str, told: str) -> None:
    async with desk() as shop:
        assert [("title", told, None)] == await shop.told("Product", product={"title": title})
        assert [] == await shop.effects()


async def test_a_product_is_changed_and_what_is_not_named_stays() -> None:
    async with desk() as shop:
        before = await shop.product()
        changes = {"title": "New name", "status": "DRAFT", "tags": ["b", "a"], "descriptionHtml": "<p>x</p>"}
        payload = await shop.do("Edit", product={"id": before["id"], **changes})
        text = "query($id: ID!) { productVariant(id: $id) { displayName } }"
        variant = (await shop.read(text, id=before["variants"]["nodes"][0]["id"]))["productVariant"]

        assert {"id": before["id"], "handle": before["handle"], **changes, "tags": ["a", "b"]} == payload["product"]
        assert variant["displayName"].startswith("New name - ")
        assert [("product.update", before["id"], changes)] == await shop.effects()


async def test_variants_are_added_with_stock_and_the_first_one_goes() -> None:
    async with desk() as shop:
        options = [{"name": "Size", "values": [{"name": "S"}, {"name": "M"}]}]
        product = await made(shop, productOptions=options)
        place = next(iter(await shop.levels(product["variants"]["nodes"][0]["inventoryItem"]["id"])))
        rows = [
            {"optionValues": [{"optionName": "Size", "name": size}], "price": "5", "inventoryItem": {"sku": size, "tracked": True},
             "inventoryQuantities": [{"availableQuantity": 8, "locationId": place}]}
            for size in ("M", "L")
        ]  # fmt: skip
        payload = await shop.do("Create", product=product["id"], variants=rows, strategy="REMOVE_STANDALONE_VARIANT")
        found = await seen(shop, product["id"])

        assert [("M", "M", "5.00"), ("L", "L", "5.00")] == [(row["title"], row["sku"], row["price"]) for row in payload["productVariants"]]
        assert ([{"name": "Size", "values": ["M", "L"]}], 16, 2) == (
            found["options"],
            found["totalInventory"],
            found["variantsCount"]["count"],
        )
        assert [("variant.create", row["id"]) for row in payload["productVariants"]] == [each[:2] for each in (await shop.effects())[1:]]


@pytest.mark.parametrize(("strategy", "titles"), [("DEFAULT", ["S", "M"]), ("PRESERVE_STANDALONE_VARIANT", ["S", "M"]), (None, ["S", "M"])])
async def test_a_variant_with_a_choice_of_its_own_stays_beside_new_ones(strategy: str | None, titles: list[str]) -> None:
    async with desk() as shop:
        product = await made(shop, productOptions=[{"name": "Size", "values": [{"name": "S"}]}])
        row = {"optionValues": [{"optionName": "Size", "name": "M"}]}
        await shop.do("Create", product=product["id"], variants=[row], strategy=strategy)

        assert titles == [variant["title"] for variant in (await seen(shop, product["id"]))["variants"]["nodes"]]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"optionValues": CHOSEN}, "VARIANT_ALREADY_EXISTS"),
        ({"price": "5"}, "NEED_TO_ADD_OPTION_VALUES"),
        ({"optionValues": [{"optionName": "Size", "name": "L"}], "id": NO_VARIANT}, "NO_KEY_ON_CREATE"),
        ({"optionValues": [{"optionName": "Size", "name": "L"}], "price": "-1"}, "GREATER_THAN_OR_EQUAL_TO"),
        ({"optionValues": [{"optionName": "Size", "name": "L"}],
          "inventoryQuantities": [{"availableQuantity": 1, "locationId": "gid://shopify/Location/1"}]},
         "TRACKED_VARIANT_LOCATION_NOT_FOUND"),
    ],
)  # fmt: skip
async def test_a_bad_row_keeps_all_new_variants_out(row: dict[str, Any], code: str) -> None:
    async with desk() as shop:
        product = await made(shop, productOptions=[{"name": "Size", "values": [{"name": "S"}]}])
        good = {"optionValues": [{"optionName": "Size", "name": "M"}]}
        told = await shop.told("Create", product=product["id"], variants=[good, row])

        assert [code] == [each for _, _, each in told]
        assert told[0][0].startswith("variants.1")
        assert 1 == (await seen(shop, product["id"]))["variantsCount"]["count"]


async def test_variants_of_a_seeded_product_are_deleted_but_never_the_last() -> None:
    async with desk() as shop:
        product = await shop.product(1)
        ids = [variant["id"] for variant in product["variants"]["nodes"]]
        foreign = (await shop.product(2))["variants"]["nodes"][0]["id"]
        told = [
            await shop.told("Drop", product=product["id"], ids=ids),
            await shop.told("Drop", product=product["id"], ids=[ids[0], foreign]),
        ]
        await shop.do("Drop", product=product["id"], ids=ids[1:])
        left = (await seen(shop, product["id"]))["variants"]["nodes"]

        assert ["CANNOT_DELETE_LAST_VARIANT", "AT_LEAST_ONE_VARIANT_DOES_NOT_BELONG_TO_THE_PRODUCT"] == [code for [(_, _, code)] in told]
        assert ids[:1] == [variant["id"] for variant in left]
        assert [("variant.delete", identity, None) for identity in ids[1:]] == await shop.effects()


async def test_a_product_is_deleted_with_its_variants_and_orders_keep_their_lines() -> None:
    async with desk() as shop:
        order = next(order for order in await shop.orders() if any(line["variant"] for line in order["lineItems"]["nodes"]))
        line = next(line for line in order["lineItems"]["nodes"] if line["variant"])
        text = "query($id: ID!) { productVariant(id: $id) { id product { id } } }"
        product = (await shop.read(text, id=line["variant"]["id"]))["productVariant"]["product"]["id"]
        payload = await shop.do("Delete", id=product, sync=True)
        after = next(each for each in (await shop.order(order["id"]))["lineItems"]["nodes"] if each["id"] == line["id"])

        assert product == payload["deletedProductId"]
        assert {"productVariant": None} == await shop.read(text, id=line["variant"]["id"])
        assert {**line, "variant": None} == after
        assert [("product.delete", product, None)] == await shop.effects()


async def test_a_deletion_that_is_only_accepted_happens_later_and_blocks_the_product() -> None:
    async with desk(job_seconds=60) as shop:
        product = await shop.product()
        accepted = (await shop.do("Delete", id=product["id"], sync=False))["productDeleteOperation"]
        told = [
            await shop.told("Delete", id=product["id"], sync=False),
            await shop.told("Edit", product={"id": product["id"], "title": "A"}),
            await shop.told("Update", product=product["id"], variants=[{"id": product["variants"]["nodes"][0]["id"], "price": "1"}]),
        ]
        waiting = (await shop.read(OPERATION, id=accepted["id"]))["productOperation"]
        there, nothing = await seen(shop, product["id"]), await shop.effects()
        await shop.advance(60)
        done = (await shop.read(OPERATION, id=accepted["id"]))["productOperation"]

        assert ("CREATED", "ACTIVE", "COMPLETE") == (accepted["status"], waiting["status"], done["status"])
        assert [UNDER_WAY, BUSY, BUSY] == [message for [(_, message, _)] in told]
        assert (None, product["id"]) == (waiting["deletedProductId"], done["deletedProductId"])
        assert (product["id"], []) == (there["id"], nothing)
        assert await seen(shop, product["id"]) is None
        assert [("product.delete", product["id"], None)] == await shop.effects()
