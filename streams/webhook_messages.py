"""What a webhook says, and how it is signed: Standard Webhooks 1.0.0.

The library that receivers verify with signs here: one implementation on both sides.
"""

import json
import secrets
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from standardwebhooks import Webhook

from schemas.messages import DocumentRead
from workers.result import result_object

SECRET_BYTES = 32
"""The standard asks for 24 to 64."""
PREFIX = "document."


class Event(StrEnum):
    """What an endpoint can hear of: each verdict, and documents that were given up."""

    ACCEPTED = "document.accepted"
    REVIEW = "document.review"
    REJECTED = "document.rejected"
    FAILED = "document.failed"


class Payload(StrEnum):
    """How much an endpoint is told."""

    THIN = "thin"
    """Ids and the verdict; no value of a document leaves."""
    FULL = "full"
    """The whole result, as the API gives it."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a document was given up, and when."""

    stage: str
    reason: str
    message: str
    attempts: int
    failed_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery that a worker has taken.

    Args:
        delivery_id: the ``webhook-id``.
        endpoint_id: who is told.
        attempt: its number.
        step: place in the retry schedule.
        document_id: the document.
        revision: which reading.
        event: what happened.
        url: where it goes.
        payload: how much is told.
        secrets: what signs it, newest first.
        record: the result as it stands in the topic, None for a failure.
        failure: for a failure.
    """

    delivery_id: str
    endpoint_id: str
    attempt: int
    step: int
    document_id: str
    revision: int
    event: str
    url: str = field(repr=False)
    payload: str
    secrets: Sequence[str] = field(repr=False)
    record: bytes | None = field(default=None, repr=False)
    failure: Failure | None = None


def new_secret() -> str:
    """Return a new signing secret."""
    return "whsec_" + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def headers_of(delivery: Delivery, body: str, now: datetime) -> dict[str, str]:
    """Return the headers of an attempt; each secret that holds signs it."""
    signatures = [
        Webhook(secret).sign(delivery.delivery_id, now, body) for secret in delivery.secrets
    ]
    return {
        "content-type": "application/json",
        "user-agent": "bitaqa-webhooks/1",
        "webhook-id": delivery.delivery_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def body_of(delivery: Delivery, read: DocumentRead | None) -> str:
    """Return what is sent, the same on every attempt."""
    return json.dumps(
        {
            "type": delivery.event,
            "timestamp": _happened_at(delivery, read).isoformat(timespec="milliseconds"),
            "data": _data(delivery, read),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _happened_at(delivery: Delivery, read: DocumentRead | None) -> datetime:
    if read is not None:
        return read.read_at
    assert delivery.failure is not None
    return delivery.failure.failed_at


def _data(delivery: Delivery, read: DocumentRead | None) -> dict[str, Any]:
    if read is not None and delivery.payload == Payload.FULL:
        return result_object(read)
    data: dict[str, Any] = {
        "document_id": delivery.document_id,
        "revision": delivery.revision,
        "status": delivery.event.removeprefix(PREFIX),
    }
    if read is not None:
        data |= {"document_type": read.document_type, "country": read.country}
        data["findings"] = [one.code for one in read.findings]
    if delivery.failure is not None:
        data["failure"] = {
            "stage": delivery.failure.stage,
            "reason": delivery.failure.reason,
            "message": delivery.failure.message,
            "attempts": delivery.failure.attempts,
        }
    return data
