"""What the local eBay promises of every write, and the client that the tests of its writes share: real HTTP, and the log of effects."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.ebay.sandbox import SANDBOX, description
from adapters.ebay.sandbox.routes import ROUTES
from adapters.kit.sandbox import Fault, Running, serving
from tests.platforms.ebay.sandbox_client import BASES, CLIENT, KEYS, TOKEN, Json, Seller, check_shape, described, error_of, store
from tests.support.shared import shared

SELL = "sell/inventory/v1"
ITEMS, GROUPS, OFFERS = f"{SELL}/inventory_item", f"{SELL}/inventory_item_group", f"{SELL}/offer"
PRICES = f"{SELL}/bulk_update_price_quantity"
ORDERS = "sell/fulfillment/v1/order"
CASES = "post-order/v2/cancellation"
SIGNATURE = {"x-ebay-signature-key": "jwe", "Signature": "sig1=:AA==:", "Signature-Input": "sig1=();created=1"}
ITEM: Json = {
    "condition": "NEW",
    "product": {
        "title": "Brass Compass",
        "description": "A compass.",
        "aspects": {"Brand": ["Quillhaven"]},
        "imageUrls": ["https://images.example.com/compass.jpg"],
    },
    "availability": {"shipToLocationAvailability": {"quantity": 5}},
}
OFFER: Json = {
    "marketplaceId": "EBAY_US",
    "format": "FIXED_PRICE",
    "availableQuantity": 5,
    "categoryId": "30120",
    "listingDescription": "A compass.",
    "listingPolicies": {"fulfillmentPolicyId": "3", "paymentPolicyId": "4", "returnPolicyId": "5"},
    "merchantLocationKey": "wh-1",
    "pricingSummary": {"price": {"value": "20.00", "currency": "USD"}},
}


@dataclass(slots=True)
class Desk:
    """A seller's programs at work: a client that is signed in, and the sandbox it talks to."""

    running: Running
    client: httpx.AsyncClient
    token: str

    async def send(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """Send a request as the platform wants it."""
        older = path.startswith("post-order")
        usual = {"Authorization": f"{'IAF' if older else 'Bearer'} {self.token}", "Content-Language": "en-US"}
        usual |= {"X-EBAY-C-MARKETPLACE-ID": "EBAY_US"} if older else {}
        sent = {name: value for name, value in {**usual, **headers}.items() if value}
        return await self.client.request(method, path, json=body, headers=sent)

    async def get(self, path: str) -> Json:
        """Return what a path shows."""
        return (await self.send("GET", path)).raise_for_status().json()

    async def offers(self, sku: str) -> list[Json]:
        """Return the offers of a SKU."""
        found: list[Json] = (await self.get(f"{OFFERS}?sku={sku}"))["offers"]
        return found

    async def listed(self, offers: str = "listed") -> tuple[str, Json]:
        """Let the seller offer something new, and return its SKU and first offer; `offers` is a state of the seeds."""
        sku = self.insert("product", offers=offers)
        return sku, (await self.offers(sku))[0]

    def insert(self, kind: str, **fields: Any) -> str:
        """Let something come in beside the interface, as a buyer's order does, and return its id."""
        assert self.running.control.rows is not None
        return str(self.running.control.rows({"store": "shop", "action": "insert", "kind": kind, "fields": fields})["id"])

    def did(self) -> list[tuple[str, str, Any]]:
        """Return the effects since the last time."""
        made = [(each.what, each.entity, each.value) for each in self.running.control.effects]
        self.running.control.effects.clear()
        return made

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.running.control.offset += timedelta(seconds=seconds)

    def fail(self, **fault: Any) -> None:
        """Let the next request of an operation fail."""
        self.running.control.faults.append(Fault(**{"times": 1, **fault}))


@contextlib.asynccontextmanager
async def desk(profile: str = "small", **options: Any) -> AsyncIterator[Desk]:
    """Serve one seller, for whom money takes a minute."""
    shop = store(profile=profile, sizes=options.pop("sizes", None), **{"job_seconds": 60, **options})
    async with serving(SANDBOX, (shop,)) as running, httpx.AsyncClient(base_url=f"{running.url}/shop/") as client:
        form = {"grant_type": "refresh_token", "refresh_token": KEYS["refresh_token"]}
        token = (await client.post(TOKEN, data=form, auth=CLIENT)).raise_for_status().json()["access_token"]
        yield Desk(running, client, token)


def case_error(answer: httpx.Response) -> tuple[int, int]:
    """Return status and code of an answer of the older interface that refuses."""
    return answer.status_code, answer.json()["error"][0]["errorId"]


def stock(sku: str, quantity: Any, *offers: Json) -> Json:
    """Return a bulk write of one SKU's total and its offers."""
    element = {"sku": sku, "shipToLocationAvailability": {"quantity": quantity}}
    return {"requests": [element | ({"offers": list(offers)} if offers else {})]}


@pytest.mark.parametrize(
    ("scopes", "method", "path", "body"),
    [
        ("sell.inventory.readonly", "POST", PRICES, {"requests": []}),
        ("sell.inventory.readonly", "PUT", f"{ITEMS}/NEW-1", ITEM),
        ("sell.inventory.readonly", "DELETE", f"{ITEMS}/SHO-0001", None),
        ("sell.inventory.readonly", "POST", OFFERS, OFFER | {"sku": "SHO-0001"}),
        ("sell.fulfillment.readonly", "POST", f"{ORDERS}/12-1/shipping_fulfillment", {}),
        ("sell.fulfillment", "POST", f"{ORDERS}/12-1/issue_refund", {}),
    ],
)
async def test_a_write_needs_a_scope_of_its_own(scopes: str, method: str, path: str, body: Any) -> None:
    async with desk(scopes=[scopes]) as there:
        answer = await there.send(method, path, body)

        assert (403, 1100) == error_of(answer)
        assert [] == there.did()


async def test_refunds_and_cancellations_are_signed_where_the_platform_asks_for_it() -> None:
    async with desk("parts", sizes={"orders": 4, "products": 4}) as there:
        order = there.insert("order")
        refund = {"reasonForRefund": "OTHER_ADJUSTMENT", "orderLevelRefundAmount": {"value": "0.50", "currency": "GBP"}}

        bare = [
            await there.send("POST", f"{ORDERS}/{order}/issue_refund", refund),
            await there.send("POST", CASES, {"legacyOrderId": order}),
        ]
        shipped = await there.send("POST", f"{CASES}/check_eligibility", {"legacyOrderId": order})
        signed = await there.send("POST", f"{ORDERS}/{order}/issue_refund", refund, **SIGNATURE)

        assert [400, 400, 200, 200] == [answer.status_code for answer in (*bare, shipped, signed)]
        assert [("refund.create", order, "0.50")] == there.did()


@pytest.mark.parametrize("language", ["", "english", "en_US"])
async def test_a_write_of_texts_says_its_language(language: str) -> None:
    async with desk() as there:
        answers = [
            await there.send("PUT", f"{ITEMS}/NEW-1", ITEM, **{"Content-Language": language}),
            await there.send("POST", OFFERS, OFFER | {"sku": "SHO-0001"}, **{"Content-Language": language}),
        ]

        assert {400} == {answer.status_code for answer in answers}
        assert [] == there.did()


async def test_writes_use_up_the_same_quota_as_reads() -> None:
    async with desk(quotas={"sell.inventory": 1}) as there:
        answers = [await there.send("PUT", f"{ITEMS}/NEW-{turn}", ITEM) for turn in range(2)]

        assert [201, 429] == [answer.status_code for answer in answers]
        assert [("product.create", "NEW-0", ITEM)] == there.did()


async def test_every_write_is_logged_by_its_template() -> None:
    async with desk() as there:
        there.running.control.calls.clear()
        await there.send("PUT", f"{ITEMS}/NEW-1", ITEM)
        await there.send("POST", f"{OFFERS}/1/withdraw")
        await there.send("POST", f"{CASES}/1/approve")

        assert [
            ("PUT /sell/inventory/v1/inventory_item/{sku}", 201),
            ("POST /sell/inventory/v1/offer/{offerId}/withdraw", 404),
            ("POST /post-order/v2/cancellation/{cancelId}/approve", 404),
        ] == [(call.operation, call.status) for call in there.running.control.calls]


@pytest.mark.parametrize(
    "fault", [{"hang_up": True}, {"status": 500, "body": '{"errors":[{"errorId":25001}]}'}], ids=["cut", "system error"]
)
async def test_a_write_whose_answer_is_lost_was_done_once(fault: dict[str, Any]) -> None:
    async with desk() as there:
        sku, offer = await there.listed()
        order = there.insert("order")
        line = (await there.get(f"{ORDERS}/{order}"))["lineItems"][0]["lineItemId"]
        writes: list[tuple[str, str, Json]] = [
            ("POST", PRICES, stock(sku, 7, {"offerId": offer["offerId"], "availableQuantity": 7})),
            ("PUT", f"{ITEMS}/NEW-1", ITEM),
            ("POST", f"{ORDERS}/{order}/shipping_fulfillment", {"lineItems": [{"lineItemId": line}]}),
        ]

        for method, path, body in writes:
            there.fail(match=method, after=True, **fault)
            with contextlib.suppress(httpx.TransportError):
                assert 500 == (await there.send(method, path, body)).status_code

        assert [("stock.set", sku, 7), ("product.create", "NEW-1", ITEM), ("shipment.create", order, None)] == there.did()
        assert 1 == (await there.get(f"{ORDERS}/{order}/shipping_fulfillment"))["total"]


async def test_a_fault_before_the_work_leaves_no_effect() -> None:
    async with desk() as there:
        there.fail(match="PUT", status=503)

        assert 503 == (await there.send("PUT", f"{ITEMS}/NEW-1", ITEM)).status_code
        assert [] == there.did()


@pytest.mark.parametrize("path", [f"{ITEMS}/SHO-0001", f"{GROUPS}/NEW-GROUP"])
async def test_of_two_writes_at_once_of_one_sku_the_second_is_told_to_come_again(path: str) -> None:
    async with desk(write_seconds=0.2) as there:
        item = await there.get(f"{ITEMS}/SHO-0001")
        body = {"variantSKUs": ["SHO-0001"]} if path.startswith(GROUPS) else item

        answers = await asyncio.gather(
            there.send("PUT", path, body), there.send("PUT", f"{ITEMS}/SHO-0001", item), there.send("PUT", f"{ITEMS}/NEW-1", ITEM)
        )

        assert 500 in {answer.status_code for answer in answers[:2]}
        assert (500, 25025) == error_of(next(answer for answer in answers if answer.status_code == 500))
        assert 201 == answers[2].status_code
        assert 204 == (await there.send("PUT", f"{ITEMS}/SHO-0001", item)).status_code


async def test_a_listing_can_be_revised_so_often_a_day_and_no_more() -> None:
    async with desk(revisions=2, generous=True) as there:
        sku, offer = await there.listed()
        change = {"offerId": offer["offerId"], "availableQuantity": 3}
        item = await there.get(f"{ITEMS}/{sku}")

        bulk = [await there.send("POST", PRICES, {"requests": [{"offers": [change]}]}) for _ in range(3)]
        single = [await there.send("PUT", f"{ITEMS}/{sku}", item), await there.send("POST", f"{OFFERS}/{offer['offerId']}/publish")]

        assert [200, 200, 207] == [answer.status_code for answer in bulk]
        refused = [bulk[2].json()["responses"][0]["errors"][0], *(answer.json()["errors"][0] for answer in single)]
        assert [25019] * 3 == [each["errorId"] for each in refused]
        assert all("2 times" in each["message"] and "calendar day" in each["message"] for each in refused)
        assert [("stock.set", sku, 3)] * 2 == there.did()
        there.wait(86_400)
        there.token = (await _token(there)).json()["access_token"]
        assert 204 == (await there.send("PUT", f"{ITEMS}/{sku}", item)).status_code


async def test_the_answers_of_writes_are_as_the_platform_describes_them() -> None:
    shared("ebay", "spec")
    document = {name: described(name) for name in BASES}
    async with desk() as there:
        sku, offer = await there.listed()
        order = there.insert("order")
        refund = {"reasonForRefund": "OTHER_ADJUSTMENT", "orderLevelRefundAmount": {"value": "0.50", "currency": "USD"}}
        bulk = {"requests": [{**ITEM, "sku": "NEW-2", "locale": "en_US"}, {**ITEM, "sku": "NEW 3", "locale": "en_US"}]}
        drafts = {"requests": [OFFER | {"sku": "NEW-2"}, OFFER | {"sku": "NOPE"}]}
        checks = [
            ("/inventory_item/{sku}", "put", await there.send("PUT", f"{ITEMS}/NEW-1", ITEM)),
            ("/bulk_create_or_replace_inventory_item", "post", await _post(there, "bulk_create_or_replace_inventory_item", bulk)),
            ("/offer", "post", await there.send("POST", OFFERS, OFFER | {"sku": "NEW-1"})),
            ("/bulk_create_offer", "post", await _post(there, "bulk_create_offer", drafts)),
            ("/bulk_update_price_quantity", "post", await there.send("POST", PRICES, stock(sku, 4, {"offerId": "1"}))),
            ("/offer/{offerId}", "put", await there.send("PUT", f"{OFFERS}/{offer['offerId']}", offer)),
        ]
        made = (await there.offers("NEW-1"))[0]["offerId"]
        ids = {"requests": [{"offerId": made}, {"offerId": "1"}]}
        checks += [
            ("/bulk_publish_offer", "post", await _post(there, "bulk_publish_offer", ids)),
            ("/offer/{offerId}/publish", "post", await there.send("POST", f"{OFFERS}/{made}/publish")),
            ("/offer/{offerId}/withdraw", "post", await there.send("POST", f"{OFFERS}/{made}/withdraw")),
            ("/offer", "get", await there.send("GET", f"{OFFERS}?sku=NEW-1")),
            ("/inventory_item/{sku}", "get", await there.send("GET", f"{ITEMS}/NEW-1")),
        ]
        paid = await there.send("POST", f"{ORDERS}/{order}/issue_refund", refund)

        for template, method, answer in checks:
            check_shape(document["sell_inventory_v1"], template, answer, method)
        check_shape(document["sell_fulfillment_v1"], "/order/{order_id}/issue_refund", paid, "post")
        check_shape(document["sell_fulfillment_v1"], "/order/{orderId}", await there.send("GET", f"{ORDERS}/{order}"))


JUNK: tuple[Any, ...] = (
    *(None, [], "x", 7, {}, {"requests": "x"}, {"requests": [7]}, {"requests": [{}]}, {"variantSKUs": [7]}, {"lineItems": [7]}),
    {"requests": [{"sku": 7, "locale": 7, "offerId": 7, "offers": 7, "shipToLocationAvailability": 7}]},
    {"requests": [{"sku": "SHO-0001", "offers": [{"offerId": 7, "price": 7}], "shipToLocationAvailability": {"quantity": "7"}}]},
    {"product": 7},
    {"product": {"aspects": 7, "title": None}, "availability": 7},
    {"availability": {"shipToLocationAvailability": {"availabilityDistributions": 7}}},
    {"sku": "SHO-0001", "marketplaceId": "EBAY_US", "format": "FIXED_PRICE", "pricingSummary": 7, "listingPolicies": 7},
    {"pricingSummary": {"price": {"value": 7}}, "listingDescription": "x", "merchantLocationKey": 7},
    {"variantSKUs": ["SHO-0001"], "variesBy": {"specifications": 7}},
    {"inventoryItemGroupKey": "SHO-GROUP-3", "marketplaceId": 7},
    {"lineItems": [{"lineItemId": 7, "quantity": "7"}], "trackingNumber": 7, "shippedDate": 7},
    {"reasonForRefund": "BUYER_RETURN", "refundItems": 7},
    {"reasonForRefund": "BUYER_RETURN", "refundItems": [7]},
    {"reasonForRefund": "BUYER_RETURN", "orderLevelRefundAmount": 7},
    {"reasonForRefund": 7, "orderLevelRefundAmount": {"value": [], "currency": 7}},
    {"legacyOrderId": 7, "cancelReason": 7, "shipmentDate": {"value": 7}},
    {"legacyOrderId": "{order}", "cancelReason": []},
    {"lineItems": [{"lineItemId": []}], "reasonForRefund": [], "orderLevelRefundAmount": []},
    {"reasonForRefund": "BUYER_RETURN", "refundItems": [{"lineItemId": [], "refundAmount": []}]},
    {"availability": {"shipToLocationAvailability": {"availabilityDistributions": [{"merchantLocationKey": []}]}}},
)


async def test_without_the_description_nonsense_is_refused_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARTOGRAPH_SHARED", str(tmp_path))
    description.operations.cache_clear()
    try:
        there = Seller(store(write_seconds=0))
        offers = (await there.get(OFFERS, sku="SHO-0001"))["offers"]
        order, asked = await there.rows("insert", "order"), await there.rows("insert", "order", status="cancel asked")
        case = (await there.get(f"{ORDERS}/{asked}"))["cancelStatus"]["cancelRequests"][0]["cancelRequestId"]
        names = {"sku": "SHO-0001", "inventoryItemGroupKey": "SHO-GROUP-3", "offerId": offers[0]["offerId"], "cancelId": case}
        paths = [(each, each.template.format(**names, orderId=order, order_id=order).strip("/")) for each in ROUTES if each.method != "GET"]
        for route, path in paths:
            scheme = "IAF" if route.post_order else "Bearer"
            headers = {
                "Authorization": f"{scheme} {await there.sign_in()}",
                "Content-Language": "en-US",
                "X-EBAY-C-MARKETPLACE-ID": "EBAY_US",
            }
            answers = [(body, await there.ask(path, route.method, headers, json=body)) for body in JUNK]
            assert [] == [(path, body, answer.text) for body, answer in answers if answer.status_code >= 500]
    finally:
        monkeypatch.undo()
        description.operations.cache_clear()


async def _post(there: Desk, name: str, body: Json) -> httpx.Response:
    return await there.send("POST", f"{SELL}/{name}", body)


async def _token(there: Desk) -> httpx.Response:
    form = {"grant_type": "refresh_token", "refresh_token": KEYS["refresh_token"]}
    return await there.client.post(TOKEN, data=form, auth=CLIENT)
