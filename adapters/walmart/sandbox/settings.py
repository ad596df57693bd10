"""A store's options, read once and checked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from adapters.kit.sandbox import SandboxStore
from adapters.walmart.sandbox.seed.profiles import PROFILES, Profile

ItemPrice = Literal["line", "unit"]
SIZES = ("orders", "products", "variants", "buyers")
OPTIONS = frozenset(
    {
        *("until", "generous", "scopes", "authorization_codes", "item_price", "max_results"),
        *("order_cursor_seconds", "item_cursor_seconds", "job_seconds", "lag_seconds", "latency_ms"),
    }
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What one store was started with; times in seconds."""

    name: str
    title: str
    until: int
    generous: bool
    scopes: Mapping[str, str]
    authorization_codes: tuple[str, ...]
    item_price: ItemPrice
    max_results: int
    order_cursor_seconds: float
    item_cursor_seconds: float
    job_seconds: float
    lag_seconds: float
    latency: float


def settings_of(store: SandboxStore, now: datetime) -> Settings:
    """Read a store's options. ValueError for one that is not known."""
    given = store.options
    if unknown := set(given) - OPTIONS:
        raise ValueError(f"store {store.name}: unknown options {', '.join(sorted(unknown))}")
    if given.get("item_price", "line") not in get_args(ItemPrice):
        raise ValueError(f"store {store.name}: item_price is one of {', '.join(get_args(ItemPrice))}")
    return Settings(
        name=store.name,
        title=store.title,
        until=_until(given, now),
        generous=bool(given.get("generous", False)),
        scopes=dict(given.get("scopes", {})),
        authorization_codes=tuple(given.get("authorization_codes", ())),
        item_price=given.get("item_price", "line"),
        max_results=int(given.get("max_results", 10_000)),
        order_cursor_seconds=float(given.get("order_cursor_seconds", 300)),
        item_cursor_seconds=float(given.get("item_cursor_seconds", 120)),
        job_seconds=float(given.get("job_seconds", 0.3)),
        lag_seconds=float(given.get("lag_seconds", 0)),
        latency=float(given.get("latency_ms", 0)) / 1000,
    )


def profile_of(store: SandboxStore) -> Profile:
    """Return a store's profile with its sizes. ValueError for a profile or size that is not known."""
    if store.profile not in PROFILES:
        raise ValueError(f"store {store.name}: profile is one of {', '.join(PROFILES)}, not {store.profile!r}")
    if unknown := set(store.sizes) - set(SIZES):
        raise ValueError(f"store {store.name}: unknown sizes {', '.join(sorted(unknown))}")
    return replace(PROFILES[store.profile], **dict[str, Any](store.sizes))


def _until(given: Mapping[str, Any], now: datetime) -> int:
    """Return where the history ends: orders are shown for 180 days only, so a seed with fixed dates would fade away."""
    if "until" not in given:
        return int(now.timestamp()) // 86_400 * 86_400
    named = datetime.fromisoformat(given["until"])
    return int((named if named.tzinfo else named.replace(tzinfo=UTC)).timestamp())
