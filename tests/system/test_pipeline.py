"""Documents go in over HTTP and come out of the result topic and of PostgreSQL as drawn."""

import json
from random import Random

import cv2
import pytest

from schemas.codec import Codec
from schemas.messages import DocumentRead
from streams.stack import Stack
from streams.topology import FAILED, READ
from tests.support.hostile import hostile_files
from tests.system.observer import Observer
from workers.accuracy import is_same
from workers.documents.document_type import Level, Specimen
from workers.documents.registry import document_types

pytestmark = [pytest.mark.broker, pytest.mark.postgres, pytest.mark.xdist_group("system")]


@pytest.fixture(scope="module")
def seen(stack: Stack) -> Observer:
    """Return an observer of the stack."""
    return Observer(stack)


def draw(code: str, seed: str) -> Specimen:
    """Return a drawn document."""
    return document_types()[code].draw(Random(seed), Level.CLEAN)


def files_of(specimen: Specimen) -> list[tuple[str, bytes]]:
    """Return the pictures of a document as files."""
    return [
        (f"{number}.png", cv2.imencode(".png", image)[1].tobytes())
        for number, image in enumerate(specimen.images)
    ]


@pytest.mark.parametrize("code", ["passport", "id_card", "visa"])
def test_a_document_comes_out_as_drawn(seen: Observer, code: str) -> None:
    """The API, the result topic and the rows all tell the drawn values."""
    specimen = draw(code, f"system {code}")
    answer = seen.post(files_of(specimen))
    document_id = answer.json()["document_id"]

    result = seen.result(document_id)

    assert answer.status_code == 202
    assert answer.headers["Location"].endswith(document_id)
    assert result["status"] == "accepted"
    values = {name: field["value"] for name, field in result["fields"].items()}
    assert all(is_same(name, value, values[name]) for name, value in specimen.fields.items())
    [record] = [one for one in seen.messages(READ) if one.key == document_id]
    message = Codec().decode(record.value or b"")
    assert isinstance(message, DocumentRead)
    assert {name: field.value for name, field in message.fields.items()} == values
    assert seen.ends().rows[document_id] == 1


def test_waiting_answers_with_the_result(seen: Observer) -> None:
    """One call is enough for a caller who can wait."""
    specimen = draw("passport", "waiting")

    answer = seen.post(files_of(specimen))
    again = seen.get(answer.headers["Location"], Prefer="wait=60")

    assert again.json()["fields"]["surname"]["value"]
    assert again.json()["status"] == "accepted"


def test_every_stage_is_an_event(seen: Observer) -> None:
    """A caller can follow the way of a document to its end."""
    answer = seen.post(files_of(draw("visa", "events")))

    events = seen.get(f"/v1/documents/{answer.json()['document_id']}/events").text

    told = [json.loads(line[5:]) for line in events.splitlines() if line.startswith("data:")]
    names = [
        line.removeprefix("event:").strip() for line in events.splitlines() if "event:" in line
    ]
    assert len(told) == 4
    assert names == ["uploaded", "prepared", "extracted", "read"]


def test_the_same_upload_is_one_document(seen: Observer) -> None:
    """A caller who is unsure whether an upload arrived sends it again."""
    files = files_of(draw("id_card", "twice"))
    first = seen.post(files, {"reference": "a"}).json()["document_id"]

    second = seen.post(files, {"reference": "a"}).json()["document_id"]
    other = seen.post(files, {"reference": "b"}).json()["document_id"]

    seen.await_ends([first, other], 60)
    assert first == second != other
    assert seen.ends().read[first] == 1


def test_hostile_files_end_with_a_reason_and_no_worker_dies(seen: Observer) -> None:
    """Each of 200 files is refused, read or dead-lettered; the next good one is read."""
    before = seen.stack.pids()
    files = hostile_files(seed=7)
    waiting = {}
    for file in files:
        answer = seen.post([("upload", file.data)])
        if answer.is_success:
            waiting[answer.json()["document_id"]] = file
        else:
            assert 400 <= answer.status_code < 500, file.name
            assert answer.json()["code"], file.name

    ends = seen.await_ends(waiting, 240)

    assert len(files) >= 200
    assert all(ends.of(one) == 1 for one in waiting)
    accepted = [seen.result(one) for one in waiting if ends.read[one]]
    assert all(one["status"] != "accepted" for one in accepted)
    letters = [one for one in seen.messages(FAILED) if one.key in waiting]
    assert all(getattr(Codec().decode(one.value or b""), "reason", "") for one in letters)
    good = seen.post(files_of(draw("passport", "after the storm"))).json()["document_id"]
    assert seen.result(good)["status"] == "accepted"
    assert seen.stack.pids() == before
