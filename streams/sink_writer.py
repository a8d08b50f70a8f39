"""Writes batches and offsets in one transaction, sent to the server in one piece."""

import contextlib
import json
import os
import re
import socket
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from schemas.errors import BitaqaError
from streams import sink_statements as sql
from streams.database import (
    OFFSETS_MOVED,
    STATEMENT_TIMEOUT_S,
    connect,
    is_refusal,
    mapped_errors,
)
from streams.log import Partition
from streams.sink_rows import Batch, Place, Row

CHANNEL = "bitaqa_documents"
"""Each notification carries a JSON array of ids of documents that something was written about."""

ANSWER_S = STATEMENT_TIMEOUT_S + 15.0
"""Longer than the server lets a statement take."""
# PostgreSQL refuses payloads of 8,000 bytes.
NOTIFICATION_BYTES_MAX = 7_800
_NUL = re.compile(r"(\\\\)|\\u0000")


class OffsetsMovedError(BitaqaError):
    """Another consumer has gone on from these offsets; nothing was written."""


class RefusedError(BitaqaError):
    """PostgreSQL refuses something in the batch and would again; nothing was written.

    Args:
        state: PostgreSQL's SQLSTATE.
    """

    def __init__(self, state: str) -> None:
        super().__init__(f"PostgreSQL refuses the rows: SQLSTATE {state}")
        self.state = state


@dataclass(frozen=True, slots=True)
class Move:
    """How far a batch takes the group in one partition."""

    partition: Partition
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Written:
    """The records of a batch that told something new."""

    places: frozenset[Place]


class Writer:
    """One connection, opened when it is needed; not thread-safe.

    Args:
        dsn: connection string.
        group: whose offsets move.
        answer_s: a server that says nothing for longer counts as gone.
    """

    def __init__(self, dsn: str, group: str, answer_s: float = ANSWER_S) -> None:
        self._dsn = dsn
        self._group = group
        self._answer_s = answer_s
        self._open: psycopg.Connection | None = None

    def offsets(self, partitions: Sequence[Partition]) -> dict[Partition, int]:
        """Return where the group goes on; 0 where it has never been, which is noted.

        Raises:
            Unavailable: when the database does not answer.
        """
        places = _dumped([{"topic": name, "partition": number} for name, number in partitions])
        with self._connection() as connection:
            connection.execute(sql.KNOW_OFFSETS, (self._group, places))
            rows = connection.execute(sql.OFFSETS, (places, self._group)).fetchall()
        return {(topic, number): offset for topic, number, offset in rows}

    def erased(self, document_ids: Iterable[str]) -> AbstractSet[str]:
        """Return which of some documents were erased.

        Raises:
            Unavailable: when the database does not answer.
        """
        with self._connection() as connection:
            rows = connection.execute(sql.ERASED, (_dumped(sorted(document_ids)),)).fetchall()
        return {row[0] for row in rows}

    def write(self, batch: Batch, moves: Iterable[Move]) -> Written:
        """Write the rows and move the offsets, or neither.

        Raises:
            Unavailable: the database does not answer; whether it wrote is open, ``offsets`` tells.
            OffsetsMovedError, RefusedError: nothing was written.
        """
        steps = [
            {"topic": one.partition[0], "partition": one.partition[1]}
            | {"before": one.before, "after": one.after}
            for one in moves
        ]
        events: psycopg.Cursor[Any] | None = None
        with (
            self._connection() as connection,
            connection.pipeline(),
            connection.transaction(),
        ):
            connection.execute(sql.ADVANCE, (self._group, _dumped(steps)))
            for statement, tables in _statements(batch):
                cursor = connection.execute(statement, tuple(map(_dumped, tables)))
                events = cursor if statement is sql.EVENTS else events
            if batch.documents:
                connection.execute(sql.NOTIFY, (CHANNEL, list(_payloads(batch.documents))))
        return Written(frozenset(events.fetchall() if events else ()))

    def close(self) -> None:
        """Let go of the connection."""
        if self._open is not None:
            self._open.close()
            self._open = None

    @contextlib.contextmanager
    def _connection(self) -> Iterator[psycopg.Connection]:
        with mapped_errors():
            if self._open is None:
                self._open = connect(self._dsn, self._group)
            try:
                with _deadline(self._open, self._answer_s):
                    yield self._open
            except psycopg.Error as error:
                self._tidy()
                if error.sqlstate == OFFSETS_MOVED:
                    raise OffsetsMovedError("another consumer went on") from None
                if is_refusal(error):
                    raise RefusedError(error.sqlstate or "") from None
                raise

    def _tidy(self) -> None:
        connection = self._open
        if connection is None:
            return
        idle = connection.info.transaction_status is TransactionStatus.IDLE
        if connection.closed or not idle:
            with contextlib.suppress(psycopg.Error):
                connection.close()
            self._open = None


@contextlib.contextmanager
def _deadline(connection: psycopg.Connection, seconds: float) -> Iterator[None]:
    # A server that is frozen, not dead, acknowledges on and on: libpq would wait for ever.
    line = socket.socket(fileno=os.dup(connection.fileno()))
    timer = threading.Timer(seconds, _hang_up, (line,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        line.close()


def _hang_up(line: socket.socket) -> None:
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def _statements(batch: Batch) -> Iterator[tuple[str, tuple[Iterable[Row], ...]]]:
    tables: tuple[tuple[str, tuple[Any, ...]], ...] = (
        (sql.DOCUMENTS, (batch.ordered_documents(),)),
        (sql.JOBS, (list(batch.jobs.values()),)),
        (
            sql.READINGS,
            (list(batch.readings.values()), batch.fields, batch.findings, batch.pages),
        ),
        (sql.FAILURES, (list(batch.failures.values()),)),
        (sql.EVENTS, (batch.ordered_events(),)),
        (sql.REJECTS, (batch.rejects,)),
        (sql.LATE, (sorted(batch.late),)),
    )
    return ((statement, rows) for statement, rows in tables if rows[0])


def _payloads(documents: Mapping[str, Row]) -> Iterator[str]:
    chunk: list[str] = []
    size = 2
    for document_id in documents:
        length = len(_dumped(document_id).encode()) + 1
        if chunk and size + length > NOTIFICATION_BYTES_MAX:
            yield _dumped(chunk)
            chunk, size = [], 2
        chunk.append(document_id)
        size += length
    yield _dumped(chunk)


def _dumped(value: Any) -> str:
    """Return JSON without NUL characters, which no text of PostgreSQL can hold."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _NUL.sub(r"\1", text) if "\\u0000" in text else text
