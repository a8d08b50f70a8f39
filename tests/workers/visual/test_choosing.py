"""Of the places that a value may have, those of misread labels and of other fields are none."""

from dataclasses import replace

from tests.workers.reading_fakes import tools
from tests.workers.visual.made_lines import line
from tests.workers.visual.test_reading import PAGE, Says
from workers.ports import Script
from workers.text import printed_dates
from workers.visual.choosing import OpenZone, choose, stands_oddly
from workers.visual.layout import DocumentFace, Where, Zone
from workers.visual.lines import SpottedLine
from workers.visual.places import Finder
from workers.visual.reading import read_face

AROUND = (Where.SAME_LINE, Where.RIGHT, Where.BELOW)
FACE = DocumentFace(
    "front",
    (
        Zone("holder_name", ("C.1", "Nom et prénom"), None, AROUND),
        Zone("holder_address", ("C.3", "Adresse"), None, AROUND, lines_max=2),
        Zone("issue_date", ("I", "Date"), Script.DIGITS, AROUND, parse=printed_dates.parse),
    ),
)


def chosen(*lines: SpottedLine) -> dict[str, str]:
    """Return what stands at the place that each zone gets."""
    finder = Finder(FACE, lines, 1.0)
    zones = [OpenZone(FACE, zone, finder.places[zone.field]) for zone in FACE.zones]
    choose(zones)
    return {one.zone.field: one.chosen.text for one in zones if one.chosen}


def test_a_misread_label_beside_its_code_is_no_value() -> None:
    """The words behind the code are much like the label, which nobody recognised."""
    lines = (
        line("C.1", 0.05, 0.1),
        line("Mom at prérom", 0.15, 0.1),
        line("ALI SALAH", 0.15, 0.15),
        line("C.3", 0.05, 0.2),
        line("22 RUE DE TUNIS", 0.15, 0.2),
    )

    assert chosen(*lines) == {"holder_name": "ALI SALAH", "holder_address": "22 RUE DE TUNIS"}


def test_a_day_below_an_address_is_no_part_of_it() -> None:
    """The label of the day was not read."""
    lines = (
        line("C.3", 0.05, 0.2),
        line("22 RUE DE TUNIS", 0.15, 0.2),
        line("28/05/1996", 0.15, 0.25),
    )

    assert chosen(*lines) == {"holder_address": "22 RUE DE TUNIS"}


def test_what_is_left_of_a_label_is_no_part_of_an_address() -> None:
    """It is less like the label than what would be one."""
    lines = (
        line("C.3", 0.05, 0.2),
        line("22 RUE DE TUNIS", 0.15, 0.2),
        line("Adrce", 0.15, 0.25),
    )

    assert chosen(*lines) == {"holder_address": "22 RUE DE TUNIS"}


def test_the_line_above_a_value_is_anothers_where_it_stands_under_anothers_label() -> None:
    """The address below its code begins with its own line."""
    lines = (
        line("Nom et prénom", 0.15, 0.1),
        line("ALI SALAH", 0.15, 0.15),
        line("C.3 Adresse", 0.05, 0.18),
        line("22 RUE DE TUNIS", 0.15, 0.21),
    )

    places = Finder(FACE, lines, 1.0).places["holder_address"]
    assert {place.text for place in places} == {"22 RUE DE TUNIS"}


def test_a_value_that_reads_as_its_label_is_sought_elsewhere() -> None:
    """Read at other cuts the words beside the code are its label; the value stands below."""
    seen = (
        line("C.3", 0.05, 0.2, reader="bitaqa-latin"),
        line("Ade", 0.15, 0.2, reader="bitaqa-latin", confidence=0.6),
        line("22 RUE DE TUNIS", 0.15, 0.25, reader="bitaqa-latin"),
    )
    said = ["Adresse"] * 5 + ["22 RUE DE TUNIS"] * 20
    reader = Says("rapidocr", (Script.LATIN,), *said[:1], *said[5:])

    read = read_face(Finder(FACE, seen, 1.0), PAGE, replace(tools(), readers=(reader,)))

    assert read.fields["holder_address"].verdict.value == "22 RUE DE TUNIS"


def test_words_below_a_label_are_odd_where_values_stand_beside() -> None:
    """Three other values stand right of their labels."""
    names = ("first", "second", "third", "fourth")
    face = DocumentFace("front", tuple(Zone(one, (one,), None, AROUND) for one in names))
    lines = [
        one
        for number, name in enumerate(names)
        for one in (
            line(name, 0.1, 0.1 + 0.15 * number),
            line("Value", 0.4 if number < 3 else 0.1, 0.1 + 0.15 * number + 0.05 * (number == 3)),
        )
    ]
    finder = Finder(face, lines, 1.0)
    zones = [OpenZone(face, zone, finder.places[zone.field]) for zone in face.zones]
    choose(zones)

    assert [stands_oddly(one, zones) for one in zones] == [False, False, False, True]
