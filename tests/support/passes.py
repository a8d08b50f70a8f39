"""Invented documents on their way through the chain, for tests of what comes after it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import TypeVar

from schemas.codec import Codec
from schemas.documents import Status
from schemas.messages import (
    DocumentFailed,
    DocumentRead,
    DocumentUploaded,
    FieldsExtracted,
    Message,
    PagesPrepared,
)
from schemas.records import from_record
from streams.log import Log, Outgoing
from streams.topology import topic_of

T = TypeVar("T")
BEGIN = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
_CODEC = Codec()


def document_id(number: int) -> str:
    """Return the id of an invented document."""
    return f"doc_{number:032d}"


def uploaded(number: int, revision: int = 1) -> DocumentUploaded:
    """Return a document's first message."""
    example = _example(DocumentUploaded, "document_uploaded")
    return replace(example, document_id=document_id(number), revision=revision, uploaded_at=BEGIN)


def prepared(number: int, revision: int = 1) -> PagesPrepared:
    """Return its second."""
    example = _example(PagesPrepared, "pages_prepared")
    return replace(example, document_id=document_id(number), revision=revision, uploaded_at=BEGIN)


def extracted(number: int, revision: int = 1) -> FieldsExtracted:
    """Return its third."""
    example = _example(FieldsExtracted, "fields_extracted")
    return replace(example, document_id=document_id(number), revision=revision, uploaded_at=BEGIN)


def read(number: int, revision: int = 1, status: Status = Status.ACCEPTED) -> DocumentRead:
    """Return its last, a minute later for each revision."""
    example = _example(DocumentRead, "document_read")
    return replace(
        example,
        document_id=document_id(number),
        revision=revision,
        status=status,
        uploaded_at=BEGIN,
        read_at=BEGIN + timedelta(minutes=revision),
    )


def failed(number: int, revision: int = 1, minutes: int = 1) -> DocumentFailed:
    """Return its dead letter."""
    example = _example(DocumentFailed, "document_failed")
    return replace(
        example,
        document_id=document_id(number),
        tenant=uploaded(number).tenant,
        revision=revision,
        failed_at=BEGIN + timedelta(minutes=minutes),
    )


def whole_pass(number: int, revision: int = 1) -> tuple[Message, ...]:
    """Return every message of a document that is read."""
    return (
        uploaded(number, revision),
        prepared(number, revision),
        extracted(number, revision),
        read(number, revision),
    )


def publish(log: Log, messages: Sequence[Message], topic: str | None = None) -> None:
    """Write messages to their topics, or all to one."""
    publish_raw(
        log,
        [Outgoing(topic or topic_of(one), one.document_id, _CODEC.encode(one)) for one in messages],
    )


def publish_raw(log: Log, records: Sequence[Outgoing]) -> None:
    """Write records and wait until they stand in the log."""
    publisher = log.publisher()
    try:
        for future in [publisher.publish(record) for record in records]:
            future.result(30)
    finally:
        publisher.close()


def _example(kind: type[T], name: str) -> T:
    text = (resources.files("schemas") / "examples" / f"{name}.json").read_text("utf-8")
    return from_record(kind, json.loads(text))
