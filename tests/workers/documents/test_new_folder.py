"""Dropping a folder in is all that a new document type takes."""

import cv2
import numpy as np
import pytest

from schemas.documents import Status
from schemas.messages import Request
from tests.support.library_card import picture
from workers.read import local_tools, read_document


@pytest.mark.usefixtures("library_card")
@pytest.mark.parametrize("turns", [0, 2, 1])
def test_a_folder_dropped_in_is_recognised_and_read(turns: int) -> None:
    """Type, country and fields come out of the picture, however it is turned, with no hint."""
    turned = np.ascontiguousarray(np.rot90(picture(), turns))
    data = cv2.imencode(".png", turned)[1].tobytes()

    read = read_document([data], Request(), local_tools())

    assert (read.document_type, read.country) == ("library_card", "UTO")
    values = {name: one.value for name, one in read.fields.items()}
    assert values == {
        "reader_name": "ANNA MARIA ERIKSSON",
        "town": "ZENITH",
        "card_number": "LB-204816",
    }
    assert [one.code for one in read.findings] == []
    assert read.status is Status.ACCEPTED
    assert read.pages[0].rotation_deg == pytest.approx(90 * turns % 360, abs=1)


@pytest.mark.usefixtures("library_card")
def test_a_wrong_hint_is_a_finding() -> None:
    """Who calls a library card a passport is told so; it is read as what it is, not accepted."""
    data = cv2.imencode(".png", picture())[1].tobytes()

    read = read_document([data], Request("passport"), local_tools())

    assert "type.hint_contradicted" in {one.code for one in read.findings}
    assert (read.document_type, read.status) == ("library_card", Status.REVIEW)
    assert read.fields["town"].value == "ZENITH"


def test_without_the_folder_the_card_is_text() -> None:
    """The type is known from its folder and from nowhere else."""
    data = cv2.imencode(".png", picture())[1].tobytes()

    read = read_document([data], Request(), local_tools())

    assert read.document_type == "text"
