"""The documented examples go through the stages that take them."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import cv2
import pytest

from schemas import examples
from schemas.codec import RECORDS, Codec
from schemas.documents import Route, Status
from schemas.messages import DocumentFailed, FieldsExtracted, PagesPrepared
from schemas.records import from_record
from streams.memory import MemoryLog
from streams.migrate import migrate
from streams.topology import PREPARED, UPLOADED, topic_of
from tests.support.passes import publish
from tests.support.sinks import Rows, RunningSink
from workers.blobs import MemoryBlobs
from workers.documents.document_type import Level
from workers.documents.registry import document_types
from workers.extract import extract
from workers.ports import Tools
from workers.prepare import prepare
from workers.read import local_tools
from workers.validate import validate

EXAMPLES = (
    "document_uploaded",
    "pages_prepared",
    "fields_extracted",
    "document_read",
    "document_failed",
)
NOW = datetime(2026, 3, 15, tzinfo=UTC)


def example(name: str) -> Any:
    """Return the message in an example."""
    kind = RECORDS["".join(part.title() for part in name.split("_"))]
    text = Path(examples.__path__[0], f"{name}.json").read_text("utf-8")
    return from_record(kind, json.loads(text))


@pytest.fixture(scope="module")
def picture() -> bytes:
    """Return the picture of a drawn passport."""
    specimen = document_types()["passport"].draw(Random("examples"), Level.CLEAN)
    return bytes(cv2.imencode(".jpg", specimen.images[0])[1])


@pytest.fixture(scope="module")
def tools() -> Tools:
    """Return real engines and a store in memory."""
    return local_tools(MemoryBlobs())


def test_the_upload_is_prepared(tools: Tools, picture: bytes) -> None:
    """An upload becomes upright pages on the route of its type."""
    upload = example("document_uploaded")
    [file] = upload.files
    stored = replace(file, sha256=hashlib.sha256(picture).hexdigest(), size_bytes=len(picture))
    tools.blobs.put(file.key, picture, file.media_type)

    prepared = prepare(replace(upload, files=(stored,)), tools)

    assert prepared.route is Route.INTL
    assert topic_of(prepared) == PREPARED[Route.INTL]
    assert prepared.document_type == "passport"
    assert len(prepared.pages) == 1


def test_the_pages_are_read(tools: Tools, picture: bytes) -> None:
    """Pages become fields with their places."""
    prepared: PagesPrepared = example("pages_prepared")
    tools.blobs.put(prepared.pages[0].image_key, picture, "image/jpeg")

    extracted = extract(prepared, tools)

    assert isinstance(extracted, FieldsExtracted)
    assert extracted.extraction.fields["document_number"].box is not None


def test_the_fields_are_judged() -> None:
    """Fields become the verdict that the example of a result shows."""
    read = validate(example("fields_extracted"), NOW.date(), NOW)

    assert read.status is Status.ACCEPTED
    assert read.fields == example("document_read").fields
    assert [one.code for one in read.findings] == ["document.expired"]


def test_the_result_and_the_dead_letter_become_rows(dsn: str) -> None:
    """The sink takes every example; the reading outlives the failure of the same document."""
    migrate(dsn)
    log, rows = MemoryLog(), Rows(dsn)
    publish(log, [example(name) for name in EXAMPLES])

    with RunningSink(log, dsn):
        rows.wait("SELECT count(*) FROM document_events", len(EXAMPLES))

    [(status, revision)] = rows.all("SELECT status, revision FROM documents")
    assert (status, revision) == ("accepted", 1)
    [(count,)] = rows.all("SELECT count(*) FROM fields")
    assert count == len(example("document_read").fields)


def test_the_dead_letter_holds_the_message_that_failed() -> None:
    """A redrive needs nothing but the letter."""
    letter: DocumentFailed = example("document_failed")

    original = Codec().decode(letter.original)

    assert original == example("document_uploaded")
    assert letter.origin.topic == UPLOADED
