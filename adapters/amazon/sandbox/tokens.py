"""The token endpoint and the door: who may ask what.

Access tokens are remembered with their end, by the sandbox's clock; a refresh token never changes. Revoking a store ends both at once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from adapters.amazon.sandbox.errors import refusal

LIFE = 3600
CODE_LIFE = 300
SCOPES = ("sellingpartnerapi::notifications", "sellingpartnerapi::client_credential:rotation")
NEEDED = {
    "refresh_token": ("refresh_token", "client_id", "client_secret"),
    "authorization_code": ("code", "redirect_uri", "client_id", "client_secret"),
    "client_credentials": ("scope", "client_id", "client_secret"),
}
REVOKED = "The request has an invalid grant parameter : refresh_token. User may have revoked or didn't grant the permission."
Answer = tuple[int, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Access:
    """One access token; `seller` is False for one that belongs to the application alone."""

    ends: datetime
    seller: bool


class Door:
    """The tokens of one store."""

    def __init__(self, credentials: Mapping[str, str], now: Callable[[], datetime]) -> None:
        self._credentials = credentials
        self._now = now
        self._made = 0
        self._access: dict[str, Access] = {}
        self._codes: dict[str, datetime] = {}
        self.revoked = False

    def make_code(self) -> str:
        """Return an authorization code as a seller's consent yields it: good once, for five minutes."""
        self._made += 1
        code = f"CODE{self._made:08d}"
        self._codes[code] = self._now() + timedelta(seconds=CODE_LIFE)
        return code

    def exchange(self, content_type: str, form: Mapping[str, str]) -> Answer:
        """Answer the token endpoint: the status and the body."""
        grant = form.get("grant_type", "")
        if "application/x-www-form-urlencoded" not in content_type:
            return _refused("invalid_request", "The Content-Type must be application/x-www-form-urlencoded")
        if not grant:
            return _refused("invalid_request", "The request is missing a required parameter : grant_type")
        if grant not in NEEDED:
            return _refused("unsupported_grant_type", "The authorization grant type is not supported by the authorization server")
        missing = [name for name in NEEDED[grant] if not form.get(name)]
        if missing:
            return _refused("invalid_request", f"The request is missing a required parameter : {missing[0]}")
        if "scope" in form and "refresh_token" in form:
            return _refused("invalid_request", "The request has an invalid parameter : scope")
        if any(form[name] != self._credentials[name] for name in ("client_id", "client_secret")):
            return 401, {"error": "invalid_client", "error_description": "Client authentication failed"}
        return self._granted(grant, form)

    def admit(self, token: str | None) -> Access:
        """Return what a token opens. ApiError 403 for none, a wrong, a revoked or an old one."""
        if not token:
            raise refusal("no token")
        access = self._access.get(token)
        if access is None or (self.revoked and access.seller):
            raise refusal("bad token")
        if access.ends <= self._now():
            raise refusal("old token")
        return access

    def issue(self, *, seller: bool, prefix: str = "Atza") -> str:
        """Return a new access token that is good for an hour."""
        self._made += 1
        token = f"{prefix}|{crc32(self._credentials['client_id'].encode()):08x}{self._made:024x}"
        self._access[token] = Access(self._now() + timedelta(seconds=LIFE), seller)
        return token

    def _granted(self, grant: str, form: Mapping[str, str]) -> Answer:
        if grant == "client_credentials":
            if form["scope"] not in SCOPES:
                return _refused("invalid_scope", "The requested scope is invalid, unknown, or malformed")
            return 200, {**self._answer(seller=False), "scope": form["scope"]}
        if grant == "refresh_token":
            if self.revoked or form["refresh_token"] != self._credentials["refresh_token"]:
                return _refused("invalid_grant", REVOKED)
        elif self._codes.pop(form["code"], self._now()) <= self._now():
            return _refused("invalid_grant", "The request has an invalid grant parameter : code")
        else:
            self.revoked = False
        return 200, {**self._answer(seller=True), "refresh_token": self._credentials["refresh_token"]}

    def _answer(self, *, seller: bool) -> dict[str, Any]:
        return {"access_token": self.issue(seller=seller), "token_type": "bearer", "expires_in": LIFE}


def _refused(error: str, description: str) -> Answer:
    return 400, {"error": error, "error_description": description}
