"""Real web servers that take webhooks, and answer as a test tells them."""

import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

Reply = tuple[int, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came in."""

    path: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class Receiver:
    """A server on a loopback address while the block runs.

    Args:
        reply: status and headers for the request of a number, from 0.
        host: address.
        context: makes it https.
    """

    def __init__(
        self,
        reply: Callable[[int], Reply] = lambda _number: (204, {}),
        host: str = "127.0.0.1",
        context: ssl.SSLContext | None = None,
        port: int = 0,
    ) -> None:
        self.requests: list[Received] = []
        self.reply = reply
        receiver = self

        class Handler(_Handler):
            to = receiver

        self._server = ThreadingHTTPServer((host, port), Handler)
        self._server.daemon_threads = True
        self.host, self.port = host, int(self._server.server_address[1])
        self._scheme = "http" if context is None else "https"
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{self._scheme}://{self.host}:{self.port}/hook"

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    to: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        number = len(self.to.requests)
        self.to.requests.append(Received(self.path, headers, body))
        status, more = self.to.reply(number)
        self.send_response(status)
        for name, value in more.items():
            self.send_header(name, value)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""
