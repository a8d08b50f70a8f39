"""What the OpenAPI document says beyond the routes' own words: bodies, examples, errors."""

from typing import Any

from ingest.parameters import ENGINES

_ID = "doc_mzxw6ytboi2dcmrtgq2tmnzygeztgnjw"
_Responses = dict[int | str, dict[str, Any]]

PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "Problem details (RFC 9457). `code` is stable and made for programs.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance", "code"],
    "properties": {
        "type": {"type": "string", "example": "urn:bitaqa:problem:upload.file_too_large"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string", "example": "upload.file_too_large"},
    },
}


def problem(status: int, title: str, code: str, detail: str) -> dict[str, Any]:
    """Return the description of one error with an example."""
    example = {
        "type": f"urn:bitaqa:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": "/v1/documents",
        "code": code,
    }
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}
    return {"description": title, "content": {"application/problem+json": content}}


INVALID = problem(
    422, "Unprocessable Content", "parameter.invalid", "A parameter is not in its form."
)


def with_problems(document: dict[str, Any]) -> dict[str, Any]:
    """Say in the whole description that errors are problem details, where FastAPI says others."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for of_fastapi in ("HTTPValidationError", "ValidationError"):
        schemas.pop(of_fastapi, None)
    schemas["Problem"] = PROBLEM
    for path in document["paths"].values():
        for operation in path.values():
            said = operation["responses"].get("422", {})
            if "HTTPValidationError" in str(said):
                operation["responses"]["422"] = INVALID
    return document


PENDING: dict[str, Any] = {
    "document_id": _ID,
    "status": "pending",
    "links": {"self": f"/v1/documents/{_ID}", "events": f"/v1/documents/{_ID}/events"},
}
FAILED: dict[str, Any] = {
    "document_id": _ID,
    "status": "failed",
    "failure": {
        "stage": "prepare",
        "reason": "image.truncated",
        "message": "the picture ends before its last row",
        "attempts": 1,
    },
}
READ: dict[str, Any] = {
    "document_id": _ID,
    "document_type": "passport",
    "country": "UTO",
    "status": "accepted",
    "confidence": 0.99,
    "fields": {
        "document_number": {
            "value": "L898902C3",
            "raw": "L898902C3",
            "confidence": 0.99,
            "source": "mrz",
            "engine": "bitaqa-mrz/1",
            "page": 1,
            "box": [0.05, 0.87, 0.24, 0.91],
            "grounded": True,
        }
    },
    "mrz": {
        "format": "TD3",
        "lines": [
            "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
            "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
        ],
        "valid": True,
    },
    "findings": [],
    "text": None,
    "pages": [],
    "timings_ms": {"cpu": 310.0},
    "versions": {"bitaqa": "0.1.0"},
}

UNAVAILABLE = problem(
    503,
    "Service Unavailable",
    "kafka.unavailable",
    "kafka does not answer. Try the same request again later.",
) | {"headers": {"Retry-After": {"schema": {"type": "integer"}, "description": "seconds"}}}
TOO_MANY = problem(
    429, "Too Many Requests", "uploads.too_many", "Too many uploads are in progress."
) | {"headers": {"Retry-After": {"schema": {"type": "integer"}, "description": "seconds"}}}
UNKNOWN = problem(404, "Not Found", "document.unknown", "There is no such document.")


def _header(name: str, description: str, example: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": description,
        "schema": {"type": "string"},
        "example": example,
    }


PREFER = _header("Prefer", "`wait=N`: wait up to N seconds for the result.", "wait=10")
UPLOAD: dict[str, Any] = {
    "parameters": [
        PREFER,
        _header(
            "Idempotency-Key",
            "Ties a key of the caller's to this payload; with another payload it is refused.",
            "6f1c0a3e-order-1017",
        ),
    ],
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": 10,
                            "items": {"type": "string", "format": "binary"},
                            "description": "JPEG, PNG, WebP, TIFF, HEIC or PDF, in page order.",
                        },
                        "document_type": {
                            "type": "string",
                            "description": "A code of /v1/document-types; left out: decided.",
                            "example": "passport",
                        },
                        "country": {"type": "string", "example": "TUN"},
                        "languages": {"type": "string", "example": "ara+fra"},
                        "engine": {"type": "string", "enum": list(ENGINES), "default": "auto"},
                        "reference": {"type": "string", "maxLength": 200},
                        "subject": {"type": "string", "maxLength": 200},
                    },
                }
            }
        },
    },
}


def json_answer(description: str, **examples: Any) -> dict[str, Any]:
    """Return the description of an answer with named examples."""
    named = {name: {"value": value} for name, value in examples.items()}
    return {"description": description, "content": {"application/json": {"examples": named}}}


UPLOAD_RESPONSES: _Responses = {
    200: json_answer(
        "The result, where waiting was asked for and it came.", read=READ, failed=FAILED
    ),
    202: json_answer("Stored and acknowledged; the result will be at `Location`.", pending=PENDING),
    400: problem(
        400, "Bad Request", "multipart.truncated", "The body ends before its last boundary."
    ),
    408: problem(408, "Request Timeout", "upload.slow", "The body took too long to arrive."),
    413: problem(
        413, "Content Too Large", "upload.file_too_large", "A file may have 20971520 bytes."
    ),
    415: problem(
        415, "Unsupported Media Type", "media_type.unsupported", "A file is neither JPEG, ..."
    ),
    422: problem(
        422,
        "Unprocessable Content",
        "parameter.country",
        "The field country must be an ISO 3166-1 code such as TN or TUN.",
    ),
    429: TOO_MANY,
    503: UNAVAILABLE,
}
STATUS_RESPONSES: _Responses = {
    200: json_answer(
        "The result, `pending` or why it failed.", read=READ, pending=PENDING, failed=FAILED
    ),
    304: {"description": "As the caller knows it by If-None-Match."},
    404: UNKNOWN,
    429: TOO_MANY,
    503: UNAVAILABLE,
}
EVENTS_RESPONSES: _Responses = {
    200: {
        "description": "Server-sent events.",
        "content": {
            "text/event-stream": {
                "example": 'id: 7\nevent: done\ndata: {"sequence": 7, "stage": "prepare"}\n\n'
            }
        },
    },
    204: {"description": "The last event was seen already; do not come again."},
    404: UNKNOWN,
    429: TOO_MANY,
    503: UNAVAILABLE,
}
PAGE_RESPONSES: _Responses = {
    200: {"description": "The picture.", "content": {"image/png": {}, "image/jpeg": {}}},
    404: UNKNOWN,
    503: UNAVAILABLE,
}
DELETED = problem(410, "Gone", "document.deleted", "The document was deleted; it can be restored.")
UNDERWAY = problem(
    409, "Conflict", "document.underway", "The document was handed in a moment ago; try again."
)
STATUS_RESPONSES[410] = EVENTS_RESPONSES[410] = PAGE_RESPONSES[410] = DELETED
DELETE_RESPONSES: _Responses = {
    204: {"description": "Done, or as it was already."},
    404: UNKNOWN,
    409: UNDERWAY,
    503: UNAVAILABLE,
}
_ERASING: dict[str, Any] = {
    "document_id": _ID,
    "status": "erasing",
    "reason": "request",
    "requested_at": "2026-03-14T09:26:53.000+00:00",
    "done_at": None,
}
ERASE_RESPONSES: _Responses = {
    202: json_answer("Its rows are gone; pictures and records follow.", erasing=_ERASING),
    404: UNKNOWN,
    503: UNAVAILABLE,
}
ERASURE_RESPONSES: _Responses = {
    200: json_answer(
        "How far it is.",
        erasing=_ERASING,
        erased=_ERASING | {"status": "erased", "done_at": "2026-03-14T15:32:00.000+00:00"},
    ),
    404: UNKNOWN,
    503: UNAVAILABLE,
}
WEBHOOK_ERRORS: _Responses = {
    400: problem(400, "Bad Request", "http.400", "Bad Request"),
    404: problem(404, "Not Found", "webhook.unknown", "There is no such endpoint."),
    409: problem(409, "Conflict", "webhooks.too_many", "A tenant has 100 endpoints."),
    422: problem(
        422,
        "Unprocessable Content",
        "webhook.address",
        "Webhooks do not go to private addresses.",
    ),
    503: UNAVAILABLE,
}
