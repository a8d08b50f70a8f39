"""Numbers of licences take the form that their country gives them."""

from workers.text.licence_numbers import parse


def test_initials_in_a_british_number_are_letters() -> None:
    """An O between figures is an O there; other countries' numbers stay as they are."""
    assert parse("DAVIE531434094VX", "GBR") == "DAVIE531434O94VX"
    assert parse("D4VIE531434094VX", "GBR") == "D4VIE531434094VX"
    assert parse("DAVIE531434094VX", "MLT") == "DAVIE531434094VX"
