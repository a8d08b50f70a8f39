"""Around every request: security headers, metrics, and a clean end of bodies nobody read."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ingest.limits import body_max_bytes
from ingest.problems import CLIENT_GONE
from streams.metrics import HTTP_REQUESTS, HTTP_SECONDS

DRAIN_MAX_BYTES = 4 * 1024 * 1024
DRAIN_MAX_S = 2.0
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_ADDED = "bitaqa.headers"
SECURITY_HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"no-referrer",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"cross-origin-resource-policy": b"same-origin",
}


def add_headers(request: Request, headers: Mapping[str, str]) -> None:
    """Have the answer to a request carry headers, whichever answer it will be."""
    request.scope.setdefault(_ADDED, []).extend(
        (name.lower().encode(), value.encode()) for name, value in headers.items()
    )


class Around:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, then count it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        exchange = _Exchange(scope, receive, send)
        try:
            await self._app(scope, exchange.receive, exchange.send)
        finally:
            _count(scope, exchange.status, time.perf_counter() - started)


class _Exchange:
    """One request and its answer.

    An answer that comes before the whole body was read closes the connection, but not at once:
    a server that closes while the caller still sends takes the answer away from it.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.status = CLIENT_GONE
        self._scope = scope
        self._receive = receive
        self._send = send
        headers = dict(scope["headers"])
        has_body = headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers
        self._unread = has_body
        self._expects = b"expect" in headers
        self._started = False
        self._received_bytes = 0
        announced = headers.get(b"content-length", b"")
        self._announced_bytes = int(announced[:18]) if announced.isdigit() else 0

    async def receive(self) -> Message:
        most = body_max_bytes(self._scope.get("endpoint"))
        if self._announced_bytes > most:
            raise _too_large()
        message = await self._next()
        self._received_bytes += len(message.get("body", b""))
        if self._received_bytes > most:
            raise _too_large()
        return message

    async def _next(self) -> Message:
        message = await self._receive()
        self._started = True
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            self._unread = False
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": self._headers(message)}
        elif self._unread and not message.get("more_body", False):
            await self._send({**message, "more_body": True})
            await self._drain()
            message = {"type": "http.response.body", "body": b"", "more_body": False}
        await self._send(message)

    def _headers(self, message: Message) -> list[tuple[bytes, bytes]]:
        headers = list(message["headers"])
        names = {name for name, _ in headers}
        added = [*SECURITY_HEADERS.items(), *self._scope.get(_ADDED, ())]
        headers += [pair for pair in added if pair[0] not in names]
        if self._unread and b"connection" not in names:
            headers.append((b"connection", b"close"))
        return headers

    async def _drain(self) -> None:
        if self._expects and not self._started:
            return  # The caller asked before sending, and will not send.
        left = DRAIN_MAX_BYTES
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_MAX_S):
                while self._unread and left > 0:
                    left -= len((await self._next()).get("body", b""))


def _too_large() -> HTTPException:
    # FastAPI passes this one on, wherever it reads the body.
    return HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _count(scope: Scope, status: int, seconds: float) -> None:
    route = getattr(scope.get("route"), "path", "unknown")
    method = scope["method"] if scope["method"] in METHODS else "other"
    HTTP_REQUESTS.labels(route, method, str(status)).inc()
    HTTP_SECONDS.labels(route, method).observe(seconds)
