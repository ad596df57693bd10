"""How Magento is spoken to: the credentials on a request, and the meaning of an answer.

An integration signs every request (OAuth 1.0a with a token); where its shop allows that, its access token alone will do. The Cloud Service
takes tokens of a day from Adobe's identity service. Refusals have no codes: they are told by status and by pieces of their message.
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
from adapters.kit.failures import PlatformError, classify
from adapters.kit.http import Answer, Request
from adapters.kit.session import Dialect, Judgement, Session
from adapters.kit.tokens import tokens_of
from adapters.magento.manifest import ERRORS, IMS, INTERNAL
from adapters.magento.refusals import code_of, message_of, sentence

METHOD = "HMAC-SHA256"
TOKEN_PATH = "/ims/token/v3"
SCOPES = "openid,AdobeID,email,profile,additional_info.roles,additional_info.projectedProductContext,commerce.accs"
TOKEN_LIFE = 86_399.0  # seconds, of a token that does not say
REST = 5.0  # seconds a store is left alone when it is overloaded and does not say for how long
PROBLEM = "oauth_problem="


async def sign(session: Session, request: Request) -> Request:
    """Add the store's credentials to a request; raises PlatformError AUTH when no token can be got."""
    given = session.store.credentials
    if "client_id" in given:
        token = await tokens_of(session).get(lambda: _fetch_token(session))
        own = {"authorization": f"Bearer {token}", "x-api-key": given["client_id"], "x-gw-ims-org-id": given["org_id"]}
    elif "consumer_key" in given:
        own = {"authorization": _authorization(session, request)}
    else:
        own = {"authorization": f"Bearer {given['access_token']}"}
    return dataclasses.replace(request, headers={**request.headers, **own})


async def renew(session: Session, refused: Request) -> bool:
    """Forget a refused token; False for an integration's, which nothing here can renew."""
    if "client_id" not in session.store.credentials:
        return False
    await tokens_of(session).drop(refused.headers["authorization"].removeprefix("Bearer "))
    return True


def signature_of(method: str, url: str, params: Mapping[str, str], consumer_secret: str, token_secret: str) -> str:
    """Return the OAuth 1.0a signature (RFC 5849, section 3.4) of a request; a JSON body is no part of it."""
    pairs = sorted((_quoted(name), _quoted(value)) for name, value in params.items())
    body = "&".join(f"{name}={value}" for name, value in pairs)
    message = "&".join((method.upper(), _quoted(_plain(url)), _quoted(body)))
    key = f"{_quoted(consumer_secret)}&{_quoted(token_secret)}"
    return base64.b64encode(hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()).decode()


def judge(answer: Answer) -> Judgement:
    """Tell success from refusals of the platform, and of whatever stands before it."""
    if 200 <= answer.status < 300 and answer.body is not None:
        return Judgement()
    if 300 <= answer.status < 400:
        return Judgement(code="MOVED")
    code = _code(answer)
    if answer.status in {429, 503}:
        hold = _seconds(answer.headers)
        return Judgement(code=code, retry_after=hold, report=Report(verdict="slow", hold=hold))
    said = sentence(code, answer.body) if isinstance(answer.body, dict) else ""
    # A row the platform stumbles over says nothing of the store's health.
    return Judgement(code=code, message=said, report=Report(verdict="slow") if answer.status >= 500 and code != INTERNAL else Report())


DIALECT = Dialect(sign=sign, judge=judge, renew=renew)


def _authorization(session: Session, request: Request) -> str:
    given = session.store.credentials
    own = {
        "oauth_consumer_key": given["consumer_key"],
        "oauth_nonce": secrets.token_hex(16),
        "oauth_signature_method": METHOD,
        "oauth_timestamp": str(int(session.clock.now().timestamp())),
        "oauth_token": given["access_token"],
        "oauth_version": "1.0",
    }
    url = session.store.url + request.path
    own["oauth_signature"] = signature_of(
        request.method, url, {**request.params, **own}, given["consumer_secret"], given["access_token_secret"]
    )
    return "OAuth " + ", ".join(f'{name}="{_quoted(value)}"' for name, value in own.items())


async def _fetch_token(session: Session) -> tuple[str, float]:
    given = session.store.credentials
    form = {"client_id": given["client_id"], "client_secret": given["client_secret"], "grant_type": "client_credentials", "scope": SCOPES}
    answer = await session.send_unbudgeted(Request("POST", TOKEN_PATH, "Token", form=form, host=IMS))
    if answer.status == 200 and isinstance(answer.body, dict) and answer.body.get("access_token"):
        return str(answer.body["access_token"]), float(answer.body.get("expires_in") or TOKEN_LIFE)
    # 400 is how the token endpoint refuses a client.
    code = "TOKEN_REFUSED" if answer.status in {400, 401, 403} else "TOKEN"
    category, remedy = classify(ERRORS, answer.status, code)
    raise PlatformError(category, remedy, code=code)


def _code(answer: Answer) -> str:
    """Return our word for a refusal: an OAuth problem, a message that is known, or the status."""
    if PROBLEM in answer.text:
        return answer.text.partition(PROBLEM)[2].partition("&")[0].strip()
    if not isinstance(answer.body, dict):
        return "NOT_JSON"
    return code_of(message_of(answer.body), answer.status)


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
    """Return the address as the signature wants it: lower case host, no default port."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = f":{parts.port}" if parts.port not in {None, {"http": 80, "https": 443}.get(parts.scheme.lower())} else ""
    return f"{parts.scheme.lower()}://{f'[{host}]' if ':' in host else host}{port}{parts.path}"


def _quoted(text: str) -> str:
    return quote(text, safe="~")
