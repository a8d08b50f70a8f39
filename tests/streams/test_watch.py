"""The watch on a real broker: nothing is forgotten, nothing is told twice, nothing is made up."""

import itertools
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer

from schemas.codec import Codec
from schemas.messages import DocumentOverdue, DocumentRead, DocumentRepeated, DocumentUploaded
from streams.embedded import EmbeddedKafka
from streams.topology import READ
from tests.support.passes import failed, read, uploaded
from tests.support.watches import RunningWatch, eventually

pytestmark = [pytest.mark.broker, pytest.mark.slow]


@pytest.fixture(scope="module")
def watch(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RunningWatch]:
    """Yield a watch that calls an upload overdue after five seconds, on a broker of its own."""
    folder = tmp_path_factory.mktemp("watch")
    with (
        EmbeddedKafka(folder / "kafka") as broker,
        RunningWatch(broker, folder, BITAQA_WATCH_OVERDUE_S="5") as running,
    ):
        yield running


def now_uploaded(name: str, subject: str | None = None) -> DocumentUploaded:
    """Return an upload of this moment."""
    made = uploaded(1)
    return replace(
        made,
        document_id=name,
        uploaded_at=datetime.now(UTC),
        request=replace(made.request, subject=subject),
    )


def now_read(name: str, subject: str | None = None) -> DocumentRead:
    """Return a result of this moment."""
    made = read(1)
    now = datetime.now(UTC)
    return replace(
        made,
        document_id=name,
        uploaded_at=now,
        read_at=now,
        request=replace(made.request, subject=subject),
    )


def known(watch: RunningWatch, name: str) -> Any:
    """Return what the watch knows of a document, once it knows anything."""
    return eventually(lambda: watch.get(f"/watch/documents/{name}"), f"{name} is not known")


def overdue(watch: RunningWatch) -> list[str]:
    """Return the documents that alerts were given on."""
    return [one.document_id for one in watch.alerts() if isinstance(one, DocumentOverdue)]


def test_an_upload_without_an_end_is_told_once(watch: RunningWatch) -> None:
    """One that ends in time is not told; one that never ends is, and once."""
    watch.publish(now_uploaded("ends"), now_uploaded("hangs"), now_uploaded("dies"))
    watch.publish(now_read("ends"), replace(failed(1), document_id="dies"))

    eventually(lambda: "hangs" in overdue(watch), "no alert was given")

    assert overdue(watch).count("hangs") == 1
    assert {"ends", "dies"}.isdisjoint(overdue(watch))
    assert known(watch, "hangs")["overdue"]
    assert known(watch, "dies")["outcome"] == "failed"


def test_counts_are_of_documents_not_of_records(watch: RunningWatch) -> None:
    """A result that stands in the log twice is one document."""
    before = sum(one["documents"] for one in watch.get("/watch/counts")["1h"])

    watch.publish(now_read("twice"), now_read("twice"), now_read("once"))
    known(watch, "once")
    known(watch, "twice")

    rows = watch.get("/watch/counts")["1h"]
    assert sum(one["documents"] for one in rows) == before + 2
    assert {one["outcome"] for one in rows} >= {"accepted"}
    eventually(lambda: "bitaqa_watch_documents{" in watch.metrics(), "no gauge is set")


def test_the_same_picture_under_two_subjects_is_told(watch: RunningWatch) -> None:
    """Twice under one subject is no news; under another one it is, without any value."""
    watch.publish(now_uploaded("hers", subject="customer-1"))
    watch.publish(now_uploaded("hers-again", subject="customer-1"))
    watch.publish(now_uploaded("his", subject="customer-2"))

    def told() -> list[DocumentRepeated]:
        return [
            one
            for one in watch.alerts()
            if isinstance(one, DocumentRepeated) and one.document_id == "his"
        ]

    [alert] = eventually(told, "no alert was given")

    assert alert.kind == "image"
    assert set(alert.other_document_ids) <= {"hers", "hers-again"}
    assert uploaded(1).files[0].sha256 not in repr(alert)


def test_the_same_number_under_two_subjects_is_told_but_never_the_number(
    watch: RunningWatch,
) -> None:
    """A keyed hash stands for the number."""
    watch.publish(now_read("first", subject="customer-3"))
    known(watch, "first")
    watch.publish(now_read("second", subject="customer-4"))

    def told() -> list[DocumentRepeated]:
        return [
            one
            for one in watch.alerts()
            if isinstance(one, DocumentRepeated) and one.kind == "number"
        ]

    [alert] = eventually(told, "no alert was given")

    assert {alert.document_id, *alert.other_document_ids} == {"first", "second"}
    assert read(1).fields["document_number"].value not in repr(alert)


def test_an_erased_document_is_forgotten(watch: RunningWatch) -> None:
    """Its way, and what was seen of it in whichever partition; also before it came to an end."""
    numbers = itertools.count()
    picture = replace(uploaded(1).files[0], sha256="e" * 64)

    def told_of(name: str, subject: str) -> tuple[str, ...]:
        """Hand the picture in under a subject and return whose it was before."""
        watch.publish(replace(now_uploaded(name, subject), files=(picture,)))
        watch.publish(now_read(name))

        def told() -> list[DocumentRepeated]:
            alerts = [one for one in watch.alerts() if isinstance(one, DocumentRepeated)]
            return [one for one in alerts if one.document_id == name]

        alert: DocumentRepeated = eventually(told, "no alert was given")[0]
        return alert.other_document_ids

    watch.publish(replace(now_uploaded("erased", "customer-6"), files=(picture,)))
    known(watch, "erased")
    before = told_of("witness", "customer-7")

    watch.erase("erased")

    eventually(lambda: watch.get("/watch/documents/erased") is None, "its way is kept")
    eventually(
        lambda: "erased" not in told_of(f"new-{(n := next(numbers))}", f"customer-1{n}"),
        "it is still compared",
    )
    assert before == ("erased",)
    assert known(watch, "witness")["outcome"] == "accepted"


def test_an_aborted_result_does_not_count(watch: RunningWatch) -> None:
    """What was never committed did not happen: the document is still on its way."""
    watch.publish(now_uploaded("aborted"))
    known(watch, "aborted")
    producer = Producer(
        {
            "bootstrap.servers": watch.kafka.bootstrap_servers,
            "transactional.id": "test.aborts",
            "partitioner": "murmur2_random",
        }
    )
    producer.init_transactions(30)
    producer.begin_transaction()
    producer.produce(READ, Codec().encode(now_read("aborted")), key="aborted")
    producer.flush(30)
    producer.abort_transaction(30)
    producer.begin_transaction()
    # Behind the aborted one, in the same partition: where this is known, that was passed.
    producer.produce(READ, Codec().encode(now_read("marker")), key="aborted")
    producer.commit_transaction(30)

    known(watch, "marker")

    assert known(watch, "aborted")["outcome"] is None


def test_behind_a_transactions_marker_an_idle_watch_is_healthy(watch: RunningWatch) -> None:
    """The marker is never committed; that is no standstill."""
    eventually(watch.ready, "not healthy")

    assert watch.get("/health")["stuck_partitions"] == 0


def test_kill_9_loses_nothing(watch: RunningWatch) -> None:
    """The tables come back from their changelogs, and what came meanwhile is read."""
    watch.publish(now_uploaded("before", subject="customer-5"))
    known(watch, "before")
    counted = sum(one["documents"] for one in watch.get("/watch/counts")["1h"])

    watch.child.kill()
    watch.publish(now_read("before"), now_uploaded("meanwhile"))
    watch.start()

    assert eventually(
        lambda: known(watch, "before")["outcome"] == "accepted", "the result was not read"
    )
    known(watch, "meanwhile")
    eventually(lambda: overdue(watch).count("meanwhile") == 1, "no alert was given")
    assert overdue(watch).count("hangs") == 1
    after = sum(one["documents"] for one in watch.get("/watch/counts")["1h"])
    assert after == counted + 1


def test_a_request_to_stop_is_followed(tmp_path: Path, broker: EmbeddedKafka) -> None:
    """SIGTERM ends it in order, so that its partitions are free at once."""
    with RunningWatch(broker, tmp_path) as running:
        running.child.stop(timeout_s=30)

        assert running.child.exit_code in (0, -signal.SIGTERM)
        assert running.child.exit_code == 0


def test_an_upload_before_the_watch_began_is_not_overdue_when_it_ended(
    tmp_path: Path, broker: EmbeddedKafka
) -> None:
    """A watch that starts late reads uploads and results in any order and alarms nobody."""
    early = datetime.now(UTC) - timedelta(hours=1)
    running = RunningWatch(broker, tmp_path, BITAQA_WATCH_OVERDUE_S="1")
    with running:
        running.child.kill()
        names = [f"late-{number}" for number in range(50)]
        running.publish(*(replace(now_uploaded(one), uploaded_at=early) for one in names))
        running.publish(*(replace(now_read(one), uploaded_at=early) for one in names))
        running.start()

        def read_all() -> bool:
            counted = sum(one["documents"] for one in running.get("/watch/counts")["1h"])
            return bool(counted >= len(names))

        eventually(read_all, "not all results were read")

        assert not set(names) & set(overdue(running))
