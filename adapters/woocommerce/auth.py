"""How WooCommerce is spoken to: the key on a request, and the meaning of an answer.

Over HTTPS the key goes in a Basic header. Over plain HTTP the platform ignores that and takes only a signature (OAuth 1.0a, one-legged),
which covers the address and every parameter: so signing is the last thing that happens to a request.
"""

import base64
import dataclasses
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urlsplit

from adapters.kit.budget import Report
from adapters.kit.http import Answer, Request
from adapters.kit.session import Dialect, Judgement, Session
from adapters.woocommerce.refusals import sentence

METHOD = "HMAC-SHA256"
REST = 5.0  # seconds a store is left alone when it is overloaded and does not say for how long


async def sign(session: Session, request: Request) -> Request:
    """Add the store's key to a request, as a header over HTTPS and as a signature over HTTP."""
    key, secret = session.store.credentials["consumer_key"], session.store.credentials["consumer_secret"]
    if session.store.url.lower().startswith("https://"):
        packed = base64.b64encode(f"{key}:{secret}".encode()).decode()
        return dataclasses.replace(request, headers={**request.headers, "authorization": f"Basic {packed}"})
    params = {
        **request.params,
        "oauth_consumer_key": key,
        "oauth_nonce": secrets.token_hex(16),
        "oauth_signature_method": METHOD,
        "oauth_timestamp": str(int(session.clock.now().timestamp())),
    }
    signature = signature_of(request.method, session.store.url + request.path, params, secret)
    return dataclasses.replace(request, params={**params, "oauth_signature": signature})


def signature_of(method: str, url: str, params: Mapping[str, str], secret: str) -> str:
    """Return the OAuth 1.0a signature (RFC 5849, section 3.4) of a request without a token."""
    text = "&".join((method.upper(), _quoted(_plain(url)), _quoted(_normalized(params))))
    return base64.b64encode(hmac.new(f"{secret}&".encode(), text.encode(), hashlib.sha256).digest()).decode()


def judge(answer: Answer) -> Judgement:
    """Tell success from refusals of the platform, of WordPress, and of whatever stands before them."""
    if 200 <= answer.status < 300 and isinstance(answer.body, (list, dict)):
        return Judgement()
    if 300 <= answer.status < 400:
        return Judgement(code="MOVED")
    code = _code(answer)
    if answer.status in {429, 503}:
        hold = _seconds(answer.headers)
        return Judgement(code=code, retry_after=hold, report=Report(verdict="slow", hold=hold))
    # The platform's own refusals may come as 500 (refunds): they say nothing of the store's health.
    struggles = answer.status >= 500 and not code.startswith("woocommerce_rest_")
    message = sentence(answer.body) if isinstance(answer.body, dict) else ""
    return Judgement(code=code, message=message, report=Report(verdict="slow") if struggles else Report())


DIALECT = Dialect(sign=sign, judge=judge)


def _code(answer: Answer) -> str:
    code = answer.body.get("code") if isinstance(answer.body, dict) else None
    return str(code) if code not in {None, ""} else "NOT_JSON"  # fulfilments have PHP's own codes, often 0


def _seconds(headers: Mapping[str, str]) -> float:
    """Return how long the store asks to be left alone: seconds, or a date, which is measured by the store's own clock."""
    text = headers.get("retry-after", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - parsedate_to_datetime(headers["date"])).total_seconds())
    except (KeyError, TypeError, ValueError):
        return REST


def _plain(url: str) -> str:
    """Return the address as the base string wants it: lower case host, no default port."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = f":{parts.port}" if parts.port not in {None, 80} else ""
    return f"{parts.scheme.lower()}://{f'[{host}]' if ':' in host else host}{port}{parts.path}"


def _normalized(params: Mapping[str, str]) -> str:
    return "&".join(f"{name}={value}" for name, value in sorted((_quoted(name), _quoted(value)) for name, value in params.items()))


def _quoted(text: str) -> str:
    return quote(text, safe="~")
