"""What an installation is told by its environment: variables beginning with CARTOGRAPH_, or the same lines in a file `.env`.

A variable that is set wins over `.env`; an option of the command line wins over both.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "CARTOGRAPH_"
ENV_FILE = ".env"
REDIS_SCHEMES = ("redis", "rediss", "unix")

LogFormat = Literal["json", "text"]
LogLevel = Literal["debug", "info", "warning", "error"]


class SettingsError(Exception):
    """Settings can't be used; the text has a line for each mistake. It never repeats a value, which may be a secret."""


def _redis_url(url: str | None) -> str | None:
    parts = urlsplit(url or "redis://unset")
    if parts.scheme not in REDIS_SCHEMES or not (parts.hostname or parts.path):
        raise ValueError
    return url


def _sealing_keys(text: object) -> object:
    keys = tuple(filter(None, (part.strip() for part in text.split(",")))) if isinstance(text, str) else text
    for key in keys if isinstance(keys, tuple) else ():
        Fernet(key)
    return keys


RedisUrl = Annotated[str | None, AfterValidator(_redis_url)]
SealingKeys = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_sealing_keys), Field(repr=False)]


class Settings(BaseSettings):
    """One installation's settings; each description completes the sentence "<variable> has to be …"."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=ENV_FILE, env_ignore_empty=True, extra="ignore", frozen=True)

    host: str = Field("127.0.0.1", min_length=1, description="the address to listen at, e.g. 127.0.0.1")
    port: int = Field(8000, ge=0, le=65535, description="a port number: 1 to 65535, or 0 for a free one")
    workers: int = Field(1, ge=1, le=64, description="how many processes serve, 1 to 64")
    data_dir: Path = Field(Path(".data"), description="the directory the embedded servers keep their data in")
    state_url: RedisUrl = Field(None, description="the address of a Valkey or Redis, e.g. redis://state.example.com:6379/0")
    fast_url: RedisUrl = Field(None, description="the address of a Valkey or Redis, e.g. redis://fast.example.com:6379/0")
    allow_unsafe_state: bool = Field(default=False, description="true or false")
    secrets: SealingKeys = Field((), description="one or more sealing keys, with commas between; `cartograph secret` prints a new one")
    worker: bool = Field(default=True, description="true or false")
    places: int = Field(32, ge=1, le=1000, description="how many batches of writes are done at once, 1 to 1000")
    fast_megabytes: int = Field(256, ge=8, le=1_048_576, description="a number of megabytes, at least 8")
    stores: Path = Field(Path("stores.toml"), description="the path of the stores file")
    log_level: LogLevel = Field("info", description="debug, info, warning or error")
    log_format: LogFormat = Field(
        default_factory=lambda: "text" if sys.stderr.isatty() else "json", description="json (a line an event) or text (for people)"
    )
    metrics: Literal["guarded", "open"] = Field("guarded", description="guarded or open: who may read /metrics")
    max_age: int = Field(30, ge=0, le=86_400, description="a number of seconds, 0 to 86400")
    deadline_ms: int = Field(10_000, ge=100, le=60_000, description="a number of milliseconds, 100 to 60000")


def load(**chosen: Any) -> Settings:
    """Return the settings; what is chosen on the command line and not None wins. Raises SettingsError with all mistakes."""
    try:
        return Settings(**{name: value for name, value in chosen.items() if value is not None})
    except ValidationError as error:
        names = dict.fromkeys(str(mistake["loc"][0]) for mistake in error.errors())
    raise SettingsError("\n".join(f"{PREFIX}{name.upper()} has to be {Settings.model_fields[name].description}." for name in names))


def environment() -> Mapping[str, str]:
    """Return all variables that may hold credentials: those of the process, and below them those of `.env`."""
    beside = {name: value for name, value in dotenv_values(ENV_FILE).items() if value is not None}
    return {**beside, **os.environ}
