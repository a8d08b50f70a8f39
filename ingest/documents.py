"""The routes of documents: hand one in, ask how far it is, follow its way, see its pages."""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from ingest import events, openapi
from ingest.access import Reader, Submitter
from ingest.identity import DOCUMENT_ID, media_type_of
from ingest.intake import patiently, take_in
from ingest.limits import takes_files
from ingest.parts import Parts, parts_of
from ingest.preferences import wait_s
from ingest.problems import Problem
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

router = APIRouter(prefix="/v1/documents", tags=["documents"])


@router.post("", openapi_extra=openapi.UPLOAD, responses=openapi.UPLOAD_RESPONSES, status_code=202)
@takes_files
async def hand_in(request: Request, caller: Submitter) -> Response:
    """Hand in the pictures of one document: its sides or pages, as one to ten files.

    The answer comes when the bytes are stored and the pipeline has their reference. The same
    upload again is the same document. ``Prefer: wait=10`` asks to wait for the result.
    """
    parts = parts_of(request)
    taken = await take_in(parts, request, caller.tenant)
    return await _accepted_response(parts, request, caller.tenant, taken.accepted)


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


@router.get("/{document_id}/events", responses=openapi.EVENTS_RESPONSES, response_class=Response)
async def follow(document_id: str, request: Request, caller: Reader) -> Response:
    """Stream a document's way, stage by stage, as server-sent events.

    The stream ends behind the last event; ``Last-Event-ID`` resumes it.
    """
    parts = parts_of(request)
    _check_id(document_id)
    row = await status_of(parts, caller.tenant, document_id)
    after = events.last_event_id(request.headers.get("last-event-id"))
    return await events.event_stream(parts, caller.tenant, document_id, after, row)


@router.get(
    "/{document_id}/pages/{number}",
    responses=openapi.PAGE_RESPONSES,
    response_class=Response,
)
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
        row = await patiently(parts, tenant, document_id, patience_s)
        if is_final(row):
            return JSONResponse(answer(document_id, row), 200, headers)
    body = {"document_id": document_id, "status": PENDING, "links": links(document_id)}
    return JSONResponse(body, 202, headers)


def _check_id(document_id: str) -> None:
    if not DOCUMENT_ID.fullmatch(document_id):
        raise unknown_document()
