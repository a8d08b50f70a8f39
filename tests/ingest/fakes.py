"""What stands in for Kafka and PostgreSQL here: in memory, and able to fail on demand."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from schemas.codec import Codec
from schemas.errors import Unavailable
from schemas.messages import DocumentFailed, DocumentRead, DocumentUploaded
from streams.api_keys import ApiKey
from streams.log import Outgoing
from streams.store import MemoryStore


class FakePublisher:
    """A log that keeps what it acknowledged."""

    def __init__(self) -> None:
        self.records: list[Outgoing] = []
        self.is_down = False
        self.is_closed = False

    def publish(self, record: Outgoing) -> Future[None]:
        """Acknowledge at once, or fail as the log does when it is down."""
        future: Future[None] = Future()
        if self.is_down:
            future.set_exception(Unavailable("kafka", "the brokers do not answer"))
        else:
            self.records.append(record)
            future.set_result(None)
        return future

    def ready(self, timeout_s: float = 1.0) -> bool:
        """Say whether the log is up."""
        return not self.is_down

    def close(self) -> None:
        """Remember that it was flushed."""
        self.is_closed = True

    def uploaded(self) -> list[DocumentUploaded]:
        """Return the messages published so far."""
        codec = Codec()
        decoded = [codec.decode(one.value) for one in self.records if one.value is not None]
        return [one for one in decoded if isinstance(one, DocumentUploaded)]


class FaultyStore(MemoryStore):
    """A store in memory that is down for the keys that begin with ``down``."""

    def __init__(self) -> None:
        super().__init__()
        self.down: str | None = None
        self.before_put: Callable[[str], None] = lambda _key: None

    def put(self, key: str, data: bytes, media_type: str) -> None:
        """Store an object, if the store is up."""
        self._expect_up(key)
        self.before_put(key)
        super().put(key, data, media_type)

    def put_file(self, key: str, path: Path, media_type: str) -> None:
        """Store a file, if the store is up."""
        self._expect_up(key)
        super().put_file(key, path, media_type)

    def get(self, key: str, max_bytes: int | None = None) -> bytes:
        """Return an object, if the store is up."""
        self._expect_up(key)
        return super().get(key, max_bytes)

    def exists(self, key: str) -> bool:
        """Look for an object, if the store is up."""
        self._expect_up(key)
        return super().exists(key)

    def check(self) -> None:
        """Fail while the store is down."""
        self._expect_up("")

    def _expect_up(self, key: str) -> None:
        if self.down is not None and key.startswith(self.down):
            raise Unavailable("store", "the disk is gone")


@dataclass(frozen=True, slots=True)
class FakeEvent:
    """A row of ``document_events``."""

    sequence: int
    at: datetime
    stage: str
    event: str
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FakeStatus:
    """A row of ``documents``."""

    status: str
    revision: int = 1
    result: DocumentRead | None = None
    failure: DocumentFailed | None = None


class FakeReadings:
    """The sink's tables in memory; writing to them notifies, as PostgreSQL does."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], FakeStatus] = {}
        self.way: dict[tuple[str, str], list[FakeEvent]] = {}
        self.is_down = False
        self.is_closed = False
        self.listeners: set[asyncio.Queue[str]] = set()
        self.asked = asyncio.Event()

    def write(self, tenant: str, document_id: str, row: FakeStatus, *events: FakeEvent) -> None:
        """Write a document's row and its further events, then notify."""
        self.rows[tenant, document_id] = row
        self.way.setdefault((tenant, document_id), []).extend(events)
        for listener in self.listeners:
            listener.put_nowait(document_id)

    async def status(self, tenant: str, document_id: str) -> FakeStatus | None:
        """Return a row."""
        await self.check()
        self.asked.set()
        return self.rows.get((tenant, document_id))

    async def events(self, tenant: str, document_id: str, after: int) -> Sequence[FakeEvent]:
        """Return a document's later events."""
        await self.check()
        way = self.way.get((tenant, document_id), [])
        return [one for one in way if one.sequence > after]

    async def listen(self) -> AsyncIterator[str]:
        """Yield ids as they are written."""
        await self.check()
        queue: asyncio.Queue[str] = asyncio.Queue()
        self.listeners.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self.listeners.discard(queue)

    async def check(self) -> None:
        """Fail while the database is down."""
        if self.is_down:
            raise Unavailable("postgres", "the server does not answer")

    async def close(self) -> None:
        """Remember that the connections were let go."""
        self.is_closed = True


class FakeKeys:
    """The table of API keys in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, ApiKey] = {}
        self.is_down = False
        self.questions = 0
        self.is_closed = False

    def store(self, key: ApiKey) -> None:
        """Keep a new key."""
        self.rows[key.key_id] = key

    def revoke(self, key_ids: Iterable[str]) -> Sequence[str]:
        """Take keys back; return those that there are."""
        known = [one for one in key_ids if one in self.rows]
        for one in known:
            key = self.rows[one]
            self.rows[one] = replace(key, revoked_at=key.revoked_at or datetime.now(UTC))
        return known

    async def find(self, key_id: str) -> ApiKey | None:
        """Return a key by its id."""
        self.questions += 1
        if self.is_down:
            raise Unavailable("postgres", "the server does not answer")
        return self.rows.get(key_id)

    async def close(self) -> None:
        """Remember that the connections were let go."""
        self.is_closed = True
