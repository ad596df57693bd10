"""The token endpoint of one store, and which access tokens open it now.

A refresh token is never replaced: it serves for about 18 months, or until the seller takes the consent back. Access tokens live two hours
and die with the consent. Everything runs by the sandbox's clock.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from adapters.ebay.sandbox.settings import Settings

ACCESS_LIFE = 7_200
REFRESH_LIFE = 47_304_000
CODE_LIFE = 299
PREFIX = "https://api.ebay.com/oauth/api_scope"
CLIENT, GRANT, SCOPE = "invalid_client", "invalid_grant", "invalid_scope"
MEANINGS = {
    CLIENT: (401, "client authentication failed"),
    GRANT: (400, "the provided authorization refresh token is invalid or was issued to another client"),
    SCOPE: (400, "The requested scope is invalid, unknown, malformed, or exceeds the scope granted to the client"),
    "invalid_request": (400, "request is missing a required parameter or malformed"),
    "unsupported_grant_type": (400, "grant type in request is not supported by the authorization server"),
}
Answer = tuple[int, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Token:
    """One access token: whose it is (a user's or the application's), what it opens and until when."""

    application: bool
    scopes: frozenset[str]
    expires: datetime


class Tokens:
    """The consent of one store and the tokens made of it; `revoked` is set when the seller takes the consent back."""

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        self.revoked = False
        self._settings = settings
        self._now = now
        self._began = now()
        self._made = 0
        self._access: dict[str, Token] = {}
        self._code_used = False

    def find(self, token: str) -> Token | None:
        """Return what an access token opens now, or None when it is wrong, too old, or its consent is gone."""
        found = self._access.get(token)
        if found is None or self._now() >= found.expires or (self.revoked and not found.application):
            return None
        return found

    def grant(self, authorization: str, form: Mapping[str, str]) -> Answer:
        """Answer a request for a token: a status and a body."""
        if not self._is_client(authorization):
            return _refused(CLIENT)
        grants = {
            "refresh_token": self._refresh,
            "client_credentials": self._application,
            "authorization_code": self._exchange,
        }
        answer = grants.get(form.get("grant_type", ""))
        return answer(form) if answer else _refused("unsupported_grant_type" if form.get("grant_type") else "invalid_request")

    def _is_client(self, authorization: str) -> bool:
        scheme, _, encoded = authorization.partition(" ")
        try:
            client = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return False
        known = self._settings.credentials
        return scheme.lower() == "basic" and client == f"{known['client_id']}:{known['client_secret']}"

    def _refresh(self, form: Mapping[str, str]) -> Answer:
        expired = self._now() >= self._began + timedelta(seconds=REFRESH_LIFE)
        if self.revoked or expired or form.get("refresh_token") != self._settings.credentials["refresh_token"]:
            return _refused(GRANT)
        scopes = _short(form["scope"]) if form.get("scope") else self._settings.scopes
        if not scopes <= self._settings.scopes:
            return _refused(SCOPE)
        return 200, self._mint(scopes)

    def _application(self, form: Mapping[str, str]) -> Answer:
        if _short(form.get("scope", "")) != {""}:
            return _refused(SCOPE)
        return 200, self._mint(frozenset({""}), application=True)

    def _exchange(self, form: Mapping[str, str]) -> Answer:
        known = self._settings.credentials
        late = self._now() >= self._began + timedelta(seconds=CODE_LIFE)
        fits = bool(known.get("code")) and (form.get("code"), form.get("redirect_uri")) == (known["code"], known.get("ru_name"))
        if not fits or late or self._code_used:
            return _refused(GRANT)
        self._code_used = True
        self.revoked = False
        refresh = {"refresh_token": known["refresh_token"], "refresh_token_expires_in": REFRESH_LIFE}
        return 200, {**self._mint(self._settings.scopes), **refresh}

    def _mint(self, scopes: frozenset[str], *, application: bool = False) -> dict[str, Any]:
        self._made += 1
        part = 1 if application else 3
        # The platform's tokens really have these signs in them.
        token = f"v^1.1#i^1#p^{part}#r^0#f^0#{self._settings.name}-{self._made:06d}"
        self._access[token] = Token(application, scopes, self._now() + timedelta(seconds=ACCESS_LIFE))
        kind = "Application Access Token" if application else "User Access Token"
        return {"access_token": token, "expires_in": ACCESS_LIFE, "token_type": kind}


def _refused(error: str) -> Answer:
    status, meaning = MEANINGS[error]
    return status, {"error": error, "error_description": meaning}


def _short(scopes: str) -> frozenset[str]:
    """Return scopes by their short names; the bare one is "", a foreign one keeps its whole name."""
    return frozenset(scope.removeprefix(PREFIX).removeprefix("/") for scope in scopes.split())
