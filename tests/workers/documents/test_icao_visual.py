from dataclasses import replace

import pytest

from schemas.documents import Extraction, FieldValue, Mrz, Source
from tests.workers.reading_fakes import TD3, TODAY, reading_of
from workers.documents.icao_days import day
from workers.documents.icao_extract import mrz_fields
from workers.documents.icao_visual import is_needed, merged_with, name, place
from workers.findings import finding
from workers.text.mrz import parse
from workers.visual.reading import VisualRead


def zone(*codes: str, **changes: str) -> Extraction:
    """Return what the MRZ alone gave, with findings and other values."""
    reading = reading_of(TD3)
    fields = mrz_fields(parse(TD3, today=TODAY), reading, "mrz/1", 1)
    fields |= {field: replace(fields[field], value=value) for field, value in changes.items()}
    mrz = Mrz(reading.format, TD3, valid=True)
    return Extraction("passport", "UTO", fields, mrz, tuple(finding(code) for code in codes))


def seen(*unsupported: str, **values: str) -> VisualRead:
    """Return what the visual zone says, some of it with one reader's word alone."""
    fields = {
        field: FieldValue(value, value, 0.99, Source.VISUAL, "print/1", 1)
        for field, value in values.items()
    }
    return VisualRead(fields=fields, unsupported=set(unsupported))


def codes(extraction: Extraction) -> set[str]:
    """Return the codes of the findings."""
    return {one.code for one in extraction.findings}


def test_a_printed_name_that_agrees_is_taken_with_its_accents() -> None:
    """ICAO's transliteration leads from it to the zone; both readings stand behind it."""
    made = merged_with(zone(surname="ERIKSSOEN"), seen(surname="Erikssön"))

    assert made.fields["surname"].value == "Erikssön"
    assert made.fields["surname"].source is Source.VISUAL


@pytest.mark.parametrize("cells", ["MUELLER", "MULLER", "MUXXLLER"])
def test_a_printed_name_agrees_in_every_form_that_states_write(cells: str) -> None:
    """ICAO's table leaves the choice."""
    made = merged_with(
        zone("names.unsupported", surname=cells), seen(surname="Müller", given_names="Anna Maria")
    )

    assert made.fields["surname"].value == "Müller"
    assert codes(made) == set()


def test_a_printed_name_of_one_readers_word_leaves_the_zones_form() -> None:
    """An accent may be dirt; the letters agree all the same."""
    made = merged_with(
        zone("names.unsupported"), seen("surname", surname="Érikssón", given_names="Anna Maria")
    )

    assert made.fields["surname"].value == "ERIKSSON"
    assert codes(made) == set()


@pytest.mark.parametrize("given", ["Anna Mario", "Anna", ""])
def test_names_that_disagree_confirm_nothing(given: str) -> None:
    """The doubt stays, and so does the zone's word."""
    made = merged_with(
        zone("names.unsupported"),
        seen(surname="Eriksson", **({"given_names": given} if given else {})),
    )

    assert made.fields["given_names"].value == "ANNA MARIA"
    assert codes(made) == {"names.unsupported"}


def test_confirmed_names_do_not_make_up_for_doubtful_codes() -> None:
    """Nationality and sex have no check digit either."""
    doubtful = zone("names.unsupported")
    sex = replace(doubtful.fields["sex"], confidence=0.9)
    doubtful = replace(doubtful, fields={**doubtful.fields, "sex": sex})

    made = merged_with(doubtful, seen(surname="Eriksson", given_names="Anna Maria"))

    assert codes(made) == {"names.unsupported"}


def test_a_cut_name_is_completed_by_the_print_where_two_readers_saw_it() -> None:
    """One reader's word is shown to a person, two are enough."""
    values = {"surname": "Eriksson", "given_names": "Anna Mariah Sofia"}
    two = merged_with(zone("names.truncated"), seen(**values))
    one = merged_with(zone("names.truncated"), seen("given_names", **values))

    assert two.fields["given_names"].value == one.fields["given_names"].value == "Anna Mariah Sofia"
    assert codes(two) == set()
    assert codes(one) == {"names.truncated"}


def test_what_only_the_print_tells_is_added_where_it_is_supported() -> None:
    """A doubtful addition would take a good document from accepted to review."""
    values = {"birth_place": "Zenith", "issue_date": "2017-04-15"}
    good = merged_with(zone(), seen("birth_place", **values))
    doubted = merged_with(zone("names.truncated"), seen("birth_place", **values))

    assert good.fields["issue_date"].value == "2017-04-15"
    assert "birth_place" not in good.fields
    assert doubted.fields["birth_place"].value == "Zenith"
    assert codes(doubted) == {"names.truncated", "field.unsupported"}


@pytest.mark.parametrize(
    ("day_seen", "value"), [("2017-04-15", "2017-04-15"), ("2017-05-15", "2017-04-00")]
)
def test_a_printed_day_completes_the_month_of_the_zone(day_seen: str, value: str) -> None:
    """The French card of 1988 tells year and month in its zone."""
    extraction = zone()
    month = replace(extraction.fields["birth_date"], value="2017-04-00")
    extraction = replace(extraction, fields={**extraction.fields, "issue_date": month})

    assert merged_with(extraction, seen(issue_date=day_seen)).fields["issue_date"].value == value


@pytest.mark.parametrize(("nationality", "value"), [("UTO", "izmir"), ("TUR", None)])
def test_places_in_letters_that_no_reader_knows_are_not_added(
    nationality: str, value: str | None
) -> None:
    """A Turkish capital I with its dot is read as a small one."""
    made = merged_with(zone(nationality=nationality), seen(birth_place="izmir"))

    found = made.fields.get("birth_place")
    assert (found.value if found else None) == value


def test_the_visual_zone_is_read_only_where_names_hang_on_it() -> None:
    """It costs ten times the zone; a broken check digit it cannot mend."""
    assert not is_needed(zone())
    assert is_needed(zone("names.unsupported"))
    assert is_needed(zone("names.truncated"))
    broken = zone("names.unsupported")
    assert broken.mrz is not None
    assert not is_needed(replace(broken, mrz=replace(broken.mrz, valid=False)))


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("15.04.2017", "2017-04-15"),
        ("15 APR/AVR 2017", "2017-04-15"),
        ("3 août 2017", "2017-08-03"),
        ("01 MÄRZ 2017", "2017-03-01"),
        ("Zenith", None),
    ],
)
def test_dates_are_printed_in_figures_or_with_the_months_name(
    printed: str, value: str | None
) -> None:
    """In the languages of the world's passports."""
    assert day(printed) == value


def test_names_and_places_lose_what_labels_leave_at_them() -> None:
    """A bracket before, commas between; dates and numbers are neither."""
    assert name(") Maëlys, Gaëlle") == "Maëlys Gaëlle"
    assert name("X4RTBPFW4") is None
    assert place(": NICE (31)") == "NICE (31)"
    assert place("PARIS 10E") == "PARIS 10E"
    assert place("NEW YORK, U.S.A.") == "NEW YORK, U.S.A."
    assert place("LYON.") == "LYON"
    assert place("15.04.2017") is None
    assert place("09 Sep 2021") is None
    assert place("H50NMZH9G") is None
