"""Handing documents in: what a 2xx promises, and what a repetition does."""

import asyncio
import json
from dataclasses import replace

import pytest

from schemas.documents import Status
from schemas.errors import Unavailable
from streams.metrics import REGISTRY
from tests.ingest.fakes import FakeStatus
from tests.ingest.service import (
    JPEG,
    NOW,
    PNG,
    Backing,
    Service,
    a_failure,
    a_reading,
    running,
    secured,
    service,
    settings_of,
)

pytestmark = pytest.mark.anyio


def _uploads(outcome: str) -> float:
    return REGISTRY.get_sample_value("bitaqa_uploads_total", {"outcome": outcome}) or 0.0


async def test_an_upload_is_stored_and_published_before_it_is_answered(ingest: Service) -> None:
    """A 202 names the document; its bytes, its reference and its manifest are all there."""
    answer = await ingest.upload(
        PNG, JPEG, document_type="passport", country="tn", languages="ara+fra", reference="R1"
    )

    assert answer.status_code == 202
    document_id = answer.json()["document_id"]
    assert answer.json()["status"] == "pending"
    assert answer.headers["location"] == f"/v1/documents/{document_id}"
    (uploaded,) = ingest.publisher.uploaded()
    assert uploaded.document_id == document_id
    assert uploaded.uploaded_at == NOW
    assert uploaded.request.country == "TUN"
    assert uploaded.request.languages == ("ara", "fra")
    assert uploaded.request.reference == "R1"
    assert [one.media_type for one in uploaded.files] == ["image/png", "image/jpeg"]
    assert [ingest.store.get(one.key) for one in uploaded.files] == [PNG, JPEG]
    assert ingest.store.exists(f"manifests/default/{document_id}.json")


async def test_a_record_is_keyed_by_its_document_and_says_what_it_is(ingest: Service) -> None:
    """Headers carry CloudEvents attributes and continue the caller's trace."""
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    answer = await ingest.upload(headers={"traceparent": trace})

    (record,) = ingest.publisher.records
    assert record.topic == "documents.uploaded.v1"
    assert record.key == answer.json()["document_id"]
    assert record.headers["ce_type"].endswith("DocumentUploaded")
    assert record.headers["traceparent"].split("-")[1] == trace.split("-")[1]


async def test_the_same_upload_again_is_the_same_document(ingest: Service) -> None:
    """A repetition publishes nothing, and says that it is one."""
    first = await ingest.upload(PNG, subject="S1")

    again = await ingest.upload(PNG, subject="S1")

    assert again.status_code == 202
    assert again.json() == first.json()
    assert again.headers["bitaqa-repeated"] == "true"
    assert "bitaqa-repeated" not in first.headers
    assert len(ingest.publisher.records) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"subject": "S2"},
        {"reference": "R"},
        {"document_type": "passport"},
        {"country": "FR"},
        {"languages": "fra"},
        {"engine": "local"},
    ],
)
async def test_another_parameter_makes_another_document(
    ingest: Service, fields: dict[str, str]
) -> None:
    """Every parameter takes part in the identity."""
    plain = await ingest.upload(PNG)

    other = await ingest.upload(PNG, headers=None, **fields)

    assert other.json()["document_id"] != plain.json()["document_id"]


async def test_the_order_of_files_makes_another_document(ingest: Service) -> None:
    """Front and back are not back and front."""
    one = await ingest.upload(PNG, JPEG)

    other = await ingest.upload(JPEG, PNG)

    assert one.json()["document_id"] != other.json()["document_id"]


async def test_a_country_in_both_forms_is_one_document(ingest: Service) -> None:
    """TN and TUN mean the same, so they are the same."""
    two_letters = await ingest.upload(PNG, country="TN")

    three_letters = await ingest.upload(PNG, country="TUN")

    assert two_letters.json()["document_id"] == three_letters.json()["document_id"]


async def test_the_same_upload_at_once_is_published_once(ingest: Service) -> None:
    """Fifty callers with one document make one record, and all get its id."""
    answers = await asyncio.gather(*(ingest.upload(PNG) for _ in range(50)))

    assert {one.status_code for one in answers} == {202}
    assert len({one.json()["document_id"] for one in answers}) == 1
    assert len(ingest.publisher.records) == 1


async def test_while_kafka_is_down_nothing_is_acknowledged(ingest: Service) -> None:
    """The caller gets 503 with Retry-After, there is no manifest, and a retry succeeds."""
    before = _uploads("unavailable")
    ingest.publisher.is_down = True

    refused = await ingest.upload(PNG)

    assert refused.status_code == 503
    assert int(refused.headers["retry-after"]) > 0
    assert refused.json()["code"] == "kafka.unavailable"
    assert not list(ingest.store.keys("manifests/"))
    assert _uploads("unavailable") == before + 1
    ingest.publisher.is_down = False
    retried = await ingest.upload(PNG)
    assert retried.status_code == 202
    assert "bitaqa-repeated" not in retried.headers


async def test_while_the_store_is_down_nothing_is_published(ingest: Service) -> None:
    """A reference never goes out before its bytes are safe."""
    ingest.store.down = "originals/"

    refused = await ingest.upload(PNG)

    assert refused.status_code == 503
    assert refused.json()["code"] == "store.unavailable"
    assert "retry-after" in refused.headers
    assert ingest.publisher.records == []


async def test_an_upload_that_lost_its_manifest_is_published_again(ingest: Service) -> None:
    """A crash between publishing and the manifest costs a second record, never a document."""

    def crash(key: str) -> None:
        if key.startswith("manifests/"):
            raise Unavailable("store", "the machine is gone")

    ingest.store.before_put = crash
    lost = await ingest.upload(PNG)
    ingest.store.before_put = lambda _key: None

    again = await ingest.upload(PNG)

    assert lost.status_code == 503
    assert again.status_code == 202
    assert "bitaqa-repeated" not in again.headers
    first, second = ingest.publisher.uploaded()
    assert (first.document_id, first.revision) == (second.document_id, second.revision)


async def test_the_manifest_comes_after_the_acknowledgement(ingest: Service) -> None:
    """Whoever sees a manifest may rely on the record."""
    records_at_manifest = []

    def look(key: str) -> None:
        if key.startswith("manifests/"):
            records_at_manifest.append(len(ingest.publisher.records))

    ingest.store.before_put = look

    await ingest.upload(PNG)

    assert records_at_manifest == [1]


async def test_a_manifest_holds_nothing_that_the_caller_said(ingest: Service) -> None:
    """Subject and reference stay in the record, under its retention."""
    await ingest.upload(PNG, subject="Anna Maria", reference="order 7")

    (key,) = ingest.store.keys("manifests/")
    content = ingest.store.get(key)
    assert b"Anna" not in content
    assert b"order" not in content
    assert json.loads(content)["files"][0]["size_bytes"] == len(PNG)


async def test_an_idempotency_key_answers_for_its_payload_alone(ingest: Service) -> None:
    """The same payload gets the same answer; another one 422, and is not stored."""
    key = {"Idempotency-Key": "order-1017"}
    first = await ingest.upload(PNG, headers=key)

    same = await ingest.upload(PNG, headers=key)
    other = await ingest.upload(JPEG, headers=key)

    assert same.json() == first.json()
    assert other.status_code == 422
    assert other.json()["code"] == "idempotency_key.reused"
    assert len(ingest.publisher.records) == 1
    assert len(list(ingest.store.keys("originals/"))) == 1


async def test_an_idempotency_key_survives_an_outage(ingest: Service) -> None:
    """A key is claimed before publishing: what failed may be repeated, but not exchanged."""
    key = {"Idempotency-Key": "order-1018"}
    ingest.publisher.is_down = True
    failed = await ingest.upload(PNG, headers=key)
    ingest.publisher.is_down = False

    other = await ingest.upload(JPEG, headers=key)
    same = await ingest.upload(PNG, headers=key)

    assert (failed.status_code, other.status_code, same.status_code) == (503, 422, 202)


async def test_one_idempotency_key_at_once_lets_one_payload_through(ingest: Service) -> None:
    """Of two payloads that race for a key one wins."""
    key = {"Idempotency-Key": "order-1019"}

    answers = await asyncio.gather(*(ingest.upload(PNG + bytes([n]), headers=key) for n in b"ab"))

    assert sorted(one.status_code for one in answers) == [202, 422]


@pytest.mark.parametrize("key", ["", "x" * 256, "caf\xe9"])
async def test_an_idempotency_key_has_a_form(ingest: Service, key: str) -> None:
    """Empty, endless and non-ASCII keys are refused before the body is read."""
    answer = await ingest.client.post(
        "/v1/documents",
        files={"file": PNG},
        headers=[(b"Idempotency-Key", key.encode("latin-1"))],
    )

    assert answer.status_code == 400
    assert answer.json()["code"] == "idempotency_key.malformed"


async def test_two_tenants_share_nothing() -> None:
    """The same picture under the same key is another document, in other objects."""
    backing = Backing()
    first, second = backing.key("first"), backing.key("second")
    async with running(backing.app(secured()), backing) as ingest:
        key = {"Idempotency-Key": "the same"}
        one = await ingest.upload(PNG, headers=first | key)

        other = await ingest.upload(JPEG, headers=second | key)
        copy = await ingest.upload(PNG, headers=second)
        foreign = await ingest.client.get(one.headers["location"], headers=second)

        assert {one.status_code, other.status_code, copy.status_code} == {202}
        assert one.json()["document_id"] != copy.json()["document_id"]
        assert foreign.status_code == 404
        keys = list(backing.store.keys("originals/first/"))
        assert len(keys) == 1
        assert len(list(backing.store.keys("originals/second/"))) == 2


async def test_waiting_gives_the_result_itself(ingest: Service) -> None:
    """With ``Prefer: wait`` the answer is 200 and the result object, as soon as it is there."""
    waiting = asyncio.create_task(ingest.upload(PNG, headers={"Prefer": "wait=5"}))
    await ingest.readings.asked.wait()
    document_id = ingest.publisher.uploaded()[0].document_id
    ingest.readings.write(
        "default", document_id, FakeStatus("accepted", result=a_reading(document_id))
    )

    answer = await asyncio.wait_for(waiting, 1.5)  # Woken, not polled: a poll takes 5 s.

    assert answer.status_code == 200
    assert answer.json()["status"] == Status.ACCEPTED
    assert answer.json()["fields"]["document_number"]["value"] == "L898902C3"
    assert answer.headers["preference-applied"] == "wait=5"


async def test_waiting_in_vain_ends_with_202(ingest: Service) -> None:
    """The time asked for is all that a caller waits."""
    answer = await ingest.upload(PNG, headers={"Prefer": "respond-async, wait=0"})

    assert answer.status_code == 202


async def test_a_wait_without_a_database_is_still_accepted(ingest: Service) -> None:
    """What is stored and acknowledged is a 2xx, whatever else is down."""
    ingest.readings.is_down = True

    answer = await ingest.upload(PNG, headers={"Prefer": "wait=3"})

    assert answer.status_code == 202


async def test_waiting_for_a_document_that_fails_tells_why(ingest: Service) -> None:
    """A dead letter is an answer, too."""
    first = await ingest.upload(PNG)
    document_id = first.json()["document_id"]
    ingest.readings.write(
        "default", document_id, FakeStatus("failed", failure=a_failure(document_id))
    )

    answer = await ingest.upload(PNG, headers={"Prefer": "wait=3"})

    assert answer.status_code == 200
    assert answer.json()["failure"] == {
        "stage": "prepare",
        "reason": "image.truncated",
        "message": "the picture ends before its last row",
        "attempts": 1,
    }


async def test_too_many_uploads_are_told_to_come_again() -> None:
    """An upload that finds no place is answered 429 with Retry-After, unread."""
    async with service(uploads_max=0) as ingest:
        answer = await ingest.upload(PNG)

        assert answer.status_code == 429
        assert answer.json()["code"] == "uploads.too_many"
        assert answer.headers["retry-after"] == "1"


async def test_a_place_is_given_back_whatever_happens() -> None:
    """Refused and failed uploads do not use the places up."""
    async with service(uploads_max=1) as ingest:
        ingest.publisher.is_down = True
        for body in (b"", b"text", PNG):
            await ingest.upload(body)
        ingest.publisher.is_down = False

        answer = await ingest.upload(PNG)

        assert answer.status_code == 202


async def test_nothing_stays_in_the_spool(ingest: Service) -> None:
    """Accepted, refused or failed: the body on disk is gone with its request."""
    spool = ingest.app.state.parts.spool
    for body in (PNG, b"", b"text"):
        await ingest.upload(body)

    assert list(spool.iterdir()) == []


async def test_a_full_disk_is_503(ingest: Service) -> None:
    """Where a body cannot be spooled the caller may come again; the service did not err."""
    ingest.app.state.parts.spool.rmdir()

    answer = await ingest.upload(PNG)

    assert answer.status_code == 503
    assert answer.json()["code"] == "store.unavailable"


async def test_the_service_lets_go_of_everything_when_it_ends() -> None:
    """The publisher is flushed, connections are closed, the spool is removed."""
    backing = Backing()
    app = backing.app()
    async with running(app, backing):
        spool = app.state.parts.spool
        assert spool.is_dir()

    assert backing.publisher.is_closed
    assert backing.readings.is_closed
    assert not spool.exists()


async def test_a_secret_keys_the_ids() -> None:
    """Who does not know the secret cannot tell which documents were handed in."""
    ids = []
    for secret in ("a" * 32, "b" * 32):
        backing = Backing()
        settings = replace(settings_of(), secret=secret)
        async with running(backing.app(settings), backing) as ingest:
            ids.append((await ingest.upload(PNG)).json()["document_id"])

    assert ids[0] != ids[1]
