"""A line of a numbered column whose label was misread has the one that its place tells."""

import pytest

from tests.workers.visual.made_lines import line
from workers.documents.driving_licence.layout import FACES
from workers.visual.ordered import with_ordered_labels
from workers.visual.places import Finder

STEP = 0.06
CARD = (
    "1 Maes", "2 Mariana", "3 15.07.1955 Faro", "4a 07.10.2024", "4b 06.10.2039", "4c Lisboa",
    "5 60485096685", "9 AM/B",
)  # fmt: skip


def ordered(*texts: str, left: float = 0.3) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the texts of a licence's rows with the labels told, and the fields guessed.

    Rows that begin with a space begin where values do.
    """
    lines = tuple(
        line(text.strip(), left + 0.08 * text.startswith(" "), 0.1 + STEP * number)
        for number, text in enumerate(texts)
        if text
    )
    finder, guessed = with_ordered_labels(Finder(FACES[0], lines, 1.0), 1.0)
    assert all(
        len(one.reading.text) == len(one.reading.confidences) == len(one.reading.places)
        for one in finder.lines
    )
    assert all(list(one.reading.places) == sorted(one.reading.places) for one in finder.lines)
    return tuple(one.text for one in finder.lines), guessed


def card(**changed: str) -> tuple[str, ...]:
    """Return a card's rows, some of them as they were misread: ``row_2`` the second."""
    return tuple(changed.get(f"row_{number}", text) for number, text in enumerate(CARD, start=1))


@pytest.mark.parametrize(
    ("number", "misread"), [(2, "z Mariana"), (4, "4 07.10.2024"), (5, "4a 06.10.2039")]
)
def test_a_label_between_two_known_ones_is_sure(number: int, misread: str) -> None:
    """What was read is near the one label that is missing there."""
    assert ordered(*card(**{f"row_{number}": misread})) == (CARD, frozenset())


@pytest.mark.parametrize(
    ("number", "misread", "field"),
    [
        (5, "e 06.10.2039", "expiry_date"),
        (6, "« Lisboa", "authority"),
        (7, "X 60485096685", "licence_number"),
        (1, "? Maes", "surname"),
    ],
)
def test_a_label_far_from_what_was_read_is_a_guess(number: int, misread: str, field: str) -> None:
    """So is one at an end of the column."""
    assert ordered(*card(**{f"row_{number}": misread})) == (CARD, frozenset({field}))


@pytest.mark.parametrize(("value", "guessed"), [("AM/B", set()), ("B", {"categories"})])
def test_what_lists_several_categories_is_the_last_row(value: str, guessed: set[str]) -> None:
    """A lone letter at the end of the column may be anything."""
    row = f"9 {value}"

    assert ordered(*card(row_8=f"> {value}")) == ((*CARD[:7], row), frozenset(guessed))


def test_a_label_that_no_line_shows_is_put_before_its_value() -> None:
    """What is found bounds what is looked for next."""
    rows = card(row_5=" 06.10.2039", row_6=" Lisboa", row_7=" 60485096685")
    wanted = (*CARD[:4], "4b", "06.10.2039", "4c", "Lisboa", "5", "60485096685", CARD[7])
    assert ordered(*rows) == (
        wanted,
        frozenset({"expiry_date", "authority", "licence_number"}),
    )


def test_a_value_apart_from_its_label_is_no_others() -> None:
    """A label that is a line of its own may stand at a tab's distance from what it labels."""
    texts = (text.replace("Lisboa", "Prefecture 25") for text in CARD)
    rows = [text.split(" ", 1) for text in texts]
    lines = tuple(
        line(text, 0.3 + 0.05 * place, 0.1 + STEP * number)
        for number, row in enumerate(rows)
        for place, text in enumerate(row)
    )
    finder = Finder(FACES[0], lines, 1.0)

    assert with_ordered_labels(finder, 1.0) == (finder, frozenset())


def test_a_label_out_of_order_is_none() -> None:
    """A one below the five is what was made of the nine."""
    assert ordered(*card(row_8="1 AM/B")) == (CARD, frozenset())


def test_days_without_labels_go_by_time() -> None:
    """A licence expires after its issue."""
    rows = card(row_4="s 07.10.2024", row_5="e 06.10.2039")
    assert ordered(*rows) == (CARD, frozenset({"issue_date", "expiry_date"}))


@pytest.mark.parametrize(
    "rows",
    [
        ("1 Maes", "z Mariana", "z Rita", "3 15.07.1955 Faro", *CARD[3:]),
        card(row_4="4b 07.10.2024", row_5="e 06.10.2039"),
        card(row_6="« 12345678"),
        card(row_2="Maria Anna", row_1="1 Maes"),
        ("x Ivo", "", "", *CARD[1:]),
    ],
)
def test_what_may_be_something_else_stays(rows: tuple[str, ...]) -> None:
    """Two such rows, a day before its issue, a number of two kinds, no label, another column."""
    assert ordered(*rows) == (tuple(filter(None, rows)), frozenset())
