"""Deleting, restoring and erasing over HTTP, on a real PostgreSQL."""

import pytest

from streams.api_keys import Scope
from streams.audit import read_lines
from tests.ingest.house import house
from tests.ingest.service import PNG
from tests.support.sinks import Rows

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]


async def test_a_deleted_document_is_hidden_until_it_is_restored(dsn: str) -> None:
    """Its owner is told so; nothing of it is lost; both can be repeated."""
    async with house(dsn) as one:
        document_id = await one.read_one()
        place = f"/v1/documents/{document_id}"
        before = await one.client.get(place)
        deleted = [await one.client.delete(place) for _ in range(2)]
        hidden = [await one.client.get(place + more) for more in ("", "/events", "/pages/1")]
        restored = [await one.client.post(f"{place}/restore") for _ in range(2)]
        after = await one.client.get(place)

        assert {answer.status_code for answer in (*deleted, *restored)} == {204}
        assert {answer.status_code for answer in hidden} == {410}
        assert hidden[0].json()["code"] == "document.deleted"
        assert after.json() == before.json()
        lines = [(line.action, line.object) for line in read_lines(dsn, "acme")]
        assert lines == [("document.deleted", document_id), ("document.restored", document_id)]


async def test_an_erased_document_is_gone_for_good(dsn: str) -> None:
    """Every row goes at once; what is still due says so; a repetition is answered alike."""
    async with house(dsn) as one:
        document_id = await one.read_one()
        place = f"/v1/documents/{document_id}"
        erased = await one.client.post(f"{place}/erase")
        again = await one.client.post(f"{place}/erase")

        assert erased.status_code == again.status_code == 202
        assert erased.json() == again.json()
        assert erased.json()["status"] == "erasing"
        assert (await one.client.get(f"{place}/erasure")).json() == erased.json()
        assert (await one.client.get(place)).status_code == 404
        assert (await one.client.delete(place)).status_code == 404
        assert (await one.client.post(f"{place}/restore")).status_code == 404
        rows = Rows(dsn)
        for table in ("documents", "readings", "fields", "findings", "pages", "jobs"):
            assert rows.one(f"SELECT count(*) FROM {table}") == 0
        assert rows.one("SELECT count(*) FROM document_events") == 0
        assert [line.action for line in read_lines(dsn, "acme")] == ["document.erased"]


async def test_the_same_upload_after_an_erasure_is_another_document(dsn: str) -> None:
    """Under a new id each time; with its Idempotency-Key too; others keep theirs."""
    async with house(dsn) as one:
        key = {"Idempotency-Key": "k1"}
        ids = []
        for _ in range(3):
            answer = await one.service.upload(headers=key)
            assert answer.status_code == 202
            assert "bitaqa-repeated" not in answer.headers
            ids.append(answer.json()["document_id"])
            repeated = await one.service.upload(headers=key)
            assert repeated.json()["document_id"] == ids[-1]
            assert repeated.headers["bitaqa-repeated"] == "true"
            await one.client.post(f"/v1/documents/{ids[-1]}/erase")

        assert len(set(ids)) == 3
        other = await one.service.upload(PNG + b"x", headers=key)
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key.reused")


async def test_a_document_without_rows_can_be_erased_and_not_yet_deleted(dsn: str) -> None:
    """While the sink knows nothing of it, its manifest says that it is there."""
    async with house(dsn) as one:
        document_id = (await one.service.upload()).json()["document_id"]
        deleted = await one.client.delete(f"/v1/documents/{document_id}")
        erased = await one.client.post(f"/v1/documents/{document_id}/erase")

        assert (deleted.status_code, deleted.json()["code"]) == (409, "document.underway")
        assert deleted.headers["retry-after"] == "1"
        assert erased.status_code == 202
        assert (await one.client.get(f"/v1/documents/{document_id}")).status_code == 404


async def test_nobody_ends_the_documents_of_another(dsn: str) -> None:
    """For a stranger they are not there; without the scope they are out of reach."""
    async with house(dsn) as one:
        document_id = await one.read_one()
        place = f"/v1/documents/{document_id}"
        calls = (
            ("DELETE", place),
            ("POST", f"{place}/restore"),
            ("POST", f"{place}/erase"),
            ("GET", f"{place}/erasure"),
        )
        own = dict(one.client.headers)
        one.client.headers.update(one.backing.key("stranger"))
        strange = [await one.client.request(*call) for call in calls]
        one.client.headers.update(one.backing.key("acme", Scope.READ, Scope.SUBMIT, Scope.ADMIN))
        weak = [await one.client.request(*call) for call in calls]
        one.client.headers.update(own)

        assert {answer.status_code for answer in strange} == {404}
        assert {answer.status_code for answer in weak} == {403}
        assert (await one.client.get(place)).status_code == 200


@pytest.mark.parametrize("document_id", ["doc_1", "doc_" + "a" * 33, "%00", "..%2f.."])
async def test_what_is_no_id_is_nobody_s_document(dsn: str, document_id: str) -> None:
    """Before the database is asked."""
    async with house(dsn) as one:
        answer = await one.client.post(f"/v1/documents/{document_id}/erase")

        assert answer.status_code == 404


async def test_older_clients_delete_a_medium_with_its_pages(dsn: str) -> None:
    """DELETE /media/{id} hides the document; a page alone stays."""
    async with house(dsn) as one:
        document_id = await one.read_one()
        page = await one.client.delete(f"/media/{document_id}.1")
        deleted = await one.client.delete(f"/media/{document_id}")

        assert (page.status_code, page.json()["code"]) == (409, "media.page")
        assert deleted.status_code == 204
        for path in ("/media/{}", "/media/{}/ocr", "/media/{}/file", "/task/{}", "/result/{}"):
            assert (await one.client.get(path.format(document_id))).status_code == 410
        assert (await one.client.delete("/media/doc_1")).status_code == 404
