"""Reading documents again: a new revision of an upload that the log still holds."""

from collections.abc import Sequence
from dataclasses import replace

from schemas.codec import Codec
from schemas.messages import DocumentUploaded
from streams.headers import outgoing
from streams.log import Log
from streams.scan import scan_messages
from streams.topology import READ, UPLOADED

PUBLISH_TIMEOUT_S = 30.0


def replay_documents(log: Log, document_ids: Sequence[str], codec: Codec) -> int:
    """Publish each upload again under the revision after its newest; return how many.

    Nothing is published unless every document is found.

    Raises:
        KeyError: the id of a document whose upload is not in the log.
    """
    newest: dict[str, int] = {}
    uploads: dict[str, DocumentUploaded] = {}
    for message in scan_messages(log, (UPLOADED, READ), codec):
        if message.document_id not in document_ids:
            continue
        newest[message.document_id] = max(newest.get(message.document_id, 0), message.revision)
        if isinstance(message, DocumentUploaded):
            uploads[message.document_id] = message
    again = [replace(uploads[one], revision=newest[one] + 1) for one in dict.fromkeys(document_ids)]
    publisher = log.publisher()
    try:
        waiting = [publisher.publish(outgoing(one, codec, "replay")) for one in again]
        for future in waiting:
            future.result(PUBLISH_TIMEOUT_S)
    finally:
        publisher.close()
    return len(again)
