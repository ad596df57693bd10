"""What the rows of a feed do, by type of feed, when the feed is processed. A row that is not taken leaves the others alone."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from adapters.walmart.sandbox.feed import Feed, Trouble
from adapters.walmart.sandbox.item_writes import price_of, record_end, retire, set_price
from adapters.walmart.sandbox.seed.catalogue import Item
from adapters.walmart.sandbox.seed.money import cents_of
from adapters.walmart.sandbox.seller import Seller
from adapters.walmart.sandbox.sent import Sent
from adapters.walmart.sandbox.stock_writes import node_of, quantity, set_stock

INVALID = "ERR_PDI_0034"  # a field is missing or not valid
LOCKED = "ERR_EXT_DATA_0101211"  # the SKU is bound to another product id
KEPT_BY_WALMART = "ERR_EXT_DATA_0101218"
PROMOTION = "Promo&Discount"


class RowError(Exception):
    """A row that is not taken."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.code)
        self.trouble = trouble


@dataclass(slots=True)
class Round:
    """One processing of a feed: `reserved` is what is ordered of each SKU as it begins, `priced` the SKUs that have a price already."""

    seller: Seller
    feed: Feed
    reserved: dict[str, int]
    priced: set[str] = field(default_factory=set)

    def item(self, sku: str) -> Item:
        """Return an item by its SKU, one that nothing keeps from being changed."""
        item = self.seller.items.get(sku)
        if item is None or item.gone:
            raise invalid_row(f"SKU {sku} was not set up")
        check_trouble(item)
        return item


Work = Callable[[Round, Sent], None]


def set_inventory(around: Round, row: Sent) -> None:
    """Set the stock of a SKU at one node: the default one, or that of the whole feed."""
    _set(around, around.item(row.text("sku")), node_of(around.seller, around.feed.node), quantity(row, "quantity"))


def set_inventories(around: Round, row: Sent) -> None:
    """Set the stock of a SKU at several nodes, at all of them or at none."""
    item = around.item(row.text("sku"))
    wanted = [(node_of(around.seller, sent.text("shipNode")), quantity(sent, "quantity")) for sent in row.rows("shipNodes")]
    if not all(node for node, _ in wanted):
        raise invalid_row("A ship node is not known")
    for node, count in wanted:
        _set(around, item, node, count)


def set_base_price(around: Round, row: Sent) -> None:
    """Set the price of a SKU. Which row wins when a SKU comes twice is nowhere said: here it is the first."""
    item, cents = around.item(row.text("sku")), price_of(row)
    _price(around, item, cents)


def set_promoted_price(around: Round, row: Sent) -> None:
    """Set the price of a SKU, in the newer shape."""
    sent = row.part(PROMOTION)
    item, cents = around.item(sent.text("sku")), cents_of(sent.value.get("price"))
    if not cents or cents < 0:
        raise sent.wrong("price")
    _price(around, item, cents)


def retire_row(around: Round, row: Sent) -> None:
    """Take a SKU off the site."""
    retire(around.seller, around.item(row.text("sku")), around.feed.operation)


def delete_row(around: Round, row: Sent) -> None:
    """Delete a SKU for good; what Walmart itself keeps can't be."""
    item = around.item(row.part("Deletable").text("sku"))
    if item.wfs is not None:
        raise RowError(Trouble(KEPT_BY_WALMART, f"SKU {item.sku} is fulfilled by Walmart and can not be deleted"))
    item.gone = True
    record_end(around.seller, item, around.feed.operation)


def sku_of(row: Any) -> str:
    """Return the SKU a row names, wherever its type of feed has it, "" where there is none."""
    if not isinstance(row, dict):
        return ""
    inner = next((row[name] for name in ("Orderable", "Deletable", PROMOTION) if isinstance(row.get(name), dict)), row)
    return inner["sku"] if isinstance(inner.get("sku"), str) else ""


def invalid_row(description: str) -> RowError:
    """Return the refusal of a row for what is in it."""
    return RowError(Trouble(INVALID, description))


def check_trouble(item: Item) -> None:
    """Raise RowError for an item that a control row made impossible to change."""
    if item.trouble == "LOCKED":
        raise RowError(Trouble(LOCKED, f"SKU {item.sku} is locked"))
    if item.trouble:
        raise RowError(Trouble("ERR_INT_SYS_0000001", "The item could not be worked on; try again later", item.trouble))


def _set(around: Round, item: Item, node: str, count: int) -> None:
    if not node:
        raise invalid_row("The ship node is not known")
    set_stock(around.seller, item, node, count, around.feed.operation, around.reserved.get(item.sku, 0))


def _price(around: Round, item: Item, cents: int) -> None:
    if item.sku not in around.priced:
        around.priced.add(item.sku)
        set_price(around.seller, item, cents, around.feed.operation)
