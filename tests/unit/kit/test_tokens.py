"""Tokens: fetched once however many ask, in all processes; renewed ahead of their end; unreadable for who reads the cache."""

import asyncio
import dataclasses
from typing import Any

import pytest
from redis.asyncio import Redis

from adapters.kit.failures import PlatformError
from adapters.kit.session import Session
from adapters.kit.stores import StoreConfig
from adapters.kit.tokens import Tokens, tokens_of
from schema.errors import Category
from tests.support.clock import SleepyClock

STORE = StoreConfig("north", "acme", "any", "https://north.example.com", {"client_secret": "s3cret"})


class Bank:
    """Gives tokens and counts them; `gate` holds them back until it is set."""

    def __init__(self, life: float = 3600) -> None:
        self.life = life
        self.given = 0
        self.gate: asyncio.Event | None = None
        self.asked = asyncio.Event()

    async def __call__(self) -> tuple[str, float]:
        self.given += 1
        self.asked.set()
        token = f"token-{self.given}"
        if self.gate:
            await self.gate.wait()
        return token, self.life


def process(fast: Redis | None, clock: SleepyClock, store: StoreConfig = STORE) -> Tokens:
    """Return the tokens of a store as one process has them."""
    nothing: Any = None
    return tokens_of(Session(store, nothing, nothing, nothing, nothing, clock, fast))


async def test_however_many_ask_a_token_is_fetched_once(fast: Redis, clock: SleepyClock) -> None:
    bank, tokens = Bank(), process(fast, clock)

    assert {"token-1"} == set(await asyncio.gather(*(tokens.get(bank) for _ in range(20))))


async def test_another_process_uses_the_same_token(fast: Redis, clock: SleepyClock) -> None:
    bank = Bank()

    assert ["token-1"] * 2 == [await process(fast, clock).get(bank) for _ in range(2)]


async def test_processes_that_ask_at_once_fetch_once(fast: Redis, clock: SleepyClock) -> None:
    bank = Bank()
    bank.gate = asyncio.Event()
    first = asyncio.create_task(process(fast, clock).get(bank))
    await bank.asked.wait()
    second = asyncio.create_task(process(fast, clock).get(bank))
    bank.gate.set()

    assert ["token-1", "token-1"] == [await first, await second]


async def test_a_token_is_renewed_ahead_of_its_end(fast: Redis, clock: SleepyClock) -> None:
    bank, tokens = Bank(life=1000), process(fast, clock)
    got = []
    for wait in (0, 790, 20):
        clock.advance(wait)
        got.append(await tokens.get(bank))

    assert ["token-1", "token-1", "token-2"] == got


async def test_a_refused_token_is_dropped_everywhere_and_a_newer_one_stays(fast: Redis, clock: SleepyClock) -> None:
    bank, one, other = Bank(), process(fast, clock), process(fast, clock)
    old = await one.get(bank)
    await other.get(bank)
    await one.drop(old)
    new = await one.get(bank)
    await other.drop(old)

    assert ("token-2", "token-2") == (new, await other.get(bank))


async def test_a_fetch_that_fails_is_told_and_not_kept(fast: Redis, clock: SleepyClock) -> None:
    tokens = process(fast, clock)

    async def refuse() -> tuple[str, float]:
        raise PlatformError(Category.AUTH, "no")

    with pytest.raises(PlatformError):
        await tokens.get(refuse)

    assert "token-1" == await tokens.get(Bank())


async def test_a_process_that_died_while_fetching_is_not_waited_for_for_ever(fast: Redis, clock: SleepyClock) -> None:
    await fast.set("token:{acme/north}:access:lock", b"1", ex=60)

    assert "token-1" == await process(fast, clock).get(Bank())


async def test_what_is_kept_shows_no_token_and_opens_for_nobody_else(fast: Redis, clock: SleepyClock) -> None:
    await process(fast, clock).get(Bank())
    kept = await fast.get("token:{acme/north}:access")
    changed = dataclasses.replace(STORE, credentials={"client_secret": "another"})
    bank = Bank()
    bank.given = 6

    assert b"token-1" not in (kept or b"token-1")
    assert "token-7" == await process(fast, clock, changed).get(bank)


async def test_without_redis_a_process_keeps_its_own(clock: SleepyClock) -> None:
    bank, tokens = Bank(), process(None, clock)

    assert ["token-1", "token-1"] == [await tokens.get(bank), await tokens.get(bank)]
