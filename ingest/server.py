"""Runs the application: uvicorn on uvloop and httptools, ended by SIGTERM without a loss."""

import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn
from fastapi import FastAPI

from ingest.app import create_app
from ingest.parts import Parts
from ingest.protocol import BoundedProtocol
from schemas.codec import Codec
from schemas.errors import Misconfigured
from streams.api_keys import ApiKeys
from streams.kafka import KafkaLog
from streams.reading import Readings
from streams.registry import open_ids
from streams.settings import Settings, required
from streams.store import open_store

DRAIN_S = 30
KEEP_ALIVE_S = 65  # Above the 60 s of common load balancers, so that they close first.
BACKLOG = 1024
CONNECTIONS_MAX = 4000
log = logging.getLogger("bitaqa.ingest")


def serve(settings: Settings, started: Callable[[str], None] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; requests in progress finish, then the publisher flushes.

    Args:
        settings: all of the service's settings.
        started: called with the service's URL when it listens; else the URL is printed.

    Raises:
        Misconfigured: before anything listens.
    """
    if not settings.auth.is_on:
        _expect_one_machine(settings)
        log.warning("authentication is off: everybody on this machine may do everything")
    return run(build(settings), settings, started or _print_url)


def run(app: FastAPI, settings: Settings, started: Callable[[str], None]) -> int:
    """Serve an application that is built."""
    config = uvicorn.Config(
        app,
        host=settings.http.host,
        port=settings.http.port,
        loop="uvloop",
        http=BoundedProtocol,
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        # Nothing is derived from the caller's address: no header that claims one is believed.
        proxy_headers=False,
        backlog=BACKLOG,
        limit_concurrency=CONNECTIONS_MAX,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=DRAIN_S,
    )
    server = _Server(config, app.state.parts, started)
    server.run()
    return 0 if server.started else 1


class _Server(uvicorn.Server):
    def __init__(
        self, config: uvicorn.Config, parts: Parts, on_start: Callable[[str], None]
    ) -> None:
        super().__init__(config)
        self._parts = parts
        self._on_start = on_start

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            self._on_start(f"http://{f'[{host}]' if ':' in host else host}:{port}")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._parts.stopping.set()
        self._parts.waiting.wake_all()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # Uvicorn's own would raise the signal again afterwards: a clean end is a clean exit.
        signals = (signal.SIGTERM, signal.SIGINT)
        before = {one: signal.signal(one, self._on_signal) for one in signals}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        log.info("stopping", extra={"signal": number})
        self.handle_exit(number, frame)


def build(settings: Settings) -> FastAPI:
    """Return the application on the parts that the settings name.

    Raises:
        Misconfigured: when one of them is missing.
    """
    dsn = required(settings.postgres_dsn, "POSTGRES_DSN")
    return create_app(
        settings,
        store=open_store(settings),
        publisher=KafkaLog(settings.kafka).publisher(),
        readings=Readings(dsn, Codec(open_ids(settings))),
        keys=ApiKeys(dsn) if settings.auth.is_on else None,
    )


def _expect_one_machine(settings: Settings) -> None:
    if settings.http.host not in {"127.0.0.1", "::1", "localhost"}:
        raise Misconfigured("BITAQA_AUTH=off needs BITAQA_HTTP_HOST to be this machine: 127.0.0.1")


def _print_url(url: str) -> None:
    sys.stdout.write(f"listening on {url}\n")
    sys.stdout.flush()
