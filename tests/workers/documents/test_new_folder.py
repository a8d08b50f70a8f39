"""Dropping a folder in is all that a new document type takes."""

import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import cv2
import numpy as np
import pytest
from PIL import Image as Picture

from schemas.documents import Status
from schemas.messages import Request
from workers import documents
from workers.documents.registry import document_types
from workers.drawing.fonts import Face
from workers.drawing.paper import to_bgr, write
from workers.ports import Image
from workers.read import local_tools, read_document

FOLDER = dedent('''
    """Cards of a library that does not exist."""

    import re

    from schemas.documents import Route
    from workers.documents.document_type import DocumentType, FieldSpec
    from workers.visual.extractor import visual_extractor
    from workers.visual.layout import DocumentFace, Where, Zone
    from workers.visual.recognition import title_recogniser


    def _number(text):
        found = re.search(r"[A-Z]{2}-[0-9]{6}", text)
        return found.group() if found else None


    FACE = DocumentFace(
        name="front",
        titles=("Public Library of Utopia", "Reader card"),
        zones=(
            Zone("reader_name", ("Name of the reader",), where=(Where.BELOW,)),
            Zone("town", ("Town",), where=(Where.SAME_LINE, Where.RIGHT)),
            Zone("card_number", parse=_number),
        ),
    )

    TYPE = DocumentType(
        code="library_card",
        title="Library card",
        route=Route.INTL,
        fields=(
            FieldSpec("reader_name", "Name", required=True),
            FieldSpec("town", "Town"),
            FieldSpec("card_number", "Number", required=True),
        ),
        recognise=title_recogniser({"Public Library of Utopia": 0.9}, (FACE,), country="UTO"),
        extract=visual_extractor("library_card", (FACE,), country="UTO"),
        check=lambda extraction, today: (),
        draw=lambda rng, level: None,
    )
''')


@pytest.fixture
def library_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Drop the folder in, as another package on the path of document types would."""
    folder = tmp_path / "library_card"
    folder.mkdir()
    (folder / "__init__.py").write_text(FOLDER, "utf-8")
    monkeypatch.setattr(documents, "__path__", [*documents.__path__, str(tmp_path)])
    document_types.cache_clear()
    yield
    document_types.cache_clear()
    sys.modules.pop("workers.documents.library_card", None)


def picture() -> Image:
    """Draw a library card of nobody."""
    card = Picture.new("RGB", (1000, 630), (232, 238, 244))
    for text, place, size in (
        ("PUBLIC LIBRARY OF UTOPIA", (60, 90), 44),
        ("Name of the reader", (60, 190), 24),
        ("ANNA MARIA ERIKSSON", (60, 240), 38),
        ("Town: ZENITH", (60, 330), 34),
        ("LB-204816", (60, 560), 40),
    ):
        write(card, place, text, Face.SANS, size, anchor="ls")
    return to_bgr(card)


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
