"""``GET /v1/documents``: a tenant's documents, newest first, a page at a time."""

import base64
import binascii
import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from ingest import openapi_revisions as openapi
from ingest.access import Reader
from ingest.identity import DOCUMENT_ID
from ingest.parameters import PRINTABLE, TEXT_LENGTH_MAX
from ingest.parts import parts_of
from ingest.problems import Problem
from ingest.statuses import links
from streams.listing import LIMIT_MAX, Filters, Listed
from workers.text.countries import alpha3_of

STATUSES = ("pending", "failed", "accepted", "review", "rejected")
LIMIT = 50

router = APIRouter(prefix="/v1/documents", tags=["documents"])
_Text = Annotated[str | None, Field(max_length=TEXT_LENGTH_MAX, pattern=PRINTABLE)]


class Wanted(BaseModel):
    """What the query of a list may say; times are of the upload, in ISO 8601."""

    status: _Text = None
    document_type: _Text = None
    country: _Text = None
    reference: _Text = None
    subject: _Text = None
    since: _Text = None
    before: _Text = None
    cursor: _Text = None
    limit: Annotated[int, Field(ge=1, lt=LIMIT_MAX)] = LIMIT


@router.get("", responses=openapi.LIST_RESPONSES)
async def list_documents(
    request: Request, caller: Reader, wanted: Annotated[Wanted, Query()]
) -> Response:
    """List documents, newest first; ``next`` is the cursor of the page behind, null at the end."""
    parts = parts_of(request)
    found = await parts.owners.listing.page(
        caller.tenant, _filters(wanted), wanted.limit + 1, _after(wanted.cursor)
    )
    page = found[: wanted.limit]
    body = {
        "documents": [_shown(one) for one in page],
        "next": _cursor(page[-1]) if len(found) > wanted.limit else None,
    }
    return JSONResponse(body, headers={"Cache-Control": "private, no-cache"})


def _filters(wanted: Wanted) -> Filters:
    return Filters(
        status=status_of("status", wanted.status),
        document_type=wanted.document_type,
        country=_country(wanted.country),
        reference=wanted.reference,
        subject=wanted.subject,
        since=time_of("since", wanted.since),
        before=time_of("before", wanted.before),
    )


def status_of(name: str, text: str | None) -> str | None:
    """Return the status in a parameter.

    Raises:
        Problem: 422 with those that there are when it is none.
    """
    if text is not None and text not in STATUSES:
        raise _refused(name, f"must be one of {', '.join(STATUSES)}")
    return text


def time_of(name: str, text: str | None) -> datetime | None:
    """Return the time in a parameter.

    Raises:
        Problem: 422 when it is none, or says no offset from UTC.
    """
    if text is None:
        return None
    try:
        # A plus sign in a query is a space unless it is escaped.
        time = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise _refused(name, "must be a time with its offset, such as 2026-03-14T09:26:53Z")
    return time


def _shown(one: Listed) -> dict[str, Any]:
    return {
        "document_id": one.document_id,
        "revision": one.revision,
        "status": one.status,
        "document_type": one.document_type,
        "country": one.country,
        "confidence": one.confidence,
        "reference": one.reference,
        "subject": one.subject,
        "uploaded_at": _iso(one.uploaded_at),
        "read_at": _iso(one.read_at),
        "links": links(one.document_id),
    }


def _iso(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat(timespec="milliseconds")


def _cursor(last: Listed) -> str:
    at = None if last.uploaded_at is None else last.uploaded_at.isoformat()
    return base64.urlsafe_b64encode(json.dumps([at, last.document_id]).encode()).decode()


def _after(cursor: str | None) -> tuple[datetime | None, str] | None:
    if cursor is None:
        return None
    try:
        at, document_id = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        time = None if at is None else datetime.fromisoformat(at)
        if not DOCUMENT_ID.fullmatch(document_id) or (time is not None and time.tzinfo is None):
            raise _no_cursor()
    except (ValueError, TypeError, binascii.Error):
        raise _no_cursor() from None
    return time, document_id


def _no_cursor() -> Problem:
    return _refused("cursor", "must be the next of an earlier answer")


def _country(text: str | None) -> str | None:
    if text is None:
        return None
    alpha3 = alpha3_of(text)
    if alpha3 is None:
        raise _refused("country", "must be an ISO 3166-1 code such as TN or TUN")
    return alpha3


def _refused(name: str, why: str) -> Problem:
    return Problem(422, f"parameter.{name}", f"The parameter {name} {why}.", field=name)
