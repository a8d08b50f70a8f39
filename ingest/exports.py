"""``GET /v1/exports``: a period's results as a table in a file."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from ingest import openapi_revisions as openapi
from ingest.access import Reader
from ingest.auth import Caller
from ingest.export_files import MEDIA_TYPES, Format, Row, open_table
from ingest.lists import status_of, time_of
from ingest.parameters import PRINTABLE
from ingest.parts import Parts, parts_of
from ingest.problems import Problem
from ingest.spool import Drawer
from streams.listing import LIMIT_MAX, Filters, Listed

ROWS_MAX = 100_000
FIXED = (
    "document_id",
    "revision",
    "document_type",
    "country",
    "status",
    "confidence",
    "reference",
    "subject",
    "uploaded_at",
    "read_at",
)
_NOT_EXPORTED = frozenset({"text"})
"""Whole pages of text are no cells of a table."""

router = APIRouter(prefix="/v1/exports", tags=["exports"])


class Wanted(BaseModel):
    """What is exported; times are of the upload, in ISO 8601."""

    format: Format = Format.CSV
    since: Annotated[str, Field(max_length=40)]
    before: Annotated[str | None, Field(max_length=40)] = None
    document_type: Annotated[str | None, Field(max_length=60, pattern=PRINTABLE)] = None
    status: Annotated[str | None, Field(max_length=20)] = None


@router.get("", responses=openapi.EXPORT_RESPONSES, response_class=Response)
async def export(request: Request, caller: Reader, wanted: Annotated[Wanted, Query()]) -> Response:
    """Return the newest results of a period as CSV, XLSX or Parquet, one row a document."""
    parts = parts_of(request)
    filters = Filters(
        status=status_of("status", wanted.status),
        document_type=wanted.document_type,
        since=time_of("since", wanted.since),
        before=time_of("before", wanted.before),
    )
    drawer = Drawer(parts.spool)
    try:
        with parts.stream_places:
            path = drawer.new_path()
            await _write(parts, caller, filters, wanted, path)
        await parts.owners.listing.note(caller.tenant, caller.name, "documents.exported")
    except BaseException:
        drawer.__exit__()
        raise
    return FileResponse(
        path,
        media_type=MEDIA_TYPES[wanted.format],
        filename=f"documents.{wanted.format}",
        headers={"Cache-Control": "private, no-store"},
        background=BackgroundTask(drawer.__exit__),
    )


async def _write(
    parts: Parts, caller: Caller, filters: Filters, wanted: Wanted, path: Path
) -> None:
    columns = (*FIXED, *_fields(parts, wanted.document_type))
    table = await parts.in_thread(open_table, wanted.format, path, columns)
    try:
        async for rows in _rows(parts, caller.tenant, filters):
            await parts.in_thread(table.add, rows)
    finally:
        await parts.in_thread(table.close)


async def _rows(parts: Parts, tenant: str, filters: Filters) -> AsyncIterator[list[Row]]:
    listing, count = parts.owners.listing, 0
    after: tuple[datetime | None, str] | None = None
    while True:
        page = await listing.page(tenant, filters, LIMIT_MAX, after)
        if not page:
            return
        count += len(page)
        if count > ROWS_MAX:
            raise Problem(
                422,
                "export.too_large",
                f"The period has more than {ROWS_MAX} documents; ask for a shorter one.",
            )
        values = await listing.values(tenant, [one.document_id for one in page])
        yield [_row(one, values.get(one.document_id, {})) for one in page]
        after = (page[-1].uploaded_at, page[-1].document_id)


def _row(one: Listed, values: dict[str, str]) -> Row:
    fixed = {name: getattr(one, name) for name in FIXED}
    return values | {name: _text(value) for name, value in fixed.items()}


def _text(value: object) -> str | None:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    return None if value is None else str(value)


def _fields(parts: Parts, code: str | None) -> Sequence[str]:
    if code is not None and code not in parts.document_types:
        raise Problem(
            422,
            "parameter.document_type",
            "The parameter document_type is unknown; /v1/document-types lists those that are read.",
            field="document_type",
        )
    kinds = parts.document_types.values() if code is None else [parts.document_types[code]]
    names = [spec.name for kind in kinds for spec in kind.fields if spec.name not in _NOT_EXPORTED]
    return tuple(dict.fromkeys(names))
