from datetime import date

import pytest
from hypothesis import given

from schemas.documents import MrzFormat
from tests.workers.text.mrz_strategies import TODAY, zones
from workers.text.mrz import MrzShapeError, format_mrz, parse
from workers.text.mrz_compose import name_cells
from workers.text.mrz_layouts import check_digit

TD3 = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
)
TD1 = (
    "I<UTOD231458907<<<<<<<<<<<<<<<",
    "7408122F1204159UTO<<<<<<<<<<<6",
    "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
)
TD2 = ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6")
MRV_A = (
    "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L8988901C4XXX4009078F96121096ZE184226B<<<<<<",
)
FR_CNI = ("IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<", "8806923102858CORINNE<<<<<<<6512068F6")


@pytest.mark.parametrize(
    ("lines", "mrz_format"),
    [
        (TD3, MrzFormat.TD3),
        (TD1, MrzFormat.TD1),
        (TD2, MrzFormat.TD2),
        (MRV_A, MrzFormat.MRV_A),
        (FR_CNI, MrzFormat.FR_CNI),
    ],
)
def test_published_specimens_are_valid(lines: tuple[str, ...], mrz_format: MrzFormat) -> None:
    """ICAO's own examples and the published French card pass all their check digits."""
    parsed = parse(lines, today=TODAY)

    assert parsed.format is mrz_format
    assert parsed.valid
    assert parsed.fields["surname"].value in {"ERIKSSON", "BERTHIER"}


def test_a_passport_gives_every_field_in_its_normal_form() -> None:
    """Dates get a century, fillers go, and spans point at the cells."""
    fields = parse(TD3, today=TODAY).fields

    assert {name: field.value for name, field in fields.items()} == {
        "mrz_type": "P",
        "issuing_country": "UTO",
        "surname": "ERIKSSON",
        "given_names": "ANNA MARIA",
        "document_number": "L898902C3",
        "nationality": "UTO",
        "birth_date": "1974-08-12",
        "sex": "F",
        "expiry_date": "2012-04-15",
        "personal_number": "ZE184226B",
    }
    for field in fields.values():
        assert "".join(span.of(TD3) for span in field.spans) == field.raw
    assert fields["birth_date"].check is True
    assert fields["surname"].check is None


def test_a_long_document_number_runs_on_in_the_optional_data() -> None:
    """A filler for the check digit sends the reader to the optional data."""
    lines = ("I<UTOD23145890<7349<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<0", TD1[2])

    number = parse(lines, today=TODAY).fields["document_number"]

    assert number.value == "D23145890734"
    assert number.check is True
    assert len(number.spans) == 2


def test_the_old_french_card_gives_its_month_of_issue_and_no_expiry() -> None:
    """The day of issue is unknown, the birth has its own check digit."""
    fields = parse(FR_CNI, today=TODAY).fields

    assert fields["issue_date"].value == "1988-06-00"
    assert fields["birth_date"].value == "1965-12-06"
    assert fields["given_names"].value == "CORINNE"
    assert "expiry_date" not in fields


def test_a_wrong_check_digit_is_told_and_nothing_is_changed() -> None:
    """What is printed stays; only the field that the digit guards is marked."""
    lines = (TD3[0], TD3[1].replace("7408122F", "7408123F"))

    parsed = parse(lines, today=TODAY)

    assert not parsed.valid
    assert parsed.lines == lines
    assert parsed.fields["birth_date"].check is False
    assert parsed.fields["birth_date"].value == "1974-08-12"
    assert parsed.fields["expiry_date"].check is True


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        ("7408<<", "1974-08-00"),
        ("74<<<<", "1974-00-00"),
        ("741312", None),
        ("260616", "1926-06-16"),
    ],
)
def test_births_may_have_unknown_parts_and_lie_in_the_past(cells: str, value: str | None) -> None:
    """Unknown parts are 00, impossible dates have no value, tomorrow was a century ago."""
    line = "L898902C36UTO" + cells + check_digit(cells) + TD3[1][20:]

    birth = parse((TD3[0], line), today=TODAY).fields["birth_date"]

    assert birth.value == value
    assert birth.raw == cells


def test_an_expiry_lies_within_fifty_years() -> None:
    """A later one belongs to the last century."""
    line = TD3[1][:21] + "9401018" + TD3[1][28:]

    assert parse((TD3[0], line), today=date(2026, 1, 1)).fields["expiry_date"].value == "1994-01-01"


@pytest.mark.parametrize(
    "lines", [(), ("P<UTO",), (TD3[0], TD3[1][:-1]), (TD3[0], TD3[1].replace("<", " "))]
)
def test_lines_of_another_shape_are_refused(lines: tuple[str, ...]) -> None:
    """Number, width and symbols must fit a format; the error repeats no value."""
    with pytest.raises(MrzShapeError) as refusal:
        parse(lines, today=TODAY)

    assert "UTO" not in str(refusal.value)


def test_cut_names_fill_their_cells_and_keep_a_letter_of_each_part() -> None:
    """Truncation shortens from the end, and the parser says so."""
    cells = name_cells("NILAVADHANANANDA", "CHAYAPA DEJTHAMRONG KRASUANG", 39)

    assert len(cells) == 39
    assert cells.startswith("NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K")
    assert parse(("P<UTO" + cells, TD3[1]), today=TODAY).names_truncated


def test_german_documents_write_one_letter() -> None:
    """DEU is composed as D and two fillers."""
    line = format_mrz(MrzFormat.TD3, {"issuing_country": "DEU", "surname": "MÜLLER"})[0]

    assert line.startswith("P<D<<MUELLER<<<")


@given(zones)
def test_composing_and_parsing_are_inverse(zone: tuple[MrzFormat, dict[str, str]]) -> None:
    """Whatever values are composed come back from the lines, and the lines are valid."""
    mrz_format, values = zone

    parsed = parse(format_mrz(mrz_format, values), today=TODAY)

    assert parsed.format is mrz_format
    assert parsed.valid
    assert {name: field.value for name, field in parsed.fields.items()} == values


def test_optional_data_that_end_like_a_check_digit_are_no_long_number() -> None:
    """What the number's length says is not guessed from the cells behind it."""
    number = "AB1234567"
    optional = f"X{check_digit(number + 'X')}"
    fields = {
        "issuing_country": "UTO",
        "nationality": "UTO",
        "surname": "ERIKSSON",
        "document_number": number,
        "birth_date": "1974-08-12",
        "expiry_date": "2031-04-15",
        "optional_data": optional,
    }

    _names, data = format_mrz(MrzFormat.TD2, fields)

    assert data[9] == check_digit(number)
