"""Feeds of orders: shipments, cancellations and refunds, as XML messages or as lines of a table, each with its own report.

A message fails alone; only a document that cannot be read at all fails as a whole.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from adapters.amazon.sandbox.adjustments import AdjustedItem, Adjustment, Component, pay_back
from adapters.amazon.sandbox.cancellations import Acknowledgement, Cancellation, acknowledge, cancel
from adapters.amazon.sandbox.errors import FatalError, UnfitError
from adapters.amazon.sandbox.instants import instant_of
from adapters.amazon.sandbox.markup import Element, Pair, read_xml, write_xml
from adapters.amazon.sandbox.shipments import Shipping, ship
from adapters.amazon.sandbox.shop import Feed, Shop

Wish = Acknowledgement | Adjustment | Cancellation | Shipping
Line = dict[str, str]
BAD = "18028"  # the platform's code for what is wrong with an order's message
SUMS = {
    "item-price-adj": "Principal",
    "item-tax-adj": "Tax",
    "shipping-price-adj": "Shipping",
    "shipping-tax-adj": "ShippingTax",
    "gift-wrap-price-adj": "GiftWrap",
    "gift-wrap-tax-adj": "GiftWrapTax",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong with one message."""

    message: str
    order_id: str
    words: str


def work_on_xml(kind: str, shop: Shop, feed_id: str, feed: Feed, body: bytes) -> bytes:
    """Carry out the messages of an envelope, and return the processing report. FatalError for what is no envelope of this kind."""
    try:
        envelope = read_xml(body)
    except ValueError as error:
        raise FatalError from error
    merchant = envelope.value("Header", "MerchantIdentifier")
    if envelope.name != "AmazonEnvelope" or envelope.value("MessageType") != kind or merchant not in {"", shop.facts.seller_id}:
        raise FatalError
    failures: list[Failure] = []
    messages = envelope.all("Message")
    for message in messages:
        for body_of in message.all(kind) or [Element(kind)]:
            failures += _carried_out(
                shop, feed, message.value("MessageID"), body_of.value("AmazonOrderID"), partial(READERS[kind], body_of)
            )
    return _xml_report(shop, feed_id, len(messages), failures)


def work_on_table(kind: str, shop: Shop, feed_id: str, feed: Feed, body: bytes) -> bytes:
    """Carry out the lines of a table, and return the report. FatalError for what has not even the columns."""
    rows = [row.split("\t") for row in body.decode("utf-8-sig", "replace").splitlines() if row.strip()]
    if not rows or "order-id" not in rows[0]:
        raise FatalError
    lines = [dict(zip(rows[0], row, strict=False)) for row in rows[1:]]
    failures: list[Failure] = []
    for number, line in enumerate(lines, 1):
        failures += _carried_out(shop, feed, str(number), line.get("order-id", ""), partial(LINE_READERS[kind], line))
    report = [
        "Feed Processing Summary:",
        f"\tNumber of records processed\t\t{len(lines)}",
        f"\tNumber of records successful\t\t{len(lines) - len(failures)}",
        "",
        "original-record-number\torder-id\terror-code\terror-type\terror-message",
        *(f"{each.message}\t{each.order_id}\t{BAD}\tError\t{each.words}" for each in failures),
    ]
    return "\r\n".join(report).encode()


def _carried_out(shop: Shop, feed: Feed, message: str, order_id: str, read: Callable[[], Wish]) -> Iterator[Failure]:
    """Carry out one message, and yield what went wrong."""
    try:
        wish = read()
        DOERS[type(wish)](shop, wish, feed.operation)
    except UnfitError as error:
        yield Failure(message, order_id, error.message)
    except (KeyError, ValueError):
        yield Failure(message, order_id, "The data is incomplete or invalid.")


def _xml_report(shop: Shop, feed_id: str, count: int, failures: Iterable[Failure]) -> bytes:
    failed = list(failures)
    bad = len({each.message for each in failed})
    summary: list[Pair] = [("MessagesProcessed", count), ("MessagesSuccessful", count - bad)]
    summary += [("MessagesWithError", bad), ("MessagesWithWarning", 0)]
    results: list[Pair] = [
        (
            "Result",
            (
                ("MessageID", each.message),
                ("ResultCode", "Error"),
                ("ResultMessageCode", BAD),
                ("ResultDescription", each.words),
                ("AdditionalInfo", (("AmazonOrderID", each.order_id),)),
            ),
        )
        for each in failed
    ]
    report: list[Pair] = [("DocumentTransactionID", feed_id), ("StatusCode", "Complete"), ("ProcessingSummary", summary), *results]
    header: Pair = ("Header", (("DocumentVersion", "1.02"), ("MerchantIdentifier", shop.facts.seller_id)))
    message: Pair = ("Message", (("MessageID", 1), ("ProcessingReport", report)))
    return write_xml("AmazonEnvelope", (header, ("MessageType", "ProcessingReport"), message))


def _fulfilment(body: Element) -> Shipping:
    units = {item.value("AmazonOrderItemCode"): int(item.value("Quantity")) for item in body.all("Item")}
    return Shipping(
        _order(body.value("AmazonOrderID")),
        "",
        _counted(units),
        body.value("FulfillmentData", "CarrierName") or body.value("FulfillmentData", "CarrierCode"),
        body.value("FulfillmentData", "ShippingMethod"),
        body.value("FulfillmentData", "ShipperTrackingNumber") or None,
        instant_of(body.value("FulfillmentDate")),
    )


def _acknowledgement(body: Element) -> Acknowledgement | Cancellation:
    order_id, status = _order(body.value("AmazonOrderID")), body.value("StatusCode")
    if status == "Success":
        return Acknowledgement(order_id, body.value("MerchantOrderID"))
    if status != "Failure":
        raise ValueError
    items = {item.value("AmazonOrderItemCode"): item.value("CancelReason") for item in body.all("Item")}
    return Cancellation(order_id, body.value("CancelReason"), items)


def _adjustment(body: Element) -> Adjustment:
    items = [
        AdjustedItem(item.value("AmazonOrderItemCode"), item.value("AdjustmentReason"), [_component(part) for part in _parts(item)])
        for item in body.all("AdjustedItem")
    ]
    return Adjustment(_order(body.value("AmazonOrderID")), items, body.value("ActionType") or "Refund")


def _parts(item: Element) -> list[Element]:
    return [part for prices in item.all("ItemPriceAdjustments") for part in prices.all("Component")]


def _component(part: Element) -> Component:
    currency = next((amount.attributes.get("currency", "") for amount in part.all("Amount")), "")
    return Component(part.value("Type"), part.value("Amount"), currency)


def _fulfilment_line(line: Line) -> Shipping:
    units = {line["order-item-id"]: int(line.get("quantity") or 0)} if line.get("order-item-id") else {}
    carrier = line.get("carrier-name") or line.get("carrier-code", "")
    shipped = instant_of(line["ship-date"])
    told = (carrier, line.get("ship-method", ""), line.get("tracking-number") or None)
    return Shipping(_order(line["order-id"]), "", _counted(units), *told, shipped)


def _cancellation_line(line: Line) -> Cancellation:
    reason, item_id = line.get("cancellation-reason-code", ""), line.get("amazon-order-item-code", "")
    return Cancellation(_order(line["order-id"]), reason, {item_id: reason} if item_id else {})


def _adjustment_line(line: Line) -> Adjustment:
    sums = [
        Component(kind, line[column], line.get("currency", "")) for column, kind in SUMS.items() if line.get(column, "0") not in {"", "0"}
    ]
    return Adjustment(_order(line["order-id"]), [AdjustedItem(line["order-item-id"], line.get("adjustment-reason-code", ""), sums)])


def _order(order_id: str) -> str:
    if not order_id:
        raise ValueError
    return order_id


def _counted(units: dict[str, int]) -> dict[str, int]:
    if any(count <= 0 for count in units.values()):
        raise ValueError
    return units


READERS: dict[str, Callable[[Element], Wish]] = {
    "OrderFulfillment": _fulfilment,
    "OrderAcknowledgement": _acknowledgement,
    "OrderAdjustment": _adjustment,
}
LINE_READERS: dict[str, Callable[[Line], Wish]] = {
    "OrderFulfillment": _fulfilment_line,
    "OrderAcknowledgement": _cancellation_line,
    "OrderAdjustment": _adjustment_line,
}
DOERS: dict[type, Callable[..., None]] = {
    Acknowledgement: acknowledge,
    Adjustment: pay_back,
    Cancellation: cancel,
    Shipping: ship,
}
