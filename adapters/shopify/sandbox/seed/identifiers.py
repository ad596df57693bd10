"""Numbers and global ids: every kind has its own range, so an id alone tells which row it names.

Children of an order (lines, refunds, shipments…) carry the order's position in their number, which finds the order without an index.
"""

import zlib
from datetime import UTC, datetime
from random import Random
from typing import TypeVar

Choice = TypeVar("Choice")

BASES = {
    "Order": 5_600_000_000_000,
    "Customer": 7_200_000_000_000,
    "Product": 8_300_000_000_000,
    "ProductVariant": 44_100_000_000_000,
    "InventoryItem": 46_100_000_000_000,
    "Location": 71_000_000_000,
    "InventoryLevel": 98_000_000_000,
    "MailingAddress": 9_100_000_000_000,
    "LineItem": 14_000_000_000_000,
    "FulfillmentLineItem": 15_500_000_000_000,
    "RefundLineItem": 16_500_000_000_000,
    "Fulfillment": 5_100_000_000_000,
    "Refund": 930_000_000_000,
    "OrderTransaction": 6_700_000_000_000,
    "ShippingLine": 4_700_000_000_000,
    "OrderAdjustment": 230_000_000_000,
    "RefundShippingLine": 240_000_000_000,
    "ProductOption": 10_500_000_000_000,
    "ProductOptionValue": 2_500_000_000_000,
    "MediaImage": 33_000_000_000_000,
    "Metafield": 27_000_000_000_000,
    "FulfillmentOrder": 6_900_000_000_000,
    "FulfillmentOrderLineItem": 13_000_000_000_000,
    "InventoryAdjustmentGroup": 54_000_000_000_000,
    "ProductSetOperation": 87_000_000_000,
    "ProductDeleteOperation": 88_000_000_000,
}

# How many children of one kind an order may number.
CHILDREN = {
    "LineItem": 1_000,
    "FulfillmentLineItem": 10_000,
    "RefundLineItem": 10_000,
    "Fulfillment": 100,
    "Refund": 100,
    "OrderTransaction": 100,
    "ShippingLine": 10,
    "OrderAdjustment": 100,
    "RefundShippingLine": 100,
    "FulfillmentOrder": 100,
    "FulfillmentOrderLineItem": 100_000,
}


def gid(kind: str, number: int) -> str:
    """Return the global id of a numbered thing."""
    return f"gid://shopify/{kind}/{number}"


def child(kind: str, order_index: int, position: int) -> int:
    """Return the number of an order's child, by the order's index and the child's position from 0."""
    return BASES[kind] + order_index * CHILDREN[kind] + position


def order_of(kind: str, number: int) -> int:
    """Return the index of the order a child belongs to."""
    return (number - BASES[kind]) // CHILDREN[kind]


def seed_of(name: str) -> int:
    """Turn a store's name into the number all its dice start from."""
    return zlib.crc32(name.encode())


def dice(seed: int, kind: int, index: int) -> Random:
    """Return the dice of one thing: the same for the same arguments, on every machine."""
    return Random((seed << 40) | (kind << 32) | index)


def pick(roll: Random, choices: tuple[Choice, ...]) -> Choice:
    """Choose one of several; much faster than `Random.choice`."""
    return choices[int(roll.random() * len(choices))]


def iso(moment: int) -> str:
    """Write epoch seconds as the platform does: UTC, whole seconds."""
    return f"{datetime.fromtimestamp(moment, UTC).isoformat()[:19]}Z"


def epoch(text: str) -> int:
    """Read an ISO 8601 time (UTC when no zone is given) as epoch seconds."""
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
