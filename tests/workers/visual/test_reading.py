"""Places are read again by readers of what stands there."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from tests.workers.reading_fakes import tools
from tests.workers.visual.made_lines import line
from workers.ports import Image, Script, StripReading
from workers.text import arabic_dates, vin
from workers.text.tn_values import parse_mother
from workers.visual.layout import Accents, DocumentFace, Where, Zone
from workers.visual.places import Finder
from workers.visual.reading import read_face


class Says:
    """Says its texts one after the other, and counts how often it is asked."""

    version = "1"

    def __init__(
        self, name: str, scripts: Sequence[Script], *texts: str, sure: float = 0.95
    ) -> None:
        self.name = name
        self.scripts = frozenset(scripts)
        self._texts = list(texts)
        self._sure = sure

    def read(self, strips: Sequence[Image]) -> tuple[StripReading, ...]:
        """Return the next texts, one for each strip."""
        return tuple(self._next() for _ in strips)

    def _next(self) -> StripReading:
        text = self._texts.pop(0)
        return StripReading(text, (self._sure,) * len(text), tuple(np.linspace(0, 1, len(text))))


PAGE = np.full((600, 600, 3), 255, np.uint8)
DATED = DocumentFace(
    "front",
    (
        Zone(
            "birth_date",
            ("تاريخ الولادة",),
            Script.ARABIC,
            parse=arabic_dates.parse,
            figures_apart=True,
        ),
    ),
)
SEEN = (line("تاريخ الولادة 25 جانفي 1985", 0.1, 0.1),)


def test_figures_among_known_words_are_read_apart() -> None:
    """The month is of a closed list; day and year are confirmed by a reader of figures."""
    figures = Says("figures", (Script.DIGITS,), "25", "1985")

    read = read_face(Finder(DATED, SEEN, 1.0), PAGE, replace(tools(), readers=(figures,)))

    verdict = read.fields["birth_date"].verdict
    assert (verdict.value, verdict.supported) == ("1985-01-25", True)


@pytest.mark.parametrize(
    ("seen", "apart", "value"),
    [
        ("25 جانفي 198G", ("25", "198G"), "1986-01-25"),
        ("G جانفي 1985", ("G", "1985"), "1985-01-06"),
    ],
)
def test_a_word_that_another_reader_saw_as_figures_is_read_apart(
    seen: str, apart: tuple[str, str], value: str
) -> None:
    """In some faces a 6 looks like a G, to all readers of Latin alike."""
    lines = (line(f"تاريخ الولادة {seen}", 0.1, 0.1),)
    arabic = Says("bitaqa-arabic", (Script.ARABIC,), *[seen.replace("G", "6")] * 9)
    figures = Says("figures", (Script.DIGITS,), *apart)

    read = read_face(Finder(DATED, lines, 1.0), PAGE, replace(tools(), readers=(arabic, figures)))

    verdict = read.fields["birth_date"].verdict
    assert (verdict.value, verdict.supported) == (value, True)


def test_other_figures_are_no_support() -> None:
    """One of the two readers is wrong: a person should look."""
    figures = Says("figures", (Script.DIGITS,), "26", "1985")

    read = read_face(Finder(DATED, SEEN, 1.0), PAGE, replace(tools(), readers=(figures,)))

    verdict = read.fields["birth_date"].verdict
    assert (verdict.supported, verdict.contradicted) == (False, True)


def test_a_value_in_either_script_is_read_again_in_its_own() -> None:
    """A reader of the other script would only contradict it."""
    face = DocumentFace("front", (Zone("holder", ("Nom",), None),))
    arabic, latin = Says("ara", (Script.ARABIC,)), Says("lat", (Script.LATIN,), "SALAH")

    finder = Finder(face, (line("Nom SALAH", 0.1, 0.1),), 1.0)
    read = read_face(finder, PAGE, replace(tools(), readers=(arabic, latin)))

    assert read.fields["holder"].verdict.supported


HOLDERS = DocumentFace(
    "holders",
    (
        Zone("holder_name", ("Titulaire",), parse=str.strip),
        Zone("co_holder_name", ("Co-titulaire", "Cotitulaires"), parse=str.strip),
    ),
)


def test_a_label_within_a_longer_one_is_another() -> None:
    """There is a holder in co-holder: its value is not the holder's."""
    seen = (line("Cotitulaires", 0.1, 0.1), line("D'AUBIGNY ANNE", 0.4, 0.1))

    read = read_face(Finder(HOLDERS, seen, 1.0), PAGE, replace(tools(), readers=()))

    assert {name: one.verdict.value for name, one in read.fields.items()} == {
        "co_holder_name": "D'AUBIGNY ANNE"
    }


def test_what_is_printed_once_is_one_value() -> None:
    """Two zones with one label do not both get the only value beside it, on no way."""
    twins = DocumentFace(
        "twins",
        (
            Zone("one", ("Titulaire",), Script.LATIN, parse=str.strip),
            Zone("other", ("Titulaire",), Script.LATIN, parse=str.strip),
        ),
    )
    seen = (line("Titulaire", 0.1, 0.1), line("ROUSSEL", 0.4, 0.1))
    second = Says("second", (Script.LATIN,), *["ROUSSEL"] * 9)

    read = read_face(Finder(twins, seen, 1.0), PAGE, replace(tools(), readers=(second,)))

    assert len(read.fields) == 1


def test_a_value_far_beyond_its_labels_usual_distance_is_doubted() -> None:
    """Between an empty place and its neighbour's value a label may stand that nobody saw."""
    zones = tuple(
        Zone(f"mass_{n}", (f"F.{n}",), Script.DIGITS, (Where.RIGHT,)) for n in range(1, 8)
    )
    near = [line(f"{1500 + n}", 0.2, 0.1 * n) for n in range(1, 7)]
    seen = [*(line(f"F.{n}", 0.1, 0.1 * n) for n in range(1, 8)), *near, line("1566", 0.6, 0.7)]
    agreeing = Says("second", [Script.DIGITS], *(f"{1500 + n}" for n in range(1, 7)), "1566")
    finder = Finder(DocumentFace("front", zones), seen, 1.0)

    read = read_face(finder, PAGE, replace(tools(), readers=(agreeing,)))

    doubted = {name for name, one in read.fields.items() if not one.verdict.supported}
    assert doubted == {"mass_7"}


@pytest.mark.parametrize(("shared", "is_doubted"), [(False, False), (True, True)])
def test_a_value_of_its_own_form_is_no_others_however_far(
    *, shared: bool, is_doubted: bool
) -> None:
    """A form has one number of a vehicle; a day may be that of a label that nobody saw."""
    zones = [Zone(f"mass_{n}", (f"F.{n}",), Script.DIGITS, (Where.RIGHT,)) for n in range(1, 7)]
    zones.append(Zone("number", ("E",), where=(Where.RIGHT,), parse=vin.parse, anywhere=True))
    if shared:
        zones.append(Zone("second_number", ("E.1",), where=(Where.RIGHT,), parse=vin.parse))
    masses = [f"{1500 + n}" for n in range(1, 7)]
    seen = [line(f"F.{n}", 0.1, 0.1 * n) for n in range(1, 7)]
    seen += [line(mass, 0.2, 0.1 * n) for n, mass in enumerate(masses, start=1)]
    seen += [line("E", 0.1, 0.7), line("ZFA19900010011861", 0.6, 0.7)]
    agreeing = Says("second", list(Script), *masses, "ZFA19900010011861")

    read = read_face(
        Finder(DocumentFace("front", tuple(zones)), seen, 1.0),
        PAGE,
        replace(tools(), readers=(agreeing,)),
    )

    assert read.fields["number"].verdict.supported is not is_doubted


@pytest.mark.parametrize(
    ("name", "side_px", "sure", "accents", "supported"),
    [
        ("ANAIS", 1000, 0.8, Accents.SOME, True),
        ("ANAIS", 600, 0.8, Accents.SOME, False),
        ("ANAIS", 500, 0.99, Accents.SOME, True),
        ("ANAIS", 500, 0.8, Accents.NONE, True),
        ("Anais", 500, 0.99, Accents.SOME, False),
        ("Anais", 700, 0.99, Accents.SOME, True),
        ("Anaes", 500, 0.99, Accents.SOME, True),
    ],
)
def test_words_in_small_print_may_have_lost_an_accent(
    name: str, side_px: int, sure: float, accents: Accents, *, supported: bool
) -> None:
    """Readers must be sure of each letter there, and of an i nobody can be where it is smaller."""
    page = np.full((side_px, side_px, 3), 255, np.uint8)
    zone = Zone("surname", ("Nom",), where=(Where.RIGHT,), accents=accents)
    lines = (line("Nom", 0.1, 0.5), line(name, 0.3, 0.5, confidence=sure))
    agreeing = Says("second", [Script.LATIN], name, sure=sure)
    finder = Finder(DocumentFace("front", (zone,)), lines, 1.0)

    read = read_face(finder, page, replace(tools(), readers=(agreeing,)))

    assert read.fields["surname"].verdict.supported is supported


FIGURES = DocumentFace(
    "form",
    tuple(
        Zone(name, (label,), Script.DIGITS, (Where.BELOW,), parse=lambda text: text[:1])
        for name, label in (("power", "Puissance"), ("seats", "Places"))
    ),
)


def test_a_value_that_two_labels_want_is_left_to_the_one_without_another() -> None:
    """The first label stands a little nearer to the second's value than to its own."""
    lines = (
        line("Puissance", 0.1, 0.1),
        line("Places", 0.6, 0.1),
        line("6", 0.1, 0.16),
        line("5", 0.42, 0.12),
    )

    read = read_face(Finder(FIGURES, lines, 1.0), PAGE, tools())

    values = {name: one.verdict.value for name, one in read.fields.items()}
    assert values == {"power": "6", "seats": "5"}


def test_values_stand_to_their_labels_as_most_of_a_page_do() -> None:
    """The holder stands nearly in the row of the next label, the address far below it."""
    ways = (Where.SAME_LINE, Where.RIGHT, Where.BELOW)
    labels = {"plate": "Numéro", "first": "Mise en circulation", "issued": "Date du certificat"}
    face = DocumentFace(
        "below",
        (
            *(Zone(name, (label,), where=ways, parse=_figures) for name, label in labels.items()),
            Zone("holder_name", ("Nom et prénom",), None, ways, parse=_words),
            Zone("holder_address", ("C.3", "Adresse", "العنوان"), None, ways, parse=_words),
        ),
    )
    seen = (
        line("Numéro", 0.1, 0.1),
        line("12345", 0.1, 0.14),
        line("Mise en circulation", 0.1, 0.2),
        line("2001", 0.1, 0.24),
        line("Nom et prénom", 0.1, 0.3),
        line("منال السعيدي", 0.1, 0.36),
        line("C.3", 0.02, 0.385),
        line("Adresse", 0.1, 0.385),
        line("العنوان", 0.86, 0.385),
        line("طريق نفطة جدليان", 0.68, 0.45),
        line("Date du certificat", 0.1, 0.5),
        line("2002", 0.1, 0.54),
    )

    read = read_face(Finder(face, seen, 1.0), PAGE, tools())

    values = {name: read.fields[name].verdict.value for name in ("holder_name", "holder_address")}
    assert values == {"holder_name": "منال السعيدي", "holder_address": "طريق نفطة جدليان"}


def test_figures_beside_which_others_are_nobodys_are_doubted() -> None:
    """Where the second label was not read, both values may be the first one's."""
    seen = (line("Puissance", 0.1, 0.1), line("5", 0.1, 0.16), line("6", 0.42, 0.12))

    for lines, supported in ((seen, False), (seen[:2], True)):
        says = Says("other", (Script.DIGITS,), *(lines[-1].text * 9), sure=0.99)
        read = read_face(Finder(FIGURES, lines, 1.0), PAGE, replace(tools(), readers=(says,)))
        assert read.fields["power"].verdict.supported is supported


@pytest.mark.parametrize(("before", "supported"), [("0ريم ", False), ("", True)])
def test_what_is_left_of_arabic_words_is_doubted(before: str, *, supported: bool) -> None:
    """A first word that was misread is a word of the value all the same."""
    zone = Zone("mother_name", ("اسم الأم",), Script.ARABIC, parse=parse_mother)
    lines = (line(f"اسم الأم {before}بالحاج", 0.1, 0.1),)
    says = Says("other", (Script.ARABIC,), *("بالحاج",) * 9, sure=0.99)

    finder = Finder(DocumentFace("back", (zone,)), lines, 1.0)
    read = read_face(finder, PAGE, replace(tools(), readers=(says,)))

    verdict = read.fields["mother_name"].verdict
    assert (verdict.value, verdict.supported) == ("بالحاج", supported)


def _figures(text: str) -> str | None:
    return text if text.isdigit() else None


def _words(text: str) -> str | None:
    return text if text and not any(map(str.isdigit, text)) else None
