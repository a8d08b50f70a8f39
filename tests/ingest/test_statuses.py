"""Asking for a document: its result, its way, its pages."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from ingest import events
from schemas.documents import Page, Quality
from streams.store import sign_link
from tests.ingest.fakes import FakeEvent, FakeStatus
from tests.ingest.service import NOW, PNG, SECRET, Service, a_failure, a_reading

pytestmark = pytest.mark.anyio
UNKNOWN = "doc_" + "a" * 32


async def _pending(ingest: Service) -> str:
    document_id: str = (await ingest.upload(PNG)).json()["document_id"]
    return document_id


def _finish(ingest: Service, document_id: str, *way: FakeEvent) -> None:
    row = FakeStatus("accepted", result=a_reading(document_id))
    ingest.readings.write("default", document_id, row, *way)


def _event(sequence: int, name: str = "done", **detail: Any) -> FakeEvent:
    return FakeEvent(sequence, NOW, "prepare", name, detail)


async def test_a_document_is_pending_until_the_sink_knows_it(ingest: Service) -> None:
    """The manifest alone is enough for ``pending``."""
    document_id = await _pending(ingest)

    answer = await ingest.client.get(f"/v1/documents/{document_id}")

    assert answer.status_code == 200
    assert answer.json()["document_id"] == document_id
    assert answer.json()["status"] == "pending"


@pytest.mark.parametrize("document_id", [UNKNOWN, "doc_x", "..", "1"])
async def test_a_document_that_nobody_handed_in_is_404(ingest: Service, document_id: str) -> None:
    """Neither row nor manifest: there is no such document, whatever its name."""
    for path in ("", "/events", "/pages/1"):
        answer = await ingest.client.get(f"/v1/documents/{document_id}{path}")

        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"


async def test_a_result_is_the_result_object(ingest: Service) -> None:
    """What the API gives is what everybody gets."""
    document_id = await _pending(ingest)
    _finish(ingest, document_id)

    answer = await ingest.client.get(f"/v1/documents/{document_id}")

    assert answer.json()["status"] == "accepted"
    assert answer.json()["document_type"] == "passport"
    assert "tenant" not in answer.json()


async def test_a_failure_says_stage_and_reason(ingest: Service) -> None:
    """A dead letter is shown without its content."""
    document_id = await _pending(ingest)
    failed = FakeStatus("failed", failure=a_failure(document_id))
    ingest.readings.write("default", document_id, failed)

    answer = await ingest.client.get(f"/v1/documents/{document_id}")

    assert answer.status_code == 200
    assert answer.json()["status"] == "failed"
    assert answer.json()["failure"]["reason"] == "image.truncated"
    assert set(answer.json()["failure"]) == {"stage", "reason", "message", "attempts"}


async def test_an_answer_that_is_known_is_not_sent_again(ingest: Service) -> None:
    """If-None-Match gives 304 until the state or the revision changes."""
    document_id = await _pending(ingest)
    address = f"/v1/documents/{document_id}"
    tags = [(await ingest.client.get(address)).headers["etag"]]
    for revision in (1, 2):
        row = FakeStatus("accepted", revision, replace(a_reading(document_id), revision=revision))
        ingest.readings.write("default", document_id, row)
        stale = await ingest.client.get(address, headers={"If-None-Match": tags[-1]})
        tags.append(stale.headers["etag"])
        same = await ingest.client.get(address, headers={"If-None-Match": f'"x", W/{tags[-1]}'})

        assert stale.status_code == 200
        assert (same.status_code, same.content) == (304, b"")

    assert len(set(tags)) == 3


async def test_a_caller_can_wait_for_a_result(ingest: Service) -> None:
    """GET honours ``Prefer: wait`` and is woken by the notification."""
    document_id = await _pending(ingest)
    waiting = asyncio.create_task(
        ingest.client.get(f"/v1/documents/{document_id}", headers={"Prefer": "wait=5"})
    )
    await ingest.readings.asked.wait()

    _finish(ingest, document_id)
    answer = await asyncio.wait_for(waiting, 1.5)

    assert answer.json()["status"] == "accepted"


async def test_without_a_database_a_status_is_503(ingest: Service) -> None:
    """The service does not guess."""
    document_id = await _pending(ingest)
    ingest.readings.is_down = True

    for path in ("", "/events", "/pages/1"):
        answer = await ingest.client.get(f"/v1/documents/{document_id}{path}")

        assert answer.status_code == 503
        assert answer.json()["dependency"] == "postgres"
        assert "retry-after" in answer.headers


async def test_waiters_outlive_the_database(ingest: Service) -> None:
    """The one listening connection is made again after an outage."""
    for listener in ingest.readings.listeners:
        assert listener.empty()
    waiting = ingest.app.state.parts.waiting
    ingest.readings.is_down = True
    again = asyncio.create_task(waiting.run())
    await asyncio.sleep(0)
    ingest.readings.is_down = False
    with waiting.watched(UNKNOWN) as news:
        while len(ingest.readings.listeners) < 2:  # noqa: ASYNC110 - the fake's own set
            await asyncio.sleep(0.01)
        ingest.readings.write("default", UNKNOWN, FakeStatus("pending"))

        await asyncio.wait_for(news.wait(), 1.0)

    again.cancel()


def _parsed(stream: str) -> list[dict[str, str]]:
    blocks = [block for block in stream.split("\n\n") if block and not block.startswith(":")]
    return [dict(line.split(": ", 1) for line in block.split("\n")) for block in blocks]


async def test_events_tell_the_way_and_end_with_it(ingest: Service) -> None:
    """Ids are sequences; the stream closes behind the last event."""
    document_id = await _pending(ingest)
    _finish(ingest, document_id, _event(3, "started"), _event(8, pages=2))

    answer = await ingest.client.get(f"/v1/documents/{document_id}/events")

    assert answer.headers["content-type"].startswith("text/event-stream")
    started, done = _parsed(answer.text)
    assert (started["id"], started["event"]) == ("3", "started")
    assert (done["id"], done["event"]) == ("8", "done")
    assert json.loads(done["data"])["detail"] == {"pages": 2}


async def test_events_resume_behind_the_last_one_seen(ingest: Service) -> None:
    """Last-Event-ID skips what the client has; where it has all the answer is 204."""
    document_id = await _pending(ingest)
    _finish(ingest, document_id, _event(3), _event(8))
    address = f"/v1/documents/{document_id}/events"

    rest = await ingest.client.get(address, headers={"Last-Event-ID": "3"})
    nothing = await ingest.client.get(address, headers={"Last-Event-ID": "8"})
    nonsense = await ingest.client.get(address, headers={"Last-Event-ID": "9" * 40})

    assert [one["id"] for one in _parsed(rest.text)] == ["8"]
    assert nothing.status_code == 204
    assert [one["id"] for one in _parsed(nonsense.text)] == ["3", "8"]


async def test_events_follow_a_document_that_is_on_its_way(ingest: Service) -> None:
    """Events that are written while the stream is open come out of it in order."""
    document_id = await _pending(ingest)
    ingest.readings.write("default", document_id, FakeStatus("pending"), _event(1, "started"))
    following = asyncio.create_task(ingest.client.get(f"/v1/documents/{document_id}/events"))
    await ingest.readings.asked.wait()

    _finish(ingest, document_id, _event(2))
    answer = await asyncio.wait_for(following, 3)

    assert [one["id"] for one in _parsed(answer.text)] == ["1", "2"]


async def test_a_silent_stream_shows_that_it_lives(ingest: Service) -> None:
    """A comment comes while nothing happens, so that proxies keep the connection."""
    document_id = await _pending(ingest)
    ingest.readings.write("default", document_id, FakeStatus("pending"))
    parts = replace(ingest.app.state.parts, heartbeat_s=0.01)
    stream = events._events(parts, "default", document_id, 0)

    beat = await asyncio.wait_for(anext(stream), 1.0)

    assert beat.startswith(b":")
    await stream.aclose()


async def test_a_stream_ends_when_the_service_does(ingest: Service) -> None:
    """An open stream does not hold a shutdown up."""
    document_id = await _pending(ingest)
    ingest.readings.write("default", document_id, FakeStatus("pending"), _event(1))
    parts = ingest.app.state.parts
    following = asyncio.create_task(ingest.client.get(f"/v1/documents/{document_id}/events"))
    await ingest.readings.asked.wait()

    parts.stopping.set()
    parts.waiting.wake_all()

    answer = await asyncio.wait_for(following, 3)
    assert [one["id"] for one in _parsed(answer.text)] == ["1"]


async def test_a_page_is_a_picture_and_nothing_else(ingest: Service) -> None:
    """The type comes from the key, and a browser may not think otherwise."""
    document_id = await _pending(ingest)
    ingest.store.put("pages/default/1.png", PNG, "image/png")
    page = Page(1, 1, "pages/default/1.png", 10, 10, 0.0, Quality(1.0, 0.5, 0.0, 1.0))
    row = FakeStatus("accepted", result=replace(a_reading(document_id), pages=(page,)))
    ingest.readings.write("default", document_id, row)

    answer = await ingest.client.get(f"/v1/documents/{document_id}/pages/1")
    absent = await ingest.client.get(f"/v1/documents/{document_id}/pages/2")

    assert answer.content == PNG
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert absent.status_code == 404
    assert absent.json()["code"] == "page.unknown"


async def test_a_signed_link_opens_its_object_alone(ingest: Service) -> None:
    """Altered, expired and unsigned links are refused; a missing object is 404."""
    ingest.store.put("originals/default/1.png", PNG, "image/png")
    genuine = sign_link(SECRET, "originals/default/1.png", 60)
    expired = sign_link(SECRET, "originals/default/1.png", -60)
    get = ingest.client.get

    assert (await get(f"/objects/originals/default/1.png?{genuine}")).content == PNG
    for path in (
        f"originals/default/2.png?{genuine}",
        f"originals/default/1.png?{expired}",
        "originals/default/1.png",
        "%2e%2e/%2e%2e/etc/passwd?expires=99999999999&signature=0",
    ):
        assert (await get(f"/objects/{path}")).status_code == 403
    gone = sign_link(SECRET, "originals/default/9.png", 60)
    assert (await get(f"/objects/originals/default/9.png?{gone}")).status_code == 404


@pytest.mark.parametrize(
    ("kafka", "store", "postgres"),
    [(True, True, True), (False, True, True), (True, False, True), (True, True, False)],
)
async def test_ready_says_which_part_is_down(
    ingest: Service, *, kafka: bool, store: bool, postgres: bool
) -> None:
    """One part down is 503, and the body names it; health stays 200."""
    ingest.publisher.is_down = not kafka
    ingest.store.down = None if store else ""
    ingest.readings.is_down = not postgres

    answer = await ingest.client.get("/ready")
    health = await ingest.client.get("/health")

    states = {"kafka": kafka, "store": store, "postgres": postgres}
    assert answer.json()["parts"] == {k: "ok" if up else "down" for k, up in states.items()}
    assert answer.status_code == (200 if all(states.values()) else 503)
    assert health.status_code == 200
