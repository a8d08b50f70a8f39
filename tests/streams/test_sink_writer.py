import itertools
import json
import random
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psycopg
import pytest

from schemas.codec import Codec
from schemas.documents import Status
from schemas.errors import Unavailable
from schemas.messages import Message
from streams import sink_statements as sql
from streams.database import connect
from streams.embedded import EmbeddedPostgres
from streams.log import Incoming
from streams.migrate import migrate
from streams.sink_rows import Batch, RetryTopics
from streams.sink_writer import (
    CHANNEL,
    Move,
    OffsetsMovedError,
    RefusedError,
    Writer,
    _dumped,
)
from streams.topology import READ, SINK_GROUP, topic_of, topology
from tests.support.passes import (
    document_id,
    failed,
    read,
    uploaded,
    whole_pass,
)
from tests.support.sinks import Rows, wait_until

pytestmark = pytest.mark.postgres

RETRIES = RetryTopics.of(topology())
EVENTS = "SELECT count(*) FROM document_events"


@pytest.fixture
def rows(dsn: str) -> Rows:
    """Return a database with all tables and no rows."""
    migrate(dsn)
    return Rows(dsn)


def _incoming(message: Message, topic: str, offset: int) -> Incoming:
    value = Codec().encode(message)
    return Incoming(topic, 0, offset, message.document_id, value, timestamp_ms=1_773_480_413_000)


def _batch(messages: Iterable[tuple[Message, int]]) -> Batch:
    batch = Batch()
    for message, offset in messages:
        batch.add(_incoming(message, topic_of(message), offset), message, RETRIES)
    return batch


_FINAL = (
    "SELECT row_to_json(x)::text FROM (SELECT d.revision, d.status, d.document_type, d.country,"
    " d.confidence, d.reference, d.subject, d.uploaded_at, d.read_at, j.revision AS pass, j.state,"
    " j.stage, j.attempts, j.uploaded_at AS job_uploaded_at, j.prepared_at, j.extracted_at,"
    " j.finished_at, j.timings_ms, f.reason, f.failed_at, r.record"
    " FROM documents d JOIN jobs j USING (document_id) LEFT JOIN failures f"
    " ON f.document_id = d.document_id LEFT JOIN readings r ON r.document_id = d.document_id"
    " AND r.revision = j.revision WHERE d.document_id = %s ORDER BY j.revision, f.revision) x"
)


@pytest.mark.parametrize("seed", range(3))
def test_the_order_between_topics_does_not_matter(dsn: str, rows: Rows, seed: int) -> None:
    """Every order of a pass that failed, was redriven and was read ends in the same rows.

    Orders are cut into batches at random places, so that rows merge here and in the database.
    """
    chance = random.Random(seed)
    writer = Writer(dsn, SINK_GROUP)
    orders = list(itertools.permutations(range(5)))
    offset = itertools.count()
    for number, order in enumerate(orders):
        messages = (*whole_pass(number), failed(number))
        cut = chance.randrange(1, 5)
        for part in (order[:cut], order[cut:]):
            batch = _batch(
                (replace(messages[at], document_id=document_id(number)), next(offset))
                for at in part
            )
            writer.write(batch, ())
    writer.close()

    ends = {
        tuple(
            row[0].replace(document_id(number), "") for row in rows.all(_FINAL, document_id(number))
        )
        for number in range(len(orders))
    }

    without_record = {tuple(_without_record(row) for row in end) for end in ends}
    assert len(without_record) == 1
    assert '"status":"accepted"' in next(iter(without_record))[0]
    assert '"state":"done"' in next(iter(without_record))[0]


def _without_record(row: str) -> str:
    # The record names its document, so that it differs between them.
    return row.partition(',"record":')[0]


@pytest.mark.parametrize(
    ("messages", "status", "revision"),
    [
        ((uploaded(1),), "pending", 1),
        ((uploaded(1), failed(1)), "failed", 1),
        ((read(1), uploaded(1, 2)), "accepted", 1),
        ((read(1), failed(1, 2)), "accepted", 1),
        ((failed(1, 2), read(1)), "accepted", 1),
        ((read(1, 2, Status.REVIEW), read(1)), "review", 2),
        ((read(1), read(1, 2, Status.REJECTED)), "rejected", 2),
        ((failed(1, 1), uploaded(1, 2)), "failed", 1),
        ((failed(1, 1), uploaded(1, 2), read(1, 2)), "accepted", 2),
    ],
)
@pytest.mark.parametrize("together", [True, False], ids=["one batch", "one batch each"])
def test_the_best_outcome_is_shown(
    dsn: str,
    rows: Rows,
    messages: tuple[Message, ...],
    status: str,
    revision: int,
    together: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """A reading beats a failure, a failure beats pending, then the higher revision wins."""
    writer = Writer(dsn, SINK_GROUP)
    numbered = [(message, offset) for offset, message in enumerate(messages)]
    parts = [numbered] if together else [[one] for one in numbered]

    for part in parts:
        writer.write(_batch(part), ())

    writer.close()
    assert rows.all("SELECT status, revision FROM documents") == [(status, revision)]


def test_what_another_sink_wrote_is_not_written_again(dsn: str, rows: Rows) -> None:
    """A sink that was thought dead comes back with its batch in hand: nothing of it counts."""
    zombie, heir = Writer(dsn, SINK_GROUP), Writer(dsn, SINK_GROUP)
    assert zombie.offsets([(READ, 0)]) == {(READ, 0): 0}
    heir.offsets([(READ, 0)])
    heir.write(_batch([(read(1), 0)]), [Move((READ, 0), 0, 1)])

    with pytest.raises(OffsetsMovedError):
        zombie.write(_batch([(read(1), 0), (read(2), 1)]), [Move((READ, 0), 0, 2)])

    assert rows.all("SELECT document_id FROM documents") == [(document_id(1),)]
    assert heir.offsets([(READ, 0)]) == {(READ, 0): 1}
    heir.write(_batch([(read(2), 1)]), [Move((READ, 0), 1, 2)])
    assert rows.one(EVENTS) == 2
    zombie.close()
    heir.close()


def test_rows_and_offsets_are_written_both_or_neither(dsn: str, rows: Rows) -> None:
    """Where PostgreSQL refuses a row the offsets stay where they are."""
    writer = Writer(dsn, SINK_GROUP)
    writer.offsets([(READ, 0)])

    with pytest.raises(RefusedError) as caught:
        writer.write(_batch([(replace(read(1), tenant="t" * 300), 0)]), [Move((READ, 0), 0, 1)])

    assert caught.value.state == "23514"
    assert writer.offsets([(READ, 0)]) == {(READ, 0): 0}
    assert rows.one(EVENTS) == 0
    writer.close()


def test_a_document_s_events_become_visible_in_their_order(dsn: str, rows: Rows) -> None:
    """Of two sinks that write about one document the second waits for the first.

    A reader that goes on behind the last sequence it saw misses none.
    """
    second = Writer(dsn, "second")
    first_batch = _batch([(uploaded(1), 0)])
    with psycopg.connect(dsn) as first, ThreadPoolExecutor(1) as pool:
        first.execute(sql.DOCUMENTS.encode(), (_dumped(first_batch.ordered_documents()),))
        blocked = pool.submit(second.write, _batch([(read(1), 0)]), ())
        wait_until(
            lambda: (
                rows.one(
                    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'second'"
                    " AND wait_event_type = 'Lock'"
                )
                == 1
            ),
            "the second waits",
        )
        first.execute(sql.EVENTS.encode(), (_dumped(first_batch.ordered_events()),))
        first.commit()
        blocked.result(30)
    second.close()

    assert rows.all("SELECT event FROM document_events ORDER BY sequence") == [
        ("uploaded",),
        ("read",),
    ]


def test_one_batch_may_tell_of_thousands_of_documents(dsn: str, rows: Rows) -> None:
    """Notifications are cut to what PostgreSQL takes, and none is left out."""
    writer = Writer(dsn, SINK_GROUP)
    with psycopg.connect(dsn, autocommit=True) as listening:
        listening.execute(f"LISTEN {CHANNEL}".encode())
        writer.write(_batch((uploaded(number), number) for number in range(3000)), ())
        heard: list[str] = []
        for notification in listening.notifies(timeout=10):
            heard += json.loads(notification.payload)
            if len(heard) == 3000:
                break
    writer.close()

    assert sorted(heard) == [document_id(number) for number in range(3000)]


def test_a_server_that_is_frozen_counts_as_gone(
    dsn: str, rows: Rows, postgres: EmbeddedPostgres
) -> None:
    """It neither answers nor closes: the writer hangs up, and goes on when it is back."""
    writer = Writer(dsn, SINK_GROUP, answer_s=1.0)
    writer.offsets([(READ, 0)])
    postgres.pause()
    try:
        with pytest.raises(Unavailable):
            writer.write(_batch([(read(1), 0)]), [Move((READ, 0), 0, 1)])
    finally:
        postgres.resume()

    assert writer.offsets([(READ, 0)]) in ({(READ, 0): 0}, {(READ, 0): 1})
    writer.close()


@pytest.mark.slow
def test_a_transaction_that_stands_still_gives_up_its_locks(dsn: str, rows: Rows) -> None:
    """A process that was stopped between two statements does not stop the others for good."""
    frozen, heir = connect(dsn, "frozen"), Writer(dsn, SINK_GROUP)
    heir.offsets([(READ, 0)])
    frozen.execute("BEGIN")
    frozen.execute("UPDATE consumer_offsets SET next_offset = 1")

    heir.write(_batch([(read(1), 0)]), [Move((READ, 0), 0, 1)])

    assert rows.one(EVENTS) == 1
    with pytest.raises(psycopg.errors.IdleInTransactionSessionTimeout):
        frozen.execute("COMMIT")
    heir.close()
