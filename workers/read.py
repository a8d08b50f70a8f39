"""The whole reading in this process: the three stages one after the other, no Kafka."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from schemas.messages import DocumentRead, DocumentUploaded, FileRef, PagesPrepared, Request
from workers.blobs import MemoryBlobs
from workers.engines.engine_set import reading_tools
from workers.extract import extract
from workers.ports import AiReader, Blobs, Tools
from workers.prepare import prepare
from workers.validate import validate

TENANT = "local"
"""Readings in this process belong to whoever runs it."""

_MEDIA_TYPE = "application/octet-stream"


def local_tools(blobs: Blobs | None = None, ai: AiReader | None = None) -> Tools:
    """Return the engines of this machine, built once and used for many documents.

    Raises:
        Misconfigured: when an engine or its models are missing.
    """
    return reading_tools(blobs or MemoryBlobs(), ai)


def read_document(
    files: Sequence[bytes],
    request: Request,
    tools: Tools,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> DocumentRead:
    """Return the result for the sides or pages of one document.

    ``tools.blobs`` is not touched: the pictures live in a store of this one reading.

    Raises:
        Unprocessable: when a file cannot be read; the reason is for machines.
        Unavailable: when an engine does not answer.
    """
    return _read(files, request, tools, MemoryBlobs(), now)


def read_with_pages(
    files: Sequence[bytes], request: Request, tools: Tools, blobs: MemoryBlobs
) -> DocumentRead:
    """Read like :func:`read_document`, leaving the page pictures in ``blobs``."""
    return _read(files, request, tools, blobs, lambda: datetime.now(UTC))


def _read(
    files: Sequence[bytes],
    request: Request,
    tools: Tools,
    blobs: MemoryBlobs,
    now: Callable[[], datetime],
) -> DocumentRead:
    ours = replace(tools, blobs=blobs)
    prepared = prepare(_upload(files, request, blobs, now()), ours)
    read = extract(prepared, ours)
    if isinstance(read, PagesPrepared):
        # One route more, never two: extract sends a document elsewhere once.
        read = extract(read, ours)
    assert not isinstance(read, PagesPrepared)
    return validate(read, ours.today(), now())


def _upload(
    files: Sequence[bytes], request: Request, blobs: MemoryBlobs, now: datetime
) -> DocumentUploaded:
    digests = [hashlib.sha256(data).hexdigest() for data in files]
    document_id = hashlib.sha256("\n".join(digests).encode()).hexdigest()[:32]
    refs = []
    for number, (data, digest) in enumerate(zip(files, digests, strict=True), start=1):
        key = f"originals/{TENANT}/{document_id}/{number}"
        blobs.put(key, data, _MEDIA_TYPE)
        refs.append(FileRef(key, digest, len(data), _MEDIA_TYPE))
    return DocumentUploaded(document_id, TENANT, 1, request, now, tuple(refs))
