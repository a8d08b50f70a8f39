"""Small objects beside the originals: that a document was accepted, and who used which key.

A manifest is written when the document's reference is acknowledged, so where it is there is a
record. An Idempotency-Key is claimed before that, so that a crash cannot free it.
"""

import json
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

from ingest.identity import manifest_key
from ingest.ports import Objects
from ingest.problems import Problem
from schemas.errors import Unprocessable
from schemas.messages import DocumentUploaded, FileRef
from schemas.records import from_record, to_json
from streams.erasing import Erased

_JSON = "application/json"


class Trace(Enum):
    """What a document's manifest says."""

    NONE = "none"
    ACCEPTED = "accepted"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Claim:
    """To which document an Idempotency-Key belongs; its id stands for the whole payload."""

    document_id: str


def trace_of(store: Objects, tenant: str, document_id: str) -> Trace:
    """Return whether a tenant's document was accepted, or erased since."""
    try:
        content = json.loads(store.get(manifest_key(tenant, document_id)))
    except Unprocessable:
        return Trace.NONE
    return Trace.ERASED if content.get("erased") else Trace.ACCEPTED


def is_accepted(store: Objects, tenant: str, document_id: str) -> bool:
    """Say whether a tenant's document was stored and its reference acknowledged."""
    return trace_of(store, tenant, document_id) is Trace.ACCEPTED


def mark_erased(store: Objects, tenant: str, document_id: str) -> None:
    """Leave word that a document was erased: the same upload becomes another one from now on."""
    store.put(manifest_key(tenant, document_id), Erased(document_id).content(), _JSON)


def write_manifest(store: Objects, uploaded: DocumentUploaded) -> None:
    """Record that a document was accepted; what the caller said of it stays out."""
    content = {
        "document_id": uploaded.document_id,
        "revision": uploaded.revision,
        "uploaded_at": uploaded.uploaded_at.isoformat(timespec="milliseconds"),
        "files": [to_json(one) for one in uploaded.files],
    }
    store.put(manifest_key(uploaded.tenant, uploaded.document_id), _dumped(content), _JSON)


def extend_manifest(store: Objects, uploaded: DocumentUploaded) -> None:
    """Record the files of a later revision, unless the document was erased meanwhile."""
    if is_accepted(store, uploaded.tenant, uploaded.document_id):
        write_manifest(store, uploaded)


def files_of(store: Objects, tenant: str, document_id: str) -> tuple[FileRef, ...]:
    """Return the files of a document that was accepted.

    Raises:
        Unprocessable: ``object.missing`` where it was not, or was erased.
    """
    content: dict[str, Any] = json.loads(store.get(manifest_key(tenant, document_id)))
    if content.get("erased"):
        raise Unprocessable("object.missing", "the document was erased")
    return tuple(from_record(FileRef, one) for one in content["files"])


def claim(store: Objects, key: str, wanted: Claim) -> None:
    """Tie an Idempotency-Key to a document, or see that it is tied to this one.

    Raises:
        Problem: 422 when the key was used with another payload.
    """
    try:
        found: dict[str, Any] = json.loads(store.get(key))
    except Unprocessable:
        store.put(key, _dumped(asdict(wanted)), _JSON)
        return
    if found.get("document_id") != wanted.document_id:
        raise Problem(
            422,
            "idempotency_key.reused",
            "The Idempotency-Key was used with another payload; take a new one.",
        )


def _dumped(content: dict[str, Any]) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode()
