"""Examples for the OpenAPI document, where a route's own words carry none.

Keys are an operation and a status, or ``body``; a test finds what is missing and what is stale.
"""

from typing import Any

_ENDPOINT: dict[str, Any] = {
    "id": "whe_mzxw6ytboi2dcmrtgq2tmnzyge",
    "url": "https://example.com/hook",
    "events": ["document.accepted", "document.review"],
    "payload": "thin",
    "created_at": "2026-03-14T09:26:53.000+00:00",
    "enabled": True,
    "disabled_at": None,
    "disabled_reason": None,
}
_SECRET = "whsec_ZXhhbXBsZSBleGFtcGxlIGV4YW1wbGUgZXg="  # noqa: S105 - an example
_DELIVERY: dict[str, Any] = {
    "id": "msg_mzxw6ytboi2dcmrtgq2tmnzyge",
    "document_id": "doc_mzxw6ytboi2dcmrtgq2tmnzygeztgnjw",
    "revision": 1,
    "event": "document.accepted",
    "state": "delivered",
    "next_attempt_at": None,
    "created_at": "2026-03-14T09:26:53.000+00:00",
    "finished_at": "2026-03-14T09:26:54.000+00:00",
    "attempts": [],
}
_TIE = {"subject_type": "order", "subject_id": "20417", "role": "proof of identity"}
_TIED = {
    "document_id": _DELIVERY["document_id"],
    **_TIE,
    "links": {
        "self": f"/v1/documents/{_DELIVERY['document_id']}",
        "events": f"/v1/documents/{_DELIVERY['document_id']}/events",
    },
}
_SUBJECT = "documents.read.v1-value"
_SCHEMA = '{"type": "record", "name": "DocumentRead", "fields": []}'
_VERSION = {"subject": _SUBJECT, "version": 1, "id": 5, "schema": _SCHEMA}
_REGISTRY = "/schema-registry"

EXAMPLES: dict[str, Any] = {
    "GET /v1/document-types 200": {
        "document_types": [
            {
                "code": "passport",
                "title": "Passport booklet (TD3)",
                "route": "intl",
                "fields": [{"name": "surname", "title": "Surname", "required": True}],
            }
        ]
    },
    "GET /health 200": {"status": "ok"},
    "GET /ready 200": {
        "status": "ok",
        "parts": {"kafka": "ok", "store": "ok", "postgres": "ok"},
    },
    "GET / 200": {"status": "ok", "message": "bitaqa is running"},
    "GET /api/v1/health 200": {"status": "healthy"},
    "POST /v1/documents/{document_id}/attachments body": _TIE,
    "POST /v1/documents/{document_id}/attachments 201": _TIED,
    "GET /v1/documents/{document_id}/attachments 200": {"attachments": [_TIED]},
    "GET /v1/attachments 200": {"attachments": [_TIED]},
    "GET /v1/webhooks 200": {"webhooks": [_ENDPOINT]},
    "POST /v1/webhooks body": {"url": _ENDPOINT["url"], "events": _ENDPOINT["events"]},
    "POST /v1/webhooks 201": _ENDPOINT | {"secret": _SECRET},
    "GET /v1/webhooks/{endpoint_id} 200": _ENDPOINT,
    "PATCH /v1/webhooks/{endpoint_id} body": {"enabled": True},
    "PATCH /v1/webhooks/{endpoint_id} 200": _ENDPOINT,
    "POST /v1/webhooks/{endpoint_id}/secret 200": {
        "secret": _SECRET,
        "former_until": "2026-03-15T09:26:53.000+00:00",
    },
    "GET /v1/webhooks/{endpoint_id}/deliveries 200": {
        "deliveries": [_DELIVERY],
        "next_cursor": None,
    },
    "POST /v1/webhooks/{endpoint_id}/deliveries/{delivery_id}/replay 202": {"replayed": 1},
    "POST /v1/webhooks/{endpoint_id}/replay body": {"since": "2026-03-14T00:00:00+00:00"},
    "POST /v1/webhooks/{endpoint_id}/replay 202": {"replayed": 12},
    f"GET {_REGISTRY}/ 200": {},
    f"GET {_REGISTRY}/subjects 200": [_SUBJECT],
    f"GET {_REGISTRY}/subjects/{{subject}}/versions 200": [1],
    f"POST {_REGISTRY}/subjects/{{subject}}/versions 200": {"id": 5},
    f"GET {_REGISTRY}/subjects/{{subject}}/versions/{{version}} 200": _VERSION,
    f"GET {_REGISTRY}/subjects/{{subject}}/versions/{{version}}/schema 200": {"type": "record"},
    f"POST {_REGISTRY}/subjects/{{subject}} 200": _VERSION,
    f"GET {_REGISTRY}/schemas 200": [_VERSION],
    f"GET {_REGISTRY}/schemas/types 200": ["AVRO"],
    f"GET {_REGISTRY}/schemas/ids/{{schema_id}} 200": {"schema": _SCHEMA},
    f"GET {_REGISTRY}/schemas/ids/{{schema_id}}/schema 200": {"type": "record"},
    f"GET {_REGISTRY}/schemas/ids/{{schema_id}}/versions 200": [
        {"subject": _SUBJECT, "version": 1}
    ],
    f"GET {_REGISTRY}/schemas/ids/{{schema_id}}/subjects 200": [_SUBJECT],
    f"GET {_REGISTRY}/config 200": {"compatibilityLevel": "FULL_TRANSITIVE"},
    f"GET {_REGISTRY}/config/{{subject}} 200": {"compatibilityLevel": "FULL_TRANSITIVE"},
    f"GET {_REGISTRY}/mode 200": {"mode": "READONLY"},
    f"POST {_REGISTRY}/compatibility/subjects/{{subject}}/versions 200": {"is_compatible": True},
}


def with_examples(document: dict[str, Any]) -> dict[str, Any]:
    """Put the examples in their places."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            places = operation["responses"] | {"body": operation.get("requestBody", {})}
            for name, place in places.items():
                example = EXAMPLES.get(f"{method.upper()} {path} {name}")
                if example is not None:
                    for content in place["content"].values():
                        content["example"] = example
    return document
