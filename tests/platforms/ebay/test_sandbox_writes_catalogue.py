"""What the local eBay promises of items, groups and offers: full replacement, drafts that become listings, and their rules."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.platforms.ebay.sandbox_client import Json, error_of
from tests.platforms.ebay.test_sandbox_writes import ITEM, ITEMS, OFFER, OFFERS, SELL, Desk, desk


@pytest_asyncio.fixture(scope="module")
async def standing() -> AsyncIterator[Desk]:
    """Serve one seller for all tests that are refused: they change nothing."""
    async with desk() as there:
        yield there


@pytest.fixture
def there(standing: Desk) -> Desk:
    """Return the standing seller, without the effects of earlier tests."""
    standing.did()
    return standing


async def test_a_put_makes_an_item_and_another_replaces_all_of_it() -> None:
    async with desk() as there:
        made = await there.send("PUT", f"{ITEMS}/NEW-1", ITEM)
        first = await there.get(f"{ITEMS}/NEW-1")
        replaced = await there.send("PUT", f"{ITEMS}/NEW-1", {"product": {"title": "Steel Compass"}})

        assert (201, "en-US") == (made.status_code, made.headers["Content-Language"])
        assert {"sku": "NEW-1", "locale": "en_US", **ITEM} == first
        assert (204, b"") == (replaced.status_code, replaced.content)
        assert {"sku": "NEW-1", "locale": "en_US", "product": {"title": "Steel Compass"}} == await there.get(f"{ITEMS}/NEW-1")
        assert ["product.create", "stock.set", "product.update"] == [what for what, *_ in there.did()]
        assert "NEW-1" in [item["sku"] for item in (await there.get(f"{ITEMS}?limit=200"))["inventoryItems"]]


async def test_what_was_read_can_be_written_back_and_only_what_differs_is_told() -> None:
    async with desk() as there:
        item = await there.get(f"{ITEMS}/SHO-0001")
        stock = item["availability"]["shipToLocationAvailability"]
        shares = [stock["availabilityDistributions"][0] | {"quantity": 90}, *stock["availabilityDistributions"][1:]]
        whole = {"quantity": 90 + shares[1]["quantity"], "availabilityDistributions": shares}

        titled = item | {"product": item["product"] | {"title": "Renamed"}}
        moved = titled | {"availability": item["availability"] | {"shipToLocationAvailability": whole}}
        answers = [await there.send("PUT", f"{ITEMS}/SHO-0001", each) for each in (titled, titled, moved)]

        assert {204} == {answer.status_code for answer in answers}
        assert moved == await there.get(f"{ITEMS}/SHO-0001")
        told = [("product.update", "SHO-0001", {"title": "Renamed"})] * 2
        assert [*told, ("stock.set", "SHO-0001", 90)] == there.did()


async def test_without_a_total_an_item_has_what_its_locations_have() -> None:
    async with desk() as there:
        shares = [{"merchantLocationKey": "wh-1", "quantity": 4}, {"merchantLocationKey": "wh-2", "quantity": 2}]
        body = ITEM | {"availability": {"shipToLocationAvailability": {"availabilityDistributions": shares}}}
        await there.send("PUT", f"{ITEMS}/NEW-1", body)

        assert 6 == (await there.get(f"{ITEMS}/NEW-1"))["availability"]["shipToLocationAvailability"]["quantity"]


@pytest.mark.parametrize(
    ("sku", "change", "code"),
    [
        ("N" * 51, {}, 25707),
        ("NEW%201", {}, 25707),
        ("NEW-1", {"condition": "BROKEN"}, 25021),
        ("NEW-1", {"product": {"title": "T" * 81}}, 25503),
        ("NEW-1", {"product": {"imageUrls": ["http://images.example.com/1.jpg"]}}, 25015),
        ("NEW-1", {"availability": {"shipToLocationAvailability": {"quantity": -1}}}, 25004),
        ("NEW-1", {"availability": {"shipToLocationAvailability": {"availabilityDistributions": [{"merchantLocationKey": "x"}]}}}, 25012),
        ("NEW-1", {"price": 5}, 2004),
    ],
)
async def test_an_item_that_can_not_be_is_refused(there: Desk, sku: str, change: Json, code: int) -> None:
    answer = await there.send("PUT", f"{ITEMS}/{sku}", ITEM | change)

    assert (400, code) == error_of(answer)
    assert [] == there.did()


async def test_a_live_listing_keeps_what_it_needs() -> None:
    async with desk() as there:
        sku, offer = await there.listed()
        item = await there.get(f"{ITEMS}/{sku}")
        bare = item | {"product": {name: part for name, part in item["product"].items() if name != "imageUrls"}}

        refused = [
            await there.send("PUT", f"{ITEMS}/{sku}", bare),
            await there.send("PUT", f"{OFFERS}/{offer['offerId']}", {"availableQuantity": 1}),
        ]

        assert [(400, 25002), (400, 25017)] == [error_of(answer) for answer in refused]
        assert item == await there.get(f"{ITEMS}/{sku}")
        assert [] == there.did()


async def test_an_item_whose_listing_is_on_hold_is_written_with_a_warning() -> None:
    async with desk() as there:
        sku, _ = await there.listed("ended by the platform")

        answer = await there.send("PUT", f"{ITEMS}/{sku}", ITEM)

        assert (200, [25096]) == (answer.status_code, [each["errorId"] for each in answer.json()["warnings"]])
        assert "Brass Compass" == (await there.get(f"{ITEMS}/{sku}"))["product"]["title"]


async def test_a_deleted_item_is_gone_with_its_offers_and_a_second_time_not_there() -> None:
    async with desk() as there:
        sku, offer = await there.listed()

        answers = [await there.send("DELETE", f"{ITEMS}/{sku}") for _ in range(2)]

        assert [204, 404] == [answer.status_code for answer in answers]
        assert (404, 25713) == error_of(await there.send("GET", f"{OFFERS}/{offer['offerId']}"))
        assert [("product.delete", sku, None)] == there.did()
        assert 201 == (await there.send("PUT", f"{ITEMS}/{sku}", ITEM)).status_code
        assert (404, 25713) == error_of(await there.send("GET", f"{OFFERS}/{offer['offerId']}"))


async def test_items_in_bulk_have_a_status_each() -> None:
    async with desk() as there:
        wanted = [ITEM | {"sku": sku, "locale": "en_GB"} for sku in ("NEW-1", "SHO-0001", "NEW 2")]

        answer = await there.send("POST", f"{SELL}/bulk_create_or_replace_inventory_item", {"requests": wanted})

        assert 207 == answer.status_code
        assert [(201, "NEW-1"), (200, "SHO-0001"), (400, "NEW 2")] == [
            (each["statusCode"], each["sku"]) for each in answer.json()["responses"]
        ]
        assert "en_GB" == (await there.get(f"{ITEMS}/NEW-1"))["locale"]
        assert [("product.create", "NEW-1"), ("stock.set", "SHO-0001"), ("product.update", "SHO-0001")] == [
            each[:2] for each in there.did()
        ]


@pytest.mark.parametrize(
    ("path", "requests", "code"),
    [
        ("bulk_create_or_replace_inventory_item", [{"sku": f"N-{turn}", "locale": "en_US"} for turn in range(26)], 25727),
        ("bulk_create_or_replace_inventory_item", [{"sku": "N-1", "locale": "en_US"}] * 2, 25728),
        ("bulk_create_or_replace_inventory_item", [{"sku": "N-1"}], 25733),
        ("bulk_create_offer", [OFFER | {"sku": f"SHO-{turn}"} for turn in range(26)], 25730),
        ("bulk_create_offer", [OFFER | {"sku": "SHO-0001"}] * 2, 25729),
        ("bulk_create_offer", [{"sku": "SHO-0001", "format": "FIXED_PRICE"}], 25735),
        ("bulk_create_offer", [OFFER | {"sku": "SHO-0001"}, OFFER | {"sku": "SHO-0001", "marketplaceId": "EBAY_GB"}], 25709),
        ("bulk_publish_offer", [{"offerId": str(turn)} for turn in range(26)], 25730),
        ("bulk_publish_offer", [{"offerId": "1"}] * 2, 25731),
    ],
)
async def test_a_bulk_call_with_a_common_mistake_is_refused_whole(there: Desk, path: str, requests: list[Json], code: int) -> None:
    answer = await there.send("POST", f"{SELL}/{path}", {"requests": requests})

    assert (400, code) == error_of(answer)
    assert [] == there.did()


async def test_a_draft_becomes_a_listing_and_a_draft_again() -> None:
    async with desk() as there:
        await there.send("PUT", f"{ITEMS}/NEW-1", ITEM)
        made = await there.send("POST", OFFERS, OFFER | {"sku": "NEW-1"})
        path = f"{OFFERS}/{made.json()['offerId']}"
        draft = await there.get(path)
        published = await there.send("POST", f"{path}/publish")
        again = await there.send("POST", f"{path}/publish")
        listing = (await there.get(path))["listing"]
        withdrawn = [await there.send("POST", f"{path}/withdraw") for _ in range(2)]

        assert (201, "UNPUBLISHED", "GTC") == (made.status_code, draft["status"], draft["listingDuration"])
        assert published.json() == again.json() == {"listingId": listing["listingId"]}
        assert ("ACTIVE", 0) == (listing["listingStatus"], listing["soldQuantity"])
        assert (200, {"listingId": listing["listingId"]}) == (withdrawn[0].status_code, withdrawn[0].json())
        assert (400, 25713) == error_of(withdrawn[1])
        assert draft == await there.get(path)
        assert ["product.create", *["product.update"] * 4] == [what for what, *_ in there.did()]


async def test_a_second_offer_for_the_same_is_refused_with_the_first_ones_id() -> None:
    async with desk() as there:
        sku, offer = await there.listed("unpublished")

        answer = await there.send("POST", OFFERS, OFFER | {"sku": sku})

        assert (400, 25002) == error_of(answer)
        error = answer.json()["errors"][0]
        assert "Offer entity already exists" in error["message"]
        assert [{"name": "offerId", "value": offer["offerId"]}] == error["parameters"]
        assert 201 == (await there.send("POST", OFFERS, OFFER | {"sku": sku, "marketplaceId": "EBAY_GB", "pricingSummary": {}})).status_code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"sku": "NOPE"}, 25702),
        ({"sku": ""}, 25709),
        ({"marketplaceId": "EBAY_MOON"}, 25709),
        ({"format": "RAFFLE"}, 25709),
        ({"listingDuration": "DAYS_7"}, 25709),
        ({"pricingSummary": {"auctionStartPrice": {"value": "1.00", "currency": "USD"}}}, 25758),
        ({"format": "AUCTION"}, 25755),
        ({"format": "AUCTION", "listingDuration": "DAYS_7"}, 25757),
        ({"status": "PUBLISHED", "colour": "red"}, 2004),
    ],
)
async def test_a_draft_that_can_not_be_is_refused(there: Desk, change: Json, code: int) -> None:
    await there.send("PUT", f"{ITEMS}/NEW-DRAFT", ITEM)
    there.did()

    assert (400, code) == error_of(await there.send("POST", OFFERS, OFFER | {"sku": "NEW-DRAFT"} | change))
    assert [] == there.did()


@pytest.mark.parametrize(
    ("item", "offer", "code"),
    [
        ({"product": {"description": "x", "aspects": {"Brand": ["x"]}, "imageUrls": ["https://x.example.com/1.jpg"]}}, {}, 25017),
        ({"product": {"title": "x", "aspects": {"Brand": ["x"]}}}, {}, 25002),
        ({"product": {"title": "x", "imageUrls": ["https://x.example.com/1.jpg"]}}, {}, 25002),
        ({"condition": None}, {}, 25021),
        ({"availability": {"shipToLocationAvailability": {"quantity": 0}}}, {}, 25004),
        ({}, {"availableQuantity": 0}, 25004),
        ({"availability": {"shipToLocationAvailability": {"quantity": 200_000}}}, {"availableQuantity": 200_000}, 25026),
        ({}, {"categoryId": None}, 25005),
        ({}, {"pricingSummary": {}}, 25003),
        ({}, {"listingPolicies": {"fulfillmentPolicyId": "3", "paymentPolicyId": "4"}}, 25009),
        ({}, {"merchantLocationKey": "wh-3"}, 25012),
    ],
)
async def test_a_draft_that_lacks_something_is_not_published(there: Desk, item: Json, offer: Json, code: int) -> None:
    whole = {name: part for name, part in (ITEM | item).items() if part is not None}
    draft = {name: part for name, part in (OFFER | offer).items() if part is not None}
    await there.send("DELETE", f"{ITEMS}/NEW-1")
    await there.send("PUT", f"{ITEMS}/NEW-1", whole)
    made = (await there.send("POST", OFFERS, draft | {"sku": "NEW-1"})).json()["offerId"]
    there.did()

    answer = await there.send("POST", f"{OFFERS}/{made}/publish")

    assert (400, code) == error_of(answer)
    assert [] == there.did()


async def test_an_offer_is_replaced_whole_but_for_what_it_is_of() -> None:
    async with desk() as there:
        sku, offer = await there.listed()
        path = f"{OFFERS}/{offer['offerId']}"
        wanted = offer | {"categoryId": "99", "pricingSummary": {"price": {"value": "8.50", "currency": "USD"}}, "sku": "IGNORED"}

        answer = await there.send("PUT", path, wanted)

        assert (200, {"offerId": offer["offerId"]}) == (answer.status_code, answer.json())
        assert wanted | {"sku": sku} == await there.get(path)
        assert [("price.set", sku, "8.50"), ("product.update", sku, {"categoryId": "99"})] == there.did()
        assert (404, 25713) == error_of(await there.send("PUT", f"{OFFERS}/1", wanted))


async def test_a_deleted_offer_is_gone_and_its_item_stays() -> None:
    async with desk() as there:
        sku, offer = await there.listed()

        answers = [await there.send("DELETE", f"{OFFERS}/{offer['offerId']}") for _ in range(2)]

        assert [204, 404] == [answer.status_code for answer in answers]
        assert (404, 25713) == error_of(await there.send("GET", f"{OFFERS}?sku={sku}"))
        assert sku == (await there.get(f"{ITEMS}/{sku}"))["sku"]


async def test_the_seller_at_its_own_desk_changes_what_was_written_too() -> None:
    async with desk() as there:
        await there.send("PUT", f"{ITEMS}/NEW-1", ITEM)
        await there.send("POST", OFFERS, OFFER | {"sku": "NEW-1"})
        assert there.running.control.rows is not None
        fields = {"title": "Retitled", "quantity": 2, "price": "3.00"}
        there.running.control.rows({"store": "shop", "action": "touch", "kind": "product", "id": "NEW-1", "fields": fields})

        item, offer = await there.get(f"{ITEMS}/NEW-1"), (await there.offers("NEW-1"))[0]
        assert ("Retitled", 2) == (item["product"]["title"], item["availability"]["shipToLocationAvailability"]["quantity"])
        assert (2, "3.00") == (offer["availableQuantity"], offer["pricingSummary"]["price"]["value"])


async def test_offers_are_made_and_published_in_bulk() -> None:
    async with desk() as there:
        for sku in ("NEW-1", "NEW-2"):
            await there.send("PUT", f"{ITEMS}/{sku}", ITEM)
        homeless = {name: part for name, part in OFFER.items() if name != "merchantLocationKey"}
        wanted = [OFFER | {"sku": "NEW-1"}, homeless | {"sku": "NEW-2"}, OFFER | {"sku": "NOPE"}]

        made = await there.send("POST", f"{SELL}/bulk_create_offer", {"requests": wanted})
        parts = made.json()["responses"]
        ids = [{"offerId": each["offerId"]} for each in parts[:2]]
        published = await there.send("POST", f"{SELL}/bulk_publish_offer", {"requests": ids})

        assert (207, [200, 200, 400]) == (made.status_code, [each["statusCode"] for each in parts])
        assert ("NEW-1", "EBAY_US", "FIXED_PRICE") == (parts[0]["sku"], parts[0]["marketplaceId"], parts[0]["format"])
        assert 25702 == parts[2]["errors"][0]["errorId"]
        first, second = published.json()["responses"]
        assert (207, 200, 400) == (published.status_code, first["statusCode"], second["statusCode"])
        assert first["listingId"] == (await there.offers("NEW-1"))[0]["listing"]["listingId"]
        assert 25012 == second["errors"][0]["errorId"]
