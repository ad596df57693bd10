"""Access tokens of one store: a pasted permanent one, and those the token endpoint hands out.

A refresh token rotates at every use. The used one stays good until its replacement is first used, so a lost answer is repaired by asking
again with the same token.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

CLIENT_CREDENTIALS_LIFE = 86_399
ACCESS_LIFE = 3_600
REFRESH_LIFE = 7_776_000

Answer = tuple[int, dict[str, Any]]


@dataclass(slots=True)
class _Refresh:
    """One refresh token: until when it is good, which one it replaced, and whether it has been used."""

    expires: datetime
    replaced: str | None
    used: bool = False


class Tokens:
    """The tokens of one store, by the sandbox's clock."""

    def __init__(self, credentials: Mapping[str, str], scopes: str, now: Callable[[], datetime]) -> None:
        self._credentials = credentials
        self._scopes = scopes
        self._now = now
        self._made = 0
        self._access: dict[str, datetime] = {}
        self._refresh: dict[str, _Refresh] = {}
        if "refresh_token" in credentials:
            self._refresh[credentials["refresh_token"]] = _Refresh(now() + timedelta(seconds=REFRESH_LIFE), None)

    def accepts(self, token: str) -> bool:
        """Tell whether an access token opens the store now."""
        if token and token == self._credentials.get("access_token"):
            return True
        expires = self._access.get(token)
        return expires is not None and self._now() < expires

    def grant(self, form: Mapping[str, Any]) -> Answer:
        """Answer the token endpoint: a status and a body."""
        known = self._credentials
        if not known.get("client_id") or form.get("client_id") != known["client_id"]:
            return 400, {"error": "application_cannot_be_found", "error_description": "The application was not found"}
        if form.get("client_secret") != known.get("client_secret"):
            return 400, {"error": "invalid_client", "error_description": "The client secret is wrong"}
        if form.get("grant_type") == "client_credentials":
            return 200, {"access_token": self._mint(CLIENT_CREDENTIALS_LIFE), "scope": self._scopes, "expires_in": CLIENT_CREDENTIALS_LIFE}
        if form.get("grant_type") == "refresh_token":
            return self._rotate(str(form.get("refresh_token")))
        return 400, {"error": "invalid_request", "error_description": "This grant is not known here"}

    def _rotate(self, token: str) -> Answer:
        found = self._refresh.get(token)
        if found is None or self._now() >= found.expires:
            return 400, {"error": "invalid_grant"}
        # The replacement is in use from now on: the one before it dies.
        if not found.used and found.replaced:
            self._refresh.pop(found.replaced, None)
        found.used = True
        self._made += 1
        fresh = f"shprt_{self._made:032x}"
        self._refresh[fresh] = _Refresh(self._now() + timedelta(seconds=REFRESH_LIFE), token)
        return 200, {
            "access_token": self._mint(ACCESS_LIFE),
            "scope": self._scopes,
            "expires_in": ACCESS_LIFE,
            "refresh_token": fresh,
            "refresh_token_expires_in": REFRESH_LIFE,
        }

    def _mint(self, life: int) -> str:
        self._made += 1
        token = f"shpat_{self._made:032x}"
        self._access[token] = self._now() + timedelta(seconds=life)
        return token
