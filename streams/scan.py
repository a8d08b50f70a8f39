"""Messages out of topics from their beginning, for people and scripts; leaves no trace there."""

import logging
from collections.abc import Iterator, Sequence

from schemas.codec import Codec
from schemas.errors import Unprocessable
from schemas.messages import Message
from streams.log import Incoming, Log

logger = logging.getLogger("bitaqa.scan")

RECORDS_MAX = 500
WAIT_S = 1.0


def scan_messages(
    log: Log, topics: Sequence[str], codec: Codec, *, follow: bool = False
) -> Iterator[Message]:
    """Yield every committed message, each revision of a document once.

    A document that was erased is not shown, wherever its records stand before compaction takes
    them: the topics are gone through once for their tombstones, so memory holds these keys
    alone. What does not decode is passed over.

    Ends at the present end of the topics unless following.
    """
    seen: set[tuple[str, str, int]] = set()
    # An id that was erased never comes back: what stands behind its tombstone came late.
    erased = {record.key for record in log.scan(topics) if record.value is None}
    for record in _followed(log, topics) if follow else log.scan(topics):
        if record.value is None:
            erased.add(record.key)
        if record.value is None or record.key in erased:
            continue
        try:
            message = codec.decode(record.value)
        except Unprocessable as error:
            extra = {"topic": record.topic, "partition": record.partition, "at": record.offset}
            logger.warning("record passed over", extra=extra | {"reason": error.reason})
            continue
        identity = (type(message).__name__, message.document_id, message.revision)
        if identity not in seen:
            seen.add(identity)
            yield message


def _followed(log: Log, topics: Sequence[str]) -> Iterator[Incoming]:
    # The follower stands at the end before the scan begins: nothing falls between the two.
    follower = log.follow(topics)
    try:
        yield from log.scan(topics)
        while True:
            yield from follower.read(RECORDS_MAX, WAIT_S)
    finally:
        follower.close()
