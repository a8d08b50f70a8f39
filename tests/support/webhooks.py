"""A webhook worker at work in a thread, and endpoints in a test's database."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

from schemas.codec import Codec
from streams.mail import MailServer
from streams.webhook_endpoints import Endpoint, Endpoints
from streams.webhook_http import HttpSender
from streams.webhook_messages import Event
from streams.webhook_rows import LEASE_S, Deliveries
from streams.webhook_targets import TargetRules, networks_of
from streams.webhooks import WebhookWorker

T = TypeVar("T")
WAIT_S = 30.0


@dataclass(frozen=True, slots=True)
class Owner:
    """Who changes endpoints in tests."""

    tenant: str
    name: str = "a test"


TENANT = "default"
OWNER = Owner(TENANT)
LOCAL = TargetRules(networks_of(["127.0.0.1/32"]), plain_http=True)
"""This machine may be reached, under this one of its addresses."""


class RunningWorker:
    """A worker while the block runs; leaving it is its SIGTERM."""

    def __init__(
        self,
        dsn: str,
        *,
        sender: Callable[[], HttpSender] = lambda: HttpSender(LOCAL),
        mail: MailServer | None = None,
        schedule_s: tuple[float, ...] = (0.05, 0.05),
        lease_s: float = LEASE_S,
    ) -> None:
        self._dsn = dsn
        self._sender = sender
        self._mail = mail
        self._schedule_s = schedule_s
        self._lease_s = lease_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))

    def __enter__(self) -> Self:
        """Start it."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it and wait for its end."""
        self._stop.set()
        self._thread.join(WAIT_S)
        assert not self._thread.is_alive()

    async def _run(self) -> None:
        rows, sender = Deliveries(self._dsn, self._lease_s), self._sender()
        worker = WebhookWorker(rows, sender, self._mail, Codec(), self._stop, self._schedule_s)
        try:
            await worker.run()
        finally:
            await sender.close()
            await rows.close()


def with_endpoints(dsn: str, ask: Callable[[Endpoints], Coroutine[Any, Any, T]]) -> T:
    """Return what the endpoints of a database answer."""

    async def asked() -> T:
        endpoints = Endpoints(dsn)
        try:
            return await ask(endpoints)
        finally:
            await endpoints.close()

    return asyncio.run(asked())


def new_endpoint(
    dsn: str,
    url: str,
    *,
    tenant: str = TENANT,
    events: tuple[str, ...] = tuple(Event),
    payload: str = "thin",
) -> tuple[Endpoint, str]:
    """Return a new endpoint and its secret."""
    made = with_endpoints(dsn, lambda one: one.create(Owner(tenant), url, events, payload))
    assert made is not None
    return made
