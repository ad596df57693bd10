"""How Shopify is spoken to: the token on a request, and the meaning of an answer.

A store has either a permanent access token or a client id and secret, from which a token of a day is got (client credentials grant).
Answers are judged by their body: a throttled request is a 200, and so is a refused field.
"""

import dataclasses
from typing import Any

from adapters.kit.budget import Report
from adapters.kit.failures import PlatformError, classify
from adapters.kit.http import Answer, Request
from adapters.kit.session import Dialect, Judgement, Session
from adapters.kit.tokens import tokens_of
from adapters.shopify.manifest import ERRORS
from adapters.shopify.operations import ROOT

TOKEN_PATH = "/admin/oauth/access_token"
PAUSES = {429: 2.0, 430: 120.0}  # seconds to leave a store alone that does not say how long
TOKEN_LIFE = 86399.0  # seconds, of a client credentials token that does not say
HEADER = "x-shopify-access-token"


async def sign(session: Session, request: Request) -> Request:
    """Add the access token; raises PlatformError AUTH when none can be got."""
    token = session.store.credentials.get("access_token")
    if token is None:
        token = await tokens_of(session).get(lambda: _fetch_token(session))
    return dataclasses.replace(request, headers={**request.headers, HEADER: token})


async def renew(session: Session, refused: Request) -> bool:
    """Forget a refused token; False when the store has a permanent one, which nothing can renew."""
    if "access_token" in session.store.credentials:
        return False
    await tokens_of(session).drop(refused.headers[HEADER])
    return True


def judge(answer: Answer) -> Judgement:
    """Tell success from the many ways Shopify says no (facts: errors and throttling)."""
    report = _report(answer)
    if 300 <= answer.status < 400:
        return Judgement(code="MOVED", report=report)
    if answer.status != 200:
        wait = _seconds(answer.headers.get("retry-after")) or PAUSES.get(answer.status)
        return Judgement(code=str(answer.status), retry_after=wait, report=Report(verdict="slow", hold=wait) if wait else report)
    body = answer.body
    if not isinstance(body, dict):
        return Judgement(code="NOT_JSON", message="Shopify's answer is not JSON; something between here and the store changed it.")
    errors = body.get("errors")
    if isinstance(errors, str):
        return Judgement(code="TOKEN_REFUSED", report=report)
    if errors and not _tolerable(errors, body.get("data")) and not _several(errors, body.get("data")):
        return _failure(errors, body, report)
    warnings = [each for found in (body.get("extensions") or {}).get("search") or [] for each in found.get("warnings") or []]
    if warnings:
        return Judgement(code="SEARCH_WARNING", report=report)
    return Judgement(report=report)


DIALECT = Dialect(sign=sign, judge=judge, renew=renew)


async def _fetch_token(session: Session) -> tuple[str, float]:
    credentials = session.store.credentials
    body = {"client_id": credentials["client_id"], "client_secret": credentials["client_secret"], "grant_type": "client_credentials"}
    answer = await session.send_unbudgeted(Request("POST", TOKEN_PATH, "Token", json=body))
    if answer.status == 200 and isinstance(answer.body, dict) and answer.body.get("access_token"):
        return str(answer.body["access_token"]), float(answer.body.get("expires_in") or TOKEN_LIFE)
    # 400 is how the token endpoint refuses a client.
    category, remedy = classify(ERRORS, 401 if answer.status == 400 else answer.status, "")
    raise PlatformError(category, remedy, code="TOKEN_REFUSED")


def _tolerable(errors: list[dict[str, Any]], data: Any) -> bool:
    """Say whether only fields below the roots were refused: the rest of the answer stands, those fields are null."""
    if not isinstance(data, dict) or any(value is None for value in data.values()):
        return False
    return all(_code(error) == "ACCESS_DENIED" and len(error.get("path") or ()) > 1 for error in errors)


def _several(errors: list[dict[str, Any]], data: Any) -> bool:
    """Say whether these are numbered roots (`operations.several`) that fared differently: then each is judged by who sent it."""
    if not isinstance(data, dict) or not data or not all(name.startswith(ROOT) for name in data):
        return False
    return any(value is not None for value in data.values()) or len({_code(error) for error in errors}) > 1


def _failure(errors: list[dict[str, Any]], body: dict[str, Any], report: Report) -> Judgement:
    code = _code(errors[0])
    if code == "INVALID_VARIABLE":
        return Judgement(code=code, message=_misfit(errors[0]), report=report)
    if code != "THROTTLED":
        return Judgement(code=code, report=report)
    cost = (body.get("extensions") or {}).get("cost") or {}
    status = cost.get("throttleStatus") or {}
    missing = float(cost.get("requestedQueryCost") or 0) - float(status.get("currentlyAvailable") or 0)
    wait = max(1.0, missing / float(status.get("restoreRate") or 100))
    return Judgement(code=code, retry_after=wait, report=report)


def _misfit(error: dict[str, Any]) -> str:
    """Return which values do not fit; the values themselves, which the platform repeats, may be personal."""
    problems = (error.get("extensions") or {}).get("problems") or []
    names = sorted({".".join(str(part) for part in each.get("path") or ()) for each in problems} - {""})
    return f"Shopify refuses the value of {', '.join(names)}; correct it." if names else ""


def _code(error: dict[str, Any]) -> str:
    return str((error.get("extensions") or {}).get("code") or "UNKNOWN")


def _report(answer: Answer) -> Report:
    """Return what the answer tells of the bucket (`extensions.cost`)."""
    body = answer.body if isinstance(answer.body, dict) else {}
    cost = (body.get("extensions") or {}).get("cost") or {}
    status = cost.get("throttleStatus")
    if not status:
        return Report()
    return Report(
        actual=cost.get("actualQueryCost") or 0,  # a throttled request cost nothing
        available=float(status["currentlyAvailable"]),
        points=float(status["maximumAvailable"]),
        refill=float(status["restoreRate"]),
    )


def _seconds(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
