import doctest
from datetime import date
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.text import (
    arabic_words,
    confusions,
    fr_formula,
    fr_fuel,
    fr_plate,
    licence_categories,
    licence_numbers,
    look_alikes,
    printed_dates,
    quantities,
    tn_plates,
    vin,
)
from workers.text.fr_plate import Kind

MODULES = (
    arabic_words,
    confusions,
    fr_formula,
    fr_fuel,
    fr_plate,
    licence_categories,
    licence_numbers,
    look_alikes,
    printed_dates,
    quantities,
    tn_plates,
    vin,
)
SIV_LETTERS = st.sampled_from("ABCDEFGHJKLMNPQRSTVWXYZ")


@pytest.mark.parametrize("module", MODULES, ids=lambda one: one.__name__)
def test_the_examples_of_the_docstrings_hold(module: ModuleType) -> None:
    """Each module shows what it does."""
    assert doctest.testmod(module, extraglobs={"date": date}).failed == 0


@pytest.mark.parametrize("text", ["GOIF", "v 120,e", "VZ 0I0 M", "61 OM"])
def test_print_that_needs_repairs_is_no_cyclomotors_number(text: str) -> None:
    """It has four to six symbols, and so has any print."""
    assert fr_plate.parse(text) is None


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("AA-001-AA", Kind.SIV),
        ("ZZ-999-ZZ", Kind.SIV),
        ("WW-111-AA", Kind.WW),
        ("W-111-AA", Kind.W_GARAGE),
        ("A 11 A", Kind.CYCLOMOTOR),
        ("AB 123 C", Kind.CYCLOMOTOR),
        ("3821 XB 92", Kind.FNI),
        ("19 LJZ 75", Kind.FNI),
        ("1234 AB 2A", Kind.FNI),
        ("123 ABC 974", Kind.FNI),
        ("100 CD 20", Kind.DIPLOMATIC),
        ("U 300 CMD 20", Kind.DIPLOMATIC),
        ("105 C 1.75 X", Kind.DIPLOMATIC),
        ("405 CD 20 973", Kind.DIPLOMATIC),
    ],
)
def test_a_french_number_of_each_kind_is_known(number: str, kind: Kind) -> None:
    """Every kind of annex VII, and those of the old file, keep their own form when read."""
    assert fr_plate.kind_of(number) is kind
    assert fr_plate.parse(number) == number


@pytest.mark.parametrize(
    "number",
    ["AA-000-AA", "SS-123-AA", "AB-123-SS", "AI-123-AA", "AO-123-AU", "1234 AB 96", "0123 AB 75"],
)
def test_what_was_never_given_is_no_french_number(number: str) -> None:
    """Letters, series and departments that do not exist are refused."""
    assert not fr_plate.is_valid(number)


@given(SIV_LETTERS, SIV_LETTERS, st.integers(1, 999), SIV_LETTERS, SIV_LETTERS)
def test_a_number_is_read_whatever_parts_its_groups(
    first: str, second: str, middle: int, third: str, fourth: str
) -> None:
    """Hyphens are lost in photographs; the groups are told by their symbols."""
    number = f"{first}{second}-{middle:03d}-{third}{fourth}"
    if fr_plate.kind_of(number) is None:
        return

    for between in ("-", " ", "", " - ", "_"):
        assert fr_plate.parse(number.replace("-", between)) == number


@pytest.mark.parametrize(
    ("read", "number"),
    [
        ("A8-123-CD", "AB-123-CD"),
        ("AB-I23-CD", "AB-123-CD"),
        ("AB-12O-CD", "AB-120-CD"),
        ("38Z1 XB 92", "3821 XB 92"),
        ("1234 AB ZA", "1234 AB 2A"),
        ("0B-123-CD", None),  # O, Q or D: nobody knows
        ("AB-123-C", "AB 123 C"),  # a cyclomotor's, by its form
        ("B-123-CD", None),
        ("88-888-88", None),
        ("LYON", None),
    ],
)
def test_a_symbol_of_the_wrong_kind_is_repaired_by_its_place(read: str, number: str | None) -> None:
    """Only where the place says which symbol it was."""
    assert fr_plate.parse(read) == number


def test_the_check_digit_of_a_vehicle_number() -> None:
    """The standard's own example holds; a European number need not keep it."""
    assert vin.has_check_digit("1M8GDM9AXKP042788")
    assert not vin.has_check_digit("1M8GDM9A1KP042788")
    assert vin.must_have_check_digit("1M8GDM9AXKP042788")
    assert vin.is_valid("ZFA1990000P011861")
    assert not vin.has_check_digit("ZFA1990000P011861")
    assert not vin.must_have_check_digit("ZFA1990000P011861")


@pytest.mark.parametrize(
    ("read", "number"),
    [
        ("VF1BBR7CF35610842", "VF1BBR7CF35610842"),
        ("vf1 bbr7cf3 5610842", "VF1BBR7CF35610842"),
        ("VFIBBR7CF3561O842", "VF1BBR7CF35610842"),
        ("VF1BBR7CF356108AZ", None),
        ("VF1BBR7CF3561084", None),
        ("VF1BBR7CF356108423", None),
    ],
)
def test_a_vehicle_number_has_seventeen_symbols(read: str, number: str | None) -> None:
    """I, O and Q never stand in one; the last four are digits."""
    assert vin.parse(read) == number


@pytest.mark.parametrize(
    ("read", "code"),
    [("GO", "GO"), ("60", "GO"), ("E5", "ES"), ("H2", "H2"), ("HZ", "H2"), ("E L", "EL")],
)
def test_a_fuel_is_read_from_its_closed_list(read: str, code: str) -> None:
    """The list repairs what was misread."""
    assert fr_fuel.parse(read) == code


@pytest.mark.parametrize("read", ["", "G", "GAZ", "99"])
def test_what_has_no_fuel_form_is_none(read: str) -> None:
    """A code in no list is kept for a person to see; other text is not."""
    assert fr_fuel.parse(read) is None
    assert fr_fuel.parse("XX") == "XX"
    assert not fr_fuel.is_valid("XX")


@given(st.dates(date(1851, 1, 1), date(2098, 12, 31)), st.sampled_from(("/", ".", "-", " ", "")))
def test_a_printed_date_comes_back(day: date, mark: str) -> None:
    """Whatever parts day, month and year, and whatever stands around."""
    printed = f"{day:%d}{mark}{day:%m}{mark}{day.year:04d}"

    assert printed_dates.parse(printed) == day.isoformat()
    assert printed_dates.parse(f"4a. {printed} (Paris)") == day.isoformat()


@pytest.mark.parametrize(
    ("read", "value"),
    [
        ("2009/02/01", "2009-02-01"),
        ("3. 13.07.1990", "1990-07-13"),
        ("l3.O7.199O", "1990-07-13"),
        ("13,07.1990", "1990-07-13"),
        ("31.02.1990", None),
        ("BOIS LE ROI", None),
        ("13.07.90", None),
    ],
)
def test_a_date_is_told_from_what_is_none(read: str, value: str | None) -> None:
    """Days that do not exist, words and years without a century are none."""
    assert printed_dates.parse(read) == value


def test_a_short_year_takes_its_century_from_the_newest_day() -> None:
    """Births lie behind us, expiries up to decades ahead."""
    assert printed_dates.parse("3. 12.08.64", newest=date(2026, 6, 1)) == "1964-08-12"
    assert printed_dates.parse("01.06.26", newest=date(2026, 6, 1)) == "2026-06-01"
    assert printed_dates.parse("02.06.26", newest=date(2026, 6, 1)) == "1926-06-02"


@pytest.mark.parametrize(
    ("read", "value"),
    [
        ("1580", "1580"),
        ("1 580 kg", "1580"),
        ("1.580", "1580"),
        ("l58O", "1580"),
        ("006", "6"),
        ("0,25", "0.25"),
        ("80 dB(A)", "80"),
        ("4125 min-1", "4125"),
        ("135 g/km", "135"),
        ("SOLO", None),
        ("-", None),
        ("", None),
    ],
)
def test_a_quantity_is_plain_digits(read: str, value: str | None) -> None:
    """Without unit, grouping and leading zeros; words are none."""
    assert quantities.parse(read) == value


def test_a_quantity_out_of_bounds_was_misread() -> None:
    """No car has a thousand seats."""
    assert quantities.parse("5", 1, 100) == "5"
    assert quantities.parse("500", 1, 100) is None


@pytest.mark.parametrize(
    ("read", "value"),
    [
        ("AM/B1/B", "AM,B1,B"),
        ("AM BI B", "AM,B1,B"),
        ("A, B+E", "A,BE"),
        ("C1E", "C1E"),
        ("CIE", "C1E"),
        ("AMB", "AM,B"),
        ("BCE", "B,CE"),
        ("AB1B", "A,B1,B"),
        ("DUPONT", None),
        ("ABBE LOT", None),
        ("", None),
    ],
)
def test_categories_are_read_from_a_closed_list(read: str, value: str | None) -> None:
    """In the order printed; one that is unknown spoils them all."""
    assert licence_categories.parse(read) == value


@pytest.mark.parametrize(
    ("number", "country", "is_valid"),
    [
        ("13AA00002", "FRA", True),
        ("911091204245", "FRA", True),
        ("13AA0000", "FRA", False),
        ("12/345678", "TUN", True),
        ("12345678", "TUN", True),
        ("1234567", "TUN", False),
        ("ANY-THING.1", "MLT", True),
    ],
)
def test_a_licence_number_is_judged_by_its_country(
    number: str,
    country: str,
    is_valid: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """Where no form is known nothing is doubted."""
    assert licence_numbers.is_valid(number, country) is is_valid


def test_a_spanish_number_ends_in_its_letter() -> None:
    """The published example 12345678Z holds."""
    assert licence_numbers.has_check_letter("12345678Z") is True
    assert licence_numbers.has_check_letter("12345678A") is False
    assert licence_numbers.has_check_letter("13AA00002") is None


def test_a_formula_number_is_repaired_by_place() -> None:
    """Four digits, two letters, five digits."""
    assert fr_formula.parse("2017RV48832") == "2017RV48832"
    assert fr_formula.parse("2OI7 RV 4883Z") == "2017RV48832"
    assert fr_formula.parse("1917RV48832") is None
    assert fr_formula.parse("2017RV4883") is None
