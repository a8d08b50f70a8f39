"""The housekeeping worker: erasures, what is over its time, and what nobody refers to any more.

Every task is bounded, safe to repeat and safe beside another worker: one that dies leaves its
work to the next turn.
"""

import logging
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

import psycopg

from schemas.errors import Unavailable
from streams import metrics
from streams.database import connect, mapped_errors
from streams.erasing import ACTOR, Eraser
from streams.health import HEARTBEAT_AGE_MAX_S, Health, HealthServer
from streams.kafka import KafkaLog
from streams.log import Stop
from streams.orphans import orphans_of
from streams.runner_sessions import ExitCode
from streams.runner_watchdog import Heartbeat, Watchdog
from streams.settings import LifeSettings, Settings, required
from streams.store import Store, open_store
from streams.topology import topology

log = logging.getLogger("bitaqa.housekeeping")

NAME = "bitaqa.housekeeping"
AT_ONCE_MAX = 500
OBJECTS_AT_ONCE_MAX = 2000
KEPT_DAYS = 30
"""Deliveries that are over, and records that the sink refused."""
IDLE_S = 0.5
BACKOFF_MAX_S = 5.0

# A rule of the type's own, else the tenant's, else the setting; the first condition lets an
# index say that nothing is old enough for any of them.
_EXPIRED = """
SELECT d.tenant, d.document_id, 'retention' FROM documents d
LEFT JOIN retention_rules own ON own.tenant = d.tenant AND own.document_type = d.document_type
LEFT JOIN retention_rules every ON every.tenant = d.tenant AND every.document_type = '*'
WHERE d.uploaded_at < now() - make_interval(days => (SELECT least(min(days),
        nullif(%(days)s, 0))::integer FROM retention_rules))
    AND d.uploaded_at < now() - make_interval(
        days => coalesce(own.days, every.days, nullif(%(days)s, 0)))
ORDER BY d.uploaded_at LIMIT %(most)s
"""
_DELETED = """
SELECT tenant, document_id, 'deleted' FROM documents
WHERE deleted_at < now() - make_interval(days => %(days)s) ORDER BY deleted_at LIMIT %(most)s
"""
_FAILED = """
SELECT d.tenant, d.document_id, 'failed' FROM failures f JOIN documents d USING (document_id)
WHERE f.failed_at < now() - make_interval(days => %(days)s) AND d.status = 'failed'
    AND d.updated_at < now() - make_interval(days => %(days)s)
ORDER BY f.failed_at LIMIT %(most)s
"""
_DELIVERIES = """
DELETE FROM webhook_deliveries WHERE delivery_id IN (
    SELECT delivery_id FROM webhook_deliveries
    WHERE finished_at < now() - make_interval(days => %(days)s) LIMIT %(most)s
    FOR UPDATE SKIP LOCKED)
"""
_REJECTS = """
DELETE FROM sink_rejects WHERE (topic, partition, record_offset) IN (
    SELECT topic, partition, record_offset FROM sink_rejects
    WHERE rejected_at < now() - make_interval(days => %(days)s) LIMIT %(most)s)
"""


@dataclass(slots=True)
class Task:
    """Something to do now and then; it returns how much it did, and begins again while it did."""

    name: str
    every_s: float
    run: Callable[[], int]
    due_s: float = 0.0


def run_housekeeping(settings: Settings, stop: Stop) -> int:
    """Keep house until told to stop; return how the process should end.

    Raises:
        Misconfigured: when the database or the store is not set, or topics are missing.
    """
    dsn = required(settings.postgres_dsn, "POSTGRES_DSN")
    pipeline = topology(settings.retry_delays_s)
    kafka = KafkaLog(settings.kafka)
    store = open_store(settings)
    kafka.require([topic.name for topic in pipeline.topics], stop)
    publisher = kafka.publisher()
    database = Database(dsn)
    eraser = Eraser(database.connection, store, publisher, pipeline)
    keeper = Housekeeper(database, store, eraser, settings.life, stop)
    watchdog = Watchdog(keeper.heartbeat)
    with HealthServer(keeper.health, settings.metrics_port, settings.metrics_host):
        watchdog.start()
        try:
            keeper.run()
        finally:
            watchdog.stop()
            publisher.close()
            database.close()
    return ExitCode.STOPPED


class Database:
    """One connection, opened when it is needed."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._open: psycopg.Connection | None = None

    def connection(self) -> psycopg.Connection:
        """Return it, another one where the last broke."""
        if self._open is None or self._open.closed:
            self._open = connect(self._dsn, NAME)
        return self._open

    def close(self) -> None:
        """Let go of it."""
        if self._open is not None:
            self._open.close()
            self._open = None


class Housekeeper:
    """One of any number of workers.

    Args:
        database: where the rows are.
        store: the object store.
        eraser: carries erasures through.
        bounds: for how long what is kept.
        stop: set from outside to end after the task in hand.
    """

    def __init__(
        self, database: Database, store: Store, eraser: Eraser, bounds: LifeSettings, stop: Stop
    ) -> None:
        self.heartbeat = Heartbeat()
        self.tasks = (
            Task("erasures", 1.0, eraser.turn),
            Task("told", 15.0, eraser.tell),
            Task("retention", 60.0, self._expire),
            Task("rows", 300.0, self._drop_rows),
            Task("objects", 60.0, self._sweep),
        )
        self._database = database
        self._store = store
        self._bounds = bounds
        self._stop = stop
        self._swept = ""
        self._failures = 0
        self._down = ""

    def run(self) -> None:
        """Work until told to stop."""
        while not self._stop.is_set():
            self.heartbeat.beat()
            try:
                self.turn()
            except Unavailable as error:
                self._wait(error)
            else:
                self._failures, self._down = 0, ""
                self._stop.wait(IDLE_S)

    def turn(self) -> None:
        """Do whatever is due.

        Raises:
            Unavailable: a part is down.
        """
        for task in self.tasks:
            if task.due_s > time.monotonic():
                continue
            with mapped_errors():
                did = task.run()
            self.heartbeat.beat()
            metrics.HOUSEKEEPING_DONE.labels(task.name).set_to_current_time()
            task.due_s = 0.0 if did else time.monotonic() + task.every_s

    def health(self) -> Health:
        """Say whether the loop goes round; a part that is down is told, no more."""
        age_s = self.heartbeat.age_s
        detail: dict[str, str | float | bool] = {
            "stage": "housekeeping",
            "heartbeat_age_s": round(age_s, 1),
            "down": self._down,
        }
        return Health(age_s < HEARTBEAT_AGE_MAX_S, detail)

    def _expire(self) -> int:
        """Erase what is over its time."""
        return (
            self._erase_all(_EXPIRED, self._bounds.retention_days, "expired")
            + self._erase_all(_DELETED, self._bounds.deleted_days, "deleted")
            + self._erase_all(_FAILED, self._bounds.failed_days, "failed")
        )

    def _erase_all(self, statement: str, days: int, kind: str) -> int:
        connection = self._database.connection()
        found = connection.execute(statement, {"days": days, "most": AT_ONCE_MAX}).fetchall()
        for tenant, document_id, reason in found:
            values = (tenant, document_id, ACTOR, reason)
            connection.execute("SELECT erase_document(%s, %s, %s, %s)", values)
        metrics.HOUSEKEEPING_REMOVED.labels(kind).inc(len(found))
        return len(found)

    def _drop_rows(self) -> int:
        """Remove rows that only tell of what is long over."""
        count = 0
        for statement, kind in ((_DELIVERIES, "deliveries"), (_REJECTS, "rejects")):
            values = {"days": KEPT_DAYS, "most": AT_ONCE_MAX}
            removed = self._database.connection().execute(statement, values).rowcount
            metrics.HOUSEKEEPING_REMOVED.labels(kind).inc(removed)
            count += removed
        return count

    def _sweep(self) -> int:
        """Look through the next objects; begin anew behind the last one."""
        entries = list(islice(self._store.entries(self._swept), OBJECTS_AT_ONCE_MAX))
        self._swept = entries[-1].key if len(entries) == OBJECTS_AT_ONCE_MAX else ""
        found = orphans_of(entries, self._known, self._store.exists, time.time())
        for kind, key in found:
            self._store.delete(key)
            metrics.HOUSEKEEPING_REMOVED.labels(kind).inc()
        return 0

    def _known(self, document_ids: Iterable[str]) -> tuple[set[str], set[str]]:
        """Return which documents have rows, and which were erased."""
        values = (list(document_ids),)
        connection = self._database.connection()
        there, erased = (
            {row[0] for row in connection.execute(statement, values)}
            for statement in (
                "SELECT document_id FROM documents WHERE document_id = ANY(%s)",
                "SELECT document_id FROM erasures WHERE document_id = ANY(%s)",
            )
        )
        return there, erased

    def _wait(self, error: Unavailable) -> None:
        self._down = error.dependency
        self._failures += 1
        log.warning("waiting", extra={"detail": str(error)})
        longest_s = min(BACKOFF_MAX_S, 0.1 * 2 ** min(self._failures, 10))
        self._stop.wait(random.uniform(longest_s / 2, longest_s))
