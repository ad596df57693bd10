"""The small interfaces around a seller: who it is, how much it may sell, and what is left of the quotas."""

from collections.abc import Iterator
from typing import Any

from adapters.ebay.sandbox.calls import Answer, Call
from adapters.ebay.sandbox.dates import stamp
from adapters.ebay.sandbox.quotas import RESOURCES, limit_of, seconds
from adapters.ebay.sandbox.seed.places import places_of

# Of these the platform counts the calls for each user too.
BY_USER = ("sell.inventory",)


def get_user(call: Call) -> Answer:
    """Answer the seller's account: the id stays, the name may change."""
    facts, settings = call.store.facts, call.store.settings
    business = {
        "name": settings.title,
        "email": f"desk@{settings.name}.example.com",
        "address": places_of(facts.profile)[0]["location"]["address"] if facts.profile.locations else {},
    }
    return Answer(
        {
            "userId": f"{settings.name.title()}User{len(settings.name):03d}",
            "username": facts.seller,
            "accountType": "BUSINESS",
            "registrationMarketplaceId": facts.profile.marketplace,
            "status": "CONFIRMED",
            "businessAccount": business,
        }
    )


def get_privilege(call: Call) -> Answer:
    """Answer the seller's ceiling, which is another matter than the quotas of calls."""
    money = {"value": "5000000.0", "currency": call.store.facts.profile.currency}
    return Answer({"sellerRegistrationCompleted": True, "sellingLimit": {"amount": money, "quantity": 100_000}})


def list_limits(call: Call) -> Answer:
    """Answer what is left of the application's quotas."""
    return _limits(call, tuple(RESOURCES))


def list_user_limits(call: Call) -> Answer:
    """Answer what is left of the quotas that count for each user."""
    return _limits(call, BY_USER)


def _limits(call: Call, names: tuple[str, ...]) -> Answer:
    found = [_limit(call, name) for name in _asked(call, names)]
    return Answer({"rateLimits": found}) if found else Answer(None, 204)


def _asked(call: Call, names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        resource = RESOURCES[name]
        asked = {"api_context": resource.context, "api_name": resource.api}
        if resource.context and all(call.query.get(parameter, value).lower() == value for parameter, value in asked.items()):
            yield name


def _limit(call: Call, name: str) -> dict[str, Any]:
    resource, settings = RESOURCES[name], call.store.settings
    limit = limit_of(name, settings.quotas, generous=settings.generous)
    used, left, reset = call.store.quotas.rate(name, limit, call.now)
    rate = {"count": used, "limit": limit, "remaining": left, "reset": stamp(reset), "timeWindow": seconds(resource.window)}
    return {
        "apiContext": resource.context,
        "apiName": resource.api,
        "apiVersion": resource.version,
        "resources": [{"name": name, "rates": [rate]}],
    }
