"""Makes API keys: the key is shown once, the stores file gets its SHA-256."""

import secrets
from collections.abc import Sequence

from gateway.auth import digest
from gateway.stores_rows import KeyRow, Mistake, read_rows

KEY_PREFIX = "cgk_"
KEY_BYTES = 32


def new_key() -> str:
    """Return a key nobody can guess."""
    return KEY_PREFIX + secrets.token_urlsafe(KEY_BYTES)


def key_mistakes(name: str, tenants: Sequence[str], roles: Sequence[str]) -> list[str]:
    """Return what is wrong with a key's facts, as the stores file would say."""
    row = {"name": name, "sha256": digest(""), "tenants": list(tenants), "roles": list(roles)}
    mistakes: list[Mistake] = []
    read_rows(KeyRow, "keys", [row], mistakes)
    return [f"--{mistake.place.rpartition('.')[2]}: {mistake.remedy}" for mistake in mistakes]


def block(key: str, name: str, tenants: Sequence[str], roles: Sequence[str]) -> str:
    """Return the lines of a stores file that let a key in."""
    return "\n".join(
        (
            "[[keys]]",
            f'name = "{name}"',
            f'sha256 = "{digest(key)}"',
            f"tenants = {_words(tenants)}",
            f"roles = {_words(roles)}",
        )
    )


def _words(words: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{word}"' for word in words) + "]"
