"""Who may come in: turns a request into a principal.

With API keys in the stores file, a request carries one as `Authorization: Bearer <key>`; only the key's SHA-256 is known here. Without
any key the gateway serves this machine alone: the caller has to be on it, and the request has to have been meant for it, since a web
page of anybody's can make its reader's browser call addresses of this machine.
"""

import hashlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from resolvers.principal import Principal, Role
from schema.errors import AccessError, Code

LOCAL_NAMES = frozenset({"localhost"})
EVERYTHING = Principal("local", tenants=None, roles=frozenset(Role))


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key as the stores file knows it: the SHA-256 of its text, in small hex digits, and who asks with it."""

    sha256: str
    principal: Principal


class Door:
    """Lets requests in."""

    def __init__(self, keys: Sequence[ApiKey]) -> None:
        self._principals = {key.sha256: key.principal for key in keys}

    @property
    def local_only(self) -> bool:
        """Say whether only this machine is served, because there is no key to tell callers apart by."""
        return not self._principals

    def admit(self, request: HTTPConnection, authorization: str | None = None, role: Role = Role.READ) -> Principal:
        """Return who asks, if he has the role; raise AccessError UNAUTHENTICATED or FORBIDDEN.

        `authorization` stands in where no header can be sent.
        """
        header = request.headers.get("authorization") or authorization
        principal = self._local(request) if self.local_only else self._known(header)
        if not principal.may(role):
            raise AccessError(Code.FORBIDDEN, f"This API key lacks the role `{role}`: give it that role in the stores file.")
        return principal

    def _known(self, header: str | None) -> Principal:
        if not header:
            raise AccessError(Code.UNAUTHENTICATED, "Send an API key with the request, as `Authorization: Bearer <key>`.")
        scheme, _, key = header.partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            raise AccessError(Code.UNAUTHENTICATED, "The Authorization header has to be `Bearer <key>`.")
        # Looked up by digest: how long a wrong key takes tells nothing about a right one.
        principal = self._principals.get(digest(key.strip()))
        if principal is None:
            raise AccessError(Code.UNAUTHENTICATED, "This API key is not known here; ask who runs this gateway for one.")
        return principal

    def _local(self, request: HTTPConnection) -> Principal:
        if request.client is None or not is_loopback(request.client.host):
            raise AccessError(
                Code.FORBIDDEN, "This gateway has no API keys and so serves its own machine only: add [[keys]] to the stores file."
            )
        if not is_loopback(_hostname(f"//{request.headers.get('host', '')}")):
            raise AccessError(Code.FORBIDDEN, "This gateway has no API keys and so answers at localhost and 127.0.0.1 only.")
        if _is_foreign(request):
            raise AccessError(Code.FORBIDDEN, "This gateway has no API keys and so answers no web page of another site.")
        return EVERYTHING


def digest(key: str) -> str:
    """Return what the stores file has of a key."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def is_loopback(host: str) -> bool:
    """Say whether a host name or address is this machine's own, seen from itself."""
    if host.lower().rstrip(".") in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_foreign(request: HTTPConnection) -> bool:
    """Say whether a browser sends this for a page of another site; following a link to us is fine."""
    origin = request.headers.get("origin")
    if origin is not None and not is_loopback(_hostname(origin)):
        return True
    return request.headers.get("sec-fetch-site") == "cross-site" and request.headers.get("sec-fetch-mode") != "navigate"


def _hostname(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
