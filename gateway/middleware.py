"""What every request passes before anything looks at it: it gets a number, a guard against our own mistakes, and a size limit."""

import contextlib
import logging
import re
import secrets
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.errors import RefusedError, internal
from gateway.telemetry import numbered
from schema.errors import Code

LOG = logging.getLogger(__name__)

HEADER = "x-request-id"

_USABLE = re.compile(r"[A-Za-z0-9._-]{1,64}")


class RequestId:
    """Numbers each request (a usable `x-request-id` of the caller is kept), and turns an exception nobody caught into a JSON answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its number."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        request_id = given if _USABLE.fullmatch(given) else secrets.token_hex(8)
        scope["request_id"] = request_id
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        with numbered(request_id):
            try:
                await self._app(scope, receive, sending)
            except ClientDisconnect:
                return
            except Exception:
                LOG.exception("Unexpected error in a request")
                if not begun:
                    await RefusedError(500, internal(request_id), Code.INTERNAL).response()(scope, receive, sending)


class BodyLimit:
    """Reads the body before the request goes on, and refuses one that is too large as soon as that is known."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its whole body."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            body = await self._read(scope, receive)
        except RefusedError as error:
            await error.response()(scope, receive, send)
            return
        messages: list[dict[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receiving() -> Message:
            return messages.pop() if messages else await receive()

        await self._app(scope, receiving, send)

    async def _read(self, scope: Scope, receive: Receive) -> bytes:
        with contextlib.suppress(ValueError):
            if int(Headers(scope=scope).get("content-length", "0")) > self._most:
                raise self._too_large()
        chunks = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            if size > self._most:
                raise self._too_large()
            if not message.get("more_body", False):
                return b"".join(chunks)

    def _too_large(self) -> RefusedError:
        # The rest of the body is left unread, so the connection can't carry another request.
        return RefusedError(413, f"The request is larger than {self._most} bytes.", headers={"connection": "close"})
