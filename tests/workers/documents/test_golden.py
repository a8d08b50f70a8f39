"""Every type reads its golden specimens fully right, through all stages."""

import json
from collections.abc import Mapping
from dataclasses import replace
from importlib import resources
from typing import Any

import cv2
import numpy as np
import pytest

from schemas.documents import FieldValue, Status
from schemas.messages import Request
from tests.workers.reading_fakes import TODAY
from workers.documents.document_type import Level, Specimen
from workers.documents.registry import document_types
from workers.drawing.write import draw_specimen
from workers.ports import Tools
from workers.read import local_tools, read_document
from workers.result import result_object
from workers.text.mrz_transliteration import transliterate

GOLDEN = "golden.jsonl"


def golden() -> list[Any]:
    """Return each golden row of each type's folder."""
    return [
        pytest.param(code, row, id=f"{code}-{row['seed']}")
        for code in document_types()
        for row in rows_of(code)
    ]


def rows_of(code: str) -> list[dict[str, Any]]:
    """Return the golden rows of one type."""
    text = (resources.files("workers.documents") / code / GOLDEN).read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def machine() -> Tools:
    """Return the real engines, on the day that the specimens lie on the table."""
    return replace(local_tools(), today=lambda: TODAY)


def files_of(specimen: Specimen) -> list[bytes]:
    """Return the pictures as someone would upload them."""
    return [cv2.imencode(".png", image)[1].tobytes() for image in specimen.images]


def comparable(fields: Mapping[str, str], row: Mapping[str, Any]) -> dict[str, str]:
    """Return the values, names of a zone in its letters: printed and MRZ form are both right."""
    names = ("surname", "given_names") if row["mrz_lines"] else ()
    return {
        name: transliterate(value) if name in names else value for name, value in fields.items()
    }


def required(fields: Mapping[str, FieldValue], specimen: Specimen) -> dict[str, str]:
    """Return what was read but for what may be left out, which must be right where it is there."""
    values = {name: one.value for name, one in fields.items()}
    besides = {name: values.pop(name) for name in specimen.optional if name in values}
    assert besides.items() <= specimen.optional.items()
    return values


@pytest.mark.parametrize(("code", "row"), golden())
def test_a_golden_specimen_is_drawn_and_read_as_it_always_was(
    code: str, row: dict[str, Any], machine: Tools
) -> None:
    """The seed draws the same document as ever, and every field of it is read, no other."""
    specimen = draw_specimen(code, row["seed"], Level(row["level"]))
    assert dict(specimen.fields) == row["fields"]
    assert list(specimen.mrz_lines) == row["mrz_lines"]

    # No hint but the language: the pictures tell the type.
    read = read_document(files_of(specimen), Request(languages=specimen.languages), machine)

    values = required(read.fields, specimen)
    assert (read.document_type, read.country) == (code, row["country"])
    assert comparable(values, row) == comparable(row["fields"], row)
    assert read.status is Status(row["status"]), read.findings
    assert result_object(read)["status"] == row["status"]


def test_every_type_has_golden_specimens() -> None:
    """A type without them is not tested."""
    assert {row.values[0] for row in golden()} == set(document_types())


@pytest.mark.parametrize("code", ["passport", "id_card", "visa"])
def test_a_photographed_specimen_is_never_accepted_wrongly(code: str, machine: Tools) -> None:
    """What is accepted is right; what is not may be anything but wrong and accepted."""
    accepted = 0
    for seed in range(2):
        specimen = draw_specimen(code, seed, Level.PHOTO)
        read = read_document(files_of(specimen), Request(), machine)
        if read.status is not Status.ACCEPTED:
            continue
        accepted += 1
        row = {"mrz_lines": specimen.mrz_lines}
        values = required(read.fields, specimen)
        assert comparable(values, row) == comparable(specimen.fields, row)

    assert accepted


def test_two_documents_in_one_upload_are_both_read(machine: Tools) -> None:
    """The announced one is the result, the other stands beside it."""
    passport = draw_specimen("passport", 1, Level.CLEAN)
    visa = draw_specimen("visa", 1, Level.CLEAN)

    files = [*files_of(visa), *files_of(passport)]
    read = read_document(files, Request(document_type="passport"), machine)

    assert read.document_type == "passport"
    assert read.fields["document_number"].page == 2
    (other,) = read.also_found
    assert (other.document_type, other.status) == ("visa", Status.ACCEPTED)
    assert other.fields["document_number"].value == visa.fields["document_number"]


def test_an_empty_picture_is_rejected(machine: Tools) -> None:
    """Neither a document nor text: the verdict says so."""
    white = cv2.imencode(".png", np.full((600, 800, 3), 240, np.uint8))[1].tobytes()

    read = read_document([white], Request(), machine)

    assert (read.document_type, read.status) == ("unknown", Status.REJECTED)
    assert "document.not_found" in {one.code for one in read.findings}


def test_a_passport_that_is_no_passport_has_no_fields(machine: Tools) -> None:
    """A hint makes nothing true."""
    letter = draw_specimen("text", 1, Level.CLEAN)

    read = read_document(files_of(letter), Request(document_type="passport"), machine)

    assert (read.status, dict(read.fields)) == (Status.REJECTED, {})
    assert "mrz.not_found" in {one.code for one in read.findings}
