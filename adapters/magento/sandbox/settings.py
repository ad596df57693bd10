"""What a store's options say, with the platform's defaults filled in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.kit.sandbox import SandboxStore

OPTIONS: dict[str, Any] = {
    "backorders": True,
    "bearer": False,
    "cloud": False,
    "commerce": False,
    "consumer": True,
    "default_page_size": 0,
    "denied": (),
    "encoded_slashes": False,
    "generous": False,
    "job_seconds": 0.3,
    "max_async_entities": 0,
    "max_entities": 0,
    "max_page_size": 0,
    "msi": True,
    "repeat_last_page": False,
    "requests_per_second": 0,
    "thin_lists": False,
    "verifier": "v" * 32,
    "workers": 8,
}
CLOUD_REQUESTS_PER_SECOND = 10
UNBOUND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Settings:
    """One store's settings; a limit of 0 is off, `denied` holds the resources its integration may not reach."""

    name: str
    title: str
    credentials: Mapping[str, str]
    backorders: bool
    bearer: bool
    cloud: bool
    commerce: bool
    consumer: bool
    default_page_size: int
    denied: frozenset[str]
    encoded_slashes: bool
    job_seconds: float
    max_async_entities: int
    max_entities: int
    max_page_size: int
    msi: bool
    repeat_last_page: bool
    requests_per_second: float
    thin_lists: bool
    verifier: str
    workers: int


def settings_of(store: SandboxStore) -> Settings:
    """Return the settings of a store. ValueError for an option there is not."""
    unknown = sorted(set(store.options) - set(OPTIONS))
    if unknown:
        raise ValueError(f"store {store.name}: {', '.join(unknown)} is no option; there are {', '.join(OPTIONS)}")
    chosen = {**OPTIONS, **store.options}
    generous = chosen.pop("generous")
    chosen["denied"] = frozenset(chosen["denied"])
    if chosen["cloud"] and "requests_per_second" not in store.options:
        chosen["requests_per_second"] = CLOUD_REQUESTS_PER_SECOND
    if generous:
        chosen |= {"requests_per_second": 0, "workers": UNBOUND, "max_page_size": 0, "default_page_size": 0}
        chosen |= {"max_entities": 0, "max_async_entities": 0}
    return Settings(name=store.name, title=store.title, credentials=store.credentials, **chosen)
