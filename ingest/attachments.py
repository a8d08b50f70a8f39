"""What a document belongs to: any kind of subject at the caller's, in any role."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from ingest import openapi_revisions as openapi
from ingest.access import Reader, Submitter
from ingest.auth import Caller
from ingest.identity import DOCUMENT_ID
from ingest.parts import Parts, parts_of
from ingest.statuses import links, status_of, unknown_document

router = APIRouter(prefix="/v1", tags=["attachments"])
_Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]


class Attachment(BaseModel):
    """One tie: ``order`` ``20417``, as ``proof of identity``."""

    subject_type: _Name
    subject_id: _Name
    role: _Name = "document"


@router.post(
    "/documents/{document_id}/attachments",
    responses=openapi.ATTACHMENT_RESPONSES,
    status_code=201,
)
async def attach(
    document_id: str, request: Request, caller: Submitter, body: Annotated[Attachment, Body()]
) -> Response:
    """Tie a document to a subject; the same tie again changes nothing."""
    parts = parts_of(request)
    await _expect(parts, caller, document_id)
    tie = (body.subject_type, body.subject_id, body.role)
    if not await parts.owners.listing.attach(caller.tenant, document_id, tie, caller.name):
        raise unknown_document()
    return JSONResponse(_shown(document_id, tie), 201)


@router.get("/documents/{document_id}/attachments", responses=openapi.ATTACHMENT_RESPONSES)
async def attachments(document_id: str, request: Request, caller: Reader) -> Response:
    """List what a document is tied to."""
    parts = parts_of(request)
    await _expect(parts, caller, document_id)
    ties = await parts.owners.listing.attachments(caller.tenant, document_id)
    return JSONResponse({"attachments": [_shown(document_id, tie) for tie in ties]})


@router.delete(
    "/documents/{document_id}/attachments",
    responses=openapi.ATTACHMENT_RESPONSES,
    status_code=204,
)
async def detach(
    document_id: str, request: Request, caller: Submitter, wanted: Annotated[Attachment, Query()]
) -> Response:
    """Untie a document from a subject; what is not tied stays so."""
    parts = parts_of(request)
    await _expect(parts, caller, document_id)
    tie = (wanted.subject_type, wanted.subject_id, wanted.role)
    await parts.owners.listing.detach(caller.tenant, document_id, tie, caller.name)
    return Response(status_code=204)


class Subject(BaseModel):
    """Whose documents are asked for."""

    subject_type: _Name
    subject_id: _Name


@router.get("/attachments", responses=openapi.ATTACHMENT_RESPONSES)
async def attached(
    request: Request, caller: Reader, wanted: Annotated[Subject, Query()]
) -> Response:
    """List the documents of a subject, newest first, at most 200."""
    found = await parts_of(request).owners.listing.attached(
        caller.tenant, wanted.subject_type, wanted.subject_id
    )
    ties = [
        _shown(document_id, (wanted.subject_type, wanted.subject_id, role))
        for document_id, role in found
    ]
    return JSONResponse({"attachments": ties})


async def _expect(parts: Parts, caller: Caller, document_id: str) -> None:
    if not DOCUMENT_ID.fullmatch(document_id):
        raise unknown_document()
    await status_of(parts, caller.tenant, document_id)


def _shown(document_id: str, tie: tuple[str, str, str]) -> dict[str, Any]:
    subject_type, subject_id, role = tie
    return {
        "document_id": document_id,
        "subject_type": subject_type,
        "subject_id": subject_id,
        "role": role,
        "links": links(document_id),
    }
