"""OAuth 1.0a as the platform checks it: the header, the text that is signed, and the codes of what can be wrong."""

import base64
import hashlib
import hmac
from urllib.parse import quote, unquote

from adapters.magento.sandbox.calls import Asked
from adapters.magento.sandbox.errors import ApiError

NEEDED = ("oauth_consumer_key", "oauth_nonce", "oauth_signature", "oauth_signature_method", "oauth_timestamp")
METHOD = "HMAC-SHA256"
WINDOW = 600

PROBLEMS: dict[str, tuple[int, str]] = {
    "version_rejected": (400, "The OAuth version %1 is not supported."),
    "parameter_absent": (400, "The parameter %1 is missing."),
    "timestamp_refused": (400, "The timestamp value in the oauth_timestamp parameter is invalid."),
    "nonce_used": (401, "The nonce is already being used by the consumer."),
    "signature_method_rejected": (400, "The signature method %1 is not supported."),
    "signature_invalid": (401, "The signature is invalid. Verify and try again."),
    "consumer_key_rejected": (401, "The consumer key has been rejected."),
    "token_used": (401, "The token has already been used."),
    "token_rejected": (401, "The token has been rejected."),
    "verifier_invalid": (401, "The verifier is invalid."),
}


class OauthProblem(Exception):  # noqa: N818 - the protocol's own word for it
    """Something wrong with a signed request, by the protocol's code."""

    def __init__(self, code: str, *values: str) -> None:
        super().__init__(code)
        self.code = code
        self.status, self.message = PROBLEMS[code]
        self.values = values

    def error(self) -> ApiError:
        """Return it as the API shows it."""
        return ApiError(self.status, self.message, self.values)


def header_parameters(header: str) -> dict[str, str]:
    """Return the parameters of an `OAuth` Authorization header; empty for any other."""
    if not header.startswith("OAuth "):
        return {}
    parts = (part.strip().partition("=") for part in header[6:].split(","))
    return {unquote(name): unquote(value.strip('"')) for name, _, value in parts if name.startswith("oauth_")}


def base_string(method: str, url: str, pairs: list[tuple[str, str]]) -> str:
    """Return the text that is signed: a JSON body is never part of it, the signature itself neither."""
    encoded = sorted((_encoded(name), _encoded(value)) for name, value in pairs if name != "oauth_signature")
    return "&".join((method.upper(), _encoded(url), _encoded("&".join(f"{name}={value}" for name, value in encoded))))


def signature(method: str, url: str, pairs: list[tuple[str, str]], consumer_secret: str, token_secret: str) -> str:
    """Return the signature of a request, base64."""
    key = f"{_encoded(consumer_secret)}&{_encoded(token_secret)}".encode()
    return base64.b64encode(hmac.new(key, base_string(method, url, pairs).encode(), hashlib.sha256).digest()).decode()


class Nonces:
    """Remembers a store's nonces for as long as their timestamps would still be taken."""

    def __init__(self) -> None:
        self._seen: dict[str, float] = {}

    def check(self, given: dict[str, str], now: float) -> None:
        """OauthProblem for a timestamp off by more than ten minutes, or a nonce that was used before."""
        stamp = given["oauth_timestamp"]
        if not stamp.isdecimal() or abs(int(stamp) - now) > WINDOW:
            raise OauthProblem("timestamp_refused")
        self._seen = {nonce: seen for nonce, seen in self._seen.items() if seen >= now - WINDOW}
        if given["oauth_nonce"] in self._seen:
            raise OauthProblem("nonce_used")
        self._seen[given["oauth_nonce"]] = int(stamp)


def check_form(given: dict[str, str], *more: str) -> None:
    """OauthProblem for a missing parameter, or a version or method that is not taken."""
    missing = [name for name in (*NEEDED, *more) if not given.get(name)]
    if missing:
        raise OauthProblem("parameter_absent", missing[0])
    if given.get("oauth_version", "1.0") != "1.0":
        raise OauthProblem("version_rejected", given["oauth_version"])
    if given["oauth_signature_method"] != METHOD:
        raise OauthProblem("signature_method_rejected", given["oauth_signature_method"])


def check_signature(asked: Asked, given: dict[str, str], consumer_secret: str, token_secret: str = "") -> None:
    """OauthProblem when the request was not signed with these secrets."""
    wanted = signature(asked.method, asked.url, [*asked.pairs, *given.items()], consumer_secret, token_secret)
    if not hmac.compare_digest(wanted, given["oauth_signature"]):
        raise OauthProblem("signature_invalid")


def _encoded(text: str) -> str:
    return quote(text, safe="-._~")
