"""``/v1/batches``: many documents at once, one a file: in a form, in archives, in the store."""

import asyncio
import hashlib
import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from ingest import openapi_revisions as openapi
from ingest.access import Reader, Submitter
from ingest.archives import TOO_LARGE, Refused, files_of_archive, is_archive, received, room
from ingest.auth import Caller
from ingest.intake import count_refused, count_taken, counting_failures, form_in
from ingest.limits import takes_files
from ingest.multipart import Form, Received, ReceivedFile
from ingest.parameters import NAMES, request_of
from ingest.parts import Parts, parts_of
from ingest.problems import Problem
from ingest.spool import Drawer
from ingest.statuses import links
from schemas.errors import Unprocessable
from schemas.messages import Request as Asked
from streams.batches import ITEMS_PAGE, Item
from streams.store import checked_key
from workers.imaging.media_type import HEAD_BYTES

FILES_MAX = 100
KEYS_MAX = 1000
KEYS_BYTES_MAX = 512 * 1024
_KEYS_TYPE = "application/json"
FORM = Form(fields=NAMES, files_max=FILES_MAX, takes_anything=True)

router = APIRouter(prefix="/v1/batches", tags=["batches"])
_File = ReceivedFile | Refused


@router.post("", openapi_extra=openapi.BATCH, responses=openapi.BATCH_RESPONSES, status_code=202)
@takes_files
async def hand_in_batch(request: Request, caller: Submitter) -> Response:
    """Hand in many documents, one file each: up to 100 files, ZIP archives among them.

    A JSON body ``{"keys": [...]}`` names objects below ``incoming/TENANT/`` in the store instead;
    who erases a document erases the object that it was made from, too.
    A file that is no document is refused by itself; the others are taken.
    """
    parts = parts_of(request)
    names_keys = request.headers.get("content-type", "").partition(";")[0].strip() == _KEYS_TYPE
    with counting_failures():
        items = await (_from_store if names_keys else _from_form)(parts, request, caller)
    batch_id = f"batch_{secrets.token_hex(12)}"
    await parts.owners.batches.keep(batch_id, caller.tenant, caller.name, items)
    refused = sum(one.refusal is not None for one in items)
    body = {
        "batch_id": batch_id,
        "documents": len(items) - refused,
        "refused": refused,
        "links": {"self": f"/v1/batches/{batch_id}"},
    }
    return JSONResponse(body, 202, {"Location": f"/v1/batches/{batch_id}"})


class Wanted(BaseModel):
    """Which items are shown: those behind a number."""

    after: Annotated[int, Field(ge=0, le=1_000_000)] = 0


@router.get("/{batch_id}", responses=openapi.BATCH_STATUS_RESPONSES)
async def read_batch(
    batch_id: str, request: Request, caller: Reader, wanted: Annotated[Wanted, Query()]
) -> Response:
    """Return how far a batch is: counts, and its items 200 at a time."""
    batches = parts_of(request).owners.batches
    batch = await batches.batch(caller.tenant, batch_id)
    if batch is None:
        raise Problem(404, "batch.unknown", "There is no such batch.")
    items = await batches.items(caller.tenant, batch_id, wanted.after)
    total = sum(batch.counts.values())
    pending = batch.counts.get("pending", 0)
    body = {
        "batch_id": batch_id,
        "status": "pending" if pending else "done",
        "created_at": batch.created_at.isoformat(timespec="milliseconds"),
        "documents": total,
        "done": total - pending,
        "counts": dict(batch.counts),
        "items": [_shown(one) for one in items],
        "next_after": items[-1].number if len(items) == ITEMS_PAGE else None,
    }
    return JSONResponse(body, headers={"Cache-Control": "private, no-cache"})


def _shown(one: Item) -> dict[str, Any]:
    shown: dict[str, Any] = {"number": one.number, "status": one.status}
    if one.document_id is None:
        return shown | {"code": one.refusal}
    return shown | {"document_id": one.document_id, "links": links(one.document_id)}


async def _from_form(parts: Parts, request: Request, caller: Caller) -> list[Item]:
    async with form_in(parts, request, FORM) as (form, drawer):
        asked = request_of(form.fields, parts.document_types)
        files = _files(parts, form, drawer)
        return await _taken(parts, request, caller, asked, _stepwise(parts, files))


def _files(parts: Parts, form: Received, drawer: Drawer) -> Iterator[_File]:
    left, into = room(), drawer.new_path()
    for file in form.files:
        if file.media_type:
            yield file
        elif is_archive(file.path):
            yield from files_of_archive(file.path, into, parts.bounds.file_max_bytes, left)
        elif not file.size_bytes:
            yield Refused("upload.empty_file")
        else:
            yield Refused("media_type.unsupported")


async def _stepwise(parts: Parts, files: Iterator[_File]) -> AsyncIterator[_File]:
    # Unpacking is work for a thread; each file is done with before the next one takes its place.
    while (file := await parts.in_thread(next, files, None)) is not None:
        yield file


async def _from_store(parts: Parts, request: Request, caller: Caller) -> list[Item]:
    keys = await _keys(request, caller.tenant)
    with parts.upload_places, Drawer(parts.spool) as drawer:
        files = _fetched(parts, keys, drawer)
        return await _taken(parts, request, caller, Asked(), _stepwise(parts, files))


def _fetched(parts: Parts, keys: list[str], drawer: Drawer) -> Iterator[_File]:
    path = drawer.new_path()
    for key in keys:
        try:
            data = parts.store.get(key, parts.bounds.file_max_bytes)
        except Unprocessable as error:
            yield TOO_LARGE if error.reason == "object.too_large" else Refused(error.reason)
            continue
        path.write_bytes(data)
        file = received(path, hashlib.sha256(data).hexdigest(), len(data), data[:HEAD_BYTES])
        yield file if isinstance(file, Refused) else replace(file, origin=key)


async def _keys(request: Request, tenant: str) -> list[str]:
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > KEYS_BYTES_MAX:
            raise Problem(413, "batch.too_large", f"At most {KEYS_MAX} keys.")
    try:
        keys = BatchKeys.model_validate_json(raw).keys
    except ValueError:
        raise Problem(
            422, "batch.keys", f'The body must be {{"keys": [...]}} with 1 to {KEYS_MAX} texts.'
        ) from None
    prefix = f"incoming/{tenant}/"
    if not all(key.startswith(prefix) and _is_key(key) for key in keys):
        raise Problem(422, "batch.keys", f"Each key must begin with {prefix}.")
    return keys


def _is_key(text: str) -> bool:
    try:
        return checked_key(text) == text
    except ValueError:
        return False


class BatchKeys(BaseModel):
    """Objects of the store that are to be read."""

    keys: Annotated[
        list[Annotated[str, Field(max_length=500)]], Field(min_length=1, max_length=KEYS_MAX)
    ]


async def _taken(
    parts: Parts, request: Request, caller: Caller, asked: Asked, files: AsyncIterator[_File]
) -> list[Item]:
    items = []
    trace = request.headers.get("traceparent")
    number = 0
    async for file in files:
        number += 1
        if isinstance(file, Refused):
            items.append(Item(number, refusal=file.code))
            count_refused()
            continue
        alone = Received((file,), {})
        taken = await parts.uploads.accept(caller.tenant, alone, asked, None, trace)
        count_taken(taken, alone)
        items.append(Item(number, document_id=taken.document_id))
        # A large batch leaves room for other callers.
        await asyncio.sleep(0)
    if not items:
        raise Problem(422, "upload.no_file", "There is no file in it.")
    return items
