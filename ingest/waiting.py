"""Waits until something was written about a document: one listening connection, many waiters."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from ingest.ports import Readings
from schemas.errors import Unavailable

POLL_S = 5.0
"""How often a waiter looks for itself: a notification can be lost with its connection."""

RECONNECT_S = 1.0
log = logging.getLogger("bitaqa.ingest")


class Waiting:
    """Wakes those who wait for a document. ``run`` must run beside them."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings
        self._waiters: dict[str, set[asyncio.Event]] = {}

    async def run(self) -> None:
        """Listen for ever, through failures of the database."""
        while True:
            try:
                async for document_id in self._readings.listen():
                    self._wake(document_id)
            except Unavailable as error:
                log.warning("not listening", extra={"cause": error.message})
            await asyncio.sleep(RECONNECT_S)

    def wake_all(self) -> None:
        """Wake everybody, because the service ends."""
        for document_id in self._waiters:
            self._wake(document_id)

    @contextmanager
    def watched(self, document_id: str) -> Iterator[asyncio.Event]:
        """Give an event that is set at each news of a document; its user clears it."""
        event = asyncio.Event()
        self._waiters.setdefault(document_id, set()).add(event)
        try:
            yield event
        finally:
            waiters = self._waiters[document_id]
            waiters.discard(event)
            if not waiters:
                del self._waiters[document_id]

    def _wake(self, document_id: str) -> None:
        for event in self._waiters.get(document_id, ()):
            event.set()
