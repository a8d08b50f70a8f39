"""The proof of an erasure: afterwards its values are searched for wherever anything is kept."""

import json
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from schemas.codec import Codec
from schemas.documents import FieldValue
from schemas.messages import DocumentRead, Message, Request
from streams.embedded import EmbeddedKafka
from streams.erasing import Eraser
from streams.housekeeping import Database, Housekeeper
from streams.kafka import KafkaLog
from streams.kafka.admin import KafkaCluster
from streams.log import Outgoing
from streams.migrate import migrate
from streams.origins import Origin
from streams.settings import KafkaSettings, LifeSettings
from streams.store import DirectoryStore
from streams.topics import apply
from streams.topology import EXTRACTED, retry_topic, topology
from tests.support.passes import (
    document_id,
    extracted,
    failed,
    prepared,
    publish,
    publish_raw,
    read,
    uploaded,
)
from tests.support.sinks import Rows, RunningSink, wait_until
from tests.support.webhooks import new_endpoint

pytestmark = [pytest.mark.broker, pytest.mark.postgres, pytest.mark.timeout(300)]

SECRETS = {1: "ZQXKWV", 2: "JBHYPD"}
"""Marks every value of a document; the second is the control that stays."""
SEGMENT_S = 15.0
"""Longer than from the first record to the erasure: its tombstones stand in the same segment."""
ROLLED_S = 17.0
COMPACTED_WITHIN_S = 120.0
TOPICS = [topic.name for topic in topology().topics]


@pytest.fixture
def kafka(tmp_path: Path) -> Iterator[KafkaSettings]:
    """Yield a cluster of its own, whose segments are soon old; everything else is as shipped."""
    with EmbeddedKafka(tmp_path / "kafka") as broker:
        settings = KafkaSettings(broker.bootstrap_servers, partitions=1)
        cluster = KafkaCluster(settings)
        apply(cluster, topology(), settings)
        for topic in TOPICS:
            cluster.configure(
                topic,
                {
                    "segment.ms": str(int(SEGMENT_S * 1000)),
                    "max.compaction.lag.ms": str(int(SEGMENT_S * 1000)),
                    "min.cleanable.dirty.ratio": "0.0",
                },
            )
        yield settings


def marked(message: Any, number: int) -> Any:
    """Return a message all of whose values, and what the caller said, carry a document's mark."""
    secret = SECRETS[number]
    request = Request(subject=f"{secret}-subject", reference=f"{secret}-reference")
    message = replace(message, request=request)
    if isinstance(message, DocumentRead):
        return replace(_marked(message, secret), text=f"{secret} text")
    if hasattr(message, "extraction"):
        return replace(message, extraction=_marked(message.extraction, secret))
    return message


def _marked(holder: Any, secret: str) -> Any:
    fields = {name: _value(one, name, secret) for name, one in holder.fields.items()}
    mrz = holder.mrz and replace(holder.mrz, lines=tuple(secret + one for one in holder.mrz.lines))
    return replace(holder, fields=fields, mrz=mrz)


def _value(value: FieldValue, name: str, secret: str) -> FieldValue:
    return replace(value, value=f"{secret}-{name}", raw=f"{secret} {name}")


def whole_life(number: int) -> list[Message]:
    """Return everything that can become of a document, a dead letter of it included."""
    codec = Codec()
    reading = marked(extracted(number), number)
    letter = replace(failed(number, revision=2), original=codec.encode(reading))
    steps = [uploaded(number), prepared(number)]
    return [*(marked(one, number) for one in steps), reading, marked(read(number), number), letter]


def retried(number: int) -> Outgoing:
    """Return a record that waits in a retry topic."""
    value = Codec().encode(marked(extracted(number), number))
    return Outgoing(retry_topic("validate", 60), document_id(number), value, {"a": "b"})


def everywhere(dsn: str, kafka: KafkaSettings, store: Path) -> dict[str, str]:
    """Return all that is kept anywhere, as text, by where it is."""
    kept: dict[str, str] = {}
    for record in KafkaLog(kafka).scan(TOPICS):
        place = f"{record.topic}/{record.partition}/{record.offset}"
        kept[place] = (record.value or b"").decode("latin-1") + json.dumps(dict(record.headers))
    with psycopg.connect(dsn) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        for (table,) in tables:
            statement = sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(table))
            rows = connection.execute(statement).fetchall()
            kept[f"table {table}"] = "\n".join(_unhexed(row[0]) for row in rows)
    for path in store.rglob("*"):
        if path.is_file():
            kept[str(path)] = str(path) + path.read_bytes().decode("latin-1")
    return kept


def _unhexed(row: str) -> str:
    """Return a row with its bytes readable."""
    parts = row.split("\\\\x")
    found = [parts[0]]
    for part in parts[1:]:
        digits = part.split('"')[0]
        found.append(bytes.fromhex(digits).decode("latin-1"))
    return row + "".join(found)


def places_of(number: int, kept: dict[str, str]) -> set[str]:
    """Return where a document's values are: topics, tables and folders."""
    return {place.split("/")[0] for place, text in kept.items() if SECRETS[number] in text}


def test_nothing_of_an_erased_document_is_left(
    dsn: str, kafka: KafkaSettings, tmp_path: Path
) -> None:
    """In no topic, table or object, though it was read, failed, waited, and came late again."""
    migrate(dsn)
    new_endpoint(dsn, "https://hooks.example.com/", payload="full")
    log, rows = KafkaLog(kafka), Rows(dsn)
    folder = tmp_path / "store"
    store = DirectoryStore(folder, None)
    for number, secret in SECRETS.items():
        publish(log, whole_life(number))
        publish_raw(log, [retried(number)])
        for kind in ("originals", "pages", "corrections"):
            key = f"{kind}/default/{document_id(number)}/1/1.png"
            store.put(key, secret.encode(), "image/png")
        client_key, digest = f"incoming/default/{secret}.png", sha256(secret.encode()).hexdigest()
        store.put(client_key, secret.encode(), "image/png")
        origin = Origin(client_key, digest, len(secret))
        note_key = origin.note_key("default", document_id(number))
        store.put(note_key, origin.content(), "application/json")
    database, publisher = Database(dsn), log.publisher()
    passes_s = (0.0, 0.5, ROLLED_S)
    eraser = Eraser(database.connection, store, publisher, topology(), passes_s)
    with RunningSink(log, dsn) as running:
        keeper = Housekeeper(database, store, eraser, LifeSettings(), _Never())
        rows.wait("SELECT count(*) FROM document_events", 12)
        before = everywhere(dsn, kafka, folder)
        rows.all("SELECT erase_document('default', %s, 'a test', 'request')", document_id(1))
        keeper.turn()
        # A stage was at work on it: what it writes stands behind the tombstone.
        publish(log, [marked(extracted(1), 1)], EXTRACTED)
        rows.wait("SELECT late_at IS NOT NULL FROM erasures", expected=True)
        wait_until(lambda: _turned(keeper, rows), "the erasure is done")
        wait_until(
            lambda: not places_of(1, everywhere(dsn, kafka, folder)),
            "the log is compacted",
            COMPACTED_WITHIN_S,
        )
        assert running.sink.health().healthy
    publisher.close()
    database.close()

    after = everywhere(dsn, kafka, folder)
    tables = {"table documents", "table readings", "table fields"}
    topics = {*TOPICS} & places_of(2, before)
    assert places_of(1, before) == places_of(2, before)
    assert tables <= places_of(1, before)
    assert len(topics) == 6
    assert places_of(1, after) == set()
    assert places_of(2, after) == places_of(2, before)


class _Never:
    """Is never told to stop."""

    def is_set(self) -> bool:
        """Say no."""
        return False

    def wait(self, timeout: float | None = None) -> bool:
        """Go on at once."""
        return timeout is None


def _turned(keeper: Housekeeper, rows: Rows) -> bool:
    for task in keeper.tasks:
        task.due_s = 0.0
    keeper.turn()
    return bool(rows.one("SELECT done_at IS NOT NULL FROM erasures"))
