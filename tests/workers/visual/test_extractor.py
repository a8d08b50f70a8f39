"""Pages of one document are told apart by their sides and by what is printed on them."""

import pytest

from workers.visual.extractor import comes_twice


@pytest.mark.parametrize(
    ("sides", "twice"),
    [
        ((("front", {"number", "surname"}), ("front", {"number", "surname"})), True),
        ((("front", {"number", "surname"}), ("front", set())), True),
        ((("front", {"number", "surname"}), ("back", {"number"})), False),
        ((("front", {"plate", "holder", "address"}), ("front", {"make", "vin", "seats"})), False),
        ((("front", {"plate", "holder"}), ("front", {"plate", "make", "vin"})), True),
    ],
)
def test_a_side_that_was_given_twice_is_told(
    sides: tuple[tuple[str, set[str]], ...], *, twice: bool
) -> None:
    """Two pages of one face that print different fields are front and back of it."""
    assert comes_twice([(side, frozenset(fields)) for side, fields in sides]) is twice
