"""Numbers of licences take the form that their country gives them."""

import pytest

from workers.text.licence_numbers import has_check_digit, is_valid, open_places, parse


def test_initials_in_a_british_number_are_letters() -> None:
    """An O between figures is an O there; other countries' numbers stay as they are."""
    assert parse("DAVIE531434094VX", "GBR") == "DAVIE531434O94VX"
    assert parse("D4VIE531434094VX", "GBR") == "D4VIE531434094VX"
    assert parse("DAVIE531434094VX", "MLT") == "DAVIE531434094VX"
    assert parse("OCONN987681H9OKF", "GBR") == "OCONN987681H90KF"
    assert is_valid("MORGA657054SM9IJ35", "GBR")


@pytest.mark.parametrize("number", ["B072RRE2I55", "N0704133K71", "J010000SD51"])
def test_a_check_digit_confirms_a_german_number(number: str) -> None:
    """The specimens' hold; one that was misread, and other countries' numbers, have none."""
    assert has_check_digit(number, "DEU")
    assert not has_check_digit(
        number.replace("I", "1").replace("01", "O1").replace("04", "O4"), "DEU"
    )
    assert not has_check_digit(number, "AUT")


def test_only_a_form_without_freedom_tells_letters_from_figures() -> None:
    """Behind an Italian U1 stands anything."""
    assert not open_places("BL8410730K", "ITA")
    assert is_valid("U1X38T857Z", "ITA")
    assert open_places("U1X38T857Z", "ITA") == {1}
    assert is_valid("54216895-F", "ESP")
    assert not open_places("54216895-F", "ESP")
    assert open_places("W58PU1UV7V8", "DEU") == {5}
