"""What the local Amazon promises of listings that are made, replaced and taken away, and of the definitions that say what they need."""

from typing import Any

import httpx
import pytest

from adapters.amazon.sandbox import description
from tests.platforms.amazon.sandbox_seller import CA, US
from tests.platforms.amazon.test_sandbox_writes import CHILD, FIRST, PARENT, PATH, Desk, desk, lantern, price, stock, text
from tests.support.shared import shared

TYPES = "definitions/2020-09-01/productTypes"
NEW = "TIN-0001"


def child_of(parent: str) -> dict[str, Any]:
    """Return the attributes that put a listing below a parent."""
    row = {"child_relationship_type": "variation", "parent_sku": parent, "marketplace_id": US}
    return {"child_parent_sku_relationship": [row], "parentage_level": [{"value": "child", "marketplace_id": US}]}


def parent() -> dict[str, Any]:
    """Return the attributes of a listing that only holds variations together."""
    own = {name: rows for name, rows in lantern().items() if name in {"item_name", "brand"}}
    return {**own, "parentage_level": [{"value": "parent", "marketplace_id": US}]}


async def remove(there: Desk, sku: str, market: str = US) -> httpx.Response:
    """Take a listing out of a marketplace."""
    return await there.send("DELETE", f"{PATH}/{sku}", marketplaceIds=market)


async def test_a_listing_is_made_when_its_time_has_come() -> None:
    barcode = {"externally_assigned_product_identifier": [{"type": "ean", "value": "4006381333931", "marketplace_id": US}]}
    async with desk() as there:
        answer = await there.put(NEW, lantern(**barcode))
        early = await there.send("GET", f"{PATH}/{NEW}", marketplaceIds=US)
        await there.advance(60)
        listing = await there.listing(NEW)
        found = await there.get(PATH, marketplaceIds=US, identifiers="4006381333931", identifiersType="EAN")
        elsewhere = await there.send("GET", f"{PATH}/{NEW}", marketplaceIds=CA)

    summary = listing["summaries"][0]
    assert ("ACCEPTED", 404, 404, [NEW]) == (
        answer["status"],
        early.status_code,
        elsewhere.status_code,
        [row["sku"] for row in found["items"]],
    )
    assert ("Tin Lantern", "LANTERN", ["BUYABLE", "DISCOVERABLE"]) == (summary["itemName"], summary["productType"], summary["status"])
    assert ("24.50", 5) == (listing["offers"][0]["price"]["amount"], listing["fulfillmentAvailability"][0]["quantity"])
    assert [("product.create", NEW, lantern(**barcode))] == there.effects()


async def test_a_whole_listing_replaces_what_was_there_in_its_marketplace() -> None:
    async with desk(write_seconds=0) as there:
        canadian = (await there.listing(FIRST, CA))["attributes"]
        await there.put(FIRST, lantern())
        listing = await there.listing(FIRST)

        assert canadian["bullet_point"] == (await there.listing(FIRST, CA))["attributes"]["bullet_point"]
    assert sorted(lantern()) == sorted(listing["attributes"])
    assert [("product.update", FIRST, lantern())] == there.effects()


async def test_a_listing_can_be_brought_to_another_marketplace() -> None:
    canadian = {name: [{**row, "marketplace_id": CA} for row in rows] for name, rows in lantern().items()}
    canadian["purchasable_offer"][0]["currency"] = "CAD"
    async with desk(write_seconds=0) as there:
        await there.put(NEW, lantern())
        await there.put(NEW, canadian, CA)
        offers = [(await there.listing(NEW, market))["offers"][0]["price"] for market in (US, CA)]

    assert [{"amount": "24.50", "currencyCode": "USD"}, {"amount": "24.50", "currencyCode": "CAD"}] == offers


@pytest.mark.parametrize(
    ("requirements", "missing"),
    [
        ("LISTING", ["item_name", "brand", "condition_type", "purchasable_offer"]),
        ("LISTING_PRODUCT_ONLY", ["item_name", "brand"]),
        ("LISTING_OFFER_ONLY", ["condition_type", "purchasable_offer"]),
    ],
)
async def test_what_a_listing_lacks_is_what_its_definition_requires(requirements: str, missing: list[str]) -> None:
    async with desk(write_seconds=0) as there:
        answer = await there.put(NEW, {}, requirements=requirements)
        found = await there.get(f"{TYPES}/LANTERN", marketplaceIds=US, requirements=requirements)
        link = found["schema"]["link"]["resource"]
        async with httpx.AsyncClient() as stranger:
            schema = (await stranger.get(link)).json()

    assert ("INVALID", missing) == (answer["status"], [issue["attributeNames"][0] for issue in answer["issues"]])
    assert {"90220"} == {issue["code"] for issue in answer["issues"]}
    assert (missing, []) == (schema["required"], there.effects())


async def test_a_family_is_made_parent_first() -> None:
    async with desk(write_seconds=0) as there:
        await there.put("FAMILY", parent())
        await there.put(NEW, lantern(**child_of("FAMILY")))
        head, child = await there.listing("FAMILY"), await there.listing(NEW)
        children = await there.get(PATH, marketplaceIds=US, variationParentSku="FAMILY")

    assert [("product.create", "FAMILY"), ("variant.create", NEW)] == [(what, sku) for what, sku, _ in there.effects()]
    assert [NEW] == head["relationships"][0]["relationships"][0]["childSkus"]
    assert ["FAMILY"] == child["relationships"][0]["relationships"][0]["parentSkus"]
    assert [NEW] == [row["sku"] for row in children["items"]]
    assert ([], []) == (head["offers"], head["fulfillmentAvailability"])


@pytest.mark.parametrize("above", ["NOBODY", FIRST])
async def test_a_parent_that_is_none_is_told_only_after_the_listing_was_accepted(above: str) -> None:
    async with desk(write_seconds=0) as there:
        answer = await there.put(NEW, lantern(**child_of(above)))
        listing = await there.listing(NEW)

    assert ("ACCEPTED", []) == (answer["status"], answer["issues"])
    assert [("8007", "ERROR")] == [(issue["code"], issue["severity"]) for issue in listing["issues"]]
    assert [] == listing["relationships"][0]["relationships"]


async def test_a_listing_leaves_its_family_for_another() -> None:
    async with desk(write_seconds=0) as there:
        await there.put("FAMILY", parent())
        await there.patch(CHILD, {"op": "replace", "path": "/attributes/child_parent_sku_relationship", "value": child_of("FAMILY")[
            "child_parent_sku_relationship"
        ]})  # fmt: skip
        old, new = await there.listing(PARENT), await there.listing("FAMILY")

    assert CHILD not in old["relationships"][0]["relationships"][0]["childSkus"]
    assert [CHILD] == new["relationships"][0]["relationships"][0]["childSkus"]


async def test_a_listing_is_taken_out_of_one_marketplace_after_the_other() -> None:
    async with desk() as there:
        await remove(there, CHILD)
        early = await there.send("GET", f"{PATH}/{CHILD}", marketplaceIds=US)
        await there.advance(60)
        reads = [(await there.send("GET", f"{PATH}/{CHILD}", marketplaceIds=market)).status_code for market in (US, CA)]
        await remove(there, CHILD, CA)
        await there.advance(60)
        last = await there.send("GET", f"{PATH}/{CHILD}", marketplaceIds=CA)
        family = await there.listing(PARENT)

    assert (200, [404, 200], 404) == (early.status_code, reads, last.status_code)
    assert [("variant.delete", CHILD, US), ("variant.delete", CHILD, CA)] == there.effects()
    assert CHILD not in family["relationships"][0]["relationships"][0]["childSkus"]


async def test_children_outlive_their_parent() -> None:
    async with desk(write_seconds=0) as there:
        await remove(there, PARENT)
        await remove(there, PARENT, CA)
        child = await there.listing(CHILD)

    assert [] == child["relationships"][0]["relationships"]
    assert [("product.delete", PARENT)] * 2 == [(what, sku) for what, sku, _ in there.effects()]


async def test_a_listing_without_an_offer_cannot_be_bought_until_it_has_one() -> None:
    statuses = []
    async with desk(write_seconds=0) as there:
        await there.put(NEW, lantern())
        for patch in ({"op": "delete", "path": "/attributes/purchasable_offer"}, price(3.5)):
            await there.patch(NEW, patch)
            listing = await there.listing(NEW)
            statuses.append((listing["summaries"][0]["status"], len(listing["offers"])))

    assert [(["DISCOVERABLE"], 0), (["BUYABLE", "DISCOVERABLE"], 1)] == statuses
    assert ["product.create", "product.update", "price.set"] == [what for what, _, _ in there.effects()]


async def test_rows_edited_from_outside_show_in_what_was_written() -> None:
    async with desk(write_seconds=0) as there:
        await there.put(NEW, lantern())
        wish = {
            "store": "shop",
            "action": "touch",
            "kind": "product",
            "id": NEW,
            "fields": {"quantity": 77, "price": 999, "name": "Edited"},
        }
        await there.client.post(f"{there.running.url}/control/rows", json=wish)
        listing = await there.listing(NEW)

    assert (77, "9.99") == (listing["fulfillmentAvailability"][0]["quantity"], listing["offers"][0]["price"]["amount"])
    assert ("Edited", 9.99) == (
        listing["attributes"]["item_name"][0]["value"],
        listing["attributes"]["purchasable_offer"][0]["our_price"][0]["schedule"][0]["value_with_tax"],
    )


async def test_reports_and_the_catalogue_know_a_new_listing() -> None:
    async with desk(write_seconds=0) as there:
        await there.put(NEW, lantern(**text_of_color("Teal")))
        listing = await there.listing(NEW)
        item = await there.get(f"catalog/2022-04-01/items/{listing['summaries'][0]['asin']}", marketplaceIds=US)

    assert ("Tin Lantern", "Teal") == (item["summaries"][0]["itemName"], item["summaries"][0]["color"])


def text_of_color(color: str) -> dict[str, Any]:
    return {"color": text("color", color)["value"]}


async def test_product_types_are_searched_by_words() -> None:
    async with desk() as there:
        found = await there.get(TYPES, marketplaceIds=US, keywords="lantern")
        unknown = await there.send("GET", f"{TYPES}/UNICORN", marketplaceIds=US)

    assert (["LANTERN"], 404) == ([row["name"] for row in found["productTypes"]], unknown.status_code)


@pytest.mark.parametrize("template", [f"/{TYPES}", f"/{TYPES}/{{productType}}"])
async def test_definitions_fit_the_official_description(template: str) -> None:
    shared("amazon", "spec", "models")
    known = description.described("GET", template)
    assert known is not None
    checker = pytest.importorskip("jsonschema").Draft4Validator(known.schema(200))
    async with desk() as there:
        answer = await there.get(template.lstrip("/").replace("{productType}", "KETTLE"), marketplaceIds=US)

    assert [] == [error.message for error in checker.iter_errors(answer)]


async def test_a_new_listing_takes_stock_like_any_other() -> None:
    async with desk(write_seconds=0) as there:
        await there.put(NEW, {name: rows for name, rows in lantern().items() if name != "fulfillment_availability"})
        before = (await there.listing(NEW))["fulfillmentAvailability"]
        await there.patch(NEW, stock(11))
        after = (await there.listing(NEW))["fulfillmentAvailability"]

    assert ([], [{"fulfillmentChannelCode": "DEFAULT", "quantity": 11}]) == (before, after)
    assert ("stock.set", NEW, 11) == there.effects()[-1]


async def test_a_sale_is_added_to_an_offer_without_its_price() -> None:
    sale = [{"schedule": [{"start_at": "2026-11-27", "end_at": "2026-11-30", "value_with_tax": 1.5}]}]
    row = {"marketplace_id": US, "currency": "USD", "discounted_price": sale}
    async with desk(write_seconds=0) as there:
        before = (await there.listing(FIRST))["offers"]
        answers = [
            await there.patch(FIRST, {"op": op, "path": "/attributes/purchasable_offer", "value": [row]}) for op in ("replace", "merge")
        ]
        after = await there.listing(FIRST)
        offer = next(each for each in after["attributes"]["purchasable_offer"] if each["marketplace_id"] == US)

    assert ["INVALID", "ACCEPTED"] == [answer["status"] for answer in answers]
    assert (before, sale) == (after["offers"], offer["discounted_price"])
    assert ["product.update"] == [what for what, _, _ in there.effects()]
