"""What the sink wrote, for those who ask: the ingest service and the command line.

``Readings`` is for one event loop: a small pool of connections for questions and, once someone
listens, one more that hears of changes.
"""

import asyncio
import contextlib
import json
import logging
import random
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

from schemas.codec import Codec
from schemas.messages import DocumentRead
from streams.database import bounded_dsn, connect, mapped_errors
from streams.pool import ANSWER_TIMEOUT_S, Pool
from streams.sink_writer import CHANNEL

log = logging.getLogger("bitaqa.reading")

EVENTS_MAX = 1000
HEARTBEAT_S = 5.0
RECONNECT_MIN_S = 0.1
RECONNECT_MAX_S = 5.0
RECENT = 2000
"""Events before the first connection that a first listener hears of all the same."""
ROWS_MAX = 1000
"""Ids asked for in one statement."""

_STATUS = """
SELECT CASE WHEN d.deleted_at IS NULL THEN d.status ELSE 'deleted' END, d.revision, r.record,
    f.stage, f.reason, f.message, f.attempts
FROM documents d
LEFT JOIN readings r ON r.document_id = d.document_id AND r.revision = d.revision
    AND d.status NOT IN ('pending', 'failed') AND d.deleted_at IS NULL
LEFT JOIN failures f ON f.document_id = d.document_id AND f.revision = d.revision
    AND d.status = 'failed' AND d.deleted_at IS NULL
WHERE d.tenant = %s AND d.document_id = %s
"""
_EVENTS = """
SELECT sequence, at, stage, event, detail FROM document_events
WHERE tenant = %s AND document_id = %s AND sequence > %s ORDER BY sequence LIMIT %s
"""
_LAST = "SELECT coalesce(max(sequence), 0) FROM document_events"
_SINCE = "SELECT DISTINCT document_id FROM document_events WHERE sequence > %s"
_ROWS = """
SELECT d.document_id, d.tenant, d.revision, d.status, d.document_type, d.country, d.confidence,
    d.reference, d.subject, d.uploaded_at, d.read_at, r.text, r.mrz_format, r.mrz_lines,
    r.mrz_valid,
    coalesce((SELECT jsonb_object_agg(name, value) FROM fields f
        WHERE f.document_id = r.document_id AND f.revision = r.revision), '{}') AS fields,
    coalesce((SELECT jsonb_agg(code ORDER BY number) FROM findings f
        WHERE f.document_id = r.document_id AND f.revision = r.revision), '[]') AS findings,
    x.stage AS failed_stage, x.reason AS failed_reason
FROM documents d
LEFT JOIN readings r ON r.document_id = d.document_id AND r.revision = d.revision
LEFT JOIN failures x ON x.document_id = d.document_id AND x.revision = d.revision
    AND d.status = 'failed'
WHERE d.document_id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a document came to no result; ``message`` is free of values."""

    stage: str
    reason: str
    message: str
    attempts: int


@dataclass(frozen=True, slots=True)
class StatusRow:
    """How far a document is.

    Args:
        status: ``pending``, ``failed``, ``deleted``, or the verdict.
        revision: of the outcome told here.
        result: where there is one.
        failure: where that is the outcome.
    """

    status: str
    revision: int
    result: DocumentRead | None = field(default=None, repr=False)
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a document's way; ``detail`` is free of values."""

    sequence: int
    at: datetime
    stage: str
    event: str
    detail: Mapping[str, Any]


class Readings:
    """The sink's rows. Every call raises ``Unavailable`` when the database does not answer.

    Args:
        dsn: connection string.
        codec: decodes results.

    Raises:
        Misconfigured: when the connection string does not parse.
    """

    def __init__(self, dsn: str, codec: Codec | None = None) -> None:
        self._codec = codec or Codec()
        self._pool = Pool(dsn, "bitaqa.reading")
        self._feed = _Feed(bounded_dsn(dsn, "bitaqa.reading"))

    async def status(self, tenant: str, document_id: str) -> StatusRow | None:
        """Return how far a document is, None where the sink knows nothing of it."""
        rows = await self._pool.ask(_STATUS, (tenant, document_id))
        if not rows:
            return None
        status, revision, record, *failed = rows[0]
        if record is not None:
            result = self._codec.decode(bytes(record))
            if isinstance(result, DocumentRead):
                return StatusRow(status, revision, result=result)
        failure = Failure(*failed) if failed[0] is not None else None
        return StatusRow(status, revision, failure=failure)

    async def events(self, tenant: str, document_id: str, after: int = 0) -> Sequence[Event]:
        """Return a document's next events with a sequence above ``after``, in order."""
        rows = await self._pool.ask(_EVENTS, (tenant, document_id, after, EVENTS_MAX))
        return [Event(*row) for row in rows]

    async def listen(self) -> AsyncIterator[str]:
        """Yield the id of each document about which something was written, from now on.

        Nothing is missed while the connection is down: what changed meanwhile follows it. An id
        that changes again before it was taken is yielded once. May yield an id for nothing.
        """
        listener = _Listener()
        self._feed.add(listener)
        try:
            while True:
                yield await listener.next()
        finally:
            self._feed.remove(listener)

    async def check(self) -> None:
        """Raise ``Unavailable`` when the database does not answer or has no tables."""
        await self._pool.ask("SELECT 1 FROM documents LIMIT 1", ())

    async def close(self) -> None:
        """Let go of all connections."""
        await self._feed.close()
        await self._pool.close()


def read_rows(dsn: str, document_ids: Iterable[str]) -> list[dict[str, Any]]:
    """Return what the database holds of documents, one row each, for whoever runs it.

    ``fields`` maps names to values, ``findings`` lists codes.

    Raises:
        Unavailable: when the database does not answer.
    """
    ids = list(document_ids)
    found: list[dict[str, Any]] = []
    with contextlib.closing(connect(dsn, "bitaqa.rows")) as connection, mapped_errors():
        cursor = connection.cursor(row_factory=dict_row)
        for start in range(0, len(ids), ROWS_MAX):
            found += cursor.execute(_ROWS, (ids[start : start + ROWS_MAX],)).fetchall()
    return found


class _Listener:
    """Ids that one listener has not taken yet: a set, so that it never outgrows the documents."""

    def __init__(self) -> None:
        self._waiting: dict[str, None] = {}
        self._any = asyncio.Event()

    def tell(self, document_ids: Iterable[str]) -> None:
        self._waiting.update(dict.fromkeys(document_ids))
        if self._waiting:
            self._any.set()

    async def next(self) -> str:
        await self._any.wait()
        document_id = next(iter(self._waiting))
        del self._waiting[document_id]
        if not self._waiting:
            self._any.clear()
        return document_id


class _Feed:
    """One connection that hears of changes for all listeners of the process."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._listeners: set[_Listener] = set()
        self._task: asyncio.Task[None] | None = None
        # Events up to here were heard of for certain; None before the first connection.
        self._known: int | None = None

    def add(self, listener: _Listener) -> None:
        self._listeners.add(listener)
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="bitaqa readings feed")

    def remove(self, listener: _Listener) -> None:
        self._listeners.discard(listener)

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _run(self) -> None:
        delay_s = RECONNECT_MIN_S
        while True:
            try:
                async with asyncio.timeout(ANSWER_TIMEOUT_S):
                    connection = await psycopg.AsyncConnection.connect(self._dsn, autocommit=True)
                async with connection:
                    delay_s = RECONNECT_MIN_S
                    await self._hear(connection)
            except (psycopg.Error, TimeoutError) as error:
                log.warning("listening again", extra={"cause": type(error).__name__})
                await asyncio.sleep(random.uniform(delay_s / 2, delay_s))
                delay_s = min(RECONNECT_MAX_S, delay_s * 2)

    async def _hear(self, connection: psycopg.AsyncConnection) -> None:
        await self._bounded(connection, f"LISTEN {CHANNEL}")
        if self._known is None:
            # Whoever listens first began to wait before the connection was there.
            self._known = max(0, await self._last(connection) - RECENT)
        missed = await self._bounded(connection, _SINCE, (self._known,))
        self._tell(row[0] for row in missed)
        # A sequence is drawn before it is visible: only what was there a heartbeat ago is
        # taken as heard of.
        earlier = self._known
        while True:
            self._known, earlier = earlier, await self._last(connection)
            async for notification in connection.notifies(timeout=HEARTBEAT_S):
                self._tell(json.loads(notification.payload))

    async def _last(self, connection: psycopg.AsyncConnection) -> int:
        last: int = (await self._bounded(connection, _LAST))[0][0]
        return last

    async def _bounded(
        self, connection: psycopg.AsyncConnection, statement: Any, values: tuple[Any, ...] = ()
    ) -> list[tuple[Any, ...]]:
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            cursor = await connection.execute(statement, values or None)
            return await cursor.fetchall() if cursor.description else []

    def _tell(self, document_ids: Iterable[str]) -> None:
        ids = list(document_ids)
        for listener in self._listeners:
            listener.tell(ids)
