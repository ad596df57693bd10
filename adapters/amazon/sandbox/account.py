"""The seller's account, and tokens for restricted data."""

from typing import Any

import orjson

from adapters.amazon.sandbox.calls import Answer, Call
from adapters.amazon.sandbox.errors import invalid
from adapters.amazon.sandbox.seed.people import warehouse
from adapters.amazon.sandbox.shop import Shop
from adapters.amazon.sandbox.tokens import LIFE

Row = dict[str, Any]
MOST_RESOURCES = 50


def list_participations(shop: Shop, call: Call) -> Answer:
    """Answer getMarketplaceParticipations."""
    return Answer({"payload": _participations(shop)})


def get_account(shop: Shop, call: Call) -> Answer:
    """Answer getAccount."""
    place = warehouse(1, shop.facts.markets[0].country)
    address = {
        "addressLine1": place["addressLine1"],
        "city": place["city"],
        "postalCode": place["postalCode"],
        "countryCode": place["countryCode"],
    }
    account = {
        "marketplaceParticipationList": _participations(shop),
        "businessType": "PRIVATE_LIMITED",
        "sellingPlan": "PROFESSIONAL",
        "business": {"name": shop.facts.title, "registeredBusinessAddress": address},
        "primaryContact": {"name": "Ada Ashgrove", "address": address},
    }
    return Answer({"payload": account})


def make_restricted_token(shop: Shop, call: Call) -> Answer:
    """Answer createRestrictedDataToken; the token opens what the seller's own does."""
    try:
        resources = orjson.loads(call.body)["restrictedResources"]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise invalid("restrictedResources is required.") from error
    if not 1 <= len(resources) <= MOST_RESOURCES:
        raise invalid(f"restrictedResources takes 1 to {MOST_RESOURCES} entries.")
    return Answer({"restrictedDataToken": shop.door.issue(seller=True, prefix="Atz.sprdt"), "expiresIn": LIFE})


def _participations(shop: Shop) -> list[Row]:
    return [
        {
            "marketplace": {
                "id": market.id,
                "name": market.name,
                "countryCode": market.country,
                "defaultCurrencyCode": market.currency,
                "defaultLanguageCode": market.language,
                "domainName": market.domain,
            },
            "storeName": shop.facts.title,
            "participation": {"isParticipating": True, "hasSuspendedListings": False},
        }
        for market in shop.facts.markets
    ]
