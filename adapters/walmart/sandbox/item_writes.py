"""One price and one retirement at a time: both are accepted at once, and take a while to show."""

from typing import Any

from adapters.walmart.sandbox.calls import Call
from adapters.walmart.sandbox.errors import unknown_row
from adapters.walmart.sandbox.seed.catalogue import Item
from adapters.walmart.sandbox.seed.money import shown
from adapters.walmart.sandbox.seller import Seller
from adapters.walmart.sandbox.sent import Sent, body_of

Row = dict[str, Any]
BASE = "BASE"
HIGHEST = 100_000_000  # in cents
PRICED = "The price was taken; it can be five minutes until the site shows it."
RETIRED = "The item was submitted for retirement, which can take up to 48 hours."


def put_price(seller: Seller, call: Call) -> Row:
    """Set the price of one SKU."""
    body = body_of(call)
    item, cents = _listed(seller, call, body.text("sku")), price_of(body)
    set_price(seller, item, cents, call.operation, seller.settings.lag_seconds)
    return {"ItemPriceResponse": {"mart": "WALMART_US", "message": PRICED, "sku": item.sku}}


def retire_item(seller: Seller, call: Call) -> Row:
    """Take one SKU off the site; it stays in the catalogue. Retiring it again is accepted and changes nothing."""
    item = _listed(seller, call, call.argument)
    retire(seller, item, call.operation, seller.settings.lag_seconds)
    return {"sku": item.sku, "message": RETIRED, "additionalAttributes": None, "errors": None}


def price_of(sent: Sent) -> int:
    """Return the one base price that is asked for, in cents; promotions have no place here."""
    entries = sent.rows("pricing")
    if len(entries) > 1:
        raise sent.wrong("pricing")
    if entries[0].has("currentPriceType"):
        entries[0].text("currentPriceType", known=(BASE,))
    cents = entries[0].money("currentPrice")
    if not 0 < cents <= HIGHEST:
        raise entries[0].wrong("currentPrice")
    return cents


def set_price(seller: Seller, item: Item, cents: int, operation: str, lag: float = 0) -> None:
    """Ask another price, after a while."""
    seller.record("price.set", item.sku, shown(cents), operation)
    seller.jobs.add(lag, lambda: item.reprice(cents, int(seller.jobs.now())))


def retire(seller: Seller, item: Item, operation: str, lag: float = 0) -> None:
    """Retire an item, after a while."""
    if item.lifecycle != "ACTIVE":
        return

    def end() -> None:
        item.published, item.lifecycle = "UNPUBLISHED", "RETIRED"

    record_end(seller, item, operation)
    seller.jobs.add(lag, end)


def record_end(seller: Seller, item: Item, operation: str) -> None:
    """Remember that an item is sold no more, and with the last one of its group, the group."""
    seller.record("variant.delete" if item.group else "product.delete", item.sku, None, operation)
    others = (each for each in seller.listed() if each.group == item.group and each is not item and each.lifecycle == "ACTIVE")
    if item.group and not any(others):
        seller.record("product.delete", item.group, None, operation)


def _listed(seller: Seller, call: Call, sku: str) -> Item:
    item = seller.items.get(sku)
    if item is None or item.gone:
        raise unknown_row(call.api, f"Item {sku}")
    return item
