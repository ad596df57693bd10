"""What a store's options say, with the platform's and the profile's defaults filled in."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from adapters.kit.sandbox import SandboxStore
from adapters.woocommerce.sandbox.dates import SiteClock
from adapters.woocommerce.sandbox.seed.profiles import PROFILES, Profile

OPTIONS = (
    *("timezone", "currency", "version", "fulfillments", "shipment_tracking", "manage_stock"),
    *("permissions", "latency_ms", "max_concurrent"),
)

CURRENCIES: dict[str, tuple[str, str, int]] = {
    "USD": ("United States (US) dollar", "$", 2),
    "EUR": ("Euro", "€", 2),
    "GBP": ("Pound sterling", "£", 2),
    "JPY": ("Japanese yen", "¥", 0),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """One store's settings; `permissions` is read, write or read_write, `latency` in seconds, `manage_stock` whether stock is counted."""

    name: str
    title: str
    consumer_key: str
    consumer_secret: str
    permissions: str
    version: str
    timezone: str
    currency: str
    fulfillments: bool
    shipment_tracking: bool
    manage_stock: bool
    latency: float
    max_concurrent: int

    @property
    def clock(self) -> SiteClock:
        """The site's clock."""
        return SiteClock(ZoneInfo(self.timezone))

    def at_least(self, major: int, minor: int) -> bool:
        """Tell whether the store runs this version or a later one."""
        return tuple(int(part) for part in self.version.split(".")[:2]) >= (major, minor)


def profile_of(store: SandboxStore) -> Profile:
    """Return the store's profile. ValueError for an unknown profile, size or option."""
    if store.profile not in PROFILES:
        raise ValueError(f"store {store.name}: profile {store.profile!r} is none of {', '.join(PROFILES)}")
    unknown = [key for key in store.options if key not in OPTIONS] + [key for key in store.sizes if key not in Profile.SIZES]
    if unknown:
        raise ValueError(
            f"store {store.name}: {', '.join(unknown)} is unknown; options {', '.join(OPTIONS)}; sizes {', '.join(Profile.SIZES)}"
        )
    return PROFILES[store.profile].resized(store.sizes)


def settings_of(store: SandboxStore, profile: Profile) -> Settings:
    """Return the settings of a store."""
    chosen = store.options
    return Settings(
        name=store.name,
        title=store.title,
        consumer_key=store.credentials["consumer_key"],
        consumer_secret=store.credentials["consumer_secret"],
        permissions=chosen.get("permissions", "read_write"),
        version=chosen.get("version", "11.0.1"),
        timezone=chosen.get("timezone", profile.timezone),
        currency=chosen.get("currency", profile.currency),
        fulfillments=bool(chosen.get("fulfillments", profile.fulfillments)),
        shipment_tracking=bool(chosen.get("shipment_tracking", False)),
        manage_stock=bool(chosen.get("manage_stock", True)),
        latency=chosen.get("latency_ms", 0) / 1000,
        max_concurrent=int(chosen.get("max_concurrent", 6)),
    )
