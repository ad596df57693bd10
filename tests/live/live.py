"""A store that runs for real, asked twice: through its adapter, and by plain requests that know nothing of the adapter."""

import contextlib
import json
import os
import ssl
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.kit.budget import Budget
from adapters.kit.clock import SystemClock
from adapters.kit.failures import PlatformError
from adapters.kit.http import Wire
from adapters.kit.port import ListQuery, Ordering, Readers, SortField
from adapters.kit.registry import platforms
from adapters.kit.session import Session
from adapters.kit.stores import StoreConfig
from gateway.engine import EngineSettings, connect, engine
from schema.keys import Kind
from schema.money import Money

FIRST = 100  # rows of each kind that are compared
MOST_COUNTED = 2_000  # a longer list is not walked to its end

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Live:
    """A store's readers, and a client that is signed in to its raw API."""

    readers: Readers
    raw: httpx.AsyncClient

    async def answer(self, path: str, params: Mapping[str, Any] | None = None) -> httpx.Response:
        """Return a raw answer; fails the test when it is a refusal."""
        return (await self.raw.get(path, params=params)).raise_for_status()

    async def told(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """Return what the platform itself tells; numbers keep the digits they were written with."""
        return json.loads((await self.answer(path, params)).text, parse_float=Decimal)

    async def listed(self, kind: Kind, by: SortField = "created_at", most: int = FIRST) -> list[Any]:
        """Return the newest entities of a kind, as the adapter reads them."""
        page = self.readers.kinds[kind].page
        assert page is not None
        found = await page(ListQuery(Ordering(by, descending=True), FIRST))
        rows = list(found.rows)
        while found.cursor is not None and len(rows) < most:
            found = await page(ListQuery(Ordering(by, descending=True), FIRST, cursor=found.cursor))
            rows += found.rows
        return rows[:most]

    async def part(self, name: str, ids: list[str]) -> dict[str, list[Any]]:
        """Return the parts of entities by the entities' ids; a failure fails the test."""
        found = await self.readers.parts[name](ids)
        assert [] == [each for each in found if isinstance(each, PlatformError)]
        return {key: each if isinstance(each, list) else [] for key, each in zip(ids, found, strict=True)}


@contextlib.asynccontextmanager
async def reading(
    platform: str, url: str, credentials: Mapping[str, str], raw: httpx.AsyncClient, folder: Path, ca_file: Path | None = None
) -> AsyncIterator[Live]:
    """Connect the real adapter to a store, with its own budget; `raw` is closed with the block."""
    found = platforms()[platform]
    config = StoreConfig("live", "acme", platform, url, credentials, ca_file=ca_file)
    async with contextlib.AsyncExitStack() as stack:
        endpoints = await stack.enter_async_context(engine(EngineSettings(folder)))
        fast = connect(endpoints.fast)
        stack.push_async_callback(fast.aclose)
        wire = Wire()
        stack.push_async_callback(wire.close)
        await stack.enter_async_context(raw)
        clock = SystemClock()
        budget = Budget(fast, config.scope, found.manifest.limits, clock, found.manifest.buckets)
        session = Session(config, found.manifest, found.dialect, wire, budget, clock, fast)
        yield Live(found.connect(session), raw)


def settings(*names: str) -> list[str]:
    """Return settings from the environment; skips the test when one is missing."""
    missing = [name for name in names if not os.environ.get(name)]
    if missing:
        pytest.skip(f"needs a store that runs for real: set {', '.join(missing)}")
    return [os.environ[name].rstrip("/") for name in names]


def trust(ca_file: Path | None) -> ssl.SSLContext:
    """Return whom a raw request trusts: the system's authorities, or the one in a file."""
    return ssl.create_default_context(cafile=ca_file)


def newest(facts: Iterable[Facts]) -> dict[str, Facts]:
    """Return facts by id, without those of the last second: where a list is cut, rows of one second stand in any order."""
    found = list(facts)
    oldest = min((each["created_at"] for each in found), default=None)
    return {each["id"]: each for each in found if len(found) < FIRST or each["created_at"] != oldest}


def digits(money: Money | None) -> str | None:
    """Return an amount as it was written, None when there is none."""
    return None if money is None else str(money.amount)


def second(time: datetime | None) -> str | None:
    """Return a time as the platforms write it in UTC, without a zone."""
    return None if time is None else time.replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")
