"""What a store says about itself, the app that asks, and the versions of the API."""

from typing import Any

from adapters.shopify.sandbox.execution import Run
from adapters.shopify.sandbox.seed.identifiers import gid, iso
from adapters.shopify.sandbox.tables import Row

SERVED = "2026-10"
VERSIONS = ((SERVED, "2026-10 (Latest)", True), ("2027-01", "2027-01 (Release candidate)", False), ("unstable", "unstable", False))


def shop(run: Run, _: Row, __: dict[str, Any]) -> Row:
    """Answer `shop`."""
    store = run.subject.store
    profile, name = store.profile, store.described.name
    email = f"hello@{name}.example.com"
    return {
        "id": gid("Shop", 61_000_000_000 + store.seed % 10**9),
        "name": store.described.title,
        "myshopifyDomain": f"{name}.myshopify.com",
        "email": email,
        "contactEmail": email,
        "url": f"https://{name}.example.com",
        "currencyCode": profile.currency,
        "enabledPresentmentCurrencies": sorted({profile.currency, *(code for code, _ in profile.presentment)}),
        "ianaTimezone": profile.zone,
        "timezoneOffsetMinutes": profile.offset_minutes,
        "taxesIncluded": profile.taxes_included,
        "weightUnit": "POUNDS" if profile.country == "US" else "KILOGRAMS",
        "orderNumberFormatPrefix": profile.name_prefix,
        "orderNumberFormatSuffix": profile.name_suffix,
        "plan": {"publicDisplayName": "Grow", "shopifyPlus": False, "partnerDevelopment": True},
        "createdAt": iso(store.start),
        "updatedAt": iso(store.end),
    }


def installation(run: Run, _: Row, __: dict[str, Any]) -> Row:
    """Answer `currentAppInstallation`: the scopes as granted."""
    scopes = [{"handle": scope, "description": scope.replace("_", " ").capitalize()} for scope in sorted(run.subject.scopes)]
    return {"__typename": "AppInstallation", "id": gid("AppInstallation", 550_000_000_001), "accessScopes": scopes}


def versions(_: Run, __: Row, ___: dict[str, Any]) -> list[Row]:
    """Answer `publicApiVersions`: one is served, so every older one falls forward to it."""
    return [{"handle": handle, "displayName": title, "supported": supported} for handle, title, supported in VERSIONS]
