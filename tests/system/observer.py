"""What a test sees of a running stack: over HTTP, in the topics and in PostgreSQL."""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg

from streams.headers import ROUND
from streams.kafka import KafkaLog
from streams.log import Incoming
from streams.settings import KafkaSettings
from streams.stack import Stack
from streams.topology import FAILED, READ, watched_topics

ASK_EVERY_S = 0.2


@dataclass(frozen=True, slots=True)
class Ends:
    """How often each document ended, by committed records and by rows."""

    read: Counter[str]
    failed: Counter[str]
    rows: Counter[str]

    def of(self, document_id: str) -> int:
        """Return how many ends the topics hold of a document."""
        return self.read[document_id] + self.failed[document_id]


class Observer:
    """Watches one stack."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._log = KafkaLog(KafkaSettings(stack.environment["BITAQA_KAFKA_BOOTSTRAP_SERVERS"]))

    def post(
        self, files: Iterable[tuple[str, bytes]], form: dict[str, str] | None = None
    ) -> httpx.Response:
        """Send one document."""
        parts = [("files", (name, data)) for name, data in files]
        url = f"{self.stack.ingest_url}/v1/documents"
        return httpx.post(url, files=parts, data=form or {}, timeout=60)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Ask the ingest service."""
        return httpx.get(f"{self.stack.ingest_url}{path}", headers=headers, timeout=90)

    def result(self, document_id: str) -> dict[str, Any]:
        """Wait for a document's end and return it."""
        answer = self.get(f"/v1/documents/{document_id}", Prefer="wait=60")
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def ends(self) -> Ends:
        """Return how every document has ended so far."""
        return Ends(self._keys(READ), self._keys(FAILED), self._rows())

    def await_ends(self, document_ids: Iterable[str], timeout_s: float) -> Ends:
        """Wait until each document has ended somewhere; return what there is then."""
        wanted = set(document_ids)
        self.wait(lambda: wanted <= set(self._keys(READ)) | set(self._keys(FAILED)), timeout_s)
        self.wait(lambda: wanted <= set(self._rows()) | set(self._keys(FAILED)), timeout_s)
        return self.ends()

    def wait(self, holds: Callable[[], bool], timeout_s: float) -> None:
        """Return once the condition holds, tending the stack meanwhile; fail when it never does."""
        deadline = time.monotonic() + timeout_s
        while not holds():
            assert time.monotonic() < deadline, "the condition never held"
            self.stack.tend()
            time.sleep(ASK_EVERY_S)

    def ways(self, document_ids: Collection[str]) -> str:
        """Return where in the topics records of some documents stand and when they were written."""
        found = [one for one in self._log.scan(watched_topics()) if one.key in document_ids]
        found.sort(key=lambda one: (one.key, one.timestamp_ms))
        return "\n".join(
            f"{one.key} {one.timestamp_ms} {one.topic}[{one.partition}]@{one.offset} "
            f"{one.headers.get('ce_time')} round {one.headers.get(ROUND)}"
            for one in found
        )

    def messages(self, topic: str) -> list[Incoming]:
        """Return every committed record of a topic."""
        return list(self._log.scan((topic,)))

    def _keys(self, topic: str) -> Counter[str]:
        return Counter(record.key for record in self._log.scan((topic,)))

    def _rows(self) -> Counter[str]:
        with psycopg.connect(self.stack.postgres_dsn, connect_timeout=5) as connection:
            rows = connection.execute("SELECT document_id FROM documents WHERE read_at IS NOT NULL")
            return Counter(row[0] for row in rows)
