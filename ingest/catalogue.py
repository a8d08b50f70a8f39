"""``/v1/document-types``: what can be read, straight from the registry."""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from ingest.access import Known
from ingest.parts import parts_of

router = APIRouter(prefix="/v1/document-types", tags=["document types"])


@router.get("")
async def list_document_types(request: Request, _caller: Known) -> Response:
    """Return each type with its fields."""
    types = [
        {
            "code": kind.code,
            "title": kind.title,
            "route": kind.route.value,
            "fields": [
                {"name": spec.name, "title": spec.title, "required": spec.required}
                for spec in kind.fields
            ],
        }
        for kind in parts_of(request).document_types.values()
    ]
    return JSONResponse({"document_types": types})
