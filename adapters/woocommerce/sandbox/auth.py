"""Who is asking: keys over HTTPS, OAuth 1.0a signatures over either scheme.

Without HTTPS the server does not look at Basic or query keys at all, so such a request is merely anonymous. Used nonces are remembered
per store for the fifteen minutes in which their timestamp would still be taken.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import quote, unquote

from starlette.requests import Request

from adapters.woocommerce.sandbox.errors import ApiError
from adapters.woocommerce.sandbox.settings import Settings

WINDOW = 15 * 60
READING = frozenset({"GET", "HEAD"})
DIGESTS = {"HMAC-SHA1": hashlib.sha1, "HMAC-SHA256": hashlib.sha256}
SIGNED = ("oauth_consumer_key", "oauth_timestamp", "oauth_nonce", "oauth_signature", "oauth_signature_method")
REALM = "WooCommerce API. Use a consumer key in the username field and a consumer secret in the password field."
CHALLENGE = {"WWW-Authenticate": f'Basic realm="{REALM}"'}


class Door:
    """Decides for one store who is asking."""

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._now = now
        self._nonces: dict[str, float] = {}

    def admit(self, request: Request, method: str) -> bool:
        """Return whether the request is signed in; False is an anonymous request. ApiError 401 for a credential that is wrong."""
        if request.url.scheme == "https" and self._by_keys(request):
            self._permit(method, CHALLENGE)
            return True
        if self._by_signature(request):
            self._permit(method, {})
            return True
        return False

    def _by_keys(self, request: Request) -> bool:
        key, secret = _keys(request)
        if not key or not secret or key != self._settings.consumer_key:
            return False
        if not hmac.compare_digest(secret.encode(), self._settings.consumer_secret.encode()):
            raise _refused("Consumer secret is invalid.", CHALLENGE)
        return True

    def _by_signature(self, request: Request) -> bool:
        given = dict(request.query_params) | _header_parameters(request)
        missing = [name for name in SIGNED if not given.get(name)]
        if len(missing) == len(SIGNED):
            return False
        if missing:
            plural = "s" if len(missing) > 1 else ""
            message = f"Missing OAuth parameter{plural} {', '.join(missing)}"
            raise ApiError(401, "woocommerce_rest_authentication_missing_parameter", message)
        if given["oauth_consumer_key"] != self._settings.consumer_key:
            raise _refused("Consumer key is invalid.")
        self._check_signature(request, given)
        self._check_age(given)
        return True

    def _check_signature(self, request: Request, given: Mapping[str, str]) -> None:
        digest = DIGESTS.get(given["oauth_signature_method"])
        if digest is None:
            raise _refused("Invalid signature - signature method is invalid.")
        pairs = [*request.query_params.multi_items(), *_header_parameters(request).items()]
        text = base_string(request.method, str(request.url).partition("?")[0], pairs)
        wanted = base64.b64encode(hmac.new(f"{self._settings.consumer_secret}&".encode(), text.encode(), digest).digest())
        if not hmac.compare_digest(wanted, given["oauth_signature"].replace(" ", "+").encode()):
            raise _refused("Invalid signature - provided signature does not match.")

    def _check_age(self, given: Mapping[str, str]) -> None:
        now = self._now().timestamp()
        stamp = given["oauth_timestamp"]
        if not stamp.isdecimal() or abs(int(stamp) - now) > WINDOW:
            raise _refused("Invalid timestamp.")
        self._nonces = {nonce: seen for nonce, seen in self._nonces.items() if seen >= now - WINDOW}
        if given["oauth_nonce"] in self._nonces:
            raise _refused("Invalid nonce - nonce has already been used.")
        self._nonces[given["oauth_nonce"]] = int(stamp)

    def _permit(self, method: str, headers: Mapping[str, str]) -> None:
        wanted = "read" if method in READING else "write"
        if wanted not in self._settings.permissions:
            raise _refused(f"The API key provided does not have {wanted} permissions.", headers)


def base_string(method: str, url: str, pairs: list[tuple[str, str]]) -> str:
    """Return the text that OAuth 1.0a signs; the signature itself is left out of the pairs."""
    encoded = sorted((_encoded(name), _encoded(value)) for name, value in pairs if name != "oauth_signature")
    query = "&".join(f"{name}={value}" for name, value in encoded)
    return "&".join((method.upper(), _encoded(url), _encoded(query)))


def _keys(request: Request) -> tuple[str, str]:
    query = request.query_params
    if query.get("consumer_key") and query.get("consumer_secret"):
        return query["consumer_key"], query["consumer_secret"]
    scheme, _, packed = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        key, _, secret = base64.b64decode(packed).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return key, secret


def _header_parameters(request: Request) -> dict[str, str]:
    header = request.headers.get("authorization", "").strip()
    if not header.startswith("OAuth "):
        return {}
    parts = (part.strip().partition("=") for part in header[6:].split(","))
    return {name: unquote(value.strip('"')) for name, _, value in parts if name.startswith("oauth_")}


def _encoded(text: str) -> str:
    return quote(text, safe="-._~")


def _refused(message: str, headers: Mapping[str, str] | None = None) -> ApiError:
    return ApiError(401, "woocommerce_rest_authentication_error", message, headers=headers or {})
