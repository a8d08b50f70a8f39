"""Headers of every record: CloudEvents attributes, W3C trace context and our own.

A header is text and carries no value of a document. ``ce_id`` is derived, so that a record that
is written again keeps it.
"""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from schemas.codec import Codec
from schemas.messages import Alert, DocumentRepeated, Message, Origin
from streams.log import Incoming, Outgoing
from streams.topology import topic_of

TENANT = "bitaqa_tenant"
TRACEPARENT = "traceparent"
ATTEMPTS = "bitaqa_attempts"
ROUND = "bitaqa_round"
DUE_MS = "bitaqa_due_ms"
ORIGIN_TOPIC = "bitaqa_origin_topic"
ORIGIN_PARTITION = "bitaqa_origin_partition"
ORIGIN_OFFSET = "bitaqa_origin_offset"
RETURN_TOPIC = "bitaqa_return_topic"

_TRACE = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})")
NAME_LENGTH_MAX = 249
"""Kafka's longest name of a topic; no name or id of ours is longer."""
COUNT_MAX = 1_000_000
_PARTITION_MAX = 2**31 - 1
_OFFSET_MAX = 2**63 - 1
_RETRIED = (ATTEMPTS, ROUND, DUE_MS, ORIGIN_TOPIC, ORIGIN_PARTITION, ORIGIN_OFFSET, RETURN_TOPIC)


@dataclass(frozen=True, slots=True)
class Event:
    """What the headers say of a record's content."""

    record: str
    document_id: str
    tenant: str
    revision: int


@dataclass(frozen=True, slots=True)
class Tries:
    """How often a record was tried before it came here.

    Args:
        attempts: in all stays in the stage so far.
        round: how many retry topics it has been through.
        origin: where it stood first.
    """

    attempts: int
    round: int
    origin: Origin


def event_of(message: Message) -> Event:
    """Return what the headers say of a message."""
    return Event(type(message).__name__, message.document_id, message.tenant, message.revision)


def event_headers(
    event: Event, source: str, now: datetime, traceparent: str | None = None
) -> dict[str, str]:
    """Return the headers of a record.

    Args:
        event: what the record tells.
        source: who writes it: ``ingest`` or a stage's role.
        now: when it is written.
        traceparent: the header of the record or request that it comes from.
    """
    return {
        "ce_specversion": "1.0",
        "ce_id": f"{event.document_id}/{event.revision}/{event.record}",
        "ce_source": f"/bitaqa/{source}",
        "ce_type": f"io.bitaqa.v1.{event.record}",
        "ce_subject": event.document_id,
        "ce_time": now.isoformat(timespec="milliseconds"),
        "content-type": "application/avro",
        TRACEPARENT: child_trace(traceparent),
        TENANT: event.tenant,
    }


def alert_headers(alert: Alert, now: datetime) -> dict[str, str]:
    """Return the headers of what the watch tells; the same alert has the same ``ce_id``."""
    event = Event(type(alert).__name__, alert.document_id, alert.tenant, alert.revision)
    headers = event_headers(event, "watch", now)
    if isinstance(alert, DocumentRepeated):
        # One document may repeat a picture and a number.
        headers["ce_id"] += f"/{alert.identity}"
    return headers


def outgoing(
    message: Message, codec: Codec, source: str, traceparent: str | None = None
) -> Outgoing:
    """Return a message as a record for its topic."""
    headers = event_headers(event_of(message), source, datetime.now(UTC), traceparent)
    return Outgoing(topic_of(message), message.document_id, codec.encode(message), headers)


def child_trace(traceparent: str | None) -> str:
    """Return a span under the one given; the root of a trace where there is none."""
    found = _TRACE.fullmatch(traceparent or "")
    trace, flags = (found[1], found[2]) if found else (f"{random.getrandbits(128) | 1:032x}", "01")
    return f"00-{trace}-{random.getrandbits(64) | 1:016x}-{flags}"


def tries_of(record: Incoming) -> Tries:
    """Return a record's past; headers that do not parse, or that none of ours can be, are none."""
    headers = record.headers
    try:
        return Tries(
            _count(headers[ATTEMPTS], COUNT_MAX),
            _count(headers[ROUND], COUNT_MAX),
            Origin(
                _name(headers[ORIGIN_TOPIC]),
                _count(headers[ORIGIN_PARTITION], _PARTITION_MAX),
                _count(headers[ORIGIN_OFFSET], _OFFSET_MAX),
            ),
        )
    except (KeyError, ValueError):
        return Tries(0, 0, Origin(record.topic, record.partition, record.offset))


def retry_headers(record: Incoming, tries: Tries, due_ms: int) -> dict[str, str]:
    """Return the headers under which a record waits in a retry topic."""
    return dict(record.headers) | {
        ATTEMPTS: str(tries.attempts),
        ROUND: str(tries.round),
        DUE_MS: str(due_ms),
        ORIGIN_TOPIC: tries.origin.topic,
        ORIGIN_PARTITION: str(tries.origin.partition),
        ORIGIN_OFFSET: str(tries.origin.offset),
        RETURN_TOPIC: record.topic,
    }


def first_name(record: Incoming) -> str | None:
    """Return what another record has only if it is this one written again.

    None for a tombstone, and for what was sent back on purpose: from a retry topic, or by hand.
    """
    is_sent_back = ROUND in record.headers
    return None if is_sent_back or record.value is None else record.headers.get("ce_id")


def fresh_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers without the traces of earlier tries."""
    return {name: value for name, value in headers.items() if name not in _RETRIED}


def _count(text: str, most: int) -> int:
    # What Avro cannot hold would end the loop that writes it into a dead letter.
    number = int(text)
    if not 0 <= number <= most:
        raise ValueError("out of bounds")
    return number


def _name(text: str) -> str:
    if len(text) > NAME_LENGTH_MAX:
        raise ValueError("no topic has so long a name")
    return text
