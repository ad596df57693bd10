"""Makes API keys: the key is shown once, the stores file gets its SHA-256."""

import secrets
from collections.abc import Sequence

from gateway.auth import digest

KEY_PREFIX = "cgk_"
KEY_BYTES = 32


def new_key() -> str:
    """Return a key nobody can guess."""
    return KEY_PREFIX + secrets.token_urlsafe(KEY_BYTES)


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
