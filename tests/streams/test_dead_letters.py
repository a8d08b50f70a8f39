"""Dead letters: what is listed, and that a redrive sends the original back to its origin."""

from dataclasses import replace

import pytest

from schemas.codec import Codec
from schemas.documents import Route
from schemas.messages import DocumentUploaded
from streams.dead_letters import list_failed, read_failed, redrive, send_back, unanswered
from streams.headers import outgoing
from streams.kafka import KafkaLog
from streams.kafka.admin import KafkaCluster
from streams.log import Outgoing
from streams.memory import MemoryLog, run_topology_once
from streams.settings import load_settings
from streams.topics import apply
from streams.topology import FAILED, PREPARED, READ, UPLOADED, topology
from tests.faults.works import obey, prepared, upload
from tests.ingest.service import a_reading


@pytest.fixture
def log() -> MemoryLog:
    """Return a log in which one document of each kind failed."""
    log = MemoryLog()
    for name, does in (("bad", "bad"), ("bug", "raise")):
        log.publisher().publish(outgoing(upload(name, does), Codec(), "test")).result()
    run_topology_once(log, topology(), {"prepare": obey})
    return log


def test_every_letter_tells_stage_reason_attempts_and_origin(log: MemoryLog) -> None:
    """All that an operator needs to decide, and the value to send back."""
    letters = {one.document_id: one for one in read_failed(log, Codec())}

    assert letters["bad"].stage == letters["bug"].stage == "prepare"
    assert (letters["bad"].reason, letters["bad"].attempts) == ("image.truncated", 1)
    assert (letters["bug"].reason, letters["bug"].attempts) == ("stage.bug", 3)
    assert letters["bug"].origin.topic == UPLOADED
    assert letters["bug"].original == Codec().encode(upload("bug", "raise"))


def test_a_redriven_document_goes_its_way_once_the_cause_is_mended(log: MemoryLog) -> None:
    """It stands in its origin topic again, with a past of no attempts."""
    letters = [one for one in read_failed(log, Codec()) if one.document_id == "bug"]

    assert send_back(log, letters) == 1

    run_topology_once(
        log,
        topology(),
        {"prepare": lambda one: (prepared(one),) if isinstance(one, DocumentUploaded) else ()},
    )
    assert [one.key for one in log.scan([PREPARED[Route.INTL]])] == ["bug"]


def test_an_erased_document_has_no_letters(log: MemoryLog) -> None:
    """A tombstone under its key ends them; the others stay."""
    log.publisher().publish(Outgoing(FAILED, "bug", None)).result()

    assert [one.document_id for one in read_failed(log, Codec())] == ["bad"]


def test_a_document_that_fails_again_is_listed_once(log: MemoryLog) -> None:
    """The newest letter of a document counts."""
    send_back(log, read_failed(log, Codec()))
    run_topology_once(log, topology(), {"prepare": obey})

    assert len(list(log.scan([FAILED]))) == 4
    assert len(read_failed(log, Codec())) == 2


def test_a_document_that_fails_further_on_is_sent_back_there_alone(log: MemoryLog) -> None:
    """Sending both letters back would bring it to the result topic twice."""
    (letter,) = [one for one in read_failed(log, Codec()) if one.document_id == "bug"]
    later = replace(letter, stage="extract.intl", original=Codec().encode(prepared(upload("bug"))))
    later = replace(later, origin=replace(letter.origin, topic=PREPARED[Route.INTL]))
    log.publisher().publish(outgoing(later, Codec(), "test")).result()

    letters = [one for one in read_failed(log, Codec()) if one.document_id == "bug"]

    assert [one.stage for one in letters] == ["extract.intl"]
    assert send_back(log, letters) == 1
    assert [one.key for one in log.scan([PREPARED[Route.INTL]])] == ["bug"]


def test_a_document_that_was_mended_is_not_sent_back_again(log: MemoryLog) -> None:
    """Its letter stays for days, and its result must not come twice."""
    letters = read_failed(log, Codec())
    result = replace(a_reading("bug"), revision=letters[0].revision)
    log.publisher().publish(outgoing(result, Codec(), "test")).result()
    log.publisher().publish(Outgoing(READ, "bad", b"no record")).result()

    assert [one.document_id for one in unanswered(log, letters, Codec())] == ["bad"]
    other = [replace(one, revision=2) for one in letters]
    assert len(unanswered(log, other, Codec())) == 2


def test_nothing_is_sent_to_a_topic_that_is_no_stages_input(log: MemoryLog) -> None:
    """A letter's origin is data from the log; it cannot choose any topic of the cluster."""
    letter = read_failed(log, Codec())[0]
    forged = replace(letter, origin=replace(letter.origin, topic="payments"))

    assert send_back(log, [forged]) == 0


@pytest.mark.broker
def test_list_and_redrive_on_the_broker(bootstrap_servers: str) -> None:
    """The commands' functions work on a cluster: filters, newest first, and sending back."""
    settings = load_settings(
        {
            "BITAQA_KAFKA_BOOTSTRAP_SERVERS": bootstrap_servers,
            "BITAQA_KAFKA_PARTITIONS": "2",
        }
    )
    apply(KafkaCluster(settings.kafka), topology(), settings.kafka)
    twin = MemoryLog()
    twin.publisher().publish(outgoing(upload("redriven", "bad"), Codec(), "test")).result()
    run_topology_once(twin, topology(), {"prepare": obey})
    publisher = KafkaLog(settings.kafka).publisher()
    for record in twin.scan([FAILED]):
        publisher.publish(Outgoing(record.topic, record.key, record.value)).result(30)
    publisher.close()

    letters = list_failed(settings, reason="image.truncated", limit=50)
    mine = [one for one in letters if one.document_id == "redriven"]

    assert list_failed(settings, stage="validate", reason="image.truncated") == []
    assert redrive(settings, mine) == 1
    sent = [one.value for one in KafkaLog(settings.kafka).scan([UPLOADED]) if one.key == "redriven"]
    assert sent == [mine[0].original]
