"""A worker's small HTTP server: `/metrics` for Prometheus, `/health` for a supervisor."""

import json
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from streams.metrics import REGISTRY

log = logging.getLogger("bitaqa.health")

HEARTBEAT_AGE_MAX_S = 30.0
REQUEST_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class Health:
    """How a worker is; ``detail`` is for people and free of documents' values."""

    healthy: bool
    detail: Mapping[str, str | float | bool]


class HealthServer:
    """Serves in threads of its own until closed; also a context manager.

    Args:
        health: asked at each request to `/health`.
        port: 0 chooses a free one; see ``port``.
        host: all addresses, since Prometheus and the kubelet ask from outside.
        registry: of metrics.
    """

    def __init__(
        self,
        health: Callable[[], Health],
        port: int = 0,
        host: str = "0.0.0.0",  # noqa: S104 - asked from outside the container
        registry: CollectorRegistry = REGISTRY,
    ) -> None:
        class Handler(_Handler):
            ask = staticmethod(health)
            metrics = registry

        self._server = ThreadingHTTPServer((host, port), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="health", daemon=True
        )

    def __enter__(self) -> Self:
        """Begin to serve."""
        self._thread.start()
        log.info("health server", extra={"port": self.port})
        return self

    def __exit__(self, *_: object) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    ask: Callable[[], Health]
    metrics: CollectorRegistry
    timeout = REQUEST_TIMEOUT_S
    server_version = "bitaqa"
    sys_version = ""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/metrics":
            self._answer(200, CONTENT_TYPE_LATEST, generate_latest(self.metrics))
        elif path in ("/health", "/ready"):
            health = self.ask()
            body = json.dumps({"healthy": health.healthy, **health.detail}).encode()
            self._answer(200 if health.healthy else 503, "application/json", body)
        else:
            self._answer(404, "text/plain", b"see /health and /metrics\n")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing: a scrape every few seconds is not news."""

    def _answer(self, code: int, kind: str, body: bytes) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
