"""What the local Shopify promises of writing stock."""

from typing import Any

import pytest

from tests.platforms.shopify.sandbox_writes_client import DOCUMENTS, changes, desk, quantities

REASONS = "reservation_created, reservation_deleted, reservation_updated, restock, safety_stock, shrinkage."
STALE = "The changeFromQuantity value does not match persisted value."
NOWHERE = "gid://shopify/InventoryItem/1"


async def test_stock_is_set_and_what_is_on_hand_follows() -> None:
    async with desk() as shop:
        [(item, place)] = await shop.tracked()
        before = (await shop.levels(item))[place]
        payload = await shop.do("Set", input=quantities((item, place, 7, before["available"])))
        after = (await shop.levels(item))[place]

        delta = 7 - before["available"]
        assert (7, before["on_hand"] + delta) == (after["available"], after["on_hand"])
        assert [("available", delta, None), ("on_hand", delta, None)] == [
            (each["name"], each["delta"], each["quantityAfterChange"]) for each in payload["inventoryAdjustmentGroup"]["changes"]
        ]
        assert [("stock.set", f"{item}|{place}", 7)] == await shop.effects()


async def test_what_is_on_hand_can_be_set_and_what_is_available_follows() -> None:
    async with desk() as shop:
        [(item, place)] = await shop.tracked()
        before = (await shop.levels(item))[place]
        await shop.do("Set", input=quantities((item, place, 100, None), name="on_hand"))
        after = (await shop.levels(item))[place]

        assert (100, before["available"] + 100 - before["on_hand"]) == (after["on_hand"], after["available"])
        assert [after["available"]] == [value for _, _, value in await shop.effects()]


async def test_a_value_that_stands_there_already_is_no_change() -> None:
    async with desk() as shop:
        [(item, place)] = await shop.tracked()
        now = (await shop.levels(item))[place]["available"]
        payload = await shop.do("Set", input=quantities((item, place, now, None)))

        assert payload["inventoryAdjustmentGroup"] is None
        assert [] == await shop.effects()


async def test_one_bad_row_spoils_all() -> None:
    async with desk() as shop:
        [(one, here), (two, there)] = await shop.tracked(2)
        told = await shop.told("Set", input=quantities((one, here, 5, None), (NOWHERE, there, 5, None), (two, there, 5, 10**6)))

        assert [
            ("input.quantities.1.inventoryItemId", "The specified inventory item could not be found.", "INVALID_INVENTORY_ITEM"),
            ("input.quantities.2.changeFromQuantity", STALE, "CHANGE_FROM_QUANTITY_STALE"),
        ] == told
        assert [] == await shop.effects()


@pytest.mark.parametrize(
    ("quantity", "name", "told"),
    [
        (-5, "on_hand", ("The quantity can't be negative.", "INVALID_QUANTITY_NEGATIVE")),
        (-2_000_000_000, "available", ("The quantity can't be lower than -1,000,000,000.", "INVALID_QUANTITY_TOO_LOW")),
        (1_000_000_001, "available", ("The quantity can't be higher than 1,000,000,000.", "INVALID_QUANTITY_TOO_HIGH")),
    ],
)
async def test_a_quantity_has_bounds(quantity: int, name: str, told: tuple[str, str]) -> None:
    async with desk() as shop:
        [(item, place)] = await shop.tracked()
        found = await shop.told("Set", input=quantities((item, place, quantity, None), name=name))

        assert [("input.quantities.0.quantity", *told)] == found


async def test_less_than_nothing_can_be_available() -> None:
    async with desk() as shop:
        [(item, place)] = await shop.tracked()
        await shop.do("Set", input=quantities((item, place, -5, None)))

        assert -5 == (await shop.levels(item))[place]["available"]


async def test_an_item_is_named_once_for_a_location() -> None:
    async with desk() as shop:
        [(item, place)] = await shop.tracked()
        told = await shop.told("Set", input=quantities((item, place, 5, None), (item, place, 6, None)))

        assert ["NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR"] == [code for _, _, code in told]


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"name": "incoming"}, "input.name", "INVALID_NAME"),
        ({"reason": "because"}, "input.reason", "INVALID_REASON"),
        ({"referenceDocumentUri": "order 5"}, "input.referenceDocumentUri", "INVALID_REFERENCE_DOCUMENT"),
    ],
)
async def test_what_a_request_says_of_itself_is_checked(changed: dict[str, Any], field: str, code: str) -> None:
    async with desk() as shop:
        [(item, place)] = await shop.tracked()
        told = await shop.told("Set", input={**quantities((item, place, 5, None)), **changed})

        assert [(field, code)] == [(where, what) for where, _, what in told]


async def test_a_row_has_to_say_what_it_compares_with() -> None:
    async with desk() as shop:
        [(item, place)] = await shop.tracked()
        asked = quantities((item, place, 5, None))
        del asked["quantities"][0]["changeFromQuantity"]
        answer = await shop.ask(DOCUMENTS["Set"], input=asked, key="k")

        told = "InventoryQuantityInput must include the following argument: changeFromQuantity."
        assert [(told, "INVALID_FIELD_ARGUMENTS")] == [(each["message"], each["extensions"]["code"]) for each in answer["errors"]]


async def test_a_location_that_did_not_stock_the_item_does_from_now_on() -> None:
    async with desk() as shop:
        item, place = await absent(shop)
        await shop.do("Set", input=quantities((item, place, 123, None)))

        level = (await shop.levels(item))[place]
        assert (True, 123) == (level["active"], level["available"])


async def test_stock_is_adjusted_and_each_delta_is_recorded() -> None:
    async with desk() as shop:
        [(item, place)] = await shop.tracked()
        before = (await shop.levels(item))[place]["available"]
        payload = await shop.do("Adjust", input=changes((item, place, -2, before), (item, place, 5, before - 2)))

        assert before + 3 == (await shop.levels(item))[place]["available"]
        assert [-2, -2, 5, 5] == [each["delta"] for each in payload["inventoryAdjustmentGroup"]["changes"]]
        assert [("stock.adjust", f"{item}|{place}", -2), ("stock.adjust", f"{item}|{place}", 5)] == await shop.effects()


async def test_what_is_damaged_counts_as_on_hand_and_needs_a_ledger() -> None:
    async with desk() as shop:
        [(item, place)] = await shop.tracked()
        before = (await shop.levels(item))[place]
        told = await shop.told("Adjust", input=changes((item, place, 2, None), name="damaged"))
        await shop.do("Adjust", input=changes((item, place, 2, None), name="damaged", ledgerDocumentUri="app://ledger/1"))
        after = (await shop.levels(item))[place]

        assert ["INVALID_QUANTITY_DOCUMENT"] == [code for _, _, code in told]
        assert (before["damaged"] + 2, before["on_hand"] + 2, before["available"]) == (
            after["damaged"],
            after["on_hand"],
            after["available"],
        )


@pytest.mark.parametrize(
    ("name", "delta", "compared", "ledger", "code"),
    [
        ("on_hand", 1, None, None, "INVALID_QUANTITY_NAME"),
        ("available", 1, 10**6, None, "CHANGE_FROM_QUANTITY_STALE"),
        ("available", 2_000_000_001, None, None, "INVALID_QUANTITY_TOO_HIGH"),
        ("available", -1_999_999_999, None, None, "INVALID_QUANTITY_TOO_LOW"),
        ("available", 1, None, "app://ledger/1", "INVALID_AVAILABLE_DOCUMENT"),
        ("damaged", 1, None, "gid://shopify/Order/1", "INTERNAL_LEDGER_DOCUMENT"),
    ],
)
async def test_an_adjustment_is_checked(name: str, delta: int, compared: int | None, ledger: str | None, code: str) -> None:
    async with desk() as shop:
        [(item, place)] = await shop.tracked()
        more = {"ledgerDocumentUri": ledger} if ledger else {}
        told = await shop.told("Adjust", input=changes((item, place, delta, compared), name=name, **more))

        assert [code] == [each for _, _, each in told]
        assert [] == await shop.effects()


async def test_the_time_of_a_level_and_of_its_product_move_and_that_of_the_item_does_not() -> None:
    text = """query Times($id: ID!) { inventoryItem(id: $id) { updatedAt variant { product { updatedAt } }
        inventoryLevels(first: 1) { nodes { updatedAt } } } }"""
    async with desk() as shop:
        [(item, place)] = await shop.tracked()
        before = (await shop.read(text, id=item))["inventoryItem"]
        await shop.do("Set", input=quantities((item, place, 400, None)))
        after = (await shop.read(text, id=item))["inventoryItem"]

        assert before["updatedAt"] == after["updatedAt"]
        assert before["variant"]["product"]["updatedAt"] < after["variant"]["product"]["updatedAt"]
        assert before["inventoryLevels"]["nodes"][0]["updatedAt"] < after["inventoryLevels"]["nodes"][0]["updatedAt"]


async def test_an_item_is_stocked_at_a_new_location() -> None:
    async with desk() as shop:
        item, place = await absent(shop)
        payload = await shop.do("Activate", item=item, place=place, available=40)

        assert payload["inventoryLevel"]["isActive"]
        assert 40 == (await shop.levels(item))[place]["available"]
        assert [("stock.set", f"{item}|{place}", 40)] == await shop.effects()


async def test_stocking_without_a_quantity_keeps_the_last_one() -> None:
    async with desk() as shop:
        item, place = await absent(shop)
        before = (await shop.levels(item))[place]["available"]
        await shop.do("Activate", item=item, place=place)

        assert before == (await shop.levels(item))[place]["available"]


@pytest.mark.parametrize("given", [{"available": 5}, {"onHand": 5}])
async def test_a_quantity_is_refused_where_the_item_is_stocked_already(given: dict[str, int]) -> None:
    async with desk() as shop:
        [(item, place)] = await shop.tracked()
        payload = await shop.send("Activate", item=item, place=place, **given)

        assert payload["inventoryLevel"]["isActive"]
        assert [list(given)] == [each["field"] for each in payload["userErrors"]]
        assert [] == await shop.effects()


async def test_available_and_on_hand_are_not_given_together() -> None:
    async with desk() as shop:
        item, place = await absent(shop)
        told = await shop.told("Activate", item=item, place=place, available=1, onHand=1)

        assert ["available", "onHand"] == [field for field, _, _ in told]


async def absent(shop: Any) -> tuple[str, str]:
    """Find an item that is counted, and a location that does not stock it."""
    for item, _ in await shop.tracked(60):
        gone = [place for place, level in (await shop.levels(item)).items() if not level["active"]]
        if gone:
            return item, gone[0]
    raise LookupError("every item is stocked everywhere")
