"""The calls that the clients of the five older systems make, as they make them."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from schemas.documents import FieldValue, Page, Quality, Source
from schemas.messages import DocumentRead, Request
from streams.settings import AuthSettings
from tests.ingest.fakes import FakeStatus
from tests.ingest.service import (
    JPEG,
    PNG,
    Backing,
    Service,
    a_failure,
    a_reading,
    running,
    secured,
)

pytestmark = pytest.mark.anyio

ASYNC = {"Prefer": "respond-async"}
PASSPORT = {
    "surname": "ERIKSSON",
    "given_names": "ANNA MARIA",
    "document_number": "L898902C3",
    "issuing_country": "UTO",
    "nationality": "UTO",
    "birth_date": "1974-08-12",
    "sex": "F",
    "expiry_date": "2012-04-15",
}
CARD = {"number": "01234567", "surname": "بن صالح", "given_names": "أمل"}
VEHICLE = {"registration_number": "AB-123-CD", "vin": "VF1AAAAA123456789"}


def reading(document_id: str, values: dict[str, str], **more: Any) -> DocumentRead:
    """Return a result with these values."""
    fields = {
        name: FieldValue(value, value, 0.99, Source.VISUAL, "test/1", 1)
        for name, value in values.items()
    }
    return replace(a_reading(document_id), fields=fields, **more)


async def send(ingest: Service, path: str, **options: Any) -> httpx.Response:
    """Hand a picture in as a form."""
    name = options.pop("field", "file")
    files = {name: ("me at the border.jpg", JPEG)}
    return await ingest.client.post(path, files=files, **options)


def finish(
    ingest: Service, document_id: str, values: dict[str, str], tenant: str = "default", **more: Any
) -> None:
    """Let the sink write the result."""
    row = FakeStatus("accepted", result=reading(document_id, values, **more))
    ingest.readings.write(tenant, document_id, row)


async def test_the_image_ocr_service(ingest: Service) -> None:
    """POST /upload gives a task, GET /result/{task_id} its text."""
    sent = await send(ingest, "/upload", headers=ASYNC)
    task_id = sent.json()["task_id"]
    before = await ingest.client.get(f"/result/{task_id}")
    finish(ingest, task_id, {}, document_type="text", text="a letter\nof two lines")
    after = await ingest.client.get(f"/result/{task_id}")

    assert sent.status_code == 202
    assert before.json()["status"] == "processing"
    assert before.json()["text"] is None
    assert after.json()["status"] == "completed"
    assert after.json()["text"] == "a letter\nof two lines"


async def test_the_passport_extractor(ingest: Service) -> None:
    """POST /upload answers with the fields when they are there; what was not read is null."""
    task_id = (await send(ingest, "/upload", headers=ASYNC)).json()["task_id"]
    finish(ingest, task_id, PASSPORT)

    answer = await send(ingest, "/upload")

    assert answer.status_code == 200
    body = answer.json()
    assert body["id"] == task_id
    assert body["filename"] == "me at the border.jpg"
    assert body["timestamp"]
    assert body["extracted_text"] == {
        "document_type": "passport",
        "issuing_country": "UTO",
        "surname": "ERIKSSON",
        "given_names": "ANNA MARIA",
        "passport_number": "L898902C3",
        "nationality": "UTO",
        "date_of_birth": "1974-08-12",
        "gender": "F",
        "expiration_date": "2012-04-15",
        "date_of_issue": None,
    }


async def test_an_upload_that_takes_longer_is_a_task(ingest: Service) -> None:
    """When time is up the caller gets what it can ask for later."""
    answer = await send(ingest, "/upload", headers={"Prefer": "wait=0"})

    assert answer.status_code == 202
    assert answer.json()["extracted_text"] is None
    assert answer.headers["location"] == f"/result/{answer.json()['task_id']}"


async def test_the_root_is_health_for_programs_and_a_page_for_people(ingest: Service) -> None:
    """The passport extractor's health."""
    program = await ingest.client.get("/")
    person = await ingest.client.get("/", headers={"Accept": "text/html,application/xhtml+xml"})

    assert program.json()["status"] == "ok"
    assert person.headers["content-type"].startswith("text/html")
    assert "/docs" in person.text


async def test_the_tunisian_card_backend(ingest: Service) -> None:
    """The name that /upload answered gives number and names, with and without its ending."""
    sent = (await send(ingest, "/upload", field="image", headers=ASYNC)).json()
    finish(ingest, sent["id"], CARD, document_type="tn_cin")

    answer = await ingest.client.get(f"/api/{sent['image_path']}")
    bare = await ingest.client.get(f"/api/{sent['id']}")

    assert "/" not in sent["image_path"]
    assert answer.status_code == 200
    assert answer.json().items() >= CARD.items()
    assert bare.json() == answer.json()


@pytest.mark.parametrize("path", ["..%2F..%2Fetc%2Fpasswd", "me.png", "%2e%2e", "x" * 900])
async def test_no_path_of_a_disk_is_ever_read(ingest: Service, path: str) -> None:
    """What is no id is not there."""
    assert (await ingest.client.get(f"/api/{path}")).status_code == 404


@pytest.mark.parametrize(("country", "code"), [("FR", "FRA"), ("TN", "TUN"), ("fra", "FRA")])
async def test_the_carte_grise_api(ingest: Service, country: str, code: str) -> None:
    """A certificate is pending at first, then its values are there."""
    sent = await send(ingest, "/api/v1/upload-and-extract/", data={"country_code": country})
    document_id = sent.json()["document_id"]
    before = await ingest.client.get(f"/api/v1/task-status/{document_id}")
    finish(ingest, document_id, VEHICLE)
    after = await ingest.client.get(f"/api/v1/task-status/{document_id}")

    assert sent.status_code == 202
    assert sent.json()["status"] == "pending"
    assert before.json() == {
        "document_id": document_id,
        "status": "processing",
        "extracted_data": None,
        "error": None,
    }
    assert after.json()["status"] == "completed"
    assert after.json()["extracted_data"] == VEHICLE
    [message] = ingest.publisher.uploaded()
    assert message.request.country == code
    assert (await ingest.client.get("/api/v1/health")).json()["status"] == "healthy"


@pytest.mark.parametrize("country", [None, "", "DE", "nowhere"])
async def test_the_carte_grise_api_knows_two_countries(
    ingest: Service, country: str | None
) -> None:
    """Anything else is refused by the name of its field."""
    data = {} if country is None else {"country_code": country}

    answer = await send(ingest, "/api/v1/upload-and-extract/", data=data)

    assert answer.status_code == 422
    assert answer.json()["field"] == "country_code"


async def test_the_identity_api(ingest: Service) -> None:
    """Tasks have Celery's states, a user is the subject, pages are media with a parent."""
    sent = await send(ingest, "/upload-image/", data={"user_id": "customer-37", "junk": "x"})
    task_id = sent.json()["task_id"]
    waiting = await ingest.client.get(f"/task/{task_id}")
    page = Page(1, 1, "pages/one.png", 10, 10, 0.0, Quality(1, 1, 0, 1))
    ingest.store.put("pages/one.png", PNG, "image/png")
    request = Request(subject="customer-37")
    finish(ingest, task_id, PASSPORT, pages=(page,), request=request)
    done = await ingest.client.get(f"/task/{task_id}")
    medium = await ingest.client.get(f"/media/{task_id}")
    child = await ingest.client.get(f"/media/{task_id}.1")
    ocr = await ingest.client.get(f"/media/{task_id}/ocr")
    file = await ingest.client.get(f"/media/{task_id}.1/file")

    assert sent.status_code == 202
    assert sent.json()["status"] == "PENDING"
    [message] = ingest.publisher.uploaded()
    assert message.request.subject == "customer-37"
    assert waiting.json()["status"] == "PENDING"
    assert done.json()["status"] == "SUCCESS"
    assert done.json()["fields"] == PASSPORT
    assert medium.json()["user_id"] == "customer-37"
    assert medium.json()["children"] == [f"{task_id}.1"]
    assert child.json()["parent_id"] == task_id
    assert ocr.json()["fields"]["surname"] == "ERIKSSON"
    assert file.content == PNG
    assert (await ingest.client.get(f"/media/{task_id}.2")).status_code == 404
    assert (await ingest.client.get(f"/media/{task_id}.2/file")).status_code == 404
    assert (await ingest.client.get("/health")).json() == {"status": "ok"}


async def test_the_identity_api_in_one_call(ingest: Service) -> None:
    """POST /upload-image-sync/ waits for the text."""
    task_id = (await send(ingest, "/upload-image/")).json()["task_id"]
    finish(ingest, task_id, PASSPORT)

    answer = await send(ingest, "/upload-image-sync/")

    assert answer.status_code == 200
    assert answer.json()["status"] == "SUCCESS"
    assert "ERIKSSON" in answer.json()["text"]


async def test_a_failure_is_told_in_each_systems_words(ingest: Service) -> None:
    """A picture that cannot be read ends every client's wait."""
    task_id = (await send(ingest, "/upload", headers=ASYNC)).json()["task_id"]
    failed = FakeStatus("failed", failure=a_failure(task_id))
    ingest.readings.write("default", task_id, failed)

    ocr = (await ingest.client.get(f"/result/{task_id}")).json()
    celery = (await ingest.client.get(f"/task/{task_id}")).json()
    vehicle = (await ingest.client.get(f"/api/v1/task-status/{task_id}")).json()

    assert (ocr["status"], vehicle["status"], celery["status"]) == ("failed", "failed", "FAILURE")
    assert ocr["error"] == vehicle["error"] == celery["error"] == a_failure(task_id).message


@pytest.mark.parametrize(
    "path", ["/result/{}", "/task/{}", "/media/{}", "/media/{}/ocr", "/api/v1/task-status/{}"]
)
async def test_what_nobody_handed_in_is_404(ingest: Service, path: str) -> None:
    """The same answer for an unknown id and for what is no id."""
    for unknown in ("doc_" + "a" * 32, "42"):
        assert (await ingest.client.get(path.format(unknown))).status_code == 404


async def test_callers_without_a_key_are_the_legacy_tenant_or_nobody() -> None:
    """Off by default: without the setting these routes ask for a key."""
    backing = Backing()
    async with running(backing.app(secured()), backing) as closed:
        refused = await send(closed, "/upload", headers=ASYNC)
    opened = secured(AuthSettings(legacy_tenant="old-clients"))
    async with running(backing.app(opened), backing) as one:
        sent = await send(one, "/upload", headers=ASYNC)
        canonical = await one.client.get(f"/v1/documents/{sent.json()['id']}")

    assert refused.status_code == 401
    assert sent.status_code == 202
    assert canonical.status_code == 401
    [message] = backing.publisher.uploaded()
    assert message.tenant == "old-clients"
