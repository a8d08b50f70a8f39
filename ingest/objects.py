"""``/objects``: signed links into a store that has no web server of its own."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from ingest.access import anyone
from ingest.identity import media_type_of
from ingest.parts import parts_of
from ingest.problems import Problem
from streams.store import verify_link

router = APIRouter(
    prefix="/objects",
    include_in_schema=False,
    dependencies=[anyone("the link's signature is the key to one object for a while")],
)


@router.get("/{key:path}")
async def open_object(key: str, request: Request) -> Response:
    """Return an object to whoever holds a link to it that is not over."""
    parts = parts_of(request)
    if not verify_link(parts.secret, key, request.query_params):
        raise Problem(403, "link.refused", "The link is wrong or over.")
    data = await parts.in_thread(parts.store.get, key)
    headers = {"Content-Disposition": "attachment", "Cache-Control": "private, no-store"}
    return Response(data, media_type=media_type_of(key), headers=headers)
