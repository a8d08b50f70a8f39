"""The worker on a real PostgreSQL, a directory and the log in memory."""

import os
import threading
import time
from pathlib import Path

import pytest

from schemas.documents import Status
from schemas.errors import Unavailable
from streams.audit import read_lines
from streams.erasing import Eraser
from streams.housekeeping import Database, Housekeeper
from streams.memory import MemoryLog
from streams.migrate import migrate
from streams.retention import Rule, set_rule
from streams.settings import LifeSettings
from streams.store import DirectoryStore
from streams.topology import EXTRACTED, READ, topology
from tests.support.passes import (
    document_id,
    extracted,
    failed,
    publish,
    read,
    uploaded,
    whole_pass,
)
from tests.support.receivers import Receiver
from tests.support.sinks import Rows, RunningSink, wait_until
from tests.support.webhooks import RunningWorker, new_endpoint

pytestmark = pytest.mark.postgres

TENANT = "default"
OFFSETS = "SELECT coalesce(sum(next_offset), 0)::integer FROM consumer_offsets"


class House:
    """What a housekeeper looks after."""

    def __init__(
        self, dsn: str, folder: Path, bounds: LifeSettings, passes_s: tuple[float, ...]
    ) -> None:
        migrate(dsn)
        self.dsn = dsn
        self.rows = Rows(dsn)
        self.log = MemoryLog()
        self.store = DirectoryStore(folder / "objects", None)
        self.folder = folder / "objects"
        self.database = Database(dsn)
        self.publisher = self.log.publisher()
        eraser = Eraser(self.database.connection, self.store, self.publisher, topology(), passes_s)
        stop = threading.Event()
        self.keeper = Housekeeper(self.database, self.store, eraser, bounds, stop)

    def land(self, *messages: object) -> None:
        """Have the sink read all that stands in the log, these last."""
        publish(self.log, messages)  # type: ignore[arg-type]  # messages of any kind
        count = len(self.records())
        with RunningSink(self.log, self.dsn):
            self.rows.wait(OFFSETS, count)

    def records(self) -> list[tuple[str, str, bool]]:
        """Return topic, key and whether there is a value, of every record."""
        topics = [topic.name for topic in topology().topics]
        return [(one.topic, one.key, one.value is not None) for one in self.log.scan(topics)]

    def turn(self) -> None:
        """Do every task now."""
        for task in self.keeper.tasks:
            task.due_s = 0.0
        self.keeper.turn()

    def turn_until(self, statement: str) -> None:
        """Do every task until a statement's answer is true."""

        def turned() -> bool:
            self.turn()
            return bool(self.rows.one(statement))

        wait_until(turned, statement)

    def ids(self) -> set[str]:
        """Return the documents that there are."""
        return {row[0] for row in self.rows.all("SELECT document_id FROM documents")}


def a_house(
    dsn: str,
    folder: Path,
    bounds: LifeSettings | None = None,
    passes_s: tuple[float, ...] = (0.0,),
) -> House:
    """Return a house with nothing in it."""
    return House(dsn, folder, bounds or LifeSettings(), passes_s)


def aged(house: House, number: int, days: int) -> None:
    """Make a document older."""
    house.rows.do(
        "UPDATE documents SET uploaded_at = now() - make_interval(days => %s)"
        " WHERE document_id = %s",
        days,
        document_id(number),
    )


def test_documents_are_kept_as_the_rules_say(dsn: str, tmp_path: Path) -> None:
    """The type's rule goes before the tenant's, that before the setting; 0 keeps for ever."""
    house = a_house(dsn, tmp_path, LifeSettings(retention_days=100))
    house.land(*(message for number in range(6) for message in whole_pass(number)))
    house.rows.do(
        "UPDATE documents SET document_type = 'visa' WHERE document_id = ANY(%s)",
        [document_id(number) for number in (2, 3)],
    )
    house.rows.do("UPDATE documents SET tenant = 'other' WHERE document_id = %s", document_id(4))
    set_rule(dsn, Rule(TENANT, "visa", 10))
    set_rule(dsn, Rule(TENANT, "*", 50))
    for number, days in enumerate((40, 60, 9, 11, 60, 0)):
        aged(house, number, days)

    house.turn()

    assert house.ids() == {document_id(number) for number in (0, 2, 4, 5)}
    assert house.rows.all("SELECT reason FROM erasures") == [("retention",)] * 2
    lines = [one for one in read_lines(dsn, TENANT) if one.action == "document.erased"]
    assert {one.actor for one in lines} == {"housekeeping"}


def test_without_a_rule_or_setting_everything_stays(dsn: str, tmp_path: Path) -> None:
    """Nothing is erased that nobody asked to erase."""
    house = a_house(dsn, tmp_path)
    house.land(*whole_pass(1))
    aged(house, 1, 10_000)

    house.turn()

    assert house.ids() == {document_id(1)}


def test_deleted_and_failed_documents_are_erased_in_time(dsn: str, tmp_path: Path) -> None:
    """Each after its own bound; a failure that was mended is none."""
    house = a_house(dsn, tmp_path, LifeSettings(deleted_days=30, failed_days=20))
    house.land(
        *(message for number in (1, 2) for message in whole_pass(number)),
        *(message for number in (3, 4) for message in (uploaded(number), failed(number))),
        *(uploaded(5), failed(5), read(5)),
    )
    house.rows.do("UPDATE failures SET failed_at = now() - interval '21 days'")
    house.rows.do("UPDATE documents SET updated_at = now() - interval '21 days'")
    house.rows.do(
        "UPDATE failures SET failed_at = now() - interval '19 days' WHERE document_id = %s",
        document_id(4),
    )
    for number, days in ((1, 31), (2, 29)):
        house.rows.do(
            "UPDATE documents SET deleted_at = now() - make_interval(days => %s)"
            " WHERE document_id = %s",
            days,
            document_id(number),
        )

    house.turn()

    assert house.ids() == {document_id(number) for number in (2, 4, 5)}


def test_an_erasure_reaches_store_and_topics(dsn: str, tmp_path: Path) -> None:
    """Every object goes, every topic gets a tombstone, once for each pass; others stay."""
    house = a_house(dsn, tmp_path, passes_s=(0.0, 0.05))
    house.land(*whole_pass(1), *whole_pass(2))
    for number in (1, 2):
        for kind in ("originals", "pages", "thumbnails"):
            house.store.put(f"{kind}/{TENANT}/{document_id(number)}/1/1.png", b"x", "image/png")
    house.rows.all("SELECT erase_document(%s, %s, 'a test', 'request')", TENANT, document_id(1))

    house.turn()
    first = house.rows.one("SELECT done_at FROM erasures")
    house.turn_until("SELECT done_at IS NOT NULL FROM erasures")

    assert first is None
    assert all(document_id(2) in key for key in house.store.keys("originals/"))
    assert list(house.store.keys(f"manifests/{TENANT}/")) == [
        f"manifests/{TENANT}/{document_id(1)}.json"
    ]
    tombstones = [one for one in house.records() if not one[2]]
    assert {topic for topic, _, _ in tombstones} == {topic.name for topic in topology().topics}
    assert len(tombstones) == 2 * len(topology().topics)
    assert {key for _, key, _ in tombstones} == {document_id(1)}
    actions = [one.action for one in read_lines(dsn, TENANT)]
    assert actions == ["document.erased", "document.erasure_done"]


def test_what_comes_late_is_refused_and_buried(dsn: str, tmp_path: Path) -> None:
    """A stage that was at work on an erased document brings nothing back."""
    house = a_house(dsn, tmp_path)
    house.land(uploaded(1))
    house.rows.all("SELECT erase_document(%s, %s, 'a test', 'request')", TENANT, document_id(1))
    house.turn()
    assert house.rows.one("SELECT done_at IS NOT NULL FROM erasures")

    key = f"pages/{TENANT}/{document_id(1)}/1/1.png"
    house.store.put(key, b"x", "image/png")
    house.land(extracted(1), read(1), failed(1))
    due = house.rows.one("SELECT done_at IS NULL AND late_at IS NOT NULL FROM erasures")
    house.turn()

    assert due
    assert house.ids() == set()
    assert house.rows.one("SELECT count(*) FROM document_events") == 0
    assert not house.store.exists(key)
    for topic in (EXTRACTED, READ):
        ours = [there for name, _, there in house.records() if name == topic]
        assert ours[-1] is False
    assert house.rows.one("SELECT done_at IS NOT NULL FROM erasures")


def test_rows_of_a_sink_that_had_not_seen_the_erasure_go(dsn: str, tmp_path: Path) -> None:
    """Its transaction was open meanwhile; a later pass finds what it wrote."""
    house = a_house(dsn, tmp_path, passes_s=(0.0, 0.05))
    house.rows.all("SELECT erase_document(%s, %s, 'a test', 'request')", TENANT, document_id(1))
    house.turn()
    house.rows.do(
        "INSERT INTO documents (document_id, tenant, revision, status) VALUES (%s, %s, 1, %s)",
        document_id(1),
        TENANT,
        "pending",
    )

    house.turn_until("SELECT done_at IS NOT NULL FROM erasures")

    assert house.ids() == set()


def test_a_part_that_is_down_is_waited_for(dsn: str, tmp_path: Path) -> None:
    """The erasure is gone through again once its lease is over."""
    house = a_house(dsn, tmp_path)
    house.land(*whole_pass(1))
    house.rows.all("SELECT erase_document(%s, %s, 'a test', 'request')", TENANT, document_id(1))
    away = house.folder.with_suffix(".away")
    house.folder.rename(away)
    with pytest.raises(Unavailable):
        house.turn()
    away.rename(house.folder)
    assert house.rows.one("SELECT done_at FROM erasures") is None
    house.rows.do("UPDATE erasures SET due_at = now()")

    house.turn()

    assert house.rows.one("SELECT done_at IS NOT NULL FROM erasures")


def test_a_due_delivery_goes_with_its_document(dsn: str, tmp_path: Path) -> None:
    """What is erased is told to nobody; what is deleted is cancelled."""
    house = a_house(dsn, tmp_path)
    with Receiver() as receiver:
        new_endpoint(dsn, receiver.url)
        house.land(*whole_pass(1), *whole_pass(2))
        house.rows.all("SELECT erase_document(%s, %s, 'x', 'request')", TENANT, document_id(1))
        house.rows.do("UPDATE documents SET deleted_at = now()")
        with RunningWorker(dsn):
            house.rows.wait("SELECT state FROM webhook_deliveries", "cancelled")

        assert not receiver.requests


def test_old_deliveries_and_refused_records_go(dsn: str, tmp_path: Path) -> None:
    """With the log of their attempts; what is due stays."""
    house = a_house(dsn, tmp_path)
    new_endpoint(dsn, "https://hooks.example.com/")
    house.land(*(message for number in range(3) for message in whole_pass(number)))
    house.rows.do(
        "UPDATE webhook_deliveries SET state = 'failed', finished_at = now() - interval '31 days'"
        " WHERE document_id = %s",
        document_id(1),
    )
    house.rows.do(
        "INSERT INTO sink_rejects VALUES ('t', 0, 1, NULL, 'r', 'm', now() - interval '31 days'),"
        " ('t', 0, 2, NULL, 'r', 'm', now())"
    )

    house.turn()

    left = house.rows.all("SELECT document_id FROM webhook_deliveries ORDER BY 1")
    assert left == [(document_id(0),), (document_id(2),)]
    assert house.rows.all("SELECT record_offset FROM sink_rejects") == [(2,)]


def test_objects_that_nobody_refers_to_go(dsn: str, tmp_path: Path) -> None:
    """After a day, whole and in order; a second look finds nothing more."""
    house = a_house(dsn, tmp_path)
    house.land(*whole_pass(1))
    kept = f"originals/{TENANT}/{document_id(1)}/1.png"
    lost = [f"originals/{TENANT}/doc_{'a' * 31}{letter}/1.png" for letter in "bcd"]
    for key in (kept, *lost):
        house.store.put(key, b"x", "image/png")
    old_s = time.time() - 2 * 24 * 60 * 60
    for key in (kept, *lost[:2]):
        os.utime(house.folder / key, (old_s, old_s))

    house.turn()
    house.turn()

    assert list(house.store.keys("originals/")) == sorted([kept, lost[2]])


def test_two_workers_do_not_disturb_each_other(dsn: str, tmp_path: Path) -> None:
    """Whoever takes an erasure first carries it through, once."""
    one = a_house(dsn, tmp_path, LifeSettings(retention_days=1))
    one.land(*(m for number in range(20) for m in (uploaded(number), read(number))))
    other = House(dsn, tmp_path, LifeSettings(retention_days=1), (0.0,))

    threads = [threading.Thread(target=house.turn) for house in (one, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    one.turn_until("SELECT bool_and(done_at IS NOT NULL) FROM erasures")

    assert one.ids() == set()
    actions = [line.action for line in read_lines(dsn, TENANT)]
    assert sorted(actions) == ["document.erased"] * 20 + ["document.erasure_done"] * 20


def test_its_verdict_does_not_matter_for_deletion(dsn: str, tmp_path: Path) -> None:
    """A document that needs a person is its owner's, too."""
    house = a_house(dsn, tmp_path, LifeSettings(deleted_days=1))
    house.land(uploaded(1), read(1, status=Status.REVIEW))
    house.rows.do("UPDATE documents SET deleted_at = now() - interval '2 days'")

    house.turn()

    assert house.ids() == set()
