"""What the OpenAPI document says of lists and of new revisions."""

from typing import Any

from ingest.openapi import (
    PENDING,
    READ,
    TOO_MANY,
    UNAVAILABLE,
    UNKNOWN,
    UPLOAD_RESPONSES,
    json_answer,
    problem,
)
from ingest.parameters import ENGINES

_Responses = dict[int | str, dict[str, Any]]


def _body(schema: dict[str, Any], example: dict[str, Any], *, required: bool) -> dict[str, Any]:
    content = {"application/json": {"schema": schema, "example": example}}
    return {"required": required, "content": content}


_CHANGING = problem(
    409, "Conflict", "document.changing", "The document is changing; ask again in a moment."
)
NO_JSON = problem(400, "Bad Request", "http.400", "The body is no JSON in UTF-8.")
LIST_RESPONSES: _Responses = {
    200: json_answer(
        "A page of the list.",
        page={
            "documents": [
                {
                    "document_id": PENDING["document_id"],
                    "revision": 1,
                    "status": "accepted",
                    "document_type": "passport",
                    "country": "UTO",
                    "confidence": 0.99,
                    "reference": "order-20417",
                    "subject": None,
                    "uploaded_at": "2026-03-14T09:26:53.000+00:00",
                    "read_at": "2026-03-14T09:26:54.210+00:00",
                    "links": PENDING["links"],
                }
            ],
            "next": None,
        },
    ),
    422: problem(
        422, "Unprocessable Content", "parameter.since", "The parameter since must be a time."
    ),
    503: UNAVAILABLE,
}
CORRECTION: dict[str, Any] = {
    "parameters": [
        {
            "name": "If-Match",
            "in": "header",
            "required": False,
            "description": "The ETag that the caller saw.",
            "schema": {"type": "string"},
            "example": '"1-review"',
        }
    ],
    "requestBody": _body(
        {
            "type": "object",
            "required": ["fields"],
            "properties": {
                "fields": {
                    "type": "object",
                    "minProperties": 1,
                    "maxProperties": 100,
                    "additionalProperties": {"type": ["string", "null"], "maxLength": 500},
                }
            },
        },
        {"fields": {"surname": "ERIKSSON", "personal_number": None}},
        required=True,
    ),
}
CORRECTION_RESPONSES: _Responses = {
    200: json_answer("The corrected result.", read=READ | {"corrected_by": "key:mzxw6ytboi2dcmrt"}),
    400: NO_JSON,
    404: UNKNOWN,
    409: _CHANGING,
    412: problem(412, "Precondition Failed", "document.changed", "The document has changed."),
    422: problem(422, "Unprocessable Content", "field.unknown", "passport has no field colour."),
    503: UNAVAILABLE,
}
READING: dict[str, Any] = {
    "requestBody": _body(
        {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "engine": {"type": "string", "enum": list(ENGINES)},
                "document_type": {"type": "string"},
                "country": {"type": "string"},
                "languages": {"type": "string"},
            },
        },
        {"engine": "local"},
        required=False,
    )
}
_FILES = {
    "type": "array",
    "minItems": 1,
    "maxItems": 10,
    "items": {"type": "string", "format": "binary"},
}
PAGES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {"type": "object", "required": ["file"], "properties": {"file": _FILES}}
            }
        },
    }
}
REVISION_RESPONSES: _Responses = {
    **{status: one for status, one in UPLOAD_RESPONSES.items() if status != 200},
    202: json_answer("The new revision is on its way.", pending=PENDING | {"revision": 2}),
    404: UNKNOWN,
    409: _CHANGING,
}
EXPORT_RESPONSES: _Responses = {
    200: {
        "description": "The table.",
        "content": {
            "text/csv": {},
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {},
            "application/vnd.apache.parquet": {},
        },
    },
    422: problem(422, "Unprocessable Content", "export.too_large", "The period is too long."),
    429: TOO_MANY,
    503: UNAVAILABLE,
}
ATTACHMENT_RESPONSES: _Responses = {400: NO_JSON, 404: UNKNOWN, 503: UNAVAILABLE}
LINKS_RESPONSES: _Responses = {
    200: json_answer(
        "Addresses that expire.",
        links={
            "expires_s": 300,
            "files": [{"number": 1, "media_type": "image/jpeg", "url": "https://..."}],
            "pages": [{"number": 1, "url": "https://...", "thumbnail_url": "https://..."}],
        },
    ),
    404: UNKNOWN,
    409: problem(409, "Conflict", "document.not_read", "The document has no pages yet."),
    503: UNAVAILABLE,
}
THUMBNAIL_RESPONSES: _Responses = {
    200: {"description": "The picture.", "content": {"image/jpeg": {}}},
    404: UNKNOWN,
    409: problem(409, "Conflict", "document.not_read", "The document has no pages yet."),
    503: UNAVAILABLE,
}
BATCH: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": _FILES | {"maxItems": 100},
                        "document_type": {"type": "string", "example": "passport"},
                        "country": {"type": "string", "example": "TUN"},
                    },
                }
            },
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["keys"],
                    "properties": {
                        "keys": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": 1000,
                            "items": {"type": "string", "maxLength": 500},
                        }
                    },
                },
                "example": {"keys": ["incoming/acme/2026-03-14/one.jpg"]},
            },
        },
    }
}
_BATCH_ID = "batch_5f1c0a3e9b7d2c4e6a8b0d1f"
BATCH_RESPONSES: _Responses = {
    **{status: one for status, one in UPLOAD_RESPONSES.items() if status != 200},
    202: json_answer(
        "Every file is stored and acknowledged, or refused by itself.",
        batch={
            "batch_id": _BATCH_ID,
            "documents": 99,
            "refused": 1,
            "links": {"self": f"/v1/batches/{_BATCH_ID}"},
        },
    ),
}
BATCH_STATUS_RESPONSES: _Responses = {
    200: json_answer(
        "How far it is.",
        batch={
            "batch_id": _BATCH_ID,
            "status": "pending",
            "documents": 2,
            "done": 1,
            "counts": {"accepted": 1, "pending": 1},
            "items": [{"number": 1, "status": "accepted", "document_id": PENDING["document_id"]}],
            "next_after": None,
        },
    ),
    404: UNKNOWN,
    503: UNAVAILABLE,
}
