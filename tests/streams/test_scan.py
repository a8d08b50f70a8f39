"""Reading topics from their beginning, and reading documents again."""

import uuid
from dataclasses import replace

import pytest

from schemas.codec import Codec
from schemas.messages import DocumentUploaded
from streams.headers import outgoing
from streams.kafka import KafkaLog
from streams.kafka.admin import KafkaCluster
from streams.log import Log, Outgoing
from streams.memory_log import MemoryLog
from streams.registry import RegistryIds
from streams.replays import replay_documents
from streams.scan import scan_messages
from streams.settings import KafkaSettings
from streams.topics import apply
from streams.topology import READ, UPLOADED, topology
from tests.faults.works import upload
from tests.ingest.service import a_reading
from tests.support.passes import publish_raw


def published(log: MemoryLog, *names: str, codec: Codec | None = None) -> None:
    """Hand in documents."""
    for name in names:
        log.publisher().publish(outgoing(upload(name), codec or Codec(), "test")).result()


def test_what_does_not_decode_hides_nothing_behind_it() -> None:
    """One foreign record would end `results --follow` for ever, and `replay` with it."""
    log = MemoryLog(1)
    published(log, "a")
    for value in (b"no record", None):
        log.publisher().publish(Outgoing(UPLOADED, "strange", value)).result()
    published(log, "b", "a")

    assert [one.document_id for one in scan_messages(log, (UPLOADED,), Codec())] == ["a", "b"]


@pytest.fixture(params=["memory", pytest.param("kafka", marks=pytest.mark.broker)])
def chain(request: pytest.FixtureRequest) -> Log:
    """Return each log in turn, with the topics of the chain."""
    if request.param == "memory":
        return MemoryLog()
    settings = KafkaSettings(request.getfixturevalue("bootstrap_servers"), partitions=2)
    apply(KafkaCluster(settings), topology(), settings)
    return KafkaLog(settings)


def test_an_erased_document_is_neither_shown_nor_read_again(chain: Log) -> None:
    """Though compaction has not come yet, and though a stage at work wrote of it late."""
    gone, stays = (f"{name}-{uuid.uuid4().hex}" for name in ("gone", "stays"))
    codec = Codec()
    results = {name: a_reading(name) for name in (gone, stays)}
    before = [outgoing(upload(name), codec, "test") for name in results]
    before += [outgoing(one, codec, "test") for one in results.values()]
    tombstones = [Outgoing(topic, gone, None) for topic in (UPLOADED, READ)]
    late = [outgoing(replace(results[gone], revision=2), codec, "test")]
    publish_raw(chain, [*before, *tombstones, *late])

    shown = {one.document_id for one in scan_messages(chain, (UPLOADED, READ), codec)}

    assert (gone in shown, stays in shown) == (False, True)
    with pytest.raises(KeyError, match=gone):
        replay_documents(chain, [stays, gone], codec)
    assert replay_documents(chain, [stays], codec) == 1


def test_a_document_that_is_erased_while_one_follows_is_shown_no_more() -> None:
    """Its tombstone comes first, then what a stage at work wrote of it."""
    log = MemoryLog(1)
    published(log, "a", "b")
    followed = scan_messages(log, (UPLOADED,), Codec(), follow=True)
    first = [next(followed).document_id for _ in range(2)]

    publish_raw(log, [Outgoing(UPLOADED, "a", None)])
    again = [replace(upload(name), revision=2) for name in ("a", "b")]
    publish_raw(log, [outgoing(one, Codec(), "test") for one in again])
    later = next(followed)

    assert first == ["a", "b"]
    assert (later.document_id, later.revision) == ("b", 2)


def test_a_replay_is_the_revision_after_the_newest() -> None:
    """A document that is read again twice has three revisions."""
    log = MemoryLog()
    published(log, "a", "b")

    assert replay_documents(log, ["a"], Codec()) == 1
    assert replay_documents(log, ["a", "a"], Codec()) == 1

    messages = list(scan_messages(log, (UPLOADED,), Codec()))
    assert sorted((one.document_id, one.revision) for one in messages) == [
        ("a", 1),
        ("a", 2),
        ("a", 3),
        ("b", 1),
    ]


def test_nothing_is_read_again_unless_all_can_be() -> None:
    """The name of the one that is not there is told."""
    log = MemoryLog()
    published(log, "a")

    with pytest.raises(KeyError, match="gone"):
        replay_documents(log, ["a", "gone"], Codec())

    assert len(list(log.scan([UPLOADED]))) == 1


def test_a_replay_writes_under_the_ids_of_the_registry_in_use() -> None:
    """Workers would take the committed ids for other schemas of the registry."""
    ids = RegistryIds("mock://replay", topology())
    ids.publish()
    log = MemoryLog()
    published(log, "a", codec=Codec(ids))

    replay_documents(log, ["a"], Codec(ids))

    values = [record.value or b"" for record in log.scan([UPLOADED])]
    assert len({value[:5] for value in values}) == 1
    assert all(isinstance(Codec(ids).decode(value), DocumentUploaded) for value in values)
