"""Sealing: what a write carries may be personal, so it is encrypted before it leaves the process and opened only to be done.

The keys are the installation's own (`CARTOGRAPH_SECRETS`, or a file in the data directory). The first one seals; any of them opens, so that
a key can be replaced while writes wait.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import TypeAdapter

from adapters.kit import watching
from schema.commands import SHAPES, Command, Guard, WriteOperation


class SealedError(Exception):
    """A payload can't be opened: it was sealed with a key this process does not have, or is damaged."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a payload holds. `origin` marks the request it came with, for those who watch (`adapters.kit.watching`)."""

    operation: WriteOperation
    command: Command
    guard: Guard = field(default_factory=Guard)
    origin: str = field(default="", compare=False)


class Sealer:
    """Seals and opens payloads; `keys` are Fernet keys, the first one seals."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._cipher = MultiFernet([Fernet(key) for key in keys])
        self._secrets = [key.encode() for key in keys]

    def seal(self, contents: Contents) -> bytes:
        """Return a payload."""
        command = _shape(contents.operation).dump_python(contents.command, mode="json")
        raw = [contents.operation.name, command, _GUARD.dump_python(contents.guard, mode="json")]
        origin = contents.origin or watching.mark()
        return self._cipher.encrypt(orjson.dumps([*raw, origin] if origin else raw))

    def open(self, payload: bytes) -> Contents:
        """Return what a payload holds; raises SealedError."""
        try:
            name, command, guard, *origin = orjson.loads(self._cipher.decrypt(payload))
            operation = WriteOperation[name]
            return Contents(operation, _shape(operation).validate_python(command), _GUARD.validate_python(guard), *origin[:1])
        except (InvalidToken, ValueError, KeyError) as error:
            raise SealedError from error

    def digests(self, value: Any) -> list[str]:
        """Return marks of a value that tell nothing about it without the keys: one of each key, so that a mark outlives its key's turn."""
        raw = orjson.dumps(value, option=orjson.OPT_SORT_KEYS, default=str)
        return [hmac.new(secret, raw, hashlib.sha256).hexdigest()[:32] for secret in self._secrets]


_GUARD = TypeAdapter(Guard)


@cache
def _shape(operation: WriteOperation) -> TypeAdapter[Any]:
    return TypeAdapter(SHAPES[operation])
