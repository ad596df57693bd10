"""What a store's options say, with the platform's and the profile's defaults filled in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from adapters.ebay.sandbox.dates import loose_instant_of
from adapters.ebay.sandbox.revisions import PER_DAY
from adapters.ebay.sandbox.seed.facts import Facts
from adapters.ebay.sandbox.seed.profiles import PROFILES, Profile
from adapters.kit.sandbox import SandboxStore

OPTIONS = (
    "generous",
    "quotas",
    "scopes",
    "signatures",
    "immutable_usernames",
    "until",
    "job_seconds",
    "write_seconds",
    "revisions",
    "refunds",
    "one_sku",
)
REFUNDS = ("REFUNDED", "FAILED")
REQUIRED = ("client_id", "client_secret", "refresh_token")
CONSENTED = (
    "sell.fulfillment",
    "sell.inventory",
    "sell.finances",
    "sell.account",
    "commerce.identity.readonly",
)


@dataclass(frozen=True, slots=True)
class Settings:
    """One store's settings; `scopes` are short names, `quotas` calls per window by resource, seconds those of the sandbox's clock.

    `write_seconds` alone are real ones.
    """

    name: str
    title: str
    profile: Profile
    credentials: Mapping[str, str]
    generous: bool
    quotas: Mapping[str, int]
    scopes: frozenset[str]
    signatures: bool
    until: str
    job_seconds: float
    write_seconds: float
    revisions: int
    refunds: str
    one_sku: bool

    @property
    def facts(self) -> Facts:
        """What the seeds of this store share; with another end its whole history moves."""
        since, until = (loose_instant_of(text) for text in (self.profile.since, self.profile.until))
        end = loose_instant_of(self.until) if self.until else until
        return Facts(self.name, f"{self.name}_seller", self.profile, since + end - until, end)


def settings_of(store: SandboxStore) -> Settings:
    """Return a store's settings. ValueError for an unknown profile, size or option, or a missing credential."""
    if store.profile not in PROFILES:
        raise ValueError(f"store {store.name}: profile {store.profile!r} is none of {', '.join(PROFILES)}")
    unknown = [key for key in store.options if key not in OPTIONS] + [key for key in store.sizes if key not in Profile.SIZES]
    if unknown:
        raise ValueError(
            f"store {store.name}: {', '.join(unknown)} is unknown; options {', '.join(OPTIONS)}; sizes {', '.join(Profile.SIZES)}"
        )
    missing = [key for key in REQUIRED if not store.credentials.get(key)]
    if missing:
        raise ValueError(f"store {store.name}: its credentials lack {', '.join(missing)}")
    if store.options.get("refunds", REFUNDS[0]) not in REFUNDS:
        raise ValueError(f"store {store.name}: refunds end as one of {', '.join(REFUNDS)}, not {store.options['refunds']!r}")
    profile = PROFILES[store.profile].resized(store.sizes)
    options = store.options
    return Settings(
        name=store.name,
        title=store.title,
        profile=replace(profile, immutable_usernames=options.get("immutable_usernames", profile.immutable_usernames)),
        credentials=store.credentials,
        generous=options.get("generous", False),
        quotas=options.get("quotas", {}),
        scopes=frozenset(options.get("scopes", CONSENTED)),
        signatures=options.get("signatures", profile.signed),
        until=options.get("until", ""),
        job_seconds=options.get("job_seconds", 0.3),
        write_seconds=options.get("write_seconds", 0.01),
        revisions=options.get("revisions", PER_DAY),
        refunds=options.get("refunds", REFUNDS[0]),
        one_sku=options.get("one_sku", False),
    )
