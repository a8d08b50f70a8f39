"""A label that a reader ran together with its value is still a label."""

import pytest

from tests.workers.visual.made_lines import line
from workers.documents.driving_licence.layout import FACES
from workers.visual.glued import with_parted_labels
from workers.visual.places import Finder

REST = ("2 Mariana", "4a 07-10-2024", "4b 06-10-2039", "5 60485096685")


def parted(*texts: str) -> tuple[str, ...]:
    """Return the texts of a licence's lines, labels parted from their values."""
    lines = tuple(line(text, 0.1, 0.08 * number) for number, text in enumerate(texts))
    finder = with_parted_labels(Finder(FACES[0], lines, 1.0))
    assert all(
        len(one.reading.text) == len(one.reading.confidences) == len(one.reading.places)
        for one in finder.lines
    )
    assert all(list(one.reading.places) == sorted(one.reading.places) for one in finder.lines)
    return tuple(one.text for one in finder.lines)


@pytest.mark.parametrize(
    ("glued", "whole"), [("1Maes", "1 Maes"), ("315-07-1955 Faro", "3 15-07-1955 Faro")]
)
def test_a_missing_label_is_parted_from_its_value(glued: str, whole: str) -> None:
    """What is left of the line is a value, all of it none."""
    assert parted(glued, *REST) == (whole, *REST)


@pytest.mark.parametrize(
    "lines",
    [
        ("1Maes", "1 Peeters", *REST),
        ("1Maes", "1Peeters", *REST),
        ("560485096685", *REST[:3]),
        ("12-07-1955", *REST),
        ("39.07.1955", *REST),
    ],
)
def test_what_may_be_something_else_stays(lines: tuple[str, ...]) -> None:
    """A label that stands elsewhere, two lines that begin so, and numbers that begin with it."""
    assert parted(*lines) == lines
