"""Document ids and object keys: who may know that two uploads are the same one.

An id is a keyed hash over the tenant, the files' digests in their order and every parameter.
Without the key nobody can compute one, and two tenants never meet in one.
"""

import hashlib
import hmac
import re
from base64 import b32encode
from collections.abc import Iterable, Sequence

from schemas.errors import Misconfigured
from schemas.messages import Request

SECRET_LENGTH_MIN = 32
DOCUMENT_ID = re.compile(r"doc_[a-z2-7]{32}")
"""Form of a document id: 160 bits in base32."""

_EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/tiff": "tiff",
    "image/heic": "heic",
    "image/heif": "heif",
    "application/pdf": "pdf",
}


class Identity:
    """Makes ids under one secret.

    Raises:
        Misconfigured: when the secret is too short to keep ids from being guessed.
    """

    def __init__(self, secret: str) -> None:
        if len(secret) < SECRET_LENGTH_MIN:
            raise Misconfigured(f"BITAQA_SECRET must have {SECRET_LENGTH_MIN} characters or more")
        self._secret = secret.encode()

    def document_id(
        self, tenant: str, digests: Sequence[str], request: Request, erased: int = 0
    ) -> str:
        """Return the id of a document: files by their SHA-256, in order, and what was asked.

        ``erased`` tells how many documents of the same upload were erased before.
        """
        digest = self._keyed_hash(
            "bitaqa document",
            [
                tenant,
                str(len(digests)),
                *digests,
                request.document_type,
                request.country,
                str(len(request.languages)),
                *request.languages,
                request.engine,
                request.reference,
                request.subject,
                *([str(erased)] if erased else ()),
            ],
        )
        return "doc_" + b32encode(digest[:20]).decode().lower()

    def idempotency_key(self, tenant: str, key: str) -> str:
        """Return the object key under which a caller's Idempotency-Key is kept."""
        name = self._keyed_hash("bitaqa idempotency", [tenant, key]).hex()
        return f"idempotency/{tenant}/{name}.json"

    def _keyed_hash(self, purpose: str, parts: Iterable[str | None]) -> bytes:
        keyed = hmac.new(self._secret, digestmod=hashlib.sha256)
        for part in (purpose, *parts):
            keyed.update(_framed(part))
        return keyed.digest()


def original_key(tenant: str, document_id: str, number: int, media_type: str) -> str:
    """Return the object key of an uploaded file, numbered from 1."""
    extension = _EXTENSIONS.get(media_type, "bin")
    return f"originals/{tenant}/{document_id}/{number}.{extension}"


def later_key(tenant: str, document_id: str, revision: int, number: int, media_type: str) -> str:
    """Return the object key of a file that came with a later revision, numbered from 1."""
    extension = _EXTENSIONS.get(media_type, "bin")
    return f"originals/{tenant}/{document_id}/r{revision}-{number}.{extension}"


def manifest_key(tenant: str, document_id: str) -> str:
    """Return the object key of a document's manifest."""
    return f"manifests/{tenant}/{document_id}.json"


def media_type_of(key: str) -> str:
    """Return the media type that an object key's extension stands for."""
    extension = key.rpartition(".")[2]
    known = {short: media_type for media_type, short in _EXTENSIONS.items()}
    return known.get(extension, "application/octet-stream")


def _framed(part: str | None) -> bytes:
    # Absent and empty differ, and no two lists of parts run together into the same bytes.
    if part is None:
        return b"\x00"
    data = part.encode()
    return b"\x01" + len(data).to_bytes(8, "big") + data
