"""Days, names and numbers in print that surely are not the zone's, and what only seems so."""

from collections.abc import Mapping
from dataclasses import replace
from random import Random

import cv2
import pytest

from schemas.documents import Extraction, FieldValue, Mrz, MrzFormat, Source, Status
from schemas.messages import Request
from tests.workers.reading_fakes import MRV_A, TD3, TODAY, reading_of
from workers.documents.document_type import Level
from workers.documents.icao_compare import surely_differing
from workers.documents.icao_draw import Kind, drawer
from workers.documents.icao_extract import mrz_fields
from workers.documents.icao_visual import merged_with, number
from workers.findings import finding
from workers.read import local_tools, read_document
from workers.text.mrz import parse
from workers.visual.evidence import Witness
from workers.visual.reading import VisualRead

AGREEING = {"expiry_date": "2027-04-15"}


def zone(lines: tuple[str, ...] = TD3, **names: str) -> Extraction:
    """Return what the MRZ alone gave, with other names."""
    reading = reading_of(lines)
    fields = mrz_fields(parse(lines, today=TODAY), reading, "mrz/1", 1)
    fields |= {field: replace(fields[field], value=value) for field, value in names.items()}
    return Extraction("passport", "UTO", fields, Mrz(reading.format, lines, valid=True))


def seen(
    values: Mapping[str, str],
    *texts: str,
    second: str | None = None,
    sure: float = 0.999,
    costs: Mapping[str, float] | None = None,
) -> VisualRead:
    """Return what two readers saw in print, each value in its place below its label."""
    return VisualRead(
        fields={
            field: FieldValue(value, value, 0.99, Source.VISUAL, "print/1", 1)
            for field, value in values.items()
        },
        witnesses={
            field: (
                Witness("one", value, value, 0.99, 0.999),
                Witness("two", value, second or value, 0.99, sure),
            )
            for field, value in values.items()
        },
        costs=dict.fromkeys(values, 0.1) | dict(costs or {}),
        texts=[*values.values(), *texts],
    )


@pytest.mark.parametrize(
    ("cells", "printed"),
    [
        ("MUELLER", "Müller"),
        ("MULLER", "MÜLLER"),
        ("MUXXLLER", "MÜLLER"),
        ("MUELLER", "MULLER"),
        ("SODERBLAD", "SÖDERBLÄD"),
        ("PENXXA", "Peña"),
        ("ONEILL", "O'NEILL"),
        ("ANNE MARIE", "Anne-Marie"),
        ("ANNE MARIE", "ANNEMARIE"),
        ("ANNE MARIE", "Marie Anne"),
        ("ANNE MARIE", "ANNE MARLE"),
        ("ANNE MAR", "Anne Marianne Sofia"),
        ("ANNE", "Anne Marie"),
        ("ANNE MARIE", "Anne"),
        ("MUSTERMANN", "MUSTERMANN GEB. GABLER"),
        ("VAN DER BERG", "BERG VAN DER"),
        ("ANNE MARIE", "ERIKSSON ANNE"),
    ],
)
def test_other_spellings_of_a_name_are_no_other_name(cells: str, printed: str) -> None:
    """States and readers write one name in many ways; to call it another is the worse mistake."""
    extraction = zone(given_names=cells)

    assert surely_differing(extraction, seen({**AGREEING, "given_names": printed})) == ()


@pytest.mark.parametrize(
    ("field", "printed"),
    [
        ("birth_date", "1974-08-13"),
        ("surname", "HOLMGREN"),
        ("given_names", "Birgit"),
        ("given_names", "Anna Sofia"),
        ("document_number", number("L898702C3") or ""),
        ("document_number", number("X123456C7") or ""),
    ],
)
def test_another_day_name_or_number_in_print_is_a_finding(field: str, printed: str) -> None:
    """Somebody should look; the zone's value stays."""
    before = zone()
    made = merged_with(before, seen({**AGREEING, field: printed}))

    assert [(one.code, one.fields) for one in made.findings] == [("visual.differs", (field,))]
    assert made.fields[field] == before.fields[field]


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(seen({"surname": "HOLMGREN"}), id="nothing agrees"),
        pytest.param(seen({**AGREEING, "surname": "HOLMGREN"}, sure=0.8), id="unsure"),
        pytest.param(seen({**AGREEING, "surname": "HOLMGREN"}, second="HOLM"), id="readers differ"),
        pytest.param(
            seen({**AGREEING, "surname": "HOLMGREN"}, "Name : ERIKSSON"), id="printed elsewhere"
        ),
        pytest.param(
            seen({**AGREEING, "surname": "HOLMGREN"}, costs={"surname": 0.25}),
            id="further from its label than the day of expiry",
        ),
        pytest.param(
            seen({**AGREEING, "birth_date": "1974-08-13"}, costs={"birth_date": 0.35}),
            id="another label's day",
        ),
        pytest.param(
            seen({**AGREEING, "birth_date": "1974-08-13"}, "Born 12.08.1974"), id="day elsewhere"
        ),
        pytest.param(
            seen({**AGREEING, "birth_date": "1974-08-13"}, "Born 12 AUG 1974"), id="month by name"
        ),
        pytest.param(seen({**AGREEING, "document_number": "1898902"}), id="another form"),
        pytest.param(
            seen({**AGREEING, "document_number": "1898702C3"}, "No L898902C3"),
            id="number elsewhere",
        ),
        pytest.param(
            seen({**AGREEING, "document_number": "2E1842268"}), id="the zone's personal number"
        ),
    ],
)
def test_anything_less_is_none(read: VisualRead) -> None:
    """A misread print, or a wrong place, says nothing of the document."""
    assert surely_differing(zone(), read) == ()


def test_the_zones_own_line_does_not_show_that_a_name_is_printed() -> None:
    """It is among the lines where the whole page was looked at."""
    read = seen({**AGREEING, "surname": "HOLMGREN"}, TD3[0], TD3[1])

    assert surely_differing(zone(), read) == ("surname",)


def test_names_of_a_doubtful_zone_are_not_held_against_the_print() -> None:
    """The zone may be the one misread."""
    doubtful = replace(zone(), findings=(finding("names.unsupported", "surname"),))

    assert surely_differing(doubtful, seen({**AGREEING, "surname": "HOLMGREN"})) == ()


def test_a_zone_that_leaves_the_day_of_birth_open_says_no_other() -> None:
    """The print completes it."""
    read = seen({**AGREEING, "birth_date": "1974-08-13"})

    assert surely_differing(zone(birth_date="1974-08-00"), read) == ()


def test_a_visas_zone_may_tell_the_passports_number() -> None:
    """ICAO Doc 9303 part 7 leaves it to the state."""
    read = seen({"expiry_date": "1996-12-10", "document_number": "1234567C4"})

    assert surely_differing(zone(MRV_A), read) == ()


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("L898902C3", "1898902C3"),
        ("No. AB 123.456", "N0A8123456"),
        ("O0Q1I", "00011"),
        ("12.08.1974", None),
        ("12 AUG 1974", None),
        ("ZENITH", None),
        ("1234", None),
    ],
)
def test_a_number_is_told_by_shapes_that_readers_tell_apart(
    printed: str, value: str | None
) -> None:
    """It is held against the zone's, never told to anybody."""
    assert number(printed) == value


@pytest.mark.parametrize(
    ("field", "printed"), [("surname", "HOLMGREN"), ("document_number", "X49317724")]
)
def test_a_drawn_page_with_another_print_goes_to_review(field: str, printed: str) -> None:
    """And the same page as it should be does not."""
    kinds = (Kind(MrzFormat.TD3, ("P",), "Passport", (10,)),)
    tools = replace(local_tools(), today=lambda: TODAY)
    verdicts = {}
    for otherwise in ({}, {field: printed}):
        drawn = drawer("passport", kinds, otherwise)(Random("forged/6"), Level.CLEAN)
        files = [cv2.imencode(".png", image)[1].tobytes() for image in drawn.images]
        read = read_document(files, Request(), tools)
        verdicts[bool(otherwise)] = (read.status, [one.code for one in read.findings])
        assert read.fields[field].source is Source.MRZ or not otherwise

    assert verdicts == {
        False: (Status.ACCEPTED, []),
        True: (Status.REVIEW, ["visual.differs"]),
    }
