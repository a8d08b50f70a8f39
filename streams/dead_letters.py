"""Dead letters: what stands in the failed topic, and sending documents back to where they failed.

A document that was sent back and fails again leaves a further dead letter, perhaps of a later
stage; the newest of a document and revision is the one that counts.
"""

import contextlib
from collections.abc import Iterable, Iterator, Sequence

from schemas.codec import Codec
from schemas.errors import Unprocessable
from schemas.messages import DocumentFailed, Message
from streams.headers import TENANT, child_trace
from streams.kafka import KafkaLog
from streams.log import Incoming, Log, Outgoing
from streams.registry import open_ids
from streams.settings import Settings
from streams.topology import FAILED, READ, topology

PUBLISH_TIMEOUT_S = 30.0
REDRIVEN = "bitaqa_redriven"


def list_failed(
    settings: Settings,
    stage: str | None = None,
    reason: str | None = None,
    limit: int | None = None,
) -> list[DocumentFailed]:
    """Return the dead letters of the cluster, newest first.

    Raises:
        Unavailable: when the cluster does not answer.
    """
    found = read_failed(KafkaLog(settings.kafka), Codec(open_ids(settings)))
    chosen = [one for one in found if stage in (None, one.stage) and reason in (None, one.reason)]
    return chosen[:limit]


def redrive(settings: Settings, letters: Sequence[DocumentFailed]) -> int:
    """Send documents that have no result yet back to where they failed; return how many.

    Raises:
        Unavailable: when the cluster does not acknowledge; a repetition may send some twice,
            which their revision makes harmless.
    """
    log = KafkaLog(settings.kafka)
    return send_back(log, unanswered(log, letters, Codec(open_ids(settings))))


def read_failed(log: Log, codec: Codec) -> list[DocumentFailed]:
    """Return the newest dead letter of each document and revision, newest first.

    One that was answered by a tombstone (an erasure) is left out.
    """
    newest: dict[tuple[str, int], DocumentFailed] = {}
    for record in log.scan([FAILED]):
        if record.value is None:
            newest = {name: one for name, one in newest.items() if name[0] != record.key}
            continue
        for letter in _decoded([record], codec):
            if isinstance(letter, DocumentFailed):
                newest[letter.document_id, letter.revision] = letter
    return sorted(newest.values(), key=lambda one: one.failed_at, reverse=True)


def unanswered(log: Log, letters: Sequence[DocumentFailed], codec: Codec) -> list[DocumentFailed]:
    """Return the letters of documents that have no result of that revision.

    A letter stays in its topic after its document was mended; sent back once more, the document
    would stand in the result topic twice.
    """
    ids = {one.document_id for one in letters}
    records = (one for one in log.scan([READ]) if one.key in ids and one.value is not None)
    answered = {(name.document_id, name.revision) for name in _decoded(records, codec)}
    return [one for one in letters if (one.document_id, one.revision) not in answered]


def send_back(log: Log, letters: Iterable[DocumentFailed]) -> int:
    """Publish original values on their origin topics; return how many."""
    inputs = {name for stage in topology().stages for name in stage.inputs}
    publisher = log.publisher()
    try:
        waiting = [
            publisher.publish(_original(letter))
            for letter in letters
            if letter.origin.topic in inputs and letter.original
        ]
        for future in waiting:
            future.result(PUBLISH_TIMEOUT_S)
    finally:
        publisher.close()
    return len(waiting)


def _decoded(records: Iterable[Incoming], codec: Codec) -> Iterator[Message]:
    for record in records:
        with contextlib.suppress(Unprocessable):
            yield codec.decode(record.value or b"")


def _original(letter: DocumentFailed) -> Outgoing:
    headers = {
        TENANT: letter.tenant,
        "content-type": "application/avro",
        "traceparent": child_trace(None),
        REDRIVEN: "1",
    }
    return Outgoing(letter.origin.topic, letter.document_id, letter.original, headers)
