import numpy as np
import pytest

from schemas.documents import Extraction, FieldValue, Page, Quality, Source
from tests.workers.visual.made_lines import first, line
from workers.documents.document_type import LoadedPage
from workers.documents.driving_licence.dates import dates_by_order
from workers.documents.driving_licence.extract import (
    _with_century,
    _with_doubt,
    _without_french,
)
from workers.documents.driving_licence.layout import faces_of
from workers.documents.driving_licence.values import authority, birth_place, personal_number
from workers.ports import Script
from workers.read import local_tools
from workers.visual.layout import Accents, Zone
from workers.visual.lines import lines_key, to_bytes


def value(text: str, raw: str = "") -> FieldValue:
    """Return a field that was read surely."""
    return FieldValue(text, raw or text, 0.99, Source.VISUAL, "test/1", 1)


def licence(country: str, **fields: FieldValue) -> Extraction:
    """Return what was read of a licence."""
    return Extraction("driving_licence", country, fields)


def test_a_birth_with_a_short_year_lies_before_the_issue() -> None:
    """61 is 1961 where the licence was issued in 2022; a whole year is left alone."""
    issue = value("2022-03-29")
    short = licence("DEU", birth_date=value("2061-04-01", "01.04.61 KIEL"), issue_date=issue)
    young = licence("DEU", birth_date=value("2004-04-01", "01.04.04"), issue_date=issue)
    whole = licence("DEU", birth_date=value("1961-04-01", "01.04.1961"), issue_date=issue)

    assert _with_century(short).fields["birth_date"].value == "1961-04-01"
    assert _with_century(young).fields["birth_date"].value == "2004-04-01"
    assert _with_century(whole) == whole


def test_the_country_tells_the_form_of_the_number() -> None:
    """A letter among figures is a figure where the form says so, and then it is settled."""

    def number(country: str) -> Zone:
        zones = faces_of(country)[0].zones
        return next(zone for zone in zones if zone.field == "licence_number")

    assert number("TUN").parse("63/O66746") == "63/066746"
    assert number("MLT").parse("63/O66746") == "63/O66746"
    assert not number("GBR").open_places("OCONN987681H90KF")
    assert number("DEU").open_places("B072RRE2I55")


def test_accents_are_asked_for_twice_where_readers_lose_them() -> None:
    """In Polish names, not in Spanish ones."""
    lost = {
        country: {zone.field for zone in faces_of(country)[0].zones if zone.accents is Accents.LOST}
        for country in ("POL", "ESP")
    }

    assert lost == {"POL": {"surname", "given_names", "birth_place", "authority"}, "ESP": set()}


def test_a_reader_of_french_words_is_not_asked_about_others() -> None:
    """It dropped the accent of a Polish town; of figures it still tells."""
    before, after = local_tools(), _without_french(local_tools())

    assert "tesseract" in {one.name for one in before.readers_of(Script.LATIN)}
    assert "tesseract" not in {one.name for one in after.readers_of(Script.LATIN)}
    assert "tesseract" in {one.name for one in after.readers_of(Script.DIGITS)}


def test_what_two_readers_may_have_wrong_alike_is_doubted() -> None:
    """A holder named as a place is another line's value; a lone letter is somebody's edge."""

    def doubted(country: str, **fields: str) -> tuple[str, ...]:
        read = _with_doubt(licence(country, **{name: value(one) for name, one in fields.items()}))
        return tuple(name for one in read.findings for name in one.fields)

    assert doubted("FRA", surname="MARTIN", authority="NANTES") == ()
    assert doubted("DEU", surname="München", birth_place="MÜNCHEN") == ("surname",)
    assert doubted("FRA", authority="F PREFECTURE DU RHONE") == ("authority",)
    misread, printed = "EDWAR507234I90PA", "EDWAR507234J90PA"
    assert doubted("GBR", given_names="MR JOHN", licence_number=misread) == ("licence_number",)
    assert doubted("GBR", given_names="MR JOHN", licence_number=printed) == ()


def test_three_dates_are_told_by_their_order() -> None:
    """Only where exactly three stand on a page, and the known ones fit; never surely."""
    tools = local_tools()
    blank = np.full((200, 300, 3), 255, np.uint8)
    page = LoadedPage(Page(1, 1, "pages/1.png", 300, 200, 0.0, Quality(1, 0.9, 0, 0.9)), blank)
    lines = [line(text, 0.1, 0.1 * n) for n, text in enumerate(("25-08-2014", "11-09-1992 LYON"))]
    known = {"birth_date": value("1992-09-11")}

    tools.blobs.put(lines_key(page.page.image_key), to_bytes(lines), "application/json")
    assert dates_by_order([page], tools, known) == {}

    lines.append(line("25-08-2024", 0.1, 0.5))
    tools.blobs.put(lines_key(page.page.image_key), to_bytes(lines), "application/json")
    found = dates_by_order([page], tools, known)

    assert {name: one.value for name, one in found.items()} == {
        "issue_date": "2014-08-25",
        "expiry_date": "2024-08-25",
    }
    assert all(one.confidence < 0.8 for one in found.values())
    assert dates_by_order([page], tools, {"birth_date": value("1990-01-01")}) == {}


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("ATTTTUNIS", "ATTT TUNIS"),
        ("A.T.T.T.", "A.T.T.T."),
        ("ATTT", "ATTT"),
        ("AT.T.T SFAX", "A.T.T.T SFAX"),
        ("A.T. T.T", "A.T.T.T"),
        ("41/0O", "41/00"),
        ("543O2", "54302"),
        ("OO", "OO"),
        ("PREZYDENT M.ST. WARSZAWY", "PREZYDENT M.ST. WARSZAWY"),
    ],
)
def test_abbreviated_agencies_keep_their_points_and_their_towns(printed: str, value: str) -> None:
    """Readers lose a point, and the space behind four letters alike."""
    assert authority(printed) == value


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("20.10.1950 BESANÇON (25)", "BESANÇON (25)"),
        ("20.10.1950 AJACCIO (2A", "AJACCIO (2A)"),
        ("20.10.1950 MILANO (MI)", "MILANO (MI)"),
        ("20.10.1950 (TUNIS)", "TUNIS"),
    ],
)
def test_what_stands_in_brackets_behind_a_town_is_a_part_of_it(printed: str, value: str) -> None:
    """A department or a province; brackets around the town are none of its own."""
    assert birth_place(printed) == value


@pytest.mark.parametrize(
    ("printed", "value"), [("12345O6789", "1234506789"), ("O12345678", "O12345678")]
)
def test_an_o_among_the_figures_of_a_number_is_a_nought(printed: str, value: str) -> None:
    """A first one may be the letter that a state begins its numbers with."""
    assert personal_number(printed) == value


def test_the_sign_of_a_country_is_no_name() -> None:
    """It stands in the flag, beside what may look like a label; elsewhere it is a name."""
    surnames = {
        country: {zone.field: zone for zone in faces_of(country)[0].zones}["surname"]
        for country in ("ROU", "FRA", None)
    }

    assert [surnames[one].parse(":RO") for one in ("ROU", "FRA", None)] == [None, "RO", "RO"]


def test_a_department_behind_a_town_is_no_misread_number_of_a_field() -> None:
    """Readers take 4a for 42 at the beginning of a row alone."""
    face = faces_of("FRA")[0]

    printed = first(face, line("3", 0.1, 0.1), line("19.10.1956 SAINT-ÉTIENNE (42)", 0.2, 0.1))
    misread = first(face, line("1 MARTIN", 0.1, 0.1), line("42 05.04.2021", 0.1, 0.2))

    assert printed["birth_place"] == "19.10.1956 SAINT-ÉTIENNE (42)"
    assert "issue_date" not in printed
    assert misread == {"surname": "MARTIN", "issue_date": "05.04.2021"}


@pytest.mark.parametrize(("country", "script"), [("TUN", None), ("FRA", Script.LATIN)])
def test_tunisia_prints_names_in_either_script(country: str, script: Script | None) -> None:
    """Elsewhere nobody is asked for Arabic."""
    zones = {zone.field: zone for zone in faces_of(country)[0].zones}

    assert {zones[name].script for name in ("surname", "given_names", "authority")} == {script}
