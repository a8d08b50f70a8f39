"""What the OpenAPI document says of the older systems' routes."""

from typing import Any

from ingest.openapi import DELETED, TOO_MANY, UNAVAILABLE, UNDERWAY, UNKNOWN, problem

_ID = "doc_mzxw6ytboi2dcmrtgq2tmnzygeztgnjw"
_Responses = dict[int | str, dict[str, Any]]


def _json(description: str, example: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"example": example}}}


def _form(**properties: dict[str, Any]) -> dict[str, Any]:
    schema = {
        "type": "object",
        "required": ["file"],
        "properties": {"file": {"type": "string", "format": "binary"}, **properties},
    }
    return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}


_TEXT: dict[str, Any] = {"type": "string", "maxLength": 200}
UPLOAD: dict[str, Any] = {
    "requestBody": _form(
        user_id=_TEXT | {"example": "customer-1017"},
        document_type=_TEXT | {"example": "passport"},
        country=_TEXT | {"example": "TUN"},
        languages=_TEXT | {"example": "ara+fra"},
    )
}
VEHICLE: dict[str, Any] = {
    "requestBody": _form(country_code={"type": "string", "enum": ["FR", "TN"], "example": "TN"})
}
_REFUSED: _Responses = {
    400: problem(400, "Bad Request", "multipart.malformed", "The body is no well-formed form."),
    408: problem(408, "Request Timeout", "upload.slow", "The body took too long to arrive."),
    413: problem(413, "Content Too Large", "upload.file_too_large", "A file is too large."),
    415: problem(415, "Unsupported Media Type", "body.not_multipart", "The body must be a form."),
    422: problem(422, "Unprocessable Content", "upload.no_file", "The form needs a file."),
    429: TOO_MANY,
    503: UNAVAILABLE,
}
UPLOAD_RESPONSES: _Responses = _REFUSED | {
    200: _json(
        "What was read.",
        {
            "task_id": _ID,
            "id": _ID,
            "filename": "passport.jpg",
            "image_path": f"{_ID}.jpg",
            "status": "completed",
            "extracted_text": {"document_type": "passport", "surname": "ERIKSSON"},
            "timestamp": "2026-03-14T09:26:53.000+00:00",
        },
    ),
    202: _json("It takes longer: ask for the task.", {"task_id": _ID, "status": "processing"}),
}
ACCEPTED_RESPONSES: _Responses = _REFUSED | {
    202: _json("Stored and acknowledged.", {"document_id": _ID, "status": "pending"})
}
TASK_RESPONSES: _Responses = {
    200: _json("How far it is, and what was read.", {"task_id": _ID, "status": "completed"}),
    404: UNKNOWN,
    410: DELETED,
    429: TOO_MANY,
    503: UNAVAILABLE,
}
DELETE_RESPONSES: _Responses = {
    204: {"description": "Done, or as it was already."},
    404: UNKNOWN,
    409: UNDERWAY,
    503: UNAVAILABLE,
}
FILE_RESPONSES: _Responses = {
    200: {"description": "The picture.", "content": {"image/png": {}, "image/jpeg": {}}},
    404: UNKNOWN,
    410: DELETED,
    503: UNAVAILABLE,
}
