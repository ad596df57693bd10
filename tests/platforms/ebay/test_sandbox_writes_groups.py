"""What the local eBay promises of groups: which items are the variants of one listing."""

from typing import Any

import pytest

from tests.platforms.ebay.sandbox_client import Json, error_of
from tests.platforms.ebay.test_sandbox_writes import GROUPS, ITEM, ITEMS, OFFER, OFFERS, Desk, desk

GROUP: Json = {
    "title": "Brass Compass",
    "description": "A compass in two sizes.",
    "aspects": {"Brand": ["Quillhaven"]},
    "imageUrls": ["https://images.example.com/compass.jpg"],
    "variantSKUs": ["NEW-S", "NEW-M"],
    "variesBy": {"specifications": [{"name": "Size", "values": ["S", "M"]}]},
}


async def test_a_group_makes_its_items_variants_of_one_listing() -> None:
    async with desk() as there:
        offers = await _variants(there)
        made = await there.send("PUT", f"{GROUPS}/NEW-GROUP", GROUP)
        single = await there.send("POST", f"{OFFERS}/{offers[0]}/publish")
        wanted = {"inventoryItemGroupKey": "NEW-GROUP", "marketplaceId": "EBAY_US"}
        published = await there.send("POST", f"{OFFERS}/publish_by_inventory_item_group", wanted)
        shown = [await there.get(f"{OFFERS}/{offer}") for offer in offers]
        told = there.did()
        withdrawn = [await there.send("POST", f"{OFFERS}/withdraw_by_inventory_item_group", wanted) for _ in range(2)]

        assert 201 == made.status_code
        assert {"inventoryItemGroupKey": "NEW-GROUP", **GROUP} == await there.get(f"{GROUPS}/NEW-GROUP")
        assert ["NEW-GROUP"] == (await there.get(f"{ITEMS}/NEW-S"))["inventoryItemGroupKeys"]
        assert (400, 25732) == error_of(single)
        assert [published.json()["listingId"]] * 2 == [offer["listing"]["listingId"] for offer in shown]
        assert [("product.create", "NEW-GROUP"), ("product.update", "NEW-GROUP")] == [each[:2] for each in told if each[1] == "NEW-GROUP"]
        assert [204, 400] == [answer.status_code for answer in withdrawn]
        assert 25725 == error_of(withdrawn[1])[1]
        assert "UNPUBLISHED" == (await there.get(f"{OFFERS}/{offers[0]}"))["status"]


async def test_a_variant_that_lacks_something_is_left_out_of_the_listing() -> None:
    async with desk() as there:
        offers = await _variants(there)
        await there.send("PUT", f"{OFFERS}/{offers[1]}", {name: part for name, part in OFFER.items() if name != "categoryId"})
        await there.send("PUT", f"{GROUPS}/NEW-GROUP", GROUP)

        wanted = {"inventoryItemGroupKey": "NEW-GROUP", "marketplaceId": "EBAY_US"}
        answer = await there.send("POST", f"{OFFERS}/publish_by_inventory_item_group", wanted)

        assert (200, [25402]) == (answer.status_code, [each["errorId"] for each in answer.json()["warnings"]])
        assert ["PUBLISHED", "UNPUBLISHED"] == [(await there.get(f"{OFFERS}/{offer}"))["status"] for offer in offers]


async def test_a_variant_joins_and_leaves_an_old_group() -> None:
    async with desk() as there:
        key = "SHO-GROUP-3"
        group = await there.get(f"{GROUPS}/{key}")
        old = group["variantSKUs"][0]
        await there.send("PUT", f"{ITEMS}/NEW-S", ITEM)
        there.did()

        joined = await there.send("PUT", f"{GROUPS}/{key}", group | {"variantSKUs": [*group["variantSKUs"], "NEW-S"]})
        left = await there.send("DELETE", f"{ITEMS}/{old}")

        assert [204, 204] == [joined.status_code, left.status_code]
        assert [*group["variantSKUs"][1:], "NEW-S"] == (await there.get(f"{GROUPS}/{key}"))["variantSKUs"]
        assert [("variant.create", "NEW-S", {"inventoryItemGroupKey": key}), ("variant.delete", old, None)] == there.did()


async def test_a_sku_that_a_group_no_longer_names_leaves_the_listing() -> None:
    async with desk() as there:
        key = "SHO-GROUP-3"
        group = await there.get(f"{GROUPS}/{key}")
        gone = group["variantSKUs"][-1]

        await there.send("PUT", f"{GROUPS}/{key}", group | {"variantSKUs": group["variantSKUs"][:-1]})

        assert "inventoryItemGroupKeys" not in await there.get(f"{ITEMS}/{gone}")
        assert "UNPUBLISHED" == (await there.offers(gone))[0]["status"]


async def test_a_variation_that_was_sold_keeps_its_offer_and_others_take_the_variant_out_with_it() -> None:
    async with desk() as there:
        skus = (await there.get(f"{GROUPS}/SHO-GROUP-3"))["variantSKUs"]
        offers = {sku: (await there.offers(sku))[0] for sku in skus[:9]}
        sold = next(sku for sku, offer in offers.items() if offer["listing"]["soldQuantity"])
        unsold = next(sku for sku, offer in offers.items() if not offer["listing"]["soldQuantity"])

        answers = [await there.send("DELETE", f"{OFFERS}/{offers[sku]['offerId']}") for sku in (sold, unsold)]

        assert [400, 204] == [answer.status_code for answer in answers]
        assert (400, 25002) == error_of(answers[0])
        assert [sku for sku in skus if sku != unsold] == (await there.get(f"{GROUPS}/SHO-GROUP-3"))["variantSKUs"]


async def test_a_deleted_group_leaves_its_items() -> None:
    async with desk() as there:
        key = "SHO-GROUP-3"
        skus = (await there.get(f"{GROUPS}/{key}"))["variantSKUs"]

        answers = [await there.send("DELETE", f"{GROUPS}/{key}") for _ in range(2)]

        assert [204, 404] == [answer.status_code for answer in answers]
        assert (404, 25705) == error_of(await there.send("GET", f"{GROUPS}/{key}"))
        assert skus[0] == (await there.get(f"{ITEMS}/{skus[0]}"))["sku"]
        assert [("product.delete", key, None)] == there.did()


@pytest.mark.parametrize(
    ("skus", "code"),
    [
        (["NOPE"], 25701),
        ([], 25709),
        (["SHO-0003-RED-XS"], 25703),
        (["{listed}"], 25704),
        (["{twice}"], 25756),
        (["NEW-1", "NEW-1"], 25709),
    ],
)
async def test_a_group_takes_only_what_is_free(skus: list[str], code: int) -> None:
    async with desk() as there:
        known = {state: (await there.listed(state))[0] for state in ("listed", "twice")}
        await there.send("PUT", f"{ITEMS}/NEW-1", ITEM)
        there.did()

        answer = await there.send("PUT", f"{GROUPS}/NEW-GROUP", GROUP | {"variantSKUs": [sku.format(**known) for sku in skus]})

        assert (400, code) == error_of(answer)
        assert [] == there.did()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"variesBy": {"specifications": []}}, 25013),
        ({"variesBy": {"specifications": [{"name": "Size", "values": ["S", "L"]}]}}, 25013),
        ({"variesBy": {"specifications": [{"name": "Brand", "values": ["Quillhaven"]}]}}, 25013),
        ({"title": None}, 25017),
    ],
)
async def test_a_group_whose_variants_can_not_be_told_apart_is_not_published(change: dict[str, Any], code: int) -> None:
    async with desk() as there:
        await _variants(there)
        group = {name: part for name, part in (GROUP | change).items() if part is not None}
        await there.send("PUT", f"{GROUPS}/NEW-GROUP", group)
        wanted = {"inventoryItemGroupKey": "NEW-GROUP", "marketplaceId": "EBAY_US"}

        answer = await there.send("POST", f"{OFFERS}/publish_by_inventory_item_group", wanted)

        assert (400, code) == error_of(answer)


async def _variants(there: Desk) -> list[str]:
    """Make two items with an offer each, which differ by their sizes, and return the offers' ids."""
    offers = []
    for size in ("S", "M"):
        product = ITEM["product"] | {"aspects": {"Brand": ["Quillhaven"], "Size": [size]}}
        await there.send("PUT", f"{ITEMS}/NEW-{size}", ITEM | {"product": product})
        offers.append((await there.send("POST", OFFERS, OFFER | {"sku": f"NEW-{size}"})).json()["offerId"])
    return offers
