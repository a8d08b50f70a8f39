"""``/schema-registry``: the committed schemas in the REST form of Confluent's registry.

Read-only. Every Avro consumer that speaks this form can decode our topics by it; ids are those
that our producers write. Source: Confluent Schema Registry API reference, with its error codes.
"""

import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from ingest.access import anyone
from schemas.codec import Released, released
from schemas.errors import Misconfigured
from schemas.evolution import breaks
from streams.topology import topology

MEDIA_TYPE = "application/vnd.schemaregistry.v1+json"
COMPATIBILITY = "FULL_TRANSITIVE"
BODY_MAX_BYTES = 512 * 1024
_ROUTE_PREFIX = "/schema-registry"


class RegistryResponse(JSONResponse):
    """JSON under the registry's own media type."""

    media_type = MEDIA_TYPE


def _error(code: int, message: str) -> dict[str, Any]:
    example = {"error_code": code, "message": message}
    return {"description": message, "content": {MEDIA_TYPE: {"example": example}}}


router = APIRouter(
    prefix=_ROUTE_PREFIX,
    tags=["schema registry"],
    default_response_class=RegistryResponse,
    responses={404: _error(40401, "Subject not found."), 422: _error(42201, "Invalid schema")},
    dependencies=[anyone("schemas are public, and consumers of Avro know no keys of ours")],
)


class RegistryError(Exception):
    """An error in the registry's own form: the first digits of its code are the HTTP status."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def response(self) -> Response:
        """Return the answer."""
        body = {"error_code": self.code, "message": self.message}
        return RegistryResponse(body, int(str(self.code)[:3]))


def subjects() -> Mapping[str, str]:
    """Return the record of each subject; a topic of mixed records has none."""
    return {
        f"{topic.name}-value": topic.record
        for topic in topology().every_topic
        if topic.record is not None
    }


@router.get("/")
@router.get("", include_in_schema=False)
async def greet() -> Response:
    """Answer, as the registry does at its root."""
    return _json({})


@router.get("/subjects")
async def list_subjects() -> Response:
    """Return all subjects: one for each topic of the chain, named by TopicNameStrategy."""
    return _json(sorted(subjects()))


@router.get("/subjects/{subject}/versions")
async def list_versions(subject: str) -> Response:
    """Return the version numbers of a subject."""
    return _json([one.version for one in _versions(subject)])


@router.get("/subjects/{subject}/versions/{version}")
async def read_version(subject: str, version: str) -> Response:
    """Return a version of a subject; ``latest`` is the newest."""
    return _json(_described(subject, _version(subject, version)))


@router.get("/subjects/{subject}/versions/{version}/schema")
async def read_version_schema(subject: str, version: str) -> Response:
    """Return nothing but the schema of a version."""
    return _json(json.loads(_version(subject, version).text))


@router.get("/schemas")
async def list_schemas() -> Response:
    """Return every version of every subject."""
    return _json([_described(name, one) for name in sorted(subjects()) for one in _versions(name)])


@router.get("/schemas/types")
async def list_types() -> Response:
    """Return the kinds of schemas: Avro alone."""
    return _json(["AVRO"])


@router.get("/schemas/ids/{schema_id}")
async def read_schema(schema_id: str) -> Response:
    """Return a schema by the id that stands in a message."""
    return _json({"schema": _by_id(schema_id).text})


@router.get("/schemas/ids/{schema_id}/schema")
async def read_bare_schema(schema_id: str) -> Response:
    """Return nothing but the schema of an id."""
    return _json(json.loads(_by_id(schema_id).text))


@router.get("/schemas/ids/{schema_id}/versions")
async def list_uses(schema_id: str) -> Response:
    """Return under which subjects and versions an id stands."""
    one = _by_id(schema_id)
    return _json([{"subject": name, "version": one.version} for name in _subjects_of(one)])


@router.get("/schemas/ids/{schema_id}/subjects")
async def list_subjects_of(schema_id: str) -> Response:
    """Return under which subjects an id stands."""
    return _json(_subjects_of(_by_id(schema_id)))


@router.get("/config")
async def read_config() -> Response:
    """Return the rule of evolution."""
    return _json({"compatibilityLevel": COMPATIBILITY})


@router.get("/config/{subject}")
async def read_subject_config(subject: str) -> Response:
    """Return the rule of evolution, which is the same for each subject."""
    _versions(subject)
    return _json({"compatibilityLevel": COMPATIBILITY})


@router.get("/mode")
@router.get("/mode/{subject}", include_in_schema=False)
async def read_mode() -> Response:
    """Return that nothing can be registered here: schemas come with a release."""
    return _json({"mode": "READONLY"})


_POSTED: dict[str, Any] = {
    "responses": {"413": _error(413, "The schema is too large")},
    "requestBody": {
        "required": True,
        "content": {
            MEDIA_TYPE: {
                "schema": {
                    "type": "object",
                    "required": ["schema"],
                    "properties": {"schema": {"type": "string", "description": "Avro, as text"}},
                },
                "example": {"schema": '{"type": "string"}'},
            }
        },
    },
}


@router.post("/subjects/{subject}", openapi_extra=_POSTED)
async def look_up(subject: str, request: Request) -> Response:
    """Return under which id and version a schema stands in a subject."""
    return _json(_described(subject, _same(subject, await _posted_schema(request))))


@router.post("/subjects/{subject}/versions", openapi_extra=_POSTED)
async def register(subject: str, request: Request) -> Response:
    """Return the id of a schema that is known; there is no other way to register here."""
    schema = await _posted_schema(request)
    try:
        return _json({"id": _same(subject, schema).id})
    except RegistryError:
        raise RegistryError(42205, f"Subject {subject} is in read-only mode") from None


@router.post("/compatibility/subjects/{subject}/versions", openapi_extra=_POSTED)
@router.post("/compatibility/subjects/{subject}/versions/{version}", include_in_schema=False)
async def check_compatibility(
    subject: str, request: Request, version: str | None = None
) -> Response:
    """Say whether a schema may follow the released ones."""
    record = _versions(subject)[0].record
    if version is not None:
        _version(subject, version)
    schema = await _posted_schema(request)
    if any(json.loads(one.text) == schema for one in _versions(subject)):
        return _json({"is_compatible": True})
    try:
        broken = breaks(record, json.dumps(schema))
    except Misconfigured:
        raise RegistryError(50101, "Apache avro's checker is not installed here") from None
    return _json({"is_compatible": not broken, "messages": list(broken)})


async def on_registry_error(_request: Request, error: Exception) -> Response:
    """Answer with an error in the registry's form."""
    assert isinstance(error, RegistryError)
    return error.response()


def _json(content: Any) -> Response:
    return RegistryResponse(content)


def _versions(subject: str) -> list[Released]:
    record = subjects().get(subject)
    if record is None:
        raise RegistryError(40401, f"Subject '{_shown(subject)}' not found.")
    return [one for one in released() if one.record == record]


def _version(subject: str, version: str) -> Released:
    known = _versions(subject)
    if version in ("latest", "-1"):
        return known[-1]
    if not version.isascii() or not version.isdigit() or not 0 < len(version) < 10:
        raise RegistryError(
            42202, "The specified version is not a number above zero, nor 'latest'."
        )
    for one in known:
        if one.version == int(version):
            return one
    raise RegistryError(40402, f"Version {int(version)} not found.")


def _by_id(schema_id: str) -> Released:
    for one in released():
        if str(one.id) == schema_id:
            return one
    raise RegistryError(40403, f"Schema {_shown(schema_id)} not found")


def _subjects_of(one: Released) -> list[str]:
    return sorted(name for name, record in subjects().items() if record == one.record)


def _same(subject: str, schema: Any) -> Released:
    for one in _versions(subject):
        if json.loads(one.text) == schema:
            return one
    raise RegistryError(40403, "Schema not found")


def _described(subject: str, one: Released) -> dict[str, Any]:
    return {"subject": subject, "version": one.version, "id": one.id, "schema": one.text}


async def _posted_schema(request: Request) -> Any:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_MAX_BYTES:
            raise RegistryError(413, "The schema is too large")
    try:
        posted = json.loads(body)
        return json.loads(posted["schema"])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise RegistryError(42201, "Invalid schema") from None


def _shown(name: str) -> str:
    return name[:200]
