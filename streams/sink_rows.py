"""What each record of the chain becomes in PostgreSQL. Pure: no database in here.

Records of one document come from several topics in any order, so rows of the same key are merged
by rules that do not depend on it: a reading beats a failure, a failure beats pending, then the
higher revision wins; the first of two equals stays.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from schemas.errors import Unprocessable
from schemas.messages import (
    DocumentFailed,
    DocumentRead,
    DocumentUploaded,
    FieldsExtracted,
    Message,
    PagesPrepared,
)
from schemas.records import to_record
from streams.headers import tries_of
from streams.log import Incoming
from streams.topology import Topology, retry_topic

Row = dict[str, Any]
Place = tuple[str, int, int]
"""Topic, partition and offset of a record."""

MESSAGE_LENGTH_MAX = 300
KEY_LENGTH_MAX = 200
_WAY = ("ingest", "prepare", "extract", "validate")
_STATES = ("pending", "failed", "done")


@dataclass(frozen=True, slots=True)
class RetryTopics:
    """Which topics hold documents that wait: name to stage and delay."""

    by_name: Mapping[str, tuple[str, int]]

    @classmethod
    def of(cls, topology: Topology) -> "RetryTopics":
        """Return those of a pipeline."""
        return cls(
            {
                retry_topic(spec.name, delay_s): (spec.name, delay_s)
                for spec in topology.stages
                for delay_s in spec.retry_delays_s
            }
        )


@dataclass(slots=True)
class Batch:
    """The rows of several records, at most one for each key of the tables that merge."""

    documents: dict[str, Row] = field(default_factory=dict)
    jobs: dict[tuple[str, int], Row] = field(default_factory=dict)
    readings: dict[tuple[str, int], Row] = field(default_factory=dict)
    fields: list[Row] = field(default_factory=list)
    findings: list[Row] = field(default_factory=list)
    pages: list[Row] = field(default_factory=list)
    failures: dict[tuple[str, int], Row] = field(default_factory=dict)
    events: list[Row] = field(default_factory=list)
    rejects: list[Row] = field(default_factory=list)
    sources: dict[Place, Message] = field(default_factory=dict)
    late: dict[str, int] = field(default_factory=dict)
    tombstones: int = 0

    def add(self, record: Incoming, message: Message, retries: RetryTopics) -> None:
        """Take a record in."""
        at = _time_of(record, message)
        self.sources[place_of(record)] = message
        self._merge_document(_document_row(message))
        if record.topic in retries.by_name:
            stage, delay_s = retries.by_name[record.topic]
            detail = {"attempts": tries_of(record).attempts, "delay_s": delay_s}
            self.events.append(_event_row(record, message, at, (stage, "retried", detail)))
            return
        self._merge_job(_job_row(message, at))
        self.events.append(_event_row(record, message, at, _step(message)))
        if isinstance(message, DocumentRead):
            self._add_reading(record, message)
        elif isinstance(message, DocumentFailed):
            self._merge_failure(_failure_row(message))

    def reject(self, record: Incoming, reason: str, message: str) -> None:
        """Note that a record becomes no rows; it stays in the log."""
        self.rejects.append(
            {
                **_place_row(record),
                "document_id": record.key[:KEY_LENGTH_MAX],
                "reason": reason,
                "message": message[:MESSAGE_LENGTH_MAX],
            }
        )

    def refuse(self, record: Incoming) -> None:
        """Note that something of an erased document came late; no row is made of it."""
        self.late[record.key] = self.late.get(record.key, 0) + 1

    def skip(self) -> None:
        """Count a tombstone: it tells of nothing that happened."""
        self.tombstones += 1

    def ordered_documents(self) -> list[Row]:
        """Return the documents in an order that all sinks share, so that none blocks another."""
        return [self.documents[key] for key in sorted(self.documents)]

    def ordered_events(self) -> list[Row]:
        """Return the events as they happened, as far as times tell."""
        return sorted(self.events, key=lambda row: (row["at"], _rank(_WAY, row["stage"])))

    def _merge_document(self, row: Row) -> None:
        key = row["document_id"]
        there = self.documents.get(key)
        self.documents[key] = row if there is None else _better_document(there, row)

    def _merge_job(self, row: Row) -> None:
        key = (row["document_id"], row["revision"])
        there = self.jobs.get(key)
        self.jobs[key] = row if there is None else _further_job(there, row)

    def _merge_failure(self, row: Row) -> None:
        key = (row["document_id"], row["revision"])
        there = self.failures.get(key)
        if there is None or row["failed_at"] > there["failed_at"]:
            self.failures[key] = row

    def _add_reading(self, record: Incoming, message: DocumentRead) -> None:
        key = (message.document_id, message.revision)
        if key in self.readings:
            return
        self.readings[key] = _reading_row(record, message)
        self.fields.extend(_field_rows(message))
        self.findings.extend(_finding_rows(message))
        self.pages.extend(_page_rows(message))


def place_of(record: Incoming) -> Place:
    """Return where a record stands."""
    return record.topic, record.partition, record.offset


def _document_row(message: Message) -> Row:
    row: Row = _head(message) | dict.fromkeys(
        ("document_type", "country", "confidence", "reference", "subject", "uploaded_at", "read_at")
    )
    row["status"] = "pending"
    if isinstance(message, DocumentFailed):
        return row | {"status": "failed"}
    row |= {
        "reference": message.request.reference,
        "subject": message.request.subject,
        "uploaded_at": _text(message.uploaded_at),
    }
    if isinstance(message, DocumentRead):
        row |= {
            "status": message.status.value,
            "document_type": message.document_type,
            "country": message.country,
            "confidence": message.confidence,
            "read_at": _text(message.read_at),
        }
    return row


def _better_document(one: Row, other: Row) -> Row:
    best, rest = (other, one) if _outcome(other) > _outcome(one) else (one, other)
    return best | {
        "reference": best["reference"] or rest["reference"],
        "subject": best["subject"] or rest["subject"],
        "uploaded_at": _earliest(best["uploaded_at"], rest["uploaded_at"]),
    }


def _outcome(row: Row) -> tuple[int, int]:
    return {"pending": 0, "failed": 1}.get(row["status"], 2), row["revision"]


def _job_row(message: Message, at: str) -> Row:
    row: Row = _head(message) | {"state": "pending", "stage": "ingest", "attempts": 1}
    row |= dict.fromkeys(
        ("uploaded_at", "prepared_at", "extracted_at", "finished_at", "timings_ms", "versions")
    )
    if isinstance(message, DocumentFailed):
        return row | {
            "state": "failed",
            "stage": message.stage,
            "attempts": message.attempts,
            "finished_at": _text(message.failed_at),
        }
    row["uploaded_at"] = _text(message.uploaded_at)
    if isinstance(message, DocumentUploaded):
        return row
    row |= {"timings_ms": dict(message.timings_ms), "versions": dict(message.versions)}
    if isinstance(message, PagesPrepared):
        return row | {"stage": "prepare", "prepared_at": at}
    if isinstance(message, FieldsExtracted):
        return row | {"stage": "extract", "extracted_at": at}
    return row | {"state": "done", "stage": "validate", "finished_at": _text(message.read_at)}


def _further_job(one: Row, other: Row) -> Row:
    ahead = other if _rank(_WAY, other["stage"]) > _rank(_WAY, one["stage"]) else one
    behind = one if ahead is other else other
    final = other if _rank(_STATES, other["state"]) > _rank(_STATES, one["state"]) else one
    merged = one | {
        "state": final["state"],
        "finished_at": final["finished_at"],
        "stage": ahead["stage"],
        "attempts": max(one["attempts"], other["attempts"]),
    }
    for name in ("timings_ms", "versions"):
        merged[name] = ahead[name] if ahead[name] is not None else behind[name]
    for name in ("uploaded_at", "prepared_at", "extracted_at"):
        merged[name] = _earliest(one[name], other[name])
    return merged


def _reading_row(record: Incoming, message: DocumentRead) -> Row:
    mrz = message.mrz
    return _head(message) | {
        "document_type": message.document_type,
        "country": message.country,
        "status": message.status.value,
        "confidence": message.confidence,
        "uploaded_at": _text(message.uploaded_at),
        "read_at": _text(message.read_at),
        "mrz_format": mrz.format.value if mrz else None,
        "mrz_lines": list(mrz.lines) if mrz else None,
        "mrz_valid": mrz.valid if mrz else None,
        "text": message.text,
        "record": "\\x" + (record.value or b"").hex(),
    }


def _field_rows(message: DocumentRead) -> Iterator[Row]:
    for name, value in message.fields.items():
        yield _key(message) | {"name": name} | to_record(value)


def _finding_rows(message: DocumentRead) -> Iterator[Row]:
    for number, finding in enumerate(message.findings, 1):
        yield _key(message) | {"number": number} | to_record(finding)


def _page_rows(message: DocumentRead) -> Iterator[Row]:
    for page in message.pages:
        yield _key(message) | {
            "number": page.number,
            "file": page.file,
            "image_key": page.image_key,
            "width_px": page.width_px,
            "height_px": page.height_px,
            "rotation_deg": page.rotation_deg,
            **to_record(page.quality),
        }


def _failure_row(message: DocumentFailed) -> Row:
    return _head(message) | {
        "stage": message.stage,
        "reason": message.reason,
        "message": message.message,
        "attempts": message.attempts,
        "failed_at": _text(message.failed_at),
        "topic": message.origin.topic,
        "partition": message.origin.partition,
        "record_offset": message.origin.offset,
    }


def _step(message: Message) -> tuple[str, str, Row]:
    """Return stage, event and detail of a record; no field's value is among them."""
    detail: Row
    match message:
        case DocumentUploaded():
            return "ingest", "uploaded", {"files": len(message.files)}
        case PagesPrepared():
            detail = {
                "document_type": message.document_type,
                "country": message.country,
                "route": message.route.value,
                "pages": len(message.pages),
            }
            if message.rerouted:
                return "extract", "rerouted", detail
            return "prepare", "prepared", detail
        case FieldsExtracted():
            extraction = message.extraction
            detail = {
                "document_type": extraction.document_type,
                "country": extraction.country,
                "fields": len(extraction.fields),
            }
            return "extract", "extracted", detail
        case DocumentRead():
            detail = {
                "status": message.status.value,
                "document_type": message.document_type,
                "country": message.country,
                "confidence": message.confidence,
                "findings": sorted({finding.code for finding in message.findings}),
            }
            return "validate", "read", detail
        case DocumentFailed():
            detail = {
                "reason": message.reason,
                "message": message.message,
                "attempts": message.attempts,
            }
            return message.stage, "failed", detail


def _event_row(record: Incoming, message: Message, at: str, step: tuple[str, str, Row]) -> Row:
    stage, event, detail = step
    return (
        _head(message)
        | {"stage": stage, "event": event, "at": at, "detail": detail}
        | _place_row(record)
    )


def _head(message: Message) -> Row:
    return _key(message) | {"tenant": message.tenant}


def _key(message: Message) -> Row:
    return {"document_id": message.document_id, "revision": message.revision}


def _place_row(record: Incoming) -> Row:
    return {
        "topic": record.topic,
        "partition": record.partition,
        "record_offset": record.offset,
    }


def _time_of(record: Incoming, message: Message) -> str:
    match message:
        case DocumentUploaded():
            return _text(message.uploaded_at)
        case DocumentRead():
            return _text(message.read_at)
        case DocumentFailed():
            return _text(message.failed_at)
    try:
        return _text(datetime.fromtimestamp(record.timestamp_ms / 1000, UTC))
    except (ValueError, OverflowError, OSError):
        raise Unprocessable("message.malformed", "the record's timestamp is no time") from None


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def _earliest(one: str | None, other: str | None) -> str | None:
    # Both in UTC and of one length, so that their texts sort as the times do.
    return min(one, other) if one and other else one or other


@cache
def _ranks(names: tuple[str, ...]) -> dict[str, int]:
    return {name: rank for rank, name in enumerate(names)}


def _rank(names: tuple[str, ...], name: str) -> int:
    # Stages of extract carry their route: extract.tn.
    return _ranks(names).get(name.partition(".")[0], -1)
