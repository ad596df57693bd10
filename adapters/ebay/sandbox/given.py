"""Reads what a request's body gives, whatever shape it has, and refuses in the platform's words what it can't be."""

import re
from collections.abc import Mapping
from typing import Any

from adapters.ebay.sandbox.errors import refusal

MOST = 2**31 - 1  # the platform counts units in 32 bits
SKU = re.compile(r"[!-~]{1,50}")
PRICE = re.compile(r"\d{1,9}(\.\d{1,2})?")
LANGUAGE = re.compile(r"[a-z]{2}-[A-Z]{2}")
LOCALE = re.compile(r"[a-z]{2}_[A-Z]{2}")
CURRENCIES = {
    "EBAY_US": "USD",
    "EBAY_MOTORS_US": "USD",
    "EBAY_GB": "GBP",
    "EBAY_CA": "CAD",
    "EBAY_AU": "AUD",
    "EBAY_CH": "CHF",
    "EBAY_PL": "PLN",
    **dict.fromkeys(("EBAY_DE", "EBAY_FR", "EBAY_IT", "EBAY_ES", "EBAY_AT", "EBAY_BE", "EBAY_IE", "EBAY_NL"), "EUR"),
}
Json = dict[str, Any]


def record(value: Any, name: str) -> Json:
    """Return an object, an empty one for nothing."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise refusal(25709, fieldName=name)
    return value


def records(value: Any, name: str) -> list[Json]:
    """Return a list of objects, an empty one for nothing."""
    found = value if value is not None else []
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise refusal(25709, fieldName=name)
    return found


def requests(body: Any, most: int, too_many: int) -> list[Json]:
    """Return the elements of a bulk call: at least one, at most so many."""
    found = records(record(body, "requests").get("requests"), "requests")
    if not found:
        raise refusal(25709, fieldName="requests")
    if len(found) > most:
        raise refusal(too_many, fieldName="requests", additionalInfo=most)
    return found


def text(value: Any, name: str) -> str:
    """Return a text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise refusal(25709, fieldName=name)
    return value


def words(value: Any, name: str) -> list[str]:
    """Return a list of texts, an empty one for nothing."""
    found = value if value is not None else []
    if not isinstance(found, list) or not all(isinstance(each, str) and each for each in found):
        raise refusal(25709, fieldName=name)
    return found


def units(value: Any) -> int:
    """Return a number of units."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST:
        raise refusal(25004, additionalInfo=f"A quantity is a whole number from 0 to {MOST}")
    return value


def price(value: Any, currency: str) -> str:
    """Return the text of a price of the marketplace's currency."""
    money = record(value, "price")
    sum_ = money.get("value")
    if not isinstance(sum_, str) or not PRICE.fullmatch(sum_) or float(sum_) == 0:
        raise refusal(25003, additionalInfo="A price is a positive number with at most two decimals")
    if money.get("currency") != currency:
        raise refusal(25003, additionalInfo=f"Prices of this marketplace are in {currency}")
    return sum_


def language(headers: Mapping[str, str]) -> str:
    """Return the locale that a request's texts are in, of the header it must have."""
    found = headers.get("content-language", "")
    if not LANGUAGE.fullmatch(found):
        raise refusal(25709, fieldName="header Content-Language")
    return found.replace("-", "_")
