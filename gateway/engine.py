"""Gives all gateway processes of one installation the same Valkey, in two roles.

A role whose URL is set is checked and used as it is; a role without one gets an embedded server (see `embedded`) below the data directory.
The state role acknowledges a write only after it is on the disk, so neither a killed server nor a killed gateway loses one; the fast role
may forget anything at any time.
"""

import contextlib
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import EqualJitterBackoff
from redis.exceptions import RedisError, ResponseError

from gateway.embedded import DRIVER, OLDEST_VERSION, EngineError, embedded, probe

__all__ = ["ROLES", "SOCKET_TIMEOUT", "Endpoints", "EngineError", "EngineSettings", "Role", "connect", "engine"]

LOG = logging.getLogger(__name__)

Role = Literal["state", "fast"]

ROLES: Mapping[Role, Mapping[str, str]] = {
    "state": {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction"},
    "fast": {"appendonly": "no", "save": "", "maxmemory": "256mb", "maxmemory-policy": "volatile-lfu"},
}
SOCKET_TIMEOUT = 10.0


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """What an installation says about its engine; a role without a URL is embedded below `data_dir`."""

    data_dir: Path
    state_url: str | None = None
    fast_url: str | None = None
    allow_unsafe_state: bool = False
    fast_megabytes: int = 256
    stop_with_last_user: bool = True


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where the two roles answer, as URLs for `connect`."""

    state: str
    fast: str


@contextlib.asynccontextmanager
async def engine(settings: EngineSettings) -> AsyncIterator[Endpoints]:
    """Have both roles answering for the time of the block; raise EngineError when one cannot.

    Any number of processes, and of tasks in one process, may be inside at the same time.
    """
    async with _endpoint("state", settings.state_url, settings) as state, _endpoint("fast", settings.fast_url, settings) as fast:
        yield Endpoints(state, fast)


def connect(url: str) -> Redis:
    """Return a client that waits for a free connection and retries failed calls for two to three seconds; close it with `aclose`.

    A retried call may run twice on the server. Blocking commands must block for less than SOCKET_TIMEOUT seconds.
    """
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=64,
        timeout=SOCKET_TIMEOUT,
        decode_responses=False,
        socket_timeout=SOCKET_TIMEOUT,
        socket_connect_timeout=2.0,
        health_check_interval=30,
        retry=Retry(EqualJitterBackoff(cap=1.0, base=0.05), 6),
        driver_info=DRIVER,
    )
    return Redis.from_pool(pool)


@contextlib.asynccontextmanager
async def _endpoint(role: Role, url: str | None, settings: EngineSettings) -> AsyncIterator[str]:
    if url:
        await _check(role, url, allow_unsafe=settings.allow_unsafe_state)
        yield url
        return
    options = dict(ROLES[role])
    if role == "fast":
        options["maxmemory"] = f"{settings.fast_megabytes}mb"
    async with embedded(settings.data_dir / role, options, stop_with_last_user=settings.stop_with_last_user) as found:
        yield found


async def _check(role: Role, url: str, *, allow_unsafe: bool) -> None:
    """Refuse a given server that cannot play its role."""
    name = f"The {role} server at {_place(url)}"
    try:
        async with probe(url) as client:
            await _check_version(client, name)
            found = await client.config_get(*ROLES[role])
    except ResponseError as error:
        # Hosted servers often keep CONFIG to themselves.
        LOG.warning("%s does not tell its settings (%s); make sure that it has:\n%s", name, error, _lines(ROLES[role]))
    except (RedisError, OSError, ValueError) as error:
        raise EngineError(f"{name} cannot be used ({error}): start it, or correct CARTOGRAPH_{role.upper()}_URL.") from error
    else:
        _check_settings(role, name, {_text(key): _text(value) for key, value in found.items()}, allow_unsafe=allow_unsafe)


async def _check_version(client: Redis, name: str) -> None:
    version = _text((await client.info("server"))["redis_version"])
    if int(version.split(".")[0]) < OLDEST_VERSION:
        raise EngineError(f"{name} speaks version {version}: use Valkey, or Redis {OLDEST_VERSION} or newer.")


def _check_settings(role: Role, name: str, found: Mapping[str, str], *, allow_unsafe: bool) -> None:
    if role == "fast":
        if found.get("maxmemory-policy") == "noeviction":
            LOG.warning("%s refuses writes when it is full; better set:\n%s", name, _lines({"maxmemory-policy": "volatile-lfu"}))
        return
    wrong = {key: wanted for key, wanted in ROLES[role].items() if found.get(key) != wanted}
    if wrong and allow_unsafe:
        LOG.warning("%s can lose accepted writes, as CARTOGRAPH_ALLOW_UNSAFE_STATE permits; safe would be:\n%s", name, _lines(wrong))
    elif wrong:
        raise EngineError(
            f"{name} can lose accepted writes. Set in its configuration:\n{_lines(wrong)}\n"
            "or accept the loss with CARTOGRAPH_ALLOW_UNSAFE_STATE=true."
        )


def _place(url: str) -> str:
    """Return where a URL points, without the password it may hold."""
    parts = urlsplit(url)
    return parts.netloc.rpartition("@")[2] + (parts.path if parts.scheme == "unix" else "")


def _lines(settings: Mapping[str, str]) -> str:
    empty = '""'
    return "\n".join(f"    {key} {value or empty}" for key, value in settings.items())


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
