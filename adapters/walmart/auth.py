"""How Walmart is spoken to: the token on a request, and the meaning of an answer.

A key pair gives tokens of fifteen minutes, which all processes share (`adapters.kit.tokens`). They travel in a header of Walmart's own. A
search without hits is answered with 404: that is an answer, and its reader makes an empty list of it.
"""

import base64
import dataclasses
import uuid
from typing import Any

from adapters.kit.budget import Report
from adapters.kit.failures import PlatformError, classify
from adapters.kit.http import Answer, Request
from adapters.kit.session import Dialect, Judgement, Session
from adapters.kit.tokens import tokens_of
from adapters.walmart.manifest import ERRORS, LARGEST
from adapters.walmart.refusals import BLANK, NOT_FOUND, code_of, errors_of, left_of, sentence_of, wait_of

TOKEN_PATH = "/v3/token"
TOKEN_LIFE = 900.0  # seconds, of a token that does not say
HEADER = "WM_SEC.ACCESS_TOKEN"
SERVICE = "Walmart Marketplace"
REFUSED = frozenset({400, 401, 403})  # the token call refuses a client with any of them


async def sign(session: Session, request: Request) -> Request:
    """Add the token and what every call must carry; raises PlatformError AUTH when no token can be got."""
    token = await tokens_of(session).get(lambda: _fetch_token(session))
    headers = {**request.headers, **_needed(), HEADER: token}
    if channel := session.store.credentials.get("channel_type"):
        headers["WM_CONSUMER.CHANNEL.TYPE"] = channel
    return dataclasses.replace(request, headers=headers)


async def renew(session: Session, refused: Request) -> bool:
    """Forget a refused token; a new one is worth one more try."""
    await tokens_of(session).drop(refused.headers[HEADER])
    return True


def judge(answer: Answer) -> Judgement:
    """Tell success, nothing found, and the ways Walmart says no."""
    if 200 <= answer.status < 300 and answer.status != 206 and isinstance(answer.body, (dict, list)) and not errors_of(answer.body):
        return Judgement(report=_report(answer))
    if 300 <= answer.status < 400:
        return Judgement(code="MOVED")
    code = code_of(answer)
    if answer.status == 404 and code == NOT_FOUND:
        return Judgement(report=_report(answer))
    if answer.status == 429:
        wait = wait_of(answer.headers)
        return Judgement(code=code, retry_after=wait, report=Report(actual=0, available=0, hold=wait))
    if answer.status >= 500:
        told = answer.headers.get("retry-after")
        return Judgement(code=code, retry_after=wait_of(answer.headers) if told else None, report=Report(verdict="slow"))
    return Judgement(code=code, message="" if code == BLANK else sentence_of(answer), report=_report(answer))


DIALECT = Dialect(sign=sign, judge=judge, renew=renew)


async def _fetch_token(session: Session) -> tuple[str, float]:
    credentials = session.store.credentials
    packed = base64.b64encode(f"{credentials['client_id']}:{credentials['client_secret']}".encode()).decode()
    headers = {**_needed(), "authorization": f"Basic {packed}"}
    form = {"grant_type": "client_credentials"}
    if "refresh_token" in credentials:
        form = {"grant_type": "refresh_token", "refresh_token": credentials["refresh_token"]}
        headers["WM_PARTNER.ID"] = credentials["partner_id"]
    answer = await session.send_unbudgeted(Request("POST", TOKEN_PATH, "Token", form=form, headers=headers))
    body: Any = answer.body
    if answer.status == 200 and isinstance(body, dict) and isinstance(body.get("access_token"), str):
        life = body.get("expires_in")
        return body["access_token"], float(life) if isinstance(life, (int, float)) and life > 0 else TOKEN_LIFE
    code = "TOKEN_REFUSED" if answer.status in REFUSED else code_of(answer)
    category, remedy = classify(ERRORS, answer.status, code)
    raise PlatformError(category, remedy, code=code, retry_after=wait_of(answer.headers) if answer.status == 429 else None)


def _needed() -> dict[str, str]:
    return {"WM_SVC.NAME": SERVICE, "WM_QOS.CORRELATION_ID": str(uuid.uuid4())}


def _report(answer: Answer) -> Report:
    """Return what is left of the operation's bucket. More than any bucket holds is a seller with a larger one."""
    left = left_of(answer.headers)
    if left is None or left <= LARGEST:
        return Report(available=left)
    return Report(available=left, points=left, refill=left / 60)
