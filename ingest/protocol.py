"""Uvicorn's HTTP/1.1 protocol with the bounds that it lacks: on the head of a request."""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ingest.problems import MEDIA_TYPE, ProblemDetails

HEAD_MAX_BYTES = 64 * 1024
HEAD_MAX_S = 15.0
LINGER_S = 2.0


class HeadTooLargeError(Exception):
    """Stops the parser, which then asks for the answer."""


class BoundedProtocol(HttpToolsProtocol):
    """Refuses a head that grows without end, drops a connection whose head never comes."""

    _timer: asyncio.TimerHandle | None = None
    _is_in_head = False
    _is_refused = False
    _head_bytes = 0
    _unfinished_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first head; uvicorn narrows the argument's type, too."""
        super().connection_made(transport)
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse; a header that is still incomplete counts by what came in for it."""
        if self._is_refused:
            return
        # With no body on its way, what comes belongs to a head.
        is_head = self._is_in_head or self.cycle is None or not self.cycle.more_body
        super().data_received(data)
        if not (is_head and self._is_in_head) or self._is_refused:
            return
        self._unfinished_bytes += len(data)
        if self._unfinished_bytes > HEAD_MAX_BYTES:
            self.send_400_response("")

    def on_message_begin(self) -> None:
        """Begin to measure a head."""
        super().on_message_begin()
        self._is_in_head = True
        self._head_bytes = 0
        self._start_timer()

    def on_url(self, url: bytes) -> None:
        """Take a piece of the address."""
        self._grow(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        self._grow(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Hand the request over."""
        self._is_in_head = False
        self._unfinished_bytes = 0
        self._stop_timer()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP, or too much of it; ``msg`` is uvicorn's and not shown."""
        del msg
        problem = ProblemDetails(400, "http.malformed", "The request's head is no HTTP we take.")
        answer = problem.response("/")
        self.transport.write(
            b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-type: "
            + MEDIA_TYPE.encode()
            + b"\r\ncontent-length: %d\r\n\r\n" % len(answer.body)
            + bytes(answer.body)
        )
        # Closing at once would reset the connection while bytes still come, and the answer with it.
        self.transport.write_eof()
        self._is_refused = True
        self._start_timer(LINGER_S)

    def _grow(self, size_bytes: int) -> None:
        self._head_bytes += size_bytes
        if self._head_bytes > HEAD_MAX_BYTES:
            raise HeadTooLargeError

    def _start_timer(self, delay_s: float = HEAD_MAX_S) -> None:
        self._stop_timer()
        self._timer = self.loop.call_later(delay_s, self._give_up)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()
