"""Reading topics from their beginning, and reading documents again."""

import pytest

from schemas.codec import Codec
from schemas.messages import DocumentUploaded
from streams.headers import outgoing
from streams.log import Outgoing
from streams.memory_log import MemoryLog
from streams.registry import RegistryIds
from streams.replays import replay_documents
from streams.scan import scan_messages
from streams.topology import UPLOADED, topology
from tests.faults.works import upload


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
