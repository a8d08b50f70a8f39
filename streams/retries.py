"""Brings documents back from the retry topics once they are due.

All records of a retry topic wait equally long, so the order of the log is the order in which
they are due: the head decides, and only this consumer waits.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from schemas.codec import Codec
from streams.headers import DUE_MS, RETURN_TOPIC
from streams.health import HEARTBEAT_AGE_MAX_S, Health, HealthServer
from streams.kafka import KafkaLog
from streams.log import (
    BrokenError,
    Changes,
    Exchange,
    FencedError,
    Incoming,
    Log,
    Outgoing,
    Partition,
    Stop,
)
from streams.registry import open_ids
from streams.runner_attempts import Failure, FailureKind
from streams.runner_commits import Commits
from streams.runner_ledger import Entry, Ledger
from streams.runner_outcomes import dead_letter
from streams.runner_sessions import ExitCode, Sessions
from streams.runner_watchdog import Heartbeat, Watchdog
from streams.settings import Settings
from streams.topology import StageSpec, Topology, retry_topic

log = logging.getLogger("bitaqa.retries")

READ_MAX = 200
DELAY_MAX_MS = 7 * 24 * 60 * 60 * 1000
HELD_MAX = 1000
WAIT_S = 1.0

LOST = Failure(
    FailureKind.UNPROCESSABLE, "message.malformed", "a retry topic's record without its headers"
)


def run_retries(settings: Settings, pipeline: Topology, stop: Stop) -> ExitCode:
    """Serve every retry topic until told to stop; return how the process should end.

    Raises:
        Misconfigured: when topics are missing.
    """
    kafka = KafkaLog(settings.kafka, settings.instance)
    kafka.require([topic.name for topic in pipeline.topics], stop)
    servers = [
        Forwarder(topic, spec, pipeline, Codec(open_ids(settings)))
        for topic, spec in retry_topics(pipeline).items()
    ]
    both = _Either(stop)
    codes: list[ExitCode] = []
    threads = [
        threading.Thread(target=_serve, args=(one, kafka, both, codes), name=one.group)
        for one in servers
    ]
    with (
        HealthServer(lambda: _health(servers), settings.metrics_port, settings.metrics_host),
        _watched(servers),
    ):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return max(codes, default=ExitCode.RESTART)


def retry_topics(pipeline: Topology) -> dict[str, StageSpec]:
    """Return every retry topic with a stage whose documents wait in it."""
    return {
        retry_topic(spec.name, delay_s): spec
        for spec in pipeline.stages
        for delay_s in spec.retry_delays_s
    }


class Forwarder:
    """The only reader of one retry topic.

    Args:
        topic: the retry topic.
        spec: a stage whose documents wait in it.
        pipeline: names the topics that may be returned to.
        codec: for dead letters.
        now_ms: wall clock.
    """

    def __init__(
        self,
        topic: str,
        spec: StageSpec,
        pipeline: Topology,
        codec: Codec,
        now_ms: Callable[[], float] = lambda: time.time() * 1000,
    ) -> None:
        self.group = f"bitaqa.{topic}"
        self.topics = (topic,)
        self.changes = Changes(lambda _: None, self._revoked, self._drop)
        self.heartbeat = Heartbeat()
        self._spec = spec
        self._codec = codec
        self._now_ms = now_ms
        self._inputs = {name for stage in pipeline.stages for name in stage.inputs}
        self._ledger = Ledger()
        self._waiting: dict[Partition, deque[Entry]] = {}
        self._commits = Commits(self.group, self._ledger, time.monotonic)
        self._exchange: Exchange | None = None
        self._held = False

    @property
    def idle(self) -> bool:
        """Say whether nothing waits."""
        return not len(self._ledger)

    def opened(self, exchange: Exchange) -> None:
        """Begin anew with an exchange."""
        self._exchange = exchange
        self._held = False
        self._commits.forget()

    def closed(self) -> None:
        """Let go of what waits; it is read again from the committed offsets."""
        self._exchange = None
        self._ledger.clear()
        self._waiting.clear()

    def turn(self, exchange: Exchange) -> None:
        """Go round once: read, send back what is due, commit."""
        self.heartbeat.beat()
        for record in exchange.read(READ_MAX, self._wait_s()):
            entry = self._ledger.take(record, time.monotonic())
            self._waiting.setdefault((record.topic, record.partition), deque()).append(entry)
        self._send_due()
        self._commits.commit(exchange)
        if len(self._ledger) >= HELD_MAX and not self._held:
            exchange.hold()
            self._held = True
        elif self._held and len(self._ledger) < HELD_MAX // 2:
            exchange.release()
            self._held = False

    def drain(self, exchange: Exchange) -> None:
        """Nothing is begun that another could not begin again."""

    def _wait_s(self) -> float:
        heads = [_due_ms(line[0].record) for line in self._waiting.values() if line]
        due_in_s = (min(heads) - self._now_ms()) / 1000 if heads else WAIT_S
        return max(0.001, min(WAIT_S, due_in_s))

    def _send_due(self) -> None:
        now_ms = self._now_ms()
        for line in self._waiting.values():
            while line and _due_ms(line[0].record) <= now_ms:
                entry = line.popleft()
                # An erasure's tombstone has done its work where it stands.
                erased = entry.record.value is None
                self._ledger.finish(entry, () if erased else (self._returned(entry),))

    def _returned(self, entry: Entry) -> Outgoing:
        record = entry.record
        target = record.headers.get(RETURN_TOPIC, "")
        if target not in self._inputs:
            return dead_letter(self._spec, entry, LOST, self._codec)
        kept = {
            name: value
            for name, value in record.headers.items()
            if name not in (DUE_MS, RETURN_TOPIC)
        }
        return Outgoing(target, record.key, record.value, kept)

    def _revoked(self, partitions: Sequence[Partition]) -> None:
        try:
            if self._exchange is not None:
                self._commits.commit(self._exchange, partitions)
        except (BrokenError, FencedError) as error:
            # The next commit says so again, outside of the client's callback.
            log.warning("commit on revoke failed", extra={"detail": str(error)})
        self._drop(partitions)

    def _drop(self, partitions: Sequence[Partition]) -> None:
        self._ledger.drop(partitions)
        for partition in partitions:
            self._waiting.pop(partition, None)


class _Either:
    """Stops when asked to, or when one of the threads ended."""

    def __init__(self, outer: Stop) -> None:
        self._outer = outer
        self.inner = threading.Event()

    def is_set(self) -> bool:
        return self.inner.is_set() or self._outer.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        self._outer.wait(timeout)
        return self.is_set()


def _serve(one: Forwarder, kafka: Log, both: _Either, codes: list[ExitCode]) -> None:
    code = ExitCode.RESTART
    try:
        code = Sessions(kafka, one, both).run()
    finally:
        codes.append(code)
        both.inner.set()


@contextmanager
def _watched(servers: Sequence[Forwarder]) -> Iterator[None]:
    watchdogs = [Watchdog(one.heartbeat) for one in servers]
    for one in watchdogs:
        one.start()
    try:
        yield
    finally:
        for one in watchdogs:
            one.stop()


def _health(servers: Sequence[Forwarder]) -> Health:
    oldest_s = max(one.heartbeat.age_s for one in servers)
    return Health(oldest_s < HEARTBEAT_AGE_MAX_S, {"stage": "retry", "heartbeat_age_s": oldest_s})


def _due_ms(record: Incoming) -> float:
    """Return when a record may go back; a header cannot put that off for ever."""
    try:
        due_ms = int(record.headers[DUE_MS])
    except (KeyError, ValueError):
        return 0
    return due_ms if due_ms - record.timestamp_ms <= DELAY_MAX_MS else 0
