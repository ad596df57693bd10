"""Fetches the secrets a stores file points at: `env:NAME` is a variable, `file:PATH` a file, as a secret store mounts one."""

import re
from collections.abc import Mapping
from pathlib import Path

REFERENCE = re.compile(r"(?P<where>env|file):(?P<name>\S(?:.*\S)?)")
MOST_BYTES = 64 * 1024


class CredentialError(Exception):
    """A secret can't be had; the text says which and why, never the secret."""


def is_reference(value: object) -> bool:
    """Say whether a value points at a secret, and is not one itself."""
    return isinstance(value, str) and REFERENCE.fullmatch(value) is not None


def fetch(reference: str, beside: Path, environment: Mapping[str, str]) -> str:
    """Return the secret; a relative path begins at the folder `beside`. Raises CredentialError."""
    found = REFERENCE.fullmatch(reference)
    if found is None:
        raise CredentialError("it is not env:NAME or file:PATH")
    name = found["name"]
    source, text = _variable(name, environment) if found["where"] == "env" else _file(beside / name)
    secret = text.strip()
    if not secret:
        raise CredentialError(f"{source} is empty")
    if not (secret.isascii() and secret.isprintable()):
        raise CredentialError(f"{source} has characters that no key has, e.g. a line break in the middle")
    return secret


def _variable(name: str, environment: Mapping[str, str]) -> tuple[str, str]:
    source = f"the environment variable {name}"
    if name not in environment:
        raise CredentialError(f"{source} is not set")
    return source, environment[name]


def _file(path: Path) -> tuple[str, str]:
    source = f"the file {path}"
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES)
    except (OSError, ValueError) as error:
        raise CredentialError(f"{source} can't be read ({getattr(error, 'strerror', 'it is no path')})") from None
    return source, raw.decode("utf-8", "replace")
