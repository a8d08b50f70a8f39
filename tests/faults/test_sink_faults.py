"""Sinks die and freeze, PostgreSQL and the broker restart; every document is one row set."""

import itertools
import os
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from schemas.errors import Unavailable
from schemas.messages import Message
from streams.embedded import EmbeddedKafka, EmbeddedPostgres
from streams.embedded.processes import Child
from streams.kafka import KafkaLog
from streams.kafka.admin import KafkaCluster
from streams.migrate import migrate
from streams.settings import KafkaSettings
from streams.topics import apply
from streams.topology import READ, SINK_GROUP, topology
from tests.support.passes import document_id, publish, read, whole_pass
from tests.support.sinks import Rows, RunningSink, wait_until

pytestmark = [
    pytest.mark.broker,
    pytest.mark.postgres,
    pytest.mark.faults,
    pytest.mark.slow,
    pytest.mark.timeout(600),
]

LONG = os.environ.get("BITAQA_FAULTS_LONG") == "1"
DOCUMENTS = 1500 if LONG else 300
FAULTS = 9 if LONG else 4
DOCUMENTS_PER_S = 25
SETTLE_S = 120.0
STOP_S = 20.0
FROZEN_S = 8.0
"""Longer than a member's session: its partitions go to another meanwhile."""
SEED = int(os.environ.get("BITAQA_FAULTS_SEED") or time.time_ns() % 1_000_000)

_ROW_SETS = (
    "SELECT (SELECT count(*) FROM readings r WHERE r.document_id = d.document_id)"
    " || '/' || (SELECT count(*) FROM fields f WHERE f.document_id = d.document_id)"
    " || '/' || (SELECT count(*) FROM pages p WHERE p.document_id = d.document_id)"
    " || '/' || (SELECT count(*) FROM jobs j WHERE j.document_id = d.document_id)"
    " || '/' || (SELECT count(*) FROM document_events e WHERE e.document_id = d.document_id)"
    " || ' ' || status, count(*)::integer"
    " FROM documents d WHERE document_id BETWEEN %s AND %s GROUP BY 1"
)


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedKafka]:
    """Yield a broker that only these tests break."""
    with EmbeddedKafka(tmp_path_factory.mktemp("kafka")) as broker:
        settings = KafkaSettings(broker.bootstrap_servers, partitions=4)
        apply(KafkaCluster(settings), topology(), settings)
        yield broker


class Sinks:
    """Sink processes; one that dies is started again, as a supervisor would."""

    def __init__(self, kafka: EmbeddedKafka, dsn: str, folder: Path, count: int) -> None:
        self._environment = {
            "BITAQA_KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
            "BITAQA_POSTGRES_DSN": dsn,
            "OMP_NUM_THREADS": "1",
        }
        self._folder = folder
        self._children = [self._start(number) for number in range(count)]

    def kill(self, number: int) -> None:
        """Kill one without a word and start it again."""
        self._children[number].kill()
        self._children[number] = self._start(number)

    def freeze(self, number: int) -> None:
        """Let one stand still for longer than its session, then go on as if nothing was."""
        self._children[number].pause()
        threading.Event().wait(FROZEN_S)
        self._children[number].resume()

    def stop(self) -> list[int | None]:
        """Stop all in order and return their exit codes."""
        for child in self._children:
            child.stop(timeout_s=STOP_S)
        return [child.exit_code for child in self._children]

    def _start(self, number: int) -> Child:
        command = [sys.executable, "-m", "streams", "run", "sink"]
        log = self._folder / f"sink-{number}.log"
        return Child(command, log=log, environment=self._environment)


class Feed:
    """Publishes whole passes at a steady rate in the background; a broker's restart delays it."""

    def __init__(self, kafka: EmbeddedKafka, first: int) -> None:
        self.first, self.last = first, first + DOCUMENTS - 1
        self._log = KafkaLog(KafkaSettings(kafka.bootstrap_servers))
        self._thread = threading.Thread(target=self._publish, daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Say whether it still publishes."""
        return self._thread.is_alive()

    def _publish(self) -> None:
        began_s = time.monotonic()
        for done, number in enumerate(range(self.first, self.last + 1, DOCUMENTS_PER_S), 1):
            numbers = range(number, min(number + DOCUMENTS_PER_S, self.last + 1))
            messages = [message for one in numbers for message in whole_pass(one)]
            while not self._acknowledged(messages):
                pass
            threading.Event().wait(max(0.0, began_s + done - time.monotonic()))

    def _acknowledged(self, messages: list[Message]) -> bool:
        # What was written before the broker went away is written again: repeats are ignored.
        try:
            publish(self._log, messages)
        except Unavailable:
            return False
        return True


def _faults(chance: random.Random, feed: Feed, fault: Callable[[], None]) -> int:
    """Let a fault happen now and then while documents pass; return how often it did."""
    happened = 0
    while happened < FAULTS and (feed.running or happened == 0):
        threading.Event().wait(chance.uniform(0.5, 2.5))
        fault()
        happened += 1
    return happened


def _expect_one_row_set_each(rows: Rows, feed: Feed) -> None:
    message = read(0)
    whole = f"1/{len(message.fields)}/{len(message.pages)}/1/4 accepted"
    bounds = document_id(feed.first), document_id(feed.last)
    expected = {whole: DOCUMENTS}
    wait_until(lambda: not feed.running, "everything is published", SETTLE_S)
    found: dict[str, int] = {}
    deadline = time.monotonic() + SETTLE_S
    while found != expected and time.monotonic() < deadline:
        found = {str(kind): int(count) for kind, count in rows.all(_ROW_SETS, *bounds)}
        threading.Event().wait(0.5)
    assert found == expected
    assert rows.one("SELECT count(*) FROM sink_rejects") == 0


@pytest.fixture
def rows(dsn: str) -> Rows:
    """Return a database with all tables and no rows."""
    migrate(dsn)
    return Rows(dsn)


@pytest.mark.parametrize("fault", ["kill", "freeze"])
def test_sinks_that_die_or_freeze_leave_one_row_set_for_each_document(
    kafka: EmbeddedKafka, dsn: str, rows: Rows, tmp_path: Path, fault: str
) -> None:
    """Whoever held a batch in hand, it is written once; the one that comes back yields."""
    chance = random.Random(f"{SEED}{fault}")
    print(f"seed {SEED}")  # noqa: T201 - shown where the test fails
    sinks = Sinks(kafka, dsn, tmp_path, 2)
    feed = Feed(kafka, 10_000 if fault == "kill" else 20_000)
    act = sinks.kill if fault == "kill" else sinks.freeze

    happened = _faults(chance, feed, lambda: act(chance.randrange(2)))

    _expect_one_row_set_each(rows, feed)
    assert happened >= 1
    assert sinks.stop() == [0, 0]


def test_restarts_of_postgres_and_of_the_broker_lose_nothing(
    kafka: EmbeddedKafka, dsn: str, rows: Rows, tmp_path: Path, postgres: EmbeddedPostgres
) -> None:
    """The sink waits, never ends by itself, and goes on where the rows end."""
    chance = random.Random(SEED)
    print(f"seed {SEED}")  # noqa: T201 - shown where the test fails
    sinks = Sinks(kafka, dsn, tmp_path, 2)
    feed = Feed(kafka, 30_000)

    def restart() -> None:
        server = chance.choice([postgres, postgres, kafka])
        server.kill()
        threading.Event().wait(chance.uniform(0.1, 2.0))
        server.start()

    _faults(chance, feed, restart)

    _expect_one_row_set_each(rows, feed)
    assert [child.exit_code for child in sinks._children] == [None, None]
    assert sinks.stop() == [0, 0]


def test_offsets_that_the_log_no_longer_has_begin_again_at_the_oldest_record(
    kafka: EmbeddedKafka, dsn: str, rows: Rows, caplog: pytest.LogCaptureFixture
) -> None:
    """A restored or recreated cluster does not stop the sink; it says what it met."""
    log = KafkaLog(KafkaSettings(kafka.bootstrap_servers))
    publish(log, whole_pass(40_000))
    for topic, number in itertools.product(topology().topics, range(4)):
        rows.do(
            "INSERT INTO consumer_offsets (grp, topic, partition, next_offset)"
            " VALUES (%s, %s, %s, 1000000)",
            SINK_GROUP,
            topic.name,
            number,
        )

    with RunningSink(log, dsn):
        wait_until(
            lambda: (
                rows.one(
                    "SELECT count(*) FROM document_events WHERE document_id = %s",
                    document_id(40_000),
                )
                == 4
            ),
            "the pass is written",
            60,
        )

    assert "the log begins again before the stored offset" in caplog.text
    assert rows.one(
        "SELECT count(*) FROM consumer_offsets WHERE topic = %s AND next_offset < 1000000", READ
    )
