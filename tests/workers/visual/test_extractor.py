"""Pages of one document are told apart by their sides and by what is printed on them."""

import pytest

from workers.visual.evidence import Witness
from workers.visual.extractor import comes_twice, is_disputed


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


@pytest.mark.parametrize(
    ("other", "confidence", "disputed"),
    [
        ("J264B0FT784", 0.9, True),
        ("J264B0FT784", 0.3, False),
        ("J264BOFT784", 0.9, False),
        ("J264BOFT734", 0.9, False),
    ],
)
def test_a_check_digit_settles_no_quarrel_over_symbols_of_one_shape(
    other: str, confidence: float, *, disputed: bool
) -> None:
    """The wrong one of O and 0 passes one in eleven of them."""
    value = "J264BOFT784"
    voices = [Witness("a", value, value, 0.99), Witness("b", other, other, confidence)]

    assert is_disputed(value, voices) is disputed
