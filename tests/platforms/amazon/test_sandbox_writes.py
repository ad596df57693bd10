"""What the local Amazon promises of changes of listings: what is accepted, what is refused inside a good answer, and when it is seen."""

import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import orjson
import pytest

from adapters.amazon.sandbox import SANDBOX, description
from adapters.kit.sandbox import Effect, Fault, Running, SandboxStore, serving
from tests.platforms.amazon.sandbox_seller import CA, LISTINGS, NOW, ORDERS, REFRESH, SELLER, US, store
from tests.support.shared import shared

FIRST, FBA, PARENT, CHILD, B2B = "50%+EXTRA", "TEA/SET 01", "LAN-0000", "LAN-0000-000-RE-XS", "LAN-0000-006-PL-XS"
MORE = "summaries,attributes,issues,offers,fulfillmentAvailability,relationships"
BATCH = "externalFulfillment/inventory/2024-09-11/inventories"
TEMPLATE = "/listings/2021-08-01/items/{sellerId}/{sku}"
PATH = LISTINGS.partition(SELLER)[0] + SELLER


class Desk:
    """A seller who is signed in to a sandbox that serves over real HTTP; changes take a minute of its clock, feeds two."""

    def __init__(self, running: Running, client: httpx.AsyncClient) -> None:
        self.running = running
        self.client = client

    async def send(self, method: str, path: str, body: Any = None, **params: Any) -> httpx.Response:
        """Send a request with a JSON body."""
        return await self.client.request(method, path, params=params, content=b"" if body is None else orjson.dumps(body))

    async def get(self, path: str, **params: Any) -> Any:
        """Return what is answered; it must be good."""
        answer = await self.client.get(path, params=params)
        assert 200 == answer.status_code, answer.text
        return answer.json()

    async def listing(self, sku: str, market: str = US) -> Any:
        """Return a listing with all its data."""
        return await self.get(_path(sku), marketplaceIds=market, includedData=MORE)

    async def patch(self, sku: str, *patches: dict[str, Any], **params: Any) -> Any:
        """Return what is answered to a patch."""
        body = {"productType": "PRODUCT", "patches": list(patches)}
        answer = await self.send("PATCH", _path(sku), body, **{"marketplaceIds": US, **params})
        assert 200 == answer.status_code, answer.text
        return answer.json()

    async def put(self, sku: str, attributes: dict[str, Any], market: str = US, **more: Any) -> Any:
        """Return what is answered to a whole listing."""
        answer = await self.send("PUT", _path(sku), {"productType": "LANTERN", "attributes": attributes, **more}, marketplaceIds=market)
        assert 200 == answer.status_code, answer.text
        return answer.json()

    async def advance(self, seconds: float) -> None:
        """Move the clock."""
        await self.client.post(f"{self.running.url}/control/clock", json={"advance": seconds})

    def effects(self) -> list[tuple[str, str, Any]]:
        """Return what was done so far."""
        return [(each.what, each.entity, each.value) for each in self.done()]

    def done(self) -> list[Effect]:
        """Return what was done so far, with all that is known of it."""
        return self.running.control.effects


@contextlib.asynccontextmanager
async def desk(made: SandboxStore | None = None, **options: Any) -> AsyncIterator[Desk]:
    """Serve a store while the block lasts."""
    there = made or store(**{"write_seconds": 60, "feed_seconds": 120, **options})
    async with serving(SANDBOX, (there,)) as running, httpx.AsyncClient(base_url=f"{running.url}/{there.name}/") as client:
        running.control.offset = NOW - datetime.now(UTC)  # the seeds' orders are forgotten some day
        token = (await client.post("auth/o2/token", data=REFRESH)).json()["access_token"]
        client.headers["x-amz-access-token"] = token
        yield Desk(running, client)


def _path(sku: str) -> str:
    return f"{PATH}/{''.join(f'%{byte:02X}' for byte in sku.encode())}"


def stock(units: Any, op: str = "merge", **more: Any) -> dict[str, Any]:
    """Return a patch of the seller's own stock."""
    row = {"fulfillment_channel_code": "DEFAULT", "quantity": units, **more}
    return {"op": op, "path": "/attributes/fulfillment_availability", "value": [row]}


def price(value: Any, op: str = "replace", **more: Any) -> dict[str, Any]:
    """Return a patch of the price in the United States."""
    offer = {"marketplace_id": US, "currency": "USD", "our_price": [{"schedule": [{"value_with_tax": value}]}], **more}
    return {"op": op, "path": "/attributes/purchasable_offer", "value": [offer]}


def text(name: str, value: Any) -> dict[str, Any]:
    """Return a patch of a text."""
    return {"op": "replace", "path": f"/attributes/{name}", "value": [{"value": value, "language_tag": "en_US", "marketplace_id": US}]}


def lantern(**more: Any) -> dict[str, Any]:
    """Return the attributes of a new listing."""
    named = {"item_name": "Tin Lantern", "brand": "Cragline", "condition_type": "new_new"}
    own = {"fulfillment_availability": stock(5)["value"], "purchasable_offer": price(24.5)["value"]}
    return {**{name: [{"value": value, "marketplace_id": US}] for name, value in named.items()}, **own, **more}


async def test_stock_is_accepted_and_seen_when_its_time_has_come() -> None:
    async with desk() as there:
        answer = await there.patch(FIRST, stock(42))
        early = await there.listing(FIRST)
        made = list(there.effects())
        await there.advance(60)
        late = await there.listing(FIRST)
        since = late["summaries"][0]["lastUpdatedDate"]
        newest = await there.get(PATH, marketplaceIds=US, pageSize=1)

    assert ("ACCEPTED", FIRST, []) == (answer["status"], answer["sku"], answer["issues"])
    assert ([], [("stock.set", FIRST, 42)]) == (made, there.effects())
    assert 42 != early["fulfillmentAvailability"][0]["quantity"]
    assert [{"fulfillmentChannelCode": "DEFAULT", "quantity": 42}] == late["fulfillmentAvailability"]
    assert early["summaries"][0]["lastUpdatedDate"] < since
    assert [FIRST] == [row["sku"] for row in newest["items"]]


async def test_an_effect_belongs_to_the_request_that_was_accepted() -> None:
    async with desk() as there:
        for sku in (FIRST, CHILD):
            await there.patch(sku, stock(1), price(2.5))
        await there.advance(60)

    numbers = [each.request for each in there.done()]
    assert [numbers[0]] * 2 + [numbers[2]] * 2 == numbers
    assert numbers[0] != numbers[2]
    assert {f"PATCH {TEMPLATE}"} == {each.operation for each in there.done()}


async def test_without_an_option_a_change_is_made_within_a_moment_of_real_time() -> None:
    async with desk(store()) as there:
        await there.patch(FIRST, stock(42))
        for _ in range(1000):
            if (await there.listing(FIRST))["fulfillmentAvailability"][0]["quantity"] == 42:
                break

    assert [("stock.set", FIRST, 42)] == there.effects()


async def test_the_same_value_again_is_set_again() -> None:
    async with desk(write_seconds=0) as there:
        await there.patch(FIRST, stock(7))
        await there.patch(FIRST, stock(7))

    assert [("stock.set", FIRST, 7)] * 2 == there.effects()


async def test_changes_under_way_do_not_undo_each_other() -> None:
    async with desk() as there:
        await there.patch(FIRST, stock(3))
        await there.patch(FIRST, price(9.99))
        await there.advance(60)
        listing = await there.listing(FIRST)

    assert (3, "9.99") == (listing["fulfillmentAvailability"][0]["quantity"], listing["offers"][0]["price"]["amount"])
    assert [("stock.set", FIRST, 3), ("price.set", FIRST, "9.99")] == there.effects()


@pytest.mark.parametrize(("op", "kept"), [("merge", 4), ("replace", None), ("add", None)])
async def test_only_a_merge_keeps_what_it_does_not_name(op: str, kept: int | None) -> None:
    async with desk(write_seconds=0) as there:
        await there.patch(FIRST, stock(1, lead_time_to_ship_max_days=4))
        await there.patch(FIRST, stock(2, op))
        row = (await there.listing(FIRST))["attributes"]["fulfillment_availability"][0]

    assert (2, kept) == (row["quantity"], row.get("lead_time_to_ship_max_days"))


@pytest.mark.parametrize(("op", "kinds"), [("merge", ["B2C", "B2B"]), ("replace", ["B2C"])])
async def test_a_price_that_replaces_loses_what_businesses_pay(op: str, kinds: list[str]) -> None:
    async with desk(write_seconds=0) as there:
        before = await there.listing(B2B)
        await there.patch(B2B, price(31, op))
        after = await there.listing(B2B)

    assert ["B2C", "B2B"] == [offer["offerType"] for offer in before["offers"]]
    assert kinds == [offer["offerType"] for offer in after["offers"]]
    assert "31.00" == after["offers"][0]["price"]["amount"]
    assert [("price.set", B2B, "31.00")] == there.effects()


async def test_a_price_of_one_marketplace_leaves_the_others_alone() -> None:
    async with desk(write_seconds=0) as there:
        before = (await there.listing(FIRST, CA))["offers"]
        await there.patch(FIRST, price(5.25))

        assert before == (await there.listing(FIRST, CA))["offers"]


async def test_the_sellers_own_stock_takes_a_listing_from_amazon() -> None:
    async with desk(write_seconds=0) as there:
        before = (await there.listing(FBA))["fulfillmentAvailability"]
        await there.patch(FBA, stock(6))
        after = (await there.listing(FBA))["fulfillmentAvailability"]

    assert [{"fulfillmentChannelCode": "AMAZON_NA"}] == before
    assert [{"fulfillmentChannelCode": "DEFAULT", "quantity": 6}] == after


async def test_the_rest_of_a_patch_is_an_update_of_its_own() -> None:
    name = text("item_name", "Brass Lantern")
    async with desk(write_seconds=0) as there:
        orders = await there.get(ORDERS, createdAfter="2016-01-01T00:00:00Z")
        await there.patch(FIRST, stock(9), name)
        await there.patch(CHILD, name)
        listing = await there.listing(FIRST)
        later = await there.get(ORDERS, createdAfter="2016-01-01T00:00:00Z")

    sent = {"item_name": name["value"]}
    assert [("stock.set", FIRST, 9), ("product.update", FIRST, sent), ("variant.update", CHILD, sent)] == there.effects()
    assert "Brass Lantern" == listing["summaries"][0]["itemName"]
    assert orders["orders"] == later["orders"]


@pytest.mark.parametrize(
    ("sku", "patch", "code"),
    [
        (FIRST, stock(-1), "4000001"),
        (FIRST, stock("7"), "4000001"),
        (FIRST, stock(2**40), "4000001"),
        (FIRST, stock(1, fulfillment_channel_code="AMAZON_EU"), "4000001"),
        (FIRST, {**stock(1), "value": [{"quantity": 1}]}, "99022"),
        (FIRST, price(0), "4000001"),
        (FIRST, price("free"), "4000001"),
        (FIRST, price(1.999), "4000001"),
        (FIRST, price(5, currency="EUR"), "4000001"),
        (FIRST, price(5, our_price=[]), "99022"),
        (FIRST, price(5, marketplace_id=CA), "4000001"),
        (FIRST, price(5, minimum_seller_allowed_price=[{"schedule": [{"value_with_tax": 6}]}]), "18155"),
        (FIRST, text("item_name", ""), "99022"),
        (FIRST, text("item_name", "Weed Pesticide"), "18742"),
        (FIRST, text("brand", "Hallowmere"), "18299"),
        (FIRST, text("fulfillmentAvailability", "x"), "90000900"),
        (FIRST, {"op": "delete", "path": "/attributes/brand"}, "90220"),
        (PARENT, stock(4), "90000900"),
    ],
)
async def test_what_is_wrong_is_told_inside_a_good_answer_and_changes_nothing(sku: str, patch: dict[str, Any], code: str) -> None:
    async with desk(write_seconds=0) as there:
        before = await there.listing(sku)
        answer = await there.patch(sku, patch)

        assert before == await there.listing(sku)
    assert ("INVALID", [code], []) == (answer["status"], [issue["code"] for issue in answer["issues"]], there.effects())


async def test_a_warning_does_not_keep_a_change_away() -> None:
    async with desk(write_seconds=0) as there:
        answer = await there.patch(FIRST, text("item_name", "long " * 50))

    assert ("ACCEPTED", ["WARNING"], 1) == (answer["status"], [issue["severity"] for issue in answer["issues"]], len(there.effects()))


@pytest.mark.parametrize("patch", [stock(5), stock(-5)])
async def test_a_preview_tells_and_does_nothing(patch: dict[str, Any]) -> None:
    async with desk(write_seconds=0) as there:
        answer = await there.patch(FIRST, patch, mode="VALIDATION_PREVIEW", includedData="identifiers,issues")

    assert ("VALID" if patch == stock(5) else "INVALID") == answer["status"]
    assert ([US], []) == ([row["marketplaceId"] for row in answer["identifiers"]], there.effects())


async def test_half_a_listing_is_accepted_and_is_none() -> None:
    async with desk(write_seconds=0) as there:
        patched = await there.patch("NOBODY", stock(5))
        deleted = await there.send("DELETE", f"{PATH}/NOBODY", marketplaceIds=US)
        read = await there.send("GET", f"{PATH}/NOBODY", marketplaceIds=US)

    assert ("ACCEPTED", "ACCEPTED", 404, []) == (patched["status"], deleted.json()["status"], read.status_code, there.effects())


@pytest.mark.parametrize(
    ("method", "body", "params"),
    [
        ("PATCH", {"productType": "PRODUCT", "patches": []}, {}),
        ("PATCH", {"productType": "PRODUCT", "patches": [{**stock(1), "op": "increment"}]}, {}),
        ("PATCH", {"productType": "PRODUCT", "patches": [{**stock(1), "value": {"quantity": 1}}]}, {}),
        ("PATCH", {"productType": "PRODUCT", "patches": [{**stock(1), "path": "/attributes/fulfillment_availability/0/quantity"}]}, {}),
        ("PATCH", {"productType": "PRODUCT", "patches": [{"op": "replace", "path": "/attributes/brand"}]}, {}),
        ("PATCH", {"patches": [stock(1)]}, {}),
        ("PATCH", {"productType": "UNICORN", "patches": [stock(1)]}, {}),
        ("PATCH", {"productType": "PRODUCT", "patches": [stock(1)]}, {"mode": "REHEARSAL"}),
        ("PUT", {"productType": "LANTERN"}, {}),
        ("PUT", {"productType": "LANTERN", "attributes": lantern(), "requirements": "EVERYTHING"}, {}),
        ("PUT", {"productType": "LANTERN", "attributes": lantern()}, {"marketplaceIds": f"{US},{CA}"}),
        ("DELETE", None, {"marketplaceIds": f"{US},{CA}"}),
        ("DELETE", None, {"marketplaceIds": ""}),
    ],
)
@pytest.mark.parametrize("is_described", [True, False])
async def test_what_cannot_be_understood_is_a_bad_request(
    method: str, body: Any, params: dict[str, str], monkeypatch: pytest.MonkeyPatch, *, is_described: bool
) -> None:
    if not is_described:
        monkeypatch.setattr(description, "operations", lambda: ())
    description.described.cache_clear()
    try:
        async with desk(write_seconds=0) as there:
            answer = await there.send(method, _path(FIRST), body, **{"marketplaceIds": US, **params})
    finally:
        description.described.cache_clear()

    assert (400, "InvalidInput", []) == (answer.status_code, answer.json()["errors"][0]["code"], there.effects())


@pytest.mark.parametrize(
    ("options", "path", "params"),
    [
        ({"roles": ["orders"]}, f"{PATH}/X", {}),
        ({}, f"{PATH}/X".replace(SELLER, "A0OTHER"), {}),
        ({}, f"{PATH}/X", {"marketplaceIds": "A1PA6795UKMFR9"}),
    ],
)
async def test_who_may_not_write_is_denied(options: dict[str, Any], path: str, params: dict[str, str]) -> None:
    async with desk(**options) as there:
        body = {"productType": "PRODUCT", "patches": [stock(1)]}
        answer = await there.send("PATCH", path, body, **{"marketplaceIds": US, **params})

    assert (403, "Unauthorized") == (answer.status_code, answer.json()["errors"][0]["code"])


async def test_writes_have_plans_of_their_own() -> None:
    body = {"productType": "PRODUCT", "patches": [stock(1)]}
    async with desk(store(generous=False, rates={"patchListingsItem": [0.001, 5]})) as there:
        answers = [await there.send("PATCH", _path(FIRST), body, marketplaceIds=US) for _ in range(6)]
        other = await there.send("DELETE", _path(FIRST), marketplaceIds=US)

    assert [200] * 5 + [429] == [answer.status_code for answer in answers]
    assert (200, "5.0") == (other.status_code, other.headers["x-amzn-ratelimit-limit"])


async def test_a_fault_after_the_work_leaves_what_was_done() -> None:
    async with desk(write_seconds=0) as there:
        there.running.control.faults.append(Fault(match=f"PATCH {TEMPLATE}", times=1, status=503, after=True))
        answer = await there.send("PATCH", _path(FIRST), {"productType": "PRODUCT", "patches": [stock(8)]}, marketplaceIds=US)
        listing = await there.listing(FIRST)

    assert (503, 8, [("stock.set", FIRST, 8)]) == (answer.status_code, listing["fulfillmentAvailability"][0]["quantity"], there.effects())


async def test_a_fault_before_the_work_leaves_nothing() -> None:
    async with desk(write_seconds=0) as there:
        there.running.control.faults.append(Fault(match="PATCH", times=1, status=503))
        answer = await there.send("PATCH", _path(FIRST), {"productType": "PRODUCT", "patches": [stock(8)]}, marketplaceIds=US)

    assert (503, []) == (answer.status_code, there.effects())


async def test_stock_of_a_place_is_set_and_an_older_number_loses() -> None:
    def update(units: Any, number: int, place: str = "LOC1", sku: str = FIRST) -> dict[str, Any]:
        uri = f"/inventory/update?locationId={place}&skuId={sku.replace('%', '%25').replace('+', '%2B')}"
        return {"method": "POST", "uri": uri, "body": {"quantity": units, "clientSequenceNumber": number}}

    async with desk() as there:
        entries = [update(12, 7), update(99, 6), update(-1, 8), update(1, 9, "LOC9"), update(1, 9, sku="NOBODY")]
        answer = await there.send("POST", BATCH, {"requests": entries})
        rows = answer.json()["responses"]

    assert 207 == answer.status_code
    assert [200, 200, 400, 400, 400] == [row["status"]["statusCode"] for row in rows]
    assert [(12, 7), (12, 7)] == [(row["body"]["sellableQuantity"], row["body"]["clientSequenceNumber"]) for row in rows[:2]]
    assert [("stock.set", f"{FIRST}|LOC1", 12)] == there.effects()


async def test_answers_to_writes_fit_the_official_description() -> None:
    schema = _schema_of_submissions()
    async with desk() as there:
        answers = [await there.patch(FIRST, stock(1)), await there.patch(FIRST, stock(-1)), await there.put("NEW", {})]
        answers.append((await there.send("DELETE", _path(FIRST), marketplaceIds=US)).json())

    assert [] == [error.message for answer in answers for error in schema.iter_errors(answer)]


def _schema_of_submissions() -> Any:
    shared("amazon", "spec", "models")
    found = description.described("PATCH", TEMPLATE)
    assert found is not None
    return pytest.importorskip("jsonschema").Draft4Validator(found.schema(200))
