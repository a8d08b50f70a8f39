"""Misread labels of a bilingual form are told by what is left of both, and by their values."""

from dataclasses import replace

import pytest

from tests.workers.visual.made_lines import line
from workers.ports import Script
from workers.text import quantities
from workers.visual.dim_labels import is_dim, with_dim_labels
from workers.visual.layout import DocumentFace, Where, Zone
from workers.visual.lines import SpottedLine
from workers.visual.places import Finder

AROUND = (Where.SAME_LINE, Where.RIGHT, Where.LEFT, Where.BELOW)


def fuel(text: str) -> str | None:
    """Return a fuel of a list of two."""
    return text if text in {"GASOIL", "ESSENCE"} else None


def capitals(text: str) -> str | None:
    """Return words in capitals."""
    return text if text.isupper() else None


FACE = DocumentFace(
    "front",
    (
        Zone("holder_name", ("Nom et Prénom", "الاسم واللقب"), None, AROUND),
        Zone("make", ("Constructeur", "الصانع"), Script.LATIN, AROUND, parse=capitals),
        Zone("model_type", ("Type constructeur", "نوع الصانع"), parse=capitals, where=AROUND),
        Zone("fuel", ("Energie", "الطاقة"), where=AROUND, parse=fuel, spaced=False),
        Zone("seats", ("Places assises", "عدد المقاعد"), where=AROUND, parse=quantities.parse),
    ),
    twins=True,
)


def row(top: float, french: str, value: str, arabic: str) -> tuple[SpottedLine, ...]:
    """Return a label in French, a value, and its label in Arabic, in one row."""
    return (line(french, 0.02, top), line(value, 0.42, top), line(arabic, 0.75, top))


ROWS = (
    *row(0.1, "sam eménam", "ALI SALAH", "اللسد واشقب"),
    *row(0.2, "camseueur", "RENAULT", "اللتلع"),
    *row(0.3, "TJ9e camsaruEteur", "BK2JFCC", "نتينصانع"),
)


def test_a_value_between_what_is_left_of_its_labels_is_found() -> None:
    """No label was read; of each both languages have a few letters left."""
    finder, _ = with_dim_labels(Finder(FACE, ROWS, 1.0), 1.0)

    read = {name: places[0].text for name, places in finder.places.items() if places}
    assert read == {"holder_name": "ALI SALAH", "make": "RENAULT", "model_type": "BK2JFCC"}


def test_a_label_of_which_little_is_left_is_unsure() -> None:
    """Both labels of the make lost half of their letters."""
    _, unsure = with_dim_labels(Finder(FACE, ROWS, 1.0), 1.0)

    assert "make" in unsure


def test_two_labels_that_are_nearly_whole_are_sure() -> None:
    """A letter of seven is lost in each language."""
    lines = (*row(0.1, "Cnstructaur", "RENAULT", "الصانغ"),)

    finder, unsure = with_dim_labels(Finder(FACE, lines, 1.0), 1.0)

    assert finder.places["make"][0].text == "RENAULT"
    assert "make" not in unsure


def test_a_value_of_a_closed_list_needs_less_of_its_label() -> None:
    """Nothing else of the page is a fuel."""
    lines = (line("Enepe", 0.1, 0.1), line("GASOIL", 0.1, 0.15))

    finder, unsure = with_dim_labels(Finder(FACE, lines, 1.0), 1.0)

    assert finder.places["fuel"][0].text == "GASOIL"
    assert "fuel" not in unsure


def test_labels_like_two_fields_are_no_ones() -> None:
    """What is left fits the make as well as its type."""
    lines = (*row(0.1, "ucteur", "RENAULT", "لصا"), *row(0.2, "ucteur", "BK2JFCC", "لصا"))
    finder = Finder(FACE, lines, 1.0)

    assert with_dim_labels(finder, 1.0)[0] is finder


def test_print_that_is_like_no_label_makes_none() -> None:
    """A number beside other words is nobody's seats."""
    lines = (*row(0.1, "MINISTERE", "5", "وزارة"),)
    finder = Finder(FACE, lines, 1.0)

    assert with_dim_labels(finder, 1.0)[0] is finder


def test_a_form_in_one_language_is_left_alone() -> None:
    """One misread label alone is too little to go by."""
    finder = Finder(replace(FACE, twins=False), ROWS, 1.0)

    assert with_dim_labels(finder, 1.0) == (finder, frozenset())


WELL_READ = tuple(line(zone.labels[0], 0.1, 0.1 * n) for n, zone in enumerate(FACE.zones))


@pytest.mark.parametrize(
    ("lines", "expected"),
    [(ROWS, True), ((line("Energie", 0, 0),), True), (WELL_READ, False)],
)
def test_a_face_of_which_few_labels_were_read_may_be_another(
    lines: tuple[SpottedLine, ...],
    expected: bool,  # noqa: FBT001 - what is expected, told by name
) -> None:
    """One label of five is few."""
    assert is_dim(Finder(FACE, lines, 1.0)) is expected
