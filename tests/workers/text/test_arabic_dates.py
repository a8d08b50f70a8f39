"""Dates with the names of the months of the Maghreb."""

import pytest

from workers.text.arabic_dates import MONTHS, month_of, parse


@pytest.mark.parametrize(("number", "name"), list(enumerate(MONTHS, start=1)))
def test_every_month_is_known_in_either_order_and_digits(number: int, name: str) -> None:
    """Readers turn lines round; cards print either kind of digits."""
    assert parse(f"25 {name} 1985") == f"1985-{number:02d}-25"
    assert parse(f"1985 {name} 25") == f"1985-{number:02d}-25"
    assert parse(f"٢٥ {name} ١٩٨٥") == f"1985-{number:02d}-25"
    assert parse(f"25{name}1985") == f"1985-{number:02d}-25"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9 افريل 1950", "1950-04-09"),
        ("1 اوت 2001", "2001-08-01"),
        ("30 اكتوبر 1999", "1999-10-30"),
        ("12 جوبلية 2003", "2003-07-12"),
        ("في 3 ديسمبر 2010", "2010-12-03"),
        ("03/12/2010", "2010-12-03"),
        ("2010/12/03", "2010-12-03"),
    ],
)
def test_spellings_and_figures_that_occur(text: str, value: str) -> None:
    """Without hamza, with a letter misread, in figures."""
    assert parse(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "2C سبتمبر 2020",
        "1: أفريل 1994",
        "ع3 ديسمبر 1998",
        "",
        "تونس",
        "31 جوان 1999",
        "25 جانفي 198",
        "2 5 جانفي 1985",
        "25 1985",
        "25 xyz 1985",
    ],
)
def test_what_is_no_one_date_is_none(text: str) -> None:
    """No day is made up: June has thirty, two numbers of days are one too many."""
    assert parse(text) is None


def test_a_word_near_two_months_is_neither() -> None:
    """Short names must be whole; others may miss one letter."""
    assert month_of("ماس") is None
    assert month_of("نوفمبز") == 11
    assert month_of("محمد") is None
