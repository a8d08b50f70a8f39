"""Corrections, re-readings, later pages and lists, on a real PostgreSQL."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from ingest.manifests import Trace, extend_manifest, mark_erased, trace_of
from schemas.documents import Severity, Source, Status
from schemas.messages import DocumentRead, DocumentUploaded
from streams.api_keys import Scope
from streams.audit import read_lines
from streams.corrections import carried
from streams.erasing import remove_objects
from streams.store import MemoryStore
from streams.topology import READ
from tests.ingest.house import House, house
from tests.ingest.service import JPEG, PNG
from tests.support import passes
from tests.support.passes import publish, read
from tests.support.sinks import Rows, RunningSink
from workers.correct import correct

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]


def published(one: House, topic: str) -> list[Any]:
    """Return the messages that the service put into a topic."""
    from schemas.codec import Codec  # noqa: PLC0415 - used here alone

    return [
        Codec().decode(record.value or b"")
        for record in one.service.publisher.records
        if record.topic == topic
    ]


async def test_a_correction_is_a_new_revision_with_who_and_when(dsn: str) -> None:
    """Subscribers, the API and the audit log tell it alike; the reading before stays."""
    async with house(dsn) as one:
        document_id = await one.read_one()
        answer = await one.client.patch(
            f"/v1/documents/{document_id}",
            json={"fields": {"surname": "THORNWICK", "personal_number": None}},
        )

        assert answer.status_code == 200
        body = answer.json()
        assert body["revision"] == 2
        assert body["fields"]["surname"]["value"] == "THORNWICK"
        assert body["fields"]["surname"]["source"] == "person"
        assert "personal_number" not in body["fields"]
        assert body["corrected_by"].startswith("key:")
        [message] = published(one, READ)
        assert isinstance(message, DocumentRead)
        assert (message.revision, message.corrected_by) == (2, body["corrected_by"])
        publish(one.log, [message])
        with RunningSink(one.log, dsn):
            Rows(dsn).wait("SELECT max(revision) FROM readings", 2)
        after = await one.client.get(f"/v1/documents/{document_id}")
        assert after.json()["fields"]["surname"]["value"] == "THORNWICK"
        [line] = read_lines(dsn, "acme")
        assert (line.action, line.object) == ("document.correction", document_id)
        assert "THORNWICK" not in str(line)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (None, "correction.fields"),
        ([], "correction.fields"),
        ({"fields": {}}, "correction.fields"),
        ({"fields": {"surname": 7}}, "correction.value"),
        ({"fields": {"surname": ""}}, "field.value"),
        ({"fields": {"surname": "A\nB"}}, "field.value"),
        ({"fields": {"colour": "red"}}, "field.unknown"),
    ],
)
async def test_what_is_no_correction_is_refused(dsn: str, body: Any, code: str) -> None:
    """Nothing is published, no number is taken, and the value is not repeated."""
    async with house(dsn) as one:
        document_id = await one.read_one()

        answer = await one.client.patch(f"/v1/documents/{document_id}", json=body)

        assert answer.status_code == 422
        assert answer.json()["code"] == code
        assert not published(one, READ)
        assert Rows(dsn).one("SELECT count(*) FROM revisions") == 0


async def test_a_field_whose_name_is_no_text_is_refused(dsn: str) -> None:
    """Half a character is valid JSON and fits into no answer."""
    async with house(dsn) as one:
        document_id = await one.read_one()
        headers = {"Content-Type": "application/json"}
        body = b'{"fields": {"\\ud800": "x"}}'

        answer = await one.client.patch(
            f"/v1/documents/{document_id}", content=body, headers=headers
        )

        assert (answer.status_code, answer.json()["code"]) == (422, "correction.fields")


async def test_a_reading_under_way_does_not_undo_a_correction(dsn: str) -> None:
    """Read again, corrected meanwhile, then the reading ends; an erasure removes what was kept."""
    async with house(dsn) as one:
        document_id = await one.read_one()
        store = one.backing.store
        place = f"/v1/documents/{document_id}"
        again = await one.client.post(f"{place}/readings")
        change = {"fields": {"surname": "THORNWICK"}}
        corrected = (await one.client.patch(place, json=change)).json()
        ended = replace(read(1, again.json()["revision"]), document_id=document_id, tenant="acme")

        last = carried(ended, lambda: store)

        assert (last.revision, corrected["revision"]) == (2, 3)
        assert last.fields["surname"].value == "THORNWICK"
        assert last.fields["surname"].engine == corrected["corrected_by"]
        remove_objects(store, "acme", document_id)
        assert carried(ended, lambda: store) == ended


async def test_a_correction_of_what_has_changed_is_refused(dsn: str) -> None:
    """If-Match protects from two people at once."""
    async with house(dsn) as one:
        document_id = await one.read_one()
        place = f"/v1/documents/{document_id}"
        tag = (await one.client.get(place)).headers["etag"]
        change = {"fields": {"surname": "THORNWICK"}}

        stale = await one.client.patch(place, json=change, headers={"If-Match": '"9-review"'})
        fresh = await one.client.patch(place, json=change, headers={"If-Match": tag})

        assert (stale.status_code, fresh.status_code) == (412, 200)


async def test_of_two_corrections_of_the_same_state_one_counts(dsn: str) -> None:
    """However long the first takes to be written: the second would take it away unseen."""
    async with house(dsn) as one:
        document_id = await one.read_one()
        place = f"/v1/documents/{document_id}"
        tag = {"If-Match": (await one.client.get(place)).headers["etag"]}
        changes = [{"fields": {name: "THORNWICK"}} for name in ("surname", "given_names")]

        answers = [await one.client.patch(place, json=one_of, headers=tag) for one_of in changes]

        assert [answer.status_code for answer in answers] == [200, 409]
        assert answers[1].json()["code"] == "document.changing"


async def test_a_claim_that_came_to_nothing_holds_nobody_up_for_ever(dsn: str) -> None:
    """Its number stays unused."""
    async with house(dsn) as one:
        document_id = await one.read_one()
        place = f"/v1/documents/{document_id}"
        tag = {"If-Match": (await one.client.get(place)).headers["etag"]}
        change = {"fields": {"surname": "THORNWICK"}}
        await one.client.patch(place, json=change, headers=tag)
        Rows(dsn).do("UPDATE revisions SET asked_at = now() - interval '11 minutes'")

        answer = await one.client.patch(place, json=change, headers=tag)

        assert answer.json()["revision"] == 3


async def test_corrections_at_once_are_different_revisions(dsn: str) -> None:
    """The database gives each a number of its own."""
    async with house(dsn) as one:
        document_id = await one.read_one()
        change = {"fields": {"surname": "THORNWICK"}}

        answers = await asyncio.gather(
            *(one.client.patch(f"/v1/documents/{document_id}", json=change) for _ in range(5))
        )

        assert sorted(answer.json()["revision"] for answer in answers) == [2, 3, 4, 5, 6]


async def test_a_document_is_read_again_with_other_hints(dsn: str) -> None:
    """The same files, the same reference, a new revision."""
    async with house(dsn) as one:
        document_id = await one.read_one(reference="order-7")
        answer = await one.client.post(
            f"/v1/documents/{document_id}/readings",
            json={"engine": "local", "document_type": "visa"},
        )

        assert answer.status_code == 202
        assert answer.json()["revision"] == 2
        first, again = one.service.publisher.uploaded()
        assert (again.document_id, again.revision, again.files) == (document_id, 2, first.files)
        assert again.request == replace(first.request, engine="local", document_type="visa")


async def test_pages_that_come_later_join_the_document(dsn: str) -> None:
    """All sides are read together; the manifest knows them from then on."""
    async with house(dsn) as one:
        document_id = await one.read_one()
        pages = f"/v1/documents/{document_id}/pages"
        second = await one.client.post(pages, files={"file": ("b.jpg", JPEG)})
        third = await one.client.post(pages, files={"file": ("c.png", PNG + b"back")})

        assert (second.json()["revision"], third.json()["revision"]) == (2, 3)
        last = one.service.publisher.uploaded()[-1]
        assert isinstance(last, DocumentUploaded)
        assert len(last.files) == 3
        assert len({file.key for file in last.files}) == 3
        assert one.backing.store.get(last.files[1].key) == JPEG


def test_pages_never_write_over_an_erasure() -> None:
    """What was erased between the upload of a page and its end stays erased."""
    store, uploaded = MemoryStore(), passes.uploaded(1)
    mark_erased(store, uploaded.tenant, uploaded.document_id)

    extend_manifest(store, uploaded)

    assert trace_of(store, uploaded.tenant, uploaded.document_id) is Trace.ERASED


async def test_a_document_has_a_bounded_number_of_files(dsn: str) -> None:
    """Ten in all, however they come."""
    async with house(dsn) as one:
        document_id = await one.read_one(*(PNG + bytes([number]) for number in range(9)))
        files = [("file", (f"{number}.png", PNG + b"x" * number)) for number in range(2)]

        answer = await one.client.post(f"/v1/documents/{document_id}/pages", files=files)

        assert answer.status_code == 422
        assert answer.json()["code"] == "upload.too_many_files"


async def test_a_list_goes_page_by_page_through_every_document_once(dsn: str) -> None:
    """Newest first, whatever the size of a page; filters narrow it."""
    async with house(dsn) as one:
        names = [
            await one.read_one(PNG + bytes([number]), subject=f"customer-{number % 2}")
            for number in range(5)
        ]

        seen: list[str] = []
        cursor: str | None = None
        while True:
            query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
            page = (await one.client.get("/v1/documents", params=query)).json()
            seen += [row["document_id"] for row in page["documents"]]
            cursor = page["next"]
            if cursor is None:
                break
        filtered = await one.client.get("/v1/documents", params={"subject": "customer-1"})
        nothing = await one.client.get("/v1/documents", params={"status": "failed"})
        future = await one.client.get("/v1/documents", params={"since": "2999-01-01T00:00:00Z"})

        assert sorted(seen) == sorted(names)
        assert len(seen) == len(set(seen))
        assert len(filtered.json()["documents"]) == 2
        assert nothing.json() == {"documents": [], "next": None}
        assert future.json()["documents"] == []


async def test_a_deleted_document_is_on_no_list(dsn: str) -> None:
    """Nor can it be changed."""
    async with house(dsn) as one:
        document_id = await one.read_one()
        await one.client.delete(f"/v1/documents/{document_id}")

        listed = await one.client.get("/v1/documents")
        corrected = await one.client.patch(
            f"/v1/documents/{document_id}", json={"fields": {"surname": "X"}}
        )

        assert listed.json()["documents"] == []
        assert corrected.status_code == 410


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"limit": "0"}, "parameter.invalid"),
        ({"limit": "x"}, "parameter.invalid"),
        ({"reference": "order\x00"}, "parameter.invalid"),
        ({"cursor": "x"}, "parameter.cursor"),
        ({"cursor": "bnVsbA=="}, "parameter.cursor"),
        ({"status": "lost"}, "parameter.status"),
        ({"country": "nowhere"}, "parameter.country"),
        ({"since": "yesterday"}, "parameter.since"),
        ({"before": "2026-01-01"}, "parameter.before"),
    ],
)
async def test_a_query_that_does_not_parse_is_refused(
    dsn: str, query: dict[str, str], code: str
) -> None:
    """By the name of its parameter."""
    async with house(dsn) as one:
        answer = await one.client.get("/v1/documents", params=query)

        assert answer.status_code == 422
        assert answer.json()["code"] == code


async def test_a_correction_needs_its_scope(dsn: str) -> None:
    """Who may read may not change."""
    async with house(dsn) as one:
        document_id = await one.read_one()
        reader = one.backing.key("acme", Scope.READ)

        answers = [
            await one.client.patch(
                f"/v1/documents/{document_id}", json={"fields": {"surname": "X"}}, headers=reader
            ),
            await one.client.post(f"/v1/documents/{document_id}/readings", headers=reader),
        ]

        assert {answer.status_code for answer in answers} == {403}


def test_a_person_answers_for_what_a_rule_doubts() -> None:
    """A corrected value that a rule doubts is told as an information; other findings stand."""
    reading = read(1)
    now = reading.read_at
    changes = {"birth_date": "1700-01-01"}

    alone = correct(reading, changes, revision=2, person="key:a", now=now)

    [doubt] = [one for one in alone.findings if one.code == "date.implausible"]
    assert doubt.severity is Severity.INFO
    assert alone.fields["birth_date"].source is Source.PERSON
    assert alone.status is Status.ACCEPTED


def test_a_required_value_that_is_taken_away_is_missed() -> None:
    """A person can also say that a value is not there: then somebody must look."""
    reading = read(1)

    without = correct(reading, {"surname": None}, revision=2, person="key:a", now=reading.read_at)

    assert "field.missing" in [one.code for one in without.findings]
    assert without.status is Status.REVIEW
