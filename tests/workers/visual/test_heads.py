"""Codes that were misread before their values are read closely, or told by what is missing."""

import numpy as np
import pytest
from PIL import Image as Picture

from tests.workers.visual.made_lines import line
from workers.drawing.fonts import Face
from workers.drawing.paper import to_bgr, write
from workers.ports import Image, Tools
from workers.read import local_tools
from workers.text import fr_plate, printed_dates, quantities
from workers.text.printed import Parse
from workers.visual.code_guesses import Misread, distance, guesses
from workers.visual.heads import with_heads
from workers.visual.layout import DocumentFace, Where, Zone
from workers.visual.places import Finder

SIDE_PX = 1000
SMALL = 18


def mass(text: str) -> str | None:
    """Return a mass of a car."""
    return quantities.parse(text, 300, 9000)


def approval(text: str) -> str | None:
    """Return an approval's number, which has stars."""
    return text if "*" in text else None


def word(text: str) -> str | None:
    """Return one word without figures."""
    return text if text.isalpha() else None


PARSERS: dict[str, Parse] = {
    "A": fr_plate.parse,
    "B": printed_dates.parse,
    "D.1": word,
    "F.1": mass,
    "F.2": mass,
    "J.1": word,
    "K": approval,
    "S.1": quantities.parse,
}
BESIDE = DocumentFace(
    "beside",
    tuple(
        Zone(code, (code,), parse=parse, where=(Where.SAME_LINE, Where.RIGHT))
        for code, parse in PARSERS.items()
    ),
)


@pytest.fixture(scope="module")
def readers() -> Tools:
    """Return the readers of a worker."""
    return local_tools()


def page_with(*prints: tuple[str, float, float, int]) -> Image:
    """Draw words of a size on a square page, each from the left end of its baseline."""
    page = Picture.fromarray(np.full((SIDE_PX, SIDE_PX, 3), 240, np.uint8))
    for text, left, low, size in prints:
        write(page, (round(left * SIDE_PX), round(low * SIDE_PX)), text, Face.SANS, size)
    return to_bgr(page)


def values_of(finder: Finder) -> dict[str, str]:
    """Return the likeliest value of each field that has one."""
    return {name: places[0].text for name, places in finder.places.items() if places}


def test_a_code_that_was_misread_before_its_value_is_read_closely(readers: Tools) -> None:
    """It is half as high as the line that it stands on."""
    page = page_with(("D.1", 0.1, 0.232, SMALL), ("TOYOTA", 0.16, 0.232, 28))
    misread = line("01 TOYOTA", 0.1, 0.2)
    finder = Finder(BESIDE, (misread, line("F.1 1850", 0.1, 0.5)), 1.0)

    found, guessed = with_heads(finder, page, readers)

    assert "D.1" not in values_of(finder)
    assert values_of(found)["D.1"] == "TOYOTA"
    assert not guessed


def test_a_code_that_stands_apart_from_its_value_is_read_closely(readers: Tools) -> None:
    """A code that was read twice is another in one of the two places."""
    page = page_with(("F.1", 0.1, 0.23, SMALL), ("F.2", 0.1, 0.33, SMALL))
    lines = (
        line("F.2", 0.1, 0.2, confidence=0.7),
        line("2450", 0.2, 0.2),
        line("F.2", 0.1, 0.3),
        line("1980", 0.2, 0.3),
    )

    found, _ = with_heads(Finder(BESIDE, lines, 1.0), page, readers)

    assert values_of(found) == {"F.1": "2450", "F.2": "1980"}


def test_what_is_a_value_is_no_code(readers: Tools) -> None:
    """The five seats of S.1 are not read for a code of what stands beside them."""
    page = page_with(("J.1", 0.3, 0.23, SMALL))
    lines = (
        line("S.1", 0.1, 0.2),
        line("5", 0.3, 0.2, confidence=0.9),
        line("VP", 0.4, 0.2),
        line("F.1 1850", 0.1, 0.5),
    )

    found, _ = with_heads(Finder(BESIDE, lines, 1.0), page, readers)

    assert values_of(found)["S.1"] == "5"


def test_figures_before_words_become_no_code(readers: Tools) -> None:
    """An address begins with such; what follows is no value of a code."""
    page = page_with(("8", 0.1, 0.232, SMALL), ("RUE DU LAC", 0.18, 0.232, 30))

    found, _ = with_heads(Finder(BESIDE, (line("8 RUE DU LAC", 0.1, 0.2),), 1.0), page, readers)

    assert [one.text for one in found.lines] == ["8 RUE DU LAC"]


def zones(*codes: str) -> list[tuple[str, Zone]]:
    """Return codes of the face with their zones."""
    return [(code, Zone(code, (code,), parse=PARSERS[code])) for code in codes]


@pytest.mark.parametrize(
    ("read", "value", "code"),
    [
        ("11", "VP", "J.1"),
        ("(8)", "12/05/2020", "B"),
        ("0.1:", "SKODA", "D.1"),
        ("F.J", "1850", "F.1"),
        ("Z3", "VP", None),
        ("11", "1850", None),
    ],
)
def test_a_misread_code_is_told_by_its_shape_and_its_value(
    read: str, value: str, code: str | None
) -> None:
    """Of the missing codes one alone looks like it and has such a value."""
    found = list(guesses([Misread((read,), (value,))], zones("B", "D.1", "F.1", "J.1", "S.1")))

    assert [one for _, one, _ in found] == ([] if code is None else [code])


def test_a_code_that_may_be_either_of_two_stays_misread() -> None:
    """Of ``F.?`` nobody knows which mass it is, until one of them is found."""
    lost = [Misread((".J", "F"), ("1850",))]

    assert not list(guesses(lost, zones("F.1", "F.2")))
    assert [code for _, code, _ in guesses(lost, zones("F.2", "J.1"))] == ["F.2"]


def test_the_clearest_code_is_told_first() -> None:
    """Which the other is follows from it."""
    both = [Misread(("F.z",), ("1850",)), Misread(("F.",), ("2100",))]

    assert {number: code for number, code, _ in guesses(both, zones("F.1", "F.2"))} == {
        0: "F.2",
        1: "F.1",
    }


def test_a_day_is_known_for_the_only_one_that_is_missing() -> None:
    """Nothing of its code was read; a short number may be anything."""
    unread = [Misread(("&",), ("12/05/2020",)), Misread(("&",), ("1850",))]

    assert [(n, code) for n, code, _ in guesses(unread, zones("B", "F.1"))] == [(0, "B")]
    assert not list(guesses([*unread, unread[0]], zones("B", "F.1")))


def test_the_beginning_of_a_value_is_no_code() -> None:
    """Of several categories the first is one as well."""

    def several(text: str) -> str | None:
        return text if set(text) <= set("AB12, ") else None

    missing = [("9", Zone("categories", ("9",), parse=several))]

    assert not list(guesses([Misread(("A1,",), ("A2, A, B, B1",))], missing))
    assert list(guesses([Misread(("?e",), ("A2, A, B, B1",))], missing))


def test_a_heading_behind_a_code_is_no_value_of_another(readers: Tools) -> None:
    """It ends a line whose value stands below."""
    page = page_with(("D.1", 0.1, 0.232, SMALL), ("Marque", 0.18, 0.232, 30))
    face = DocumentFace("headed", BESIDE.zones, stops=("Marque",))
    lines = (line("D.1 Marque", 0.1, 0.2), line("F.1 1850", 0.1, 0.5))

    found, _ = with_heads(Finder(face, lines, 1.0), page, readers)

    assert found.lines == lines


def test_a_code_read_as_another_is_told_by_its_value(readers: Tools) -> None:
    """A day behind an A is no number plate: its code was a B."""
    page = page_with(("8", 0.12, 0.232, SMALL), ("12/05/2020", 0.16, 0.232, 30))
    lines = (line("a 12/05/2020", 0.12, 0.2), line("F.1 1850", 0.1, 0.5))

    found, _ = with_heads(Finder(BESIDE, lines, 1.0), page, readers)

    assert values_of(found)["B"] == "12/05/2020"


def test_a_lone_figure_is_told_only_where_nothing_of_the_code_was_lost() -> None:
    """It may be a value as well."""
    assert list(guesses([Misread(("1",), ("VP",))], zones("J.1")))
    assert not list(guesses([Misread(("1",), ("VP",), is_lone=True)], zones("J.1")))


def test_symbols_of_like_shape_are_near_each_other() -> None:
    """A colon at the end is hardly a symbol."""
    assert distance("P.6", "P.6") == 0
    assert distance("P.8", "P.6") < distance("P.", "P.6") < distance("X.4", "P.6")
    assert distance("lB)", "B") == distance("B:", "B") + 0.15
    assert distance("\u01301", "J.1") == distance("11", "J.1")
    assert distance(":", "I") < 1 < distance("=", "5") == distance("", "I")
    assert distance("P.61", "P.6") < distance("P.8", "P.6")
