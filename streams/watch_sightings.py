"""Who was seen with what: the same picture or number under different subjects.

Only keyed hashes are kept, never a number, a picture's digest or a subject. A document without a
subject says nothing of whose it is, and is left out.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from schemas.messages import DocumentRead, DocumentUploaded, Message
from streams.topology import READ, UPLOADED

IMAGE, NUMBER = "image", "number"
NUMBER_FIELDS = (
    "document_number",
    "number",
    "licence_number",
    "registration_number",
)
"""What documents call the number by which they are known."""

SHOWN_BY = frozenset({UPLOADED, READ})
"""Topics whose records show something."""
KEPT_MAX = 100
TOLD_MAX = 20


@dataclass(frozen=True, slots=True)
class Sighting:
    """One document seen with one thing.

    Args:
        identity: keyed hash of tenant, kind and thing.
        kind: ``image`` or ``number``.
        document_id: which document.
        tenant: whose.
        revision: which pass.
        subject: keyed hash of the subject.
        at: when, seconds since the epoch.
    """

    identity: str
    kind: str
    document_id: str
    tenant: str
    revision: int
    subject: str
    at: float


def sightings(message: Message, secret: str) -> Iterator[Sighting]:
    """Yield what a record shows: an upload its pictures, a result its number."""
    if not isinstance(message, DocumentUploaded | DocumentRead):
        return
    subject = message.request.subject
    if not subject:
        return
    if isinstance(message, DocumentUploaded):
        at, kind = message.uploaded_at, IMAGE
        things = [file.sha256 for file in message.files]
    else:
        at, kind = message.read_at, NUMBER
        names = [name for name in NUMBER_FIELDS if name in message.fields]
        # A number is one of its country and type: others may count alike.
        things = [
            f"{message.document_type}/{message.country}/{message.fields[name].value}"
            for name in names
        ]
    for thing in things:
        yield Sighting(
            identity=_hash(secret, message.tenant, kind, thing),
            kind=kind,
            document_id=message.document_id,
            tenant=message.tenant,
            revision=message.revision,
            subject=_hash(secret, message.tenant, "subject", subject),
            at=at.timestamp(),
        )


def add(
    kept: Sequence[Sighting], new: Sighting, window_s: float
) -> tuple[tuple[Sighting, ...], tuple[str, ...]]:
    """Return what to keep with one more, and the others' documents where that is an alert.

    The same document again is no news. The oldest are let go, by age and by number.
    """
    fresh = [one for one in kept if abs(new.at - one.at) <= window_s]
    if any(one.document_id == new.document_id for one in fresh):
        return tuple(fresh), ()
    others = [one for one in fresh if one.subject != new.subject]
    told = sorted(others, key=lambda one: -one.at)[:TOLD_MAX]
    return (*fresh, new)[-KEPT_MAX:], tuple(one.document_id for one in told)


def is_over(kept: Sequence[Sighting], window_s: float, now: float) -> bool:
    """Say whether all that is kept is too old to matter."""
    return all(now - one.at > window_s for one in kept)


def to_value(kept: Sequence[Sighting]) -> list[dict[str, Any]]:
    """Return sightings as the table keeps them."""
    return [asdict(one) for one in kept]


def to_bytes(sighting: Sighting) -> bytes:
    """Return a sighting as the topic carries it."""
    return json.dumps(asdict(sighting)).encode()


def forgetting(document_id: str) -> bytes:
    """Return word on the topic that a document was erased."""
    return json.dumps({"erased": document_id}).encode()


def forgotten(value: bytes) -> str | None:
    """Return the document that was erased, None where the record is a sighting."""
    document_id: str | None = json.loads(value).get("erased")
    return document_id


def from_bytes(value: bytes) -> Sighting:
    """Return a sighting from the topic; only the watch writes there."""
    return Sighting(**json.loads(value))


def from_value(value: Sequence[Mapping[str, Any]]) -> tuple[Sighting, ...]:
    """Return sightings that the table kept."""
    return tuple(Sighting(**one) for one in value)


def _hash(secret: str, *parts: str) -> str:
    digest = hmac.new(secret.encode(), "\x1f".join(("watch", *parts)).encode(), hashlib.sha256)
    return digest.hexdigest()[:32]
