"""What a store tells about itself: the index that needs no key, its version and its currency."""

from collections.abc import Collection, Iterable
from typing import Any

from adapters.woocommerce.sandbox.calls import Answer, Call
from adapters.woocommerce.sandbox.settings import CURRENCIES
from adapters.woocommerce.sandbox.site import Site

NAMESPACE = "wc/v3"
Pattern = tuple[str, str, list[str]]  # a namespace, a route of it as the store names it, and its methods


def index(site: Site, home: str, patterns: Collection[Pattern]) -> dict[str, Any]:
    """Return the index of the API: name, clock, namespaces and every route by its pattern with its methods."""
    hours = site.clock.offset_hours(site.now())
    return {
        "name": site.settings.title,
        "description": "",
        "url": home,
        "home": home,
        "gmt_offset": int(hours) if hours.is_integer() else hours,
        "timezone_string": site.settings.timezone,
        "namespaces": ["oembed/1.0", *sorted({name for name, _, _ in patterns}), "wp/v2"],
        "authentication": {},
        "routes": routes(patterns),
        "_links": {"help": [{"href": "https://developer.wordpress.org/rest-api/"}]},
    }


def routes(patterns: Iterable[Pattern]) -> dict[str, Any]:
    """Return the `routes` part of an index."""
    return {
        pattern: {"namespace": namespace, "methods": methods, "endpoints": [{"methods": methods, "args": {}}]}
        for namespace, pattern, methods in patterns
    }


def current_currency(site: Site, call: Call) -> Answer:
    """GET data/currencies/current."""
    code = site.settings.currency
    name, symbol, _ = CURRENCIES[code]
    links = {"self": [{"href": call.link(f"data/currencies/{code}")}], "collection": [{"href": call.link("data/currencies")}]}
    return Answer({"code": code, "name": name, "symbol": f"&#{ord(symbol)};", "_links": links})


def system_status(site: Site, call: Call) -> Answer:
    """GET system_status, without what nobody needs."""
    code = site.settings.currency
    _, symbol, decimals = CURRENCIES[code]
    environment = {
        "home_url": call.home,
        "site_url": call.home,
        "version": site.settings.version,
        "wp_version": "7.1",
        "wp_multisite": False,
        "php_version": "8.2.20",
        "language": "en_US",
        "default_timezone": "UTC",
    }
    settings = {
        "api_enabled": True,
        "currency": code,
        "currency_symbol": f"&#{ord(symbol)};",
        "currency_position": "left",
        "thousand_separator": ",",
        "decimal_separator": ".",
        "number_of_decimals": decimals,
        "HPOS_enabled": True,
    }
    return Answer({"environment": environment, "database": {}, "active_plugins": [], "theme": {}, "settings": settings, "security": {}})
