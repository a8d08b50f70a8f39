"""Pages of one document are told apart by their sides and by what is printed on them."""

from dataclasses import replace

import numpy as np
import pytest

from schemas.documents import Page, Quality
from tests.workers.reading_fakes import tools
from tests.workers.visual.made_lines import line
from workers.documents.document_type import LoadedPage
from workers.visual.evidence import Witness
from workers.visual.extractor import comes_twice, is_disputed, read_faces
from workers.visual.layout import DocumentFace, Zone


@pytest.mark.parametrize(
    ("sides", "twice"),
    [
        ((("front", {"number", "surname"}), ("front", {"number", "surname"})), True),
        ((("front", {"number", "surname"}), ("front", set())), True),
        ((("front", {"number", "surname"}), ("back", {"number"})), False),
        ((("front", {"plate", "holder", "address"}), ("front", {"make", "vin", "seats"})), False),
        ((("front", {"plate", "holder"}), ("front", {"plate", "make", "vin"})), True),
    ],
)
def test_a_side_that_was_given_twice_is_told(
    sides: tuple[tuple[str, set[str]], ...], *, twice: bool
) -> None:
    """Two pages of one face that print different fields are front and back of it."""
    assert comes_twice([(side, frozenset(fields)) for side, fields in sides]) is twice


@pytest.mark.parametrize(
    ("other", "confidence", "disputed"),
    [
        ("J264B0FT784", 0.9, True),
        ("J264B0FT784", 0.3, False),
        ("J264BOFT784", 0.9, False),
        ("J264BOFT734", 0.9, False),
    ],
)
def test_a_check_digit_settles_no_quarrel_over_symbols_of_one_shape(
    other: str, confidence: float, *, disputed: bool
) -> None:
    """The wrong one of O and 0 passes one in eleven of them."""
    value = "J264BOFT784"
    voices = [Witness("a", value, value, 0.99), Witness("b", other, other, confidence)]

    assert is_disputed(value, voices) is disputed


@pytest.mark.parametrize(
    ("behind", "code"), [((), "side.unread"), ((Zone("address", ("8",)),), "side.unknown")]
)
def test_a_page_that_was_not_recognised_matters_where_fields_are_missing(
    behind: tuple[Zone, ...], code: str
) -> None:
    """The back of a licence repeats what its front says."""
    front = DocumentFace("front", (Zone("surname", ("Surname",)), Zone("number", ("Number",))))
    back = DocumentFace("back", behind, side="back", titles=("Back of it",))
    blank = np.full((200, 300, 3), 255, np.uint8)
    pages = [
        LoadedPage(Page(n, n, f"pages/{n}.png", 300, 200, 0.0, Quality(1, 0.9, 0, 0.9)), blank)
        for n in (1, 2)
    ]
    known = {1: (line("Surname MARTIN", 0.1, 0.1),), 2: (line("blurred", 0.1, 0.1),)}

    read = read_faces(pages, (front, back), replace(tools(), readers=()), known)

    assert [one.code for one in read.findings] == [code]
