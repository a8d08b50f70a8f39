"""The records that travel through Kafka, one dataclass for each Avro record.

A message carries references to pictures, never their bytes. Its key is the document id.
Every record names its document, tenant and revision; a reader ignores a repeated
``(document_id, revision)``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from schemas.documents import (
    Candidate,
    Extraction,
    FieldValue,
    Finding,
    Mrz,
    Page,
    PageBarcode,
    PageZone,
    Reading,
    Route,
    Status,
)


@dataclass(frozen=True, slots=True)
class Request:
    """What the caller asked for; every part is a hint, not a promise.

    Args:
        document_type: code of the type, None to let the picture decide.
        country: ISO 3166-1 alpha-3, None to let the picture decide.
        languages: Tesseract codes for plain text, such as ``ara``, ``fra``.
        engine: ``auto``; ``local`` to keep the document in house; ``mistral`` to have an AI read
            every field beside the local engines.
        reference: the caller's own name for the document.
        subject: whom or what the document belongs to at the caller's.
    """

    document_type: str | None = None
    country: str | None = None
    languages: tuple[str, ...] = ()
    engine: str = "auto"
    reference: str | None = field(default=None, repr=False)
    subject: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class FileRef:
    """An uploaded file in the store: a side or a page of the document.

    Args:
        key: object key of the bytes as uploaded.
        sha256: hex digest of those bytes.
        size_bytes: their count.
        media_type: as sniffed from the bytes, never as claimed.
    """

    key: str
    sha256: str
    size_bytes: int
    media_type: str


@dataclass(frozen=True, slots=True)
class DocumentUploaded:
    """The bytes are stored; the document's way begins."""

    document_id: str
    tenant: str
    revision: int
    request: Request
    uploaded_at: datetime
    files: tuple[FileRef, ...]


@dataclass(frozen=True, slots=True)
class PagesPrepared:
    """The page pictures are decoded, flattened, upright, measured and stored.

    Args:
        document_type: chosen type: the hint, else the best candidate.
        route: which extract workers read it.
        rerouted: an extract worker has already sent it elsewhere once.
        candidates: the types that the picture may be, best first.
        zones: machine readable zones read on the upright pages, best first on each page; None
            where nobody has looked for any.
        barcodes: those found on upright pages that have no zone.
        timings_ms: wall time by step so far; ``cpu`` is CPU time.
        versions: name to version of what took part so far.
    """

    document_id: str
    tenant: str
    revision: int
    request: Request
    uploaded_at: datetime
    document_type: str
    country: str | None
    route: Route
    rerouted: bool = False
    candidates: tuple[Candidate, ...] = ()
    zones: tuple[PageZone, ...] | None = None
    barcodes: tuple[PageBarcode, ...] = ()
    pages: tuple[Page, ...] = ()
    findings: tuple[Finding, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FieldsExtracted:
    """The fields are read, nothing is checked yet.

    Args:
        extraction: the document.
        also_found: further documents in the same pictures.
    """

    document_id: str
    tenant: str
    revision: int
    request: Request
    uploaded_at: datetime
    extraction: Extraction
    also_found: tuple[Extraction, ...] = ()
    pages: tuple[Page, ...] = ()
    findings: tuple[Finding, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DocumentRead:
    """The result, as subscribers, the API and the command line get it.

    Args:
        corrected_by: who corrected values in this revision; None for a reading.
        corrected_at: when that was.
    """

    document_id: str
    tenant: str
    revision: int
    request: Request
    uploaded_at: datetime
    read_at: datetime
    document_type: str
    country: str | None
    status: Status
    confidence: float
    fields: Mapping[str, FieldValue] = field(default_factory=dict, repr=False)
    mrz: Mrz | None = None
    findings: tuple[Finding, ...] = ()
    text: str | None = field(default=None, repr=False)
    pages: tuple[Page, ...] = ()
    also_found: tuple[Reading, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    corrected_by: str | None = None
    corrected_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where in the log a message stood."""

    topic: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class DocumentFailed:
    """The dead letter: a document that a stage gave up on, with all that a redrive needs.

    Args:
        stage: which stage gave up.
        reason: stable dotted code, such as ``image.truncated`` or ``slot.timeout``.
        message: one sentence for operators, free of values.
        attempts: how often it was tried.
        origin: the message that could not be processed.
        original: that message's value, byte for byte.
    """

    document_id: str
    tenant: str
    revision: int
    stage: str
    reason: str
    message: str
    attempts: int
    failed_at: datetime
    origin: Origin
    original: bytes = field(repr=False)


Message = DocumentUploaded | PagesPrepared | FieldsExtracted | DocumentRead | DocumentFailed
"""Any record of the chain."""


@dataclass(frozen=True, slots=True)
class DocumentOverdue:
    """An upload that came to no end within the time set: neither a result nor a dead letter.

    Args:
        stage: the furthest stage that left something.
        limit_s: the time set.
    """

    document_id: str
    tenant: str
    revision: int
    stage: str
    uploaded_at: datetime
    noticed_at: datetime
    limit_s: int


@dataclass(frozen=True, slots=True)
class DocumentRepeated:
    """The same picture or document number under different subjects of one tenant.

    Args:
        kind: ``image`` or ``number``.
        identity: keyed hash of what is the same.
        other_document_ids: documents of other subjects that carried it before, newest first.
        window_s: how far back the watch looks.
    """

    document_id: str
    tenant: str
    revision: int
    kind: str
    identity: str
    other_document_ids: tuple[str, ...]
    seen_at: datetime
    window_s: int


Alert = DocumentOverdue | DocumentRepeated
"""What the watch tells beside the chain."""
