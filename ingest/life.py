"""The routes of a document's end: delete, restore, erase."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from ingest import openapi
from ingest.access import Eraser
from ingest.auth import Caller
from ingest.identity import DOCUMENT_ID
from ingest.manifests import Trace, mark_erased, trace_of
from ingest.parts import Parts, parts_of
from ingest.problems import Problem
from ingest.statuses import unknown_document
from streams.life import Erasure

router = APIRouter(prefix="/v1/documents", tags=["life of a document"])


@router.delete("/{document_id}", status_code=204, responses=openapi.DELETE_RESPONSES)
async def delete_document(document_id: str, request: Request, caller: Eraser) -> Response:
    """Hide a document from every answer; it can be restored until it is erased.

    How long that is the operator says (`BITAQA_DELETED_DAYS`).
    """
    await hide(parts_of(request), caller, document_id)
    return Response(status_code=204)


@router.post("/{document_id}/restore", status_code=204, responses=openapi.DELETE_RESPONSES)
async def restore_document(document_id: str, request: Request, caller: Eraser) -> Response:
    """Show a document again that was deleted."""
    parts = parts_of(request)
    if not await parts.owners.life.restore(caller.tenant, _checked(document_id), caller.name):
        await _refuse(parts, caller.tenant, document_id)
    return Response(status_code=204)


@router.post("/{document_id}/erase", status_code=202, responses=openapi.ERASE_RESPONSES)
async def erase_document(document_id: str, request: Request, caller: Eraser) -> Response:
    """Remove a document for good: rows at once, then its pictures, then its records in the log.

    Nothing brings it back. The same upload later is another document. `GET .../erasure` says
    when the log has been gone through.
    """
    parts = parts_of(request)
    tenant, life = caller.tenant, parts.owners.life
    erasure = await life.erasure(tenant, _checked(document_id))
    if erasure is None:
        trace = await parts.in_thread(trace_of, parts.store, tenant, document_id)
        if trace is Trace.NONE and await parts.readings.status(tenant, document_id) is None:
            raise unknown_document()
        erasure = await life.erase(tenant, document_id, caller.name)
    await parts.in_thread(mark_erased, parts.store, tenant, document_id)
    return JSONResponse(_erasure_object(erasure), 202)


@router.get("/{document_id}/erasure", responses=openapi.ERASURE_RESPONSES)
async def read_erasure(document_id: str, request: Request, caller: Eraser) -> Response:
    """Return how far the erasure of a document is."""
    erasure = await parts_of(request).owners.life.erasure(caller.tenant, _checked(document_id))
    if erasure is None:
        raise unknown_document()
    return JSONResponse(_erasure_object(erasure))


async def hide(parts: Parts, caller: Caller, document_id: str) -> None:
    """Delete a document for its owner.

    Raises:
        Problem: 404 where there is none, 409 while it has no rows yet.
        Unavailable: when the database or the store is down.
    """
    if not await parts.owners.life.delete(caller.tenant, _checked(document_id), caller.name):
        await _refuse(parts, caller.tenant, document_id)


def _erasure_object(erasure: Erasure) -> dict[str, Any]:
    done_at = erasure.done_at
    return {
        "document_id": erasure.document_id,
        "status": "erasing" if done_at is None else "erased",
        "reason": erasure.reason,
        "requested_at": erasure.requested_at.isoformat(timespec="milliseconds"),
        "done_at": None if done_at is None else done_at.isoformat(timespec="milliseconds"),
    }


async def _refuse(parts: Parts, tenant: str, document_id: str) -> None:
    trace = await parts.in_thread(trace_of, parts.store, tenant, document_id)
    if trace is Trace.ACCEPTED:
        raise Problem(
            409,
            "document.underway",
            "The document was handed in a moment ago; try again.",
            headers={"Retry-After": "1"},
        )
    raise unknown_document()


def _checked(document_id: str) -> str:
    if not DOCUMENT_ID.fullmatch(document_id):
        raise unknown_document()
    return document_id
