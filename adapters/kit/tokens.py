"""Access tokens that are fetched: once however many ask, in all processes, and renewed ahead of their end.

A token is kept in this process and in the `fast` role (`token:{tenant/store}:<name>`, until it ends), encrypted with a key made from the
store's own credentials: who can read the cache can't use it. Who fetches holds `…:lock` for at most LOCK_SECONDS; others wait for the token
to appear. Losing what is kept costs one more fetch and nothing else.
"""

import asyncio
import base64
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import orjson
from cryptography.fernet import Fernet, InvalidToken
from redis.exceptions import RedisError

from adapters.kit.session import Session

RENEW_AT = 0.8  # of a token's life
LOCK_SECONDS = 30
LOOK_SECONDS = 0.05

Fetch = Callable[[], Awaitable[tuple[str, float]]]


@dataclass(frozen=True, slots=True)
class _Kept:
    token: str
    renew_at: float  # seconds since the epoch


def tokens_of(session: Session, name: str = "access") -> "Tokens":
    """Return a session's tokens of one kind."""
    if name not in session.kept:
        session.kept[name] = Tokens(session, name)
    found: Tokens = session.kept[name]
    return found


class Tokens:
    """One kind of token of one store."""

    def __init__(self, session: Session, name: str) -> None:
        self._session = session
        self._key = f"token:{{{session.store.scope}}}:{name}"
        secret = "\0".join(f"{key}={value}" for key, value in sorted(session.store.credentials.items()))
        self._cipher = Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"cartograph token {secret}".encode()).digest()))
        self._turn = asyncio.Lock()
        self._kept: _Kept | None = None

    async def get(self, fetch: Fetch) -> str:
        """Return a token that is good for a while; `fetch` gives a new one and its life in seconds. Raises what `fetch` raises."""
        async with self._turn:
            if not self._is_good(self._kept):
                self._kept = await self._shared() or await self._fetched(fetch)
            assert self._kept is not None
            return self._kept.token

    async def drop(self, token: str) -> None:
        """Forget a token that was refused; one that somebody renewed meanwhile stays."""
        if self._kept is not None and self._kept.token == token:
            self._kept = None
        shared = await self._shared()
        if shared is not None and shared.token == token and self._session.shared is not None:
            await self._session.shared.delete(self._key)

    async def _fetched(self, fetch: Fetch) -> _Kept:
        """Fetch a token, or wait for the one another process is fetching."""
        until = self._session.clock.monotonic() + LOCK_SECONDS
        while not await self._lock():
            await self._session.clock.sleep(LOOK_SECONDS)
            found = await self._shared()
            if found is not None:
                return found
            if self._session.clock.monotonic() > until:
                break
        try:
            token, life = await fetch()
            kept = _Kept(token, (self._session.clock.now() + timedelta(seconds=RENEW_AT * life)).timestamp())
            await self._keep(kept, life)
        finally:
            await self._unlock()
        return kept

    def _is_good(self, kept: _Kept | None) -> bool:
        return kept is not None and kept.renew_at > self._session.clock.now().timestamp()

    async def _shared(self) -> _Kept | None:
        if self._session.shared is None:
            return None
        try:
            raw = await self._session.shared.get(self._key)
            found = _Kept(*orjson.loads(self._cipher.decrypt(raw))) if raw else None
        except (RedisError, InvalidToken, ValueError, TypeError):
            return None
        return found if self._is_good(found) else None

    async def _keep(self, kept: _Kept, life: float) -> None:
        if self._session.shared is not None and life >= 1:
            try:
                await self._session.shared.set(self._key, self._cipher.encrypt(orjson.dumps([kept.token, kept.renew_at])), ex=int(life))
            except RedisError:
                return

    async def _lock(self) -> bool:
        if self._session.shared is None:
            return True
        try:
            return bool(await self._session.shared.set(f"{self._key}:lock", b"1", nx=True, ex=LOCK_SECONDS))
        except RedisError:
            return True

    async def _unlock(self) -> None:
        if self._session.shared is not None:
            try:
                await self._session.shared.delete(f"{self._key}:lock")
            except RedisError:
                return
