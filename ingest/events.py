"""A document's way as server-sent events; ids are the sequences of its event rows."""

import json
from collections.abc import AsyncGenerator
from contextlib import suppress

from starlette.responses import Response, StreamingResponse

from ingest.parts import Parts, wait_for
from ingest.ports import Event, StatusRow
from ingest.problems import Problem
from ingest.statuses import is_final
from ingest.waiting import POLL_S
from schemas.errors import Unavailable

SEQUENCE_MAX = 2**63 - 1
_HEARTBEAT = b": still here\n\n"


def last_event_id(text: str | None) -> int:
    """Return the sequence that a client saw last, 0 where it says none or nonsense."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 19:
        return 0
    return min(int(text), SEQUENCE_MAX)


async def event_stream(
    parts: Parts, tenant: str, document_id: str, after: int, row: StatusRow | None
) -> Response:
    """Return the stream of events behind ``after``.

    Where the last one was seen already the answer is 204, which tells a client to stop.

    Raises:
        Problem: 429 when too many streams are open.
        Unavailable: when the database is down.
    """
    first = await parts.readings.events(tenant, document_id, after)
    if is_final(row) and not first:
        return Response(status_code=204)
    with parts.stream_places:
        pass  # Told here, while there is still a status to tell it by.
    return StreamingResponse(
        _events(parts, tenant, document_id, after),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(parts: Parts, tenant: str, document_id: str, after: int) -> AsyncGenerator[bytes]:
    silence_s = 0.0
    with suppress(Problem), parts.stream_places, parts.waiting.watched(document_id) as news:
        while True:
            news.clear()
            try:
                row = await parts.readings.status(tenant, document_id)
                fresh = await parts.readings.events(tenant, document_id, after)
            except Unavailable:
                return  # The client resumes behind the last event that it saw.
            for event in fresh:
                after = event.sequence
                silence_s = 0.0
                yield _encoded(event)
            if fresh:
                continue  # There may be more than one answer of the database holds.
            if is_final(row) or parts.stopping.is_set():
                return
            if silence_s >= parts.heartbeat_s:
                silence_s = 0.0
                yield _HEARTBEAT
            step_s = min(POLL_S, parts.heartbeat_s)
            await wait_for(news, step_s)
            silence_s += step_s


def _encoded(event: Event) -> bytes:
    data = {
        "sequence": event.sequence,
        "at": event.at.isoformat(timespec="milliseconds"),
        "stage": event.stage,
        "event": event.event,
        "detail": dict(event.detail),
    }
    name = event.event.replace("\r", " ").replace("\n", " ")
    return f"id: {event.sequence}\nevent: {name}\ndata: {json.dumps(data)}\n\n".encode()
