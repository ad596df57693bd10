"""Prices in the platform's two fields. It has a regular price and one for sales, and shows the second while a sale runs; a struck-through
price is the regular one during a sale. Pure.
"""

from decimal import Decimal

from adapters.woocommerce.refusals import invalid
from adapters.woocommerce.values import Json, number, text

SALE_DATES = ("date_on_sale_from", "date_on_sale_to")

_NO_PRICE = "The variant has no price: set one together with the price to compare it with."
_NOT_ABOVE = "The price to compare with has to be above the price; without a reduction leave it empty."


def kept(row: Json, price: str) -> Json:
    """Return how to set a price and leave the struck-through one alone; one that is no longer above the price goes."""
    regular = number(row.get("regular_price"))
    if row.get("on_sale") is not True:
        return {"regular_price": price}
    return {"sale_price": price} if regular is not None and Decimal(price) < regular else {"regular_price": price, "sale_price": ""}


def compared(row: Json, price: str | None, compare_at: str | None) -> Json:
    """Return how to set both prices; without `price` it stays, without `compare_at` nothing is struck through. Raises PlatformError."""
    price = price if price is not None else text(row.get("price"))
    if not price:
        raise invalid(_NO_PRICE)
    if not compare_at:
        return {"regular_price": price, "sale_price": ""}
    if Decimal(compare_at) <= Decimal(price):
        raise invalid(_NOT_ABOVE)
    # A sale that is over or still to come would hide the price.
    dates = {} if row.get("on_sale") is True else {name: "" for name in SALE_DATES if row.get(name)}
    return {"regular_price": compare_at, "sale_price": price, **dates}
