"""From a job's outcome to records: results, retries and dead letters with their headers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from schemas.codec import Codec
from schemas.errors import Unavailable, Unprocessable
from schemas.messages import DocumentFailed
from streams.headers import (
    NAME_LENGTH_MAX,
    TENANT,
    TRACEPARENT,
    Event,
    Tries,
    event_headers,
    event_of,
    retry_headers,
)
from streams.log import MESSAGE_BYTES_MAX, Incoming, Outgoing
from streams.runner_attempts import Failure
from streams.runner_ledger import Entry
from streams.slots import Output
from streams.topology import FAILED, StageSpec, retry_topic

ORIGINAL_BYTES_MAX = MESSAGE_BYTES_MAX + 1024 * 1024
"""Above what a stage may write, below what a topic takes."""


def results(role: str, record: Incoming, outputs: tuple[Output, ...]) -> tuple[Outgoing, ...]:
    """Return what a stage gave, as records in the trace of the one it came from."""
    now = datetime.now(UTC)
    trace = record.headers.get(TRACEPARENT)
    return tuple(
        Outgoing(
            one.topic, one.event.document_id, one.value, event_headers(one.event, role, now, trace)
        )
        for one in outputs
    )


def retry(spec: StageSpec, entry: Entry, delay_s: int) -> Outgoing:
    """Return the record that waits in a retry topic."""
    due = datetime.now(UTC) + timedelta(seconds=delay_s)
    tries = Tries(total_attempts(entry), entry.tries.round + 1, entry.tries.origin)
    return Outgoing(
        retry_topic(spec.name, delay_s),
        entry.record.key,
        entry.record.value,
        retry_headers(entry.record, tries, int(due.timestamp() * 1000)),
    )


def dead_letter(spec: StageSpec, entry: Entry, failure: Failure, codec: Codec) -> Outgoing:
    """Return the dead letter of a document that the stage gives up."""
    record = entry.record
    now = datetime.now(UTC)
    event = _event(record, codec)
    message = DocumentFailed(
        document_id=event.document_id,
        tenant=event.tenant,
        revision=event.revision,
        stage=spec.role,
        reason=failure.reason,
        message=failure.message,
        attempts=total_attempts(entry),
        failed_at=now,
        origin=entry.tries.origin,
        original=_original(record),
    )
    headers = event_headers(event_of(message), spec.role, now, record.headers.get(TRACEPARENT))
    key = record.key[:NAME_LENGTH_MAX]
    return Outgoing(FAILED, key, codec.encode(message), headers)


def total_attempts(entry: Entry) -> int:
    """Return the attempts of all stays."""
    return entry.tries.attempts + entry.attempts


def _original(record: Incoming) -> bytes:
    """Return the value; nothing of one that only a foreign producer can have made so large."""
    value = record.value or b""
    return value if len(value) <= ORIGINAL_BYTES_MAX else b""


def _event(record: Incoming, codec: Codec) -> Event:
    """Name the document, by its key where the value does not decode; what names it is bounded."""
    try:
        event = event_of(codec.decode(record.value or b""))
    except (Unprocessable, Unavailable):
        event = Event("", record.key, record.headers.get(TENANT, ""), 0)
    most = NAME_LENGTH_MAX
    return replace(event, document_id=event.document_id[:most], tenant=event.tenant[:most])
