"""Pictures of a document: links that expire, and thumbnails."""

from typing import Annotated, Any

import cv2
import numpy as np
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from ingest import openapi_revisions as openapi
from ingest.access import Reader
from ingest.auth import Caller
from ingest.identity import DOCUMENT_ID
from ingest.manifests import files_of
from ingest.parts import Parts, parts_of
from ingest.problems import Problem
from ingest.statuses import status_of, unknown_document
from schemas.documents import Page
from schemas.errors import Unprocessable
from schemas.messages import DocumentRead

EXPIRES_S = 300
EXPIRES_S_MAX = 900
"""Whoever holds a link holds the picture: none lives for long."""

THUMBNAIL_SIDE_PX = 320
THUMBNAIL_QUALITY = 80

router = APIRouter(prefix="/v1/documents", tags=["documents"])


class Wanted(BaseModel):
    """For how long the links shall open something."""

    expires_s: Annotated[int, Field(ge=1, le=EXPIRES_S_MAX)] = EXPIRES_S


@router.get("/{document_id}/links", responses=openapi.LINKS_RESPONSES)
async def document_links(
    document_id: str, request: Request, caller: Reader, wanted: Annotated[Wanted, Query()]
) -> Response:
    """Return addresses of the uploaded files, the pages and their thumbnails.

    They need no key and open for ``expires_s`` seconds, 900 at most.
    """
    parts = parts_of(request)
    read = await _read(parts, caller, document_id)
    body = await parts.in_thread(_links, parts, caller.tenant, read, wanted.expires_s)
    return JSONResponse(body, headers={"Cache-Control": "private, no-store"})


@router.get(
    "/{document_id}/pages/{number}/thumbnail",
    responses=openapi.THUMBNAIL_RESPONSES,
    response_class=Response,
)
async def thumbnail(document_id: str, number: int, request: Request, caller: Reader) -> Response:
    """Return a page's picture, 320 pixels at its longer side."""
    parts = parts_of(request)
    read = await _read(parts, caller, document_id)
    for page in read.pages:
        if page.number == number:
            key = await parts.in_thread(_thumbnail, parts, read, page)
            data = await parts.in_thread(parts.store.get, key)
            return Response(data, media_type="image/jpeg")
    raise Problem(404, "page.unknown", "The document has no such page.")


async def _read(parts: Parts, caller: Caller, document_id: str) -> DocumentRead:
    if not DOCUMENT_ID.fullmatch(document_id):
        raise unknown_document()
    row = await status_of(parts, caller.tenant, document_id)
    if row is None or row.result is None:
        raise Problem(409, "document.not_read", "The document has no pages yet.")
    return row.result


def _links(parts: Parts, tenant: str, read: DocumentRead, expires_s: int) -> dict[str, Any]:
    store = parts.store
    try:
        files = files_of(parts.store, tenant, read.document_id)
    except Unprocessable:
        files = ()
    return {
        "expires_s": expires_s,
        "files": [
            {"number": number, "media_type": one.media_type, "url": store.link(one.key, expires_s)}
            for number, one in enumerate(files, start=1)
        ],
        "pages": [
            {
                "number": page.number,
                "url": store.link(page.image_key, expires_s),
                "thumbnail_url": store.link(_thumbnail(parts, read, page), expires_s),
            }
            for page in read.pages
        ],
    }


def _thumbnail(parts: Parts, read: DocumentRead, page: Page) -> str:
    """Return the key of a page's thumbnail, made when it is first asked for."""
    place = f"{read.tenant}/{read.document_id}/{read.revision}/{page.number}"
    key = f"thumbnails/{place}.jpg"
    if not parts.store.exists(key):
        encoded = np.frombuffer(parts.store.get(page.image_key), np.uint8)
        # Of our own making: prepare decoded a stranger's file and encoded this one.
        image = cv2.imdecode(encoded, cv2.IMREAD_REDUCED_COLOR_2) if encoded.size else None
        if image is None:
            raise Unprocessable("image.malformed", "a stored page picture does not decode")
        height, width = image.shape[:2]
        scale = min(1.0, THUMBNAIL_SIDE_PX / max(height, width))
        size = (max(1, round(scale * width)), max(1, round(scale * height)))
        small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        options = [cv2.IMWRITE_JPEG_QUALITY, THUMBNAIL_QUALITY]
        parts.store.put(key, cv2.imencode(".jpg", small, options)[1].tobytes(), "image/jpeg")
    return key
