"""A store as the adapters see it: where it is, who owns it, and the credentials, which never show in a log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class StoreConfig:
    """One store of the stores file, its secrets resolved. `url` has no slash at its end; `concurrency` None leaves it to the platform.

    `problem` says why a store can't be asked at all, e.g. a credential that is missing: it is listed, and fails alone.
    """

    name: str
    tenant: str
    platform: str
    url: str
    credentials: Mapping[str, str] = field(repr=False)
    ca_file: Path | None = None
    concurrency: int | None = None
    problem: str | None = None

    @property
    def scope(self) -> str:
        """Return what every key of this store begins with: nothing crosses a tenant."""
        return f"{self.tenant}/{self.name}"
