"""What the local eBay promises of numbers and prices: the bulk write, with a status for each of its parts."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.platforms.ebay.sandbox_client import Json, error_of
from tests.platforms.ebay.test_sandbox_writes import ITEM, ITEMS, OFFER, OFFERS, PRICES, Desk, desk, stock


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


async def test_both_numbers_and_the_price_change_at_once_and_are_told_once() -> None:
    async with desk() as there:
        sku, offer = await there.listed()
        change = {"offerId": offer["offerId"], "availableQuantity": 45, "price": {"value": "19.99", "currency": "USD"}}

        answer = await there.send("POST", PRICES, stock(sku, 45, change))

        assert (200, {"responses": [{"statusCode": 200, "offerId": offer["offerId"], "sku": sku}]}) == (answer.status_code, answer.json())
        shown = (await there.offers(sku))[0]
        assert (45, "19.99") == (shown["availableQuantity"], shown["pricingSummary"]["price"]["value"])
        assert 45 == await _total(there, sku)
        assert [("stock.set", sku, 45), ("price.set", sku, "19.99")] == there.did()
        assert offer | {"availableQuantity": 45, "pricingSummary": shown["pricingSummary"]} == shown


async def test_a_total_alone_needs_no_offer_and_leaves_the_locations_as_they_are() -> None:
    async with desk() as there:
        before = await there.get(f"{ITEMS}/SHO-0001")

        answer = await there.send("POST", PRICES, stock("SHO-0001", 30))

        assert {"responses": [{"statusCode": 200, "sku": "SHO-0001"}]} == answer.json()
        told = before["availability"]["shipToLocationAvailability"]
        assert told | {"quantity": 30} == (await there.get(f"{ITEMS}/SHO-0001"))["availability"]["shipToLocationAvailability"]
        assert [("stock.set", "SHO-0001", 30)] == there.did()


async def test_locations_can_be_sent_along_and_the_one_that_changed_is_told() -> None:
    async with desk() as there:
        shares = (await there.get(f"{ITEMS}/SHO-0001"))["availability"]["shipToLocationAvailability"]["availabilityDistributions"]
        wanted = [shares[0] | {"quantity": 77}, *shares[1:]]
        body = {"requests": [{"sku": "SHO-0001", "shipToLocationAvailability": {"availabilityDistributions": wanted}}]}

        for _ in range(2):
            await there.send("POST", PRICES, body)

        assert 77 + sum(each["quantity"] for each in shares[1:]) == await _total(there, "SHO-0001")
        assert [("stock.set", "SHO-0001", 77)] * 2 == there.did()


async def test_what_is_left_is_the_smaller_of_two_numbers() -> None:
    async with desk() as there:
        sku, offer = await there.listed()
        words = []
        for total, offered in ((0, 5), (5, 0), (5, 5)):
            await there.send("POST", PRICES, stock(sku, total, {"offerId": offer["offerId"], "availableQuantity": offered}))
            words.append((await there.offers(sku))[0]["listing"]["listingStatus"])

        assert ["OUT_OF_STOCK", "OUT_OF_STOCK", "ACTIVE"] == words


async def test_the_same_write_again_is_done_again() -> None:
    async with desk() as there:
        for _ in range(2):
            await there.send("POST", PRICES, stock("SHO-0001", 9))

        assert [("stock.set", "SHO-0001", 9)] * 2 == there.did()


async def test_parts_that_fail_leave_the_others_done() -> None:
    async with desk() as there:
        sku, offer = await there.listed()
        other, second = await there.listed("sold out")
        requests = [
            {"sku": "NOPE", "shipToLocationAvailability": {"quantity": 1}, "offers": [{"offerId": "1", "availableQuantity": 1}]},
            {
                "sku": sku,
                "shipToLocationAvailability": {"quantity": 8},
                "offers": [_units(offer, 8), {"offerId": "1", "availableQuantity": 8}],
            },
            {"sku": other, "offers": [{"offerId": second["offerId"], "price": {"value": "abc", "currency": "USD"}}]},
            {"sku": other, "offers": [_units(second, 2)]},
        ]

        answer = await there.send("POST", PRICES, {"requests": requests})

        assert 207 == answer.status_code
        parts = [(each["statusCode"], each.get("offerId"), _code(each)) for each in answer.json()["responses"]]
        assert [
            (404, "1", 25710),
            (200, offer["offerId"], 0),
            (400, "1", 25713),
            (400, second["offerId"], 25003),
            (200, second["offerId"], 0),
        ] == parts
        assert [("stock.set", sku, 8), ("stock.set", other, 2)] == there.did()


async def test_an_unpublished_offer_refuses_and_its_own_path_takes_it() -> None:
    async with desk() as there:
        sku, offer = await there.listed("unpublished")
        change = {"offerId": offer["offerId"], "price": {"value": "5.00", "currency": "USD"}}

        refused = await there.send("POST", PRICES, {"requests": [{"offers": [change]}]})
        prices = {"price": {"value": "5.00", "currency": "USD"}}
        taken = await there.send("PUT", f"{OFFERS}/{offer['offerId']}", offer | {"pricingSummary": prices})

        assert (207, 400, 25713) == (refused.status_code, (part := refused.json()["responses"][0])["statusCode"], _code(part))
        assert 200 == taken.status_code
        assert "5.00" == (await there.offers(sku))[0]["pricingSummary"]["price"]["value"]
        assert [("price.set", sku, "5.00")] == there.did()


@pytest.mark.parametrize(("kind", "code"), [("ended", 25019), ("ended by the platform", 25097), ("not listed", 25019)])
async def test_a_listing_that_is_no_more_can_not_be_revised(there: Desk, kind: str, code: int) -> None:
    _, offer = await there.listed(kind)

    answer = await there.send("POST", PRICES, {"requests": [{"offers": [_units(offer, 1)]}]})

    assert (207, code) == (answer.status_code, _code(answer.json()["responses"][0]))
    assert [] == there.did()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"availableQuantity": -1}, 25004),
        ({"availableQuantity": 2**31}, 25004),
        ({"availableQuantity": 100_001}, 25026),
        ({"price": {"value": "-1.00", "currency": "USD"}}, 25003),
        ({"price": {"value": "0", "currency": "USD"}}, 25003),
        ({"price": {"value": "1.005", "currency": "USD"}}, 25003),
        ({"price": {"value": "1.00", "currency": "EUR"}}, 25003),
        ({}, 25709),
    ],
)
async def test_absurd_numbers_are_refused(there: Desk, change: Json, code: int) -> None:
    sku, offer = await there.listed()

    answer = await there.send("POST", PRICES, {"requests": [{"sku": sku, "offers": [{"offerId": offer["offerId"], **change}]}]})

    assert (207, 400, code) == (answer.status_code, (part := answer.json()["responses"][0])["statusCode"], _code(part))
    assert [offer] == await there.offers(sku)
    assert [] == there.did()


async def test_an_element_is_about_one_sku_and_names_an_offer_once() -> None:
    async with desk() as there:
        sku, offer = await there.listed()
        other, _ = await there.listed("sold out")

        foreign = await there.send("POST", PRICES, stock(other, 4, _units(offer, 4)))
        twice = await there.send("POST", PRICES, stock(sku, 4, _units(offer, 4), _units(offer, 5)))

        assert [25002] == [_code(each) for each in foreign.json()["responses"]]
        assert [25002, 25002] == [_code(each) for each in twice.json()["responses"]]
        assert [("stock.set", other, 4)] == there.did()


async def test_auctions_hold_their_unit_and_have_no_number_of_their_own() -> None:
    async with desk() as there:
        sku, _ = await there.listed("twice")
        auction = next(each for each in await there.offers(sku) if each["format"] == "AUCTION")

        emptied = await there.send("POST", PRICES, stock(sku, 0))
        counted = await there.send("POST", PRICES, {"requests": [{"offers": [_units(auction, 2)]}]})

        assert [25759, 25762] == [_code(answer.json()["responses"][0]) for answer in (emptied, counted)]
        assert [] == there.did()


@pytest.mark.parametrize(
    ("body", "options"),
    [
        ({"requests": []}, {}),
        ({}, {}),
        ({"requests": [{"sku": "SHO-0001", "shipToLocationAvailability": {"quantity": 1}}] * 26}, {}),
        ({"requests": [{"sku": "SHO-0001", "shipToLocationAvailability": {"quantity": 1}}] * 2}, {"one_sku": True}),
    ],
)
async def test_a_call_of_the_wrong_length_is_refused_whole(body: Json, options: dict[str, Any]) -> None:
    async with desk(**options) as there:
        answer = await there.send("POST", PRICES, body)

        assert (400, 25709) == error_of(answer)
        assert [] == there.did()


async def test_a_new_listing_is_repriced_as_those_of_old() -> None:
    async with desk() as there:
        await there.send("PUT", f"{ITEMS}/NEW-1", ITEM)
        offer = (await there.send("POST", OFFERS, OFFER | {"sku": "NEW-1"})).json()
        await there.send("POST", f"{OFFERS}/{offer['offerId']}/publish")
        there.did()

        await there.send("POST", PRICES, stock("NEW-1", 3, _units(offer, 3) | {"price": {"value": "7", "currency": "USD"}}))

        assert [("stock.set", "NEW-1", 3), ("price.set", "NEW-1", "7")] == there.did()
        assert "7.00" == (await there.offers("NEW-1"))[0]["pricingSummary"]["price"]["value"]


async def _total(there: Desk, sku: str) -> int:
    return int((await there.get(f"{ITEMS}/{sku}"))["availability"]["shipToLocationAvailability"]["quantity"])


def _units(offer: Json, units: int) -> Json:
    return {"offerId": offer["offerId"], "availableQuantity": units}


def _code(part: Json) -> int:
    return int(part["errors"][0]["errorId"]) if "errors" in part else 0
