"""New revisions of a document: corrected by a person, read again, or with pages that came later.

The number of a revision is taken in the database before anything is published, so that two
callers, at two replicas even, never make two records of one name.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from starlette.responses import JSONResponse, Response

from ingest import openapi_revisions as openapi
from ingest.access import Corrector, Submitter
from ingest.auth import Caller
from ingest.identity import DOCUMENT_ID
from ingest.intake import form_in, later_pages
from ingest.limits import FILES_MAX, takes_files
from ingest.manifests import extend_manifest, files_of
from ingest.multipart import Form
from ingest.parameters import request_of
from ingest.parts import Parts, parts_of
from ingest.ports import StatusRow
from ingest.problems import Problem
from ingest.statuses import PENDING, etag, links, status_of, unknown_document
from schemas.errors import Unprocessable
from schemas.messages import DocumentRead, DocumentUploaded
from schemas.messages import Request as Asked
from streams.corrections import content, correction_key
from streams.listing import Cause
from workers.correct import VALUE_LENGTH_MAX, Correction, correct
from workers.result import result_object

FIELDS_MAX = 100
HINTS = ("document_type", "country", "languages", "engine")
Changes = Mapping[str, str | None]

router = APIRouter(prefix="/v1/documents", tags=["documents"])


@router.patch(
    "/{document_id}",
    openapi_extra=openapi.CORRECTION,
    responses=openapi.CORRECTION_RESPONSES,
)
async def correct_document(
    document_id: str, request: Request, caller: Corrector, body: Annotated[Any, Body()] = None
) -> Response:
    """Correct values: a new revision on the result topic, with who and when.

    ``{"fields": {"surname": "ERIKSSON", "personal_number": null}}``; null takes a value away.
    With ``If-Match`` the correction counts only while the document is as the caller saw it.
    """
    parts = parts_of(request)
    changes = _changes(body)
    row = await _row(parts, caller, document_id)
    is_seen = _expect_match(request.headers.get("if-match"), row)
    read = _result(row)
    try:
        # Before a number is taken: what is refused leaves nothing behind.
        correct(read, changes, revision=read.revision + 1, person=caller.name, now=_now())
    except Unprocessable as error:
        raise Problem(422, error.reason, f"{error.message}.") from None
    # Between the look and the claim another correction may have come: the claim looks again.
    seen = read.revision if is_seen else None
    revision = await _claim(parts, caller, document_id, Cause.CORRECTION, seen)
    corrected = correct(read, changes, revision=revision, person=caller.name, now=_now())
    await _keep(parts, corrected, changes)
    await parts.uploads.publish(corrected, request.headers.get("traceparent"))
    return JSONResponse(result_object(corrected), headers={"ETag": _tag(corrected)})


@router.post(
    "/{document_id}/readings",
    openapi_extra=openapi.READING,
    responses=openapi.REVISION_RESPONSES,
    status_code=202,
)
async def read_again(
    document_id: str, request: Request, caller: Corrector, body: Annotated[Any, Body()] = None
) -> Response:
    """Have a document read again, by another engine or with other hints, as a new revision.

    What a person corrected stays as the person said, whenever the reading ends.
    """
    parts = parts_of(request)
    hints = _hints(body)
    row = await _row(parts, caller, document_id)
    asked = await _asked(parts, caller, document_id, row)
    wanted = request_of({**_given(asked), **hints}, parts.document_types)
    files = await _files(parts, caller, document_id)
    revision = await _claim(parts, caller, document_id, Cause.READING)
    uploaded = DocumentUploaded(document_id, caller.tenant, revision, wanted, _now(), files)
    await parts.uploads.publish(uploaded, request.headers.get("traceparent"))
    return _accepted(document_id, revision)


@router.post(
    "/{document_id}/pages",
    openapi_extra=openapi.PAGES,
    responses=openapi.REVISION_RESPONSES,
    status_code=202,
)
@takes_files
async def add_pages(document_id: str, request: Request, caller: Submitter) -> Response:
    """Add sides or pages that come later; the whole document is read again as a new revision."""
    parts = parts_of(request)
    row = await _row(parts, caller, document_id)
    asked = await _asked(parts, caller, document_id, row)
    before = await _files(parts, caller, document_id)
    async with form_in(parts, request, Form(fields=())) as (received, _):
        if len(before) + len(received.files) > FILES_MAX:
            raise Problem(
                422, "upload.too_many_files", f"A document has at most {FILES_MAX} files."
            )
        revision = await _claim(parts, caller, document_id, Cause.PAGES)
        files = (*before, *await later_pages(parts, caller.tenant, document_id, received, revision))
    uploaded = DocumentUploaded(document_id, caller.tenant, revision, asked, _now(), files)
    await parts.uploads.publish(uploaded, request.headers.get("traceparent"))
    await parts.in_thread(extend_manifest, parts.store, uploaded)
    return _accepted(document_id, revision)


async def _keep(parts: Parts, corrected: DocumentRead, changes: Changes) -> None:
    """Keep a correction for readings that end later, before anybody hears of it."""
    made = Correction(
        corrected.revision,
        corrected.corrected_by or "",
        corrected.corrected_at or corrected.read_at,
        changes,
    )
    key = correction_key(corrected.tenant, corrected.document_id, corrected.revision)
    await parts.in_thread(parts.store.put, key, content(made), "application/json")


def _accepted(document_id: str, revision: int) -> Response:
    own = links(document_id)
    body = {
        "document_id": document_id,
        "revision": revision,
        "status": PENDING,
        "links": own,
    }
    return JSONResponse(body, 202, {"Location": own["self"]})


async def _row(parts: Parts, caller: Caller, document_id: str) -> StatusRow | None:
    if not DOCUMENT_ID.fullmatch(document_id):
        raise unknown_document()
    return await status_of(parts, caller.tenant, document_id)


def _result(row: StatusRow | None) -> DocumentRead:
    if row is None or row.result is None:
        raise Problem(409, "document.not_read", "The document has no result yet to correct.")
    return row.result


async def _asked(parts: Parts, caller: Caller, document_id: str, row: StatusRow | None) -> Asked:
    if row is not None and row.result is not None:
        return row.result.request
    # Of one that failed the database knows reference and subject; its hints led to nothing.
    listed = await parts.owners.listing.document(caller.tenant, document_id)
    if listed is None or row is None:
        raise Problem(409, "document.pending", "The document is still on its first way.")
    return Asked(reference=listed.reference, subject=listed.subject)


async def _files(parts: Parts, caller: Caller, document_id: str) -> Any:
    try:
        return await parts.in_thread(files_of, parts.store, caller.tenant, document_id)
    except Unprocessable:
        raise unknown_document() from None


async def _claim(
    parts: Parts, caller: Caller, document_id: str, cause: Cause, seen: int | None = None
) -> int:
    listing = parts.owners.listing
    revision = await listing.claim(caller.tenant, document_id, cause, caller.name, seen)
    if revision is None:
        raise Problem(409, "document.changing", "The document is changing; ask again in a moment.")
    return revision


def _changes(body: Any) -> Changes:
    fields = body.get("fields") if isinstance(body, dict) else None
    if not isinstance(fields, dict) or not 0 < len(fields) <= FIELDS_MAX:
        raise Problem(
            422, "correction.fields", f"The body must have fields: 1 to {FIELDS_MAX} of them."
        )
    if not all(name.isprintable() for name in fields):
        raise Problem(422, "correction.fields", "The name of a field has printable characters.")
    for value in fields.values():
        if value is not None and not (isinstance(value, str) and len(value) <= VALUE_LENGTH_MAX):
            raise Problem(422, "correction.value", "Each value must be a text, or null.")
    return fields


def _hints(body: Any) -> dict[str, str]:
    if body is None:
        return {}
    if not isinstance(body, dict) or not set(body) <= set(HINTS):
        raise Problem(422, "reading.hints", f"The body may have these fields: {', '.join(HINTS)}.")
    if not all(isinstance(value, str) for value in body.values()):
        raise Problem(422, "reading.hints", "Each hint must be a text.")
    return dict(body)


def _given(asked: Asked) -> dict[str, str]:
    given = {
        "document_type": asked.document_type,
        "country": asked.country,
        "languages": "+".join(asked.languages),
        "engine": asked.engine,
        "reference": asked.reference,
        "subject": asked.subject,
    }
    return {name: text for name, text in given.items() if text}


def _expect_match(if_match: str | None, row: StatusRow | None) -> bool:
    """Say whether the caller names what he saw."""
    if if_match is None or if_match.strip() == "*":
        return False
    if etag(row) not in [one.strip() for one in if_match.split(",")]:
        raise Problem(412, "document.changed", "The document has changed since; look at it again.")
    return True


def _tag(read: DocumentRead) -> str:
    return f'"{read.revision}-{read.status}"'


def _now() -> datetime:
    # Avro keeps milliseconds: what is answered is what subscribers read.
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
