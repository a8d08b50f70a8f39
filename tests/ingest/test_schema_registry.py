"""``/schema-registry`` as its clients know it, Confluent's own client among them."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.schema_registry.error import SchemaRegistryError
from confluent_kafka.serialization import MessageField, SerializationContext

from ingest.schema_registry import MEDIA_TYPE, subjects
from schemas.codec import Codec, current_text, released
from schemas.messages import DocumentUploaded, FileRef, Request
from streams.topology import UPLOADED, topology
from tests.ingest.live import Live
from tests.ingest.service import NOW, PNG, Backing, Service, running, settings_of

UPLOADED_SUBJECT = f"{UPLOADED}-value"
EVOLVED = json.loads(current_text("DocumentUploaded"))
EVOLVED["fields"].append({"name": "hint", "type": ["null", "string"], "default": None})
BROKEN = json.loads(current_text("DocumentUploaded"))
BROKEN["fields"].append({"name": "needed", "type": "string"})


@pytest.fixture(scope="module")
def client() -> Iterator[SchemaRegistryClient]:
    """Yield Confluent's client of a server that really runs."""
    server = Live()
    yield SchemaRegistryClient({"url": f"{server.url}/schema-registry"})
    server.kill()


def test_confluents_deserializer_decodes_what_our_codec_wrote(client: SchemaRegistryClient) -> None:
    """Any Avro consumer can read a topic with nothing but the registry's address."""
    file = FileRef("originals/t/doc/1.png", "0" * 64, 7, "image/png")
    uploaded = DocumentUploaded("doc", "t", 1, Request(country="TUN"), NOW, (file,))
    value = Codec().encode(uploaded)

    decoded = AvroDeserializer(client)(value, SerializationContext(UPLOADED, MessageField.VALUE))

    assert decoded["document_id"] == "doc"
    assert decoded["uploaded_at"] == NOW
    assert decoded["request"]["country"] == "TUN"
    assert decoded["files"][0]["size_bytes"] == 7


def test_confluents_client_finds_every_topic(client: SchemaRegistryClient) -> None:
    """Each topic of one record has its subject, under the id that our producers write."""
    ids = {one.record: one.id for one in released()}

    assert set(client.get_subjects()) == set(subjects())
    for topic in topology().every_topic:
        subject = f"{topic.name}-value"
        if topic.record is None:
            assert subject not in subjects()
            continue
        latest = client.get_latest_version(subject)
        assert latest.schema_id == ids[topic.record]
        assert client.get_versions(subject)[-1] == latest.version
        assert client.get_schema(latest.schema_id).schema_str == latest.schema.schema_str


def test_a_known_schema_can_be_looked_up_and_registered(client: SchemaRegistryClient) -> None:
    """A serializer that registers on start finds its schema's id, as with any registry."""
    schema = Schema(current_text("DocumentUploaded"), "AVRO")

    assert client.lookup_schema(UPLOADED_SUBJECT, schema).schema_id == 1
    assert client.register_schema(UPLOADED_SUBJECT, schema) == 1


def test_another_schema_is_refused(client: SchemaRegistryClient) -> None:
    """Schemas come with a release; nobody adds one here."""
    with pytest.raises(SchemaRegistryError) as refused:
        client.register_schema(UPLOADED_SUBJECT, Schema(json.dumps(EVOLVED), "AVRO"))

    assert refused.value.error_code == 42205


def test_compatibility_is_full_and_transitive(client: SchemaRegistryClient) -> None:
    """A field with a default may come, one without may not."""
    assert client.get_compatibility() == "FULL_TRANSITIVE"
    assert client.test_compatibility(UPLOADED_SUBJECT, Schema(json.dumps(EVOLVED), "AVRO"))
    assert not client.test_compatibility(UPLOADED_SUBJECT, Schema(json.dumps(BROKEN), "AVRO"))


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/subjects/nobody-value/versions", 404, 40401),
        ("/subjects/nobody-value/versions/1", 404, 40401),
        ("/config/nobody-value", 404, 40401),
        (f"/subjects/{UPLOADED_SUBJECT}/versions/9", 404, 40402),
        (f"/subjects/{UPLOADED_SUBJECT}/versions/0", 404, 40402),
        (f"/subjects/{UPLOADED_SUBJECT}/versions/newest", 422, 42202),
        ("/schemas/ids/99", 404, 40403),
        ("/schemas/ids/x", 404, 40403),
        ("/schemas/ids/99/versions", 404, 40403),
    ],
)
async def test_errors_are_the_registrys_own(
    ingest: Service, path: str, status: int, code: int
) -> None:
    """Clients tell errors by their code, in the registry's media type."""
    answer = await ingest.client.get(f"/schema-registry{path}")

    assert (answer.status_code, answer.json()["error_code"]) == (status, code)
    assert answer.headers["content-type"] == MEDIA_TYPE


@pytest.mark.anyio
@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/subjects",
        f"/subjects/{UPLOADED_SUBJECT}/versions/latest",
        f"/subjects/{UPLOADED_SUBJECT}/versions/-1/schema",
        "/schemas",
        "/schemas/types",
        "/schemas/ids/1/schema",
        "/schemas/ids/1/versions",
        "/schemas/ids/1/subjects",
        "/config",
        f"/config/{UPLOADED_SUBJECT}",
        "/mode",
        f"/mode/{UPLOADED_SUBJECT}",
    ],
)
async def test_everything_a_reader_asks_is_answered(ingest: Service, path: str) -> None:
    """The read side is whole, in the registry's media type."""
    answer = await ingest.client.get(f"/schema-registry{path}")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == MEDIA_TYPE


@pytest.mark.anyio
@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"schema": 1}', b'{"schema": "{"}', b'{"schema": ' + b"[" * 100_000],
)
async def test_a_body_that_is_no_schema_is_refused(ingest: Service, body: bytes) -> None:
    """Nonsense and nesting end as 422, the registry's way."""
    for path in ("/subjects/x-value", f"/subjects/{UPLOADED_SUBJECT}/versions"):
        answer = await ingest.client.post(f"/schema-registry{path}", content=body)

        assert answer.json()["error_code"] == 42201


@pytest.mark.anyio
async def test_a_huge_schema_is_not_read(ingest: Service) -> None:
    """The body is bounded."""
    body = b'{"schema": "' + b" " * 2_000_000

    answer = await ingest.client.post("/schema-registry/subjects/x", content=body)

    assert answer.status_code == 413


@pytest.mark.anyio
async def test_a_reference_is_written_under_the_ids_of_the_registry_that_is_set() -> None:
    """Workers ask the registry what an id means; without an answer nothing is acknowledged."""
    backing = Backing()
    settings = replace(settings_of(), schema_registry_url="mock://nothing-published")

    async with running(backing.app(settings), backing) as one:
        answer = await one.upload(PNG)

    assert (answer.status_code, answer.json()["code"]) == (503, "registry.unavailable")
    assert backing.publisher.records == []
