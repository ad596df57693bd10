"""Who is asking: a client with its secret gets tokens that last fifteen minutes; every other call carries one of them.

Tokens live in this object only, each with the instant it was made. Several are good at once; a rotated secret leaves them alone, a
revoked key ends them all.
"""

import base64
import binascii
import hmac
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import Headers

from adapters.walmart.sandbox.calls import Call
from adapters.walmart.sandbox.errors import ApiError, unauthorized
from adapters.walmart.sandbox.settings import Settings

TOKEN_SECONDS = 900
REFRESH_SECONDS = 365 * 86_400
GRANTS = ("client_credentials", "authorization_code", "refresh_token")
SCOPES = ("reports", "item", "shipping", "price", "lagtime", "feeds", "returns", "orders", "rules", "inventory", "content")


class Door:
    """Decides for one seller who may come in."""

    def __init__(self, settings: Settings, credentials: Mapping[str, str], now: Callable[[], datetime]) -> None:
        self.revoked = False
        self._credentials = dict(credentials)
        self._scopes = dict.fromkeys(SCOPES, "full_access") | dict(settings.scopes)
        self._codes = set(settings.authorization_codes)
        self._now = now
        self._tokens: dict[str, float] = {}
        self._refresh_tokens: dict[str, float] = {}
        if credentials.get("refresh_token"):
            self._refresh_tokens[credentials["refresh_token"]] = now().timestamp()

    def rotate(self, secret: str) -> None:
        """Change the client's secret; tokens made before stay good for their time."""
        self._credentials["client_secret"] = secret

    def revoke(self, *, revoked: bool) -> None:
        """Take the key and all its tokens back, or allow new ones again."""
        self.revoked = revoked
        self._tokens.clear()

    def token(self, call: Call) -> dict[str, Any]:
        """Answer the token call. ApiError 400 or 401: the platform uses both for a client it does not know."""
        self._check_client(call.headers)
        form = dict(parse_qsl(call.body.decode(errors="replace")))
        grant = form.get("grant_type", "")
        if grant not in GRANTS:
            raise ApiError(400, "INVALID_REQUEST_PARAM", f"grant_type is one of {', '.join(GRANTS)}")
        answer: dict[str, Any] = {}
        if grant == "authorization_code":
            self._take_code(form)
            answer["refresh_token"] = self._issue(self._refresh_tokens)
        elif grant == "refresh_token" and not self._fresh(self._refresh_tokens, form.get("refresh_token", ""), REFRESH_SECONDS):
            raise ApiError(400, "INVALID_REQUEST_PARAM", "The refresh token is not valid")
        return {"access_token": self._issue(self._tokens), "token_type": "Bearer", "expires_in": TOKEN_SECONDS, **answer}

    def detail(self, call: Call) -> dict[str, Any]:
        """Answer what a token may do; the client must show itself once more."""
        self._check_client(call.headers)
        made = self._tokens[call.headers["wm_sec.access_token"]]
        return {
            "expire_at": str(int((made + TOKEN_SECONDS) * 1000)),
            "issued_at": str(int(made * 1000)),
            "is_valid": True,
            "scopes": self._scopes,
        }

    def admit(self, headers: Headers, scope: str, *, writing: bool) -> None:
        """Let a request in. ApiError 401 without a good token, 403 when the key may not do this."""
        if self.revoked or not self._fresh(self._tokens, headers.get("wm_sec.access_token", ""), TOKEN_SECONDS):
            raise unauthorized()
        granted = self._scopes.get(scope, "full_access")
        if granted == "no_access" or (writing and granted != "full_access"):
            raise ApiError(403, "FORBIDDEN", "Forbidden")

    def _check_client(self, headers: Headers) -> None:
        client, _, secret = _basic(headers.get("authorization", "")).partition(":")
        partner = headers.get("wm_partner.id")
        if self.revoked or client != self._credentials["client_id"] or partner not in {None, self._credentials.get("partner_id", partner)}:
            raise unauthorized()
        if not hmac.compare_digest(secret.encode(), self._credentials["client_secret"].encode()):
            raise ApiError(400, "INVALID_REQUEST_HEADER", "The client id and secret do not fit")

    def _take_code(self, form: Mapping[str, str]) -> None:
        if not form.get("redirect_uri") or form.get("code") not in self._codes:
            raise ApiError(400, "INVALID_REQUEST_PARAM", "The authorization code is not valid")
        self._codes.discard(form["code"])

    def _issue(self, tokens: dict[str, float]) -> str:
        made = f"eyJ{secrets.token_urlsafe(60)}"
        tokens[made] = self._now().timestamp()
        return made

    def _fresh(self, tokens: dict[str, float], token: str, seconds: float) -> bool:
        if token in tokens and tokens[token] + seconds <= self._now().timestamp():
            del tokens[token]
        return token in tokens


def _basic(header: str) -> str:
    kind, _, coded = header.partition(" ")
    if kind.lower() != "basic":
        return ""
    try:
        return base64.b64decode(coded, validate=True).decode(errors="replace")
    except binascii.Error:
        return ""
