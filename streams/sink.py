"""The sink: every record of the chain becomes rows, exactly once, whoever dies meanwhile.

Its offsets stand in PostgreSQL and move in the transaction that writes the rows, by compare and
set: of two sinks that hold the same records only one can write them. While PostgreSQL is down
nothing moves and the process stays.
"""

import logging
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from schemas.codec import Codec
from schemas.errors import Unavailable, Unprocessable
from streams import metrics
from streams.health import HEARTBEAT_AGE_MAX_S, Health, HealthServer
from streams.kafka import KafkaLog
from streams.log import BrokenError, FencedError, Incoming, Log, Partition, Reader, Stop
from streams.registry import open_ids
from streams.runner_sessions import ExitCode
from streams.runner_watchdog import Heartbeat, Watchdog
from streams.settings import Settings, required
from streams.sink_metrics import count_written, forget_lag, tell_ages, tell_lag
from streams.sink_rows import Batch, RetryTopics
from streams.sink_writer import Move, OffsetsMovedError, RefusedError, Writer
from streams.topology import SINK_GROUP, Topology, topology

log = logging.getLogger("bitaqa.sink")

RECORDS_MAX = 500
BATCH_BYTES_MAX = 16 * 1024 * 1024
GATHER_S = 0.02
"""How long a batch waits for company: the price in latency of fewer transactions."""
IDLE_S = 0.5
BACKOFF_FIRST_S = 0.1
BACKOFF_MAX_S = 5.0
LAG_EVERY_S = 1.0
GAP_TOLD = 1000
"""Fewer missing offsets than this are markers of transactions or compaction, not a loss."""


def run_sink(settings: Settings, records: Log, stop: Stop) -> int:
    """Run the sink until told to stop; return how the process should end.

    Raises:
        Misconfigured: when no database is set, or topics are missing; nothing was consumed.
    """
    writer = Writer(required(settings.postgres_dsn, "POSTGRES_DSN"), SINK_GROUP)
    pipeline = topology(settings.retry_delays_s)
    if isinstance(records, KafkaLog):
        records.require([topic.name for topic in pipeline.topics], stop)
    sink = Sink(pipeline, records, writer, Codec(open_ids(settings)), stop)
    watchdog = Watchdog(sink.heartbeat)
    with HealthServer(sink.health, settings.metrics_port, settings.metrics_host):
        watchdog.start()
        try:
            return sink.run()
        finally:
            watchdog.stop()
            writer.close()


@dataclass(slots=True)
class _Position:
    """Where a partition goes on; ``begun`` once a record came since it was assigned."""

    offset: int
    begun: bool = False


class Sink:
    """One member of the sink's group.

    Args:
        pipeline: whose topics are read, all of them.
        records: the log.
        writer: the database.
        codec: decodes records.
        stop: set from outside to end after the batch in hand.
    """

    def __init__(
        self, pipeline: Topology, records: Log, writer: Writer, codec: Codec, stop: Stop
    ) -> None:
        self.heartbeat = Heartbeat()
        self._topics = [topic.name for topic in pipeline.topics]
        self._retries = RetryTopics.of(pipeline)
        self._log = records
        self._writer = writer
        self._codec = codec
        self._stop = stop
        self._positions: dict[Partition, _Position] = {}
        self._database_up = True
        self._failures = 0
        self._told_s = 0.0

    def run(self) -> int:
        """Work until told to stop; return why it ended."""
        while not self._stop.is_set():
            try:
                self._session()
            except Unavailable as error:
                self._wait(error)
            except (OffsetsMovedError, BrokenError) as error:
                # Whoever moved the offsets owns the partitions: ask the group anew.
                metrics.COMMITS.labels(SINK_GROUP, "fenced").inc()
                log.warning("joining again", extra={"detail": str(error)})
                self._stop.wait(BACKOFF_FIRST_S)
            except FencedError:
                metrics.COMMITS.labels(SINK_GROUP, "fenced").inc()
                log.exception("fenced")
                return ExitCode.RESTART
        return ExitCode.STOPPED

    def health(self) -> Health:
        """Say whether the loop goes round; a database that is down is told, no more."""
        age_s = self.heartbeat.age_s
        detail: dict[str, str | float | bool] = {
            "stage": "sink",
            "postgres": "up" if self._database_up else "down",
            "heartbeat_age_s": round(age_s, 1),
            "partitions": len(self._positions),
        }
        return Health(age_s < HEARTBEAT_AGE_MAX_S, detail)

    def _session(self) -> None:
        self._positions.clear()
        reader = self._log.reader(SINK_GROUP, self._topics, self._start, self._revoked)
        try:
            while not self._stop.is_set():
                self.heartbeat.beat()
                self._turn(reader)
        finally:
            self._positions.clear()
            reader.close()

    def _turn(self, reader: Reader) -> None:
        try:
            records = self._gather(reader)
        except Unavailable as error:
            # The log, or the database while it was asked where to begin.
            self._wait(error)
            return
        for chunk in _chunks(self._next(records)):
            if not self._write(chunk):
                return
        self._tell(reader)

    def _gather(self, reader: Reader) -> list[Incoming]:
        found = list(reader.read(RECORDS_MAX, IDLE_S))
        deadline = time.monotonic() + GATHER_S
        while found and len(found) < RECORDS_MAX:
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                break
            found += reader.read(RECORDS_MAX - len(found), left_s)
        return found

    def _next(self, records: list[Incoming]) -> Iterator[Incoming]:
        """Yield the records that are ours and not yet written."""
        ahead: dict[Partition, int] = {}
        for record in records:
            key = (record.topic, record.partition)
            position = self._positions.get(key)
            if position is None:
                continue
            if not position.begun:
                position.begun = True
                ahead[key] = record.offset
                _tell_gap(position.offset, record)
            if record.offset < ahead.get(key, position.offset):
                continue
            ahead[key] = record.offset + 1
            yield record

    def _write(self, records: Sequence[Incoming], refused: str | None = None) -> bool:
        """Write records and offsets, however long it takes; say False where told to stop."""
        in_doubt = False
        while not self._stop.is_set():
            try:
                if not (in_doubt and self._was_written(records)):
                    self._attempt(records, refused)
            except Unavailable as error:
                in_doubt = True
                tell_ages(records, ())
                self._wait(error)
            except RefusedError as error:
                return self._without(records, error)
            else:
                self._wrote(records)
                return True
        return False

    def _wrote(self, records: Sequence[Incoming]) -> None:
        self._failures = 0
        self._database_up = True
        for move in self._moves(records):
            self._positions[move.partition].offset = move.after

    def _attempt(self, records: Sequence[Incoming], refused: str | None) -> None:
        batch = self._batch(records, refused)
        began_s = time.monotonic()
        written = self._writer.write(batch, self._moves(records))
        seconds = time.monotonic() - began_s
        metrics.COMMITS.labels(SINK_GROUP, "committed").inc()
        metrics.COMMIT_SECONDS.labels(SINK_GROUP).observe(seconds)
        metrics.SINK_SECONDS.observe(seconds)
        count_written(batch, written.places)

    def _was_written(self, records: Sequence[Incoming]) -> bool:
        """Say how a transaction ended whose answer was lost.

        Raises:
            OffsetsMovedError: another sink has gone on.
        """
        moves = self._moves(records)
        stored = self._writer.offsets([move.partition for move in moves])
        if all(stored[move.partition] == move.before for move in moves):
            return False
        if any(stored[move.partition] != move.after for move in moves):
            raise OffsetsMovedError("another consumer went on")
        batch = self._batch(records, None)
        count_written(batch, frozenset(batch.sources))
        return True

    def _without(self, records: Sequence[Incoming], error: RefusedError) -> bool:
        """Halve until the record that PostgreSQL refuses stands alone, and leave that out."""
        if len(records) == 1:
            return self._write(records, error.state)
        middle = len(records) // 2
        return self._write(records[:middle]) and self._write(records[middle:])

    def _batch(self, records: Sequence[Incoming], refused: str | None) -> Batch:
        batch = Batch()
        erased = self._writer.erased({record.key for record in records})
        for record in records:
            if record.key in erased and record.value is not None:
                batch.refuse(record)
            elif refused is not None:
                _reject(batch, record, f"postgres.{refused}", "PostgreSQL refuses its rows")
            elif record.value is None:
                batch.skip()
            else:
                try:
                    batch.add(record, self._codec.decode(record.value), self._retries)
                except Unprocessable as error:
                    _reject(batch, record, error.reason, error.message)
        return batch

    def _moves(self, records: Sequence[Incoming]) -> list[Move]:
        after = {(one.topic, one.partition): one.offset + 1 for one in records}
        return [Move(key, self._positions[key].offset, offset) for key, offset in after.items()]

    def _start(self, partitions: Sequence[Partition]) -> Mapping[Partition, int]:
        stored = self._writer.offsets(partitions)
        metrics.REBALANCES.labels(SINK_GROUP, "assigned").inc()
        log.info("assigned", extra={"partitions": len(partitions)})
        self._positions.update({key: _Position(offset) for key, offset in stored.items()})
        self._database_up = True
        # Where the group has never been it begins with the oldest record there is.
        return {key: offset for key, offset in stored.items() if offset}

    def _revoked(self, partitions: Sequence[Partition]) -> None:
        metrics.REBALANCES.labels(SINK_GROUP, "revoked").inc()
        log.info("revoked", extra={"partitions": len(partitions)})
        for key in partitions:
            self._positions.pop(key, None)
            forget_lag(key)

    def _wait(self, error: Unavailable) -> None:
        self.heartbeat.beat()
        self._database_up = self._database_up and error.dependency != "postgres"
        log.warning("waiting", extra={"detail": str(error)})
        longest_s = min(BACKOFF_MAX_S, BACKOFF_FIRST_S * 2 ** min(self._failures, 10))
        self._failures += 1
        self._stop.wait(random.uniform(longest_s / 2, longest_s))
        self.heartbeat.beat()

    def _tell(self, reader: Reader) -> None:
        now_s = time.monotonic()
        if now_s - self._told_s >= LAG_EVERY_S:
            self._told_s = now_s
            tell_lag(reader.lag())
            tell_ages((), tuple(self._positions))


def _chunks(records: Iterator[Incoming]) -> Iterator[list[Incoming]]:
    """Yield the records in pieces of bounded size."""
    chunk: list[Incoming] = []
    size = 0
    for record in records:
        length = len(record.value or b"")
        if chunk and size + length > BATCH_BYTES_MAX:
            yield chunk
            chunk, size = [], 0
        chunk.append(record)
        size += length
    if chunk:
        yield chunk


def _reject(batch: Batch, record: Incoming, reason: str, message: str) -> None:
    batch.reject(record, reason, message)
    place = {"topic": record.topic, "partition": record.partition, "at": record.offset}
    log.warning("record refused", extra=place | {"reason": reason})


def _tell_gap(stored: int, record: Incoming) -> None:
    place = {"topic": record.topic, "partition": record.partition}
    extra = place | {"stored": stored, "at": record.offset}
    if record.offset < stored:
        log.warning("the log begins again before the stored offset", extra=extra)
    elif stored and record.offset - stored >= GAP_TOLD:
        log.warning("the log goes on far behind the stored offset", extra=extra)
