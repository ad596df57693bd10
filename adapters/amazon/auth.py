"""How Amazon is spoken to: the token on a request, and the meaning of an answer.

A store has the seller's refresh token, which stays the same as long as the seller lets the application in. From it tokens of an hour are
got, at a host of their own. What a plan has left is not told: the budget keeps count, and starts anew when Amazon says that it ran out.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

from adapters.amazon.manifest import ERRORS, NO_ROLE, PACKAGE_GONE, TOKEN_HOST
from adapters.kit.budget import Report
from adapters.kit.failures import PlatformError, classify
from adapters.kit.http import USER_AGENT, Answer, Request
from adapters.kit.session import Dialect, Judgement, Session
from adapters.kit.tokens import tokens_of

TOKEN_PATH = "/auth/o2/token"
TOKEN_LIFE = 3600.0  # seconds, of a token that does not say
HEADER = "x-amz-access-token"
RATE = "x-amzn-ratelimit-limit"
AGENT = f"{USER_AGENT} (Language=Python)"  # Amazon wants to be told
PAUSE = 1.0  # seconds after a refusal for haste that does not say how long; the budget then waits for its next call
TRUST_SECONDS = 60.0  # a token younger than this that is refused is not what is wrong
UNLIMITED = 100.0  # calls a second that a plan gains, from which on nothing here can use it up
PLAIN = frozenset({"InvalidInput", "InvalidRequest", "InvalidInputException", "BAD_REQUEST"})  # they say what is wrong in words
LONGEST_MESSAGE = 400
MARGIN = 0.95  # of a plan's rate: it is overrun now and then although it was kept to


async def sign(session: Session, request: Request) -> Request:
    """Add the access token; raises PlatformError AUTH when none can be got."""
    token = await tokens_of(session).get(lambda: _fetch_token(session))
    return dataclasses.replace(request, headers={**request.headers, HEADER: token, "user-agent": AGENT})


async def renew(session: Session, refused: Request) -> bool:
    """Forget a refused token, unless it was got just now: then a role is missing, and no other token would have it."""
    fetched: float | None = session.kept.get("token fetched")
    if fetched is not None and session.clock.monotonic() - fetched < TRUST_SECONDS:
        return False
    await tokens_of(session).drop(refused.headers[HEADER])
    return True


def judge(answer: Answer) -> Judgement:
    """Tell success from a refusal. Batches succeed as a whole: their parts have statuses of their own."""
    if answer.status == 204 or (200 <= answer.status < 300 and isinstance(answer.body, dict)):
        return Judgement(report=_report(answer.headers))
    if 300 <= answer.status < 400:
        return Judgement(code="MOVED")
    code = code_of(answer)
    if answer.status == 429:
        wait = _seconds(answer.headers)
        return Judgement(code=code, retry_after=wait or PAUSE, report=Report(available=0, verdict="slow", hold=wait or 0))
    message = str(_first(answer).get("message") or "")[:LONGEST_MESSAGE] if answer.status == 400 and code in PLAIN else ""
    return Judgement(code=code, message=message, report=Report(verdict="slow") if answer.status >= 500 else Report())


def code_of(answer: Answer) -> str:
    """Return the platform's own word for what went wrong: of the first error, or of the token endpoint."""
    body, first = answer.body if isinstance(answer.body, dict) else {}, _first(answer)
    if answer.status == 400 and PACKAGE_GONE in str(first.get("message")):
        return PACKAGE_GONE
    code = first.get("code") or body.get("error")
    if answer.status == 403 and code == "Unauthorized" and not first.get("details"):
        return NO_ROLE
    return str(code) if code else "NOT_JSON"


DIALECT = Dialect(sign=sign, judge=judge, renew=renew)


def _first(answer: Answer) -> Mapping[str, Any]:
    """Return the first error of an answer."""
    errors = answer.body.get("errors") if isinstance(answer.body, dict) else None
    return errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}


async def _fetch_token(session: Session) -> tuple[str, float]:
    keys = session.store.credentials
    form = {"grant_type": "refresh_token", **{name: keys[name] for name in ("refresh_token", "client_id", "client_secret")}}
    request = Request("POST", TOKEN_PATH, "Token", form=form, headers={"user-agent": AGENT}, host=TOKEN_HOST)
    answer = await session.send_unbudgeted(request)
    body = answer.body
    if answer.status == 200 and isinstance(body, dict) and body.get("access_token"):
        session.kept["token fetched"] = session.clock.monotonic()
        return str(body["access_token"]), float(body.get("expires_in") or TOKEN_LIFE)
    code = code_of(answer)
    category, remedy = classify(ERRORS, answer.status, code)
    raise PlatformError(category, remedy, code=code, retry_after=_seconds(answer.headers) if answer.status == 429 else None)


def _report(headers: Mapping[str, str]) -> Report:
    """Return what an answer tells of its plan: how much it gains a second, never what is left of it."""
    try:
        rate = float(headers.get(RATE, "0"))
    except ValueError:
        return Report()
    if rate < UNLIMITED:
        return Report(refill=max(0.0, rate * MARGIN))
    return Report(available=rate, points=rate, refill=rate * MARGIN)


def _seconds(headers: Mapping[str, str]) -> float | None:
    """Return how long to wait; Amazon does not say, but something before it may."""
    text = headers.get("retry-after", "").strip()
    return float(text) if text.isdecimal() else None
