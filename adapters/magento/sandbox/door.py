"""Who is asking: a signed integration, an admin's or a cloud application's token, and what either may reach.

Everything the door remembers is the store's own and lives as long as the process: used nonces, request tokens until they are exchanged,
admin tokens for four hours, cloud tokens for a day, all by the sandbox's clock. An exchange or a revocation ends a token at once.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode

import orjson

from adapters.magento.sandbox.calls import Answer, Asked
from adapters.magento.sandbox.errors import ApiError, refusal, unauthorized
from adapters.magento.sandbox.settings import Settings
from adapters.magento.sandbox.signing import Nonces, OauthProblem, check_form, check_signature, header_parameters

ANONYMOUS = "anonymous"
ADMIN_SECONDS = 4 * 3600
CLOUD_SECONDS = 86_399
CLOUD_SCOPES = frozenset(
    {
        *("openid", "AdobeID", "email", "profile", "commerce.accs"),
        *("additional_info.roles", "additional_info.projectedProductContext"),
    }
)


@dataclass(slots=True)
class Door:
    """Decides for one store who is asking; `pair` is the integration's token and its secret, `revoked` shuts everybody out."""

    settings: Settings
    now: Callable[[], datetime]
    revoked: bool = False
    pair: tuple[str, str] = ("", "")
    nonces: Nonces = field(default_factory=Nonces)
    issued: int = 0
    sessions: dict[str, float] = field(default_factory=dict)
    requested: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        given = self.settings.credentials
        self.pair = (given.get("access_token", ""), given.get("access_token_secret", ""))

    def admit(self, asked: Asked, resource: str) -> None:
        """ApiError unless the request may reach this resource."""
        if resource == ANONYMOUS:
            return
        if self.settings.cloud:
            self._admit_cloud(asked)
        elif not (self._by_signature(asked) or self._by_bearer(asked)):
            raise unauthorized(resource)
        if resource in self.settings.denied:
            raise unauthorized(resource)

    def revoke(self) -> None:
        """Shut everybody out: the integration was switched off, sessions ended."""
        self.revoked = True
        self.sessions.clear()

    def admin_token(self, body: bytes) -> Answer:
        """Answer a sign-in with name and password: a token as a JSON string, good for four hours."""
        try:
            sent = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise refusal("json") from error
        for name in ("username", "password"):
            if not isinstance(sent, dict) or not sent.get(name):
                raise refusal("required", fieldName=name)
        given = self.settings.credentials
        if self.revoked or not given.get("username") or (sent["username"], sent["password"]) != (given["username"], given.get("password")):
            raise refusal("login")
        return Answer(self._session(ADMIN_SECONDS))

    def request_token(self, asked: Asked) -> Answer:
        """Answer the first step of an integration's activation."""
        return self._exchange(asked, self._request_token)

    def access_token(self, asked: Asked) -> Answer:
        """Answer the second step: a new pair of token and secret; the old pair ends at once."""
        return self._exchange(asked, self._access_token)

    def cloud_token(self, body: bytes) -> Answer:
        """Answer the identity service of the cloud edition: a bearer token good for a day."""
        sent, given = dict(parse_qsl(body.decode(errors="replace"))), self.settings.credentials
        if sent.get("grant_type") != "client_credentials":
            return Answer({"error": "unsupported_grant_type"}, 400)
        known = (sent.get("client_id"), sent.get("client_secret")) == (given.get("client_id"), given.get("client_secret"))
        if self.revoked or not known:
            return Answer({"error": "invalid_client"}, 400)
        if not set(sent.get("scope", "").replace(",", " ").split()) >= CLOUD_SCOPES:
            return Answer({"error": "invalid_scope"}, 400)
        return Answer({"access_token": self._session(CLOUD_SECONDS), "token_type": "bearer", "expires_in": CLOUD_SECONDS})

    def _by_signature(self, asked: Asked) -> bool:
        given = header_parameters(asked.headers.get("authorization", ""))
        if not given:
            return False
        try:
            check_form(given, "oauth_token")
            self.nonces.check(given, self.now().timestamp())
            known = self.settings.credentials.get("consumer_key"), self.pair[0]
            if self.revoked or (given["oauth_consumer_key"], given["oauth_token"]) != known:
                return False
            check_signature(asked, given, self.settings.credentials["consumer_secret"], self.pair[1])
        except OauthProblem as problem:
            raise problem.error() from problem
        return True

    def _by_bearer(self, asked: Asked) -> bool:
        scheme, _, token = asked.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token or self.revoked:
            return False
        return self._is_session(token) or (self.settings.bearer and token == self.pair[0])

    def _admit_cloud(self, asked: Asked) -> None:
        scheme, _, token = asked.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or self.revoked or not self._is_session(token):
            raise ApiError(401, "Oauth token is not valid")
        given = self.settings.credentials
        named = asked.headers.get("x-api-key"), asked.headers.get("x-gw-ims-org-id")
        if named != (given.get("client_id"), given.get("org_id")):
            raise ApiError(403, "Api key or organisation is not permitted")

    def _is_session(self, token: str) -> bool:
        return self.sessions.get(token, 0.0) > self.now().timestamp()

    def _session(self, seconds: int) -> str:
        token = self._invented("session")
        self.sessions[token] = self.now().timestamp() + seconds
        return token

    def _exchange(self, asked: Asked, step: Callable[[Asked, dict[str, str]], tuple[str, str]]) -> Answer:
        given = header_parameters(asked.headers.get("authorization", ""))
        try:
            check_form(given)
            self.nonces.check(given, self.now().timestamp())
            self._check_consumer(given)
            token, secret = step(asked, given)
        except OauthProblem as problem:
            return Answer(f"oauth_problem={problem.code}", problem.status, text=True)
        return Answer(urlencode({"oauth_token": token, "oauth_token_secret": secret}), text=True)

    def _check_consumer(self, given: dict[str, str]) -> None:
        if given["oauth_consumer_key"] != self.settings.credentials.get("consumer_key"):
            raise OauthProblem("consumer_key_rejected")

    def _request_token(self, asked: Asked, given: dict[str, str]) -> tuple[str, str]:
        check_signature(asked, given, self.settings.credentials["consumer_secret"])
        token, secret = self._invented("request"), self._invented("request secret")
        self.requested[token] = secret
        return token, secret

    def _access_token(self, asked: Asked, given: dict[str, str]) -> tuple[str, str]:
        check_form(given, "oauth_token", "oauth_verifier")
        token = given["oauth_token"]
        if token not in self.requested:
            raise OauthProblem("token_used" if token in self.used else "token_rejected")
        check_signature(asked, given, self.settings.credentials["consumer_secret"], self.requested[token])
        if given["oauth_verifier"] != self.settings.verifier:
            raise OauthProblem("verifier_invalid")
        del self.requested[token]
        self.used.add(token)
        self.pair, self.revoked = (self._invented("access"), self._invented("access secret")), False
        return self.pair

    def _invented(self, purpose: str) -> str:
        self.issued += 1
        return sha256(f"{self.settings.name}/{purpose}/{self.issued}".encode()).hexdigest()[:32]
