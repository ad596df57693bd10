"""What the local Amazon promises of feeds of orders: shipments, cancellations and refunds, message by message."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from adapters.amazon.sandbox.markup import Element, read_xml
from tests.platforms.amazon.sandbox_seller import DE, JP, SELLER, store
from tests.platforms.amazon.test_sandbox_writes import Desk, desk
from tests.platforms.amazon.test_sandbox_writes_feeds import FEEDS, feed, result
from tests.platforms.amazon.test_sandbox_writes_orders import confirm, order_of, orders_of, parcel

XML, TABLE = "text/xml; charset=UTF-8", "text/tab-separated-values; charset=UTF-8"
SHIP, CANCEL, REFUND = "POST_ORDER_FULFILLMENT_DATA", "POST_ORDER_ACKNOWLEDGEMENT_DATA", "POST_PAYMENT_ADJUSTMENT_DATA"
KINDS = {SHIP: "OrderFulfillment", CANCEL: "OrderAcknowledgement", REFUND: "OrderAdjustment"}
FINANCES = "finances/2024-06-19/transactions"
Row = dict[str, Any]


def envelope(kind: str, *messages: str, merchant: str = SELLER) -> bytes:
    """Return a document of messages, numbered from one."""
    name = KINDS[kind]
    rows = "".join(f"<Message><MessageID>{n}</MessageID><{name}>{each}</{name}></Message>" for n, each in enumerate(messages, 1))
    header = f"<Header><DocumentVersion>1.01</DocumentVersion><MerchantIdentifier>{merchant}</MerchantIdentifier></Header>"
    return f'<?xml version="1.0"?><AmazonEnvelope>{header}<MessageType>{name}</MessageType>{rows}</AmazonEnvelope>'.encode()


def shipment(order_id: str, items: dict[str, int] | None = None, tracking: str = "1Z9") -> str:
    """Return a message that ships lines of an order, or all that is left of it."""
    lines = [
        f"<Item><AmazonOrderItemCode>{item}</AmazonOrderItemCode><Quantity>{count}</Quantity></Item>"
        for item, count in (items or {}).items()
    ]
    told = f"<CarrierCode>UPS</CarrierCode><ShippingMethod>Ground</ShippingMethod><ShipperTrackingNumber>{tracking}</ShipperTrackingNumber>"
    date = "<FulfillmentDate>2026-11-20T11:00:00Z</FulfillmentDate>"
    return f"<AmazonOrderID>{order_id}</AmazonOrderID>{date}<FulfillmentData>{told}</FulfillmentData>{''.join(lines)}"


def cancellation(order_id: str, items: dict[str, str] | None = None, status: str = "Failure") -> str:
    """Return a message that cancels lines of an order, or all of it."""
    lines = [
        f"<Item><AmazonOrderItemCode>{item}</AmazonOrderItemCode><CancelReason>{reason}</CancelReason></Item>"
        for item, reason in (items or {}).items()
    ]
    return f"<AmazonOrderID>{order_id}</AmazonOrderID><StatusCode>{status}</StatusCode>{''.join(lines)}"


def refund(order_id: str, item: str, *sums: tuple[str, str], currency: str = "USD", reason: str = "CustomerReturn") -> str:
    """Return a message that pays back sums of a line."""
    parts = [f'<Component><Type>{kind}</Type><Amount currency="{currency}">{amount}</Amount></Component>' for kind, amount in sums]
    named = f"<AmazonOrderItemCode>{item}</AmazonOrderItemCode><AdjustmentReason>{reason}</AdjustmentReason>"
    adjusted = f"<AdjustedItem>{named}<ItemPriceAdjustments>{''.join(parts)}</ItemPriceAdjustments></AdjustedItem>"
    return f"<AmazonOrderID>{order_id}</AmazonOrderID><ActionType>Refund</ActionType>{adjusted}"


async def run(there: Desk, kind: str, body: bytes, content_type: str = XML, *markets: str) -> str:
    """Hand a feed in and wait for its end; return its id."""
    feed_id = await feed(there, kind, body, content_type, *markets)
    await there.advance(120)
    return feed_id


async def failures(there: Desk, feed_id: str) -> list[str]:
    """Return the numbers of the messages that failed."""
    report = _report(await result(there, feed_id))
    summary = report.all("ProcessingSummary")[0]
    failed = [each.value("MessageID") for each in report.all("Result")]
    assert int(summary.value("MessagesProcessed")) == int(summary.value("MessagesSuccessful")) + len(failed)
    return failed


def _report(body: bytes) -> Element:
    return read_xml(body).all("Message")[0].all("ProcessingReport")[0]


def tax_free(item: Row) -> Decimal:
    """Return what was paid for a line without its tax."""
    parts = {part["type"]: Decimal(part["subtotal"]["amount"]) for part in item["proceeds"]["breakdowns"]}
    return Decimal(item["proceeds"]["proceedsTotal"]["amount"]) - parts.get("TAX", Decimal(0))


async def moved(there: Desk, order: Row) -> list[Row]:
    """Return the money that moved for an order, when it is to be seen."""
    await there.advance(121)
    asked = {"relatedIdentifierName": "ORDER_ID", "relatedIdentifierValue": order["orderId"]}
    found: list[Row] = (await there.get(FINANCES, **asked))["payload"]["transactions"]
    return found


async def paid_back(there: Desk, times: int) -> list[Row]:
    """Return the shipped orders of which something was paid back so many times."""
    return [order for order in await orders_of(there, "SHIPPED") if len(await moved(there, order)) == 1 + times]


async def test_a_feed_ships_many_orders_and_says_which_it_could_not() -> None:
    async with desk() as there:
        first, second = (await orders_of(there, "UNSHIPPED"))[:2]
        gone, theirs = (await orders_of(there, "CANCELLED"))[0], (await orders_of(there, "SHIPPED", "AMAZON"))[0]
        item = first["orderItems"][0]
        messages = (
            shipment(first["orderId"], {item["orderItemId"]: item["quantityOrdered"]}),
            shipment(second["orderId"], tracking="1Z8"),
            shipment(gone["orderId"]),
            shipment(theirs["orderId"]),
            shipment("000-0000000-0000000"),
            shipment(second["orderId"]),
            shipment(first["orderId"], {"00000000000001": 1}),
            shipment(first["orderId"], {item["orderItemId"]: 0}),
            "<AmazonOrderID/>",
        )
        feed_id = await run(there, SHIP, envelope(SHIP, *messages))
        failed = await failures(there, feed_id)
        shipped = await order_of(there, second["orderId"])

    assert ["3", "4", "5", "6", "7", "8", "9"] == failed
    assert [("shipment.create", first["orderId"], "1Z9"), ("shipment.create", second["orderId"], "1Z8")] == there.effects()
    assert ("SHIPPED", "1Z8") == (shipped["fulfillment"]["fulfillmentStatus"], shipped["packages"][-1]["trackingNumber"])


async def test_a_report_names_the_order_and_the_reason() -> None:
    async with desk() as there:
        report = _report(await result(there, await run(there, SHIP, envelope(SHIP, shipment("000-0000000-0000000")))))

    row = report.all("Result")[0]
    assert ("Complete", "Error", "18028") == (report.value("StatusCode"), row.value("ResultCode"), row.value("ResultMessageCode"))
    assert ("The order id is not known.", "000-0000000-0000000") == (
        row.value("ResultDescription"),
        row.value("AdditionalInfo", "AmazonOrderID"),
    )


async def test_an_order_is_cancelled_as_a_whole() -> None:
    async with desk() as there:
        order = (await orders_of(there, "UNSHIPPED"))[0]
        reasons = {item["orderItemId"]: "BuyerCanceled" for item in order["orderItems"]}
        again = [await run(there, CANCEL, envelope(CANCEL, cancellation(order["orderId"], reasons))) for _ in range(2)]
        failed = [await failures(there, feed_id) for feed_id in again]
        cancelled = await order_of(there, order["orderId"])
        refused = await confirm(there, order, parcel(order))

    done = {"cancelledBy": "MERCHANT", "cancelReason": "BUYER_CANCELLED"}
    assert ([[], ["1"]], 400) == (failed, refused.status_code)
    assert "CANCELLED" == cancelled["fulfillment"]["fulfillmentStatus"]
    assert [done] * len(reasons) == [item["cancellation"]["cancellationExecution"] for item in cancelled["orderItems"]]
    assert order["lastUpdatedTime"] < cancelled["lastUpdatedTime"]
    assert [("order.cancel", order["orderId"], "BUYER_CANCELLED")] == there.effects()


async def test_a_line_is_cancelled_and_the_rest_ships() -> None:
    async with desk() as there:
        order = next(order for order in await orders_of(there, "UNSHIPPED") if len(order["orderItems"]) > 1)
        first, *rest = (item["orderItemId"] for item in order["orderItems"])
        await run(there, CANCEL, envelope(CANCEL, cancellation(order["orderId"], {first: "NoInventory"})))
        left = await order_of(there, order["orderId"])
        too_much = await confirm(there, order, parcel(order))
        units = {item["orderItemId"]: item["quantityOrdered"] for item in order["orderItems"] if item["orderItemId"] in rest}
        answer = await confirm(there, order, parcel(order, units))
        shipped = await order_of(there, order["orderId"])
        sale = (await moved(there, order))[0]

    assert ("UNSHIPPED", 0) == (left["fulfillment"]["fulfillmentStatus"], left["orderItems"][0]["fulfillment"]["quantityUnfulfilled"])
    assert ([400, 204], "SHIPPED") == (
        [too_much.status_code, answer.status_code],
        shipped["fulfillment"]["fulfillmentStatus"],
    )
    assert len(rest) == len(sale["items"])
    assert ("order.cancel", order["orderId"], {first: "NO_INVENTORY"}) == there.effects()[0]


@pytest.mark.parametrize(
    ("status", "party", "reason"),
    [
        ("SHIPPED", "MERCHANT", "NoInventory"),
        ("CANCELLED", "MERCHANT", "NoInventory"),
        ("PENDING", "MERCHANT", "NoInventory"),
        ("PARTIALLY_SHIPPED", "MERCHANT", "NoInventory"),
        ("UNSHIPPED", "MERCHANT", "Boredom"),
        ("SHIPPED", "AMAZON", "NoInventory"),
    ],
)
async def test_what_cannot_be_cancelled_is_told_in_the_report(status: str, party: str, reason: str) -> None:
    async with desk() as there:
        order = (await orders_of(there, status, party))[0]
        reasons = {item["orderItemId"]: reason for item in order["orderItems"]}
        failed = await failures(there, await run(there, CANCEL, envelope(CANCEL, cancellation(order["orderId"], reasons))))

        assert order == await order_of(there, order["orderId"])
    assert (["1"], []) == (failed, there.effects())


async def test_an_order_is_acknowledged_under_the_sellers_own_name() -> None:
    async with desk() as there:
        order = (await orders_of(there, "UNSHIPPED"))[0]
        message = cancellation(order["orderId"], status="Success") + "<MerchantOrderID>SO-77</MerchantOrderID>"
        failed = await failures(there, await run(there, CANCEL, envelope(CANCEL, message, cancellation(order["orderId"], status="Maybe"))))
        named = await order_of(there, order["orderId"])

    assert (["2"], [("order.acknowledge", order["orderId"], "SO-77")]) == (failed, there.effects())
    assert [{"aliasId": "SO-77", "aliasType": "SELLER_ORDER_ID"}] == named["orderAliases"]


async def test_a_refund_is_paid_each_time_it_is_sent_until_nothing_is_left() -> None:
    async with desk() as there:
        order = (await paid_back(there, 0))[0]
        item = order["orderItems"][0]
        half = f"{tax_free(item) / 2:.2f}"
        body = envelope(REFUND, refund(order["orderId"], item["orderItemId"], ("Principal", half)))
        failed = [await failures(there, await run(there, REFUND, body)) for _ in range(3)]
        money = await moved(there, order)

    assert [] == failed[0]
    assert [["1"]] == failed[2:]
    made = sum(each == [] for each in failed)
    assert [("refund.create", order["orderId"], half)] * made == there.effects()
    assert ["Shipment", *["Refund"] * made] == [row["transactionType"] for row in money]
    assert {-float(half)} == {row["totalAmount"]["currencyAmount"] for row in money[1:]}
    assert len(money) == len({row["transactionId"] for row in money})


async def test_what_was_paid_back_before_the_first_write_counts() -> None:
    async with desk() as there:
        orders = await paid_back(there, 1)
        messages = [
            refund(each["orderId"], each["orderItems"][0]["orderItemId"], ("Principal", str(tax_free(each["orderItems"][0]))))
            for each in orders
        ]
        failed = await failures(there, await run(there, REFUND, envelope(REFUND, *messages)))

    assert [str(number) for number in range(1, len(orders) + 1)] == failed
    assert orders


def _bad(order: Row) -> Sequence[str]:
    order_id, item = order["orderId"], order["orderItems"][0]["orderItemId"]
    return (
        refund(order_id, item, ("Principal", "100000.00")),
        refund(order_id, item, ("Principal", "-1.00")),
        refund(order_id, item, ("Principal", "0.00")),
        refund(order_id, item, ("Principal", "0.001")),
        refund(order_id, item, ("Principal", "ten")),
        refund(order_id, item, ("Principal", "NaN")),
        refund(order_id, item, ("Principal", "1.00"), currency="EUR"),
        refund(order_id, item, ("Wishes", "1.00")),
        refund(order_id, item, ("Principal", "1.00"), reason="Whim"),
        refund(order_id, "00000000000001", ("Principal", "1.00")),
        refund(order_id, item),
        refund(order_id, item, ("Principal", "1.00")).replace("Refund", "Cancel", 1),
        refund("000-0000000-0000000", item, ("Principal", "1.00")),
    )


async def test_a_refund_that_makes_no_sense_pays_nothing() -> None:
    async with desk() as there:
        shipped, waiting = (await orders_of(there, "SHIPPED"))[0], (await orders_of(there, "UNSHIPPED"))[0]
        theirs = (await orders_of(there, "SHIPPED", "AMAZON"))[0]
        others = [refund(each["orderId"], each["orderItems"][0]["orderItemId"], ("Principal", "1.00")) for each in (waiting, theirs)]
        messages = [*_bad(shipped), *others]
        failed = await failures(there, await run(there, REFUND, envelope(REFUND, *messages)))

    assert ([str(number) for number in range(1, len(messages) + 1)], []) == (failed, there.effects())


@pytest.mark.parametrize(("market", "currency"), [(DE, "EUR"), (JP, "JPY")])
async def test_where_prices_contain_the_tax_it_is_no_part_of_its_own(market: str, currency: str) -> None:
    made = store(marketplaces=[market], write_seconds=60, feed_seconds=120)
    async with desk(made) as there:
        order = (await orders_of(there, "SHIPPED"))[0]
        order_id, item = order["orderId"], order["orderItems"][0]["orderItemId"]
        messages = (
            refund(order_id, item, ("Principal", "2"), ("Tax", "1"), currency=currency),
            refund(order_id, item, ("Principal", "2"), currency=currency),
        )
        failed = await failures(there, await run(there, REFUND, envelope(REFUND, *messages), XML, market))

    assert (["1"], [("refund.create", order_id, "2" if currency == "JPY" else "2.00")]) == (failed, there.effects())


@pytest.mark.parametrize(
    "body",
    [
        b"<AmazonEnvelope>",
        b"",
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]><AmazonEnvelope>&a;</AmazonEnvelope>',
        envelope(SHIP, merchant="A0OTHER"),
        envelope(CANCEL),
        b"<Envelope/>",
    ],
)
async def test_a_document_that_is_no_envelope_of_its_kind_is_fatal(body: bytes) -> None:
    async with desk() as there:
        state = await there.get(f"{FEEDS}/{await run(there, SHIP, body)}")

    assert ("FATAL", []) == (state["processingStatus"], there.effects())


async def test_the_same_can_be_said_in_tables() -> None:
    async with desk() as there:
        first, second = (await orders_of(there, "UNSHIPPED"))[:2]
        paid = (await paid_back(there, 0))[0]
        ships = (
            f"order-id\torder-item-id\tquantity\tship-date\tcarrier-code\ttracking-number\r\n{first['orderId']}\t\t\t2026-11-20\tUPS\t1Z7"
        )
        drops = f"order-id\tcancellation-reason-code\tamazon-order-item-code\n{second['orderId']}\tNoInventory\t\nnone\tNoInventory\t"
        columns = ("order-id", "order-item-id", "adjustment-reason-code", "currency", "item-price-adj", "item-tax-adj")
        values = (paid["orderId"], paid["orderItems"][0]["orderItemId"], "CustomerReturn", "USD", "1.50", "0")
        pays = "\n".join("\t".join(row) for row in (columns, values))
        feeds = [
            await run(there, kind, body.encode(), TABLE)
            for kind, body in (
                ("POST_FLAT_FILE_FULFILLMENT_DATA", ships),
                ("POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA", drops),
                ("POST_FLAT_FILE_PAYMENT_ADJUSTMENT_DATA", pays),
                ("POST_FLAT_FILE_PAYMENT_ADJUSTMENT_DATA", "nothing"),
            )
        ]
        states = [(await there.get(f"{FEEDS}/{feed_id}"))["processingStatus"] for feed_id in feeds]
        report = (await result(there, feeds[1])).decode()

    assert ["DONE", "DONE", "DONE", "FATAL"] == states
    assert "Number of records successful\t\t1" in report
    assert "2\tnone\t18028\tError\tThe order id is not known." in report
    assert [
        ("shipment.create", first["orderId"], "1Z7"),
        ("order.cancel", second["orderId"], "NO_INVENTORY"),
        ("refund.create", paid["orderId"], "1.50"),
    ] == there.effects()
