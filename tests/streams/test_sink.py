from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.documents import Status
from schemas.errors import Unavailable
from schemas.messages import Message
from streams import metrics
from streams.log import Outgoing
from streams.memory import MemoryLog
from streams.migrate import migrate
from streams.runner_sessions import ExitCode
from streams.sink_rows import Batch
from streams.sink_writer import (
    Move,
    Writer,
    Written,
)
from streams.topology import FAILED, READ, SINK_GROUP, UPLOADED, retry_topic
from tests.schemas.strategies import messages
from tests.support.passes import (
    document_id,
    extracted,
    failed,
    prepared,
    publish,
    publish_raw,
    read,
    uploaded,
    whole_pass,
)
from tests.support.sinks import Rows, RunningSink, wait_until

pytestmark = pytest.mark.postgres

EVENTS = "SELECT count(*) FROM document_events"


@pytest.fixture
def rows(dsn: str) -> Rows:
    """Return a database with all tables and no rows."""
    migrate(dsn)
    return Rows(dsn)


def _row_sets(rows: Rows) -> dict[str, list[int]]:
    """Return how many rows of each kind every document has, main row first."""
    return dict(
        rows.all(
            "SELECT document_id, ARRAY["
            " (SELECT count(*) FROM readings WHERE document_id = d.document_id),"
            " (SELECT count(*) FROM fields WHERE document_id = d.document_id),"
            " (SELECT count(*) FROM findings WHERE document_id = d.document_id),"
            " (SELECT count(*) FROM pages WHERE document_id = d.document_id),"
            " (SELECT count(*) FROM jobs WHERE document_id = d.document_id),"
            " (SELECT count(*) FROM document_events WHERE document_id = d.document_id)]"
            " FROM documents d"
        )
    )


def _one_row_set() -> list[int]:
    message = read(0)
    return [1, len(message.fields), len(message.findings), len(message.pages), 1, 4]


def test_every_record_of_the_way_becomes_rows(dsn: str, rows: Rows) -> None:
    """Each document has one row set, each step is an event, in the order of the way."""
    log = MemoryLog()
    for number in range(40):
        publish(log, whole_pass(number))

    with RunningSink(log, dsn):
        rows.wait(EVENTS, 160)

    assert _row_sets(rows) == {document_id(number): _one_row_set() for number in range(40)}
    way = rows.all(
        "SELECT stage, event FROM document_events WHERE document_id = %s ORDER BY at",
        document_id(7),
    )
    assert set(way) == {
        ("ingest", "uploaded"),
        ("prepare", "prepared"),
        ("extract", "extracted"),
        ("validate", "read"),
    }


def test_a_document_says_all_that_was_read(dsn: str, rows: Rows) -> None:
    """Columns hold what the record held, values and places alike."""
    log = MemoryLog()
    message = read(1)
    publish(log, [message])

    with RunningSink(log, dsn):
        rows.wait(EVENTS, 1)

    assert message.mrz is not None
    assert rows.all(
        "SELECT tenant, revision, status, document_type, country, confidence, reference, subject,"
        " uploaded_at, read_at FROM documents"
    ) == [
        (
            message.tenant,
            1,
            "accepted",
            message.document_type,
            message.country,
            message.confidence,
            message.request.reference,
            message.request.subject,
            message.uploaded_at,
            message.read_at,
        )
    ]
    assert rows.all("SELECT mrz_lines, mrz_valid FROM readings") == [
        (list(message.mrz.lines), message.mrz.valid)
    ]
    assert {
        (name, value, raw, confidence, source, tuple(box or ()))
        for name, value, raw, confidence, source, box in rows.all(
            "SELECT name, value, raw, confidence, source, box FROM fields"
        )
    } == {
        (name, one.value, one.raw, one.confidence, one.source.value, one.box or ())
        for name, one in message.fields.items()
    }


def test_a_repeated_record_is_ignored(dsn: str, rows: Rows) -> None:
    """A second pass of the same revision adds no row, whatever it read, and is counted."""
    log = MemoryLog()
    publish(log, whole_pass(1))
    with RunningSink(log, dsn):
        rows.wait(EVENTS, 4)
    before = metrics.SINK_ROWS.labels("DocumentRead", "repeated")._value.get()
    other = read(1, status=Status.REVIEW)
    fewer = replace(other, fields=dict(list(other.fields.items())[:2]), findings=())

    publish(log, [uploaded(1), prepared(1), extracted(1), fewer])
    with RunningSink(log, dsn):
        rows.wait("SELECT sum(next_offset)::integer FROM consumer_offsets", 8)

    assert _row_sets(rows) == {document_id(1): _one_row_set()}
    assert rows.one("SELECT status FROM documents") == "accepted"
    assert metrics.SINK_ROWS.labels("DocumentRead", "repeated")._value.get() == before + 1


def test_a_new_revision_is_a_row_set_of_its_own(dsn: str, rows: Rows) -> None:
    """Both readings stay; the document shows the later one."""
    log = MemoryLog()
    publish(log, (*whole_pass(1), *whole_pass(1, 2)))

    with RunningSink(log, dsn):
        rows.wait(EVENTS, 8)

    assert rows.all("SELECT revision FROM readings ORDER BY 1") == [(1,), (2,)]
    assert rows.one("SELECT revision FROM documents") == 2


def test_waiting_and_failing_are_events_too(dsn: str, rows: Rows) -> None:
    """A document in a retry topic is pending; its dead letter says why it ended."""
    log = MemoryLog()
    letter = failed(1)
    publish(log, [uploaded(1)], retry_topic("prepare", 60))
    publish(log, [letter])

    with RunningSink(log, dsn):
        rows.wait(EVENTS, 2)

    events = dict(rows.all("SELECT event, detail FROM document_events"))
    assert events["retried"] == {"attempts": 0, "delay_s": 60}
    assert events["failed"]["reason"] == letter.reason
    assert rows.all("SELECT reason, attempts, topic, record_offset FROM failures") == [
        (letter.reason, letter.attempts, letter.origin.topic, letter.origin.offset)
    ]


def test_no_value_of_a_field_is_in_an_event(dsn: str, rows: Rows) -> None:
    """Events are for everyone who may see a document's progress."""
    log = MemoryLog()
    publish(log, whole_pass(1))

    with RunningSink(log, dsn):
        rows.wait(EVENTS, 4)

    told = rows.one("SELECT string_agg(detail::text, ' ') FROM document_events")
    names = {"nationality", "issuing_country", "sex", "mrz_type"}
    values = [one.value for name, one in read(1).fields.items() if name not in names]
    assert not [value for value in values if value in told]


def test_a_record_that_cannot_become_rows_blocks_no_other(dsn: str, rows: Rows) -> None:
    """It is noted with place and reason, without its values; all others are written."""
    log = MemoryLog(partitions=1)
    poison = replace(read(100), confidence=7.0)
    first = [message for number in range(20) for message in whole_pass(number)]
    publish(log, first)
    publish(log, [poison])
    publish_raw(
        log,
        [
            Outgoing(UPLOADED, "garbage", b"\x00\x00\x00\x00\x63nothing"),
            Outgoing(FAILED, "empty", b""),
            Outgoing(READ, "tombstone", None),
        ],
    )
    publish(log, [message for number in range(20, 40) for message in whole_pass(number)])

    with RunningSink(log, dsn):
        rows.wait(EVENTS, 160)
        rows.wait("SELECT count(*) FROM sink_rejects", 3)

    assert _row_sets(rows) == {document_id(number): _one_row_set() for number in range(40)}
    rejects = rows.all(
        "SELECT topic, record_offset, document_id, reason FROM sink_rejects ORDER BY topic"
    )
    assert rejects == [
        (FAILED, 0, "empty", "message.malformed"),
        (READ, 20, document_id(100), "postgres.23514"),
        (UPLOADED, 20, "garbage", "message.malformed"),
    ]
    assert rows.one("SELECT next_offset FROM consumer_offsets WHERE topic = %s", READ) == 42


def test_no_record_ends_the_sink(dsn: str, rows: Rows) -> None:
    """Whatever fits the schemas is written or noted, hostile numbers and texts included."""
    log = MemoryLog(partitions=1)
    published = 0

    @settings(max_examples=30, deadline=None, database=None)
    @given(st.lists(messages(), min_size=1, max_size=12))
    def add(some: list[Message]) -> None:
        nonlocal published
        publish(log, some)
        published += len(some)

    add()
    with RunningSink(log, dsn):
        rows.wait("SELECT sum(next_offset)::integer FROM consumer_offsets", published)

    assert rows.one("SELECT count(*) FROM sink_rejects") > 0
    assert rows.one(EVENTS) > 0


def test_nul_characters_do_not_reach_the_rows(dsn: str, rows: Rows) -> None:
    """PostgreSQL's text holds none; what only looks like one stays."""
    log = MemoryLog()
    message = read(1)
    value = replace(message.fields["surname"], value="ERI\x00KSSON\\u0000", raw="\x00\x00\\")
    publish(log, [replace(message, text="a\x00b", fields={"surname": value})])

    with RunningSink(log, dsn):
        rows.wait(EVENTS, 1)

    assert rows.all("SELECT value, raw FROM fields") == [("ERIKSSON\\u0000", "\\")]
    assert rows.one("SELECT text FROM readings") == "ab"


class _Forgetful(Writer):
    """Loses the connection right after the commit, once, so that the answer never comes."""

    def __init__(self, dsn: str) -> None:
        super().__init__(dsn, SINK_GROUP)
        self.writes = 0

    def write(self, batch: Batch, moves: Iterable[Move]) -> Written:
        """Write, then forget."""
        written = super().write(batch, moves)
        self.writes += 1
        if self.writes == 1:
            self.close()
            raise Unavailable("postgres", "the answer was lost")
        return written


def test_a_commit_whose_answer_was_lost_counts_once(dsn: str, rows: Rows) -> None:
    """The offsets tell that it happened: it is not tried again, and the sink goes on."""
    log = MemoryLog(partitions=1)
    writer = _Forgetful(dsn)
    publish(log, whole_pass(1))

    with RunningSink(log, dsn, writer):
        rows.wait(EVENTS, 4)
        publish(log, whole_pass(2))
        rows.wait(EVENTS, 8)

    assert _row_sets(rows) == {document_id(number): _one_row_set() for number in (1, 2)}
    batches_per_pass_max = 4
    assert writer.writes <= 2 * batches_per_pass_max


def test_a_sink_follows_the_offsets_and_not_its_memory(dsn: str, rows: Rows) -> None:
    """Where another has gone on it drops what it holds, joins again and goes on behind that."""
    log = MemoryLog(partitions=1)
    publish(log, whole_pass(1))
    with RunningSink(log, dsn):
        rows.wait(EVENTS, 4)
        # As if another sink had written the next record of this topic.
        rows.do("UPDATE consumer_offsets SET next_offset = 2 WHERE topic = %s", READ)
        publish(log, [*whole_pass(2), *whole_pass(3)])
        rows.wait(EVENTS, 11)

    whole = _one_row_set()
    assert _row_sets(rows) == {
        document_id(1): whole,
        document_id(2): [0, 0, 0, 0, 1, 3],
        document_id(3): whole,
    }


def test_a_sink_whose_name_was_taken_ends(dsn: str, rows: Rows) -> None:
    """Its exit code asks for a restart; nothing of it is half written."""
    log = MemoryLog()
    with RunningSink(log, dsn) as sink:
        publish(log, whole_pass(1))
        rows.wait(EVENTS, 4)
        log.fence(SINK_GROUP)
        wait_until(lambda: sink.exit_code is not None, "it ends")

    assert sink.exit_code == ExitCode.RESTART
    assert _row_sets(rows) == {document_id(1): _one_row_set()}


def test_sinks_that_share_the_work_write_everything_once(dsn: str, rows: Rows) -> None:
    """Members come, go and lose their sessions while documents pass."""
    log = MemoryLog()
    with RunningSink(log, dsn), RunningSink(log, dsn):
        publish(log, [message for number in range(50) for message in whole_pass(number)])
        log.expire(SINK_GROUP)
        with RunningSink(log, dsn):
            publish(log, [message for number in range(50, 100) for message in whole_pass(number)])
            wait_until(lambda: rows.one(EVENTS) > 200, "half of the events")
            log.expire(SINK_GROUP)
        rows.wait(EVENTS, 400)

    assert _row_sets(rows) == {document_id(number): _one_row_set() for number in range(100)}


def test_a_sink_that_is_stopped_leaves_the_rest_to_the_next(dsn: str, rows: Rows) -> None:
    """It ends with 0, also while PostgreSQL is away, and what it held is not lost."""
    log = MemoryLog()
    publish(log, whole_pass(1))
    away = RunningSink(log, dsn.replace("/test_", "/nowhere_"))
    with away:
        wait_until(lambda: away.sink.health().detail["postgres"] == "down", "it knows")
        assert away.sink.health().healthy
    assert away.exit_code == 0

    with RunningSink(log, dsn) as there:
        rows.wait(EVENTS, 4)

    assert there.exit_code == 0
