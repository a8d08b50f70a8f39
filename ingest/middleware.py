"""Around every request: security headers, metrics, and a clean end of bodies nobody read."""

import asyncio
import time
from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ingest.problems import CLIENT_GONE
from streams.metrics import HTTP_REQUESTS, HTTP_SECONDS

DRAIN_MAX_BYTES = 4 * 1024 * 1024
DRAIN_MAX_S = 2.0
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

SECURITY_HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"no-referrer",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"cross-origin-resource-policy": b"same-origin",
}


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
        self._receive = receive
        self._send = send
        headers = dict(scope["headers"])
        has_body = headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers
        self._unread = has_body
        self._expects = b"expect" in headers
        self._started = False

    async def receive(self) -> Message:
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
        headers += [pair for pair in SECURITY_HEADERS.items() if pair[0] not in names]
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
                    left -= len((await self.receive()).get("body", b""))


def _count(scope: Scope, status: int, seconds: float) -> None:
    route = getattr(scope.get("route"), "path", "unknown")
    method = scope["method"] if scope["method"] in METHODS else "other"
    HTTP_REQUESTS.labels(route, method, str(status)).inc()
    HTTP_SECONDS.labels(route, method).observe(seconds)
