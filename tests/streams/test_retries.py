"""The retry topics' own reader: it waits for the head, sends back, and loses nothing."""

import time

from schemas.codec import Codec
from streams.headers import Tries, retry_headers, tries_of
from streams.log import Incoming, Outgoing
from streams.memory_log import MemoryLog
from streams.retries import HELD_MAX, Forwarder, retry_topics
from streams.topology import FAILED, UPLOADED, topology
from tests.faults.works import upload

TOPIC = "documents.retry.prepare.1m.v1"
PIPELINE = topology((60,))


class Clock:
    """A wall clock in milliseconds that moves when told to."""

    def __init__(self) -> None:
        self.now_ms = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now_ms


def waiting(log: MemoryLog, key: str, due_ms: int) -> None:
    """Put a document into the retry topic."""
    record = Incoming(UPLOADED, 1, 7, key, Codec().encode(upload(key)), {"ce_id": "x"})
    tries = Tries(3, 1, tries_of(record).origin)
    headers = retry_headers(record, tries, due_ms)
    log.publisher().publish(Outgoing(TOPIC, key, record.value, headers)).result()


def turned(log: MemoryLog, clock: Clock, *times_ms: float) -> list[list[str]]:
    """Run a forwarder at times and return what stands in the origin topic after each."""
    forwarder = Forwarder(TOPIC, PIPELINE.stage("prepare"), PIPELINE, Codec(), clock)
    exchange = log.exchange(forwarder.group, forwarder.topics, forwarder.changes)
    forwarder.opened(exchange)
    log.patient = False
    found = []
    for at_ms in times_ms:
        clock.now_ms = at_ms
        for _ in range(3):
            forwarder.turn(exchange)
        found.append(sorted(record.key for record in log.scan([UPLOADED])))
    forwarder.closed()
    exchange.close()
    return found


def test_a_document_returns_when_it_is_due_and_not_before() -> None:
    """With its value, its attempts and its first origin."""
    log = MemoryLog()
    waiting(log, "a", 1000)
    waiting(log, "b", 2000)

    assert turned(log, Clock(), 999, 1000, 1999, 2000) == [[], ["a"], ["a"], ["a", "b"]]
    record = next(iter(log.scan([UPLOADED])))
    assert tries_of(record) == Tries(3, 1, tries_of(Incoming(UPLOADED, 1, 7, "a", b"")).origin)
    assert "bitaqa_due_ms" not in record.headers
    assert Codec().decode(record.value or b"") == upload(record.key)


def test_a_restart_neither_loses_nor_repeats() -> None:
    """Only what was sent back is committed."""
    log = MemoryLog()
    waiting(log, "a", 1000)
    waiting(log, "a2", 5000)

    assert turned(log, Clock(), 1000) == [["a"]]
    assert turned(log, Clock(), 1000, 5000) == [["a"], ["a", "a2"]]


def test_a_record_without_a_way_back_is_a_dead_letter() -> None:
    """A foreign producer cannot have records sent to any topic."""
    log = MemoryLog()
    for headers in ({}, {"bitaqa_return_topic": "payments"}):
        log.publisher().publish(Outgoing(TOPIC, "strange", b"value", headers)).result()

    turned(log, Clock(), 1)

    assert [record.key for record in log.scan([FAILED])] == ["strange", "strange"]
    assert list(log.scan(["payments"])) == []


def test_a_tombstone_is_passed_over() -> None:
    """An erased document gets no dead letter, and what stands behind it is not held up."""
    log = MemoryLog(1)
    log.publisher().publish(Outgoing(TOPIC, "erased", None)).result()
    waiting(log, "a", 1)

    assert turned(log, Clock(), 1) == [["a"]]
    assert list(log.scan([FAILED])) == []


def test_a_long_line_is_held_in_bounds() -> None:
    """What waits in memory is bounded; the rest waits in the log."""
    log = MemoryLog(1)
    count = HELD_MAX * 3
    for number in range(count):
        waiting(log, f"d{number:05}", 1000)
    began_s = time.monotonic()

    clock = Clock()
    forwarder = Forwarder(TOPIC, PIPELINE.stage("prepare"), PIPELINE, Codec(), clock)
    exchange = log.exchange(forwarder.group, forwarder.topics, forwarder.changes)
    forwarder.opened(exchange)
    log.patient = False
    for _ in range(30):
        forwarder.turn(exchange)
    assert sum(exchange.lag().values()) >= count - HELD_MAX * 2
    clock.now_ms = 1000
    while len(list(log.scan([UPLOADED]))) < count and time.monotonic() - began_s < 30:
        forwarder.turn(exchange)

    assert len(list(log.scan([UPLOADED]))) == count


def test_every_stage_has_its_retry_topics() -> None:
    """One topic for each stage and delay, shared by a stage's routes."""
    assert sorted(retry_topics(topology((60, 600)))) == sorted(
        f"documents.retry.{stage}.{delay}.v1"
        for stage in ("prepare", "extract", "validate")
        for delay in ("1m", "10m")
    )
