"""Schema ids: committed ones without a registry, a registry's where one is set."""

import pytest

from schemas.codec import RECORDS, Codec, PackagedIds
from schemas.errors import Unavailable
from streams.registry import RegistryIds, open_ids
from streams.settings import load_settings
from streams.topology import topology
from tests.faults.works import upload


def test_without_a_registry_the_committed_ids_count() -> None:
    """Our own workers need nobody to start."""
    assert isinstance(open_ids(load_settings({})), PackagedIds)


def test_published_schemas_encode_and_decode() -> None:
    """Every topic with one record has its subject; messages carry the registry's ids."""
    ids = RegistryIds("mock://round-trip", topology())

    subjects = ids.publish()

    value = Codec(ids).encode(upload("a"))
    assert "documents.uploaded.v1-value" in subjects
    assert int.from_bytes(value[1:5]) == subjects["documents.uploaded.v1-value"]
    assert Codec(ids).decode(value) == upload("a")
    assert all(ids.id_of(record) for record in RECORDS)


def test_a_schema_that_is_not_published_is_said_so() -> None:
    """The worker waits for the operator rather than inventing an id."""
    with pytest.raises(Unavailable, match="registry"):
        RegistryIds("mock://empty", topology()).id_of("DocumentRead")


def test_an_unknown_id_is_no_key() -> None:
    """The codec turns it into a malformed message."""
    with pytest.raises(KeyError):
        RegistryIds("mock://unknown", topology()).schema_of(4711)


def test_a_registry_that_does_not_answer_is_unavailable() -> None:
    """The same document may pass later."""
    with pytest.raises(Unavailable):
        RegistryIds("http://127.0.0.1:9", topology()).id_of("DocumentRead")
