"""Writes the documents of feeds of orders. Pure."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr  # only writes: nothing is parsed

from adapters.amazon.values import Json, rows, text

CANCELS, REFUNDS = "OrderAcknowledgement", "OrderAdjustment"


def envelope(kind: str, seller: str, messages: Sequence[str]) -> bytes:
    """Return a document of messages of a kind, numbered from one."""
    header = _tag("Header", _tag("DocumentVersion", "1.01") + _tag("MerchantIdentifier", escape(seller)))
    body = "".join(_tag("Message", _tag("MessageID", str(turn)) + _tag(kind, each)) for turn, each in enumerate(messages, 1))
    schema = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="amzn-envelope.xsd"'
    inside = f"{header}{_tag('MessageType', kind)}{body}"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<AmazonEnvelope {schema}>{inside}</AmazonEnvelope>'.encode()


def cancellation(order: Json, reason: str) -> str:
    """Return the message that calls all lines of an order off."""
    items = [text(each.get("orderItemId")) or "" for each in rows(order.get("orderItems"))]
    lines = "".join(_tag("Item", _tag("AmazonOrderItemCode", escape(item)) + _tag("CancelReason", reason)) for item in items)
    return _order(order) + _tag("StatusCode", "Failure") + lines


def adjustment(order: Json, reason: str, currency: str, sums: Mapping[str, Mapping[str, str]]) -> str:
    """Return the message that pays sums of an order's items back: by item and component."""
    lines = ""
    for item, parts in sums.items():
        components = "".join(
            _tag("Component", f"{_tag('Type', kind)}<Amount currency={quoteattr(currency)}>{amount}</Amount>")
            for kind, amount in parts.items()
        )
        named = _tag("AmazonOrderItemCode", escape(item)) + _tag("AdjustmentReason", reason)
        lines += _tag("AdjustedItem", named + _tag("ItemPriceAdjustments", components))
    return _order(order) + _tag("ActionType", "Refund") + lines


def _order(order: Json) -> str:
    return _tag("AmazonOrderID", escape(text(order.get("orderId")) or ""))


def _tag(name: str, inside: str) -> str:
    return f"<{name}>{inside}</{name}>"
