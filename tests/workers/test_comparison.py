"""What counts as found in another engine's text."""

import pytest

from workers.accuracy import Truth
from workers.comparison import fields_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ne le 05 juillet 1990", 1),
        ("5/7/1990", 0),
        ("05.07.90", 1),
        ("\u0660\u0665 جويلية \u0661\u0669\u0669\u0660", 1),
        ("06.07.1990", 0),
    ],
)
def test_dates_are_found_in_the_forms_that_documents_print(text: str, found: int) -> None:
    """Day, month and year in any usual order, months by name as well."""
    assert fields_in(text, Truth(files=("a",), fields={"birth_date": "1990-07-05"})) == found


def test_short_values_must_stand_alone() -> None:
    """An M in a name is not the sex."""
    truth = Truth(files=("a",), fields={"sex": "M", "surname": "MARTIN"})

    assert fields_in("MARTIN", truth) == 1
    assert fields_in("MARTIN M", truth) == 2
