"""The routes of documents: hand one in, ask how far it is, follow its way, see its pages."""

from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response

from ingest import events, openapi
from ingest.access import Reader, Submitter
from ingest.identity import DOCUMENT_ID, media_type_of
from ingest.limits import UploadLimits, takes_files
from ingest.multipart import Received, body_too_large, boundary_of, receive_upload
from ingest.parameters import request_of
from ingest.parts import Parts, parts_of
from ingest.ports import StatusRow
from ingest.preferences import wait_s
from ingest.problems import Problem
from ingest.spool import Drawer
from ingest.statuses import (
    PENDING,
    answer,
    final_status,
    is_final,
    links,
    status_of,
    status_response,
    unknown_document,
)
from ingest.uploads import Accepted
from schemas.errors import BitaqaError, Unavailable
from streams.metrics import UPLOAD_BYTES, UPLOADS

IDEMPOTENCY_KEY_LENGTH_MAX = 255
router = APIRouter(prefix="/v1/documents", tags=["documents"])


@router.post("", openapi_extra=openapi.UPLOAD, responses=openapi.UPLOAD_RESPONSES, status_code=202)
@takes_files
async def hand_in(request: Request, caller: Submitter) -> Response:
    """Hand in the pictures of one document: its sides or pages, as one to ten files.

    The answer comes when the bytes are stored and the pipeline has their reference. The same
    upload again is the same document. ``Prefer: wait=10`` asks to wait for the result.
    """
    parts = parts_of(request)
    try:
        accepted = await _accept(parts, request, caller.tenant)
    except Unavailable:
        UPLOADS.labels("unavailable").inc()
        raise
    except (BitaqaError, ClientDisconnect):
        UPLOADS.labels("refused").inc()
        raise
    UPLOADS.labels("repeated" if accepted.repeated else "created").inc()
    return await _accepted_response(parts, request, caller.tenant, accepted)


@router.get("/{document_id}", responses=openapi.STATUS_RESPONSES)
async def read_document(document_id: str, request: Request, caller: Reader) -> Response:
    """Return the result, or that there is none yet, or why there will be none."""
    parts = parts_of(request)
    _check_id(document_id)
    row = await status_of(parts, caller.tenant, document_id)
    patience_s = wait_s(request.headers.get("prefer"), parts.wait_max_s)
    if patience_s and not is_final(row):
        with parts.stream_places:
            row = await final_status(parts, caller.tenant, document_id, patience_s)
    return status_response(document_id, row, request.headers.get("if-none-match"))


@router.get("/{document_id}/events", responses=openapi.EVENTS_RESPONSES)
async def follow(document_id: str, request: Request, caller: Reader) -> Response:
    """Stream a document's way, stage by stage, as server-sent events.

    The stream ends behind the last event; ``Last-Event-ID`` resumes it.
    """
    parts = parts_of(request)
    _check_id(document_id)
    row = await status_of(parts, caller.tenant, document_id)
    after = events.last_event_id(request.headers.get("last-event-id"))
    return await events.event_stream(parts, caller.tenant, document_id, after, row)


@router.get("/{document_id}/pages/{number}", responses=openapi.PAGE_RESPONSES)
async def show_page(document_id: str, number: int, request: Request, caller: Reader) -> Response:
    """Return the upright picture of a page, numbered from 1."""
    parts = parts_of(request)
    _check_id(document_id)
    row = await status_of(parts, caller.tenant, document_id)
    pages = row.result.pages if row is not None and row.result is not None else ()
    for page in pages:
        if page.number == number:
            data = await parts.in_thread(parts.store.get, page.image_key)
            return Response(data, media_type=media_type_of(page.image_key))
    raise Problem(404, "page.unknown", "The document has no such page, or none yet.")


async def _accept(parts: Parts, request: Request, tenant: str) -> Accepted:
    boundary = boundary_of(request.headers.get("content-type"))
    key = _idempotency_key(request.headers.get("idempotency-key"))
    _check_length(request.headers.get("content-length"), parts.bounds)
    with parts.upload_places, Drawer(parts.spool) as drawer:
        received = await _receive(parts, request, boundary, drawer)
        wanted = request_of(received.fields, parts.document_types)
        accepted = await parts.uploads.accept(
            tenant, received, wanted, key, request.headers.get("traceparent")
        )
        if not accepted.repeated:
            UPLOAD_BYTES.inc(sum(one.size_bytes for one in received.files))
        return accepted


async def _receive(parts: Parts, request: Request, boundary: bytes, drawer: Drawer) -> Received:
    try:
        return await receive_upload(_body(request), boundary, drawer, parts.bounds)
    except OSError as error:
        raise Unavailable("store", f"the spool: {error.strerror}") from None


async def _body(request: Request) -> AsyncIterator[bytes]:
    async for chunk in request.stream():
        if chunk:
            yield chunk


async def _accepted_response(
    parts: Parts, request: Request, tenant: str, accepted: Accepted
) -> Response:
    document_id = accepted.document_id
    headers = {"Location": links(document_id)["self"]}
    if accepted.repeated:
        headers["Bitaqa-Repeated"] = "true"
    patience_s = wait_s(request.headers.get("prefer"), parts.wait_max_s)
    if patience_s is not None:
        headers["Preference-Applied"] = f"wait={patience_s:g}"
        row = await _patiently(parts, tenant, document_id, patience_s)
        if is_final(row):
            return JSONResponse(answer(document_id, row), 200, headers)
    body = {"document_id": document_id, "status": PENDING, "links": links(document_id)}
    return JSONResponse(body, 202, headers)


async def _patiently(
    parts: Parts, tenant: str, document_id: str, patience_s: float
) -> StatusRow | None:
    # The document is accepted: whatever fails from here on only costs the caller the wait.
    try:
        with parts.stream_places:
            return await final_status(parts, tenant, document_id, patience_s)
    except BitaqaError:
        return None


def _check_id(document_id: str) -> None:
    if not DOCUMENT_ID.fullmatch(document_id):
        raise unknown_document()


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
