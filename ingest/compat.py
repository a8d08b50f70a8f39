"""The routes of the five systems that this one replaces, over the same core.

Their clients send what they always sent. Who knows no keys is the tenant of
``BITAQA_LEGACY_TENANT``; without that setting these routes ask for a key like all others. The
names that they answer are ids: no path of a disk goes out or comes in.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from ingest import compat_bodies as bodies
from ingest import compat_openapi as openapi
from ingest.access import LegacyEraser, LegacyReader, LegacySubmitter, anyone
from ingest.auth import Caller
from ingest.identity import DOCUMENT_ID, media_type_of
from ingest.intake import Fields, Taken, patiently, take_in
from ingest.life import hide
from ingest.limits import takes_files
from ingest.multipart import Form
from ingest.parameters import NAMES
from ingest.parts import Parts, parts_of
from ingest.ports import StatusRow
from ingest.preferences import is_async, wait_s
from ingest.problems import Problem
from ingest.statuses import final_status, is_final, status_of, unknown_document
from workers.text.countries import alpha3_of

WAIT_S = 30.0
"""How long a route waits that used to answer with the result at once."""

FORM = Form(
    files=("file", "files", "image", "images", "photo", "upload"),
    fields=(*NAMES, "country_code", "user_id", "lang"),
    ignores_others=True,
)
"""Those systems named the picture in many ways, and took fields that meant nothing to them."""

_IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png")

router = APIRouter(tags=["older systems"])


@router.get("/", dependencies=[anyone("the passport extractor's health; it tells nothing")])
async def greet(request: Request) -> Response:
    """Say that the service lives; a browser is shown where to look."""
    if "text/html" in request.headers.get("accept", ""):
        return HTMLResponse(_PAGE, headers={"Content-Security-Policy": _POLICY})
    return JSONResponse({"status": "ok", "message": "bitaqa is running"})


@router.post("/upload", openapi_extra=openapi.UPLOAD, responses=openapi.UPLOAD_RESPONSES)
@takes_files
async def upload(request: Request, caller: LegacySubmitter) -> Response:
    """Take a picture and answer with what was read, or with a task to ask for.

    Serves the image OCR service (``task_id``), the passport extractor (``extracted_text``) and
    the Tunisian card backend (``image_path``). 202 where the result takes longer, or at once with
    ``Prefer: respond-async``.
    """
    parts = parts_of(request)
    taken, row = await _read_in_time(parts, request, caller)
    body = {
        **_task(taken.accepted.document_id, row),
        "id": taken.accepted.document_id,
        "filename": taken.filename,
        "image_path": f"{taken.accepted.document_id}.jpg",
        "extracted_text": bodies.extracted_text(row),
        "timestamp": bodies.created_at(row, datetime.now(UTC)),
    }
    headers = {"Location": f"/result/{taken.accepted.document_id}"}
    return JSONResponse(body, 200 if is_final(row) else 202, headers)


@router.get("/result/{task_id}", responses=openapi.TASK_RESPONSES)
async def result(task_id: str, request: Request, caller: LegacyReader) -> Response:
    """Return how far a task of the image OCR service is, with its text when it is done."""
    row = await _row(parts_of(request), caller, task_id)
    return JSONResponse(_task(task_id, row) | {"extracted_text": bodies.extracted_text(row)})


@router.get("/api/v1/health", dependencies=[anyone("the carte grise API's health")])
async def vehicle_health() -> Response:
    """Say that the service lives, as the carte grise API did."""
    return JSONResponse({"status": "healthy"})


@router.post(
    "/api/v1/upload-and-extract/",
    openapi_extra=openapi.VEHICLE,
    responses=openapi.ACCEPTED_RESPONSES,
    status_code=202,
)
@takes_files
async def upload_and_extract(request: Request, caller: LegacySubmitter) -> Response:
    """Take a registration certificate of FR or TN; ``task-status`` tells what was read."""
    parts = parts_of(request)
    taken = await take_in(parts, request, caller.tenant, FORM, _vehicle(parts))
    body = {
        "id": taken.accepted.document_id,
        "document_id": taken.accepted.document_id,
        "filename": taken.filename,
        "status": "pending",
        "created_at": bodies.created_at(None, datetime.now(UTC)),
    }
    return JSONResponse(body, 202)


@router.get("/api/v1/task-status/{document_id}", responses=openapi.TASK_RESPONSES)
async def task_status(document_id: str, request: Request, caller: LegacyReader) -> Response:
    """Return how far a registration certificate is, and its values."""
    row = await _row(parts_of(request), caller, document_id)
    body = {
        "document_id": document_id,
        "status": bodies.task_state(row),
        "extracted_data": bodies.plain_values(row),
        "error": bodies.error(row),
    }
    return JSONResponse(body)


@router.get("/api/{image_path}", responses=openapi.TASK_RESPONSES)
async def read_card(image_path: str, request: Request, caller: LegacyReader) -> Response:
    """Return the number and the names of a card, by the ``image_path`` that /upload answered."""
    parts = parts_of(request)
    document_id = image_path
    for suffix in _IMAGE_SUFFIXES:
        document_id = document_id.removesuffix(suffix)
    row = await _row(parts, caller, document_id)
    if not is_final(row):
        with parts.stream_places:
            row = await final_status(parts, caller.tenant, document_id, WAIT_S)
    body = {"status": bodies.task_state(row), "error": bodies.error(row)}
    return JSONResponse(body | (bodies.card(row) or {}), 200 if is_final(row) else 202)


@router.post(
    "/upload-image/",
    openapi_extra=openapi.UPLOAD,
    responses=openapi.ACCEPTED_RESPONSES,
    status_code=202,
)
@takes_files
async def upload_image(request: Request, caller: LegacySubmitter) -> Response:
    """Take a picture; ``/task/{task_id}`` tells how far it is. ``user_id`` is its subject."""
    taken = await take_in(parts_of(request), request, caller.tenant, FORM, _parameters)
    document_id = taken.accepted.document_id
    body = {
        "task_id": document_id,
        "media_id": document_id,
        "filename": taken.filename,
        "status": "PENDING",
    }
    return JSONResponse(body, 202)


@router.post(
    "/upload-image-sync/",
    openapi_extra=openapi.UPLOAD,
    responses=openapi.UPLOAD_RESPONSES,
)
@takes_files
async def upload_image_sync(request: Request, caller: LegacySubmitter) -> Response:
    """Take a picture and answer with its text; 202 where that takes longer."""
    taken, row = await _read_in_time(parts_of(request), request, caller)
    body = _celery_task(taken.accepted.document_id, row) | {"filename": taken.filename}
    return JSONResponse(body, 200 if is_final(row) else 202)


@router.get("/task/{task_id}", responses=openapi.TASK_RESPONSES)
async def task(task_id: str, request: Request, caller: LegacyReader) -> Response:
    """Return a task's state as Celery names it, with its result."""
    row = await _row(parts_of(request), caller, task_id)
    return JSONResponse(_celery_task(task_id, row))


@router.get("/media/{media_id}", responses=openapi.TASK_RESPONSES)
async def media(media_id: str, request: Request, caller: LegacyReader) -> Response:
    """Return what is known of a medium: a picture that came in, or one of its pages.

    A page's id is its document's with ``.N`` behind it; a document names its pages as children.
    """
    parent, page = _media_id(media_id)
    row = await _row(parts_of(request), caller, parent)
    read = None if row is None else row.result
    pages = () if read is None else read.pages
    if page is not None and page not in [one.number for one in pages]:
        raise unknown_document()
    return JSONResponse(
        {
            "id": media_id,
            "parent_id": None if page is None else parent,
            "user_id": None if read is None else read.request.subject,
            "status": bodies.celery_state(row),
            "document_type": None if read is None else read.document_type,
            "created_at": None if read is None else bodies.created_at(row, read.uploaded_at),
            "children": [] if page is not None else [f"{parent}.{one.number}" for one in pages],
            "file": f"/media/{media_id}/file",
        }
    )


@router.delete("/media/{media_id}", status_code=204, responses=openapi.DELETE_RESPONSES)
async def delete_media(media_id: str, request: Request, caller: LegacyEraser) -> Response:
    """Delete a medium that came in, with its pages; a page alone stays with its document."""
    parent, page = _media_id(media_id)
    if page is not None:
        raise Problem(409, "media.page", "A page goes with its document only.")
    await hide(parts_of(request), caller, parent)
    return Response(status_code=204)


@router.get("/media/{media_id}/file", responses=openapi.FILE_RESPONSES, response_class=Response)
async def media_file(media_id: str, request: Request, caller: LegacyReader) -> Response:
    """Return the picture of a page; for a document, of its first."""
    parts = parts_of(request)
    parent, page = _media_id(media_id)
    row = await _row(parts, caller, parent)
    pages = () if row is None or row.result is None else row.result.pages
    for one in pages:
        if one.number == (page or 1):
            data = await parts.in_thread(parts.store.get, one.image_key)
            return Response(data, media_type=media_type_of(one.image_key))
    raise Problem(404, "page.unknown", "The document has no such page, or none yet.")


@router.get("/media/{media_id}/ocr", responses=openapi.TASK_RESPONSES)
async def media_ocr(media_id: str, request: Request, caller: LegacyReader) -> Response:
    """Return what was read from a medium."""
    parent, _ = _media_id(media_id)
    row = await _row(parts_of(request), caller, parent)
    return JSONResponse(_celery_task(parent, row) | {"media_id": media_id})


def _task(document_id: str, row: StatusRow | None) -> dict[str, Any]:
    return {
        "task_id": document_id,
        "status": bodies.task_state(row),
        "text": bodies.plain_text(row),
        "result": bodies.whole(row),
        "error": bodies.error(row),
    }


def _celery_task(document_id: str, row: StatusRow | None) -> dict[str, Any]:
    return {
        "task_id": document_id,
        "media_id": document_id,
        "status": bodies.celery_state(row),
        "text": bodies.plain_text(row),
        "fields": bodies.plain_values(row),
        "result": bodies.whole(row),
        "error": bodies.error(row),
    }


async def _read_in_time(
    parts: Parts, request: Request, caller: Caller
) -> tuple[Taken, StatusRow | None]:
    taken = await take_in(parts, request, caller.tenant, FORM, _parameters)
    prefer = request.headers.get("prefer")
    if is_async(prefer):
        return taken, None
    asked_s = wait_s(prefer, parts.wait_max_s)
    patience_s = min(WAIT_S, parts.wait_max_s) if asked_s is None else asked_s
    row = await patiently(parts, caller.tenant, taken.accepted.document_id, patience_s)
    return taken, row


async def _row(parts: Parts, caller: Caller, document_id: str) -> StatusRow | None:
    if not DOCUMENT_ID.fullmatch(document_id):
        raise unknown_document()
    return await status_of(parts, caller.tenant, document_id)


def _media_id(media_id: str) -> tuple[str, int | None]:
    parent, dot, number = media_id.partition(".")
    if not dot:
        return parent, None
    if not (number.isascii() and number.isdigit() and len(number) <= 3):
        raise unknown_document()
    return parent, int(number)


def _parameters(fields: Fields) -> Fields:
    """Return an older form's fields under our names."""
    given = {name: text for name, text in fields.items() if name in NAMES}
    for older, ours in (("country_code", "country"), ("user_id", "subject"), ("lang", "languages")):
        if fields.get(older):
            given.setdefault(ours, fields[older])
    return given


def _vehicle(parts: Parts) -> Any:
    def parameters(fields: Mapping[str, str]) -> Mapping[str, str]:
        given = dict(_parameters(fields))
        country = (given.get("country") or "").strip()
        if alpha3_of(country) not in {"FRA", "TUN"}:
            raise Problem(
                422,
                "parameter.country_code",
                "The field country_code must be FR or TN.",
                field="country_code",
            )
        code = "fr_carte_grise" if alpha3_of(country) == "FRA" else "tn_carte_grise"
        if code in parts.document_types:
            given.setdefault("document_type", code)
        return given

    return parameters


_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>bitaqa</title>
<meta name="viewport" content="width=device-width">
<style>body{font:1rem/1.6 system-ui;max-width:40rem;margin:3rem auto;padding:0 1rem}</style>
<h1>bitaqa</h1>
<p>This service reads identity and vehicle documents. It is running.</p>
<ul><li><a href="/docs">The API, to read and to try</a>
<li><a href="/health">Whether it lives</a></ul></html>
"""
