"""How far a document is, as the answer to a request."""

import time
from typing import Any

from starlette.responses import JSONResponse, Response

from ingest.manifests import is_accepted
from ingest.parts import Parts, wait_for
from ingest.ports import StatusRow
from ingest.problems import Problem
from ingest.waiting import POLL_S
from workers.result import result_object

PENDING = "pending"
DELETED = "deleted"


def unknown_document() -> Problem:
    """Return the 404 that answers for what is not there and for what is somebody else's."""
    return Problem(404, "document.unknown", "There is no such document.")


def deleted_document() -> Problem:
    """Return the 410 for what its owner deleted and may restore."""
    return Problem(410, "document.deleted", "The document was deleted; it can be restored.")


def is_final(row: StatusRow | None) -> bool:
    """Say whether a document has come to its end."""
    return row is not None and row.status != PENDING


async def status_of(parts: Parts, tenant: str, document_id: str) -> StatusRow | None:
    """Return how far a document is, None while only its manifest exists.

    Raises:
        Problem: 404 where there is neither a row nor a manifest, 410 where it was deleted.
        Unavailable: when the database or the store is down.
    """
    row = await parts.readings.status(tenant, document_id)
    if row is None and not await parts.in_thread(is_accepted, parts.store, tenant, document_id):
        raise unknown_document()
    if row is not None and row.status == DELETED:
        raise deleted_document()
    return row


async def final_status(
    parts: Parts, tenant: str, document_id: str, timeout_s: float
) -> StatusRow | None:
    """Return a document's status when it is final, or as it is when the time is over."""
    end = time.monotonic() + timeout_s
    with parts.waiting.watched(document_id) as news:
        while True:
            news.clear()
            row = await parts.readings.status(tenant, document_id)
            left_s = end - time.monotonic()
            if is_final(row) or left_s <= 0 or parts.stopping.is_set():
                return row
            await wait_for(news, min(left_s, POLL_S))


def answer(document_id: str, row: StatusRow | None) -> dict[str, Any]:
    """Return the object that stands for a document: its result, its failure or ``pending``."""
    if row is not None and row.result is not None:
        return result_object(row.result)
    if row is not None and row.failure is not None:
        failure = {
            "stage": row.failure.stage,
            "reason": row.failure.reason,
            "message": row.failure.message,
            "attempts": row.failure.attempts,
        }
        return {"document_id": document_id, "status": "failed", "failure": failure}
    if row is not None and row.status == DELETED:
        return {"document_id": document_id, "status": DELETED}
    return {"document_id": document_id, "status": PENDING, "links": links(document_id)}


def links(document_id: str) -> dict[str, str]:
    """Return where a document's result and events are."""
    own = f"/v1/documents/{document_id}"
    return {"self": own, "events": f"{own}/events"}


def etag(row: StatusRow | None) -> str:
    """Return the tag of a document's present state."""
    return f'"{row.revision}-{row.status}"' if row is not None else f'"0-{PENDING}"'


def status_response(document_id: str, row: StatusRow | None, if_none_match: str | None) -> Response:
    """Return the state of a document, or 304 to a caller who has it already."""
    tag = etag(row)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    known = [one.strip().removeprefix("W/") for one in (if_none_match or "").split(",")]
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return JSONResponse(answer(document_id, row), headers=headers)
