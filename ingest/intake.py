"""Takes one upload in: reads its body, checks its form, stores and publishes it, counts it."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request

from ingest.identity import later_key
from ingest.limits import UploadLimits
from ingest.multipart import (
    UPLOAD,
    Form,
    Received,
    body_too_large,
    boundary_of,
    receive_upload,
)
from ingest.parameters import request_of
from ingest.parts import Parts
from ingest.ports import StatusRow
from ingest.problems import Problem
from ingest.spool import Drawer
from ingest.statuses import final_status
from ingest.uploads import Accepted
from schemas.errors import BitaqaError, Unavailable
from schemas.messages import FileRef
from streams.metrics import UPLOAD_BYTES, UPLOADS

IDEMPOTENCY_KEY_LENGTH_MAX = 255

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Taken:
    """An upload that was taken in, and what it was called."""

    accepted: Accepted
    filename: str


def as_given(fields: Fields) -> Fields:
    """Return a form's fields as parameters: here they have the same names."""
    return fields


async def take_in(
    parts: Parts,
    request: Request,
    tenant: str,
    form: Form = UPLOAD,
    parameters: Callable[[Fields], Fields] = as_given,
) -> Taken:
    """Return the document that a request hands in, once it is stored and acknowledged.

    Args:
        parts: of the service.
        request: whose body is a multipart form.
        tenant: whose document it will be.
        form: which fields the form may have.
        parameters: from the form's fields to the parameters of an upload.

    Raises:
        Problem: what is wrong with the request.
        Unavailable: when the store or the log is down.
    """
    with counting_failures():
        return await _take_in(parts, request, tenant, form, parameters)


@contextmanager
def counting_failures() -> Iterator[None]:
    """Count an upload that comes to nothing by what ended the block."""
    try:
        yield
    except Unavailable:
        UPLOADS.labels("unavailable").inc()
        raise
    except (BitaqaError, ClientDisconnect):
        UPLOADS.labels("refused").inc()
        raise


def count_refused() -> None:
    """Count a file that was refused by itself."""
    UPLOADS.labels("refused").inc()


def count_taken(accepted: Accepted, received: Received) -> None:
    """Count an upload that was taken in, and the bytes that were stored for it."""
    UPLOADS.labels("repeated" if accepted.repeated else "created").inc()
    if not accepted.repeated:
        UPLOAD_BYTES.inc(sum(one.size_bytes for one in received.files))


@asynccontextmanager
async def form_in(
    parts: Parts, request: Request, form: Form
) -> AsyncIterator[tuple[Received, Drawer]]:
    """Give the form in a request, and where its files lie while the block lasts."""
    boundary = boundary_of(request.headers.get("content-type"))
    _check_length(request.headers.get("content-length"), parts.bounds)
    with parts.upload_places, Drawer(parts.spool) as drawer:
        yield await _receive(parts, request, boundary, drawer, form), drawer


async def later_pages(
    parts: Parts, tenant: str, document_id: str, received: Received, revision: int
) -> tuple[FileRef, ...]:
    """Store files beside those of earlier revisions and return their references."""
    references = tuple(
        FileRef(
            later_key(tenant, document_id, revision, number, one.media_type),
            one.sha256,
            one.size_bytes,
            one.media_type,
        )
        for number, one in enumerate(received.files, start=1)
    )
    for reference, one in zip(references, received.files, strict=True):
        await parts.in_thread(parts.store.put_file, reference.key, one.path, reference.media_type)
    return references


async def patiently(
    parts: Parts, tenant: str, document_id: str, patience_s: float
) -> StatusRow | None:
    """Return how far an accepted document is, after a wait for its end.

    Whatever fails from here on only costs the caller the wait.
    """
    try:
        with parts.stream_places:
            return await final_status(parts, tenant, document_id, patience_s)
    except BitaqaError:
        return None


async def _take_in(
    parts: Parts,
    request: Request,
    tenant: str,
    form: Form,
    parameters: Callable[[Fields], Fields],
) -> Taken:
    boundary = boundary_of(request.headers.get("content-type"))
    key = _idempotency_key(request.headers.get("idempotency-key"))
    _check_length(request.headers.get("content-length"), parts.bounds)
    with parts.upload_places, Drawer(parts.spool) as drawer:
        received = await _receive(parts, request, boundary, drawer, form)
        wanted = request_of(parameters(received.fields), parts.document_types)
        accepted = await parts.uploads.accept(
            tenant, received, wanted, key, request.headers.get("traceparent")
        )
        count_taken(accepted, received)
        return Taken(accepted, received.files[0].filename)


async def _receive(
    parts: Parts, request: Request, boundary: bytes, drawer: Drawer, form: Form
) -> Received:
    try:
        return await receive_upload(_body(request), boundary, drawer, parts.bounds, form)
    except OSError as error:
        raise Unavailable("store", f"the spool: {error.strerror}") from None


async def _body(request: Request) -> AsyncIterator[bytes]:
    # Not ``request.stream``: it holds a chunk while it waits for the next, for each slow caller.
    is_over = False
    while not is_over:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        is_over = not message.get("more_body", False)
        if message.get("body"):
            yield message["body"]
        message.clear()


def _check_length(content_length: str | None, bounds: UploadLimits) -> None:
    if content_length is None:
        return
    if not (content_length.isascii() and content_length.isdigit()):
        raise Problem(400, "content_length.malformed", "The Content-Length is no number.")
    if len(content_length) > 18 or int(content_length) > bounds.body_max_bytes:
        raise body_too_large(bounds)


def _idempotency_key(text: str | None) -> str | None:
    if text is None:
        return None
    if not 0 < len(text) <= IDEMPOTENCY_KEY_LENGTH_MAX or not (
        text.isascii() and text.isprintable()
    ):
        raise Problem(
            400,
            "idempotency_key.malformed",
            f"An Idempotency-Key has 1 to {IDEMPOTENCY_KEY_LENGTH_MAX} printable ASCII characters.",
        )
    return text
