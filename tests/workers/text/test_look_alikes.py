"""Names in which a letter may be a figure are told from those in which it cannot."""

import pytest

from workers.text.look_alikes import is_open


@pytest.mark.parametrize("value", ["120", "I20", "C1", "CI 1", "X0A", "107", "0", "GOLF 1"])
def test_shape_leaves_these_open(value: str) -> None:
    """An I at the start of a number, a one after a letter."""
    assert is_open(value)


@pytest.mark.parametrize("value", ["208", "3008", "CLIO", "500", "GOLF", "MEGANE 2", "E2008A"])
def test_what_stands_beside_decides_these(value: str) -> None:
    """Letters among letters, figures among figures."""
    assert not is_open(value)
