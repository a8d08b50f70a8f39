"""A document type that a test drops in: cards of a library that does not exist."""

import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from PIL import Image as Picture

from workers import documents
from workers.documents.registry import document_types
from workers.drawing.fonts import Face
from workers.drawing.paper import to_bgr, write
from workers.ports import Image

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
            Zone("town", ("Home town",), where=(Where.SAME_LINE, Where.RIGHT)),
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


def picture(*, also: str = "", town_label: str = "Home town:", number: str = "LB-204816") -> Image:
    """Draw a library card of nobody, with a further line of print."""
    card = Picture.new("RGB", (1000, 630), (232, 238, 244))
    for text, place, size in (
        ("PUBLIC LIBRARY OF UTOPIA", (60, 90), 44),
        ("Name of the reader", (60, 190), 24),
        ("ANNA MARIA ERIKSSON", (60, 240), 38),
        (f"{town_label} ZENITH", (60, 330), 34),
        (also, (60, 440), 30),
        (number, (60, 560), 40),
    ):
        write(card, place, text, Face.SANS, size, anchor="ls")
    return to_bgr(card)
