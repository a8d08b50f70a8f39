"""Names in which a letter may be a figure are told from those in which it cannot."""

import pytest

from workers.text.look_alikes import are_alike, is_open, lacks_accents, open_in_code, open_places


@pytest.mark.parametrize("value", ["120", "I20", "C1", "CI 1", "X0A", "107", "0", "GOLF 1"])
def test_shape_leaves_these_open(value: str) -> None:
    """An I at the start of a number, a one after a letter."""
    assert is_open(value)


@pytest.mark.parametrize("value", ["208", "3008", "CLIO", "500", "GOLF", "MEGANE 2", "E2008A"])
def test_what_stands_beside_decides_these(value: str) -> None:
    """Letters among letters, figures among figures."""
    assert not is_open(value)


def test_accents_and_shapes_are_alike_and_other_letters_are_not() -> None:
    """A value is not like itself: there is nothing to decide."""
    assert are_alike("ST1OH6TL", "ST10H6TL")
    assert are_alike("POZNAN", "POZNA\u0143")
    assert not are_alike("POZNAN", "POZNAN")
    assert not are_alike("MARTIN", "MARTINE")


def test_the_open_places_are_told() -> None:
    """Of a whole value, its hyphens and spaces counted."""
    assert open_places("X9-I20") == {3}
    assert open_places("MLG7290MP334") == {6}
    assert open_places("SERIE 1") == {6}
    assert open_places("GOLF") == set()


def test_in_a_code_every_symbol_but_those_among_figures_is_open() -> None:
    """Letters on both sides do not make an O of a zero, figures make a figure of it."""
    assert open_in_code("RE2075D") == set()
    assert open_in_code("RE2O75D") == {3}
    assert open_in_code("8110EX8L35") == {3}
    assert open_in_code("HY3YOW") == {4}
    assert open_in_code("DYGWTO-C9X37") == {5}
    assert open_in_code("1007 B1") == {6}


def test_a_value_that_only_lacks_accents_is_told() -> None:
    """Strokes are accents; other letters, or accents of its own, are not lacking."""
    assert lacks_accents("POZNAN", "POZNA\u0143")
    assert lacks_accents("LODZ", "\u0141\u00d3D\u0179")
    assert not lacks_accents("POZNA\u0143", "POZNAN")
    assert not lacks_accents("WO\u017dNIAK", "WO\u0179NIAK")
    assert not lacks_accents("POZNAN", "POZNAN")
