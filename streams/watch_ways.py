"""What the watch knows of each document, and how each record of the chain changes it.

Pure and idempotent: a record that is read again changes nothing, and records of different topics
may come in any order. Counts are asked of the ways, never added up, so nothing counts twice.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from schemas.messages import DocumentFailed, DocumentRead, DocumentUploaded, Message

FAILED = "failed"
_STAGES = ("ingest", "prepare", "extract", "validate")
_STAGE_OF = {
    "DocumentUploaded": "ingest",
    "PagesPrepared": "prepare",
    "FieldsExtracted": "extract",
    "DocumentRead": "validate",
    "DocumentFailed": "ingest",
}


@dataclass(frozen=True, slots=True)
class Way:
    """How far one document is.

    Args:
        tenant: whose it is.
        revision: which pass through the chain.
        partition: of its records in every topic of the chain.
        stage: the furthest stage that left something.
        seen_at: when the latest news of it came, seconds since the epoch.
        uploaded_at: when its bytes were stored; None while that record is not read yet.
        outcome: the verdict or ``failed``; None on the way.
        document_type: as read.
        country: as read.
        overdue: an alert was given.
    """

    tenant: str
    revision: int
    partition: int
    stage: str
    seen_at: float
    uploaded_at: float | None = None
    outcome: str | None = None
    document_type: str | None = None
    country: str | None = None
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """What documents are counted by; empty where it is not known."""

    document_type: str
    country: str
    outcome: str


def step(way: Way | None, message: Message, partition: int, now: float) -> Way:
    """Return the way after one more record of the document."""
    if way is not None and message.revision < way.revision:
        return way
    if way is None or message.revision > way.revision:
        way = Way(message.tenant, message.revision, partition, "ingest", now)
    stage = max(way.stage, _STAGE_OF[type(message).__name__], key=_STAGES.index)
    way = replace(way, stage=stage, partition=partition, seen_at=now)
    match message:
        case DocumentUploaded(uploaded_at=uploaded_at):
            return replace(way, uploaded_at=uploaded_at.timestamp())
        case DocumentRead():
            return replace(
                way,
                uploaded_at=message.uploaded_at.timestamp(),
                outcome=message.status.value,
                document_type=message.document_type,
                country=message.country,
            )
        case DocumentFailed() if way.outcome is None:
            return replace(way, outcome=FAILED)
    return way


def is_overdue(way: Way, limit_s: float, now: float) -> bool:
    """Say whether an alert is due: no end within the limit, and none was given before."""
    waiting = way.outcome is None and way.uploaded_at is not None and not way.overdue
    return waiting and now - (way.uploaded_at or now) > limit_s


def is_over(way: Way, kept_s: float, now: float) -> bool:
    """Say whether a document that came to its end is to be forgotten."""
    return way.outcome is not None and now - way.seen_at > kept_s


def counts(ways: Iterable[Way], since: float) -> Mapping[Kind, int]:
    """Return how many documents came to an end since then, by type, country and outcome."""
    return Counter(
        Kind(way.document_type or "", way.country or "", way.outcome)
        for way in ways
        if way.outcome is not None and way.seen_at >= since
    )


def to_value(way: Way) -> dict[str, Any]:
    """Return the way as the table keeps it."""
    return asdict(way)


def from_value(value: Mapping[str, Any]) -> Way:
    """Return a way that the table kept."""
    return Way(**value)
