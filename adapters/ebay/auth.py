"""How eBay is spoken to: the token on a request, and the meaning of an answer.

A store has a refresh token, good for some 18 months or until the seller takes the consent back; it is never replaced. From it tokens of two
hours are got. What is left of the day's calls is told to the application alone, which has a token of its own.
"""

import base64
import dataclasses
import re
from collections.abc import Mapping
from functools import partial

from adapters.ebay.manifest import CASES, ERRORS, EXISTS, RATES_BUCKET, REVISED, TOKEN
from adapters.kit.budget import Report
from adapters.kit.failures import PlatformError, classify
from adapters.kit.http import Answer, Request
from adapters.kit.session import Dialect, Judgement, Session
from adapters.kit.tokens import tokens_of

APPLICATION = "application"
BASIC_SCOPE = "https://api.ebay.com/oauth/api_scope"
TOKEN_LIFE = 7200.0  # seconds, of a token that does not say
REST = 60.0  # seconds a resource is left alone whose calls are used up; eBay does not say for how long
BEARER, OLDER = "Bearer ", "IAF "  # the older interface for cancellations has a word of its own
TOMORROW = 3600.0  # seconds; in which zone its day begins the platform does not say, so it is asked every hour
WORDS = re.compile(r"(25|32|34)\d{3}")  # codes whose words are about listings, parcels and money: nothing personal in them
LONGEST = 300  # letters of the platform's words


async def sign(session: Session, request: Request) -> Request:
    """Add the access token, the seller's or the application's; raises PlatformError AUTH when none can be got."""
    name = _owner(request)
    credentials = session.store.credentials
    forms = {
        "access": {"grant_type": "refresh_token", "refresh_token": credentials["refresh_token"]},
        APPLICATION: {"grant_type": "client_credentials", "scope": BASIC_SCOPE},
    }
    token = await tokens_of(session, name).get(partial(_fetch_token, session, forms[name]))
    prefix = OLDER if request.path.startswith(CASES) else BEARER
    return dataclasses.replace(request, headers={**request.headers, "authorization": prefix + token})


async def renew(session: Session, refused: Request) -> bool:
    """Forget a refused token, so that the next try has a new one."""
    await tokens_of(session, _owner(refused)).drop(refused.headers["authorization"].partition(" ")[2])
    return True


def judge(answer: Answer) -> Judgement:
    """Tell success from a refusal. Bulk answers succeed as a whole: their parts have statuses of their own. Some writes answer nothing."""
    if 200 <= answer.status < 300 and (isinstance(answer.body, dict) or not answer.text):
        return Judgement()
    if 300 <= answer.status < 400:
        return Judgement(code="MOVED")
    code = code_of(answer.body)
    if answer.status == 429:
        hold = _seconds(answer.headers)
        return Judgement(code=code, retry_after=hold, report=Report(verdict="slow", hold=hold))
    if answer.status >= 500:
        return Judgement(code=code, report=Report(verdict="slow"))
    return Judgement(code=code, message=words_of(answer.body), retry_after=TOMORROW if code == REVISED else None)


def code_of(body: object) -> str:
    """Return the platform's own word for what went wrong: the number of the first error, or a word of the token endpoint."""
    first = _first(body)
    if first.get("errorId"):
        code, message = str(first["errorId"]), str(first.get("message"))
        exists, revised = code == "25002" and "already exists" in message, code == "25019" and "calendar day" in message
        return EXISTS if exists else REVISED if revised else code
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, str) else "NOT_JSON" if body is None else "UNKNOWN"


def words_of(body: object) -> str:
    """Return the platform's words for what went wrong, "" where they may be personal or a sentence of ours says more."""
    message = _first(body).get("message")
    return f"eBay: {message.strip()[:LONGEST]}" if isinstance(message, str) and WORDS.fullmatch(code_of(body)) else ""


DIALECT = Dialect(sign=sign, judge=judge, renew=renew)


def _first(body: object) -> dict[str, object]:
    """Return the first error of an answer or of a part of one; the older interface has another name for the list."""
    found = (body.get("errors") or body.get("error")) if isinstance(body, dict) else None
    return found[0] if isinstance(found, list) and found and isinstance(found[0], dict) else {}


def _owner(request: Request) -> str:
    return APPLICATION if request.bucket == RATES_BUCKET else "access"


async def _fetch_token(session: Session, form: Mapping[str, str]) -> tuple[str, float]:
    credentials = session.store.credentials
    packed = base64.b64encode(f"{credentials['client_id']}:{credentials['client_secret']}".encode()).decode()
    # Without a scope the token has all that was consented to.
    answer = await session.send_unbudgeted(Request("POST", TOKEN, "Token", form=form, headers={"authorization": f"Basic {packed}"}))
    body = answer.body
    if answer.status == 200 and isinstance(body, dict) and body.get("access_token"):
        return str(body["access_token"]), float(body.get("expires_in") or TOKEN_LIFE)
    code = code_of(body)
    category, remedy = classify(ERRORS, answer.status, code)
    raise PlatformError(category, remedy, code=code, retry_after=_seconds(answer.headers) if answer.status == 429 else None)


def _seconds(headers: Mapping[str, str]) -> float:
    """Return how long to leave the platform alone; it does not say so itself, but something before it may."""
    text = headers.get("retry-after", "").strip()
    return float(text) if text.isdecimal() else REST
