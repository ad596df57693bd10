"""What the invented stores promise: every kind of thing is there, the sums agree, and every answer fits the official description."""

from collections import Counter
from decimal import Decimal
from time import perf_counter
from typing import Any

import jsonschema
import pytest

from adapters.amazon.sandbox import SANDBOX
from adapters.amazon.sandbox.description import described
from adapters.amazon.sandbox.seed.order_rows import LEVELS, PROGRAMS
from adapters.amazon.sandbox.seed.parcels import UNDER_WAY, WAITING
from adapters.amazon.sandbox.seed.profiles import ALL_STATUSES, PROFILES
from adapters.kit.sandbox import Control
from tests.platforms.amazon.sandbox_seller import (
    ALL_DATA,
    DE,
    EVER,
    FINANCES,
    JP,
    LISTINGS,
    NOW,
    ORDERS,
    STOCK,
    US,
    Seller,
    store,
)
from tests.support.shared import shared

SETS = "summaries,attributes,issues,offers,fulfillmentAvailability,procurement,relationships,productTypes"
ITEM_SETS = "summaries,attributes,classifications,dimensions,identifiers,images,productTypes,relationships,salesRanks,vendorDetails"
SHOPS = [
    pytest.param(store(), id="small"),
    pytest.param(store(profile="odd", discount_sign=1), id="odd"),
    pytest.param(store(marketplaces=[JP]), id="japan"),
    pytest.param(store(profile="history", sizes={"orders": 200, "products": 60}), id="history"),
]


def _money(row: dict[str, str]) -> Decimal:
    return Decimal(row["amount"])


@pytest.mark.parametrize("made", SHOPS)
async def test_totals_are_the_sums_of_their_parts(made: Any) -> None:
    sign = made.options.get("discount_sign", -1)
    orders = [order for order in await Seller(made).orders() if "proceeds" in order]

    for order in orders:
        lines = [item["proceeds"] for item in order["orderItems"]]
        for line in lines:
            parts = {part["type"]: _money(part["subtotal"]) for part in line["breakdowns"]}
            assert _money(line["proceedsTotal"]) == sum(parts.values()) - (1 + sign) * parts.get("DISCOUNT", 0)
            for part in line["breakdowns"]:
                if "detailedBreakdowns" in part:
                    assert _money(part["subtotal"]) == sum(_money(one["value"]) for one in part["detailedBreakdowns"])
        split = {part["type"]: _money(part["subtotal"]) for part in order["proceeds"]["breakdowns"]}
        total = sum(_money(line["proceedsTotal"]) for line in lines) + split.get("DELIVERY_TIP", 0)
        assert _money(order["proceeds"]["grandTotal"]) == total
        assert total == sum(_money(one["paymentAmount"]) for one in order["payment"]["paymentExecutions"])


@pytest.mark.parametrize(("made", "taxed"), [(store(), True), (store(marketplaces=[DE]), False), (store(marketplaces=[JP]), False)])
async def test_tax_stands_apart_only_where_prices_are_without_it(made: Any, taxed: bool) -> None:
    orders = await Seller(made).orders()

    kinds = {part["type"] for order in orders for item in order["orderItems"] for part in item.get("proceeds", {}).get("breakdowns", ())}

    assert taxed == ("TAX" in kinds)


async def test_money_of_japan_has_no_decimals_and_is_shown_before_payment() -> None:
    orders = await Seller(store(marketplaces=[JP])).orders()

    assert not [order for order in orders if "." in order["proceeds"]["grandTotal"]["amount"]]
    assert "COD_FEE" in {part["type"] for order in orders for part in order["proceeds"]["breakdowns"]}
    assert {"expense"} <= set(orders[0]["orderItems"][0])


@pytest.mark.parametrize("made", SHOPS)
async def test_parcels_hold_what_left(made: Any) -> None:
    for order in await Seller(made).orders():
        sent: Counter[str] = Counter()
        for parcel in order.get("packages", ()):
            if parcel["packageStatus"]["status"] not in {"PENDING", "CANCELLED"}:
                sent.update({item["orderItemId"]: item["quantity"] for item in parcel["packageItems"]})
                assert order["createdTime"] <= parcel["shipTime"] <= order["lastUpdatedTime"]
        status, fba = order["fulfillment"]["fulfillmentStatus"], order["fulfillment"]["fulfilledBy"] == "AMAZON"
        for item in order["orderItems"]:
            done = item["fulfillment"]
            assert done["quantityFulfilled"] == (item["quantityOrdered"] if fba and status == "SHIPPED" else sent[item["orderItemId"]])
        left = sum(item["fulfillment"]["quantityUnfulfilled"] for item in order["orderItems"])
        assert (left > 0) == (status not in {"SHIPPED", "CANCELLED"})
        assert not (fba and "packages" in order)


async def test_the_small_store_has_one_of_every_kind() -> None:
    orders = await Seller().orders()
    parcels = [parcel for order in orders for parcel in order.get("packages", ())]
    items = [item for order in orders for item in order["orderItems"]]
    cancellations = [item["cancellation"] for item in items if "cancellation" in item]
    created, updated = (Counter(order[name] for order in orders) for name in ("createdTime", "lastUpdatedTime"))

    assert 40 == len(orders)
    assert 200 == max(len(order["orderItems"]) for order in orders)
    assert set(ALL_STATUSES) == {order["fulfillment"]["fulfillmentStatus"] for order in orders}
    assert set(LEVELS) == {order["fulfillment"]["fulfillmentServiceLevel"] for order in orders}
    assert {*PROGRAMS, "PREORDER"} == {program for order in orders for program in order.get("programs", ())}
    assert {"AMAZON", "NON_AMAZON"} == {order["salesChannel"]["channelName"] for order in orders}
    assert {"MERCHANT", "AMAZON"} == {order["fulfillment"]["fulfilledBy"] for order in orders}
    assert {*UNDER_WAY, *WAITING, ("CANCELLED", "LABEL_CANCELLED")} == {
        (parcel["packageStatus"]["status"], parcel["packageStatus"]["detailedStatus"]) for parcel in parcels
    }
    assert 3 <= max(len(order.get("packages", ())) for order in orders)
    assert {"BUYER", "MERCHANT", "AMAZON"} == {
        one["cancellationExecution"]["cancelledBy"] for one in cancellations if "cancellationExecution" in one
    }
    assert [one for one in cancellations if "cancellationRequest" in one]
    assert [order for order in orders if "associatedOrders" in order]
    assert (4, 5) == (max(created.values()), max(updated.values()))
    assert 3 <= max(Counter(moment[:19] for moment in created).values())


async def test_what_a_status_hides_is_hidden() -> None:
    for order in await Seller().orders():
        status, fba = order["fulfillment"]["fulfillmentStatus"], order["fulfillment"]["fulfilledBy"] == "AMAZON"
        unpaid = status in {"PENDING", "PENDING_AVAILABILITY"}
        assert unpaid == ("proceeds" not in order) == ("recipient" not in order)
        assert ("buyerEmail" in order["buyer"]) == (not fba and status in {"UNSHIPPED", "PARTIALLY_SHIPPED", "SHIPPED"})
        assert "phone" not in order.get("recipient", {}).get("deliveryAddress", {}) or not (fba or status == "SHIPPED")


async def test_the_same_store_is_the_same_every_time() -> None:
    first, second = Seller(), Seller()

    assert await first.orders() == await second.orders()
    assert await first.listings(includedData=SETS) == await second.listings(includedData=SETS)


def test_the_demo_starts_fast_and_has_a_merchants_size() -> None:
    began = perf_counter()
    SANDBOX.make_app(SANDBOX.stores, Control(lambda: NOW))

    assert perf_counter() - began < 1.5
    assert 3000 <= max(PROFILES[each.profile].orders for each in SANDBOX.stores)


@pytest.mark.parametrize("made", SHOPS)
@pytest.mark.parametrize(
    ("template", "path", "params"),
    [
        ("/orders/2026-01-01/orders", ORDERS, {**EVER, "includedData": ALL_DATA}),
        ("/listings/2021-08-01/items/{sellerId}", LISTINGS, {"pageSize": 20, "includedData": SETS}),
        ("/catalog/2022-04-01/items", "catalog/2022-04-01/items", {"keywords": "e", "pageSize": 20, "includedData": ITEM_SETS}),
        ("/fba/inventory/v1/summaries", STOCK, {"granularityType": "Marketplace", "details": "true"}),
        ("/finances/2024-06-19/transactions", FINANCES, {"postedAfter": "2026-07-01T00:00:00Z"}),
        ("/sellers/v1/marketplaceParticipations", "sellers/v1/marketplaceParticipations", {}),
        ("/sellers/v1/account", "sellers/v1/account", {}),
        ("/supplySources/2020-07-01/supplySources", "supplySources/2020-07-01/supplySources", {}),
    ],
)
async def test_every_answer_fits_the_official_description(made: Any, template: str, path: str, params: dict[str, Any]) -> None:
    shared("amazon", "spec", "models")
    operation = described("GET", template)
    assert operation
    market = (made.options.get("marketplaces") or PROFILES[made.profile].marketplaces)[0]
    needs = {row["name"] for row in operation.parameters} & {"marketplaceIds", "granularityId"} - (
        {"marketplaceIds"} if path == ORDERS else set()
    )

    answer = await Seller(made).get(path, **params, **dict.fromkeys(needs, market))

    jsonschema.Draft4Validator(operation.schema(200)).validate(answer)
    assert answer


async def test_single_rows_refusals_and_batches_fit_it_too() -> None:
    shared("amazon", "spec", "models")
    there = Seller()
    order_id = (await there.get(ORDERS, **EVER))["orders"][0]["orderId"]
    asked = [
        ("/orders/2026-01-01/orders/{orderId}", f"{ORDERS}/{order_id}", {"includedData": ALL_DATA}, 200),
        ("/orders/2026-01-01/orders/{orderId}", f"{ORDERS}/none", {}, 404),
        ("/orders/2026-01-01/orders", ORDERS, {}, 400),
        ("/listings/2021-08-01/items/{sellerId}/{sku}", f"{LISTINGS}/0007", {"marketplaceIds": US, "includedData": SETS}, 200),
        ("/listings/2021-08-01/items/{sellerId}/{sku}", f"{LISTINGS}/none", {"marketplaceIds": US}, 404),
        ("/supplySources/2020-07-01/supplySources/{supplySourceId}", "supplySources/2020-07-01/supplySources/LOC1", {}, 200),
        ("/fba/inventory/v1/summaries", STOCK, {}, 400),
        ("/catalog/2022-04-01/items/{asin}", "catalog/2022-04-01/items/B000000001", {"marketplaceIds": US, "includedData": ITEM_SETS}, 200),
    ]

    for template, path, params, status in asked:
        operation = described("GET", template)
        answer = await there.ask(path, **params)
        assert operation
        assert status == answer.status_code
        jsonschema.Draft4Validator(operation.schema(status)).validate(answer.json())
    batch = described("POST", "/externalFulfillment/inventory/2024-09-11/inventories")
    wish = {
        "requests": [{"method": "POST", "uri": f"/inventory/fetch?locationId=LOC1&skuId={sku}"} for sku in ("none", "LAN-0000-000-RE-XS")]
    }
    answer = await there.client.post("externalFulfillment/inventory/2024-09-11/inventories", json=wish)
    assert batch
    jsonschema.Draft4Validator(batch.schema(207)).validate(answer.json())


async def test_the_small_store_paid_back_some_and_holds_some_money() -> None:
    there, asked = Seller(), {"postedAfter": "2026-09-01T00:00:00Z"}
    found: list[dict[str, Any]] = []
    while "nextToken" in asked or not found:
        payload = (await there.get(FINANCES, **asked))["payload"]
        found += payload["transactions"]
        asked = {"postedAfter": asked["postedAfter"], **({"nextToken": payload["nextToken"]} if "nextToken" in payload else {})}
    refunds = [one for one in found if one["description"] == "Refund Order"]

    assert 5 <= len(refunds) < len(found) / 2
    assert all(one["totalAmount"]["currencyAmount"] < 0 for one in refunds)
    assert {"RELEASED", "DEFERRED_RELEASED"} <= {one["transactionStatus"] for one in found}
    for one in found:
        assert one["totalAmount"]["currencyAmount"] == pytest.approx(sum(item["totalAmount"]["currencyAmount"] for item in one["items"]))
        assert one["totalAmount"]["currencyAmount"] == pytest.approx(
            sum(part["breakdownAmount"]["currencyAmount"] for part in one["breakdowns"])
        )
